"""Everything that decides how the reader comes out, besides data and machine."""

from __future__ import annotations

from dataclasses import dataclass

from rag.reader import MOST_TOKENS


@dataclass(frozen=True)
class Words:
    """Guessing masked words, on a GPU; rates as in train.muon.Both."""

    seconds: float = 235
    batch: int = 256  # rows
    length: int = 512  # tokens of a row
    muon_rate: float = 0.02
    adam_rate: float = 0.003
    decay: float = 0.05
    warm_up: int = 100  # steps
    fading: float = 0.4  # of the time, at the end
    begun: float = 0.095  # of the tokens, where a stretch of one to `longest` is masked
    longest: int = 4
    masked: float = 0.87  # of the tokens to be guessed; of the others, as many are random ones as make `altered`
    altered: float = 0.95


@dataclass(frozen=True)
class Clozes:
    """Reading made questions, on a GPU."""

    seconds: float = 105
    batch: int = 192  # questions, with a passage each
    length: int = MOST_TOKENS  # of a row
    muon_rate: float = 0.01
    adam_rate: float = 0.001
    decay: float = 0.02
    warm_up: int = 50
    dropout: float = 0.05
    clip: float = 5.0  # the gradients' norm
    held: int = 2048  # questions kept to measure on


@dataclass(frozen=True)
class Questions:
    """Reading questions that people asked, with what is retrieved for them, on two CPU cores (AdamW)."""

    seconds: float = 2820
    batch: int = 16  # questions
    collections: str = "f"  # of train/articles.jsonl, the letters of those that it is asked about
    collected: int = 1  # times that a round shows a question about one of them
    rate: float = 2e-4
    decay: float = 0.01
    warm_up: int = 60
    dropout: float = 0.05
    clip: float = 1.0
    frozen: int = 2  # blocks, besides the embeddings
    budgets: tuple[int, ...] = (90, 140, 200, 320)  # tokens of a window; one is drawn for a batch
    drawn: tuple[float, ...] = (0.3, 0.35, 0.25, 0.1)  # how often each
    removed: float = 0.15  # of the answerable questions: shown without the passages that answer them
    titled: float = 0.85  # shown with their article's title
    likely: int = 12  # sentences that don't answer, the ranker's best, of which windows are made
    likeliest: float = 0.6  # how often the best of them is taken, rather than any
    most_of_a_set: int = 1500
    set_counts: float = 0.5  # against a written question


@dataclass(frozen=True)
class Recipe:
    """The whole: size and the lessons, in their order. Of the collections, those after p weren't written yet."""

    seed: int = 1
    vocabulary: int = 12_000
    width: int = 320
    blocks: int = 6
    heads: int = 5
    words: Words = Words()
    clozes: Clozes = Clozes()
    questions: Questions = Questions()
    collections: Questions = Questions(seconds=3900, collections="abcdefghijkmnop", collected=4)  # half of each round


def pace(step: int, gone: float, warm_up: int, fading: float = 1.0) -> float:
    """Share of its rate that a step is taken at: rising over the first steps, falling to 0 over the end of the time."""
    return min(1.0, (step + 1) / warm_up) * min(1.0, (1 - gone) / fading)
