"""Lines become paragraphs: what a page's width or an editor tore apart is joined, what the author set apart stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.markup import Line

_CLOSING = "”’」』)）】》〉］"
_ENDS = frozenset("。！？!?…；;：:—～~.↓▼")
_CONTINUES = frozenset("，、,“‘「『（《【〈([")  # a line that ends so goes on
_CONTINUED = frozenset("，。、；：！？”’」』）】》〉,;!?)％%")  # and so does one before a line that begins so
_LONE_CAPITAL = re.compile(r"(?<![A-Za-z0-9])[A-Z]$")
_INNER_END = re.compile(r"[。！？]")
_FUNCTION_WORDS = frozenset("的地得和与與及或在从從把被将將对對向让讓使由以而但并並是为為给給比跟于於")
_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\U00020000-\U0003fffd“”‘’…—]"
)
_WORD = re.compile(r"[A-Za-z]+")
_MIXED = re.compile("[\u4e00-\u9fff]( ?)[A-Za-z0-9]|[A-Za-z0-9]( ?)[\u4e00-\u9fff]")
_HABIT = 0.9  # share of an article's paragraphs that close with a mark, where one without it must go on
_MAX_HEADING = 40
_SECTION = re.compile(
    r"第[一二三四五六七八九十百\d]{1,4}(?:章|节|節|部分|幕)[|｜丨:： 　]|(?:part|chapter) [\divx]{1,4}\b", re.IGNORECASE
)


class Style:
    """How an article's lines are set: what tells a torn line from a finished one."""

    def __init__(self, lines: Sequence[Line], text: str) -> None:
        breaks = max(len(lines) - 1, 1)
        self.blank_lines = sum(line.after_blank for line in lines[1:]) / breaks > 0.3
        self.width = _wrap_width(lines)
        self.spaced = _is_spaced(lines, text)
        self.words = set(_WORD.findall(text))


def _is_spaced(lines: Sequence[Line], text: str) -> bool:
    """Whether Han and Latin words stand apart: mostly so, or all lines break beside Latin ones, as if at spaces."""
    breaks = [
        line.text[-1].isascii() or after.text[0].isascii()
        for line, after in pairwise(lines)
        if not after.after_blank and not is_finished(line.text)
    ]
    if len(breaks) >= 5 and all(breaks):
        return True
    spaces = [match[1] or match[2] for match in _MIXED.finditer(text)]
    return sum(map(bool, spaces)) * 2 > len(spaces)


def _wrap_width(lines: Sequence[Line]) -> int:
    """Columns at which all unfinished lines break, or 0 if the text isn't wrapped at a width."""
    torn = [
        _columns(line.text)
        for line, after in pairwise(lines)
        if line.kind == "text" and not after.after_blank and not is_finished(line.text)
    ]
    if len(torn) < 2:
        return 0
    widest = max(torn)
    full = sum(columns > 0.8 * widest for columns in torn)
    least = 2 if widest >= 50 else 3
    return widest if full >= least and full >= 0.8 * len(torn) and 24 <= widest <= 200 else 0


def _columns(text: str) -> int:
    return len(text) + len(_WIDE.findall(text))


def is_finished(text: str) -> bool:
    """Whether text ends as a sentence, a clause that introduces something, or a bracketed remark does."""
    bare = text.rstrip(_CLOSING + "\"'")
    if not bare:
        return True
    if bare[-1] in _ENDS:
        return True
    return len(bare) < len(text) and text[0] in "（(【[" and text[-1] in "）)】]"


def joined(lines: Sequence[Line], style: Style) -> list[Line]:
    """Lines joined within each stretch that no blank line divides."""
    paragraphs: list[Line] = []
    block: list[Line] = []
    for line in lines:
        if line.after_blank and block:
            paragraphs.extend(_block(block, style))
            block = []
        block.append(line)
    return paragraphs + _block(block, style) if block else paragraphs


def _block(block: Sequence[Line], style: Style) -> list[Line]:
    ends_well = is_finished(block[-1].text)
    found = [block[0]]
    previous = block[0]
    for line in block[1:]:
        if _is_torn(previous, line, style, ends_well):
            found[-1] = found[-1]._replace(text=_glued(found[-1].text, line.text, style))
        else:
            found.append(line)
        previous = line
    return found


