"""Whether a text mentions a concept of the question, in whichever script, width, case or notation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np

from ingest.embed import bundled
from ingest.numerals import numbers
from ingest.rarity import rarity
from ingest.text import HAN, fold, segments

_HAN = re.compile(f"[{HAN}]")
_HAN_RUN = re.compile(f"[{HAN}]+")
_COMPOSED = re.compile(r"[a-z]{3,}(?:\d+(?:\.\d+)?|ai|labs?|studios?|pro)")  # often written apart: sora2, stabilityai


class Text:
    """A text in search form, ready to be looked into many times."""

    def __init__(self, text: str) -> None:
        self.folded = fold(text)

    @cached_property
    def numbers(self) -> set[str]:
        """Canonical numbers of the text."""
        return numbers(self.folded)

    @cached_property
    def squeezed(self) -> str:
        """The text without spaces: 可灵 1.6 is 可灵1.6."""
        return "".join(self.folded.split())

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Distinct words that are more than a mark or a single character."""
        found = dict.fromkeys(segments(self.folded))
        return tuple(word for word in found if len(word) > 1 and not word.isspace())

    def mentions(self, term: str) -> bool:
        """Whether a term in search form occurs: Han anywhere, Latin as words or in one, #35000 however written."""
        if term.startswith("#"):
            return term[1:] in self.numbers
        if _HAN.search(term):
            return term in self.folded or term.replace(" ", "") in self.squeezed
        return self._holds_word(term) or (
            self._holds_word(term.replace(" ", "")) if " " in term else self._spells(term)
        )

    def _spells(self, term: str) -> bool:
        """Whether a composed term stands here as several words: Stability AI, Sora 2 and Gen-4 for one without a space."""
        return bool(_COMPOSED.fullmatch(term)) and bool(_spelled(term).search(self.folded))

    def _holds_word(self, term: str) -> bool:
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


@lru_cache(maxsize=1024)
def _spelled(term: str) -> re.Pattern[str]:
    letters = "[ -]?".join(map(re.escape, term))
    return re.compile(rf"(?<![a-z0-9]){letters}(?![a-z0-9.]*\d)(?![a-z])")


@lru_cache(maxsize=8192)
def looked_into(text: str) -> Text:
    """The same text twice is folded once."""
    return Text(text)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def weight(concept: Sequence[str]) -> float:
    """How much a concept says, by the rarity of its likeliest alternative; unknown characters by their rarest pair."""
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


def pairs(asked: str, text: Text) -> float:
    """Share of the question's pairs of Han characters that a text holds, weighted by rarity; both in search form."""
    wanted = {run[i : i + 2] for run in _HAN_RUN.findall(asked) for i in range(len(run) - 1)}
    total = sum(map(rarity, wanted))
    return sum(rarity(pair) for pair in wanted if pair in text.folded) / total if total else 0.0


_ALTERNATIVES = 3  # of a concept, the likeliest, whose vectors are compared: founded, 创办, 创立


def closeness(concepts: Sequence[Sequence[str]], text: Text) -> np.ndarray:
    """For each concept 1 where the text mentions it, else the cosine of its nearest word there, shape (len(concepts),).

    Synonyms and translations are near one another: 应用 and App, 操心 and 关心.
    """
    exact = np.array([text.mentions_any(concept) for concept in concepts], dtype=bool)
    near: np.ndarray = np.zeros(len(concepts), dtype=np.float32)
    if text.words and not exact.all():
        there = np.stack([_vector(word) for word in text.words])
        asked, starts = _likeliest(tuple(concepts))
        near = np.maximum.reduceat((there @ asked.T).max(axis=0), starts)
    partly = np.array(
        [0.0 if whole else _part(concept[0], text) for whole, concept in zip(exact, concepts, strict=True)]
    )
    return np.where(exact, 1.0, np.clip(np.maximum(near, partly), 0.0, 1.0))


@lru_cache(maxsize=64)
def _likeliest(concepts: tuple[tuple[str, ...], ...]) -> tuple[np.ndarray, list[int]]:
    """The vectors of all concepts' likeliest alternatives, shape (n, dimensions), and the row where each begins."""
    rows = [[_vector(word) for word in concept[:_ALTERNATIVES]] for concept in concepts]
    return np.stack([vector for own in rows for vector in own]), [sum(map(len, rows[:i])) for i in range(len(rows))]


_PARTLY = 0.8  # of a mention, for a compound of which every pair of characters is there


def _part(concept: str, text: Text) -> float:
    """How much of a Chinese compound a text mentions: 投资 of 投资额."""
    if len(concept) < 3 or not _HAN.match(concept):
        return 0.0
    pairs = [concept[i : i + 2] in text.folded for i in range(len(concept) - 1)]
    return _PARTLY * sum(pairs) / len(pairs)


@lru_cache(maxsize=50_000)
def _vector(word: str) -> np.ndarray:
    return bundled().embed_query(word)
