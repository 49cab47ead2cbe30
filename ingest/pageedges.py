"""What is printed about the pages of a PDF: running heads and feet, numbers, and what a browser adds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

_PRINTED_HOUR = re.compile(r"\s*\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? (?:[上下]午)?\d{1,2}:\d\d(?: ?[AP]M)? ")
_PRINTED_ADDRESS = re.compile(r"(https?://\S+) +\d{1,4} ?/ ?\d{1,4}")
_PAGE_NUMBER = re.compile(
    r"第 ?\d{1,4} ?[页頁](?:[ ,，/]{0,2}共 ?\d{1,4} ?[页頁])?|[-–—] ?\d{1,4} ?[-–—]|page \d{1,4}(?: of \d{1,4})?|\d{1,4} ?/ ?\d{1,4}",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")


def without_printed_lines(pages: list[list[str]], title: str) -> str:
    """Take out a page's number, and the hour and title above and the address below that a browser prints; the address."""
    url = ""
    for page in pages:
        for line in dict.fromkeys(page[:2] + page[-2:]):
            if footer := _PRINTED_ADDRESS.fullmatch(line.strip()):
                url = footer[1]
            if footer or _PAGE_NUMBER.fullmatch(line.strip()) or _tells_hour_and_title(line, title):
                page.remove(line)
    return url


def _tells_hour_and_title(line: str, title: str) -> bool:
    hour = _PRINTED_HOUR.match(line)
    return hour is not None and len(title) > 1 and line[hour.end() :].strip() == title.strip()


def without_running_lines(pages: list[list[str]]) -> Iterator[str]:
    """Lines of all pages but running heads and feet: those that open or close most pages alike, numbers apart."""
    running = _running(pages)
    for side in (pages[::2], pages[1::2]):  # left and right pages may have heads of their own
        running |= _running(side) if len(side) > 2 else set()
    for page in pages:
        left_out = {at for at, edge in _edges(page) if edge in running}
        yield from (line for at, line in enumerate(page) if at not in left_out)


def _running(pages: list[list[str]]) -> set[tuple[str, str]]:
    """The lines, numbers apart, that open or close more than half of the pages."""
    edges: Counter[tuple[str, str]] = Counter()
    for page in pages:
        edges.update({edge for _, edge in _edges(page)})
    return {edge for edge, count in edges.items() if edge[1] and count > max(1, len(pages) / 2)}


def _edges(page: list[str]) -> Iterator[tuple[int, tuple[str, str]]]:
    """The first and the last two lines: where each stands, on which side, and its form."""
    for at, line in enumerate(page):
        if at < 2:
            yield at, ("head", _running_form(line))
        if at >= len(page) - 2:
            yield at, ("foot", _running_form(line))


def _running_form(line: str) -> str:
    """The line without what differs from page to page; "" for what runs on no page: a sentence, a row of figures.

    A title runs there that asks.
    """
    if line.rstrip().endswith(("。", ".", "，")):
        return ""
    form = _DIGITS.sub("#", line).strip()
    return form if form.count("#") < 2 or any(map(str.isalpha, form)) or "/" in form else ""
