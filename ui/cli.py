"""The command line: `changji ingest | ask | chat | eval | articles | remove`, and those of `ui.upkeep`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import ChangjiError, LibraryError, QuestionError
from ingest.settings import LIBRARY_VARIABLE, library_folder
from ui.evaluate import add_parser as add_evaluation
from ui.evaluate import joined
from ui.upkeep import add_upkeep

if TYPE_CHECKING:
    from ingest.library import Library
    from rag.assistant import Assistant

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked, 2 for an error that a user can mend."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    chosen = _parser().parse_args(joined(sys.argv[1:] if arguments is None else arguments))
    if not hasattr(chosen, "run"):
        _parser().print_help()
        return 0
    try:
        return chosen.run(chosen) or 0
    except ChangjiError as error:
        print(f"changji: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="changji", description="Ask a collection of articles a question, and check the answer."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    everywhere = argparse.ArgumentParser(add_help=False)
    everywhere.add_argument("--library", metavar="DIR", help=f"the library's folder (default: ${LIBRARY_VARIABLE}, else user data)")
    answering = argparse.ArgumentParser(add_help=False, parents=[everywhere])
    answering.add_argument("--embedder", metavar="NAME", help="must be the one that made the library")
    answering.add_argument("--reranker", metavar="NAME", help="a cross-encoder: name or folder")
    answering.add_argument("--llm", metavar="NAME", help="model name, local:NAME for one in this process, or none")
    answering.add_argument("--llm-url", metavar="URL", help="its server (default: $CHANGJI_LLM_BASE_URL)")
    answering.add_argument("--llm-key", metavar="KEY", help="its key (better: $CHANGJI_LLM_API_KEY)")
    answering.add_argument("--top-k", type=_positive, default=os.environ.get("CHANGJI_TOP_K") or 8, metavar="N",
                           help="passages to answer from (default: $CHANGJI_TOP_K, else 8)")  # fmt: skip
    answering.add_argument("--strictness", type=_one_of("lenient", "normal", "strict"), metavar="LEVEL",
                           default=os.environ.get("CHANGJI_STRICTNESS") or "normal",
                           help="how sure to be before answering: lenient, normal or strict ($CHANGJI_STRICTNESS)")  # fmt: skip

    ingest = commands.add_parser("ingest", parents=[everywhere], help="bring the library up to date with folders, files or web addresses")
    ingest.add_argument("sources", nargs="*", metavar="FOLDER|URL")
    ingest.add_argument("--embedder", metavar="NAME", help="a sentence-transformers model: name or folder (default: bundled)")
    ingest.add_argument("--tokens", type=_positive, metavar="N", help="tokens in a passage, at most (new library: 256)")
    ingest.add_argument("--details", action="store_true", help="show what cleaning removed")
    ingest.set_defaults(run=_ingest)

    ask = commands.add_parser("ask", parents=[answering], help="ask a question; without one, ask again and again")
    ask.add_argument("question", nargs="?")
    ask.add_argument("--articles", nargs="+", metavar="ID", help="ask only these articles")
    ask.add_argument("--history", action="append", default=[], metavar="QUESTION", help="an earlier question (repeatable)")
    ask.add_argument("--json", action="store_true", help="print the answer as one JSON object")
    ask.set_defaults(run=_ask)

    chat = commands.add_parser("chat", parents=[answering], help="serve the page in the browser")
    chat.add_argument("--host", default="127.0.0.1")
    chat.add_argument("--port", type=_positive, default=7860)
    chat.add_argument("--auth", type=_pair, metavar="USER:PASSWORD", help="ask for them (better: $CHANGJI_AUTH)",
                      default=os.environ.get("CHANGJI_AUTH") or None)  # fmt: skip
    chat.add_argument("--language", type=_one_of("zh", "en"), default=os.environ.get("CHANGJI_LANGUAGE") or None,
                      help="of the page, zh or en (default: $CHANGJI_LANGUAGE, else the browser's)")  # fmt: skip
    chat.add_argument("--mcp", action="store_true", help="offer the same to programs as MCP tools, too")
    chat.set_defaults(run=_chat)

    add_evaluation(commands, answering)

    articles = commands.add_parser("articles", parents=[everywhere], help="list the articles")
    articles.add_argument("--json", action="store_true", help="with their full cleaned texts")
    articles.set_defaults(run=_articles)

    remove = commands.add_parser("remove", parents=[everywhere], help="remove articles")
    remove.add_argument("ids", nargs="+", metavar="ID")
    remove.set_defaults(run=_remove)
    add_upkeep(commands, everywhere)
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _one_of(*choices: str) -> Callable[[str], str]:
    """Checks a value from the environment too, which argparse's own choices let pass."""

    def check(text: str) -> str:
        if text not in choices:
            raise argparse.ArgumentTypeError(f"must be one of {', '.join(choices)}")
        return text

    return check


