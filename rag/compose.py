"""From ranked sentences to a short answer: which of them, how many, in what order, as which exact quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.article import Article
from ingest.text import fold, words
from rag.answer import Citation, Sentence
from rag.extract import FACTS, Candidate
from rag.query import Query

MOST_SENTENCES = 3
MOST_CHARACTERS = 300
_MOST_SENTENCES_GATHERED = 6  # a question for several things may take a sentence for each
_MOST_CHARACTERS_GATHERED = 600
# How far below the best sentence's score another may lie and still be told, in the ranking model's log-odds.
_MARGIN = {"when": 0.8, "how_long": 0.8, "how_many": 0.8, "who": 0.8, "where": 0.8, "work": 0.8}
_MARGIN_OTHERWISE = 1.6
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


def choose(query: Query, ranked: Sequence[Candidate]) -> list[Excerpt]:
    """The sentences that answer, best first: at most three, about 300 characters; for “which” questions somewhat more."""
    gathering = query.kind == "which"
    most = _MOST_SENTENCES_GATHERED if gathering else MOST_SENTENCES
    room = _MOST_CHARACTERS_GATHERED if gathering else MOST_CHARACTERS
    margin = _MARGIN.get(query.kind, _MARGIN_OTHERWISE)
    chosen: list[Candidate] = []
    for candidate in ranked:
        if chosen and (ranked[0].score - candidate.score > margin or len(chosen) == most):
            break
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
    """A sentence whose subject is a pronoun takes along the sentence that names it."""
    excerpt = Excerpt(candidate.article, candidate.start, candidate.end, candidate)
    if not candidate.previous or not _LEANING.match(candidate.text):
        return excerpt
    start = candidate.article.text.rfind(candidate.previous, 0, candidate.start)
    between = candidate.article.text[start + len(candidate.previous) : candidate.start]
    headings = {start for start, _ in candidate.article.headings}
    if start < 0 or "\n\n" in between or start in headings or candidate.end - start > MOST_CHARACTERS:
        return excerpt
    return replace(excerpt, start=start)


def _merged(excerpts: Sequence[Excerpt]) -> list[Excerpt]:
    """Excerpts that overlap or touch become one, so that no words are told twice."""
    merged: list[Excerpt] = []
    for excerpt in excerpts:
        for i, other in enumerate(merged):
            touching = other.article.id == excerpt.article.id and not (
                excerpt.start > other.end + 1 or excerpt.end + 1 < other.start
            )
            if touching and "\n\n" not in other.article.text[min(other.end, excerpt.end) : max(other.start, excerpt.start)]:
                merged[i] = replace(other, start=min(other.start, excerpt.start), end=max(other.end, excerpt.end))
                break
        else:
            merged.append(excerpt)
    return merged


def joined(answers: Sequence[Sequence[Excerpt]]) -> list[Excerpt]:
    """The excerpts that answer the parts of a question, each once, the parts in turn."""
    return _merged([excerpt for excerpts in answers for excerpt in excerpts])


def in_order(excerpts: Sequence[Excerpt], kind: str) -> list[Excerpt]:
    """Best article first; within it the best sentence first for a fact, and as the article tells them for all else."""
    articles = list(dict.fromkeys(excerpt.article.id for excerpt in excerpts))
    told = 0 if kind in FACTS else 1
    return sorted(excerpts, key=lambda e: (articles.index(e.article.id), told * e.start))


def write(
    excerpts: Sequence[Excerpt], lead_in: str = "", first: int = 1
) -> tuple[str, tuple[Sentence, ...], tuple[Citation, ...]]:
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
    return f"《{article.title}》{date}："


def cited(number: int, excerpt: Excerpt) -> Citation:
    """The citation of an excerpt: its exact words and where they stand."""
    article, passage = excerpt.article, excerpt.candidate.hit.passage
    return Citation(
        number, article.id, article.title, article.publisher, article.date, article.url,
        excerpt.text, excerpt.start, excerpt.end, passage.text,
    )  # fmt: skip
