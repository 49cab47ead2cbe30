"""The training data as token ids: parallel sentences, dictionary entries, news and abstracts, film vocabulary."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ingest.embed import segment

FILM, PRESS = (Path(__file__).with_name(f"{name}_vocabulary.tsv") for name in ("film", "press"))
NOISE = 5000  # the last news articles, kept out of training: measuring uses them as noise
_PIECE = re.compile(r"[\u3400-\u9fff]+|[a-zà-ɏ]+|[0-9]+")
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?\n]*")
_PARENTHESES = re.compile(r"\([^)]*\)|（[^）]*）")
_ENTRY = re.compile(r"(\S+) (\S+) \[[^\]]*\] /(.*)/\s*$")
_SURNAME = re.compile(r"^surname \w+$")
_REFERENCE = re.compile(
    r"^(?:cl:|see |see also |variant of|old variant of|also written|also pr\.|erhua|abbr\. |abbr\. to|japanese variant|"
    r"used in |taiwan pr|pr\. |also called|same as|equivalent to|archaic variant|contraction of|lit\. )"
)

Ids = np.ndarray


def lines(path: Path) -> Iterator[dict[str, str]]:
    """Objects of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def pieces(text: str) -> list[str]:
    """Words of text as the tokenizer sees them: Han words, Latin words, runs of digits."""
    return [piece for word in segment(text) for piece in _PIECE.findall(word)]


def dictionary(path: Path) -> Iterator[tuple[str, str]]:
    """(English gloss, Chinese headword) of CC-CEDICT, cross-references and remarks in brackets left out."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            match = _ENTRY.match(line)
            if not match or not _PIECE.search(match[2]):
                continue
            for gloss in match[3].split("/"):
                gloss = " ".join(_PARENTHESES.sub(" ", gloss).split()).lower()
                gloss = re.split(r"\bcl:|\[", gloss)[0].strip()
                if gloss and len(gloss) < 80 and not _REFERENCE.match(gloss) and not _SURNAME.match(gloss):
                    yield re.sub(r"^to (?=\w)", "", gloss), match[2]


def vocabulary(path: Path) -> Iterator[tuple[str, str]]:
    """(English term, Chinese term) pairs written by hand; alternatives in the file stand apart by |."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            english, chinese = line.split("\t")[:2]
            for left in english.split("|"):
                for right in chinese.split("|"):
                    yield left.strip(), right.strip()


def sentences(text: str) -> list[str]:
    """Sentences of text, roughly."""
    return [match.group() for match in _SENTENCE.finditer(text) if match.group().strip()]


@dataclass
class Words:
    """Everything as lists of words, before a vocabulary exists."""

    parallel: list[tuple[list[str], list[str]]] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    glosses: list[tuple[list[str], list[str]]] = field(default_factory=list)
    film: list[tuple[list[str], list[str]]] = field(default_factory=list)
    articles: list[list[list[str]]] = field(default_factory=list)
    abstracts: list[list[list[str]]] = field(default_factory=list)


def read(folder: Path) -> Words:
    """All training text of a data folder, folded and cut into words."""
    words = Words()
    for line in lines(folder / "parallel.jsonl.gz"):
        words.parallel.append((pieces(line["en"][:600]), pieces(line["zh"][:300])))
        words.sources.append(line["source"])
    words.glosses = [(pieces(en), pieces(zh)) for en, zh in dictionary(folder / "cedict_ts.u8.gz")]
    words.film = [(pieces(en), pieces(zh)) for en, zh in vocabulary(FILM)]
    for line in list(lines(folder / "news.jsonl.gz"))[:-NOISE]:
        article = [pieces(sentence) for sentence in [line["first"], *sentences(line["rest"][:1500])]]
        words.articles.append([sentence for sentence in article if sentence])
    for line in lines(folder / "csl.jsonl.gz"):
        clauses = (clause for clause in re.split("[.;；。]", line["abstract"]) if clause)
        words.abstracts.append([pieces(line["title"]), *(pieces(clause) for clause in clauses)])
    return words


def counts(words: Words) -> Counter[str]:
    """How often each word occurs, a dictionary entry or film term counting as much as a few occurrences."""
    found: Counter[str] = Counter()

    def add(texts: Iterable[list[str]], weight: int) -> None:
        for text in texts:
            for word in text:
                found[word] += weight

    add((side for pair in words.parallel for side in pair), 1)
    add((sentence for article in [*words.articles, *words.abstracts] for sentence in article), 1)
    add((side for pair in words.glosses for side in pair), 2)
    add((side for pair in words.film for side in pair), 50)
    return found
