"""What an answer says against what it should: facts, figures, exact match and overlap, for Chinese and English."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from eval.dates import is_told, whole_date
from ingest.numerals import SPELLED, figures, numbers
from ingest.text import HAN, fold
from rag.measures import is_unit, measures, with_shares

_MARK = re.compile(r"\[\d+\]")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:[,，]\d{3})+(?!\d)")
_HAN_NUMERAL = "零〇○一二两三四五六七八九十百千万亿"
_LETTER = "a-zà-ɏ"
_SCALE = rf"(?:thousand|million|billion|trillion|percent|per cent)(?![{_LETTER}])|%"
_WRITTEN = rf"(?:(?:百分之)?[\d.{_HAN_NUMERAL}]+(?:\s+[百千万亿][{_HAN_NUMERAL}]*)?|{SPELLED})(?:\s*(?:{_SCALE}))?"
_QUANTITY = re.compile(rf"(?P<nth>第?)(?P<number>{_WRITTEN})\s*(?:[名位](?=.))?(?P<unit>.*)", re.DOTALL)
_FIGURE = re.compile(_WRITTEN)
_MEASURE = re.compile(rf"(?P<sign>(?:us)?[$¥])?\s?{_WRITTEN}\s*(?P<unit>[^\d]*)")
_UNSURE = {"月", "天"}  # units that measures doesn't tell from a month and a day of the calendar
_ENDING = "(?:e?s|e|y|e?d|e?r|ing)?"  # of an English word that is inflected, or a stem: 35 film by 35 films
_LOOSE = "·•‧・“”‘’「」『』\"'"  # marks that names and quotes are written with or without, in one form or another
_STOPS = "。.!?;:,、… "  # behind a fact, as who writes a sentence ends it
_PIECE = re.compile(rf"\d+(?:\.\d+)*|[{_LETTER}]+|(?<![{_LETTER}])[-‐]|[^\s,‐\-{_LOOSE}]")
_DENIALS = (
    "(?<![无莫得能])不 未 (?<![淹沉出埋吞])没 没有 无法 不会 不能 不可能 不想 不愿 不要 不敢 不肯 不必 不应该".split()
)
_NOT_DENIED = "".join(f"(?<!{denial})" for denial in _DENIALS)  # but 无不支持, 不得不用, 沉没
_HUMP = re.compile(r"(?<=[a-z]{2})(?=[A-Z])")  # StabilityAI is two words, iOS one


def facts_met(facts: Iterable[Sequence[str]], answer: str) -> list[bool]:
    """For each fact, whether one of its alternatives stands in the answer.

    Script (Traditional or Simplified), case, width, spaces, commas and the marks of names and quotes don't matter. It
    must stand there whole: where a number or Latin word begins or ends it, a piece of another doesn't meet it (5 by 2025
    or 5%, 九位 by 十九位, war by aware), but for the endings of English words; nor do words that are denied where they
    stand (支持 by 不支持). One that is a number, a number and its unit, or a date is met by the same one written in
    another way (35000元 by 3.5万元, $35,000 by 35000美元, 2部 by 两部, 12月18日 by 2024-12-18).
    """
    text = _plain(_MARK.sub("", answer))
    return [any(_stands_in(_plain(alternative).rstrip(_STOPS), text) for alternative in fact) for fact in facts]


def _stands_in(alternative: str, text: str) -> bool:
    wanted = _whole(alternative)
    if not wanted:
        return False
    same = (_same_quantity, _same_measure, _same_date)
    return bool(wanted.search(text)) or any(alike(alternative, text) for alike in same)


def _same_quantity(alternative: str, text: str) -> bool:
    """Whether an alternative such as 35000, 3.5万元 or 第二届 has its number and unit in the text, however written."""
    quantity = _QUANTITY.fullmatch(alternative)
    value = numbers(quantity["number"]) if quantity else set()
    if not quantity or len(value) != 1:
        return False
    unit, nth = _whole(quantity["unit"], begins=False), quantity["nth"]
    if not unit and not nth:
        return value <= numbers(text)
    return any(
        numbers(figure.group()) == value
        and text.startswith(nth, max(figure.start() - len(nth), 0))
        and (not unit or unit.match(text, figure.end()))
        for figure in _FIGURE.finditer(text)
    )


def _same_measure(alternative: str, text: str) -> bool:
    """Whether an alternative such as $35,000, 两小时 or 9位 has its number in the text with a unit that means the same."""
    wanted = _measure(alternative)
    return any(units & _measures(text).get(number, set()) for number, units in wanted.items())


@lru_cache(maxsize=4096)
def _measure(alternative: str) -> dict[str, set[str]]:
    """The number that an alternative consists of, with its unit; nothing of another."""
    match = _MEASURE.fullmatch(alternative)
    unit = match["unit"].removeprefix("个").strip() if match else ""
    whole = match and (is_unit(unit) and unit != "分" if unit else match["sign"])  # 9分 may be points
    return {number: units - _UNSURE for number, units in measures(alternative).items()} if whole else {}


_measures = lru_cache(maxsize=4096)(measures)


def _same_date(alternative: str, text: str) -> bool:
    date = whole_date(alternative)
    return bool(date) and is_told(date, text)


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Folded, shares in percent, no commas inside numbers, and spaces between words that only capitals part."""
    folded = with_shares(fold(_HUMP.sub(" ", text)))
    return _THOUSANDS.sub(lambda match: match.group().replace(",", ""), folded).strip()


