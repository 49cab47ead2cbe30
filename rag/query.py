"""A question, understood: its language, the terms that carry its meaning, what kind of answer it asks for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ingest.numerals import numbers
from ingest.text import HAN, Language, english_words, fold, language, segments, tagged, words
from ingest.translation import translations, variants
from rag.kinds import kind_of

MAX_CHARACTERS = 2000

# The wording of asking, not of what is asked about. It is cut out before the words index is searched: in a small library
# such words are rare, so that BM25 would take them for the heart of the question.
_ASKING = re.compile(
    r"(?:花|用|耗|费)了?(?=多少?时间|多久|多长|几[天年月周个小])|多长时间|多少时间|请问|请你|请|告诉我|想知道|我想问|介绍一下|说说|谈谈|"
    r"为什么|为何|是?什么时候|是?什么地方|什么样|是什么|有什么|什么|何时|何处|哪里|哪儿|哪些|哪几|哪一|哪位|哪个|哪家|哪部|哪年|哪支|哪种|哪|"
    r"多少|多久|多长|多大|几个|几位|几部|谁|怎么样|怎么看|怎么|怎样|如何|是否|是不是|有没有|能不能|会不会|分别|吗|呢|吧|"
    r"的时候|之后|以后|之前|关于|对于|根据|按照|其中|以及|还有|并且|而且|但是|因为|所以|如果|这个|那个|这些|那些|一个|一些|"
    r"现在|目前|如今|到底|究竟|大概|大约|一共|总共|具体|真的"
)
_ASKING_BOOST = 0.3  # of such words in the words index, where they still say a little
_ENGLISH_ASKING = frozenset("say said think tell talk mention describe explain according article please give name list".split())
_EMPTY_CHARACTERS = frozenset("的了在是和与及对把被让给为以于从到由向就也都还又而且或之其这那此它他她我你您们个着过得地么啊有会能要可所称曾")
_TITLE = re.compile(r"[《〈「『]([^《》〈〉「」『』]{1,60})[》〉」』]|[“\"]([^“”\"]{2,60})[”\"]")
LATIN_NAME = re.compile(  # Demi Guo, Stability AI, Seedream4.0, Premiere Pro, Avatar 3
    r"(?<![A-Za-z0-9])[A-Z][A-Za-zÀ-ɏ0-9.\-'’&]*(?:\s(?:[A-Z][A-Za-zÀ-ɏ0-9.\-'’&]*|\d+(?:\.\d+)?(?![\d.]*\s?[年月日%])))*"
)
# A version belongs to its name: 可灵2.0 is not 可灵. Before a measure word a number is a figure, not a version.
_VERSION = re.compile(
    rf"(?<=[{HAN}])\d+(?:\.\d+)?(?=的|是|模型|版|何时|什么|多|会|有|在|和|与|一|能|可以|发布|推出|生成|支持|上线|[，。？?]|$)"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年|\b)")


@dataclass(frozen=True)
class Query:
    """One question, ready for retrieval, extraction and refusal. Everything but `text` is in search form."""

    text: str
    language: Language
    kind: str  # one of rag.kinds.KINDS
    terms: tuple[Mapping[str, float], ...]  # each a term's alternatives with their boosts
    concepts: tuple[tuple[str, ...], ...]  # what it is about, each a word with its alternatives, for telling what is covered
    names: tuple[tuple[str, ...], ...]  # each a name's alternatives: people, companies, products, works
    years: tuple[str, ...]

    @property
    def chinese(self) -> bool:
        """Whether it is asked in Chinese."""
        return self.language != "en"


@lru_cache(maxsize=256)
def analyse(question: str) -> Query:
    """Understand a question (without its conversation; see `rag.conversation`)."""
    folded, asked_in = fold(question), language(question)
    translated = [pair for pair in translations(question) if _tells(pair[0])] if asked_in == "en" else []
    return Query(
        text=question,
        language=asked_in,
        kind=kind_of(folded),
        terms=_terms(folded, asked_in, translated),
        concepts=_concepts(folded, asked_in, translated),
        names=_names(unicodedata.normalize("NFKC", question), asked_in, translated),
        years=tuple(dict.fromkeys(_YEAR.findall(folded))),
    )


def _tells(surface: str) -> bool:
    """Whether an English term is about something, rather than grammar or the wording of asking."""
    return any(word not in _ENGLISH_ASKING and len(word) > 1 for word in english_words(surface))


def _terms(folded: str, asked_in: Language, translated: list) -> tuple[Mapping[str, float], ...]:
    if asked_in != "en":
        telling = content_terms(folded)
        asking = [term for term in dict.fromkeys(words(folded)) if term not in set(telling)]
        return (
            *({term: 1.0} | dict.fromkeys(variants(term), 1.0) for term in telling),
            *({term: _ASKING_BOOST} for term in asking),
        )
    terms: list[Mapping[str, float]] = []
    in_phrase = {word for surface, _ in translated for word in words(surface)}
    for surface, alternatives in translated:
        own = dict.fromkeys(words(surface), 1.0)  # the library may hold English articles too
        terms.append(own | _alternatives(alternatives))
    terms += [{term: 1.0} for term in words(" ".join(english_words(folded))) if term not in in_phrase | _ENGLISH_ASKING]
    han = "".join(re.findall(f"[{HAN}]+", folded))
    return tuple([*terms, *({term: 1.0} for term in content_terms(han))])


def _alternatives(chinese: tuple[str, ...]) -> dict[str, float]:
    """Translations as index terms; a longer one, cut into several, counts by its parts a little less."""
    found: dict[str, float] = {}
    for rank, alternative in enumerate(chinese):
        parts = words(alternative)
        for part in parts:
            weight = (1.0 if part == alternative else 0.7) * 0.85**rank
            found[part] = max(found.get(part, 0.0), weight)
    return found


def content_terms(text: str) -> list[str]:
    """Index terms of Chinese text without the wording of asking, in order, repeats kept once."""
    kept = without_asking(text)
    whole = set(segments(kept))
    return [term for term in dict.fromkeys(words(kept)) if term in whole and not _empty(term) or not _grammatical(term)]


def _empty(term: str) -> bool:
    return all(character in _EMPTY_CHARACTERS for character in term)


def _grammatical(term: str) -> bool:
    """Whether a pair of characters joins a word to a grammatical one: 灵的, 在上."""
    return len(term) <= 2 and any(character in _EMPTY_CHARACTERS for character in term)


def _concepts(folded: str, asked_in: Language, translated: list) -> tuple[tuple[str, ...], ...]:
    titles = [fold(a or b) for a, b in _TITLE.findall(folded)]
    folded = _TITLE.sub(" ", folded)
    kept = without_asking(folded) if asked_in != "en" else " ".join(re.findall(f"[{HAN}]+", folded))
    concepts = [(word, *variants(word)) for word in _joined_singles(segments(kept)) if not _empty(word) and not numbers(word)]
    if asked_in == "en":
        known = {surface: (surface, *alternatives) for surface, alternatives in translated}
        in_phrase = {word for surface in known for word in english_words(surface)}
        rest = [(word,) for word in english_words(folded) if word not in in_phrase | _ENGLISH_ASKING]
        concepts = [*known.values(), *rest, *concepts]
    concepts = [*((title,) for title in titles), *concepts]
    concepts += [("#" + number,) for number in sorted(numbers(folded)) if number not in ("0", "1")]
    return tuple(dict.fromkeys(concepts))


def _joined_singles(pieces: list[str]) -> list[str]:
    """Words, with runs of single characters joined: 王/卯/卯 is a name the dictionary doesn't know."""
    found: list[str] = []
    run = ""
    for piece in [*pieces, " "]:
        if len(piece) == 1 and _han(piece) and piece not in _EMPTY_CHARACTERS:
            run += piece
            continue
        if run:
            found.append(run)
            run = ""
        if len(piece) > 1 and re.search(rf"[{HAN}a-z]", piece):
            found.append(piece)
    return found


