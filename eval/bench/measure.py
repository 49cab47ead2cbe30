"""What is measured, each function in a process of its own (`eval.bench.isolated`)."""

from __future__ import annotations

import os
import platform
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import distributions
from itertools import islice
from pathlib import Path
from typing import Any

from eval.bench.isolated import Clock, disk_bytes, memory_mb
from eval.bench.systems import SYSTEMS
from eval.bench.texts import articles, windows
from eval.metrics import hit, percentile

_DEPTH = 10  # passages retrieved for a question
_ARTICLES_PER_PASSAGE = 0.4  # of the news, about
_LOT = 4000  # articles added at once
_WARM_UP = 5  # questions
_VERSIONS = {
    "chromadb", "tantivy", "numpy", "llama-index-core", "langchain-community", "langchain-chroma", "txtai", "gradio"
}  # fmt: skip


def embedding(news: Path, count: int) -> dict[str, float]:
    """Loading the bundled embedder, and embedding `count` passages of 450 characters."""
    from ingest.embed import bundled

    with Clock() as loading:
        bundled()
    texts = windows(news, count)
    bundled().embed_passages(texts[:500])  # dictionaries load at first use
    with Clock() as clock:
        bundled().embed_passages(texts)
    return {
        "load_seconds": loading.spent.cpu,
        "passages_per_second": count / clock.spent.cpu,
        "passages_per_second_wall": count / clock.spent.wall,
    }


def ingest(name: str, files: Path, few: Path, scratch: Path) -> dict[str, float]:
    """One system's whole ingest of a folder. Models and libraries are loaded by a small one before."""
    system = SYSTEMS[name]
    for index in (scratch / "few", scratch / "all"):
        index.mkdir()
    system.ingest(few, scratch / "few")
    with Clock() as clock:
        passages = system.ingest(files, scratch / "all")
    return {
        "wall": clock.spent.wall,
        "cpu": clock.spent.cpu,
        "passages": passages,
        "disk_bytes": disk_bytes(scratch / "all"),
        "peak_mb": memory_mb()[1],
    }


def quality(
    name: str, texts: Mapping[str, str], asked: Sequence[tuple[str, set[str]]], index: Path
) -> dict[str, float]:
    """R@1, R@10 and latency of one system over questions with the ids of their documents; the index is made first."""
    index.mkdir()
    SYSTEMS[name].add(texts, index)
    search, latencies, ranks = SYSTEMS[name].open(index), [], []
    search(asked[0][0], _DEPTH)
    for question, _ in asked:
        began = time.perf_counter()
        ranks.append(list(dict.fromkeys(search(question, _DEPTH))))
        latencies.append((time.perf_counter() - began) * 1000)
    pairs = [(ranked, dict.fromkeys(right, 1)) for ranked, (_, right) in zip(ranks, asked, strict=True)]
    return {f"R@{k}": sum(hit(ranked, grades, k) for ranked, grades in pairs) / len(pairs) for k in (1, _DEPTH)} | {
        "p50_ms": percentile(latencies, 50), "p95_ms": percentile(latencies, 95)
    }  # fmt: skip


def grow(news: Path, passages: int, folder: Path) -> dict[str, float]:
    """Make a Changji library of at least so many passages; articles are in memory, so that nothing is cleaned."""
    from ingest.article import Article
    from ingest.build import add_articles
    from ingest.library import Library

    library, source, added = Library.create(folder), articles(news), 0
    with Clock() as clock:
        while (have := library.passage_count()) < passages:
            few = min(_LOT, max(1, int((passages - have) * _ARTICLES_PER_PASSAGE)))
            add_articles(library, [Article(f"{added + at}", text, "") for at, text in enumerate(islice(source, few))])
            added += few
    count, disk = library.passage_count(), disk_bytes(folder)
    library.close()
    return {
        "passages": count, "passages_per_second": count / clock.spent.cpu, "disk_bytes": disk, "peak_mb": memory_mb()[1]
    }  # fmt: skip


def retrieval(folder: Path, questions: Sequence[str]) -> dict[str, float]:
    """Latency of hybrid retrieval, embedding and all, and the memory it takes beyond what loading the code does."""
    from ingest.article import Article
    from ingest.build import add_articles
    from ingest.library import Library
    from rag.retrieve import Retriever

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        small = Library.create(Path(scratch))
        add_articles(small, [Article("0", questions[0], "")])
        for question in questions[:_WARM_UP]:  # loads code, models and tables
            Retriever(small).retrieve(question)
        small.close()
    before, _ = memory_mb()
    retriever = Retriever(Library(folder))
    latencies, busy = [], []
    for question in questions[_WARM_UP:]:
        with Clock() as clock:
            retriever.retrieve(question)
        latencies.append(clock.spent.wall * 1000)
        busy.append(clock.spent.cpu * 1000)
    return {
        "p50_ms": percentile(latencies, 50), "p95_ms": percentile(latencies, 95), "p50_cpu_ms": percentile(busy, 50),
        "memory_mb": memory_mb()[0] - before,
    }  # fmt: skip


def machine() -> dict[str, Any]:
    """What a reader must know to judge the figures; nothing that tells whose machine it is."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = (line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    return {
        "cpu": next(models, platform.machine()),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {found.name: found.version for found in distributions() if found.name in _VERSIONS},
    }
