"""The reader's tokens: its tokenizer, made of news and parallel sentences, and both as one stream of tokens."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.progress import track
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from ingest.split import sentences
from ingest.text import fold
from rag.reader import BEGIN, PART, SENTENCE
from train.corpus import lines

MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[S]", "[MASK]")  # in the order of their ids
MASK = MARKS.index("[MASK]")
_VARIED = ("3am", "tatoeba", "d2l")  # sources that are taken whole; the others are manuals, which say much twice
_ALPHABET = 6400  # characters that are tokens
_LEAST = 3  # times that a token occurs
_LONGEST_WORD = 40
_LONGEST = 200  # tokens of a parallel sentence
_BLOCK = 2000  # texts

Pair = tuple[str, str, str]  # English, Chinese, source


class Text(NamedTuple):
    """News as folded sentences, and folded pairs of parallel ones."""

    articles: list[list[str]]
    pairs: list[Pair]


def read(folder: Path) -> Text:
    """The text of a data folder."""
    articles = []
    for record in track(list(lines(folder / "news.jsonl.gz")), description="news"):
        text = f"{record['first']}\n{record['rest']}"
        articles.append([fold(text[start:end]) for start, end in sentences(text)])
    parallel = track(list(lines(folder / "parallel.jsonl.gz")), description="parallel sentences")
    return Text(articles, [(fold(pair["en"]), fold(pair["zh"]), pair["source"]) for pair in parallel])


def tokenizer(text: Text, size: int) -> Tokenizer:
    """Word pieces (Wu et al. 2016): Han characters and digits stand alone."""
    result = Tokenizer(models.WordPiece(unk_token=MARKS[1], max_input_chars_per_word=_LONGEST_WORD))
    result.normalizer = normalizers.BertNormalizer(strip_accents=True)
    digits = pre_tokenizers.Digits(individual_digits=True)
    result.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.BertPreTokenizer(), digits])
    trainer = trainers.WordPieceTrainer(
        vocab_size=size,
        special_tokens=[*MARKS],
        limit_alphabet=_ALPHABET,
        min_frequency=_LEAST,
        show_progress=False,
    )
    result.train_from_iterator(_texts(text), trainer)
    return result


def _texts(text: Text) -> Iterator[str]:
    yield from map("\n".join, text.articles)
    yield from (f"{english}\n{chinese}" for english, chinese, source in text.pairs if source in _VARIED)
    yield from (english for english, _, source in text.pairs[::4] if source not in _VARIED)


class Encoder:
    """Folded text to token ids, each text once."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, list[int]] = {}

    def __call__(self, text: str) -> list[int]:
        """Token ids of one text, remembered."""
        if text not in self._known:
            self._known[text] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return self._known[text]

    def block(self, texts: Iterable[str]) -> list[list[int]]:
        """Token ids of many texts, quickly and not remembered."""
        return [encoded.ids for encoded in self._tokenizer.encode_batch([*texts], add_special_tokens=False)]


def stream(text: Text, encode: Encoder, seed: int) -> np.ndarray:
    """Articles, then pairs in random order and either direction, one after another; uint16."""
    found: list[int] = []
    for article in track(text.articles, description="tokens"):
        found.append(BEGIN)
        for ids in encode.block(article):
            found += [*ids, SENTENCE]
    draw = random.Random(seed)
    pairs = draw.sample(text.pairs, len(text.pairs))
    kept = [pair for n, pair in enumerate(pairs) if pair[2] in _VARIED or n % 2 == 0]
    for start in range(0, len(kept), _BLOCK):
        block = kept[start : start + _BLOCK]
        both = (encode.block(pair[side] for pair in block) for side in (0, 1))
        for first, second in zip(*both, strict=True):
            if draw.random() < 0.5:
                first, second = second, first
            found += [BEGIN, *first[:_LONGEST], PART, *second[:_LONGEST], SENTENCE]
    return np.array(found, np.uint16)
