"""Do the names, dates and figures of a statement belong together in the evidence as well?

“贾樟柯的短片叫《新世界》” names a director and a film that one passage holds, but as another director's film.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from ingest.numerals import figures, numbers, plainly
from ingest.split import sentences
from ingest.text import HAN, english_words, fold, tagged
from rag.entities import is_chinese_person, is_name, is_person, named
from rag.figures import DATED, dates
from rag.measures import MEASURE, durations, quantities, with_dates, with_shares, without_durations
from rag.offices import in_short, offices, without_offices
from rag.opposites import near_ways, ways, without_ways

# What a claim says of an item, found in a stretch about a rival of it, and so much less in any stretch about itself.
_ALIKE, _LESS = 0.5, 0.35
_LEAST = 3  # pairs of characters that say something of an item; one less of a word or an office
_NEAR = 0.05
_SHORT = re.compile(r"[A-Z\d]{1,4}|No\..*")
_TITLE = re.compile(r"[《〈]([^《》〈〉]{1,60})[》〉]")
_HAN_RUN = re.compile(f"[{HAN}]+")
_CLAUSE = re.compile(r"(?<=[，,；;。！？!?：:])(?!\d{3})|\n")
_ENUMERATED = re.compile(r"(?<=[，,；;。！？!?：:、])(?!\d{3})|\n")
_SAYING = re.compile("认为|表示|指出|介绍|解释|强调|透露|坦言|断言|补充|举例|说道?|称")
# Of the article that says so: 2024年12月18日的文章, the article of December 18
_ATTRIBUTED = re.compile(
    r"[\d年月日号/.-]{6,}(?:发表|发布|刊登)?的?(?:这篇|那篇)?(?:文章|报道|资料|消息)"
    r"|(?:articles?|reports?|passages?) (?:of|from|dated|published on) [^,.;]{4,20}(?:19|20)\d\d"
)
_WAY = "way of "  # the kind of a word that has a contrary
_WORD = (_WAY, "office")
_OF_DATES = ("年份", "月", "天")

Item = tuple[str, ...]  # its kind, and what it is


@lru_cache(maxsize=8192)
def _folded(clause: str) -> str:
    return in_short(fold(clause))


@dataclass(frozen=True)
class _Stretch:
    """Part of a text, in search form, what it names of one sort, and what was named before it."""

    text: str
    items: frozenset[Item]
    before: frozenset[Item] = frozenset()

    def holds(self, item: Item) -> bool:
        """Whether it may be about an item."""
        if item[0] in _NAMED and any(form in self.text for form in _forms(item[1])):
            return True
        is_figure = len(item) == 2 and item[0] not in _NAMED and not item[0].startswith((*_WORD, "duration"))
        return (is_figure and f"#{item[1]}" in self.numbers) or any(
            _same(item, other) for other in self.items | self.before
        )

    def is_about_rival(self, of: Item, ours: frozenset[Item]) -> bool:
        """Whether it isn't about an item, but about another of its kind that isn't ours."""
        rivals = (other for other in self.items if other[0] == of[0] and not any(_same(other, our) for our in ours))
        return any(rivals) and not self.holds(of)

    def share(self, tokens: frozenset[str]) -> float:
        """How many of the tokens it has."""
        return sum(token in self.numbers if token[0] == "#" else token in self.text for token in tokens) / len(tokens)

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(f"#{number}" for number in numbers(self.text))


def torn(claim: str, texts: tuple[str, ...]) -> bool:
    """Whether the claim gives something to another person, work, date or figure than all the texts give it to."""
    return any(_is_torn(sort, claim, texts) for sort in _SORTS) or _is_of_others(claim, texts)


@lru_cache(maxsize=1024)
def _is_torn(sort: str, claim: str, texts: tuple[str, ...]) -> bool:
    known, least = _known(sort, texts), _LEAST - (sort in _WORDS)
    ours = [(stretch, _tokens(sort, stretch)) for stretch in _stretches(sort, claim, known | _known(sort, (claim,)))]
    telling = [(stretch, tokens) for stretch, tokens in ours if stretch.items and _weight(tokens) >= least]
    theirs = [stretch for text in texts for stretch in _stretches(sort, text, known)] if telling else []
    return any(
        _belongs_to_rival(item, stretch.items, tokens, theirs) for stretch, tokens in telling for item in stretch.items
    )


def _weight(tokens: frozenset[str]) -> int:
    """How much tokens say: a Latin word or a number as much as two pairs of characters."""
    return sum(2 if token.isascii() else 1 for token in tokens)


def _belongs_to_rival(item: Item, ours: frozenset[Item], tokens: frozenset[str], theirs: Sequence[_Stretch]) -> bool:
    """What stands nowhere is for others to find, but a word may have another instead of it."""
    nowhere = 0.0 if item[0].startswith((*_WORD, "duration")) else 1.0
    own = max((stretch.share(tokens) for stretch in theirs if stretch.holds(item)), default=nowhere)
    rival = max((stretch.share(tokens) for stretch in theirs if stretch.is_about_rival(item, ours)), default=0.0)
    return rival >= _ALIKE and rival - own >= _LESS


def _same(one: Item, other: Item) -> bool:
    if one[0] != other[0]:
        return False
    if one[0] == "date":
        return all(not a or not b or a == b for a, b in zip(one[1:], other[1:], strict=True))
    if one[0].startswith(_WORD):
        return one == other
    if one[0] in _NAMED:
        return one[1] in other[1] or other[1] in one[1]
    a, b = (float(number.removesuffix("%")) for number in (one[1], other[1]))
    return abs(a - b) <= _NEAR * max(abs(a), abs(b))


def _is_of_others(claim: str, texts: tuple[str, ...]) -> bool:
    """Whether a clause of the claim has a work or figure that stands only in sentences about others than it names.

    A clause without a name speaks of the one before.
    """
    told = [_told(text[start:end]) for text in texts for start, end in _sentences(text)]
    named = _Told("", frozenset(), frozenset(), frozenset())
    for clause in map(_told, _CLAUSE.split(claim)):
        if clause.people or clause.works:
            named = clause
        for item in (*clause.works, *figures(clause.text)):
            holding = [one for one in told if item in one.works or item in one.numbers]
            if holding and all(one.is_about_others(named.people, named.works - {item}) for one in holding):
                return True
    return False


def is_of_another_work(told: str, question: str) -> bool:
    """Whether a question names works, and what it is told names others in their place."""
    return _told(told).is_about_others(frozenset(), _told(question).works)


@dataclass(frozen=True)
class _Told:
    """A folded sentence or clause, and what it names."""

    text: str
    people: frozenset[str]
    works: frozenset[str]
    numbers: frozenset[str]

    def is_about_others(self, people: frozenset[str], works: frozenset[str]) -> bool:
        """Whether it names people, or works, and none of the given ones."""
        strangers = self.people and people and not any(name in self.text for name in people)
        other_works = self.works and works and not any(work in self.text for work in works)
        return bool(strangers or other_works)


@lru_cache(maxsize=8192)
def _told(text: str) -> _Told:
    people, works = (frozenset(name for _, name in found(text)) for found in (_people, _works))
    return _Told(fold(text), people, works, frozenset(numbers(fold(text))))


@lru_cache(maxsize=64)
def _known(sort: str, texts: tuple[str, ...]) -> frozenset[str]:
    """All names of a sort in texts: the tagger sees one in this sentence and misses it in the next."""
    if sort not in _NAMED:
        return frozenset()
    return frozenset(name for text in texts for name in _named(sort, text))


@lru_cache(maxsize=512)
def _named(sort: str, text: str) -> frozenset[str]:
    return frozenset(name for start, end in _sentences(text) for _, name in _SORTS[sort](text[start:end]))


@lru_cache(maxsize=512)
def _stretches(sort: str, text: str, known: frozenset[str]) -> tuple[_Stretch, ...]:
    found: list[_Stretch] = []
    last: frozenset[Item] = frozenset()
    for start, end in _sentences(text):
        for stretch in _parts(sort, text[start:end], known):
            found.append(stretch if stretch.items else replace(stretch, before=last))
            last = stretch.items or last
    return tuple(found)


@lru_cache(maxsize=256)
def _sentences(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(sentences(text))


def _parts(sort: str, sentence: str, known: frozenset[str]) -> list[_Stretch]:
    """A sentence cut before each clause that names something of a sort."""
    parts: list[_Stretch] = []
    for clause in (_ENUMERATED if sort in _BY_CLAUSE else _CLAUSE).split(sentence):
        folded, named = _folded(clause), _items(sort, clause, known)
        last = parts[-1] if parts else None
        if last and sort not in _BY_CLAUSE and not (named and last.items):
            parts[-1] = _Stretch(last.text + folded, last.items | named, last.before)
        elif clause.strip():
            follows = last and sort in _SPOKEN and not re.search("[；;]$", last.text)
            parts.append(_Stretch(folded, named, last.items | last.before if last and follows else frozenset()))
    return parts


@lru_cache(maxsize=4096)
def _items(sort: str, clause: str, known: frozenset[str]) -> frozenset[Item]:
    if sort not in _NAMED:
        return frozenset(_SORTS[sort](clause))
    folded = _folded(clause if sort == "work" else _TITLE.sub(" ", clause))
    return frozenset((sort, name) for name in known if name in folded)


def _tokens(sort: str, stretch: _Stretch) -> frozenset[str]:
    """What a stretch says of the items of a sort: pairs of Han characters, words, other numbers."""
    rest = _SAYING.sub(" ", _without(sort, stretch))
    han = {run[i : i + 2] for run in _HAN_RUN.findall(rest) for i in range(len(run) - 1)}
    told = numbers(rest) if sort not in ("figure", "duration", "date") else ()
    return frozenset((*han, *(word for word in english_words(rest) if not word[0].isdigit()), *(f"#{n}" for n in told)))


@lru_cache(maxsize=1024)
def _forms(name: str) -> tuple[str, ...]:
    """A folded name, and the longer words of a Latin one: Samir alone is Samir Mallal."""
    return (name, *(word for word in name.split() if name.isascii() and len(word) > 3))


def _without(sort: str, stretch: _Stretch) -> str:
    if sort == "figure":
        return MEASURE.sub(" ", plainly(stretch.text))
    if sort in _WITHOUT:
        return _WITHOUT[sort](stretch.text)
    if sort == "date":
        return DATED.sub(" ", with_dates(stretch.text))
    for _, name in sorted(stretch.items, key=lambda item: -len(item[1])):
        stretch = replace(stretch, text=stretch.text.replace(name, " "))
    return stretch.text


@lru_cache(maxsize=8192)
def _names(clause: str) -> tuple[str, ...]:
    """Names of people and organisations, without short abbreviations and No.1."""
    return tuple(name for name in named(_TITLE.sub(" ", clause)) if not _SHORT.fullmatch(name))


def _is_person(name: str) -> bool:
    """Whether a name is a person's, and not only a word that the tagger takes for one."""
    return is_person(name) and (name[0].isascii() or is_chinese_person(fold(name)) or is_name(name))


