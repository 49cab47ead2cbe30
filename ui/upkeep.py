"""The commands that keep a library well: `changji doctor | backup | restore | migrate`."""

from __future__ import annotations

import argparse
import os
import platform
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from ingest.article import counted
from ingest.errors import ChangjiError, EmbedderError
from ingest.settings import library_place, shown
from ui.files import named
from ui.options import add_command

if TYPE_CHECKING:
    from ingest.library import Library

_PACKAGES = ("changji", "chromadb", "tantivy", "llama-index-core", "gradio", "sentence-transformers", "torch")


def add_upkeep(commands: Any, everywhere: argparse.ArgumentParser) -> None:
    """Add the commands to the parser of all of them."""
    told = "check the library and all that it needs"
    doctor = add_command(commands, "doctor", told, "", "--repair", parents=[everywhere])
    doctor.add_argument("--repair", action="store_true", help="first make anew what isn't sound")
    doctor.add_argument("--llm", metavar="NAME", help="the language model to try, or none")
    doctor.set_defaults(run=_doctor)

    told = "write the whole library to one file"
    backup = add_command(commands, "backup", told, "library.changji", parents=[everywhere])
    backup.add_argument("file", type=named, metavar="FILE", help="a new one, or an earlier back-up, which is replaced")
    backup.set_defaults(run=_backup)

    told = "make the library what a back-up holds"
    restore = add_command(commands, "restore", told, "library.changji", parents=[everywhere])
    restore.add_argument("file", type=named, metavar="FILE", help="what `changji backup FILE` wrote")
    restore.add_argument("--replace", action="store_true", help="even where the library holds articles, which go")
    restore.set_defaults(run=_restore)

    told = "bring a library of another version up to date"
    migrate = add_command(commands, "migrate", told, "", parents=[everywhere])
    migrate.set_defaults(run=_migrate)


def _backup(chosen: argparse.Namespace) -> int:
    from ingest.backup import back_up
    from ingest.library import Library

    library = Library(library_place(chosen.library), outdated=True)
    back_up(library, chosen.file)
    size = chosen.file.stat().st_size / 2**20
    print(f"{chosen.file} holds {counted(len(library.passage_counts()), 'article')} ({size:.1f} MB).")
    library.close()
    return 0


def _restore(chosen: argparse.Namespace) -> int:
    from ingest.backup import restore
    from ingest.library import Library

    place = library_place(chosen.library)
    restore(chosen.file, place, chosen.replace)
    library = Library(place, outdated=True)
    print(f"The library at {place} holds {counted(len(library.passage_counts()), 'article')} again.")
    if _outdated(library):
        print("Another version of Changji made the back-up; bring the library up to date with `changji migrate`.")
    library.close()
    return 0


def _outdated(library: Library) -> bool:
    """Whether the library is to be migrated; of one whose embedder is lacking, as far as can be told without it."""
    from ingest.build import outdated

    with suppress(EmbedderError):
        return outdated(library)
    return False


def _migrate(chosen: argparse.Namespace) -> int:
    from ingest.build import migrate, outdated
    from ingest.library import Library
    from ui.terminal import progress

    library = Library(library_place(chosen.library), outdated=True)
    if outdated(library):
        with progress("bringing the library up to date") as show:
            migrate(library, None, show)
    print(f"The library at {library.place} is up to date.")
    library.close()
    return 0


def _doctor(chosen: argparse.Namespace) -> int:
    """Print a line for each thing looked at; 1 if anything is wrong, else 0."""
    from ingest.doctor import examine, repair
    from ingest.replica import writable
    from ui.terminal import progress

    place = library_place(chosen.library)
    found = examine(place)
    if chosen.repair and any(finding.advice for finding in found):
        with progress("mending the library") as show:
            repair(place, show)
        found = examine(place)
    _say("system", f"Python {platform.python_version()} on {platform.platform()}, {os.cpu_count()} processors")
    _say("versions", ", ".join(f"{name} {version_of(name)}" for name in _PACKAGES))
    vectors = f", its vectors at {shown(place.chroma)}" if place.chroma else ""
    copy = "" if writable(place.folder) else " (it can only be read: a private copy is used)"
    _say("library", f"{place}{vectors}{copy}")
    for finding in found:
        _say(finding.part, "; ".join(filter(None, (finding.said, finding.advice))), not finding.advice)
    answers = _try_model(chosen.llm)
    return int(not answers or any(finding.advice for finding in found))


def _say(part: str, said: str, well: bool = True) -> None:
    print(f"{'ok ' if well else '!! '} {part:9} {said}")


def version_of(package: str) -> str:
    """The version of an installed package; "missing" where it isn't."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _try_model(name: str | None) -> bool:
    """Ask the language model that the flag or the environment names for a word, and say whether it answers."""
    from rag.generate import load_generator

    try:
        generator = None if name == "none" else load_generator(name)
        if generator is not None:
            generator.rewrite("1 + 1 = ?", [])
    except ChangjiError as error:
        _say("model", str(error), well=False)
        return False
    if generator is None:
        _say("model", "none is configured: answers are the articles' own sentences")
    else:
        _say("model", f"{generator.name}{generator.server and f' at {generator.server}'} answers")
    return True
