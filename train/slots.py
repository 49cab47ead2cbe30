"""What a clause tells that can be asked for: names, times, amounts and reasons, found by patterns and tags."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

Word = tuple[str, str]  # with its tag

PERSON, PLACE, ORGANISATION, OTHER_NAME = "nr", "ns", "nt", "nz"  # how the tags of names begin
FUNCTION_TAGS = frozenset("d p u c f uj ul uz ug ud uv y e r".split())
_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?|[一二两三四五六七八九十百千半数几]+)"
_DATE = re.compile(
    r"(?:19|20)\d\d年(?:\d{1,2}月(?:\d{1,2}[日号])?)?(?:初|底|末)?|\d{1,2}月\d{1,2}[日号](?:[上下]午|晚间?)?|"
    r"\d{1,2}月(?:初|底|中旬|上旬|下旬)|今年\d*月?|去年|前年|明年|昨[日天]|当地时间\S{2,8}[日号]|\d{1,2}日|\d{1,2}月份?"
)
_AMOUNT = re.compile(
    rf"{_NUMBER}[多余]?[万亿千百]*[多余]?(?:美元|美金|元|人民币|日元|欧元|英镑|港元|块钱?|韩元)(?:人民币)?"
)
_PERCENTAGE = re.compile(r"\d[\d.]*%|百分之[一二三四五六七八九十百点\d]+|[一二三四五六七八九]成")
_DURATION = re.compile(rf"{_NUMBER}[多余]?个?(?:年|月|天|小时|分钟|周|星期|秒钟?|日)(?:多|左右|时间)?")
_COUNT = re.compile(
    rf"{_NUMBER}[多余]?[万亿]*多?余?(?P<noun>名|人|个|位|家|部|次|款|场|集|条|只|篇|张|项|座|台|辆|件|种|期|届|岁|米|公里|吨|"
    "平方米|本|首|支|艘|架|所|套|万人|亿人|倍|头|层|份|度|公斤|票)"
)
_REASON = re.compile("这?是?因为|由于|因|为了|原因是|之所以")
_MANNER = re.compile("(?:通过|利用|借助|使用|采用|用|凭借|依靠|运用).{2,20}")
SAID = re.compile("表示|认为|称|指出|说|坦言|透露|介绍|强调|写道|觉得|直言|回应")


class Kind(NamedTuple):
    """What can be asked for: by what words, {it} being its noun and {last} that one's last character; how it is found."""

    chinese: Sequence[str]
    english: Sequence[str]
    told: re.Pattern[str] | None = None
    apart: bool = False  # found only where it doesn't overlap with what was found before


KINDS = {
    "when": Kind(
        "什么时候 何时 哪一天 哪年 哪天 几月 什么时间 哪一年".split(), ("when", "what date", "in what year"), _DATE
    ),
    "money": Kind("多少钱 多少 多少钱 多少资金 多大金额".split(), ("how much", "how much money"), _AMOUNT),
    "percentage": Kind("多少 百分之多少 多大比例 几成 多大".split(), ("what percentage", "how much"), _PERCENTAGE),
    "duration": Kind("多久 多长时间 多少时间 多久 几天 多少年".split(), ("how long",), _DURATION, apart=True),
    "number": Kind("多少 多少{it} 几{it} 多少{it}".split(), ("how many",), _COUNT, apart=True),
    "work": Kind(
        "哪部 哪部作品 什么 哪部电影 哪本书 哪个节目 哪部片子 哪个".split(),
        ("which film", "which work", "what"),
        re.compile("《[^》]{1,30}》"),
    ),
    "quote": Kind("什么 怎样的 什么样的".split(), ("what",), re.compile("“[^”]{2,20}”")),
    "who": Kind("谁 谁 哪位 什么人 哪个人".split(), ("who",)),
    "where": Kind(
        "哪里 哪儿 什么地方 哪个国家 哪个城市 哪 哪个地方".split(), ("where", "in which city", "which country")
    ),
    "organisation": Kind(
        "哪家公司 哪个机构 哪家 什么公司 哪个单位 谁".split(), ("which company", "which organisation", "who")
    ),
    "why": Kind("为什么 为何 怎么会 什么原因".split(), ("why",)),
    "how": Kind("怎么 如何 用什么 靠什么 通过什么 怎样".split(), ("how",)),
    "said": Kind("怎么看 怎么评价 怎么说 有什么看法 说了什么".split(), ("what does", "how does")),
    "what": Kind("什么 哪些 什么样的{it} 什么{last} 哪种{it} 什么{it} 哪个{it}".split(), ("what", "which")),
    "whether": Kind(("吗",), ("did", "is", "does", "has")),
}


class Slot(NamedTuple):
    """Something that may be asked for, where in the clause's text it stands, and the noun that asks for it as {it}."""

    kind: str
    start: int = 0
    end: int = 0
    noun: str = ""


def text_of(words: list[Word]) -> str:
    """Words as text, in search form."""
    return "".join(word for word, _ in words)


def is_name(word: Word, *also: str) -> bool:
    """Whether a word is tagged as the name of a person, an organisation or a thing, or as what it may be `also`."""
    return word[1][:2] in (PERSON, ORGANISATION, OTHER_NAME, *also)


def placed(clause: list[Word]) -> Iterator[tuple[Word, int, int]]:
    """Words with where they start and end in the clause's text."""
    start = 0
    for word in clause:
        yield word, start, start + len(word[0])
        start += len(word[0])


def slots(clause: list[Word], draw: random.Random) -> Iterator[Slot]:
    """All that a clause could be asked for, but of its nouns one at most; seldom the clause as a whole."""
    text = text_of(clause)
    yield from _parts(clause)
    if _REASON.match(text):
        yield Slot("why")
    if manner := _MANNER.search(text):
        yield Slot("how", *manner.span())
    if SAID.search(text):
        yield Slot("said")
    nouns = [(start, end, word) for (word, tag), start, end in placed(clause) if _is_noun(word, tag)]
    if nouns and draw.random() < 0.7:
        yield Slot("what", *draw.choice(nouns))
    if draw.random() < 0.12:
        yield Slot("whether", len(text), len(text))


def _is_noun(word: str, tag: str) -> bool:
    return len(word) > 1 and tag in ("n", "vn", "l", "nz", "an")


def _parts(clause: list[Word]) -> list[Slot]:
    """What the patterns of kinds find, and names."""
    text = text_of(clause)
    found: list[Slot] = []
    for name, kind in KINDS.items():
        for match in kind.told.finditer(text) if kind.told else ():
            if not kind.apart or _is_free(found, *match.span()):
                found.append(Slot(name, *match.span(), match.groupdict().get("noun", "")))
    for word, start, end in placed(clause):
        named = _named(*word)
        if named and _is_free(found, start, end):
            found.append(Slot(named, start, end))
    return found


def _is_free(found: list[Slot], start: int, end: int) -> bool:
    return all(end <= slot.start or slot.end <= start for slot in found)


def _named(word: str, tag: str) -> str | None:
    """The kind of a name; a single character is too often none, and a short other name a common noun."""
    if tag.startswith(PERSON):
        return "who" if len(word) > 1 else None
    if tag == PLACE:
        return "where"
    return "organisation" if tag == ORGANISATION or (tag == OTHER_NAME and len(word) > 2) else None
