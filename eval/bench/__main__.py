"""`python -m eval.bench [PART …] --news FILE --beir DIR`: measure, and write the figures, a table and a plot."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from eval.bench.measure import machine
from eval.bench.parts import PARTS, Options
from eval.bench.plot import plot_growth
from eval.bench.report import markdown

_OUT = Path("docs/benchmarks.json")
_SIZES = (1_000, 10_000, 20_000, 100_000, 200_000)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts wanted, and keep what earlier runs found of the others."""
    chosen = _parser().parse_args(arguments)
    out: Path = chosen.out
    parts = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    out.parent.mkdir(parents=True, exist_ok=True)
    for name in chosen.parts or [name for name in PARTS if name != "servers" or chosen.chroma]:
        parts[name] = _measured(name, chosen)
        out.write_text(json.dumps(parts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    plot = out.with_suffix(".svg")
    if "growth" in parts:
        plot_growth(parts["growth"]["figures"], plot)
    out.with_suffix(".md").write_text(markdown(parts, plot.name), encoding="utf-8")
    print(markdown(parts, plot.name))
    return 0


def _measured(name: str, chosen: argparse.Namespace) -> dict[str, Any]:
    from rich.console import Console

    options = Options(*(getattr(chosen, field.name) for field in fields(Options)))
    before = os.getloadavg()[0]
    with Console(stderr=True).status(name) as status:
        figures = PARTS[name](options, status.update)
    return {
        "figures": _rounded(figures),
        "date": datetime.now(timezone.utc).date().isoformat(),
        "load": [round(before, 1), round(os.getloadavg()[0], 1)],
        "machine": machine(),
    }


def _rounded(figures: Any) -> Any:
    """Four significant digits: what repeats, if anything does."""
    if isinstance(figures, float):
        return float(f"{figures:.4g}")
    if isinstance(figures, dict):
        return {key: _rounded(value) for key, value in figures.items()}
    return [_rounded(value) for value in figures] if isinstance(figures, list) else figures


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description=__doc__)
    add = parser.add_argument
    every = f"{', '.join(PARTS)} (default: all, servers if they are named)"
    add("parts", nargs="*", choices=[*PARTS, []], metavar="PART", help=every)
    add("--news", type=Path, required=True, metavar="JSONL", help="articles to ingest, and noise")
    add("--beir", type=Path, required=True, metavar="DIR", help="a BEIR folder with Chinese questions")
    add("--english", type=Path, metavar="DIR", help="a BEIR folder with English questions")
    add("--sizes", type=int, nargs="+", default=_SIZES, metavar="N", help="passages to grow to")
    add("--files", type=int, default=3_840, metavar="N", help="articles ingested as files (default: %(default)s)")
    add("--rounds", type=int, default=3, metavar="N", help="of what is measured in turn (default: %(default)s)")
    add("--noise", type=int, default=5_000, metavar="N", help="articles among the BEIR corpus (default: %(default)s)")
    add("--database", default="", metavar="URL", help="a PostgreSQL for the part `servers`, used by nobody else")
    add("--chroma", default="", metavar="URL", help="and a Chroma server")
    add("--out", type=Path, default=_OUT, metavar="JSON", help="(default: %(default)s; .md and .svg stand beside it)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
