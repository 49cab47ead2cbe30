"""Which paragraphs are headings: marked ones, and short lines that stand above prose."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.dates import find_date
from ingest.endings import is_finished, opens_turn
from ingest.markup import Line

BETWEEN_CELLS = " | "  # of a table's row
INNER_END = re.compile(r"[。！？]")
LEAST_PROSE = 45  # characters of a paragraph that can have a heading above it
_MAX_HEADING = 40
_MAX_DATELINE = 80
_MAX_BESIDE = 20  # letters and digits beside the date of a line that says when, where and by whom
_SECTION = re.compile(
    r"第[一二三四五六七八九十百\d]{1,4}(?:章|节|節|部分|幕)[|｜丨:： 　]|(?:part|chapter) [\divx]{1,4}\b", re.IGNORECASE
)
# What stands below a picture: ▲ 电影《雏菊》剧照, 图源：豆瓣.
_CAPTION = re.compile(
    r"[▲△▼▽↑↓]|[图圖]\s?(?:[片源]?(?:来源|來源)?|\d{1,2})\s?[:：|｜丨/／]"
    r"|.{0,36}(?:[剧劇]照|截[图圖]|》[官方]{0,2}海[报報]|供[图圖]|[资資]料[图圖]|(?<!拍)[摄攝])[）)]?$"
)


def headings(paragraphs: Sequence[Line]) -> list[int]:
    """Indexes of paragraphs that are headings: marked ones, and one or two short lines without a stop above prose."""
    unmarked: set[int] = set()
    run: list[int] = []
    at_head, above = True, "。"
    for at, line in enumerate(paragraphs):
        if at_head and _is_dateline(line.text):
            above = above if run else line.text
        elif is_short(line) and not _is_caption(line):
            run.append(at)
        elif not _is_caption(line):
            at_head = at_head and len(line.text) < LEAST_PROSE
            if line.kind == "text" and len(line.text) >= LEAST_PROSE and len(run) <= 2 and is_finished(above):
                unmarked.update(run)
            above, run = line.text, []
    return [
        at
        for at, line in enumerate(paragraphs)
        if line.kind == "heading" or _is_section(line.text) or (at in unmarked and not _is_row(paragraphs, at))
    ]


def _is_row(paragraphs: Sequence[Line], at: int) -> bool:
    """Whether a line is a table's: it has as many cells as one beside it."""
    cells = [line.text.count(BETWEEN_CELLS) for line in paragraphs[max(at - 1, 0) : at + 2]]
    own = paragraphs[at].text.count(BETWEEN_CELLS)
    return own > 0 and cells.count(own) > 1


def _is_caption(line: Line) -> bool:
    return line.kind == "text" and len(line.text) <= _MAX_HEADING and _CAPTION.match(line.text) is not None


def _is_dateline(text: str) -> bool:
    """Whether a line holds a full date and little else: 2024年12月6日 18:30 北京. Inside the article, it may head a part."""
    date, start, end = find_date(text) if len(text) <= _MAX_DATELINE else ("", 0, 0)
    return len(date) == len("2024-12-06") and sum(map(str.isalnum, text[:start] + text[end:])) <= _MAX_BESIDE


def _is_section(text: str) -> bool:
    return len(text) <= _MAX_HEADING and bool(_SECTION.match(text)) and text[-1] not in "。；;，,"


def is_short(line: Line) -> bool:
    """Whether a line is as short as a heading, ends in no stop and names no speaker."""
    return (
        line.kind in ("text", "item")
        and 2 <= len(line.text) <= _MAX_HEADING
        and any(map(str.isalnum, line.text))
        and line.text[-1] not in "。！!；;：:，,、…—.”’"
        and not INNER_END.search(line.text[:-1])
        and not opens_turn(line.text)
    )
