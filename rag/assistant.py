"""`Assistant.ask`: the one road from a question to a cited answer or an honest refusal."""

from __future__ import annotations

import time
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ingest.article import Article
from ingest.errors import LLMError, QuestionError
from ingest.library import Library
from ingest.text import fold
from rag import compose
from rag.answer import Answer, Citation, Nearest
from rag.answerable import Strictness, confidence, threshold
from rag.binding import is_of_another_work
from rag.conversation import KEPT_TURNS, Before, Turn, readings
from rag.disagreement import disagreeing, is_told
from rag.extract import READ_PASSAGES, Candidate, rank
from rag.frames import asks_for_more, is_courtesy
from rag.mention import coverage, looked_into, weight
from rag.parts import completed, parts
from rag.query import Query, analyse, check_question, check_text
from rag.retrieve import TOP_K, Hit, Retriever
from rag.suggest import suggest

if TYPE_CHECKING:
    from ingest.embed import Reranker
    from rag.generate import Generator as LanguageModel

__all__ = ["Assistant", "Turn"]

_NEAREST = 3  # passages shown beneath a refusal
_SUGGESTED_FROM = 40  # articles, the latest
_LESS_LIKELY = 0.05  # confidence by which a later reading of a follow-up must be ahead of the one before it
_ABOUT = 0.5  # of a follow-up's own concepts, weighted by rarity, that what is found with its topic must hold
_SENTINEL_LENGTH = 12  # characters to wait for before streaming: they may be the model's way to refuse


@dataclass(frozen=True, eq=False)
class Finding:
    """What was found for one question: passages, their articles, their sentences ranked, and whether they answer it."""

    query: Query
    hits: Sequence[Hit]
    articles: Mapping[str, Article]
    ranked: Sequence[Candidate]
    confidence: float