@lru_cache(maxsize=4096)
def _whole(text: str, begins: bool = True) -> re.Pattern[str] | None:
    """Finds plain text whatever spaces and commas it's written with, but no piece of a number or word; None of none.

    What comes before it counts only where it `begins`.
    """
    pieces = _PIECE.findall(text)
    if not pieces:
        return None
    gaps = [*(_gap(before[-1], after[0]) for before, after in pairwise(pieces)), ""]
    source = "".join(piece + gap for piece, gap in zip(map(_written, pieces), gaps, strict=True))
    start = _not_after("".join(pieces)) if begins else r"\s*(?:[名位]\s*)?"
    if re.search(f"[{_LETTER}]{{2}}y$", pieces[-1]):
        source = f"{source[:-1]}(?:y|ie)"  # the ending follows: companies
    first = f"(?={re.escape(pieces[0][0])})" if begins else ""  # looked for ahead of what may not stand before it
    return re.compile(first + start + source + _not_before("".join(pieces)))


def _written(piece: str) -> str:
    """A piece's pattern; a Latin word of some length may be written as several (hbomax, HBO Max)."""
    return r"\s*".join(piece) if re.match(f"[{_LETTER}]{{4}}", piece) else re.escape(piece)


def _gap(before: str, after: str) -> str:
    """What may stand between two characters: between two of a number no comma, between two numbers something."""
    if before.isdecimal() and after.isdecimal():
        return r"[\s,]+"
    if _is_numeral(before) and _is_numeral(after):
        return r"\s*"
    return rf"[\s,{_LOOSE}‐\-]*" if re.match(f"[{_LETTER}]", before) else rf"[\s,{_LOOSE}]*"


def _is_numeral(character: str) -> bool:
    return character.isdecimal() or character in _HAN_NUMERAL


def _not_after(text: str) -> str:
    """A lookbehind for what would make the beginning of text the end of a longer number or word, or would deny it."""
    if text[0].isdecimal():
        return r"(?<![\d百千万亿])(?<!\d\.)"  # 5000 in 3万5000
    if text[0] in _HAN_NUMERAL:
        counts = re.match("[十百]?[千万亿]", text)  # 5千万, but 2024百度大会
        return rf"(?<![{_HAN_NUMERAL}])" + (r"(?<!\d)" if counts else "")
    if re.match(f"[{_LETTER}]", text):
        return rf"(?<![{_LETTER}])(?<!\bnot )(?<!n['’]t )(?<!\bnever )(?<!\bno longer )"
    if text[0] == "$":
        return rf"(?:(?<![{_LETTER}])|(?<=us))"  # not NT$5
    return _NOT_DENIED if re.match(f"[{HAN}]", text) else ""