def _pair(text: str) -> tuple[str, str]:
    user, colon, password = text.partition(":")
    if not (user and colon and password):
        raise argparse.ArgumentTypeError("must be a name and a password with a colon between them")
    return user, password


def _ingest(chosen: argparse.Namespace) -> int:
    from ingest.address import is_address
    from ingest.build import ingest, ingest_address, migrate, outdated
    from ingest.library import Library
    from ui.terminal import print_report, progress

    folder = library_folder(chosen.library)
    if not chosen.sources and not chosen.embedder:
        raise LibraryError("Nothing to ingest; name a folder with articles: `changji ingest FOLDER`.")
    library = Library.create(folder, chosen.embedder, **({"budget": chosen.tokens} if chosen.tokens else {}))
    if chosen.tokens and chosen.tokens != library.budget:
        raise LibraryError(
            f"The library at {folder} cuts passages of {library.budget} tokens; "
            "choose another folder with --library for other passages."
        )
    if outdated(library, chosen.embedder):
        with progress("bringing the library up to date") as show:
            migrate(library, chosen.embedder, show)
    for source in chosen.sources:
        with progress(f"ingesting {source}") as show:
            report = ingest_address(library, source) if is_address(source) else ingest(library, Path(source), show)
        print_report(report, library, chosen.details)
    library.close()
    return 0


def open_assistant(chosen: argparse.Namespace, empty: bool = False) -> Assistant:
    """The assistant over the library chosen; LibraryError where it is missing or empty, unless it may be `empty`."""
    from ingest.library import Library
    from rag.assistant import Assistant

    folder = library_folder(chosen.library)
    opened = Library.create if empty and not folder.exists() else Library
    library = opened(folder, chosen.embedder)
    if not empty and not library.passage_counts():
        raise LibraryError(f"The library at {library.folder} is empty; add articles with `changji ingest FOLDER`.")
    reranker = None
    if chosen.reranker:
        from ingest.embed import Reranker

        reranker = Reranker(chosen.reranker)
    return Assistant(library, _generator(chosen), chosen.top_k, chosen.strictness, reranker)


def _generator(chosen: argparse.Namespace) -> object | None:
    """The language model that flags and environment name, or None; deciding so must not import it."""
    configured = any(os.environ.get(v) for v in ("CHANGJI_LLM_BASE_URL", "CHANGJI_LLM_MODEL", "OPENAI_API_KEY"))
    if chosen.llm == "none" or not (chosen.llm or chosen.llm_url or configured):
        return None
    from rag.generate import load_generator

    return load_generator(chosen.llm, chosen.llm_url, chosen.llm_key or os.environ.get("CHANGJI_LLM_API_KEY"))


def _ask(chosen: argparse.Namespace) -> int:
    from rag.assistant import Turn
    from ui.terminal import ask_again_and_again, print_answer

    if chosen.question is not None and not chosen.question.strip():
        raise QuestionError("The question is empty; ask something about the articles.")
    assistant = open_assistant(chosen)
    history = [Turn(question) for question in chosen.history]
    if chosen.question is None:
        ask_again_and_again(assistant, history, chosen.articles)
        return 0
    answer = assistant.ask(chosen.question, history, chosen.articles)
    if chosen.json:
        print(json.dumps(answer.to_dict(), ensure_ascii=False, indent=2))
    else:
        print_answer(answer)
    return 0


def _chat(chosen: argparse.Namespace) -> int:
    from ui.app import serve

    serve(open_assistant(chosen, empty=True), chosen.host, chosen.port, chosen.language or "", chosen.auth, chosen.mcp)
    return 0


def _articles(chosen: argparse.Namespace) -> int:
    from ingest.library import Library
    from ui.terminal import print_articles

    library = Library(library_folder(chosen.library))
    if chosen.json:
        print(json.dumps(library.catalogue(), ensure_ascii=False, indent=2))
    else:
        print_articles(library.articles(), library.passage_counts())
    return 0


def _remove(chosen: argparse.Namespace) -> int:
    from ingest.build import remove
    from ingest.library import Library

    library: Library = Library(library_folder(chosen.library))
    remove(library, chosen.ids)
    print(f"Removed {', '.join(chosen.ids)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
