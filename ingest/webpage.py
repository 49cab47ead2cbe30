"""A web page becomes the text of its article, and what the page says about itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from ingest.byline import hour, labelled
from ingest.elements import BLOCKS, is_bold_line, length, stands_alone
from ingest.markup import Line
from ingest.matter import SECTION
from ingest.pagefields import stated
from ingest.pagetables import flatten
from ingest.promotion import holds_prose
from ingest.text import HAN, fold

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_UNSEEN = ("script", "style", "noscript", "template")
_DROPPED = frozenset("nav footer aside button select textarea iframe svg video audio canvas object".split())
_DIVISIONS = BLOCKS - {"body", "html", "article", "main"}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# Whole names only: "comment" is a list of comments, "commentary" may be the article.
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|breadcrumbs?|sidebar|share|sharing|related|recommend(?:ed|ation)?s?|footer|navbar|menu|"
    r"advert(?:isement)?|ads?|copyright|toolbar|pagination|toc|navbox|hatnote)(?:$|[\s_-])",
    re.IGNORECASE,
)
_TOOLS = ("mw-editsection", "Inline-Template", "noprint")  # [编辑] behind a heading of Wikipedia
# What only those hear whom a program reads the page to: "Image source,".
_HEARD = (
    "//*["
    + " or ".join(
        f'contains(concat(" ", @class, " "), " {name} ")'
        for name in (
            "visually-hidden",
            "visuallyhidden",
            "sr-only",
            "screen-reader-text",
            "visually-hidden-text",
            *_TOOLS,
        )
    )
    + "]"
)
_LONE_MARK = re.compile(r"^(- |## )[ \n]+(?=[^ \n])(?!- |## )", re.MULTILINE)  # of <li><p>
_HIDDEN = re.compile(r"(?:^|;)\s*display\s*:\s*none\b", re.IGNORECASE)
_OVERLAYS = frozenset(("alert", "alertdialog", "dialog"))
_LINKED = 0.8  # of a list of links: the rest may tell their hour
_MOST_LISTS = 20
_LONGEST_HEADING = 30  # characters
_LONGEST_MARK = 8  # characters
_EXPONENTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_TO_NOTE = re.compile(r"#_?(?:fn|ft|note|cite|footnote|endnote|ref)|footnote|noteref", re.IGNORECASE)
_NOTE_MARK = re.compile(r"[\[［(（]?(?:\d{1,3}|[*†‡①-⑳])[\]］)）]?")
_WITHIN_CHINESE = re.compile(rf"(?<=[{HAN}、。，；：！？”’》」）…—])[ \t\r\f]*\n[ \t\r\n\f]*(?=[{HAN}“‘《「（])")
_KEEPS_BREAKS = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_DECLARED_CHARSET = re.compile(
    rb"""<meta[^<>]{0,200}?charset\s{0,9}=\s{0,9}["']?([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE
)
# Elements that say they are the article, WeChat's first; others than that must hold some share of the page's text.
_NAMED = (
    '//*[@id="js_content"]',
    '//*[@itemprop="articleBody"][not(ancestor::*[@itemprop="articleBody"])]',
    "//article[not(ancestor::article)]",
)
_NOTHING = frozenset(("", "-", "##", *'“”「」"', *(f"## {mark}" for mark in "“”「」")))  # marks alone are decoration
_TITLES = 'preceding::*[self::h1 or self::h2 or self::h3 or contains(@class, "title")]'
_LEAST_NAMED, _LEAST_SHARE = 50, 0.25
_MOST = 0.9  # of the page's text: an element that holds this much of it is no worse a container than its parent


def declared_charset(data: bytes) -> str:
    """The encoding that the page's first kilobytes name, or ""."""
    match = _DECLARED_CHARSET.search(data[:4096])
    return match[1].decode("ascii") if match else ""


def parse(source: str) -> tuple[str, dict[str, str]]:
    """The text of the page's article as light Markdown, and its metadata (keys as in an English front matter)."""
    from lxml import html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser, ensure_head_body=True)
    fields = stated(root, source)
    _drop_asides(root)
    _drop_links(root)
    _drop_note_marks(root)
    body = root.find("body")
    body = body if body is not None else root
    flatten(body)
    first, last, named = _article(body)
    _keep(body, _title_above(first, fields.get("title", "")), last)
    lines = _lines(body)
    _keep(body, first, last)
    own = _lines(body)
    above = lines[: len(lines) - len(own)]
    if "date" not in fields and (date := next(filter(None, map(hour, above)), "")):
        fields["date"] = date
    return "\n\n".join([*(line for line in above if named or labelled(line, line.removeprefix("## "))), *own]), fields


