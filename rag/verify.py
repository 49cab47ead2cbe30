"""Does a passage bear a sentence out?

Three things decide. What can be looked up must be there: figures with their units, titles, names. What is denied must be
denied there too. And the words must be there: a linear score of how much of the sentence's wording the evidence holds,
fitted on questions of DRCD, CMRC and MLQA turned into statements with right and with wrong answers. English statements
about Chinese text share no words with it; the vocabulary and the embedder stand in for them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from ingest.numerals import figures, numbers
from ingest.text import HAN, english_words, fold, language, latin_terms
from rag.answer import Support
from rag.binding import torn
from rag.negation import contradicts

# score = 1 / (1 + e^-z), z = BIAS + COVERED·share of wording + RUN·longest strange run + WORD·longest strange word
BIAS, COVERED, RUN, WORD = -0.25, 4.24, -0.41, -0.44
SUPPORTED, UNSUPPORTED = 0.5, 0.1  # at or above; below

_HAN_RUN = re.compile(f"[{HAN}]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-z0-9À-ɏ]*(?:[.\-'’&+/][A-Za-z0-9À-ɏ]+)*")
_TITLE = re.compile(r"[《〈]([^《》〈〉]{1,60})[》〉]")
_QUOTED = re.compile(r"[“「『\"]([^“”「」『』\"]{2,80})[”」』\"]")
_MARKUP = re.compile(r"[*_`#|]+|^\s*(?:[-+•>]|\d+[.)、])\s+|\[\^?\d[\d,，、 \-]*\]", re.MULTILINE)
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
_FUNCTION_TAGS = frozenset("u p c r d x y e o uj ul ud uz ug uv zg f t q".split())
_LATIN_WEIGHT = 3  # a Latin word counts as so many Han characters
_FIGURE_WEIGHT = 4
_MEANING_WEIGHT = 20
_SAME_MEANING = 0.7  # a cosine across languages that leaves nothing to ask for


@dataclass(frozen=True)
class Evidence:
    """Text that a claim is held against, prepared once."""

    text: str

    @cached_property
    def folded(self) -> str:
        """The text in search form."""
        return fold(self.text)

    @cached_property
    def squashed(self) -> str:
        """Search form without marks and spaces, for titles and names."""
        return squash(self.folded)

    @cached_property
    def characters(self) -> frozenset[str]:
        """Every character of the search form."""
        return frozenset(self.folded)

    @cached_property
    def bigrams(self) -> frozenset[str]:
        """Pairs of neighbouring Han characters."""
        return frozenset(run[i : i + 2] for run in _HAN_RUN.findall(self.folded) for i in range(len(run) - 1))

    @cached_property
    def latin(self) -> frozenset[str]:
        """Latin terms and their parts."""
        return frozenset(part for term in _LATIN.findall(self.folded) for part in (term, *latin_terms(term)))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Canonical numbers."""
        return frozenset(numbers(_with_months(self.folded)))

    @cached_property
    def measures(self) -> dict[str, set[str]]:
        """The units that each number is written with; "" where it has none that is known."""
        return _measures(self.folded)


def plain(text: str) -> str:
    """A sentence without Markdown and citation marks."""
    return _MARKUP.sub(" ", text).strip()


def squash(text: str) -> str:
    """Letters, digits and Han characters only."""
    return re.sub(r"[\W_]+", "", text)


def support(claim: str, evidence: Sequence[str], context: Sequence[str] = ()) -> Support:
    """How far `evidence` bears `claim` out; `context` (title, date, the passage around) may only name who and what.

    A figure, title or name found nowhere makes it unsupported, one found in the context alone, or a denial that the
    evidence doesn't make, partial at best.
    """
    text, quoted = plain(claim), Evidence("\n".join(evidence))
    around = Evidence("\n".join((*evidence, *context)))
    if is_foreign(text, around.text):
        from rag.crosslingual import support_across

        return support_across(text, quoted, around)
    if strange_figures(text, around) or strange_names(text, around):
        return "unsupported"
    value = max(score(text, quoted), 0.9 * score(text, around) if context else 0.0)
    if value < UNSUPPORTED:
        return "unsupported"
    weak = value < SUPPORTED or strange_figures(text, quoted) or doubtful_names(text, around)
    return "partial" if weak or contradicts(text, quoted.text) or torn(text, around.text) else "supported"


def score(claim: str, evidence: Evidence) -> float:
    """How much of the claim's wording the evidence holds, 0 to 1."""
    share, run, word = wording(claim, evidence)
    return 1 / (1 + math.exp(-(BIAS + COVERED * share + RUN * run + WORD * word)))


