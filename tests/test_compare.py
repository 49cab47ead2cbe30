"""Two runs side by side: better and worse question by question, and limits that a build can fail on."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from eval.compare import Limit, compare, failures, load_report, metric, print_comparison
from ingest.errors import CasesError
from ui.cli import main
from ui.evaluate import _limit


def result(id: str, passed: bool, facts: list[bool] | None = None) -> dict[str, Any]:
    scores = {
        "passed": passed,
        "facts": facts or [],
        "refusal": None,
        "reason": "" if passed else f"missing {id}",
        "cause": "",
    }
    return {"id": id, "type": "fact", "lang": "zh", "question": f"{id}？[bold]", "refused": False, "scores": scores}


def report(*results: dict[str, Any], **metrics: float) -> dict[str, Any]:
    rates = {name: {"mean": mean, "error": 0.01, "interval": [0, 1], "count": 4} for name, mean in metrics.items()}
    return {
        "about": {},
        "metrics": {"cases": len(results), **rates, "types": {"multi": rates}},
        "results": list(results),
    }


BEFORE = report(
    result("same", True), result("lost", True, [True]), result("found", False), result("half", False, [True, False]),
    result("gone", True), passed=0.6, false_answers=0.1,
)  # fmt: skip
NOW = report(
    result("same", True), result("lost", False, [False]), result("found", True), result("half", False, [True, True]),
    result("new", True), passed=0.58, false_answers=0.15,
)  # fmt: skip


def test_each_question_got_better_or_worse_or_stayed() -> None:
    found = compare(BEFORE, NOW)
    assert [change.now["id"] for change in found.better] == ["found", "half"]  # one passes now, one tells more facts
    assert [change.now["id"] for change in found.worse] == ["lost"]
    assert (found.gone, found.new) == (("gone",), ("new",))
    assert found.chance == 1
    assert compare(BEFORE, BEFORE).better == ()


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        (Limit("below", "passed", 0.58), ""),
        (Limit("below", "passed", 0.59), "passed is 0.58, below 0.59"),
        (Limit("above", "false_answers", 0.15), ""),
        (Limit("above", "false_answers", 0.12), "false_answers is 0.15, above 0.12"),
        (Limit("worse", "passed", 0.02), ""),
        (Limit("worse", "passed", 0.01), "passed went from 0.6 to 0.58"),
        (Limit("worse", "false_answers", 0.04), "false_answers went from 0.1 to 0.15"),  # more of it is worse
        (Limit("worse", "multi.passed", 0.0), "multi.passed went from"),
    ],
)
def test_a_limit_is_kept_or_named(limit: Limit, told: str) -> None:
    found = failures(compare(BEFORE, NOW), [limit])
    assert len(found) == bool(told)
    assert not told or found[0].startswith(told)


def test_what_got_better_is_never_worse() -> None:
    assert not failures(compare(NOW, BEFORE), [Limit("worse", "passed", 0.0), Limit("worse", "false_answers", 0.0)])


@pytest.mark.parametrize("name", ["pass", "fact.passed", "multi.nothing", "auroc", "cases", ""])
def test_an_unknown_metric_is_named_with_those_there_are(name: str) -> None:
    with pytest.raises(CasesError, match="false_answers"):
        metric(NOW, name)


def test_the_comparison_is_told_with_reasons() -> None:
    shown = io.StringIO()
    print_comparison(compare(BEFORE, NOW), Console(file=shown, width=120))
    for told in (
        "60.0 ± 1.0",
        "-2.0",
        "2 better, 1 worse",
        "worse lost lost？[bold]",
        "now: missing lost",
        "only now: new",
    ):
        assert told in shown.getvalue()


def test_as_many_better_as_worse_are_told() -> None:
    shown = io.StringIO()
    turned = [report(result("a", first), result("b", not first)) for first in (True, False)]
    print_comparison(compare(*turned), Console(file=shown, width=120))
    assert "1 better, 1 worse" in shown.getvalue()


def test_what_got_worse_is_red_and_what_got_better_green() -> None:
    now = {**NOW, "metrics": {**NOW["metrics"], "facts": NOW["metrics"]["passed"]}}
    console = Console(file=io.StringIO(), width=120, record=True, force_terminal=True, color_system="standard")
    print_comparison(compare(BEFORE, now), console)
    shown = console.export_text(styles=True)
    red, green = "\x1b[31m", "\x1b[32m"
    for told in (f"{red}-2.0", f"{red}+5.0", f"{red}worse", f"{green}better"):  # more false answers are worse
        assert told in shown
    assert next(line for line in shown.splitlines() if "All facts" in line).split()[2:4] == ["–", "58.0"]  # only now


@pytest.mark.parametrize(
    "text",
    [
        "{", "[]", "[" * 100_000, '{"metrics": {}, "results": [{"id": 1}]}', '{"metrics": {}, "results": [1]}', None,
        json.dumps(report({key: value for key, value in result("a", True).items() if key != "id"})),
        json.dumps(report({**result("a", True), "id": 7})),
        json.dumps(report({**result("a", True), "scores": {"passed": True}})),
        json.dumps(report({**result("a", True), "scores": True})),
    ],
)  # fmt: skip
def test_a_file_that_is_no_run_is_named(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "run.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(CasesError, match=r"run\.json") as caught:
        load_report(path)
    assert "--out run.json" not in str(caught.value)  # which would write over what may be the questions


def test_the_command_fails_when_a_limit_is_passed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(tmp_path / name) for name in ("before.json", "now.json")]
    for path, run in zip(paths, (BEFORE, NOW), strict=True):
        Path(path).write_text(json.dumps(run), encoding="utf-8")
    assert main(["eval", "compare", *paths]) == 0
    assert main(["eval", "compare", *paths, "--fail-worse", "passed=2%", "--fail-below", "passed=0.5"]) == 0
    assert main(["eval", "compare", *paths, "--fail-worse", "passed=1%", "--fail-above", "false_answers=20%"]) == 1
    assert capsys.readouterr().err == "changji: passed went from 0.6 to 0.58, worse by more than 0.01\n"
    assert main(["eval", "compare", *paths, "--fail-below", "nothing=1"]) == 2
    with pytest.raises(SystemExit):
        main(["eval", "compare", *paths, "--fail-below", "passed"])


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        ("passed", "a number from 0"),
        ("passed=", "a number from 0"),
        ("passed=nan", "a number from 0"),
        ("passed=inf", "a number from 0"),
        ("passed=-1%", "a number from 0"),
        ("passed=2", "write a share"),
        ("multi.passed=200%", "write a share"),
        ("auroc=5", "write a share"),
        ("length=10%", "counted in characters"),
        ("multi.p50_ms=10%", "counted in ms"),
    ],
)
def test_a_limit_that_no_run_could_break_is_told(limit: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["eval", "compare", "before.json", "now.json", "--fail-worse", limit])
    assert ended.value.code == 2 and told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "value"),
    [("passed=2%", 0.02), ("passed=2 %", 0.02), ("passed = 1", 1), ("auroc=5%", 0.05), ("length=40", 40), ("new=3", 3)],
)
def test_a_limit_is_read_as_it_is_written(text: str, value: float) -> None:
    assert _limit("worse")(text).value == value


def test_the_committed_baseline_is_of_the_bundled_set() -> None:
    from eval.cases import load_cases

    baseline = load_report(Path(__file__).parent.parent / "eval" / "baseline.json")
    assert [result["id"] for result in baseline["results"]] == [case.id for case in load_cases()]
    assert metric(baseline, "passed") > 0.5
