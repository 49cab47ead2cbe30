"""A run tells what its figures aren't of: articles that the library lacks, and answers that a failing model left."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console
from test_run import RIGHT, Scripted, asked, case

from eval.cases import Case
from eval.html import html
from eval.report import markdown, print_report
from eval.run import Run, run
from eval.summary import summary, to_json
from rag.answer import Answer
from ui.render.evaluation import results
from ui.texts import ENGLISH


def test_articles_that_the_library_lacks_are_listed_and_not_scored() -> None:
    half = Case("a", "a", "zh", "fact", articles=("elsewhere", "kling"), facts=(("35000",),))
    done = run([half], Scripted(a=RIGHT), progress=False)
    assert done.about["absent_articles"] == ["elsewhere"]
    assert done.results[0].scores.passed and done.results[0].scores.article_recall == 1
    assert "The library has no elsewhere" in markdown(to_json(done))
    assert list(summary(done)["articles"]) == ["kling"]


@pytest.mark.parametrize(("id", "told"), [("kling-2.0", False), ("kling.md", True), ("剧本.PDF", True)])
def test_who_names_a_file_is_told_what_an_id_is(id: str, told: bool) -> None:
    done = run([Case("a", "a", "zh", "fact", articles=(id,))], Scripted(a=RIGHT), progress=False)
    assert ("without the ending" in markdown(to_json(done))) is told


@pytest.mark.parametrize(
    ("type", "facts", "told"),
    [("fact", (), True), ("followup", (), True), ("fact", ("35000",), False), ("unanswerable", (), False)],
)
def test_questions_that_name_no_fact_are_counted(type: str, facts: tuple[str, ...], told: bool) -> None:
    report = to_json(asked(case("q", type, facts), RIGHT))
    assert ("1 of 1 questions name no fact" in markdown(report)) is told


@pytest.mark.parametrize("type", ["fact", "multi", "followup"])
@pytest.mark.parametrize("told", [RIGHT, None], ids=["answered", "refused"])
def test_what_only_absent_articles_answer_is_asked_but_no_refusal_of_it_is_false(
    type: str, told: Answer | None
) -> None:
    absent = Case("a", "a", "zh", type, articles=("elsewhere", "nowhere"), facts=(("35000",),))
    done = run([absent, case("b")], Scripted(a=told, b=RIGHT), progress=False)
    first = done.results[0]
    assert (first.scores.refusal, first.scores.article_first, first.scores.passages) == (None, None, None)
    assert first.scores.passed
    assert (len(done.results), summary(done)["false_refusals"]["mean"], done.about["absent_articles"]) == (
        2, 0, ["elsewhere", "nowhere"],
    )  # fmt: skip
    shown = io.StringIO()
    print_report(to_json(done), Console(file=shown, width=200))
    for text in (shown.getvalue(), markdown(to_json(done)), html(to_json(done))):
        assert "The library has no elsewhere" in text


def test_a_nothing_answers_question_is_scored_whatever_articles_it_names() -> None:
    about = Case("a", "a", "zh", "unanswerable", articles=("elsewhere",))
    assert run([about], Scripted(a=None), progress=False).results[0].scores.refusal is True


class Model:
    """A language model by name alone; the script says what became of it."""

    name = "qwen3:8b"


@pytest.mark.parametrize(
    ("changes", "fallbacks"),
    [
        ({"mode": "llm"}, 0),
        ({"mode": "extract", "notice": "The model is down."}, 1),
        ({"mode": "extract"}, 1),
        ({"mode": "llm", "notice": "It couldn't rewrite the follow-up."}, 1),
        ({"mode": "extract", "refused": True}, 0),  # before the model was asked
        ({"mode": "extract", "refused": True, "notice": "It couldn't rewrite the follow-up."}, 1),
        ({"mode": "llm", "refused": True}, 0),
        ({"mode": "extract", "answer": "", "notice": "The disk is full."}, 0),  # an error, told as one
    ],
)
def test_answers_that_a_failing_model_left_to_the_articles_are_counted(
    changes: dict[str, object], fallbacks: int
) -> None:
    assistant = Scripted(q=RIGHT)
    alone, assistant.generator = asked(case("q"), RIGHT), Model()
    done = run([case("q")], assistant, progress=False)
    told = Run(tuple(replace(r, answer=replace(r.answer, **changes)) for r in done.results), done.about)
    plain = to_json(told)
    assert plain["about"].get("fallbacks", 0) == fallbacks
    for text in (markdown(plain), html(plain), results(plain, None, "all", ENGLISH)):
        assert ("The language model failed at 1 " in text) == bool(fallbacks)
    assert "fallbacks" not in to_json(alone)["about"]
