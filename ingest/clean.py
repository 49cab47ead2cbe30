"""An article's raw text becomes clean: damage undone, marks and promotion gone, paragraphs whole. Says what went.

Wording and script stay as they are: apart from repaired damage, cleaning only leaves out and joins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest import markup, paragraphs
from ingest.headings import headings
from ingest.markup import Line, Removed
from ingest.promotion import without_promotion

CLEANER = "clean-4"  # raise when the same file would be cleaned differently
_SAMPLE = 80  # characters


@dataclass(frozen=True)
class Removal:
    """One kind of dirt that was removed: how often, and the first of it."""

    kind: str
    count: int
    sample: str


@dataclass(frozen=True)
class Cleaned:
    """Clean text, its paragraphs divided by one blank line; `headings` are spans of `text`."""

    text: str
    removed: tuple[Removal, ...] = ()
    headings: tuple[tuple[int, int], ...] = ()


def clean(text: str) -> Cleaned:
    """Clean an article's text (without its front matter). Cleaning clean text changes nothing."""
    removed: Removed = []
    found, marked = _cleaned(text, removed)
    for _ in range(4):  # what one round uncovers is the next one's
        before, text = text, "\n\n".join(line.text for line in found)
        if text == before:
            break
        found = _cleaned(text, removed)[0]
    found = [line._replace(kind="heading") if line.text in marked else line for line in found]
    return Cleaned("\n\n".join(line.text for line in found), tally(removed), _spans(found))


def _cleaned(text: str, removed: Removed) -> tuple[list[Line], set[str]]:
    """The paragraphs of text, and those that are marked as headings."""
    body = markup.plain(text, removed)
    lines = markup.lines(body)
    if not lines:
        return [], set()
    style = paragraphs.Style(lines, body)
    joined = paragraphs.joined(lines, style)
    own = without_promotion(joined, removed)
    found = paragraphs.rejoined(own, style)
    torn = len(lines) - len(joined) + len(own) - len(found)
    removed.extend(("broken line, joined", "") for _ in range(torn))
    return found, {line.text for line in found if line.kind == "heading"}


def _spans(found: list[Line]) -> tuple[tuple[int, int], ...]:
    starts, at = [], 0
    for line in found:
        starts.append(at)
        at += len(line.text) + 2
    return tuple((starts[i], starts[i] + len(found[i].text)) for i in headings(found))


def tally(removed: Iterable[tuple[str, str]]) -> tuple[Removal, ...]:
    """Removals by kind, in order of first appearance."""
    kinds: dict[str, list[str]] = {}
    for kind, wording in removed:
        kinds.setdefault(kind, []).append(wording)
    return tuple(Removal(kind, len(all), all[0].strip()[:_SAMPLE]) for kind, all in kinds.items())
