"""The vectors index, in embedded Chroma: ids, vectors and the article's id only; text stays in SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from ingest.errors import LibraryError, WriteError

_BATCH = 4000


class VectorsIndex:
    """One Chroma collection for each embedder; cosine similarity."""

    def __init__(self, folder: Path, collection: str) -> None:
        import chromadb
        from chromadb.api.shared_system_client import SharedSystemClient
        from chromadb.config import Settings

        self._folder = folder
        with self._working():
            folder.mkdir(parents=True, exist_ok=True)
            try:
                self._client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
            except Exception:
                SharedSystemClient.clear_system_cache()  # else the next try gets what failed, even in a mended folder
                raise
            # Without embedding_function=None Chroma would fetch a model of its own.
            self._collection = self._client.get_or_create_collection(
                collection, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )

    @contextmanager
    def _working(self, writing: bool = False) -> Iterator[None]:
        """Chroma's errors become the library's."""
        from chromadb.errors import ChromaError

        try:
            yield
        except (ChromaError, OSError) as error:
            if writing:
                raise WriteError(self._folder.parent, error) from error
            raise LibraryError(
                f"The vectors index in {self._folder} can't be read ({error}); check the disk's free space and the "
                "folder's permissions, or make the index anew with `changji doctor --repair`."
            ) from error

    @property
    def name(self) -> str:
        """Name of the collection that is searched."""
        return self._collection.name

    def drop_others(self) -> None:
        """Delete every collection but the current one."""
        for collection in self._client.list_collections():
            if collection.name != self.name:
                self._client.delete_collection(collection.name)

    def write(self, ids: Sequence[str], articles: Sequence[str], vectors: np.ndarray) -> None:
        """Add or replace vectors, shape (n, dimensions); `articles[i]` is the article of passage `ids[i]`."""
        for i in range(0, len(ids), _BATCH):
            batch = slice(i, i + _BATCH)
            with self._working(writing=True):
                self._collection.upsert(
                    ids=list(ids[batch]),
                    embeddings=vectors[batch],
                    metadatas=[{"article": article} for article in articles[batch]],
                )

    def remove(self, ids: Iterable[str]) -> None:
        """Remove vectors by passage id; unknown ids are passed over."""
        unwanted = list(ids)
        for i in range(0, len(unwanted), _BATCH):
            with self._working(writing=True):
                self._collection.delete(ids=unwanted[i : i + _BATCH])

    def ids(self) -> set[str]:
        """Ids of all passages in the index."""
        with self._working():
            return set(self._collection.get(include=[])["ids"])

    def get(self, ids: Sequence[str]) -> Mapping[str, np.ndarray]:
        """Passage id → its vector, at most a few thousand at once; unknown ids are left out."""
        with self._working():
            found = self._collection.get(ids=list(ids), include=["embeddings"])
        return dict(zip(found["ids"], np.asarray(found["embeddings"], np.float32), strict=True))

    def search(self, vector: np.ndarray, limit: int, articles: Sequence[str] | None = None) -> dict[str, float]:
        """Passage id → cosine similarity of the nearest `limit` passages."""
        with self._working():
            if not vector.any() or (articles is not None and not articles):
                return {}
            where = {"article": {"$in": list(articles)}} if articles is not None else None
            found = self._collection.query(
                query_embeddings=vector[None, :], n_results=limit, where=where, include=["distances"]
            )
        return {id: 1.0 - distance for id, distance in zip(found["ids"][0], found["distances"][0], strict=True)}

    def close(self) -> None:
        """Let go of the files; another client in this process may open the folder afterwards."""
        self._client.close()
