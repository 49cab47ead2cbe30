"""Two runs of a question set beside each other: what got better and worse, question by question, and by how much."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from eval.metrics import sign_test
from eval.report import NOTE, Report, cell, explanation
from eval.summary import METRICS, value
from ingest.errors import CasesError

if TYPE_CHECKING:
    from rich.console import Console

_GROUPS = ("types", "languages", "articles")
_WIDTH = 120  # of what goes into a file or a pipe


class Change(NamedTuple):
    """One question whose outcome differs: its result before and now."""

    before: dict[str, Any]
    now: dict[str, Any]


@dataclass(frozen=True)
class Comparison:
    """What differs between two runs. Questions are the same where their ids are."""

    before: Report
    now: Report
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    gone: tuple[str, ...]  # ids of questions that only the earlier run has
    new: tuple[str, ...]

    @property
    def chance(self) -> float:
        """The p of so uneven a change if better and worse were as likely: small means that it is no accident."""
        return sign_test(len(self.better), len(self.worse))


class Limit(NamedTuple):
    """A condition that the later run must meet: a metric not below or above a value, or not worse by more than one."""

    kind: Literal["below", "above", "worse"]
    metric: str  # as in METRICS, or of one group: multi.passed
    value: float


def load_report(path: Path) -> Report:
    """What `changji eval --out` wrote; anything else is a CasesError."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(report["metrics"], dict) and all(map(_is_result, report["results"])):
            return report
    except OSError as error:
        raise CasesError(f"{path} can't be read ({error.strerror}); check the file's name and try again.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    raise CasesError(f"{path} is no run of a question set; name a file that `changji eval --out FILE` wrote.")


def _is_result(result: Any) -> bool:
    named = all(isinstance(result[key], str) for key in ("id", "question"))
    return named and {"passed", "refusal", "reason", "cause"} <= result["scores"].keys()


def compare(before: Report, now: Report) -> Comparison:
    """What got better and worse: first whether a question passed, then how many of its facts were told."""
    earlier = {result["id"]: result for result in before["results"]}
    later = {result["id"]: result for result in now["results"]}
    both = [Change(earlier[id], later[id]) for id in later if id in earlier]
    return Comparison(
        before,
        now,
        tuple(change for change in both if _grade(change.now) > _grade(change.before)),
        tuple(change for change in both if _grade(change.now) < _grade(change.before)),
        tuple(id for id in earlier if id not in later),
        tuple(id for id in later if id not in earlier),
    )


def _grade(result: dict[str, Any]) -> tuple[bool, float]:
    scores = result["scores"]
    facts = scores.get("facts", ())
    return scores["passed"], sum(facts) / max(len(facts), 1)


def failures(comparison: Comparison, limits: list[Limit]) -> list[str]:
    """In words, which limits the later run doesn't keep to."""
    return [told for limit in limits if (told := _failure(comparison, limit))]


def _failure(comparison: Comparison, limit: Limit) -> str:
    now = metric(comparison.now, limit.metric)
    if limit.kind == "below":
        return f"{limit.metric} is {now:.4g}, below {limit.value:g}" if now < limit.value else ""
    if limit.kind == "above":
        return f"{limit.metric} is {now:.4g}, above {limit.value:g}" if now > limit.value else ""
    before = metric(comparison.before, limit.metric)
    more = METRICS[limit.metric.rpartition(".")[2]].better == "more"
    lost = round(before - now if more else now - before, 6)
    told = f"{limit.metric} went from {before:.4g} to {now:.4g}, worse by more than {limit.value:g}"
    return told if lost > limit.value else ""


def metric(report: Report, name: str) -> float:
    """A metric's number by its name, of all questions or of one group; one that isn't there is a CasesError."""
    group, _, plain = name.rpartition(".")
    metrics = report["metrics"]
    if group:
        metrics = next((metrics[kind][group] for kind in _GROUPS if group in metrics.get(kind, {})), {})
    found = value(metrics, plain) if plain in METRICS else None
    if found is None:
        known = ", ".join(one for one in METRICS if one in report["metrics"])
        raise CasesError(f"The run has no metric {name!r}; there are {known}, and those of a group, as in fact.passed.")
    return found


def print_comparison(comparison: Comparison, console: Console | None = None) -> None:
    """Print the metrics of both runs, then every question that got worse or better, on standard output by default."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = console or Console(width=None if sys.stdout.isatty() else _WIDTH)
    before, now = comparison.before["metrics"], comparison.now["metrics"]
    table = Table("", "before", "now", "change", box=box.SIMPLE_HEAD, title=NOTE, title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    for name in (name for name in METRICS if name in before or name in now):
        table.add_row(METRICS[name].label, cell(name, before), cell(name, now), _difference(name, before, now))
    console.print(table)
    console.print(_sentence(comparison), markup=False)
    for heading, changes in (("worse", comparison.worse), ("better", comparison.better)):
        for change in changes:
            _print_change(console, heading, change)
    for heading, ids in (("only before", comparison.gone), ("only now", comparison.new)):
        if ids:
            console.print(f"{heading}: {', '.join(ids)}", markup=False)


def _difference(name: str, before: dict[str, Any], now: dict[str, Any]) -> str:
    old, new = value(before, name), value(now, name)
    if old is None or new is None:
        return ""
    scaled = (new - old) * (100 if METRICS[name].unit == "%" else 1)
    shown = f"{scaled:+.{3 if not METRICS[name].unit else 1}f}"
    better = (new > old) == (METRICS[name].better == "more")
    return "" if old == new else f"[{'green' if better else 'red'}]{shown}[/]"


def _sentence(comparison: Comparison) -> str:
    better, worse = len(comparison.better), len(comparison.worse)
    if not better + worse:
        return "No question got better or worse."
    return f"{better} better, {worse} worse (by chance alone, were either as likely: p = {comparison.chance:.2g})."


def _print_change(console: Console, heading: str, change: Change) -> None:
    from rich.markup import escape

    colour = "red" if heading == "worse" else "green"
    console.print(f"[{colour}]{heading}[/] [bold]{escape(change.now['id'])}[/] {escape(change.now['question'])}")
    for when, result in (("before", change.before), ("now", change.now)):
        console.print(f"  {when}: {escape(explanation(result) or 'passed')}", style="dim" if when == "before" else "")
