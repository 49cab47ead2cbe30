"""The figures as a page of Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Figures = Any  # what a part gave, from JSON


def markdown(parts: Mapping[str, Mapping[str, Any]], plot: str) -> str:
    """Every part that was measured, with what a reader needs to judge it."""
    lines = ["# Benchmarks", "", _INTRODUCTION]
    for name, part in parts.items():
        title, body = _SECTIONS[name]
        lines += ["", f"## {title}", "", *body(part["figures"]), "", _circumstances(part)]
        if name == "growth":
            lines += ["", f"![Growth]({plot})"]
    return "\n".join(lines) + "\n"


_INTRODUCTION = (
    "Made by `make bench`, which writes this page out of `benchmarks.json`; nothing here is typed in by hand. Speeds "
    "depend on the machine: ratios, from runs in turn, are what compares. Peers are set up as their documentation "
    "does, with Changji's embedder and passages of 256 tokens or 450 characters without overlap."
)


def _circumstances(part: Mapping[str, Any]) -> str:
    machine, (before, after) = part["machine"], part["load"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    return (
        f"_{part['date']}, {machine['cpu']}, {machine['cores']} cores, load {before} before and {after} after, "
        f"Python {machine['python']}, {versions}._"
    )


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> list[str]:
    rule = ["---", *["--:"] * (len(head) - 1)]
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]


def _embedding(figures: Figures) -> list[str]:
    return [
        f"{figures['passages_per_second']:,.0f} passages of 450 characters a CPU second on one core "
        f"({figures['passages_per_second_wall']:,.0f} by the clock on the wall); loaded in "
        f"{figures['load_seconds']:.2f} s."
    ]


def _ingest(figures: Figures) -> list[str]:
    rows = (
        (
            name,
            f"{one['passages']:,.0f}",
            f"{one['wall']:.1f} s",
            f"{one['cpu']:.1f} s",
            f"{one['disk_bytes'] / 1e6:.0f} MB",
            f"{one['peak_mb']:.0f} MB",
            *(f"{figures['times_ours'][name][key]:.1f}×" for key in ("wall", "cpu", "disk_bytes")),
        )
        for name, one in figures["systems"].items()
    )
    head = ["", "passages", "wall", "CPU", "disk", "peak memory", "wall ratio", "CPU ratio", "disk ratio"]
    note = (
        "LlamaIndex counts its tokens in another vocabulary and takes its metadata off them, which makes its passages "
        "shorter and more. None of the three cleans; LangChain's BM25 tells words by the spaces between them alone, "
        "which Chinese lacks."
    )
    return [f"The whole of {figures['articles']:,} files, read to written:", "", *_table(head, rows), "", note]


def _quality(figures: Figures) -> list[str]:
    lines: list[str] = []
    for folder, found in figures.items():
        rows = (
            (name, f"{one['R@1']:.1%}", f"{one['R@10']:.1%}", f"{one['p50_ms']:.1f} ms", f"{one['p95_ms']:.1f} ms")
            for name, one in found["systems"].items()
        )
        lines += ["", f"{folder}, {found['queries']:,} questions among {found['corpus']:,} documents:", ""]
        lines += _table(["", "R@1", "R@10", "p50", "p95"], rows)
    return [*lines[1:], "", _ON_LANGCHAIN]


_ON_LANGCHAIN = (
    "LangChain's BM25 finds no word of a Chinese question and then gives any documents, which fusion by rank with "
    "equal weights puts first: hence its R@1."
)


def _growth(figures: Figures) -> list[str]:
    asked = [kind for kind in ("chinese", "english") if kind in figures[0]]
    rows = (
        (
            f"{row['passages']:,}",
            f"{row['passages_per_second']:,.0f}",
            f"{row['disk_bytes'] / row['passages'] / 1000:.1f} kB",
            *("{p50_cpu_ms:.1f} / {p50_ms:.1f} / {p95_ms:.1f} ms".format(**row[kind]) for kind in asked),
            f"{row['chinese']['memory_mb']:.0f} MB",
        )
        for row in figures
    )
    latencies = [f"{kind.capitalize()} questions, CPU p50 / p50 / p95" for kind in asked]
    head = ["passages", "ingested a CPU second", "disk each", *latencies, "memory while retrieving"]
    return ["Hybrid retrieval, embedding the question included, on one core:", "", *_table(head, rows)]


def _cold(figures: Figures) -> list[str]:
    return [
        f"A keyless `changji ask`, start to end, takes {figures['ask_over_imports']:.2f} times as long as "
        f'`python -c "{figures["imports"]}"` ({figures["ask_over_imports_cpu"]:.2f} times the CPU) and peaks at '
        f"{figures['ask_peak_mb']:.0f} MB."
    ]


def _chat(figures: Figures) -> list[str]:
    return [
        f"`changji chat` answers its first request {figures['first_request_over_imports']:.2f} times as long after its "
        f'start as `python -c "{figures["imports"]}"` takes.'
    ]


def _people(figures: Figures) -> list[str]:
    rows = (
        (count, f"{one['answers_per_second']:.1f}", f"{one['p50_ms']:.0f} ms", f"{one['p95_ms']:.0f} ms")
        for count, one in figures.items() if isinstance(one, dict)
    )  # fmt: skip
    return [
        f"{figures['questions']} questions through the page's API, each person asking the next one when answered:", "",
        *_table(["people at once", "answers a second", "p50", "p95"], rows),
    ]  # fmt: skip


def _servers(figures: Figures) -> list[str]:
    told = (
        ("ingest, wall", "wall", "{:.1f} s"), ("ingest, CPU of the process itself", "cpu", "{:.1f} s"),
        ("hybrid retrieval, p50", "p50_ms", "{:.1f} ms"), ("hybrid retrieval, p95", "p95_ms", "{:.1f} ms"),
        ("opening it; served, on a machine that never did", "open_seconds", "{:.2f} s"),
        ("first search after another process wrote an article", "follow_ms", "{:.0f} ms"),
    )  # fmt: skip
    embedded, served, ratio = figures["embedded"], figures["served"], figures["ratio"]
    rows = (
        (label, form.format(embedded[key]), form.format(served[key]), f"{ratio[key]:.1f}×") for label, key, form in told
    )
    return [
        f"{figures['articles']:,} files, {served['passages']:,.0f} passages, in one folder; and in PostgreSQL and on a "
        "Chroma server, both on the same machine:", "", *_table(["", "embedded", "served", "ratio"], rows),
    ]  # fmt: skip


_SECTIONS: dict[str, tuple[str, Callable[[Figures], list[str]]]] = {
    "embedding": ("Embedding", _embedding),
    "ingest": ("Ingest", _ingest),
    "quality": ("Retrieval quality", _quality),
    "growth": ("Growth", _growth),
    "cold": ("Cold start", _cold),
    "chat": ("Start of the page", _chat),
    "people": ("Many at once", _people),
    "servers": ("On servers", _servers),
}
