"""An answer and what it rests on. `Answer.to_dict()` is the contract that other programs read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ingest.article import Article, Passage

Support = Literal["supported", "partial", "unsupported"]
Mode = Literal["extract", "llm"]


@dataclass(frozen=True)
class Citation:
    """The exact words of an article that a sentence rests on: `article_text[start:end] == quote`."""

    number: int  # from 1, in order of first use in the answer
    article: str
    title: str
    publisher: str
    date: str
    url: str
    quote: str
    start: int
    end: int
    passage: str  # the whole passage around the quote


@dataclass(frozen=True)
class Sentence:
    """One sentence of an answer, without its [n] marks, and how well its citations bear it out."""

    text: str
    citations: tuple[int, ...]
    support: Support


@dataclass(frozen=True)
class Nearest:
    """A passage shown beneath a refusal: the closest thing the library holds, not evidence."""

    article: str
    title: str
    publisher: str
    date: str
    url: str
    text: str
    start: int
    end: int
    label: str = "not evidence"

    @classmethod
    def of(cls, passage: Passage, article: Article) -> Nearest:
        """What is shown of a passage of `article`."""
        about = (article.id, article.title, article.publisher, article.date, article.url)
        return cls(*about, passage.text, passage.start, passage.end)


@dataclass(frozen=True)
class Answer:
    """What `Assistant.ask` returns. A refused answer has no citations; only a refused one has `nearest`."""

    question: str
    answer: str  # with [n] marks
    refused: bool
    mode: Mode
    language: str
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)  # milliseconds
    rewritten: str = ""  # the stand-alone question that a follow-up was understood as
    notice: str = ""  # e.g. why the LLM was not used after all
    model: str = ""  # the LLM's name in mode "llm"
    confidence: float = 0.0  # that the library answers the question, 0 to 1
    unsure: bool = False  # what is quoted may not be what was asked for; the notice says so

    def to_dict(self) -> dict[str, Any]:
        """Plain types only, ready for JSON; optional texts that are empty are left out."""
        plain = asdict(self)
        return {key: value for key, value in plain.items() if value != "" or key in ("question", "answer")}
