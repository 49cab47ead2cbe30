"""Articles, passages and the manifest: the library's source of truth and its only commit point.

What is asked of a database is the same for all, over the connections of `ingest.connection`. `ingest.sqlite` holds what
is SQLite's own, `ingest.postgres` what is PostgreSQL's.
"""

from __future__ import annotations

import builtins
import json
import os
import uuid
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ingest.article import Article, Passage
from ingest.connection import CHUNK, Connected, Connection, Rows, Transaction, streamed
from ingest.kept import ADDED

SCHEMA = "1"
TABLES = {
    "article": ("id", "text", "title", "publisher", "author", "date", "url", "language", "tags", "source", "hash",
                "headings", "root"),
    "passage": ("id", "article", "start", "end", "heading"),
    "added": ("article", "at"),
    "manifest": ("key", "value"),
}  # fmt: skip
_COLUMNS = TABLES["article"][:-1]
_ARTICLE = ", ".join(_COLUMNS)
_PUT_ARTICLE = (
    f"INSERT INTO article ({_ARTICLE}, root) VALUES (:{', :'.join(_COLUMNS)}, COALESCE(:root, '')) "
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS[1:])}, "
    "root = COALESCE(:root, article.root)"
)
Vectors = Callable[[Sequence[str]], Mapping[str, bytes]]  # passage ids → the vectors there are, as bytes


