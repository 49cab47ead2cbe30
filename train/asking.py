"""Questions made of sentences: what is left of a clause around something that it tells, thinned and reworded.

A cloze (Taylor 1953) is kept as tagged words here, so that a name in it can be swapped; `train.phrasing` puts it into
Chinese or English.
"""

from __future__ import annotations

import math
import random
from typing import NamedTuple

from train.slots import FUNCTION_TAGS, KINDS, PLACE, SAID, Slot, Word, is_name, placed, slots, text_of
from train.synonyms import synonyms

Sides = tuple[list[Word], list[Word]]  # what stands before the question word, and after

_CLAUSE_ENDS = frozenset(",;:。!?…\n")
_WORDS_OF_A_CLAUSE = range(3, 29)
_WIDTHS = (3, 6, 12, 25)  # words within which most are kept; few for a short question
_REWORDED = (0, 0.15, 0.4, 0.6)  # shares of words
_COMMON = ("what", "whether", "quote")  # kinds that would outnumber the others


class Cloze(NamedTuple):
    """What is left of a sentence, around the question word, when one of its clauses is asked about."""

    kind: str
    left: list[Word]
    asking: str
    right: list[Word]
    clause: int  # number of the one that answers


def clauses(words: list[Word]) -> list[list[Word]]:
    """A sentence's words from mark to mark; an enumeration stays whole."""
    parts: list[list[Word]] = [[]]
    for word in words:
        if word[0] not in _CLAUSE_ENDS:
            parts[-1].append(word)
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if part]


def ask(words: list[Word], title: list[Word], draw: random.Random) -> Cloze | None:
    """A question about something that a sentence tells, sometimes with nouns of the title; None if it tells too little."""
    parts = clauses(words)
    found = [(n, slot) for n, part in enumerate(parts) if len(part) in _WORDS_OF_A_CLAUSE for slot in slots(part, draw)]
    if not found:
        return None
    at, slot = _drawn(found, draw)
    asking = draw.choice(KINDS[slot.kind].chinese).format(it=slot.noun, last=slot.noun[-1:])
    sides = _sides(parts, at, slot, draw)
    width = 30 if slot.kind == "said" else draw.choice(_WIDTHS)
    left, right = _thinned(sides[0][::-1], width, draw)[::-1], _thinned(sides[1], width, draw)
    if sum(tag[0] in "nvaijlztge" and len(word) > 1 for word, tag in left + right) < 2:
        return None
    rate = draw.choice(_REWORDED)
    left = [*_of_title(title, left + right, draw), *left]
    return Cloze(slot.kind, _reworded(left, rate, draw), asking, _reworded(right, rate, draw), at)


def _drawn(found: list[tuple[int, Slot]], draw: random.Random) -> tuple[int, Slot]:
    """One slot of a random kind, those that most sentences have half as likely; each with the number of its clause."""
    kinds = sorted({slot.kind for _, slot in found})
    kind = draw.choice([*kinds, *(kind for kind in kinds if kind not in _COMMON)])
    return draw.choice([(n, slot) for n, slot in found if slot.kind == kind])


def _sides(parts: list[list[Word]], at: int, slot: Slot, draw: random.Random) -> Sides:
    """The clause around a slot, sometimes behind the subject of the sentence; reasons and opinions are asked otherwise."""
    if slot.kind == "why":
        return _effect(parts, at, draw)
    if slot.kind == "said":
        return _topic(parts, at, draw)
    left = [word for word, _, end in placed(parts[at]) if end <= slot.start]
    right = [word for word, start, _ in placed(parts[at]) if start >= slot.end]
    if at and draw.random() < 0.6 and not any(map(is_name, left)):
        left = [*_subject(parts[0]), *left]
    return left, right


def _effect(parts: list[list[Word]], at: int, draw: random.Random) -> Sides:
    """What comes of the reason that a clause gives: the next one, or the one before; its subject goes to the left."""
    effect = parts[at + 1] if at + 1 < len(parts) else parts[at - 1] if at else []
    start = next((i for i, (_, tag) in enumerate(effect) if tag[0] not in "nr"), len(effect))
    if len(effect) < 3 or start == len(effect):
        return [], []
    subject = _subject(parts[0]) if at and draw.random() < 0.5 else []
    return [*subject, *effect[:start]], effect[start:]


def _topic(parts: list[list[Word]], at: int, draw: random.Random) -> Sides:
    """Who says something in a clause, and a few words of what; nothing where either is missing."""
    verb = SAID.search(text_of(parts[at]))
    before = [word for word, start, _ in placed(parts[at]) if verb and start < verb.start()]
    who = [word for word in before if word[1] in ("n", "eng") or is_name(word)][-2:]
    told = [word for part in [parts[at][len(before) + 1 :], *parts[at + 1 : at + 3]] for word in part]
    told = [(word, tag) for word, tag in told if tag[0] in "nv" and len(word) > 1]
    if not who or not told:
        return [], []
    chosen = sorted(draw.sample(range(len(told)), min(len(told), draw.choice([1, 2, 2, 3]))))
    topic = [told[i] for i in chosen]
    return ([*who, ("对", "p"), *topic], []) if draw.random() < 0.5 else (who, topic)


def _subject(clause: list[Word]) -> list[Word]:
    """The first words of a clause up to its verb, if there is a noun among them."""
    ends = (i for i, (word, tag) in enumerate(clause[:8]) if tag[0] == "v" or tag in ("p", "d") or word == "、")
    subject = clause[: next(ends, 8)]
    return subject[:5] if any(tag[0] == "n" or tag == "eng" for _, tag in subject) else []


def _thinned(words: list[Word], width: int, draw: random.Random) -> list[Word]:
    """Words from the question word outwards, some dropped, the likelier the farther."""
    return [word for distance, word in enumerate(words, 1) if draw.random() < _kept(word, distance / width)]


def _kept(word: Word, distance: float) -> float:
    chance = 0.95 * math.exp(-distance)
    if is_name(word, PLACE):
        return max(chance, 0.6)
    return chance * (0.6 if word[1] in FUNCTION_TAGS else 0.5 if word[1] == "m" else 1)


def _of_title(title: list[Word], asked: list[Word], draw: random.Random) -> list[Word]:
    """Sometimes a noun or two of the title that the question doesn't hold yet."""
    text = text_of(asked)
    nouns = [
        (word, tag) for word, tag in title if (tag[0] == "n" or tag == "eng") and len(word) > 1 and word not in text
    ]
    return draw.sample(nouns, min(len(nouns), draw.choice([1, 1, 2]))) if draw.random() < 0.21 else []


def _reworded(words: list[Word], rate: float, draw: random.Random) -> list[Word]:
    """Words with a share of those that are no names replaced by synonyms."""

    def reworded(word: str, tag: str) -> str:
        plain = tag[0] in "nvail" and not is_name((word, tag), PLACE)
        others = synonyms(word) if plain and draw.random() < rate else ()
        return draw.choice(others) if others else word

    return [(reworded(*word), word[1]) for word in words]
