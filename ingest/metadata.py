"""Who published what, when: from front matter or meta tags, or from labelled lines at the head of the text itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest import markup
from ingest.clean import Removal, tally
from ingest.dates import find_date, iso_date
from ingest.markup import Line
from ingest.promotion import kind
from ingest.read import Document
from ingest.text import fold

_NAMES = {
    "title": "title headline 标题 题目 文章标题 主标题",
    "publisher": "publisher source site sitename website publication media 来源 媒体 出处 公众号 发布者 发布媒体 "
    "文章来源 来源媒体 发布平台 刊物 稿源",
    "author": "author authors byline writer by 作者 文章作者 撰文 记者 文 本文作者 作者名",
    "date": "date published publishdate publishedat publishedon publicationdate pubdate datepublished posted "
    "发布日期 发布时间 发表时间 发表日期 发表于 发布于 日期 时间 更新时间",
    "url": "url link sourceurl canonical permalink originalurl 原文链接 链接 网址 原文地址 原文网址 文章链接 来源链接 "
    "原文",
    "language": "language lang 语言",
    "tags": "tags tag keywords categories topics 标签 关键词 分类 话题",
    # Told at the head of articles too, but of no use here.
    "": "发布地 发布地点 封面 封面图 封面图链接 阅读 阅读量 阅读数 浏览量 浏览 点赞数 评论数 字数 编辑 责编 责任编辑 "
    "主编 校对 排版 审核 updated cover",
}
_FIELD = {name: field for field, names in _NAMES.items() for name in names.split()}
# Only in front matter: at the head of a text these words are as likely to open a sentence, or tell of an event.
_UNSAFE_LABELS = frozenset("by media site 媒体 时间 阅读 话题 分类 记者 链接 原文 封面 link tag topics date".split())
_LABELS = "|".join(sorted(_FIELD.keys() - _UNSAFE_LABELS, key=len, reverse=True))
_LABELLED = re.compile(rf"(?<!\w)({_LABELS})\s{{0,3}}(?:[:：|｜丨／]|/(?!/))\s{{0,3}}", re.IGNORECASE)
_SIMPLIFIED = str.maketrans(  # the labels' Traditional characters, one for one
    "標題來體處眾號發佈記間時鏈網語籤鍵詞類話閱讀覽贊讚評論數編輯責審對",
    "标题来体处众号发布记间时链网语签键词类话阅读览赞赞评论数编辑责审对",
)
_NAME = r"[A-Z][\w.'’-]{0,20}(?: [A-Z][\w.'’-]{0,20}){1,3}"
_BY = re.compile(rf"[Bb]y ({_NAME}(?:(?:,| and| &) {_NAME})?)")
_PUBLISHED = re.compile(
    r"(?:first |last )?(?:published|posted|updated|发布于|发表于|更新于)(?: on| at|:)?\s{0,3}", re.IGNORECASE
)
_TIME = re.compile(
    r"[T ]\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?(?: ?[ap]m)?|(?:星期|周|週)[一二三四五六日天]",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*[|｜丨\u3000]\s*")
_MARKS = " *_|｜丨-—·\u3000"
_BRACKETED = re.compile(r"[（(\[【]([^（()）\[\]【】]{2,200})[）)\]】]")
_URL = re.compile(r"https?://[^\s<>\"']{4,2000}")
_SITE_SUFFIX = re.compile(r"(?:_[^_]{2,15}){1,3}$")
_JUNK_TITLE = re.compile(
    r"untitled|无标题|未命名|^microsoft|\.(?:docx?|html?|pdf|indd|pptx?|txt|md)$|^(?:document|slide|文档|幻灯片) ?\d*$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[。！？!?]|\.(?=\s|$)")
_SECTION_TITLES = frozenset("摘要 正文 引言 导语 前言 序言 目录 简介 背景 概述 abstract introduction summary".split())
_NOT_IN_NAMES = re.compile(r"[，,。！？!?：:；;“”《》]|\d{3}")
_HEAD = 15  # lines that may hold metadata
_MAX_TITLE = 64


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
    fields = head | fields
    body = "\n".join(line for at, line in enumerate(lines) if at not in used)
    removed = tally(("metadata line", lines[at].strip()) for at in sorted(used))
    title = fields.get("title") or _fallback_title(document.metadata, body, path)
    tags = (tag.strip("# ") for tag in re.split(r"[,，、;；\n]|\s(?=#)", fields.get("tags", "")))
    return About(
        title=title,
        publisher=fields.get("publisher", ""),
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
        field = _FIELD.get(re.sub(r"[\s_-]", "", fold(key)))
        text = "、".join(_flat(value)) if field != "tags" else "\n".join(_flat(value))
        if field and text and (known := _valid(field, text)):
            name = "url" if field == "publisher" and known.startswith("http") else field
            fields.setdefault(name, known)
    title, publisher = fields.get("title", ""), fields.get("publisher", "")
    if publisher and title.endswith(publisher) and title[: -len(publisher)].rstrip()[-1:] in set("-_|—–·"):
        title = title[: -len(publisher)].rstrip(" -_|—–·")
    if title:
        fields["title"] = _SITE_SUFFIX.sub("", title) or title
    return fields


def _flat(value: Any, depth: int = 0) -> Iterator[str]:
    """The words of a front matter value; lists within lists come from unquoted [[wiki-links]]."""
    if isinstance(value, list) and depth < 3:
        for item in value[:50]:
            yield from _flat(item, depth + 1)
    elif isinstance(value, str) and value.strip():
        yield _plain(value[:2000])


def _plain(text: str) -> str:
    return " ".join(line.text for line in markup.lines(markup.plain(text, []))).strip()


def _valid(field: str, value: str) -> str:
    """The value as it is kept, or "" if it can't be one of that field."""
    if field == "date":
        return iso_date(value)
    if field == "url":
        match = _URL.search(value)
        return match.group() if match else ""
    return value.strip(_MARKS if field == "author" else " ")[:300]


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
    for at, raw in enumerate(lines):
        parsed = markup.lines(markup.plain(raw, [])) if raw.strip() else []
        if not parsed:
            continue
        line, seen = parsed[0], seen + 1
        if seen > _HEAD or prose > 1:
            break
        if found := _labelled(line.text):
            fields = found | fields
            used.add(at)
        elif not prose and _is_title(line, lines, at, known.get("title") or fields.get("title")):
            fields.setdefault("title", line.text)
            used.add(at)
        elif not kind(line):
            prose += len(line.text) > 60 or line.text.endswith("。") or bool(fields.get("title"))
    return fields, used


