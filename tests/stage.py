"""What the tests of faults share: a library and a folder that has since changed, what a library shows, processes."""

from __future__ import annotations

import multiprocessing
import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings

from ingest.article import Article
from ingest.build import ingest
from ingest.consistency import differences
from ingest.doctor import examine
from ingest.kept import kept_files
from ingest.library import Library
from ingest.text import words
from ingest.vectors import collection_name
from rag.assistant import Assistant

ROUNDS = int(os.environ.get("CHANGJI_TEST_ROUNDS", "30"))
QUESTIONS = (
    "影片的制作成本只有多少？", "可灵2.0的用户有多少？", "首届北辰人工智能影展的评委会主席是谁？",
    "編劇工會有多少會員？", "The writers' strike of 2023 lasted how many days?", "道具师找到了什么？", "谁负责调色？",
)  # fmt: skip
SPAWN = multiprocessing.get_context("forkserver")
SPAWN.set_forkserver_preload(["ingest.build", "ingest.doctor", "chromadb", "tantivy", "tokenizers"])
Shown = dict[str, Any]


@dataclass
class CountingEmbedder:
    """A tiny embedder: counts a text's characters by their code, modulo the number of dimensions."""

    name: str
    dimensions: int = 16
    lot: int = 1000

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """One row for each text."""
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> np.ndarray:
        """A vector of length 1."""
        codes = [ord(character) % self.dimensions for character in text]
        counts = np.bincount(codes, minlength=self.dimensions).astype(np.float32)
        return counts / np.linalg.norm(counts)


def seed() -> int:
    """Another one every time; printed, so that a failure can be repeated."""
    number = int(os.environ.get("CHANGJI_TEST_SEED", random.randrange(10**6)))
    print(f"CHANGJI_TEST_SEED={number} CHANGJI_TEST_ROUNDS={ROUNDS}")
    return number


def write(folder: Path, articles: Mapping[str, Article]) -> None:
    """Articles as Markdown files."""
    folder.mkdir()
    for id, article in articles.items():
        (folder / f"{id}.md").write_text(f"---\ntitle: {article.title}\n---\n{article.text}\n", encoding="utf-8")


def set_stage(folder: Path, articles: Mapping[str, Article], graph_at: int = 1000) -> None:
    """A `library` of the folder `articles`, where one has since changed, one is retitled, one new and one gone.

    Chroma logs vectors, and writes its graph, in place, whenever `graph_at` more have come.
    """
    write(folder / "articles", articles)
    library = Library.create(folder / "library")
    _prepare_vectors(library, graph_at)
    ingest(library, folder / "articles")
    library.close()
    for name, old, new in (("lighthouse", "3.5万元", "4.5万元"), ("kling", "可灵的一年", "快手的可灵用户")):
        path = folder / "articles" / f"{name}.md"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    props = folder / "articles" / "props.md"
    props.write_text("---\ntitle: 道具\n---\n道具师在仓库里找到了钟。钟是1931年造的。\n", "utf-8")
    (folder / "articles" / "festival.md").unlink()


def _prepare_vectors(library: Library, graph_at: int) -> None:
    client = chromadb.PersistentClient(str(library.folder / "vectors"), Settings(anonymized_telemetry=False))
    client.create_collection(
        collection_name(library.manifest["embedder_version"]), embedding_function=None,
        configuration={"hnsw": {"space": "cosine", "sync_threshold": graph_at, "batch_size": min(graph_at, 100)}},
    )  # fmt: skip
    client.close()


def shown(folder: Path, questions: Sequence[str] = QUESTIONS) -> Shown:
    """What a newly opened library holds, and answers to the questions, timings apart; its parts agree."""
    library = Library(folder)
    try:
        assistant = Assistant(library)
        answers = [assistant.ask(question).to_dict() for question in questions]
        articles = {article["id"]: article for article in library.catalogue()}
        for citation in (citation for answer in answers for citation in answer["citations"]):
            text = articles[citation["article"]]["text"]
            assert text[citation["start"] : citation["end"]] == citation["quote"]
        check(library)
        for answer in answers:
            del answer["timings"]
        files = dict(kept_files(folder))
        return {"answers": answers, "articles": articles, "files": files, "embedder": library.manifest["embedder"]}
    finally:
        library.close()


def check(library: Library) -> None:
    """Articles, words and vectors agree, and every article is found by its own words and its own vectors."""
    vectors = library._open_vectors()
    found = differences(library._database, library._words, vectors)
    assert not found, found
    assert not library.misplaced()
    counts, missed = library.passage_counts(), []
    for id in counts:
        passage = library.passages_of(id)[0]
        near = vectors.search(vectors.get([passage.id])[passage.id], 3, [id])
        if near.get(passage.id, 0.0) < 0.99:
            missed.append(id)
        assert library.search_words([{term: 1.0} for term in words(passage.text)], 1, [id])
    assert len(missed) <= len(counts) // 50, f"not found by their vectors, though the search is approximate: {missed}"


def ingest_into(folder: Path, articles: Path) -> None:
    """Make the library where there is none, and bring it up to date with the folder."""
    library = Library.create(folder)
    ingest(library, articles)
    library.close()


def again(stage: Path, folder: Path) -> Shown:
    """What a library shows once the changed folder has been ingested into it."""
    ingest_into(folder, stage / "articles")
    return shown(folder)


def advice(folder: Path) -> dict[str, str]:
    """What `changji doctor` advises, by the part of the library that isn't sound."""
    return {finding.part: finding.advice for finding in examine(folder) if finding.advice}


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def noise(data: bytes) -> bytes:
    return bytes(range(256)) * (len(data) // 256 + 1)
