"""Where retrieval puts what answers: passages, and the sentences of those that an answer is made from.

Question sets say which articles answer and with which facts, not which passage. So a passage or sentence counts as
relevant if it is of one of those articles and holds a fact, the more of them the more relevant: labels by rule, which
take a fact mentioned in passing for an answer, and miss one that is spread over two sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from eval.cases import Case
from eval.facts import facts_met
from eval.metrics import Grades, hit, ndcg, recall, reciprocal_rank
from ingest.split import sentences

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.extract import Candidate

DEPTHS = (1, 2, 3, 5, 10, 20)  # passages looked at, or sentences

Scores = dict[str, float]  # "hit@5" → 1.0


def passage_scores(case: Case, question: str, assistant: Assistant, articles: Sequence[str]) -> Scores | None:
    """How well the passages are ranked for a question; None where no passage of `articles` holds a fact."""
    grades = {
        passage.id: sum(facts_met(case.facts, passage.text))
        for article in articles
        for passage in assistant.library.passages_of(article)
    }
    if not any(grades.values()):
        return None
    hits = assistant.retriever.retrieve(question, DEPTHS[-1], case.among or None)
    return ranking_scores([hit.passage.id for hit in hits], grades)


def sentence_scores(case: Case, question: str, assistant: Assistant, articles: Sequence[str]) -> Scores | None:
    """How well sentences are ranked among those of the passages that an answer is made from; None as above."""
    from rag.extract import rank

    grades = {
        (article, start, end): sum(facts_met(case.facts, text[start:end]))
        for article in articles
        for text in [assistant.library.article(article).text]
        for start, end in sentences(text)
    }
    if not any(grades.values()):
        return None
    query = assistant.retriever.understood(question)
    hits = assistant.retriever.retrieve(query, assistant.top_k, case.among or None)
    found = assistant.library.find_articles({hit.passage.article for hit in hits})
    ranked = rank(query, [hit for hit in hits if hit.passage.article in found], found)
    relevant = {_named(span): grade for span, grade in grades.items() if grade}
    spans = [span for span, grade in grades.items() if grade]
    order = dict.fromkeys(name for candidate in ranked for name in _names(candidate, spans))
    return ranking_scores(list(order), relevant)


def _names(candidate: Candidate, relevant: Sequence[tuple[str, int, int]]) -> Iterator[str]:
    """The relevant sentences that a candidate holds, or itself: an answerer may cut sentences in another way."""
    id, start, end = candidate.article.id, candidate.start, candidate.end
    inside = [span for span in relevant if span[0] == id and span[1] < end and start < span[2]]
    yield from map(_named, inside or [(id, start, end)])


def _named(span: tuple[str, int, int]) -> str:
    return "{}:{}-{}".format(*span)


def ranking_scores(ranked: Sequence[str], grades: Grades) -> Scores:
    """hit@k and recall@k at every depth, MRR@10 and nDCG@10 of one ranking."""
    return {
        **{f"hit@{k}": hit(ranked, grades, k) for k in DEPTHS},
        **{f"recall@{k}": recall(ranked, grades, k) for k in DEPTHS},
        "mrr@10": reciprocal_rank(ranked, grades, 10),
        "ndcg@10": ndcg(ranked, grades, 10),
    }
