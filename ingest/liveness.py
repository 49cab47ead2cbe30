"""A connection to PostgreSQL that doesn't wait for a server which has fallen silent.

Neither keepalives nor a statement's time limit help where the server's machine still acknowledges what it is sent while
its processes stand still, or where something between swallows the answers.
"""

from __future__ import annotations

import time
from typing import Any

import psycopg
from psycopg.abc import PQGen

_SILENCE = 5  # seconds without a byte, after which the server is asked for a sign of life


class SilentError(psycopg.OperationalError):
    """The server answers neither on this connection nor on a new one; this one is closed."""


class LiveConnection(psycopg.Connection[Any]):
    """Waits on for as long as the server lets others connect: what it computes may take its time."""

    def wait(self, gen: PQGen[Any], *arguments: Any, **options: Any) -> Any:
        """Have psycopg carry an operation out; a SilentError where the server has stopped answering."""
        return super().wait(self._listening(gen), *arguments, **options)

    def _listening(self, operation: PQGen[Any]) -> PQGen[Any]:
        """The operation itself; psycopg says every 0.1 s whether there is anything to read or to write, or nothing."""
        heard = time.monotonic()
        ready: Any = None  # as a generator begins
        try:
            while True:
                ready = yield operation.send(ready)
                if ready:
                    heard = time.monotonic()
                elif time.monotonic() - heard > _SILENCE:
                    self._check()
                    heard = time.monotonic()
        except StopIteration as end:
            return end.value

    def _check(self) -> None:
        """Connect once more, in as many seconds as this connection had."""
        try:
            psycopg.connect(self.info.dsn, password=self.info.password).close()
        except psycopg.OperationalError as error:
            self.close()
            raise SilentError(f"no answer for {_SILENCE} s, nor from a new connection: {error}") from error
