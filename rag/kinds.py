"""Kinds of question, and what a sentence must hold to answer one: a who-question a name, a when-question a date."""

from __future__ import annotations

import re

from ingest.numerals import numbers
from ingest.text import HAN, tagged

# By the question's words in search form; the first that fits counts.
_ASKED: tuple[tuple[str, str], ...] = (
    ("why", r"为什么|为何|何以|缘何|原因|怎么会|凭什么|\bwhy\b|\breasons?\b"),
    ("when", r"什么时候|何时|哪一?[年天月日]|几[月号年点]|多会儿|什么时间|日期|\bwhen\b"
             r"|(?:what|which) (?:year|date|day|month|time)"),
    ("how_long", r"多久|多长|多少(?:时间|[年天周小分秒]|个?月|个?星期)|几[天周分秒小]|几个?(?:月|星期|小时)|花了?几|how long"
                 r"|how many (?:years|months|weeks|days|hours|minutes)"),
    ("where", r"哪里|哪儿|何处|何地|什么地方|哪[个座家]?(?:地|城|国|省|影院|博物馆|学校|大学)|在哪|\bwhere\b"
              r"|(?:which|what) (?:city|country|place|venue|museum|cinema)"),
    ("how_many", r"多少|几[个位部名家种项段次岁成倍条集分款支届]|第几|多大|多高|多快|百分之几|比例|占比|分辨率|数量"
                 r"|\bhow (?:many|much|old|often|high|big|far|fast|large)\b|what (?:percentage|share|proportion|number)"),
    ("which", r"哪[些几]|有什么|都有谁|分别|列举|\bwhich\b.*\b\w+s\b|\blist\b|(?:what|who) are\b|\bnames? of\b"),
    ("who", r"谁|哪位|哪一?个?(?:人|导演|演员)|哪[一个家]*(?:公司|教授|作者|机构|团队|媒体|平台|企业)|何人"
            r"|\bwho(?:m|se)?\b|which (?:director|company|person|professor|author|studio|firm)"),
    ("work", r"哪[一]?[部支首本篇款]|什么(?:电影|影片|片|作品|短片|名字|题目|标题)|叫什么|片名"
             r"|which (?:film|movie|short|work|book|show|series|model)|what .*\b(?:called|title|name)\b"),
    ("opinion", r"看法|观点|认为|觉得|评价|态度|怎么[看说讲]|主张|担心|\bthink|opinion|views?\b|\bsay\b|\bbelieve"),
    ("how", r"如何|怎[么样]样?|怎[么样]才|怎么|方式|方法|\bhow\b"),
    ("yes_no", r"吗|是不是|是否|有没有|能不能|会不会|可不可以|要不要"
               r"|^(?:is|are|was|were|do|does|did|has|have|can|could|will|would|should)\b"),
)  # fmt: skip
_ASKED_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _ASKED)
KINDS = (*(kind for kind, _ in _ASKED), "what")

_DATE = re.compile(
    r"\d{2,4}年|\d{1,2}月|\d{1,2}[日号]|[今去前明]年|本[月周]|上[个]?[月周]|年代|世纪|近日|日前|昨[天日]|当[日天年晚]|"
    r"[一二三四五六七八九十]月|\b(?:19|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|"
    r"november|december|yesterday|today)\b"
)
_DURATION = re.compile(
    r"[\d一二三四五六七八九十两几半数百多][\d.]*\s?(?:多|余|来|个)*(?:年|月|周|天|日|小时|分钟|秒|星期|夜|晚|世纪|载)|"
    r"\b(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?)\b"
)
_PLACE = re.compile(
    rf"[在于赴到至从][{HAN}]{{2,}}|[{HAN}](?:省|市|县|州|国|镇|村|区|馆|院|街|大学|学院|中心|机场|车站|海域|岛|山|河|湖)|"
    r"\b(?:in|at|near|from) \w"
)
_TITLE = re.compile(r"[《〈「『“\"]")
_REASON = re.compile(r"因为|由于|因此|所以|原因|为了|以便|使得|导致|源于|出于|缘于|归因|以致|从而|旨在|担心|为此|鉴于|because|due to|since|in order")
_MANNER = re.compile(r"通过|利用|使用|借助|采用|运用|依靠|以.{1,12}方式|方法|凭借|先.{1,30}再|让|将|by |using|through")
_SPEECH = re.compile(r"认为|表示|指出|说|称|觉得|看来|主张|强调|相信|坦言|直言|提出|评价|呼吁|担心|希望|主张|态度|think|say|said|believe|argue")


def kind_of(folded_question: str) -> str:
    """One of KINDS."""
    return next((kind for kind, pattern in _ASKED_PATTERNS if pattern.search(folded_question)), "what")


def holds(kind: str, folded: str) -> bool:
    """Whether a sentence in search form holds the kind of thing that is asked for."""
    if kind == "how_many":
        return bool(numbers(folded))
    if kind == "who":
        return _has_name(folded)
    pattern = _HELD.get(kind)
    return bool(pattern.search(folded)) if pattern else False


_HELD = {
    "when": _DATE, "how_long": _DURATION, "where": _PLACE, "work": _TITLE, "why": _REASON, "how": _MANNER,
    "opinion": _SPEECH, "which": re.compile(r"、|以及|和|及|包括|分别|;|, | and "),
}  # fmt: skip


def _has_name(folded: str) -> bool:
    return any(tag in ("nr", "nrt", "nrfg", "nt", "nz", "eng") and len(word) > 1 for word, tag in tagged(folded))
