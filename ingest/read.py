"""Files become text and what they say about themselves: one function a format, and limits that hostile files hit."""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import stat
import threading
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest import webpage, worddocument
from ingest.encoding import decode
from ingest.errors import ReadError
from ingest.pageedges import without_printed_lines, without_running_lines

MAX_BYTES = 50 * 2**20  # of a file
MAX_UNPACKED = 200 * 2**20  # bytes of all parts of a .docx file
MAX_UNPACKED_XML = 50 * 2**20  # bytes of its document part: parsed, it takes ten times as much memory
MAX_RATIO = 200  # unpacked to packed; prose packs five to tenfold
MAX_PAGES = 3000  # of a PDF

_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(.{1,65536}?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_TOML_FRONT_MATTER = re.compile(r"\s*\+\+\+[ \t]*\n(.{1,65536}?)\n\+\+\+[ \t]*(?:\n|$)", re.DOTALL)
_TOML_TABLE = re.compile(r"^\[{1,2}[\w.\"-]{1,60}\]{1,2}[ \t]*$", re.MULTILINE)
_TOML_KEY = re.compile(r"^[ \t]*([\w-]{1,60})[ \t]*=[ \t]*", re.MULTILINE)
_KEY_VALUE = re.compile(r"([^\s:：#-][^:：\n]{0,39})[:：][ \t]*(.*)")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.+)")
_PICTURE = re.compile(r"data:image/[\w.+-]{1,20};base64,[A-Za-z0-9+/=]+")  # its bytes, often more than all the text
# The hour of a subtitle: 00:00:01,000 --> 00:00:04,000
_CUE = re.compile(r"^[ \t]*(?:\d{1,2}:)?\d\d:\d\d[,.]\d{3} --> (?:\d{1,2}:)?\d\d:\d\d[,.]\d{3}.{0,80}$", re.MULTILINE)
_NOT_SAID = re.compile(
    r"\n[ \t]*\n\s*\d+\s*$|<[^<>\n]{1,60}>|\{\\[^{}\n]{1,60}\}"
)  # the next cue's number, and settings
_LEAST_CUES = 3
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_OTHER_FORMATS = tuple(b"%PDF- PK\x03\x04 \x89PNG \xff\xd8\xff GIF8 {\\rtf \xd0\xcf\x11\xe0 \x1f\x8b".split())
_PDFIUM = threading.Lock()  # PDFium isn't thread-safe


@dataclass(frozen=True)
class Document:
    """A file as read: its text, not yet cleaned, and the metadata that stands apart from the text.

    `metadata` holds what the file's front matter, meta tags or properties say, under the names that they use there.
    """

    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    hash: str = ""  # sha256 of the file's bytes, in hexadecimal


class _Unreadable(Exception):
    """Why a file's bytes aren't what its suffix says: the message of a ReadError, which the file's {name} completes."""

    def __init__(self, message: str, **fields: object) -> None:
        super().__init__(message)
        self.message, self.fields = message, fields


def read(path: Path) -> Document:
    """Read one file by its suffix (see `SUFFIXES`).

    Raises ReadError where it isn't a file of a known type, is too large, broken, encrypted, empty or not text.
    """
    if path.suffix.lower() not in _READERS:
        raise ReadError(
            "{name} is of a type that can't be read; give one of {kinds}.",
            name=printable(path.name),
            kinds=", ".join(SUFFIXES),
        )
    return parse(_bytes(path), path.suffix.lower(), printable(path.name))


def parse(data: bytes, suffix: str, name: str) -> Document:
    """Read bytes in the format of a suffix (one of `SUFFIXES`); `name` is what a ReadError calls them."""
    reader = _READERS[suffix]
    try:
        text, metadata = reader(data)
    except _Unreadable as error:
        raise ReadError(error.message, name=name, **error.fields) from error
    except (MemoryError, RecursionError) as error:
        raise ReadError("{name} is nested too deeply or too large to read; simplify or split it.", name=name) from error
    if not text.strip() and reader is _pdf:
        raise ReadError("{name} holds no text; if it is a scan, run text recognition on it first.", name=name)
    if not text.strip():
        raise ReadError("{name} holds no text; give a file that holds an article.", name=name)
    return Document(text, metadata, hashlib.sha256(data).hexdigest())


def printable(text: str) -> str:
    """A name or path as it can be printed on one line anywhere, with nothing in it that turns the line around."""
    plain = "".join(
        character
        if character.isprintable() or character == "\u200d" or unicodedata.category(character) == "Zs"
        else "?"
        for character in text
    )
    return plain.encode("utf-8", "backslashreplace").decode()


def _bytes(path: Path) -> bytes:
    name = printable(path.name)
    try:
        check_regular(path)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ReadError(
            "{name} can't be opened ({reason}); check that it exists and you may read it.",
            name=name,
            reason=error.strerror,
        ) from error
    except ValueError as error:  # a null character in the path
        raise ReadError("{name} isn't a possible file name; rename the file.", name=name) from error
    if len(data) > MAX_BYTES:
        raise too_large(name)
    return data


