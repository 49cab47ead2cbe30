"""From ranked sentences to a short answer: which of them, how many, in what order, as which exact quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ingest.article import Article
from ingest.text import in_title_marks, words
from rag.answer import Citation, Sentence
from rag.extract import Candidate
from rag.features import FACTS
from rag.query import Query
from rag.sentences import outline


class Limits(NamedTuple):
    """How long an answer may be, and how sure its sentences must be to hold it, by the ranker's own likelihoods."""

    sentences: int
    characters: int
    mass: float


ONE = Limits(3, 300, 0.9)  # a question for one thing
EACH = Limits(2, 300, 0.75)  # one of several questions answered together
SEVERAL = Limits(6, 600, 0.95)  # a question for several things, which may take a sentence for each
_BACK = 3  # sentences that a pronoun is followed back
_SAME = 0.75  # of the shorter sentence's terms shared: a near-duplicate
# A sentence that opens like this stands on the one before it.
_LEANING = re.compile(
    r"^[“‘「『\"'（(]?(?:他们|她们|它们|他|她|它|牠|祂|这[一个些种项次部位样也是]?|這[一個些種項次部位樣也是]?|那[一个個些种種时時]|"
    r"该|該|其(?![实實])|此|对此|對此|为此|為此|因此|所以|但|但是|不过|不過|然而|而且|而|同时|同時|此外|另外|并且|並且|后者|後者|前者|两者|兩者|"
    r"(?:He|She|It|They|This|That|These|Those|But|However)\b)"
)


# A reference mark of the article's own must not pass for one of the answer's; the quote keeps it as it is.
_OWN_MARK, _OTHER_BRACKETS = re.compile(r"\[(\d{1,3})\]"), r"［\1］"


@dataclass(frozen=True)
class Excerpt:
    """A stretch of an article that goes into the answer: `article.text[start:end]`."""

    article: Article
    start: int
    end: int
    candidate: Candidate

    @property
    def text(self) -> str:
        """The exact words."""
        return self.article.text[self.start : self.end]


def choose(query: Query, ranked: Sequence[Candidate], limits: Limits | None = None) -> list[Excerpt]:
    """The sentences that answer, best first, within the limits: those of the question's kind if none are given.

    As many as it takes to be sure that the answer is among them, so that a clear case is answered by one sentence.
    """
    most, room, mass = limits or (SEVERAL if query.kind == "which" else ONE)
    likelihood, sure = np.exp([candidate.score - ranked[0].score for candidate in ranked]), 0.0
    likelihood /= likelihood.sum()
    chosen: list[Candidate] = []
    for candidate, likely in zip(ranked, likelihood, strict=True):
        if chosen and (sure >= mass or len(chosen) == most):
            break
        sure += float(likely)
        repeated = any(_same(candidate.text, other.text) for other in chosen)
        if candidate.is_heading or repeated or (chosen and len(candidate.text) > room):
            continue
        chosen.append(candidate)
        room -= len(candidate.text)
    return excerpts_of(chosen)


def excerpts_of(candidates: Sequence[Candidate]) -> list[Excerpt]:
    """The sentences as they go into an answer, each with the one before it where it leans on that."""
    return _merged([_with_antecedent(candidate) for candidate in candidates])


def _same(one: str, other: str) -> bool:
    a, b = set(words(one)), set(words(other))
    return bool(a and b) and len(a & b) / min(len(a), len(b)) >= _SAME


def _with_antecedent(candidate: Candidate) -> Excerpt:
    """A sentence whose subject is a pronoun takes along those before it, back to the one that names it."""
    excerpt = Excerpt(candidate.article, candidate.start, candidate.end, candidate)
    text, before = candidate.article.text, outline(candidate.article)
    at, start = before.within(candidate.start, candidate.start + 1).start, candidate.start
    for sentence in reversed(before.sentences[max(0, at - _BACK) : at]):
        apart = "\n\n" in text[sentence.end : start] or sentence.is_heading
        if not _LEANING.match(text[start:]) or apart or candidate.end - sentence.start > ONE.characters:
            break
        start = sentence.start
    return replace(excerpt, start=start)


def _merged(excerpts: Sequence[Excerpt]) -> list[Excerpt]:
    """Excerpts that overlap or touch become one, in the place of the first, so that no words are told twice."""
    merged: list[Excerpt] = []
    for excerpt in excerpts:
        place = len(merged)
        while touching := [i for i, other in enumerate(merged) if _touch(other, excerpt)]:
            place = min(place, touching[0])
            other = merged.pop(touching[0])
            excerpt = replace(other, start=min(other.start, excerpt.start), end=max(other.end, excerpt.end))
        merged.insert(place, excerpt)
    return merged


def _touch(one: Excerpt, other: Excerpt) -> bool:
    if one.article.id != other.article.id or one.start > other.end + 1 or other.start > one.end + 1:
        return False
    return "\n\n" not in one.article.text[min(one.end, other.end) : max(one.start, other.start)]


def joined(answers: Sequence[Sequence[Excerpt]]) -> list[Excerpt]:
    """The excerpts that answer the parts of a question, each once, the parts in turn."""
    return _merged([excerpt for excerpts in answers for excerpt in excerpts])


def in_order(excerpts: Sequence[Excerpt], kind: str) -> list[Excerpt]:
    """Best article first; within it the best sentence first for a fact, and as the article tells them for all else."""
    articles = list(dict.fromkeys(excerpt.article.id for excerpt in excerpts))
    told = 0 if kind in FACTS else 1
    return sorted(excerpts, key=lambda e: (articles.index(e.article.id), told * e.start))


Written = tuple[str, tuple[Sentence, ...], tuple[Citation, ...]]


def write(excerpts: Sequence[Excerpt], lead_in: str = "", first: int = 1) -> Written:
    """The answer's text with [n] marks from `first`, its sentences, and a citation for each."""
    citations = tuple(cited(n, excerpt) for n, excerpt in enumerate(excerpts, first))
    sentences = tuple(Sentence(" ".join(e.text.split()), (n,), "supported") for n, e in enumerate(excerpts, first))
    several = len({excerpt.article.id for excerpt in excerpts}) > 1
    lines: list[str] = [lead_in] if lead_in else []
    for n, (excerpt, sentence) in enumerate(zip(excerpts, sentences, strict=True)):
        text = f"{_OWN_MARK.sub(_OTHER_BRACKETS, sentence.text)}[{first + n}]"
        new = not n or excerpts[n - 1].article.id != excerpt.article.id
        if several and new:
            lines.append(f"{_named(excerpt.article)}{text}")
        elif new:
            lines.append(text)
        else:
            lines[-1] += (" " if sentence.text[:1].isascii() else "") + text
    return "\n".join(lines), sentences, citations


def _named(article: Article) -> str:
    date = f"（{article.date}）" if article.date else ""
    return f"{in_title_marks(article.title)}{date}："


def cited(number: int, excerpt: Excerpt) -> Citation:
    """The citation of an excerpt: its exact words and where they stand."""
    article, passage = excerpt.article, excerpt.candidate.hit.passage
    return Citation(
        number, article.id, article.title, article.publisher, article.date, article.url,
        excerpt.text, excerpt.start, excerpt.end, passage.text,
    )  # fmt: skip
