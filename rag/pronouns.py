"""What he, it, they and there may stand for: names from the question before, and from what was said to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ingest.text import HAN, fold, language, tagged, word_at
from rag.entities import is_chinese_person, is_name, is_person, is_unheard, named
from rag.frames import introduced
from rag.query import analyse

_KIND_OF_THING = (
    "电影|影片|片子|短片|片(?![段场头酬])|公司|模型|作品|项目|技术|计划|活动|文章|合作|平台|工具|影展|机构|剧|罢工|奖"
)
_KIND_IN_ENGLISH = "film|movie|short|company|studio|model|tool|platform|project|event|festival|strike|deal"
_AFTER_VERB = "|".join(
    rf"(?<=\b{verb} )" for verb in "is was are were does did do has had have can could will would should".split()
)
_THEM = re.compile(  # several: 他们, 这两部, 两者
    rf"[他她它牠]们|[这那](?:[两二三四几](?:[部位家款人名项所]|个(?![月小星礼]))(?:{_KIND_OF_THING}|导演|演员)?|些(?:{_KIND_OF_THING}|导演|演员))|"
    r"这?[两二](?:者|人(?!间|世|民|[生物类体])|位(?![导演编老])|部(?=[的都各谁哪]))|"
    rf"\b(?:they|them|their)\b|\b(?:these|those) (?:two |three )?(?:{_KIND_IN_ENGLISH}|director|actor)s\b",
    re.IGNORECASE,
)
_WHICH = re.compile(r"^(?:哪一?[个部家款所位]|谁)(?=[^,?]{0,6}?(?:更|比较))")  # of those before: 谁的票房更高
_PERSON = re.compile(r"(?<![其吉])他(?![人们])|她(?!们)|这位|\b(?:he|she|him|his|her)\b", re.IGNORECASE)
_THING = re.compile(
    rf"[它牠](?!们)|[这那该][部个家间款项篇支种次位本件座场]?(?:{_KIND_OF_THING})|[这那][部家款项篇支座场]|其(?!他|中|实|它|余|次)|"
    r"这(?=[是有在什为怎]|$)|\bits\b|\bit\b(?! (?:true|possible|likely|legal|clear|important) (?:that|to|for)\b)|"
    rf"\b(?:this|that) (?:{_KIND_IN_ENGLISH})\b|"
    r"\bthe (?:film|movie|short|company|studio)\b(?! (?:that|which|where|of|by|in|from|with|about|industry|festival|market|school|business)\b)|"
    r"\b(?:this|that|these|those)(?=\W*$|[,;.])|"
    # Not tools that make music, nor this year: alone only after a verb and before such words (is this free, did that help).
    rf"\b(?:{_AFTER_VERB})(?:this|that)(?= (?:\w+ed|made|shown|written|known|done|built|shot|sold|won|free|true|mean|matter|help|"
    r"work|happen|change|affect|cost|take|come|look|like|about|important|possible|legal|new|good|a|an|the|in|on|at|for|by|with)\b)",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"那里|那儿|那边|当地|"
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b(?! (?:is|are|was|were|will|has|have|exists?)\b)",
    re.IGNORECASE,
)
_NTH = re.compile(  # of those listed: 第二部, 后者, but no 第二部长片
    rf"第(?P<nth>[一二三四五六七八九]|\d)(?P<of>[个部位家款名篇首])(?:{_KIND_OF_THING}|导演|演员)?(?=[是的呢有在花用拍讲叫卖多几什怎谁哪,?。]|$)|"
    r"(?P<of_two>前者|后者|\bthe (?:former|latter)\b)|最后一?[个部位家款名]|"
    rf"\bthe (?P<ordinal>first|second|third|fourth|fifth|last) (?:one|{_KIND_IN_ENGLISH}|director|actor)\b",
    re.IGNORECASE,
)
_PLACES = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "七": 6, "八": 7, "九": 8} | {
    word: n for n, word in enumerate(("first", "second", "third", "fourth", "fifth"))
}
_LISTED = re.compile(r"[:：是有括为]\s*([^。；;：:\n]+、[^。；;：:\n]+?)(?:[。；;\n]|$)")
_UNHEARD = re.compile(rf"[{HAN}]{{2,4}}")
_LONGEST_ITEM = 20
_SURE = re.compile(rf"[它牠]|[这那该]部?(?:电影|影片|片)|\bits?\b|\bthis (?:{_KIND_IN_ENGLISH})\b", re.IGNORECASE)
_OWN = re.compile(r"\b(?:its|his|their)$", re.IGNORECASE)
_ASKED_FOR_ONE = re.compile(rf"(?:哪[一家部个款项]*|什么)(?:{_KIND_OF_THING})|叫什么")
_CALLED = re.compile(
    "(?:[儿人员者师长手子]|导演|主演|编剧|总监|教授|[父母]亲|丈夫)(?:都|分别)?(?:是|的)?(?:叫什么|什么名字|名字)"
)
_AND = re.compile(r"[》”\"」]?\s*(?:、|,|，|和|与|與|跟|及|以及|and|, and|&)\s*[《“\"「]?")
_MEANT = 3  # names that a pronoun may stand for
_MOST_TOGETHER = 4  # names that they may stand for together


class Earlier(NamedTuple):
    """What a follow-up is asked after."""

    own: str  # the question before, its pronouns replaced
    topic: str  # what that was about beside what it says itself
    said: str  # the answer to it
    told: tuple[str, ...] = ()  # all that was asked and answered, the latest first


def points_back(question: str) -> bool:
    """Whether a pronoun asks for what was said before.

    Beside a name only one that stands before it: 他和Runway有什么关系, but not 陈默说他担心什么.
    """
    patterns = (_THEM, _PERSON, _SURE) if analyse(question).names else (_NTH, _THEM, _PERSON, _THING, _THERE)
    return any(_before_names(pattern, question) for pattern in patterns)


def named_in_full(question: str, earlier: Earlier) -> list[str]:
    """The question with its first pronouns for several, a person, a thing and a place replaced by names.

    Several where a pronoun may stand for several, the likeliest first.
    """
    whole = [question]
    for pattern, names in _STAND_FOR:
        if match := _before_names(pattern, question):
            meant = names(earlier, match)[:_MEANT]
            whole = [replaced(pattern, name, one) for one in whole for name in meant] or whole
    return whole[:_MEANT]


def _before_names(pattern: re.Pattern[str], question: str) -> re.Match[str] | None:
    match, folded = found(pattern, question), fold(question)
    places = (folded.find(same[0]) for same in analyse(question).names)
    return match if match and all(match.start() < at or at < 0 for at in places) else None


def replaced(pattern: re.Pattern[str], name: str, question: str) -> str:
    """The question with the pattern's first match replaced."""
    match = found(pattern, question)
    if not match:
        return question
    own = "'s" if name and _OWN.search(match.group()) else ""
    return f"{question[: match.start()]}{name}{own}{question[match.end() :]}"


