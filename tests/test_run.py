"""A run asks as a chat does, scores each answer, and says of each miss what was missed."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from eval.cases import Case
from eval.report import markdown, print_report
from eval.run import Run, run, summary, to_json
from ingest.article import Article
from ingest.build import add_articles
from ingest.errors import LLMError, QuestionError
from ingest.library import Library
from rag.answer import Answer, Citation, Sentence
from rag.assistant import Assistant, Turn

TEXT = "可灵的九位导演各拍一部短片。\n每部平均成本是35000元。"
ARTICLES = {"kling": Article("kling", TEXT, "九位导演"), "other": Article("other", "成本是90000元。", "另一篇")}


class Shelf:
    """A library's one method that a run needs."""

    def article(self, id: str) -> Article:
        if id not in ARTICLES:
            raise QuestionError(f"There is no article {id!r}.")
        return ARTICLES[id]


class Scripted:
    """An assistant that quotes what its script says: question → (article, quote), None to refuse, or an error."""

    def __init__(self, **script: tuple[str, str] | Exception | None) -> None:
        self.library = Shelf()
        self.script = script
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []

    def ask(self, question: str, history: Sequence[Turn] = (), articles: Sequence[str] | None = None) -> Answer:
        self.asked.append((question, tuple(history)))
        reply = self.script[question]
        if isinstance(reply, Exception):
            raise reply
        if reply is None:
            return Answer(question, "文章里没有答案：35000。", True, "extract", "zh")
        article, quote = reply
        start = max(ARTICLES[article].text.find(quote), 0)
        cited = Citation(1, article, "", "", "", "", quote, start, start + len(quote), quote)
        sentences = (Sentence(quote, (1,), "supported"),)
        return Answer(question, f"{quote}[1]", False, "extract", "zh", sentences, (cited,))


def case(question: str, type: str = "fact", facts: Sequence[str] = ("3.5万",), **more: object) -> Case:
    return Case(question, question, "zh", type, articles=("kling",), facts=tuple((f,) for f in facts), **more)


RIGHT = ("kling", "每部平均成本是35000元。")


def asked(one: Case, reply: tuple[str, str] | Exception | None) -> Run:
    return run([one], Scripted(**{one.question: reply}), progress=False)


def test_a_right_answer_passes() -> None:
    scores = asked(case("q"), RIGHT).results[0].scores
    assert scores.passed
    assert (scores.facts, scores.article_first, scores.articles, scores.refusal) == ((True,), True, 1, True)
    assert (scores.exact, scores.citation_recall, scores.citation_precision) == (True, 1, 1)
    assert scores.length == len(RIGHT[1]) + 3
    assert scores.ms > 0


@pytest.mark.parametrize(
    ("one", "reply", "reason"),
    [
        (case("q", facts=("九位", "十分钟")), ("kling", "可灵的九位导演各拍一部短片。"), "missing 十分钟"),
        (case("q", facts=("90000",)), ("other", "成本是90000元。"), "cites other first instead of kling"),
        (case("q"), None, "refused"),
        (case("q", "unanswerable", ()), RIGHT, "nothing in the library does"),
        (case("q", "false-premise", ()), RIGHT, "nothing in the library does"),
        (case("q"), ("kling", "每部平均成本是3.5万元。"), "citation 1 quotes words that aren't at"),
        (case("q"), LLMError("The server is down."), "error: The server is down."),
        (case("q", "unanswerable", ()), QuestionError("Too long."), "error: Too long."),
    ],
)
def test_each_miss_has_its_reason(one: Case, reply: tuple[str, str] | Exception | None, reason: str) -> None:
    done = asked(one, reply)
    assert done.misses == list(done.results)
    assert reason in done.results[0].scores.reason


def test_an_unanswerable_question_passes_when_refused_and_has_no_facts_to_meet() -> None:
    scores = asked(case("q", "unanswerable"), None).results[0].scores
    assert scores.passed
    assert (scores.facts, scores.article_first, scores.citation_recall) == ((), None, None)


def test_refusing_a_false_premise_is_no_miss_but_meets_no_fact() -> None:
    scores = asked(case("q", "false-premise", ("35000",)), None).results[0].scores
    assert scores.passed
    assert scores.facts == (False,)
    assert scores.refusal is None


