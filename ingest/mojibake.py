"""Damage that conversion did to Chinese text, undone: GBK read one byte off, and pinyin printed after characters.

Both come from the sites that turn Simplified articles into Traditional ones: 。“這種 became ?!斑@種, and 技術 became
技術(shù). What the damage destroyed is marked with U+FFFD; nothing is invented.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ingest.characters import commonness

LOST = "\ufffd"

_SYLLABLE = "[a-zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜüńňǹḿ\u0300-\u030c]{1,8}"
# A byte that pairs with none shows as ?, and from there on every pair is off by one. It is either the first byte of a
# full stop (A1 A3), whose second then pairs with the next character's first (A3 xx is a full-width sign, which such
# sites print half-width); or the first byte of a character with a gloss forced in behind it.
_SHIFTED = re.compile(rf"\?(?:(?P<tag>[!！]\?/p>)|(?P<gloss>{_SYLLABLE}\))|(?P<sign>[!-~！-～]))")
_LONGEST = 200  # characters that are read off by one in a row
_CLOSERS = {"“": "”", "‘": "’", "《": "》", "「": "」", "『": "』", "【": "】"}
_LOSSES = re.compile(f"{LOST}+")
_CONTEXT = 2000  # characters before a stretch in which its quotation may have opened
_GLOSS = re.compile(rf"([(（])(?<=[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff].)({_SYLLABLE})[)）]")
_MACHINE_MADE = 3  # with so many certain glosses in a text, the doubtful ones are no author's notes either


def repair(text: str) -> tuple[str, list[str]]:
    """Text with one-byte-off GBK read right, and the damaged stretches that were replaced."""
    pieces: list[str] = []
    damaged: list[str] = []
    end, before = 0, ""
    while match := _SHIFTED.search(text, end):
        before = (before + text[end : match.start()])[-_CONTEXT:]
        good, stop = _realigned(text, match, before) or ("?", match.start() + 1)
        if good != "?":
            damaged.append(text[match.start() : stop])
        pieces.extend((text[end : match.start()], good))
        before += good
        end = stop
    return "".join((*pieces, text[end:])), damaged


def _realigned(text: str, match: re.Match[str], before: str) -> tuple[str, int] | None:
    """What the damage at match stood for, and where it ends; None if it is no damage."""
    if match["tag"]:  # a full stop and a closing mark, whose second byte went with the < of </p>
        return "。" + _closer(before), match.end()
    if match["gloss"]:
        found = _reread(b"", text, match.end())
    else:
        sign = match["sign"]
        found = _reread(b"\xa1\xa3" + (ord(sign) % 0xFEE0 | 0x80).to_bytes(1, "big"), text, match.end())
    if found is None:
        return None
    good, stop = found
    run, fits = text[match.end() : stop], commonness(good)
    if run.isascii() or fits < 0.4 or fits < commonness(run) + 0.3:  # s?__biz=… is an address
        return None
    return good, stop + 3 if text.startswith("?/p>", stop - 1) else stop


def _reread(first: bytes, text: str, start: int) -> tuple[str, int] | None:
    """The bytes of text paired anew after those in first (none: one unknown byte), up to where they fall into step."""
    data = bytearray(first)
    for at in range(start, min(start + _LONGEST, len(text))):
        pair = text[at].encode("gbk", "ignore")
        if pair == b"?":  # a pair that is no character
            return _decoded(data, first), at + 1
        if len(pair) == 1 and b"@" <= pair <= b"~":
            return _decoded(data + pair, first), at + 1
        if len(pair) != 2:
            return None
        if pair[1] < 0x80:
            return _decoded(data + pair[:1], first) + chr(pair[1]), at + 1
        data += pair
    return None


def _decoded(data: bytes | bytearray, first: bytes) -> str:
    text = (data if first else data[1:]).decode("gbk", "replace")
    return _LOSSES.sub(LOST, ("" if first else LOST) + "".join(map(_credible, text)))


def _credible(character: str) -> str:
    """The character, or the mark of loss for a rare one: halves of two characters, with bytes lost between."""
    return character if character < "\u3400" or character > "\u9fff" or _is_everyday(character) else LOST


@lru_cache(maxsize=8192)
def _is_everyday(character: str) -> bool:
    """Whether a Han character is in GB 2312 or in the first level of Big5: about 6,800 and 5,400 characters."""
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return b"\xa4" <= character.encode("big5", "ignore")[:1] < b"\xc9"


def _closer(before: str) -> str:
    """The mark that closes the innermost quotation still open in the paragraph, or the mark of loss."""
    open_marks: list[str] = []
    for character in before.rpartition("\n")[2]:
        if character in _CLOSERS:
            open_marks.append(_CLOSERS[character])
        elif open_marks and character == open_marks[-1]:
            open_marks.pop()
    return open_marks[-1] if open_marks else LOST


def without_glosses(text: str) -> tuple[str, list[str]]:
    """Text without the pinyin that conversion printed after characters, and what was left out.

    A gloss is a reading of the character before it. One without its tone, in full-width brackets or on a rare character
    may be the author's note, and goes only where the text has certain ones too.
    """
    matches = list(_GLOSS.finditer(text))
    glosses = {match.start(): _certainty(text[match.start() - 1], match) for match in matches}
    machine_made = sum(certainty == 2 for certainty in glosses.values()) >= _MACHINE_MADE
    removed = [match for match in matches if glosses[match.start()] >= (1 if machine_made else 2)]
    ends = [0, *(match.end() for match in removed)]
    starts = [*(match.start() for match in removed), len(text)]
    return "".join(text[a:b] for a, b in zip(ends, starts, strict=True)), [match.group() for match in removed]


def _certainty(character: str, match: re.Match[str]) -> int:
    """2 for a gloss, 1 for what may be one, 0 for a parenthesis."""
    syllable = unicodedata.normalize("NFC", match[2])
    readings = _readings(character)
    if syllable in readings:
        return 2 if match[1] == "(" and _is_everyday(character) else 1
    return int(syllable in map(_toneless, readings))


@lru_cache(maxsize=8192)
def _readings(character: str) -> frozenset[str]:
    """All pinyin readings of a Han character, with tone marks; a neutral tone has none."""
    from pypinyin import Style, pinyin

    return frozenset(pinyin(character, style=Style.TONE, heteronym=True, errors="ignore")[0])


def _toneless(syllable: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", syllable) if c == "\u0308" or not unicodedata.combining(c))
