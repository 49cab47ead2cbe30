"""The bundled reader: a small transformer that reads a passage with the question in mind and scores its sentences."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest.embed import load_model
from ingest.text import HAN, fold

if TYPE_CHECKING:
    from rag.query import Query

BEGIN, PART, SENTENCE = 2, 3, 4  # marks among the tokens: of the whole, after question and title, after each sentence
MOST_TOKENS = 512  # of question, title and passage together
_QUESTION, _TITLE = 72, 36  # tokens of them that are read
_HEADS = 5
_MOST_REMEMBERED = 512  # passages
_ALTERNATIVES = 3  # Chinese ones of an English term that are shown to the reader
_HAN = re.compile(f"[{HAN}]")
_MODEL = Path(__file__).with_name("model")


class Reader:
    """A transformer encoder: rotary positions, normalised queries and keys, squared ReLU, no biases.

    It reads [question, title, sentence, mark, sentence, mark …] and scores what it holds at each mark: the log-odds of
    that sentence to answer against no sentence answering. int8 rows with a scale each, turned into float32 once.
    """

    def __init__(self, folder: Path) -> None:
        tensors, self._tokenizer = load_model(folder)
        names = [name for name in tensors if not name.endswith(".scale")]
        weights = {name: tensors[name] * tensors.get(f"{name}.scale", np.float32(1)) for name in names}
        self._embeddings = _normal(weights["emb.weight"])
        blocks = sorted({int(name.split(".")[1]) for name in names if name.startswith("blocks.")})
        # Transposed once, so that every product runs along memory.
        self._blocks = [
            [np.ascontiguousarray(weights[f"blocks.{n}.{part}.weight"].T) for part in ("qkv", "out", "up", "down")]
            for n in blocks
        ]
        self._hidden, self._bias = weights["h1.weight"].T, weights["h1.bias"]
        self._score, self._base = weights["h2.weight"][0], float(weights["h2.bias"][0])
        self._turns = _rotary(MOST_TOKENS, self._embeddings.shape[1] // _HEADS)
        # A product of matrices takes every core; several at once, of as many visitors, would wait for each other spinning.
        self._alone = threading.Lock()
        # A follow-up looks again at what was found before, in several readings.
        self._remembered = lru_cache(_MOST_REMEMBERED)(self._scores)

    def scores(self, question: str, title: str, sentences: Sequence[str]) -> np.ndarray:
        """Log-odds of each sentence, shape (len(sentences),); NaN for those beyond what fits into the reader."""
        return self._remembered(question, title, tuple(sentences))

    def _scores(self, question: str, title: str, sentences: tuple[str, ...]) -> np.ndarray:
        ids = self._tokens(question, title, sentences)
        marks = np.flatnonzero(ids == SENTENCE)
        with self._alone:
            told = np.maximum(self._read(ids, marks) @ self._hidden + self._bias, 0) @ self._score + self._base
        return np.concatenate([told, np.full(len(sentences) - len(marks), np.nan, dtype=np.float32)])

    def _tokens(self, question: str, title: str, sentences: Sequence[str]) -> np.ndarray:
        asked, called, *told = (self._tokenizer.encode(text).ids for text in (question, title, *sentences))
        return np.array(laid_out(asked, called, told))

    def _read(self, ids: np.ndarray, marks: np.ndarray) -> np.ndarray:
        """What the last layer holds at the marks, shape (len(marks), width)."""
        x = self._embeddings[ids]
        everywhere = np.arange(len(ids))
        for block in self._blocks:
            x = self._block(x, marks if block is self._blocks[-1] else everywhere, *block)
        return _normal(x)

    def _block(
        self, x: np.ndarray, at: np.ndarray, qkv: np.ndarray, out: np.ndarray, up: np.ndarray, down: np.ndarray
    ) -> np.ndarray:
        """One layer, for the positions `at` only: of the last one nothing else is needed."""
        q, k, v = (_normal(x) @ qkv).reshape(len(x), 3, _HEADS, -1).transpose(1, 2, 0, 3)
        cosines, sines = (turns[: len(x)] for turns in self._turns)
        q, k = _turned(_normal(q[:, at]), cosines[at], sines[at]), _turned(_normal(k), cosines, sines)
        seen = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])
        np.exp(seen - seen.max(axis=-1, keepdims=True), out=seen)
        seen /= seen.sum(axis=-1, keepdims=True)
        x = x[at] + (seen @ v).transpose(1, 0, 2).reshape(len(at), x.shape[1]) @ out
        wide = np.maximum(_normal(x) @ up, 0)
        return x + np.square(wide, out=wide) @ down


def asked_as(query: Query) -> str:
    """A question as the reader reads it: in search form, an English one with the Chinese for its terms."""
    return fold(query.text) if query.chinese else with_chinese(fold(query.text), query.concepts)


def with_chinese(english: str, concepts: Iterable[Sequence[str]]) -> str:
    """An English question with the Chinese among its terms' alternatives behind it: who directs? | 导演、执导."""
    chinese = [[form for form in concept if _HAN.search(form)][:_ALTERNATIVES] for concept in concepts]
    told = "；".join("、".join(forms) for forms in chinese if forms)
    return f"{english} | {told}" if told else english


@lru_cache(maxsize=1)
def bundled() -> Reader:
    """The bundled reader, loaded once."""
    return Reader(_MODEL)


def laid_out(question: Sequence[int], title: Sequence[int], sentences: Iterable[Sequence[int]]) -> list[int]:
    """Tokens as the reader reads them, of sentences as many as fit: the last one may be cut."""
    ids = [BEGIN, *question[:_QUESTION], PART, *title[:_TITLE], PART]
    for sentence in sentences:
        ids += [*sentence[: max(MOST_TOKENS - len(ids) - 1, 0)], SENTENCE]
        if len(ids) >= MOST_TOKENS:
            break
    return ids


def _normal(x: np.ndarray) -> np.ndarray:
    """Rows of root mean square 1 (Zhang and Sennrich 2019, without a gain)."""
    return x / np.sqrt(np.mean(np.square(x), axis=-1, keepdims=True) + 1e-6)


def _rotary(length: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Cosines and sines of the positions' angles, each of shape (length, width / 2) (Su et al. 2021)."""
    angles = np.arange(length)[:, None] * 10000.0 ** (-np.arange(0, width, 2) / width)
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)


def _turned(x: np.ndarray, cosines: np.ndarray, sines: np.ndarray) -> np.ndarray:
    first, second = np.split(x, 2, axis=-1)
    return np.concatenate([first * cosines - second * sines, first * sines + second * cosines], axis=-1)
