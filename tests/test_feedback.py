"""What readers think of answers becomes cases."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from eval.cases import Case
from eval.feedback import keep, load_feedback
from eval.run import score
from ingest.errors import CasesError, WriteError
from ingest.library import Library
from rag.answer import Answer, Citation
from rag.assistant import Assistant
from ui.cli import main
from ui.conversation import from_json, to_json

CITED = Citation(1, "kling", "t", "p", "d", "u", "平均成本仅为35000元", 0, 11, "平均成本仅为35000元")
GOOD = Answer(
    "九位导演的平均成本是多少？", "《灯塔》等片的平均成本仅为35000元。[1]", False, "extract", "zh", citations=(CITED,)
)
REFUSED = Answer("火星上几度？", "文章里没有答案。", True, "extract", "zh")


def only(folder: Path) -> Case:
    (case,) = load_feedback(folder)
    return case


def test_a_good_answer_must_keep_its_articles_figures_and_titles(tmp_path: Path) -> None:
    keep(tmp_path, GOOD, [], "up")
    case = only(tmp_path)
    assert (case.type, case.articles, case.facts) == ("fact", ("kling",), (("《灯塔》",), ("35000",)))


def test_a_good_refusal_must_stay_one_and_a_poor_one_become_an_answer(tmp_path: Path) -> None:
    keep(tmp_path, REFUSED, [], "up")
    assert only(tmp_path).refusal == "right"
    keep(tmp_path, REFUSED, [], "down")
    assert only(tmp_path).refusal == "wrong"


@pytest.mark.parametrize(
    ("answer", "facts"),
    [
        ("成本為3.5萬元，票房2.1億。[1]", ["3.5萬", "2.1億"]),
        (
            "《片子》（2026-01-20）：用了35%。[1]\n《另一部》：拍了9天，《灯塔》用了5百人。[2]",
            ["35%", "9", "《灯塔》", "5百"],
        ),
    ],
)
def test_what_a_good_answer_must_keep_is_what_its_sources_say(answer: str, facts: list[str], tmp_path: Path) -> None:
    keep(tmp_path, replace(GOOD, answer=answer), [], "up")
    assert only(tmp_path).facts == tuple((fact,) for fact in facts)


@pytest.mark.parametrize(
    ("told", "facts"),
    [
        ("播放2亿4千万次。", ["2亿4千万"]),
        ("全片花了3万5000元，即3萬5,000元。", ["3万5000", "3萬5,000"]),
        ("獲得1.75 億次投票，漲了 5 萬元。", ["1.75 億", "5 萬"]),
        ("它占百分之35。", ["百分之35"]),
        ("It grossed $3.5 million, up 76 percent.", ["3.5 million", "76 percent"]),
        ("About 12 thousand came on day 12.", ["12 thousand", "12"]),
        ("2024年1至2月，共5-10万人。", None),
        ("用的是 GPT-4 和 4K，在 16:9 里。", None),
        ("拍了3百五十天。", []),  # a piece of a number says nothing
        ("花了3万零500元，有2千五百人。", None),
        ("花了2萬4,000元、1万1千欧元、三点5折。", None),
        ("It ran 1,234,567.89 km at 5pm in 3D.", None),
    ],
)
def test_the_same_answer_meets_what_was_read_of_it(told: str, facts: list[str] | None, tmp_path: Path) -> None:
    said = replace(GOOD, answer=f"{told}[1]")
    keep(tmp_path, said, [], "up")
    case = only(tmp_path)
    assert facts is None or [fact for (fact,) in case.facts] == facts
    assert all(score(case, said, 1.0, {"kling": told}.get).facts)


def test_articles_that_alone_were_asked_are_asked_again_alone(tmp_path: Path) -> None:
    keep(tmp_path, GOOD, [], "up", among=["kling"])
    assert only(tmp_path).among == ("kling",)
    keep(tmp_path, GOOD, [], "up")
    assert only(tmp_path).among == ()


def test_the_page_keeps_which_articles_were_asked_though_others_are_ticked_since(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.app import Page
    from ui.rooms import chat as room
    from ui.writing import Writing

    kept: list[tuple[str, ...]] = []
    writing = Writing()
    monkeypatch.setattr(room, "keep", lambda *rated: kept.append(rated[-1]))
    chat = Page(Assistant(library), "", True).chat
    chosen = [sorted(library.passage_counts())[0]]
    *_, drawn = chat._answer("影片的制作成本是多少？", "zh", [], chosen, {}, {}, writing)
    talk = from_json(to_json(drawn[chat.desk.exchanges]))  # as after a reload
    chat._rate(talk, "zh", writing, SimpleNamespace(number=1, rating="up", _data={}))
    assert kept == [tuple(chosen)]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ('{"id": "x", "rating": "up", "answer": "9天"}', []),  # without a question
        ('{"id": "x", "rating": "up", "question": null, "answer": "9天"}', []),
        ('{"id": "x", "rating": "down", "question": "谁？", "remark": null}', []),
        (
            '{"id": "x", "rating": "up", "question": "几天？", "history": null, "articles": null, "answer": "9天"}',
            ["zh"],
        ),
        ('{"id": ["x"], "rating": "up", "question": "How long?", "answer": "9 days"}', ["en"]),
    ],
)
def test_a_record_that_is_not_whole_is_read_as_far_as_it_goes(record: str, expected: list[str], tmp_path: Path) -> None:
    keep(tmp_path, GOOD, [], "up")
    with (tmp_path / "feedback.jsonl").open("a", encoding="utf-8") as file:
        file.write(record + "\n")
    assert [case.lang for case in load_feedback(tmp_path)[1:]] == expected


def test_the_remark_on_a_poor_answer_says_what_it_must_hold(tmp_path: Path) -> None:
    keep(tmp_path, GOOD, ["可灵是什么？"], "down", " 35000元；九位 ;\n")
    case = only(tmp_path)
    assert (case.type, case.history) == ("followup", ("可灵是什么？",))
    assert case.facts == (("35000元",), ("九位",)) and case.articles == ()


def test_the_latest_rating_counts_and_one_taken_back_is_none(tmp_path: Path) -> None:
    keep(tmp_path, GOOD, [], "down", "错")
    keep(tmp_path, GOOD, [], "up")
    assert only(tmp_path).articles == ("kling",)
    keep(tmp_path, GOOD, [], "")
    with pytest.raises(CasesError, match="rate answers"):
        load_feedback(tmp_path)


def test_a_poor_answer_without_a_remark_is_no_case(tmp_path: Path) -> None:
    keep(tmp_path, GOOD, [], "down")
    with pytest.raises(CasesError):
        load_feedback(tmp_path)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="permissions"):
        keep(tmp_path / "missing", GOOD, [], "up")


def test_the_command_line_runs_the_feedback(
    library: Library, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out, folder = tmp_path / "out.json", ["--library", str(library.folder)]
    assert main(["eval", "--from-feedback", *folder]) == 2 and "rate answers" in capsys.readouterr().err
    answer = Assistant(library).ask("影片的制作成本是多少？")
    keep(library.folder, answer, [], "up")
    try:
        assert main(["eval", "--from-feedback", *folder, "--out", str(out)]) == 0
    finally:
        (library.folder / "feedback.jsonl").unlink()
    assert [result["question"] for result in json.loads(out.read_text("utf-8"))["results"]] == [answer.question]
