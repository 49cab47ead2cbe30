"""No regular expression of the project takes long over a few hundred characters, whatever they are (no ReDoS)."""

from __future__ import annotations

import importlib
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
LENGTH = 500  # characters
SECONDS = 0.1  # what takes quadratic time needs a tenth of that, what takes cubic time a hundred times as much
# What such patterns trip over: long runs of one kind of character, pairs that open and never close, near misses.
PIECES = (
    "a", "A", "1", " ", "\t", "\n", "　", "。", "！", "？", "…", ".", ",", "，", "：", ":", "-", "—", "_", "*",
    "#", "|", "`", "~", ">", "<", "(", ")", "（", "）", "[", "]", "【", "《", "》", "“", "”", "\"", "'", "&",
    "=", "/", "\\", "@", "+", "%", "甲", "一", "a ", "a.", "A. ", "Mr. ", "1,", "1.", "1年", "2024年1月",
    "http://a", "a@a.", "<a ", "<!--", "[a](", "![", "[[", "技術(", "關注", "公众号", "By A ", "标题：", "a\n",
    "甲\n", "甲。", "甲，", "\n\n", " \n", "- ", "1. ", "| ", "“甲", "不", "第一", "一百", "[1]", "[1", "1–",
    "A-", "a'", "\u0301", "\u200b", "𠮷", "=\"", "charset", "&amp",
)  # fmt: skip


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """The compiled patterns of all modules, also those in tables, with names that say where they stand."""
    for room in ("ingest", "rag", "eval", "ui"):
        for file in sorted((ROOT / room).rglob("*.py")):
            module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
            for name, value in vars(module).items():
                for at, pattern in enumerate(_within(value)):
                    yield f"{module.__name__}.{name}.{at}", pattern


def _within(value: object, depth: int = 0) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 4 and isinstance(value, dict):
        for item in (*value.keys(), *value.values()):
            yield from _within(item, depth + 1)
    elif depth < 4 and isinstance(value, tuple | list | set | frozenset):
        for item in value:
            yield from _within(item, depth + 1)


def slowest(pattern: re.Pattern[str], pieces: Sequence[str] = PIECES) -> tuple[float, str]:
    """The longest that a search through adversarial text takes, and the piece that the text was made of."""
    worst = (0.0, "")
    for piece in pieces:
        run = piece * (LENGTH // len(piece))
        for text in (run + "\0", "甲" + run + "a!"):
            subject = text if isinstance(pattern.pattern, str) else text.encode()
            begun = time.process_time()
            for _ in pattern.finditer(subject):  # type: ignore[arg-type]
                pass
            worst = max(worst, (time.process_time() - begun, piece))
    return worst


def test_a_pattern_that_takes_too_long_is_noticed() -> None:
    assert slowest(re.compile(r"\d[\d,.]*[0-9一]*(?:x|y)"), pieces=("1",))[0] > SECONDS  # as one of ours was


def test_no_pattern_takes_more_than_its_time() -> None:
    found = {pattern: name for name, pattern in patterns()}
    assert len(found) > 100
    slow = {name: taken for pattern, name in found.items() if (taken := slowest(pattern))[0] > SECONDS}
    assert slow == {}
