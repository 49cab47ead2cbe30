"""A table of a web page becomes rows of cells: each datum on one line, with the label that it stands beside."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from ingest.elements import BLOCKS, length

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_WITHIN_ROWS = (*(BLOCKS - {"tr"}), "br")
_MOST_SPANNED = 100  # rows
_LONGEST_TERM = 20  # characters
_MOST_REPEATED = 5000  # cells
_MOST_OF_CELL = 200  # characters of a table's cell that is a datum


def flatten(body: HtmlElement) -> None:
    """Make one line of each cell that is a datum beside others; one that holds a page's columns is a frame.

    A row of such cells alone gets a Markdown row's outer marks.
    """
    for cell in list(body.iter("td", "th")):
        if len(cell.getparent()) > 1 and length(cell) <= _MOST_OF_CELL:
            for block in [inner for inner in cell.iter(*BLOCKS, "br") if inner is not cell]:
                block.text, block.tail = f" {block.text or ''}", f" {block.tail or ''}"
                block.drop_tag()
    for term in list(body.iter("dt")):
        _pair(term)
    left = _MOST_REPEATED
    for table in body.iter("table"):
        left -= _repeat(table, left)
    for row in body.iter("tr"):
        if len(row) > 1 and length(row) and next(row.iter(*_WITHIN_ROWS), None) is None:
            row.text, row[-1].tail = "| ", " |"


def _pair(term: HtmlElement) -> None:
    """Make a row of a short term and the one datum that tells of it, 成本 and 3000元; a question has its answer below."""
    value = term.getnext()
    if value is None or value.tag != "dd" or getattr(value.getnext(), "tag", "") == "dd":
        return
    plain = all(inner in (term, value) for cell in (term, value) for inner in cell.iter(*BLOCKS, "br"))
    short = 0 < length(term) <= _LONGEST_TERM and 0 < length(value) <= _MOST_OF_CELL
    if not plain or not short or term.text_content().strip()[-1] in "？?。：:":
        return
    term.text = f"| {term.text or ''}"
    value.tag, value.text, value.tail = "span", f" | {value.text or ''}", " |"
    term.append(value)


def _repeat(table: HtmlElement, most: int) -> int:
    """Put a cell that spans rows into each of them, whose label it is; how many were put so, not many more than most."""
    repeated = 0
    waiting: dict[int, tuple[HtmlElement, int]] = {}  # column → cell, and how many rows it still spans
    for row in [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]:
        if repeated >= most:
            break
        column, before = 0, len(row)
        for cell in [cell for cell in row if cell.tag in ("td", "th")]:
            column = _filled(row, row.index(cell), column, waiting)
            span = min(_number(cell, "rowspan"), _MOST_SPANNED)
            if span > 1 and length(cell) <= _MOST_OF_CELL:
                waiting[column] = (cell, span - 1)
            column += _number(cell, "colspan")
        _filled(row, len(row), column, waiting)
        repeated += len(row) - before
    return repeated


def _filled(row: HtmlElement, at: int, column: int, waiting: dict[int, tuple[HtmlElement, int]]) -> int:
    """Copy into a row, before its cell `at`, the cells that span it from a column on; the next column."""
    while column in waiting:
        cell, left = waiting.pop(column)
        own = copy.deepcopy(cell)
        own.tail = None
        row.insert(at, own)
        at += 1
        if left > 1:
            waiting[column] = (cell, left - 1)
        column += _number(cell, "colspan")
    return column


def _number(cell: HtmlElement, name: str) -> int:
    stated = cell.get(name, "").strip()
    return max(int(stated), 1) if stated.isascii() and stated.isdigit() and len(stated) < 4 else 1
