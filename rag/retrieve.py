"""Passages for a question: words and vectors, added by normalised score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ingest.article import Passage
from ingest.library import Library
from rag.mention import looked_into
from rag.query import Query, analyse
from rag.romanisation import in_chinese, romanised, spellings

if TYPE_CHECKING:
    from ingest.embed import Reranker

Mode = Literal["hybrid", "words", "vectors"]

TOP_K = 8
DEPTH = 100  # candidates from each index
_RERANKED = 30  # passages that a reranker reads
# fused = BM25 / (best BM25 + FAINT) + weight · cosine. Where question and passage differ in language, words say little.
SAME_LANGUAGE = 0.45
OTHER_LANGUAGE = 2.0
_INTRODUCING = 3  # articles, of those that hold the best passages, that may say who somebody is
FAINT = 6.0  # a best BM25 so low, of a common word or two, is half as good as one by many rare words


@dataclass(frozen=True)
class Hit:
    """A passage found, its fused score, and the two scores it was made of."""

    passage: Passage
    score: float
    words: float  # BM25 over the best BM25, 0 to 1
    cosine: float


class Retriever:
    """Finds passages of one library among `depth` candidates from each index.

    `reranker`, a cross-encoder, reorders the best of them.
    """

    def __init__(self, library: Library, reranker: Reranker | None = None, depth: int = DEPTH) -> None:
        self.library, self.reranker, self.depth = library, reranker, depth
        self._spelled: dict[str, dict[str, tuple[str, ...]]] = {}  # library version → people by their pinyin

    def retrieve(
        self,
        question: str | Query,
        top_k: int = TOP_K,
        articles: Sequence[str] | None = None,
        mode: Mode = "hybrid",
    ) -> list[Hit]:
        """The best `top_k` passages, best first, of the whole library or of some articles."""
        query = self.understood(question) if isinstance(question, str) else question
        by_words = self._words(query, articles) if mode != "vectors" else {}
        by_vectors = self._vectors(query, articles) if mode != "words" else {}
        weight = SAME_LANGUAGE if query.chinese else OTHER_LANGUAGE
        fused = fuse(by_words, by_vectors, weight)
        best = sorted(fused, key=lambda id: (-fused[id], id))[: max(2 * top_k, _RERANKED if self.reranker else 0)]
        passages = self.library.passages(best)  # an index may know passages that are being replaced
        top = max(by_words.values(), default=1.0)
        hits = [
            Hit(passages[id], fused[id], by_words.get(id, 0.0) / top, by_vectors.get(id, 0.0))
            for id in best
            if id in passages
        ]
        if mode != "hybrid":
            return hits[:top_k]
        hits = self._reranked(query, hits)[:top_k]
        return self._with_introductions(query, hits) if query.who_is else hits

    def _with_introductions(self, query: Query, hits: list[Hit]) -> list[Hit]:
        """With the passages that first mention whom a question asks about, which many others may outdo: 刘姝铭说……."""
        names = [name for same in query.names for name in same]
        first: list[Passage] = []
        for article in list(dict.fromkeys(hit.passage.article for hit in hits))[:_INTRODUCING]:
            told = (p for p in self.library.passages_of(article) if any(map(looked_into(p.text).mentions, names)))
            first += [passage for passage in (next(told, None),) if passage is not None]
        found = {hit.passage.id for hit in hits}
        added = [replace(hits[-1], passage=passage) for passage in first if passage.id not in found]
        return [*hits[: len(hits) - len(added)], *added]

    def understood(self, question: str) -> Query:
        """The question as it's read over this library: people whom its articles name, spelled in pinyin, as 薛晓路."""
        query = analyse(question)
        if not romanised(query):
            return query
        version = self.library.version()
        if version not in self._spelled:
            self._spelled = {version: spellings(self.library.articles())}
        return in_chinese(query, self._spelled[version])

    def _reranked(self, query: Query, hits: list[Hit]) -> list[Hit]:
        if self.reranker is None or not hits:
            return hits
        scores = self.reranker.scores(query.text, [hit.passage.text for hit in hits])
        # Sentence ranking reads the fused score as a share of the best one's: keep it positive and in the new order.
        order = sorted(zip(scores, hits, strict=True), key=lambda pair: -pair[0])
        levels = sorted((hit.score for hit in hits), reverse=True)
        return [replace(hit, score=level) for (_, hit), level in zip(order, levels, strict=True)]

    def _words(self, query: Query, articles: Sequence[str] | None) -> dict[str, float]:
        return self.library.search_words(query.terms, self.depth, articles)

    def _vectors(self, query: Query, articles: Sequence[str] | None) -> dict[str, float]:
        vector = self.library.embedder.embed_query(query.text)
        return self.library.search_vectors(vector, self.depth, articles)


def fuse(by_words: Mapping[str, float], by_vectors: Mapping[str, float], weight: float) -> dict[str, float]:
    """BM25 / (best BM25 + FAINT) + weight · cosine. Beyond an index's depth a passage gets that index's lowest score.

    Ranks are not fused: an equal vote for a weaker ranker lost up to 13 points of recall@1 (DRCD).
    """
    top = max(by_words.values(), default=1.0)
    floor = min(by_vectors.values(), default=0.0) if len(by_vectors) >= DEPTH else 0.0
    return {
        id: by_words.get(id, 0.0) / (top + FAINT) + weight * by_vectors.get(id, floor)
        for id in by_words.keys() | by_vectors.keys()
    }
