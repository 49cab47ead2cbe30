"""Follow-up questions without an LLM: what a pronoun or an omission refers to is found in the conversation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.text import fold, language, tagged
from rag.query import analyse, chinese_names, without_asking

TOKENS = 1500  # of earlier turns that an LLM is shown
_TURNS = 4  # earlier questions that a resolver looks back to


@dataclass(frozen=True)
class Turn:
    """An earlier question of the conversation, and its answer where that is known."""

    question: str
    answer: str = ""


_PERSON = re.compile(r"他们|她们|他(?!人)|她|这位|該位|\b(?:he|she|him|his|her|they|them|their)\b", re.IGNORECASE)
_THING = re.compile(
    r"它们|它|牠|这[部个家款项篇支种次位本件座]?(?:电影|影片|片子|短片|公司|模型|作品|项目|技术|计划|活动|文章|合作|平台|工具|影展|机构|剧)?|"
    r"那[部个家款项篇支种次本件座](?:电影|影片|片子|短片|公司|模型|作品|项目|技术|计划|活动|文章|合作|平台|工具|机构|剧)?|"
    r"其(?!他|中|实|它|余|次)|该(?:片|公司|模型|作品|项目|剧|机构|计划)?|\b(?:it|its|this|that|these|those)\b",
    re.IGNORECASE,
)
_THERE = re.compile(r"那里|那儿|那边|当地|\bthere\b", re.IGNORECASE)
_CARRIED_ON = re.compile(r"^(?:那么?|然后|还有|另外|以及|为什么呢|and\b|what about|how about|so\b|then\b)", re.IGNORECASE)
_DANGLING = re.compile(r"^(?:那么?|那)?[，,]?(?:[^，,。？?]{1,14})呢[？?]?$")


def depends(question: str) -> bool:
    """Whether a question can't be understood without the conversation before it."""
    folded = fold(question)
    if _DANGLING.match(folded) or _CARRIED_ON.match(folded):
        return True
    query = analyse(question)
    if query.names:
        return False
    return bool(_PERSON.search(folded) or _THING.search(folded) or _THERE.search(folded)) or len(query.terms) <= 2


def resolve(question: str, history: Sequence[Turn], answered: Callable[[str], str]) -> str:
    """A stand-alone question; the question itself where it needs no context. `answered`: question → its answer's text.

    A pronoun gives way to the name it stands for; where only a part is asked anew (“那成本呢？”), the earlier question's
    names go in front.
    """
    if not history or not depends(question):
        return question
    earlier = history[-_TURNS:]
    previous = resolve(earlier[-1].question, earlier[:-1], answered)
    focus = _focus(question, previous, earlier[-1].answer or "", answered)
    if not focus:
        return question
    for pattern in (_PERSON, _THING, _THERE):
        replaced, count = pattern.subn(_spaced(focus, question), _without_opening(question), count=1)
        if count:
            return replaced
    return _joined(focus, _without_opening(question))


def _without_opening(question: str) -> str:
    return re.sub(r"^(?:那么|那(?![部个家款项篇支种次本件座里儿边])|然后|and,?\s+)[，,]?\s*", "", question, flags=re.IGNORECASE)


def _spaced(focus: str, question: str) -> str:
    return focus if language(question) != "en" else f" {focus} ".strip()


def _joined(focus: str, question: str) -> str:
    return f"{question.rstrip('?？')} ({focus})?" if language(question) == "en" else f"{focus}，{question}"


def _focus(question: str, previous: str, answer: str, answered: Callable[[str], str]) -> str:
    """What the conversation is about: the last person for 他, the last work, product or company for 它."""
    folded = fold(question)
    wants_person = bool(_PERSON.search(folded))
    named = _named(previous)
    people = [name for name in named if is_person(name)]
    if wants_person and not people:  # "谁…？" is answered by a name
        people = [name for name in _named(answer or answered(previous)) if is_person(name)]
    if wants_person:
        return people[0] if people else (named[0] if named else "")
    things = [name for name in named if name not in people] or named
    if things:
        return things[0]
    return _topic(previous)


def _named(text: str) -> list[str]:
    """Names in a text as it writes them, works in title marks first."""
    titles = [match.group() for match in re.finditer(r"《[^》]{1,40}》", text)]
    latin = [match.group() for match in re.finditer(r"[A-Z][\w.\-]*(?:\s+[A-Z0-9][\w.\-]*)*", text) if len(match.group()) > 2]
    if language(text) == "en":
        skipped = {"What", "Who", "When", "Where", "Why", "How", "Which", "The", "Did", "Does", "Is", "Are", "And"}
        latin = [" ".join(w for w in name.split() if w not in skipped) for name in latin]
    names = [*titles, *(name for name in chinese_names(fold(text)) if name not in "".join(titles)), *latin]
    return [name for name in dict.fromkeys(names) if name]


def is_person(name: str) -> bool:
    """Whether a name is a person's, as the tagger sees it; two or three capitalised Latin words pass for one."""
    if re.fullmatch(r"[A-Z][a-z]+(?: [A-Z][a-z\-]+){1,2}", name):
        return True
    return all(tag in ("nr", "nrt", "nrfg") for _, tag in tagged(fold(name))) if "《" not in name else False


def _topic(question: str) -> str:
    """The longest run of the question's meaning-bearing words, where nothing has a name."""
    pieces = [piece.strip(" ，,。？?的了在") for piece in without_asking(question).split()]
    return max(pieces, key=len, default="")
