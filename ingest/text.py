"""The one search form of text, used by index and query alike.

Traditional and Simplified, full and half width, upper and lower case, and the ways to write a number all meet here.
It is for matching only: what is shown and cited is always the article's own text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import chain
from operator import add, ne
from typing import TYPE_CHECKING, Literal

from ingest.numerals import numbers_and_rest

if TYPE_CHECKING:
    import opencc

Language = Literal["zh-Hans", "zh-Hant", "en"]

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
_HAN_RUN = re.compile(f"[{HAN}]+")
_ADDRESS = re.compile(r"https?://[!-~]+", re.IGNORECASE)  # in Chinese, text may follow it without a space
_LATIN_WORD = re.compile(rf"(?<![^\W\d_])[^\W\d_{HAN}]+(?![^\W\d_])")  # not one that a Han character belongs to
_LATIN_TERM = re.compile(r"[a-z0-9à-ɏ]+(?:[.\-'&+/][a-z0-9à-ɏ]+)*\+*")
_LATIN_PART = re.compile(r"[a-zà-ɏ]+|\d+(?:\.\d+)*")
# Han characters have no other width, so NFKC, which is slow, is spared them; a base letter goes with its accents.
# So are marks that NFKC leaves as they are; common ones that it makes narrow are replaced beforehand.
_NOT_NORMAL = re.compile("[\x00-\x7f]?[^\x00-\x7f\u3400-\u4dbf\u4e00-\u9fff、。“”‘’《》〈〉「」『』【】—·]+")
_NARROW = tuple(zip("，：；！？（）％～　", ",:;!?()%~ ", strict=True))
# Characters that OpenCC keeps apart but readers take for one another.
_VARIANTS = tuple(zip("著妳祢牠祂甚麽麼裏喫週畬", "着你你它它什么么里吃周畲", strict=True))
# Words of interfaces that OpenCC takes for others, or for those of another field.
_TAIWANESE = (
    ("隻讀", "唯讀"), ("字尾", "副檔名"), ("許可權", "權限"), ("二進位制", "二進位"), ("反饋", "回饋"), ("應用(?!程式)", "套用"),
)  # fmt: skip
_ENGLISH_FUNCTION_WORDS = frozenset(
    "a an the of in on at to for from with by and or but is are was were be been do does did has have had who "
    "whom whose what which when where why how many much long often that this these those it its he she they his "
    "her their i you we not no any about as into than then there can could will would should may might if between "
    "during".split()
)


@lru_cache(maxsize=1)
def _to_simplified() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("t2s")


@lru_cache(maxsize=1)
def _to_traditional() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("s2t")


@lru_cache(maxsize=1)
def _to_taiwanese() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("s2twp")


@lru_cache(maxsize=1)
def _to_taiwanese_characters() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("s2tw")


def fold(text: str) -> str:
    """Text as it is compared: NFKC, lower case, Simplified, variant characters as one."""
    for wide, narrow in _NARROW:
        text = text.replace(wide, narrow)
    normal = _NOT_NORMAL.sub(_normalised, text)
    folded = _to_simplified().convert(normal.lower())
    for variant, usual in _VARIANTS:  # a dozen quick replacements beat str.translate, which looks at each character
        folded = folded.replace(variant, usual)
    return folded


def _normalised(match: re.Match[str]) -> str:
    return _encodable(unicodedata.normalize("NFKC", match.group()))


def _encodable(text: str) -> str:
    """Lone surrogates, such as a terminal makes of invalid UTF-8, would raise in every library from here on."""
    return text.encode("utf-8", "replace").decode()


def words(text: str) -> list[str]:
    """Terms of text for the words index: search-mode words and bigrams of Han runs, Latin terms, number values.

    Words and bigrams together found the right passage more often than either alone (BM25, DRCD).
    """
    folded = fold(text)
    values, rest = numbers_and_rest(folded)  # 亿 and 百分 would find every large number and every percentage
    terms = _han_terms(rest)
    terms.extend(chain.from_iterable(map(latin_terms, _LATIN_TERM.findall(folded))))
    terms.extend("#" + number for number in sorted(values) if number not in ("0", "1"))
    return terms


def _han_terms(folded: str) -> list[str]:
    import rjieba

    runs = _HAN_RUN.findall(folded)
    # One call for all runs: words don't reach over the spaces between them.
    terms = [word for word in rjieba.cut_for_search(" ".join(runs)) if word != " "]
    for run in runs:
        terms.extend(map(add, run, run[1:]))
    return terms


def segments(folded: str) -> list[str]:
    """Words of folded text in order, everything included."""
    import rjieba

    return rjieba.cut(folded)


def word_at(text: str, offset: int) -> tuple[int, str]:
    """The word of the dictionary that a character of text belongs to, in search form, and where that begins."""
    import rjieba

    folded = fold(text)
    begin = 0
    for word in rjieba.cut(folded if len(folded) == len(text) else _encodable(text), False):
        if offset < begin + len(word):
            return begin, word
        begin += len(word)
    raise IndexError(f"there is no character {offset} in {text!r}")


def word_spans(folded: str) -> list[tuple[int, int]]:
    """For each character of folded text, where the word of the dictionary that it belongs to begins and ends."""
    import rjieba

    spans: list[tuple[int, int]] = []
    for word in rjieba.cut(folded, False):
        spans += [(len(spans), len(spans) + len(word))] * len(word)
    return spans


def tagged(folded: str) -> list[tuple[str, str]]:
    """Words of folded text with jieba's part-of-speech tags: nr a person, ns a place, nt an organisation, nz a name."""
    import rjieba

    return rjieba.tag(folded)


