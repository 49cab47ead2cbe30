"""A question that asks for several things, taken apart: each part is looked for on its own."""

from __future__ import annotations

import re
from collections.abc import Callable

from ingest.text import fold, language, tagged, word_at
from rag.comparisons import compared
from rag.conversation import Turn, resolve
from rag.entities import named, unnamed
from rag.query import analyse

_MOST = 4
# Not before more marks, nor within a title or a quotation: 《谁杀了它？》, "Where Are You?"
_QUESTION_END = re.compile(
    r"(?<=[？?])(?![^《〈“「『（]*[》〉”」』）])(?:\s+(?=[^\s？?！!。])|(?=[^\s？?！!。”’\"'」』》〉）)]))"
)
_CLAUSE_END = re.compile(
    r",?\s+and\s+(?=(?:what|who|when|where|how|why|which)\b)|[，,；;]\s*(?:又|并且?|而且?|以及|同时|还)?", re.IGNORECASE
)
_ASKING_WORD = r"(?:by |for |to |with )?(?:what|whom?|when|where|why|how(?: (?:long|many|much))?)"
_SEVERAL_ASKING_WORDS = re.compile(  # Where and when did …, When, where and by whom was …
    rf"(?P<words>{_ASKING_WORD}(?:(?:,? and |, ){_ASKING_WORD})+) (?P<asked>.+)", re.IGNORECASE
)
_EACH = re.compile(
    r"分别|分別|各自|各(?!有关|[种種类類方地国國界位个個项項大家级級省市部行式样樣条條区區路族校企届屆])|"
    r"都(?=[是说跟和把对有在从]|认为|觉得|怎么|如何)|\b(?:respectively|each|both)\b",
    re.IGNORECASE,
)
# “A和B都…，两人各…”: of one alone, only what follows is asked.
_TOGETHER = re.compile(
    r"(?:[两兩二三四]个?人|[两兩]个|[两兩二]者|他们|她们|它们|他們|她們|它們)?(?:各自|各|分别|分別|都)(?=[是有在为花用拿怎从对把做])"
)
_AND = re.compile(r"[、和与跟及]|以及|\s+and\s+|,\s*")
_ASKS = re.compile(  # in search form; 十几秒 and 几年内 tell, they don't ask
    r"谁|什么|哪|(?<!任)何[时地处人]|为何|多少|多[久长大高快]|(?<![十好数])几(?!乎|年内|年来|天内|个月内)|怎[么样]|如何|吗$|"
    r"\b(?:what|who|whom|whose|when|where|why|how|which)\b"
)
_REQUESTS = re.compile(  # in search form; without a mark they ask as well
    r"介绍|说说|谈谈|讲讲|列举|列出|总结|概括|解释|比较|\b(?:tell me|describe|explain|list|compare|summari[sz]e|introduce)\b"
)
_PREDICATE = re.compile(r"是?(?:谁|誰)|[是叫]什[么麼]|叫[什啥]|是?在?哪|是?几[年月岁]|有多|花了?多少|多少|怎[么麼样樣]")
# From here on, what is said of the items is said of all of them: 甲和乙|在版权上, 甲和乙|，成本, 甲和乙|的首映.
_SHARED = re.compile(r"[，,]|在(?=.{2,}[上中里])|对(?=.{2,})|(?<=\S\S)的(?=[^的]{1,4}$)")


def parts(question: str) -> list[str]:
    """The questions in a question, each complete; the question alone where it is one.

    “A花了多少钱？B呢又多久？” and “A花了多少，又花了多久？” ask twice; “A和B分别……？” asks the same of each, as does “A和B谁……
    更高？”. What is said beside a question and asks nothing is no part.
    """
    pieces = list(dict.fromkeys(part.strip() for part in _QUESTION_END.split(question) if part.strip()))
    if len(pieces) > 1:
        return [piece for piece in pieces if _asks(piece)][:_MOST] or [question]
    for taken_apart in (_each, compared, _by_asking_word, _clauses):
        if len(found := taken_apart(question)) > 1:
            return found[:_MOST]
    return [question]


