"""A conversation as a text to keep: Markdown with numbered references, GB/T 7714 and BibTeX entries."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, product

from ingest.article import Article
from rag.answer import Answer, Citation
from ui.render.parts import web

_MARK = re.compile(r"\[(\d+)\]")
_LINES = re.compile(r"\n+")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|])")
_TEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_TEX |= {character: f"\\{character}" for character in "#$%&_"}


def plain(answer: Answer) -> str:
    """An answer with its numbered sources as plain text, for the clipboard."""
    sources = [f"[{item.number}] {_told(item, web(item.url))}\n    {_quoted(item.quote)}" for item in answer.citations]
    return "\n\n".join([answer.question, answer.answer, *(["\n".join(sources)] if sources else [])])


def markdown(answers: Sequence[Answer], articles: Mapping[str, Article], heading: str, today: str) -> str:
    """Questions and answers; their marks become footnotes numbered through, and the works cited follow under `heading`.

    A footnote ends in its work's number. `articles` gives what is still known of those cited, by id; `today` is the
    date of access, ISO.
    """
    parts: list[str] = []
    notes: list[str] = []
    works = cited(answers)
    numbers = {work.article: n for n, work in enumerate(works, 1)}
    for answer in answers:
        first = len(notes)
        notes += [
            f"[^{first + item.number}]: {_escaped(_told(item))}: {_escaped(_quoted(' '.join(item.quote.split())))} "
            rf"\[{numbers[item.article]}\]"
            for item in answer.citations
        ]
        known = {item.number for item in answer.citations}
        parts.append(f"## {_escaped(' '.join(answer.question.split()))}\n\n{_footnoted(answer.answer, known, first)}")
    entries = (_gbt7714(item, _author(item, articles), today) for item in works)
    listed = [rf"\[{n}\] {_escaped(text)}{f'<{url}>.' if url else ''}" for n, (text, url) in enumerate(entries, 1)]
    end = [f"## {heading}\n\n" + "\n\n".join(listed)] if listed else []
    return "\n\n".join([*parts, *end, *(["\n".join(notes)] if notes else [])]) + "\n"


def _footnoted(text: str, known: set[int], first: int) -> str:
    """The answer's text as Markdown, its [n] marks that cite something as footnotes from `first` + 1."""
    pieces = _MARK.split(text)  # text and numbers in turn
    for at in range(0, len(pieces), 2):
        pieces[at] = _escaped(_LINES.sub("\n\n", pieces[at]))
    for at in range(1, len(pieces), 2):
        number = int(pieces[at])
        pieces[at] = f"[^{first + number}]" if number in known else rf"\[{number}\]"
    return "".join(pieces)


def cited(answers: Iterable[Answer]) -> list[Citation]:
    """The first citation of each article, in order of appearance."""
    first: dict[str, Citation] = {}
    for answer in answers:
        for item in answer.citations:
            first.setdefault(item.article, item)
    return list(first.values())


def gbt7714(works: Sequence[Citation], articles: Mapping[str, Article], today: str) -> str:
    """One line a work after GB/T 7714-2015, electronic resources: author, title, publisher, date, access, address."""
    entries = (_gbt7714(item, _author(item, articles), today) for item in works)
    return "".join(f"[{n}] {text}{f'{url}.' if url else ''}\n" for n, (text, url) in enumerate(entries, 1))


def _gbt7714(item: Citation, author: str, today: str) -> tuple[str, str]:
    """The entry as far as its address, and the address or ""; a stop that ends the title gives way to the entry's."""
    url = web(item.url)
    responsible = author or item.publisher
    published = item.publisher if author else ""
    dated = f"{item.date[:4]}({item.date})" if published and item.date else f"({item.date})" if item.date else ""
    issued = ", ".join(part for part in (published, dated) if part)
    kind, access = ("EB/OL", f"[{today}]. ") if url else ("Z", "")
    text = f"{responsible + '. ' if responsible else ''}{item.title.rstrip('。. ')}[{kind}]. {issued}{access}"
    return text if url else text.rstrip(" .") + ".", url


def bibtex(works: Sequence[Citation], articles: Mapping[str, Article], today: str) -> str:
    """A @misc entry a work, which both BibTeX and biblatex read; keys are plain ASCII and unique."""
    keys: set[str] = set()
    return "\n".join(_bibtex(item, _key(item.article, keys), _author(item, articles), today) for item in works)


def _bibtex(item: Citation, key: str, author: str, today: str) -> str:
    url = web(item.url)
    fields = {
        "title": f"{{{_tex(item.title)}}}",
        "author": f"{{{_tex(author)}}}" if author else "",
        "howpublished": _tex(item.publisher),
        "year": item.date[:4],
        "date": item.date,
        "url": re.sub(r"[{}\\\s]", "", url),
        "urldate": today if url else "",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{key},\n{lines}}}\n"


def _key(article: str, taken: set[str]) -> str:
    base = re.sub(r"[^A-Za-z0-9-]+", "", article).strip("-") or "article"
    key = next(key for ending in _endings() if (key := base + ending) not in taken)
    taken.add(key)
    return key


def _endings() -> Iterator[str]:
    """Nothing, a to z, aa, ab and so on without end."""
    for length in count():
        yield from map("".join, product(string.ascii_lowercase, repeat=length))


def _author(item: Citation, articles: Mapping[str, Article]) -> str:
    article = articles.get(item.article)
    return article.author if article else ""


def _told(item: Citation, url: str = "") -> str:
    return " · ".join(part for part in (item.title, item.publisher, item.date, url) if part)


def _quoted(quote: str) -> str:
    """The quote in quotation marks, of which one that brings its own needs no others."""
    return quote if quote.startswith("“") and quote.endswith("”") else f"“{quote}”"


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in " ".join(text.split()))


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)