def _people(clause: str) -> Iterator[Item]:
    return (("person", fold(name)) for name in _names(clause) if _is_person(name))


def _organisations(clause: str) -> Iterator[Item]:
    return (("organisation", fold(name)) for name in _names(clause) if len(name) > 2 and not is_person(name))


def _places(clause: str) -> Iterator[Item]:
    return (("place", word) for word, tag in tagged(fold(clause)) if tag == "ns" and len(word) > 1)


def _works(clause: str) -> Iterator[Item]:
    return (("work", fold(title)) for title in _TITLE.findall(clause))


def _dates(clause: str) -> Iterator[Item]:
    return (("date", *date) for date in dates(_ATTRIBUTED.sub(" ", fold(clause))))


def _figures(clause: str) -> Iterator[Item]:
    found = quantities(with_shares(DATED.sub(" ", with_dates(fold(clause)))))
    return ((unit, number) for unit, values in found.items() if unit not in _OF_DATES for number in values)


def _durations(clause: str) -> Iterator[Item]:
    return (("duration", str(seconds)) for seconds in durations(_folded(clause)))


def _ways(clause: str) -> Iterator[Item]:
    return ((_WAY + kind, side) for kind, side in ways(_folded(clause)))


def _offices(clause: str) -> Iterator[Item]:
    return (("office", office) for office in offices(_folded(clause)))


_SORTS: dict[str, Callable[[str], Iterator[Item]]] = {
    "person": _people,
    "organisation": _organisations,
    "place": _places,
    "work": _works,
    "date": _dates,
    "figure": _figures,
    "duration": _durations,
    "way": _ways,
    "way nearby": _ways,
    "office": _offices,
}
_WITHOUT = {"duration": without_durations, "way": without_ways, "way nearby": near_ways, "office": without_offices}
_WORDS = ("way", "way nearby", "office")
_BY_CLAUSE = ("figure", "duration", *_WORDS)
_NAMED = ("person", "organisation", "place", "work")
_SPOKEN = ("person", "organisation", "place")
