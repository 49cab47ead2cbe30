"""An article's sentences as a reader takes them: quotations and what a colon announces kept whole, long ones cut."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from ingest.article import Article
from ingest.split import Offsets, outlined
from rag.entities import chinese_names, is_chinese_person, is_name
from rag.mention import Text, looked_into

CLAUSE_END = re.compile(r"[，,；;。！？!?：:\n]+(?!\d{3})")  # in search form, where 35,000 keeps its comma
_LONG = 100  # characters: longer sentences are also cut at their semicolons
_LONGEST_QUOTATION = 200  # characters; of a longer one the sentences stand alone
_SEMICOLON = re.compile(r"[；;]")
_ANNOUNCES = re.compile(r"(?:[：:]|——|--)[”’」』\"]?$")
_WORK = re.compile(r"《([^》]{1,40})》")
_MARKS = (("“", "”"), ("「", "」"), ("『", "』"))


@dataclass(frozen=True)
class Sentence:
    """A stretch of one article: `article.text[start:end]`."""

    start: int
    end: int
    text: str
    is_heading: bool

    @cached_property
    def seen(self) -> Text:
        """Its text in search form."""
        return looked_into(self.text)

    @cached_property
    def people(self) -> frozenset[str]:
        """People whom it names, as far as the tagger is sure."""
        return frozenset(name for name in chinese_names(self.seen.folded) if is_name(name) or is_chinese_person(name))

    @cached_property
    def works(self) -> tuple[str, ...]:
        """Works that it names in title marks."""
        return tuple(_WORK.findall(self.seen.folded))


class Outline:
    """The sentences of one article in order, and where what is mentioned."""

    def __init__(self, article: Article) -> None:
        headings = set(article.headings)
        spans = _announced(article.text, _quotations(article.text, list(outlined(article))), headings)
        cut = [piece for span in spans for piece in _clauses(article.text, *span)]
        self.sentences = [Sentence(a, b, article.text[a:b], (a, b) in headings) for a, b in cut]
        self._starts = [sentence.start for sentence in self.sentences]
        self._mentions: dict[tuple[str, ...], list[int]] = {}
        self.folded = looked_into(article.text).folded

    def within(self, start: int, end: int) -> range:
        """Indices of the sentences that begin in a span."""
        return range(bisect_right(self._starts, start - 1), bisect_right(self._starts, end - 1))

    def last_mention(self, names: tuple[str, ...], at: int) -> int | None:
        """Index of the latest sentence, up to sentence `at`, that mentions one of a name's alternatives."""
        if names not in self._mentions:
            self._mentions[names] = [i for i, s in enumerate(self.sentences) if s.seen.mentions_any(names)]
        found = self._mentions[names]
        before = bisect_right(found, at)
        return found[before - 1] if before else None


def outline(article: Article) -> Outline:
    """The article's sentences, made once."""
    return _outline(article.text, article.headings)


@lru_cache(maxsize=64)
def _outline(text: str, headings: tuple[Offsets, ...]) -> Outline:
    return Outline(Article("", text, "", headings=headings))


def _quotations(text: str, spans: Sequence[Offsets]) -> list[Offsets]:
    """Sentences, with those that a quotation runs through as one: half a quotation has neither speaker nor end."""
    merged: list[Offsets] = []
    for start, end in spans:
        if merged and text[merged[-1][1] : start].strip(" ") == "" and end - merged[-1][0] <= _LONGEST_QUOTATION:
            before = text[slice(*merged[-1])]
            if any(before.count(opening) > before.count(closing) for opening, closing in _MARKS):
                merged[-1] = (merged[-1][0], end)
                continue
        merged.append((start, end))
    return merged


def _announced(text: str, spans: Sequence[Offsets], headings: set[Offsets]) -> list[Offsets]:
    """Sentences, with what ends in a colon or a dash and what it announces as one, over a line break too."""
    merged: list[Offsets] = []
    for start, end in spans:
        if merged and merged[-1] not in headings and (start, end) not in headings:
            before = text[slice(*merged[-1])]
            if _ANNOUNCES.search(before) and end - merged[-1][0] <= _LONGEST_QUOTATION:
                merged[-1] = (merged[-1][0], end)
                continue
        merged.append((start, end))
    return merged


def _clauses(text: str, start: int, end: int) -> list[Offsets]:
    """A sentence, or the parts between semicolons of a long one."""
    if end - start <= _LONG:
        return [(start, end)]
    cuts = [start, *(match.end() for match in _SEMICOLON.finditer(text, start, end - 1)), end]
    spans = []
    for a, b in pairwise(cuts):
        while a < b and text[a].isspace():
            a += 1
        if a < b:
            spans.append((a, b))
    return spans
