"""The dated events that articles tell, each as the sentence that dates it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.article import Article
from ingest.dates import COUNT, MONTH, OF_YEARS, half_width, iso_date
from ingest.split import outlined

_YEAR = r"(?:1[89]|20)\d\d"
_EITHER = r"(?:或者?|还是|還是|\bor\b)"
_DIGIT = "[〇零○一二三四五六七八九]"
_DAY = rf"(?:\s?(?:\d{{1,2}}|{COUNT})\s?月(?:\s?(?:\d{{1,2}}|{COUNT})\s?[日号號])?)?"
# Only dates with their year: a bare 12月18日 may be of any. A decade (1990年代) is no date, and a bare number only one
# after an English word of time.
_DATED = re.compile(
    rf"(?<!\d){_YEAR}\s?年(?!代){_DAY}|{_DIGIT}{{4}}年(?!代){_DAY}"
    rf"|民[国國]\s?(?:\d{{1,3}}|[一二三四五六七八九十百]{{1,5}})\s?年(?!代){_DAY}"
    rf"|(?<!\d){_YEAR}(?:[-/.]\d{{1,2}}(?:[-/.]\d{{1,2}})?|[–—]\d{{1,2}}[–—]\d{{1,2}})(?!\d)(?:{OF_YEARS})?"
    rf"|\b{MONTH}(?:\.\s?|\s)\d{{1,2}}(?:st|nd|rd|th)?(?:,\s?|\s){_YEAR}\b"
    rf"|\b\d{{1,2}}\s{MONTH}\.?,?\s{_YEAR}\b|\b{MONTH}\.?,?\s{_YEAR}\b|(?<![\d/])\d{{1,2}}/\d{{1,2}}/{_YEAR}(?!\d)"
    rf"|(?<!\d){_YEAR}(?=\s?{_EITHER}\s?{_YEAR}\s?年)"
    rf"|(?<=\bin ){_YEAR}\b|(?<=\bby ){_YEAR}\b|(?<=\buntil ){_YEAR}\b|(?<=\bof ){_YEAR}\b",
    re.IGNORECASE,
)
_TITLE = re.compile(r"《[^》\n]{1,40}》")  # 《银翼杀手2049年》 dates nothing
# What goes on since a date didn't happen then: 自1960年以来首次, since 1960. But 自2024年上线以来 tells of an event, and
# so does what is in force from a date on: 自2025年起施行.
_SINCE = re.compile(r"(?:[自从從由打]|\bsince)\s?$", re.IGNORECASE)
_UNTIL_NOW = re.compile(r"\s?[初末底]?(?:以[来來]|[至迄]今)")
_FROM_THEN_ON = re.compile(
    r"\s?[初末底]?起(?![诉訴草步])(?!.*(?:[施实實执執]行|[实實]施|生效|[开開]始|[启啟]用))", re.DOTALL
)
# Between two dates of which one is right: 2024年底或2025年初, in May 2024 or in June 2025.
_OR = re.compile(
    rf"(?:[初末底春夏秋冬]|[上下]半年|第?[一二三四]季度)?[,，]?\s?{_EITHER}\s?(?:[在于於到]|\b(?:in|on|by)\b)?\s?",
    re.IGNORECASE,
)
_SHORTEST = 6  # characters of a sentence that tells something beside its date


@dataclass(frozen=True)
class Event:
    """A sentence, `article.text[start:end]`, and a date that it gives, ISO and as exact as written."""

    date: str
    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        """The sentence's own words."""
        return self.article.text[self.start : self.end]


def timeline(articles: Iterable[Article]) -> list[Event]:
    """The events of all articles, by date; those of a whole month or year come before its days."""
    return sorted(_events(articles), key=lambda event: (event.date, event.article.id, event.start))


def _events(articles: Iterable[Article]) -> Iterator[Event]:
    for article in articles:
        headings = {start for start, _ in article.headings}
        for start, end in outlined(article):
            if start not in headings:
                yield from (Event(date, article, start, end) for date in _dates(article.text[start:end]))


def _dates(sentence: str) -> list[str]:
    plain = _TITLE.sub(lambda title: " " * len(title.group()), half_width(sentence))
    found = [match for match in _DATED.finditer(plain) if not _begins_a_span(match)]
    if len(sentence.strip()) - sum(len(match.group()) for match in found) < _SHORTEST:
        return []
    return list(dict.fromkeys(_each_once(found)))


def _each_once(found: list[re.Match[str]]) -> list[str]:
    """The dates as ISO; of several that one event may have, the earliest: it is told once."""
    dates: list[str] = []
    end = 0
    for match in found:
        date = iso_date(match.group())
        if not date:
            continue
        either = dates and _OR.fullmatch(match.string, end, match.start())
        dates.append(min(dates.pop(), date) if either else date)
        end = match.end()
    return dates


def _begins_a_span(date: re.Match[str]) -> bool:
    """Whether a date only says since when something has been so."""
    sentence, start, end = date.string, date.start(), date.end()
    if _UNTIL_NOW.match(sentence, end):
        return True
    since = _SINCE.search(sentence, 0, start)
    return since is not None and (since[0].isascii() or bool(_FROM_THEN_ON.match(sentence, end)))
