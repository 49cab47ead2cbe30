"""Muon (Jordan et al. 2024): steps for matrices that are momentum made orthogonal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from train.transformer import Transformer

_MOMENTUM = 0.95
_QUINTIC = (3.4445, -4.7750, 2.0315)  # coefficients by which five rounds bring singular values near to 1
BETAS = (0.9, 0.98)


class Muon:
    """Momentum, made orthogonal; matrices of one shape together."""

    def __init__(self, matrices: Iterable[nn.Parameter], decay: float) -> None:
        self._alike: dict[tuple[int, int], list[nn.Parameter]] = defaultdict(list)
        for matrix in matrices:
            self._alike[matrix.shape[0], matrix.shape[1]].append(matrix)
        self._momenta = {shape: torch.zeros_like(torch.stack([*own])) for shape, own in self._alike.items()}
        self._decay = decay

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Move every matrix against its gradient."""
        for (tall, wide), own in self._alike.items():
            gradients = torch.stack([matrix.grad for matrix in own if matrix.grad is not None])
            momentum = self._momenta[tall, wide].lerp_(gradients, 1 - _MOMENTUM)
            directions = orthogonal(gradients.lerp(momentum, _MOMENTUM)) * max(1.0, tall / wide) ** 0.5
            for matrix, direction in zip(own, directions, strict=True):
                matrix.mul_(1 - rate * self._decay).add_(direction, alpha=-rate)


class Both:
    """Muon for the matrices of a net's blocks, Adam for all else."""

    def __init__(self, net: Transformer, muon_rate: float, adam_rate: float, decay: float) -> None:
        self._net, self._rates = net, (muon_rate, adam_rate)
        others = [own for name, own in net.named_parameters() if not name.startswith("blocks.")]
        self._muon = Muon(net.blocks.parameters(), decay)
        self._adam = torch.optim.Adam(others, lr=adam_rate, betas=BETAS, fused=True)

    def step(self, share: float) -> None:
        """A step at a share of the rates; the gradients are forgotten."""
        self._muon.step(self._rates[0] * share)
        for group in self._adam.param_groups:
            group["lr"] = self._rates[1] * share
        self._adam.step()
        self._net.zero_grad(set_to_none=True)


def orthogonal(matrices: Tensor) -> Tensor:
    """Matrices with about the same singular vectors, all of whose singular values are near 1 (Newton and Schulz)."""
    x = matrices.bfloat16() if matrices.is_cuda else matrices
    tall = x.shape[-2] > x.shape[-1]
    x = x.mT if tall else x
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    a, b, c = _QUINTIC
    for _ in range(5):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return (x.mT if tall else x).to(matrices.dtype)
