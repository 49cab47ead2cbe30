"""Articles, passages and the manifest, in SQLite: the library's source of truth and its only commit point."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
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
CREATE INDEX IF NOT EXISTS passage_article ON passage (article);
"""
_ARTICLE = "id, text, title, publisher, author, date, url, language, tags, source, hash, headings"
_CHUNK = 500  # SQLite's oldest limit on parameters is 999


class Database:
    """One SQLite file. Reading is safe from any thread; writing is serialised by the library's lock."""

    def __init__(self, path: Path) -> None:
        self._folder = path.parent
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

    def back_up(self, path: Path) -> None:
        """A copy of the database at one moment, while others may read and write it."""
        with contextlib.closing(sqlite3.connect(path)) as copy:
            self._writer.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")

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
    put_passages(connection, passages)


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
