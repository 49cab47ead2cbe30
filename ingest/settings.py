"""Where a library lies: its folder, the servers that several machines share, and the variables that say so."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ingest.errors import LibraryError
from ingest.text import is_text

LIBRARY_VARIABLE = "CHANGJI_LIBRARY"
DATABASE_VARIABLE = "CHANGJI_DATABASE"
CHROMA_VARIABLE = "CHANGJI_CHROMA"
TOKEN_VARIABLE = "CHANGJI_CHROMA_TOKEN"


@dataclass(frozen=True)
class Place:
    """A folder, and the servers that hold what is shared; str() leaves passwords out. LibraryError: no such address."""

    folder: Path
    database: str = field(default="", repr=False)  # PostgreSQL's address; "": SQLite in the folder
    chroma: str = field(default="", repr=False)  # a Chroma server's address; "": Chroma's files in the folder
    token: str = field(default="", repr=False)  # sent to the Chroma server

    def __post_init__(self) -> None:
        if not is_text(str(self.folder)):  # neither tantivy nor Chroma opens such a path
            raise LibraryError(
                "The library's folder {folder} has a name in its path that isn't text in this system's encoding; "
                "rename it, or name another with --library.",
                folder=str(self.folder).encode("utf-8", "replace").decode(),
            )
        _check(self.database, DATABASE_VARIABLE, "postgresql://USER@HOST/NAME", ("postgresql", "postgres"))
        _check(self.chroma, CHROMA_VARIABLE, "http://HOST:PORT", ("http", "https"))
        if self.database and not self.chroma:
            raise LibraryError(
                "{database} shares articles between machines, which must share their vectors too; name a Chroma server "
                "in {chroma}.",
                database=DATABASE_VARIABLE,
                chroma=CHROMA_VARIABLE,
            )

    def __str__(self) -> str:
        return shown(self.database) if self.database else str(self.folder)


def placed(place: Path | Place) -> Place:
    """A folder as a place without servers."""
    return place if isinstance(place, Place) else Place(place)


def library_place(chosen: str | os.PathLike[str] | Place | None = None) -> Place:
    """The place of the library that a user chose: the folder, and the servers that the environment names."""
    if isinstance(chosen, Place):
        return chosen
    database, chroma, token = map(os.environ.get, (DATABASE_VARIABLE, CHROMA_VARIABLE, TOKEN_VARIABLE))
    return Place(library_folder(chosen), database or "", chroma or "", token or "")


def library_folder(flag: str | os.PathLike[str] | None = None) -> Path:
    """The library's folder: the flag, else CHANGJI_LIBRARY, else under the user's data directory.

    A LibraryError where it is in the home of a user who has none, or in a current folder that was removed.
    """
    chosen = flag or os.environ.get(LIBRARY_VARIABLE)
    try:
        if chosen:
            return Path(chosen).expanduser().absolute()
        import platformdirs

        return platformdirs.user_data_path("changji", appauthor=False) / "library"
    except (RuntimeError, FileNotFoundError) as error:
        raise LibraryError(
            "Where the library lies can't be told ({reason}); name its whole path with --library or {variable}.",
            reason=(getattr(error, "strerror", None) or str(error)).rstrip("."),
            variable=LIBRARY_VARIABLE,
        ) from error


def shown(address: str) -> str:
    """An address as it may be shown: without password and options."""
    parts = urlsplit(address)
    user = f"{parts.username}@" if parts.username else ""
    return f"{parts.scheme}://{user}{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _check(address: str, variable: str, example: str, schemes: tuple[str, ...]) -> None:
    """A LibraryError, which doesn't repeat it, where an address isn't one."""
    try:
        parts = urlsplit(address)
        if not address or (parts.scheme in schemes and (parts.hostname or "host=" in parts.query) and parts.port != 0):
            return
    except ValueError:
        pass
    raise LibraryError(
        "{variable} isn't an address like {example}; signs such as @ / : # in a password are written %40 %2F %3A %23.",
        variable=variable,
        example=example,
    )
