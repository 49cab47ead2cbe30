"""The keyless answerer: sentences of the passages found, ranked by a linear model over readable features."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np

from ingest.article import Article
from rag.features import FEATURES, Measures, Place
from rag.query import Query, known_as
from rag.retrieve import Hit
from rag.sentences import outline

# Log-odds for a sentence that introduces whom a question asks about; too few such questions were written to fit it.
_INTRODUCES = 3.0


@dataclass(frozen=True)
class Candidate:
    """A sentence that may answer: `article.text[start:end]`, where it stands and how it scored."""

    article: Article
    hit: Hit
    start: int
    end: int
    previous: str  # the sentences around it in the same article
    next: str
    is_heading: bool
    features: np.ndarray  # in the order of FEATURES
    score: float

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.article.text[self.start : self.end]


def rank(
    query: Query, hits: Sequence[Hit], articles: Mapping[str, Article], weights: np.ndarray | None = None
) -> list[Candidate]:
    """All sentences of the passages, the likeliest to answer first.

    `articles`: id → article of every hit; `weights` of the features, shape (len(FEATURES),), fitted ones by default.
    """
    places = [place for n, hit in enumerate(hits) for place in _places(articles[hit.passage.article], hit, n)]
    if not places:
        return []
    rows = Measures(query, places).rows()
    scores = rows @ (_weights() if weights is None else weights)
    if query.who_is:
        scores += _INTRODUCES * np.array([_introduces(query, place) for place in places])
    found = [_candidate(place, row, float(score)) for place, row, score in zip(places, rows, scores, strict=True)]
    return sorted(found, key=lambda c: (-c.score, c.hit.passage.article, c.start))


def _introduces(query: Query, place: Place) -> bool:
    """Whether the sentence is the first of its article to mention a name: there the press says who that is."""
    names = known_as(query, place.outline.folded).names
    first = [place.outline.last_mention(n, place.index) == place.index for n in names]
    before = [place.index and place.outline.last_mention(n, place.index - 1) is not None for n in names]
    return any(now and not earlier for now, earlier in zip(first, before, strict=True))


def _places(article: Article, hit: Hit, rank: int) -> Iterator[Place]:
    whole = outline(article)
    for index in whole.within(hit.passage.start, hit.passage.end):
        yield Place(article, hit, rank, whole, index)


def _candidate(place: Place, row: np.ndarray, score: float) -> Candidate:
    it = place.sentence
    before, after = place.neighbour(-1), place.neighbour(1)
    return Candidate(place.article, place.hit, it.start, it.end, before, after, it.is_heading, row, score)


@lru_cache(maxsize=1)
def _weights() -> np.ndarray:
    fitted = json.loads((files("rag") / "extract.json").read_text(encoding="utf-8"))
    return np.array([fitted["weights"][name] for name in FEATURES])
