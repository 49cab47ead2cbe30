"""Kinds of question, and what a sentence must hold to answer one: a who-question a name, a when-question a date."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.numerals import numbers
from ingest.rarity import rarity
from ingest.text import HAN, tagged

# By the question's words in search form; the first that fits counts.
_ASKED: tuple[tuple[str, str], ...] = (
    ("why", r"为什么|为何|何以|缘何|原因|怎么会|凭什么|\bwhy\b|\breasons?\b"),
    ("when", r"什么时候|何时|哪一?[年天月日]|几[月号年点]|多会儿|什么时间|日期|\bwhen\b"
             r"|(?:what|which) (?:year|date|day|month|time)"),
    ("how_long", r"多久|多长|多少(?:时间|[年天周小分秒]|个?月|个?星期)|几(?:天|周|分钟|秒|小时)|几个?(?:月|星期|小时)|花了?几|how long"
                 r"|how many (?:years|months|weeks|days|hours|minutes)"),
    ("where", r"哪里|哪儿|何处|何地|什么地方|哪[个座家]?(?:地|城|国|省|影院|博物馆|学校|大学)|在哪(?!家|部|个|些|一)|\bwhere\b"
              r"|(?:which|what) (?:city|country|place|venue|museum|cinema)"),
    ("how_many", r"多少|几分之|几[个位部名家种项段次岁成倍条集分款支届]|第几|多大|多高|多快|百分之几|比例|占比|分辨率|数量"
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

_AMOUNT = r"(?:\d[\d.,]*|[零一二两三四五六七八九十百千几数半]+)\s?[多余来]?[十百千万亿]*[多余]?\s?"
_DATE = re.compile(
    r"\d{2,4}年|\d{1,2}月|\d{1,2}[日号]|[今去前明]年|本[月周]|上[个]?[月周]|[年月周天]以?前|年代|世纪|近日|日前|昨[天日]|当[日天年晚]|"
    r"[一二三四五六七八九十]月|\b(?:19|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|"
    r"november|december|yesterday|today)\b"
)
_YEAR = re.compile(r"\d{4}年?|[今去前明当]年|年代|世纪")
_DAY = re.compile(r"\d{1,2}月|\d{1,2}[日号]|[一二三四五六七八九十]月|昨[天日]|今天|当天")
_DURATION = re.compile(
    _AMOUNT + r"(?:个)?(?:年|月|周|天|日|小时|分钟|秒|星期|夜|晚|世纪|载|帧)|\b(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?)\b"
)
_PLACE = re.compile(
    rf"[{HAN}](?:省|市|县|州|国|镇|村|区|馆|院|街|大学|学院|中心|机场|车站|海域|岛|山|河|湖|广场|剧场|影城|电影节|电影展|影展)|\b(?:in|at|near|from) \w"
)
_MONEY_ASKED = re.compile(
    r"钱|成本|预算|票房|价[格钱]|费用?|投资|融资|募|营收|收入|报酬|薪|片酬|损失|花费|造价|赚|多少(?:美|欧|日|港)?元|"
    r"\b(?:costs?|budget|box office|earn|gross|pay|paid|revenue|raised?|money|price|dollars?|yuan|invest)"
)
_COUNTS = "名位人个员部支篇条集本首款种项段次张幅家所座台"  # a number before one of these is no money: 1.15万名
_MONEY = re.compile(
    _AMOUNT + r"(?:元|美元|美金|块|人民币|港元|港币|日元|欧元|英镑|美分)|[¥$€£]\s?\d|"
    rf"\d\s?[万亿](?![{_COUNTS}])|(?<!\d)(?!(?:19|20)\d\d年)\d{{4,}}(?![\dp万亿{_COUNTS}])|"
    r"分之|%|倍|一半|dollars?|yuan|million|billion"
)
_SHARE_ASKED = re.compile(r"比例|百分之|几分之|占比|概率|几率|机会|率是|percent|share|proportion|chance")
_SHARE = re.compile(r"%|成(?=[以之的])|分之|倍|一半|过半|大半|percent|half")
_AGE_ASKED = re.compile(r"(?<!有)多大(?:年纪|岁|了|[?]?$)|几岁|多少岁|年龄|年纪|how old")
_AGE = re.compile(r"\d\s?岁|[一二三四五六七八九十]岁|years? old|出生|生于|\bage")
# A measure word after 多少 or 几 wants a number with the same one, or one of its kin.
_MEASURE_ASKED = re.compile(r"(?:多少|几|第几)\s?(?:万|亿|百|千|十)?(?P<measure>[" + HAN + r"])")
_KIN = ("名位人个员", "部支篇条集本首款种项段", "次回趟遍届版", "米里尺公英", "张幅帧", "家所座间处", "倍成", "度", "字", "分", "台")
_TAGGED_PLACE = ("ns",)
_TAGGED_NAME = ("nr", "nrt", "nrfg", "nt", "nz", "eng")
_COMMON = 5.7  # rarity up to which a Latin word is a word, no name: AI, CEO, app
_TITLE = re.compile(r"[《〈「『“\"]")
_REASON = re.compile(r"因为|由于|因此|所以|原因|为了|以便|使得|导致|源于|出于|缘于|归因|以致|从而|旨在|担心|为此|鉴于|because|due to|since|in order")
_MANNER = re.compile(r"通过|利用|使用|借助|采用|运用|依靠|以.{1,12}方式|方法|凭借|先.{1,30}再|让|将|by |using|through")
_SPEECH = re.compile(r"认为|表示|指出|说|称|觉得|看来|主张|强调|相信|坦言|直言|提出|评价|呼吁|担心|希望|主张|态度|think|say|said|believe|argue")


def kind_of(folded_question: str) -> str:
    """One of KINDS."""
    return next((kind for kind, pattern in _ASKED_PATTERNS if pattern.search(folded_question)), "what")


def holds(kind: str, asked: str, folded: str) -> bool:
    """Whether a sentence holds the kind of thing that a question asks for; both in search form.

    A name that the question gives is no answer to who or where, nor a number without the measure that is asked for.
    """
    if kind == "how_many":
        return _amount(asked).search(folded) is not None if _amount(asked) else bool(numbers(folded) - numbers(asked))
    if kind == "who":
        return any(name not in asked for name in _names(folded, _TAGGED_NAME))
    if kind == "where":
        return bool(_PLACE.search(folded)) or any(name not in asked for name in _names(folded, _TAGGED_PLACE))
    if kind == "when":
        year, day = re.search(r"哪一?年|year", asked), re.search(r"几月|几号|哪一?[天日月]|date|day|month", asked)
        return bool((_YEAR if year else _DAY if day else _DATE).search(folded))
    pattern = _HELD.get(kind)
    return bool(pattern.search(folded)) if pattern else False


_HELD = {
    "how_long": _DURATION, "work": _TITLE, "why": _REASON, "how": _MANNER, "opinion": _SPEECH,
    "which": re.compile(r"、|以及|和|及|包括|分别|;|, | and "),
}  # fmt: skip


@lru_cache(maxsize=256)
def _amount(asked: str) -> re.Pattern[str] | None:
    """What a number must come with to be the amount asked for; None where any will do."""
    for wanted, held in ((_AGE_ASKED, _AGE), (_SHARE_ASKED, _SHARE), (_MONEY_ASKED, _MONEY)):
        if wanted.search(asked):
            return held
    match = _MEASURE_ASKED.search(asked)
    kin = next((kin for kin in _KIN if match and match["measure"] in kin), "")
    return re.compile(_AMOUNT + f"[{kin}]") if kin else None


@lru_cache(maxsize=4096)
def _names(folded: str, tags: tuple[str, ...]) -> tuple[str, ...]:
    found = (word for word, tag in tagged(folded) if tag in tags and len(word) > 1)
    return tuple(word for word in found if not word.isascii() or (rarity(word) > _COMMON and not word[0].isdigit()))
