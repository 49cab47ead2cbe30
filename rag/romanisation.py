"""Chinese people in Latin letters: an English question about Xue Xiaolu means 薛晓路."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from ingest.article import Article
from ingest.text import words
from rag.entities import is_name
from rag.query import Query
from rag.sentences import outline

_NAME = re.compile(r"[a-zü]+(?:[ -][a-zü]+){1,3}")  # surname and given name at least
_PINYIN = re.compile(r"(?:(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?[aeiouü]{1,3}(?:ng?|r)?[ '-]?)+")
_MOST_ARTICLES = 300  # that are read for names; the latest
_PERSON = range(2, 5)  # characters of a Chinese person's name


def spellings(articles: Iterable[Article]) -> dict[str, tuple[str, ...]]:
    """Pinyin without spaces → the people in the articles who are written so."""
    found: dict[str, dict[str, None]] = {}
    for article, _ in zip(articles, range(_MOST_ARTICLES), strict=False):
        for person in {person for sentence in outline(article).sentences for person in sentence.people}:
            if len(person) in _PERSON and not person.isascii():
                found.setdefault(spelling(person), {})[person] = None
    return {spelling: tuple(people) for spelling, people in found.items()}


@lru_cache(maxsize=4096)
def spelling(name: str) -> str:
    """A Chinese name in pinyin without spaces."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(name, v_to_u=False)).replace("v", "u")


def romanised(query: Query) -> bool:
    """Whether a question has a name of several words, in Chinese one of pinyin, for which no Chinese is known."""
    return any(_is_unknown(names) and (not query.chinese or _PINYIN.fullmatch(names[0])) for names in query.names)


def _is_unknown(names: tuple[str, ...]) -> bool:
    return bool(_NAME.fullmatch(names[0])) and not any(is_name(name) for name in names[1:])


def in_chinese(query: Query, people: Mapping[str, tuple[str, ...]]) -> Query:
    """The question with the Chinese names of the people it spells in Latin letters, given name first or last."""
    longer = {names: (*names, *_people(names[0], people)) for names in query.names if _is_unknown(names)}
    added = [name for names, more in longer.items() for name in more[len(names) :]]
    if not added:
        return query
    return replace(
        query,
        names=tuple(longer.get(names, names) for names in query.names),
        concepts=tuple(longer.get(concept, concept) for concept in query.concepts),
        terms=(*query.terms, *({term: 1.0} for name in added for term in words(name))),
    )


def _people(name: str, people: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    parts = name.replace("ü", "u").split(" ")
    orders = ("".join(parts), "".join([parts[-1], *parts[:-1]]))
    return next((people[key] for key in (order.replace("-", "") for order in orders) if key in people), ())
