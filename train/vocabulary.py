"""The embedder's tokenizer: words as rjieba and spaces cut them; what is not among them is cut into pieces."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from tokenizers import Regex, Tokenizer, models, pre_tokenizers

from train.alignment import is_han

UNKNOWN = "[UNK]"
_PATTERN = "[\u3400-\u9fff]+|[a-zà-ɏ]+|[0-9]+"


@dataclass(frozen=True)
class Sizes:
    """How many tokens of each kind, besides all single characters."""

    han: int = 64_000
    latin: int = 32_000
    digits: int = 2_000
    pieces: int = 6_000


def tokens(counts: Counter[str], sizes: Sizes) -> list[str]:
    """All tokens, the unknown one first: all characters, the most frequent words, frequent pieces of Latin words."""
    characters = dict.fromkeys(character for word in counts for character in word)
    ranked = [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    han = [word for word in ranked if is_han(word)][: sizes.han]
    digits = [word for word in ranked if word.isdigit() and len(word) <= 4][: sizes.digits]
    words = [word for word in ranked if word.isalpha() and not is_han(word)]
    pieces = Counter(
        word[i : i + length] for word in words for length in (2, 3, 4) for i in range(len(word) - length + 1)
    )
    frequent = [piece for piece, _ in pieces.most_common(sizes.pieces)]
    return list(dict.fromkeys([UNKNOWN, *characters, *han, *words[: sizes.latin], *digits, *frequent]))


def tokenizer(tokens: list[str]) -> Tokenizer:
    """Greedy longest match within each run of Han characters, Latin letters or digits; the rest is dropped."""
    model = models.WordPiece(
        {token: id for id, token in enumerate(tokens)},
        unk_token=UNKNOWN,
        continuing_subword_prefix="",
        max_input_chars_per_word=10_000,
    )
    result = Tokenizer(model)
    result.pre_tokenizer = pre_tokenizers.Split(Regex(_PATTERN), behavior="removed", invert=True)
    return result


class Encoder:
    """Words to token ids, as the tokenizer does it, each word once."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, list[int]] = {}

    def __call__(self, words: list[str]) -> np.ndarray:
        """Token ids of words, shape (n,), int32."""
        ids: list[int] = []
        for word in words:
            if word not in self._known:
                self._known[word] = self._tokenizer.encode(word, add_special_tokens=False).ids
            ids += self._known[word]
        return np.array(ids, dtype=np.int32)
