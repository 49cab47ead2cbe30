"""Does the library answer the question at all? A calibrated probability, and the point below which Changji says no."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np

from ingest.text import fold
from rag.extract import Candidate
from rag.features import FACTS, figures, least, share
from rag.features import FEATURES as SENTENCE_FEATURES
from rag.frames import is_courtesy
from rag.mention import Text, closeness, coverage, looked_into, weight
from rag.query import Query, known_as

_INTRODUCING = 3  # sentences, one of which introduces somebody though others are more like an answer
_BEST = 6  # sentences that are looked at for one that ties everything together

Strictness = Literal["lenient", "normal", "strict"]

_OF_THE_BEST = (  # features of the best sentence; see rag.features
    "coverage", "coverage_around", "coverage_passage", "closeness", "closeness_around", "attribute", "attribute_least",
    "head", "pairs", "cosine", "cosine_around", "names", "names_around", "names_recent", "names_article", "stranger",
    "years", "figures", "longest_match", "reader", "reader_share",
)  # fmt: skip
_OF_ANY = (
    "bound", "bound_least", "bound_around", "bound_head", "attribute", "attribute_least", "head", "cosine", "reader",
)  # fmt: skip
FEATURES = (
    "score",  # of the best sentence
    "lead",  # over the best sentence of another passage
    *_OF_THE_BEST,
    *(f"best_{name}" for name in _OF_ANY),  # the highest among the best sentences
    "reader_any",  # likelihood, by the reader, that any of the sentences answers
    "coverage_three",  # of the question's terms by the three best sentences together
    "missing_sentence",  # rarity of the rarest term missing from the sentence and its neighbours, over the greatest
    "missing_everywhere",  # and from everything retrieved
    "closeness_everywhere",  # of the concept that is furthest from everything retrieved
    "names_missing_everywhere",  # share of the question's names that are missing from everything retrieved
    "years_missing",  # it has a year that is missing around the sentence
    "figures_missing",  # or another number
    "kind_missing",  # a who, when, where, how many or how long that the best sentence doesn't hold
    "kind_missing_three",  # nor one of the three best
    "kind_missing_everywhere",  # nor any of the best that mentions the names
    "cosine_passage",  # question and best passage
    "terms",  # logarithm of the number of concepts: a long question is harder to cover
)
# What makes it less likely that the library answers; all else but the number of terms makes it likelier.
DOUBTS = frozenset((
    "stranger", "missing_sentence", "missing_everywhere", "names_missing_everywhere", "years_missing",
    "figures_missing", "kind_missing", "kind_missing_three", "kind_missing_everywhere",
))  # fmt: skip


def features(query: Query, ranked: Sequence[Candidate]) -> np.ndarray:
    """Shape (len(FEATURES),); `ranked` must not be empty."""
    best = ranked[0]
    query = known_as(query, looked_into(best.article.text).folded)
    own = dict(zip(SENTENCE_FEATURES, best.features, strict=True))
    other = next((c.score for c in ranked if c.hit.passage.id != best.hit.passage.id), best.score - 5.0)
    weights = np.array([weight(concept) for concept in query.concepts])
    near = looked_into(f"{best.previous}\n{best.text}\n{best.next}\n{best.article.title}\n{best.hit.passage.heading}")
    everything = looked_into("\n".join(dict.fromkeys(f"{c.article.title}\n{c.hit.passage.text}" for c in ranked)))
    three = looked_into("\n".join(c.text for c in ranked[:3]))
    held = [float(any(_of(c, f"kind_{kind}") for kind in FACTS)) for c in ranked[:_BEST]]
    fact = query.kind in FACTS
    return np.array([
        best.score, min(best.score - other, 8.0),
        *(own[name] for name in _OF_THE_BEST),
        *(max(_of(c, name) for c in ranked[:_BEST]) for name in _OF_ANY),
        sum(_of(c, "reader_share") for c in ranked),
        coverage(query.concepts, three, weights), _rarest_missing(query, near, weights),
        _rarest_missing(query, everything, weights), least(closeness(query.concepts, everything), weights),
        _missing(query.names, everything),
        _missing([(year,) for year in query.years], near), _missing(figures(query), near),
        float(fact and not held[0]), float(fact and not any(held[:3])),
        float(fact and not any(h and _of(c, "names_around") >= 1 for h, c in zip(held, ranked, strict=False))),
        max(c.hit.cosine for c in ranked), math.log(len(query.concepts) + 1),
    ])  # fmt: skip


def _of(candidate: Candidate, feature: str) -> float:
    return float(candidate.features[SENTENCE_FEATURES.index(feature)])


def confidence(query: Query, ranked: Sequence[Candidate]) -> float:
    """How sure it is that the library answers, 0 to 1: the lower of two chances, from logistic models.

    One is that the library is about the question at all, the other that, being about it, it answers. Who somebody is
    asks for no more than the first: that the library names them, and is about them by one of the likeliest sentences.
    """
    if not ranked or is_courtesy(fold(query.text)) or (query.who_is and not _is_named(query, ranked)):
        return 0.0
    if query.who_is:
        firsts = ranked[:_INTRODUCING]
        return max(_chance(_row(query, [first, *ranked]), "about") for first in firsts)
    row = _row(query, ranked)
    return min(_chance(row, "about"), _chance(row, "answers"))


def _row(query: Query, ranked: Sequence[Candidate]) -> np.ndarray:
    usual = _fitted()["zh" if query.chinese else "en"]
    return (features(query, ranked) - usual["mean"]) / usual["deviation"]


def _is_named(query: Query, ranked: Sequence[Candidate]) -> bool:
    """Whether what was found holds whom a question asks about, as the articles call them."""
    passages = {c.hit.passage.id: c for c in ranked}.values()
    return any(
        looked_into(f"{c.article.title}\n{c.hit.passage.text}").mentions_any(names)
        for c in passages
        for names in known_as(query, looked_into(c.article.text).folded).names
    )


def _chance(row: np.ndarray, model: str) -> float:
    # The logistic function, in a form that can't overflow.
    return 0.5 + 0.5 * math.tanh(float(row @ _weights(model) + _fitted()[model]["bias"]) / 2)


def threshold(query: Query, strictness: Strictness = "normal") -> float:
    """The confidence below which the answer is that the articles don't say."""
    return _fitted()["zh" if query.chinese else "en"]["thresholds"][strictness]


@lru_cache(maxsize=1)
def _fitted() -> Mapping[str, Any]:
    return json.loads((files("rag") / "answerable.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=2)
def _weights(model: str) -> np.ndarray:
    return np.array([_fitted()[model]["weights"][name] for name in FEATURES])


def _rarest_missing(query: Query, text: Text, weights: np.ndarray) -> float:
    missing = [w for w, concept in zip(weights, query.concepts, strict=True) if not text.mentions_any(concept)]
    return max(missing, default=0.0) / max(float(weights.max(initial=0.0)), 1e-9)


def _missing(wanted: Sequence[Sequence[str]], text: Text) -> float:
    return 1 - share(wanted, text) if wanted else 0.0
