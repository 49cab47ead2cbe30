"""Embedders: the bundled one, which needs numpy and tokenizers alone, and any sentence-transformers model."""

from __future__ import annotations

import contextlib
import hashlib
import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ingest.errors import EmbedderError
from ingest.hub import only_here
from ingest.text import fold

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder
    from tokenizers import Tokenizer

BUNDLED = "bundled"
MODEL = Path(__file__).with_name("model")
_WEIGHTS = "model.safetensors"
_BLOCK = 512  # texts
_MOST_WORDS = 500_000  # whose tokens are remembered: some 100 MB
_PROGRESS_FROM = 200  # passages: a large model takes more than a second for them
# Models that were trained with prompts but don't say so in their configuration, by what their names hold.
_PROMPTS = (
    (
        r"e5.*instruct",
        {"query": "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "},
    ),
    (r"(?<![a-z0-9])e5(?![a-z0-9])", {"query": "query: ", "document": "passage: "}),
    (r"bge-(small|base|large)-zh", {"query": "为这个句子生成表示以用于检索相关文章："}),
    (r"bge-(small|base|large)-en", {"query": "Represent this sentence for searching relevant passages: "}),
)


class Embedder(Protocol):
    """Turns text into unit vectors. `name` identifies the model and its version: a library remembers it."""

    name: str
    dimensions: int
    lot: int  # characters to embed and write at once: what an interrupted ingest loses

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows, shape (len(texts), dimensions), float32; a text without any known token gets zeros."""
        ...

    def embed_query(self, text: str) -> np.ndarray:
        """A unit vector, shape (dimensions,), float32."""
        ...


def load_embedder(name: str = BUNDLED) -> Embedder:
    """The bundled embedder, or a sentence-transformers model by hub name or folder; else an EmbedderError."""
    return bundled() if name == BUNDLED else _sentence_transformer(name)


@lru_cache(maxsize=1)
def bundled() -> StaticEmbedder:
    """The bundled embedder, loaded once."""
    return StaticEmbedder(MODEL)


class StaticEmbedder:
    """The mean of token vectors, from a folder in sentence-transformers' StaticEmbedding format: int8 rows, weighted.

    Texts are put into search form and cut into words first (`segment`), so that Traditional and Simplified, full and
    half width meet; sentence-transformers gives the same vectors for the words joined by spaces.
    """

    lot = 1_500_000  # some 4,000 passages, a second

    def __init__(self, folder: Path) -> None:
        tensors, tokenizer = load_model(folder)
        self._rows, self._weights = tensors["embeddings"], tensors["weights"].astype(np.float32)
        self._tokens = _WordTokens(tokenizer)
        self.dimensions = self._rows.shape[1]
        self.name = f"{BUNDLED}-{_fingerprint(folder / _WEIGHTS)}"

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows, shape (len(texts), dimensions)."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _BLOCK):
            # Step by step over a block, each step's data stay in cache: a third quicker than text by text.
            cut = [segment(text) for text in texts[start : start + _BLOCK]]
            for row, ids in enumerate([self._ids(words) for words in cut], start):
                vectors[row] = self._mean(ids)
        return vectors

    def embed_query(self, text: str) -> np.ndarray:
        """A unit vector, shape (dimensions,); zeros if no token of text is known."""
        return self._mean(self._ids(segment(text)))

    def _ids(self, words: list[str]) -> np.ndarray:
        if len(self._tokens) > _MOST_WORDS:
            self._tokens.clear()
        # Joined bytes need no Python number for each token: half again as many passages a second.
        return np.frombuffer(b"".join(map(self._tokens.__getitem__, words)), dtype=np.int32)

    def _mean(self, ids: np.ndarray) -> np.ndarray:
        if not len(ids):
            return np.zeros(self.dimensions, dtype=np.float32)
        # The weights do the scaling and the sum at once; the mean's length doesn't matter to a unit vector.
        total = self._weights.take(ids) @ self._rows.take(ids, axis=0).astype(np.float32)
        return total / max(math.sqrt(total @ total), 1e-12)


def load_model(folder: Path) -> tuple[dict[str, np.ndarray], Tokenizer]:
    """A model's tensors by name, and its tokenizer, from a folder that holds both."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    return load_file(folder / _WEIGHTS), Tokenizer.from_file(str(folder / "tokenizer.json"))


