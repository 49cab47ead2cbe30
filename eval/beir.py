"""Retrieval on any data set in BEIR's format, by the same splitting, embedding, writing and retrieving as articles.

A folder holds corpus.jsonl, queries.jsonl and qrels/test.tsv, each plain or packed with gzip (then named ….gz).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, get_args

from eval.cases import json_lines, read_lines
from eval.metrics import Grades, estimate, hit, ndcg, percentile, recall, reciprocal_rank
from eval.progress import bar
from eval.scratch import scratch_library
from ingest.article import Article
from ingest.build import add_articles
from ingest.embed import Reranker
from ingest.errors import CasesError
from ingest.library import Library
from rag.query import Query
from rag.retrieve import Hit, Mode, Retriever

_DEPTH = 100  # passages retrieved for a query, documents ranked
_DEEPER = (400, 1600, 6400)  # passages looked through in turn where those hold too few documents
_METRICS = {
    "hit@1": (hit, 1),
    "hit@10": (hit, 10),
    "recall@1": (recall, 1),
    "recall@10": (recall, 10),
    "recall@100": (recall, 100),
    "mrr@10": (reciprocal_rank, 10),
    "ndcg@10": (ndcg, 10),
}


@dataclass(frozen=True)
class Task:
    """A data set, its documents known by numbers, so that their ids may have any shape."""

    articles: list[Article]
    queries: list[str]
    own: list[str]  # of each query the document that is the query itself, "" where there is none
    grades: list[Grades]  # one a query
    skipped: int  # judged queries without a relevant document


def evaluate_beir(
    folder: Path,
    distractors: Path | None = None,
    retriever: Mode = "hybrid",
    limit: int | None = None,
    limit_distractors: int | None = None,
    embedder: str | None = None,
    reranker: str | None = None,
    progress: bool = True,
) -> dict[str, Any]:
    """Metrics of a retriever over the test queries of a folder, at most `limit` of them.

    `distractors`, JSON Lines of texts, join the corpus without being relevant to anything. A document's score is that
    of its best passage; as BEIR does, a document with the query's own id isn't ranked. `reranker` reorders what the
    hybrid retriever finds. "errors" are the metrics' standard errors, "query_ms" is a whole retrieval's latency.
    """
    if retriever not in get_args(Mode):
        raise CasesError(f"There is no retriever {retriever!r}; choose one of {', '.join(get_args(Mode))}.")
    task = load_task(folder, distractors, limit, limit_distractors)
    model = Reranker(reranker) if reranker else None
    with scratch_library(embedder) as library:
        started = time.perf_counter()
        with bar("Ingesting", progress) as advance:
            add_articles(library, task.articles, lambda done, _: advance(done, len(task.articles)))
        seconds = time.perf_counter() - started
        rankings, latencies = _rank(Retriever(library, model), task, retriever, progress)
        passages, name = library.passage_count(), library.embedder.name
    return {
        "queries": len(task.queries),
        "corpus": len(task.articles),
        **_score(rankings, task.grades),
        "skipped": task.skipped,
        "passages": passages,
        "retriever": retriever,
        "embedder": name,
        **({"reranker": reranker} if reranker else {}),
        "ingest_seconds": round(seconds, 2),
        "query_ms": {"p50": round(percentile(latencies, 50), 2), "p95": round(percentile(latencies, 95), 2)},
    }


def _rank(retriever: Retriever, task: Task, mode: Mode, progress: bool) -> tuple[list[list[str]], list[float]]:
    """For each query its documents, best first, and the milliseconds it took; the first is asked twice, to warm up."""
    rankings, latencies = [], []
    retriever.retrieve(task.queries[0], _DEPTH, mode=mode)
    with bar("Retrieving", progress) as advance:
        for query, own in zip(task.queries, task.own, strict=True):
            started = time.perf_counter()
            understood = retriever.understood(query)
            hits = retriever.retrieve(understood, _DEPTH, mode=mode)
            latencies.append((time.perf_counter() - started) * 1000)
            rankings.append(_documents(retriever.library, understood, own, mode, hits))
            advance(len(rankings), len(task.queries))
    return rankings, latencies


def _documents(library: Library, query: Query, own: str, mode: Mode, hits: Sequence[Hit]) -> list[str]:
    """The documents of the hits, then, where a few long ones fill them, of those further down."""
    # Hits come best first, so that a document stands where its best passage does.
    found = dict.fromkeys(hit.passage.article for hit in hits)
    depth = _DEPTH
    for deeper in _DEEPER:
        if len(found.keys() - {own}) >= _DEPTH or len(hits) < depth:
            break
        depth, hits = deeper, Retriever(library, depth=deeper).retrieve(query, deeper, mode=mode)
        found |= dict.fromkeys(hit.passage.article for hit in hits)
    return [article for article in found if article != own]


def _score(rankings: Sequence[Sequence[str]], grades: Sequence[Grades]) -> dict[str, dict[str, float | None]]:
    estimates = {
        name: estimate([metric(ranked, graded, k) for ranked, graded in zip(rankings, grades, strict=True)])
        for name, (metric, k) in _METRICS.items()
    }
    return {
        "metrics": {name: round(found.mean, 5) for name, found in estimates.items()},
        "errors": {name: found.error and round(found.error, 5) for name, found in estimates.items()},
    }


def load_task(folder: Path, distractors: Path | None, limit: int | None, limit_distractors: int | None) -> Task:
    """A BEIR folder's documents and test queries, at most `limit` of them, with distractors in the corpus."""
    qrels, queries, corpus = _qrels(folder), _queries(folder), _corpus(folder)
    asked = [id for id in queries if any(grade > 0 for grade in qrels.get(id, {}).values())]
    if not asked:
        raise CasesError(f"No query in {folder} has a relevant document in qrels/test.tsv; check that their ids agree.")
    if not any(doc in corpus for id in asked for doc, grade in qrels[id].items() if grade > 0):
        raise CasesError(f"No relevant document of {folder} is in its corpus.jsonl; check that their ids agree.")
    noise = islice(_distractors(distractors), limit_distractors) if distractors else ()
    named = {id: str(number) for number, id in enumerate(corpus)}
    return Task(
        articles=[
            *(Article(named[id], text, title) for id, (title, text) in corpus.items()),
            *(Article(f"distractor {number}", text, title) for number, (title, text) in enumerate(noise)),
        ],
        queries=[queries[id] for id in asked[:limit]],
        # A relevant document that the corpus lacks stays relevant; not finding it lowers recall.
        grades=[{named.get(doc, f"absent {doc}"): grade for doc, grade in qrels[id].items()} for id in asked[:limit]],
        # In some sets the queries are documents of the corpus. One that is judged relevant only happens to be so called.
        own=["" if qrels[id].get(id, 0) > 0 else named.get(id, "") for id in asked[:limit]],
        skipped=len(queries.keys() & qrels.keys()) - len(asked),
    )


