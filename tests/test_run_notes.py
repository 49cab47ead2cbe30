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
from ingest.errors import CasesError
from ui.render.evaluation import results
from ui.texts import ENGLISH


def test_articles_that_the_library_lacks_are_listed_and_not_scored() -> None:
    half = Case("a", "a", "zh", "fact", articles=("elsewhere", "kling"), facts=(("35000",),))
    done = run([half], Scripted(a=RIGHT), progress=False)
    assert (done.about["absent_articles"], done.unasked) == (["elsewhere"], 0)
    assert done.results[0].scores.passed and done.results[0].scores.article_recall == 1
    assert "The library has no elsewhere" in markdown(to_json(done))
    assert list(summary(done)["articles"]) == ["kling"]


@pytest.mark.parametrize("type", ["fact", "multi", "followup", "false-premise"])
def test_what_only_absent_articles_answer_is_not_asked_but_counted(type: str) -> None:
    absent = Case("a", "a", "zh", type, articles=("elsewhere", "nowhere"), facts=(("35000",),))
    assistant = Scripted(b=RIGHT, c=None)
    done = run([absent, case("b"), case("c", "unanswerable", ())], assistant, progress=False)
    plain = to_json(done)
    assert [result.case.id for result in done.results] == ["b", "c"] and plain["about"]["unasked"] == 1
    assert (summary(done)["passed"]["mean"], summary(done)["false_refusals"]["mean"]) == (1, 0)
    shown = io.StringIO()
    print_report(plain, Console(file=shown, width=200))
    for text in (shown.getvalue(), markdown(plain), html(plain)):
        assert "nothing else answers: 1 of the set" in text and "elsewhere" in text


def test_what_was_asked_of_an_absent_article_alone_is_asked_of_no_others() -> None:
    done = run([case("a", among=("kling", "elsewhere")), case("b")], Scripted(b=RIGHT), progress=False)
    assert (done.about["absent_articles"], done.unasked, len(done.results)) == (["elsewhere"], 1, 1)


def test_of_absent_articles_alone_there_is_nothing_to_ask() -> None:
    absent = Case("a", "a", "zh", "fact", articles=("elsewhere",), facts=(("35000",),))
    with pytest.raises(CasesError, match="none of the articles"):
        run([absent], Scripted(), progress=False)


def test_a_nothing_answers_question_is_asked_whatever_articles_it_names() -> None:
    about = Case("a", "a", "zh", "unanswerable", articles=("elsewhere",))
    assert run([about], Scripted(a=None), progress=False).results[0].scores.passed


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
