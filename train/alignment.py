"""Which Chinese words translate an English word: IBM model 1 on parallel sentences, and inverted glosses."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from ingest.text import latin_terms
from train.corpus import Words

Lexicon = dict[str, dict[str, float]]  # English word or phrase in search form → Chinese word → weight

_ARTICLES = ("the", "a", "an")
_LONGEST = 40  # words of a sentence
_LEAST_PROBABILITY = 0.03
_LEAST_COUNT = 0.8


def is_han(word: str) -> bool:
    """Whether a word is Chinese."""
    return "\u3400" <= word[0] <= "\u9fff"


def english(words: list[str]) -> list[str]:
    """English words in search form: plurals as singulars."""
    return [latin_terms(word)[0] for word in words if word.isalpha() and not is_han(word)]


def align(words: Words, rounds: int = 5) -> Lexicon:
    """p(Chinese | English), times a discount for words seen fewer than three times.

    IBM model 1 (Brown et al. 1993), expectation maximisation over all pairs of words that share a sentence pair.
    """
    pair, left, right, english_ids, chinese_ids = _links(words)
    size = len(chinese_ids)
    keys, link = np.unique(left * size + right, return_inverse=True)
    _, target = np.unique(pair * size + right, return_inverse=True)
    probability = np.ones(len(keys))
    counts: np.ndarray = probability
    for _ in range(rounds):
        share = probability[link]
        share /= np.bincount(target, share)[target]
        counts = np.bincount(link, share, minlength=len(keys))
        probability = counts / np.bincount(keys // size, counts)[keys // size]
    sources, targets = list(english_ids), list(chinese_ids)
    lexicon: Lexicon = defaultdict(dict)
    for i in np.flatnonzero((probability > _LEAST_PROBABILITY) & (counts >= _LEAST_COUNT)):
        weight = probability[i] * min(1.0, counts[i] / 3)
        lexicon[sources[keys[i] // size]][targets[keys[i] % size]] = float(weight)
    return dict(lexicon)


def _links(words: Words) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, int], dict[str, int]]:
    """Every pair of an English and a Chinese word of one sentence pair: number of the pair, and both ids."""
    english_ids: dict[str, int] = {}
    chinese_ids: dict[str, int] = {}
    pairs, lefts, rights = [], [], []
    for number, (source, translation) in enumerate(words.parallel):
        left = [english_ids.setdefault(w, len(english_ids)) for w in dict.fromkeys(english(source[:_LONGEST]))]
        found = (word for word in dict.fromkeys(translation[:_LONGEST]) if is_han(word))
        right = [chinese_ids.setdefault(word, len(chinese_ids)) for word in found]
        pairs.append(np.full(len(left) * len(right), number))
        lefts.append(np.repeat(np.array(left, dtype=np.int64), len(right)))
        rights.append(np.tile(np.array(right, dtype=np.int64), len(left)))
    return np.concatenate(pairs), np.concatenate(lefts), np.concatenate(rights), english_ids, chinese_ids


def invert(pairs: list[tuple[list[str], list[str]]]) -> dict[str, list[str]]:
    """English gloss, without a leading article → the Chinese words that have it."""
    inverted: dict[str, list[str]] = defaultdict(list)
    for gloss, word in pairs:
        if not gloss:
            continue
        term = " ".join(english(gloss[1:] if gloss[0] in _ARTICLES and len(gloss) > 1 else gloss))
        chinese = "".join(word)
        if term and chinese and chinese not in inverted[term]:
            inverted[term].append(chinese)
    return dict(inverted)
