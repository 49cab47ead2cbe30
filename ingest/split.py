"""An article becomes passages: whole sentences, token-bounded, with offsets into the article's text."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.article import Article, Passage
from ingest.text import HAN

if TYPE_CHECKING:
    import tiktoken

BUDGET = 256  # tokens of o200k_base in a passage
SPLITTER = "sentences-6"  # raise when the same text would be cut differently

Offsets = tuple[int, int]

_CLOSERS = "”’」』）)】》〉\"'*_"
_MONTHS = "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec"
_TITLES = "St Mt Ft Prof Gov Sen Rep Gen Col Capt Lt Sgt Bros"
_OPENERS = "A An And At But For He His I If In It Its On She So That The Their There They This To We When You"


def _preceded_by(words: str) -> str:
    """Matches after any of the words and a full stop."""
    by_length = {len(word): [other for other in words.split() if len(other) == len(word)] for word in words.split()}
    return "|".join(rf"(?<=(?<![A-Za-z])(?:{'|'.join(alike)})\.)" for alike in by_length.values())


# A full stop ends a sentence only before a space or the end, and not inside 3.5, U.S., Mr. Smith, Dec. 18, Fig. 3 or
# St. Louis; but it does in: He left Warner Bros. The studio…
_FULL_STOP = (
    r"(?<!\b[A-Za-z])\.(?!"
    rf"(?:{_preceded_by('Mr Ms Dr Mrs vs')})|(?i:{_preceded_by(_MONTHS)}) \d"
    rf"|(?:{_preceded_by('No Nos Vol vol Fig fig Figs figs Ch Ep Eq Eqs Sec pp approx Approx ca')}) [$£€]?\d"
    rf"|(?:{_preceded_by('al')}) \(?\d|(?:{_preceded_by('Co')}),? (?:Ltd|LLC|Inc)\b"
    rf"|(?:{_preceded_by(_TITLES)}) (?!(?:{_OPENERS.replace(' ', '|')})\b)[A-Z])"
    rf"(?=[\s{_CLOSERS}]|$)"
)
# It doesn't end within a title, as in 《加油！》, nor where a small letter follows: "Really?" she said.
_ENDS_HERE = rf"(?![。！？!?]*[》〉])(?:(?<=[。！？｡])|(?![!?.{_CLOSERS}]*[ \t]+[a-z]))"
_SENTENCE_END = re.compile(
    "(?=[。！？｡!?.…\n])"  # looked for ahead of the alternatives: scanning takes a sixth of the time
    rf"(?:(?:(?:[。！？｡!?]+|{_FULL_STOP}){_ENDS_HERE}|(?<!…)…+(?=[{_CLOSERS}]))[{_CLOSERS}]*|\n+)"
)
# A quotation that ends in a mark of its own may be a part of a sentence: “真的吗？”，他问, 面对“会取代演员吗？”的提问.
_AFTER_PART = re.compile("[，、；：,;:—。！？｡]|[的之](?![确確前后後所])")
_BEFORE_PART = re.compile(f"[{HAN}、”’」』)）]")
_FOLLOWS_PART = re.compile(f"(?![这這那]是|[他她但])[{HAN}“‘「『]")
_IS_ABOUT = re.compile("[这這](?:[个個一些类類种種]?[问問][题題]|句[话話]|[样樣]的)")  # “会取代导演吗？”这个问题
_OPENING = {"”": "“", "’": "‘", "」": "「", "』": "『", "）": "（", '"': '"'}
_TITLE_MARKS = (("《", "》"), ("〈", "〉"))
_ADDRESS = re.compile(r"://[!-~]+")
_LONGEST_ADDRESS = 500  # characters
_NUMBER = re.compile(r"\s*\d{1,3}\.")  # 1. 成本下降
_LONGEST_PART = 60  # characters of a quotation within a sentence
_CLAUSE_END = re.compile(r"[；;，,：:、]")


@lru_cache(maxsize=1)
def _encoding() -> tiktoken.Encoding:
    """The tokenizer, with the vocabulary that llama-index-core ships, so that none is fetched."""
    package = importlib.util.find_spec("llama_index.core")
    if package and package.origin:
        cache = Path(package.origin).parent / "_static" / "tiktoken_cache"
        os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(cache))
    import tiktoken

    return tiktoken.get_encoding("o200k_base")


@lru_cache(maxsize=16)  # what a sentence takes is asked twice in a row
def count_tokens(text: str) -> int:
    """Length of text in o200k_base tokens."""
    return len(_encoding().encode_ordinary(text))


def sentences(text: str) -> list[Offsets]:
    """Spans of the sentences of text, in order, without white space around; together they hold all other text.

    A line break always ends a sentence; marks inside closing quotes and brackets take those along.
    """
    spans: list[Offsets] = []
    start = read = quotes = 0
    for match in _SENTENCE_END.finditer(text):
        end = match.end()
        quotes += text.count('"', read, end)
        opens = quotes % 2 == 1 and text[end - 1] == '"' and not text.startswith((" ", "\n"), end) and end < len(text)
        read, quotes = end, quotes if text[end - 1] != "\n" else 0
        if opens:  # a straight quotation mark behind the stop is the next sentence's
            end -= 1
        elif _goes_on(match, start):
            continue
        spans.extend(_trimmed(text, start, end))
        start = end
    spans.extend(_trimmed(text, start, len(text)))
    return spans


def _goes_on(match: re.Match[str], start: int) -> bool:
    """Whether a sentence, begun at `start`, goes on behind marks and the closing quotation marks after them.

    It does before a comma and the like, and where the quotation stands between Han characters without a colon.
    """
    text, end = match.string, match.end()
    if _is_within(text, start, end):
        return True
    if text[end - 1] not in _CLOSERS:
        return False
    if _AFTER_PART.match(text, end):
        return True
    opening = text.rfind(_OPENING.get(text[end - 1], "\n"), max(start, end - _LONGEST_PART), end - 1)
    if opening < 0 or match.group().rstrip(_CLOSERS)[-1] not in "！？!?…" or text[opening + 1] in "，。、；： ":
        return False
    if opening - start < _LONGEST_PART and not text[start:opening].strip():
        return bool(_IS_ABOUT.match(text, end))
    return bool(_BEFORE_PART.match(text, opening - 1) and _FOLLOWS_PART.match(text, end))


def _is_within(text: str, start: int, end: int) -> bool:
    """Whether marks stand within a title, 《卷不动了？AI编剧来了》, an address, watch?v=abc, or end a line's number."""
    if text[end - 1] == "\n":
        return False
    if text[start - 1 : start] in ("", "\n") and _NUMBER.fullmatch(text, start, end):
        return True
    address = text.rfind("://", max(start, end - _LONGEST_ADDRESS), end)
    if address >= 0 and _ADDRESS.fullmatch(text, address, end + 1) and end < len(text):
        return True
    return any(_is_between(text, start, end, *marks) for marks in _TITLE_MARKS)


