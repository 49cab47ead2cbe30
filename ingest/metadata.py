"""Who published what, when: from front matter or meta tags, or from labelled lines at the head of the text itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest import markup
from ingest.byline import FIELDS, MAX_TITLE, hour, labelled, names_others, stamped, valid
from ingest.clean import Removal, tally
from ingest.datelines import sender
from ingest.markup import Line
from ingest.matter import kind
from ingest.read import Document
from ingest.text import fold

_SITE_SUFFIX = re.compile(r"(?:_[^_]{2,15}){1,3}$")
_JUNK_TITLE = re.compile(
    r"untitled|无标题|未命名|^microsoft|\.(?:docx?|html?|pdf|indd|pptx?|txt|md)$|^(?:document|slide|文档|幻灯片) ?\d*$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[。！？!?]|\.(?=\s|$)")
_SECTION_TITLES = frozenset("摘要 正文 引言 导语 前言 序言 目录 简介 背景 概述 abstract introduction summary".split())
_NOTHING = frozenset(("", "null", "none", "~"))  # what YAML or a program writes for no value
_HEAD = 15  # lines that may hold metadata
_FOOT = 6  # lines that may tell it below the article
_MOST_PROSE = 3  # of the article's own lines above them: a paragraph counts twice, a subtitle once
_STAMP = re.compile(r"(?:时间|時間|date)\s?[:：]\s?(.{8,40})", re.IGNORECASE)
_VENUE = re.compile(r"\W{0,4}(?:地[点點]|[场場]地|venue|place|location)\W", re.IGNORECASE)


@dataclass(frozen=True)
class About:
    """What is known of an article apart from its text; "" where nothing is. `date` is ISO, as exact as the source."""

    title: str
    publisher: str = ""
    author: str = ""
    date: str = ""
    url: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    removed: tuple[Removal, ...] = ()  # head lines that became metadata


def describe(document: Document, path: Path) -> tuple[About, str]:
    """An article's metadata, and its text without the head lines that only state it.

    Front matter and meta tags come first, then labelled lines and the title line at the head of the text. Without a
    title of its own an article goes by its first sentence if that is short, else by the file's stem.
    """
    fields = _stated(document.metadata)
    lines = document.text.split("\n")
    head, used = _head(lines, fields)
    _take_rest_of_title(head, used, lines, str(document.metadata.get("document title", "")))
    foot, below = _foot(lines)
    fields, used = foot | head | fields, used | below
    body = "\n".join(line for at, line in enumerate(lines) if at not in used)
    removed = tally(("metadata line", lines[at].strip()) for at in sorted(used))
    title = fields.get("title") or _fallback_title(document.metadata, body, path)
    tags = (tag.strip("# ") for tag in re.split(r"[,，、;；\n]|\s(?=#)", fields.get("tags", "")))
    return About(
        title=title,
        publisher=fields.get("publisher", "") or str(document.metadata.get("document site", "")),
        author=fields.get("author", ""),
        date=fields.get("date", ""),
        url=fields.get("url", ""),
        language=_language(fields.get("language", "")),
        tags=tuple(filter(None, tags)),
        removed=removed,
    ), body


def _stated(metadata: Mapping[str, Any]) -> dict[str, str]:
    """The fields of front matter or meta tags under the names that this module uses."""
    fields: dict[str, str] = {}
    for key, value in metadata.items():
        field = FIELDS.get(re.sub(r"[\s_-]", "", fold(key)))
        text = "、".join(_flat(value)) if field != "tags" else "\n".join(_flat(value))
        if field and text and (known := valid(field, text)):
            name = "url" if field == "publisher" and known.startswith("http") else field
            fields.setdefault(name, known)
    title, publisher = fields.get("title", ""), fields.get("publisher", "")
    if publisher and title.endswith(publisher) and title[: -len(publisher)].rstrip()[-1:] in set("-_|｜丨—–·"):
        title = title[: -len(publisher)].rstrip(" -_|｜丨—–·")
    if title:
        fields["title"] = _SITE_SUFFIX.sub("", title) or title
    return fields


def _flat(value: Any, depth: int = 0) -> Iterator[str]:
    """The words of a front matter value, of a mapping its name; lists in lists are unquoted [[wiki-links]]."""
    if isinstance(value, list) and depth < 3:
        for item in value[:50]:
            yield from _flat(item, depth + 1)
    elif isinstance(value, dict) and depth < 3:
        yield from _flat(value.get("name"), depth + 1)
    elif isinstance(value, str) and value.strip().lower() not in _NOTHING:
        yield _plain(value[:2000])


def _plain(text: str) -> str:
    return " ".join(line.text for line in markup.lines(markup.plain(text, []))).strip()


def _language(stated: str) -> str:
    folded = stated.strip().lower().replace("_", "-")
    if folded.startswith("zh"):
        for script, sign in (("zh-Hant", r"hant|tw|hk|mo"), ("zh-Hans", r"hans|cn|sg")):
            if re.search(sign, folded):
                return script
        return ""
    return folded.partition("-")[0] if re.fullmatch(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}", folded) else ""


def _head(lines: Sequence[str], known: Mapping[str, str]) -> tuple[dict[str, str], set[int]]:
    """Fields found in the first lines of the text, and the indexes of the lines that hold nothing else."""
    fields: dict[str, str] = {}
    used: set[int] = set()
    seen = prose = 0
    above = latest = -1  # the filled line above, and this one
    for at, raw in enumerate(lines):
        parsed = markup.lines(markup.plain(raw, [])) if raw.strip() else []
        if not parsed:
            continue
        line, seen = parsed[0], seen + 1
        above, latest = latest, at
        if seen > _HEAD or prose > _MOST_PROSE:
            break
        found = labelled(raw, line.text) or _stamp(line.text, lines, at)
        if found and not _is_another(found, fields):
            fields = found | fields
            used.add(at)
        elif _adds_nothing(
            line.text, known.get("author", "") if prose < 2 else "", above in used and "author" in fields
        ):
            used.add(at)
        elif not prose and _is_title(line, lines, at, known.get("title") or fields.get("title")):
            fields.setdefault("title", line.text)
            used.add(at)
        elif not kind(line):
            told = {"author": sender(line.text), "date": hour(line.text)}
            fields = {name: value for name, value in told.items() if value} | fields
            long = len(line.text) > 60 or line.text.endswith("。")
            prose += 2 if long else bool(fields.get("title"))
    return fields, used


def _take_rest_of_title(head: dict[str, str], used: set[int], lines: Sequence[str], stated: str) -> None:
    """Take up the line below the title that the title goes on in, as the one that the file states tells."""
    begun = _letters(head.get("title", ""))
    rest = _letters(stated).removeprefix(begun) if begun and len(stated) <= 2 * MAX_TITLE else ""
    below = next((at for at in range(min(used, default=0), len(lines)) if at not in used and lines[at].strip()), 0)
    if rest and below and rest != _letters(stated) and _letters(lines[below]) == rest:
        head["title"] = stated.strip()
        used.add(below)


def _foot(lines: Sequence[str]) -> tuple[dict[str, str], set[int]]:
    """The day that a line among the last ones tells, and that line's index."""
    filled = [at for at in range(len(lines) - 1, max(len(lines) - 40, -1), -1) if lines[at].strip()]
    for at in filled[:_FOOT]:
        for line in markup.lines(markup.plain(lines[at][:300], [])):
            if found := stamped(lines[at], line.text):
                return found, {at}
    return {}, set()


