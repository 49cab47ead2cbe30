"""Processes take turns at Chroma's files, which it changes in place, and which one that only searches may write too.

While they are being changed, a mark beside them holds the state that they were in before. A mark that nobody is behind
any more, over files in another state, was left by a process that died in the midst of it: they can't be trusted.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from ingest.errors import WriteError

_POLL = 0.005  # seconds between two tries to have a turn
_PAUSE = 2 * _POLL  # after a change, before the next turn: else those who wait would hardly ever find the files free


class Turns:
    """Those at the files in one folder; the lock and the mark lie beside it."""

    def __init__(self, folder: Path) -> None:
        import filelock

        self._folder, self._mark = folder, _mark(folder)
        self._changed = -_PAUSE  # when, by the monotonic clock
        self._lock = filelock.FileLock(folder.with_name(f"{folder.name}.lock"), poll_interval=_POLL)

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Have the files to oneself, across threads and processes; waits for them."""
        time.sleep(max(self._changed + _PAUSE - time.monotonic(), 0))
        with self._lock:
            yield

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """Within `taken`: mark the files as being changed; the mark stays where that fails half-way."""
        before = self.state()
        self._mark.write_text(before, encoding="ascii")
        try:
            yield
        except BaseException:
            if self.state() == before:
                self._mark.unlink()
            raise
        if self.state() != before:
            for path in _files(self._folder):
                _to_disk(path)
        self._mark.unlink()
        self._changed = time.monotonic()

    def torn(self) -> bool:
        """Within `taken`: whether the files were left half-changed."""
        try:
            return self._mark.read_text(encoding="ascii") != self.state()
        except FileNotFoundError:
            return False

    def state(self) -> str:
        """Tells whether the files are still those that were seen, none changed and none put in another's place."""
        return _state(self._folder)


def torn(folder: Path) -> bool:
    """Whether the files were left half-changed; waits for whoever is changing them, whose mark looks the same."""
    if not _mark(folder).exists():
        return False
    turns = Turns(folder)
    with turns.taken():
        return turns.torn()


def discard(folder: Path, always: bool = False) -> None:
    """Delete the files if they are torn, or `always`; a WriteError where that can't be done."""
    try:
        turns = Turns(folder)
        with turns.taken():
            if always or turns.torn():
                _mark(folder).write_text("torn", encoding="ascii")  # until all of it is gone
                if folder.exists():  # not where this was cut off before
                    shutil.rmtree(folder)
                _mark(folder).unlink()
    except OSError as error:
        raise WriteError(folder.parent, error) from error


def _mark(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.changing")


def _files(folder: Path) -> list[Path]:
    """Those that are changed in place; SQLite looks after its own, and a graph without this file counts for nothing."""
    return sorted(path for kept in folder.glob("*/index_metadata.pickle") for path in kept.parent.iterdir())


def _state(folder: Path) -> str:
    with contextlib.suppress(OSError):
        statuses = [(path.name, path.stat()) for path in (*_files(folder), *folder.glob("*.sqlite3"))]
        known = [
            (name, status.st_ino, *(() if name.endswith(".sqlite3") else (status.st_size, status.st_mtime_ns)))
            for name, status in statuses
        ]
        return hashlib.sha256(repr(known).encode()).hexdigest()
    return ""


def _to_disk(path: Path) -> None:
    with path.open("r+b") as file:  # Windows flushes no file that is open for reading only
        os.fsync(file.fileno())
