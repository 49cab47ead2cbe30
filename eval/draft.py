"""Drafts questions from articles, for people to edit: one fact of a sentence is asked for, by rule.

    cloze       the sentence with a blank for the fact, as in Taylor's cloze procedure (1953)
    who         谁, where a sentence names one person; in English where the sentence begins with the name
    when        什么时候, in the date's place
    how many    多少, in the number's place, its unit after it

Chinese asks in the place of what is asked for, so that replacing the fact makes the question; English doesn't, and has
clozes for dates and numbers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice, zip_longest
from typing import NamedTuple

from eval.cases import Case, language_of
from eval.facts import facts_met
from ingest.article import Article
from ingest.dates import find_date
from ingest.numerals import figures
from ingest.split import sentences
from ingest.text import HAN, fold, language
from rag.entities import is_name, is_person, named

_SHORTEST, _LONGEST = 14, 90  # characters of a sentence that is asked for a fact; English may be twice as long
_BLANK = "____"
_TITLE = re.compile(r"《[^》\n]*》")
_POINTS_BACK = re.compile(r"这|這|那|该|該|此|其|他|她|它|对此|對此|(?:It|He|She|They|This|That|These|Those|His|Her)\b")
_LARGE, _SMALL = "万萬亿億", "一二两兩三四五六七八九十百千"
_SCALE = f"十百千{_LARGE}"
_FIGURE = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_NUMBER = re.compile(  # whole: no part of a name, as in GPT-4 or 8K, of another number, a span, a fraction or a time
    rf"(?<![A-Za-z\d.,\-])(?<!\d[–—~～至到/:：])(?<![{_SCALE}]\s)(?:百分之)?{_FIGURE}"
    rf"(?:\s?(?:million|billion|thousand)\b|[多余餘]?[{_SCALE}]+(?:{_FIGURE}[{_SCALE}]+)*[多余餘]?[%％]?|[%％]?)"
    rf"(?![A-Za-z\d\-.{_SCALE}]|\s\d|\s?[–—~～至到/:：]\s?\d)"
    rf"|(?<![第几幾零〇点\d{_LARGE}{_SMALL}])(?:百分之)?[{_SMALL}]{{2,}}(?:[多余餘]?[{_LARGE}]+[{_SMALL}]*)*[多余餘]?[{_LARGE}]*"
    rf"(?![零〇点\d{_LARGE}{_SMALL}]|分之)"
)
_UNIT = re.compile(rf"\s?(?![的了就才都又])(个(?:半?月|小时|星期|世纪)|分钟|[{HAN}])")
_REST_OF_DATE = re.compile(r"\s?[年月日号號]")
_OF_DATE = re.compile(r"(?:19|20)\d\d\s?年|\d+(?:\s?[月日号號]|\s?年代)")  # a second date, a decade
_CLAUSE_START = re.compile(r"(?:^|[，：；,:;]\s?)$")  # where a name is one by itself, not the end of a longer one
_ASKED = {
    "zh-Hans": {"who": "谁", "when": "什么时候", "how many": "多少", "cloze": "“{}”空白处应该是什么？"},
    "zh-Hant": {"who": "誰", "when": "什麼時候", "how many": "多少", "cloze": "「{}」空白處應該是什麼？"},
    "en": {"who": "Who", "cloze": "What belongs in the blank: “{}”"},
}


class Option(NamedTuple):
    """A question that can be drafted of a sentence."""

    kind: str  # one of those above
    question: str
    fact: str
    sentence: str


class Asked(NamedTuple):
    """A stretch of a sentence that can be asked for."""

    kind: str  # who, when, how many
    start: int
    end: int


def draft(articles: Iterable[Article], most: int) -> list[Case]:
    """At most `most` questions an article, of the kinds in turn; `why` holds the kind and the sentence.

    A question to which two sentences give different facts has no right answer, and isn't drafted.
    """
    found = {article.id: list(_of_sentences(article)) for article in articles}
    facts: dict[str, set[str]] = defaultdict(set)
    for option in chain.from_iterable(chain.from_iterable(found.values())):
        facts[option.question].add(option.fact)
    return [
        Case(
            f"{id}-{number:03}", option.question, language_of(option.question), "fact",
            articles=(id,), facts=((option.fact,),), why=f"{option.kind}: {option.sentence}",
        )
        for id, sentences in found.items()
        for number, option in enumerate(_chosen(sentences, facts, most), 1)
    ]  # fmt: skip


def _of_sentences(article: Article) -> Iterator[list[Option]]:
    """What each sentence of an article can be asked by; the same sentence once, for no fact that it wouldn't meet."""
    headings, seen = {start for start, _ in article.headings}, set()
    for start, end in sentences(article.text):
        sentence = article.text[start:end]
        if start not in headings and sentence not in seen and _stands_alone(sentence):
            seen.add(sentence)
            yield [one for one in _questions(sentence) if facts_met([(one.fact,)], sentence)[0]]


