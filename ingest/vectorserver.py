"""The vectors index on a Chroma server, which several machines share; the same client reaches Chroma's cloud."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest.errors import ServerError, TornError
from ingest.settings import CHROMA_VARIABLE, Place, shown
from ingest.vectors import GRAPH, VectorsIndex

if TYPE_CHECKING:
    import numpy as np

_SECONDS = 60  # for one answer, after which the server counts as gone
_SEARCHING = 12  # the same while somebody waits for an answer to a question
_HEARTBEAT = 7  # seconds for a sign of life
_PORTS = {"http": 80, "https": 443}


class ServedVectors(VectorsIndex):
    """One collection for each library and embedder; an address may name tenant and database: http://HOST/TENANT/NAME.

    The server sees to it that many may search and write at once. A ServerError where it can't be reached; after that,
    the next call connects to it anew.
    """

    batch = 500  # a server takes a few dozen MB at once

    def __init__(self, place: Place, collection: str) -> None:
        self._place, self._name = place, collection
        self._client = self._collection = None
        self._seconds = _SECONDS

    @contextmanager
    def _turn(self, writing: bool = False) -> Iterator[None]:
        """Be connected. What writes makes the collection where there is none, what reads gets a TornError."""
        from chromadb.errors import NotFoundError

        try:
            if self._client is None:
                self._connect()
            self._client._server._session.timeout = self._seconds
            if self._collection is None:
                self._collection = self._made() if writing else self._client.get_collection(self.name, None)
            yield
        except NotFoundError as error:
            self._collection = None
            raise TornError(
                "The vectors on {address} are gone; they are made anew as soon as nobody writes to the library.",
                address=shown(self._place.chroma),
            ) from error
        except Exception as error:  # Chroma's own, httpx's, or a plain one where something before the server answers
            self.close()
            raise ServerError(
                "The Chroma server {address} can't be reached ({reason}); nothing half-written is used: start it or "
                "check {variable}, then do the same again.",
                address=shown(self._place.chroma),
                reason=self._said(error),
                variable=CHROMA_VARIABLE,
            ) from error

    def _connect(self) -> None:
        import chromadb
        import httpx
        from chromadb.config import Settings

        address, token = urlsplit(self._place.chroma), self._place.token
        tenant, _, database = address.path.strip("/").partition("/")
        host, secure = address.hostname or "", address.scheme == "https"
        port = address.port or _PORTS[address.scheme]
        headers = {"X-Chroma-Token": token, "Authorization": f"Bearer {token}"} if token else {}
        # First of all, for Chroma's own client waits for ever.
        alive = f"{address.scheme}://{host}:{port}/api/v2/heartbeat"
        httpx.get(alive, headers=headers, timeout=_HEARTBEAT).raise_for_status()
        self._client = chromadb.HttpClient(
            host, port, secure, headers, Settings(anonymized_telemetry=False),
            **({"tenant": tenant, "database": database} if database else {}),
        )  # fmt: skip
        self._let_go()

    def _let_go(self) -> None:
        """Have the client alone keep what it holds: Chroma enters it under a second name and never strikes that out."""
        known, own, first = self._client._identifier_to_system, self._client._system, self._client._identifier
        for name in [name for name, held in [*known.items()] if held is own and name != first]:
            del known[name]

    def _made(self) -> Any:
        return self._client.get_or_create_collection(self.name, embedding_function=None, configuration={"hnsw": GRAPH})

    def _said(self, error: Exception) -> str:
        said = str(error)[:200] or type(error).__name__
        return said.replace(self._place.token, "…") if self._place.token else said

    def ids(self) -> set[str]:
        """Ids of all passages in the index; none where there is no collection yet."""
        try:
            return super().ids()
        except TornError:
            return set()

    def search(self, vector: np.ndarray, limit: int, articles: Sequence[str] | None = None) -> dict[str, float]:
        """Passage id → cosine similarity of the nearest `limit` passages; not waited for as long as the rest."""
        self._seconds = _SEARCHING
        try:
            return super().search(vector, limit, articles)
        finally:
            self._seconds = _SECONDS

    def discard(self) -> None:
        """Delete the collection."""
        with self._turn(writing=True):
            self._client.delete_collection(self.name)
            self._collection = None

    def close(self) -> None:
        """Let go of the connection, which Chroma's client leaves open when it is closed."""
        self._collection = None
        if self._client is not None:
            self._client._server._session.close()
        super().close()
