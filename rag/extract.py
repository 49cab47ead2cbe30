"""The keyless answerer: sentences of the passages found, ranked by a linear model over readable features."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np

from ingest.article import Article
from ingest.embed import bundled
from ingest.numerals import numbers
from ingest.split import sentences
from ingest.text import fold
from rag.kinds import holds
from rag.mention import Text, closeness, coverage, looked_into, weight
from rag.query import Query
from rag.retrieve import Hit

FEATURES = (
    "coverage",  # of the question's terms by the sentence, weighted by rarity
    "coverage_common",  # the same, weighted by rarity within the passages found
    "coverage_around",  # by the sentence and its neighbours
    "coverage_passage",  # by the passage, its heading and the article's title
    "closeness",  # of the question's concepts to the sentence's words, weighted by rarity
    "closeness_around",  # and to the neighbours' words
    "cosine",  # question and sentence
    "cosine_around",  # question and sentence with its neighbours
    "passage_score",  # the passage's fused score over the best one's
    "passage_first",  # reciprocal rank of the passage
    "kind",  # the sentence holds the kind of thing asked for
    "kind_new",  # and that isn't already in the question
    "names",  # share of the question's names in the sentence
    "names_around",  # or in its neighbours, heading and title
    "bound",  # names, years, attribute and kind in this one sentence: 0 unless it holds the kind, else names · attribute
    "bound_least",  # the same by the part of the attribute that is furthest
    "bound_around",  # the same with names and years that may stand in its neighbours, heading or title
    "years",  # share of the question's years in the sentence
    "longest_match",  # longest run of characters shared with the question, over the question's length
    "length",  # logarithm of the number of characters
    "short",  # fewer than ten characters
    "question",  # it is a question itself
    "heading",  # it is a heading
)
FACTS = ("who", "when", "where", "how_many", "how_long")  # kinds of which one can tell whether a sentence holds them
_TELLING = 2.0  # rarity from which a missing concept matters
_LONG = 100  # characters: longer sentences are also cut at their semicolons
_LONGEST_QUOTATION = 200  # characters; of a longer one the sentences stand alone
_SEMICOLON = re.compile(r"[；;]")
_QUESTION_END = re.compile(r"[？?][”’」』）)\"]*$")


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


@dataclass(frozen=True)
class _Piece:
    article: Article
    hit: Hit
    rank: int
    start: int
    end: int
    previous: str
    next: str
    is_heading: bool

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


def rank(
    query: Query, hits: Sequence[Hit], articles: Mapping[str, Article], weights: np.ndarray | None = None
) -> list[Candidate]:
    """All sentences of the passages, the likeliest to answer first.

    `articles`: id → article of every hit; `weights` of the features, shape (len(FEATURES),), fitted ones by default.
    """
    pieces = [piece for n, hit in enumerate(hits) for piece in _pieces(articles[hit.passage.article], hit, n)]
    if not pieces:
        return []
    features = _features(query, pieces, hits[0].score)
    scores = features @ (_weights() if weights is None else weights)
    candidates = [
        Candidate(p.article, p.hit, p.start, p.end, p.previous, p.next, p.is_heading, row, float(score))
        for p, row, score in zip(pieces, features, scores, strict=True)
    ]
    return sorted(candidates, key=lambda c: (-c.score, c.hit.passage.article, c.start))




@lru_cache(maxsize=1)
def _weights() -> np.ndarray:
    fitted = json.loads((files("rag") / "extract.json").read_text(encoding="utf-8"))
    return np.array([fitted["weights"][name] for name in FEATURES])


def _pieces(article: Article, hit: Hit, rank: int) -> list[_Piece]:
    passage, pieces = hit.passage, []
    whole = _whole_quotations(passage.text, sentences(passage.text))
    spans = [piece for span in whole for piece in _clauses(passage.text, *span)]
    spans = [(start + passage.start, end + passage.start) for start, end in spans]
    headings = set(article.headings)
    for i, (start, end) in enumerate(spans):
        previous = article.text[slice(*spans[i - 1])] if i else ""
        following = article.text[slice(*spans[i + 1])] if i + 1 < len(spans) else ""
        pieces.append(_Piece(article, hit, rank, start, end, previous, following, (start, end) in headings))
    return pieces


def _whole_quotations(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sentences, with those that a quotation runs through as one: half a quotation has neither speaker nor end."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and text[merged[-1][1] : start].strip(" ") == "" and end - merged[-1][0] <= _LONGEST_QUOTATION:
            before = text[slice(*merged[-1])]
            if any(before.count(opening) > before.count(closing) for opening, closing in ("“”", "「」", "『』")):
                merged[-1] = (merged[-1][0], end)
                continue
        merged.append((start, end))
    return merged


def _clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A sentence, or the parts between semicolons of a long one."""
    if end - start <= _LONG:
        return [(start, end)]
    cuts = [start, *(match.end() for match in _SEMICOLON.finditer(text, start, end - 1)), end]
    spans = []
    for a, b in zip(cuts, cuts[1:], strict=False):
        while a < b and text[a].isspace():
            a += 1
        if a < b:
            spans.append((a, b))
    return spans


