"""Windows of what is retrieved for a question: sentences around one that answers, and around some that don't."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ingest.text import fold
from rag.extract import Candidate
from rag.reader import asked_as
from train.cases import SETS, Case, Question, holds_answer
from train.reading import Ids, Sheet, sheet
from train.recipe import Questions

Encode = Callable[[str], Ids]

_OPENING = 10  # characters by which a sentence is known


class Passage(NamedTuple):
    """A retrieved passage: tokens of its article's title and of its sentences, in order; which answer; their scores."""

    title: Ids
    sentences: list[Ids]
    answers: np.ndarray
    scores: np.ndarray


@dataclass(frozen=True)
class Asked:
    """A question with what was retrieved for it, how much it counts, and at most how many windows shall not answer."""

    question: Ids
    passages: list[Passage]
    counts: float
    wrong: int
    times: int = 1  # that it is shown in a round

    @property
    def answered(self) -> bool:
        """Whether any of the sentences answers."""
        return any(passage.answers.any() for passage in self.passages)


def taken(case: Case) -> bool:
    """Whether the reader learns from a case: questions about nothing in any article are many, and half of them do."""
    return case.question.article is not None or zlib.crc32(case.question.text.encode()) % 2 == 0


def asked(case: Case, found: Sequence[Candidate], encode: Encode, recipe: Questions) -> Asked | None:
    """A case with its sentences as tokens; None where an answer exists but wasn't retrieved."""
    right = answering(found, case.question)
    if not found or (case.question.answers and not right.any()):
        return None
    places: dict[str, list[int]] = defaultdict(list)
    for i, candidate in enumerate(found):
        places[candidate.hit.passage.id].append(i)
    passages = []
    for own in places.values():
        own.sort(key=lambda i: found[i].start)
        told, scores = [encode(fold(found[i].text)) for i in own], np.array([found[i].score for i in own])
        passages.append(Passage(encode(fold(found[own[0]].article.title)), told, right[own], scores))
    counts, wrong = recipe.set_counts if case.set in SETS else 1.0, 1 if case.set == "elsewhere" else 2
    times = recipe.collected if case.collection else 1
    return Asked(encode(asked_as(case.query)), passages, counts, wrong, times)


def answering(found: Sequence[Candidate], question: Question) -> np.ndarray:
    """Which sentences answer: of those that hold the answer, the one written down, if it is among them."""
    right = np.array([holds_answer(candidate, question) for candidate in found], bool)
    opening = fold(question.sentence)[:_OPENING]
    exact = right & np.array([opening in fold(candidate.text) for candidate in found], bool)
    return exact if exact.any() else right


class Windows:
    """Draws the windows of a question."""

    def __init__(self, recipe: Questions, draw: np.random.Generator) -> None:
        self._recipe, self._draw = recipe, draw

    def sheets(self, asked: Asked, budget: int) -> list[Sheet]:
        """A window around a sentence that answers, if one does, and up to two around likely ones that don't.

        Some answerable questions are shown as unanswerable ones, without any passage that answers.
        """
        titled, removed = self._draw.random() < self._recipe.titled, self._draw.random() < self._recipe.removed
        right = [(p, int(i)) for p, passage in enumerate(asked.passages) for i in np.flatnonzero(passage.answers)]
        if right and removed:
            chosen = self._wrong(asked, {p for p, _ in right}, asked.wrong)
        elif right:
            chosen = [right[self._draw.integers(len(right))]]
            chosen += self._wrong(asked, {chosen[0][0]}, 1)
        else:
            chosen = self._wrong(asked, set(), asked.wrong)
        return [self._sheet(asked, asked.passages[p], at, budget, titled) for p, at in chosen]

    def _wrong(self, asked: Asked, without: set[int], most: int) -> list[tuple[int, int]]:
        """Passages, and in each a sentence that doesn't answer, the likelier the better the ranker liked it."""
        ranked = sorted(
            (-passage.scores[i], p, int(i))
            for p, passage in enumerate(asked.passages)
            for i in np.flatnonzero(~passage.answers)
        )
        pool = [(p, i) for _, p, i in ranked[: self._recipe.likely] if p not in without]
        chosen: list[tuple[int, int]] = []
        while pool and len(chosen) < most:
            best = self._draw.random() < self._recipe.likeliest
            chosen.append(pool[0 if best else self._draw.integers(len(pool))])
            pool = [place for place in pool if place[0] != chosen[-1][0]]
        return chosen

    def _sheet(self, asked: Asked, passage: Passage, at: int, budget: int, titled: bool) -> Sheet:
        within = self._around(passage.sentences, at, budget)
        title = passage.title if titled else ()
        return sheet(asked.question, title, passage.sentences[within], passage.answers[within])

    def _around(self, sentences: Sequence[Ids], at: int, budget: int) -> slice:
        """Sentences around one, added before or after it by chance, until the next one would exceed the budget."""
        first, last, length = at, at, len(sentences[at]) + 1
        while first > 0 or last < len(sentences) - 1:
            before = last == len(sentences) - 1 or (first > 0 and self._draw.random() < 0.5)
            more = first - 1 if before else last + 1
            length += len(sentences[more]) + 1
            if length > budget:
                break
            first, last = min(first, more), max(last, more)
        return slice(first, last + 1)