def _is_between(text: str, start: int, end: int, opening: str, closing: str) -> bool:
    """Whether title marks that open shortly before the end close shortly behind it, on the same line."""
    opened = text.rfind(opening, max(start, end - _LONGEST_PART), end)
    closed = text.find(closing, end, end + _LONGEST_PART)
    if opened < 0 or closed < 0 or text.find(closing, opened, end) >= 0:
        return False
    return text.find("\n", end, closed) < 0 and text.find(opening, end, closed) < 0


def _trimmed(text: str, start: int, end: int) -> Iterator[Offsets]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def split(article: Article, budget: int = BUDGET) -> list[Passage]:
    """Cut an article into passages of whole sentences, at most `budget` tokens each.

    A section's heading opens its first passage. Only a sentence that is longer than the budget is cut, at its clauses.
    """
    passages, start, end, used, heading, opened = [], 0, 0, 0, "", ""
    heading_spans = set(article.headings)
    for unit in _units(article, budget):
        size = _size(article.text, end if end > start else unit[0], unit)
        is_heading = unit in heading_spans
        if end > start and (used + size > budget or (is_heading and (start, end) not in heading_spans)):
            passages.append(_passage(article, start, end, opened))
            start, used = unit[0], 0
        if is_heading:
            heading = article.text[slice(*unit)]
        if not used:
            start, opened = unit[0], heading
        if is_heading or not opened:
            opened = heading
        end, used = unit[1], used + size + 1
    if end > start:
        passages.append(_passage(article, start, end, opened))
    return passages


def _size(text: str, before: int, unit: Offsets) -> int:
    """Tokens of a unit with the white space before it."""
    start, end = unit
    if text.endswith("\n", before, start):  # no token reaches over the end of a line
        return count_tokens(text[before:start]) + count_tokens(text[start:end])
    return count_tokens(text[before:end])


def outlined(article: Article) -> Iterator[Offsets]:
    """The article's sentences, those of a heading as one: AI来了！导演怎么办."""
    found = sentences(article.text)
    stops = {end for _, end in found}
    ends = {start: end for start, end in article.headings if end in stops}
    within = 0
    for start, end in found:
        if start >= within:
            within = ends.get(start, end)
            yield start, within


def _units(article: Article, budget: int) -> Iterator[Offsets]:
    """Sentences and headings, and the pieces of those that alone exceed the budget."""
    text = article.text
    for start, end in outlined(article):
        # A token is at least one byte: short sentences need no counting.
        if end - start <= budget // 4 or count_tokens(text[start:end]) <= budget:
            yield start, end
        else:
            yield from _pieces(text, start, end, budget)


def _pieces(text: str, start: int, end: int, budget: int) -> Iterator[Offsets]:
    """An over-long sentence, cut after its clauses; a clause without marks is cut between words, else by length."""
    longest = max(budget // 2, 1)  # characters
    ends: Iterable[int] = [match.end() for match in _CLAUSE_END.finditer(text, start, end)]
    at = start
    for stop in [*ends, end]:
        while stop - at > longest:
            space = text.rfind(" ", at + longest // 2, at + longest)
            cut = space if space > at else at + longest
            yield from _within(text, at, cut, budget)
            at = cut
        if stop == end or stop - at > longest // 2:
            yield from _within(text, at, stop, budget)
            at = stop


def _within(text: str, start: int, end: int, budget: int) -> Iterator[Offsets]:
    """A piece, halved until it keeps to the budget: rare characters take up to four tokens each."""
    if end - start > 1 and count_tokens(text[start:end]) > budget:
        middle = (start + end) // 2
        yield from _within(text, start, middle, budget)
        yield from _within(text, middle, end, budget)
    else:
        yield from _trimmed(text, start, end)


def _passage(article: Article, start: int, end: int, heading: str) -> Passage:
    text = article.text[start:end]
    return Passage(passage_id(article, start, text, heading), article.id, start, end, text, heading)


def passage_id(article: Article, start: int, text: str, heading: str) -> str:
    """A digest of where a passage stands and of all that is indexed of it, so that another id means another content."""
    content = "\0".join((article.id, str(start), article.title, heading, text))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def embedded_text(title: str, passage: Passage) -> str:
    """What is embedded of a passage: its words in the context of its article's title and its section's heading."""
    return "\n".join(part for part in (title, passage.heading, passage.text) if part)
