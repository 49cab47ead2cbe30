"""The training data, as pairs of texts in search form, and a word-by-word dictionary made from CC-CEDICT."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

from ingest.split import sentences
from ingest.text import fold

_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_CEDICT_LINE = re.compile(r"(\S+) (\S+) \[[^\]]*\] /(.*)/")
_GLOSS_NOISE = re.compile(r"^(?:to be|to|the|a|an|sb's|sth|sb)\s+|\b(?:sb|sth|etc)\b|\bCL:.*|\b(?:variant|surname|old|abbr).*")


def records(path: Path) -> Iterator[dict[str, str]]:
    """The objects of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def parallel(folder: Path) -> list[tuple[str, str]]:
    """English and Chinese of the same meaning."""
    return [(fold(r["en"]), fold(r["zh"])) for r in records(folder / "parallel.jsonl.gz")]


def news(folder: Path) -> list[list[str]]:
    """Articles as lists of sentences."""
    articles = []
    for record in records(folder / "news.jsonl.gz"):
        text = fold(record["first"] + "\n" + record["rest"])
        articles.append([text[start:end] for start, end in sentences(text)])
    return articles


def abstracts(folder: Path) -> list[tuple[str, str]]:
    """Titles and abstracts of Chinese papers."""
    return [(fold(r["title"]), fold(r["abstract"])) for r in records(folder / "csl.jsonl.gz")]


def dictionary(folder: Path) -> dict[str, list[str]]:
    """Chinese word → its short English glosses, the usual ones first."""
    entries: dict[str, list[str]] = {}
    with gzip.open(folder / "cedict_ts.u8.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            match = _CEDICT_LINE.match(line)
            if match and not line.startswith("#"):
                glosses = entries.setdefault(fold(match[2]), [])
                glosses.extend(gloss for gloss in _glosses(match[3]) if gloss not in glosses)
    return {word: glosses for word, glosses in entries.items() if glosses}


def _glosses(definition: str) -> Iterator[str]:
    for part in re.split(r"[/;]", definition):
        gloss = _GLOSS_NOISE.sub("", _PARENTHESES.sub("", part).strip())
        # "Steven Spielberg, US film director": the name is before the comma
        gloss = gloss.split(",")[0].strip() if gloss[:1].isupper() else gloss.strip(" ,.")
        if gloss and len(gloss.split()) <= 5 and gloss.isascii():
            yield fold(gloss)


def film_vocabulary() -> list[tuple[str, list[str]]]:
    """Terms and names of cinema and AI: English, and its Chinese names. Written by hand for this project."""
    rows = []
    for line in Path(__file__).with_name("film_vocabulary.tsv").read_text(encoding="utf-8").splitlines():
        english, chinese = line.split("\t")
        rows.append((fold(english), [fold(name) for name in chinese.split("|")]))
    return rows
