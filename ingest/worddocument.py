"""A Word document becomes its text: what its author left to be read, once and in order."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

from ingest.markup import is_bold_heading

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What stands around paragraphs, rows, cells and runs without being one: content controls, tracked insertions.
_WRAPPERS = frozenset("sdt sdtContent ins moveTo customXml smartTag AlternateContent Choice".split())
# Deleted text, the second copy of a text box, readings printed over characters, settings (they have tabs of their own).
_UNREAD = frozenset("del moveFrom Fallback rt pPr rPr".split())
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}

_LEVELS = frozenset("012345678")  # of the outline; 9 is for what has no place in it
_MOST_BASES = 10  # styles that are each based on the next

_Mark = Callable[[Any], str]  # what Markdown puts before a paragraph


def parse(data: bytes) -> tuple[str, dict[str, str]]:
    """The document's text as light Markdown, and its title, if it states one, as metadata."""
    import docx
    from docx.text.paragraph import Paragraph

    document = docx.Document(io.BytesIO(data))
    body = document.element.body

    def mark(paragraph: Any) -> str:
        style = Paragraph(paragraph, document).style
        name = (style.name or "") if style is not None else ""
        item = name.startswith("List")
        headed = name.startswith("Heading") or _is_outlined(paragraph, style) or (_is_bold_line(paragraph) and not item)
        return ("# " if name == "Title" else "## " if headed else "") + ("- " if item else "")

    title = document.core_properties.title
    return "\n\n".join(_blocks(body, mark)), {"document title": title} if title else {}


def _is_outlined(paragraph: Any, style: Any) -> bool:
    """Whether a paragraph has a place in the outline by itself or by a style, as those of one's own making give it."""
    elements = [paragraph]
    while style is not None and len(elements) <= _MOST_BASES:
        elements.append(style.element)
        style = style.base_style
    for element in elements:
        level = element.find(f"{_W}pPr/{_W}outlineLvl")
        if level is not None:
            return level.get(_W + "val") in _LEVELS
    return False


def _is_bold_line(paragraph: Any) -> bool:
    """Whether a paragraph is one bold line that ends as headings do."""
    runs = [run for run in paragraph.iter(_W + "r") if "".join(text.text or "" for text in run.iter(_W + "t")).strip()]
    line = "".join(text.text or "" for text in paragraph.iter(_W + "t")).strip()
    return bool(runs) and all(map(_is_bold, runs)) and paragraph.find(f".//{_W}br") is None and is_bold_heading(line)


def _is_bold(run: Any) -> bool:
    bold = run.find(f"{_W}rPr/{_W}b")
    return bold is not None and bold.get(_W + "val", "1") not in ("0", "false", "off")


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _inside(parent: Any, *names: str) -> Iterator[Any]:
    """The elements of these names that a parent holds, directly or within what only wraps them."""
    for child in parent:
        name = _name(child)
        if name in names:
            yield child
        elif name in _WRAPPERS:
            yield from _inside(child, *names)


def _blocks(parent: Any, mark: _Mark) -> Iterator[str]:
    """Paragraphs, each with the text boxes that hang on it behind it, and tables."""
    for element in _inside(parent, "p", "tbl"):
        if _name(element) == "tbl":
            yield from _table(element, mark)
            continue
        text, boxes = _paragraph(element)
        if text:
            yield mark(element) + text
        for box in boxes:
            yield from _blocks(box, mark)


def _paragraph(paragraph: Any) -> tuple[str, list[Any]]:
    """The words of a paragraph, and its text boxes. python-docx's own text leaves out what is wrapped."""
    found: list[str] = []
    boxes: list[Any] = []
    waiting = [iter(paragraph)]
    while waiting:
        element = next(waiting[-1], None)
        if element is None:
            waiting.pop()
            continue
        name = _name(element)
        if name == "t":
            found.append(element.text or "")
        elif name in _SIGNS:
            found.append("" if element.get(_W + "type") in ("page", "column") else _SIGNS[name])
        elif name == "txbxContent":
            boxes.append(element)
        elif name not in _UNREAD:
            waiting.append(iter(element))
    return "".join(found).strip(), boxes


def _table(table: Any, mark: _Mark) -> Iterator[str]:
    """A row on each line; a table of one column is a frame around what it holds."""
    rows = [list(_inside(row, "tc")) for row in _inside(table, "tr")]
    if all(len(row) <= 1 for row in rows):
        for row in rows:
            for cell in row:
                yield from _blocks(cell, mark)
        return
    lines = [f"| {' | '.join(row)} |" for row in _texts(rows) if any(row)]
    if lines:
        yield "\n".join(lines)


def _texts(rows: list[list[Any]]) -> Iterator[list[str]]:
    """The text of each cell: one that spans columns once, one that spans rows in each, whose label it is."""
    above: dict[int, str] = {}
    for row in rows:
        texts, column = [], 0
        for cell in row:
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merge is None or merge.get(_W + "val") == "restart" or column not in above:
                above[column] = " ".join(_blocks(cell, lambda paragraph: "")).replace("\n", " ")
            texts.append(above[column])
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            column += int(span.get(_W + "val", "1")) if span is not None else 1
        yield texts
