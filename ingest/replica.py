"""A private copy of a library that can only be read: SQLite, tantivy and Chroma all write beside what they read."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from ingest.errors import LibraryError

_TRIES = 3
_LEAST_SPACE = 1 << 20  # bytes that opening a library takes, at most, of its disk


def writable(folder: Path) -> bool:
    """Whether this process may write to a library and all that lies in it, and has space to."""
    space = shutil.disk_usage(folder).free >= _LEAST_SPACE
    within = (
        os.path.join(parent, name) for parent, folders, files in os.walk(folder) for name in (".", *folders, *files)
    )
    # What another process has removed meanwhile can't be in the way.
    return space and all(os.access(path, os.W_OK) or not os.path.lexists(path) for path in within)


def copied(folder: Path) -> tempfile.TemporaryDirectory[str]:
    """A copy of the library at one moment, in a folder that disappears when it is cleaned up or the process ends."""
    for _ in range(_TRIES):
        copy = tempfile.TemporaryDirectory(prefix="changji-copy-")
        try:
            before = _state(folder)
            shutil.copytree(folder, copy.name, dirs_exist_ok=True, copy_function=shutil.copyfile)
            for path in (Path(copy.name), *Path(copy.name).rglob("*")):
                if path.is_dir():  # which take the originals' permissions along
                    path.chmod(0o700)
            if _state(folder) == before:
                return copy
        except (OSError, shutil.Error) as error:
            copy.cleanup()
            if not _vanished(error):
                raise LibraryError(
                    "The library at {folder} can't be written to, nor copied ({reason}); make space there, or in "
                    "{scratch}, or let Changji write to the folder.",
                    folder=folder,
                    reason=_reason(error),
                    scratch=tempfile.gettempdir(),
                ) from error
        copy.cleanup()
    raise LibraryError(
        "The library at {folder} is being written by another user; try again when it is done.", folder=folder
    )


def _state(folder: Path) -> set[tuple[str, int, int]]:
    statuses = ((str(path), path.stat()) for path in folder.rglob("*") if path.is_file())
    return {(path, status.st_size, status.st_mtime_ns) for path, status in statuses}


def _vanished(error: Exception) -> bool:
    """Whether a file went away during the copying, as when somebody writes."""
    return isinstance(error, FileNotFoundError) or "No such file" in str(error)


def _reason(error: Exception) -> str:
    first = error.args[0][0][2] if isinstance(error, shutil.Error) and error.args and error.args[0] else error
    return getattr(error, "strerror", None) or str(first)
