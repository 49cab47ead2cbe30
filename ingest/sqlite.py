"""A library's database in one file, in SQLite; and back-ups, which are such files too."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from ingest.connection import CHUNK, EACH_ITS_OWN, Connection, Rows
from ingest.database import Database, Vectors
from ingest.errors import LibraryError, WriteError
from ingest.kept import File, moved

TABLES = """
CREATE TABLE IF NOT EXISTS manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS article (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, publisher TEXT NOT NULL, author TEXT NOT NULL, date TEXT NOT NULL,
    url TEXT NOT NULL, language TEXT NOT NULL, tags TEXT NOT NULL, source TEXT NOT NULL, root TEXT NOT NULL,
    hash TEXT NOT NULL, headings TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS passage (
    id TEXT PRIMARY KEY, article TEXT NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS added (article TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS passage_article ON passage (article);
"""


class SQLite(Database):
    """One file. Two connections: one writes, the other is shared by all who read."""

    among = "IN (SELECT value FROM json_each(:ids))"
    _begin = "BEGIN IMMEDIATE"
    _tables = TABLES

    def __init__(self, path: Path) -> None:
        self._reading = threading.Lock()
        super().__init__("sqlite://", creator=lambda: self._connect(self._path), **EACH_ITS_OWN)
        self._open(path)

    def _open(self, path: Path) -> None:
        self._path, self._folder = path, path.parent
        try:
            with closing(self._connect(path)) as connection:
                connection.executescript(self._tables)
        except sqlite3.Error as error:
            raise LibraryError(
                f"The library at {path.parent} can't be opened ({error}); check the folder's permissions and the "
                "disk's free space, bring a back-up back with `changji restore FILE`, or name another with --library."
            ) from error
        self._reader, self._writer = self._engine.connect(), self._engine.connect()

    @staticmethod
    def _connect(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA foreign_keys = ON")
            # A commit must be on disk before an index forgets what it replaced, and what is deleted must not linger.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
        except BaseException:
            connection.close()  # now: later it might delete the log of a database that has taken this one's place
            raise
        return connection

    @staticmethod
    def listed(ids: Sequence[str]) -> str:
        """Ids as JSON: SQLite limits the number of parameters."""
        return json.dumps(ids)

    @contextmanager
    def _connected(self, writing: bool) -> Iterator[Connection]:
        if writing:
            yield self._writer
        else:
            with self._reading:
                yield self._reader

    def _told(self, reason: BaseException, writing: bool) -> LibraryError | None:
        if writing:
            return WriteError(self._folder, reason) if isinstance(reason, sqlite3.OperationalError) else None
        return LibraryError(
            f"The articles in {self._folder} can't be read ({reason}); look the library over with `changji doctor`."
        )

    def close(self) -> None:
        """Close both connections."""
        self._reader.close()
        self._writer.close()
        super().close()

    def move(self, path: Path) -> None:
        """Take another file's place, as a whole and at once; an OSError where that isn't possible."""
        self.close()
        if self._path.with_name(f"{self._path.name}-wal").exists():  # for want of space
            raise OSError("the database's log can't be written into it")
        os.replace(self._path, path)
        self._open(path)

    def shred(self) -> None:
        """Leave nothing of what was deleted in the file or its log."""
        with suppress(LibraryError):  # a reader is in the way: the next one to close does it
            self._all("PRAGMA wal_checkpoint(TRUNCATE)")

    def back_up(self, path: Path, vectors: Vectors) -> None:
        """Copy the database at one moment, while others may read and write it, and with it the passages' vectors."""
        with new_backup(path, vectors) as copy, closing(self._connect(self._path)) as original:
            original.backup(copy)

    def damage(self) -> str:
        """What SQLite finds wrong with the file, or ""."""
        try:
            with closing(self._connect(self._path)) as connection:
                found = [row[0] for row in connection.execute("PRAGMA quick_check(3)") if row[0] != "ok"]
                lost = connection.execute("PRAGMA foreign_key_check").fetchall()
        except sqlite3.Error as error:
            return str(error)
        return "; ".join([*found, *(f"a row of {table} without its article" for table, *_ in lost)][:3])


class Backup(SQLite):
    """A back-up, which is only read: what `back_up` writes, to be restored to a folder.

    A LibraryError where the file isn't one.
    """

    _tables = "SELECT id FROM vector LIMIT 1"

    def __init__(self, path: Path, folder: Path) -> None:
        try:
            if not _is_database(path):
                raise LibraryError("it is no back-up")
            super().__init__(path)
            self._to, self._files = folder, self._paths()
        except (LibraryError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else error.__cause__ or error
            raise LibraryError(
                f"The file {path} can't be restored from ({reason}); name one that `changji backup FILE` made."
            ) from error

    @staticmethod
    def _connect(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        connection.execute("PRAGMA trusted_schema = OFF")
        return connection

    def vectors(self, ids: Sequence[str]) -> dict[str, bytes]:
        """Passage id → its vector's bytes; ids without one are left out."""
        return dict(self._all(f"SELECT id, vector FROM vector WHERE id {self.among}", ids=self.listed(ids)))

    def files(self) -> Iterator[File] | None:
        """The files kept beside the articles; None where an older version of Changji, which left them out, made it."""
        if not self._has("file"):
            return None
        return ((path, self._all("SELECT data FROM file WHERE path = :path", path=path)[0][0]) for path in self._files)

    def _paths(self) -> list[str]:
        return [path for (path,) in self._all("SELECT path FROM file")] if self._has("file") else []

    def rows(self, table: str) -> Iterator[Rows]:
        """All of one table, as the folder will have it; none where an older version of Changji had no such table."""
        for rows in super().rows(table) if self._has(table) else ():
            yield [self._moved(row) for row in rows] if table == "article" else rows

    def _moved(self, row: Mapping[str, Any]) -> dict[str, Any]:
        source = moved(row["source"], self._to, self._files)
        return {**row, "source": source, "root": source if row["root"] == row["source"] else row["root"]}

    def _has(self, table: str) -> bool:
        return bool(self._all("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name", name=table))


@contextmanager
def new_backup(path: Path, vectors: Vectors) -> Iterator[sqlite3.Connection]:
    """A file to copy a database into; the vectors of its passages are added at the end of the block.

    A LibraryError where it can't be written.
    """
    with _written(), closing(sqlite3.connect(path, isolation_level=None)) as copy:
        yield copy
        copy.execute("PRAGMA journal_mode = DELETE")  # so that the copy is one file, which need not be written to
        copy.execute("CREATE TABLE vector (id TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")
        ids = [id for (id,) in copy.execute("SELECT id FROM passage ORDER BY id")]
        copy.execute("BEGIN")
        for start in range(0, len(ids), CHUNK):
            copy.executemany("INSERT INTO vector VALUES (?, ?)", vectors(ids[start : start + CHUNK]).items())
        copy.execute("COMMIT")


@contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        reason = f"The back-up can't be written ({error}); check the free space where it is to lie."
        raise LibraryError(reason) from error


def add_files(path: Path, files: Iterable[File]) -> None:
    """Put files into a back-up; a LibraryError where it can't be written."""
    with _written(), closing(sqlite3.connect(path)) as copy, copy:
        copy.execute("CREATE TABLE file (path TEXT PRIMARY KEY, data BLOB NOT NULL)")
        copy.executemany("INSERT INTO file VALUES (?, ?)", files)


def is_backup(path: Path) -> bool:
    """Whether a file is a back-up, and not any other database: one has tables of articles and vectors alike."""
    if not _is_database(path):
        return False
    tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
    try:  # as what nobody changes: a log of it, which a mere look would write, can hold no table of a back-up
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            return {name for (name,) in connection.execute(tables)} >= {"manifest", "article", "passage", "vector"}
    except sqlite3.Error:
        return False


def is_refused(error: LibraryError) -> bool:
    """Whether the system refused what led to an error, as a full disk does; a damaged file is an error of its own."""
    return isinstance(error.__cause__, sqlite3.OperationalError)


def _is_database(path: Path) -> bool:
    """Whether a file is one of SQLite's."""
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"
