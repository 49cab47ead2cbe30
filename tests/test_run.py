"""A run asks as a chat does, scores each answer, and says of each miss what was missed."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from rich.console import Console

from eval.cases import Case
from eval.report import markdown, print_report
from eval.run import Run, run
from eval.summary import summary, to_json
from ingest.article import Article, Passage
from ingest.build import add_articles
from ingest.errors import LLMError, QuestionError
from ingest.library import Library
from ingest.split import split
from rag.answer import Answer, Citation, Sentence
from rag.assistant import Assistant, Turn
from rag.query import Query, analyse
from rag.retrieve import Hit

TEXT = "可灵的九位导演各拍一部短片。\n每部平均成本是35000元。"
ARTICLES = {"kling": Article("kling", TEXT, "九位导演"), "other": Article("other", "成本是90000元。", "另一篇")}


class Shelf:
    """What a run needs of a library."""

    manifest: ClassVar = {"embedder_version": "none"}

    def passage_counts(self) -> dict[str, int]:
        return dict.fromkeys(ARTICLES, 1)

    def passages_of(self, article: str) -> list[Passage]:
        return split(ARTICLES[article])

    def find_articles(self, ids: Iterable[str]) -> dict[str, Article]:
        return {id: ARTICLES[id] for id in ids}

    def article(self, id: str) -> Article:
        if id not in ARTICLES:
            raise QuestionError(f"There is no article {id!r}.")
        return ARTICLES[id]


class Scripted:
    """An assistant that quotes what its script says: question → (article, quote), None to refuse, or an error."""

    def __init__(self, **script: tuple[str, str] | Exception | None) -> None:
        self.library, self.retriever = Shelf(), self
        self.generator, self.top_k, self.strictness = None, 8, "normal"
        self.script = script
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []

    def retrieve(self, question: object, top_k: int = 8, articles: Sequence[str] | None = None) -> list[Hit]:
        """Every passage, the other article's first."""
        return [Hit(passage, 1.0, 1.0, 1.0) for id in ("other", "kling") for passage in split(ARTICLES[id])]

    def understood(self, question: str) -> Query:
        return analyse(question)

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
    assert (scores.facts, scores.article_first, scores.article_recall, scores.refusal) == ((True,), True, 1, True)
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


def test_refusing_a_false_premise_is_no_miss_and_leaves_nothing_to_tell_or_cite() -> None:
    done = asked(case("q", "false-premise", ("35000",)), None)
    scores, metrics = done.results[0].scores, summary(done)
    assert scores.passed
    assert (scores.facts, scores.article_first, scores.article_recall, scores.refusal) == ((), None, None, None)
    assert not {"facts", "article_first", "article_recall", "figures", "exact_match"} & set(metrics)


@pytest.mark.parametrize("one", [case("q"), case("q", "unanswerable", ()), case("q", "false-premise")])
def test_an_error_is_a_miss_but_neither_an_answer_nor_a_refusal(one: Case) -> None:
    done = asked(one, LLMError("The server is down."))
    scores, metrics = done.results[0].scores, summary(done)
    assert not scores.passed
    assert (scores.refusal, scores.exact, scores.citation_recall) == (None, None, None)
    assert metrics["passed"]["mean"] == 0
    assert not {"false_answers", "false_refusals", "exact", "citation_recall"} & set(metrics)


def test_an_error_says_nothing_of_confidence() -> None:
    cases = [case("a"), case("b", "unanswerable", ())]
    done = run(cases, Scripted(a=RIGHT, b=LLMError("The server is down.")), progress=False)
    assert "auroc" not in summary(done) and summary(done)["refusal_curve"] == []


def test_earlier_questions_are_asked_in_turn_and_remembered_with_their_answers() -> None:
    assistant = Scripted(first=RIGHT, second=None, third=RIGHT)
    run([case("third", "followup", history=("first", "second"))], assistant, progress=False)
    asked = assistant.asked[3:]  # after a first time that warms up
    assert [question for question, _ in asked] == ["first", "second", "third"]
    assert asked[1][1] == asked[2][1][:1]
    assert asked[2][1] == (Turn("first", f"{RIGHT[1]}[1]"), Turn("second", "文章里没有答案：35000。"))


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


def test_doubt_is_counted_among_wrong_and_among_right_answers() -> None:
    done = mixed()
    doubting = [replace(r, answer=replace(r.answer, unsure=r.case.id in ("a", "e"))) for r in done.results]
    metrics = summary(replace(done, results=doubting))
    assert (metrics["unsure_wrong"]["mean"], metrics["unsure_wrong"]["count"]) == (0.5, 2)  # c lacks a fact
    assert (metrics["unsure_right"]["mean"], metrics["unsure_right"]["count"]) == (1, 1)


def test_a_few_right_answers_are_no_certainty() -> None:
    done = run([case(id) for id in "abcde"], Scripted(**dict.fromkeys("abcde", RIGHT)), progress=False)
    plain = to_json(done)
    passed = plain["metrics"]["passed"]
    assert (passed["mean"], passed["error"]) == (1, None) and 0.5 < passed["interval"][0] < 0.6
    assert "| Passed | 100.0 | 56.5–100.0 | 5 |" in markdown(plain)
    once = markdown(to_json(run([case("a")], Scripted(a=RIGHT), progress=False))).splitlines()
    assert [line.split("|")[3].strip() for line in once if line.startswith("| p50")] == [""]


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
    print_report(to_json(done), Console(file=shown, width=200))
    for text in (shown.getvalue(), markdown(to_json(done))):
        for name in ("fact", "multi", "unanswerable", "zh", *(result.scores.reason for result in done.misses)):
            assert name in text
    assert "33.3 ± 33.3" in markdown(to_json(done))


