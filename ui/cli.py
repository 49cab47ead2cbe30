"""The command line: `changji ingest | ask | chat | eval | articles | remove`, and those of `ui.upkeep`."""

from __future__ import annotations

import argparse
import codecs
import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import ChangjiError, LibraryError, QuestionError, ReadError
from ingest.settings import library_place
from ui.evaluate import add_parser as add_evaluation
from ui.evaluate import joined
from ui.options import add_command, answering, everywhere, one_of, open_assistant, port, positive, setting
from ui.upkeep import add_upkeep, version_of

if TYPE_CHECKING:
    from ingest.library import Library
    from ingest.reading import Read

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked, 2 for an error that a user can mend."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if os.path.expanduser("~") == "~":  # a user without a home, as in containers, for whom Chroma doesn't load
        os.environ["HOME"] = "/nonexistent"
    _open_missing()
    _escape_unwritable()
    try:
        chosen = _parser().parse_args(joined(sys.argv[1:] if arguments is None else arguments))
        if not hasattr(chosen, "run"):
            _parser().print_help()
            return 0
        ended = chosen.run(chosen) or 0
        sys.stdout.flush()
        return ended
    except ChangjiError as error:
        print(f"changji: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has gone, as `head` does
        _discard_output()
        return 0
    except OSError as error:  # the last resort: what is foreseen is a ChangjiError
        told = f"{error.filename or 'the output'} can't be read or written ({error.strerror or error})"
        print(
            f"changji: {told}; check the disk's free space and the permissions, then do the same again.",
            file=sys.stderr,
        )
        _discard_output()
        return 2


def _open_missing() -> None:
    """What a caller has closed is nothing to read and takes all: else a file of the library's might get its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def _escape_unwritable() -> None:
    """What standard output's encoding lacks, as another than UTF-8 lacks Chinese, is written as JSON escapes it."""
    codecs.register_error("json", _escaped)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="json")


