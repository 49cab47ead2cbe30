"""What a web page says about its article: in meta tags, in JSON-LD, and in elements that are made for it."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SPACE = re.compile(r"[ \t\r\n\f]+")
_WECHAT_TIME = re.compile(r"""var ct = ["'](\d{10})["']""")

_SITE = re.compile(r"(?:\s*[-_|｜丨—–·]{1,2}\s*[^-_|｜丨—–]{2,30}){1,4}")  # AI进剪辑室-36氪
_ONE_SITE = re.compile(r"\s*[-|｜–—]\s*([^-_|｜丨—–·]{2,20}?)\s*")
_TITLED = '//body//*[contains(@class, "title") or contains(@id, "title")]'
_LEAST_TITLE = 4  # characters of a heading that is more than a site's name
_NO_NAME = re.compile(r"https?://|.{100}")  # Facebook's pages are named by address

# For each field the places that name it, the most trustworthy first.
_PLACES = {
    "title": (
        '//meta[@property="og:title"]/@content',
        '//*[@id="activity-name"]//text()',
        "(//h1[normalize-space()])[1]//text()",
        "//title/text()",
    ),
    "publisher": ('//*[@id="js_name"]//text()', '//meta[@property="og:site_name"]/@content'),
    "author": (
        '//meta[@name="author"]/@content',
        '//meta[@property="article:author"]/@content',
        '//meta[@name="byl" or @name="byline"]/@content',
        '//*[@id="meta_content"]/span[contains(@class, "rich_media_meta_text")]//text()',
        '(//*[@itemprop="author"])[1]/descendant-or-self::*[@itemprop="name"][1]/@content',
        '((//*[@itemprop="author"])[1]/descendant-or-self::*[@itemprop="name"])[1]//text()',
        '((//*[@itemprop="author"])[1] | (//*[@rel="author"])[1])[1]//text()',
    ),
    "date": (
        '//meta[@property="article:published_time" or @property="og:release_date"]/@content',
        '//meta[@name="weibo: article:create_at" or @name="apub:time" or @name="publishdate" or @name="pubdate"'
        ' or @name="date" or @itemprop="datePublished"]/@content',
        '//*[@id="publish_time"]//text()',
        "//time/@datetime",
    ),
    "url": ('//link[@rel="canonical"]/@href', '//meta[@property="og:url"]/@content'),
    "language": ("/html/@lang",),
}


def stated(root: HtmlElement, source: str) -> dict[str, str]:
    """The fields that the page names, by their names in an English front matter."""
    fields = _linked_data(root)
    for name, places in _PLACES.items():
        for place in places:
            found = _text(root, place)
            if found and name not in fields and not (name == "author" and _NO_NAME.search(found)):
                fields[name] = found
    if "title" in fields:
        fields["title"] = fields["title"].removesuffix(_site(fields["title"], root))
    if "publisher" not in fields and (site := _ONE_SITE.fullmatch(_site(_text(root, "(//title)[1]/text()"), root))):
        fields["document site"] = site[1]
    seconds = _WECHAT_TIME.search(source)
    if seconds and "date" not in fields:  # WeChat's articles are dated in Beijing
        beijing = datetime.timezone(datetime.timedelta(hours=8))
        fields["date"] = datetime.datetime.fromtimestamp(int(seconds[1]), beijing).date().isoformat()
    return fields


def _text(root: HtmlElement, place: str) -> str:
    return _SPACE.sub(" ", " ".join(map(str, root.xpath(place)[:20]))).strip()


def _site(title: str, root: HtmlElement) -> str:
    """What the title has behind it that the page's own heading lacks: -36氪."""
    for place in ("(//h1[normalize-space()])[1]", *(f"({_TITLED})[{number}]" for number in range(1, 6))):
        heading = _text(root, f"{place}//text()")
        begins = len(heading) >= _LEAST_TITLE and title.startswith(heading)
        if begins and (behind := _SITE.fullmatch(title, len(heading))):
            return behind.group()
    return ""


def _linked_data(root: HtmlElement) -> dict[str, str]:
    """What the page's JSON-LD says of an article, the first of several."""
    fields: dict[str, str] = {}
    for script in root.xpath('//script[@type="application/ld+json"]/text()')[:10]:
        try:
            data = json.loads(str(script), strict=False)
        except (ValueError, RecursionError):
            continue
        items = _items(data)
        names = {str(item["@id"]): item for item in items if "@id" in item and "name" in item}
        for item in items:
            if "headline" in item:
                named = {"title": "headline", "author": "author", "publisher": "publisher", "date": "datePublished"}
                found = {name: text for name, key in named.items() if (text := _name(item.get(key), names))}
                fields = found | fields
    return fields


def _items(data: Any) -> list[dict[str, Any]]:
    """The objects of a JSON-LD document, those of its @graph too."""
    items = [item for item in (data if isinstance(data, list) else [data]) if isinstance(item, dict)]
    graphs = [item["@graph"] for item in items if isinstance(item.get("@graph"), list)]
    return items + [item for graph in graphs for item in graph if isinstance(item, dict)]


def _name(value: Any, names: Mapping[str, dict[str, Any]]) -> str:
    """What a value says, or the object that it names or refers to is called."""
    if isinstance(value, list):
        return "、".join(filter(None, (_name(item, names) for item in value)))
    if isinstance(value, dict):
        value = value.get("name") or names.get(str(value.get("@id")), {}).get("name")
    return value.strip() if isinstance(value, str) else ""
