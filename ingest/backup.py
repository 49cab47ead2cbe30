"""A library in one file and back: articles, passages and vectors, in SQLite; the words index is made anew.

The file depends on neither tantivy's nor Chroma's formats, and a library is restored from it without its embedder.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ingest.article import Passage
from ingest.consistency import misplaced, reconcile
from ingest.database import Database
from ingest.embed import load_embedder
from ingest.errors import LibraryError
from ingest.library import Library
from ingest.manifest import check, only_writer
from ingest.split import SPLITTER
from ingest.sqlite import Backup, SQLite, is_database
from ingest.turns import discard
from ingest.vectors import VectorsIndex, collection_name
from ingest.words import WordsIndex


def back_up(library: Library, file: Path) -> None:
    """Write the library as it is at this moment, while others may read and write it; an earlier back-up is replaced.

    A LibraryError where the file is something else, or can't be written.
    """
    if file.exists() and not is_database(file):
        raise LibraryError(f"There is a file at {file} that is no back-up; name another for the back-up.")
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        library.copy(part)
        os.replace(part, file)
    except OSError as error:
        raise LibraryError(f"The back-up can't be written to {file} ({error.strerror}); name another file.") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def restore(file: Path, folder: Path, replace: bool = False) -> None:
    """Make the library in a folder what a back-up holds; open readers see it at once.

    A LibraryError where the file is no whole back-up, or where the library holds articles and `replace` isn't set.
    """
    with contextlib.closing(_opened(file, folder)) as source:
        folder.mkdir(parents=True, exist_ok=True)
        with only_writer(folder / "writing.lock", folder), contextlib.closing(_target(folder, replace)) as database:
            if database.passage_count() and not replace:
                raise LibraryError(
                    f"The library at {folder} holds {len(database.article_ids())} articles, which restoring would take "
                    "away; say so with --replace, or name another library with --library."
                )
            database.take_over(source)
            _fill(source, database, folder)
            database.set({"writing": ""})


def _opened(file: Path, folder: Path) -> Backup:
    source = Backup(file)
    try:
        damage = source.damage()
        manifest = {} if damage else source.manifest()
        if damage or not manifest or (manifest["splitter"] == SPLITTER and any(misplaced(source))):
            raise LibraryError(f"The back-up {file} is damaged{damage and f' ({damage})'}; restore from another one.")
        check(manifest, folder, None, outdated=True)
    except BaseException:
        source.close()
        raise
    return source


def _target(folder: Path, replace: bool) -> Database:
    """The library's database, new where there is none; a damaged one is put aside."""
    path = folder / "articles.sqlite"
    try:
        database = SQLite(path)
        if not database.damage():
            return database
        database.close()
    except LibraryError:
        pass
    if not replace:
        raise LibraryError(f"The library at {folder} is damaged; put the back-up in its place with --replace.")
    for file in folder.glob("articles.sqlite*"):
        os.replace(file, file.with_name(f"damaged-{file.name}"))
    return SQLite(path)


def _fill(source: Backup, database: Database, folder: Path) -> None:
    """The two indexes, from the articles and the back-up's vectors."""

    def kept(passages: Sequence[Passage]) -> dict[str, np.ndarray]:
        found = source.vectors([passage.id for passage in passages])
        return {id: np.frombuffer(vector, "<f4") for id, vector in found.items()}

    manifest = database.manifest()
    discard(folder / "vectors")
    vectors = VectorsIndex(folder / "vectors", collection_name(manifest["embedder_version"]))
    with contextlib.closing(vectors):
        words = WordsIndex(folder / "words")
        reconcile(database, words, vectors, lambda: load_embedder(manifest["embedder"]), kept)
        vectors.drop_others()
