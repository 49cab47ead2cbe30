"""Follow-up questions without an LLM: what a pronoun or an omission refers to is found in the conversation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingest.text import english_words, fold, language, tagged, word_at
from rag.entities import is_chinese_person, is_name, is_person, named
from rag.prompts import lead_in
from rag.query import analyse, asking

KEPT_TURNS = 8  # of a conversation: whatever lies further back bears on no question
_TURNS = 4  # earlier questions that a resolver looks back to


@dataclass(frozen=True)
class Turn:
    """An earlier question of the conversation, and its answer where that is known."""

    question: str
    answer: str = ""


_PERSON = re.compile(r"他们|她们|(?<![其吉])他(?!人)|她|这位|\b(?:he|she|him|his|her|they|them|their)\b", re.IGNORECASE)
_KIND_OF_THING = (
    "电影|影片|片子|短片|片(?![段场头酬])|公司|模型|作品|项目|技术|计划|活动|文章|合作|平台|工具|影展|机构|剧|罢工|奖"
)
_KIND_IN_ENGLISH = "film|movie|short|company|studio|model|tool|platform|project|event|festival|strike|deal"
_AFTER_VERB = "|".join(
    rf"(?<=\b{verb} )" for verb in "is was are were does did do has had can could will would should".split()
)
_THING = re.compile(
    rf"它们|它|牠|[这那该][部个家间款项篇支种次位本件座场]?(?:{_KIND_OF_THING})|[这那][部家款项篇支座场]|其(?!他|中|实|它|余|次)|"
    r"这(?=[是有在什为怎]|$)|\bits\b|\bit\b(?! (?:true|possible|likely|legal|clear|important) (?:that|to|for)\b)|"
    rf"\b(?:this|that) (?:{_KIND_IN_ENGLISH})\b|\b(?:these|those)(?= (?:{_KIND_IN_ENGLISH})s\b)|"
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
_OPENING = re.compile(
    r"^(?:那么|那(?![部个家款项篇支种次本件座里儿边场位些年天名间首张段届条台两三四五六七八九十]|几[部个家款项篇支种位名年天])|然后|还有|另外|and\b|so\b|then\b|but\b)[，,]?\s*",
    re.IGNORECASE,
)
_ONLY_A_PART = re.compile(  # 哪些公司在裁员呢 is whole
    r"^(?!.*(?:谁|什么|哪|多少|多[久长大高快]|几|怎|如何|为何|是否|有没有|是不是|能不能|会不会)).{1,14}呢[？?]?$|^(?:what|how) about\b",
    re.IGNORECASE,
)
_BESIDE_HAN = re.compile(r"(?<![a-z0-9]) | (?![a-z0-9])", re.IGNORECASE)
_LEADS_TO_ASKING = frozenset("有叫是做干用拿靠由以在和与跟给从对被")  # 用什么拍, 票房有多少
_OF_ASKING = re.compile(
    r"(?<=多少)[十百千万亿]*[个名位家部种]|(?<=[几哪一])[个名位家部种年月天号国]的?|(?<=什么)的(?=[?]?$)"
)
_NEEDLESS = re.compile(
    r"^(?:它|牠|[这這](?=[是有在]))(?![们們的])"
)  # after what it stands for: 九位导演拍短片，它花了多久
_FROM = re.compile(r"^《.+?》(?:（[\d-]+）)?：", re.MULTILINE)  # the article that lines of an answer are from
_OWN = re.compile(r"\b(?:its|his|their)$", re.IGNORECASE)
_MEANT = 3  # names that a pronoun may stand for
_FEW = 3  # concepts: a question with fewer leans on the one before


def refers(question: str) -> bool:
    """Whether a question points back to the conversation by a pronoun, an opening or a clear omission."""
    folded = fold(question)
    pronoun = any(_found(pattern, question) for pattern in (_PERSON, _THING, _THERE))
    named = bool(analyse(question).names)
    return bool(_OPENING.match(folded) or _ONLY_A_PART.match(folded) or (pronoun and not named))


def may_lean(question: str) -> bool:
    """Whether a question is so short that it may leave out what the conversation is about."""
    query = analyse(question)
    return not query.names and len(query.concepts) < _FEW


class Before:
    """The question before, made to stand alone, and what was said to it; each worked out once, and only when needed."""

    def __init__(self, history: Sequence[Turn], answered: Callable[[str], str]) -> None:
        self._turns, self._answered = history[-_TURNS:], answered

    @cached_property
    def question(self) -> str:
        """Made to stand alone."""
        return resolve(self._turns[-1].question, self._turns[:-1], self._answered)

    @cached_property
    def said(self) -> str:
        """The text of its answer."""
        told = (self._turns[-1].answer or self._answered(self.question)).removeprefix(lead_in("en"))
        return _FROM.sub("", told)


def resolve(question: str, history: Sequence[Turn], answered: Callable[[str], str]) -> str:
    """A stand-alone question; the question itself where it needs no context. `answered`: question → its answer's text.

    Pronouns give way to the names they stand for. A question that is still short gets the earlier one's topic in front.
    """
    return _resolved(question, Before(history, answered)) if history else question


def _resolved(question: str, before: Before) -> str:
    if not (refers(question) or may_lean(question)):
        return question
    bare = _replaced(_OPENING, "", question)
    if same := _asked_of_another(bare, before.question):
        return same
    whole = _named_in_full(bare, before.question, before.said)[0]
    if whole != bare and len(analyse(whole).concepts) > _FEW:
        return whole
    return _joined(_topic(before.question, whole if whole != bare else ""), whole)


def _asked_of_another(question: str, previous: str) -> str:
    """“那张吃鱼呢？” asks of him what was asked of somebody else: that question with his name, or ""."""
    names = named(question) if _ONLY_A_PART.match(fold(question)) else []
    if len(names) != 1 or names[0] in previous:
        return ""
    others = [name for name in named(previous) if _sort(name) == _sort(names[0])]
    if len(others) != 1:
        return ""
    asked = _replaced(re.compile(re.escape(fold(others[0]))), names[0], previous)
    return asked if asked != previous else ""  # where folding changes the length, the name isn't found


def _sort(name: str) -> str:
    return "work" if name.startswith("《") else "person" if is_person(name) else "other"


def readings(question: str, before: Before) -> list[str]:
    """What a follow-up may mean on its own, the likeliest first: with the topic, without it, and just as it is asked.

    The last only where nothing in the question points back; first where it names nothing and yet is whole. Which it is
    shows when each is looked for.
    """
    full = _resolved(question, before)
    if full == question and analyse(question).names:
        return [question]
    if full == question:
        return list(dict.fromkeys([question, _joined(_topic(before.question), question)]))
    bare = _replaced(_OPENING, "", question)
    alone, *others = _named_in_full(bare, before.question, before.said)
    if refers(alone):  # still: the topic is needed
        return [full]
    others = [full.replace(alone, other) for other in others]
    whole = [alone, full] if analyse(bare).names else [full]  # what names its own subject needs none
    return list(dict.fromkeys([*whole, *others, alone if refers(question) else question]))


def _named_in_full(question: str, previous: str, said: str) -> list[str]:
    """The question with its first person, thing and place pronouns replaced by names from the conversation.

    Several where a pronoun may stand for several, the likeliest first.
    """
    found = [question]
    for pattern, names in ((_PERSON, _people), (_THING, _things), (_THERE, _things)):
        if _found(pattern, question):
            meant = names(previous, said)[:_MEANT]
            found = [_replaced(pattern, name, one) for one in found for name in meant] or found
    return found[:_MEANT]


def _replaced(pattern: re.Pattern[str], name: str, question: str) -> str:
    """The question with the pattern's first match replaced."""
    match = _found(pattern, question)
    if not match:
        return question
    own = "'s" if name and _OWN.search(match.group()) else ""
    return f"{question[: match.start()]}{name}{own}{question[match.end() :]}"


