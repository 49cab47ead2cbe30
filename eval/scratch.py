"""Libraries that are thrown away: for data sets, other people's articles, and articles changed on purpose."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.library import Library
from rag.assistant import Assistant


@contextmanager
def scratch_library(embedder: str | None = None) -> Iterator[Library]:
    """An empty library in a temporary folder, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="changji-eval-", ignore_cleanup_errors=True) as folder:
        library = Library.create(Path(folder), embedder)
        try:
            yield library
        finally:
            library.close()


def over(library: Library, like: Assistant) -> Assistant:
    """An assistant that answers from another library as `like` does from its own."""
    return Assistant(library, like.generator, like.top_k, like.strictness, like.retriever.reranker)
