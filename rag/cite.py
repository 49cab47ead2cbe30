"""A model's answer with [n] marks becomes sentences, each tied to the exact words that bear it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ingest.article import Article, Passage
from ingest.split import sentences
from rag import marks
from rag.answer import Citation, Sentence, Support
from rag.evidence import Evidence
from rag.meaning import closeness
from rag.verify import Need, held, is_foreign, needs, support

_MOST_SENTENCES = 3  # of quotes for one sentence of the answer
_FEW = 4  # sources; of fewer, each that bears a sentence out is cited
_WORTH = 0.12  # of a sentence's weight that a further quote must add
# Of its weight, held by quotes: they are shown although they don't bear it out.
_RELATED, _RELATED_FOREIGN = 0.3, 0.45
# The cosine of quotes that bear it out in part and that the model didn't cite; see tests/test_rewording.py.
_NEAR = 0.3
_RANK: dict[Support, int] = {"unsupported": 0, "partial": 1, "supported": 2}

Span = tuple[int, int]


@dataclass(frozen=True)
class Source:
    """A passage that the model was given, with what is known about its article."""

    passage: Passage
    title: str
    publisher: str
    date: str
    url: str
    article_text: str
    author: str = ""

    @classmethod
    def of(cls, passage: Passage, article: Article) -> Source:
        """The source for a passage of `article`."""
        return cls(passage, article.title, article.publisher, article.date, article.url, article.text, article.author)

    @cached_property
    def quotable(self) -> list[tuple[Span, Evidence]]:
        """The passage's sentences, as spans of the article, ready to be compared."""
        begin, text, heading = self.passage.start, self.passage.text, self.passage.heading
        above = len(heading) if heading and text.startswith(f"{heading}\n") else 0  # its own heading states nothing
        spans = [(a, b) for a, b in sentences(text) if a >= above and text[a:b].lstrip("# ") != heading]
        spans = spans or sentences(text)
        return [((begin + a, begin + b), Evidence(text[a:b])) for a, b in spans]

    @property
    def about(self) -> str:
        """What an answer may say of the article itself."""
        return f"{self.title}\n{self.publisher}\n{self.author}\n{self.passage.heading}"


@dataclass(frozen=True)
class _Backing:
    """The quotes found for one sentence: (source, span) each, and what they are worth."""

    quotes: tuple[tuple[Source, Span], ...] = ()
    support: Support = "unsupported"
    share: float = 0.0  # of the sentence's weight that the quotes hold
    is_foreign: bool = False  # in another language than the sentence


def cite(text: str, sources: Sequence[Source]) -> tuple[str, tuple[Sentence, ...], tuple[Citation, ...]]:
    """The answer with its marks renumbered, its claims, and their citations: one exact quote each, by first use.

    `sources` are what the model's numbers stand for, from 1. Numbers that don't exist go; a claim whose passages don't
    bear it out, or that has none, gets those that do, or is marked. Headings, lead-ins, questions and “the articles
    don't say” claim nothing: they stay in the text, but are no sentences.
    """
    bare, statements = marks.read(text, len(sources))
    numbered: dict[tuple[str, Span], Citation] = {}
    told, cited = [], []
    for statement in statements:
        numbers: list[int] = []
        if statement.is_claim:
            words = bare[statement.start : statement.end]
            backing = _backed(marks.claimed(words), [sources[n - 1] for n in statement.numbers], sources)
            numbers = [_number(source, span, numbered) for source, span in backing.quotes]
            told.append(Sentence(words, tuple(numbers), backing.support))
        cited.append(numbers)
    return marks.write(bare, statements, cited), tuple(told), tuple(numbered.values())


def _number(source: Source, span: Span, numbered: dict[tuple[str, Span], Citation]) -> int:
    """The number of a quote, which it gets when it is first used."""
    passage = source.passage
    key = passage.article, span
    if key not in numbered:
        numbered[key] = Citation(
            len(numbered) + 1, passage.article, source.title, source.publisher, source.date, source.url,
            source.article_text[slice(*span)], *span, passage.text,
        )  # fmt: skip
    return numbered[key].number


def _backed(claim: str, cited: Sequence[Source], sources: Sequence[Source]) -> _Backing:
    """The best quotes for a claim: from the passages it cites, or from any where those don't bear it out."""
    given = [f"{source.about}\n{source.date}\n{source.passage.text}" for source in sources]
    backing = _from(claim, cited, given)
    if backing.support != "supported":
        elsewhere = _from(claim, sources, given)
        if _RANK[elsewhere.support] > _RANK[backing.support]:
            backing = elsewhere
    return backing if _is_shown(claim, backing, bool(cited)) else _Backing()


