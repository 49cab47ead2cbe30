"""Text that a statement is held against, prepared once: search form, pairs of characters, numbers, units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from ingest.numerals import numbers
from ingest.text import HAN, fold, latin_terms
from rag.measures import measures, with_dates, with_shares

HAN_RUN = re.compile(f"[{HAN}]+")
LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-z0-9À-ɏ]*(?:[.\-'’&+/][A-Za-z0-9À-ɏ]+)*")
_MARKUP = re.compile(
    r"[*_`#|]+|^\s*(?:[-+•>]|\d+[.)、])\s+|\[\^?\d[\d,，、 \-]*\]"
    # What only counts or points: （2）…, ②, 段落2
    r"|^\s*[(（]\d{1,2}[)）]|(?<=[：:；;，,。])[(（]\d{1,2}[)）]|[①-⑳]"
    r"|(?:段落|资料|資料|\bpassage|\bsource)\s?\d{1,2}(?![\d.年月个個部篇])",
    re.MULTILINE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Evidence:
    """Text that a claim is held against, prepared once."""

    text: str

    @cached_property
    def folded(self) -> str:
        """The text in search form."""
        return fold(self.text)

    @cached_property
    def squashed(self) -> str:
        """Search form without marks and spaces, for titles and names."""
        return squash(self.folded)

    @cached_property
    def characters(self) -> frozenset[str]:
        """Every character of the search form."""
        return frozenset(self.folded)

    @cached_property
    def bigrams(self) -> frozenset[str]:
        """Pairs of neighbouring Han characters."""
        return frozenset(run[i : i + 2] for run in HAN_RUN.findall(self.folded) for i in range(len(run) - 1))

    @cached_property
    def latin(self) -> frozenset[str]:
        """Latin terms and their parts."""
        return frozenset(part for term in LATIN.findall(self.folded) for part in (term, *latin_terms(term)))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Canonical numbers."""
        return frozenset(numbers(with_shares(with_dates(self.folded))))

    @cached_property
    def measures(self) -> dict[str, set[str]]:
        """The units that each number is written with; "" where it has none that is known."""
        return measures(self.folded)


def plain(text: str) -> str:
    """A sentence without Markdown and citation marks."""
    return _MARKUP.sub(" ", text).strip()


def squash(text: str) -> str:
    """Letters, digits and Han characters only."""
    return re.sub(r"[\W_]+", "", text)
