"""What the reader learns from before it sees real questions: passages of the news with questions made about them.

A sentence of a passage is asked about (`train.asking`, `train.phrasing`) and answers. So that the reader learns what
doesn't answer, the clause that does is often taken away, or the passage is another one, or another name is asked about;
other clauses are taken away as well, lest what is shortened look wrong. Questions in English are answered by parallel
sentences, too.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict, deque
from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from ingest.split import sentences
from ingest.text import fold, tagged
from ingest.translation import translations
from rag.reader import with_chinese
from train.asking import Cloze, ask, clauses
from train.corpus import lines
from train.phrasing import chinese, english
from train.slots import Word, is_name

PARALLEL = {"3am": 9000, "tatoeba": 9000, "d2l": 4000, "python_docs": 4000, "django_docs": 3000}  # most of a source
# How likely a question is corrupted how, one after the other: where a way doesn't work, the next is tried.
REMOVED, ELSEWHERE, BEFORE, RENAMED, SHORTENED = 0.16, 0.26, 0.30, 0.42, 0.60
_SENTENCES = 60  # of an article
_CHARACTERS = (300, 450, 450, 520)  # of a passage
_TITLE = 40  # characters of an article's first sentence
_NAMES = 3000  # that were last met
_TOKENS = range(4, 91)  # of a question
_SAME = 16  # characters without spaces in which two sentences that begin with them are the same
_NEAR = 40  # lines in which a translation's neighbours stand
_CLAUSE_END = re.compile("(?<=[,;:])")
_TOKEN = re.compile(r"[a-zà-ɏ]+|[^\sa-zà-ɏ]")


class Reading(NamedTuple):
    """A question and the title and sentences of a passage, all in search form; which sentences answer."""

    question: str
    title: str
    sentences: list[str]
    answers: list[bool]


def readings(news: Path, parallel: Path, without: Container[int], draw: random.Random) -> Iterator[Reading]:
    """Questions about news.jsonl.gz, but for the lines `without` and what repeats them, and of parallel.jsonl.gz."""
    held_out = (record for number, record in enumerate(lines(news)) if number in without)
    openings = {_opening(sentence) for record in held_out for sentence in _sentences(record)}
    repeated = {opening for opening in openings if len(opening) == _SAME}
    made = _Questions(draw)
    for number, record in enumerate(lines(news)):
        told = [sentence for sentence in _sentences(record) if len(sentence) > 3 and "广告" not in sentence]
        if number not in without and len(told) > 2:
            yield from made.about(_Article.of(told[:_SENTENCES], repeated, draw))
    yield from _translated(parallel, draw)


def _sentences(record: dict[str, str]) -> list[str]:
    text = f"{record['first']}\n{record['rest']}"
    return [fold(text[start:end]) for start, end in sentences(text)]


def _opening(sentence: str) -> str:
    return sentence.replace(" ", "")[:_SAME]


@dataclass(frozen=True)
class _Article:
    sentences: list[str]
    words: list[list[Word]]
    passages: list[list[int]]  # numbers of sentences

    @classmethod
    def of(cls, told: list[str], repeated: Container[str], draw: random.Random) -> _Article:
        passages = [[0]]
        for at in range(1, len(told)):
            if sum(len(told[i]) for i in [*passages[-1], at]) > draw.choice(_CHARACTERS):
                passages.append([])
            passages[-1].append(at)
        new = [passage for passage in passages if not any(_opening(told[at]) in repeated for at in passage)]
        return cls(told, [tagged(sentence) for sentence in told], new)

    def told(self, passage: list[int]) -> list[str]:
        """The sentences of a passage."""
        return [self.sentences[at] for at in passage]

    def pieces(self, at: int) -> list[str]:
        """The clauses of a sentence with their marks, in step with those of its words; none if it is a single one."""
        cut = [piece for piece in _CLAUSE_END.split(self.sentences[at]) if piece.strip()]
        return cut if len(cut) == len(clauses(self.words[at])) > 1 else []

    def without(self, at: int, clause: int) -> str:
        """A sentence without one of its clauses; nothing is left of one that can't be taken apart."""
        return "".join(piece for number, piece in enumerate(self.pieces(at)) if number != clause)


