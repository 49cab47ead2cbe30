"""What the rest of the house talks about: articles, and the passages they are cut into."""

from __future__ import annotations

from dataclasses import dataclass


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


@dataclass(frozen=True)
class Passage:
    """A stretch of one article; `text == article.text[start:end]` always holds."""

    id: str  # from the content, so that an unchanged passage keeps its id
    article: str
    start: int
    end: int
    text: str
    heading: str = ""
