"""Lines become paragraphs: what a page's width or an editor tore apart is joined, what the author set apart stays."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, takewhile

from ingest.endings import is_finished
from ingest.headings import BETWEEN_CELLS, INNER_END, LEAST_PROSE, is_short
from ingest.markup import Line
from ingest.text import HAN

_CONTINUES = frozenset("，、,“‘「『（《【〈([")  # a line that ends so goes on
_CONTINUED = frozenset("，。、；：！？”’」』）】》〉,;!?)％%")  # and so does one before a line that begins so
_LONE_CAPITAL = re.compile(r"(?:^|[^A-Za-z0-9\s])[A-Z]$")
_ENGLISH_INNER_END = re.compile(r"[a-z)\"’”][.!?] [A-Z“\"]")
_SPEAKER = re.compile(r"[\w·]{1,12}[：:](?![“「\"])")  # a quotation follows a verb: 他说：“…”
_FUNCTION_WORDS = frozenset("的地得和与與及或在从從把被将將对對向让讓使由以而但并並是为為给給比跟于於")
_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\U00020000-\U0003fffd“”‘’…—]"
)
_HAN_CHARACTER = re.compile(f"[{HAN}]")
_WORD = re.compile(r"[A-Za-z]+")
_DIVIDED = re.compile(r"([A-Za-z]{2,})-$")
_MIXED = re.compile("[\u4e00-\u9fff]( ?)[A-Za-z0-9]|[A-Za-z0-9]( ?)[\u4e00-\u9fff]")
_HABIT = 0.9  # share of an article's paragraphs that close with a mark, where one without it must go on
_LEAST_TORN = 40  # characters
_MAX_OVER = 44  # columns of a heading that no blank line sets apart
_TAIL = 80
_LEAST_FULL = 5  # lines that break at a width, where others are shorter: headings, a table's rows
_SHARE_FULL = 0.3  # of all unfinished lines: of lines as long as they happen to be, far fewer are so wide


class Style:
    """How an article's lines are set: what tells a torn line from a finished one."""

    def __init__(self, lines: Sequence[Line], text: str) -> None:
        breaks = max(len(lines) - 1, 1)
        self.blank_lines = sum(line.after_blank for line in lines[1:]) / breaks > 0.25
        self.width = _wrap_width(lines)
        labels = Counter(match[0] for line in lines if (match := _SPEAKER.match(line.text)))
        self.speakers = {label for label, count in labels.items() if count > 1}
        self.headed = not self.width and _has_headed_blocks(lines, self.speakers)
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


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines by stretches that no blank line divides."""
    blocks: list[list[Line]] = []
    for line in lines:
        if line.after_blank or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _has_headed_blocks(lines: Sequence[Line], speakers: set[str]) -> bool:
    """Whether unfinished lines mostly stand as headings over a block's prose, and aren't torn, as links are."""
    headed = torn = 0
    for block in _blocks(lines):
        above = len(_above_prose(block))
        headed += above > 0
        torn += sum(
            not is_finished(line.text) and _speaker(after.text) not in speakers
            for line, after in pairwise(block[above:])
        )
    return headed > torn


def _above_prose(block: Sequence[Line]) -> list[Line]:
    """The one or two short lines without a stop that open a block and have prose directly below them."""
    run = list(takewhile(_may_head, block))
    if not run or len(run) > 2 or len(run) == len(block):
        return []
    below = block[len(run)]
    if not _is_prose(below) or len(below.text) < 2 * len(run[-1].text):
        return []
    return [] if any(_shows_tear(line.text, after.text) for line, after in pairwise([*run, below])) else run


def _may_head(line: Line) -> bool:
    text = line.text
    if is_finished(text) or text[-1] in _FUNCTION_WORDS or _columns(text) > _MAX_OVER:
        return False
    return is_short(line) and all(text.count(opening) == text.count(closing) for opening, closing in ("“”", "《》"))


def _is_prose(line: Line) -> bool:
    text = line.text
    sentences = _ENGLISH_INNER_END if text.isascii() else INNER_END
    return line.kind == "text" and is_finished(text) and (len(text) >= LEAST_PROSE or bool(sentences.search(text[:-1])))


def _shows_tear(line: str, after: str) -> bool:
    """Whether a line goes on below, by its marks, or as a Latin name does that was a link in Chinese text."""
    return _goes_on(_Paragraph(Line(line)), after) or (
        line.isascii() and any(map(str.isalpha, line)) and not after[0].isascii()
    )


def _speaker(text: str) -> str:
    """The label that a line opens with as in an interview, 记者：; "" for none."""
    match = _SPEAKER.match(text)
    return match[0] if match else ""


def _wrap_width(lines: Sequence[Line]) -> int:
    """Columns at which all unfinished lines break, or most beside headings and rows; 0 for text that isn't wrapped."""
    torn = sorted(
        _columns(line.text)
        for line, after in pairwise(lines)
        if line.kind == "text" and not after.after_blank and not is_finished(line.text)
    )
    if len(torn) < 2:
        return 0
    widest = torn[-1]
    if sum(_columns(line.text) > widest + 4 for line in lines) >= len(torn):  # headings, all of one length
        return 0
    full = sum(columns > 0.8 * widest for columns in torn)
    least = 2 if widest >= 50 else 3
    if full >= least and full >= 0.8 * len(torn) and 24 <= widest <= 200:
        return widest
    common = torn[-min(_LEAST_FULL, len(torn))]  # few lines may be wider: an address, a row
    full = sum(common - max(4, 0.12 * common) <= columns <= common + 4 for columns in torn)
    wider = sum(_columns(line.text) > common + 4 for line in lines)
    return common if full >= max(_LEAST_FULL, _SHARE_FULL * len(torn), 4 * wider) and 24 <= common <= 200 else 0


