"""Which way a figure points: more than it or less, up by it or down; and whether evidence points it the other way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.numerals import numbers, plainly
from ingest.text import fold
from rag.measures import WRITTEN, with_shares

_NOT = "(?:不|未|没有?|并未|并不|并没有)"
_AT_LEAST = rf"{_NOT}(?:少于|低于|小于)|(?:no|not) (?:fewer|less) than"
_AT_MOST = rf"{_NOT}(?:超过|多于|高于|大于)|(?:no|not) more than"
_MORE = r"超(?:过|出)?|逾|多于|高于|大于|至少|最少|起码|more than|over|above|at least"
_LESS = r"[不未]到|不足|不满|未满|低于|少于|小于|至多|最多|less than|fewer than|under|below|at most"
_SIGN = r"[\s$£€¥￥]*"
_BEFORE = {
    # What begins first is read: 不超过, not 超过.
    "bound": re.compile(rf"(?:(?P<more>{_AT_LEAST}|{_MORE})|(?P<less>{_AT_MOST}|{_LESS}))[了约有达为]{{0,2}}{_SIGN}$"),
    "change": re.compile(
        r"(?<![不没未有])(?:(?P<more>增长|增加|上涨|上升|上调|提高|提升|延长|[涨升增](?=[了到至幅])"
        r"|\b(?:ris(?:e|es|ing|en)|rose|gr(?:ow|ows|ew|own|owth|owing)|increas(?:e|es|ed|ing))\b)"
        r"|(?P<less>下降|下跌|下滑|下调|减少|降低|缩短|缩减|[跌降减](?=[了到至幅])"
        r"|\b(?:fall(?:s|en|ing)?|fell|drop(?:s|ped|ping)?|declin(?:e|es|ed|ing)|decreas(?:e|es|ed|ing)|reduc(?:e|es|ed|ing))\b))"
        rf"(?:[^\d，,。；;：:!?！？]{{0,6}}|[a-z ]{{0,30}}){_SIGN}$"
    ),
}
_AFTER = {
    "bound": re.compile(
        r"\s?(?:(?P<more>[多余](?!数)|[^\W\d]{0,3}以上|(?:[a-z]+ )?(?:or|and) more\b)"
        r"|(?P<less>[^\W\d]{0,3}(?:以下|以内|之内)|(?:[a-z]+ )?(?:or|and) (?:less|fewer)\b))"
    ),
    "change": re.compile(
        r"\s?的?(?:(?P<more>增长|增幅|涨幅|升幅|(?:increase|rise|growth)\b)"
        r"|(?P<less>下降|降幅|跌幅|(?:decrease|decline|drop|fall|reduction)\b))"
    ),
}
_REACH = 50  # characters before a figure in which its words stand
_OTHER = {"more": "less", "less": "more"}


def reversed_figures(claim: str, evidence: str) -> set[str]:
    """Figures of a claim that the evidence has as well, but wherever it has them the other way: 超过3亿 for 不到3亿."""
    ours, theirs = _directions(claim), _directions(evidence)
    return {
        figure
        for (figure, kind), ways in ours.items()
        if len(ways) == 1 and theirs.get((figure, kind)) == {_OTHER.get(way, way) for way in ways} != ways
    }


def bound_of(figure: str, folded: str) -> str:
    """Whether folded text tells "more" than a figure or "less", as far as it tells one thing; else ""."""
    ways = {way for number, kind, way in _told(folded) if number == figure and kind == "bound"}
    return ways.pop() if len(ways) == 1 else ""


def _directions(text: str) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for figure, kind, way in _told(fold(text)):
        found.setdefault((figure, kind), set()).add(way)
    return found


def _told(folded: str) -> Iterator[tuple[str, str, str]]:
    """Each figure of folded text with each kind of direction, and which way it points: "more", "less" or ""."""
    text = plainly(with_shares(folded))
    for match in WRITTEN.finditer(text):
        before, after = text[max(match.start() - _REACH, 0) : match.start()], text[match.end() :][:_REACH]
        for kind in _BEFORE:
            way = _BEFORE[kind].search(before) or _AFTER[kind].match(after)
            more = re.search("[多余]", match.group()) if kind == "bound" else None  # 2200多万
            told = (way.lastgroup or "") if way else "more" if more else ""
            for number in numbers(match.group()):
                yield number, kind, told
