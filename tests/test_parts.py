"""A question for several things is taken apart; any other stays whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.parts import completed, parts


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("《雾中灯塔》花了多少钱？《纸鸢》得了什么奖？", ["《雾中灯塔》花了多少钱？", "《纸鸢》得了什么奖？"]),
        ("王岚和陈默分别说了什么？", ["王岚说了什么？", "陈默说了什么？"]),
        ("王嵐和陳默分別說了什麼？", ["王嵐說了什麼？", "陳默說了什麼？"]),
        ("《雾中灯塔》和《纸鸢》，成本分别是多少？", ["《雾中灯塔》，成本是多少？", "《纸鸢》，成本是多少？"]),
        ("《雾中灯塔》和《纸鸢》的成本各是多少？", ["《雾中灯塔》的成本是多少？", "《纸鸢》的成本是多少？"]),
        ("声隙文化和读本科技的A轮各融了多少？", ["声隙文化的A轮融了多少？", "读本科技的A轮融了多少？"]),
        ("AI让每部片的修复时间和经费各减少到多少？", ["AI让每部片的修复时间减少到多少？", "AI让每部片的经费减少到多少？"]),
        ("王岚和陈默各拿什么来比机器？", ["王岚拿什么来比机器？", "陈默拿什么来比机器？"]),
        ("王岚和陈默都认为机器会替人，两个人各是怎么讲的？",
         ["王岚认为机器会替人，是怎么讲的？", "陈默认为机器会替人，是怎么讲的？"]),
        ("《雾中灯塔》和《纸鸢》分别花了多少，拍了多久？", ["《雾中灯塔》花了多少，拍了多久？", "《纸鸢》花了多少，拍了多久？"]),
        ("AI的普及率和成本分别是多少？", ["AI的普及率是多少？", "AI的成本是多少？"]),
        ("参与人数和成本分别是多少？", ["参与人数是多少？", "成本是多少？"]),
        ("參與人數和普及率分別是多少？", ["參與人數是多少？", "普及率是多少？"]),
        ("张三及李四分别拍了什么？", ["张三拍了什么？", "李四拍了什么？"]),
        ("《谁杀了它？》的导演是谁？《纸鸢》呢？", ["《谁杀了它？》的导演是谁？", "《纸鸢》呢？"]),
        ("Where and when was it held?", ["Where was it held?", "when was it held?"]),
        ("When, where and by whom was Salt Harbor shot?",
         ["When was Salt Harbor shot?", "where was Salt Harbor shot?", "by whom was Salt Harbor shot?"]),
        ('What is it? "Salt Harbor" is by whom?', ["What is it?", '"Salt Harbor" is by whom?']),
        ("可灵、Sora和Runway各自的时长是多少？", ["可灵的时长是多少？", "Sora的时长是多少？", "Runway的时长是多少？"]),
    ],
)  # fmt: skip
def test_several_questions_are_taken_apart(question: str, expected: list[str]) -> None:
    assert parts(question) == expected


def test_a_later_clause_is_asked_of_the_first_one_s_subject() -> None:
    first, second = parts("《雾中灯塔》花了多少钱，又拍了多久？")
    assert first == "《雾中灯塔》花了多少钱"
    assert "《雾中灯塔》" in second and second.endswith("拍了多久？")
    first, second = parts("Who is Meredith Stiehm, and what did the guild demand?")
    assert "Meredith Stiehm" in first and second.startswith("what did the guild demand")


def test_a_later_clause_with_a_name_of_its_own_is_left_alone() -> None:
    assert parts("《雾中灯塔》花了多少钱，《纸鸢》得了什么奖？")[1] == "《纸鸢》得了什么奖？"


@pytest.mark.parametrize(
    "question",
    [
        "王岚和陈默的看法是什么？",
        "音乐和画面有各种什么问题？",
        "导演是谁？",
        "《你好，世界》花了多少钱？",
        "2025年，谁获得了最佳短片奖？",
        "十几秒的镜头，几年内收回了多少成本？",
        "王岚说，机器不会替人做选择吗？",
        "Who wrote and directed the film?",
        "可灵有多少用户？？",
        "可灵有多少用户？！",
        "可灵有多少用户？ ？",
        "任何人都能参赛，奖金是多少？",
        "《谁杀了它？》的导演是谁？",
        "《谁杀了它？续集》的导演是谁？",
        "谁问过“机器会替人做选择吗？”这个问题？",
        'Who directed "Where Are You?" in 2024?',
        "",
    ],
)
def test_one_question_stays_whole(question: str) -> None:
    assert parts(question) == [question]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("可灵有多少用户？谢谢！", ["可灵有多少用户？"]),
        ("可靈有多少用戶？請用一句話回答。", ["可靈有多少用戶？"]),
        ("How many users does Kling have? Thanks!", ["How many users does Kling have?"]),
        ("可灵有多少用户？介绍一下它的模型。", ["可灵有多少用户？", "介绍一下它的模型。"]),
    ],
)
def test_what_asks_nothing_is_no_part(question: str, expected: list[str]) -> None:
    assert parts(question) == expected


@pytest.mark.parametrize(
    ("question", "later"),
    [
        ("《雾中灯塔》的票房是多少？是谁导演的？", ["《雾中灯塔》的票房，是谁导演的？"]),
        ("《霧中燈塔》花了多少錢？拍了多久？", ["《霧中燈塔》，拍了多久？"]),
        ("Who is Demi Guo? How old is she?", ["How old is Demi Guo?"]),
        ("首映仪式什么时候举行，在哪里举行？", ["首映仪式举行，在哪里举行？"]),
        ("《雾中灯塔》的导演是谁？《纸鸢》花了多少钱？", ["《纸鸢》花了多少钱？"]),
        ("九位导演的平均成本是多少？蒙古的首都在哪里？", ["蒙古的首都在哪里？"]),
    ],
)
def test_a_later_question_keeps_the_subject_of_the_one_before(question: str, later: list[str]) -> None:
    assert completed(parts(question), question, lambda earlier: "")[1:] == later


def test_at_most_four_are_asked() -> None:
    assert parts("一是谁？二是谁？三是谁？四是谁？五是谁？") == ["一是谁？", "二是谁？", "三是谁？", "四是谁？"]


@given(st.text(alphabet="王岚陈默和与、，；？?分别各自都的成本多少谁什么 andwho《》ABC", max_size=40))
def test_any_question_has_between_one_and_four_parts(question: str) -> None:
    found = parts(question)
    assert 1 <= len(found) <= 4
    assert found == [question] or all(part.strip() for part in found)
