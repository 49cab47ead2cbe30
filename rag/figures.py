"""The figures of a statement, with their units, and whether evidence gives them."""

from __future__ import annotations

import re

from ingest.numerals import figures, numbers, plainly
from ingest.text import fold
from rag.counts import fractions, miscounted
from rag.directions import bound_of
from rag.evidence import Evidence
from rag.measures import WRITTEN, measures, with_dates, with_shares

_ABOUT_BEFORE = re.compile(
    r"(?:约|近|接近|左右|超过|逾|about|around|nearly|almost|roughly|approximately|over|more than|some|~|≈)[\s$¥￥]*$"
)
# Only what belongs to the number before: 约 and 超过 would be of the next one, and 120人来自 isn't 十来个.
_ABOUT_AFTER = re.compile(
    r"^\s?(?:[多余]|来(?=[人个名位部家岁年天万]))|^\s?[^\W\d]{0,2}(?:左右|上下|[多余](?![个名位部家种项次]))"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_LOOSE_WORDS = re.compile(
    r"(?<![一二三四五六七八九十百千])万一(?![千百])|十分(?!钟|之)|千万[别不要]|百般|万万|(?<![零〇一二三四五六七八九十百千])一一(?![零〇一二三四五六七八九十百千年月])"
    r"|(?<!-)(?<!hundred and )\bone(?! (?:hundred|thousand|million|billion))\b|\bzero-sum\b"
)
_LOOSE_NUMBERS = ("1", "2")  # 一天 and 两人 are wording rather than figures
_NUMERALS = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_DAY_OF_MONTH = re.compile(rf"({_NUMERALS})月\s*({_NUMERALS})(?![\d一二三四五六七八九十年个月]|\.\d)")
DATED = re.compile(
    rf"(?:(?<!\d)(?P<year>(?:19|20)\d\d)年\s?)?(?<![\d一二三四五六七八九十])(?P<month>{_NUMERALS})月"
    rf"(?:\s?(?P<day>{_NUMERALS})(?![\d一二三四五六七八九十年个月]|\.\d))?"
    r"|(?<![\d.])(?P<other_year>(?:19|20)\d\d)[-/.](?P<other>0?[1-9]|1[0-2])(?![\d.])"
)
_YEAR_ALONE = re.compile(r"(?<![\d.])(?:19|20)\d\d(?=年|\b)(?!年\s?\d|[-/.]\d|\d*[%万亿])")
# 10月24日至26日, 5月7日、8日, October 24-26: of the month before
_NEXT_DAY = re.compile(
    rf"\s*(?:[日号]\s*)?(?:(?:[至到、和及与~]|[-–—]+)\s*({_NUMERALS})\s*[日号]|(?:[-–—]|to|through)\s*(\d{{1,2}})(?![\w:%]|[.,]\d))"
)


def strange_figures(claim: str, evidence: Evidence) -> set[str]:
    """Figures of a claim that the evidence doesn't give, or gives with another unit only.

    About 50 thousand is borne out by 49,736; the 1980s by 80年代.
    """
    folded, stated = plainly(_LOOSE_WORDS.sub(" ", fold(claim))), stated_figures(claim)
    strange = {figure for figure in stated - evidence.numbers if not _rounded(figure, with_shares(folded), evidence)}
    for number, units in measures(folded).items():
        given = evidence.measures.get(number, set())
        if number in stated and given and "" not in units | given and not units & given:
            strange.add(number)
    return (
        strange | (_days(folded) - _days(evidence.folded)) | _misdated(folded, evidence) | miscounted(folded, evidence)
    )


def _days(folded: str) -> set[str]:
    """Days of the year, whose numbers must stand together: in 11月推出 and 12月6日 there is no 11月6日."""
    text, found = with_dates(plainly(folded)), set()
    for match in _DAY_OF_MONTH.finditer(text):
        month, day = match.groups()
        following: re.Match[str] | None = match
        while following:
            found.add(f"{min(numbers(month))}/{min(numbers(day))}")
            following = _NEXT_DAY.match(text, following.end())
            day = following and (following[1] or following[2])
    return found


def _misdated(folded: str, evidence: Evidence) -> set[str]:
    """Days and months of a claim that the evidence dates as well, but only in other years."""
    given = _dated(evidence.folded)
    strange = set()
    for when, years in _dated(folded).items():
        month, day = when
        there = {year for (m, d), told in given.items() if m == month and day in ("", d) for year in told}
        if there and "" not in there and not (years - {""}) <= there:
            strange.add("/".join((*sorted(years), month, day)))
    return strange


def dates(folded: str) -> set[tuple[str, str, str]]:
    """Year, month and day of each date, "" where it gives none."""
    text = with_dates(plainly(folded))
    found = {(year, month, day) for (month, day), years in _dated(folded).items() for year in years}
    return found | {(year, "", "") for year in _YEAR_ALONE.findall(DATED.sub(" ", text))}


def _dated(folded: str) -> dict[tuple[str, str], set[str]]:
    """The years that stand directly before each month and its day, "" where none does: 2024年12月6日."""
    found: dict[tuple[str, str], set[str]] = {}
    for match in DATED.finditer(with_dates(plainly(folded))):
        month, day = (
            str(min(numbers(part))) if part else "" for part in (match["month"] or match["other"], match["day"])
        )
        found.setdefault((month.lstrip("0"), day), set()).add(match["year"] or match["other_year"] or "")
    return found


def stated_figures(claim: str) -> set[str]:
    """Canonical figures of a claim: numbers in digits, composed numerals, and others with a unit, as 五分钟."""
    folded = with_shares(with_dates(_LOOSE_WORDS.sub(" ", fold(claim))))
    measured = {number for number, units in measures(folded).items() if units - {""} and number not in _LOOSE_NUMBERS}
    return figures(folded) | measured


def _rounded(figure: str, folded: str, evidence: Evidence) -> bool:
    """Whether the evidence gives the figure more exactly: 33.3% for 33%, 49,736 for about 50 thousand."""
    if figure.isdigit() and re.search(rf"\b{figure}s\b", folded):  # the 1980s
        return str(int(figure) % 100) in evidence.numbers
    share = figure.endswith("%")
    value = float(figure.removesuffix("%"))
    others = [float(number.removesuffix("%")) for number in evidence.numbers if number.endswith("%") == share]
    if _is_approximate(figure, folded):
        years = {year for year, _, _ in dates(evidence.folded)}
        others = [other for other in others if f"{other:.0f}" not in years]
        bound = bound_of(figure, folded)
        return any(
            abs(value - other) <= 0.05 * abs(other) and not (other < value and bound == "more") for other in others
        )
    decimals = len(figure.removesuffix("%").partition(".")[2])
    others += [100 * part / whole for part, whole in fractions(evidence.folded)] if share else []
    return share and any(abs(value - other) <= 0.5 * 10**-decimals + 1e-9 for other in others)


def _is_approximate(figure: str, folded: str) -> bool:
    """Whether a word beside the figure makes it approximate; a calendar year is exact beside any."""
    for match in WRITTEN.finditer(folded):
        if figure in numbers(match.group()):
            before, after = folded[: match.start()], folded[match.end() :]
            is_year = _YEAR.fullmatch(figure) and (after.lstrip()[:1] in ("年", "") or not after.lstrip()[0].isalnum())
            beside = _ABOUT_BEFORE.search(before) or _ABOUT_AFTER.search(after) or re.search("[多余]", match.group())
            return not is_year and bool(beside)
    return False
