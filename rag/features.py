"""What the sentence ranker knows about a sentence: one row of numbers, each with a name that says what it means."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.article import Article
from ingest.embed import bundled
from ingest.text import fold
from rag.kinds import KINDS, holds
from rag.mention import Text, closeness, coverage, looked_into, pairs, weight
from rag.query import Query, known_as
from rag.retrieve import Hit
from rag.sentences import CLAUSE_END, Outline, Sentence

FACTS = ("who", "when", "where", "how_many", "how_long")  # kinds of which one can tell whether a sentence holds them
MEASURED = (
    "coverage",  # of the question's concepts by the sentence, weighted by rarity
    "coverage_common",  # the same, weighted by rarity within the passages found
    "coverage_around",  # by the sentence and its neighbours
    "coverage_passage",  # by the passage, its heading and the article's title
    "closeness",  # of the question's concepts to the sentence's words, weighted by rarity
    "closeness_around",  # and to the neighbours' words
    "attribute",  # of the concepts that are no names: what is asked about them
    "attribute_least",  # of the one of these that is furthest
    "head",  # of the concept next to the wording of asking
    "pairs",  # share of the question's pairs of characters, by rarity
    "cosine",  # question and sentence
    "cosine_around",  # question and sentence with its neighbours
    "passage_score",  # the passage's fused score over the best one's
    "passage_first",  # reciprocal rank of the passage
    "names",  # share of the question's names in the sentence
    "names_around",  # or in its neighbours, heading and title
    "names_recent",  # or before it, the less the further back
    "names_article",  # or anywhere in the article
    "stranger",  # it doesn't name what is asked about, and somebody or some work else is named in it or since that was
    "bound",  # names, years, attribute and kind in this sentence: 0 unless it holds the kind, else names · attribute
    "bound_least",  # the same by the part of the attribute that is furthest
    "bound_around",  # the same with names and years that may stand in its neighbours, heading or title, or before it
    "bound_head",  # the same, of the attribute only what stands next to the wording of asking
    "clause",  # the attribute's closeness to the closest clause, of those that hold the kind, if it can be told
    "clause_head",  # the same of what stands next to the wording of asking
    "years",  # share of the question's years in the sentence
    "figures",  # share of the question's other numbers in the sentence
    "longest_match",  # longest run of characters shared with the question, over the question's length
    "length",  # logarithm of the number of characters
    "short",  # fewer than ten characters
    "question",  # it is a question itself
    "heading",  # it is a heading
    "opening",  # how near it is to the article's beginning
    *(f"kind_{kind}" for kind in KINDS),  # it holds the kind of thing asked for, which isn't in the question already
)
READ = (
    "reader",  # log-odds of the sentence to answer, by the bundled reader; LEAST of a passage that it didn't read
    "reader_across",  # the same where question and sentence are in different languages, which it understands less well
    "reader_share",  # its likelihood among all sentences read and that none answers
)
FEATURES = (*MEASURED, *READ)
_TELLING = 2.0  # rarity from which a missing concept matters
_FAR = 12  # sentences: a name further back than that is not what a sentence is about
_FADE = 0.8  # of a mention, for each sentence that it lies back
_QUESTION_END = re.compile(r"[？?][”’」』）)\"]*$")


@dataclass(frozen=True)
class Place:
    """A sentence where it stands: its article, the passage that led there, and what is around it."""

    article: Article
    hit: Hit
    rank: int  # of the passage, from 0
    outline: Outline
    index: int  # of the sentence in the outline

    @property
    def sentence(self) -> Sentence:
        """The sentence itself."""
        return self.outline.sentences[self.index]

    def neighbour(self, distance: int) -> str:
        """The text of a sentence before (-1) or after (1) it; "" where there is none."""
        at = self.index + distance
        return self.outline.sentences[at].text if 0 <= at < len(self.outline.sentences) else ""

    @property
    def around(self) -> str:
        """The sentence amid its neighbours."""
        return f"{self.neighbour(-1)}\n{self.sentence.text}\n{self.neighbour(1)}"

    @property
    def named(self) -> str:
        """Its neighbours, heading and title: where what it speaks of is likely to be named."""
        return f"{self.around}\n{self.article.title}\n{self.hit.passage.heading}"

    @property
    def passage(self) -> str:
        """The whole passage with its heading and title."""
        return f"{self.article.title}\n{self.hit.passage.heading}\n{self.hit.passage.text}"


class Measures:
    """Measures the sentences found for one question."""

    def __init__(self, query: Query, places: Sequence[Place]) -> None:
        self.query, self.places = query, places
        self.asked = fold(query.text)
        self.weights = np.array([weight(concept) for concept in query.concepts])
        self.common = self.weights * _local_rarity(query, [place.sentence.seen for place in places])
        self.attribute = attributes(query)
        self._known_as = {id(o): known_as(query, o.folded) for o in {id(p.outline): p.outline for p in places}.values()}

    def rows(self) -> np.ndarray:
        """Shape (len(places), len(MEASURED))."""
        best = max((place.hit.score for place in self.places), default=1.0)
        cosines = _cosines(self.query, self.places)
        return np.array([self._row(place, cosine, best) for place, cosine in zip(self.places, cosines, strict=True)])

    def _row(self, place: Place, cosines: np.ndarray, best: float) -> list[float]:
        query = self._known_as[id(place.outline)]
        own, sentence = place.sentence.seen, place.sentence
        around, named, passage = (looked_into(text) for text in (place.around, place.named, place.passage))
        kind_new = self._told_by(own.folded)
        near_to = closeness(query.concepts, own)
        recent, stranger = _recency(query, place)
        return [
            coverage(query.concepts, own, self.weights), coverage(query.concepts, own, self.common),
            coverage(query.concepts, around, self.weights), coverage(query.concepts, passage, self.weights),
            mean(near_to, self.weights), mean(closeness(query.concepts, around), self.weights),
            *self._attribute(near_to), self._head(near_to), pairs(self.asked, own), *cosines,
            place.hit.score / max(best, 1e-9), 1 / (1 + place.rank),
            share(query.names, own), share(query.names, named), recent, _in_article(query, place.outline), stranger,
            *self._bound(query, own, named, near_to, recent, kind_new), *self._clause(query, own, kind_new),
            share([(year,) for year in query.years], own), share(figures(query), own),
            _longest_match(self.asked, own.folded) / max(len(self.asked), 1), math.log(len(own.folded) + 1),
            float(len(own.folded) < 10), float(bool(_QUESTION_END.search(sentence.text))), float(sentence.is_heading),
            1 / (1 + place.index), *(float(kind_new and kind == query.kind) for kind in KINDS),
        ]  # fmt: skip

    def _attribute(self, near_to: np.ndarray) -> tuple[float, float]:
        told, said = near_to[self.attribute], self.weights[self.attribute]
        return (mean(told, said), least(told, said)) if len(told) else (1.0, 1.0)

    def _head(self, near_to: np.ndarray) -> float:
        return float(near_to[self.query.concepts.index(self.query.head)]) if self.query.head else 1.0

    def _clause(self, query: Query, sentence: Text, kind_new: bool) -> tuple[float, float]:
        """How close a single clause comes to the attribute and the head, 0 to 1; see FEATURES."""
        fact = query.kind in FACTS
        if fact and not kind_new:
            return 0.0, 0.0
        holding = [clause for clause in _clauses(sentence.folded) if not fact or self._told_by(clause.folded)]
        near = [closeness(query.concepts, clause) for clause in holding]
        return max((self._attribute(n)[0] for n in near), default=0.0), max(map(self._head, near), default=0.0)

    def _told_by(self, folded: str) -> bool:
        """Whether a text holds the kind of thing that is asked for, other than the question itself does."""
        return holds(self.query.kind, self.asked, folded)

    def _bound(
        self, query: Query, sentence: Text, context: Text, near_to: np.ndarray, recent: float, kind_new: bool
    ) -> tuple[float, float, float, float]:
        """How well one sentence ties together what the question does, 0 to 1; see FEATURES."""
        if query.kind in FACTS and not kind_new:
            return 0.0, 0.0, 0.0, 0.0
        wanted = [*query.names, *((year,) for year in query.years)]
        told, furthest = self._attribute(near_to)
        names, around = (share(wanted, text) if wanted else 1.0 for text in (sentence, context))
        around = max(around, recent if query.names and not query.years else 0.0)
        return names * told, names * furthest, around * told, around * self._head(near_to)


def _clauses(folded: str) -> list[Text]:
    """The clauses of a sentence in search form; it itself, where it is only one."""
    return [looked_into(clause) for clause in CLAUSE_END.split(folded) if clause.strip()]


def attributes(query: Query) -> np.ndarray:
    """Which concepts are what is asked about the names, being none themselves; bool, shape (len(query.concepts),)."""
    return np.array([concept not in query.names for concept in query.concepts], dtype=bool)


def figures(query: Query) -> list[tuple[str, ...]]:
    """The numbers of the question that are no years."""
    return [concept for concept in query.concepts if concept[0][0] == "#" and concept[0][1:] not in query.years]


def mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Weighted mean; 0 of nothing."""
    return float(values @ weights / weights.sum()) if len(weights) and weights.sum() > 0 else 0.0


