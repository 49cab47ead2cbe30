"""Fit the keyless answerer: `python -m train.answers NEWS_FILE`, once the reader is trained (`train.reader`).

Puts articles into small throw-away libraries, as many as a user might have, and asks questions there:

- the sentence ranker (rag/extract.json) learns which sentence holds the answer, before any passage is read and after;
- refusal (rag/answerable.json) learns whether one does.

Both learn from those of train/questions.jsonl that the reader didn't see: questions written for this purpose, paraphrased
as people ask, on articles of the training news (which are not in the project, only their line numbers) and on those of
train/articles.jsonl, made up for it, each collection of them asked as one library. A part is near the subject but not
answered; a part is about nothing in any article; a third is asked of a library without its article as well. (Taking the
passage that answers away from a set's questions makes unanswerable ones for nothing, but they are too easy: a model
fitted on them told 0.97 of such pairs apart, and 0.66 of the written ones.)
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.progress import track

from rag import answerable, extract
from rag.features import FEATURES, MEASURED
from train.cases import SEED, TOP_K, Case, holds_answer, measured, written

REGULARISATION = 0.03  # what scikit-learn calls C: the smaller, the stronger
PENALTY = 5.0  # on the ranker's squared weights, of features in units of their deviation
# Of the written questions that are answerable, how many may be refused at each strictness. They are hard: of a user's
# questions fewer are.
# The rates were chosen with the outcome on the sets in eval/questions/ in sight; the weights never saw them.
FALSE_REFUSALS = {
    "zh": {"lenient": 0.04, "normal": 0.145, "strict": 0.35},
    "en": {"lenient": 0.06, "normal": 0.165, "strict": 0.35},
}


def fit_ranker(rows: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Weights by which the sentences that answer get most of a softmax over their question's sentences.

    `rows`: for each question the features, shape (n, d), and which sentences answer, shape (n,). It is conditional
    logistic regression (McFadden 1973), as ListNet (Cao et al. 2007) uses it to rank.
    """
    from scipy.optimize import minimize

    x = np.vstack([features for features, _ in rows])
    right = np.concatenate([right for _, right in rows])
    of = np.repeat(np.arange(len(rows)), [len(right) for _, right in rows])
    starts = np.flatnonzero(np.r_[True, of[1:] != of[:-1]])
    scale = np.maximum(x.std(axis=0), 0.05)
    z = x / scale

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = z @ weights
        likely = np.exp(scores - np.maximum.reduceat(scores, starts)[of])
        everything, good = np.add.reduceat(likely, starts), np.add.reduceat(likely * right, starts)
        gradient = likely * right / good[of] - likely / everything[of]
        value = PENALTY / 2 * weights @ weights - np.log(good / everything).sum()
        return float(value), PENALTY * weights - gradient @ z

    return minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x / scale


def fit_refusal(x: dict[str, np.ndarray], y: dict[str, np.ndarray], near: dict[str, np.ndarray]) -> dict:
    """Two logistic models over both languages, features standardised in each; thresholds and rates by cross-validation.

    One tells whether the library is about the question, from questions asked of a library without their article; the
    other whether it answers, from questions near the subject. `near`: whether the library asked holds the question's
    article.
    """
    mean = {language: rows[near[language]].mean(axis=0) for language, rows in x.items()}
    deviation = {language: np.maximum(rows[near[language]].std(axis=0), 0.05) for language, rows in x.items()}
    z = np.concatenate([(x[language] - mean[language]) / deviation[language] for language in x])
    labels, subject = np.concatenate(list(y.values())), np.concatenate(list(near.values()))
    spoken = np.concatenate([[language] * len(y[language]) for language in x])
    folds, chance = np.random.default_rng(SEED).integers(0, 10, len(labels)), np.zeros(len(labels))
    rows_of = {"about": labels | ~subject, "answers": subject}
    for number in range(10):
        out = folds == number
        models = [fit_logistic(z[rows & ~out], labels[rows & ~out]) for rows in rows_of.values()]
        chance[out] = np.min([_chance(z[out], *model) for model in models], axis=0)
    fitted: dict = {"made_by": "python -m train.answers"}
    for name, rows in rows_of.items():
        weights, bias = fit_logistic(z[rows], labels[rows])
        fitted[name] = {"weights": dict(zip(answerable.FEATURES, weights.round(4).tolist(), strict=True)), "bias": bias}
    for language in x:
        own = spoken == language
        measured = _thresholds(
            language, chance[own & labels], chance[own & ~labels & subject], chance[own & ~labels & ~subject]
        )
        fitted[language] = {"mean": mean[language].tolist(), "deviation": deviation[language].tolist(), **measured}
    return fitted


