"""Bytes become text: the encodings that Chinese articles come in, told apart by what the text then looks like."""

from __future__ import annotations

import codecs

from ingest.characters import plausibility

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# Where two are equally plausible the earlier one wins.
_CANDIDATES = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "cp1252")
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso8859-1": "cp1252", "ascii": "utf-8"}
_SAMPLE = 1 << 16  # bytes that the decision looks at
_LEAST_PLAUSIBLE = 0.3


def decode(data: bytes, declared: str = "") -> str:
    """Text of data, by its byte order mark, as UTF-8, as it declares itself, or in whichever encoding reads best.

    Raises UnicodeError where the bytes are text in none of the known encodings.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        if b"\0" not in data:
            return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    return data.decode(_best(data[:_SAMPLE], _known(declared)), "replace")


def _known(declared: str) -> str:
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return ""
    return _SUPERSETS.get(name, name)


def _best(sample: bytes, declared: str) -> str:
    if declared and _score(sample, declared) > _LEAST_PLAUSIBLE:
        return declared
    best = max(_CANDIDATES, key=lambda encoding: _score(sample, encoding))
    if _score(sample, best) <= _LEAST_PLAUSIBLE:
        raise UnicodeError("text in no known encoding")
    return best


def _score(sample: bytes, encoding: str) -> float:
    try:
        # Not the final piece: a character that the sample's end cuts off is no error.
        text = codecs.getincrementaldecoder(encoding)("replace").decode(sample, False)
    except (UnicodeError, LookupError):  # a declared codec can be one that isn't for text
        return -1.0
    return plausibility(text) if isinstance(text, str) else -1.0
