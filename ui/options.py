"""The options that several commands share, and what they choose: the library's folder, the assistant."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from ingest.errors import LibraryError
from ingest.settings import LIBRARY_VARIABLE, Place, library_place

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.generate import Generator


def everywhere() -> argparse.ArgumentParser:
    """The parent of every command's parser."""
    shared = argparse.ArgumentParser(add_help=False)
    where = f"the library's folder (default: ${LIBRARY_VARIABLE}, else user data)"
    shared.add_argument("--library", metavar="DIR", help=where)
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
    add("--top-k", type=positive, default=os.environ.get("CHANGJI_TOP_K") or 8, metavar="N",
        help="passages to answer from (default: $CHANGJI_TOP_K, else 8)")  # fmt: skip
    add("--strictness", type=one_of("lenient", "normal", "strict"), metavar="LEVEL",
        default=os.environ.get("CHANGJI_STRICTNESS") or "normal",
        help="how sure to be before answering: lenient, normal or strict ($CHANGJI_STRICTNESS)")  # fmt: skip
    return shared


def positive(text: str) -> int:
    """A whole number from 1."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text} must be a whole number above zero")
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
    configured = any(os.environ.get(v) for v in ("CHANGJI_LLM_BASE_URL", "CHANGJI_LLM_MODEL", "OPENAI_API_KEY"))
    if chosen.llm == "none" or not (chosen.llm or chosen.llm_url or configured):
        return None
    from rag.generate import load_generator

    return load_generator(chosen.llm, chosen.llm_url, chosen.llm_key or os.environ.get("CHANGJI_LLM_API_KEY"))
