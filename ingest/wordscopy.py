"""A machine's own words of a library whose database others share: a copy that follows what the database holds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.article import Passage
from ingest.database import Database
from ingest.errors import LibraryError, WriteError
from ingest.words import Progress, WordsIndex

_PATIENCE = 3600  # seconds to wait for another process that brings the same copy up to date
_SPARSE = 0.2  # share of removed passages at which a copy is written anew


class WordsCopy(WordsIndex):
    """Processes with the same folder share one. A damaged one is made anew, for the database holds all of it."""

    def __init__(self, folder: Path, database: Database, progress: Progress) -> None:
        self._copied, self._database = folder.with_name(f"{folder.name}.version"), database
        self._progress = progress
        with self._only_one(folder):
            try:
                super().__init__(folder)
                self.count()
            except LibraryError:
                self._copied.unlink(missing_ok=True)
                shutil.rmtree(folder)
                super().__init__(folder)
        self.reload()
        if self.count() != database.passage_count():
            self._copied.unlink(missing_ok=True)
            self.reload()

    @contextmanager
    def _only_one(self, folder: Path) -> Iterator[None]:
        """Across processes; what the disk refuses is a WriteError."""
        import filelock

        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(folder.with_name(f"{folder.name}.lock"), timeout=_PATIENCE):
                yield
        except OSError as error:
            raise WriteError(folder.parent, error.strerror or error) from error

    def reload(self) -> None:
        """See what the database holds by now."""
        with self._only_one(self._folder):
            now, then = self._database.version(), self._version()
            if now != then:
                self._follow(self._database.changes(int(then)) if then else None)
                part = self._copied.with_suffix(".part")
                part.write_text(now, encoding="ascii")
                os.replace(part, self._copied)
            super().reload()

    def _version(self) -> str:
        """That of the database when this was last brought up to date, or ""."""
        try:
            version = self._copied.read_text(encoding="ascii")
        except (FileNotFoundError, UnicodeDecodeError):
            return ""
        return version if version.isdecimal() else ""

    def _follow(self, changed: list[str] | None) -> None:
        if changed is None or super().deleted() > _SPARSE:
            super().rewrite(self._counted(self._database.titled_passages()))
        elif changed:
            super().write(self._database.titled_passages(changed), articles=changed)

    def _counted(self, passages: Iterable[tuple[Passage, str]]) -> Iterator[tuple[Passage, str]]:
        total = self._database.passage_count()
        for done, passage in enumerate(passages):
            yield passage
            self._progress(done + 1, total)

    def write(
        self, passages: Iterable[tuple[Passage, str]], removed: Iterable[str] = (), articles: Iterable[str] = ()
    ) -> None:
        """Nothing: passages count once the database holds them, and are read from there."""

    def rewrite(self, passages: Iterable[tuple[Passage, str]]) -> None:
        """Nothing, for the same reason."""

    def deleted(self) -> float:
        """None: what was removed is the copy's own affair."""
        return 0.0
