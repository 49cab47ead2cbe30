"""The files and folders that a command line names, and those that results are written to."""

from __future__ import annotations

import argparse
from pathlib import Path

from ingest.errors import OutputError


def named(text: str) -> Path:
    """A file or folder by its name, which "" isn't, though it would pass for the folder that one is in."""
    if not text:
        raise argparse.ArgumentTypeError("is empty; name a file or folder")
    return Path(text)


def new_file(text: str) -> Path:
    """A file that can be written: to be told after minutes of asking that it can't would be late."""
    path = Path(text)
    try:
        _try(path)
    except OSError as error:
        reason = error.strerror or error
        raise argparse.ArgumentTypeError(
            f"{text!r} can't be written ({reason}); name a file in a folder that is there"
        ) from error
    return path


def unused_file(text: str) -> Path:
    """One that can be written and holds nothing: what was drafted there before may have been edited since."""
    path = new_file(text)
    if path.is_file() and path.stat().st_size:
        raise argparse.ArgumentTypeError(f"{text!r} holds something already; name another file, or delete it first")
    return path


def report_file(text: str) -> Path:
    """One whose ending says what is to be written."""
    if Path(text).suffix.lower() not in (".html", ".htm", ".md"):
        raise argparse.ArgumentTypeError(f"{text} must end in .html or .md")
    return new_file(text)


def _try(path: Path) -> None:
    """Open a file for writing, and leave all as it was; pipes, which opening would use up, aren't tried."""
    if path.exists() and not path.is_file() and not path.is_dir():
        return
    there = path.exists()
    path.open("ab").close()
    if not there:
        path.resolve().unlink()  # what a link leads to, not the link


def write(path: Path, text: str) -> None:
    """Write a result; an OutputError where that fails."""
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")  # a file's name may be no text
    except OSError as error:
        raise OutputError(f"{path} can't be written ({error.strerror}); name another file.") from error