def _found(pattern: re.Pattern[str], question: str) -> re.Match[str] | None:
    """A pattern's first match that doesn't begin within a word (其 in 土耳其) nor is the IT of an industry.

    Patterns are Simplified, questions may be Traditional.
    """
    folded = fold(question)
    for match in pattern.finditer(folded if len(folded) == len(question) else question):
        begin, word = word_at(question, match.start())
        if question[match.start() : match.end()] != "IT" and (begin == match.start() or word == "与其"):
            return match
    return None


def _people(previous: str, said: str) -> list[str]:
    """Whom he or she may mean: the person the earlier question asked for or named, or one that its answer names."""
    asked_who = analyse(previous).kind == "who" and not _ASKED_FOR_ONE.search(fold(previous))
    found = [name for text in (previous, said) for name in named(text) if is_person(name)]
    new = [name for name in found if name not in previous] if asked_who else []
    return list(dict.fromkeys([*sorted(new, key=lambda name: not _is_surely_person(name)), *found]))


def _is_surely_person(name: str) -> bool:
    """Whether a name that may be a person's has the form of one: 方慕白, but not 玉林, where a company lies."""
    return is_name(name) or is_chinese_person(name) or name.isascii()


_ASKED_FOR_ONE = re.compile(rf"(?:哪[一家部个款项]*|什么)(?:{_KIND_OF_THING})|叫什么")


