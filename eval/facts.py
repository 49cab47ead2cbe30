"""What an answer says against what it should: facts, figures, exact match and overlap, for Chinese and English."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ingest.numerals import figures, numbers
from ingest.text import HAN, fold

_MARK = re.compile(r"\[\d+\]")
_COMMA = re.compile(r"\s*,\s*")
_SPACE = re.compile(r"\s+")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s,]+(?=\d)")
_NUMERAL = r"[\d.零〇一二三四五六七八九十百千万亿]+"
_WRITTEN = rf"(?:百分之)?{_NUMERAL}(?:thousand|million|billion|trillion|%|percent)?"
_QUANTITY = re.compile(rf"(?P<number>{_WRITTEN})(?P<unit>.*)")
_FIGURE = re.compile(_WRITTEN)


def facts_met(facts: Iterable[Sequence[str]], answer: str) -> list[bool]:
    """For each fact, whether one of its alternatives stands in the answer.

    Script (Traditional or Simplified), case, width, spaces and commas don't matter. An alternative that begins or ends
    with a digit must not continue in another one (5 isn't met by 2025), and one that is a number, or a number and its
    unit, is met by the same number written in another way (35000元 by 3.5万元).
    """
    plain = _MARK.sub("", answer)
    return [any(_stands_in(alternative, plain) for alternative in fact) for fact in facts]


def _stands_in(alternative: str, answer: str) -> bool:
    wanted, text = _squeeze(alternative), _squeeze(answer)
    if not wanted:
        return False
    before = r"(?<!\d)(?<!\d\.)" if wanted[0].isdigit() else ""
    after = r"(?!\d)(?!\.\d)" if wanted[-1].isdigit() else ""
    return bool(re.search(before + re.escape(wanted) + after, text)) or _same_quantity(alternative, answer)


def _same_quantity(alternative: str, answer: str) -> bool:
    """Whether an alternative such as 35000, 3.5万元 or 九位 has its number and unit in the answer, however written."""
    quantity = _QUANTITY.fullmatch(_squeeze(alternative))
    value = numbers(fold(quantity["number"])) if quantity else set()
    if not quantity or len(value) != 1:
        return False
    if not quantity["unit"]:
        return value <= numbers(fold(answer))
    text = _squeeze(answer)
    return any(
        numbers(match.group()) == value and text.startswith(quantity["unit"], match.end())
        for match in _FIGURE.finditer(text)
    )


@lru_cache(maxsize=4096)
def _squeeze(text: str) -> str:
    """Folded, without spaces and commas; where they keep two numbers apart, a bar does."""
    folded = _THOUSANDS.sub(lambda match: match.group().replace(",", ""), _COMMA.sub(",", fold(text)))
    return _SPACE.sub("", _BETWEEN_DIGITS.sub("|", folded).replace(",", ""))


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
# as in MLQA (Lewis et al. 2020, https://arxiv.org/abs/1910.07475), Chinese is compared character by character.

_ENGLISH_ARTICLE = re.compile(r"\b(?:a|an|the)\b")
_TOKEN = re.compile(rf"[{HAN}]|[^\s{HAN}]+")


def tokens(text: str) -> list[str]:
    """Han characters and other words of text in search form, without marks, punctuation and English articles."""
    kept = "".join(" " if unicodedata.category(c)[0] in "PS" and c != "%" else c for c in fold(_MARK.sub("", text)))
    return _TOKEN.findall(_ENGLISH_ARTICLE.sub(" ", kept))


def exact_match(answer: str, golds: Iterable[str]) -> float:
    """Whether the answer is one of the gold answers, but for case, punctuation, script and English articles."""
    return float(any(tokens(answer) == tokens(gold) for gold in golds))


def overlap(answer: str, golds: Iterable[str]) -> float:
    """F1 of the tokens shared with the gold answer that is most like the answer."""
    return max((_f1(Counter(tokens(answer)), Counter(tokens(gold))) for gold in golds), default=0.0)


def _f1(given: Counter[str], gold: Counter[str]) -> float:
    shared = (given & gold).total()
    return 2 * shared / (given.total() + gold.total()) if shared else 0.0
