"""Metrics of rankings, refusals and many questions, as pure functions: no files, no models, no clock.

Those of an answer's words are in `eval.facts`, of its citations in `eval.citations`. A metric of one question is a
number from 0 to 1; `estimate` turns many of them into a mean with its standard error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb, sqrt
from statistics import NormalDist

import numpy as np

Grades = Mapping[str, int]  # document → how relevant it is to one query; above 0 is relevant

# Retrieval. `ranked` holds distinct documents, best first. Definitions: trec_eval, as BEIR reports them
# (Thakur et al. 2021, https://arxiv.org/abs/2104.08663).


def hit(ranked: Sequence[str], grades: Grades, k: int) -> float:
    """hit@k (trec_eval's success_k): whether any relevant document is among the first k."""
    return float(any(grades.get(document, 0) > 0 for document in ranked[:k]))


def recall(ranked: Sequence[str], grades: Grades, k: int) -> float:
    """recall@k: the share of the relevant documents that is among the first k."""
    relevant = sum(grade > 0 for grade in grades.values())
    return sum(grades.get(document, 0) > 0 for document in ranked[:k]) / relevant if relevant else 0.0


def reciprocal_rank(ranked: Sequence[str], grades: Grades, k: int) -> float:
    """MRR@k for one query: one over the rank of the first relevant document, 0 if it is beyond k."""
    return next((1 / rank for rank, document in enumerate(ranked[:k], 1) if grades.get(document, 0) > 0), 0.0)


def ndcg(ranked: Sequence[str], grades: Grades, k: int) -> float:
    """nDCG@k with linear gain and log2 discount (Järvelin & Kekäläinen 2002; trec_eval's ndcg_cut)."""
    ideal = _dcg(sorted((max(grade, 0) for grade in grades.values()), reverse=True)[:k])
    return _dcg([max(grades.get(document, 0), 0) for document in ranked[:k]]) / ideal if ideal else 0.0


def _dcg(gains: Sequence[int]) -> float:
    return float(sum(gain / np.log2(rank + 1) for rank, gain in enumerate(gains, 1)))


# Refusal


def auroc(confidences: Sequence[float], answerable: Sequence[bool]) -> float | None:
    """How well confidence parts answerable from unanswerable questions: the area under the ROC curve.

    The share of pairs in the right order, ties counting half (Mann & Whitney 1947); None without both kinds.
    """
    yes, no = _parted(confidences, answerable)
    if not len(yes) or not len(no):
        return None
    difference = yes[:, None] - no[None, :]
    return float((difference > 0).mean() + (difference == 0).mean() / 2)


def auroc_error(area: float, answerable: int, unanswerable: int) -> float:
    """The standard error of an AUROC over so many questions of each kind (Hanley & McNeil 1982)."""
    better, worse = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (answerable - 1) * (better - area**2) + (unanswerable - 1) * (worse - area**2)
    return float(np.sqrt(max(spread, 0.0) / (answerable * unanswerable)))


@dataclass(frozen=True)
class Operating:
    """What refusing below one confidence would do: shares of the questions that could and couldn't be answered."""

    threshold: float
    false_refusals: float
    false_answers: float


def refusal_curve(confidences: Sequence[float], answerable: Sequence[bool]) -> list[Operating]:
    """Every operating point, from answering everything to refusing everything; empty without both kinds of question.

    It is the ROC curve (Fawcett 2006) with its axes named for what goes wrong.
    """
    yes, no = _parted(confidences, answerable)
    if not len(yes) or not len(no):
        return []
    thresholds = [*np.unique(np.concatenate([yes, no])), np.inf]
    return [Operating(float(t), float((yes < t).mean()), float((no >= t).mean())) for t in thresholds]


def _parted(confidences: Sequence[float], answerable: Sequence[bool]) -> tuple[np.ndarray, np.ndarray]:
    values, can = np.asarray(confidences, dtype=float), np.asarray(answerable, dtype=bool)
    return values[can], values[~can]


# Many questions

_AT_ONCE = 1_000_000  # resampled values held in memory


@dataclass(frozen=True)
class Estimate:
    """A mean over questions, its standard error (None for a single one), and how many questions it is of."""

    mean: float
    error: float | None
    count: int


def estimate(values: Sequence[float]) -> Estimate:
    """The mean of at least one value and its standard error, s/√n with n - 1 degrees of freedom."""
    sample = np.asarray(values, dtype=float)
    error = float(sample.std(ddof=1) / np.sqrt(len(sample))) if len(sample) > 1 else None
    return Estimate(float(sample.mean()), error, len(sample))


def interval(values: Sequence[float], level: float = 0.95) -> tuple[float, float] | None:
    """The interval of the mean: Wilson's where the values are noes and yeses (0 and 1), the bootstrap's of others.

    None of others that are all equal, or of one: drawn anew they stay as they are, which would pass for certainty.
    """
    if all(value in (0, 1) for value in values):
        return wilson_interval(int(sum(values)), len(values), level)
    return bootstrap_interval(values, level) if len(set(values)) > 1 else None


def wilson_interval(right: int, count: int, level: float = 0.95) -> tuple[float, float]:
    """The score interval of a rate (Wilson 1927, JASA 22), which is as wide as it should be at 0 and 100 % too."""
    rate, z = right / count, NormalDist().inv_cdf((1 + level) / 2)
    middle = rate + z**2 / (2 * count)
    spread = z * sqrt(rate * (1 - rate) / count + z**2 / (4 * count**2))
    low, high = ((middle + sign * spread) / (1 + z**2 / count) for sign in (-1, 1))
    return max(low, 0.0), min(high, 1.0)


def bootstrap_interval(
    values: Sequence[float], level: float = 0.95, samples: int = 2000, percent: float | None = None
) -> tuple[float, float]:
    """The percentile bootstrap interval (Efron 1979) of the mean, or of a percentile; the same at every call."""
    sample = np.asarray(values, dtype=float)
    generator = np.random.default_rng(0)
    at_once = max(1, min(samples, _AT_ONCE // len(sample)))
    found: list[np.ndarray] = []
    for start in range(0, samples, at_once):
        chosen = sample[generator.integers(len(sample), size=(min(at_once, samples - start), len(sample)))]
        found.append(chosen.mean(axis=1) if percent is None else np.percentile(chosen, percent, axis=1))
    low, high = np.quantile(np.concatenate(found), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def percentile(values: Sequence[float], percent: float) -> float:
    """A percentile of, say, latencies, linear between the two nearest values (numpy's default)."""
    return float(np.percentile(np.asarray(values, dtype=float), percent))


def sign_test(better: int, worse: int) -> float:
    """Two-sided p of so many questions getting better and worse if either were as likely (McNemar's exact test)."""
    changed, rarer = better + worse, min(better, worse)
    tail = sum(comb(changed, i) for i in range(rarer + 1)) / 2**changed
    return min(1.0, 2 * tail)
