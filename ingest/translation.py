"""English terms in Chinese, for the words index: a table that training makes (`train.translation`)."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from pathlib import Path

from ingest.text import fold, latin_terms

_TABLE = Path(__file__).with_name("translation.txt.gz")
_WORD = re.compile(r"[a-zà-ɏ]+")
_LONGEST = 5  # words of a term


def translations(question: str) -> list[tuple[str, tuple[str, ...]]]:
    """The English terms of a question that have translations, in order, each with its Chinese alternatives, best first.

    Terms of several words are found before their parts (visual effects → 视觉特效); all text is in search form.
    """
    folded = fold(question)
    matches = list(_WORD.finditer(folded))
    words = [latin_terms(match.group())[0] for match in matches]
    found, start = [], 0
    while start < len(words):
        for end in range(min(len(words), start + _LONGEST), start, -1):
            chinese = _alternatives(" ".join(words[start:end]))
            if chinese:
                found.append((folded[matches[start].start() : matches[end - 1].end()], chinese))
                break
        start = end
    return found


def variants(name: str) -> tuple[str, ...]:
    """Other ways to write a Chinese name that differ in one character: 卡麦隆 for 卡梅隆. `name` is in search form."""
    if len(name) < 3:
        return ()
    found: dict[str, None] = {}
    for line in _lines_with(name):
        for other in line.split("|"):
            if len(other) == len(name) and sum(a != b for a, b in zip(name, other, strict=True)) == 1:
                found[other] = None
    return tuple(found)


@lru_cache(maxsize=1024)
def _lines_with(name: str) -> tuple[str, ...]:
    """All lines of alternatives that hold the name as one; searching one long text is ten times as quick."""
    lines, text, at = [], _lines(), _lines().find(name)
    while at >= 0:
        end = text.index("\n", at)
        line = text[text.rindex("\n", 0, at) + 1 : end]
        if name in line.split("|"):
            lines.append(line)
        at = text.find(name, end)
    return tuple(lines)


@lru_cache(maxsize=1)
def _lines() -> str:
    return "\n" + "\n".join(_table().values()) + "\n"


def _alternatives(term: str) -> tuple[str, ...]:
    line = _table().get(term)
    return tuple(line.split("|")) if line else ()


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    """Term → alternatives joined by |, which are split when asked for: the table loads in a third of the time."""
    text = gzip.decompress(_TABLE.read_bytes()).decode()
    fields = text.replace("\n", "\t").split("\t")
    return dict(zip(fields[0::2], fields[1::2], strict=False))
