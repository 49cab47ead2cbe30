"""Numbers as values, however they are written: 35000, 35,000, 3.5万, 三万五 and 35 thousand are one number."""

from __future__ import annotations

import math
import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2, "○": 0}
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE_UNITS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_ENGLISH_UNITS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ENGLISH_DIGITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
}
_CHINESE = "零〇○一二两兩三四五六七八九十百千万萬亿億"
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"  # a comma elsewhere separates: 第1,15年后
_DECIMALS = r"(?:点[零〇一二三四五六七八九]+(?![一二三四五六七八九十百千分刻]))?"  # 三点五, but not the hour 三点五十分
_NUMBER = re.compile(
    # Any number's first character, looked for ahead of the alternatives: scanning takes a quarter of the time.
    rf"(?=[\d{_CHINESE}{''.join(sorted({word[0] for word in _ENGLISH_DIGITS}))}])"
    r"(?:(?P<fraction>百分之)?"
    rf"(?P<number>{_ARABIC}(?:\s?[多余餘]?[十百千万萬亿億][{_CHINESE}\d]*)?|[{_CHINESE}]+{_DECIMALS}(?:[多余餘]?[万萬亿億])*)"
    r"(?:\s?(?P<unit>thousand|million|billion|trillion|%|percent|per cent))?"
    rf"|\b(?P<word>{'|'.join(_ENGLISH_DIGITS)})\b(?:\s(?P<word_unit>thousand|million|billion|trillion)\b)?)",
    re.IGNORECASE,
)
_PIECE = re.compile(rf"{_ARABIC}|[{_CHINESE}点]")
_ASCII_DIGIT = re.compile(r"[0-9]")


def numbers(text: str) -> set[str]:
    """Canonical decimal strings of all numbers in folded text (`text.fold`), percentages with a trailing %."""
    return {_read(match) for match in _NUMBER.finditer(text)}


def numbers_and_rest(text: str) -> tuple[set[str], str]:
    """The same, and the text with spaces for numbers of several characters: 票房1.75亿 leaves 票房."""
    found, rest, at = set(), [], 0
    for match in _NUMBER.finditer(text):
        found.add(_read(match))
        if match.end() - match.start() > 1:
            rest.append(text[at : match.start()])
            at = match.end()
    return found, " ".join([*rest, text[at:]])


def figures(text: str) -> set[str]:
    """Only those numbers that state a figure: written in digits, in words or as more than one Chinese numeral.

    一个, 两人 or “one of” is wording rather than a figure, and too common to demand that a source repeats it.
    """
    return {
        _read(match) for match in _NUMBER.finditer(text)
        if _ASCII_DIGIT.search(written := match["word"] or match["number"])
        or (len(written) > 1 and written.lower() != "one")
    }  # fmt: skip


def _read(match: re.Match[str]) -> str:
    """The value of what `_NUMBER` matched."""
    if match["word"]:
        return _canonical(
            _ENGLISH_DIGITS[match["word"].lower()] * _ENGLISH_UNITS.get((match["word_unit"] or "").lower(), 1)
        )
    unit = (match["unit"] or "").lower()
    percent = "%" if match["fraction"] or unit in ("%", "percent", "per cent") else ""
    return _canonical(_value(match["number"]) * _ENGLISH_UNITS.get(unit, 1)) + percent


def _value(written: str) -> float:
    """The value of Arabic digits, Chinese numerals or a mixture such as 2亿4千万."""
    current: float | None = None
    total, section, last_unit, decimal = 0.0, 0.0, 1, 0.0
    for piece in _PIECE.findall(written):
        if piece == "点":
            section, current, decimal = 0.0, section + (current or 0), 1.0
        elif piece in _DIGITS and decimal:
            decimal /= 10
            current = (current or 0) + _DIGITS[piece] * decimal
        elif piece in _DIGITS:  # 二〇二四 reads digit by digit
            current = (current or 0.0) * 10 + _DIGITS[piece]
        elif piece in _SMALL_UNITS:
            section += (1 if current is None else current) * _SMALL_UNITS[piece]
            current, last_unit = None, _SMALL_UNITS[piece]
        elif piece in _LARGE_UNITS:
            unit = _LARGE_UNITS[piece]
            below = section + (current or 0) or (0 if total else 1)  # 万亿 is a trillion
            total = (total + below) * unit if unit == 10**8 and total else total + below * unit
            section, current, last_unit, decimal = 0.0, None, unit, 0.0
        else:
            current = float(piece.replace(",", ""))
    alone = written[-1] in _DIGITS and written[-2:-1] not in _DIGITS
    if current is not None and last_unit >= 100 and not decimal and alone:
        current *= last_unit / 10  # 三万五 is 35000
        if written[-2] in "零〇○":
            current /= last_unit / 10
    return total + section + (current or 0)


def _canonical(value: float) -> str:
    if not math.isfinite(value):  # hundreds of digits
        return "inf"
    rounded = round(value, 6)
    return str(int(rounded)) if rounded == int(rounded) else f"{rounded:.6f}".rstrip("0")
