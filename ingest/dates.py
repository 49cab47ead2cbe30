"""Dates in Chinese and English, however they are written, as ISO: 2024年12月18日, 2024/12/18 10:00, October 8, 2024."""

from __future__ import annotations

import datetime
import re

from ingest.numerals import numbers

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (  # Marvel 2024 and Maya 2024 are of no month
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
COUNT = "(?:[一二三四五六七八九]|[二三]?[十廿卅][一二三四五六七八九]?)"  # of a month or a day
OF_YEARS = r"\s?(?:年(?!代)|[学學财財]年|[赛賽球]季|[届屆])"  # behind 2010-12, which is no month then
_DAY = r"(\d{1,2})(?i:st|nd|rd|th)?"
_COMMA = r"(?:,\s?|\s)"
_CENTURY = r"((?:19|20)\d\d)"
_EITHER = rf"(\d{{1,2}}(?!\d)|{COUNT})"
_NAMED = rf"(?=[ADFJMNOSadfjmnos])(?<![A-Za-z])(?i:({MONTH}))"
_CHINESE_MONTH = rf"\s?年(?:\s?{_EITHER}\s?月(?:\s?{_EITHER}\s?[日号號])?)?"
_FORMS = tuple(
    (re.compile(pattern), order, era)
    for pattern, order, era in (  # order: the groups that hold year, month and day; era: the year before its first
        (
            rf"(?<!\d){_CENTURY}(?:\s?年\s?|[-/.])(\d{{1,2}})(?:(?:\s?月\s?|[-/.])(\d{{1,2}})(?!\d)|(?!\d|{OF_YEARS}))",
            (1, 2, 3),
            0,
        ),
        (rf"(?<!\d){_CENTURY}[–—](\d{{1,2}})[–—](\d{{1,2}})(?!\d)", (1, 2, 3), 0),
        (rf"{_NAMED}(?:\.\s?|\s){_DAY}{_COMMA}{_CENTURY}(?!\d)", (3, 1, 2), 0),
        (rf"(?<!\d){_DAY}\s{_NAMED}\.?{_COMMA}{_CENTURY}(?!\d)", (3, 2, 1), 0),
        (rf"(?<!\d){_CENTURY}(\d\d)(\d\d)(?!\d)", (1, 2, 3), 0),
        (rf"民[国國]\s?(\d{{1,3}}|[一二三四五六七八九十百]{{1,5}}){_CHINESE_MONTH}", (1, 2, 3), 1911),
        (rf"([〇零○一二三四五六七八九]{{4}}){_CHINESE_MONTH}", (1, 2, 3), 0),
        (rf"(?<!\d){_CENTURY}\s?年\s?({COUNT})月(?:\s?{_EITHER}\s?[日号號])?", (1, 2, 3), 0),
        # Which is the day must be sure: not in 6/12/2024.
        (rf"(?<![\d/.-])(0?[1-9]|1[0-2])([-/.])(1[3-9]|2\d|3[01])\2{_CENTURY}(?!\d)", (4, 1, 3), 0),
        (rf"(?<![\d/.-])(1[3-9]|2\d|3[01])([-/.])(0?[1-9]|1[0-2])\2{_CENTURY}(?!\d)", (4, 3, 1), 0),
        (r"(?<!\w)([0-2]\d)年(\d{1,2})月(\d{1,2})[日号號]", (1, 2, 3), 2000),  # but not 昭和24年12月6日
        (rf"{_NAMED}\.?{_COMMA}{_CENTURY}(?!\d)", (2, 1), 0),
        (rf"(?<!\d){_CENTURY}(?!\d|\s?[万萬亿億多余餘])(?:\s?年)?", (1,), 0),  # but 2000萬 is an amount
    )
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９／．，－", "0123456789/.,-")


def half_width(text: str) -> str:
    """Text of the same length with narrow digits and the marks between them."""
    return text.translate(_FULL_WIDTH)


def find_date(text: str) -> tuple[str, int, int]:
    """The first date in text as ISO, as exact as it is written ("2024-12-18", "2024-12" or "2024"), and its span.

    ("", 0, 0) if there is none; a month or a day without its year is none.
    """
    text = half_width(text)
    for pattern, order, era in _FORMS:
        match = pattern.search(text)
        date = _iso([match[at] for at in order], era) if match else ""
        if match and date:
            return date, match.start(), match.end()
    return "", 0, 0


def iso_date(text: str) -> str:
    """The date that text holds as ISO, or ""."""
    return find_date(text)[0]


def _iso(parts: list[str | None], era: int) -> str:
    year, *others = [_number(part) for part in parts if part]
    try:
        datetime.date(*[year + era, *others, 1, 1][:3])
    except ValueError:
        return ""
    return "-".join([f"{year + era:04d}", *(f"{number:02d}" for number in others)])


def _number(part: str) -> int:
    if part[:3].lower() in _MONTHS:
        return _MONTHS.index(part[:3].lower()) + 1
    return int(min(numbers(part.replace("○", "〇").replace("廿", "二十").replace("卅", "三十"))))
