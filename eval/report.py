"""A run for people to read: tables in the terminal, and the same as Markdown. `report` is `eval.summary.to_json`'s."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from eval.summary import METRICS

if TYPE_CHECKING:
    from rich.console import Console

Report = dict[str, Any]

_IN_TABLE = (
    "passed", "facts", "article_first", "exact", "citation_recall", "false_answers", "false_refusals",
    "passage_hit@5", "sentence_hit@3",
    "length", "p50_ms", "p95_ms",
)  # fmt: skip
_LABEL, _COLUMN = 16, 11  # characters of the terminal's table
_WIDTH = 120  # of a report that goes into a file or a pipe
_ENDING = re.compile(r"\.(?:md|markdown|txt|html?|pdf|docx)$", re.IGNORECASE)
_ANSWERED = ("fact", "multi", "followup")
NOTE = "Rates in % ± standard error."


def print_report(report: Report, console: Console | None = None) -> None:
    """Print a table per type and language, then each miss with its reason; without a console, on standard output."""
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = console or Console(width=None if sys.stdout.isatty() else _WIDTH)
    table = Table(box=box.SIMPLE_HEAD, title=NOTE, title_justify="left", padding=(0, 1, 0, 0))
    groups = dict(_groups(report))
    shown = 2 if console.width >= _LABEL + _COLUMN * len(groups) else 1  # there may be no room for the errors
    for heading in ("", *groups):
        table.add_column(escape(heading.replace(" ", "\n").replace("-", "-\n")), justify="right" if heading else "left")
    table.add_row("Questions", *(str(group["cases"]) for group in groups.values()))
    for name in (name for name in _IN_TABLE if name in report["metrics"]):
        cells = (cell(name, group).split(" ± ")[:shown] for group in groups.values())
        table.add_row(METRICS[name].label, *map("±".join, cells))
    console.print(table)
    for result in misses(report):
        console.print(f"[bold]{escape(result['id'])}[/] {escape(result['question'])}")
        console.print(f"  {escape(explanation(result))}", style="yellow")
    for line in notes(report):
        console.print(line, markup=False)


def markdown(report: Report) -> str:
    """The metrics of all questions with their intervals, the table by groups, and the misses, as Markdown."""
    metrics = report["metrics"]
    names = [name for name in _IN_TABLE if name in metrics]
    lines = ["# Evaluation", "", _escape(about_line(report)), ""]
    lines += ["| metric | all questions | 95 % interval | of |", "|---|--:|--:|--:|"]
    for name in (name for name in METRICS if name in metrics):
        cells = [METRICS[name].label, cell(name, metrics), interval(name, metrics), str(count(name, metrics))]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", NOTE, "", "| | " + " | ".join(["Questions", *(METRICS[name].label for name in names)]) + " |"]
    lines += ["|---" + "|--:" * (len(names) + 1) + "|"]
    for group, found in _groups(report):
        cells = [_escape(group), str(found["cases"]), *(cell(name, found) for name in names)]
        lines.append(f"| {' | '.join(cells)} |")
    missed = misses(report)
    lines += ["", f"{len(missed)} of {metrics['cases']} questions missed:", ""]
    lines += [f"- {_code(r['id'])} {_escape(r['question'])}: {_escape(explanation(r))}" for r in missed]
    lines += [f"\n{_escape(line)}" for line in notes(report)]
    return "\n".join(lines) + "\n"


def misses(report: Report) -> list[dict[str, Any]]:
    """The results that didn't pass."""
    return [result for result in report["results"] if not result["scores"]["passed"]]


def explanation(result: dict[str, Any]) -> str:
    """What was missed, and where it was lost."""
    scores = result["scores"]
    where = {
        "not retrieved": "no passage found holds it",
        "not ranked": "its passage was found, its sentence not among the first",
        "not chosen": "its sentence was among the first, but not told",
    }.get(scores["cause"], "")
    sure = f"confidence {result['confidence']:.2f}" if scores["refusal"] is False and "confidence" in result else ""
    more = ", ".join(part for part in (sure, where) if part)
    return f"{scores['reason']} ({more})" if more else scores["reason"]


def _groups(report: Report) -> Iterator[tuple[str, dict[str, Any]]]:
    """The metrics of all questions, then of each type and language."""
    metrics = report["metrics"]
    yield "all", metrics
    yield from metrics["types"].items()
    yield from metrics["languages"].items()


