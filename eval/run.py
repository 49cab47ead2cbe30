"""Asks every case through the assistant that users get, and scores the answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from eval.cases import Case
from eval.citations import citation_faults, citation_quality, verified
from eval.facts import exact_match, facts_met, figures_met, overlap
from eval.progress import bar
from eval.ranking import Scores as Ranks
from eval.ranking import passage_scores, sentence_scores
from ingest.article import Passage
from ingest.errors import LLMError, QuestionError
from rag.answer import Answer
from rag.assistant import Assistant, Turn

Cause = Literal["not retrieved", "not ranked", "not chosen", ""]


@dataclass(frozen=True)
class Scores:
    """What one answer got. None stands for a score that the case doesn't ask for."""

    facts: tuple[bool, ...]
    figures: float | None  # the share of the facts' figures that the answer holds
    exact_match: float | None  # of the answer with the fact, where the case has one only
    overlap: float | None  # F1 of their tokens
    article_first: bool | None  # whether the first citation is of an article that answers
    article_recall: float | None  # the share of the case's articles that is cited
    refusal: bool | None  # whether it was refused, or answered, as it should be; None for an error, which is neither
    citation_recall: float | None  # ALCE, by our own verifier rather than an NLI model; None for a refusal or an error
    citation_precision: float | None
    exact: bool | None  # every citation quotes what stands at its offsets, and is marked; None for an error
    length: int  # characters of the answer
    ms: float
    passages: Ranks | None = None  # how well retrieval ranks the passages that hold a fact
    sentences: Ranks | None = None  # and their sentences
    unaided: Ranks | None = None  # of a follow-up: passages for its words alone, without the conversation
    reason: str = ""  # what was missed; empty for a case that passed
    cause: Cause = ""  # where a missing fact was lost

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
    """All results of a question set, in its order, and what was run: versions, library, model."""

    results: tuple[Result, ...]
    about: dict[str, Any]

    @property
    def misses(self) -> list[Result]:
        """The results that didn't pass."""
        return [result for result in self.results if not result.scores.passed]


def run(cases: Sequence[Case], assistant: Assistant, progress: bool = True, description: str = "Asking") -> Run:
    """Ask every case and score it. A question that can't be answered for an error is scored as a miss.

    Of articles that the library lacks nothing can be expected: they are listed in `about`, and not scored. Where it
    lacks all that answer a question, refusing is as right as it gets, but counts for no rate of refusals.
    """
    with bar(description, progress) as advance:
        for grown in running(cases, assistant):
            advance(len(grown.results), len(cases))
    return grown


def running(cases: Sequence[Case], assistant: Assistant) -> Generator[Run, None, None]:
    """The same run as it grows, a case at a time, from none at all."""

    @cache
    def text_of(article: str) -> str | None:
        try:
            return assistant.library.article(article).text
        except QuestionError:
            return None

    about, results = {**_about(assistant), "seconds": 0.0}, list[Result]()
    about["absent_articles"] = sorted(
        {id for case in cases for id in (*case.articles, *case.among) if text_of(id) is None}
    )
    yield Run((), about)
    if cases and assistant.generator is None:
        _ask(cases[0], assistant)  # asked twice, for the first question of all waits for models to load
    began = time.perf_counter()
    for case in cases:
        answer, ms = _ask(case, assistant)
        scores = score(case, answer, ms, text_of)
        results.append(Result(case, answer, _ranked(case, answer, scores, assistant, text_of)))
        yield Run(tuple(results), {**about, "seconds": round(time.perf_counter() - began, 1)})


def _about(assistant: Assistant) -> dict[str, Any]:
    """What figures depend on, for whoever reads them later."""
    import platform
    from datetime import date
    from importlib.metadata import version

    counts = assistant.library.passage_counts()
    return {
        "date": date.today().isoformat(),
        "changji": version("changji"),
        "python": platform.python_version(),
        "library": {"articles": len(counts), "passages": sum(counts.values())},
        "embedder": assistant.library.manifest["embedder_version"],
        "model": assistant.generator.name if assistant.generator else "",
        "top_k": assistant.top_k,
        "strictness": assistant.strictness,
    }


