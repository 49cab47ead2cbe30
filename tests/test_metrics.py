"""Metrics against examples worked by hand, and against scikit-learn where it computes the same."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from eval.metrics import (
    Operating,
    auroc,
    auroc_error,
    bootstrap_interval,
    estimate,
    hit,
    interval,
    ndcg,
    percentile,
    recall,
    reciprocal_rank,
    refusal_curve,
    sign_test,
    wilson_interval,
)

RANKED = ["d3", "d1", "d9", "d2"]
GRADES = {"d1": 2, "d2": 1, "d7": 3, "d3": 0}


def test_retrieval_metrics_of_a_worked_example() -> None:
    assert [hit(RANKED, GRADES, k) for k in (1, 2)] == [0, 1]  # d3 is judged, but irrelevant
    assert [recall(RANKED, GRADES, k) for k in (1, 2, 4)] == [0, 1 / 3, 2 / 3]
    assert [reciprocal_rank(RANKED, GRADES, k) for k in (1, 10)] == [0, 1 / 2]
    gained = 2 / math.log2(3) + 1 / math.log2(5)
    ideal = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(RANKED, GRADES, 10) == pytest.approx(gained / ideal)
    assert ndcg(RANKED, GRADES, 2) == pytest.approx((2 / math.log2(3)) / (3 + 2 / math.log2(3)))


def test_retrieval_metrics_of_nothing_are_zero() -> None:
    for metric in (hit, recall, reciprocal_rank, ndcg):
        assert metric([], GRADES, 10) == 0
        assert metric(RANKED, {}, 10) == 0


def test_ndcg_is_scikit_learns() -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    chance = random.Random(1)
    for k in (1, 3, 10):
        grades = {f"d{i}": chance.choice((0, 0, 1, 2, 3)) for i in range(30)} | {"d0": 1}
        ranked = chance.sample(sorted(grades), len(grades))
        scores = [[-ranked.index(document) for document in grades]]
        assert ndcg(ranked, grades, k) == pytest.approx(sklearn.ndcg_score([list(grades.values())], scores, k=k))


def test_auroc_of_a_worked_example_and_scikit_learns() -> None:
    assert auroc([0.9, 0.4, 0.4, 0.1], [True, True, False, False]) == 3.5 / 4
    assert auroc([0.9, 0.8], [True, True]) is None
    sklearn = pytest.importorskip("sklearn.metrics")
    chance = random.Random(2)
    confidences = [round(chance.random(), 1) for _ in range(200)]
    answerable = [chance.random() < 0.3 + c / 2 for c in confidences]
    assert auroc(confidences, answerable) == pytest.approx(sklearn.roc_auc_score(answerable, confidences))


def test_the_error_of_an_auroc_is_hanley_and_mcneils() -> None:
    # Their formula by hand: A = 0.8 over 3 and 2 questions, Q1 = 0.8 / 1.2, Q2 = 1.28 / 1.8.
    spread = 0.8 * 0.2 + 2 * (2 / 3 - 0.64) + 1 * (1.28 / 1.8 - 0.64)
    assert auroc_error(0.8, 3, 2) == pytest.approx(math.sqrt(spread / 6))
    assert auroc_error(1.0, 5, 5) == 0


def test_the_refusal_curve_of_a_worked_example_and_scikit_learns() -> None:
    points = refusal_curve([0.9, 0.4, 0.4, 0.1], [True, True, False, False])
    assert points == [
        Operating(0.1, 0, 1),
        Operating(0.4, 0, 0.5),
        Operating(0.9, 0.5, 0),
        Operating(math.inf, 1, 0),
    ]
    assert refusal_curve([0.9], [True]) == []
    sklearn = pytest.importorskip("sklearn.metrics")
    chance = random.Random(4)
    confidences = [round(chance.random(), 1) for _ in range(100)]
    answerable = [chance.random() < c for c in confidences]
    false_answers, answered, thresholds = sklearn.roc_curve(answerable, confidences, drop_intermediate=False)
    theirs = {(t, round(1 - a, 9), round(f, 9)) for t, a, f in zip(thresholds, answered, false_answers, strict=True)}
    points = refusal_curve(confidences, answerable)
    ours = {(p.threshold, round(p.false_refusals, 9), round(p.false_answers, 9)) for p in points}
    assert ours == theirs


def test_the_standard_error_of_a_worked_example() -> None:
    found = estimate([1, 1, 1, 0])
    assert (found.mean, found.count) == (0.75, 4)
    assert found.error == pytest.approx(math.sqrt(0.1875 * 4 / 3) / 2)
    assert estimate([0.5]).error is None


def test_the_bootstrap_interval_covers_the_mean_about_as_often_as_it_says() -> None:
    generator = np.random.default_rng(3)
    covered = 0
    for _ in range(200):
        low, high = bootstrap_interval(generator.random(60) < 0.7, samples=400)
        covered += low <= 0.7 <= high
    assert 0.88 <= covered / 200 <= 0.99
    assert bootstrap_interval([1, 1, 1]) == (1, 1)


@pytest.mark.parametrize(("right", "count"), [(5, 5), (0, 5), (1, 1), (3, 7), (180, 240)])
def test_the_interval_of_a_rate_is_wilsons(right: int, count: int) -> None:
    found = wilson_interval(right, count)
    scipy = pytest.importorskip("scipy.stats")
    theirs = scipy.binomtest(right, count).proportion_ci(method="wilson")
    assert found == pytest.approx((theirs.low, theirs.high))


def test_the_interval_of_noes_and_yeses_is_wilsons_and_of_shares_the_bootstraps() -> None:
    assert interval([True] * 5) == interval([1.0] * 5) == pytest.approx((0.5655, 1), abs=1e-4)
    shares = [0.5, 1, 0, 1]
    assert interval(shares) == bootstrap_interval(shares)
    assert interval([0.5]) is interval([0.5, 0.5]) is None


def test_percentiles_of_worked_examples() -> None:
    assert percentile([4, 1, 3, 2], 50) == 2.5
    assert percentile(list(range(101)), 95) == 95


def test_the_interval_of_a_percentile_is_around_it() -> None:
    latencies = np.random.default_rng(5).gamma(2, 10, size=400)
    low, high = bootstrap_interval(latencies, percent=95)
    assert low < percentile(latencies, 95) < high
    assert high - low > 2 * np.subtract(*reversed(bootstrap_interval(latencies)))  # tails are less certain than means


def test_intervals_of_large_samples_are_taken_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(6).random(300)
    whole = bootstrap_interval(values)
    monkeypatch.setattr("eval.metrics._AT_ONCE", 7000)
    assert bootstrap_interval(values) == pytest.approx(whole)  # the generator goes on where it stopped


@pytest.mark.parametrize(("better", "worse"), [(0, 0), (3, 3), (8, 1), (1, 8), (0, 6)])
def test_the_sign_test_is_the_exact_binomial_one(better: int, worse: int) -> None:
    if better + worse == 0:
        assert sign_test(better, worse) == 1
        return
    scipy = pytest.importorskip("scipy.stats")
    assert sign_test(better, worse) == pytest.approx(scipy.binomtest(better, better + worse).pvalue)
