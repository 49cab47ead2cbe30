"""What people say in a conversation beside plain questions: thanks, corrections, the second of those, and more."""

from __future__ import annotations

import pytest

from ingest.library import Library
from ingest.text import fold
from rag.assistant import Assistant
from rag.conversation import Before, Turn, readings, resolve
from rag.frames import asks_for_more, corrected, is_courtesy

FILMS = Turn("哪些短片入围？", "入围的有《雾中灯塔》、《纸鸢》和《零号宇宙》。[1]")
MODELS = Turn("四款模型是什么？", "测试了四款模型：快手的可灵2.5、字节跳动的即梦3.0、OpenAI的Sora 2和Google的Veo 3。")
TWO = Turn("《雾中灯塔》和《纸鸢》花了多少钱？", "《雾中灯塔》3万元，《纸鸢》5万元。")
KLING = Turn("可灵有多少用户？", "画面分辨率高达1080p。")


def _resolved(question: str, *history: Turn) -> str:
    return resolve(question, history, lambda earlier: "")


@pytest.mark.parametrize(
    ("question", "turn", "expected"),
    [
        ("第二部是谁拍的？", FILMS, "《纸鸢》是谁拍的？"),
        ("最後一部的片長是多少？", FILMS, "《零号宇宙》的片長是多少？"),
        ("第三个是哪家的？", MODELS, "OpenAI的Sora 2是哪家的？"),
        ("前者的导演是谁？", TWO, "《雾中灯塔》的导演是谁？"),
        ("Who made the second one?", Turn("Which tools?", "They used Kling, Sora and Runway."), "Who made Sora?"),
    ],
)
def test_a_number_means_one_of_those_listed(question: str, turn: Turn, expected: str) -> None:
    assert _resolved(question, turn).endswith(expected)


@pytest.mark.parametrize("question", ["第五部是谁拍的？", "第二部长片叫什么？", "第二位是谁？"])
def test_what_was_not_listed_is_not_meant(question: str) -> None:
    assert _resolved(question, FILMS).endswith(question)


def test_the_last_film_is_no_step_of_a_process() -> None:
    turn = Turn("流程有哪些环节？", "环节有：抠像、动作捕捉、角色绑定和修复。")
    assert _resolved("最后一部呢？", turn).endswith("最后一部呢？") and _resolved("最后一个呢？", turn).endswith(
        "修复呢？"
    )


def test_what_was_asked_of_one_is_asked_of_the_other() -> None:
    former = Turn("前者的导演是谁？", "王岚。")
    assert _resolved("后者呢？", TWO, former) == "《纸鸢》的导演是谁？"
    assert _resolved("我说的是第三部", FILMS, Turn("第二部是谁导演的？", "王岚。")) == "《零号宇宙》是谁导演的？"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("不对，我问的是饺子", "饺子呢？"), ("我說的是第二部。", "第二部呢？"), ("不是《灯塔》，而是《纸鸢》", "《纸鸢》呢？"),
        ("No, I meant Runway", "What about Runway?"), ("我想问的是票房", "票房呢？"), ("这是谁拍的？", "这是谁拍的？"),
        ("是不是王岚拍的？", "是不是王岚拍的？"),
    ],
)  # fmt: skip
def test_a_correction_asks_anew(said: str, meant: str) -> None:
    assert corrected(said) == meant


@pytest.mark.parametrize(
    "said", ["谢谢！", "多謝你", "好的，谢谢", "你好", "再见", "Thanks a lot!", "hello there", "OK, bye", "算了"]
)
def test_a_courtesy_asks_nothing_and_is_not_the_question_before(said: str) -> None:
    assert is_courtesy(fold(said))
    assert readings(said, Before([FILMS], lambda earlier: "")) == [said]
    assert _resolved("它花了多少钱？", TWO, Turn(said)) == _resolved("它花了多少钱？", TWO)


@pytest.mark.parametrize(
    "said", ["你好，可灵有多少用户？", "谢谢导演了吗？", "他好吗？", "Thanks to whom?", "不错的短片有哪些？"]
)
def test_a_question_is_no_courtesy(said: str) -> None:
    assert not is_courtesy(fold(said))


@pytest.mark.parametrize("said", ["还有呢？", "還有嗎？", "那还有别的吗？", "继续", "What else?", "anything more"])
def test_more_of_the_same_is_the_question_before(said: str) -> None:
    assert asks_for_more(fold(said))
    assert _resolved(said, FILMS) == FILMS.question


@pytest.mark.parametrize("said", ["还有谁反对？", "还有哪些短片？", "继续拍片吗？", "What else did he say?"])
def test_more_of_something_else_is_a_question(said: str) -> None:
    assert not asks_for_more(fold(said))


def test_it_is_what_no_dictionary_has() -> None:
    assert _resolved("How many users does it have?", KLING) == "How many users does 可灵 have?"


def test_what_was_told_is_not_told_again(digests: Library) -> None:
    assistant = Assistant(digests)
    first = assistant.ask("卡梅隆怎么看AI？")
    more = assistant.ask("还有呢？", [Turn(first.question, first.answer)])
    told = {sentence.text for sentence in first.sentences}
    assert not more.refused and not told & {sentence.text for sentence in more.sentences}


def test_thanks_are_answered_in_kind(digests: Library) -> None:
    answer = Assistant(digests).ask("谢谢！", [FILMS])
    assert answer.refused and not answer.nearest and not answer.rewritten and "直接问" in answer.answer
