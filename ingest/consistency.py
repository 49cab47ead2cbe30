"""Do SQLite, words and vectors agree? What is found, and how it is mended: SQLite is the truth, the indexes follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from ingest.article import Passage
from ingest.database import Database
from ingest.embed import Embedder
from ingest.split import embedded_text, passage_id
from ingest.vectors import VectorsIndex
from ingest.words import WordsIndex

Kept = Callable[[Sequence[Passage]], Mapping[str, np.ndarray]]  # passages → the vectors there are, by id

_BATCH = 512  # passages embedded or compared at once
_SAMPLE = 200  # passages embedded anew to check their vectors
_SAME = 0.999  # cosine of two vectors of one text: libraries round differently


@dataclass(frozen=True)
class Differences:
    """Ids of passages that an index lacks, or holds without their being in SQLite."""

    words_missing: set[str]
    words_extra: set[str]
    vectors_missing: set[str]
    vectors_extra: set[str]

    def __bool__(self) -> bool:
        return any((self.words_missing, self.words_extra, self.vectors_missing, self.vectors_extra))


def differences(database: Database, words: WordsIndex, vectors: VectorsIndex) -> Differences:
    """Compare the three parts by the ids of their passages."""
    known, in_words, in_vectors = database.passage_ids(), words.ids(), vectors.ids()
    return Differences(known - in_words, in_words - known, known - in_vectors, in_vectors - known)


def reconcile(
    database: Database,
    words: WordsIndex,
    vectors: VectorsIndex,
    embedder: Callable[[], Embedder] | None,
    kept: Kept = lambda passages: {},
) -> Differences:
    """Make both indexes hold the passages that SQLite holds, and no others; what was found before that.

    Vectors that are missing are those that are `kept` elsewhere, else embedded anew; without an embedder they stay so.
    """  # fmt: skip
    found = differences(database, words, vectors)
    if found.words_missing or found.words_extra:
        words.rewrite(database.titled_passages())
    vectors.remove(found.vectors_extra)
    if embedder is None:
        return found
    missing = ((p, title) for p, title in database.titled_passages() if p.id in found.vectors_missing)
    while found.vectors_missing and (batch := list(islice(missing, _BATCH))):
        passages = [passage for passage, _ in batch]
        vectors.write([p.id for p in passages], [p.article for p in passages], _vectors(batch, embedder, kept))
    return found


def _vectors(batch: list[tuple[Passage, str]], embedder: Callable[[], Embedder], kept: Kept) -> np.ndarray:
    found = kept([passage for passage, _ in batch])
    if len(found) == len(batch):
        return np.stack([found[passage.id] for passage, _ in batch])
    return embedder().embed_passages([embedded_text(title, passage) for passage, title in batch])


def misplaced(database: Database) -> Iterator[Passage]:
    """Passages whose id isn't that of what stands at their offsets, or that reach beyond their article."""
    for article in database.articles():
        for passage in database.passages_of(article.id):
            inside = 0 <= passage.start < passage.end <= len(article.text)
            if not inside or passage.id != passage_id(article, passage.start, passage.text, passage.heading):
                yield passage


def misembedded(database: Database, vectors: VectorsIndex, embedder: Embedder) -> list[str]:
    """Ids, of a sample spread over the library, of passages whose vector isn't that of their text."""
    every = list(database.titled_passages())
    sample = every[:: max(len(every) // _SAMPLE, 1)]
    stored = vectors.get([passage.id for passage, _ in sample]) if sample else {}
    compared = [(passage, title) for passage, title in sample if passage.id in stored]
    if not compared:
        return []
    fresh = embedder.embed_passages([embedded_text(title, passage) for passage, title in compared])
    return [p.id for (p, _), vector in zip(compared, fresh, strict=True) if _cosine(stored[p.id], vector) < _SAME]


def _cosine(one: np.ndarray, other: np.ndarray) -> float:
    if one.shape != other.shape:
        return 0.0
    length = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / length if length else float(not one.any() and not other.any())
