"""What the rest of the house talks about: articles, and the passages they are cut into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Article:
    """One cleaned article. Every offset anywhere in Changji counts characters of `text`."""

    id: str  # the file's stem
    text: str
    title: str
    publisher: str = ""
    author: str = ""
    date: str = ""  # ISO, as exact as the source: "2024-12-18", "2024-12", "2024" or ""
    url: str = ""
    language: str = ""  # "zh-Hans", "zh-Hant", "en", …
    tags: tuple[str, ...] = ()
    source: str = ""  # the file it was read from
    hash: str = ""  # of the file's bytes, so that unchanged files are not read again
    headings: tuple[tuple[int, int], ...] = ()  # spans of `text` that are headings


def storable(article: Article) -> Article:
    """The article without what no database can store: NUL and lone surrogates, replaced one for one."""
    words: dict[str, Any] = {name: _storable(value) for name, value in vars(article).items() if isinstance(value, str)}
    return replace(article, **words, tags=tuple(map(_storable, article.tags)))


def _storable(text: str) -> str:
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True)
class Passage:
    """A stretch of one article; `text == article.text[start:end]` always holds."""

    id: str  # from the content, so that an unchanged passage keeps its id
    article: str
    start: int
    end: int
    text: str
    heading: str = ""


@dataclass(frozen=True)
class Entry:
    """One article ready to be written: its passages, and their vectors as rows."""

    article: Article
    passages: Sequence[Passage]
    vectors: np.ndarray


def counted(number: int, what: str) -> str:
    """So many of something: 1 article, 2 articles."""
    return f"{number} {what}{'' if number == 1 else 's'}"
