"""Asks every case through the assistant that users get, and scores the answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

from eval.cases import TYPES, Case
from eval.metrics import auroc, bootstrap_interval, citation_faults, citation_quality, estimate, facts_met, percentile
from eval.progress import bar
from ingest.errors import LLMError, QuestionError
from rag.answer import Answer
from rag.assistant import Assistant, Turn
from rag.verify import support


@dataclass(frozen=True)
class Scores:
    """What one answer got. None stands for a score that the case doesn't ask for."""

    facts: tuple[bool, ...]
    article_first: bool | None  # whether the first citation is of an article that answers
    articles: float | None  # the share of the case's articles that is cited
    refusal: bool | None  # whether it was refused, or answered, as it should be
    citation_recall: float | None  # ALCE, by our own verifier rather than an NLI model; None for a refusal
    citation_precision: float | None
    exact: bool  # every citation quotes what stands at its offsets, and is marked
    length: int  # characters of the answer
    ms: float
    reason: str  # what was missed; empty for a case that passed

    @property
    def passed(self) -> bool:
        """Whether nothing was missed."""
        return not self.reason


@dataclass(frozen=True)
class Result:
    """One case, asked and scored."""

    case: Case
    answer: Answer
    scores: Scores


@dataclass(frozen=True)
class Run:
    """All results of a question set, in its order."""

    results: tuple[Result, ...]

    @property
    def misses(self) -> list[Result]:
        """The results that didn't pass."""
        return [result for result in self.results if not result.scores.passed]


def run(cases: Sequence[Case], assistant: Assistant, progress: bool = True) -> Run:
    """Ask every case and score it. A question that can't be answered for an error is scored as a miss."""

    @cache
    def text_of(article: str) -> str | None:
        try:
            return assistant.library.article(article).text
        except QuestionError:
            return None

    results = []
    with bar("Asking", progress) as advance:
        for case in cases:
            answer, ms = _ask(case, assistant)
            results.append(Result(case, answer, score(case, answer, ms, text_of)))
            advance(len(results), len(cases))
    return Run(tuple(results))


def _ask(case: Case, assistant: Assistant) -> tuple[Answer, float]:
    """The answer and its milliseconds. Earlier questions are asked too, as in a chat, but not timed."""
    turns: list[Turn] = []
    started = time.perf_counter()
    try:
        for question in case.history:
            turns.append(Turn(question, assistant.ask(question, tuple(turns)).answer))
        started = time.perf_counter()
        answer = assistant.ask(case.question, tuple(turns))
    except (QuestionError, LLMError) as error:
        answer = Answer(case.question, "", refused=False, mode="extract", language=case.lang, notice=str(error))
    return answer, (time.perf_counter() - started) * 1000


def score(case: Case, answer: Answer, ms: float, text_of: Callable[[str], str | None]) -> Scores:
    """Scores of one answer; `text_of` gives an article's text, or None where there is no such article."""
    wants_refusal = case.refusal == "right"
    faults = citation_faults(answer, text_of)
    cited = [citation.article for citation in answer.citations]
    wants_articles = bool(case.articles) and not wants_refusal
    quality = None if answer.refused else citation_quality(_statements(answer), _supports)
    scores = Scores(
        facts=() if wants_refusal else tuple(facts_met(case.facts, "" if answer.refused else answer.answer)),
        article_first=bool(cited) and cited[0] in case.articles if wants_articles else None,
        articles=len({*cited} & {*case.articles}) / len(case.articles) if wants_articles else None,
        refusal=None if case.refusal == "allowed" else answer.refused == wants_refusal,
        citation_recall=quality and quality[0],
        citation_precision=quality and quality[1],
        exact=not faults,
        length=len(answer.answer),
        ms=ms,
        reason="",
    )
    return replace(scores, reason="; ".join([*_misses(case, answer, scores), *faults]))


def _statements(answer: Answer) -> list[tuple[str, list[str]]]:
    quotes = {citation.number: citation.quote for citation in answer.citations}
    return [
        (sentence.text, [quotes[number] for number in sentence.citations if number in quotes])
        for sentence in answer.sentences
    ]


