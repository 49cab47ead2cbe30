"""What an answer's citations are worth: whether they are exact, and whether they bear the answer out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ingest.split import sentences
from ingest.text import in_title_marks
from rag.answer import Answer, Citation
from rag.verify import support

MARK = re.compile(r"\[(\d+)\]")
_MARKS = re.compile(r"\s*(?:\[\d+\])+")
# Marks stand after the full stop, in Chinese as in Changji's own answers; they belong to the sentence before it.
_END_THEN_MARKS = re.compile(r"([。！？｡!?.…][。！？｡!?.…”’」』）)》\"']*)(\s*(?:\[\d+\])+)")
_LEAD_IN = re.compile(r"[:：]\s*$")


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


@dataclass(frozen=True)
class Statement:
    """One sentence of an answer and the numbers of the citations it rests on."""

    text: str
    citations: tuple[int, ...]
    marked: bool = True  # False where it has no mark of its own, and the next one in its paragraph counts


def statements(text: str) -> list[Statement]:
    """The sentences of an answer, told by Chinese and English marks, whoever wrote it.

    A mark covers the sentences before it in its paragraph that have none: so the press cites, and so does Changji when
    it quotes several sentences at once. Lines that only lead in (“它们说：”) state nothing.
    """
    return [statement for line in text.splitlines() for statement in _of_paragraph(line)]


def _of_paragraph(line: str) -> Iterator[Statement]:
    inside = _END_THEN_MARKS.sub(r"\2\1", line)
    found = [inside[start:end] for start, end in sentences(inside)]
    numbers: tuple[int, ...] = ()
    kept: list[Statement] = []
    for sentence in reversed(found):
        own = tuple(dict.fromkeys(int(mark) for mark in MARK.findall(sentence)))
        numbers = own or numbers
        plain = _MARKS.sub("", sentence).strip()
        if not re.sub(r"[\W_]+", "", plain) or (not numbers and _LEAD_IN.search(plain)):
            continue
        kept.append(Statement(plain, numbers, bool(own)))
    yield from reversed(kept)


Supports = Callable[[Sequence[Citation], str], bool]  # (citations, statement) → do they together bear it out?


def citation_quality(answer: Answer, supports: Supports) -> tuple[float, float]:
    """Citation recall and precision of one answer after ALCE (Gao et al. 2023, https://arxiv.org/abs/2305.14627).

    Recall: the share of statements that their citations together bear out. Precision: the share of marks that help:
    that stand under a statement borne out, and either bear it out alone or are missed when taken away.
    """
    numbered = {citation.number: citation for citation in answer.citations}
    stated = statements(_without_sources(answer))
    borne_out = helpful = marks = 0
    for statement in stated:
        cited = [numbered[number] for number in statement.citations if number in numbered]
        marks += len(statement.citations) if statement.marked else 0
        if not cited or not supports(cited, statement.text):
            continue
        borne_out += 1
        if statement.marked:
            helpful += sum(_helps(i, cited, statement.text, supports) for i in range(len(cited)))
    return (borne_out / len(stated) if stated else 0.0, helpful / marks if marks else 0.0)


def _helps(i: int, cited: Sequence[Citation], statement: str, supports: Supports) -> bool:
    return supports([cited[i]], statement) or not supports([*cited[:i], *cited[i + 1 :]], statement)


def _without_sources(answer: Answer) -> str:
    """The answer's text without “《title》（date）：” before a line, which names the source and states nothing."""
    titles = "|".join(sorted({re.escape(in_title_marks(c.title)) for c in answer.citations if c.title}))
    named = re.compile(rf"^(?:{titles})(?:（[^）\n]*）)?：", re.MULTILINE)
    return named.sub("", answer.answer) if titles else answer.answer


def verified(citations: Sequence[Citation], statement: str) -> bool:
    """`Supports` by Changji's verifier, where ALCE asks an NLI model: quotes, and their passages for who and what."""
    quotes = [citation.quote for citation in citations]
    dates = [citation.date for citation in citations if citation.date]
    around = [text for citation in citations for text in (citation.title, citation.publisher, citation.passage)]
    return support(statement, [*quotes, *dates], around) == "supported"
