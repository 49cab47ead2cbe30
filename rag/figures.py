"""The figures of a statement, with their units, and whether evidence gives them."""

from __future__ import annotations

import re

from ingest.numerals import figures, numbers
from ingest.text import fold
from rag.evidence import Evidence
from rag.measures import NUMERAL, measures, with_months

_ABOUT = (
    r"约|近|接近|左右|上下|多|余|来|超过|逾|about|around|nearly|almost|roughly|approximately|over|more than|some|~|≈"
)
_APPROXIMATE = re.compile(rf"(?:{_ABOUT})[\s$¥￥]*$"), re.compile(rf"^\s?[^\W\d]{{0,2}}(?:{_ABOUT})")
_LOOSE_WORDS = re.compile(
    r"(?<![一二三四五六七八九十百千])万一(?![千百])|十分(?!钟|之)|千万[别不要]|百般|万万"
    r"|\bone(?! (?:hundred|thousand|million|billion))\b|\bzero-sum\b"
)
_LOOSE_NUMBERS = ("1", "2")  # 一天 and 两人 are wording rather than figures
_NUMERALS = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_DAY_OF_MONTH = re.compile(
    rf"({_NUMERALS})月\s*({_NUMERALS})(?![\d一二三四五六七八九十年个月])|(?:19|20)\d\d-(\d\d)-(\d\d)"
)


def strange_figures(claim: str, evidence: Evidence) -> set[str]:
    """Figures of a claim that the evidence doesn't give, or gives with another unit only.

    About 50 thousand is borne out by 49,736; the 1980s by 80年代.
    """
    folded, stated = _LOOSE_WORDS.sub(" ", fold(claim)), stated_figures(claim)
    strange = {figure for figure in stated - evidence.numbers if not _rounded(figure, folded, evidence)}
    for number, units in measures(folded).items():
        given = evidence.measures.get(number, set())
        if number in stated and given and "" not in units | given and not units & given:
            strange.add(number)
    return strange | (_days(folded) - _days(evidence.folded))


def _days(folded: str) -> set[str]:
    """Days of the year, whose numbers must stand together: in 11月推出 and 12月6日 there is no 11月6日."""
    found = (match.groups() for match in _DAY_OF_MONTH.finditer(with_months(folded)))
    return {f"{min(numbers(month or m))}/{min(numbers(day or d))}" for month, day, m, d in found}


def stated_figures(claim: str) -> set[str]:
    """Canonical figures of a claim: numbers in digits, composed numerals, and others with a unit, as 五分钟."""
    folded = with_months(_LOOSE_WORDS.sub(" ", fold(claim)))
    measured = {number for number, units in measures(folded).items() if units - {""} and number not in _LOOSE_NUMBERS}
    return figures(folded) | measured


def _rounded(figure: str, folded: str, evidence: Evidence) -> bool:
    if figure.endswith("%"):
        value = float(figure[:-1])
        return any(_close(value, float(other[:-1])) for other in evidence.numbers if other.endswith("%"))
    value = float(figure)
    if re.search(rf"\b{figure}s\b", folded):
        return str(int(value) % 100) in evidence.numbers
    if not _is_approximate(value, folded):
        return False
    return any(_close(value, float(other)) for other in evidence.numbers if not other.endswith("%"))


def _close(value: float, other: float) -> bool:
    return abs(value - other) <= 0.05 * abs(other)


def _is_approximate(value: float, folded: str) -> bool:
    before, after = _APPROXIMATE
    for match in re.finditer(rf"\d[\d,.]*{NUMERAL}*(?:\s(?:thousand|million|billion))?|{NUMERAL}+", folded):
        if value in {float(number) for number in numbers(match.group()) if not number.endswith("%")}:
            return bool(before.search(folded[: match.start()]) or after.search(folded[match.end() :]))
    return False
