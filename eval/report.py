"""A run for people to read: tables in the terminal, and the same as Markdown."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from eval.run import Run, summary

if TYPE_CHECKING:
    from rich.console import Console

_COLUMNS = (
    ("cases", "Questions"),
    ("passed", "Passed"),
    ("facts", "All facts"),
    ("article_first", "Right article first"),
    ("exact", "Citations exact"),
    ("false_answers", "False answers"),
    ("false_refusals", "False refusals"),
    ("length", "Characters"),
    ("p50_ms", "p50 ms"),
    ("p95_ms", "p95 ms"),
)


_WIDTH = 150  # of a report that goes into a file or a pipe


def print_report(run: Run, console: Console | None = None) -> None:
    """Print a table per type and language, then each miss with its reason; without a console, on standard output."""
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = console or Console(width=None if sys.stdout.isatty() else _WIDTH)
    table = Table(box=box.SIMPLE_HEAD, title="Rates in % ± standard error", title_justify="left")
    table.add_column("")
    for _, heading in _COLUMNS:
        table.add_column(heading, justify="right")
    for name, cells in _rows(run):
        table.add_row(escape(name), *cells, end_section=name == "all")
    console.print(table)
    for result in run.misses:
        console.print(f"[bold]{escape(result.case.id)}[/] {escape(result.case.question)}")
        console.print(f"  {escape(result.scores.reason)}", style="yellow")


def markdown(run: Run) -> str:
    """The same table and misses as Markdown."""
    lines = ["| | " + " | ".join(heading for _, heading in _COLUMNS) + " |", "|---" + "|--:" * len(_COLUMNS) + "|"]
    lines += [f"| {name} | " + " | ".join(cells) + " |" for name, cells in _rows(run)]
    lines += ["", f"Rates in % ± standard error; {len(run.misses)} of {len(run.results)} questions missed:", ""]
    lines += [f"- `{r.case.id}` {_escape(r.case.question)}: {_escape(r.scores.reason)}" for r in run.misses]
    return "\n".join(lines) + "\n"


def _rows(run: Run) -> Iterator[tuple[str, list[str]]]:
    metrics = summary(run)
    groups = {"all": metrics, **metrics["types"], **metrics["languages"]}
    for name, group in groups.items():
        count = {"cases": group["passed"]["count"]}
        yield name, [_cell(key, (group | count).get(key)) for key, _ in _COLUMNS]


def _cell(key: str, value: Any) -> str:
    if value is None:
        return "–"
    if not isinstance(value, dict):
        return f"{value:g}"
    if key == "length":
        return f"{value['mean']:.0f}"
    error = "" if value["error"] is None else f" ± {100 * value['error']:.1f}"
    return f"{100 * value['mean']:.1f}{error}"


def _escape(text: str) -> str:
    return "".join("\\" + character if character in "\\`*_[]<>|" else character for character in text)