def _things(previous: str, said: str) -> list[str]:
    """What it may mean: the work, product or company the earlier question named or asked for, or its answer names."""
    asked = _ASKED_FOR_ONE.search(fold(previous)) and language(previous) != "en"
    # What looks like a person in Latin letters may be a work: 《Salt Harbor》.
    found = [name for text in (previous, said) for name in named(text) if not is_person(name) or f"《{name}》" in said]
    new = [name for name in found if name not in previous] if asked else []
    return list(dict.fromkeys([*new, *found]))


def _joined(topic: str, question: str) -> str:
    if not topic or topic in question:
        return question
    if language(question) == "en":
        return f"{question.rstrip('?？ ')} ({topic})?"
    return f"{topic}，{_NEEDLESS.sub('', question)}"


def _topic(previous: str, whole: str = "") -> str:
    """What the earlier question was about, without its wording of asking and the names that the `whole` new one has.

    In English its names may be all that lacks.
    """
    if language(previous) != "en":
        pieces = (piece.strip(" ，,。！!？?的了在是和与與") for piece in _told(previous, named(whole)).split())
        return _BESIDE_HAN.sub("", " ".join(dict.fromkeys(piece for piece in pieces if len(piece) > 1)))
    if whole and (names := named(previous)):
        return " ".join(names)
    return " ".join(word for word in re.findall(r"[\w.'’\-]+", previous) if english_words(word))


def _told(previous: str, names: Sequence[str]) -> str:
    """A Chinese question, in its own script, with spaces for its wording of asking and for the names."""
    folded = fold(previous)
    told = previous if len(folded) == len(previous) else folded
    spans = [_with_its_words(folded, *span) for span in asking(folded)]
    spans += [match.span() for name in names for match in re.finditer(re.escape(fold(name)), folded)]
    for begin, end in spans:
        told = told[:begin] + " " * (end - begin) + told[end:]
    return told


def _with_its_words(folded: str, begin: int, end: int) -> tuple[int, int]:
    """Wording of asking with what is nothing without it: 个 of 多少个, 用 of 用什么拍 (but not of 用什么软件拍)."""
    measure = _OF_ASKING.match(folded, end)
    end = measure.end() if measure else end
    following = tagged(folded[end:])[:1]
    if following and following[0][1].startswith("n"):
        return begin, end
    while begin > 1 and folded[begin - 1] in _LEADS_TO_ASKING and len(word_at(folded, begin - 1)[1]) == 1:
        begin -= 1
    return begin, end
