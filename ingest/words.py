"""The words index (BM25), in tantivy. Terms are made by `ingest.text.words`; tantivy only counts them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.article import Passage
from ingest.errors import LibraryError, WriteError
from ingest.text import words

if TYPE_CHECKING:
    import tantivy

Progress = Callable[[int, int], None]  # done, total
Alternatives = Mapping[str, float]  # term → boost; the best of them counts

_WRITER_BYTES = 64_000_000


@lru_cache(maxsize=1)
def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("article", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


class WordsIndex:
    """Passages by their terms: those of the text, and of the article's title and the section's heading."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(_schema(), path=str(folder), reuse=True)
        except (ValueError, OSError) as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> LibraryError:
        return LibraryError(
            "The words index in {folder} can't be read ({reason}); make it anew with `changji doctor --repair`.",
            folder=self._folder,
            reason=str(error)[:200],
        )

    def reload(self) -> None:
        """See what another process has committed."""
        self._index.reload()

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        """One commit, at the end of the block; a WriteError where the disk doesn't take it."""
        try:
            writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
            writer.garbage_collect_files()  # of a killed writer: names are used again, files aren't overwritten
            yield writer
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()
        except (ValueError, OSError) as error:
            raise WriteError(self._folder.parent, error) from error

    def write(
        self, passages: Iterable[tuple[Passage, str]], removed: Iterable[str] = (), articles: Iterable[str] = ()
    ) -> None:
        """Add passages, each with its article's title, and remove others by id or by article, in one commit."""
        with self._writing() as writer:
            for id in articles:
                writer.delete_documents_by_term("article", id)
            for id in removed:
                writer.delete_documents_by_term("id", id)
            for passage, title in passages:
                writer.delete_documents_by_term("id", passage.id)
                writer.add_document(_document(passage, title))

    def rewrite(self, passages: Iterable[tuple[Passage, str]]) -> None:
        """Hold these passages alone, in one commit that leaves nothing of what was removed in any file."""
        with self._writing() as writer:
            writer.delete_all_documents()
            for passage, title in passages:
                writer.add_document(_document(passage, title))

    def deleted(self) -> float:
        """Share of the passages on disk that were removed: their words still stand there, and count as to rarity."""
        segments = json.loads((self._folder / "meta.json").read_text(encoding="utf-8"))["segments"]
        gone = sum(segment["deletes"]["num_deleted_docs"] for segment in segments if segment["deletes"])
        return gone / max(sum(segment["max_doc"] for segment in segments), 1)

    def ids(self) -> set[str]:
        """Ids of all passages in the index."""
        return set(self._found(_all_query(), max(self.count(), 1)))

    def search(
        self, query: Sequence[Alternatives], limit: int, articles: Sequence[str] | None = None
    ) -> dict[str, float]:
        """Passage id → BM25 score of the best `limit` passages; of each term's alternatives the best one counts."""
        import tantivy

        schema = _schema()
        clauses = [(tantivy.Occur.Should, _term_query(alternatives)) for alternatives in query if alternatives]
        if not clauses:
            return {}
        found = tantivy.Query.boolean_query(clauses)
        if articles is not None:
            among = tantivy.Query.const_score_query(
                tantivy.Query.term_set_query(schema, "article", list(articles)), 0.0
            )
            found = tantivy.Query.boolean_query([(tantivy.Occur.Must, found), (tantivy.Occur.Must, among)])
        return self._found(found, limit)

    def _found(self, query: tantivy.Query, limit: int) -> dict[str, float]:
        try:
            searcher = self._index.searcher()
            hits = searcher.search(query, limit=limit, count=False).hits
            return {searcher.doc(address)["id"][0]: score for score, address in hits}
        except ValueError as error:
            raise self._broken(error) from error

    def count(self) -> int:
        """Number of passages in the index."""
        return self._index.searcher().num_docs


def _document(passage: Passage, title: str) -> tantivy.Document:
    import tantivy

    terms = words(f"{title}\n{passage.heading}\n{passage.text}")
    return tantivy.Document(id=passage.id, article=passage.article, terms=" ".join(terms))


def _all_query() -> tantivy.Query:
    import tantivy

    return tantivy.Query.all_query()


def _term_query(alternatives: Alternatives) -> tantivy.Query:
    import tantivy

    queries = []
    for term, boost in alternatives.items():
        query = tantivy.Query.term_query(_schema(), "terms", term, "freq")
        queries.append(query if boost == 1.0 else tantivy.Query.boost_query(query, boost))
    return queries[0] if len(queries) == 1 else tantivy.Query.disjunction_max_query(queries)