def completed(asked: list[str], question: str, answered: Callable[[str], str]) -> list[str]:
    """The parts of a question, those that name nothing and stand there as typed understood after the one before.

    《灯塔》的票房是多少？是谁导演的？ asks twice of one film. `answered`: question → its answer's text.
    """
    whole = asked[:1]
    for part in asked[1:]:
        leans = part in question and not _names_its_own(part)
        whole.append(resolve(part, [Turn(whole[-1])], answered) if leans else part)
    return whole


def _names_its_own(part: str) -> bool:
    """Whether a question names a subject, be it only a place: 蒙古的首都在哪里？."""
    return bool(analyse(part).names) or any(tag == "ns" for _, tag in tagged(fold(part)))


def _asks(piece: str) -> bool:
    """Whether a sentence beside a question asks something too: 谢谢！ and 请用一句话回答。 don't."""
    folded = fold(piece)
    return bool(
        folded.rstrip(" !.。~”’\"'」』》)").endswith("?") or _ASKS.search(unnamed(folded)) or _REQUESTS.search(folded)
    )


def _by_asking_word(question: str) -> list[str]:
    """“Where and when was it held?” → “Where was it held?” and “when was it held?”."""
    match = _SEVERAL_ASKING_WORDS.fullmatch(question)
    return [f"{word} {match['asked']}" for word in re.split(r",? and |, ", match["words"])] if match else [question]


def _clauses(question: str) -> list[str]:
    """Clauses that each ask something; a clause without a name of its own is asked of the first one's names."""
    clauses = [clause.strip() for clause in _CLAUSE_END.split(question) if clause and clause.strip()]
    if len(clauses) < 2 or not all(_ASKS.search(unnamed(fold(clause))) for clause in clauses):
        return [question]
    return [clauses[0], *(clause if analyse(clause).names else _about(clauses[0], clause) for clause in clauses[1:])]


def _about(first: str, clause: str) -> str:
    """A clause with the subject of the first one: what stands before its asking, or its names."""
    if language(clause) == "en":
        names = " ".join(named(first))
        return f"{clause.rstrip('?')} ({names})?" if names else clause
    asking = _PREDICATE.search(first)
    subject = first[: asking.start()] if asking and asking.start() > 1 else "和".join(named(first))
    return f"{subject}{clause}"


def _each(question: str) -> list[str]:
    """“A和B，成本分别是多少？” → “A，成本是多少？” and “B，成本是多少？”; “A的甲和乙” → “A的甲” and “A的乙”."""
    mark = _EACH.search(question)
    if not mark:
        return [question]
    head, tail = question[: mark.start()], question[mark.end() :]
    ands = _ands(head)
    shared = _SHARED.search(head, ands[0][1] + 1) if ands else None
    listed, common = (head[: shared.start()], head[shared.start() :]) if shared else (head, "")
    items = _items(listed)
    sure = mark.group() in ("分别", "分別", "各自", "各", "respectively")
    owner = items[0].rpartition("的")[0]
    if owner and not common and not any(map(named, items[1:])):
        items = [items[0], *(f"{owner}的{item}" for item in items[1:])]  # 片子的时间和经费
    elif len(items) < 2 or not all(items) or not (sure or all(named(item) for item in items)):
        return [question]
    return [f"{item}{common}{_TOGETHER.sub('', tail)}" for item in items]


def _items(listed: str) -> list[str]:
    begins, ends = [0], []
    for begin, end in _ands(listed):
        ends.append(begin)
        begins.append(end)
    return [listed[begin:end].strip(" ，,") for begin, end in zip(begins, [*ends, len(listed)], strict=True)]


def _ands(text: str) -> list[tuple[int, int]]:
    """Where the words that join items begin and end; 及 and 与 in 普及率 and 参与 join none."""
    found = (match.span() for match in _AND.finditer(text))
    return [(begin, end) for begin, end in found if end - begin > 1 or len(word_at(text, begin)[1]) == 1]
