"""What the reader learns from: passages as tokens, which of their sentences answer, and how wrong its scores are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rag.reader import SENTENCE, laid_out
from train.transformer import PAD, Transformer

Ids = Sequence[int]


class Sheet(NamedTuple):
    """A passage with its question, as the reader reads them, and for each sentence that fits whether it answers."""

    ids: np.ndarray
    answers: np.ndarray


def sheet(question: Ids, title: Ids, sentences: Sequence[Ids], answers: Sequence[bool] | np.ndarray) -> Sheet:
    """The sheet of a passage's sentences; `answers` says of each whether it answers."""
    ids = np.array(laid_out(question, title, sentences), np.uint16)
    return Sheet(ids, np.array(answers[: int((ids == SENTENCE).sum())], bool))


def keep(sheets: Sequence[Sheet], path: Path) -> None:
    """Write sheets into a file."""
    ids, answers = (np.concatenate([each[side] for each in sheets]) for side in (0, 1))
    np.savez(path, ids=ids, answers=answers, lengths=[len(each.ids) for each in sheets])


def kept(path: Path) -> list[Sheet]:
    """The sheets that a file holds."""
    with np.load(path) as file:
        ids, answers, ends = file["ids"], file["answers"], np.cumsum(file["lengths"])[:-1]
    marks = np.searchsorted(np.flatnonzero(ids == SENTENCE), ends)
    return [Sheet(*each) for each in zip(np.split(ids, ends), np.split(answers, marks), strict=True)]


class Batch(NamedTuple):
    """Some questions' sheets, and each of their sentences one after another."""

    tokens: Tensor  # (sheets, length), filled up with PAD
    ends: Tensor  # (sentences,), where in the flat tokens each sentence's mark is
    answers: Tensor  # (sentences,), whether it answers
    question: Tensor  # (sentences,), number of the question that it was found for
    questions: int


def batch(asked: Sequence[Sequence[Sheet]], device: torch.device, length: int = 0) -> Batch:
    """The sheets of each question as one batch, rows as long as the longest sheet or as `length`."""
    sheets = [each for own in asked for each in own]
    tokens = np.full((len(sheets), max([length, *(len(each.ids) for each in sheets)])), PAD, np.int64)
    for row, each in zip(tokens, sheets, strict=True):
        row[: len(each.ids)] = each.ids
    question = np.repeat(np.arange(len(asked)), [sum(len(each.answers) for each in own) for own in asked])
    answers = np.concatenate([each.answers for each in sheets])
    arrays = (tokens, np.flatnonzero(tokens == SENTENCE), answers, question)
    given, ends, right, of = (torch.from_numpy(array).to(device) for array in arrays)
    return Batch(given, ends, right, of, len(asked))


def scores(net: Transformer, given: Batch) -> Tensor:
    """The score of every sentence of a batch."""
    with torch.autocast(given.tokens.device.type, dtype=torch.bfloat16):
        return net.sentences(net(given.tokens).flatten(0, 1)[given.ends])


def losses(scores: Tensor, given: Batch) -> Tensor:
    """For each question −log of the share that what is right gets of a softmax over its sentences, in all its sheets.

    That no sentence answers is one more of them, of score 0; it is right where none does.
    """
    own = given.question == torch.arange(given.questions, device=scores.device)[:, None]
    right = own & given.answers
    none_right = torch.where(right.any(dim=1), -torch.inf, 0.0)
    everything = torch.logsumexp(torch.cat([_only(own, scores), torch.zeros_like(none_right)[:, None]], 1), 1)
    return everything - torch.logsumexp(torch.cat([_only(right, scores), none_right[:, None]], 1), 1)


def hits(scores: Tensor, given: Batch) -> tuple[float, float]:
    """Of the questions that are answered, the share whose best sentence answers; of all, whose best score tells that."""
    own = given.question == torch.arange(given.questions, device=scores.device)[:, None]
    answered = (own & given.answers).any(dim=1)
    best = _only(own, scores).max(dim=1)
    hit = given.answers[best.indices][answered].float().mean()
    return hit.item(), ((best.values > 0) == answered).float().mean().item()


def _only(chosen: Tensor, scores: Tensor) -> Tensor:
    """The scores in a row for each row of `chosen`, −∞ where it doesn't hold."""
    return torch.where(chosen, scores, -torch.inf)
