"""How much of a statement's wording evidence holds: a linear score.

Fitted with logistic regression on 3,118 statements made of questions of DRCD, CMRC and MLQA with right and with wrong
answers, each against a passage (its own, a neighbour's, any other's).
"""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.text import english_words, fold
from rag.evidence import HAN_RUN, Evidence

# BIAS + COVERED·share of wording + RUN·longest strange run + WORD·longest strange word
BIAS, COVERED, RUN, WORD = -0.25, 4.24, -0.41, -0.44
LATIN_WEIGHT = 3  # a Latin word counts as so many Han characters

_NUMERALS = re.compile("[零〇一二三四五六七八九十百千万亿两分之]+")  # compared as values
_NUMERAL_RUN = re.compile("[零〇一二三四五六七八九十百千万亿两]{2,}")
# Who says so, which is the answer's own wording: 据12月18日的文章介绍，……
_ATTRIBUTION = re.compile(
    "(?:根据|据|按照)?(?:这篇|该|本|的)?(?:文章|报道|资料|段落|文中)(?:里|中|内容)?(?:说|称|指出|提到|提及|认为|写道|介绍|显示|表示|报道|所述)?"
)
_FUNCTION_TAGS = frozenset(
    ["u", "p", "c", "r", "d", "x", "y", "e", "o", "uj", "ul", "ud", "uz", "ug", "uv", "zg", "f", "t", "q"]
)


def log_odds(claim: str, evidence: Evidence) -> float:
    """Of the evidence bearing the claim out, by how much of its wording it holds."""
    share, run, word = wording(claim, evidence)
    return BIAS + COVERED * share + RUN * run + WORD * word


def wording(claim: str, evidence: Evidence) -> tuple[float, int, int]:
    """The share of a claim's content words that the evidence holds, its longest strange run and word in characters."""
    covered = total = 0.0
    longest = 0
    stated = without_attribution(fold(claim))
    for word, weight in content_words(stated):
        share = found(word, evidence)
        covered, total = covered + share * weight, total + weight
        if share < 0.3 and weight > 1:
            longest = max(longest, weight)
    return (covered / total if total else 1.0), _strange_run(stated, evidence), longest


def without_attribution(folded: str) -> str:
    """A folded claim with a space for who says so."""
    return _ATTRIBUTION.sub(" ", folded)


@lru_cache(maxsize=512)
def content_words(folded: str) -> tuple[tuple[str, int], ...]:
    """Content words of a folded claim with their weights."""
    import rjieba

    tagged = ((word, tag) for run in HAN_RUN.findall(_NUMERAL_RUN.sub(" ", folded)) for word, tag in rjieba.tag(run))
    han = [(word, len(word)) for word, tag in tagged if tag not in _FUNCTION_TAGS and not _NUMERALS.fullmatch(word)]
    latin = [(word, LATIN_WEIGHT) for word in english_words(folded) if not word[0].isdigit()]
    return (*han, *latin)


def found(word: str, evidence: Evidence) -> float:
    """1 for a word the evidence has; less for one it has in part, as 花费 of 费用."""
    if word[0].isascii() or not HAN_RUN.match(word):
        return 1.0 if word in evidence.latin or word in evidence.folded else 0.0
    if word in evidence.folded:
        return 1.0
    if len(word) == 1:
        return 0.0
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    shared = sum(pair in evidence.bigrams for pair in pairs) / len(pairs)
    return 0.7 * max(shared, 0.5 * sum(character in evidence.characters for character in word) / len(word))


def _strange_run(folded: str, evidence: Evidence) -> int:
    """The longest stretch of Han characters of which no neighbouring pair occurs in the evidence."""
    longest = 0
    for run in HAN_RUN.findall(folded):
        known = [False] * (len(run) + 1)
        for i in range(len(run) - 1):
            if run[i : i + 2] in evidence.bigrams:
                known[i] = known[i + 1] = True
        length = 0
        for i, character in enumerate(run):
            if known[i]:
                length = 0
            elif character not in "的是在了为有和与被" and not _NUMERALS.match(character):
                length += 1
                longest = max(longest, length)
    return longest
