"""Connections to a database and transactions on them: the one place that knows SQLAlchemy.

It binds parameters, keeps connections and tells errors apart.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any

import sqlalchemy
from sqlalchemy.exc import DBAPIError

from ingest.errors import LibraryError

CHUNK = 500  # rows looked up or copied at once
# Of connections without a pool each is one of its own; SQLAlchemy's pool for SQLite gives a thread the same one twice.
EACH_ITS_OWN: dict[str, Any] = {"poolclass": sqlalchemy.NullPool}
Connection = sqlalchemy.Connection
Rows = Sequence[Mapping[str, Any]]


@lru_cache(maxsize=200)
def _statement(sql: str) -> sqlalchemy.TextClause:
    """A statement whose parameters are named `:like_this`."""
    return sqlalchemy.text(sql)


class Transaction:
    """A connection in the midst of a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def run(self, sql: str, **parameters: Any) -> Sequence[Any]:
        """Execute one statement; its rows, where it gives any."""
        result = self._connection.execute(_statement(sql), parameters)
        return result.all() if result.returns_rows else []

    def run_each(self, sql: str, rows: Rows) -> None:
        """Execute one statement with the parameters of each row."""
        if rows:
            self._connection.execute(_statement(sql), rows)


def streamed(connection: Connection, sql: str) -> Iterator[Rows]:
    """The rows that a statement gives, a few hundred at once."""
    found = connection.execution_options(yield_per=CHUNK).execute(_statement(sql))
    yield from ([dict(row) for row in rows] for rows in found.mappings().partitions())


class Connected(ABC):
    """What has connections to read and to write with, and says what their errors mean."""

    _begin = ""  # how a transaction that writes begins, where SQLAlchemy doesn't say so

    def __init__(self, url: str, **options: Any) -> None:
        self._engine = sqlalchemy.create_engine(url, **options)

    @abstractmethod
    def _connected(self, writing: bool) -> AbstractContextManager[Connection]:
        """A connection to read or to write with."""

    @abstractmethod
    def _told(self, reason: BaseException, writing: bool) -> LibraryError | None:
        """What to tell users of the driver's error, if that is what it is about."""

    @contextmanager
    def _telling(self, writing: bool = False) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            told = self._told(error.orig or error, writing)
            if told is None:
                raise
            raise told from error

    def _all(self, sql: str, **parameters: Any) -> Sequence[Any]:
        with self._telling(), self._connected(writing=False) as connection:
            return Transaction(connection).run(sql, **parameters)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """All or nothing: commits at the end of the block, rolls back on any exception.

        A LibraryError where the database refuses to be written.
        """
        with self._telling(writing=True), self._connected(writing=True) as connection, connection.begin():
            if self._begin:
                connection.exec_driver_sql(self._begin)
            yield Transaction(connection)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