def _supports(evidence: str, statement: str) -> bool:
    return support(statement, [evidence]) == "supported"


def _misses(case: Case, answer: Answer, scores: Scores) -> Iterator[str]:
    if not answer.answer and answer.notice:
        yield f"error: {answer.notice}"
    elif scores.refusal is False:
        yield "refused, but it has an answer" if answer.refused else "answered, but nothing in the library does"
    elif not answer.refused:  # refused rightly, or at a false premise, which a refusal doesn't agree with
        missing = [fact[0] for fact, met in zip(case.facts, scores.facts, strict=False) if not met]
        if missing:
            yield "missing " + ", ".join(missing)
        if scores.article_first is False:
            first = answer.citations[0].article if answer.citations else "nothing"
            yield f"cites {first} first instead of {' or '.join(case.articles)}"


def summary(run: Run) -> dict[str, Any]:
    """Metrics of all cases, per type and per language: each a mean with its standard error, 95 % interval and count."""
    types = {type: [r for r in run.results if r.case.type == type] for type in TYPES}
    languages = {r.case.lang: [s for s in run.results if s.case.lang == r.case.lang] for r in run.results}
    return {
        "cases": len(run.results),
        **_group(run.results),
        "types": {type: _group(results) for type, results in types.items() if results},
        "languages": {lang: _group(results) for lang, results in sorted(languages.items())},
    }


def _group(results: Sequence[Result]) -> dict[str, Any]:
    """Metrics of some results; what none of them was asked for is left out."""
    scores = [result.scores for result in results]
    refusable = [result for result in results if result.case.refusal == "right"]
    answerable = [result for result in results if result.case.refusal == "wrong"]
    samples = {
        "passed": [s.passed for s in scores],
        "facts": [all(s.facts) for s in scores if s.facts],
        "fact_recall": [sum(s.facts) / len(s.facts) for s in scores if s.facts],
        "article_first": [s.article_first for s in scores if s.article_first is not None],
        "articles": [s.articles for s in scores if s.articles is not None],
        "citation_recall": [s.citation_recall for s in scores if s.citation_recall is not None],
        "citation_precision": [s.citation_precision for s in scores if s.citation_precision is not None],
        "exact": [s.exact for s in scores],
        "false_answers": [not result.answer.refused for result in refusable],
        "false_refusals": [result.answer.refused for result in answerable],
        "length": [s.length for s in scores],
    }
    metrics = {name: _plain(sample) for name, sample in samples.items() if sample}
    area = _auroc([*refusable, *answerable])
    latency = [s.ms for s in scores]
    return {
        **metrics,
        **({} if area is None else {"auroc": round(area, 4)}),
        "p50_ms": round(percentile(latency, 50), 2),
        "p95_ms": round(percentile(latency, 95), 2),
    }


def _plain(sample: Sequence[float]) -> dict[str, Any]:
    mean = estimate(sample)
    error = None if mean.error is None else round(mean.error, 4)
    interval = [round(bound, 4) for bound in bootstrap_interval(sample)]
    return {"mean": round(mean.mean, 4), "error": error, "interval": interval, "count": mean.count}


def _auroc(results: Sequence[Result]) -> float | None:
    confidences = [getattr(result.answer, "confidence", None) for result in results]
    if any(confidence is None for confidence in confidences):
        return None
    return auroc(confidences, [result.case.refusal == "wrong" for result in results])


def to_json(run: Run) -> dict[str, Any]:
    """`{"metrics": summary, "results": […]}`; a result is the answer's contract with the case's id and its scores."""
    return {
        "metrics": summary(run),
        "results": [
            {
                "id": result.case.id,
                "type": result.case.type,
                "lang": result.case.lang,
                **result.answer.to_dict(),
                "scores": {"passed": result.scores.passed, **asdict(result.scores)},
            }
            for result in run.results
        ],
    }
