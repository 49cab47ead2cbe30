"""Marks become text: invisible characters, entities, HTML tags and Markdown go, the words they wrap stay."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from ingest.mojibake import repair, without_glosses

Removed = list[tuple[str, str]]  # kind and wording of everything that was left out

_NEWLINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACE = re.compile("[\t\xa0\u2000-\u200a\u202f\u205f]")
_SPACES = re.compile(" {2,}")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc\ufffe\uffff]"
    "|[\ud800-\udfff]"
    "|(?<=[\x00-\x7f\u3000-\u9fff\uff00-\uffef])[\u200c\u200d]+|(?<![\u200c\u200d])[\u200c\u200d]+(?=[\x00-\x7f\u3000-\u9fff\uff00-\uffef])"
)
_AMPERSAND = re.compile(r"&(?:(?:amp|#0{0,5}38|#x0{0,5}26);)+", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BLOCK_TAG = re.compile(
    r"</?(?:address|article|aside|blockquote|br|center|dd|details|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li|main|ol|p|pre|"
    r"section|summary|table|tbody|td|th|thead|tr|ul)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r" ?<br ?/?> ?", re.IGNORECASE)
_ROW = re.compile(r"^ {0,3}\|.*\| *$", re.MULTILINE)
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|cite|code|del|em|font|i|iframe|img|ins|kbd|label|mark|s|small|source|span|strike|strong|sub|sup|u|"
    r"video)(?:\s[^<>]{0,4000})?/?>",
    re.IGNORECASE,
)
_ADDRESS = (
    r"\((?=[^()\s]{0,300}[/.#:]|\))[^()\s]{0,4000}(?:\([^()\s]{0,300}\)[^()\s]{0,2000}){0,2}(?:\s\"[^\"\n]{0,300}\")?\)"
)
_IMAGE = re.compile(rf"!\[[^\[\]]{{0,500}}\]{_ADDRESS}|!\[\[[^\[\]\n]{{1,300}}\]\]")
_LINK = re.compile(rf"(?<!!)\[([^\[\]]{{0,500}})\]{_ADDRESS}")
_REFERENCE = re.compile(r"^ {0,3}\[[^\[\]\n]{1,100}\]: ?(?:https?:|/|www\.)\S{0,4000}.{0,300}$", re.MULTILINE)
_DATA = re.compile(r"^ {0,3}\[[^\[\]\n]{1,100}\]: ?<?data:[^\n]*$", re.MULTILINE)  # Google's pictures, at the end
_BY_LABEL = re.compile(r"(!?)\[([^\[\]]{0,500})\]\[([^\[\]\n]{0,100})\]")
_DEFINED = re.compile(r"^ {0,3}\[([^\[\]\n]{1,100})\]: ?\S", re.MULTILINE)
_ANCHOR = re.compile(r"^(#{1,6} .*?) *\{#[^{}\n]{1,300}\} *$", re.MULTILINE)  # of a heading
# What programs put where they cite: :contentReference[oaicite:0]{index=0}, 【12†source】
_CITED = re.compile(
    r":contentReference\[oaicite:\d{1,4}\](?:\{index=\d{1,4}\})?|【\d{1,3}(?::\d{1,3})?†[^【】\n]{0,60}】"
)
# The BBC's words beside a picture, 图像来源，Getty Images and 图像加注文字，, and about its author.
_BBC = re.compile(
    r"^ *(?:(?:[图圖]像|影像)(?:[来來]源[，,:：].{1,80}$|加[注註]文字[，,:：] *)|Article Information *$|Role,.{2,60}$)",
    re.MULTILINE,
)
_FOOTNOTE = re.compile(r"\[\^[\w-]{1,30}\]:?")
_WIKI_LINK = re.compile(r"\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{1,300}))?\]\]")
_AUTOLINK = re.compile(r"<(https?://[^<>\s]{1,4000})>")
# A mark after a letter or digit is a mask (186****1234) or a product (3*4), no emphasis; one inside a sentence of
# Chinese is emphasis if it closes in the same sentence, else a masked name (张**). Single ones are products: 长*宽*高.
_BOLD = re.compile(
    r"(?<![\w*\\])\*{2,3}(?=[^\s*”’」』）》，。])((?:[^*\n]|\n(?!\s{0,99}\n)){1,1000}?)(?<=[^\s*“‘「『（《])\*{2,}"
    r"|(?<![A-Za-z0-9*\\])(\*{2,3})(?=[^\s*”’」』）》，。、和与與及等的])([^*\n。！？!?；]{1,60}?)(?<=[^\s*“‘「『（《])\2(?!\*)"
)
# A whole line in bold that doesn't end as a sentence does is a heading.
_HEADING_LINE = r"[^*\n]{1,40}(?<![。！!；;：:，,、…—” ])"
_BOLD_LINE = re.compile(rf"^ {{0,3}}\*\*({_HEADING_LINE})\*\* {{0,9}}$", re.MULTILINE)
_ITALIC = re.compile(
    r"(?:(?<=[\s（(“‘「《，。！？、；：])|^)\*(?=[^\s*])([^*\n]{1,300}?)(?<=[^\s*\\])\*(?![A-Za-z0-9*])", re.MULTILINE
)
_UNDERLINE = re.compile(r"(?<![\w\\])_{1,3}(?=[^\s_])([^_\n]{1,500}?)(?<=[^\s_\\])_{1,3}(?![A-Za-z0-9_])")
_HIGHLIGHT = re.compile(r"(?<![=A-Za-z0-9])==(?=[^\s=])([^=\n]{1,500}?)(?<=[^\s=])==(?![=A-Za-z0-9])")
# Obsidian's: %%a note to oneself%%, the name of a paragraph ^quote-1, and tags behind the last stop.
_NOTE = re.compile(r"(?<![\d%])%%(?!%)[^%]{1,2000}?%%(?!%)")
_BLOCK_NAME = r" +\^[A-Za-z0-9-]{1,40}"
_BEHIND = re.compile(
    rf"(?:(?<=[。！？!?….”」）)])(?: +#(?!\d+\b)[^\s#]{{1,25}})+(?:{_BLOCK_NAME})?|(?<=\S){_BLOCK_NAME}) *$",
    re.MULTILINE,
)
_STRUCK = re.compile(r"~~(?=[^\s~])([^~\n]{1,500}?)~~")
_CODE = re.compile(r"(?<!`)`{1,2}([^`\n]{1,500})`{1,2}(?!`)")
_ESCAPE = re.compile(r"(?<!\\)\\+([*_#\[\]()`~>!|+\-.])")
_EMPTY_BOLD = re.compile(r"(?<![^\s])\*{2,}(?=\s|$)|(?<=[。！？!?…”])\*{2,}(?=\s|$)", re.MULTILINE)

_RULE = re.compile(r"(?:[-*_=~—－─] ?){3,}")
_HEADING = re.compile(r"#{1,6} +(.*?)[ #]*|#{2,6}([^\s#].*?)[ #]*")
_QUOTED = re.compile(r"(?:> ?)+(?!\d)")
_BULLET = re.compile(r"(?:(?:[-*+·‧–] +)|(?:[•●○▪▫◦■□◆◇►▶➤✦★☆] *))+(?=\S)")
_CALLOUT = re.compile(r"\[![\w-]{1,20}\][+-]? ?")
_CHECKBOX = re.compile(r"\[[ xX]\] +")
_NUMBERED = re.compile(
    r"\d{1,3}[.、)）](?!\d)|[（(][\d一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|[①-⑳]"
    r"|第[一二三四五六七八九十\d]{1,3}(?:[，,、：:]|[章节節部][|｜丨\s])"
)
_LONGEST_CELL = 60  # characters between tabs
_LIST_MARKS = " -*+•·、，,|/"
_TABLE_RULE = re.compile(r"\|?(?: {0,99}:?-+:? {0,99}\|)* {0,99}:?-+:? {0,99}\|?")


class Line(NamedTuple):
    """A line of text without its marks."""

    text: str
    kind: str = "text"  # or "heading", "item", "row", "topics" (nothing but wiki-links)
    after_blank: bool = False
    indented: bool = False


def is_bold_heading(line: str) -> bool:
    """Whether a line that is bold throughout is a heading: a short one that doesn't end as a sentence does."""
    return re.fullmatch(_HEADING_LINE, line) is not None


