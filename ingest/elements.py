"""Elements of a web page: which begin a line, how much they say, and what their looks tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.markup import is_bold_heading

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BLOCKS = frozenset(
    "address article blockquote body dd div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 header hr html li main "
    "ol p pre section table tbody thead tr ul".split()
)
_PARAGRAPHS = ("p", "div", "section")
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_OF_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:time|date|source|author|editor|byline|meta|publish(?:ed|er)?)(?:$|[\s_-])", re.IGNORECASE
)
_PART = re.compile(  # a time, 来源：, 发布于：
    r"(?:19|20)\d\d(?:[-/.]\d{1,2}){2}(?: \d{1,2}:\d\d(?::\d\d)?)?$|(?:19|20)\d\d年\d{1,2}月\d{1,2}日(?: \d{1,2}:\d\d(?::\d\d)?)?$"
    r"|(?:[来來]源|作者|[发發][布佈][于於]|[编編][辑輯]|[责責]任?[编編][辑輯]?|[阅閱][读讀]|[浏瀏][览覽]|粉[丝絲]|文章[来來]自"
    r"|[发發][布佈][时時][间間])\s?[:： ]"
)
_PART_OPENINGS = frozenset("12来來作发發编編责責阅閱浏瀏粉文")  # what a match can begin with
_LONGEST_PART = 40  # characters


def length(element: HtmlElement) -> int:
    return sum(len(text.strip()) for text in element.itertext())


def is_bold_line(element: HtmlElement) -> bool:
    """Whether a block is one bold line that ends as headings do."""
    if element.tag not in _PARAGRAPHS or any(child.tag in BLOCKS or child.tag == "br" for child in element):
        return False
    return length(element) <= _LONGEST_PART and is_bold_heading(element.text_content().strip()) and _is_bold(element)


def _is_bold(element: HtmlElement) -> bool:
    """Whether all the words of a short element are bold."""
    if element.tag in ("strong", "b") or _BOLD.search(element.get("style", "")):
        return True
    if (element.text or "").strip() or not len(element):
        return False
    return all(not (child.tail or "").strip() and (_is_bold(child) or not length(child)) for child in element)


def stands_alone(element: HtmlElement) -> bool:
    """Whether it is a part of a byline, which only the page's style sets apart from the next."""
    named = _OF_BYLINE.search(element.get("class", "")) is not None
    opening = "" if named else next(filter(None, map(str.strip, element.itertext())), "")
    if not named and opening[:1] not in _PART_OPENINGS:  # as of nearly all
        return False
    before, parent = element.getprevious(), element.getparent()
    beside = (before.tail if before is not None else parent.text) or ""
    if beside.strip() or (element.tail or "").strip():
        return False
    return named or (length(element) <= _LONGEST_PART and _PART.match("".join(element.itertext()).strip()) is not None)