def wording(claim: str, evidence: Evidence) -> tuple[float, int, int]:
    """The share of a claim's content words that the evidence holds, its longest strange run and word in characters."""
    covered = total = 0.0
    longest = 0
    for word, weight in _content(fold(claim)):
        found = _found(word, evidence)
        covered, total = covered + found * weight, total + weight
        if found < 0.3 and weight > 1:
            longest = max(longest, weight)
    return (covered / total if total else 1.0), _strange_run(fold(claim), evidence), longest


@lru_cache(maxsize=512)
def _content(folded: str) -> tuple[tuple[str, int], ...]:
    """Content words of a folded claim with their weights."""
    import rjieba

    tagged = ((word, tag) for run in _HAN_RUN.findall(folded) for word, tag in rjieba.tag(run))
    han = [(word, len(word)) for word, tag in tagged if tag not in _FUNCTION_TAGS]
    return tuple([*han, *((word, _LATIN_WEIGHT) for word in english_words(folded) if not word[0].isdigit())])


def _found(word: str, evidence: Evidence) -> float:
    """1 for a word the evidence has; less for one it has in part, as 花费 of 费用."""
    if word[0].isascii() or not _HAN_RUN.match(word):
        return 1.0 if word in evidence.latin or word in evidence.folded else 0.0
    if word in evidence.folded:
        return 1.0
    if len(word) == 1:
        return 0.0
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    shared = sum(pair in evidence.bigrams for pair in pairs) / len(pairs)
    return 0.7 * max(shared, 0.5 * sum(character in evidence.characters for character in word) / len(word))


def _strange_run(folded: str, evidence: Evidence) -> int:
    """The longest stretch of Han characters of which no neighbouring pair occurs in the evidence."""
    longest = 0
    for run in _HAN_RUN.findall(folded):
        known = [False] * (len(run) + 1)
        for i in range(len(run) - 1):
            if run[i : i + 2] in evidence.bigrams:
                known[i] = known[i + 1] = True
        length = 0
        for i, character in enumerate(run):
            if known[i]:
                length = 0
            elif character not in "的是在了为有和与被":
                length += 1
                longest = max(longest, length)
    return longest


# What a claim needs


@dataclass(frozen=True)
class Need:
    """Something a claim needs evidence to hold, in any of some forms."""

    alternatives: tuple[str, ...]
    weight: float
    kind: Literal["word", "figure", "meaning"] = "word"


def needs(claim: str, evidence: str) -> list[Need]:
    """What evidence must hold for a claim: figures, and words, or their translations if `evidence` is in another language."""
    text = plain(claim)
    stated = [Need((figure,), _FIGURE_WEIGHT, "figure") for figure in sorted(stated_figures(text))]
    if is_foreign(text, evidence):
        from rag.crosslingual import terms

        meaning = Need((text,), _MEANING_WEIGHT, "meaning")
        return [*stated, meaning, *(Need(alternatives, 1) for alternatives in terms(text))]
    return [*stated, *(Need((word,), weight) for word, weight in dict(_content(fold(text))).items())]


def held(need: Need, evidence: Evidence) -> float:
    """How far the evidence holds what is needed, 0 to 1."""
    if need.kind == "figure":
        return float(need.alternatives[0] in evidence.numbers)
    if need.kind == "meaning":
        from rag.crosslingual import closeness

        return min(max(closeness(need.alternatives[0], evidence.text), 0.0) / _SAME_MEANING, 1.0)
    return max(_found(word, evidence) for word in need.alternatives)


# Figures

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = re.compile(rf"\b(?:(\d{{1,2}})\s)?({'|'.join(_MONTHS)})\b(?=\.?,?\s\d)|\b(\d{{1,2}})\s({'|'.join(_MONTHS)})\b")
_ABOUT = r"约|近|接近|左右|上下|多|余|来|超过|逾|about|around|nearly|almost|roughly|approximately|over|more than|some|~|≈"
_APPROXIMATE = re.compile(rf"(?:{_ABOUT})[\s$¥￥]*$"), re.compile(rf"^\s?[^\W\d]{{0,2}}(?:{_ABOUT})")
_LOOSE_WORDS = re.compile(r"万一|千万[别不要]|百般|万万|\bone(?! (?:hundred|thousand|million|billion))\b|\bzero-sum\b")
_UNITS = {
    "美元": "美元|美金|us dollars?|dollars?|usd",
    "元": "元|块钱?|人民币|yuan|rmb|cny",
    "欧元": "欧元|euros?",
    "英镑": "英镑|pounds?",
    "日元": "日元|yen",
    "年": "年|years?",
    "月": "月|months?",
    "周": "周|星期|weeks?",
    "天": "天|日|days?",
    "小时": "小时|钟头|hours?",
    "分钟": "分钟?|minutes?|mins?",
    "秒": "秒钟?|seconds?|secs?",
    "人": "人|名|位|people|persons?|directors?|actors?",
}
_UNIT = "|".join(f"(?P<u{i}>{pattern})" for i, pattern in enumerate(_UNITS.values()))
_NUMERAL = "[0-9零〇一二三四五六七八九十百千万亿两]"
_MEASURE = re.compile(
    rf"(?P<sign>[$¥￥]?)\s?(?P<number>\d[\d,.]*{_NUMERAL}*|{_NUMERAL}+|[a-z]+)(?P<scale>\s(?:thousand|million|billion))?"
    rf"(?:多|余|来|几)?[个\s\-]?(?:{_UNIT}|(?=\W|$|[{HAN}]))"
)


