"""Articles, passages and the manifest, in SQLite: the library's source of truth and its only commit point."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ingest.article import Article, Passage
from ingest.errors import LibraryError, WriteError

SCHEMA = "1"
_TABLES = """
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
_ARTICLE = "id, text, title, publisher, author, date, url, language, tags, source, hash, headings"
Vectors = Callable[[Sequence[str]], Mapping[str, bytes]]  # passage ids → the vectors there are, as bytes
_CHUNK = 500  # SQLite's oldest limit on parameters is 999


class Database:
    """One SQLite file. Reading is safe from any thread; writing is serialised by the library's lock."""

    def __init__(self, path: Path) -> None:
        self._path, self._folder = path, path.parent
        try:
            self._writer = self._connect(path)
            # A commit must be on disk before an index forgets what it replaced, and what is deleted must not linger.
            self._writer.execute("PRAGMA synchronous = FULL")
            self._writer.execute("PRAGMA secure_delete = ON")
            self._writer.executescript(_TABLES)
            self._reader = self._connect(path)
        except sqlite3.Error as error:
            raise LibraryError(
                f"The library at {path.parent} can't be opened ({error}); check the folder's permissions and the "
                "disk's free space, bring a back-up back with `changji restore FILE`, or name another with --library."
            ) from error
        self._lock = threading.Lock()

    @staticmethod
    def _connect(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _all(self, sql: str, parameters: Sequence[str] = ()) -> list[tuple]:
        with self._lock:
            return self._reader.execute(sql, parameters).fetchall()

    def close(self) -> None:
        """Close both connections."""
        self._reader.close()
        self._writer.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: commits at the end of the block, rolls back on any exception.

        A LibraryError where the disk is full or refuses to be written.
        """
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            yield self._writer
            self._writer.execute("COMMIT")
        except BaseException as error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError):
                raise WriteError(self._folder, error) from error
            raise

    def shred(self) -> None:
        """Leave nothing of what was deleted in the file or its log."""
        with contextlib.suppress(sqlite3.OperationalError):  # a reader is in the way: the next one to close does it
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def back_up(self, path: Path, vectors: Vectors) -> None:
        """Copy the database at one moment, while others may read and write it, and with it the passages' vectors."""
        try:
            self._back_up(path, vectors)
        except sqlite3.Error as error:
            reason = f"The back-up can't be written to {path} ({error}); check the disk's free space."
            raise LibraryError(reason) from error

    def _back_up(self, path: Path, vectors: Vectors) -> None:
        with (
            contextlib.closing(self._connect(self._path)) as original,
            contextlib.closing(sqlite3.connect(path, isolation_level=None)) as copy,
        ):
            original.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # so that the copy is one file, which need not be written to
            copy.execute("CREATE TABLE vector (id TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")
            ids = [id for (id,) in copy.execute("SELECT id FROM passage ORDER BY id")]
            copy.execute("BEGIN")
            for start in range(0, len(ids), _CHUNK):
                found = vectors(ids[start : start + _CHUNK])
                copy.executemany("INSERT INTO vector VALUES (?, ?)", found.items())
            copy.execute("COMMIT")

    def take_over(self, backup: Path) -> None:
        """Hold what a back-up holds, and nothing else; marked as being written, for the indexes don't follow yet."""
        self._writer.execute("ATTACH DATABASE ? AS backup", [str(backup)])
        try:
            with self.transaction() as connection:
                version = int(self.version() or 0)
                connection.execute("DELETE FROM article")
                for table in ("article", "passage"):
                    columns = ", ".join(f'"{row[1]}"' for row in connection.execute(f"PRAGMA main.table_info({table})"))
                    connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM backup.{table}")
                connection.execute("DELETE FROM manifest")
                connection.execute("INSERT INTO main.manifest SELECT key, value FROM backup.manifest")
                put_manifest(connection, {"writing": "yes", "version": str(version)})
        finally:
            self._writer.execute("DETACH DATABASE backup")

    def damage(self) -> str:
        """What SQLite finds wrong with the file, or ""."""
        try:
            found = [row[0] for row in self._all("PRAGMA quick_check(3)") if row[0] != "ok"]
            found += [f"a row of {table} without its article" for table, *_ in self._all("PRAGMA foreign_key_check")]
        except sqlite3.DatabaseError as error:
            return str(error)
        return "; ".join(found[:3])

    def manifest(self) -> dict[str, str]:
        """What the library was made with: schema, embedder, splitter, cleaner, and its version counter."""
        return dict(self._all("SELECT key, value FROM manifest"))

    def set(self, values: dict[str, str]) -> None:
        """Set entries of the manifest, which counts as a write."""
        with self.transaction() as connection:
            put_manifest(connection, values)

    def version(self) -> str:
        """Counts the writes, so that a reader notices those of other processes."""
        rows = self._all("SELECT value FROM manifest WHERE key = 'version'")
        return rows[0][0] if rows else ""

    def articles(self) -> list[Article]:
        """All articles with their texts, by date and title."""
        rows = self._all(f"SELECT {_ARTICLE} FROM article ORDER BY date DESC, title, id")
        return [_article(row) for row in rows]

    def article(self, id: str) -> Article | None:
        """One article, or None."""
        rows = self._all(f"SELECT {_ARTICLE} FROM article WHERE id = ?", [id])
        return _article(rows[0]) if rows else None

    def article_ids(self) -> list[str]:
        """Ids of all articles."""
        return [id for (id,) in self._all("SELECT id FROM article ORDER BY id")]

    def passage_count(self) -> int:
        """Number of passages."""
        return self._all("SELECT count(*) FROM passage")[0][0]

    def sources(self, root: str) -> dict[str, tuple[str, str]]:
        """Of the articles ingested from one folder: source file → (article id, hash of its bytes)."""
        return {
            source: (id, hash) for source, id, hash in self._all(
                "SELECT source, id, hash FROM article WHERE root = ?", [root])
        }

    def owner(self, id: str) -> str | None:
        """The source file of an article, or None where there is no such article."""
        rows = self._all("SELECT source FROM article WHERE id = ?", [id])
        return rows[0][0] if rows else None

    def passage_counts(self) -> dict[str, int]:
        """Article id → number of its passages."""
        return dict(self._all("SELECT article, count(*) FROM passage GROUP BY article"))

    def added(self) -> dict[str, str]:
        """Article id → when it was first written, ISO, UTC; articles of before that was noted are left out."""
        return dict(self._all("SELECT article, at FROM added"))

    def passage_ids(self, article: str | None = None) -> set[str]:
        """Ids of all passages, or of one article's."""
        if article is None:
            return {id for (id,) in self._all("SELECT id FROM passage")}
        return {id for (id,) in self._all("SELECT id FROM passage WHERE article = ?", [article])}

    def passages(self, ids: Iterable[str]) -> dict[str, Passage]:
        """The passages with these ids; ids that are unknown are left out."""
        wanted, found = list(ids), {}
        for i in range(0, len(wanted), _CHUNK):
            chunk = wanted[i : i + _CHUNK]
            marks = ", ".join("?" * len(chunk))
            found.update((p.id, p) for p in self._passages(f"passage.id IN ({marks})", chunk))
        return found

    def titled_passages(self) -> Iterator[tuple[Passage, str]]:
        """Every passage with its article's title, article by article."""
        for id, title in self._all("SELECT id, title FROM article ORDER BY id"):
            yield from ((passage, title) for passage in self.passages_of(id))

    def passages_of(self, article: str) -> list[Passage]:
        """One article's passages in their order."""
        return self._passages("passage.article = ?", [article])

    def _passages(self, where: str, parameters: Sequence[str]) -> list[Passage]:
        rows = self._all(
            'SELECT passage.id, article, "start", "end", substr(text, "start" + 1, "end" - "start"), heading '
            f'FROM passage JOIN article ON article.id = article WHERE {where} ORDER BY article, "start"',
            parameters,
        )
        return [Passage(*row) for row in rows]


class Backup(Database):
    """A back-up, which is only read: what `Database.back_up` writes. LibraryError where the file isn't one."""

    def __init__(self, path: Path) -> None:
        self._path, self._folder, self._lock = path, path.parent, threading.Lock()
        try:
            if not is_database(path):
                raise sqlite3.DatabaseError("it is no back-up")
            self._reader = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
            self._reader.execute("PRAGMA trusted_schema = OFF")
            self._all("SELECT id FROM vector LIMIT 1")
        except (sqlite3.Error, OSError) as error:
            raise LibraryError(
                f"The file {path} can't be restored from ({error}); name one that `changji backup FILE` made."
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._reader.close()

    def vectors(self, ids: Sequence[str]) -> dict[str, bytes]:
        """Passage id → its vector's bytes; ids without one are left out."""
        found: dict[str, bytes] = {}
        for start in range(0, len(ids), _CHUNK):
            chunk = list(ids[start : start + _CHUNK])
            found.update(self._all(f"SELECT id, vector FROM vector WHERE id IN ({', '.join('?' * len(chunk))})", chunk))
        return found


def is_database(path: Path) -> bool:
    """Whether a file is one of SQLite's."""
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def put_article(
    connection: sqlite3.Connection, article: Article, passages: Sequence[Passage], root: str | None
) -> None:
    """Write an article and its passages within a transaction, in place of any earlier version.

    `root` is the folder that it was ingested from; None keeps the earlier version's.
    """
    if root is None:
        earlier = connection.execute("SELECT root FROM article WHERE id = ?", [article.id]).fetchone()
        root = earlier[0] if earlier else ""
    connection.execute("DELETE FROM article WHERE id = ?", [article.id])
    connection.execute(
        f"INSERT INTO article ({_ARTICLE}, root) VALUES ({', '.join('?' * 13)})",
        [
            article.id, article.text, article.title, article.publisher, article.author, article.date, article.url,
            article.language, json.dumps(article.tags, ensure_ascii=False), article.source, article.hash,
            json.dumps(article.headings), root,
        ],
    )  # fmt: skip
    connection.execute("INSERT OR IGNORE INTO added VALUES (?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))", [article.id])
    put_passages(connection, passages)


def delete_article(connection: sqlite3.Connection, id: str) -> None:
    """Delete an article, its passages, and that it was ever there."""
    connection.execute("DELETE FROM article WHERE id = ?", [id])
    connection.execute("DELETE FROM added WHERE article = ?", [id])


def put_passages(connection: sqlite3.Connection, passages: Sequence[Passage]) -> None:
    """Write passages whose articles are already there."""
    connection.executemany(
        "INSERT OR REPLACE INTO passage VALUES (?, ?, ?, ?, ?)",
        [(p.id, p.article, p.start, p.end, p.heading) for p in passages],
    )


def put_manifest(connection: sqlite3.Connection, values: dict[str, str]) -> None:
    """Set manifest entries, and count the library's version up so that readers notice."""
    connection.executemany("INSERT OR REPLACE INTO manifest VALUES (?, ?)", values.items())
    connection.execute(
        "INSERT INTO manifest VALUES ('version', '1') "
        "ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)"
    )


def _article(row: tuple) -> Article:
    *head, tags, source, hash, headings = row
    spans = tuple((start, end) for start, end in json.loads(headings))
    return Article(*head, tags=tuple(json.loads(tags)), source=source, hash=hash, headings=spans)
