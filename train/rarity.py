"""Count how rare terms are in news: `python -m train.rarity DATA_FOLDER` writes ingest/rarity.txt.gz."""

from __future__ import annotations

import argparse
import gzip
import json
import math
from collections import Counter, defaultdict
from pathlib import Path

from rich.progress import track

from ingest.rarity import STEP, TABLE
from ingest.text import words

CHARACTERS = 450  # of a passage
LEAST = 12  # passages that must hold a term: rarer ones are as rare as unknown ones


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    counts: Counter[str] = Counter()
    passages = 0
    with gzip.open(parser.parse_args().data / "news.jsonl.gz", "rt", encoding="utf-8") as lines:
        for record in track(map(json.loads, lines), description="news", total=38_321):
            text = record["first"] + "\n" + record["rest"]
            for i in range(0, min(len(text), 4 * CHARACTERS), CHARACTERS):
                counts.update({term for term in words(text[i : i + CHARACTERS]) if " " not in term})
                passages += 1
    levels: dict[int, list[str]] = defaultdict(list)
    for term, count in counts.items():
        if count >= LEAST:
            levels[int(math.log(passages / count) / STEP)].append(term)
    table = "\n".join(" ".join(sorted(levels[level])) for level in range(max(levels) + 1)) + "\n"
    TABLE.write_bytes(gzip.compress(table.encode(), 9, mtime=0))
    print(f"{passages} passages, {sum(map(len, levels.values()))} terms, {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