def _columns(text: str) -> int:
    return len(text) + (len(_WIDE.findall(text)) if _HAN_CHARACTER.search(text) else 0)  # “ and … are narrow in English


class _Paragraph:
    """A paragraph in the making; what joining asks of it is kept at hand, so that the thousandth line costs no more."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.pieces = [line.text]
        self.tail = line.text[-_TAIL:]
        self.length = len(line.text)
        self.finished = is_finished(line.text)
        self.has_end = INNER_END.search(line.text) is not None
        self.in_quotes = line.text.rfind("“") > line.text.rfind("”")

    def add(self, text: str, style: Style) -> None:
        if _is_hyphenated(self.tail, text, style):
            self.pieces[-1], self.tail = self.pieces[-1][:-1], self.tail[:-1]
            separator = ""
        else:
            separator = _separator(self.tail, text, style)
        self.pieces.extend((separator, text))
        self.tail = (self.tail + separator + text)[-_TAIL:]
        self.length += len(text)
        self.finished = is_finished(text)
        self.has_end = self.has_end or INNER_END.search(text) is not None
        if "“" in text or "”" in text:
            self.in_quotes = text.rfind("“") > text.rfind("”")

    def made(self) -> Line:
        return self.line if len(self.pieces) == 1 else self.line._replace(text="".join(self.pieces), kind="text")


def joined(lines: Sequence[Line], style: Style) -> list[Line]:
    """Lines joined within each stretch that no blank line divides."""
    return [paragraph for block in _blocks(lines) for paragraph in _block(block, style)]


def _block(block: Sequence[Line], style: Style) -> list[Line]:
    ends_well = is_finished(block[-1].text)
    above = len(_above_prose(block)) if style.headed else 0
    found = [_Paragraph(line) for line in block[: above + 1]]
    for line, after in pairwise(block[above:]):
        if _is_torn(line, after, found[-1], style, ends_well):
            found[-1].add(after.text, style)
        else:
            found.append(_Paragraph(after))
    return [paragraph.made() for paragraph in found]


def _is_torn(line: Line, after: Line, above: _Paragraph, style: Style, ends_well: bool) -> bool:
    """Whether a single line break stands inside a sentence or, in wrapped text, inside a paragraph."""
    if not {"heading", "row", "topics"}.isdisjoint((line.kind, after.kind)) or after.kind == "item":
        return False
    if _goes_on(above, after.text):
        return True
    if after.indented and not line.indented:
        return False
    if style.width:
        room = style.width - _columns(line.text)
        if not is_finished(line.text) or line.text[-1] in "；;：:—":
            return room <= max(0.2 * style.width, 4)
        if _HAN_CHARACTER.search(line.text):
            return room <= 1
        return style.blank_lines or room <= len(after.text.split(" ", 1)[0])  # the next word had no room
    if _speaker(after.text) in style.speakers:
        return False
    if is_finished(line.text):
        return style.blank_lines and not _HAN_CHARACTER.search(line.text)
    return style.blank_lines and (ends_well or line.text[-1] in _FUNCTION_WORDS)


def _goes_on(above: _Paragraph, after: str) -> bool:
    """Whether the marks on either side of a break, be there a blank line or not, show that it tears a sentence."""
    last, first = above.tail[-1], after[0]
    if last in _CONTINUES or (first in _CONTINUED and not after.startswith("...")):
        return True
    if first.isascii() and first.islower():
        long_enough = above.length >= _LEAST_TORN and last.isascii() and last.islower()  # else it may be a list's item
        return long_enough or _is_torn_name(above.tail) or _DIVIDED.search(above.tail) is not None
    return False


def _is_torn_name(text: str) -> bool:
    """One capital alone, where small letters follow: S⏎tability. A and I can be words, and so can a last B."""
    return text[-1] not in "AI" and _LONE_CAPITAL.search(text[-2:]) is not None


def _is_hyphenated(text: str, after: str, style: Style) -> bool:
    """Whether a hyphen only divides a word at a line's end: gener-⏎ative, where the text has generative elsewhere."""
    first, second = _DIVIDED.search(text), _WORD.match(after)
    return first is not None and second is not None and first[1] + second[0] in style.words


