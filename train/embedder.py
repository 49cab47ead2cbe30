"""Train the bundled embedder: `python -m train.embedder DATA_FOLDER` writes ingest/model and ingest/translation.txt.gz.

A mean of token vectors (sentence-transformers' StaticEmbedding), trained on two CPU cores with in-batch negatives in
both directions (MultipleNegativesRankingLoss) on the pairs of `train.pairs`. The same seed, data and machine give the
same model.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from train import corpus
from train.alignment import align
from train.pairs import Ids, Sampler
from train.translation import write_table
from train.vocabulary import Encoder, Sizes, tokenizer, tokens

MODEL = Path(__file__).parents[1] / "ingest" / "model"


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the outcome besides the data."""

    seed: int = 1
    dimensions: int = 256
    steps: int = 2000
    batch: int = 2048
    rate: float = 0.01
    warm_up: int = 50  # steps
    temperature: float = 0.05
    smoothing: float = 1e-4  # of the inverse frequencies that the vectors' lengths begin with


def train(sampler: Sampler, recipe: Recipe) -> np.ndarray:
    """Token vectors, shape (tokens, dimensions), float32; row 0, the unknown token, is zero."""
    torch.manual_seed(recipe.seed)
    vectors = _initial(sampler, recipe)
    optimizer = torch.optim.Adam([vectors], lr=recipe.rate, fused=True)
    losses: deque[float] = deque(maxlen=100)
    began = time.time()
    for step in range(recipe.steps):
        for group in optimizer.param_groups:
            decay = max(0.01, 1 - step / recipe.steps)
            group["lr"] = recipe.rate * min(1.0, (step + 1) / recipe.warm_up) * decay
        queries, passages = sampler.batch(recipe.batch)
        loss = _loss(vectors, queries, passages, recipe.temperature)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step % 100 == 99:
            print(f"step {step + 1}: loss {np.mean(losses):.3f}, {time.time() - began:.0f} s", flush=True)
    trained = vectors.detach().numpy()
    trained[0] = 0
    return trained


def _initial(sampler: Sampler, recipe: Recipe) -> torch.nn.Parameter:
    """Random directions; frequent tokens begin short (smooth inverse frequency, Arora et al. 2017)."""
    lengths = recipe.smoothing / (recipe.smoothing + sampler.frequencies())
    vectors = torch.randn(len(lengths), recipe.dimensions) / math.sqrt(recipe.dimensions)
    return torch.nn.Parameter(vectors * torch.tensor(lengths, dtype=torch.float32)[:, None])


def _loss(vectors: torch.Tensor, queries: list[Ids], passages: list[Ids], temperature: float) -> torch.Tensor:
    texts = [*queries, *passages]
    offsets = np.cumsum([0, *(len(ids) for ids in texts[:-1])])
    ids = torch.from_numpy(np.concatenate(texts).astype(np.int64))
    sums = torch.nn.functional.embedding_bag(ids, vectors, torch.from_numpy(offsets), mode="sum")
    units = torch.nn.functional.normalize(sums, dim=1, eps=1e-6)
    scores = units[: len(queries)] @ units[len(queries) :].T / temperature
    own = torch.arange(len(queries))
    both = torch.nn.functional.cross_entropy(scores, own) + torch.nn.functional.cross_entropy(scores.T, own)
    return both / 2


def save(vectors: np.ndarray, tokenizer: Tokenizer, folder: Path) -> None:
    """Write sentence-transformers' format: int8 rows with a float32 weight each, which StaticEmbedding multiplies."""
    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    weights = (np.abs(vectors).max(axis=1) / 127).astype(np.float32)
    rows = np.round(vectors / np.maximum(weights, 1e-12)[:, None]).astype(np.int8)
    save_file({"embeddings": rows, "weights": weights}, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"},
    ]
    settings = {"similarity_fn_name": "cosine", "prompts": {}}
    (folder / "modules.json").write_text(json.dumps(modules, indent=1) + "\n")
    (folder / "1_Normalize" / "config.json").write_text("{}\n")
    (folder / "config_sentence_transformers.json").write_text(json.dumps(settings, indent=1) + "\n")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, help="folder of parallel, news and csl.jsonl.gz and cedict_ts.u8.gz")
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    arguments = parser.parse_args()
    recipe = Recipe(steps=arguments.steps)
    words = corpus.read(arguments.data)
    counts = corpus.counts(words)
    vocabulary = tokens(counts, Sizes())
    cutter = tokenizer(vocabulary)
    lexicon = align(words)
    sampler = Sampler(words, Encoder(cutter), vocabulary, lexicon, recipe.seed)
    print(f"{len(vocabulary)} tokens, {len(words.parallel)} sentence pairs, {len(sampler.articles)} articles")
    save(train(sampler, recipe), cutter, arguments.out)
    write_table(words, counts, lexicon, arguments.out)


if __name__ == "__main__":
    main()