def _is_torn(line: Line, after: Line, style: Style, ends_well: bool) -> bool:
    """Whether a single line break stands inside a sentence or, in wrapped text, inside a paragraph."""
    if "heading" in (line.kind, after.kind) or "row" in (line.kind, after.kind) or after.kind in ("item", "topics"):
        return False
    if goes_on(line.text, after.text):
        return True
    if after.indented and not line.indented:
        return False
    if style.width:
        room = style.width - _columns(line.text)
        return room <= (1 if is_finished(line.text) else max(0.2 * style.width, 4))
    if is_finished(line.text):
        return style.blank_lines and line.text.isascii()
    return style.blank_lines and (ends_well or line.text[-1] in _FUNCTION_WORDS)


def goes_on(text: str, after: str) -> bool:
    """Whether the marks on either side of a break, be there a blank line or not, show that it tears a sentence."""
    if text[-1] in _CONTINUES or (after[0] in _CONTINUED and not after.startswith(("...", "!["))):
        return True
    if text[-1].isascii() and text[-1].islower() and after[0].isascii() and after[0].islower():
        return True
    return _is_torn_name(text, after)


def _is_torn_name(text: str, after: str) -> bool:
    """One capital alone, and small letters after: S⏎tability. A and I can be words, so they need more than this."""
    alone = _LONE_CAPITAL.search(text[-2:]) is not None
    return alone and text[-1] not in "AI" and after[0].isascii() and after[0].islower()


def _glued(text: str, after: str, style: Style) -> str:
    last, first = text[-1], after[0]
    if not (last.isascii() and first.isascii()):
        words_meet = style.spaced and last.isalnum() and first.isalnum() and (last.isascii() or first.isascii())
        return f"{text} {after}" if words_meet else text + after
    if last in ",;:" and not text[-2:-1].isascii():  # half-width signs in Chinese text take no space
        return text + after
    if last in "-([/" or first in ",.;:!?)]/%":
        return text + after
    tail, head = re.search(r"[A-Za-z]*$", text), re.match(r"[A-Za-z]*", after)
    whole = (tail[0] if tail else "") + (head[0] if head else "")
    torn = _is_torn_name(text, after) or (last in "AI" and len(tail[0] if tail else "") == 1 and whole in style.words)
    return text + after if torn else f"{text} {after}"


def rejoined(paragraphs: Sequence[Line], style: Style) -> list[Line]:
    """Paragraphs joined across the blank lines that tear a sentence."""
    found = list(paragraphs)
    for _ in range(5):
        once = _rejoined_once(found, style)
        if len(once) == len(found):
            break
        found = once
    return found


def _rejoined_once(paragraphs: Sequence[Line], style: Style) -> list[Line]:
    prose = [line.text for line in paragraphs if _INNER_END.search(line.text[:-1])]
    habit = sum(map(is_finished, prose)) / len(prose) if prose else 0.0
    found: list[Line] = []
    for line in paragraphs:
        if found and _goes_on_below(found[-1], line, habit):
            found[-1] = found[-1]._replace(text=_glued(found[-1].text, line.text, style), kind="text")
        else:
            found.append(line)
    return found


def _goes_on_below(line: Line, after: Line, habit: float) -> bool:
    if goes_on(line.text, after.text):
        return True
    if is_finished(line.text) or _columns(after.text) < 2 or not after.text[0].isalnum():
        return False
    if not _INNER_END.search(line.text):  # a heading, a list item, a line of verse
        return False
    if line.text.rfind("“") > line.text.rfind("”"):
        return True
    return habit >= (0.5 if line.text[-1] in _FUNCTION_WORDS else _HABIT)


def headings(paragraphs: Sequence[Line]) -> list[int]:
    """Indexes of paragraphs that are headings: marked ones, and one or two short lines without a stop above prose."""
    unmarked, run = set(), []
    for at, line in enumerate(paragraphs):
        if _is_short(line):
            run.append(at)
            continue
        above = paragraphs[run[0] - 1].text if run and run[0] else "。"
        if line.kind == "text" and len(line.text) >= 60 and len(run) <= 2 and is_finished(above):
            unmarked.update(run)
        run = []
    return [
        at for at, line in enumerate(paragraphs) if line.kind == "heading" or at in unmarked or _is_section(line.text)
    ]


def _is_section(text: str) -> bool:
    return len(text) <= _MAX_HEADING and bool(_SECTION.match(text)) and text[-1] not in "。；;，,"


def _is_short(line: Line) -> bool:
    return (
        line.kind in ("text", "item")
        and 2 <= len(line.text) <= _MAX_HEADING
        and any(map(str.isalnum, line.text))
        and line.text[-1] not in "。！!；;：:，,、…—.”’"
        and not _INNER_END.search(line.text[:-1])
    )
