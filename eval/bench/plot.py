"""How figures grow with the library, as one SVG."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]
_PANELS: tuple[tuple[str, dict[str, Callable[[Row], float]]], ...] = (
    ("hybrid retrieval, CPU ms (median)", {
        "Chinese questions": lambda row: row["chinese"]["p50_cpu_ms"],
        "English questions": lambda row: row["english"]["p50_cpu_ms"],
    }),
    ("ingest, passages a second", {"split, embed, write": lambda row: row["passages_per_second"]}),
    ("megabytes", {
        "on disk": lambda row: row["disk_bytes"] / 1e6,
        "in memory, retrieving": lambda row: row["chinese"]["memory_mb"],
        "the vectors alone": lambda row: row["passages"] * 256 * 4 / 1e6,
    }),
)  # fmt: skip


def plot_growth(rows: Sequence[Row], path: Path) -> None:
    """Retrieval, ingest and sizes over the number of passages; sizes on logarithmic axes."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "changji"  # the same figures make the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(_PANELS), figsize=(12, 3.4), layout="constrained")
    passages = [row["passages"] for row in rows]
    for axis, (title, lines) in zip(axes, _PANELS, strict=True):
        for label, value in lines.items():
            if label != "English questions" or "english" in rows[0]:
                axis.plot(passages, [value(row) for row in rows], marker="o", label=label)
        logarithmic = title == "megabytes"
        axis.set(title=title, xlabel="passages", xscale="log", yscale="log" if logarithmic else "linear")
        axis.set_ylim(None if logarithmic else 0)
        axis.grid(alpha=0.3)
        axis.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
