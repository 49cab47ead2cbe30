"""Does the library answer the question at all? A calibrated probability, and the point below which Changji says no."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np

from rag.extract import FEATURES as SENTENCE_FEATURES
from rag.extract import FACTS, Candidate, attributes, least, mean, share
from rag.mention import Text, closeness, coverage, looked_into, weight
from rag.query import Query, chinese_names

_BOUND = 6  # best sentences that are looked at for one that ties everything together
_TITLED = re.compile(r"《[^》]+》")

Strictness = Literal["lenient", "normal", "strict"]

FEATURES = (
    "score",  # of the best sentence
    "lead",  # over the best sentence of another passage
    "coverage",  # of the question's terms by the best sentence
    "coverage_around",  # by it and its neighbours
    "coverage_passage",  # by its passage, heading and title
    "coverage_three",  # by the three best sentences together
    "missing_sentence",  # rarity of the rarest term missing from the sentence and its neighbours, over the greatest
    "missing_passage",  # and from its passage, heading and title
    "missing_everywhere",  # and from everything retrieved
    "names_missing",  # share of the question's names that are missing around the sentence
    "names_missing_everywhere",  # from everything retrieved
    "years_missing",  # share of the question's years that are missing around the sentence
    "names_missing_sentence",  # share of the question's names that are missing from the sentence itself
    "rival",  # it speaks of another work or name instead
    "numbers_missing",  # share of the question's numbers that are missing around the sentence
    "kind",  # the best sentence holds the kind of thing asked for
    "kind_missing",  # a who, when, where, how many or how long that the sentence doesn't hold
    "closeness",  # of the question's concepts to the sentence and its neighbours
    "closeness_least",  # of the concept that is furthest from them
    "closeness_least_passage",  # of the concept that is furthest from the passage
    "attribute",  # nearness of what is asked about the names: the concepts that are no part of one
    "attribute_least",  # of the one that is furthest
    "bound",  # best sentence that holds the kind asked for, by its names, years and the nearness of the attribute
    "bound_least",  # the same by the part of the attribute that is furthest
    "bound_around",  # the same with names and years that may stand in the neighbours, heading or title
    "cosine",  # question and best sentence
    "cosine_passage",  # question and best passage
    "longest_match",
    "terms",  # logarithm of the number of terms: a long question is harder to cover
)


def features(query: Query, ranked: Sequence[Candidate]) -> np.ndarray:
    """Shape (len(FEATURES),); `ranked` must not be empty."""
    best = ranked[0]
    own = dict(zip(SENTENCE_FEATURES, best.features, strict=True))
    other = next((c.score for c in ranked if c.hit.passage.id != best.hit.passage.id), best.score - 5.0)
    weights = np.array([weight(concept) for concept in query.concepts])
    context = f"{best.previous}\n{best.text}\n{best.next}\n{best.article.title}\n{best.hit.passage.heading}"
    near = looked_into(context)
    wide = looked_into(f"{best.article.title}\n{best.hit.passage.heading}\n{best.hit.passage.text}")
    all = looked_into("\n".join(dict.fromkeys(f"{c.article.title}\n{c.hit.passage.text}" for c in ranked)))
    three = looked_into("\n".join(c.text for c in ranked[:3]))
    sentence = looked_into(best.text)
    near_to = closeness(query.concepts, near)
    attribute = attributes(query)
    told, said = near_to[attribute], weights[attribute]

    def best_of(feature: str) -> float:
        at = SENTENCE_FEATURES.index(feature)
        return max(float(candidate.features[at]) for candidate in ranked[:_BOUND])

    numbers = [concept for concept in query.concepts if concept[0].startswith("#")]
    return np.array([
        best.score, min(best.score - other, 8.0), own["coverage"], own["coverage_around"], own["coverage_passage"],
        coverage(query.concepts, three, weights), _rarest_missing(query, near, weights),
        _rarest_missing(query, wide, weights), _rarest_missing(query, all, weights), _missing(query.names, near),
        _missing(query.names, all), _missing([(year,) for year in query.years], near),
            _missing(query.names, sentence), _rival(query, sentence), _missing(numbers, near), own["kind"],
            float(query.kind in FACTS and not own["kind_new"]), mean(near_to, weights), least(near_to, weights),
            least(closeness(query.concepts, wide), weights), mean(told, said) if len(told) else 1.0,
            least(told, said), *(best_of(name) for name in ("bound", "bound_least", "bound_around")), own["cosine"],
        max(c.hit.cosine for c in ranked), own["longest_match"], math.log(len(query.concepts) + 1),
    ])  # fmt: skip


def confidence(query: Query, ranked: Sequence[Candidate]) -> float:
    """How sure it is that the library answers, 0 to 1: the lower of two chances, from logistic models.

    One is that the library is about the question at all, the other that, being about it, it answers.
    """
    if not ranked:
        return 0.0
    usual = _fitted()["zh" if query.chinese else "en"]
    row = (features(query, ranked) - usual["mean"]) / usual["deviation"]
    return min(_chance(row, "about"), _chance(row, "answers"))


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


def _rival(query: Query, sentence: Text) -> float:
    """A name or title in the sentence that was not asked about, where one that was asked about is missing."""
    if not query.names or share(query.names, sentence) == 1:
        return 0.0
    return float(bool(_TITLED.search(sentence.folded)) or bool(chinese_names(sentence.folded)))


def _missing(wanted: Sequence[Sequence[str]], text: Text) -> float:
    return 1 - share(wanted, text) if wanted else 0.0