def strange_figures(claim: str, evidence: Evidence) -> set[str]:
    """Figures of a claim that the evidence doesn't give, or gives with another unit only.

    About 50 thousand is borne out by 49,736; the 1980s by 80年代.
    """
    folded, stated = _LOOSE_WORDS.sub(" ", fold(claim)), stated_figures(claim)
    strange = {figure for figure in stated - evidence.numbers if not _rounded(figure, folded, evidence)}
    for number, units in _measures(folded).items():
        given = evidence.measures.get(number, set())
        if number in stated and given and "" not in units | given and not units & given:
            strange.add(number)
    return strange


def stated_figures(claim: str) -> set[str]:
    """Canonical figures of a claim; one and 万一 are wording."""
    return figures(_with_months(_LOOSE_WORDS.sub(" ", fold(claim))))


def _rounded(figure: str, folded: str, evidence: Evidence) -> bool:
    if figure.endswith("%"):
        value = float(figure[:-1])
        return any(_close(value, float(other[:-1])) for other in evidence.numbers if other.endswith("%"))
    value = float(figure)
    if re.search(rf"\b{figure}s\b", folded):
        return str(int(value) % 100) in evidence.numbers
    if not _is_approximate(value, folded):
        return False
    return any(_close(value, float(other)) for other in evidence.numbers if not other.endswith("%"))


def _close(value: float, other: float) -> bool:
    return abs(value - other) <= 0.05 * abs(other)


def _is_approximate(value: float, folded: str) -> bool:
    before, after = _APPROXIMATE
    for match in re.finditer(rf"\d[\d,.]*{_NUMERAL}*(?:\s(?:thousand|million|billion))?|{_NUMERAL}+", folded):
        if value in {float(number) for number in numbers(match.group()) if not number.endswith("%")}:
            return bool(before.search(folded[: match.start()]) or after.search(folded[match.end() :]))
    return False


def _with_months(folded: str) -> str:
    """December 18 also reads as 12月 18."""
    return _MONTH.sub(lambda m: f"{m.group()} {_MONTHS.index(m[2] or m[4]) + 1}月 ", folded)


def _measures(folded: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for match in _MEASURE.finditer(folded):
        unit = next((name for i, name in enumerate(_UNITS) if match[f"u{i}"]), "")
        unit = {"$": "美元", "¥": "元", "￥": "元"}.get(match["sign"], unit)
        for number in numbers(match["number"] + (match["scale"] or "")):
            found.setdefault(number, set()).add(unit)
    return found


# Names


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


def _strange_latin(claim: str, evidence: Evidence) -> Iterable[str]:
    """Short abbreviations (AI, VFX) stand for Chinese words as often as not, so only names are asked for."""
    english = not _HAN_RUN.search(claim)
    for match in _LATIN.finditer(claim):
        word = match.group().removesuffix("'s").removesuffix("’s")
        if not (word[0].isupper() or any(map(str.isdigit, word))) or (word.isupper() and len(word) <= 4):
            continue
        opens = english and (match.start() == 0 or claim[: match.start()].rstrip()[-1:] in "“\".!?:：。")
        if opens or not english_words(word):
            continue
        if squash(fold(word)) not in evidence.squashed and not set(english_words(word)) & evidence.latin:
            yield word


def _strange_chinese(claim: str, evidence: Evidence, sure: bool) -> Iterable[str]:
    """Names as the tagger sees them; one that shares a pair of characters with the evidence passes."""
    import rjieba

    for run in _HAN_RUN.findall(fold(claim)):
        for word, tag in rjieba.tag(run):
            if tag in _NAME_TAGS and len(word) > 1 and _is_sure(word, tag) == sure and word not in evidence.folded:
                if not any(word[i : i + 2] in evidence.bigrams for i in range(len(word) - 1)):
                    yield word


def _is_sure(word: str, tag: str) -> bool:
    if tag == "nt":
        return len(word) >= 4
    person = word[0] in _SURNAMES and len(word) <= 3 or _TRANSCRIBING.issuperset(word)
    return tag in ("nr", "nrt", "nrfg") and person


def is_foreign(claim: str, evidence: str) -> bool:
    """Whether claim and evidence are in different languages, so that words can't be compared."""
    return (language(claim) == "en") != (language(evidence) == "en")