def test_earlier_questions_are_asked_in_turn_and_remembered_with_their_answers() -> None:
    assistant = Scripted(first=RIGHT, second=None, third=RIGHT)
    run([case("third", "followup", history=("first", "second"))], assistant, progress=False)
    assert [question for question, _ in assistant.asked] == ["first", "second", "third"]
    assert assistant.asked[1][1] == assistant.asked[2][1][:1]
    assert assistant.asked[2][1] == (Turn("first", f"{RIGHT[1]}[1]"), Turn("second", "文章里没有答案：35000。"))


def mixed() -> Run:
    cases = [
        case("a"),
        case("b"),
        case("c", "multi", ("35000", "九位")),
        case("d", "unanswerable", ()),
        case("e", "unanswerable", ()),
    ]
    return run(cases, Scripted(a=RIGHT, b=None, c=RIGHT, d=None, e=RIGHT), progress=False)


def test_the_summary_counts_by_type_and_language() -> None:
    metrics = summary(mixed())
    assert metrics["cases"] == 5
    assert metrics["passed"]["mean"] == 0.4
    assert metrics["passed"]["error"] == pytest.approx((0.4 * 0.6 / 4) ** 0.5, abs=1e-4)
    assert metrics["types"]["fact"]["facts"] | {"interval": 0} == {"mean": 0.5, "error": 0.5, "interval": 0, "count": 2}
    assert metrics["types"]["multi"]["fact_recall"]["mean"] == 0.5
    assert metrics["false_answers"]["mean"] == 0.5
    assert (metrics["false_refusals"]["mean"], metrics["false_refusals"]["count"]) == (0.3333, 3)
    assert metrics["languages"]["zh"]["passed"] == metrics["passed"]
    assert "facts" not in metrics["types"]["unanswerable"]
    assert metrics["p50_ms"] <= metrics["p95_ms"]


def test_the_json_holds_the_contract_of_every_answer() -> None:
    done = mixed()
    plain = json.loads(json.dumps(to_json(done), ensure_ascii=False))
    assert plain["metrics"] == json.loads(json.dumps(summary(done)))
    assert [result["id"] for result in plain["results"]] == list("abcde")
    first = plain["results"][0]
    assert first["answer"] == f"{RIGHT[1]}[1]"
    assert TEXT[first["citations"][0]["start"] : first["citations"][0]["end"]] == first["citations"][0]["quote"]
    assert first["scores"]["passed"]
    assert "refused" in plain["results"][1]["scores"]["reason"]


def test_reports_show_every_type_and_every_miss() -> None:
    done, shown = mixed(), io.StringIO()
    print_report(done, Console(file=shown, width=200))
    for text in (shown.getvalue(), markdown(done)):
        for name in ("fact", "multi", "unanswerable", "zh", *(result.scores.reason for result in done.misses)):
            assert name in text
    assert "33.3 ± 33.3" in markdown(done)


def test_brackets_in_a_question_are_shown_as_they_are() -> None:
    done, shown = asked(case("[bold]谁[/x]|"), None), io.StringIO()
    print_report(done, Console(file=shown, width=200))
    assert "[bold]谁[/x]|" in shown.getvalue()
    assert r"\[bold\]谁\[/x\]\|" in markdown(done)


def test_the_real_assistant_is_run_and_its_citations_checked(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    add_articles(library, ARTICLES.values())
    cases = [
        case("可灵的九位导演拍短片，每部平均成本是多少元？"),
        case("成本是多少？", "followup", history=("可灵的九位导演各拍了什么？",)),
        case("火星探测器哪一年登陆？", "unanswerable", ()),
    ]
    done = run(cases, Assistant(library), progress=False)
    library.close()
    assert done.results[0].scores.passed, done.results[0].scores.reason
    assert done.results[2].scores.passed, done.results[2].scores.reason
    for result in done.results:
        assert result.scores.exact
        assert all(ARTICLES[c.article].text[c.start : c.end] == c.quote for c in result.answer.citations)
    assert summary(done)["exact"]["mean"] == 1
