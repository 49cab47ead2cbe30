"""Metrics of a run, and the run as plain data: what files hold and what reports, comparisons and the page read.

    {"about":   {"date", "changji", "python", "library": {"articles", "passages"}, "embedder", "model", "top_k",
                 "strictness", "seconds", "absent_articles": […], and where there are any, "fallbacks": questions that
                 were answered without the model, for it failed},
     "metrics": {"cases": n, METRIC: …, "types": {TYPE: {"cases": n, METRIC: …}}, "languages": {…}, "articles": {…},
                 "refusal_curve": [[threshold or null, false refusals, false answers], …],
                 "depth": {"passages" | "sentences": {"hit" | "recall": [[k, share], …]}}},
     "results": [{"id", "type", "lang", "expected": {"history", "articles", "facts", "refusal", "why"},
                  …the answer, as in `changji ask --json`…, "scores": {"passed": bool, …, "reason", "cause"}}, …]}

A METRIC is {"mean", "error": its standard error (null where all are equal), "interval": its 95 % interval (null where all
are equal and it's no rate), "count": questions}, but "auroc" (with "auroc_error", or null), "p50_ms" and "p95_ms" (with
"p50_interval", "p95_interval", of more than one question) are single numbers. What no question of a group asks for is
left out. METRICS says what each is called and whether more of it is better.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Literal, NamedTuple

from eval.cases import TYPES
from eval.metrics import auroc, auroc_error, bootstrap_interval, estimate, interval, percentile, refusal_curve
from eval.ranking import DEPTHS
from eval.run import Result, Run, fell_back


class Metric(NamedTuple):
    """How a metric is shown."""

    label: str
    unit: Literal["%", "characters", "ms", ""]
    better: Literal["more", "less"]


METRICS: dict[str, Metric] = {
    "passed": Metric("Passed", "%", "more"),
    "facts": Metric("All facts", "%", "more"),
    "fact_recall": Metric("Fact recall", "%", "more"),
    "figures": Metric("Figures", "%", "more"),
    "exact_match": Metric("Exact match", "%", "more"),
    "overlap": Metric("Token F1", "%", "more"),
    "article_first": Metric("Right article first", "%", "more"),
    "article_recall": Metric("Articles cited", "%", "more"),
    "exact": Metric("Citations exact", "%", "more"),
    "citation_recall": Metric("Citation recall", "%", "more"),
    "citation_precision": Metric("Citation precision", "%", "more"),
    "false_answers": Metric("False answers", "%", "less"),
    "false_refusals": Metric("False refusals", "%", "less"),
    "unsure_wrong": Metric("Wrong answers that say they are unsure", "%", "more"),
    "unsure_right": Metric("Right answers that say so", "%", "less"),
    "auroc": Metric("Refusal AUROC", "", "more"),
    "passage_hit@1": Metric("Passage hit@1", "%", "more"),
    "passage_hit@5": Metric("Passage hit@5", "%", "more"),
    "passage_recall@5": Metric("Passage recall@5", "%", "more"),
    "passage_mrr@10": Metric("Passage MRR@10", "%", "more"),
    "passage_ndcg@10": Metric("Passage nDCG@10", "%", "more"),
    "sentence_hit@1": Metric("Sentence hit@1", "%", "more"),
    "sentence_hit@3": Metric("Sentence hit@3", "%", "more"),
    "sentence_recall@3": Metric("Sentence recall@3", "%", "more"),
    "sentence_mrr@10": Metric("Sentence MRR@10", "%", "more"),
    "sentence_ndcg@10": Metric("Sentence nDCG@10", "%", "more"),
    "followup_hit@5": Metric("Follow-up hit@5", "%", "more"),
    "unaided_hit@5": Metric("Follow-up hit@5, words alone", "%", "more"),
    "length": Metric("Characters", "characters", "less"),
    "p50_ms": Metric("p50", "ms", "less"),
    "p95_ms": Metric("p95", "ms", "less"),
}


def value(metrics: dict[str, Any], name: str) -> float | None:
    """The number that a metric of a group stands for; None where the group has none."""
    found = metrics.get(name)
    return found["mean"] if isinstance(found, dict) else found


def to_json(run: Run, answers: bool = True) -> dict[str, Any]:
    """The run as plain data, as described above; without `answers` (and times) only what is the same each time."""
    return {
        "about": {key: found for key, found in _about(run).items() if answers or key not in _OF_A_MACHINE},
        "metrics": {key: found for key, found in summary(run, answers).items() if answers or key not in _CURVES},
        "results": [_plain_result(result, answers) for result in run.results],
    }


def _about(run: Run) -> dict[str, Any]:
    fallbacks = sum(fell_back(result.answer) for result in run.results) if run.about.get("model") else 0
    return {**run.about, "fallbacks": fallbacks} if fallbacks else run.about


_MOST_ARTICLES = 40  # told one by one; of more, each has too few questions to say anything
_CURVES = ("refusal_curve", "depth")
_OF_A_MACHINE = ("date", "python", "seconds")


def _plain_result(result: Result, answers: bool) -> dict[str, Any]:
    case, scores = result.case, {"passed": result.scores.passed, **asdict(result.scores)}
    about = {"id": case.id, "type": case.type, "lang": case.lang}
    if not answers:
        kept = {key: scores[key] for key in ("passed", "facts", "refusal", "reason", "cause")}
        return about | {"question": case.question, "refused": result.answer.refused, "scores": kept}
    expected = {name: getattr(case, name) for name in ("history", "articles", "facts", "refusal", "why")}
    return {**about, "expected": expected, **result.answer.to_dict(), "scores": scores}


def summary(run: Run, times: bool = True) -> dict[str, Any]:
    """Metrics of all cases, and per type, language and article, as described above."""
    results = run.results
    seen = list(dict.fromkeys(result.case.type for result in results))
    types = [*(type for type in TYPES if type in seen), *(type for type in seen if type not in TYPES)]
    articles = sorted({id for r in results for id in r.case.articles} - set(run.about.get("absent_articles", ())))
    if len(articles) > _MOST_ARTICLES:
        articles = []
    groups: dict[str, tuple[Sequence[str], Callable[[Result], Sequence[str]]]] = {
        "types": (types, lambda r: (r.case.type,)),
        "languages": (sorted({r.case.lang for r in results}), lambda r: (r.case.lang,)),
        "articles": (articles, lambda r: r.case.articles),
    }
    return {
        **_group(results, times),
        **{
            name: {key: _group([r for r in results if key in keys_of(r)], times) for key in keys}
            for name, (keys, keys_of) in groups.items()
        },
        "refusal_curve": _curve(results),
        "depth": {"passages": _depth(results, "passages"), "sentences": _depth(results, "sentences")},
    }


def _group(results: Sequence[Result], times: bool) -> dict[str, Any]:
    """Metrics of some results; what none of them was asked for is left out."""
    samples = _samples(results)
    metrics: dict[str, Any] = {name: _plain(samples[name]) for name in METRICS if samples.get(name)}
    latency = [result.scores.ms for result in results]
    for percent in (50, 95) if times and latency else ():
        metrics[f"p{percent}_ms"] = round(percentile(latency, percent), 2)
        if len(latency) > 1:
            metrics[f"p{percent}_interval"] = [round(ms, 2) for ms in bootstrap_interval(latency, percent=percent)]
    return {"cases": len(results), **metrics, **_area(results)}


_AS_SCORED = (
    "figures", "exact_match", "overlap", "article_first", "article_recall", "exact", "citation_recall",
    "citation_precision",
)  # fmt: skip


def _samples(results: Sequence[Result]) -> dict[str, list[float]]:
    """Metric → its value for each result that has one."""
    scores, judged = [result.scores for result in results], _judged(results)
    asked = [s for s in scores if s.facts]
    told = [result for result in results if result.answer.mode == "extract" and result.answer.citations]
    samples: dict[str, list[float]] = {
        "passed": [s.passed for s in scores],
        "facts": [all(s.facts) for s in asked],
        "fact_recall": [sum(s.facts) / len(s.facts) for s in asked],
        "false_answers": [not r.scores.refusal for r in judged if r.case.refusal == "right"],
        "false_refusals": [not r.scores.refusal for r in judged if r.case.refusal == "wrong"],
        "unsure_wrong": [r.answer.unsure for r in told if not r.scores.passed],
        "unsure_right": [r.answer.unsure for r in told if r.scores.passed],
        "length": [s.length for s in scores],
    }
    for name in _AS_SCORED:
        samples[name] = [found for s in scores if (found := getattr(s, name)) is not None]
    for kind, ranks in (("passage", [s.passages for s in scores]), ("sentence", [s.sentences for s in scores])):
        for name in (one.removeprefix(f"{kind}_") for one in METRICS if one.startswith(f"{kind}_")):
            samples[f"{kind}_{name}"] = [rank[name] for rank in ranks if rank]
    followups = [s for s in scores if s.unaided and s.passages]
    samples["followup_hit@5"] = [s.passages["hit@5"] for s in followups if s.passages]
    samples["unaided_hit@5"] = [s.unaided["hit@5"] for s in followups if s.unaided]
    return samples


def _judged(results: Sequence[Result]) -> list[Result]:
    """Those that either should have been refused or shouldn't; a question that ended in an error was neither."""
    return [result for result in results if result.scores.refusal is not None]