class _WordTokens(dict[str, bytes]):
    """Word → token ids as int32 bytes, each word tokenized once: a passage then costs a look-up a word."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__()
        self._tokenizer = tokenizer

    def __missing__(self, word: str) -> bytes:
        whole = self._tokenizer.token_to_id(word)  # ten times as quick as encoding, and most words are a token
        ids = [whole] if whole is not None else self._tokenizer.encode(word, add_special_tokens=False).ids
        self[word] = np.array(ids, dtype=np.int32).tobytes()
        return self[word]


def segment(text: str) -> list[str]:
    """Words of text in search form, as the bundled model's tokenizer expects them."""
    import rjieba

    return rjieba.cut(fold(text))


def _fingerprint(path: Path) -> str:
    """A version for weights: size and a digest of the first and last megabyte, so that loading stays quick."""
    digest = hashlib.sha256(str(path.stat().st_size).encode())
    with path.open("rb") as file:
        digest.update(file.read(1 << 20))
        file.seek(max(path.stat().st_size - (1 << 20), 0))
        digest.update(file.read())
    return digest.hexdigest()[:12]


class TransformerEmbedder:
    """Any sentence-transformers model, with its own prompts for queries and passages."""

    lot = 100_000  # some 270 passages, up to a few minutes

    def __init__(self, name: str) -> None:
        with _loading(name):
            here = _only_here(name)
            from sentence_transformers import SentenceTransformer

            self._model = SentenceTransformer(name, local_files_only=here)
        self.dimensions = self._model.get_embedding_dimension() or 0  # of a model that doesn't say
        self.name = name if not Path(name).is_dir() else f"{name}-{_folder_fingerprint(Path(name))}"
        if not any(self._model.prompts.values()):
            named = Path(name).name.lower()
            self._model.prompts.update(next((prompts for sign, prompts in _PROMPTS if re.search(sign, named)), {}))

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows, shape (len(texts), dimensions)."""
        vectors = self._model.encode_document(
            list(texts), batch_size=32, normalize_embeddings=True, show_progress_bar=len(texts) >= _PROGRESS_FROM
        )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimensions)

    def embed_query(self, text: str) -> np.ndarray:
        """A unit vector, shape (dimensions,)."""
        vector = self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vector, dtype=np.float32)


@lru_cache(maxsize=2)
def _sentence_transformer(name: str) -> TransformerEmbedder:
    return TransformerEmbedder(name)


class Reranker:
    """A cross-encoder that scores question and passage together; slower and better than either index."""

    def __init__(self, name: str) -> None:
        self.name = name
        with _loading(name, reranks=True):
            here = _only_here(name)
            from sentence_transformers import CrossEncoder

            self._model: CrossEncoder = CrossEncoder(name, local_files_only=here)

    def scores(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """One score for each text, shape (len(texts),); higher is better."""
        pairs = [(question, text) for text in texts]
        return np.asarray(self._model.predict(pairs, show_progress_bar=False), dtype=np.float32).reshape(len(texts))


@contextlib.contextmanager
def _loading(name: str, reranks: bool = False) -> Iterator[None]:
    """Whatever keeps a model from loading becomes one sentence."""
    try:
        yield
    except Exception as error:
        raise _failed(name, error, reranks) from error


def _failed(name: str, error: Exception, reranks: bool) -> EmbedderError:
    if Path(name).exists():
        return EmbedderError(
            "The folder {name} holds no model that sentence-transformers can load ({kind}); give a folder saved by it, "
            "or a name such as BAAI/bge-m3.",
            name=name,
            kind=type(error).__name__,
        )
    if reranks:
        return EmbedderError(
            "The model {name} is neither a folder here nor in the local cache, and couldn't be fetched; check the "
            "spelling and the connection, or leave the option out to go without reranking.",
            name=name,
        )
    return EmbedderError(
        "The model {name} is neither a folder here nor in the local cache, and couldn't be fetched; check the spelling "
        "and the connection, or leave the option out to use the bundled model.",
        name=name,
    )


def _only_here(name: str) -> bool:
    return only_here([name] if "/" in name else [name, f"sentence-transformers/{name}"])  # what a bare name stands for


def _folder_fingerprint(folder: Path) -> str:
    weights = sorted([*folder.rglob("*.safetensors"), *folder.rglob("*.bin")])
    return hashlib.sha256("".join(_fingerprint(path) for path in weights).encode()).hexdigest()[:12]
