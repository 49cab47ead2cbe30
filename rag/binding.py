"""Do the names and figures of a statement belong together in the evidence as well?

“贾樟柯的短片叫《新世界》” names a director and a film that one passage holds, but as another director's film.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ingest.numerals import figures, numbers
from ingest.split import sentences
from ingest.text import HAN, fold
from rag.sentences import CLAUSE_END

_TITLE = re.compile(r"[《〈]([^《》〈〉]{1,60})[》〉]")
_HAN_RUN = re.compile(f"[{HAN}]+")
_PERSON_TAGS = frozenset(("nr", "nrt", "nrfg"))


@dataclass(frozen=True)
class _Stretch:
    """A folded sentence or clause, and what it names."""

    text: str
    people: frozenset[str]
    titles: frozenset[str]
    numbers: frozenset[str]

    def is_about_others(self, people: frozenset[str], titles: frozenset[str]) -> bool:
        """Whether it names people, or works, and none of the given ones."""
        strangers = self.people and people and not any(name in self.text for name in people)
        other_works = self.titles and titles and not any(title in self.text for title in titles)
        return bool(strangers or other_works)


def torn(claim: str, context: str) -> bool:
    """Whether a clause of the claim gives a work or figure to someone, or something, else than the context does.

    That is so if every sentence of the context with that work or figure names others. A clause without a name speaks of
    the one before.
    """
    evidence = _stretches(context)
    people: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    for clause in CLAUSE_END.split(fold(claim)):
        named = _read(clause)
        if named.people or named.titles:
            people, titles = named.people, named.titles
        for item in [*named.titles, *figures(clause)]:
            others = titles - {item}
            holding = [s for s in evidence if item in s.titles or item in s.numbers]
            if holding and all(stretch.is_about_others(people, others) for stretch in holding):
                return True
    return False


def is_of_another_work(told: str, question: str) -> bool:
    """Whether a question names works, and what it is told names others in their place."""
    return _read(fold(told)).is_about_others(frozenset(), _read(fold(question)).titles)


@lru_cache(maxsize=256)
def _stretches(text: str) -> tuple[_Stretch, ...]:
    return tuple(_read(fold(text[start:end])) for start, end in sentences(text))


@lru_cache(maxsize=2048)
def _read(folded: str) -> _Stretch:
    import rjieba

    people = (
        word
        for run in _HAN_RUN.findall(_TITLE.sub(" ", folded))
        for word, tag in rjieba.tag(run)
        if tag in _PERSON_TAGS and len(word) > 1
    )
    return _Stretch(folded, frozenset(people), frozenset(_TITLE.findall(folded)), frozenset(numbers(folded)))
