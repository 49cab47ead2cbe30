"""Puts a cloze into words: as a Chinese question, or as an English one, word by word from the table of translations."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from functools import lru_cache

from ingest.translation import _table
from rag.reader import with_chinese
from train.asking import Cloze
from train.slots import FUNCTION_TAGS, KINDS, PERSON, PLACE, Word, is_name, text_of
from train.synonyms import synonyms

# Kinds whose question word may come last, after 是, or first.
_LAST = frozenset("who when where money number duration percentage organisation work what".split())
_FIRST = frozenset("who when where organisation why how".split())
_ENDS = ("", "?", "?", "呢?", "?")
_AUXILIARIES = ("", "did", "is", "was", "does", "")
_LATIN = re.compile(r"[a-z0-9.\-]+")
_TERMS = 4  # English ones of a word, and Chinese ones of a term, that are good enough


def chinese(cloze: Cloze, draw: random.Random) -> str:
    """A Chinese question, in search form."""
    left, asking, right = text_of(cloze.left), cloze.asking, text_of(cloze.right)
    order = draw.random()
    if order < 0.25 and right and cloze.kind in _LAST:
        link = draw.choice(["的是", "是", "的是", "在" if cloze.kind == "where" else "是"])
        asked = f"{left}{right}{link}{asking}"
    elif order < 0.35 and cloze.kind in _FIRST:
        asked = f"{asking}{left}{right}"
    else:
        asked = f"{left}{asking}{right}"
    return asked + draw.choice(_ENDS)


def english(cloze: Cloze, draw: random.Random) -> str:
    """An English question as the reader reads it, with the Chinese for its terms; names are in the Chinese alone."""
    asked: list[str] = []
    concepts: list[list[str]] = []
    for word, tag in [*cloze.left, *cloze.right]:
        if tag in FUNCTION_TAGS or tag == "x":
            continue
        term = _in_english((word, tag), draw)
        if term:
            asked.append(term)
            concepts.append(_table()[term].split("|") if term != word else [])
        elif is_name((word, tag), PLACE):
            concepts.append([word])
    if len(asked) > 2 and draw.random() < 0.4:
        at = draw.randrange(len(asked) - 1)
        asked[at], asked[at + 1] = asked[at + 1], asked[at]
    opening = [draw.choice(KINDS[cloze.kind].english), draw.choice(_AUXILIARIES)]
    return with_chinese(" ".join(filter(None, [*opening, *asked])) + "?", concepts)


def _in_english(word: Word, draw: random.Random) -> str | None:
    """An English term for a Chinese word, or sometimes for a synonym; none for a name that the table doesn't know."""
    text, terms = word[0], _terms()
    if not word[1].startswith(PERSON) and text in terms:
        return draw.choice(terms[text][:_TERMS])
    if _LATIN.fullmatch(text):
        return text
    if is_name(word, PLACE) or len(text) < 2 or draw.random() < 0.5:
        return None
    known = [other for other in synonyms(text) if other in terms]
    return draw.choice(terms[draw.choice(known)]) if known else None


@lru_cache(maxsize=1)
def _terms() -> dict[str, list[str]]:
    """Chinese word → the English terms that it translates well."""
    terms: dict[str, list[str]] = defaultdict(list)
    for term, alternatives in _table().items():
        for word in alternatives.split("|")[:_TERMS]:
            terms[word].append(term)
    return dict(terms)
