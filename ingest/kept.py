"""What lies beside a library's articles: readers' files, their ratings, runs of questions. Back-ups carry it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Container, Iterable, Iterator
from pathlib import Path, PurePosixPath

from ingest.errors import LibraryError, WriteError

ADDED = "added"  # the files of articles that readers brought
_FOLDERS = (ADDED, "evaluations")
_FILES = ("feedback.jsonl",)
_STAGED = "restored-"

File = tuple[str, bytes]  # its path within the library's folder, with "/", and what it holds


def kept_files(folder: Path) -> Iterator[File]:
    """Every file kept in a library's folder that holds anything; no link is followed."""
    within = (path for name in _FOLDERS for path in sorted((folder / name).glob("*")))
    for path in (*within, *(folder / name for name in _FILES)):
        own = path.is_file() and not path.is_symlink() and not path.name.startswith(".")
        with contextlib.suppress(FileNotFoundError):  # it went away meanwhile
            if own and (data := path.read_bytes()):
                yield path.relative_to(folder).as_posix(), data


def moved(source: str, folder: Path, files: Container[str]) -> str:
    """Where the file that an article came from lies, once the files with these paths are restored to a folder."""
    name = Path(source).name
    own = Path(source).parent.name == ADDED and f"{ADDED}/{name}" in files
    return str((folder / ADDED).resolve() / name) if own else source


def stage(folder: Path, files: Iterable[File]) -> str:
    """Lay files ready to take the place of those that are kept; a word that tells `settle` so.

    A LibraryError where a path is none that a back-up may name, a WriteError where there is no space.
    """
    token = secrets.token_hex(8)
    staged = folder / f"{_STAGED}{token}"
    try:
        for name in _FOLDERS:
            (staged / name).mkdir(parents=True)
        for name in _FILES:
            (staged / name).touch()
        for name, data in files:
            with (staged / _checked(name)).open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise WriteError(folder, error) from error
    return token


def _checked(name: str) -> str:
    path = PurePosixPath(name)
    own = name in _FILES or (len(path.parts) == 2 and path.parts[0] in _FOLDERS)
    if not own or path.name in ("", ".", "..") or "\\" in name:
        raise LibraryError(
            "The back-up holds a file at {name!r}, where none belongs; restore from another one.", name=name
        )
    return name


def settle(folder: Path, token: str) -> None:
    """Put the files staged under the token in their places, also where that was cut off before, and forget others."""
    try:
        for staged in folder.glob(f"{_STAGED}*"):
            for path in staged.iterdir() if staged.name == f"{_STAGED}{token}" else ():
                _delete(folder / path.name)
                os.replace(path, folder / path.name)
            shutil.rmtree(staged)
    except OSError as error:
        raise WriteError(folder, error) from error


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def sweep(folder: Path, sources: Iterable[str]) -> None:
    """Delete readers' files that no article comes from any more, as a killed process may leave them."""
    known = {Path(source).name for source in sources}  # by name, for a library may have been moved
    for path in (folder / ADDED).glob("*"):
        if path.name not in known:
            path.unlink(missing_ok=True)