def _not_before(text: str) -> str:
    """A lookahead for what would make the end of text the beginning of a longer number or word."""
    if text[-1].isdecimal():
        version = rf"(?![{_LETTER}])" if re.search(rf"[{_LETTER}][\d.]+$", text) else ""  # GPT-4o is no GPT-4
        return rf"(?!\d|\.\d|\s*(?:百?[千万亿]|{_SCALE})){version}"
    if text[-1] in "百千万亿":  # 35万一集 is said of one, but 三万一千 is one number
        return rf"(?![\d{_HAN_NUMERAL.replace('一', '')}]|一[{_HAN_NUMERAL}])"
    if text[-1] in _HAN_NUMERAL:
        return rf"(?!(?!一[直起样共般定旦])[{_HAN_NUMERAL}])"  # 张三一直 goes on with a word
    if re.search(rf"(?:^|[\d{_HAN_NUMERAL}])[个分]$", text):
        return "(?!半?月|小时|星期|钟|世纪)"  # 6个 counts something else than 6个月 does
    word = re.search(f"[{_LETTER}]+$", text)
    return f"{_ENDING if word and len(word.group()) > 2 else ''}(?![{_LETTER}])" if word else ""


def figures_met(facts: Iterable[Sequence[str]], answer: str) -> float | None:
    """Numeric match: the share of the facts that state a figure whose figure, however written, is in the answer.

    None where no fact does. Looser than `facts_met`, for the unit may differ, and blind to everything but the number.
    """
    wanted = [options for fact in facts if (options := [f for text in fact if (f := figures(fold(text)))])]
    if not wanted:
        return None
    given = numbers(fold(_MARK.sub("", answer)))
    return sum(any(option <= given for option in options) for options in wanted) / len(wanted)


# Of a short answer as a whole. As in SQuAD (Rajpurkar et al. 2016), case, punctuation and English articles don't count;
# as in MLQA (Lewis et al. 2020, https://arxiv.org/abs/1910.07475), Chinese is compared character by character. Unlike
# there, a decimal point and % stay, and Chinese marks part words, for no space stands beside them.

_ENGLISH_ARTICLE = re.compile(r"\b(?:a|an|the)\b")
_TOKEN = re.compile(rf"[{HAN}]|[^\s{HAN}]+")
_PUNCTUATION = re.compile(r"(?<!\d)[.．]|[.．](?!\d)|[^\w\s.．%％]|_")


def tokens(text: str) -> list[str]:
    """Han characters and other words of text in search form, without marks, punctuation and English articles."""
    whole = _THOUSANDS.sub(lambda match: re.sub("[,，]", "", match.group()), _MARK.sub("", text))
    kept = fold(_PUNCTUATION.sub(_unpunctuated, whole))
    return _TOKEN.findall(_ENGLISH_ARTICLE.sub(" ", kept)) or _TOKEN.findall(kept)  # a gold answer may be A


def _unpunctuated(match: re.Match[str]) -> str:
    mark = match.group()
    if unicodedata.category(mark)[0] not in "PS":
        return mark
    return " " if unicodedata.east_asian_width(mark) in "WF" else ""


def exact_match(answer: str, golds: Iterable[str]) -> float:
    """Whether the answer is one of the gold answers, but for case, punctuation, script and English articles."""
    given = tokens(answer)
    return float(bool(given) and any(given == tokens(gold) for gold in golds))


def overlap(answer: str, golds: Iterable[str]) -> float:
    """F1 of the tokens shared with the gold answer that is most like the answer."""
    return max((_f1(Counter(tokens(answer)), Counter(tokens(gold))) for gold in golds), default=0.0)


def _f1(given: Counter[str], gold: Counter[str]) -> float:
    shared = (given & gold).total()
    return 2 * shared / (given.total() + gold.total()) if shared else 0.0
