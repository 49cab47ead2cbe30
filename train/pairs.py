"""Batches of text pairs that belong together, made anew each time: what the embedder learns from.

A mean of token vectors knows no word order, so that a Chinese sentence turned word by word into English is nearly as
good as a translation, and there is one for every sentence of the news.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import numpy as np

from ingest.text import _ENGLISH_FUNCTION_WORDS as FUNCTION_WORDS
from train.alignment import Lexicon, is_han
from train.corpus import Words
from train.vocabulary import Encoder

Ids = np.ndarray
Batch = tuple[list[Ids], list[Ids]]

_ASKING = "what who when where which how why did does is was were the of in to many much name for by a".split()
_LONGEST = 200  # tokens of a text
_FROM_MANUALS = ("python_docs", "django_docs", "d2l")  # sources whose lines follow one another in a text
SHARES = {  # of batches
    "translations": 3.0,
    "glosses": 3.0,
    "film": 0.3,
    "contexts": 1.0,
    "titles": 0.5,
    "clozes": 1.5,
    "neighbours": 1.5,
    "switched_clozes": 2.0,
    "switched_neighbours": 2.0,
}


class Sampler:
    """Draws batches of (query, passage) pairs of one kind."""

    def __init__(self, words: Words, encode: Encoder, tokens: list[str], lexicon: Lexicon, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.tokens = tokens
        self.parallel = [(encode(left), encode(right)) for left, right in words.parallel]
        self.sources = words.sources
        self.gloss_pairs = _both(encode, words.glosses)
        self.film_pairs = _both(encode, words.film)
        encoded = [[encode(sentence) for sentence in article] for article in [*words.articles, *words.abstracts]]
        self.articles = [article for article in encoded if len(article) > 1]
        self.asking = encode(_ASKING)
        self.switches = self._switches(lexicon)
        self.kinds: dict[str, Callable[[int], Batch]] = {kind: getattr(self, kind) for kind in SHARES}

    def batch(self, size: int) -> Batch:
        """A batch of a random kind, texts without tokens left out."""
        shares = np.array(list(SHARES.values()))
        kind = self.random.choice(list(SHARES), p=shares / shares.sum())
        queries, passages = self.kinds[str(kind)](size)
        kept = [i for i in range(len(queries)) if len(queries[i]) and len(passages[i])]
        return [queries[i] for i in kept], [passages[i] for i in kept]

    def frequencies(self) -> np.ndarray:
        """How often each token occurs in all texts, as shares."""
        counts = np.zeros(len(self.tokens))
        for pairs in (self.parallel, self.gloss_pairs, self.film_pairs):
            np.add.at(counts, np.concatenate([side for pair in pairs for side in pair]), 1)
        np.add.at(counts, np.concatenate([sentence for article in self.articles for sentence in article]), 1)
        return counts / counts.sum()

    # The kinds of pairs

    def translations(self, size: int) -> Batch:
        """English and Chinese sentences, some of their tokens dropped."""
        drawn = [self.parallel[i] for i in self.random.choice(len(self.parallel), size, replace=False)]
        return [self._drop(left, 0.2) for left, _ in drawn], [self._drop(right, 0.2) for _, right in drawn]

    def glosses(self, size: int) -> Batch:
        """Dictionary glosses and their words."""
        drawn = [self.gloss_pairs[i] for i in self.random.choice(len(self.gloss_pairs), size, replace=False)]
        return [left for left, _ in drawn], [right for _, right in drawn]

    def film(self, size: int) -> Batch:
        """Terms and names of film and AI."""
        drawn = self.random.choice(len(self.film_pairs), min(size, len(self.film_pairs)), replace=False)
        return [self.film_pairs[i][0] for i in drawn], [self.film_pairs[i][1] for i in drawn]

    def contexts(self, size: int) -> Batch:
        """An English sentence of a manual and the Chinese of it and its neighbours."""
        queries: list[Ids] = []
        passages: list[Ids] = []
        while len(queries) < size:
            start = int(self.random.integers(len(self.parallel) - 5))
            if self.sources[start] not in _FROM_MANUALS or self.sources[start + 4] != self.sources[start]:
                continue
            chosen = self.parallel[start + int(self.random.integers(5))][0]
            queries.append(self._drop(chosen, self.random.random() * 0.6))
            passages.append(np.concatenate([right for _, right in self.parallel[start : start + 5]])[:_LONGEST])
        return queries, passages

    def titles(self, size: int) -> Batch:
        """The first sentence of an article, or its title, and the rest."""
        drawn = [self.articles[i] for i in self.random.choice(len(self.articles), size, replace=False)]
        return [article[0] for article in drawn], [np.concatenate(article[1:])[:_LONGEST] for article in drawn]

    def clozes(self, size: int) -> Batch:
        """What is left of a sentence, and the text around it, often with it (inverse cloze task, Lee et al. 2019)."""
        drawn = [self._sentence(i) for i in self.random.choice(len(self.articles), size, replace=False)]
        queries = [self._drop(article[at], 0.2 + self.random.random() * 0.6) for article, at in drawn]
        return queries, [self._around(article, at, 120, self.random.random() < 0.6) for article, at in drawn]

    def neighbours(self, size: int) -> Batch:
        """The same with up to four sentences of each article, so that they must be told apart."""
        drawn = self._neighbouring(size)
        queries = [self._drop(article[at], 0.3 + self.random.random() * 0.5) for article, at in drawn]
        return queries, [self._around(article, at, 40, True) for article, at in drawn]

    def switched_clozes(self, size: int) -> Batch:
        """Clozes whose query is turned into English word by word."""
        drawn = [self._sentence(i) for i in self.random.choice(len(self.articles), size, replace=False)]
        queries = [self._switch(self._drop(article[at], 0.2 + self.random.random() * 0.5)) for article, at in drawn]
        return queries, [self._around(article, at, 120, self.random.random() < 0.8) for article, at in drawn]

    def switched_neighbours(self, size: int) -> Batch:
        """Sentences of the same articles, turned into English word by word, and themselves."""
        drawn = self._neighbouring(size)
        queries = [self._switch(self._drop(article[at], 0.2 + self.random.random() * 0.5)) for article, at in drawn]
        return queries, [article[at] for article, at in drawn]

    # Their parts

    def _drop(self, ids: Ids, share: float) -> Ids:
        kept = ids[self.random.random(len(ids)) >= share]
        return kept if len(kept) else ids

    def _sentence(self, number: int) -> tuple[list[Ids], int]:
        article = self.articles[number]
        at = int(self.random.integers(len(article)))
        return article, at if len(article[at]) >= 4 else 0

    def _neighbouring(self, size: int) -> list[tuple[list[Ids], int]]:
        drawn: list[tuple[list[Ids], int]] = []
        while len(drawn) < size:
            article = self.articles[int(self.random.integers(len(self.articles)))]
            drawn += [(article, int(i)) for i in self.random.permutation(len(article))[:4] if len(article[i]) >= 5]
        return drawn[:size]

    def _around(self, article: list[Ids], at: int, most: int, keep: bool) -> Ids:
        """A passage around a sentence, of up to a random number of tokens, the sentence in it or not."""
        most = int(self.random.integers(20, most))
        first = last = at
        length = len(article[at]) if keep else 0
        while length < most and (first > 0 or last < len(article) - 1):
            if last == len(article) - 1 or (first > 0 and self.random.random() < 0.5):
                first -= 1
                length += len(article[first])
            else:
                last += 1
                length += len(article[last])
        kept = [article[i] for i in range(first, last + 1) if keep or i != at]
        return np.concatenate(kept or [article[at]])[:_LONGEST]

    def _switch(self, ids: Ids) -> Ids:
        """Chinese tokens as random English translations; most of those without one are left out."""
        switched: list[Ids] = []
        for id in ids.tolist():
            options = self.switches.get(id)
            if options and self.random.random() < 0.85:
                switched.append(options[int(self.random.integers(len(options)))])
            elif not is_han(self.tokens[id]) or self.random.random() < 0.1:
                switched.append(np.array([id], dtype=np.int32))
        if self.random.random() < 0.5:
            switched.append(self.random.choice(self.asking, int(self.random.integers(1, 5))))
        return np.concatenate(switched) if switched else ids

    def _switches(self, lexicon: Lexicon) -> dict[int, list[Ids]]:
        """Chinese token → English translations, those that alignment is sure of more than once."""
        switches: dict[int, list[Ids]] = defaultdict(list)
        for gloss, word in [*self.gloss_pairs, *self.film_pairs]:
            if len(word) == 1 and len(gloss) <= 3:
                switches[int(word[0])].append(gloss)
        known = {token: id for id, token in enumerate(self.tokens)}
        for term, found in lexicon.items():
            if term in known and term not in FUNCTION_WORDS:
                for chinese, weight in found.items():
                    if chinese in known and len(chinese) > 1 and weight > 0.1:
                        switches[known[chinese]] += [np.array([known[term]], dtype=np.int32)] * (1 + int(weight * 4))
        return dict(switches)


def _both(encode: Encoder, pairs: list[tuple[list[str], list[str]]]) -> list[tuple[Ids, Ids]]:
    encoded = ((encode(left), encode(right)) for left, right in pairs)
    return [(left, right) for left, right in encoded if len(left) and len(right)]
