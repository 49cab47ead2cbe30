"""A library in one file and back: articles, passages, vectors and what is kept beside them; words are made anew.

The file depends on neither tantivy's nor Chroma's formats, and a library is restored from it without its embedder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ingest.article import Passage, counted
from ingest.consistency import misplaced, reconcile
from ingest.database import Database
from ingest.embed import load_embedder
from ingest.errors import LibraryError, WriteError
from ingest.kept import kept_files, settle, stage
from ingest.library import Library
from ingest.manifest import check, only_writer
from ingest.settings import Place, placed
from ingest.split import SPLITTER
from ingest.sqlite import Backup, SQLite, add_files, is_backup, is_refused
from ingest.stores import Stores, make_folder, open_database

_DATABASE = "articles.sqlite"
_PART = "restoring.sqlite"


def back_up(library: Library, file: Path) -> None:
    """Write the library as it is at this moment, while others may read and write it; an earlier back-up is replaced.

    A LibraryError where the file is something else, or would be lost to an empty library, lies in the library's own
    folder, or can't be written.
    """
    try:
        if file.resolve().is_relative_to(library.folder.resolve()):
            raise LibraryError(f"{file} is inside the library's own folder; name a file outside of it for the back-up.")
        if file.exists() and not _may_be_replaced(file):
            raise LibraryError(f"What is at {file} is no back-up; name another file for the back-up.")
        if file.exists() and file.stat().st_size and not library.passage_counts():
            raise LibraryError(
                f"The library at {library.place} is empty, and {file} holds an earlier back-up; name another file for the "
                "back-up, or another library with --library."
            )
        _write(library, file, file.with_name(f"{file.name}.part"))
    except OSError as error:
        raise LibraryError(f"The back-up can't be written to {file} ({error.strerror}); name another file.") from error


def _may_be_replaced(file: Path) -> bool:
    """Whether a file holds nothing, or an earlier back-up: any other may be the only one of its kind."""
    return file.is_file() and (not file.stat().st_size or is_backup(file))


def _write(library: Library, file: Path, part: Path) -> None:
    try:
        _delete(part)
        part.touch()  # SQLite doesn't tell why it can't
        library.copy(part)
        add_files(part, kept_files(library.folder))
        os.replace(part, file)
    finally:
        with contextlib.suppress(OSError):
            _delete(part)


def _delete(part: Path) -> None:
    """A back-up that was begun, and the logs that SQLite leaves beside it where the disk is full."""
    for log in ("", "-journal", "-wal", "-shm"):
        part.with_name(f"{part.name}{log}").unlink(missing_ok=True)


def restore(file: Path, place: Path | Place, replace: bool = False) -> None:
    """Make the library in a place what a back-up holds; open readers see it at once.

    A LibraryError where the file is no whole back-up, or where the library holds anything and `replace` isn't set.
    """
    place = placed(place)
    with contextlib.closing(_opened(file, place)) as source:
        make_folder(place.folder)
        with _writing(place, replace) as database:
            if not replace and (database.passage_count() or any(kept_files(place.folder))):
                elsewhere = "" if place.database else ", or name another with --library"
                raise LibraryError(
                    f"The library at {place} holds {counted(len(database.article_ids()), 'article')}, which restoring would take "
                    f"away with all that readers left there; say so with --replace{elsewhere}."
                )
            token = _take_over(source, database, place.folder)
            _put_in_place(database, place.folder)
            settle(place.folder, token)
            _fill(source, database, place)
            database.set({"writing": ""})


def _take_over(source: Backup, database: Database, folder: Path) -> str:
    """Articles and files, as one: what is cut off here is finished, or forgotten, by whoever opens the library next.

    The word that tells `settle` which files are now the library's.
    """
    manifest, files = database.manifest(), source.files()
    if manifest:
        database.set({"writing": "yes"})
    settle(folder, manifest.get("files", ""))
    token = "" if files is None else stage(folder, files)
    database.take_over(source, token)
    return token


@contextlib.contextmanager
def _writing(place: Place, replace: bool) -> Iterator[Database]:
    """Be the only writer of a library that there may not be yet, or that may be damaged; its database."""
    if place.database:
        with contextlib.closing(open_database(place, place.folder, make=True)) as database, database.alone():
            yield database
    else:
        lock = only_writer(place.folder / "writing.lock", place.folder)
        with lock, contextlib.closing(_target(place.folder, replace)) as database:
            yield database


def _opened(file: Path, place: Place) -> Backup:
    source = Backup(file, place.folder)
    try:
        damage = source.damage()
        manifest = {} if damage else source.manifest()
        if damage or not manifest or (manifest["splitter"] == SPLITTER and any(misplaced(source))):
            raise LibraryError(f"The back-up {file} is damaged{damage and f' ({damage})'}; restore from another one.")
        check(manifest, place, None, outdated=True)
    except BaseException:
        source.close()
        raise
    return source


def _target(folder: Path, replace: bool) -> Database:
    """The library's database, new where there is none; a new one beside it where it is damaged."""
    path, part = folder / _DATABASE, folder / _PART
    for file in folder.glob(f"{_PART}*"):  # of one who was cut off
        file.unlink()
    try:
        database = SQLite(path)
        if not database.damage():
            return database
        database.close()
    except LibraryError as error:
        if not replace and is_refused(error):
            raise
    if not replace:
        raise LibraryError(f"The library at {folder} is damaged; put the back-up in its place with --replace.")
    return SQLite(part)


def _put_in_place(database: Database, folder: Path) -> None:
    """Put a damaged database aside only now that another can take its place: at any moment there is one of them."""
    if isinstance(database, SQLite) and (folder / _PART).exists():
        try:
            _put_aside(folder / _DATABASE)
            database.move(folder / _DATABASE)
        except OSError as error:
            raise WriteError(folder, error.strerror or error) from error


def _put_aside(path: Path) -> None:
    """Its log goes first, for beside another database it would count as that one's; the database itself stays, too."""
    if path.with_name(f"damaged-{path.name}").exists():  # all of an earlier one, to which this one's log is foreign too
        for file in path.parent.glob(f"damaged-{path.name}*"):
            file.unlink()
    for file in path.parent.glob(f"{path.name}-*"):
        os.replace(file, file.with_name(f"damaged-{file.name}"))
    try:
        os.link(path, path.with_name(f"damaged-{path.name}"))
    except OSError:  # not every disk has links
        shutil.copyfile(path, path.with_name(f"damaged-{path.name}"))


def _fill(source: Backup, database: Database, place: Place) -> None:
    """The two indexes, from the articles and the back-up's vectors."""

    def kept(passages: Sequence[Passage]) -> dict[str, np.ndarray]:
        found = source.vectors([passage.id for passage in passages])
        return {id: np.frombuffer(vector, "<f4") for id, vector in found.items()}

    embedder = database.manifest()["embedder"]
    with contextlib.closing(Stores(place)) as stores:
        stores.discard_torn()
        with contextlib.closing(stores.vectors()) as vectors:
            reconcile(database, stores.words(), vectors, lambda: load_embedder(embedder), kept)
            vectors.drop_others()
