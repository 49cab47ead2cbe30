"""Dates that a text names, however it writes them: 2024年12月18日 and December 18, 2024 are 2024-12-18."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.dates import COUNT, MONTH, find_date
from ingest.numerals import numbers
from rag.measures import month_of

_NTH = r"(?:st|nd|rd|th)?"
_COUNT = rf"(?:\d{{1,2}}(?!\d)|{COUNT})"
_DAY = re.compile(  # of a year that isn't told; in folded text
    rf"(?<!\d)(?P<month>{_COUNT})月\s?(?P<day>{_COUNT})[日号]?"
    rf"|\b(?P<name>{MONTH})\b\.?\s(?P<after>\d{{1,2}}){_NTH}(?![\w:%]|[.,]\d)"
    rf"|(?<!\d)(?P<before>\d{{1,2}}){_NTH}\s(?:of\s)?(?P<other>{MONTH})\b\.?"
)


def is_told(date: str, folded: str) -> bool:
    """Whether folded text names a date, as `whole_date` gives it, or a day within it."""
    day = date.removeprefix("-") if date.startswith("--") else ""
    return any(told == date or told.startswith(f"{date}-") or (day and told.endswith(day)) for told in _dates(folded))


@lru_cache(maxsize=4096)
def whole_date(folded: str) -> str:
    """The date that folded text consists of, as ISO; as --12-18 without its year; "" if it's something else."""
    found, begin, end = find_date(folded)
    if found:
        return found if not folded[:begin].strip() and folded[end:].strip() in ("", "月", "日", "号") else ""
    match = _DAY.fullmatch(folded)
    return _day(match) if match else ""


@lru_cache(maxsize=4096)
def _dates(folded: str) -> frozenset[str]:
    told: set[str] = set()
    while (found := find_date(folded))[0]:
        date, begin, end = found
        told.add(date)
        folded = f"{folded[:begin]}{'_' * (end - begin)}{folded[end:]}"
    return frozenset(told | {_day(match) for match in _DAY.finditer(folded)})


def _day(match: re.Match[str]) -> str:
    name = match["name"] or match["other"]
    month = month_of(name) if name else min(map(int, numbers(match["month"])))
    return f"--{month:02}-{min(map(int, numbers(match['day'] or match['after'] or match['before']))):02}"