def _is_shown(claim: str, backing: _Backing, cited: bool) -> bool:
    """Whether quotes are about what is claimed; if the model cited no passage, they must be nearer to it."""
    if backing.support == "supported":
        return True
    if cited or backing.support == "unsupported":
        return cited and (backing.support == "partial" or backing.share >= _RELATED)
    if backing.is_foreign:
        return backing.share >= _RELATED_FOREIGN
    quote = "\n".join(source.article_text[slice(*span)] for source, span in backing.quotes)
    return closeness(claim, quote, by_clause=True) >= _NEAR


def _from(claim: str, sources: Sequence[Source], given: Sequence[str]) -> _Backing:
    """The best quotes of passages in the claim's language, of those in the other, or of all together.

    In which language most passages are must not decide what one in the other is asked for.
    """
    foreign = [is_foreign(claim, source.passage.text) for source in sources]
    if not 0 < sum(foreign) < len(foreign):
        return _together(claim, sources, given)
    backings = [
        _together(claim, [source for source, other in zip(sources, foreign, strict=True) if other == wanted], given)
        for wanted in (False, True)
    ]
    bearing = [backing for backing in backings if backing.support == "supported"]
    if bearing:
        both = bearing if len(sources) < _FEW else bearing[:1]
        return replace(bearing[0], quotes=tuple(quote for backing in both for quote in backing.quotes))
    return max([*backings, _together(claim, sources, given)], key=lambda backing: _RANK[backing.support])


def _together(claim: str, sources: Sequence[Source], given: Sequence[str]) -> _Backing:
    """Quotes that together hold most of what the claim needs, and each source that bears it out alone as well."""
    if not sources:
        return _Backing()
    wanted = needs(claim, "\n".join(source.passage.text for source in sources))
    together = _weighed(claim, wanted, _chosen(wanted, sources), given)
    used = {source.passage.id for source, _ in together.quotes}
    extra: list[tuple[Source, Span]] = []
    if together.support == "supported" and len(sources) < _FEW:
        for source in sources:
            if source.passage.id not in used:
                alone = _weighed(claim, wanted, _chosen(wanted, [source]), given)
                if alone.support == "supported":
                    extra += alone.quotes
    return replace(together, quotes=(*together.quotes, *extra))


def _weighed(
    claim: str, wanted: Sequence[Need], chosen: Sequence[tuple[Source, Span]], given: Sequence[str]
) -> _Backing:
    quotes = _joined(chosen)
    evidence = [source.article_text[slice(*span)] for source, span in quotes]
    context = [text for source, _ in quotes for text in (source.about, source.passage.text)]
    dates = [source.date for source, _ in quotes if source.date]
    verdict = support(claim, [*evidence, *dates], context, given)
    total = sum(need.weight for need in wanted) or 1.0
    everything = Evidence("\n".join(evidence))
    share = sum(held(need, everything) * need.weight for need in wanted) / total
    return _Backing(tuple(quotes), verdict, share, any(need.kind == "meaning" for need in wanted))


def _chosen(wanted: Sequence[Need], sources: Sequence[Source]) -> list[tuple[Source, Span]]:
    """Greedy cover: the sentence that holds most of what is needed, then those that add enough to it."""
    offered = [
        (source, span, [held(need, evidence) for need in wanted])
        for source in sources
        for span, evidence in source.quotable
    ]
    total = sum(need.weight for need in wanted) or 1.0
    have = [0.0] * len(wanted)
    chosen: list[tuple[Source, Span]] = []
    while offered and len(chosen) < _MOST_SENTENCES:
        gains = [
            sum(max(new - old, 0.0) * need.weight for new, old, need in zip(holds, have, wanted, strict=True)) / total
            for _, _, holds in offered
        ]
        best = max(range(len(offered)), key=lambda i: gains[i])
        if chosen and gains[best] < _WORTH:
            break
        source, span, holds = offered.pop(best)
        chosen.append((source, span))
        have = [max(pair) for pair in zip(have, holds, strict=True)]
    return chosen


def _joined(chosen: Sequence[tuple[Source, Span]]) -> list[tuple[Source, Span]]:
    """Neighbouring sentences of an article as one quote, the most telling quote first."""
    joined: list[tuple[Source, Span]] = []
    for source, (start, end) in chosen:
        for i, (other, (a, b)) in enumerate(joined):
            gap = source.article_text[min(b, end) : max(a, start)]
            inside = source.passage.id == other.passage.id and max(a, start) >= min(b, end)
            if inside and not gap.strip() and "\n" not in gap:
                joined[i] = (other, (min(a, start), max(b, end)))
                break
        else:
            joined.append((source, (start, end)))
    return joined
