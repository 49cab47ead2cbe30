"""The names and titles of a statement, and whether evidence has them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.numerals import numbers
from ingest.text import english_words, fold
from rag.evidence import HAN_RUN, LATIN, Evidence, squash
from rag.wording import without_attribution, wording

_SUBJECT = 3  # characters
_TITLE = re.compile(r"[《〈]([^《》〈〉]{1,60})[》〉]")
_QUOTED = re.compile(r"[“「『\"]([^“”「」『』\"]{2,80})[”」』\"]")
_NAME_TAGS = frozenset(("nr", "nrt", "nrfg", "nt", "nz", "ns"))
# The tagger calls plain words names as well (明白, 东西): sure are a surname with one or two characters, a foreign name or
# an organisation of some length.
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田"
    "任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文莫柯温欧伍施陶翟安颜倪严牛纪"
)
_TRANSCRIBING = frozenset(
    "阿埃艾爱安奥巴贝本比宾伯勃博布查达戴丹德迪丁杜多厄尔法菲费弗福盖戈格古哈汉赫亨胡华怀霍基吉加杰卡坎科克肯库昆拉莱兰劳勒雷里利林琳龙隆"
    "卢鲁伦罗洛马玛麦曼梅门蒙米密莫姆穆纳南内尼宁纽努诺欧帕潘庞佩皮珀普奇乔切丘琼萨塞瑟森沙申施史斯丝松苏索塔泰坦汤唐特腾提廷图托瓦万威韦"
    "维魏温沃乌武西希夏谢辛休雅亚延耶叶伊因英尤约泽扎詹珍朱兹佐逊顿诗什贾吕蕾梵蒂翁奎朗治"
)


def strange_names(claim: str, evidence: Evidence) -> list[str]:
    """Titles in title marks, capitalised Latin names and Chinese names of a claim that the evidence doesn't have."""
    titles = [title for title in _TITLE.findall(claim) if squash(fold(title)) not in evidence.squashed]
    return [*titles, *_strange_latin(claim, evidence), *_strange_chinese(claim, evidence, sure=True)]


def doubtful_names(claim: str, evidence: Evidence) -> list[str]:
    """Words in quotation marks, and words that may be names, which the evidence doesn't have."""
    quoted = [words for words in _QUOTED.findall(claim) if squash(fold(words)) not in evidence.squashed]
    return [
        *(words for words in quoted if wording(words, evidence)[0] < 0.8),
        *_strange_chinese(claim, evidence, sure=False),
    ]


def strange_subject(claim: str, evidence: Evidence) -> str:
    """What opens a claim, as long as a name, and shares no pair of characters with the evidence; "" if nothing does."""
    opening = HAN_RUN.match(without_attribution(fold(claim)).strip())
    run = opening.group() if opening else ""
    known = next((i for i in range(len(run) - 1) if run[i : i + 2] in evidence.bigrams), len(run))
    # A single character at the end may belong to what follows: 字节跳动 在中国.
    stretch = run[:known].rstrip("在于与和将已的")
    return stretch if len(stretch) >= _SUBJECT and not numbers(stretch) else ""


def _strange_latin(claim: str, evidence: Evidence) -> Iterable[str]:
    """Short abbreviations (AI, VFX) stand for Chinese words as often as not, so only names are asked for."""
    english = not HAN_RUN.search(claim)
    for match in LATIN.finditer(claim):
        word = match.group().removesuffix("'s").removesuffix("’s")
        if not (word[0].isupper() or any(map(str.isdigit, word))) or (word.isupper() and len(word) <= 4):
            continue
        opens = english and (match.start() == 0 or claim[: match.start()].rstrip()[-1:] in '“".!?:：。')
        if opens or not english_words(word):
            continue
        if squash(fold(word)) not in evidence.squashed and not set(english_words(word)) & evidence.latin:
            yield word


def _strange_chinese(claim: str, evidence: Evidence, sure: bool) -> Iterable[str]:
    """Names as the tagger sees them; one that shares a pair of characters with the evidence passes."""
    import rjieba

    for run in HAN_RUN.findall(fold(claim)):
        for word, tag in rjieba.tag(run):
            wanted = tag in _NAME_TAGS and len(word) > 1 and _is_sure(word, tag) == sure
            if wanted and not any(word[i : i + 2] in evidence.bigrams for i in range(len(word) - 1)):
                yield word


def _is_sure(word: str, tag: str) -> bool:
    if tag == "nt":
        return len(word) >= 4
    person = (word[0] in _SURNAMES and len(word) <= 3) or _TRANSCRIBING.issuperset(word)
    return tag in ("nr", "nrt", "nrfg") and person


def is_name(word: str) -> bool:
    """Whether a Chinese word by itself is a name for sure: of a person, or an organisation of some length."""
    import rjieba

    folded = fold(word)
    if len(folded) < 2:
        return False
    return all(_is_sure(part, tag) for part, tag in rjieba.tag(folded) if part not in "·・-") or all(
        _TRANSCRIBING.issuperset(part) and len(part) > 1 for part in re.split("[·・-]", folded)
    )


def is_place(word: str) -> bool:
    """Whether a Chinese word by itself is a place's name to the tagger."""
    import rjieba

    return [tag for _, tag in rjieba.tag(fold(word))] == ["ns"]
