"""What the benchmarks read: articles and passages out of JSON Lines of news, and a BEIR folder's questions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from eval.cases import json_lines

_SHIFT = 70  # characters: articles that begin elsewhere are cut elsewhere, and make other passages
_SHORTEST = 300


def articles(news: Path) -> Iterator[str]:
    """Texts of news articles, each a line of JSON with "text", or "first" and "rest"; endless.

    When the file is through it begins again some characters later in each article, so that a few ten thousand
    articles make any number of different passages.
    """
    shift = 0
    while True:
        for _, record in json_lines(news):
            text = record["text"] if "text" in record else record["first"] + "\n\n" + record["rest"]
            if shift == 0 or len(text) >= shift + _SHORTEST:
                yield text[shift:]
        shift += _SHIFT


def windows(news: Path, count: int, length: int = 450) -> list[str]:
    """`count` passages of `length` characters each."""
    cut = (text[at : at + length] for text in articles(news) for at in range(0, len(text) - length + 1, length))
    return list(islice(cut, count))


def write_files(news: Path, count: int, folder: Path) -> None:
    """`count` articles as Markdown files."""
    folder.mkdir(parents=True)
    for number, text in enumerate(islice(articles(news), count)):
        (folder / f"article-{number:06}.md").write_text(text, encoding="utf-8")
