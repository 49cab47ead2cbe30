"""Drafted questions ask for one fact of a sentence, hold it no more, and are read back as a question set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.cases import load_cases
from eval.draft import draft
from eval.facts import facts_met
from ingest.article import Article
from ui.cli import main

KINDS = ("how many", "when", "who", "cloze")


def drafted(text: str) -> list[tuple[str, str, str]]:
    """Kind, question and fact."""
    cases = draft([Article("a", text, "")], 9)
    return [(case.why.split(":")[0], case.question, case.facts[0][0]) for case in cases]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("短片的平均制作成本只有35000元左右。", ("how many", "短片的平均制作成本只有多少元左右？", "35000元")),
        ("快手在2024年12月6日办了首映仪式。", ("when", "快手在什么时候办了首映仪式？", "2024年12月6日")),
        ("卡梅隆坦言行业危机的根源不是观众不买票。", ("who", "谁坦言行业危机的根源不是观众不买票？", "卡梅隆")),
        ("這部電影的製作成本只有五千元，票房卻很高。", None),  # points back
        ("《九部短片2049》的製作成本只有五千元。", ("how many", "《九部短片2049》的製作成本只有多少元？", "五千元")),
        ("James Cameron joined the board.", ("who", "Who joined the board?", "James Cameron")),
        ("公司的模型叫做GPT-4，能看懂很长的文章。", None),  # a figure within a name
        ("三十多年前电影特效才刚刚起步。", ("how many", "多少年前电影特效才刚刚起步？", "三十多年")),
        ("用户早就超过600万，", None),  # no whole sentence
        ("整部短片只用了23萬4千元就拍完了。", ("how many", "整部短片只用了多少元就拍完了？", "23萬4千元")),
        ("整部短片只用了二十三万四千元就拍完。", ("how many", "整部短片只用了多少元就拍完？", "二十三万四千元")),
        ("整部短片只用了百分之三十的时间拍完。", ("how many", "整部短片只用了多少的时间拍完？", "百分之三十")),
        ("整部短片从开机到定稿用了15分钟。", ("how many", "整部短片从开机到定稿用了多少分钟？", "15分钟")),
        ("整部短片只用了30至40万元就拍完了。", None),  # a span
        ("整部短片只用了3/4的时间就全拍完了。", None),
        ("整部短片只用了1亿 2千万元就拍完。", None),
    ],
)  # fmt: skip
def test_a_fact_is_asked_for_in_its_place(sentence: str, expected: tuple[str, str, str] | None) -> None:
    assert drafted(sentence) == ([expected] if expected else [])


def test_dates_and_figures_in_english_become_blanks() -> None:
    found = drafted("The short films cost 35,000 yuan each.")
    assert found == [("cloze", "What belongs in the blank: “The short films cost ____ yuan each.”", "35,000")]


@pytest.mark.parametrize(
    ("sentences", "questions"),
    [
        (["第一部短片的拍摄用了九十天。", "第一部短片的拍摄用了六十天。"], 0),  # which of them?
        (["第一部短片的拍摄用了九十天。", "第二部短片的拍摄用了六十天。"], 2),
        (["第一部短片的拍摄用了九十天。", "第一部短片的拍摄用了九十天。"], 1),
        (["第一部短片的拍摄用了九十天。", "第一部短片的拍摄用了九十天！"], 2),  # by a blank, too
    ],
)
def test_a_question_has_one_answer_and_is_drafted_once(sentences: list[str], questions: int) -> None:
    asked = [question for _, question, _ in drafted("\n".join(sentences))]
    assert len(asked) == len(set(asked)) == questions


def test_a_question_that_two_articles_answer_differently_is_left_out() -> None:
    texts = ("第一部短片的拍摄用了九十天。", "第一部短片的拍摄用了六十天。\n卡梅隆坦言行业危机的根源不是观众不买票。")
    cases = draft([Article(str(number), text, "") for number, text in enumerate(texts)], 9)
    assert [case.facts for case in cases] == [(("卡梅隆",),)]


def test_a_folder_becomes_a_question_set_that_can_be_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "mine.jsonl"
    assert main(["eval", "make", "seeds", "--out", str(out), "--per-article", "4"]) == 0
    cases = load_cases(out)
    assert 10 < len(cases) <= 20
    assert {case.why.split(":")[0] for case in cases} == {*KINDS}
    for case in cases:
        sentence = case.why.partition(": ")[2]
        assert facts_met(case.facts, sentence) == [True]
        assert case.facts[0][0] not in case.question
    assert main(["eval", "make", "seeds", "--per-article", "4"]) == 0
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record["id"] for record in printed] == [case.id for case in cases]


@pytest.mark.parametrize(
    "text",
    [
        "特罗姆瑟的摄影师奥勒·松德去年从中领到1万1千欧元，比卖照片强。\n",
        "莊哲安上臺時說，整部片只花三個星期、算力費用約2萬4,000元，很便宜。\n",
    ],
)
def test_no_draft_asks_for_a_piece_of_a_number(text: str) -> None:
    for one in draft([Article("a", text, "题")], 8):
        assert all(facts_met(one.facts, text)), one


def test_files_that_cannot_be_read_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, questions = tmp_path / "articles", tmp_path / "questions.jsonl"
    folder.mkdir()
    (folder / "good.txt").write_text("短片的平均制作成本只有35000元左右。\n", encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 this is not a PDF")
    questions.write_text('{"id": "q", "question": "成本是多少？", "type": "fact", "articles": ["good"]}', "utf-8")
    for command in (["make", str(folder)], [str(questions), "--over", str(folder)]):
        assert main(["eval", *command]) == 0
        assert capsys.readouterr().err.count("skipped") == 1
    (folder / "good.txt").unlink()
    assert main(["eval", "make", str(folder)]) == 2
    told = capsys.readouterr().err
    assert "broken.pdf" in told and "could be read; name another folder" in told


def test_articles_without_facts_are_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "plain.txt").write_text("这里什么都没有，只有几句闲话。\n", encoding="utf-8")
    assert main(["eval", "make", str(tmp_path)]) == 2
    assert "to ask for" in capsys.readouterr().err
