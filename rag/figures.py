"""The figures of a statement, with their units, and whether evidence gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.numerals import figures, numbers
from ingest.text import HAN, fold

if TYPE_CHECKING:
    from rag.evidence import Evidence

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = re.compile(rf"\b(?:(\d{{1,2}})\s)?({'|'.join(_MONTHS)})\b(?=\.?,?\s\d)|\b(\d{{1,2}})\s({'|'.join(_MONTHS)})\b")
_ABOUT = (
    r"约|近|接近|左右|上下|多|余|来|超过|逾|about|around|nearly|almost|roughly|approximately|over|more than|some|~|≈"
)
_APPROXIMATE = re.compile(rf"(?:{_ABOUT})[\s$¥￥]*$"), re.compile(rf"^\s?[^\W\d]{{0,2}}(?:{_ABOUT})")
_LOOSE_WORDS = re.compile(
    r"(?<![一二三四五六七八九十百千])万一(?![千百])|十分(?!钟|之)|千万[别不要]|百般|万万"
    r"|\bone(?! (?:hundred|thousand|million|billion))\b|\bzero-sum\b"
)
_LOOSE_NUMBERS = ("1", "2")  # 一天 and 两人 are wording rather than figures
_UNITS = {
    "美元": "美元|美金|us dollars?|dollars?|usd",
    "元": "元|块钱?|人民币|yuan|rmb|cny",
    "欧元": "欧元|euros?",
    "英镑": "英镑|pounds?",
    "日元": "日元|yen",
    "年": "年|years?",
    "月": "月|months?",
    "周": "周|星期|weeks?",
    "天": "天|日|days?",
    "小时": "小时|钟头|hours?",
    "分钟": "分钟|分(?![之比点数])|minutes?|mins?",
    "秒": "秒钟?|seconds?|secs?",
    "人": "人|名|位|people|persons?|directors?|actors?",
}
_UNIT = "|".join(f"(?P<u{i}>{pattern})" for i, pattern in enumerate(_UNITS.values()))
_HAN_NUMERAL = "[零〇一二三四五六七八九十百千万亿两]"
_NUMERAL = f"[0-9{_HAN_NUMERAL[1:]}"
# A number begins with its first digit and reads its parts one way only: long runs of digits take linear time.
_WRITTEN = rf"(?<!\d)\d[\d,.]*(?:{_HAN_NUMERAL}{_NUMERAL}*)?|(?<!\d){_NUMERAL}+|[a-z]+"
_MEASURE = re.compile(
    rf"(?P<sign>[$¥￥]?)\s?(?P<number>{_WRITTEN})(?P<scale>\s(?:thousand|million|billion))?"
    rf"(?:多|余|来|几)?[个\s\-]?(?:{_UNIT}|(?=\W|$|[{HAN}]))"
)
_NUMERALS = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_DAY_OF_MONTH = re.compile(
    rf"({_NUMERALS})月\s*({_NUMERALS})(?![\d一二三四五六七八九十年个月])|(?:19|20)\d\d-(\d\d)-(\d\d)"
)
_PER_CENT = re.compile(rf"百分之(\d[\d.]*|{_NUMERAL}+)")


def is_unit(word: str) -> bool:
    """Whether a folded word is a unit, which is compared together with its number."""
    return any(re.fullmatch(pattern, word) for pattern in _UNITS.values())


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
    for match in re.finditer(rf"\d[\d,.]*{_NUMERAL}*(?:\s(?:thousand|million|billion))?|{_NUMERAL}+", folded):
        if value in {float(number) for number in numbers(match.group()) if not number.endswith("%")}:
            return bool(before.search(folded[: match.start()]) or after.search(folded[match.end() :]))
    return False


def with_months(folded: str) -> str:
    """December 18 also reads as 12月 18."""
    return _MONTH.sub(lambda m: f"{m.group()} {_MONTHS.index(m[2] or m[4]) + 1}月 ", folded)


def measures(folded: str) -> dict[str, set[str]]:
    """The units that each number of a folded text is written with; "" where it has none that is known."""
    found: dict[str, set[str]] = {}
    for number, unit, _ in _measured(folded):
        found.setdefault(number, set()).add(unit)
    return found


def quantities(folded: str) -> dict[str, set[str]]:
    """The numbers of a folded text by unit: a known one, a calendar year ("年份"), else the next character."""
    found: dict[str, set[str]] = {}
    for number, unit, following in _measured(_PER_CENT.sub(r"\1%", folded)):
        is_year = unit in ("年", "") and re.fullmatch(r"(?:19|20)\d\d", number)
        unit = "年份" if is_year else "%" if number.endswith("%") else unit or following
        found.setdefault(unit, set()).add(number)
    return found


def _measured(folded: str) -> Iterator[tuple[str, str, str]]:
    """Each number with its unit, "" if unknown, and the Han character that follows it."""
    for match in _MEASURE.finditer(folded):
        unit = next((name for i, name in enumerate(_UNITS) if match[f"u{i}"]), "")
        unit = {"$": "美元", "¥": "元", "￥": "元"}.get(match["sign"], unit)
        rest = folded[match.end() : match.end() + 1]
        percent = "%" if rest == "%" else ""
        for number in numbers(match["number"] + (match["scale"] or "") + percent):
            yield number, unit, rest if re.match(f"[{HAN}]", rest) else ""