def _features(query: Query, pieces: Sequence[_Piece], best: float) -> np.ndarray:
    """Shape (len(pieces), len(FEATURES))."""
    weights = np.array([weight(concept) for concept in query.concepts])
    common = weights * _local_rarity(query, [looked_into(piece.text) for piece in pieces])
    asked, attribute = fold(query.text), attributes(query)
    rows = []
    for piece, (cosine, cosine_around) in zip(pieces, _vectors(query, pieces), strict=True):
        own, around = looked_into(piece.text), looked_into(f"{piece.previous}\n{piece.text}\n{piece.next}")
        named = looked_into(f"{piece.previous}\n{piece.text}\n{piece.next}\n{piece.article.title}\n{piece.hit.passage.heading}")
        passage = looked_into(f"{piece.article.title}\n{piece.hit.passage.heading}\n{piece.hit.passage.text}")
        held = holds(query.kind, asked, own.folded)
        rows.append([
            coverage(query.concepts, own, weights), coverage(query.concepts, own, common),
            coverage(query.concepts, around, weights), coverage(query.concepts, passage, weights),
            mean(closeness(query.concepts, own), weights), mean(closeness(query.concepts, around), weights),
            cosine, cosine_around,
            piece.hit.score / max(best, 1e-9), 1 / (1 + piece.rank), float(held),
            float(held and _adds(query.kind, asked, own.folded)), share(query.names, own), share(query.names, named),
            *_bound(query, own, named, attribute, weights, held and _adds(query.kind, asked, own.folded)),
            share([(year,) for year in query.years], own), _longest_match(asked, own.folded) / max(len(asked), 1),
            math.log(len(own.folded) + 1), float(len(own.folded) < 10), float(bool(_QUESTION_END.search(piece.text))),
            float(piece.is_heading),
        ])  # fmt: skip
    return np.array(rows)


def attributes(query: Query) -> np.ndarray:
    """Which concepts are what is asked about the names, being no part of one; bool, shape (len(query.concepts),)."""
    names = [name for alternatives in query.names for name in alternatives]
    return np.array([not any(concept[0] in name for name in names) for concept in query.concepts], dtype=bool)


def _bound(
    query: Query, sentence: Text, context: Text, attribute: np.ndarray, weights: np.ndarray, holds_new: bool
) -> tuple[float, float, float]:
    """How well one sentence ties together what the question does, 0 to 1; see FEATURES."""
    if query.kind in FACTS and not holds_new:
        return 0.0, 0.0, 0.0
    wanted = [*query.names, *((year,) for year in query.years)]
    near_to, said = closeness(query.concepts, sentence)[attribute], weights[attribute]
    told = mean(near_to, said) if len(near_to) else 1.0
    names, around = (share(wanted, text) if wanted else 1.0 for text in (sentence, context))
    return names * told, names * least(near_to, said), around * told


def mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Weighted mean; 0 of nothing."""
    return float(values @ weights / weights.sum()) if len(weights) else 0.0


def least(values: np.ndarray, weights: np.ndarray) -> float:
    """The lowest value among concepts that say something; very common words don't count."""
    telling = values[weights >= _TELLING]
    return float(telling.min()) if len(telling) else 1.0


def _local_rarity(query: Query, sentences: Sequence[Text]) -> np.ndarray:
    """How rare each concept is among the sentences found, 0 to 1: what they all hold decides nothing."""
    n = len(sentences)
    counts = np.array([sum(text.mentions_any(concept) for text in sentences) for concept in query.concepts])
    return np.log((n + 1) / (counts + 0.5)) / math.log((n + 1) / 0.5)


def _vectors(query: Query, pieces: Sequence[_Piece]) -> np.ndarray:
    """Cosine of the question with each sentence, and with the sentence amid its neighbours; shape (n, 2).

    Always by the bundled embedder, whatever made the library: the weights were fitted with it, and it is quick.
    """
    embedder = bundled()
    question = embedder.embed_query(query.text)
    own = embedder.embed_passages([piece.text for piece in pieces])
    around = embedder.embed_passages([f"{piece.previous}\n{piece.text}\n{piece.next}" for piece in pieces])
    return np.stack([own @ question, around @ question], axis=1)


def share(wanted: Sequence[Sequence[str]], text: Text) -> float:
    """Share of the names, each with its alternatives, that a text mentions; 0 where none is wanted."""
    return sum(text.mentions_any(names) for names in wanted) / len(wanted) if wanted else 0.0


def _adds(kind: str, asked: str, folded: str) -> bool:
    """Whether the sentence holds more than the question repeats, for the kinds where that can be told."""
    if kind in ("how_many", "when", "how_long"):
        return bool(numbers(folded) - numbers(asked))
    return True


def _longest_match(asked: str, folded: str) -> int:
    """Length of the longest run of characters that both hold."""
    longest, length = 0, 2
    for start in range(len(asked)):
        while start + length <= len(asked) and asked[start : start + length] in folded:
            longest, length = length, length + 1
    return longest
