"""What an answer says against what it should: facts, figures, exact match and overlap, for Chinese and English."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from ingest.numerals import figures, numbers
from ingest.text import HAN, fold

_MARK = re.compile(r"\[\d+\]")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:[,，]\d{3})+(?!\d)")
_HAN_NUMERAL = "零〇○一二两三四五六七八九十百千万亿"
_LETTER = "a-zà-ɏ"
_SCALE = rf"(?:thousand|million|billion|trillion|percent|per cent)(?![{_LETTER}])|%"
_WRITTEN = rf"(?:百分之)?[\d.{_HAN_NUMERAL}]+(?:\s+[百千万亿][{_HAN_NUMERAL}]*)?(?:\s*(?:{_SCALE}))?"
_QUANTITY = re.compile(rf"(?P<number>{_WRITTEN})\s*(?P<unit>.*)", re.DOTALL)
_FIGURE = re.compile(_WRITTEN)
_ENDING = "(?:e?s|e|y|e?d|e?r|ing)?"  # of an English word that is inflected, or a stem: 35 film by 35 films
_PIECE = re.compile(rf"\d+(?:\.\d+)*|[{_LETTER}]+|[^\s,]")
_HUMP = re.compile(r"(?<=[a-z]{2})(?=[A-Z])")  # StabilityAI is two words, iOS one


def facts_met(facts: Iterable[Sequence[str]], answer: str) -> list[bool]:
    """For each fact, whether one of its alternatives stands in the answer.

    Script (Traditional or Simplified), case, width, spaces and commas don't matter. It must stand there whole: where a
    number or Latin word begins or ends it, a piece of another doesn't meet it (5 by 2025 or 5%, 九位 by 十九位, war by
    aware), but for the endings of English words. One that is a number, or a number and its unit, is met by the same
    number written in another way (35000元 by 3.5万元, 2部 by 两部).
    """
    text = _plain(_MARK.sub("", answer))
    return [any(_stands_in(_plain(alternative), text) for alternative in fact) for fact in facts]


def _stands_in(alternative: str, text: str) -> bool:
    wanted = _whole(alternative)
    return bool(wanted and (wanted.search(text) or _same_quantity(alternative, text)))


def _same_quantity(alternative: str, text: str) -> bool:
    """Whether an alternative such as 35000, 3.5万元 or 九位 has its number and unit in the text, however written."""
    quantity = _QUANTITY.fullmatch(alternative)
    value = numbers(quantity["number"]) if quantity else set()
    if not quantity or len(value) != 1:
        return False
    unit = _whole(quantity["unit"], begins=False)
    if not unit:
        return value <= numbers(text)
    return any(numbers(figure.group()) == value and unit.match(text, figure.end()) for figure in _FIGURE.finditer(text))


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Folded, without the commas inside numbers, and with spaces between words that only capitals part."""
    folded = fold(_HUMP.sub(" ", text))
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
    start = _not_after("".join(pieces)) if begins else r"\s*"
    return re.compile(start + source + _not_before("".join(pieces)))


def _written(piece: str) -> str:
    """A piece's pattern; a Latin word of some length may be written as several (hbomax, HBO Max)."""
    return r"\s*".join(piece) if re.match(f"[{_LETTER}]{{4}}", piece) else re.escape(piece)


def _gap(before: str, after: str) -> str:
    """What may stand between two characters: between two of a number no comma, between two numbers something."""
    if before.isdecimal() and after.isdecimal():
        return r"[\s,]+"
    return r"\s*" if _is_numeral(before) and _is_numeral(after) else r"[\s,]*"


def _is_numeral(character: str) -> bool:
    return character.isdecimal() or character in _HAN_NUMERAL


def _not_after(text: str) -> str:
    """A lookbehind for what would make the beginning of text the end of a longer number or word."""
    if text[0].isdecimal():
        return r"(?<![\d百千万亿])(?<!\d\.)"  # 5000 in 3万5000
    if text[0] in _HAN_NUMERAL:
        counts = re.match("[十百]?[千万亿]", text)  # 5千万, but 2024百度大会
        return rf"(?<![{_HAN_NUMERAL}])" + (r"(?<!\d)" if counts else "")
    return f"(?<![{_LETTER}])" if re.match(f"[{_LETTER}]", text) else ""


def _not_before(text: str) -> str:
    """A lookahead for what would make the end of text the beginning of a longer number or word."""
    if text[-1].isdecimal():
        return rf"(?!\d|\.\d|\s*(?:百?[千万亿]|{_SCALE}))"
    if text[-1] in "百千万亿":  # 35万一集 is said of one, but 三万一千 is one number
        return rf"(?![\d{_HAN_NUMERAL.replace('一', '')}]|一[{_HAN_NUMERAL}])"
    if text[-1] in _HAN_NUMERAL:
        return rf"(?!(?!一[直起样共般定旦])[{_HAN_NUMERAL}])"  # 张三一直 goes on with a word
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