def cell(name: str, metrics: dict[str, Any]) -> str:
    """A metric as people read it: a rate in % ± its standard error, characters, milliseconds; a dash for none."""
    found, unit = metrics.get(name), METRICS[name].unit
    if found is None:
        return "–"
    if not isinstance(found, dict):
        return _area(found, metrics.get("auroc_error")) if name == "auroc" else f"{found:.1f}"
    if unit != "%":
        return f"{found['mean']:.0f}"
    error = "" if not found["error"] else f" ± {100 * found['error']:.1f}"
    return f"{100 * found['mean']:.1f}{error}"


def _area(area: float, error: float | None) -> str:
    """An AUROC ± its standard error, where that says something."""
    return f"{area:.3f} ± {error:.3f}" if error else f"{area:.3f}"


def interval(name: str, metrics: dict[str, Any]) -> str:
    """A metric's 95 % interval, where it has one."""
    found = metrics[name]
    bounds = found["interval"] if isinstance(found, dict) else metrics.get(name.replace("_ms", "_interval"))
    if not isinstance(bounds, list):
        return ""
    scale, digits = (100, 1) if METRICS[name].unit == "%" else (1, 0)
    return "–".join(f"{scale * bound:.{digits}f}" for bound in bounds)


def count(name: str, metrics: dict[str, Any]) -> int:
    """How many questions a metric is of."""
    found = metrics[name]
    if name == "auroc":
        return metrics["false_answers"]["count"] + metrics["false_refusals"]["count"]
    return found["count"] if isinstance(found, dict) else metrics["cases"]


def notes(report: Report) -> list[str]:
    """What must be told beside the figures, a line each."""
    written = (absent_note(report), factless_note(report), fallback_note(report), judge_note(report))
    return [line for line in written if line]


def absent_note(report: Report) -> str:
    """What couldn't be scored because the library lacks the articles that questions name."""
    absent = report["about"].get("absent_articles")
    if not absent:
        return ""
    ending = " An article's id is its file's name without the ending." if any(map(_ENDING.search, absent)) else ""
    return f"The library has no {', '.join(absent)}; whether such an article is found and cited wasn't scored.{ending}"


def factless_note(report: Report) -> str:
    """How many questions pass with any answer, because their set names no fact of a right one."""
    asked = [result for result in report["results"] if "expected" in result and result["type"] in _ANSWERED]
    without = sum(not result["expected"]["facts"] for result in asked)
    if not without:
        return ""
    return f"{without} of {report['metrics']['cases']} questions name no fact; whether their answers are right wasn't scored."


def fallback_note(report: Report) -> str:
    """How many answers aren't the language model's, though the run is named after it."""
    fallbacks = report["about"].get("fallbacks")
    if not fallbacks:
        return ""
    return (
        f"The language model failed at {fallbacks} of {report['metrics']['cases']} questions, which went on without it."
    )


def judge_note(report: Report) -> str:
    """What a language model judged, apart from everything that is computed."""
    judged = report.get("judged")
    if not judged:
        return ""
    shares = ", ".join(f"{name} {found['mean']:.2f} of {found['count']}" for name, found in judged["metrics"].items())
    unread = f"; {judged['unread']} judgements held no score" if judged.get("unread") else ""
    return f"Judged by {judged['model']}, a language model, and not computed: {shares}{unread}."


def about_line(report: Report) -> str:
    """What was run: version, date, library, models."""
    about, library = report["about"], report["about"]["library"]
    held = f"{library['articles']} articles, {library['passages']} passages"
    model = about["model"] or "no language model"
    parts = [f"Changji {about['changji']}", about.get("date", ""), held, f"embedder {about['embedder']}", model]
    return " · ".join(part for part in parts if part)


def _escape(text: str) -> str:
    """Text on one line, for a new one would end the row or item that it stands in."""
    line = " ".join(text.split())
    return "".join("\\" + character if character in "\\`*_[]<>|" else character for character in line)


def _code(text: str) -> str:
    """Text on one line between more backticks than it holds itself."""
    line = " ".join(text.split())
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    return f"{fence} {line} {fence}" if "`" in line else f"{fence}{line}{fence}"