class _Questions:
    """Makes questions about one article after another; corrupting them borrows from those before."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw
        self._names: deque[str] = deque(maxlen=_NAMES)
        self._before: list[str] = []  # the passage before

    def about(self, article: _Article) -> Iterator[Reading]:
        """Two or three questions about each passage."""
        self._names += [word[0] for words in article.words[:6] for word in words if is_name(word) and len(word[0]) > 1]
        for passage in article.passages:
            if len(passage) > 1 or len(article.passages) == 1:
                drawn = self._draw.sample(passage, len(passage))
                made = (self._reading(article, passage, at) for at in drawn)
                yield from islice(filter(None, made), 3 if len(passage) > 4 else 2)
                self._before = article.told(passage)

    def _reading(self, article: _Article, passage: list[int], at: int) -> Reading | None:
        draw = self._draw
        cloze = ask(article.words[at], article.words[0] if at else [], draw)
        if cloze is None:
            return None
        cloze, shown, answers = self._corrupted(cloze, article, passage, at)
        asked = english(cloze, draw) if draw.random() < 0.3 else chinese(cloze, draw)
        if not shown or len(_TOKEN.findall(asked)) not in _TOKENS:
            return None
        title = article.sentences[0][:_TITLE] if draw.random() < 0.7 else ""
        return Reading(asked, title, shown, answers)

    def _corrupted(
        self, cloze: Cloze, article: _Article, passage: list[int], at: int
    ) -> tuple[Cloze, list[str], list[bool]]:
        """A question, the passage that it is asked of, and which sentences answer."""
        chance = self._draw.random()
        unanswerable = self._unanswerable(chance, cloze, article, passage, at) if chance < RENAMED else None
        if unanswerable:
            cloze, shown = unanswerable
            return cloze, shown, [False] * len(shown)
        shown = article.told(passage)
        if RENAMED <= chance < SHORTENED:
            shown = self._shortened(cloze, article, passage, at)
        return cloze, shown, [i == at for i in passage]

    def _unanswerable(
        self, chance: float, cloze: Cloze, article: _Article, passage: list[int], at: int
    ) -> tuple[Cloze, list[str]] | None:
        """A question with a passage that doesn't answer it, if there is what it takes."""
        others = [other for other in article.passages if other is not passage]
        if chance < REMOVED:
            left = (article.without(i, cloze.clause) if i == at else article.sentences[i] for i in passage)
            return cloze, [sentence for sentence in left if sentence]
        if chance < ELSEWHERE and others:
            return cloze, article.told(self._draw.choice(others))
        if chance < BEFORE and self._before:
            return cloze, self._before
        renamed = self._renamed(cloze, article)
        return (renamed, article.told(passage)) if renamed else None

    def _renamed(self, cloze: Cloze, article: _Article) -> Cloze | None:
        """The question with another name, one that the article doesn't mention, in place of one of its names."""
        names = [word for word, tag in [*cloze.left, *cloze.right] if is_name((word, tag)) and len(word) > 1]
        other = self._draw.choice(self._names) if names else ""
        if not names or any(other in sentence for sentence in article.sentences):
            return None
        name = self._draw.choice(names)
        left, right = ([(other if w == name else w, tag) for w, tag in side] for side in (cloze.left, cloze.right))
        return cloze._replace(left=left, right=right)

    def _shortened(self, cloze: Cloze, article: _Article, passage: list[int], at: int) -> list[str]:
        """The passage without a clause that doesn't answer, if the one drawn is such."""
        shortened, told = self._draw.choice(passage), article.told(passage)
        clause = self._draw.randrange(max(len(article.pieces(shortened)), 1))
        if shortened == at and (clause == cloze.clause or cloze.kind in ("said", "why")):
            return told
        return [article.without(i, clause) or s if i == shortened else s for i, s in zip(passage, told, strict=True)]


def _translated(parallel: Path, draw: random.Random) -> Iterator[Reading]:
    """English sentences as questions that their translations answer, among others of their source."""
    by_source: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in lines(parallel):
        if line["source"] in PARALLEL:
            by_source[line["source"]].append((fold(line["en"]), fold(line["zh"])))
    for source, most in PARALLEL.items():
        pairs = by_source[source]
        for at in draw.sample(range(len(pairs)), min(len(pairs), most)):
            if 8 <= len(pairs[at][1]) <= 150:
                yield _among(pairs, at, draw)


def _among(pairs: list[tuple[str, str]], at: int, draw: random.Random) -> Reading:
    """One English sentence, a few of its words dropped, asked of its neighbours' translations, mostly with its own."""
    asking, answering = pairs[at]
    near = [zh for en, zh in pairs[max(0, at - _NEAR) : at + _NEAR] if en != asking and zh != answering]
    shown = draw.sample(near, min(len(near), draw.choice([5, 8, 12])))
    if not shown or draw.random() < 0.85:
        shown.insert(draw.randrange(len(shown) + 1), answering)
    asked = " ".join(word for word in asking.split() if draw.random() < 0.85)
    question = with_chinese(asked, [alternatives for _, alternatives in translations(asked)])
    return Reading(question, "", shown, [sentence == answering for sentence in shown])
