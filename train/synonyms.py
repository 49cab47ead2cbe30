"""Chinese words of like meaning, by the bundled embedder's vectors: 电影 → 影片, 片子 …"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from ingest.embed import MODEL, load_model

MOST = 6  # words
LEAST_COSINE = 0.42
_HAN_WORD = re.compile("[\u4e00-\u9fff]{2,}")


@lru_cache(maxsize=1 << 17)
def synonyms(word: str) -> tuple[str, ...]:
    """The words nearest to a Chinese one, nearest first; none for one that the embedder doesn't know."""
    words, units, rows = _vectors()
    if word not in rows:
        return ()
    cosines = units @ units[rows[word]]
    nearest = np.argpartition(-cosines, MOST)[: MOST + 1]
    ranked = nearest[np.argsort(-cosines[nearest])].tolist()
    return tuple(words[i] for i in ranked if cosines[i] >= LEAST_COSINE and words[i] != word)


@lru_cache(maxsize=1)
def _vectors() -> tuple[list[str], np.ndarray, dict[str, int]]:
    """The embedder's Chinese words of two characters or more, their unit vectors, and the row of each."""
    tensors, tokenizer = load_model(MODEL)
    ids = {word: id for word, id in tokenizer.get_vocab().items() if _HAN_WORD.fullmatch(word)}
    words = sorted(ids, key=ids.__getitem__)
    rows = tensors["embeddings"][[ids[word] for word in words]].astype(np.float32)
    units = rows / np.maximum(np.linalg.norm(rows, axis=1), 1e-6)[:, None]
    return words, units, {word: row for row, word in enumerate(words)}
