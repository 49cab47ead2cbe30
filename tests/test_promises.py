"""What README and SECURITY.md promise is held by tests: every row of their tables names some, and those exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLES = {"README.md": "| fault |", "README.zh.md": "| 故障 |", "SECURITY.md": "| promise |"}


@pytest.mark.parametrize("name", TABLES)
def test_every_promise_names_tests_that_exist(name: str) -> None:
    table = (ROOT / name).read_text(encoding="utf-8").partition(TABLES[name])[2].partition("\n\n")[0]
    rows = table.splitlines()[2:]
    assert len(rows) >= 8
    for row in rows:
        named = re.findall(r"`(test_\w+\.py)`", row.rstrip(" |").rpartition("|")[2])
        assert named, f"no test shows: {row}"
        for test in named:
            assert "def test_" in (ROOT / "tests" / test).read_text(encoding="utf-8")


def test_both_readmes_name_the_same_tests() -> None:
    tables = [
        (ROOT / name).read_text(encoding="utf-8").partition(TABLES[name])[2].partition("\n\n")[0] for name in TABLES
    ]
    english, chinese, _ = ([re.findall(r"`(test_\w+\.py)`", row) for row in table.splitlines()[2:]] for table in tables)
    assert english == chinese


def test_both_readmes_give_the_same_figures_of_answers() -> None:
    english, chinese = (
        [re.findall(r"\d+", row) for row in table.splitlines() if re.search(r"\d", row)]
        for table in (
            (ROOT / name).read_text(encoding="utf-8").partition(head)[2].partition("\n\n")[0]
            for name, head in (("README.md", "| questions |"), ("README.zh.md", "| 题目 |"))
        )
    )
    assert len(english) == 10 and english == chinese