def _corpus(folder: Path) -> dict[str, tuple[str, str]]:
    """Document → title and text; of an id given twice the last counts, as in BEIR's own loader."""
    path = _file(folder, "corpus.jsonl")
    return {_id(record, path, line): _title_and_text(record, path, line) for line, record in json_lines(path)}


def _queries(folder: Path) -> dict[str, str]:
    path = _file(folder, "queries.jsonl")
    return {_id(record, path, line): _title_and_text(record, path, line)[1] for line, record in json_lines(path)}


def _qrels(folder: Path) -> dict[str, dict[str, int]]:
    """Query → document → grade. A first line whose grade is no number is the header."""
    path = _file(folder, "qrels/test.tsv")
    qrels: dict[str, dict[str, int]] = {}
    for number, line in read_lines(path):
        fields = line.split("\t")
        try:
            query, document, grade = fields[0], fields[1], int(float(fields[2]))
        except (IndexError, ValueError, OverflowError) as error:
            if number == 1:
                continue
            raise CasesError(
                f"Line {number} of {path} is no judgement; it must hold a query's id, a document's id and a grade, "
                "parted by tabs."
            ) from error
        qrels.setdefault(query, {})[document] = grade
    return qrels


def _distractors(path: Path) -> Iterator[tuple[str, str]]:
    """Title and text of each record: {"text"}, {"title", "text"}, or {"first", "rest"} for a text cut in two."""
    for line, record in json_lines(path):
        yield _title_and_text(record, path, line)


def _title_and_text(record: dict[str, Any], path: Path, line: int) -> tuple[str, str]:
    text = record["first"] + record["rest"] if {"first", "rest"} <= record.keys() else record.get("text")
    if not isinstance(text, str):
        raise CasesError(f'Line {line} of {path} lacks a "text"; write objects with "_id" and "text".')
    return str(record.get("title") or ""), text


def _id(record: dict[str, Any], path: Path, line: int) -> str:
    if "_id" not in record:
        raise CasesError(f'Line {line} of {path} lacks an "_id"; write objects with "_id" and "text".')
    return str(record["_id"])


def _file(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise CasesError(
        f"{folder} has no {name} (or {name}.gz); a folder in BEIR's format holds corpus.jsonl, queries.jsonl and "
        "qrels/test.tsv."
    )