def check_regular(path: Path) -> None:
    """A ReadError where a path leads to a folder, a pipe or a device: opening one could wait for ever."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise ReadError("{name} is no regular file; give a file that holds an article.", name=printable(path.name))


def too_large(name: str) -> ReadError:
    """What is said of a file of more than MAX_BYTES."""
    return ReadError("{name} is larger than {size} MB; split it into smaller files.", name=name, size=MAX_BYTES >> 20)


def _decoded(data: bytes, declared: str = "") -> str:
    if data.startswith(_OTHER_FORMATS):
        raise _Unreadable("{name} isn't text but a file of another format; give it the suffix of its format.")
    try:
        text = decode(data, declared)
    except UnicodeError as error:
        raise _Unreadable("{name} isn't text in any known encoding; save it as UTF-8.") from error
    if len(_CONTROL.findall(text)) > len(text) / 500:
        raise _Unreadable("{name} isn't text but binary data; give an article as text.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _text(data: bytes) -> tuple[str, dict[str, Any]]:
    text = _PICTURE.sub("data:", _decoded(data))
    if len(_CUE.findall(text)) >= _LEAST_CUES:
        return _spoken(text), {}
    match = _FRONT_MATTER.match(text)
    metadata = _front_matter(match[1]) if match else {}
    if not match and (match := _TOML_FRONT_MATTER.match(text)):  # Hugo's; its strings and lists are YAML's too
        metadata = _front_matter(_TOML_KEY.sub(r"\1: ", _TOML_TABLE.sub("", match[1])))
    return (text[match.end() :], metadata) if match and metadata else (text, {})


def _spoken(text: str) -> str:
    """What subtitles (SRT or WebVTT) say, each cue an item: none is a title, and none is joined to the next."""
    cues = (" ".join(_NOT_SAID.sub("", cue).split()) for cue in _CUE.split(text)[1:])
    return "\n\n".join(f"- {cue}" for cue in cues if cue)


def _front_matter(block: str) -> dict[str, Any]:
    """The keys of a YAML block; line by line where it isn't valid YAML, as with `title: A: B`."""
    import yaml

    with contextlib.suppress(yaml.YAMLError, RecursionError, ValueError):
        loaded = yaml.load(block, Loader=yaml.BaseLoader)  # every value stays the string that was written
        if isinstance(loaded, dict):
            return {str(key): value for key, value in loaded.items()}
    return _pairs([line for line in block.split("\n") if line.strip()])


def _pairs(lines: list[str]) -> dict[str, Any]:
    """Keys and values line by line; list items and indented lines belong to the key above. {} for prose between rules."""
    pairs: dict[str, Any] = {}
    key, others = "", 0
    for line in lines:
        if match := _KEY_VALUE.match(line):
            key, pairs[match[1].strip()] = match[1].strip(), match[2].strip().strip("\"'")
        elif key and (match := _ITEM.match(line)):
            items = pairs[key] if isinstance(pairs[key], list) else [pairs[key]] if pairs[key] else []
            pairs[key] = [*items, match[1].strip().strip("\"'")]
        elif key and line[0].isspace() and isinstance(pairs[key], str):
            pairs[key] = f"{pairs[key]} {line.strip()}".strip()
        else:
            others += 1
    return pairs if len(pairs) > others else {}


def _html(data: bytes) -> tuple[str, dict[str, Any]]:
    try:
        text = _decoded(data, webpage.declared_charset(data))
        return webpage.parse(text) if text.strip() else ("", {})
    except (RecursionError, _Unreadable):
        raise
    except Exception as error:  # libxml2's recovery from damage has limits
        raise _Unreadable("{name} isn't an HTML page that can be parsed; save the page again.") from error


def _pdf(data: bytes) -> tuple[str, dict[str, Any]]:
    import pypdfium2

    with _PDFIUM:
        try:
            with contextlib.closing(pypdfium2.PdfDocument(data)) as document:
                if len(document) > MAX_PAGES:
                    raise _Unreadable("{name} has more than {pages} pages; split it.", pages=MAX_PAGES)
                pages = [_page(document, number) for number in range(len(document))]
                title = document.get_metadata_value("Title")
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise _Unreadable("{name} is encrypted; save a copy without a password.") from error
            raise _Unreadable("{name} is a broken PDF; export or download it again.") from error
    about = {"document title": title, "url": without_printed_lines(pages, title)}
    return "\n".join(without_running_lines(pages)), {name: told for name, told in about.items() if told}


def _page(document: Any, number: int) -> list[str]:
    with contextlib.closing(document[number]) as page, contextlib.closing(page.get_textpage()) as text:
        # PDFium marks a hyphen at a line's end, which joins two halves of a word, by U+FFFE.
        return text.get_text_bounded().replace("\ufffe\r\n", "").replace("\ufffe", "").replace("\r\n", "\n").split("\n")


def _docx(data: bytes) -> tuple[str, dict[str, Any]]:
    _check_archive(data)
    try:
        return worddocument.parse(data)
    except RecursionError:
        raise
    except Exception as error:  # a damaged part can break the parser anywhere
        raise _Unreadable("{name} is a broken .docx file; open it in a word processor and save it again.") from error


def _check_archive(data: bytes) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _Unreadable("{name} is a broken .docx file; open it in a word processor and save it again.") from error
    unpacked = sum(part.file_size for part in parts)
    xml = max((part.file_size for part in parts if part.filename.endswith(".xml")), default=0)
    if unpacked > MAX_UNPACKED or xml > MAX_UNPACKED_XML or unpacked > max(MAX_RATIO * len(data), 2**20):
        raise _Unreadable("{name} unpacks to far more than an article holds; save its text as .txt.")
    if any(part.flag_bits & 1 for part in parts):
        raise _Unreadable("{name} is encrypted; save a copy without a password.")


_READERS: dict[str, Callable[[bytes], tuple[str, dict[str, Any]]]] = {
    ".md": _text,
    ".markdown": _text,
    ".txt": _text,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
    ".docx": _docx,
}
SUFFIXES = tuple(_READERS)