def _plain(sample: Sequence[float]) -> dict[str, Any]:
    mean = estimate(sample)
    error = round(mean.error, 4) if mean.error else None  # of equal values, 0 would pass for certainty
    bounds = interval(sample)
    rounded = bounds and [round(bound, 4) for bound in bounds]
    return {"mean": round(mean.mean, 4), "error": error, "interval": rounded, "count": mean.count}


def _confidences(results: Sequence[Result]) -> tuple[list[float], list[bool]]:
    """How sure of an answer the assistant was, and whether there is one, of the questions of which that is known."""
    known = _judged(results)
    return [r.answer.confidence for r in known], [r.case.refusal == "wrong" for r in known]


def _area(results: Sequence[Result]) -> dict[str, float | None]:
    confidences, answerable = _confidences(results)
    area = auroc(confidences, answerable)
    if area is None:
        return {}
    error = auroc_error(area, sum(answerable), len(answerable) - sum(answerable))
    return {"auroc": round(area, 4), "auroc_error": round(error, 4) or None}  # as in `_plain`, 0 would be certainty


def _curve(results: Sequence[Result]) -> list[list[float | None]]:
    return [
        [p.threshold if p.threshold <= 1 else None, round(p.false_refusals, 4), round(p.false_answers, 4)]
        for p in refusal_curve(*_confidences(results))
    ]


def _depth(results: Sequence[Result], kind: Literal["passages", "sentences"]) -> dict[str, list[list[float]]]:
    ranks = [found for result in results if (found := getattr(result.scores, kind))]
    return {
        name: [[k, round(sum(rank[f"{name}@{k}"] for rank in ranks) / len(ranks), 4)] for k in DEPTHS]
        for name in ("hit", "recall") if ranks
    }  # fmt: skip
