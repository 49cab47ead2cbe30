"""The library as one thing: articles and passages (SQLite, PostgreSQL), words (tantivy), vectors (Chroma), manifest.

The database is the truth. New passages go into the indexes first, then one transaction makes them count, then what
they replace leaves the indexes. Whatever a crash leaves behind in an index is unknown to the database: searches pass
over it, and whoever opens the library next makes the indexes agree with the database again. Where machines share the
database, each one's words follow it instead.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from ingest.article import Article, Entry, Passage
from ingest.consistency import misplaced, reconcile
from ingest.database import delete_article, put_articles, put_manifest
from ingest.embed import Embedder, load_embedder
from ingest.errors import ChangjiError, LibraryError, QuestionError, TornError
from ingest.manifest import check
from ingest.settings import Place, placed
from ingest.split import BUDGET, SPLITTER, embedded_text
from ingest.stores import Stores, make
from ingest.vectors import VectorsIndex
from ingest.words import Alternatives, Progress

_DELETED = 0.2  # share of removed passages in the words index at which it is rewritten


class Library:
    """Open an existing library, or make one with `create`. Reading is safe from any thread.

    What a crash left is mended first. A library that can only be read is read from a private copy. `outdated` opens one
    that another splitter or embedder made, so as to migrate it.
    """

    def __init__(
        self, place: Path | Place, embedder: str | None = None, outdated: bool = False,
        progress: Progress = lambda done, total: None,
    ) -> None:  # fmt: skip
        """A folder alone, or one with servers; a LibraryError where there is no library, a ServerError: no server.

        `progress` tells how many passages of a copy of the words have been made, where there has to be one.
        """
        self.place = placed(place)
        self._stores = Stores(self.place)
        self._database = self._stores.database
        manifest = self._database.manifest()
        check(manifest, self.place, embedder, outdated)
        self._words = self._stores.words(progress)
        self._version = manifest.get("version", "")
        self._lock = threading.RLock()
        self._vectors: VectorsIndex | None = None
        if self._interrupted():
            self._recover()

    @classmethod
    def create(cls, place: Path | Place, embedder: str | None = None, budget: int = BUDGET) -> Library:
        """Open the library in a place, making it first where there is none."""
        make(placed(place), embedder, budget)
        return cls(place, outdated=True)

    @property
    def folder(self) -> Path:
        """The library's folder on this machine."""
        return self.place.folder

    def needs_embedding(self, embedder: str | None) -> bool:
        """Whether the vectors were made by another embedder, or another version of it, than the one wanted."""
        manifest = self.manifest
        wanted = embedder or manifest["embedder"]
        version = load_embedder(wanted).name  # first of all: one that can't be loaded leaves the library as it is
        return wanted != manifest["embedder"] or version != manifest["embedder_version"]

    def needs_splitting(self) -> bool:
        """Whether another version of Changji cut the passages."""
        return self.manifest["splitter"] != SPLITTER

    # What it holds

    @property
    def manifest(self) -> dict[str, str]:
        """What the library was made with."""
        return self._database.manifest()

    @property
    def budget(self) -> int:
        """Tokens in a passage, at most."""
        return int(self.manifest["budget"])

    @property
    def embedder(self) -> Embedder:
        """The embedder that made the library's vectors; loaded at first use, and kept by `load_embedder`."""
        manifest = self.manifest
        embedder = load_embedder(manifest["embedder"])
        if embedder.name != manifest["embedder_version"]:
            raise LibraryError(
                "The library at {folder} was made with another version of the embedder {embedder}; bring it up to date "
                "with `changji migrate`.",
                folder=self.place,
                embedder=manifest["embedder"],
            )
        return embedder

    def version(self) -> str:
        """Changes with every write."""
        return self._database.version()

    def articles(self) -> list[Article]:
        """All articles, the latest first."""
        return self._database.articles()

    def article(self, id: str) -> Article:
        """One article; an unknown id is a QuestionError that says what there is."""
        article = self._database.article(id)
        if article is None:
            known = ", ".join(sorted(self._database.passage_counts())[:12])
            if not known:
                raise QuestionError("There is no article {id!r} in the library; there are none yet.", id=id)
            raise QuestionError("There is no article {id!r} in the library; there are: {known}.", id=id, known=known)
        return article

    def find_articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Id → article, those that have been removed meanwhile left out."""
        return {article.id: article for id in ids if (article := self._database.article(id))}

    def catalogue(self) -> list[dict[str, Any]]:
        """Every article in plain types, its full text and number of passages: the contract of `changji articles`."""
        counts = self.passage_counts()
        fields = ("id", "title", "publisher", "author", "date", "url", "language", "text")
        return [
            {field: getattr(article, field) for field in fields} | {"passages": counts.get(article.id, 0)}
            for article in self.articles()
        ]

    def passage_counts(self) -> dict[str, int]:
        """Article id → number of its passages."""
        return self._database.passage_counts()

    def added(self) -> dict[str, str]:
        """Article id → when it was first written, ISO, UTC; articles of before that was noted are left out."""
        return self._database.added()

    def passages_of(self, article: str) -> list[Passage]:
        """One article's passages in their order."""
        return self._database.passages_of(article)

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages with these ids, unknown ones left out."""
        return self._database.passages(ids)

    def sources(self, root: str) -> dict[str, tuple[str, str]]:
        """Of the articles ingested from a file, an address or anywhere in a folder: source → (article id, hash)."""
        return self._database.sources(root)

    def misplaced(self) -> set[str]:
        """Articles with a passage that isn't what stands at its offsets, as a damaged disk may leave them."""
        return {passage.article for passage in misplaced(self._database)}

    def owners(self) -> dict[str, str]:
        """Article id → its source file."""
        return self._database.owners()

    # Searching

    def search_words(
        self, query: Sequence[Alternatives], limit: int, articles: Sequence[str] | None = None
    ) -> dict[str, float]:
        """Passage id → BM25 score, at most `limit`."""
        self._refresh()
        return self._words.search(query, limit, articles)

    def search_vectors(self, vector: np.ndarray, limit: int, articles: Sequence[str] | None = None) -> dict[str, float]:
        """Passage id → cosine similarity, at most `limit`."""
        self._refresh()
        with self._lock, suppress(TornError):
            return self._open_vectors().search(vector, limit, articles)
        self._recover(torn=True)
        self._refresh()
        with self._lock:
            return self._open_vectors().search(vector, limit, articles)

    def passage_count(self) -> int:
        """Number of passages in the words index."""
        return self._words.count()

    def _open_vectors(self) -> VectorsIndex:
        if self._vectors is None:
            self._vectors = self._stores.vectors()
        return self._vectors

    def _refresh(self) -> None:
        """See what other processes have written since."""
        version = self._database.version()
        if version == self._version:
            return
        with self._lock:
            self._words.reload()
            if self._vectors is not None:
                self._vectors.close()
                self._vectors = None
            self._version = version

    # Writing

    @contextmanager
    def writing(self, embedded_anew: bool = False) -> Iterator[None]:
        """Be the only writer: held across processes; another writer gets a LibraryError at once.

        `embedded_anew` says that all vectors are about to be made: those that a crash lost, then, aren't made before,
        for their embedder may be lacking.
        """
        if self._stores.read_only:
            raise LibraryError(
                "The library at {folder} can't be written to: its folder is read-only or its disk full; change that, "
                "or name another library with --library.",
                folder=self.folder,
            )
        with self._alone(embedded_anew=embedded_anew):
            yield

    @contextmanager
    def _alone(self, torn: bool = False, embedded_anew: bool = False) -> Iterator[None]:
        with self._stores.alone():
            self._refresh()
            if torn or self._interrupted():
                self.reconcile(embedded_anew)
            self._set_manifest({"writing": "yes"})
            yield
            if self._words.deleted() > _DELETED:
                self.purge()
            self._set_manifest({"writing": ""})

    def _interrupted(self) -> bool:
        """Whether a writer was cut off; or is at it, unless this process is the only writer."""
        writing = self.manifest.get("writing") or self._words.count() != self._database.passage_count()
        return bool(writing) or self._stores.torn()

    def _recover(self, torn: bool = False) -> None:
        """Mend what an interrupted writer left; where that isn't possible now, searches pass over it until it is."""
        with suppress(ChangjiError), self._alone(torn):
            pass  # it mends before anything else

    def reconcile(self, embedded_anew: bool = False) -> None:
        """Make the indexes and the kept files agree with the database, within `writing()`."""
        self._stores.settle_files()
        self._stores.discard_torn()
        with self._lock:
            vectors = self._open_vectors()
            reconcile(self._database, self._words, vectors, None if embedded_anew else lambda: self.embedder)
            vectors.drop_others()

    def purge(self) -> None:
        """Leave no word of removed articles in any file, within `writing()`; about a second per 1,000 passages."""
        self._words.rewrite(self._database.titled_passages())
        self._database.shred()

    def _set_manifest(self, values: dict[str, str]) -> None:
        self._database.set(values)
        self._written()

    def _written(self) -> None:
        """See what this process has written itself, too: a copy of the words follows the database."""
        self._words.reload()
        self._version = self._database.version()

    def write(self, entries: Sequence[Entry], removed: Sequence[str] = (), root: str | None = None) -> None:
        """Add or replace articles and remove others, within `writing()`: afterwards all of it holds, or none.

        `root` is the folder that the articles were ingested from; None keeps what was known of them.
        """
        replaced = [*(entry.article.id for entry in entries), *removed]
        old = self._database.passage_ids(replaced)
        new = [(passage, entry.article.title) for entry in entries for passage in entry.passages]
        ids = [passage.id for passage, _ in new]
        if new:
            vectors = np.concatenate([entry.vectors for entry in entries])
            with ThreadPoolExecutor(1) as beside:  # Chroma computes while terms are made
                written = beside.submit(self._write_vectors, ids, [passage.article for passage, _ in new], vectors)
                self._words.write(new)
                written.result()
        with self._database.transaction() as transaction:
            for id in removed:
                delete_article(transaction, id)
            put_articles(transaction, [(entry.article, entry.passages) for entry in entries], root)
            put_manifest(transaction, {})
            self._database.note(transaction, replaced)
        self._written()
        self._forget(old - set(ids))

    def _write_vectors(self, ids: Sequence[str], articles: Sequence[str], vectors: np.ndarray) -> None:
        with self._lock:
            self._open_vectors().write(ids, articles, vectors)

    def _forget(self, ids: set[str]) -> None:
        if ids:
            self._words.write((), ids)
            self._database.check_alone()  # what another has written since mustn't be forgotten
            with self._lock:
                self._open_vectors().remove(ids)

    def set_splitter(self) -> None:
        """Note that all passages are cut as this version of Changji cuts them."""
        self._set_manifest({"splitter": SPLITTER})

    def re_embed(self, name: str, progress: Progress = lambda done, total: None) -> None:
        """Embed every passage anew into a collection of its own, then switch over, within `writing()`."""
        embedder, articles = load_embedder(name), self.articles()
        collection = self._stores.vectors(embedder.name)
        for done, article in enumerate(articles):
            passages = self.passages_of(article.id)
            vectors = embedder.embed_passages([embedded_text(article.title, passage) for passage in passages])
            collection.write([passage.id for passage in passages], [article.id] * len(passages), vectors)
            progress(done + 1, len(articles))
        self._set_manifest({"embedder": name, "embedder_version": embedder.name})
        with self._lock:
            collection.drop_others()
            previous, self._vectors = self._vectors, collection
            if previous is not None:
                previous.close()

    def copy(self, file: Path) -> None:
        """Write articles, passages and vectors to one new file; see `ingest.backup`."""

        def vectors(ids: Sequence[str]) -> dict[str, bytes]:
            with self._lock:
                return {id: row.astype("<f4").tobytes() for id, row in self._open_vectors().get(ids).items()}

        self._database.back_up(file, vectors)

    def close(self) -> None:
        """Close every handle; the library can't be used afterwards."""
        with self._lock:
            if self._vectors is not None:
                self._vectors.close()
                self._vectors = None
            self._stores.close()
