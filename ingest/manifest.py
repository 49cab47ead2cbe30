"""What a library was made with, and whether this version of Changji can use it as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ingest.clean import CLEANER
from ingest.database import SCHEMA
from ingest.embed import BUNDLED, load_embedder
from ingest.errors import LibraryError, WriteError
from ingest.settings import Place
from ingest.split import SPLITTER

Manifest = Mapping[str, str]


def new_manifest(embedder: str | None, budget: int) -> dict[str, str]:
    """The manifest of a library that this version makes; `budget` is the most tokens of a passage."""
    name = embedder or BUNDLED
    return {
        "schema": SCHEMA, "embedder": name, "embedder_version": load_embedder(name).name, "cleaner": CLEANER,
        "splitter": SPLITTER, "budget": str(budget),
    }  # fmt: skip


def check(manifest: Manifest, folder: Path | Place, embedder: str | None, outdated: bool) -> None:
    """A LibraryError, with the command that helps, where the library was made by another version or embedder.

    `outdated` lets another splitter's through, to be migrated.
    """
    if not manifest:
        raise LibraryError(
            "The library at {folder} was never finished; make it with `changji ingest FOLDER`.", folder=folder
        )
    if manifest.get("schema") != SCHEMA:
        raise LibraryError(
            "The library at {folder} was made by another version of Changji (schema {schema}, this one reads "
            "{wanted}); ingest the articles into a new one with `changji ingest FOLDER --library NEW`.",
            folder=folder,
            schema=manifest.get("schema", "unknown"),
            wanted=SCHEMA,
        )
    if not outdated and manifest["splitter"] != SPLITTER:
        raise LibraryError(
            "The library at {folder} was cut into passages by another version of Changji ({splitter}, this one: "
            "{wanted}); bring it up to date with `changji migrate`.",
            folder=folder,
            splitter=manifest["splitter"],
            wanted=SPLITTER,
        )
    if embedder is not None and embedder != manifest["embedder"]:
        raise LibraryError(
            "The library at {folder} was made with the embedder {embedder}, not {wanted}; re-embed it with `changji "
            "ingest --embedder {wanted}`, or leave --embedder out.",
            folder=folder,
            embedder=manifest["embedder"],
            wanted=embedder,
        )


@contextmanager
def only_writer(file: Path, folder: Path) -> Iterator[None]:
    """Hold the lock in a file, across processes, for the library in a folder; a LibraryError at once if it is taken."""
    import filelock

    lock = filelock.FileLock(file, timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise LibraryError(
            "Another process is writing to the library at {folder}; try again when it has finished.", folder=folder
        ) from error
    except OSError as error:
        raise WriteError(folder, error.strerror) from error
    try:
        yield
    finally:
        lock.release()