def _chosen(found: Iterable[list[Option]], facts: Mapping[str, set[str]], most: int) -> list[Option]:
    """One question a sentence, of the kind that there are fewest of; none twice."""
    kinds: dict[str, list[Option]] = {"how many": [], "when": [], "who": [], "cloze": []}
    asked: set[str] = set()
    for options in found:
        free = [option for option in options if len(facts[option.question]) == 1 and option.question not in asked]
        if free:
            option = min(free, key=lambda option: len(kinds[option.kind]))
            kinds[option.kind].append(option)
            asked.add(option.question)
    turns = (option for turn in zip_longest(*kinds.values()) for option in turn if option)
    return list(islice(turns, most))


def _stands_alone(sentence: str) -> bool:
    """Whether a sentence can be understood by itself: of some length, whole, and not about what “he” or 这 names."""
    longest = _LONGEST * (2 if language(sentence) == "en" else 1)
    closed = all(sentence.count(a) == sentence.count(b) for a, b in ("“”", "「」", "《》", "()"))
    whole = sentence[-1] in "。.！!" and closed
    return _SHORTEST <= len(sentence) <= longest and whole and not _POINTS_BACK.match(sentence)


def _questions(sentence: str) -> Iterator[Option]:
    """What each fact of a sentence is asked by."""
    asked_in = language(sentence)
    words, english = _ASKED[asked_in], asked_in == "en"
    for kind, start, end in _facts(sentence):
        before, after, fact = sentence[:start], sentence[end:], sentence[start:end]
        if kind == "how many" and (unit := _UNIT.match(after)):
            fact += unit[1]  # of a unit what tells it apart: 9部, for any 9 would meet 9
        if english and kind == "who" and not before:
            yield Option(kind, f"{words[kind]}{after[:-1]}?", fact, sentence)
        elif not english:
            yield Option(kind, f"{before.rstrip()}{words[kind]}{after[:-1].lstrip()}？", fact, sentence)
        yield Option("cloze", words["cloze"].format(f"{before}{_BLANK}{after}"), fact, sentence)


def _facts(sentence: str) -> Iterator[Asked]:
    """The first date, the first number that is no part of it, and a person, if a sentence names one only."""
    plain = _TITLE.sub(lambda title: "《" + "_" * (len(title.group()) - 2) + "》", sentence)
    date, begin, end = find_date(plain)
    while date and (more := _REST_OF_DATE.match(plain, end)):
        end = more.end()
    if date:
        if plain[end : end + 1] != "代":  # a decade
            yield Asked("when", begin, end)
        plain = f"{plain[:begin]}{'_' * (end - begin)}{plain[end:]}"
    for match in _NUMBER.finditer(plain):
        if figures(fold(match.group())) and not _OF_DATE.match(plain, match.start()):
            yield Asked("how many", match.start(), match.end())
            break
    people = [name for name in named(plain) if is_person(name) and (name.isascii() or is_name(name))]
    if len(people) == 1 and plain.count(people[0]) == 1:
        at = plain.find(people[0])
        if _CLAUSE_START.search(plain[:at]):
            yield Asked("who", at, at + len(people[0]))
