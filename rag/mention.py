"""Whether a text mentions a concept of the question, in whichever script, width, case or notation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np

from ingest.numerals import numbers
from ingest.rarity import rarity
from ingest.text import HAN, fold

_HAN = re.compile(f"[{HAN}]")


class Text:
    """A text in search form, ready to be looked into many times."""

    def __init__(self, text: str) -> None:
        self.folded = fold(text)

    @cached_property
    def numbers(self) -> set[str]:
        """Canonical numbers of the text."""
        return numbers(self.folded)

    def mentions(self, term: str) -> bool:
        """Whether a term in search form occurs: Han anywhere, Latin as a word, #35000 as a number however written."""
        if term.startswith("#"):
            return term[1:] in self.numbers
        if _HAN.search(term):
            return term in self.folded
        at = self.folded.find(term)
        while at >= 0:
            before, after = self.folded[at - 1 : at] if at else "", self.folded[at + len(term) : at + len(term) + 1]
            if not _latin(before) and (not _latin(after) or after == "s"):
                return True
            at = self.folded.find(term, at + 1)
        return False

    def mentions_any(self, terms: Sequence[str]) -> bool:
        """Whether one of several alternatives occurs."""
        return any(self.mentions(term) for term in terms)


@lru_cache(maxsize=8192)
def looked_into(text: str) -> Text:
    """The same text twice is folded once."""
    return Text(text)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def weight(concept: Sequence[str]) -> float:
    """How much a concept says, by the rarity of its likeliest alternative; an unknown run of characters by its rarest pair."""
    return rarity_of(concept[0]) if len(concept) == 1 else min(rarity_of(concept[0]), max(map(rarity_of, concept[1:])))


def rarity_of(term: str) -> float:
    """Rarity of a term of any length: one not known as a word is as rare as its rarest two characters."""
    if len(term) > 2 and _HAN.match(term) and rarity(term) >= rarity(""):
        return max(rarity(term[i : i + 2]) for i in range(len(term) - 1))
    return rarity(term)


def coverage(concepts: Sequence[Sequence[str]], text: Text, weights: np.ndarray) -> float:
    """Share of the question's concepts, by weight, that a text mentions."""
    if not len(weights) or weights.sum() <= 0:
        return 0.0
    found = np.array([text.mentions_any(concept) for concept in concepts])
    return float(weights[found].sum() / weights.sum())
