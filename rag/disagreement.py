"""Where articles disagree: another figure or date for the same thing, which the reader should see beside the first.

Two sentences of different articles disagree if both answer the question, are worded about the same thing, and give
other figures in the same unit. Those that name different works, people or years speak of different things.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from ingest.text import fold, tagged
from rag.entities import LATIN_NAME, chinese_names
from rag.evidence import Evidence
from rag.extract import Candidate
from rag.features import FEATURES, mean
from rag.figures import stated_figures
from rag.measures import quantities, with_dates
from rag.mention import closeness, looked_into, rarity_of
from rag.query import Query

KINDS = ("when", "how_long", "how_many")  # of question, whose answers are figures
# Chosen on the planted articles of tests/test_disagreement.py. No alarm in the 213 questions over the digests nor over
# the originals; one in 400 questions for figures over DRCD-dev's 1,000 passages, and that a true one.
_ALIKE = 0.6  # of the rarer words of the shorter clause, found in the other or near to one there
_ANSWERING = 0.5  # of what the question asks about, found in the sentence, its neighbours, its heading
_NEAR = 0.05  # about 35,000 and 34,800 agree
_DATES = ("年份", "月", "天")
_SECONDS = {"年": 31_536_000, "月": 2_592_000, "周": 604_800, "天": 86_400, "小时": 3600, "分钟": 60, "秒": 1}
_CLAUSE = re.compile(r"[，,；;。！？!?：:\n]+(?!\d{3})")
_TITLE = re.compile(r"[《〈]([^《》〈〉]{1,60})[》〉]")
_BOUND = FEATURES.index("bound_around")
_LOOKED_AT, _MARGIN = 12, 2.0  # sentences; log-odds below the best one's


def disagreeing(query: Query, ranked: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence that another article contradicts, and the best of each that does; empty if none does."""
    if query.kind not in KINDS:
        return []
    answering = [c for c in ranked[:_LOOKED_AT] if c.features[_BOUND] >= _ANSWERING]
    for first in answering:
        if ranked[0].score - first.score > _MARGIN:
            break
        found = {first.article.id: first}
        for other in answering:
            if other.article.id not in found and _disagree(query, first, other):
                found[other.article.id] = other
        if len(found) > 1:
            return list(found.values())
    return []


def _disagree(query: Query, one: Candidate, other: Candidate) -> bool:
    pairs = [(a, b) for a in _stating(query, one) for b in _stating(query, other)]
    best = max(pairs, key=lambda pair: _alike(*pair), default=None)
    if best is None or _alike(*best) < _ALIKE or not _contrary(query.kind, *best):
        return False
    return _share_what_is_asked(query, *best) and _same_thing(query, one, other)


def _stating(query: Query, candidate: Candidate) -> list[str]:
    """Its clauses, in search form, that hold figures of the kind asked for."""
    clauses = _CLAUSE.split(fold(candidate.text))
    return [clause for clause in clauses if _figures(query.kind, clause)]


@lru_cache(maxsize=2048)
def _figures(kind: str, clause: str) -> Mapping[str, set[str]]:
    found = quantities(with_dates(clause))
    if kind == "how_many":
        return {unit: values for unit, values in found.items() if unit not in _DATES}
    if kind == "when":
        return {unit: values for unit, values in found.items() if unit in _DATES}
    lengths = {str(float(value) * _SECONDS[unit]) for unit in found.keys() & _SECONDS.keys() for value in found[unit]}
    return {"秒": lengths} if lengths else {}


def _share_what_is_asked(query: Query, one: str, other: str) -> bool:
    """Whether the other clause mentions all that the one does of the question: users, not videos; writers, not actors.

    In Chinese a verb may be missing, unless it comes last: 制作成本 and 成本, but not 首映 and 开机.
    """
    telling = [concept for concept in query.concepts if concept[0][0] != "#" and len(concept[0]) > 1]
    held = [concept for concept in telling if looked_into(one).mentions_any(concept)]
    missing = [concept for concept in held if not looked_into(other).mentions_any(concept)]
    return len(missing) < len(held) and all(_is_verb(concept[0]) and concept != held[-1] for concept in missing)


def _is_verb(word: str) -> bool:
    return [tag[0] for _, tag in tagged(word)] == ["v"]


def _contrary(kind: str, one: str, other: str) -> bool:
    """Whether they have units in common and, in one of these, no figure that is about the same."""
    a, b = _figures(kind, one), _figures(kind, other)
    return any(not any(_about_same(x, y) for x in a[unit] for y in b[unit]) for unit in a.keys() & b.keys())


def _about_same(one: str, other: str) -> bool:
    x, y = (float(number.removesuffix("%")) for number in (one, other))
    is_year = 1900 <= x <= 2099
    return x == y if is_year else abs(x - y) <= _NEAR * max(x, y)


def _alike(one: str, other: str) -> float:
    """How much of the wording of either clause, figures aside, the other has in these or in similar words, 0 to 1."""
    return max(_within(one, other), _within(other, one))


@lru_cache(maxsize=4096)
def _within(clause: str, other: str) -> float:
    words = [word for word in looked_into(clause).words if not re.search(r"\d", word)]
    weights = np.array([rarity_of(word) for word in words])
    return mean(closeness([(word,) for word in words], looked_into(other)), weights) if len(words) > 1 else 0.0


def _same_thing(query: Query, one: Candidate, other: Candidate) -> bool:
    """Whether neither names works, people or years of its own in place of the other's."""
    for name in (_works, _people, *(() if query.kind == "when" else (_years,))):
        a, b = name(one.text), name(other.text)
        if a and b and not a & b:
            return False
    return True


def _works(text: str) -> frozenset[str]:
    return frozenset(map(fold, _TITLE.findall(text)))


def _people(text: str) -> frozenset[str]:
    outside = _TITLE.sub(" ", text)
    latin = (fold(match.group()) for match in LATIN_NAME.finditer(outside) if fold(match.group()) != "ai")
    return frozenset([*chinese_names(fold(outside)), *latin])


def _years(text: str) -> frozenset[str]:
    return frozenset(quantities(fold(text)).get("年份", ()))


def is_told(answer: str, contrary: Sequence[Candidate]) -> bool:
    """Whether an answer gives the figures of all the sentences already, and the years their articles are from."""
    told = Evidence(answer).numbers
    figures = (stated_figures(candidate.text) & told for candidate in contrary)
    return all(figures) and {candidate.article.date[:4] for candidate in contrary} - {""} <= told
