"""The names that a question gives: people, companies, products and works, each with the ways to write it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from ingest.rarity import rarity
from ingest.text import HAN, Language, english_words, fold, segments
from ingest.translation import translations, variants
from rag.entities import LATIN_NAME, TITLE, chinese_names, is_chinese_person, is_name, is_unheard

Translated = Sequence[tuple[str, tuple[str, ...]]]  # English terms, each with its Chinese alternatives

_COMMON = 5.7  # rarity up to which a Latin word is a word, no name: AI, CEO, app, IP
_GLOSSED = re.compile(rf"({LATIN_NAME.pattern})\s?[(（]([{HAN}·]{{2,12}})[)）]")  # Cen Zhou (岑舟)
_MEASURED = re.compile(r"(?<=[哪几这那每一两])[张颗段封部台支条件项句场次位名座种本]")  # 哪张画 names nobody 张画
_SYLLABLE = re.compile(r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?[aeiouü]{1,3}(?:ng?|r)?")  # in pinyin: a surname, Guo, Zhang
_OPENS = re.compile(  # an English question, and is no part of the name behind it
    r"describe|introduce|explain|compare|summari[sz]e|discuss|list|name|tell|give|show|please|besides|\w+n['’]t"
)
_BODY = re.compile("(?:科技|影业|文化|传媒|集团|资本|公司|工作室|实验室)+$")
_HAN_RUN = re.compile(rf"[{HAN}·]{{2,}}")


def names_asked(
    question: str, asked_in: Language, translated: Translated, about: str = ""
) -> tuple[tuple[str, ...], ...]:
    """Titles, Latin names and Chinese names, each with its alternatives, the name as it is asked first.

    `about`: what the question wants to be told about and nothing else, in search form.
    """
    titles = [fold(a or b) for a, b in TITLE.findall(question)]
    glossed = {fold(latin): fold(chinese) for latin, chinese in _GLOSSED.findall(question)}
    outside = TITLE.sub(" ", _GLOSSED.sub(r"\1", question))
    latin = [name for match in LATIN_NAME.finditer(outside) for name in _latin_names(match, outside)]
    if asked_in == "en":
        known = {fold(surface): alternatives for surface, alternatives in translated}
        opening = fold(outside.lstrip().split(" ", 1)[0])
        latin = [name for name in latin if (name != opening or name in known) and not _is_abbreviation(name, question)]
        names = [(name, *_in_chinese(name, known)) for name in latin]
    else:
        names = [(name, *_known_in_chinese(name)) for name in latin]
    names = [tuple(dict.fromkeys((*same, *_glosses(same[0], glossed)))) for same in names]
    folded = fold(outside)
    # Whoever puts Chinese into an English question means a name: When was 栖梧 founded?
    chinese = chinese_names(_MEASURED.sub(" ", folded)) if asked_in != "en" else _HAN_RUN.findall(folded)
    names += [(name, *_last_part(name), *variants(name)) for name in chinese]
    whole = dict.fromkeys([*((title, *variants(title)) for title in titles), *names])
    if about and not any(about in same for same in whole) and is_new(about):
        known = {fold(surface): alternatives for surface, alternatives in translated}
        return ((about, *_in_chinese(about, known)), *(same for same in whole if same[0] not in about))
    return tuple(whole)


@lru_cache(maxsize=1024)
def _known_in_chinese(name: str) -> tuple[str, ...]:
    """Whom a Latin name in a Chinese question is in Chinese, for sure: James Cameron → 卡梅隆; but Runway is no 跑道."""
    known = next((chinese for surface, chinese in translations(name) if fold(surface) == name), ())
    return tuple(filter(is_name, known)) if known and is_name(known[0]) else ()


def is_new(name: str) -> bool:
    """Whether what a question wants to be told about (in search form) is a name, though neither tagger nor capitals say so.

    Words that no newspaper and no dictionary has are one: 可灵, 星澜科技, 顾行舟, demi guo.
    """
    if re.fullmatch(rf"[{HAN}]{{2,8}}", name):
        words = segments(_BODY.sub("", name))
        person = is_chinese_person(name) and is_unheard(name) and rarity(name[1:]) > _COMMON
        return person or (len(words) == 1 and is_unheard(words[0]))
    words = name.split()
    if not re.fullmatch(r"[a-zà-ɏ' -]+", name) or len(english_words(name)) < len(words):
        return False
    return any(map(_names_somebody, words)) and (len(words) > 1 or rarity(name) > _COMMON)


def _names_somebody(word: str) -> bool:
    """Whether a Latin word is a name: one that has no translation, a name for its translation, or sounds like a surname."""
    known = translations(word)
    return not known or bool(_SYLLABLE.fullmatch(word)) or is_unheard(known[0][1][0])


def _glosses(name: str, glossed: Mapping[str, str]) -> list[str]:
    """The Chinese that stands in brackets after a name; of Did Cen Zhou (岑舟) win? the name is the end of the run."""
    return [chinese for latin, chinese in glossed.items() if f" {latin}".endswith(f" {name}")]


def _is_abbreviation(name: str, question: str) -> bool:
    """Whether a name is an abbreviation that has a translation: VFX, GPUs. It is a word of the question like others."""
    capitals = re.search(rf"\b{re.escape(name.removesuffix('s').upper())}s?\b", question)
    return len(name) <= 4 and bool(capitals and translations(name))


def _latin_names(match: re.Match[str], text: str) -> list[str]:
    """The names in a run of capitalised words, folded: Samir Mallal's One Day holds two; a question's Does is none."""
    names = []
    for name in re.split(r"['’]s(?:\s|$)", fold(match.group())):
        words = name.split()
        while words and not english_words(words[0]) and not words[0][0].isdigit():
            words = words[1:]
        if len(words) > 1 and not text[: match.start()].strip() and _OPENS.fullmatch(words[0]):
            words = words[1:]
        if words and len("".join(words)) > 1 and (len(words) > 1 or rarity(words[0]) > _COMMON):
            names.append(" ".join(words))
    return names


def _in_chinese(name: str, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What a Latin name is called in Chinese, as far as the table tells; a version goes along: avatar 3 → 阿凡达3.

    So do its parts: James Cameron is 卡梅隆. But Demi Guo isn't 郭帆, the Guo that the press writes of.
    """
    whole, _, version = name.rpartition(" ")
    if whole in known and re.fullmatch(r"[\d.]+", version):
        return tuple(chinese + version for chinese in known[whole])
    words = [word for word in name.split() if " " in name and not _SYLLABLE.fullmatch(word)]
    parts = [chinese for word in words for chinese in known.get(word, ()) if is_name(chinese)]
    return tuple(dict.fromkeys([*known.get(name, ()), *parts]))


def _last_part(name: str) -> tuple[str, ...]:
    """A foreign person is called by the last part of the name: 卡梅隆."""
    parts = re.split("[·•・‧]", name)
    return (parts[-1],) if len(parts) > 1 and len(parts[-1]) > 1 else ()


def parts_of(name: str, article: str) -> list[str]:
    """Parts of a name by which an article (both in search form) calls it: Demi, where it has Demi Guo."""
    if name in article:
        parts = name.split() if " " in name else []
        return [part for part in parts if len(part) > 2 and rarity(part) > _COMMON and not part[0].isdigit()]
    # The tagger takes what follows along with an unknown name: 近卫元博|一到. Of 李安国 it leaves 李安 alone.
    shorter = [
        part for part in (name[:-1], name[:-2]) if len(name) > 3 and re.fullmatch(f"[{HAN}]+", name.replace("·", ""))
    ]
    return next(([part] for part in shorter if rarity(part) > _COMMON and part in article), [])
