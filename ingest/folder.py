"""What there is to read in a folder of articles, and what of it is passed over, with the reason."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ingest.errors import ReadError
from ingest.read import SUFFIXES, check_regular, printable
from ingest.text import is_text

_BESIDE_ARTICLES = {".py", ".pyc", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".css", ".js"}  # and are no news
Unread = Callable[[OSError], None]  # is told of each folder that can't be looked into


def article_files(source: Path, library: Path | None = None, unread: Unread = lambda error: None) -> list[Path]:
    """The files in a folder, or the one file; a ReadError where there is nothing to read.

    Hidden files are left out, and all that lies in the `library`'s own folder.
    """
    _check_name(source)
    if not source.is_dir():
        check_regular(source)
        return [source]
    found = sorted(_walked(source, _own(source, library), unread))
    if not any(path.suffix.lower() in SUFFIXES for path in found):
        _look_into(source)
        raise ReadError(
            "The folder {path} holds no articles, so the library stays as it is; Changji reads {kinds} files.",
            path=source,
            kinds=", ".join(sorted(SUFFIXES)),
        )
    return found


def _check_name(source: Path) -> None:
    if not source.exists():
        raise ReadError("There is nothing at {path}; give a folder with articles, or one file.", path=source)
    if not is_text(str(source.resolve())):
        raise ReadError(
            "The path {path} has a name in it that isn't text in this system's encoding; rename it, then do the same "
            "again.",
            path=printable(str(source)),
        )


def _own(source: Path, library: Path | None) -> Path | None:
    """The library's folder as a walk comes upon it, or None; a ReadError where it is the very one to be walked."""
    if library is None or not library.resolve().is_relative_to(source.resolve()):
        return None
    within = library.resolve().relative_to(source.resolve())
    if not within.parts:
        raise ReadError(
            "The folder {path} is to be the library's own; name another one for the library, as with --library.",
            path=source,
        )
    return source / within


def _walked(folder: Path, library: Path | None, unread: Unread) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder, onerror=unread):
        within = Path(parent)
        folders[:] = [name for name in folders if not _hidden(name) and within / name != library]
        yield from (within / name for name in folders if _leads_out(within / name, folder))  # to be told of
        files = (within / name for name in names if not _hidden(name))
        yield from (path for path in files if path.suffix.lower() not in _BESIDE_ARTICLES and path.is_file())


def _leads_out(path: Path, folder: Path) -> bool:
    return path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())


def _hidden(name: str) -> bool:
    return name.startswith((".", "__"))


def _look_into(folder: Path) -> None:
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise unreadable(error, folder) from error


def unreadable(error: OSError, path: Path) -> ReadError:
    """What is told of a file or folder that the system keeps from being read."""
    return ReadError("{name} can't be read ({reason}).", name=printable(path.name), reason=error.strerror or error)


def is_gone(path: Path) -> bool:
    """Whether a file is there no more; one in a folder that can't be looked into may be."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def check_welcome(path: Path, source: Path, root: Path, taken: Mapping[str, str]) -> None:
    """A ReadError where a file in a folder is no article, its name can't be one's, or a link leads elsewhere.

    A file that is named alone, and so its own `root`, is read whatever its ending. `taken` are the names of others.
    """
    if not source.is_relative_to(root):
        raise ReadError("it is a link that leads out of the folder; put a copy there instead")
    if source != root and path.suffix.lower() not in SUFFIXES:
        kind = printable(path.suffix) or "no ending"
        raise ReadError("{kind} is not a type of file that Changji reads", kind=kind)
    if not is_text(str(source)):
        raise ReadError("its name, or its folder's, isn't text in this system's encoding; rename it")
    if printable(path.name) != path.name:
        raise ReadError("its name holds line breaks or invisible characters; rename it")
    if path.stem in taken:
        raise ReadError("{name} has the same name without its ending", name=printable(taken[path.stem]))
