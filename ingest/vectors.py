"""The vectors index, in embedded Chroma: ids, vectors and the article's id only; text stays in SQLite."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

from ingest.errors import LibraryError, TornError, WriteError
from ingest.turns import Turns

_NUMBERS = cycle(range(1 << 12))
# Chroma's own 100 and 100 take a third longer to build, and find 91 % of the nearest ten, not 95 % (20,000 passages).
GRAPH = {"space": "cosine", "ef_construction": 64, "ef_search": 200}


class VectorsIndex:
    """One Chroma collection for each embedder; cosine similarity."""

    batch = 1000  # vectors written at once, for which others wait; 500 take a tenth more time altogether, 4,000 no less

    def __init__(self, folder: Path, collection: str) -> None:
        self._folder, self._name, self._turns = folder, collection, Turns(folder)
        self._client: Any = None
        self._state = ""
        with self._turn():
            pass

    @contextmanager
    def _turn(self, writing: bool = False) -> Iterator[None]:
        """Have Chroma's files to oneself, as others left them; its errors become the library's."""
        from chromadb.errors import ChromaError

        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._turns.taken():
                if self._turns.torn():
                    raise TornError(
                        "The vectors index in {folder} is incomplete, because a process was ended while it was "
                        "writing; it is made anew as soon as nobody writes to the library.",
                        folder=self._folder,
                    )
                if self._client is None or self._state != self._turns.state():
                    self._open()
                with self._turns.changing() if writing else nullcontext():
                    yield
                if writing:
                    self._state = self._turns.state()
        except (ChromaError, OSError) as error:
            self._state = ""  # so that the next turn begins with what is on disk
            if writing:
                raise WriteError(self._folder.parent, error) from error
            raise LibraryError(
                "The vectors index in {folder} can't be read ({reason}); check the disk's free space and the "
                "folder's permissions, or make the index anew with `changji doctor --repair`.",
                folder=self._folder,
                reason=error,
            ) from error

    def _open(self) -> None:
        """Let go of the files and read them anew."""
        import chromadb
        from chromadb.config import Settings

        self.close()
        with self._turns.changing():  # for what a killed writer only logged is put in its place now
            self._client = chromadb.PersistentClient(_own_name(self._folder), Settings(anonymized_telemetry=False))
            # Without embedding_function=None Chroma would fetch a model of its own.
            self._collection = self._client.get_or_create_collection(
                self._name, embedding_function=None, configuration={"hnsw": GRAPH}
            )
            self._collection.count()
        self._state = self._turns.state()

    @property
    def name(self) -> str:
        """Name of the collection that is searched."""
        return self._name

    def drop_others(self) -> None:
        """Delete every collection of the library but the current one."""
        ours = self.name.rpartition("-")[0]
        with self._turn(writing=True):
            for collection in self._client.list_collections():
                if collection.name != self.name and collection.name.rpartition("-")[0] == ours:
                    self._client.delete_collection(collection.name)

    def write(self, ids: Sequence[str], articles: Sequence[str], vectors: np.ndarray) -> None:
        """Add or replace vectors, shape (n, dimensions); `articles[i]` is the article of passage `ids[i]`."""
        for i in range(0, len(ids), self.batch):
            batch = slice(i, i + self.batch)
            with self._turn(writing=True):
                self._collection.upsert(
                    ids=list(ids[batch]),
                    embeddings=vectors[batch],
                    metadatas=[{"article": article} for article in articles[batch]],
                )

    def remove(self, ids: Iterable[str]) -> None:
        """Remove vectors by passage id; unknown ids are passed over."""
        unwanted = list(ids)
        for i in range(0, len(unwanted), self.batch):
            with self._turn(writing=True):
                self._collection.delete(ids=unwanted[i : i + self.batch])

    def ids(self) -> set[str]:
        """Ids of all passages in the index."""
        with self._turn():
            return set(self._collection.get(include=[])["ids"])

    def get(self, ids: Sequence[str]) -> Mapping[str, np.ndarray]:
        """Passage id → its vector, at most a few thousand at once; unknown ids are left out."""
        with self._turn():
            found = self._collection.get(ids=list(ids), include=["embeddings"])
        return dict(zip(found["ids"], np.asarray(found["embeddings"], np.float32), strict=True))

    def search(self, vector: np.ndarray, limit: int, articles: Sequence[str] | None = None) -> dict[str, float]:
        """Passage id → cosine similarity of the nearest `limit` passages."""
        if not vector.any() or (articles is not None and not articles):
            return {}
        where = {"article": {"$in": list(articles)}} if articles is not None else None
        with self._turn():
            found = self._collection.query(
                query_embeddings=vector[None, :], n_results=limit, where=where, include=["distances"]
            )
        return {id: 1.0 - distance for id, distance in zip(found["ids"][0], found["distances"][0], strict=True)}

    def close(self) -> None:
        """Let go of the files; another client in this process may open the folder afterwards."""
        if self._client is not None:
            self._client.close()
            self._client = None


def collection_name(embedder: str, library: str = "") -> str:
    """Chroma allows 3 to 512 plain characters in a name; embedders are named by paths and the like."""
    digest = hashlib.sha256(embedder.encode()).hexdigest()[:16]
    return "-".join(filter(None, ("passages", library, digest)))


def _own_name(folder: Path) -> str:
    """The folder's path in a spelling of its own: Chroma gives clients with one spelling the same state in memory."""
    return str(folder) + "".join("/." if bit == "1" else "/" for bit in f"{next(_NUMBERS):012b}")