def _separator(text: str, after: str, style: Style) -> str:
    """What stands between two lines that are joined: nothing in Chinese, a space between words."""
    last, first = text[-1], after[0]
    if not (last.isascii() and first.isascii()):
        if not _HAN_CHARACTER.search(text) and not _HAN_CHARACTER.search(after[:_TAIL]):
            return "" if last in "—“‘" or first in "—”’" else " "
        words_meet = style.spaced and last.isalnum() and first.isalnum() and (last.isascii() or first.isascii())
        return " " if words_meet else ""
    if last in "-([/" or first in ",.;:!?)]/%":
        return ""
    if last in ",;:" and not text[-2:-1].isascii():  # half-width signs in Chinese text take no space
        return ""
    if first.islower() and last.isupper() and _LONE_CAPITAL.search(text[-2:]):
        whole = _WORD.match(last + after)
        return "" if _is_torn_name(text) or (whole and whole[0] in style.words) else " "
    return " "


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
    prose = [line.text for line in paragraphs if INNER_END.search(line.text[:-1])]
    habit = sum(map(is_finished, prose)) / len(prose) if prose else 0.0
    found: list[_Paragraph] = []
    for line in paragraphs:
        if found and _goes_on_below(found[-1], line.text, habit):
            found[-1].add(line.text, style)
        else:
            found.append(_Paragraph(line))
    return [paragraph.made() for paragraph in found]


def _goes_on_below(above: _Paragraph, after: str, habit: float) -> bool:
    if BETWEEN_CELLS in above.line.text and BETWEEN_CELLS in after:
        return False
    if _goes_on(above, after):
        return True
    if above.finished or not after[0].isalnum():
        return False
    if not above.has_end:  # a heading, a list item, a line of verse
        return False
    return above.in_quotes or habit >= (0.5 if above.tail[-1] in _FUNCTION_WORDS else _HABIT)
