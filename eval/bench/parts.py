"""The parts of the benchmark, each a function of the options that gives plain figures."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import Any

from eval.beir import load_task
from eval.bench import measure
from eval.bench.isolated import command, isolated
from eval.bench.page import IMPORTS, ask, at_once, served
from eval.bench.shared import in_place
from eval.bench.systems import SYSTEMS
from eval.bench.texts import write_files
from eval.cases import load_cases
from ingest.settings import Place

Step = Callable[[str], None]  # tells what is being measured
_PEOPLE = (1, 8, 32)
_IMPORTS = "import llama_index.core, chromadb"


@dataclass(frozen=True)
class Options:
    """Where the data is, and how much of it to take."""

    news: Path  # JSON Lines of articles
    beir: Path  # a BEIR folder
    english: Path | None  # another, with English questions
    sizes: Sequence[int]  # passages
    files: int  # articles ingested as files: 3,840 of the news make some 10,000 passages
    rounds: int
    noise: int  # articles joined to the BEIR corpus
    database: str = ""  # addresses of servers that nobody else uses
    chroma: str = ""


def embedding(options: Options, step: Step) -> dict[str, Any]:
    """Passages of 450 characters embedded a second on one core, and how soon the embedder is loaded."""
    step("embedding")
    rounds = [isolated(measure.embedding, options.news, 10_000) for _ in range(options.rounds)]
    return {key: median(result[key] for result in rounds) for key in rounds[0]}


def ingest(options: Options, step: Step) -> dict[str, Any]:
    """The same files through every system, in turn, as many rounds as wanted; ratios are medians over the rounds."""
    rounds: list[dict[str, dict[str, float]]] = []
    with _scratch() as scratch:
        write_files(options.news, options.files, scratch / "files")
        write_files(options.news, 20, scratch / "few")
        for number in range(options.rounds):
            rounds.append({})
            for name in SYSTEMS:
                step(f"ingest, round {number + 1}: {name}")
                index = scratch / f"{name}-{number}"
                index.mkdir()
                rounds[-1][name] = isolated(measure.ingest, name, scratch / "files", scratch / "few", index, cores=None)
                shutil.rmtree(index)
    ours = next(iter(SYSTEMS))
    return {
        "articles": options.files,
        "systems": {name: {key: median(r[name][key] for r in rounds) for key in rounds[0][name]} for name in SYSTEMS},
        "times_ours": {
            name: {key: median(r[name][key] / r[ours][key] for r in rounds) for key in ("wall", "cpu", "disk_bytes")}
            for name in SYSTEMS
        },
    }


def quality(options: Options, step: Step) -> dict[str, Any]:
    """R@1, R@10 and latency of every system on the same documents, with the same embedder."""
    found: dict[str, Any] = {}
    for folder in filter(None, (options.beir, options.english)):
        task = load_task(folder, options.news, None, options.noise)
        texts = {article.id: article.text for article in task.articles}
        right = [{id for id, grade in grades.items() if grade > 0} for grades in task.grades]
        asked = list(zip(task.queries, right, strict=True))
        found[folder.name] = {"queries": len(asked), "corpus": len(texts), "systems": {}}
        for name in SYSTEMS:
            step(f"quality on {folder.name}: {name}")
            with _scratch() as scratch:
                found[folder.name]["systems"][name] = isolated(measure.quality, name, texts, asked, scratch / "index")
    return found


def growth(options: Options, step: Step) -> list[dict[str, float]]:
    """Ingest, disk, retrieval and memory as a library grows."""
    rows = []
    for size in options.sizes:
        with _scratch() as scratch:
            step(f"growth: making {size:,} passages")
            row = isolated(measure.grow, options.news, size, scratch / "library")
            for kind, folder in (("chinese", options.beir), ("english", options.english)):
                if folder:
                    step(f"growth: asking {row['passages']:,} passages")
                    questions = load_task(folder, None, 300, None).queries
                    row[kind] = isolated(measure.retrieval, scratch / "library", questions)
            rows.append(row)
    return rows


def cold(options: Options, step: Step) -> dict[str, Any]:
    """A keyless `changji ask` from start to end beside importing llama-index and Chroma alone, in turn."""
    question = load_cases(None)[0].question
    with _seeds_library() as library:
        asking = ("-m", "ui.cli", "ask", question, "--library", str(library), "--llm", "none")
        rounds = []
        for number in range(2 * options.rounds + 1):
            step(f"cold start, round {number}")
            rounds.append((command("-c", _IMPORTS), command(*asking)))
    rounds = rounds[1:]  # the first one reads the disk
    return {
        "imports": _IMPORTS,
        "ask_seconds": median(ask.wall for _, (ask, _) in rounds),
        "ask_over_imports": median(ask.wall / bare.wall for (bare, _), (ask, _) in rounds),
        "ask_over_imports_cpu": median(ask.cpu / bare.cpu for (bare, _), (ask, _) in rounds),
        "ask_peak_mb": max(peak for _, (_, peak) in rounds),
    }


def chat(options: Options, step: Step) -> dict[str, Any]:
    """`changji chat` until its first request is answered, beside the imports it needs, in turn."""
    rounds = []
    with _seeds_library() as library:
        for number in range(2 * options.rounds + 1):
            step(f"start of the chat, round {number}")
            bare, _ = command("-c", IMPORTS)
            with served(library) as (_, seconds):
                rounds.append((bare.wall, seconds))
    rounds = rounds[1:]
    return {
        "imports": IMPORTS,
        "first_request_seconds": median(seconds for _, seconds in rounds),
        "first_request_over_imports": median(seconds / bare for bare, seconds in rounds),
    }


def people(options: Options, step: Step) -> dict[str, Any]:
    """1, 8 and 32 people asking the page at once."""
    questions = [case.question for case in load_cases(None) if not case.history]
    found: dict[str, Any] = {"questions": len(questions)}
    with _seeds_library() as library, served(library) as (address, _):
        ask(address, questions[0])
        for count in _PEOPLE:
            step(f"{count} people at once")
            found[str(count)] = at_once(address, count, questions)
    return found


def servers(options: Options, step: Step) -> dict[str, Any]:
    """A library in a folder and one on servers, in turn, as many rounds as wanted; medians, and medians of ratios."""
    questions = load_task(options.beir, None, 300, None).queries
    rounds: list[dict[str, Any]] = []
    with _scratch() as scratch:
        write_files(options.news, options.files, scratch / "files")
        write_files(options.news, 20, scratch / "few")
        for number in range(options.rounds):
            rounds.append({})
            for name in ("embedded", "served"):
                step(f"servers, round {number + 1}: {name}")
                folder = scratch / f"{name}{number}" / "library"
                place = Place(folder, *((options.database, options.chroma) if name == "served" else ()))
                arguments = (place, scratch / "files", scratch / "few", questions)
                rounds[-1][name] = isolated(in_place, *arguments, cores=None)
                shutil.rmtree(folder.parent)
    keys = list(rounds[0]["served"])
    return {
        "articles": options.files,
        **{name: {key: median(found[name][key] for found in rounds) for key in keys} for name in rounds[0]},
        "ratio": {key: median(found["served"][key] / found["embedded"][key] for found in rounds) for key in keys},
    }


PARTS: dict[str, Callable[[Options, Step], Any]] = {
    part.__name__: part for part in (embedding, ingest, quality, growth, cold, chat, people, servers)
}


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="changji-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def _seeds_library() -> Iterator[Path]:
    with _scratch() as scratch:
        command("-m", "ui.cli", "ingest", str(files("seeds")), "--library", str(scratch / "library"))
        yield scratch / "library"