def plain(text: str, removed: Removed) -> str:
    """Text without invisible characters, conversion damage, inline marks and addresses; block marks stay."""
    text = _with_rows(text) if "\t" in text else text
    previous = None
    for _ in range(5):  # what one step uncovers (an escaped entity, a mark in a mark) is the next round's
        if text == previous:
            break
        previous = text
        text = _without_marks(_without_tags(_readable(text, removed), removed), removed)
    return text


def _with_rows(text: str) -> str:
    """Text whose lines between tabs, as browsers and spreadsheets copy tables, are a Markdown table's rows."""
    found = text.split("\n")
    cells = [[cell.strip() for cell in line.strip(" \r").split("\t")] for line in found]
    alike = [len(one) > 1 and len(one) == len(other) for one, other in pairwise([*cells, []])]
    for at, row in enumerate(cells):
        listed = len(row) == 2 and (_NUMBERED.match(row[0]) or _BULLET.match(row[0] + " x"))
        several = sum(map(bool, row)) > 1 and max(map(len, row)) <= _LONGEST_CELL
        if several and not listed and (alike[at] or (at and alike[at - 1])):
            found[at] = f"| {' | '.join(row)} |"
    return "\n".join(found)


def _readable(text: str, removed: Removed) -> str:
    if not text.replace("\n", "").isprintable() or "\ufffc" in text:  # most text is spared three scans
        text = _SPACE.sub(" ", _NEWLINE.sub("\n", text))
        text = _cut(_INVISIBLE, text, "invisible character", removed)
    if "&" in text:
        text = _ENTITY.sub(lambda match: _NEWLINE.sub("\n", html.unescape(match.group())), _AMPERSAND.sub("&", text))
    if "?" in text:
        text, damaged = repair(text)
        removed.extend(("mojibake, repaired", wording) for wording in damaged)
    if "(" in text or "（" in text:
        text, glosses = without_glosses(text)
        removed.extend(("pinyin gloss", gloss) for gloss in glosses)
    return text