def least(values: np.ndarray, weights: np.ndarray) -> float:
    """The lowest value among concepts that say something; very common words don't count."""
    telling = values[weights >= _TELLING]
    return float(telling.min()) if len(telling) else 1.0


def share(wanted: Sequence[Sequence[str]], text: Text) -> float:
    """Share of the names, each with its alternatives, that a text mentions; 0 where none is wanted."""
    return sum(text.mentions_any(names) for names in wanted) / len(wanted) if wanted else 0.0


def _recency(query: Query, place: Place) -> tuple[float, float]:
    """How recently the question's names were mentioned, 1 in the sentence; and whether a stranger came between."""
    if not query.names:
        return 0.0, 0.0
    lasts = [place.outline.last_mention(names, place.index) for names in query.names]
    recent = sum(_FADE ** (place.index - last) for last in lasts if last is not None) / len(lasts)
    since = max((last for last in lasts if last is not None), default=-_FAR)
    if since == place.index:
        return recent, 0.0
    between = place.outline.sentences[since + 1 : place.index + 1] if place.index - since < _FAR else [place.sentence]
    return recent, float(any(sentence.people or sentence.works for sentence in between))


def _in_article(query: Query, outline: Outline) -> float:
    last = len(outline.sentences) - 1
    found = [outline.last_mention(names, last) is not None for names in query.names]
    return sum(found) / len(found) if found else 0.0


def _local_rarity(query: Query, sentences: Sequence[Text]) -> np.ndarray:
    """How rare each concept is among the sentences found, 0 to 1: what they all hold decides nothing."""
    n = len(sentences)
    counts = np.array([sum(text.mentions_any(concept) for text in sentences) for concept in query.concepts])
    return np.log((n + 1) / (counts + 0.5)) / math.log((n + 1) / 0.5)


def _cosines(query: Query, places: Sequence[Place]) -> np.ndarray:
    """Cosine of the question with each sentence, and with the sentence amid its neighbours; shape (n, 2).

    Always by the bundled embedder, whatever made the library: the weights were fitted with it, and it is quick.
    """
    embedder = bundled()
    question = embedder.embed_query(query.text)
    own = embedder.embed_passages([place.sentence.text for place in places])
    around = embedder.embed_passages([place.around for place in places])
    return np.stack([own @ question, around @ question], axis=1)


def _longest_match(asked: str, folded: str) -> int:
    """Length of the longest run of characters that both hold."""
    longest, length = 0, 2
    for start in range(len(asked)):
        while start + length <= len(asked) and asked[start : start + length] in folded:
            longest, length = length, length + 1
    return longest
