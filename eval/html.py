"""A run as one HTML file that asks nothing of the network: figures, plots, every question and what became of it."""

from __future__ import annotations

from typing import Any

from eval.plots import Bar, bars, depth, histogram, refusal
from eval.report import Report, about_line, cell, count, explanation, interval, misses, notes
from eval.summary import METRICS, value

_HEADLINES = ("article_first", "exact", "false_answers", "false_refusals", "passage_hit@5", "p50_ms")
_IN_GROUPS = (
    "passed", "facts", "figures", "article_first", "citation_recall", "false_answers", "false_refusals",
    "passage_hit@5", "sentence_hit@3", "length", "p50_ms",
)  # fmt: skip


def html(report: Report) -> str:
    """The page; everything that comes from articles, questions and answers is escaped."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(loader=PackageLoader("eval", "."), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(cell=cell, count=count, interval=interval, explanation=explanation, METRICS=METRICS)
    return environment.get_template("report.html").render(
        report=report,
        metrics=report["metrics"],
        about=about_line(report),
        notes=notes(report),
        missed=len(misses(report)),
        headlines=[name for name in _HEADLINES if name in report["metrics"]],
        columns=[name for name in _IN_GROUPS if name in report["metrics"]],
        plots=_plots(report),
    )


def _plots(report: Report) -> dict[str, Any]:
    """Plot → its SVG; what a run gives no figures for is left out."""
    metrics, plots = report["metrics"], {"groups": bars(_bars(report["metrics"]))}
    if metrics["refusal_curve"]:
        now = (value(metrics, "false_refusals") or 0.0, value(metrics, "false_answers") or 0.0)
        plots["refusal"] = refusal(metrics["refusal_curve"], now)
    series = {f"{kind[:-1]} {name}": found for kind, names in metrics["depth"].items() for name, found in names.items()}
    if series:
        plots["depth"] = depth(series)
    times = [result["scores"]["ms"] for result in report["results"] if "ms" in result["scores"]]
    if times:
        plots["latency"] = histogram(times, {"p50": metrics["p50_ms"], "p95": metrics["p95_ms"]})
    return plots


def _bars(metrics: dict[str, Any]) -> list[Bar]:
    """The share that passed, of all and of each type, language and article."""
    rows = [_bar("all", metrics)]
    for groups in (metrics["types"], metrics["languages"], metrics["articles"]):
        rows += [_bar(name, group, opens=number == 0) for number, (name, group) in enumerate(groups.items())]
    return rows


def _bar(name: str, group: dict[str, Any], opens: bool = False) -> Bar:
    passed = group["passed"]
    low, high = passed["interval"]
    return Bar(name, passed["mean"], low, high, group["cases"], opens)
