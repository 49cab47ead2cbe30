"""The keyless answerer: sentences of the passages found, ranked by a linear model over readable features.

What can be measured ranks them roughly; the passages that come first that way are read by the bundled reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple, Protocol

import numpy as np

from ingest.article import Article
from ingest.text import fold
from rag.features import FEATURES, MEASURED, Measures, Place
from rag.query import Query, known_as
from rag.reader import asked_as, bundled
from rag.retrieve import Hit
from rag.sentences import outline

# Log-odds for a sentence that introduces whom a question asks about, and for one that says who or what that is; too few
# such questions were written to fit them.
_INTRODUCES, _DEFINES = 3.0, 6.0
READ_PASSAGES = 4  # reading takes the longest of all
PARTS = {"measured": MEASURED, "read": FEATURES}  # of the fitted weights
_LEAST, _MOST = -10.0, 8.0  # log-odds of the reader


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


class Weights(NamedTuple):
    """Of the features, before anything is read, shape (len(MEASURED),), and after it, shape (len(FEATURES),)."""

    measured: np.ndarray
    read: np.ndarray


class SentenceReader(Protocol):
    """Scores the sentences of a passage for a question; see `rag.reader.Reader`."""

    def scores(self, question: str, title: str, sentences: Sequence[str]) -> np.ndarray:
        """Log-odds of each sentence to answer, shape (len(sentences),); NaN for those that it didn't read."""
        ...


def rank(
    query: Query,
    hits: Sequence[Hit],
    articles: Mapping[str, Article],
    weights: Weights | None = None,
    reader: SentenceReader | None = None,
    most_read: int = READ_PASSAGES,
) -> list[Candidate]:
    """All sentences of the passages, the likeliest to answer first.

    `articles`: id → article of every hit; `weights`: the fitted ones by default; `reader`: the bundled one by default;
    `most_read`: passages that it reads, those that are likeliest to answer by what is measured.
    """
    places = [place for n, hit in enumerate(hits) for place in _places(articles[hit.passage.article], hit, n)]
    if not places:
        return []
    measured, weights = Measures(query, places).rows(), weights or _fitted()
    read = _read(query, places, measured @ weights.measured, reader or bundled(), most_read)
    rows = np.hstack([measured, read])
    scores = rows @ weights.read
    if query.who_is:
        scores += _INTRODUCES * np.array([_introduces(query, place) for place in places])
        scores += _DEFINES * np.array([_defines(query, place) for place in places])
    found = [_candidate(place, row, float(score)) for place, row, score in zip(places, rows, scores, strict=True)]
    return sorted(found, key=lambda c: (-c.score, c.hit.passage.article, c.start))


def _read(query: Query, places: Sequence[Place], rough: np.ndarray, reader: SentenceReader, most: int) -> np.ndarray:
    """What the reader says of each sentence, shape (len(places), len(READ)); it reads the likeliest passages only."""
    odds, question = np.full(len(places), _LEAST), asked_as(query)
    passage_of = [place.rank for place in places]
    likeliest = dict.fromkeys(passage_of[at] for at in np.argsort(-rough, kind="stable"))
    for passage in list(likeliest)[:most]:
        own = [at for at, other in enumerate(passage_of) if other == passage]
        told = [places[at].sentence.seen.folded for at in own]
        odds[own] = reader.scores(question, fold(places[own[0]].article.title), told)
    odds = np.clip(np.nan_to_num(odds, nan=_LEAST), _LEAST, _MOST)
    likely = np.exp(odds)
    across = [query.chinese != (place.article.language != "en") for place in places]
    return np.stack([odds, np.where(across, odds, 0.0), likely / (1 + likely.sum())], axis=1)


def _introduces(query: Query, place: Place) -> bool:
    """Whether the sentence is the first of its article to mention a name: there the press says who that is."""
    if place.sentence.is_heading:
        return False
    names = known_as(query, place.outline.folded).names
    first = [place.outline.last_mention(n, place.index) == place.index for n in names]
    before = [place.index and place.outline.last_mention(n, place.index - 1) is not None for n in names]
    return any(now and not earlier for now, earlier in zip(first, before, strict=True))


def _defines(query: Query, place: Place) -> bool:
    """Whether the sentence says of a name what it is: 可灵是一款视频模型."""
    names = (name for same in query.names for name in same)
    return any(_definition(name).search(place.sentence.seen.folded) for name in names)


@lru_cache(maxsize=256)
def _definition(name: str) -> re.Pattern[str]:
    between = r"(?:\s?[(（][^)）]*[)）])?(?:\s?(?:ai|公司|本人|本身|目前|现在|如今|其实|也|就|曾|原本?))?\s?"
    says = r"(?<![不但还])是(?!否|不是|在|因|由|为了|从)|[,，]?一[款家部个名位种]|(?:在[^,，。]{2,16})?(?:现任|担任|出任|任(?!何))|\b(?:is|was) an? "
    return re.compile(rf"{re.escape(name)}{between}(?:{says})")


def _places(article: Article, hit: Hit, rank: int) -> Iterator[Place]:
    whole = outline(article)
    for index in whole.within(hit.passage.start, hit.passage.end):
        yield Place(article, hit, rank, whole, index)


def _candidate(place: Place, row: np.ndarray, score: float) -> Candidate:
    it = place.sentence
    before, after = place.neighbour(-1), place.neighbour(1)
    return Candidate(place.article, place.hit, it.start, it.end, before, after, it.is_heading, row, score)


@lru_cache(maxsize=1)
def _fitted() -> Weights:
    fitted = json.loads((files("rag") / "extract.json").read_text(encoding="utf-8"))
    return Weights(*(np.array([fitted[part]["weights"][name] for name in names]) for part, names in PARTS.items()))
