"""The vectors index, in embedded Chroma: ids, vectors and the article's id only; text stays in SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import chromadb

_BATCH = 4000


class VectorsIndex:
    """One Chroma collection for each embedder; cosine similarity."""

    def __init__(self, folder: Path, collection: str) -> None:
        import chromadb
        from chromadb.config import Settings

        folder.mkdir(parents=True, exist_ok=True)
        self._client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
        self._collection = self._get(collection)

    def _get(self, name: str) -> chromadb.Collection:
        # Without embedding_function=None Chroma would fetch a model of its own.
        return self._client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    @property
    def name(self) -> str:
        """Name of the collection that is searched."""
        return self._collection.name

    def switch(self, name: str) -> None:
        """Search and write another collection from now on."""
        self._collection = self._get(name)

    def drop_others(self) -> None:
        """Delete every collection but the current one."""
        for collection in self._client.list_collections():
            if collection.name != self.name:
                self._client.delete_collection(collection.name)

    def write(self, ids: Sequence[str], articles: Sequence[str], vectors: np.ndarray) -> None:
        """Add or replace vectors, shape (n, dimensions); `articles[i]` is the article of passage `ids[i]`."""
        for i in range(0, len(ids), _BATCH):
            batch = slice(i, i + _BATCH)
            self._collection.upsert(
                ids=list(ids[batch]),
                embeddings=vectors[batch],
                metadatas=[{"article": article} for article in articles[batch]],
            )

    def remove(self, ids: Iterable[str]) -> None:
        """Remove vectors by passage id; unknown ids are passed over."""
        unwanted = list(ids)
        for i in range(0, len(unwanted), _BATCH):
            self._collection.delete(ids=unwanted[i : i + _BATCH])

    def ids(self) -> set[str]:
        """Ids of all passages in the index."""
        return set(self._collection.get(include=[])["ids"])

    def search(self, vector: np.ndarray, limit: int, articles: Sequence[str] | None = None) -> dict[str, float]:
        """Passage id → cosine similarity of the nearest `limit` passages."""
        count = self._collection.count()
        if not count or not vector.any() or (articles is not None and not articles):
            return {}
        where = {"article": {"$in": list(articles)}} if articles is not None else None
        found = self._collection.query(
            query_embeddings=vector[None, :], n_results=min(limit, count), where=where, include=["distances"]
        )
        return {id: 1.0 - distance for id, distance in zip(found["ids"][0], found["distances"][0], strict=True)}

    def close(self) -> None:
        """Let go of the files; another client in this process may open the folder afterwards."""
        self._client.close()