def _escaped(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def _discard_output() -> None:
    """What standard output still holds would otherwise be tried again, and told, when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="changji",
        description="Ask a collection of articles a question, and check the answer.",
        epilog="Begin with `changji ingest FOLDER`; then `changji ask QUESTION`, or `changji chat` for the page. "
        "`changji COMMAND --help` tells more of a command.",
    )
    parser.add_argument("--version", action="store_const", dest="run", const=_version, help="print the version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    shared = everywhere()
    asking = answering(shared)
    _add_ingest(commands, shared)
    _add_ask(commands, asking)
    _add_chat(commands, asking)
    add_evaluation(commands, asking)
    _add_articles(commands, shared)
    add_upkeep(commands, shared)
    return parser


def _version(chosen: argparse.Namespace) -> None:
    print(f"changji {version_of('changji')}")


def _add_ingest(commands: Any, shared: argparse.ArgumentParser) -> None:
    told = "bring the library up to date with folders, files or web addresses"
    examples = ("articles/", "one.pdf https://example.com/article", "articles/ --details")
    ingest = add_command(commands, "ingest", told, *examples, parents=[shared])
    ingest.add_argument("sources", nargs="*", metavar="FOLDER|URL", help="Markdown, text, HTML, PDF or Word")
    named = "a sentence-transformers model: name or folder (default: bundled)"
    ingest.add_argument("--embedder", metavar="NAME", help=named)
    ingest.add_argument("--tokens", type=positive, metavar="N", help="tokens in a passage, at most (new library: 256)")
    ingest.add_argument("--details", action="store_true", help="show what cleaning removed")
    ingest.set_defaults(run=_ingest)


def _add_ask(commands: Any, asking: argparse.ArgumentParser) -> None:
    told = "ask a question; without one, ask again and again"
    ask = add_command(commands, "ask", told, '"九位导演使用可灵的平均成本是多少？"', "", parents=[asking])
    ask.add_argument("question", nargs="*", metavar="QUESTION", help="in Chinese or English")
    ask.add_argument("--articles", nargs="+", metavar="ID", help="ask only these articles")
    earlier = "an earlier question (repeatable)"
    ask.add_argument("--history", action="append", default=[], metavar="QUESTION", help=earlier)
    ask.add_argument(
        "--json",
        action="store_true",
        help="print the answer as a JSON object; of questions in a pipe, each asked by itself, one object a line",
    )
    ask.set_defaults(run=_ask)


def _add_chat(commands: Any, asking: argparse.ArgumentParser) -> None:
    told = "serve the page in the browser, until Ctrl+C"
    chat = add_command(commands, "chat", told, "", "--port 8080 --language zh", parents=[asking])
    chat.add_argument("--host", default="127.0.0.1", help="0.0.0.0 opens it to other machines (default: 127.0.0.1)")
    chat.add_argument("--port", type=port, default=7860, help="default: 7860")
    chat.add_argument("--auth", **setting("CHANGJI_AUTH", _pair), metavar="USER:PASSWORD",
                      help="ask for them (better: $CHANGJI_AUTH)")  # fmt: skip
    chat.add_argument("--language", **setting("CHANGJI_LANGUAGE", one_of("zh", "en")),
                      help="of the page, zh or en (default: $CHANGJI_LANGUAGE, else the browser's)")  # fmt: skip
    chat.add_argument("--mcp", action="store_true", help="offer the same to programs as MCP tools, too")
    chat.set_defaults(run=_chat)


def _add_articles(commands: Any, shared: argparse.ArgumentParser) -> None:
    articles = add_command(commands, "articles", "list the articles", "", "--json", parents=[shared])
    articles.add_argument("--json", action="store_true", help="with their full cleaned texts")
    articles.set_defaults(run=_articles)

    remove = add_command(commands, "remove", "remove articles", "cameron-budget", parents=[shared])
    remove.add_argument("ids", nargs="+", metavar="ID", help="as `changji articles` lists them")
    remove.set_defaults(run=_remove)


def _pair(text: str) -> tuple[str, str]:
    user, colon, password = text.partition(":")
    if not (user and colon and password):
        raise argparse.ArgumentTypeError("must be a name and a password with a colon between them")
    return user, password


def _ingest(chosen: argparse.Namespace) -> int:
    from ingest.address import is_address
    from ingest.build import migrate, outdated
    from ingest.library import Library
    from ui.terminal import progress

    place = library_place(chosen.library)
    _check_sources(chosen.sources, chosen.embedder, place.folder)
    pages = {source: _page(source) for source in chosen.sources if is_address(source)}
    sources = [source for source in chosen.sources if pages.get(source, True)]
    if not (sources or chosen.embedder):
        return 2
    library = Library.create(place, chosen.embedder, **({"budget": chosen.tokens} if chosen.tokens else {}))
    if chosen.tokens and chosen.tokens != library.budget:
        raise LibraryError(
            f"The library at {place} cuts passages of {library.budget} tokens; "
            "choose another folder with --library for other passages."
        )
    if outdated(library, chosen.embedder):
        with progress("bringing the library up to date") as show:
            migrate(library, chosen.embedder, show)
    read = [_read(library, source, pages.get(source), chosen.details) for source in sources]
    library.close()
    return 0 if all(read) and len(sources) == len(chosen.sources) else 2


def _page(address: str) -> Read | None:
    """What is at an address; None, once the reason is printed, where that can't be read.

    It is asked for before a library is made, which would be left empty.
    """
    from ingest.build import read_address
    from ui.terminal import progress

    try:
        with progress(f"reading {address}"):
            return read_address(address)
    except ReadError as error:  # the others are read all the same
        print(f"changji: {error}", file=sys.stderr)
        return None


def _read(library: Library, source: str, page: Read | None, details: bool) -> bool:
    """Ingest one source and print what came of it; False where it, or the one file that it is, can't be read."""
    from ingest.build import ingest, ingest_read
    from ui.terminal import print_report, progress

    try:
        with progress(f"ingesting {source}") as show:
            report = ingest_read(library, page) if page else ingest(library, Path(source), show)
    except ReadError as error:  # the others are read all the same
        print(f"changji: {error}", file=sys.stderr)
        return False
    print_report(report, library, details)
    return not report.skipped or Path(source).is_dir()


def _check_sources(sources: Sequence[str], embedder: str | None, library: Path) -> None:
    """Before a library is made, which for what isn't there would be left empty."""
    from ingest.address import is_address
    from ingest.folder import article_files

    if not (sources or embedder) or not all(sources):
        raise LibraryError("Nothing to ingest; name a folder with articles: `changji ingest FOLDER`.")
    for source in sources:
        if not is_address(source):
            article_files(Path(source), library)


def _ask(chosen: argparse.Namespace) -> int:
    from rag.assistant import Turn
    from ui.terminal import answered, ask_again_and_again, print_answer

    question = " ".join(chosen.question)
    if chosen.question and not question.strip():
        raise QuestionError("The question is empty; ask something about the articles.")
    assistant = open_assistant(chosen)
    history = [Turn(question) for question in chosen.history]
    if not chosen.question:
        _check(chosen.articles, assistant.library)
        ask_again_and_again(assistant, history, chosen.articles, chosen.json)
        return 0
    answer = answered(assistant, question, history, chosen.articles)
    if chosen.json:
        print(json.dumps(answer.to_dict(), ensure_ascii=False, indent=2))
    else:
        print_answer(answer)
    return 0


def _check(articles: Sequence[str] | None, library: Library) -> None:
    """Whoever writes the question after `--articles` has it taken for an id."""
    unknown = [id for id in articles or () if not library.find_articles([id])]
    if unknown:
        raise QuestionError(
            f"There is no article {unknown[0]!r} in the library; if it is the question, put it before --articles."
        )


def _chat(chosen: argparse.Namespace) -> int:
    from ui.app import serve

    serve(open_assistant(chosen, empty=True), chosen.host, chosen.port, chosen.language or "", chosen.auth, chosen.mcp)
    return 0


def _articles(chosen: argparse.Namespace) -> int:
    from ingest.library import Library
    from ui.terminal import print_articles

    library = Library(library_place(chosen.library))
    if chosen.json:
        print(json.dumps(library.catalogue(), ensure_ascii=False, indent=2))
    else:
        print_articles(library.articles(), library.passage_counts())
    return 0


def _remove(chosen: argparse.Namespace) -> int:
    from ingest.build import remove
    from ingest.library import Library

    library: Library = Library(library_place(chosen.library))
    remove(library, chosen.ids)
    print(f"Removed {', '.join(chosen.ids)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
