"""Where the parts of a library are: in its folder, or on the servers that its place names; and who may write there."""

from __future__ import annotations

import shutil
from contextlib import AbstractContextManager, closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.database import Database, put_manifest
from ingest.errors import LibraryError
from ingest.kept import settle, sweep
from ingest.manifest import new_manifest, only_writer
from ingest.replica import copied, writable
from ingest.settings import Place
from ingest.sqlite import SQLite
from ingest.turns import discard, torn
from ingest.vectors import VectorsIndex, collection_name
from ingest.words import Progress, WordsIndex

if TYPE_CHECKING:
    from ingest.vectorserver import ServedVectors


class Stores:
    """The parts of one library, each opened when it is asked for. A folder that can only be read is copied first."""

    def __init__(self, place: Place) -> None:
        """A LibraryError where there is no library."""
        if not _exists(place):
            told = "make one with `changji ingest FOLDER`, or name another with --library"
            raise LibraryError(f"There is no library at {place}; {told}.")
        self.place = place
        make_folder(place.folder)
        self._copy = None if writable(place.folder) else copied(place.folder)
        self._home = Path(self._copy.name) if self._copy else place.folder

    @cached_property
    def database(self) -> Database:
        """Articles, passages and the manifest; a LibraryError where it can't be opened."""
        return open_database(self.place, self._home)

    @property
    def read_only(self) -> bool:
        """Whether it is a copy of a folder that can only be read."""
        return self._copy is not None

    def words(self, progress: Progress = lambda done, total: None) -> WordsIndex:
        """The words index: the library's own, or this machine's copy, which may have to be made first."""
        if not self.place.database:
            return WordsIndex(self._words_folder())
        from ingest.wordscopy import WordsCopy

        return WordsCopy(self._words_folder(), self.database, progress)

    def _words_folder(self) -> Path:
        return self._home / (f"words-{self.database.identity()}" if self.place.database else "words")

    def vectors(self, embedder: str = "") -> VectorsIndex:
        """The vectors that an embedder made, given as its name and version; without one, the library's."""
        embedder = embedder or self.database.manifest()["embedder_version"]
        if self.place.chroma:
            return self._served(embedder)
        return VectorsIndex(self._home / "vectors", collection_name(embedder))

    def _served(self, embedder: str) -> ServedVectors:
        from ingest.vectorserver import ServedVectors

        return ServedVectors(self.place, collection_name(embedder, self.database.identity()))

    def alone(self) -> AbstractContextManager[None]:
        """Be the library's only writer, on any machine; a LibraryError at once where there is another."""
        if self.place.database:
            return self.database.alone()
        return only_writer(self._home / "writing.lock", self.place.folder)

    def torn(self) -> bool:
        """Whether the vectors' files were left half-changed; a server looks after its own."""
        return not self.place.chroma and torn(self._home / "vectors")

    def discard_torn(self) -> None:
        """Delete the vectors if they are torn."""
        if not self.place.chroma:
            discard(self._home / "vectors")

    def discard(self, part: str) -> None:
        """Delete an index, "words" or "vectors", so that all of it is made anew."""
        if part == "words":
            shutil.rmtree(self._words_folder(), ignore_errors=True)
        elif self.place.chroma:
            with closing(self._served(self.database.manifest()["embedder_version"])) as vectors:
                vectors.discard()
        else:
            discard(self._home / "vectors", always=True)

    def settle_files(self) -> None:
        """Finish restoring readers' files where that was cut off, and delete those that no article comes from."""
        settle(self._home, self.database.manifest().get("files", ""))
        sweep(self._home, self.database.owners().values())

    def close(self) -> None:
        """Close the database, and delete the copy."""
        if "database" in self.__dict__:
            self.database.close()
        if self._copy is not None:
            self._copy.cleanup()


def make(place: Place, embedder: str | None, budget: int) -> None:
    """Make the library in a place where there is none, or where its making was cut off."""
    make_folder(place.folder)
    if _exists(place) and not place.database and not writable(place.folder):
        return
    with closing(open_database(place, place.folder, make=True)) as database:
        if not database.manifest():
            with database.transaction() as transaction:
                put_manifest(transaction, new_manifest(embedder, budget))


def open_database(place: Place, home: Path, make: bool = False) -> Database:
    """The database; `home` is the folder, or a copy of it. On a server it has to be there, unless it is to be made."""
    if not place.database:
        return SQLite(home / "articles.sqlite")
    from ingest.postgres import PostgreSQL

    return PostgreSQL(place.database, make)


def make_folder(folder: Path) -> None:
    """Make the library's folder where there is none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"The library can't be made at {folder} ({error.strerror}); name another folder with --library."
        ) from error


def _exists(place: Place) -> bool:
    """Whether there is a library; a server is asked when its database is opened."""
    return bool(place.database) or (place.folder / "articles.sqlite").exists()