def _drop_asides(root: HtmlElement) -> None:
    for element in list(root.iter(*_UNSEEN)):
        element.drop_tree()
    for element in root.xpath(_HEARD):
        element.drop_tree()
    half = length(root) / 2
    for element in list(root.iter()):
        # A theme may call its whole page "sidebar-left"; ASP.NET puts it into one form; a script may yet show it.
        if element.tag in _DROPPED or (_is_aside(element) and length(element) < half):
            element.drop_tree()


def _drop_links(body: HtmlElement) -> None:
    """Take out lists of links to other articles that stand within this one, with the headings that tell so."""
    named = (element for element in body.iter() if 2 <= len(own := (element.text or "").strip()) <= _LONGEST_HEADING)
    for heading in [element for element in named if SECTION.search(fold(element.text))][:_MOST_LISTS]:
        block, own = heading, len(heading.text.strip())
        while (above := block.getparent()) is not None and above is not body and _is_of_links(above, own):
            block = above
        below = list(takewhile(lambda element: _is_of_links(element, 0), islice(block.itersiblings(), _MOST_LISTS)))
        if length(block) > own or any(map(length, below)):
            for element in [block, *below]:
                element.drop_tree()


def _is_of_links(element: HtmlElement, heading: int) -> bool:
    """Whether an element holds links and nothing else, apart from a heading of so many characters."""
    linked, all = sum(map(length, element.iter("a"))), length(element)
    return all == heading or (_LINKED * (all - heading) <= linked and not _has_prose(element))


def _drop_note_marks(root: HtmlElement) -> None:
    """Take out the numbers of notes, which would be read as digits of figures, and let exponents be none: 10⁶, m²."""
    for mark in list(root.iter("sup", "a")):
        number = mark.text_content().strip() if length(mark) <= _LONGEST_MARK else ""
        if not _NOTE_MARK.fullmatch(number):
            continue
        if mark.tag == "sup" and next(mark.iter("a"), None) is None and _ends_in_sign(mark):
            mark.text = (mark.text or "").translate(_EXPONENTS)
        elif mark.tag == "sup" or _TO_NOTE.search(f"{mark.get('href', '')} {mark.get('class', '')}"):
            mark.drop_tree()


def _ends_in_sign(mark: HtmlElement) -> bool:
    """Whether a letter or digit that can have an exponent stands before an element."""
    before, parent = mark.getprevious(), mark.getparent()
    text = (before.tail if before is not None else parent.text) or ""
    return text[-1:].isascii() and text[-1:].isalnum()


def _is_aside(element: HtmlElement) -> bool:
    """Whether an element says that it isn't part of the article, or isn't to be seen at first."""
    named = f"{element.get('class', '')} {element.get('id', '')}"
    if element.tag == "form" or (element.tag in _DIVISIONS and _ASIDE.search(named)):
        return True
    hidden = element.get("hidden") is not None or _HIDDEN.search(element.get("style", ""))
    return bool(hidden) or element.get("role") in _OVERLAYS


def _article(body: HtmlElement) -> tuple[HtmlElement, HtmlElement, bool]:
    """Where the article begins and where it ends, and whether an element says that it is the article."""
    weight, container, place = _weights(body), body, ""
    for candidate in reversed(_NAMED):
        named = body.xpath(candidate)
        share = 0.0 if candidate is _NAMED[0] else _LEAST_SHARE
        if len(named) == 1 and weight.get(named[0], 0) >= max(_LEAST_NAMED, share * weight[body]):
            container, place = named[0], candidate
    if place in _NAMED[:2]:  # it holds the article and nothing else
        return container, container, True
    inner = _innermost(container, weight)
    above = inner if inner is container or inner.getparent() is body else inner.getparent()
    return *_extent(inner, container if place else above), bool(place)