class Assistant:
    """Answers questions from one library. Stateless between questions, so that any number of people may ask at once."""

    def __init__(
        self,
        library: Library,
        generator: LanguageModel | None = None,
        top_k: int = TOP_K,
        strictness: Strictness = "normal",
        reranker: Reranker | None = None,
    ) -> None:
        self.library, self.generator = library, generator
        self.top_k, self.strictness = top_k, strictness
        self.retriever = Retriever(library, reranker)
        self._suggested: dict[tuple[str, str, int], list[str]] = {}

    def ask(self, question: str, history: Sequence[Turn] = (), articles: Sequence[str] | None = None) -> Answer:
        """The answer, whole. A blank, over-long question or an unknown article is a QuestionError."""
        *_, answer = self.stream(question, history, articles)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, question: str, history: Sequence[Turn] = (), articles: Sequence[str] | None = None
    ) -> Iterator[str | Answer]:
        """The growing text of the answer, and at last the Answer. No `articles`, or an empty list, means all."""
        articles, history = articles or None, history[-KEPT_TURNS:]
        self.check(question, articles, history)
        began = time.perf_counter()
        asked, notice = self._stand_alone(question, history, articles)
        findings = self._look_for(asked, articles)
        if asks_for_more(fold(question)):
            findings = [_without(finding, [turn.answer for turn in history]) for finding in findings]
        retrieved = time.perf_counter()
        answered = self._answered(findings)
        answer = self._extracted(findings, answered) if answered else self._refused(findings[0])
        if answered and self.generator is not None:
            try:
                answer = yield from self._generated(findings[0].query, findings)
            except LLMError as error:
                notice = self._llm_notice(error, findings[0].query)
        timings = {
            "retrieve_ms": round((retrieved - began) * 1000, 2),
            "answer_ms": round((time.perf_counter() - retrieved) * 1000, 2),
        }
        rewritten = asked if asked != question else ""
        sure = round(max(finding.confidence for finding in findings), 4)
        told = " ".join(filter(None, (notice, answer.notice)))
        yield replace(answer, question=question, timings=timings, rewritten=rewritten, notice=told, confidence=sure)

    def _look_for(self, question: str, articles: Sequence[str] | None) -> list[Finding]:
        """What is found for the question as a whole and, where it asks for several things, for each of them."""
        asked = completed(parts(question), question, lambda earlier: self._told(earlier, articles))
        return [self._find(one, articles) for one in dict.fromkeys([question, *asked])]

    def _find(self, question: str, articles: Sequence[str] | None, most_read: int = READ_PASSAGES) -> Finding:
        query = self.retriever.understood(question)
        hits = self.retriever.retrieve(query, self.top_k, articles)
        found = self.library.find_articles({hit.passage.article for hit in hits})
        hits = [hit for hit in hits if hit.passage.article in found]  # one may have been removed meanwhile
        ranked = rank(query, hits, found, most_read=most_read)
        return Finding(query, hits, found, ranked, confidence(query, ranked))

    def _answered(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings that answer. Of several things asked, one may be less sure once another is answered."""
        answered = [finding for finding in findings if self._answers(finding)]
        if not answered or len(findings) == 1:
            return answered
        whole, *parts = findings
        if all(self._answers(part) for part in parts):
            return parts  # what the whole adds was not asked
        enough = [part for part in parts if part.confidence >= threshold(part.query, "lenient")]
        return [whole, *enough] if self._answers(whole) or not enough else enough

    def _answers(self, finding: Finding) -> bool:
        return finding.confidence >= threshold(finding.query, self.strictness)

    def check(self, question: str, articles: Sequence[str] | None, history: Sequence[Turn] = ()) -> None:
        """A blank or over-long question, an over-long earlier one, what is no text or no article, is a QuestionError."""
        if not question.strip():
            raise QuestionError("The question is empty; ask something about the articles.")
        for asked in (question, *(turn.question for turn in history)):
            check_question(asked)
        for id in articles or ():
            check_text(id)
            self.library.article(id)

    def suggestions(self, language: str = "zh", most: int = 4) -> list[str]:
        """Questions in Chinese ("zh", or "zh-Hant" in Traditional) or English ("en") that the library answers.

        They are made from its own sentences.
        """
        key = (self.library.version(), language, most)
        if key not in self._suggested:
            found = suggest(self.library.articles()[:_SUGGESTED_FROM], self._answers_from, language, most)
            self._suggested = {**{k: v for k, v in self._suggested.items() if k[0] == key[0]}, key: found}
        return self._suggested[key]

    def follow_ups(
        self, answer: Answer, asked: Collection[str], offered: Collection[str] = (), most: int = 3, language: str = ""
    ) -> list[str]:
        """Questions to go on with, which the answer's articles answer, but not with words that it cites already.

        They weren't `asked` yet, as typed or as understood, and are in the answer's language, or in another that is
        given. Those that were `offered` before come back only where there are no others.
        """
        told: list[Citation | Nearest] = [*answer.citations, *answer.nearest]
        near = self.library.find_articles(dict.fromkeys(item.article for item in told))

        def other_than(known: Collection[str]) -> list[str]:
            folded = {fold(question) for question in known}  # in whichever script

            def new(question: str, article: Article) -> bool:
                return fold(question) not in folded and self._answers_from(question, article, answer.citations)

            return suggest(list(near.values()), new, language or answer.language, most)

        known = {*asked, answer.rewritten}
        return other_than({*known, *offered}) or (other_than(known) if offered else [])

    def _answers_from(self, question: str, article: Article, told: Sequence[Citation] = ()) -> bool:
        finding = self._find(question, None, most_read=1)  # many are tried, and they are made of what answers them
        best = finding.ranked[0] if finding.confidence >= threshold(finding.query, "strict") else None
        return best is not None and best.article.id == article.id and not any(_is_in(best, item) for item in told)

    def _stand_alone(self, question: str, history: Sequence[Turn], articles: Sequence[str] | None) -> tuple[str, str]:
        """The question as it is understood on its own, and a notice where the LLM couldn't help with that."""
        if history and self.generator is not None:
            try:
                return self.generator.rewrite(question, history), ""
            except LLMError as error:
                return self._resolved(question, history, articles), self._llm_notice(error, analyse(question))
        return self._resolved(question, history, articles), ""

    def _resolved(self, question: str, history: Sequence[Turn], articles: Sequence[str] | None) -> str:
        """A follow-up without an LLM: of what it may mean, what the library answers best."""
        if not history:
            return question
        before = Before(history, lambda earlier: self._told(earlier, articles))
        possible = readings(question, before)
        if len(possible) == 1:
            return possible[0]
        first = self._find(possible[0], articles)
        if analyse(question).names and self._answers(first):
            return possible[0]  # with a subject of its own it needs no topic
        best, sure = possible[0], _sure(first, question, before.said)
        for n, other in enumerate(possible[1:], 1):
            if sure >= 1 - _LESS_LIKELY * n:
                break  # none can be as much ahead
            likely = _sure(self._find(other, articles), question, before.said) - _LESS_LIKELY * n
            best, sure = (other, likely) if likely > sure else (best, sure)
        return best

    def _told(self, question: str, articles: Sequence[str] | None) -> str:
        """What an earlier question was answered with, for finding out whom “he” means."""
        finding = self._find(question, articles)
        return " ".join(excerpt.text for excerpt in compose.choose(finding.query, finding.ranked))

    def _llm_notice(self, error: LLMError, query: Query) -> str:
        from rag.prompts import fallback_notice

        return fallback_notice(query.language, error)

    def _extracted(self, asked: Sequence[Finding], findings: Sequence[Finding]) -> Answer:
        """The answer from the findings that answer, with a notice of doubt and of what of the question none answers."""
        from rag.prompts import disagreement, doubt, untold

        query, missing = asked[0].query, [part.query.text for part in asked[1:] if part not in findings]
        if contrary := self._contrary(findings):
            written = compose.write(compose.excerpts_of(contrary), disagreement(query.language))
        else:
            written = _written(query, findings)
        text, sentences, citations = written
        unsure = _is_doubtful(query, findings, citations)
        notice = " ".join(filter(None, (doubt(query.language) if unsure else "", untold(query.language, missing))))
        return Answer(
            query.text, text, False, "extract", _told(query), sentences, citations, notice=notice, unsure=unsure
        )

    def _contrary(self, findings: Sequence[Finding]) -> list[Candidate]:
        """Sentences of different articles that disagree on what is asked, where one thing is asked."""
        return disagreeing(findings[0].query, findings[0].ranked) if len(findings) == 1 else []

    def _refused(self, finding: Finding) -> Answer:
        from rag.prompts import courtesy, refusal

        query = finding.query
        if is_courtesy(fold(query.text)):
            return Answer(query.text, courtesy(query.language), True, "extract", _told(query))
        nearest = tuple(
            Nearest.of(hit.passage, finding.articles[hit.passage.article]) for hit in finding.hits[:_NEAREST]
        )
        return Answer(
            query.text, refusal(query.language, bool(nearest)), True, "extract", _told(query), nearest=nearest
        )

    def _generated(self, query: Query, findings: Sequence[Finding]) -> Generator[str, None, Answer]:
        from rag.cite import Source, cite
        from rag.failures import emptied
        from rag.generate import behind_thoughts
        from rag.marks import is_wordless
        from rag.prompts import disagreement, is_refusal, without_sentinel

        assert self.generator is not None
        hits = {hit.passage.id: (hit, finding) for finding in findings for hit in finding.hits}
        sources = [Source.of(hit.passage, finding.articles[hit.passage.article]) for hit, finding in hits.values()]
        written = ""
        for delta in self.generator.stream(query.text, sources, query.language):
            written = behind_thoughts(written + delta)
            if len(written) > _SENTINEL_LENGTH and not is_refusal(written):
                yield without_sentinel(written)
        if is_refusal(written):
            return replace(self._refused(findings[0]), mode="llm", model=self.generator.name)
        if is_wordless(without_sentinel(written)):
            raise emptied(self.generator.name)
        text, sentences, citations = cite(without_sentinel(written), sources)
        model, contrary = self.generator.name, self._contrary(findings)
        if contrary and not is_told(text, contrary):
            excerpts, lead = compose.excerpts_of(contrary), disagreement(query.language)
            added, quoted, from_where = compose.write(excerpts, lead, len(citations) + 1)
            text, sentences, citations = f"{text}\n\n{added}", (*sentences, *quoted), (*citations, *from_where)
        return Answer(query.text, text, False, "llm", _told(query), sentences, citations, model=model)


def _written(query: Query, findings: Sequence[Finding]) -> compose.Written:
    """The sentences that answer, with a line above Chinese ones for who asked in English."""
    from rag.prompts import lead_in

    limits = compose.EACH if len(findings) > 1 else None
    chosen = [compose.choose(finding.query, finding.ranked, limits) for finding in findings]
    excerpts = compose.in_order(compose.joined(chosen), query.kind)
    in_chinese = any(excerpt.article.language != "en" for excerpt in excerpts)
    return compose.write(excerpts, lead_in(query.language) if query.language == "en" and in_chinese else "")


def _is_doubtful(query: Query, findings: Sequence[Finding], citations: Sequence[Citation]) -> bool:
    """Whether the strictest setting would have refused, or what is told first is of another work than is asked."""
    if not any(finding.confidence >= threshold(finding.query, "strict") for finding in findings):
        return True
    return any(is_of_another_work(f"{first.title}\n{first.quote}", query.text) for first in citations[:1])


def _without(finding: Finding, told: Sequence[str]) -> Finding:
    """What was found beside the sentences that answers have told already."""
    ranked = [c for c in finding.ranked if not any(" ".join(c.text.split()) in answer for answer in told)]
    return replace(finding, ranked=ranked, confidence=confidence(finding.query, ranked))


def _sure(finding: Finding, question: str, said: str) -> float:
    """How well a reading of a follow-up is answered, given what was `said` before.

    Less than any other if what is found is about the topic alone, or was told already to one who goes on to another subject.
    """
    if finding.query.text == question:
        return finding.confidence
    again = any(" ".join(candidate.text.split()) in said for candidate in finding.ranked[:1])
    return -1.0 if (again and analyse(question).names) or not _is_about(finding, question) else finding.confidence


def _is_about(finding: Finding, question: str) -> bool:
    """Whether what is found for a follow-up with its topic is about what it asks itself, not about the topic alone."""
    concepts = analyse(question).concepts
    told = looked_into("\n".join(hit.passage.text for hit in finding.hits))
    return not concepts or coverage(concepts, told, np.array([weight(concept) for concept in concepts])) >= _ABOUT


def _is_in(sentence: Candidate, told: Citation) -> bool:
    return told.article == sentence.article.id and told.start < sentence.end and sentence.start < told.end


def _told(query: Query) -> str:
    """The contract's language: zh, zh-Hant or en."""
    return "zh" if query.language == "zh-Hans" else query.language
