"""Numbers as values, however they are written: 35000, 35,000, 3.5万, 三万五 and 35 thousand are one number."""

from __future__ import annotations

import math
import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2, "○": 0}
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE_UNITS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_ENGLISH_UNITS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
# Of amounts of money, as in $3.5m: 4k and 5m are something else. Of these bn alone is one anywhere.
_LETTERS = {"k": 10**3, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9}
_CURRENCIES = "$£€¥￥"
_BELOW_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth".split()  # twenty-first is 21, as is 21st
_WORDS = (
    {word: i for i, word in enumerate(_BELOW_TWENTY)}
    | {word: i for i, word in enumerate(_ORDINALS, 1)}
    | {word: 10 * i for i, word in enumerate(_TENS, 2)}
)
_BELOW_HUNDRED = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[-‐](?:{'|'.join(_BELOW_TWENTY[1:10] + _ORDINALS)}))?|{'|'.join(_BELOW_TWENTY)})"
)
SPELLED = rf"\b{_BELOW_HUNDRED}\b(?:[ -]hundred\b(?:(?: and)? {_BELOW_HUNDRED}\b)?)?"  # in folded English
SCALE_LETTERS = r"(?:mn|bn|[kmb])(?![a-z\d])"
_CHINESE = "零〇○一二两兩三四五六七八九十廿卅百千万萬亿億"
# Of contracts: 壹佰万元; each alone is mostly of another word: 大陆, 队伍.
_FORMAL = "壹贰叁参肆伍陆柒捌玖"
_PLAIN = str.maketrans(dict(zip(_FORMAL + "拾佰仟廿卅", [*"一二三三四五六七八九十百千", "二十", "三十"], strict=True)))
_CONTRACT = rf"[{_FORMAL}][拾佰仟][{_FORMAL}零拾佰仟万亿]{{0,24}}(?:(?<=[万亿])|(?=[美欧日港]?[元圆]))"
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"  # a comma elsewhere separates: 第1,15年后
_DECIMALS = r"(?:点[零〇一二三四五六七八九]+(?![一二三四五六七八九十百千分刻]))?"  # 三点五, but not the hour 三点五十分
_UNITS = rf"thousand|million|billion|trillion|%|percent|per cent|{SCALE_LETTERS}"
# 5-10万, 三至五千, $3-5 million, 30–40%: the first number shares the unit.
_SPAN = (
    rf"(?= ?(?P<to>[-~–—至到]) ?(?:[{_CURRENCIES}]?(?P<high>{_ARABIC})\s?(?P<shared>[百千]?[万亿]+|[百千](?!分)|{_UNITS})"
    r"|(?P<chinese_high>[一二两三四五六七八九](?=[百千])|[一二两三四五六七八九十百千]{1,7})(?P<chinese_shared>[百千]?[万亿]+|[百千])))"
)
_NUMBER = re.compile(
    # A Chinese unit in the next line is of another text, as in a date above 百度.
    # Any number's first character, looked for ahead of the alternatives: scanning takes a quarter of the time.
    rf"(?=[\d{_CHINESE}{_FORMAL}{''.join(sorted({word[0] for word in _WORDS}))}])"
    r"(?:(?P<fraction>百分之)?"
    rf"(?P<number>{_ARABIC}(?:[^\S\n]?[多余餘]?[十百千万萬亿億](?:[{_CHINESE}]|\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+(?![a-z\d]))*)?"
    rf"|{_CONTRACT}|[{_CHINESE}]+{_DECIMALS}(?:[多余餘]?[万萬亿億])*)"
    rf"(?:\s?(?P<unit>{_UNITS})|{_SPAN})?"
    rf"|(?P<word>{SPELLED})(?:[ -](?P<word_unit>thousand|million|billion|trillion)\b)?(?P<word_share>\s(?:percent|per cent)\b)?)",
    re.IGNORECASE,
)
_UNUSUAL = re.compile(rf"[-~–—至到]\s?[{_CURRENCIES}]?[\d{_CHINESE}]|[廿卅拾佰仟]")
_ENGLISH_UNIT = re.compile(r"[a-z]{3}.*")
_PIECE = re.compile(rf"{_ARABIC}|[{_CHINESE}点]")
_MONEY = re.compile(rf"[{_CURRENCIES}]\s?(?:\d[\d.,]{{0,12}}\s?[-~–—]\s?)?\Z")  # $3m, and the second of $3-5m
_IS_PART = re.compile(r"[a-z./-]")  # of a name or a date: gpt-4-10万
_HAS_UNIT = re.compile("[百千万萬亿億]")
_ALONE = re.compile(r"(?:[^零〇○一二两兩三四五六七八九][零〇○一二两兩三四五六七八九]|[百千万萬亿億]\d)\Z")
_ASCII_DIGIT = re.compile(r"[0-9]")
# 两三百 is two hundred or three hundred, 十七八 is 17 or 18.
_EITHER = re.compile(
    r"(?<![零〇○一二两三四五六七八九点])(?:一[二两]|[二两]三|三四|四五|五六|六七|七八|八九)(?![零〇○一二两三四五六七八九点])"
)