def _thresholds(language: str, right: np.ndarray, wrong: np.ndarray, far: np.ndarray) -> dict:
    thresholds = {name: float(np.quantile(right, rate)) for name, rate in FALSE_REFUSALS[language].items()}
    return {
        "thresholds": thresholds,
        "cross_validated": {
            "answerable": len(right), "near_the_subject": len(wrong), "elsewhere": len(far),
            "auroc_near_the_subject": round(_auroc(right, wrong), 3), "auroc_elsewhere": round(_auroc(right, far), 3),
            "false_refusals": FALSE_REFUSALS[language],
            "false_answers": {name: round(float((wrong >= t).mean()), 3) for name, t in thresholds.items()},
            "false_answers_elsewhere": {name: round(float((far >= t).mean()), 3) for name, t in thresholds.items()},
        },
    }  # fmt: skip


def fit_logistic(z: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights, shape (d,), and bias of a logistic model, both classes counting alike, weights on their features' sides.

    Whoever writes unanswerable questions borrows words of the article, and whoever writes answerable ones avoids them:
    left free, the weights of shared words turn negative, and plain questions are refused.
    """
    from scipy.optimize import minimize

    signs = np.where(labels, 1.0, -1.0)
    counts = np.where(labels, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))
    with_bias = np.c_[z, np.ones(len(z))]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margins, shrunk = signs * (with_bias @ weights), np.r_[weights[:-1], 0.0]
        value = counts @ np.logaddexp(0, -margins) + shrunk @ shrunk / (2 * REGULARISATION)
        wrong = 0.5 - 0.5 * np.tanh(margins / 2)
        return float(value), shrunk / REGULARISATION - with_bias.T @ (counts * signs * wrong)

    sides = [
        (None, 0) if f in answerable.DOUBTS else (None, None) if f == "terms" else (0, None)
        for f in answerable.FEATURES
    ]
    best = minimize(loss, np.zeros(with_bias.shape[1]), jac=True, method="L-BFGS-B", bounds=[*sides, (None, None)]).x
    return best[:-1], float(best[-1])


def _chance(z: np.ndarray, weights: np.ndarray, bias: float) -> np.ndarray:
    return 0.5 + 0.5 * np.tanh((z @ weights + bias) / 2)


def _auroc(right: np.ndarray, wrong: np.ndarray) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score([True] * len(right) + [False] * len(wrong), np.concatenate([right, wrong])))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("news", type=Path, help="news.jsonl.gz")
    cases = list(written(parser.parse_args().news, held=True))
    unread = [measured(case, np.zeros(len(MEASURED))) for case in track(cases, description="measured")]
    rough = ranker(cases, unread, MEASURED)
    weights = np.array(list(rough["weights"].values()))
    found = [_read(case, weights) for case in track(cases, description="read")]
    fitted = ranker(cases, found, FEATURES)
    _write(Path("rag/extract.json"), {"measured": rough, "read": fitted, "made_by": "python -m train.answers"})
    _write(Path("rag/answerable.json"), refusal(cases, found, np.array(list(fitted["weights"].values()))))


def _read(case: Case, measured: np.ndarray) -> list[extract.Candidate]:
    """A case's sentences, of which the reader read those of the passages that come first by what is measured."""
    weights = extract.Weights(measured, np.zeros(len(FEATURES)))
    return extract.rank(case.query, case.hits[:TOP_K], case.articles, weights)


def refusal(cases: Sequence[Case], found: Sequence[Sequence[extract.Candidate]], weights: np.ndarray) -> dict:
    """The models of refusal, from what `weights` rank first."""
    telling = [(c, _ranked(f, weights)) for c, f in zip(cases, found, strict=True) if _tells_of_refusal(c, f)]
    spoken = {"zh": [c for c in telling if c[0].query.chinese], "en": [c for c in telling if not c[0].query.chinese]}
    x = {language: np.array([answerable.features(c.query, top) for c, top in own]) for language, own in spoken.items()}
    y = {language: np.array([bool(case.question.answers) for case, _ in own]) for language, own in spoken.items()}
    near = {language: np.array([case.set != "elsewhere" for case, _ in own]) for language, own in spoken.items()}
    return fit_refusal(x, y, near)


def _tells_of_refusal(case: Case, found: Sequence[extract.Candidate]) -> bool:
    """Whether a question is unanswerable there, or its answer was retrieved."""
    retrieved = any(holds_answer(candidate, case.question) for candidate in found)
    return bool(found) and (retrieved or not case.question.answers)


def _ranked(found: Sequence[extract.Candidate], weights: np.ndarray) -> list[extract.Candidate]:
    return sorted((replace(c, score=float(c.features @ weights)) for c in found), key=lambda c: -c.score)


def ranker(
    cases: Sequence[Case], found: Sequence[Sequence[extract.Candidate]], names: Sequence[str]
) -> dict[str, dict[str, float]]:
    """The ranker's weights of the first features, `names`, with the share of held-out questions whose first one or
    three sentences answer."""
    pairs = list(zip(cases, found, strict=True))
    held = [np.array([holds_answer(c, case.question) for c in own], dtype=bool) for case, own in pairs]
    usable = [i for i, right in enumerate(held) if right.any() and not right.all()]
    rows = [(np.stack([c.features[: len(names)] for c in found[i]]), held[i]) for i in usable]
    first, three = _cross_validated(rows, [str(cases[i].question.articles) for i in usable])
    chinese = np.array([cases[i].query.chinese for i in usable])
    return {
        "weights": dict(zip(names, fit_ranker(rows).round(4).tolist(), strict=True)),
        "cross_validated": {
            f"{measure}_{language}": round(float(hit[own].mean()), 3)
            for language, own in (("zh", chinese), ("en", ~chinese))
            for measure, hit in (("hit@1", first), ("hit@3", three))
        },
    }


def _cross_validated(
    rows: Sequence[tuple[np.ndarray, np.ndarray]], articles: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Whether the first sentence, and one of the first three, answers; weights are fitted on other articles."""
    part = np.array([zlib.crc32(article.encode()) % 4 for article in articles])
    first, three = np.zeros(len(rows)), np.zeros(len(rows))
    for number in range(4):
        kept = np.flatnonzero(part != number).tolist()
        weights = fit_ranker([rows[i] for i in kept])
        for i in np.flatnonzero(part == number).tolist():
            order = np.argsort(-(rows[i][0] @ weights), kind="stable")
            first[i], three[i] = rows[i][1][order[0]], rows[i][1][order[:3]].any()
    return first, three


def _write(path: Path, fitted: dict) -> None:
    path.write_text(json.dumps(fitted, indent=1) + "\n")
    shown = {key: value for key, value in fitted.items() if key not in ("zh", "en")}
    print(path, json.dumps(shown | {k: fitted[k]["cross_validated"] for k in ("zh", "en") if k in fitted}, indent=1))


if __name__ == "__main__":
    main()
