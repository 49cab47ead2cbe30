"""The reader as it is trained: the transformer of rag/reader.py in torch, with heads for sentences and for words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import Tensor, nn
from torch.nn import functional

PAD = 0  # the token that fills short rows up
_SPARED = 4.0  # what the words' scores are stretched by, over the root of the width


class Block(nn.Module):
    """A layer: attention with rotary positions and normalised queries and keys, then squared ReLU; no biases."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)
        self.up, self.down = nn.Linear(width, 4 * width, bias=False), nn.Linear(4 * width, width, bias=False)
        self.dropout = nn.Dropout(0.0)
        for layer in (self.qkv, self.up):
            nn.init.normal_(layer.weight, std=width**-0.5)
        for layer in (self.out, self.down):  # each block begins as doing nothing
            nn.init.zeros_(layer.weight)

    def forward(self, x: Tensor, cosines: Tensor, sines: Tensor, seen: Tensor | None) -> Tensor:
        """Shape (rows, length, width) to the same; `seen`: which positions are no padding, None for all."""
        rows, length, width = x.shape
        q, k, v = self.qkv(normal(x)).view(rows, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
        q, k = (_turned(normal(part), cosines, sines).to(v.dtype) for part in (q, k))
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=seen)
        x = x + self.dropout(self.out(mixed.transpose(1, 2).reshape(rows, length, width)))
        return x + self.dropout(self.down(functional.relu(self.up(normal(x))).square()))


class Transformer(nn.Module):
    """Embeddings, blocks, and two heads: one scores sentences at their marks, the other guesses masked words."""

    def __init__(self, vocabulary: int, width: int, blocks: int, heads: int) -> None:
        super().__init__()
        self.turning = width // heads
        self.emb = nn.Embedding(vocabulary, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(blocks))
        self.lm, self.lmb = nn.Linear(width, width, bias=False), nn.Parameter(torch.zeros(vocabulary))
        self.h1, self.h2 = nn.Linear(width, width), nn.Linear(width, 1)
        nn.init.normal_(self.emb.weight, std=0.2)
        for layer in (self.lm, self.h1):
            nn.init.normal_(layer.weight, std=width**-0.5)
        nn.init.zeros_(self.h2.weight)
        nn.init.constant_(self.h2.bias, -3.0)  # a sentence seldom answers

    def forward(self, tokens: Tensor, padded: bool = True) -> Tensor:
        """What the last layer holds, shape (rows, length, width), of tokens, shape (rows, length)."""
        x = normal(self.emb(tokens))
        if x.is_cuda:
            x = x.bfloat16()
        turns = _rotary(tokens.shape[1], self.turning, tokens.device)
        seen = (tokens != PAD)[:, None, None, :] if padded else None
        for block in self.blocks:
            x = block(x, *turns, seen)
        return normal(x)

    def words(self, held: Tensor) -> Tensor:
        """Log-odds of every word of the vocabulary, shape (…, vocabulary), where `held` is what the last layer holds."""
        guessed = functional.linear(normal(functional.relu(self.lm(held))), self.emb.weight)
        return guessed * (_SPARED * held.shape[-1] ** -0.5) + self.lmb

    def sentences(self, held: Tensor) -> Tensor:
        """Log-odds of the sentences at whose marks the last layer holds `held`, shape (…), float32."""
        return self.h2(functional.relu(self.h1(held))).squeeze(-1).float()

    def drop(self, share: float) -> None:
        """Set the share that dropout takes of what each layer adds."""
        for part in self.modules():
            if isinstance(part, nn.Dropout):
                part.p = share


def normal(x: Tensor) -> Tensor:
    """Rows of root mean square 1."""
    return x * torch.rsqrt(x.float().square().mean(-1, keepdim=True) + 1e-6).to(x.dtype)


def export(net: Transformer, path: Path) -> None:
    """Write what reading needs, as rag.reader reads it: matrices as int8 with a float32 scale for each row."""
    tensors: dict[str, np.ndarray] = {}
    for name, tensor in net.state_dict().items():
        if name in ("lm.weight", "lmb"):
            continue
        tensors[name] = rows = tensor.float().cpu().numpy()
        if rows.ndim == 2 and len(rows) > 1:
            scale = np.abs(rows).max(axis=1, keepdims=True) / 127 + 1e-12
            tensors[name], tensors[f"{name}.scale"] = np.round(rows / scale).astype(np.int8), scale.astype(np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path)


def _rotary(length: int, width: int, device: torch.device) -> tuple[Tensor, Tensor]:
    rates = 10000.0 ** (-torch.arange(0, width, 2, device=device, dtype=torch.float32) / width)
    angles = torch.arange(length, device=device, dtype=torch.float32)[:, None] * rates
    return angles.cos(), angles.sin()


def _turned(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    first, second = x.chunk(2, -1)
    return torch.cat([first * cosines - second * sines, first * sines + second * cosines], -1)