def found(pattern: re.Pattern[str], question: str) -> re.Match[str] | None:
    """A pattern's first match that doesn't begin within a word (其 in 土耳其) nor is the IT of an industry.

    Patterns are Simplified, questions may be Traditional.
    """
    folded = fold(question)
    for match in pattern.finditer(folded if len(folded) == len(question) else question):
        begin, word = word_at(question, match.start())
        if question[match.start() : match.end()] != "IT" and (begin == match.start() or word == "与其"):
            return match
    return None


def _people(earlier: Earlier, pronoun: re.Match[str]) -> list[str]:
    """Whom he or she may mean: the person the earlier question asked for or named, or one that its answer names."""
    if about := [name for name in _introduced(earlier.own) if not re.match(r"《|[这那]|[^《]*的", name)]:
        return about
    own, before, said = ([name for name in named(text) if is_person(name)] for text in earlier[:3])
    folded = fold(earlier.own)
    if analyse(earlier.own).kind == "who" and (_CALLED.search(folded) or not _ASKED_FOR_ONE.search(folded)):
        new = [name for name in said if name not in earlier.own]
        return _distinct([*_surest(new), *own, *before])
    return own or _distinct([*before, *_surest(said)])


def _surest(people: list[str]) -> list[str]:
    """Those that are people for sure, if any: 林昭昀, where 贡嘎 is a mountain."""
    return [name for name in people if _is_surely_person(name)] or people


def _distinct(names: Iterable[str]) -> list[str]:
    """Names without those that another script repeats."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(fold(name), name)
    return list(found.values())


def _introduced(question: str) -> list[str]:
    """Whom or what a question wants to be told about, in its own script: 饺子 of 饺子是谁？, Demi Guo of who is demi guo."""
    name, folded = introduced(fold(question)), fold(question)
    if not name or len(folded) != len(question):
        return []
    if name.isascii():
        return [name.title()] if name in question and any(name in same for same in analyse(question).names) else []
    begin = folded.find(name)
    end = begin + len(name)
    within_marks = question[begin - 1 : begin] == "《" and question[end : end + 1] == "》"
    return [question[begin - within_marks : end + within_marks]]


def _is_surely_person(name: str) -> bool:
    """Whether a name that may be a person's has the form of one: 方慕白, but not 玉林, where a company lies."""
    return is_name(name) or is_chinese_person(name) or name.isascii()


def _things(earlier: Earlier, pronoun: re.Match[str]) -> list[str]:
    """What it may mean: the work, product or company the earlier question named or asked for, or its answer names."""
    if about := [name for name in _introduced(earlier.own) if not is_person(name) and "的" not in name]:
        return about
    own, before, asked = (
        [name for name in (*named(text), *_unheard(text)) if _is_thing(name, earlier)]
        for text in (earlier.own, earlier.topic, "\n".join(earlier.told[1::2]))
    )
    said = [name for name in named(earlier.said) if _is_thing(name, earlier)]
    if re.search(r"[片影剧]|film|movie|short", fold(pronoun.group())):  # a work, of which the answer may name others
        works = [name for name in (*own, *before, *asked) if name.startswith("《")]
        return _distinct([*works, *own, *before, *said])
    if _ASKED_FOR_ONE.search(fold(earlier.own)) and language(earlier.own) != "en":
        return _distinct([*(name for name in said if name not in earlier.own), *own, *before])
    return own or _distinct([*before, *said, *asked])


