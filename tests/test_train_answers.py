"""The ranker's fit finds what makes a sentence answer, on questions made so that it is known."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from train.answers import fit_ranker


def _questions(n: int, telling: int, noise: float) -> list[tuple[np.ndarray, np.ndarray]]:
    """Of each question's sentences the one answers in which feature `telling` is highest, but for noise."""
    draw, rows = np.random.default_rng(7), []
    for _ in range(n):
        features = draw.normal(size=(int(draw.integers(3, 9)), 4)) + draw.normal(size=4) * 5  # questions differ, too
        best = np.argmax(features[:, telling] + draw.gumbel(size=len(features)) * noise)
        rows.append((features, np.arange(len(features)) == best))
    return rows


def test_the_feature_that_tells_gets_the_weight() -> None:
    weights = fit_ranker(_questions(200, telling=2, noise=0.2))
    assert np.argmax(np.abs(weights)) == 2 and weights[2] > 0
    assert all(abs(weights[i]) < weights[2] / 5 for i in (0, 1, 3))


def test_its_likelihoods_are_calibrated() -> None:
    rows = _questions(600, telling=3, noise=1.0)
    weights = fit_ranker(rows[:400])
    said, true = [], []
    for features, right in rows[400:]:
        likely = np.exp(features @ weights - (features @ weights).max())
        said.append(likely.max() / likely.sum())
        true.append(right[np.argmax(likely)])
    assert abs(np.mean(said) - np.mean(true)) < 0.1
