"""The vectors index on a Chroma server, which several machines share; the same client reaches Chroma's cloud."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ingest.errors import ServerError, TornError
from ingest.settings import CHROMA_VARIABLE, Place, shown
from ingest.vectors import GRAPH, VectorsIndex

if TYPE_CHECKING:
    import numpy as np

_SECONDS = 60  # for one answer, after which the server counts as gone
_SEARCHING = 12  # the same while somebody waits for an answer to a question
_CONNECTING = 7  # the same for each answer on the way to being connected


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
                from ingest.chromaclient import ServerClient

                self._client = ServerClient(self._place, _CONNECTING)
            self._client.wait_at_most(self._seconds)
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
        """Let go of the connection."""
        self._collection = None
        super().close()
