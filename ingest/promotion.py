"""What stands before and after an article and isn't part of it: promotion, credits, notices, lists of past issues.

A line goes by its general form and its place, at the very start or end; the same words inside the article stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.markup import Line, Removed
from ingest.matter import CREDIT, EDGE, SECTION, SENTENCES, is_byline, kind
from ingest.text import fold

# Roles that a film's crew has as well: they go only with others around them.
_WEAK_CREDIT = re.compile(
    EDGE + r"(?:监制|统筹|策划|运营|出品|制作|设计|视觉|摄影|制图|发布|终审|初审|复审)\s*[:|丨/]\s*[^。!?]{1,30}$"
)
# What is told of a work beside its author; 作者：李四 below 书名：《雏菊》 is the article's.
_OF_WORK = re.compile(
    EDGE
    + r"(?:书名|片名|剧名|影片|导演|编剧|主演|领衔主演|出版社|出版方|片长|类型|定价|(?:年度)?最佳\w{1,8})\s*[:|丨/]\s*\w*[^\s]"
)
_GLUED = re.compile(r"\s*返回搜狐[，,]\s*查看更多\s*(?:责任编辑[:：]\s*\w{0,8}\s*)?$")
_HEAD_LINES = 3  # other lines, short ones, that promotion may follow at the head: title, byline, standfirst
_FILLERS = 3  # short lines in a row that may stand between promotion at the tail
_LATE = 0.4  # share of the text after which a list of past issues may begin


def without_promotion(lines: Sequence[Line], removed: Removed) -> list[Line]:
    """The article's own lines; what stood before and after them is added to removed. An article never goes entirely."""
    if len(lines) < 2:
        return list(lines)
    lines = [_without_button(line, removed) for line in lines]
    end = _tail(lines)
    start = _head(lines[:end]) if end else {}
    last = end
    if _is_below_notice(lines[:end]):  # it may be the article's, so it stays, but keeps nothing else
        end = _tail(lines[: end - 1])
    kept = [line for at, line in enumerate(lines[:last]) if at not in start and (at < end or at == last - 1)]
    if not kept:
        return list(lines)
    removed.extend((start[at], lines[at].text) for at in sorted(start))
    left = [at for at in range(end, len(lines)) if at != last - 1 and at not in start]
    removed.extend((kind(lines[at]) or "promotion", lines[at].text) for at in left)
    return kept


def _without_button(line: Line, removed: Removed) -> Line:
    """The line without the words that a portal's link leaves at the end of the last paragraph."""
    text = _GLUED.sub("", line.text)
    if not text or text == line.text:
        return line
    removed.append(("promotion", line.text[len(text) :]))
    return line._replace(text=text)


def _is_below_notice(lines: Sequence[Line]) -> bool:
    return len(lines) > 1 and len(lines[-1].text) <= 60 and kind(lines[-2]) == "notice"


def _head(lines: Sequence[Line]) -> dict[int, str]:
    found, others = {}, 0
    for at, line in enumerate(lines):
        if (what := kind(line)) and not _names_an_author(line) and not _is_of_work(lines, at):
            found[at] = what
            continue
        others += 1
        if others > _HEAD_LINES or len(line.text) > 60 or line.text.endswith(("。", ".")):
            break
    return found


def _names_an_author(line: Line) -> bool:
    """Whether the line is a byline that may be the only place which tells the author: at the head, that stays."""
    folded = fold(line.text)
    return CREDIT.search(folded) is None and is_byline(folded)


def _tail(lines: Sequence[Line]) -> int:
    """Where the article's own lines end."""
    end = at = _past_issues(lines)
    fillers = 0
    while at > 0 and fillers <= _FILLERS:
        at -= 1
        if _is_of_work(lines, at):
            break
        if kind(lines[at]):
            end, fillers = at, 0
        elif _is_filler(lines[at]):
            fillers += 1
        else:
            break
    if end < len(lines) and kind(lines[end]) in ("reference", "topics"):
        while end and lines[end - 1].kind == "heading":  # its section is gone
            end -= 1
    return end


def _is_of_work(lines: Sequence[Line], at: int) -> bool:
    """Whether a credit stands beside a line that tells of a work, and so is that work's."""
    beside = [line.text for line in lines[max(at - 1, 0) : at + 2] if len(line.text) <= 60]
    return kind(lines[at]) == "credit" and any(_OF_WORK.search(fold(text)) for text in beside)


def _is_filler(line: Line) -> bool:
    folded = fold(line.text) if len(line.text) <= 60 else line.text
    return bool(_WEAK_CREDIT.search(folded)) or (len(folded) <= 30 and not SENTENCES.search(folded[-2:]))


def _past_issues(lines: Sequence[Line]) -> int:
    """Where a section of links to other articles begins that nothing of the article follows."""
    total, before = sum(len(line.text) for line in lines), 0
    for at, line in enumerate(lines):
        opens = before >= _LATE * total and len(line.text) <= 40 and SECTION.search(fold(line.text))
        if opens and not holds_prose(lines[at + 1 :]):
            return at
        before += len(line.text)
    return len(lines)


def holds_prose(lines: Sequence[Line]) -> bool:
    """Whether lines are the article's: one is a paragraph, or a third of them are sentences. Titles hardly end in a stop."""
    own = [line.text for line in lines if not kind(line)]
    if any(len(text) >= 80 and len(SENTENCES.findall(text)) >= 2 for text in own):
        return True
    return 0 < len(own) <= 3 * sum(map(_is_sentence, own))


def _is_sentence(text: str) -> bool:
    bare = text.rstrip("”’」』）)\"'")
    return bare.endswith("。") or (bare.endswith(".") and len(bare.split()) >= 8)