@lru_cache(maxsize=1 << 15)
def latin_terms(term: str) -> tuple[str, ...]:
    """A folded Latin term and, where it is composed, its parts: seedream4.0 → seedream4.0, seedream, 4.0."""
    parts = tuple(_singular(part) for part in _LATIN_PART.findall(term))
    return parts if len(parts) == 1 else (term, *parts)


def _singular(word: str) -> str:
    """English plurals meet their singular; anything cleverer would need to know the language."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def english_words(text: str) -> list[str]:
    """The Latin words of text in search form that carry meaning, in order; function words are left out."""
    folded = fold(text)
    found = (match.group() for match in _LATIN_TERM.finditer(folded))
    return [_singular(word) for word in found if word not in _ENGLISH_FUNCTION_WORDS and not word.endswith("'s")]


def language(text: str) -> Language:
    """The language a text is written in: a Chinese name in an English sentence is none of it, nor is a link."""
    text = _ADDRESS.sub(" ", text) if "://" in text else text
    han = sum(map(len, _HAN_RUN.findall(text)))
    latin = [word.lower() for word in _LATIN_WORD.findall(text)]
    if not han:
        return "en" if latin else "zh-Hans"
    if len(latin) > han / 3 and any(word in _ENGLISH_FUNCTION_WORDS - {"a", "i"} for word in latin):
        return "en"
    return script(text)


def is_text(*texts: str) -> bool:
    """Whether texts can be written down, as those with half a character (a lone surrogate) in them can't."""
    return not any("\ud800" <= character <= "\udfff" for text in texts for character in text)


def traditional(text: str) -> str:
    """Chinese text in Traditional characters."""
    return _to_traditional().convert(_encodable(text))


def spelled_as_in_taiwan(text: str) -> str:
    """Simplified text in the characters of Taiwan, words as they are: 软件 → 軟件. For what names words of articles."""
    return _to_taiwanese_characters().convert(_encodable(text))


@lru_cache(maxsize=1024)
def as_in_taiwan(text: str) -> str:
    """Simplified text in Traditional characters and Taiwan's words: 软件 → 軟體. For the texts of an interface."""
    converted = _to_taiwanese().convert(text)
    for mistaken, usual in _TAIWANESE:
        converted = re.sub(mistaken, usual, converted)
    return converted


def script(text: str) -> Literal["zh-Hans", "zh-Hant"]:
    """Traditional if more characters have a Simplified form than the other way round."""
    text = _encodable(text)
    simplified = _to_simplified().convert(text)
    if simplified == text:
        return "zh-Hans"
    other = traditional(text)  # six times as slow
    return "zh-Hant" if sum(map(ne, text, simplified)) > sum(map(ne, text, other)) else "zh-Hans"


def in_title_marks(title: str) -> str:
    """A title in its marks, with single ones for those within (GB/T 15834): 《读〈纸鸢〉》."""
    return f"《{title.replace('《', '〈').replace('》', '〉')}》"
