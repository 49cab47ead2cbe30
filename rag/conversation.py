"""Follow-up questions without an LLM: what a pronoun or an omission refers to is found in the conversation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ingest.text import english_words, fold, language, tagged, word_at
from rag.entities import is_person, named
from rag.frames import asks_for_more, corrected, is_courtesy
from rag.prompts import lead_in
from rag.pronouns import Earlier, named_in_full, points_back, replaced
from rag.query import analyse, asking

KEPT_TURNS = 8  # of a conversation: whatever lies further back bears on no question
_TURNS = 4  # earlier questions that a resolver looks back to


@dataclass(frozen=True)
class Turn:
    """An earlier question of the conversation, and its answer where that is known."""

    question: str
    answer: str = ""


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
_OF_A_NAME = re.compile(r"多[大久长少]|几岁|多少岁|是谁|是什么|在哪|干什么|做什么")  # asks nothing but of a name
_FEW = 3  # concepts: a question with fewer leans on the one before


def refers(question: str) -> bool:
    """Whether a question points back to the conversation by a pronoun, an opening or a clear omission."""
    folded = fold(question)
    part = _OPENING.match(folded) or _ONLY_A_PART.match(folded) or corrected(question) != question
    return bool(part) or points_back(question)


def may_lean(question: str) -> bool:
    """Whether a question is so short that it may leave out what the conversation is about."""
    query = analyse(question)
    return not query.names and len(query.concepts) < _FEW


class Understood(NamedTuple):
    """A question made to stand alone."""

    own: str  # what it says itself, its pronouns replaced
    subject: str = ""  # what the conversation is about
    last: str = ""  # and what was last asked of that

    @property
    def topic(self) -> str:
        """What it leans on."""
        return _side_by_side(self.subject, self.last)

    @property
    def text(self) -> str:
        """The whole question."""
        return _joined(self.topic, self.own)


class Before:
    """The question before, made to stand alone, and what was said to it; each worked out once, and only when needed."""

    def __init__(self, history: Sequence[Turn], answered: Callable[[str], str]) -> None:
        turns = [turn for turn in history if not is_courtesy(fold(turn.question))]
        self.turns, self._answered = turns[-_TURNS:], answered

    @cached_property
    def understood(self) -> Understood:
        """The question, made to stand alone."""
        *earlier, last = self.turns
        return _understood(last.question, Before(earlier, self._answered)) if earlier else Understood(last.question)

    @cached_property
    def said(self) -> str:
        """The text of its answer."""
        told = (self.turns[-1].answer or self._answered(self.understood.text)).removeprefix(lead_in("en"))
        return _FROM.sub("", told)

    @cached_property
    def earlier(self) -> Earlier:
        """What its pronouns may stand for is found in."""
        told = tuple(text for turn in reversed(self.turns) for text in (turn.answer, turn.question))
        return Earlier(self.understood.own, self.understood.topic, self.said, told)


def resolve(question: str, history: Sequence[Turn], answered: Callable[[str], str]) -> str:
    """A stand-alone question; the question itself where it needs no context. `answered`: question → its answer's text.

    Pronouns give way to the names they stand for. A question that is still short gets the earlier one's topic in front.
    """
    return _understood(question, Before(history, answered)).text


def _understood(question: str, before: Before) -> Understood:
    if not before.turns or is_courtesy(fold(question)) or not (refers(question) or may_lean(question)):
        return Understood(question)
    if asks_for_more(fold(question)):
        return before.understood
    bare = _bare(question)
    if same := _asked_of_another(bare, before.understood.text):
        return Understood(same)
    whole = named_in_full(bare, before.earlier)[0]
    if whole != bare and (same := _asked_of_another(whole, before.understood.text)):
        return Understood(same)
    if whole != bare and _is_enough(whole):
        return Understood(whole)
    return _after(before.understood, whole, whole != bare)


def _bare(question: str) -> str:
    """A question without its opening, and without the wording of a correction."""
    return replaced(_OPENING, "", corrected(question))


def _is_enough(whole: str) -> bool:
    """Whether a question whose pronouns are names says what it asks of them, too: 卡梅隆第几次去了 doesn't."""
    return len(analyse(whole).concepts) > len(analyse(whole).names) or bool(_OF_A_NAME.search(fold(whole)))


def _after(before: Understood, own: str, named_anew: bool = False) -> Understood:
    """A question with the topic of the one before, which grows no longer however many are asked of one subject."""
    told = _topic(before.own, own if named_anew else "")
    if not before.subject or named(before.own):
        return Understood(own, told)
    return Understood(own, _topic(before.subject, own if named_anew else ""), told)


def _asked_of_another(question: str, previous: str) -> str:
    """“那张吃鱼呢？” asks of him what was asked of somebody else: that question with his name, or ""."""
    names = named(question) if _ONLY_A_PART.match(fold(question)) else []
    if len(names) != 1 or names[0] in previous:
        return ""
    others = [name for name in named(previous) if _sort(name) == _sort(names[0])]
    if len(others) != 1:
        return ""
    asked = replaced(re.compile(re.escape(fold(others[0]))), names[0], previous)
    return asked if asked != previous else ""  # where folding changes the length, the name isn't found


def _sort(name: str) -> str:
    return "work" if name.startswith("《") else "person" if is_person(name) else "other"


def readings(question: str, before: Before) -> list[str]:
    """What a follow-up may mean on its own, the likeliest first: with the topic, without it, and just as it is asked.

    The last only where nothing in the question points back; first where it names nothing and yet is whole. Which it is
    shows when each is looked for.
    """
    if not before.turns or is_courtesy(fold(question)):
        return [question]
    full = _understood(question, before).text
    if asks_for_more(fold(question)):
        return [full]
    if full == question and analyse(question).names:
        return [question]
    if full == question:
        return list(dict.fromkeys([question, _after(before.understood, question).text]))
    bare = _bare(question)
    alone, *others = named_in_full(bare, before.earlier)
    if refers(alone):  # still: the topic is needed
        return [full]
    if alone != bare and _is_enough(alone):
        full = _after(before.understood, alone, True).text
        return list(dict.fromkeys([alone, *others, full]))
    others = [full.replace(alone, other) for other in others]
    whole = [alone, full] if analyse(bare).names else [full]  # what names its own subject needs none
    return list(dict.fromkeys([*whole, *others, alone if refers(question) else question]))


def _joined(topic: str, question: str) -> str:
    if not topic or topic in question:
        return question
    if language(question) == "en":
        return f"{question.rstrip('?？ ')} ({topic})?"
    return f"{topic}，{_NEEDLESS.sub('', question)}"


def _side_by_side(subject: str, last: str) -> str:
    if not last or last in subject:
        return subject
    return f"{subject}{' ' if language(last) == 'en' else '，'}{last}"


def _topic(previous: str, whole: str = "") -> str:
    """What the earlier question was about, without its wording of asking and the names that the `whole` new one has.

    In English its names may be all that lacks.
    """
    if language(previous) != "en":
        pieces = (piece.strip(" ，,。！!？?的了在是和与與") for piece in _told(previous, named(whole)).split())
        return _BESIDE_HAN.sub(
            "", " ".join(dict.fromkeys(piece for piece in pieces if len(piece) > 1 or piece.isdigit()))
        )
    if whole and (names := named(previous)):
        return " ".join(names)
    words = (word.removesuffix("'s") for word in re.findall(r"[\w.'’\-]+", previous))
    return " ".join(word for word in words if english_words(word) or not word.isascii())


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
