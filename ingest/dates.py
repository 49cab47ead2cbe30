"""Dates in Chinese and English, however they are written, as ISO: 2024年12月18日, 2024/12/18 10:00, October 8, 2024."""

from __future__ import annotations

import datetime
import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_NUMERALS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_DIGIT, _COUNT = "[〇零○一二三四五六七八九]", "[一二三四五六七八九十]{1,3}"
_CHINESE = re.compile(rf"({_DIGIT}{{4}})年(?:({_COUNT})月(?:({_COUNT})[日号號])?)?")
_YEAR_FIRST = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:\s?年\s?|[-/.])(\d{1,2})(?:(?:\s?月\s?|[-/.])(\d{1,2})(?!\d)|(?!\d))"
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\s(\d{{1,2}})(?:st|nd|rd|th)?,?\s((?:19|20)\d\d)\b", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s{_MONTH},?\s((?:19|20)\d\d)\b", re.IGNORECASE)
_MONTH_YEAR = re.compile(rf"\b{_MONTH},?\s((?:19|20)\d\d)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)(?:\s?年)?")


def find_date(text: str) -> tuple[str, int, int]:
    """The first date in text as ISO, as exact as it is written ("2024-12-18", "2024-12" or "2024"), and its span.

    ("", 0, 0) if there is none; a month or a day without its year is none.
    """
    for pattern, order in (
        (_YEAR_FIRST, (0, 1, 2)),
        (_MONTH_FIRST, (2, 0, 1)),
        (_DAY_FIRST, (2, 1, 0)),
        (_COMPACT, (0, 1, 2)),
        (_CHINESE, (0, 1, 2)),
        (_MONTH_YEAR, (1, 0)),
        (_YEAR, (0,)),
    ):
        match = pattern.search(text)
        date = _iso([match.groups()[at] for at in order]) if match else ""
        if match and date:
            return date, match.start(), match.end()
    return "", 0, 0


def iso_date(text: str) -> str:
    """The date that text holds as ISO, or ""."""
    return find_date(text)[0]


def _iso(parts: list[str | None]) -> str:
    numbers = [_number(part) for part in parts if part]
    try:
        datetime.date(*[*numbers, 1, 1][:3])
    except ValueError:
        return ""
    return "-".join(f"{number:04d}" if at == 0 else f"{number:02d}" for at, number in enumerate(numbers))


def _number(part: str) -> int:
    if part[:3].lower() in _MONTHS:
        return _MONTHS.index(part[:3].lower()) + 1
    if "十" in part:
        tens, _, ones = part.partition("十")
        return 10 * int(tens.translate(_NUMERALS) or 1) + int(ones.translate(_NUMERALS) or 0)
    return int(part.translate(_NUMERALS))
