"""How rare a term is in Chinese press at large: what a library of five articles can't tell from its own counts.

`rarity.txt.gz` has a line for each tenth of log(N / document frequency), with the terms of that rarity; `train.rarity`
counted them in news.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

STEP = 0.1
TABLE = Path(__file__).with_name("rarity.txt.gz")


def rarity(term: str) -> float:
    """Natural logarithm of passages over passages that hold the term; terms not in the table are the rarest of all."""
    table, greatest = _table()
    return table.get(term, greatest)


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, float], float]:
    table: dict[str, float] = {}
    with gzip.open(TABLE, "rt", encoding="utf-8") as lines:
        for level, line in enumerate(lines):
            table.update(dict.fromkeys(line.split(), level * STEP))
    return table, (level + 1) * STEP
