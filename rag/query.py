"""A question, understood: its language, the terms that carry its meaning, what kind of answer it asks for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.errors import QuestionError
from ingest.numerals import numbers
from ingest.rarity import rarity
from ingest.text import HAN, Language, english_words, fold, is_text, language, segments, tagged, word_spans, words
from ingest.translation import translations, variants
from rag.aliases import Translated, names_asked, parts_of
from rag.entities import unnamed
from rag.frames import introduced, uncontracted, unframed
from rag.kinds import kind_of
from rag.synonyms import said_as

MAX_CHARACTERS = 2000  # of a question, and of each before it

# The wording of asking, not of what is asked about. It is cut out before the words index is searched: in a small
# library such words are rare, so that BM25 would take them for the heart of the question.
_ASKING = re.compile(
    r"(?:花|用|耗|费|赚|拿|要)了?(?=多少|多久|多长|几[天年月周个小])|多长时间|多少时间|请问|请你|请|告诉我|想知道|我想问|介绍一下|说说|谈谈|"
    r"为什么|为何|是?什么时候|是?什么地方|什么样|是什么|有什么|干什么|什么|何[时处]|哪[里儿些几]|哪一?(?:[位个家年支种款条首篇张场届所座本集段项名间]|部(?!分))?|"
    r"多少|几多|几时|点解|点样|边个|边度|多久|多长|多大|几个|几位|几部|谁家?|怎么样|怎么看|怎么|怎样|如何|是否|是不是|有没有|能不能|会不会|分别|吗|呢|吧|"
    r"的时候|之后|以后|之前|关于|对于|根据|按照|其中|以及|还有|并且|而且|但是|因为|所以|如果|这个|那个|这些|那些|一个|一些|"
    r"现在|目前|如今|到底|究竟|大概|大约|一共|总共|具体|真的"
)
_ASKING_BOOST = 0.3  # of such words in the words index, where they still say a little
_SYNONYM_BOOST = 0.5
_ENGLISH_ASKING = frozenset(
    "say said think tell talk mention describe explain according article please give name list".split()
)
_EMPTY_CHARACTERS = frozenset(
    "的了在是和与及对把被让给为以于从到由向就也都还又而且或之其这那此它他她我你您们个着过得地么啊有会能要可所称曾"
)
# Tags of words that hold a sentence together or stand for others: pronouns, prepositions, adverbs, numerals and so on.
_EMPTY_TAGS = frozenset(
    ("r", "p", "c", "u", "d", "m", "q", "y", "e", "o", "f", "uj", "ul", "uz", "ug", "ud", "uv", "x")
)
_LIGHT = frozenset("来去")  # verbs that lead to another: 来拍, 去做
_ALONE = frozenset("钱拍买卖赚赔演教")  # words that join no other single characters to a word: 多少钱|拍
_SWALLOWED = frozenset("用拍做改拿")  # that the tagger takes for the end of a word which it doesn't know: 社|用, 戏|用
_ASKS = re.compile(  # in search form
    r"谁|边个|边度|点解|点样|几时|为什么|为何|什么|哪|多少|多[久长大高快]|几[^乎]|怎|如何|是否|有没有|吗|"
    r"\b(?:how (?:many|much|long|old|often|big|large|far)|what|who|whom|whose|when|where|why|how|which)\b"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年|\b)")


def check_text(asked: str) -> None:
    """Half a character, as JSON can name one, is a QuestionError: no answer that repeats it could be sent."""
    if not is_text(asked):
        raise QuestionError("What was asked holds half a character, which is no text; send whole characters, as UTF-8.")


def check_question(question: str) -> None:
    """A question of more than MAX_CHARACTERS is a QuestionError, for it takes longer than anyone waits; no text, too."""
    check_text(question)
    if len(question) > MAX_CHARACTERS:
        raise QuestionError(
            "The question has {length:,} characters, more than {most:,}; ask it in a sentence or two.",
            length=len(question),
            most=MAX_CHARACTERS,
        )


@dataclass(frozen=True)
class Query:
    """One question, ready for retrieval, extraction and refusal. Everything but `text` is in search form."""

    text: str
    language: Language
    kind: str  # one of rag.kinds.KINDS
    who_is: bool  # it names somebody or something and asks who or what that is
    terms: tuple[Mapping[str, float], ...]  # each a term's alternatives with their boosts
    concepts: tuple[tuple[str, ...], ...]  # what it is about, words with alternatives, for telling what is covered
    names: tuple[tuple[str, ...], ...]  # each a name's alternatives: people, companies, products, works
    head: tuple[str, ...]  # the concept next to the wording of asking: what of the names is asked; () if there is none
    years: tuple[str, ...]

    @property
    def chinese(self) -> bool:
        """Whether it is asked in Chinese."""
        return self.language != "en"


@lru_cache(maxsize=256)
def analyse(question: str) -> Query:
    """Understand a question (without its conversation; see `rag.conversation`)."""
    folded, asked_in = unframed(fold(question)), language(question)
    folded = uncontracted(folded) if asked_in == "en" else folded
    translated = [pair for pair in translations(folded) if _tells(pair[0])] if asked_in == "en" else []
    about = introduced(folded)
    names = names_asked(unicodedata.normalize("NFKC", question), asked_in, translated, about)
    concepts = _concepts(folded, asked_in, translated, names)
    who_is = any(about in same for same in names)
    return Query(
        text=question,
        language=asked_in,
        kind="what" if who_is else kind_of(unnamed(folded)),
        who_is=who_is,
        terms=(*_terms(folded, asked_in, translated), *_in_other_letters(folded, names)),
        concepts=concepts,
        names=names,
        head=_head(folded, [concept for concept in concepts if concept not in names]),
        years=tuple(dict.fromkeys(_YEAR.findall(folded))),
    )


def _tells(surface: str) -> bool:
    """Whether an English term is about something, rather than grammar or the wording of asking."""
    return any(word not in _ENGLISH_ASKING and len(word) > 1 for word in english_words(surface))


def _terms(folded: str, asked_in: Language, translated: Translated) -> tuple[Mapping[str, float], ...]:
    if asked_in != "en":
        telling = content_terms(folded)
        asking = [term for term in dict.fromkeys(words(folded)) if term not in set(telling)]
        return (
            *({term: 1.0} | dict.fromkeys(variants(term), 1.0) | _synonyms(term) for term in telling),
            *({term: _ASKING_BOOST} for term in asking),
        )
    terms: list[Mapping[str, float]] = []
    in_phrase = {word for surface, _ in translated for word in words(surface)}
    for surface, alternatives in translated:
        own = dict.fromkeys(words(surface), 1.0)  # the library may hold English articles too
        terms.append(own | _alternatives(alternatives))
    terms += [{term: 1.0} for term in words(" ".join(english_words(folded))) if term not in in_phrase | _ENGLISH_ASKING]
    han = "".join(re.findall(f"[{HAN}]+", folded))
    return (*terms, *({term: 1.0} for term in content_terms(han)))


def _in_other_letters(folded: str, names: tuple[tuple[str, ...], ...]) -> Iterator[Mapping[str, float]]:
    """Terms of the Chinese of names that a Chinese question has in Latin letters: 可灵, where it asks of Kling."""
    for name, *others in names if re.search(f"[{HAN}]", folded) else ():
        if name.isascii():
            yield from ({term: 1.0} for other in others for term in words(other))


def _synonyms(term: str) -> dict[str, float]:
    return {part: _SYNONYM_BOOST for synonym in said_as(term) for part in words(synonym)}


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
    return [
        term for term in dict.fromkeys(words(kept)) if (term in whole and not _empty(term)) or not _grammatical(term)
    ]


def _empty(term: str) -> bool:
    return all(character in _EMPTY_CHARACTERS for character in term)


def _grammatical(term: str) -> bool:
    """Whether a pair of characters joins a word to a grammatical one: 灵的, 在上."""
    return len(term) <= 2 and any(character in _EMPTY_CHARACTERS for character in term)


def _concepts(
    folded: str, asked_in: Language, translated: Translated, names: tuple[tuple[str, ...], ...]
) -> tuple[tuple[str, ...], ...]:
    """The names whole, then the other words, then the numbers."""
    rest = _without_names(folded, names)
    kept = without_asking(rest) if asked_in != "en" else " ".join(re.findall(f"[{HAN}]+", rest))
    concepts = [(word, *variants(word), *said_as(word)) for word in _telling(kept)]
    if asked_in == "en":
        in_name = {word for alternatives in names for word in english_words(alternatives[0])}
        known = [
            (surface, *chinese) for surface, chinese in translated if not in_name.issuperset(english_words(surface))
        ]
        in_phrase = in_name | {word for surface, *_ in known for word in english_words(surface)}
        own = [
            (word,)
            for word in english_words(folded)
            if word not in in_phrase | _ENGLISH_ASKING and not word[0].isdigit()
        ]
        concepts = [*known, *own, *concepts]
    figures = [("#" + number,) for number in sorted(numbers(rest)) if number not in ("0", "1")]
    return tuple(dict.fromkeys([*names, *concepts, *figures]))


def _head(folded: str, concepts: list[tuple[str, ...]]) -> tuple[str, ...]:
    asking = _ASKS.search(unnamed(folded))
    found = [(folded.find(concept[0]), concept) for concept in concepts]
    if not asking or not any(at >= 0 for at, _ in found):
        return ()
    gaps = [
        (at - asking.end() if at >= asking.end() else asking.start() - at - len(concept[0]), concept)
        for at, concept in found if at >= 0
    ]  # fmt: skip
    return min(gaps)[1]


def _without_names(folded: str, names: tuple[tuple[str, ...], ...]) -> str:
    for name in (name for same in names for name in same):
        folded = folded.replace(name, " ")
    return folded


def _telling(kept: str) -> list[str]:
    """Words of folded Chinese text that are about something, by their tags; unknown ones in single characters joined."""
    found: list[str] = []
    run = ""
    for word, tag in [*_without_swallowed(tagged(kept)), (" ", "x")]:
        single = len(word) == 1 and _han(word) and word not in _EMPTY_CHARACTERS | _LIGHT and tag not in _EMPTY_TAGS
        if single and word not in _ALONE:
            run += word
            continue
        found += [whole for whole in (run, word if single else "") if whole]
        run = ""
        about = tag.rstrip("gjlv") not in _EMPTY_TAGS and not _empty(word) and not numbers(word)
        if about and len(word) > 1 and re.search(rf"[{HAN}a-z]", word):
            found.append(word)
    return found


def _without_swallowed(pieces: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for word, tag in pieces:
        swallowed = len(word) == 2 and word[1] in _SWALLOWED and _han(word) and rarity(word) >= rarity("")
        yield (word[0], tag) if swallowed else (word, tag)
        if swallowed:
            yield " ", "x"


def asking(folded: str) -> list[tuple[int, int]]:
    """Where the wording of asking begins and ends in text in search form, but for what is a part of a name or a word."""
    spans: list[tuple[int, int]] = []
    searched, within, at = unnamed(folded), word_spans(folded), 0
    while match := _ASKING.search(searched, at):
        whole = not _cuts(within[match.start()], folded[match.start() : match.end()], match.start())
        spans += [match.span()] if whole else []
        at = match.end() if whole else match.start() + 1
    return spans


def _cuts(word: tuple[int, int], wording: str, at: int) -> bool:
    """Whether wording begins within a word (请 in 邀请), or is but the first character of one (哪 in 哪怕).

    What ends in 了 is a verb, even where the dictionary has 片花: 全片花了多少.
    """
    begin, end = word
    return wording[-1] != "了" and (begin < at or len(wording) == 1 < end - begin)


def without_asking(text: str) -> str:
    """Text in search form with a space in place of the wording of asking."""
    kept = folded = fold(text)
    for begin, end in reversed(asking(folded)):
        kept = f"{kept[:begin]} {kept[end:]}"
    return kept


def _han(term: str) -> bool:
    return bool(re.fullmatch(f"[{HAN}]+", term))


def known_as(query: Query, article: str) -> Query:
    """The question with its names as an article (in search form) has them: Demi too, where it has Demi Guo."""
    longer = {
        names: tuple(dict.fromkeys([*names, *(part for name in names for part in parts_of(name, article))]))
        for names in query.names
    }
    if all(names == more for names, more in longer.items()):
        return query
    concepts = tuple(longer.get(concept, concept) for concept in query.concepts)
    return replace(query, names=tuple(longer.values()), concepts=concepts)
