"""Shares and small counts in Chinese words: 六成, 三分之二, 三部电影."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.numerals import numbers
from ingest.text import HAN
from rag.evidence import Evidence
from rag.measures import NUMERAL

_FEW = "二两三四五六七八九十"  # 一部 is wording more often than a figure
# A span or a multiple is one whatever follows; of other things only those with the same name are compared: 三部电影.
_COUNT = re.compile(
    rf"(?P<which>第?)(?<![这那近头去\d.,])(?<!{NUMERAL})(?!(?:19|20)\d\d年)(?P<number>\d[\d,.]*|{NUMERAL}+)[多余]?"
    rf"(?:(?P<span>年|个月|周|星期|天|个?小时|分钟|秒|岁|倍)|(?P<thing>[部项次家集篇条张幅届场座种款个][{HAN}]?))"
)
_FRACTION = re.compile(rf"(?<!{NUMERAL})(?!百分)({NUMERAL}+)分之({NUMERAL}+)")
_HALF = re.compile(r"一半|半数|\bhalf\b")
_ORDINALS = ("half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ENGLISH_FRACTION = re.compile(
    rf"\b(?:(an?)[ -](?!half)({'|'.join(_ORDINALS)}) (?:of|to a)\b"
    rf"|(one|two|three|four|five|six|seven|eight|nine)[ -]({'|'.join(_ORDINALS)})(?:s\b| of\b))"
)


def miscounted(folded: str, evidence: Evidence) -> set[str]:
    """Small counts and fractions of a claim in place of which the evidence gives others."""
    given: dict[str, set[str]] = {}
    for _, number, what in _counts(evidence.folded):
        given.setdefault(what, set()).add(number)
    return _strange_fractions(folded, evidence) | {
        number
        for written, number, what in _counts(folded)
        if written in _FEW and what in given and number not in given[what] | evidence.numbers
    }


def _counts(folded: str) -> Iterator[tuple[str, str, str]]:
    """Each count as written, its value, and what is counted."""
    for match in _COUNT.finditer(folded):
        for number in numbers(match["number"]):
            yield match["number"], number, match["which"] + (match["span"] or match["thing"])


def _strange_fractions(folded: str, evidence: Evidence) -> set[str]:
    shares = [float(number[:-1]) for number in evidence.numbers if number.endswith("%")]
    given = fractions(evidence.folded) | {(1, 2) for _ in _HALF.finditer(evidence.folded)}
    return {
        f"{part}/{whole}"
        for part, whole in fractions(folded) - given
        if not any(abs(100 * part / whole - share) <= 0.05 * share for share in shares)  # a fraction is rough
    }


def fractions(folded: str) -> set[tuple[float, float]]:
    """Part and whole of each fraction in words: 三分之二, two thirds, a fifth of."""
    chinese = {(_value(part), _value(whole)) for whole, part in _FRACTION.findall(folded)}
    english = {
        (1.0 if one else _value(part), _ORDINALS.index(fifth or whole) + 2.0)
        for one, fifth, part, whole in _ENGLISH_FRACTION.findall(folded)
    }
    return {(part, whole) for part, whole in chinese | english if whole}


def _value(written: str) -> float:
    return float(min(numbers(written)))