def _is_title(line: Line, lines: Sequence[str], at: int, known: str | None) -> bool:
    if known:
        return _letters(line.text) == _letters(known)
    text = line.text
    if line.kind == "heading" and len(text) <= 2 * _MAX_TITLE:
        return lines[at].lstrip().startswith("# ") or fold(text) not in _SECTION_TITLES
    if line.kind != "text" or kind(line) or not 2 <= len(text) <= _MAX_TITLE or text[-1] in "。；;，,、：:.…）)":
        return False
    if any(map(str.strip, lines[:at])) and _SENTENCE_END.search(text[:-1]):
        return False
    rest = [later.strip() for later in lines[at + 1 : at + 40] if later.strip()]
    if sum(map(len, rest)) < 3 * len(text):
        return False
    # The first line of a wrapped paragraph is as wide as those below it.
    torn = at + 1 < len(lines) and lines[at + 1].strip() and text[-1] not in "？！?!"
    return not (torn and len(text) >= 0.75 * max(map(len, rest[:5])))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


def _labelled(text: str) -> dict[str, str]:
    """The fields of a line that holds nothing else, such as 作者|李静林 or *娱乐资本论|2024-12-18|*; else none."""
    if len(text) > 300 or not text.strip(_MARKS):
        return {}
    line = text.strip(_MARKS)
    if match := _BRACKETED.fullmatch(line):
        line = match[1]
    if match := _BY.fullmatch(line):
        return {"author": match[1]}
    fields: dict[str, str] = {}
    starts = [match.start() for match in _LABELLED.finditer(line.translate(_SIMPLIFIED))]
    unnamed: list[str] = []
    for start, end in zip([0, *starts], [*starts, len(line)], strict=True):
        if not _parse(line[start:end].strip(_MARKS), fields, unnamed):
            return {}
    if unnamed and (len(unnamed) > 2 or not (_SEPARATOR.search(line) or _TIME.search(line))):
        return {}
    if unnamed and "date" in fields:
        fields.setdefault("publisher", unnamed[0])
        if len(unnamed) > 1:
            fields.setdefault("author", unnamed[1])
    elif unnamed:
        return {}
    return fields


def _parse(piece: str, fields: dict[str, str], unnamed: list[str]) -> bool:
    """Take up one stretch of a head line, a label's or one without; False if it is prose."""
    match = _LABELLED.match(piece.translate(_SIMPLIFIED))
    if not match:
        parts = filter(None, (part.strip(_MARKS) for part in _SEPARATOR.split(piece)))
        return all(_parse_unlabelled(part, fields, unnamed) for part in parts)
    field, value = _FIELD[match[1].lower()], piece[match.end() :]
    if _URL.fullmatch(value.strip()):
        fields.setdefault(field if field == "url" else "", value.strip())
        return True
    first, *others = _SEPARATOR.split(value)
    if not _is_value(field, first):
        return False
    fields.setdefault(field, _valid(field, first))
    return all(_parse(other, fields, unnamed) for other in others if other.strip(_MARKS))


def _is_value(field: str, value: str) -> bool:
    if field == "date":
        return bool(iso_date(value)) and len(value) <= 40
    if field == "url":
        return False
    if field == "title":
        return 2 <= len(value) <= 2 * _MAX_TITLE
    return bool(value.strip()) and len(value) <= 60 and not re.search(r"[。！？!?；;]|，.*，", value)


def _parse_unlabelled(part: str, fields: dict[str, str], unnamed: list[str]) -> bool:
    part = _PUBLISHED.sub("", part, count=1) if _PUBLISHED.match(part) else part
    date, start, end = find_date(part)
    if len(date) < 7:  # a year alone is as likely part of a name
        date, start, end = "", len(part), len(part)
    before, after = part[:start].strip(_MARKS), _TIME.sub("", part[end:]).strip(_MARKS + "日号,")
    if date:
        fields.setdefault("date", date)
    names = [name for name in before.split() if name != "原创"]
    if after or len(names) > (1 if date else 3) or len(before) > 20 or _NOT_IN_NAMES.search(before):
        return False
    unnamed.extend([" ".join(names)] if names else [])
    return True


def _fallback_title(metadata: Mapping[str, Any], body: str, path: Path) -> str:
    stated = str(metadata.get("document title", "")).strip()
    if 2 <= len(stated) <= 2 * _MAX_TITLE and not _JUNK_TITLE.search(stated):
        return stated
    for raw in body.split("\n")[:40]:
        for line in markup.lines(markup.plain(raw[:2000], [])):
            if kind(line) or fold(line.text) in _SECTION_TITLES:
                continue
            end = _SENTENCE_END.search(line.text)
            sentence = line.text[: end.end()].rstrip("。.") if end else line.text
            return sentence if 2 <= len(sentence) <= 40 else path.stem
    return path.stem
