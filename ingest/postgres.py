"""A library's database on a PostgreSQL server, which any number of processes on any number of machines share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ingest.connection import Connection, Transaction
from ingest.database import TABLES as NAMES
from ingest.database import Database, Vectors, put_manifest, table_rows
from ingest.errors import LibraryError, ServerError
from ingest.settings import DATABASE_VARIABLE, shown
from ingest.sqlite import TABLES, new_backup

# Texts in the order of their code points, as in SQLite; and which articles were written or removed when ('': all).
_TABLES = TABLES.replace("TEXT", 'TEXT COLLATE "C"').replace(" WITHOUT ROWID", "") + """
CREATE TABLE IF NOT EXISTS change (article TEXT COLLATE "C" PRIMARY KEY, version BIGINT NOT NULL);
CREATE INDEX IF NOT EXISTS change_version ON change (version)
"""  # fmt: skip
_KEPT = 10_000  # versions for which it is known what changed
_LOCK = "(hashtext('changji'), hashtext(current_schema()))"
_OPTIONS = {
    "connect_timeout": 7, "tcp_user_timeout": 10_000, "keepalives_idle": 30, "keepalives_interval": 10,
    "keepalives_count": 3, "application_name": "changji",
}  # fmt: skip
_PATIENCE = 8_000  # milliseconds for a lock that somebody else's transaction holds
_LIMIT = "SELECT set_config('lock_timeout', %s, false) WHERE current_setting('lock_timeout') = '0'"
# For a server to find out that the machine which writes has gone, and to let another write.
_KEEP_ALIVE = "SELECT set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_count', '3', false)"


class PostgreSQL(Database):
    """One schema of one database. A LibraryError where there are no tables, unless they are to be made."""

    among = "= ANY(:ids)"

    def __init__(self, address: str, make: bool = False) -> None:
        self._shown, self._password = shown(address), unquote(urlsplit(address).password or "")
        self._held: Connection | None = None  # the connection that holds the writer's lock
        try:
            url = "postgresql+psycopg" + address[address.index(":") :]
            super().__init__(url, creator=self._connect, pool_size=8, max_overflow=32)
        except ModuleNotFoundError as error:
            raise LibraryError(
                "{variable} needs the package psycopg; install it with `pip install 'changji[postgres]'`.",
                variable=DATABASE_VARIABLE,
            ) from error
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        try:
            self._prepare(make)
        except BaseException:
            self.close()
            raise

    def _connect(self) -> Any:
        """As the address says, which may set other limits, as may what the database's user is set to."""
        from ingest.liveness import LiveConnection

        arguments, named = self._engine.dialect.create_connect_args(self._engine.url)
        connection = LiveConnection.connect(*arguments, **{**_OPTIONS, **named}, autocommit=True)
        connection.execute(_LIMIT, [str(_PATIENCE)])
        connection.set_autocommit(False)
        return connection

    def _prepare(self, make: bool) -> None:
        ((tables, encoding),) = self._all("SELECT to_regclass('change'), current_setting('server_encoding')")
        if encoding != "UTF8":
            raise LibraryError(
                "The database {address} keeps text as {encoding}, which can't hold every article; make one with "
                "`createdb --encoding UTF8 --template template0 NAME`.",
                address=self._shown,
                encoding=encoding,
            )
        if not tables and not make:
            raise LibraryError(
                "There is no library at {address}; make one with `changji ingest FOLDER`.", address=self._shown
            )
        if not tables:
            with self.transaction() as transaction:
                transaction.run(f"SELECT pg_advisory_xact_lock{_LOCK}")  # two who make them at once would collide
                for statement in _TABLES.split(";"):
                    transaction.run(statement)

    @staticmethod
    def listed(ids: Sequence[str]) -> list[str]:
        """Ids as an array."""
        return list(ids)

    @contextmanager
    def _connected(self, writing: bool) -> Iterator[Connection]:
        if writing and self._held is not None:
            if self._held.invalidated:  # and with it the lock: it mustn't connect again as if nothing had been
                raise self._lost("the connection was lost")
            yield self._held
        else:
            with (self._engine if writing else self._reading).connect() as connection:
                yield connection

    def _all(self, sql: str, **parameters: Any) -> Sequence[Any]:
        from ingest.liveness import SilentError

        try:
            return super()._all(sql, **parameters)
        except ServerError as error:
            cause = error.__cause__
            if not getattr(cause, "connection_invalidated", False) or isinstance(
                getattr(cause, "orig", None), SilentError
            ):
                raise
            return super()._all(sql, **parameters)  # the server was started anew since this was connected to it

    def _told(self, reason: BaseException, writing: bool) -> LibraryError | None:
        import psycopg

        if isinstance(reason, psycopg.IntegrityError | psycopg.DataError):
            return None
        if isinstance(reason, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
            return ServerError(
                "The database {address} is locked by somebody else's transaction; nothing half-written is used: wait "
                "until it has ended, or end it, then do the same again.",
                address=self._shown,
            )
        if isinstance(reason, psycopg.OperationalError | psycopg.InterfaceError):
            return self._lost(reason)
        return LibraryError(
            "The database {address} can't be used ({reason}); check what its user may do.",
            address=self._shown,
            reason=self._said(reason),
        )

    def _lost(self, reason: object) -> ServerError:
        return ServerError(
            "The database {address} can't be reached ({reason}); nothing half-written is used: start it or check "
            "{variable}, then do the same again.",
            address=self._shown,
            reason=self._said(reason),
            variable=DATABASE_VARIABLE,
        )

    def _said(self, reason: object) -> str:
        said = (str(reason).strip().splitlines() or [type(reason).__name__])[0][:200]
        return said.replace(self._password, "…") if self._password else said

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only writer on any machine; a LibraryError at once where there is another.

        The server ends the lock with the connection that holds it, and nothing is written by any other.
        """
        self._all("SELECT 1")  # so that a connection from before the server was started anew is found out
        with self._telling(writing=True), self._engine.connect() as connection:
            with connection.begin():
                begun = Transaction(connection)
                ((locked,),) = begun.run(f"SELECT pg_try_advisory_lock{_LOCK}")
                begun.run(_KEEP_ALIVE)
            if not locked:
                raise LibraryError(
                    "Another process is writing to the library at {folder}; try again when it has finished.",
                    folder=self._shown,
                )
            self._held = connection
            try:
                yield
            finally:
                with suppress(LibraryError), self.transaction() as transaction:
                    transaction.run(f"SELECT pg_advisory_unlock{_LOCK}")
                self._held = None

    def check_alone(self) -> None:
        """A ServerError where the lock was lost together with the connection."""
        with self.transaction() as transaction:
            transaction.run("SELECT 1")

    def note(self, transaction: Transaction, articles: Sequence[str] | None) -> None:
        """Note which articles a transaction writes or removes, after it counted the version up, for `changes`."""
        ((version,),) = transaction.run("SELECT CAST(value AS BIGINT) FROM manifest WHERE key = 'version'")
        kept = version - _KEPT if articles is not None else version
        transaction.run("DELETE FROM change WHERE version < :kept", kept=kept)
        transaction.run_each(
            "INSERT INTO change VALUES (:id, :version) ON CONFLICT (article) DO UPDATE SET version = excluded.version",
            [{"id": id, "version": version} for id in (articles if articles is not None else [""])],
        )

    def changes(self, since: int) -> list[str] | None:
        """Ids of articles that were written or removed after a version; None where all are to be read anew."""
        version = int(self.version())
        if not version - _KEPT <= since <= version:  # later: the database itself was brought back from before
            return None
        changed = [id for (id,) in self._all("SELECT article FROM change WHERE version > :since", since=since)]
        return None if "" in changed else changed

    def shred(self) -> None:
        """Have every machine make its copy anew; the server's own files are its own to clear."""
        with self.transaction() as transaction:
            put_manifest(transaction, {})
            self.note(transaction, None)

    def back_up(self, path: Path, vectors: Vectors) -> None:
        """Copy the database at one moment, while others may read and write it, and with it the passages' vectors."""
        with new_backup(path, vectors) as copy, self._telling(), self._engine.connect() as connection:
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
            copy.executescript(TABLES)
            copy.execute("BEGIN")
            for table, names in NAMES.items():
                marks = ", ".join(f":{name}" for name in names)
                listed = ", ".join(f'"{name}"' for name in names)
                for some in table_rows(connection, table):
                    copy.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", some)
            copy.execute("COMMIT")

    def damage(self) -> str:
        """Nothing that can be told from here: the server looks after its files."""
        return ""