def _ask(case: Case, assistant: Assistant) -> tuple[Answer, float]:
    """The answer and its milliseconds. Earlier questions are asked too, as in a chat, but not timed."""
    turns: list[Turn] = []
    among = case.among or None
    started = time.perf_counter()
    try:
        for question in case.history:
            turns.append(Turn(question, assistant.ask(question, tuple(turns), among).answer))
        started = time.perf_counter()
        answer = assistant.ask(case.question, tuple(turns), among)
    except (QuestionError, LLMError) as error:
        answer = Answer(case.question, "", refused=False, mode="extract", language=case.lang, notice=str(error))
    return answer, (time.perf_counter() - started) * 1000


def failed(answer: Answer) -> bool:
    """Whether the question ended in an error, so that it was neither answered nor refused."""
    return not answer.answer and bool(answer.notice)


def fell_back(answer: Answer) -> bool:
    """Whether an assistant with a language model went on without it: at the answer, or at what a follow-up means.

    A refusal before the model was asked isn't that. What the model wrote or wasn't asked for has no notice else.
    """
    if failed(answer):
        return False
    return bool(answer.notice) if answer.refused or answer.mode == "llm" else True


def score(case: Case, answer: Answer, ms: float, text_of: Callable[[str], str | None]) -> Scores:
    """Scores of one answer; `text_of` gives an article's text, or None where there is no such article."""
    wants_refusal, error = case.refusal == "right", failed(answer)
    rightly_refused = wants_refusal or (
        answer.refused and case.refusal == "allowed"
    )  # there is nothing to tell or cite
    faults = citation_faults(answer, text_of)
    cited = [citation.article for citation in answer.citations]
    present = [id for id in case.articles if text_of(id) is not None]
    known = [] if rightly_refused else present
    may_refuse = case.refusal == "allowed" or (not wants_refusal and bool(case.articles) and not present)
    text = "" if answer.refused else answer.answer
    facts = () if rightly_refused else case.facts
    short = facts[0] if len(facts) == 1 else None
    quality = None if answer.refused or error else citation_quality(answer, verified)
    scores = Scores(
        facts=tuple(facts_met(facts, text)),
        figures=figures_met(facts, text),
        exact_match=exact_match(text, short) if short else None,
        overlap=overlap(text, short) if short else None,
        article_first=bool(cited) and cited[0] in known if known else None,
        article_recall=len({*cited} & {*known}) / len(known) if known else None,
        refusal=None if error or may_refuse else answer.refused == wants_refusal,
        citation_recall=quality and quality[0],
        citation_precision=quality and quality[1],
        exact=None if error else not faults,
        length=len(answer.answer),
        ms=ms,
    )
    return replace(scores, reason="; ".join([*_misses(case, answer, scores), *faults]))


def _misses(case: Case, answer: Answer, scores: Scores) -> Iterator[str]:
    if failed(answer):
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


def _ranked(
    case: Case, answer: Answer, scores: Scores, assistant: Assistant, text_of: Callable[[str], str | None]
) -> Scores:
    """The scores with those of retrieval, for the question as it was understood, and the cause of a missing fact."""
    among = set(case.among or case.articles)
    articles = [id for id in case.articles if id in among and text_of(id) is not None]
    if not articles or not case.facts or case.refusal == "right" or failed(answer):
        return scores
    question = answer.rewritten or case.question
    scores = replace(
        scores,
        passages=passage_scores(case, question, assistant, articles),
        sentences=sentence_scores(case, question, assistant, articles),
        unaided=passage_scores(case, case.question, assistant, articles) if case.history else None,
    )
    missing = tuple(fact for fact, met in zip(case.facts, scores.facts, strict=False) if not met)
    cause = _cause(replace(case, facts=missing), question, assistant, articles) if missing else ""
    return replace(scores, cause=cause)


def _cause(lost: Case, question: str, assistant: Assistant, articles: Sequence[str]) -> Cause:
    """Where the missing facts were lost, which `lost` has alone: at the first step after which none of them is there.

    No passage that an answer is made from holds one, no sentence among the first does, or one does but wasn't told.
    """

    def holds(passage: Passage) -> bool:
        return any(facts_met(lost.facts, passage.text))

    if not any(holds(passage) for id in articles for passage in assistant.library.passages_of(id)):
        return ""  # they don't stand in one place, so nobody can say
    found = [hit.passage for hit in assistant.retriever.retrieve(question, assistant.top_k, lost.among or None)]
    if not any(passage.article in articles and holds(passage) for passage in found):
        return "not retrieved"
    sentences = sentence_scores(lost, question, assistant, articles)
    if not sentences:
        return ""
    return "not chosen" if sentences["hit@3"] else "not ranked"
