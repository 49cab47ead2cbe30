"""Files that readers bring one by one: kept within the library, to be read again, and taken out with the article."""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.article import Article
from ingest.build import Report, add_articles, ingest, remove, replace_article
from ingest.errors import ReadError, WriteError
from ingest.kept import ADDED
from ingest.library import Library
from ingest.read import SUFFIXES

MOST = 50  # files at a time
_LONGEST = 80  # characters of a name that are kept
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029/\\:*?\"<>|]+|^[.\s_]+")
_CUT = 7  # characters at the end of a longer name: a digest of it all, so that it is no other's


@dataclass(frozen=True)
class Removed:
    """An article that was taken out, and the bytes of its file where the library kept that."""

    article: Article
    file: bytes | None


def add(library: Library, file: Path, name: str) -> Report:
    """Keep a file under its own name and read it; what can't be read isn't kept, and is in the report as skipped."""
    path = _place(library, name)
    before = path.read_bytes() if path.exists() else None
    _write(path, file.read_bytes())
    report = ingest(library, path)
    if report.skipped:
        _write(path, before)
    return report


def replace(library: Library, id: str, file: Path, name: str) -> Report:
    """Put a file in the place of an article, whatever it is named; a ReadError leaves the article as it was."""
    path = _place(library, f"{id}{Path(name).suffix}")
    earlier, before = _kept(library, library.article(id)), path.read_bytes() if path.exists() else None
    _write(path, file.read_bytes())
    try:
        report = replace_article(library, id, path)
    except ReadError:
        _write(path, before)
        raise
    if earlier and earlier != path:
        earlier.unlink(missing_ok=True)
    return report


def take_out(library: Library, id: str) -> Removed:
    """Remove an article and its file, where the library kept that; what is returned can put both back."""
    article = library.article(id)
    path = _kept(library, article)
    removed = Removed(article, path.read_bytes() if path and path.exists() else None)
    remove(library, [id], [path] if path else [])
    return removed


def put_back(library: Library, removed: Sequence[Removed]) -> None:
    """Undo `take_out`."""
    for item in removed:
        path = _kept(library, item.article)
        if path and item.file is not None:
            _write(path, item.file)
    add_articles(library, [item.article for item in removed])


def _kept(library: Library, article: Article) -> Path | None:
    """The article's file, if it is one of those that the library keeps."""
    path = Path(article.source)
    return (library.folder / ADDED).resolve() / path.name if path.parent.name == ADDED else None  # it may have moved


def _place(library: Library, name: str) -> Path:
    """Where a file of that name is kept; a ReadError where it isn't one that can be read."""
    plain = _UNSAFE.sub(" ", _visible(name).strip()).strip(" .")
    stem, suffix = _shortened(Path(plain).stem).strip(), Path(plain).suffix.lower()
    if not stem or suffix not in SUFFIXES:
        raise ReadError(
            "{name} is of a type that can't be read; give one of {kinds}.",
            name=f"“{plain or name.strip()[:_LONGEST]}”",
            kinds=", ".join(SUFFIXES),
        )
    return (library.folder / ADDED).resolve() / f"{stem}{suffix}"


def _visible(name: str) -> str:
    """The name without what can't be seen in it, apart from what joins the parts of an emoji."""
    return "".join(letter for letter in name if unicodedata.category(letter) not in ("Cf", "Cs") or letter == "\u200d")


def _shortened(stem: str) -> str:
    if len(stem) <= _LONGEST:
        return stem
    return f"{stem[: _LONGEST - _CUT].strip()}-{hashlib.sha256(stem.encode()).hexdigest()[: _CUT - 1]}"


def _write(path: Path, data: bytes | None) -> None:
    """Write the bytes, or leave no file where there are none."""
    try:
        path.parent.mkdir(exist_ok=True)
        if data is None:
            path.unlink(missing_ok=True)
            return
        scratch = path.with_name(f".{path.name}")
        scratch.write_bytes(data)
        shutil.move(scratch, path)
    except OSError as error:
        raise WriteError(path.parent.parent, error) from error
