"""What a text denies: 不是为了裁员 denies 裁员."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ingest.text import HAN, english_words, fold, tagged

BEFORE, AFTER = 15, 8  # characters of evidence around a word in which a negative counts
_HAN_RUN = re.compile(f"[{HAN}]+")
# Words with a negative character that deny nothing.
_PLAIN = frozenset(
    [
        "不仅",
        "不但",
        "不只",
        "不单",
        "不光",
        "不同",
        "不少",
        "不断",
        "不过",
        "不管",
        "不论",
        "不如",
        "不久",
        "不禁",
        "不妨",
        "不愧",
        "不惜",
        "不时",
        "不止",
        "不得不",
        "不得已",
        "不得了",
        "不可或缺",
        "不仅仅",
        "无论",
        "无疑",
        "无非",
        "无数",
        "未来",
        "未免",
        "非常",
        "非洲",
        "除非",
        "没准",
        "没落",
        "没收",
        "别致",
        "莫斯科",
        "不可思议",
        "不约而同",
        "无比",
        "无限",
        "无穷",
        "不变",
        "不错",
        "不易",
        "不足",
        "无处不在",
        "不亦乐乎",
        "不已",
        "不等",
        "差不多",
        "对不起",
        "了不起",
        "不免",
        "不由得",
        "不料",
        "不然",
        "不幸",
        "不安",
        "不满",
        "不良",
        "不当",
        "无情",
        "无聊",
        "无奈",
        "无声",
        "无形",
        "无私",
        "非法",
        "非凡",
    ]
)
_DENIAL = re.compile(
    r"^(?:不|没|未|无|并非|并未|并不|从不|从未|从没|尚未|绝不|毫无|毫不|决不|否认|拒绝|禁止|严禁|勿|别)|^非$"
)
_TURN = re.compile("而是|而在于|而要")  # 不是取代，而是帮助: of what follows nothing is denied
_HARDLY = re.compile(r"难以|很难|难于|缺乏|缺少|\b(?:hardly|scarcely|barely|difficult|fail(?:s|ed)?)\b")
_CLAUSE_END = re.compile("[,;。:]")
_NEGATIVE_NOUNS = frozenset(("无法", "无人", "无力", "无权", "无缘"))  # denials that the tagger takes for nouns
_NAMING = ("n", "r", "t", "s", "b")  # first letters of tags: nouns, pronouns, times, places, kinds
_RHETORICAL = re.compile(
    r"不[仅只但单光论管]|无论|差不多|不得不|是不是|有没有|会不会|能不能"
    r"|\bnot (?:only|just|merely|simply|solely)\b|\bno doubt\b|\bno (?:fewer|less|more) than\b|\bno\. ?(?=\d)"
)
_FILLER = frozenset(
    [
        "是",
        "会",
        "能",
        "要",
        "想",
        "可",
        "可以",
        "能够",
        "会",
        "为了",
        "为",
        "有",
        "在",
        "被",
        "把",
        "对",
        "让",
        "使",
        "用",
        "太",
        "很",
        "再",
        "曾",
        "去",
        "来",
        "到",
        "和",
        "与",
        "的",
        "了",
        "着",
        "过",
        "一个",
        "他们",
        "我们",
        "这个",
        "那个",
        "任何",
        "什么",
        "自己",
        "其他",
        "所有",
        "通过",
        "已经",
        "还有",
        "只有",
        "因为",
        "由于",
        "没有",
        "不是",
        "不会",
        "不能",
        "而是",
        "一定",
        "见得",
    ]
)
_FEWER = re.compile("不[足满](?=[半一二两三四五六七八九十百千万])")  # 不足半数: elsewhere a want, or discontent
_ENGLISH = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|neither|nor|without|cannot|refus\w+|den(?:y|ies|ied))\b|n't\b|n’t\b"
)
_ENGLISH_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?|[.,;:!?]")
_ENGLISH_FILLER = re.compile(r"(?:yet|longer|even|ever|still|also|any|other|enough|\w+ly)$")
_ENDING = re.compile(r"(?<=..)(?:ing|ed|e)$")


def denies(text: str) -> bool:
    """Whether a text denies anything at all."""
    folded = fold(text)
    return bool(_denies_in_english(folded) or _denied(folded)[0])


def _denies_in_english(folded: str) -> bool:
    return bool(_ENGLISH.search(_RHETORICAL.sub(" ", folded)))


def contradicts(claim: str, evidence: str, translated: Iterable[str] = ()) -> bool:
    """Whether the claim denies what the evidence doesn't, or affirms what it denies, as far as single words tell.

    A word counts as denied there if a negative stands near it: 不能免责 and 免不了责任 deny alike. `translated` are the
    claim's words in the evidence's language.
    """
    ours, theirs = fold(claim), fold(evidence)
    denied, affirmed = _denied(ours)
    if denied or _denies_in_english(ours):
        known = [word for word in denied if word in theirs]
        if not known:
            return not _nearly_denies(theirs)
        if not all(any(_nearly_denies(near) for near in _surroundings(theirs, word)) for word in known):
            return True
    denied_there, affirmed_there = _denied(theirs)
    if denied:
        return any(_is_plainly_affirmed(word, ours) for word in affirmed & denied_there - affirmed_there - denied)
    if (affirmed | frozenset(translated)) & denied_there - affirmed_there:
        return True
    denied_there, affirmed_there = _denied_in_english(theirs)
    return bool(_denied_in_english(ours)[1] & denied_there - affirmed_there)


def _nearly_denies(folded: str) -> bool:
    """Whether a text denies, or says that something is hardly so: 难以复刻 bears 无法复刻 out."""
    return bool(_HARDLY.search(folded)) or denies(folded)


def _is_plainly_affirmed(word: str, claim: str) -> bool:
    """Whether a clause has a word and no negative near it: 复刻不了 denies as well."""
    clauses = (clause for clause in _CLAUSE_END.split(claim) if word in clause)
    return not any(denies(near) for clause in clauses for near in _surroundings(clause, word))


def _surroundings(evidence: str, word: str) -> list[str]:
    spots = (match.start() for match in re.finditer(re.escape(word), evidence))
    return [_TURN.split(evidence[max(0, spot - BEFORE) : spot])[-1] + evidence[spot : spot + AFTER] for spot in spots]


@lru_cache(maxsize=512)
def _denied(folded: str) -> tuple[frozenset[str], frozenset[str]]:
    """Content words that directly follow a negative, and all the others; words of two characters or more."""
    import rjieba

    denied: set[str] = set()
    affirmed: set[str] = set()
    for run in _HAN_RUN.findall(_FEWER.sub("不到", _RHETORICAL.sub(" ", folded))):
        negative = False
        for word in rjieba.cut(run):
            if _is_denial(word):
                negative = True
                word = _DENIAL.sub("", word)
            if len(word) < 2 or word in _FILLER:
                continue
            (denied if negative else affirmed).add(word)
            negative = False
        if negative:
            denied.add(run[-2:])
    return frozenset(denied), frozenset(affirmed)


def _is_denial(word: str) -> bool:
    """Whether a word denies, or begins with a negative: 不能, but not the names 无锡, 别墅, 无人机, nor 不仅."""
    if word in _PLAIN or not _DENIAL.search(word):
        return False
    if len(word) == 1 or word in _NEGATIVE_NOUNS:
        return True
    tags = [tag for _, tag in tagged(word)]
    names = tags[0].startswith(_NAMING) or (tags[0] == "l" and word[0] in "无未别")  # l: a set phrase
    return len(tags) > 1 or not names


@lru_cache(maxsize=512)
def _denied_in_english(folded: str) -> tuple[frozenset[str], frozenset[str]]:
    """The same for Latin words, without their endings; a negative doesn't reach beyond a punctuation mark."""
    denied: set[str] = set()
    affirmed: set[str] = set()
    negative = False
    for word in _ENGLISH_WORD.findall(_RHETORICAL.sub(" ", folded)):
        if _ENGLISH.search(word) or not word[0].isalpha():
            negative = word[0].isalpha()
        elif not _ENGLISH_FILLER.match(word):
            stems = {_ENDING.sub("", stem) for stem in english_words(word)}
            (denied if negative else affirmed).update(stems)
            negative = negative and not stems
    return frozenset(denied), frozenset(affirmed)