def without_asking(text: str) -> str:
    """Text in search form with a space in place of the wording of asking."""
    return _ASKING.sub(" ", fold(text))


def _han(term: str) -> bool:
    return bool(re.fullmatch(f"[{HAN}]+", term))


def _names(question: str, asked_in: Language, translated: list) -> tuple[tuple[str, ...], ...]:
    """Titles, Latin names and Chinese names, each with its alternatives, without those that are part of another."""
    titles = [(fold(a or b),) for a, b in _TITLE.findall(question)]
    if asked_in == "en":
        found = [*titles, *_english_names(question, translated)]
    else:
        outside = _TITLE.sub(" ", question)
        latin = [(fold(match.group()),) for match in LATIN_NAME.finditer(outside) if len(match.group()) > 1]
        found = [*titles, *latin, *((name,) for name in chinese_names(fold(outside)))]
        found = [(*names, *variants(names[0])) for names in found if names != ("ai",)]
    return tuple(dict.fromkeys(found))


def _english_names(question: str, translated: list) -> list[tuple[str, ...]]:
    """Capitalised words, with their Chinese names where the translation table knows them; not a sentence's first word."""
    known = {fold(surface): alternatives for surface, alternatives in translated}
    names = []
    for match in LATIN_NAME.finditer(question):
        surface = fold(match.group()).removesuffix("'s").removesuffix("’s")
        words_in_it = english_words(surface)
        opening = match.start() == 0 and " " not in surface
        if not words_in_it or opening and surface not in known or surface == "ai":
            continue
        parts = [alternative for word in surface.split() for alternative in known.get(word, ()) if len(alternative) > 1]
        names.append(tuple(dict.fromkeys([surface, *known.get(surface, ()), *parts])))
    return names


def chinese_names(folded: str) -> list[str]:
    """Names of people, places and organisations as the tagger sees them in folded Chinese text, with their versions.

    A person whom the dictionary doesn't know comes in pieces; a surname and what is left over beside it make a name.
    """
    names: list[str] = []
    pieces, at = tagged(folded), 0
    for i, (word, tag) in enumerate(pieces):
        at += len(word)
        version = _VERSION.match(folded, at)
        following = [piece for piece, _ in pieces[i + 1 : i + 3]]
        whole = _person(word, following)
        if version and len(word) > 1:
            names.append(word + version.group())
        elif whole:
            names.append(whole)
        elif tag in _NAME_TAGS and len(word) > 1 and word[-1] not in _NO_NAMES_END:
            names.append(word)
    return names


def _person(word: str, following: list[str]) -> str:
    """A Chinese person's name that begins with `word`: 李少|红, 王|卯|卯, 杨|德昌; "" if none does."""
    if word[:1] not in _SURNAMES or not all(_han(piece) for piece in [word, *following[:1]]):
        return ""
    rest = [piece for piece in following if len(piece) == 1 and _han(piece) and piece not in _EMPTY_CHARACTERS]
    if len(word) == 2 and following[:1] and following[0] in rest:
        return word + following[0] if len(word + following[0]) == 3 else ""
    if len(word) == 1 and len(following) == 2 and rest == following:
        return word + "".join(following)
    return ""


_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付"
    "方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤俞车"
)
_NO_NAMES_END = frozenset("里于上中下的了着过薪")  # of what the tagger takes for a name: 片库里, 任教于
_NAME_TAGS = ("nr", "nrt", "nrfg", "nt", "nz")
