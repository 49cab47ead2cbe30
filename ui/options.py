"""The options that several commands share, and what they choose: the library's folder, the assistant."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from ingest.errors import ChangjiError, LibraryError
from ingest.settings import LIBRARY_VARIABLE, Place, library_place
from ui.files import named

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.generate import Generator


def add_command(
    commands: Any, name: str, told: str, *examples: str, parents: Sequence[argparse.ArgumentParser] = ()
) -> argparse.ArgumentParser:
    """A command's parser. What it does is told in the list of all commands, and with examples in its own help."""
    lines = (f"  changji {name} {example}".rstrip() for example in examples)
    return commands.add_parser(
        name, parents=parents, help=told, description=f"{told[0].upper()}{told[1:]}.",
        epilog="\n".join(("examples:", *lines)), formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip


def everywhere() -> argparse.ArgumentParser:
    """The parent of every command's parser."""
    shared = argparse.ArgumentParser(add_help=False)
    where = f"the library's folder (default: ${LIBRARY_VARIABLE}, else user data)"
    shared.add_argument("--library", type=named, metavar="DIR", help=where)
    return shared


def answering(parent: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The parent of the parsers of commands that answer questions; for `open_assistant`."""
    shared = argparse.ArgumentParser(add_help=False, parents=[parent])
    add = shared.add_argument
    add("--embedder", metavar="NAME", help="must be the one that made the library")
    add("--reranker", metavar="NAME", help="a cross-encoder: name or folder")
    add("--llm", metavar="NAME", help="model name, local:NAME for one in this process, or none")
    add("--llm-url", metavar="URL", help="its server (default: $CHANGJI_LLM_BASE_URL)")
    add("--llm-key", metavar="KEY", help="its key (better: $CHANGJI_LLM_API_KEY)")
    add("--top-k", **setting("CHANGJI_TOP_K", positive, "8"), metavar="N",
        help="passages to answer from (default: $CHANGJI_TOP_K, else 8)")  # fmt: skip
    levels = one_of("lenient", "normal", "strict")
    add("--strictness", **setting("CHANGJI_STRICTNESS", levels, "normal"), metavar="LEVEL",
        help="how sure to be before answering: lenient, normal or strict ($CHANGJI_STRICTNESS)")  # fmt: skip
    return shared


def setting(variable: str, check: Callable[[str], Any], otherwise: str | None = None) -> dict[str, Any]:
    """An option's type, and its default from the environment: if that is wrong, the variable is told, not the option."""
    default = os.environ.get(variable) or otherwise

    def checked(text: str) -> Any:
        try:
            return check(text)
        except argparse.ArgumentTypeError as error:
            if text != default:
                raise
            raise ChangjiError(f"{variable} {error}; change it, or leave it out.") from None

    return {"type": checked, "default": default}


def positive(text: str) -> int:
    """A whole number from 1."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"must be a whole number above zero, not {text}")
    return int(text)


def port(text: str) -> int:
    """A port's number, from 1 to 65535."""
    if not text.isdecimal() or not 0 < int(text) < 1 << 16:
        raise argparse.ArgumentTypeError(f"{text} must be a port, a whole number from 1 to 65535")
    return int(text)


def one_of(*choices: str) -> Callable[[str], str]:
    """Checks a value from the environment too, which argparse's own choices let pass."""

    def check(text: str) -> str:
        if text not in choices:
            raise argparse.ArgumentTypeError(f"must be one of {', '.join(choices)}")
        return text

    return check


def open_assistant(chosen: argparse.Namespace, empty: bool = False) -> Assistant:
    """The assistant over the library chosen; LibraryError where it is missing or empty, unless it may be `empty`."""
    from ingest.library import Library
    from rag.assistant import Assistant

    place = library_place(chosen.library)
    if empty and (place.database or not place.folder.exists()):
        Library.create(place, chosen.embedder).close()
    with _copying(place) as show:
        library = Library(place, chosen.embedder, progress=show)
    if not empty and not library.passage_counts():
        raise LibraryError(f"The library at {library.place} is empty; add articles with `changji ingest FOLDER`.")
    reranker = None
    if chosen.reranker:
        from ingest.embed import Reranker

        reranker = Reranker(chosen.reranker)
    return Assistant(library, _generator(chosen), chosen.top_k, chosen.strictness, reranker)


def _copying(place: Place) -> AbstractContextManager[Callable[[int, int], None]]:
    """A progress bar where this machine may have to make its copy of a shared library's words."""
    if not place.database:
        return nullcontext(lambda done, total: None)
    from ui.terminal import progress

    return progress("copying the library's words")


def _generator(chosen: argparse.Namespace) -> Generator | None:
    """The language model that flags and environment name, or None; deciding so must not import it."""
    names = ("CHANGJI_LLM_BASE_URL", "CHANGJI_LLM_MODEL", "CHANGJI_LLM_API_KEY", "OPENAI_API_KEY")
    asked_for = chosen.llm or chosen.llm_url or chosen.llm_key or any(os.environ.get(name) for name in names)
    if chosen.llm == "none" or not asked_for:
        return None
    from rag.generate import load_generator

    return load_generator(chosen.llm, chosen.llm_url, chosen.llm_key or os.environ.get("CHANGJI_LLM_API_KEY"))
