"""How close two texts are in meaning, by the bundled embedder, whatever made the library."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from ingest.split import sentences

if TYPE_CHECKING:
    import numpy as np

LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-z0-9À-ɏ.\-'’]*")
_WORDS = re.compile(r"[^\W_]")
_CLAUSE, _SHORTEST_CLAUSE = re.compile(r"[，：；,;]"), 8


def closeness(claim: str, evidence: str, by_clause: bool = False) -> float:
    """The best cosine of a claim with evidence or one of its sentences, shared Latin words left out of both.

    A claim of nothing else, such as “Sora”, is as close as can be: every word of it stands there.
    Chinese sentences run long, and a claim is often one clause of them; `by_clause` looks at each.
    """
    shared = set(map(str.lower, LATIN.findall(claim))) & set(map(str.lower, LATIN.findall(evidence)))
    stated = _without(claim, shared)
    if shared and not _WORDS.search(stated):
        return 1.0
    pieces = [evidence, *(evidence[start:end] for start, end in sentences(evidence))]
    if by_clause:
        pieces += [clause for clause in _CLAUSE.split(evidence) if len(clause) >= _SHORTEST_CLAUSE]
    return max(_cosine(stated, _without(piece, shared)) for piece in dict.fromkeys(pieces))


def _without(text: str, words: Iterable[str]) -> str:
    gone = set(words)
    return " ".join(LATIN.sub(lambda match: " " if match.group().lower() in gone else match.group(), text).split())


def _cosine(one: str, other: str) -> float:
    return float(_vector(one) @ _vector(other))


@lru_cache(maxsize=2048)
def _vector(text: str) -> np.ndarray:
    from ingest.embed import load_embedder

    return load_embedder().embed_query(text)