def _without_tags(text: str, removed: Removed) -> str:
    if "<" not in text:
        return text
    while (start := text.find("<!--")) >= 0 and (end := text.find("-->", start)) >= 0:
        removed.append(("comment", text[start : end + 3]))
        text = text[:start] + text[end + 3 :]
    text = _AUTOLINK.sub(r"\1", text)
    text = _ROW.sub(lambda match: _BREAK.sub(" ", match.group()), text)
    text = _cut(_BLOCK_TAG, text, "tag", removed, "\n\n")
    return _cut(_INLINE_TAG, text, "tag", removed)


def _without_marks(text: str, removed: Removed) -> str:
    if "像来源" in text or "像來源" in text or "像加" in text or "Article Information" in text:
        text = _cut(_BBC, text, "credit", removed)
    if "{#" in text:
        text = _ANCHOR.sub(r"\1", text)
    if "†" in text or "oaicite" in text:
        text = _cut(_CITED, text, "reference", removed)
    if "][" in text:
        text = _without_labels(text, removed)
    if "[" in text:
        text = _cut(_IMAGE, text, "image", removed)
        text = _cut(_LINK, text, "link address", removed, lambda match: match[1])
        text = _cut(_DATA, text, "image", removed)
        text = _cut(_REFERENCE, text, "link address", removed)
        text = _FOOTNOTE.sub("", text)
    if "*" in text:
        text = _BOLD.sub(lambda match: match[1] or match[3], _BOLD_LINE.sub(r"## \1", text))
        text = _EMPTY_BOLD.sub("", _ITALIC.sub(r"\1", text))
    if "_" in text:
        text = _UNDERLINE.sub(r"\1", text)
    if "`" in text:
        text = _CODE.sub(r"\1", text)
    if "==" in text:
        text = _HIGHLIGHT.sub(r"\1", text)
    if "%%" in text:
        text = _cut(_NOTE, text, "comment", removed)
    if " #" in text or " ^" in text:
        text = _cut(_BEHIND, text, "topics", removed)
    if "~" in text:
        text = _STRUCK.sub(r"\1", text)
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


