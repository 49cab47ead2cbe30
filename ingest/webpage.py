"""A web page becomes the text of its article, and what the page says about itself."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DROPPED = frozenset(
    "script style noscript template nav footer aside form button select iframe svg video audio canvas object".split()
)
_BLOCKS = frozenset(
    "address article blockquote body dd div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 header hr html li main "
    "ol p pre section table tbody thead tr ul".split()
)
_DIVISIONS = _BLOCKS - {"body", "html", "article", "main"}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# Whole names only: "comment" is a list of comments, "commentary" may be the article.
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|breadcrumbs?|sidebar|share|sharing|related|recommend(?:ed|ation)?s?|footer|navbar|menu|"
    r"advert(?:isement)?|ads?|copyright|toolbar|pagination)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_DECLARED_CHARSET = re.compile(
    rb"""<meta[^<>]{0,200}?charset\s{0,9}=\s{0,9}["']?([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE
)
_WECHAT_TIME = re.compile(r"""var ct = ["'](\d{10})["']""")
_MOST = 0.9  # of the page's text: an element that holds this much of it is no worse a container than its parent

# For each field the places that name it, the most trustworthy first.
_PLACES = {
    "title": (
        '//meta[@property="og:title"]/@content',
        '//*[@id="activity-name"]//text()',
        "//h1//text()",
        "//title/text()",
    ),
    "publisher": ('//*[@id="js_name"]//text()', '//meta[@property="og:site_name"]/@content'),
    "author": ('//meta[@name="author"]/@content', '//meta[@property="article:author"]/@content'),
    "date": (
        '//meta[@property="article:published_time"]/@content',
        '//meta[@name="publishdate" or @name="pubdate" or @name="date" or @itemprop="datePublished"]/@content',
        '//*[@id="publish_time"]//text()',
        "//time/@datetime",
    ),
    "url": ('//link[@rel="canonical"]/@href', '//meta[@property="og:url"]/@content'),
    "language": ("/html/@lang",),
}


def declared_charset(data: bytes) -> str:
    """The encoding that the page's first kilobytes name, or ""."""
    match = _DECLARED_CHARSET.search(data[:4096])
    return match[1].decode("ascii") if match else ""


def parse(source: str) -> tuple[str, dict[str, str]]:
    """The text of the page's article as light Markdown, and its metadata (keys as in an English front matter)."""
    from lxml import html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser, ensure_head_body=True)
    fields = _fields(root, source)
    _drop_asides(root)
    body = root.find("body")
    lines = "".join(_rendered(_container(body if body is not None else root))).split("\n")
    return "\n\n".join(line for line in map(str.strip, lines) if line), fields


def _fields(root: HtmlElement, source: str) -> dict[str, str]:
    fields = _linked_data(root)
    for name, places in _PLACES.items():
        for place in places:
            found = _SPACE.sub(" ", " ".join(map(str, root.xpath(place)[:20]))).strip()
            if found and name not in fields:
                fields[name] = found
    seconds = _WECHAT_TIME.search(source)
    if seconds and "date" not in fields:  # WeChat's articles are dated in Beijing
        beijing = datetime.timezone(datetime.timedelta(hours=8))
        fields["date"] = datetime.datetime.fromtimestamp(int(seconds[1]), beijing).date().isoformat()
    return fields


def _linked_data(root: HtmlElement) -> dict[str, str]:
    """What the page's JSON-LD says of an article."""
    fields: dict[str, str] = {}
    for script in root.xpath('//script[@type="application/ld+json"]/text()')[:10]:
        try:
            data = json.loads(str(script))
        except (ValueError, RecursionError):
            continue
        for item in data if isinstance(data, list) else [data]:
            if isinstance(item, dict) and "headline" in item:
                named = {"title": "headline", "author": "author", "publisher": "publisher", "date": "datePublished"}
                fields |= {name: text for name, key in named.items() if (text := _name(item.get(key)))}
    return fields


def _name(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(filter(None, map(_name, value)))
    if isinstance(value, dict):
        value = value.get("name")
    return value.strip() if isinstance(value, str) else ""


def _drop_asides(root: HtmlElement) -> None:
    half = _length(root) / 2
    for element in list(root.iter()):
        named = f"{element.get('class', '')} {element.get('id', '')}"
        # A theme may call its whole page "sidebar-left".
        aside = element.tag in _DIVISIONS and _ASIDE.search(named) and _length(element) < half
        if element.tag in _DROPPED or aside:
            element.drop_tree()


def _length(element: HtmlElement) -> int:
    return sum(len(text.strip()) for text in element.itertext())


def _container(body: HtmlElement) -> HtmlElement:
    """The innermost element that holds nearly all of the page's text outside links."""
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
    container = body
    while True:
        blocks = [child for child in container if child.tag in _BLOCKS and child.tag not in ("ul", "ol", "table", "p")]
        heaviest = max(blocks, key=lambda child: weight.get(child, 0), default=None)
        if heaviest is None or weight[heaviest] < _MOST * weight[container] or heaviest.tag in _HEADINGS:
            return container
        container = heaviest


def _rendered(container: HtmlElement) -> Iterator[str]:
    """Each block on a line: headings and list items with Markdown marks, the cells of a row side by side."""
    from lxml import etree

    for event, element in etree.iterwalk(container, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if tag in _BLOCKS or tag == "br":
                yield "\n" + ("## " if tag in _HEADINGS else "- " if tag == "li" else "")
            yield _SPACE.sub(" ", element.text or "")
        else:
            if tag in ("td", "th") and element.getnext() is not None:
                yield " | "
            elif tag in _BLOCKS:
                yield "\n"
            if element is not container:
                yield _SPACE.sub(" ", element.tail or "")
