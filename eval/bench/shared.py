"""A library in one folder beside one on servers: ingest, questions, and what another machine does to keep up."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median

from eval.bench.isolated import Clock
from eval.metrics import percentile
from ingest.article import Article
from ingest.build import add_articles, ingest, remove
from ingest.library import Library
from ingest.settings import Place
from ingest.stores import Stores
from rag.retrieve import Retriever

_WARM_UP = 5  # questions
_WRITES = 10  # of another machine


def in_place(place: Place, files: Path, few: Path, questions: Sequence[str]) -> dict[str, float]:
    """Figures of a new library in a place, which is empty before and afterwards. Models are loaded by a few files."""
    with closing(Library.create(place)) as library:
        if library.passage_counts():
            raise ValueError(f"The library at {place} holds articles; name servers for the benchmark alone.")
        try:
            return _measured(library, files, few, questions)
        finally:
            remove(library, list(library.passage_counts()))
            with closing(Stores(place)) as stores:
                stores.discard("vectors")  # or the next round would write over removed ones, which takes longer


def _measured(library: Library, files: Path, few: Path, questions: Sequence[str]) -> dict[str, float]:
    ingest(library, few)
    with Clock() as clock:
        ingest(library, files)
    seconds = {"wall": clock.spent.wall, "cpu": clock.spent.cpu, "passages": float(library.passage_count())}
    latencies = _latencies(library, questions)
    place = replace(library.place, folder=library.folder.with_name("another")) if library.place.database else None
    with Clock() as opening, closing(Library(place or library.place)) as other:
        other.search_words([{"电影": 1.0}], 1)
    with closing(Library(place or library.place)) as other:
        following = _following(library, other)
    return {
        **seconds, "p50_ms": percentile(latencies, 50), "p95_ms": percentile(latencies, 95),
        "open_seconds": opening.spent.wall, "follow_ms": following * 1000,
    }  # fmt: skip


def _latencies(library: Library, questions: Sequence[str]) -> list[float]:
    """Milliseconds of hybrid retrieval, the question's embedding included."""
    retriever, latencies = Retriever(library), []
    for question in questions:
        began = time.perf_counter()
        retriever.retrieve(question)
        latencies.append((time.perf_counter() - began) * 1000)
    return latencies[_WARM_UP:]


def _following(library: Library, other: Library) -> float:
    """Seconds, in the middle, that the first search after another process wrote an article takes; it finds it."""
    took, vector = [], library.embedder.embed_query("电影")
    for number in range(_WRITES):
        add_articles(library, [Article(f"follow{number}", f"第{number}次开机仪式在清晨举行。", "开机")])
        began = time.perf_counter()
        other.search_words([{"开机": 1.0}], 1)
        other.search_vectors(vector, 1)
        took.append(time.perf_counter() - began)
    return median(took)
