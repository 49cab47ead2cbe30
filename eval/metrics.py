"""Metrics as pure functions: no files, no models, no clock.

A metric of one question is a number from 0 to 1; `estimate` turns many of them into a mean with its standard error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ingest.numerals import numbers
from ingest.text import fold
from rag.answer import Answer

Grades = Mapping[str, int]  # document → how relevant it is to one query; above 0 is relevant
Supports = Callable[[str, str], bool]  # (evidence, statement) → does the evidence bear the statement out?

MARK = re.compile(r"\[(\d+)\]")

# Retrieval. `ranked` holds distinct documents, best first. Definitions: trec_eval, as BEIR reports them
# (Thakur et al. 2021, https://arxiv.org/abs/2104.08663).


def hit(ranked: Sequence[str], grades: Grades, k: int) -> float:
    """hit@k (trec_eval's success_k): whether any relevant document is among the first k."""
    return float(any(grades.get(document, 0) > 0 for document in ranked[:k]))


def recall(ranked: Sequence[str], grades: Grades, k: int) -> float:
    """recall@k: the share of the relevant documents that is among the first k."""
    relevant = sum(grade > 0 for grade in grades.values())
    return sum(grades.get(document, 0) > 0 for document in ranked[:k]) / relevant if relevant else 0.0


def reciprocal_rank(ranked: Sequence[str], grades: Grades, k: int) -> float:
    """MRR@k for one query: one over the rank of the first relevant document, 0 if it is beyond k."""
    return next((1 / rank for rank, document in enumerate(ranked[:k], 1) if grades.get(document, 0) > 0), 0.0)


def ndcg(ranked: Sequence[str], grades: Grades, k: int) -> float:
    """nDCG@k with linear gain and log2 discount (Järvelin & Kekäläinen 2002; trec_eval's ndcg_cut)."""
    ideal = _dcg(sorted((max(grade, 0) for grade in grades.values()), reverse=True)[:k])
    return _dcg([max(grades.get(document, 0), 0) for document in ranked[:k]]) / ideal if ideal else 0.0


def _dcg(gains: Sequence[int]) -> float:
    return float(sum(gain / np.log2(rank + 1) for rank, gain in enumerate(gains, 1)))


# Facts

_COMMA = re.compile(r"\s*,\s*")
_SPACE = re.compile(r"\s+")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s,]+(?=\d)")
_NUMERAL = r"[\d.零〇一二三四五六七八九十百千万亿]+"
_QUANTITY = re.compile(rf"(?P<number>(?:百分之)?{_NUMERAL}(?:thousand|million|billion|trillion|%|percent)?)(?P<unit>.*)")
_FIGURE = re.compile(rf"(?:百分之)?{_NUMERAL}(?:thousand|million|billion|trillion|%|percent)?")


def facts_met(facts: Iterable[Sequence[str]], answer: str) -> list[bool]:
    """For each fact, whether one of its alternatives stands in the answer.

    Script (Traditional or Simplified), case, width, spaces and commas don't matter. An alternative that begins or ends
    with a digit must not continue in another one (5 isn't met by 2025), and one that is a number, or a number and its
    unit, is met by the same number written in another way (35000元 by 3.5万元).
    """
    plain = MARK.sub("", answer)
    return [any(_stands_in(alternative, plain) for alternative in fact) for fact in facts]


def _stands_in(alternative: str, answer: str) -> bool:
    wanted, text = _squeeze(alternative), _squeeze(answer)
    if not wanted:
        return False
    before = r"(?<!\d)(?<!\d\.)" if wanted[0].isdigit() else ""
    after = r"(?!\d)(?!\.\d)" if wanted[-1].isdigit() else ""
    return bool(re.search(before + re.escape(wanted) + after, text)) or _same_quantity(alternative, answer)


def _same_quantity(alternative: str, answer: str) -> bool:
    """Whether an alternative such as 35000, 3.5万元 or 九位 has its number and unit in the answer, however written."""
    quantity = _QUANTITY.fullmatch(_squeeze(alternative))
    value = numbers(fold(quantity["number"])) if quantity else set()
    if not quantity or len(value) != 1:
        return False
    if not quantity["unit"]:
        return value <= numbers(fold(answer))
    text = _squeeze(answer)
    return any(
        numbers(match.group()) == value and text.startswith(quantity["unit"], match.end())
        for match in _FIGURE.finditer(text)
    )