def _innermost(container: HtmlElement, weight: Mapping[HtmlElement, int]) -> HtmlElement:
    """The innermost element that holds nearly all text outside links."""
    while True:
        blocks = [child for child in container if child.tag in BLOCKS and child.tag not in ("ul", "ol", "table", "p")]
        heaviest = max(blocks, key=lambda child: weight.get(child, 0), default=None)
        if heaviest is None or weight[heaviest] < _MOST * weight[container] or heaviest.tag in _HEADINGS:
            return container
        container = heaviest


def _extent(inner: HtmlElement, outer: HtmlElement) -> tuple[HtmlElement, HtmlElement]:
    """The first and the last element within an outer one that hold prose beside an inner one, or that itself."""
    first = last = inner
    for element in _upwards(inner, outer):
        first = next(reversed([*filter(_has_prose, element.itersiblings(preceding=True))]), first)
        last = next(reversed([*filter(_has_prose, element.itersiblings())]), last)
    return first, last


def _has_prose(element: HtmlElement) -> bool:
    return holds_prose([Line(line) for line in _lines(element)])


def _weights(body: HtmlElement) -> dict[HtmlElement, int]:
    """How many characters outside links each element holds."""
    from lxml import etree

    weight: dict[HtmlElement, int] = {}
    links = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if event == "start":
            links += element.tag == "a"
            weight[element] = 0 if links else len((element.text or "").strip())
            continue
        links -= element.tag == "a"
        parent = element.getparent()
        if parent is not None and element is not body:
            tail = 0 if links else len((element.tail or "").strip())
            weight[parent] = weight.get(parent, 0) + weight[element] + tail
    return weight


def _title_above(article: HtmlElement, title: str) -> HtmlElement:
    """The heading above the article that is its title, with the byline between; else the article itself."""
    stated = "".join(filter(str.isalnum, title))
    for heading in reversed(article.xpath(_TITLES)):
        own = "".join(filter(str.isalnum, heading.text_content()))
        if own and own in stated and 3 * len(own) >= len(stated):  # not the name of the site
            return heading
    return article


def _keep(body: HtmlElement, first: HtmlElement, last: HtmlElement) -> None:
    """Take out of the page what precedes one element and what follows another."""
    for element in _upwards(last, body):
        for sibling in list(element.itersiblings()):
            sibling.getparent().remove(sibling)
        element.tail = None
    for element in _upwards(first, body):
        for sibling in list(element.itersiblings(preceding=True)):
            sibling.getparent().remove(sibling)
        element.getparent().text = None


def _upwards(element: HtmlElement, outer: HtmlElement) -> Iterator[HtmlElement]:
    while element is not outer:
        yield element
        element = element.getparent()


def _lines(container: HtmlElement) -> list[str]:
    text = _LONE_MARK.sub(r"\1", "".join(_rendered(container)))
    return [line for line in (_SPACE.sub(" ", line).strip() for line in text.split("\n")) if line not in _NOTHING]


def _rendered(container: HtmlElement) -> Iterator[str]:
    """Each block on a line: headings and list items with Markdown marks, the cells of a row side by side."""
    from lxml import etree

    kept = 0  # how many elements that keep their line breaks are open
    for event, element in etree.iterwalk(container, events=("start", "end")):
        tag = element.tag
        aside = " " if tag not in BLOCKS and stands_alone(element) else ""
        keeps = tag == "pre" or _KEEPS_BREAKS.search(element.get("style", "")) is not None
        if event == "start":
            kept += keeps
            if tag in BLOCKS or tag == "br":
                headed = tag in _HEADINGS or is_bold_line(element)
                yield "\n" + ("## " if headed else "- " if tag == "li" else "")
            yield aside + _flowing(element.text or "", kept > 0)
        else:
            kept -= keeps
            if tag in ("td", "th") and element.getnext() is not None:
                yield " | "
            elif tag in BLOCKS:
                yield "\n"
            if element is not container:
                yield aside + _flowing(element.tail or "", kept > 0)


def _flowing(text: str, keeps_breaks: bool) -> str:
    """Text as it flows: breaks in the source are spaces, but nothing within Chinese."""
    if keeps_breaks:
        return text
    return _SPACE.sub(" ", _WITHIN_CHINESE.sub("", text) if "\n" in text else text)