def numbers(text: str) -> set[str]:
    """Canonical decimal strings of all numbers in folded text (`text.fold`), percentages with a trailing %."""
    return {value for match in _NUMBER.finditer(text) for value in _read(match)}


def numbers_and_rest(text: str) -> tuple[set[str], str]:
    """The same, and the text with spaces for numbers of several characters: 票房1.75亿 leaves 票房."""
    found, rest, at = set(), [], 0
    for match in _NUMBER.finditer(text):
        found.update(_read(match))
        if match.end() - match.start() > 1:
            rest.append(text[at : match.start()])
            at = match.end()
    return found, " ".join([*rest, text[at:]])


def figures(text: str) -> set[str]:
    """Only those numbers that state a figure: written in digits, in words or as more than one Chinese numeral.

    一个, 两人 or “one of” is wording rather than a figure, and too common to demand that a source repeats it.
    """
    return {
        value for match in _NUMBER.finditer(text)
        if _ASCII_DIGIT.search(written := match["word"] or match["number"])
        or (len(written) > 1 and written.lower() != "one")
        for value in _read(match)
    }  # fmt: skip


def plainly(text: str) -> str:
    """Folded text with the unit of a span behind both its numbers, and a contract's numerals as usual ones.

    5-10万 becomes 5万-10万, and 壹佰万元 一百万元.
    """
    if not _UNUSUAL.search(text):
        return text
    return _NUMBER.sub(
        lambda match: match.group().translate(_PLAIN) + _ENGLISH_UNIT.sub(r" \g<0>", _shared(match)), text
    )


def _read(match: re.Match[str]) -> list[str]:
    """The value of what `_NUMBER` matched; two values of 两三百."""
    if match["word"]:
        value = _spelled(match["word"].lower()) * _ENGLISH_UNITS.get((match["word_unit"] or "").lower(), 1)
        return [_canonical(value) + ("%" if match["word_share"] else "")]
    written = match["number"].translate(_PLAIN)
    unit = (match["unit"] or _shared(match)).lower()
    pair = _EITHER.search(written)
    either = [written[: pair.start()] + one + written[pair.end() :] for one in pair.group()] if pair else [written]
    percent = "%" if match["fraction"] or unit in ("%", "percent", "per cent") else ""
    return [_canonical(_value(one) * _factor(unit, match)) + percent for one in either]


def _factor(unit: str, match: re.Match[str]) -> float:
    """What a unit multiplies by; a letter does behind an amount of money only, but bn always."""
    if unit in _LETTERS:
        is_money = unit == "bn" or _MONEY.search(match.string, max(match.start() - 20, 0), match.start())
        return _LETTERS[unit] if is_money else 1
    return _ENGLISH_UNITS.get(unit) or (_value(unit) if unit and unit[0] in "百千万亿" else 1)


def _shared(match: re.Match[str]) -> str:
    """The unit that a span's first number has from the second, "" if none: not in 从5到10万, 50-10万 or 3千-5万."""
    if not match["to"]:
        return ""
    written, high = match["number"], match["high"] or match["chinese_high"]
    before = match.string[max(match.start() - 1, 0) : match.start()]
    is_from = match["to"] in "至到" and before and before in "从由自第"
    if is_from or _IS_PART.match(before) or _HAS_UNIT.search(written) or written[-1].isascii() != bool(match["high"]):
        return ""
    return (match["shared"] or match["chinese_shared"]) if _value(written) < _value(high) else ""


def _spelled(word: str) -> int:
    """The value of English words: one hundred and twenty-five."""
    value = 0
    for part in re.findall("[a-z]+", word):
        value = value * 100 if part == "hundred" else value + _WORDS.get(part, 0)
    return value


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
    if current is not None and last_unit >= 100 and not decimal and _ALONE.search(written):
        current *= last_unit / 10  # 三万五 and 3万5 are 35000
        if written[-2] in "零〇○":
            current /= last_unit / 10
    return total + section + (current or 0)


def _canonical(value: float) -> str:
    if not math.isfinite(value):  # hundreds of digits
        return "inf"
    rounded = round(value, 6)
    return str(int(rounded)) if rounded == int(rounded) else f"{rounded:.6f}".rstrip("0")