def _without_labels(text: str, removed: Removed) -> str:
    """Text without links and images whose addresses stand elsewhere: [words][1], ![][image1]. [1][2] may be notes."""
    defined = {label.lower() for label in _DEFINED.findall(text)}

    def words(match: re.Match[str]) -> str:
        if (match[3] or match[2]).lower() not in defined:
            return match.group()
        removed.append(("image" if match[1] else "link address", match.group()))
        return "" if match[1] else match[2]

    return _BY_LABEL.sub(words, text)


def _cut(
    pattern: re.Pattern[str], text: str, kind: str, removed: Removed, by: str | Callable[[re.Match[str]], str] = ""
) -> str:
    def cut(match: re.Match[str]) -> str:
        removed.append((kind, match.group()))
        return by if isinstance(by, str) else by(match)

    return pattern.sub(cut, text)


def lines(text: str) -> list[Line]:
    """The lines of text that hold any, each without its block marks."""
    found, after_blank = [], True
    for raw in _with_outer_pipes(text.split("\n")):
        stripped = _SPACES.sub(" ", raw.strip())
        line = _line(stripped, after_blank, raw.startswith(("\u3000", "  ")))
        if line is None:
            after_blank = True
        else:
            found.append(line)
            after_blank = line.kind == "heading" or _CALLOUT.search(stripped) is not None
    return found


def _with_outer_pipes(raw_lines: Sequence[str]) -> list[str]:
    """Lines with the outer pipes that a table may be written without: its rows are those about a rule like ---|---."""
    found: list[str] = []
    in_table = False
    for at, raw in enumerate(raw_lines):
        below = raw_lines[at + 1].strip() if at + 1 < len(raw_lines) else ""
        heads = "|" in raw and "|" in below and _TABLE_RULE.fullmatch(below) is not None
        in_table = "|" in raw and (in_table or heads)
        found.append("|" + raw.strip().removeprefix("|").removesuffix("|") + "|" if in_table else raw)
    return found


def _line(text: str, after_blank: bool, indented: bool) -> Line | None:
    if not text or text.startswith(("```", "~~~")) or _RULE.fullmatch(text):
        return None
    if text[0] == ">":
        text = _CALLOUT.sub("", _QUOTED.sub("", text, count=1), count=1)
    kind = "text"
    if "[[" in text:
        kind = "text" if _WIKI_LINK.sub("", text).strip(_LIST_MARKS) else "topics"
        text = _WIKI_LINK.sub(lambda match: (match[2] or match[1].rpartition("/")[2]).strip(), text)
    if match := _HEADING.fullmatch(text):
        text = (match[1] or match[2] or "").strip()
        return Line(text, "heading", True) if text else None
    if text.startswith("|") and text.endswith("|"):
        cells = " | ".join(map(str.strip, text[1:-1].split("|")))
        return Line(cells, "row", after_blank) if cells and not _TABLE_RULE.fullmatch(text) else None
    bare = _CHECKBOX.sub("", _BULLET.sub("", text, count=1), count=1) if _BULLET.match(text) else text
    if kind == "text" and (bare is not text or _NUMBERED.match(bare)):
        kind = "item"
    return Line(bare, kind, after_blank, indented) if bare.strip() else None
