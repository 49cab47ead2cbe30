"""The table of translations: English terms → Chinese alternatives, from alignment, dictionary, vectors and by hand.

Training the embedder makes it; `python -m train.translation` takes over what was written by hand since.
"""

from __future__ import annotations

import gzip
import math
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from ingest.embed import StaticEmbedder
from ingest.text import _ENGLISH_FUNCTION_WORDS as FUNCTION_WORDS
from ingest.text import fold
from ingest.translation import _TABLE, _table
from train.alignment import Lexicon, english, invert, is_han
from train.corpus import FILM, PRESS, Words, pieces, vocabulary

MOST = 8  # alternatives
LONGEST = 8  # characters of a dictionary word
PHRASE = 4  # words of an English dictionary phrase
# Score of an alternative = alignment + DICTIONARY if it is in there + cosine + FREQUENT · log frequency.
DICTIONARY = 0.3
FREQUENT = 0.6
SINGLE = 0.3  # taken off single characters: they are parts of many words
LEAST_SCORE = 0.5
LEAST_COSINE = 0.15
NEAREST = 3  # tokens by vector alone, at least this near:
LEAST_NEARNESS = 0.55


def write_table(words: Words, counts: Counter[str], lexicon: Lexicon, model: Path) -> None:
    """Write translation.txt.gz beside the model's folder: a line each of term, tab, alternatives joined by |."""
    _write(table(words, counts, lexicon, StaticEmbedder(model)), model.parent / "translation.txt.gz")


def _write(rows: dict[str, list[str]], path: Path) -> None:
    text = "".join(f"{term}\t{'|'.join(chinese)}\n" for term, chinese in sorted(rows.items()))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def table(words: Words, counts: Counter[str], lexicon: Lexicon, embedder: StaticEmbedder) -> dict[str, list[str]]:
    """English term in search form → Chinese alternatives, best first; those written by hand come before all."""
    dictionary = invert(words.glosses)
    written = by_hand()
    spoken = {term for left, _ in words.parallel for term in english(left)}
    known = {*lexicon, *(t for t in dictionary if len(t.split()) <= PHRASE), *written, *spoken} - FUNCTION_WORDS
    terms = sorted(term for term in known if not all(word in FUNCTION_WORDS for word in term.split()))
    nearest = _nearest([term for term in terms if " " not in term], counts, embedder)
    rows = {}
    for term, vector in zip(terms, embedder.embed_passages(terms), strict=True):
        scores: dict[str, float] = defaultdict(float)
        for chinese, weight in lexicon.get(term, {}).items():
            if len(chinese) > 1 or weight > 0.3:
                scores[chinese] += weight
        for chinese in dictionary.get(term, ()):
            if len(chinese) <= LONGEST:
                scores[chinese] += DICTIONARY
        for chinese in nearest.get(term, ()):
            scores[chinese] += 0.0
        best = _best(scores, vector, counts, embedder)
        chosen = list(dict.fromkeys([*written.get(term, ()), *best]))[:MOST]
        if chosen:
            rows[term] = chosen
    return rows


def _best(scores: dict[str, float], vector: np.ndarray, counts: Counter[str], embedder: StaticEmbedder) -> list[str]:
    candidates = list(scores)
    cosines = embedder.embed_passages(candidates) @ vector
    ranked = []
    for chinese, cosine in zip(candidates, cosines.tolist(), strict=True):
        frequent = FREQUENT * min(math.log1p(counts[chinese]), 8.0) / 8
        score = scores[chinese] + cosine + frequent - (SINGLE if len(chinese) == 1 else 0.0)
        if score > LEAST_SCORE and cosine > LEAST_COSINE:
            ranked.append((-score, chinese))
    return [chinese for _, chinese in sorted(ranked)]


def _nearest(terms: list[str], counts: Counter[str], embedder: StaticEmbedder) -> dict[str, list[str]]:
    """The Chinese words whose vectors are nearest to each term's."""
    candidates = [word for word, count in counts.most_common(60_000) if is_han(word) and len(word) > 1 and count > 3]
    vectors = embedder.embed_passages(candidates).T
    found: dict[str, list[str]] = {}
    for start in range(0, len(terms), 500):
        block = terms[start : start + 500]
        cosines = embedder.embed_passages(block) @ vectors
        for term, row in zip(block, cosines, strict=True):
            top = np.argpartition(-row, NEAREST)[:NEAREST]
            found[term] = [candidates[i] for i in top if row[i] > LEAST_NEARNESS]
    return found


def by_hand() -> dict[str, list[str]]:
    """The translations of train/film_vocabulary.tsv and train/press_vocabulary.tsv, all in search form."""
    found: dict[str, list[str]] = defaultdict(list)
    for left, right in (pair for path in (FILM, PRESS) for pair in vocabulary(path)):
        found[" ".join(english(pieces(left)))].append(fold(right))
    return {term: all for term, all in found.items() if term}


def main() -> None:
    """Put what is written by hand first in the table that is there, without learning anything anew."""
    rows = {term: line.split("|") for term, line in _table().items()}
    for term, chinese in by_hand().items():
        rows[term] = list(dict.fromkeys([*chinese, *rows.get(term, [])]))[:MOST]
    _write(rows, _TABLE)


if __name__ == "__main__":
    main()