@lru_cache(maxsize=4096)
def _squeeze(text: str) -> str:
    """Folded, without spaces and commas; where they keep two numbers apart, a bar does."""
    folded = _THOUSANDS.sub(lambda match: match.group().replace(",", ""), _COMMA.sub(",", fold(text)))
    return _SPACE.sub("", _BETWEEN_DIGITS.sub("|", folded).replace(",", ""))


# Citations


def citation_faults(answer: Answer, text_of: Callable[[str], str | None]) -> list[str]:
    """What is wrong with an answer's citations, in words; none is what every answer owes its reader.

    `text_of` gives an article's text, or None where there is no such article.
    """
    faults = []
    for citation in answer.citations:
        text = text_of(citation.article)
        if text is None:
            faults.append(f"citation {citation.number} names an article that isn't there: {citation.article}")
        elif not citation.quote or text[citation.start : citation.end] != citation.quote:
            faults.append(f"citation {citation.number} quotes words that aren't at {citation.start}–{citation.end}")
    numbers_given = {citation.number for citation in answer.citations}
    marks = {int(mark) for mark in MARK.findall(answer.answer)}
    faults += [f"mark [{mark}] has no citation" for mark in sorted(marks - numbers_given)]
    faults += [f"citation {number} isn't marked in the answer" for number in sorted(numbers_given - marks)]
    if answer.refused and answer.citations:
        faults.append("a refusal carries citations")
    return faults


def citation_quality(statements: Sequence[tuple[str, Sequence[str]]], supports: Supports) -> tuple[float, float]:
    """Citation recall and precision of one answer after ALCE (Gao et al. 2023, https://arxiv.org/abs/2305.14627).

    `statements` are (statement, its quotes). Recall: the share of statements that their quotes together bear out.
    Precision: the share of quotes that help, that is, stand under a statement borne out and either bear it out alone or
    are missed when taken away.
    """
    borne_out = helpful = quotes_given = 0
    for statement, quotes in statements:
        quotes_given += len(quotes)
        if not quotes or not supports("\n".join(quotes), statement):
            continue
        borne_out += 1
        helpful += sum(
            supports(quote, statement) or not supports("\n".join([*quotes[:i], *quotes[i + 1 :]]), statement)
            for i, quote in enumerate(quotes)
        )
    return (borne_out / len(statements) if statements else 0.0, helpful / quotes_given if quotes_given else 0.0)


# Refusal


def auroc(confidences: Sequence[float], answerable: Sequence[bool]) -> float | None:
    """How well confidence parts answerable from unanswerable questions: the area under the ROC curve.

    The share of pairs in the right order, ties counting half (Mann & Whitney 1947); None without both kinds.
    """
    yes = np.array([c for c, a in zip(confidences, answerable, strict=True) if a], dtype=float)
    no = np.array([c for c, a in zip(confidences, answerable, strict=True) if not a], dtype=float)
    if not len(yes) or not len(no):
        return None
    difference = yes[:, None] - no[None, :]
    return float((difference > 0).mean() + (difference == 0).mean() / 2)


# Many questions


@dataclass(frozen=True)
class Estimate:
    """A mean over questions, its standard error (None for a single one), and how many questions it is of."""

    mean: float
    error: float | None
    count: int


def estimate(values: Sequence[float]) -> Estimate:
    """The mean of at least one value and its standard error, s/√n with n - 1 degrees of freedom."""
    sample = np.asarray(values, dtype=float)
    error = float(sample.std(ddof=1) / np.sqrt(len(sample))) if len(sample) > 1 else None
    return Estimate(float(sample.mean()), error, len(sample))


def bootstrap_interval(values: Sequence[float], level: float = 0.95, samples: int = 2000) -> tuple[float, float]:
    """The percentile bootstrap interval of the mean (Efron 1979), the same at every call."""
    sample = np.asarray(values, dtype=float)
    chosen = np.random.default_rng(0).integers(len(sample), size=(samples, len(sample)))
    low, high = np.quantile(sample[chosen].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def percentile(values: Sequence[float], percent: float) -> float:
    """A percentile of, say, latencies, linear between the two nearest values (numpy's default)."""
    return float(np.percentile(np.asarray(values, dtype=float), percent))