def _unheard(question: str) -> list[str]:
    """Words of a Chinese question that no dictionary has, as products are named: 可灵."""
    words = tagged(fold(re.sub(r"《[^》]*》", " ", question)))
    return [word for word, tag in words if tag[0] in "nv" and _UNHEARD.fullmatch(word) and is_unheard(word)]


def _is_thing(name: str, earlier: Earlier) -> bool:
    """Whether a name is no person's. What looks like a person in Latin letters may be a work: 《Salt Harbor》."""
    return not is_person(name) or any(f"《{name}》" in text for text in earlier[:3])


def _together(earlier: Earlier, pronoun: re.Match[str]) -> list[str]:
    """What they may mean: the several people or things that the question before named, or its answer lists, as one."""
    for fits in _wanted(earlier, fold(pronoun.group())):
        for names in ([name for name in named(text) if fits(name)] for text in (earlier.own, earlier.topic)):
            if len(names) > 1:
                return [_joined(names, pronoun)]
        lists = [names for names in _lists(earlier.said) if len(names) <= _MOST_TOGETHER and all(map(fits, names))]
        if lists:
            return [_joined(max(lists, key=len), pronoun)]
        asked = _distinct(name for text in earlier.told[1::2] for name in named(text) if fits(name))[:2]
        if len(asked) > 1 and re.search("[两二哪谁]|two", fold(pronoun.group())):
            return [_joined(asked[::-1], pronoun)]
    return []


def _of_them(earlier: Earlier, which: re.Match[str]) -> list[str]:
    """Which is asked for, of those that were named: 《雾中灯塔》和《纸鸢》谁."""
    return [f"{them}{which.group()}" for them in _together(earlier, which)]


def _wanted(earlier: Earlier, pronoun: str) -> Iterator[Callable[[str], bool]]:
    things = re.search(rf"它|牠|[部款家项所]|film|movie|short|company|studio|model|tool|{_KIND_OF_THING}", pronoun)
    people = re.search("[她人位名]|director|actor|导演|演员", pronoun)
    if not things:
        yield is_person
    if not people:
        yield lambda name: _is_thing(name, earlier)


def _joined(names: Sequence[str], pronoun: re.Match[str]) -> str:
    *most, last = names
    if pronoun.group().isascii():
        return f"{', '.join(most)} and {last}"
    return f"{'、'.join(most)}和{last}"


def _lists(text: str) -> Iterator[list[str]]:
    """Names that stand side by side in a text: 《雾中灯塔》、《纸鸢》和《渡口》."""
    folded, run, end = fold(text), list[str](), 0
    for name in [*named(text), ""]:
        at = folded.find(fold(name), end) if name else -1
        if run and at >= 0 and _AND.fullmatch(folded[end:at]):
            run.append(name)
        else:
            if len(run) > 1:
                yield run
            run = [name]
        end = max(at, end) + len(name)


def _nth(earlier: Earlier, ordinal: re.Match[str]) -> list[str]:
    """Which of those that were listed is meant: the second of three films."""
    fits = next((fits for measure, fits in _KIND_LISTED.items() if measure in ordinal.group()), lambda name: True)
    at = _place(ordinal)
    for text in earlier.told:
        listed = [names for names in (*_items(text), *_lists(text)) if all(map(fits, names))]
        names = max(listed, key=len, default=[])
        if names and at < len(names) and (len(names) == 2 or not ordinal["of_two"]):
            return [names[at]]
    return []


def _place(ordinal: re.Match[str]) -> int:
    """From 0; -1 is the last."""
    if counted := ordinal["nth"] or ordinal["ordinal"]:
        return int(counted) - 1 if counted.isdigit() else _PLACES.get(fold(counted), -1)
    return 0 if fold(ordinal.group()) in ("前者", "the former") else -1


_KIND_LISTED: dict[str, Callable[[str], bool]] = {
    **dict.fromkeys("部篇首", lambda name: "《" in name or name.isascii()),
    **dict.fromkeys("位名", is_person),
    "款": lambda name: not is_person(name),
}


def _items(text: str) -> Iterator[list[str]]:
    """What a text lists behind a colon or an 是, be it no names to the tagger: 快手的可灵2.5、字节跳动的即梦3.0和……."""
    for match in _LISTED.finditer(text):
        items = [item.strip() for item in re.split("、|以及|[和与與]", match[1])]
        if all(0 < len(item) <= _LONGEST_ITEM for item in items):
            yield items


_STAND_FOR = (
    (_NTH, _nth),
    (_WHICH, _of_them),
    (_THEM, _together),
    (_PERSON, _people),
    (_THING, _things),
    (_THERE, _things),
)
