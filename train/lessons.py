"""The reader's lessons: masked words, made questions, and twice questions that people asked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from train.muon import BETAS, Both
from train.reading import Batch, Sheet, batch, hits, losses, scores
from train.recipe import Clozes, Questions, Words, pace
from train.transformer import Transformer
from train.windows import Asked, Windows
from train.wordpieces import MARKS, MASK


class WordLesson:
    """Masked words are guessed (Devlin et al. 2019), short stretches rather than single tokens (Joshi et al. 2020)."""

    def __init__(self, net: Transformer, stream: np.ndarray, recipe: Words) -> None:
        self._net, self._recipe = net.train(), recipe
        self._stream = torch.from_numpy(stream.astype(np.int32)).to(net.lmb.device)
        self._optimizer = Both(net, recipe.muon_rate, recipe.adam_rate, recipe.decay)
        net.drop(0.0)

    def step(self, number: int, gone: float) -> Tensor:
        """Learn from one batch, when a share of the time is gone; its loss."""
        recipe, device = self._recipe, self._stream.device
        starts = torch.randint(0, len(self._stream) - recipe.length, (recipe.batch, 1), device=device)
        tokens = self._stream[starts + torch.arange(recipe.length, device=device)].long()
        shown, asked = masked(tokens, self._net.lmb.numel(), recipe)
        places = asked.flatten().nonzero().squeeze(1)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            guessed = self._net.words(self._net(shown, padded=False).flatten(0, 1)[places])
        loss = functional.cross_entropy(guessed.float(), tokens.flatten()[places])
        loss.backward()
        self._optimizer.step(pace(number, gone, recipe.warm_up, recipe.fading))
        return loss.detach()


def masked(tokens: Tensor, vocabulary: int, recipe: Words) -> tuple[Tensor, Tensor]:
    """Tokens as they are shown, and which of them are to be guessed; marks never are."""
    chance = torch.rand(tokens.shape, device=tokens.device)
    begun = torch.rand(tokens.shape, device=tokens.device) < recipe.begun
    lengths = torch.randint(1, recipe.longest + 1, tokens.shape, device=tokens.device)
    asked = begun.clone()
    for further in range(1, recipe.longest):
        asked[:, further:] |= (begun & (lengths > further))[:, :-further]
    asked &= tokens >= len(MARKS)
    random = torch.randint(len(MARKS), vocabulary, tokens.shape, device=tokens.device)
    shown = torch.where(chance < recipe.masked, MASK, torch.where(chance < recipe.altered, random, tokens))
    return torch.where(asked, shown, tokens), asked


class ClozeLesson:
    """Made questions, each with one passage; the last of them in random order are kept to measure on."""

    def __init__(self, net: Transformer, sheets: Sequence[Sheet], recipe: Clozes, seed: int) -> None:
        self._net, self._sheets, self._recipe = net.train(), sheets, recipe
        self._draw = np.random.default_rng(seed)
        order = self._draw.permutation(len(sheets))
        self._held, self._order, self._at = order[: recipe.held], order[recipe.held :], 0
        self._optimizer = Both(net, recipe.muon_rate, recipe.adam_rate, recipe.decay)
        net.drop(recipe.dropout)

    def step(self, number: int, gone: float) -> Tensor:
        """Learn from one batch, when a share of the time is gone; its loss."""
        if self._at + self._recipe.batch > len(self._order):
            self._order, self._at = self._draw.permutation(self._order), 0
        given = self._batch(self._order[self._at : self._at + self._recipe.batch])
        self._at += self._recipe.batch
        loss = losses(scores(self._net, given), given).mean()
        loss.backward()
        nn.utils.clip_grad_norm_(self._net.parameters(), self._recipe.clip)
        self._optimizer.step(pace(number, gone, self._recipe.warm_up))
        return loss.detach()

    @torch.no_grad()
    def measured(self) -> tuple[float, float]:
        """train.reading.hits of the questions kept, mean of the batches."""
        self._net.eval()
        batches = map(self._batch, np.array_split(self._held, max(1, len(self._held) // self._recipe.batch)))
        hit, told = np.mean([hits(scores(self._net, given), given) for given in batches], axis=0)
        return float(hit), float(told)

    def _batch(self, numbers: np.ndarray) -> Batch:
        # Rows of one length, so that a GPU compiles once.
        return batch([[self._sheets[n]] for n in numbers], self._net.lmb.device, self._recipe.length)


class QuestionLesson:
    """Questions that people asked, with windows of what was retrieved for them; what tells words apart stays as it is."""

    def __init__(self, net: Transformer, asked: Sequence[Asked], recipe: Questions, seed: int) -> None:
        self._net, self._asked, self._recipe = net.train(), asked, recipe
        self._draw = np.random.default_rng(seed)
        self._windows, self._order = Windows(recipe, self._draw), np.array([], int)
        self._round = np.repeat(np.arange(len(asked)), [one.times for one in asked])
        for still in (net.emb, net.lm, *net.blocks[: recipe.frozen]):
            still.requires_grad_(False)
        net.lmb.requires_grad_(False)
        self._moved = [own for own in net.parameters() if own.requires_grad]
        self._optimizer = torch.optim.AdamW(self._moved, lr=recipe.rate, betas=BETAS, weight_decay=recipe.decay)
        net.drop(recipe.dropout)

    def step(self, number: int, gone: float) -> Tensor:
        """Learn from one batch, when a share of the time is gone; its loss."""
        recipe = self._recipe
        if len(self._order) < recipe.batch:
            self._order = self._draw.permutation(self._round)
        chosen, self._order = self._order[: recipe.batch], self._order[recipe.batch :]
        budget = int(self._draw.choice(recipe.budgets, p=recipe.drawn))
        asked = [self._asked[n] for n in chosen]
        given = batch([self._windows.sheets(one, budget) for one in asked], self._net.lmb.device)
        counts = torch.tensor([one.counts for one in asked], device=self._net.lmb.device)
        loss = (losses(scores(self._net, given), given) * counts).sum() / counts.sum()
        loss.backward()
        nn.utils.clip_grad_norm_(self._moved, recipe.clip)
        for group in self._optimizer.param_groups:
            group["lr"] = recipe.rate * pace(number, gone, recipe.warm_up)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        return loss.detach()