def _adds_nothing(text: str, author: str, beside: bool) -> bool:
    """Whether a line only repeats one of the authors of the page's own metadata, or beside an author names others."""
    repeated = len(text) <= MAX_TITLE and _letters(text) in {_letters(name) for name in author.split("、")} - {""}
    return repeated or (beside and names_others(text))


def _stamp(text: str, lines: Sequence[str], at: int) -> dict[str, str]:
    """The day that 时间：2024-12-18 tells beside a line that tells who wrote or published the article; else none.

    By itself, or with a place below it, it is as likely the hour of an event.
    """
    match = _STAMP.fullmatch(text)
    found = labelled(match[1], match[1]) if match else {}
    if found.keys() != {"date"} or len(found["date"]) < len("2024-12-18"):
        return {}
    above = [line for line in lines[max(at - 4, 0) : at] if line.strip()][-1:]
    below = [line for line in lines[at + 1 : at + 5] if line.strip()][:1]
    beside = [labelled(line, line.strip()) for line in above + below]
    return found if any(beside) and not any(map(_VENUE.match, below)) else {}


def _is_another(found: Mapping[str, str], fields: Mapping[str, str]) -> bool:
    """Whether a line tells of another hour than the head has told already: the second of a programme's lines."""
    return {"date", "publisher"} <= found.keys() & fields.keys() and found["publisher"] != fields["publisher"]


def _is_title(line: Line, lines: Sequence[str], at: int, known: str | None) -> bool:
    if known:
        return _letters(line.text) == _letters(known)
    text = line.text
    if line.kind == "heading" and len(text) <= 2 * MAX_TITLE:
        return lines[at].lstrip().startswith("# ") or fold(text) not in _SECTION_TITLES
    if line.kind != "text" or kind(line) or not 2 <= len(text) <= MAX_TITLE or text[-1] in "。；;，,、：:.":
        return False
    opens = not any(map(str.strip, lines[:at]))
    if text[-1] in "…）)" and not (opens and _may_end_a_title(text)):
        return False
    if not opens and _SENTENCE_END.search(text[:-1]):
        return False
    rest = [later.strip() for later in lines[at + 1 : at + 40] if later.strip()]
    if sum(map(len, rest)) < 3 * len(text):
        return False
    # The first line of a wrapped paragraph is as wide as those below it.
    torn = at + 1 < len(lines) and lines[at + 1].strip() and text[-1] not in "？！?!"
    return not (torn and len(text) >= 0.75 * max(map(len, rest[:5])))


def _may_end_a_title(text: str) -> bool:
    """Whether the first line ends as some titles do: AI短片的三个问题（上）, AI拍电影，导演们说……"""
    return "。" not in text and (text.endswith("……") or (text[-1] in "）)" and text[0] not in "（("))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


def _fallback_title(metadata: Mapping[str, Any], body: str, path: Path) -> str:
    stated = str(metadata.get("document title", "")).strip()
    if 2 <= len(stated) <= 2 * MAX_TITLE and not _JUNK_TITLE.search(stated):
        return stated
    for raw in body.split("\n")[:40]:
        for line in markup.lines(markup.plain(raw[:2000], [])):
            if kind(line) or fold(line.text) in _SECTION_TITLES:
                continue
            end = _SENTENCE_END.search(line.text)
            sentence = line.text[: end.end()].rstrip("。.") if end else line.text
            return sentence if 2 <= len(sentence) <= 40 else path.stem
    return path.stem