def test_brackets_in_a_question_are_shown_as_they_are() -> None:
    done, shown = asked(case("[bold]谁[/x]|"), None), io.StringIO()
    print_report(to_json(done), Console(file=shown, width=200))
    assert "[bold]谁[/x]|" in shown.getvalue()
    assert r"\[bold\]谁\[/x\]\|" in markdown(to_json(done))


def test_a_line_of_markdown_stays_one_whatever_a_question_set_holds() -> None:
    one = Case("a\n`b``c", "第一行\n\n# 第二行", "zh\n|x", "fact", articles=("kling",), facts=(("没有\n的话",),))
    lines = markdown(to_json(run([one], Scripted(**{one.question: RIGHT}), progress=False))).splitlines()
    assert "- ``` a `b``c ``` 第一行 # 第二行: missing 没有 的话" in lines
    assert [line for line in lines if line.startswith(r"| zh \|x |")]


def test_the_real_assistant_is_run_and_its_citations_checked(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    add_articles(library, ARTICLES.values())
    cases = [
        case("可灵短片的平均成本是多少？"),
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


@pytest.mark.parametrize(
    ("facts", "reply", "cause"),
    [
        (("35000",), RIGHT, ""),
        (("35000",), ("kling", "可灵的九位导演各拍一部短片。"), "not chosen"),
        (("35000",), None, "not chosen"),
        (("四百万",), RIGHT, ""),  # no passage holds it, so nobody can say where it was lost
    ],
)
def test_a_missing_fact_has_a_cause(facts: Sequence[str], reply: tuple[str, str] | None, cause: str) -> None:
    assert asked(case("成本是多少？", facts=facts), reply).results[0].scores.cause == cause


def test_a_fact_that_retrieval_misses_is_not_retrieved() -> None:
    assistant = Scripted(**{"q": None})
    assistant.retrieve = lambda question, top_k=8, articles=None: []
    scores = run([case("q")], assistant, progress=False).results[0].scores
    assert (scores.cause, scores.passages["hit@20"], scores.sentences["hit@20"]) == ("not retrieved", 0, 0)


TOLD = "九位导演各拍一部短片。"
FAR = "\n".join(["剧组搬了三次家，每次都说好景不长。"] * 60)


@pytest.mark.parametrize(
    ("text", "facts", "top_k", "cause"),
    [
        (f"{TOLD}\n成本是35000元。", ("35000",), 1, "not retrieved"),  # the other article's comes first
        (f"{TOLD}\n成本是35000元。", ("35000",), 2, "not chosen"),
        (f"{TOLD}\n{FAR}\n成本是35000元。", ("九位", "35000"), 2, "not retrieved"),  # the passage of what was told was
        (f"{TOLD}\n{FAR}\n成本是35000元。", ("九位", "35000"), 99, "not chosen"),
        (f"{TOLD}\n" + "".join(f"{who}的成本是35000元。" for who in "甲乙丙丁"), ("35000",), 8, "not chosen"),
    ],
)
def test_the_cause_is_of_the_missing_facts_among_the_passages_answered_from(
    text: str, facts: Sequence[str], top_k: int, cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ARTICLES, "kling", Article("kling", text, "九位导演"))
    question = "成本是多少？"
    assistant = Scripted(**{question: ("kling", TOLD)})
    everything = assistant.retrieve
    assistant.top_k = top_k
    assistant.retrieve = lambda question, top_k=8, articles=None: everything(question)[:top_k]
    assert run([case(question, facts=facts)], assistant, progress=False).results[0].scores.cause == cause


def test_passages_and_sentences_that_hold_facts_are_looked_for() -> None:
    scores = asked(case("每部平均成本是多少？"), RIGHT).results[0].scores
    assert (scores.passages["hit@1"], scores.passages["hit@2"], scores.passages["mrr@10"]) == (0, 1, 1 / 2)
    assert scores.sentences["recall@3"] == 1
    assert scores.unaided is None
    follow_up = asked(case("成本呢？", "followup", history=("成本呢？",)), RIGHT).results[0].scores
    assert follow_up.unaided["hit@2"] == 1
    assert asked(case("q", "unanswerable", ()), None).results[0].scores.passages is None


def test_the_summary_has_the_refusal_curve_and_retrieval_by_depth() -> None:
    metrics = summary(mixed())
    assert metrics["articles"]["kling"]["cases"] == 5
    assert metrics["refusal_curve"] == [[0.0, 0.0, 1.0], [None, 1.0, 0.0]]  # the script is never sure
    assert metrics["auroc"] == 0.5
    assert metrics["depth"]["passages"]["hit"][:2] == [[1, 0.0], [2, 1.0]]
    assert metrics["p50_interval"][0] <= metrics["p50_ms"] <= metrics["p50_interval"][1]


def test_many_articles_are_not_told_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.summary._MOST_ARTICLES", 0)
    metrics = summary(mixed())
    assert metrics["articles"] == {}
    assert metrics["types"]


def test_scores_alone_are_the_same_every_time() -> None:
    one, other = (json.dumps(to_json(mixed(), answers=False), ensure_ascii=False) for _ in range(2))
    assert one == other
    assert "citations" not in one
    assert "refused, but it has an answer" in one
