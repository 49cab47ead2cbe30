"""Numbers with their units, as a text writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.dates import MONTH
from ingest.numerals import SCALE_LETTERS, SPELLED, numbers, plainly
from ingest.text import HAN

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b{_DAY}\s(?:of\s)?({MONTH})\b\.?|\b({MONTH})\b\.?(?:\s{_DAY}(?![\w:%]|[.,]\d)|(?=,?\s\d))"
    r"|(?<![\d.])((?:19|20)\d\d)([-/.])(\d{1,2})\6(\d{1,2})(?!\d)"
)
_YEN = "日(?:元(?![旦宵])|币|圆(?![桌满]))"  # but 1月1日元旦, 5日圆桌会议
_UNITS = {
    "美元": "美元|美金|us dollars?|dollars?|usd",
    "元": "元(?!新?台币|港币)|块钱?|人民币|yuan|rmb|cny",
    "欧元": "欧元|euros?",
    "英镑": "英镑|pounds?",
    "日元": f"{_YEN}|yen",
    "年": "年|years?",
    "月": "月|months?",
    "周": "周|星期|weeks?",
    "天": f"天|(?!{_YEN})日|days?",
    "小时": "小时|钟头|hours?",
    "分钟": "分钟|分(?![之比点数])|minutes?|mins?",
    "秒": "秒钟?|seconds?|secs?",
    "人": "人|名|位|people|persons?|directors?|actors?",
}
_UNIT = "|".join(f"(?P<u{i}>{pattern})" for i, pattern in enumerate(_UNITS.values()))
_HAN_NUMERAL = "[零〇一二三四五六七八九十百千万亿两]"
NUMERAL = f"[0-9{_HAN_NUMERAL[1:]}"  # one character of a number
# A number with its scale, as a text writes it.
WRITTEN = re.compile(
    rf"(?:百分之)?(?:[$£€¥]?\d+(?:[,.]\d+)*(?:{NUMERAL}|,(?=\d{{3}}))*|{NUMERAL}+|{SPELLED})(?:[多余][万亿]+)?"
    rf"(?:\s?(?:thousand|million|billion|trillion|%|percent|per cent|{SCALE_LETTERS}))?"
)
# A number begins with its first digit and reads its parts one way only: long runs of digits take linear time.
_SOME = "(?:[多余][万亿]+)?"  # 一千多万
_WRITTEN = rf"(?<!\d)\d[\d,.]*(?:{_HAN_NUMERAL}(?:{NUMERAL}|,(?=\d{{3}}))*)?{_SOME}|(?<!\d){NUMERAL}+{_SOME}|{SPELLED}"
MEASURE = re.compile(
    rf"(?P<sign>[$¥￥])?\s?(?P<number>{_WRITTEN})"
    rf"(?P<scale>\s(?:thousand|million|billion|trillion)|\s?bn(?![a-z\d])|(?(sign)\s?{SCALE_LETTERS}|(?!)))?"
    rf"(?:多|余|来|几)?[个\s\-]?(?:{_UNIT}|(?=\W|$|[{HAN}]))"
)
# 六成, but not 三成为…, 一成不变 or 五成都…
_TENTHS = re.compile(
    rf"(?<!{NUMERAL})(?<![\d.])([一二两三四五六七八九1-9])成(?![为功立本员都片了就果分]|不变)([一二三四五六七八九]?)"
)
_DECADES = re.compile(r"\b(an?|two|three|four|five|six|seven|eight|nine|\d)(?: full)? decades?\b")
_PER_CENT = re.compile(rf"百分之(\d[\d.]*|{NUMERAL}+)")
_LASTING = {
    "年": 31_536_000, "个月": 2_592_000, "周": 604_800, "星期": 604_800, "天": 86_400, "小时": 3600, "个小时": 3600, "分钟": 60, "秒": 1,
}  # fmt: skip
# Neither a calendar year nor a place in a row: 1997年, 第三天
_DURATION = re.compile(
    rf"(?<![第\d.百千])(?!(?:19|20)\d\d年)(?:(?P<half>半)|(?P<number>\d[\d.]*|{NUMERAL}+))[多余来]?\s?(?P<unit>{'|'.join(_LASTING)})(?![代级前后底初])"
)


def durations(folded: str) -> set[float]:
    """How long things take in a folded text, in seconds: 九天, 三个月, 半年."""
    return {
        _LASTING[match["unit"]] * amount
        for match in _DURATION.finditer(folded)
        for amount in ([0.5] if match["half"] else map(float, numbers(match["number"])))
    }


def without_durations(folded: str) -> str:
    """A folded text with spaces for them."""
    return _DURATION.sub(" ", folded)


def is_unit(word: str) -> bool:
    """Whether a folded word is a unit, which is compared together with its number."""
    return any(re.fullmatch(pattern, word) for pattern in _UNITS.values())


def with_dates(folded: str) -> str:
    """December 18 and 18 Dec. also read as 12月18日, 2024.12.06 reads as 2024年12月06日."""
    return _DATE.sub(_in_chinese, folded)


def with_shares(folded: str) -> str:
    """六成 reads as 60%, 七成五 as 75%; two decades as 20 years."""
    folded = _DECADES.sub(lambda match: f"{10 * int(min(numbers(match[1]) or {'1'}))} years", folded)
    return _TENTHS.sub(lambda match: f"{min(numbers(match[1]))}{min(numbers(match[2] or '0'))}%", folded)


def month_of(word: str) -> int | None:
    """The month that a folded word names, also in short: 12 for dec."""
    return _MONTHS.index(word[:3]) + 1 if re.fullmatch(MONTH, word) else None


def _in_chinese(match: re.Match[str]) -> str:
    first, name, other_name, second, year, _, month, day = match.groups()
    if year:
        return f"{year}年{month}月{day}日"
    return f"{match.group()} {month_of(name or other_name)}月" + (f"{first or second}日 " if first or second else " ")


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
    folded = plainly(folded)
    for match in MEASURE.finditer(folded):
        unit = next((name for i, name in enumerate(_UNITS) if match[f"u{i}"]), "")
        units = _by_sign(match["sign"], folded[max(match.start() - 2, 0) : match.start()]) or (unit,)
        rest = folded[match.end() : match.end() + 1]
        following = rest if re.match(f"[{HAN}]", rest) else ""
        written = (match["sign"] or "") + match["number"] + (match["scale"] or "") + ("%" if rest == "%" else "")
        yield from ((number, unit, following) for number in numbers(written) for unit in units)


def _by_sign(sign: str | None, before: str) -> tuple[str, ...]:
    """What a sign of money may stand for, given the letters before it: not for US dollars in NT$."""
    if sign == "$":
        return ("",) if before[-1:].isascii() and before[-1:].isalpha() and before != "us" else ("美元",)
    return ("元", "日元") if sign else ()