class Database(Connected):
    """What is asked of any database. Reading is safe from any thread; writing is serialised by the library's lock."""

    among: str  # how a column is compared with the parameter :ids

    @staticmethod
    @abstractmethod
    def listed(ids: Sequence[str]) -> Any:
        """Ids as the parameter that `among` compares with."""

    @abstractmethod
    def shred(self) -> None:
        """Leave nothing of what was deleted in the files, as far as that is the library's to do."""

    @abstractmethod
    def back_up(self, path: Path, vectors: Vectors) -> None:
        """Copy the database at one moment, while others may read and write it, and with it the passages' vectors."""

    @abstractmethod
    def damage(self) -> str:
        """What is wrong with the database's own files, or ""."""

    def take_over(self, backup: Database, files: str) -> None:
        """Hold what a back-up holds, and nothing else; marked as being written, for the indexes don't follow yet.

        `files` tells which files belong to it; see `ingest.kept.stage`.
        """
        library = self.identity()
        with self.transaction() as transaction:
            version = int(self.version() or 0)
            for table in ("article", "added", "manifest"):
                transaction.run(f"DELETE FROM {table}")
            for table, names in TABLES.items():
                for rows in backup.rows(table):
                    transaction.run_each(f"INSERT INTO {table} ({_listed(names)}) VALUES (:{', :'.join(names)})", rows)
            told = {"writing": "yes", "version": str(version), "library": library, "files": files}
            put_manifest(transaction, told)
            self.note(transaction, None)

    def rows(self, table: str) -> Iterator[Rows]:
        """All of one table, a few hundred rows at once."""
        with self._telling(), self._connected(writing=False) as connection:
            yield from table_rows(connection, table)

    def identity(self) -> str:
        """The library's own id, which keeps its vectors apart from others' on a server; made when first asked for."""
        if known := self._all("SELECT value FROM manifest WHERE key = 'library'"):
            return known[0][0]
        with self.transaction() as transaction:
            made = uuid.uuid4().hex[:16]
            transaction.run("INSERT INTO manifest VALUES ('library', :id) ON CONFLICT DO NOTHING", id=made)
        return self.identity()

    def note(self, transaction: Transaction, articles: Sequence[str] | None) -> None:
        """Tell those who keep copies which articles change in a transaction, after it counted the version up.

        None stands for all of them. Where nobody keeps copies, nothing is noted.
        """

    def changes(self, since: int) -> list[str] | None:
        """Ids of the articles noted after a version; None where all are to be read anew."""
        return None

    def alone(self) -> AbstractContextManager[None]:
        """Be the only writer as long as it is open; of a database in a file, a lock beside the file sees to that."""
        return nullcontext()

    def check_alone(self) -> None:
        """A ServerError where another writer may have come in meanwhile; a lock on a file allows none."""

    def manifest(self) -> dict[str, str]:
        """What the library was made with: schema, embedder, splitter, cleaner, and its version counter."""
        return dict(self._all("SELECT key, value FROM manifest"))

    def set(self, values: dict[str, str]) -> None:
        """Set entries of the manifest, which counts as a write."""
        with self.transaction() as transaction:
            put_manifest(transaction, values)

    def version(self) -> str:
        """Counts the writes, so that a reader notices those of other processes."""
        rows = self._all("SELECT value FROM manifest WHERE key = 'version'")
        return rows[0][0] if rows else ""

    def articles(self) -> list[Article]:
        """All articles with their texts, by date and title."""
        rows = self._all(f"SELECT {_ARTICLE} FROM article ORDER BY date DESC, title, id")
        return [_article(row) for row in rows]

    def article(self, id: str) -> Article | None:
        """One article, or None; so for an id that isn't text, as bytes on a command line may be."""
        try:
            rows = self._all(f"SELECT {_ARTICLE} FROM article WHERE id = :id", id=id)
        except UnicodeEncodeError:
            return None
        return _article(rows[0]) if rows else None

    def article_ids(self) -> list[str]:
        """Ids of all articles."""
        return [id for (id,) in self._all("SELECT id FROM article ORDER BY id")]

    def passage_count(self) -> int:
        """Number of passages."""
        return self._all("SELECT count(*) FROM passage")[0][0]

    def sources(self, root: str) -> dict[str, tuple[str, str]]:
        """Of the articles ingested from a file, an address or anywhere in a folder: source → (article id, hash).

        Readers' files are no folder's: those of a library that has moved would seem to be gone.
        """
        prefix = root.rstrip(os.sep) + os.sep
        found = self._all(
            "SELECT source, id, hash FROM article WHERE root <> '' AND (source = :root OR "
            "substr(source, 1, :length) = :prefix AND NOT (root = source AND source LIKE :added))",
            root=root, length=len(prefix), prefix=prefix, added=f"%{os.sep}{ADDED}{os.sep}%",
        )  # fmt: skip
        return {source: (id, hash) for source, id, hash in found}

    def owners(self) -> dict[str, str]:
        """Article id → its source file."""
        return dict(self._all("SELECT id, source FROM article"))

    def passage_counts(self) -> dict[str, int]:
        """Article id → number of its passages."""
        return dict(self._all("SELECT article, count(*) FROM passage GROUP BY article"))

    def added(self) -> dict[str, str]:
        """Article id → when it was first written, ISO, UTC; articles of before that was noted are left out."""
        return dict(self._all("SELECT article, at FROM added"))

    def passage_ids(self, articles: Iterable[str] | None = None) -> builtins.set[str]:
        """Ids of all passages, or of some articles'."""
        if articles is None:
            return {id for (id,) in self._all("SELECT id FROM passage")}
        sql = f"SELECT id FROM passage WHERE article {self.among}"
        return {id for ids in self._chunks(articles) for (id,) in self._all(sql, ids=ids)}

    def passages(self, ids: Iterable[str]) -> dict[str, Passage]:
        """The passages with these ids; ids that are unknown are left out."""
        where = f"passage.id {self.among}"
        return {passage.id: passage for listed in self._chunks(ids) for passage in self._passages(where, ids=listed)}

    def _chunks(self, ids: Iterable[str]) -> Iterator[Any]:
        every = list(ids)
        yield from (self.listed(every[at : at + CHUNK]) for at in range(0, len(every), CHUNK))

    def titled_passages(self, articles: Sequence[str] | None = None) -> Iterator[tuple[Passage, str]]:
        """Every passage of some articles, or of all, with its article's title, article by article."""
        for ids in self._chunks(self.article_ids() if articles is None else articles):
            titles = dict(self._all(f"SELECT id, title FROM article WHERE id {self.among}", ids=ids))
            for passage in self._passages(f"article.id {self.among}", ids=ids):
                if passage.article in titles:  # else it came between the two
                    yield passage, titles[passage.article]

    def passages_of(self, article: str) -> list[Passage]:
        """One article's passages in their order."""
        return self._passages("passage.article = :article", article=article)

    def _passages(self, where: str, **parameters: Any) -> list[Passage]:
        rows = self._all(
            'SELECT passage.id, article, "start", "end", substr(text, "start" + 1, "end" - "start"), heading '
            f'FROM passage JOIN article ON article.id = article WHERE {where} ORDER BY article, "start"',
            **parameters,
        )
        return [Passage(*row) for row in rows]


