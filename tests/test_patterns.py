"""No regular expression of the project takes long over a few hundred characters, whatever they are (no ReDoS)."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

import pytest
from patterns import patterns, scripts

from rag import marks

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


def test_patterns_are_found_wherever_they_are_written() -> None:
    """In a module, within a function, put together there, and in a script of the page."""
    found = {(name.split(":")[0], pattern.pattern) for name, pattern in (*patterns(), *scripts())}
    own = ("rag.compose._OWN_MARK.0", r"\[(\d{1,3})\]"), ("eval.history", r"\W+"), ("rag.figures", r"\b1s\b")
    assert {*own, ("uploads.js", r"{(\w+)}")} <= found


def test_no_pattern_takes_more_than_its_time() -> None:
    found = {pattern: name for name, pattern in (*patterns(), *scripts())}
    assert len(found) > 150
    slow = {name: taken for pattern, name in found.items() if (taken := slowest(pattern))[0] > SECONDS}
    assert slow == {}


@pytest.mark.parametrize(
    "written",
    [
        "约3.5万元。\n来源：\n" + "[1] 甲乙丙  \n" * 40 + "完。",
        "约3.5万元。\n來源：\n" + "- 【1】\t \n" * 40 + "完。",
        "约3.5万元。\n来源" + " " * 400 + "完。",
        "约3.5万元。\n" + "[1](#a)" * 40 + "完。",
        "约3.5万元。\n" + "[^1]: 甲乙丙  \n" * 40 + "完。",
    ],
)
def test_what_only_begins_like_a_list_of_sources_takes_a_moment(written: str) -> None:
    begun = time.process_time()
    marks.read(written, 9)
    assert time.process_time() - begun < SECONDS