def table_rows(connection: Connection, table: str) -> Iterator[Rows]:
    """All of one table, a few hundred rows at once."""
    sql = f"SELECT {_listed(TABLES[table])} FROM {table}"
    yield from streamed(connection, sql)


def put_articles(
    transaction: Transaction, entries: Sequence[tuple[Article, Sequence[Passage]]], root: str | None
) -> None:
    """Write articles and their passages within a transaction, in place of any earlier versions.

    `root` is the folder that they were ingested from; None keeps the earlier versions'.
    """
    rows = [_row(article, root) for article, _ in entries]
    transaction.run_each("DELETE FROM passage WHERE article = :id", rows)
    transaction.run_each(_PUT_ARTICLE, rows)
    transaction.run_each("INSERT INTO added VALUES (:id, :at) ON CONFLICT DO NOTHING", rows)
    put_passages(transaction, [passage for _, passages in entries for passage in passages])


def _row(article: Article, root: str | None) -> dict[str, Any]:
    """An article's columns, tuples as JSON; and the moment."""
    return {
        **{name: getattr(article, name) for name in _COLUMNS},
        "tags": json.dumps(article.tags, ensure_ascii=False), "headings": json.dumps(article.headings),
        "root": root, "at": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }  # fmt: skip


def delete_article(transaction: Transaction, id: str) -> None:
    """Delete an article, its passages, and that it was ever there."""
    transaction.run("DELETE FROM article WHERE id = :id", id=id)
    transaction.run("DELETE FROM added WHERE article = :id", id=id)


def put_passages(transaction: Transaction, passages: Sequence[Passage]) -> None:
    """Write passages whose articles are already there."""
    transaction.run_each(
        "INSERT INTO passage VALUES (:id, :article, :start, :end, :heading) ON CONFLICT (id) DO UPDATE SET "
        'article = excluded.article, "start" = excluded."start", "end" = excluded."end", heading = excluded.heading',
        [{"id": p.id, "article": p.article, "start": p.start, "end": p.end, "heading": p.heading} for p in passages],
    )


def put_manifest(transaction: Transaction, values: dict[str, str]) -> None:
    """Set manifest entries, and count the library's version up so that readers notice."""
    transaction.run_each(
        "INSERT INTO manifest VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [{"key": key, "value": value} for key, value in values.items()],
    )
    transaction.run(
        "INSERT INTO manifest VALUES ('version', '1') "
        "ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(manifest.value AS INTEGER) + 1 AS TEXT)"
    )


def _listed(names: Sequence[str]) -> str:
    """Names as SQL has them; some are words of its own."""
    return ", ".join(f'"{name}"' for name in names)


def _article(row: Sequence[Any]) -> Article:
    fields = dict(zip(_COLUMNS, row, strict=True))
    fields["tags"] = tuple(json.loads(fields["tags"]))
    fields["headings"] = tuple((start, end) for start, end in json.loads(fields["headings"]))
    return Article(**fields)
