"""Kinds of question, and what a sentence must hold to answer one: a who-question a name, a when-question a date."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.rarity import rarity
from ingest.text import HAN, tagged
from rag.entities import chinese_names, is_plain
from rag.quantities import states

# An English question's first such word is …
_FIRST = r"^(?:(?!\b(?:what|who|whom|whose|how|which|why|where|when)\b).)*\b"
_WHO = (  # people and bodies, in English
    r"(?:(?:direct|act|auth|profess|edit|invest|doct|competit)or|(?:writ|sing|danc|produc|design|play|lead|lawy|research|report|found"
    r"|manag|partn|teach|filmmak)er|\w+ist|\w+ian|company|person|studio|firm|actress|university|school|agency|team|platform|court)\b"
)
# Asked: 几 asks nothing in 几天前谁发布了声明 and 几年内能成吗.
_NOTHING_ELSE = r"^(?!.*(?:什么|谁|哪|怎|如何|多少|吗|是不是|是否|有没有|能不能|能否|会不会|可不可以)).*"
# By the question's words in search form; the first that fits counts.
_ASKED: tuple[tuple[str, str], ...] = (
    ("why", rf"为什么|为何|(?<![任如])何以|缘何|原因|怎么会|凭什么|点解|{_FIRST}why\b|\breasons?\b"),
    ("when", r"什么时候|(?<![任如几])何时|几时|哪一?[年天月日]|几[月号]|(?<!哪)几点(?=[钟半整上下开放播首举结集入进到出起见的,?]|$)|多会儿|什么时间|日期"
             rf"|{_FIRST}when\b|(?:what|which) (?:year|dates?|day|month|time)"),
    ("how_long", r"多久|多长|多少(?:人[力工])?(?:时间|工时|年(?![轻青龄纪少])|天(?![才赋使然空])|周(?![边刊报])|小时|分钟|秒|个?月|个?星期)"
                 rf"|{_NOTHING_ELSE}(?:(?<![那这十近])几(?:年|天|周|分钟|秒|小时)|几个?(?:月|星期|小时))"
                 r"|how long|how many (?:years|months|weeks|days|hours|minutes)"),
    ("who", r"(?:哪里|哪儿|何处|边度)(?:任职|就职|供职|上班|工作|高就|打工)"
            r"|(?:[人员者师家长手方]|导演|主演|编剧|总监|教授|公司|机构|团队|工作室|学校|大学|[父母]亲|妻子|丈夫|[女儿]儿|儿子)"
            r"(?:都|分别)?(?:是|的)?(?:叫什么|什么名字|名字[是叫]什么|名叫什么|姓什么)"
            rf"|\bnames? of (?:(?!film|movie|short|work|book|show|series|model|tool|program|course)\w+ ){{0,4}}{_WHO}"),
    ("what", r"(?:好|差|缺|强|弱|厉害|高明|问题|原因|根子|病根|根源|隐患|区别|差别|不同|难点|难|关键|优势|亮点|瓶颈|短板|妙|错|出路|意义|价值)"
             r"(?:就|到底|究竟)?[在出]在?哪|哪方面|哪个方面"),
    ("where", r"哪里|哪儿|(?<![任如])何[处地]|什么地方|边度|哪[个座家]?(?:地|城|国|省|影院|博物馆|学校|大学)"
              r"|在哪(?![家部个些一类件本张款种方篇期次场条份])"
              rf"|{_FIRST}where\b|(?:which|what) (?:city|country|place|venue|museum|cinema)"),
    ("how_many", r"多少|几多|几分之|第几|多大|多高|多快|多重|百分之几|比例|占比|分辨率|数量"
                 rf"|{_NOTHING_ELSE}(?<![这那好十近])几(?:[个位部名家种项段次岁成倍条集分款支届座张台只场轮遍回篇幅]|[十百千万亿])"
                 r"|\bhow (?:many|much|old|often|high|big|far|fast|large)\b|what (?:percentage|share|proportion|number)"),
    ("which", r"哪[些几]|有什么|都有谁|分别|列举|\blist\b|(?:what|who) are\b|\bnames of\b"
              r"|\bwhich (?:\w+ ){0,2}?\w+[^s\W]s (?:are|were|did|do|have|will|would|can|could|of|from|that)\b"),
    ("who", r"谁|边个|哪位|哪一?个?(?:人|导演|演员)|哪[一个家]*(?:公司|教授|作者|机构|团队|媒体|平台|企业)|(?<![任如])何人"
            rf"|{_FIRST}who(?:m|se)?\b|which (?:\w+ ){{0,2}}?{_WHO}"),
    ("work", r"哪[一]?[部支首本篇款张]|什么(?:电影|影片|片|作品|短片|名字|题目|标题)|叫什么|片名"
             r"|which (?:film|movie|short|work|book|show|series|model)|what .*\b(?:called|title|name)\b"),
    ("opinion", r"看法|观点|认为|觉得|评价|态度|怎么[看说讲]|主张|担心|\bthink|opinion|views?\b|\bsay\b|\bbelieve"),
    ("how", r"如何|点样|怎[么样]样?|怎[么样]才|怎么|方式|方法|\bhow\b"),
    ("yes_no", r"吗|是不是|是否|有没有|能不能|会不会|可不可以|要不要"
               r"|^(?:is|are|was|were|do|does|did|has|have|can|could|will|would|should)\b"),
)  # fmt: skip
_ASKED_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _ASKED)
KINDS = (*dict.fromkeys(kind for kind, _ in _ASKED if kind != "what"), "what")
QUANTITIES = frozenset(("when", "how_long", "how_many"))

_PLACE = re.compile(
    rf"[{HAN}](?:省|市|县|州|国|镇|村|区|馆|院|街|大学|学院|中心|机场|车站|海域|岛|山|河|湖|广场|剧场|影城|电影节|电影展|影展)|\b(?:in|at|near|from) \w"
)
_BODY_ASKED = re.compile(  # of what a company or an institution does as well as a person
    r"领投|跟投|投资|注资|融资|收购|出品|出资|出钱|出的|主办|承办|赞助|资助|发行|研发|开发|推出|运营|哪一?[家个所]|公司|机构|团队|"
    r"任职|就职|供职|上班|工作|高就|打工|invest|fund|sponsor|acquire|compan|studio|firm|organi[sz]|platform|universit|school|court|publish|release|host"
)
_BODY = re.compile(
    rf"[{HAN}a-z0-9]{{2,8}}?(?:资本|创投|基金|集团|影业|传媒|工作室|实验室|研究院|协会|工会|委员会|电影节|影展|大学|学院|法院|医院|"
    rf"出版社|报社|影院|剧院|银行|电视台|客户端|杂志|政府|部门)|[{HAN}]{{4,12}}公司|《[^》]{{1,20}}》"
)
_SOURCE_ASKED = re.compile(r"来自|出自|取自|源自|源于|come from|came from|taken from")
_SOURCE = re.compile(r"来自|出自|取自|源自|源于|从.{1,20}(?:来|取|得|挑|选|找)|\bfrom\b")
_TAGGED_PLACE = ("ns",)
_TAGGED_NAME = ("nr", "nrt", "nrfg", "nt", "nz", "eng")
_COMMON = 5.7  # rarity up to which a Latin word is a word, no name: AI, CEO, app
_TITLE = re.compile(r"[《〈「『“\"]")
_REASON = re.compile(
    r"因为|由于|因此|所以|原因|为了|以便|使得|导致|源于|出于|缘于|归因|以致|从而|旨在|担心|为此|鉴于|because|due to|since|in order"
)
_MANNER = re.compile(r"通过|利用|使用|借助|采用|运用|依靠|以.{1,12}方式|方法|凭借|先.{1,30}再|让|将|by |using|through")
_SPEECH = re.compile(
    r"认为|表示|指出|说|称|觉得|看来|主张|强调|相信|坦言|直言|提出|评价|呼吁|担心|希望|主张|态度|think|say|said|believe|argue"
)


def kind_of(folded_question: str) -> str:
    """One of KINDS."""
    return next((kind for kind, pattern in _ASKED_PATTERNS if pattern.search(folded_question)), "what")


def holds(kind: str, asked: str, folded: str) -> bool:
    """Whether a sentence holds the kind of thing that a question asks for; both in search form.

    A name that the question gives is no answer to who or where, nor a number that it gives to how many.
    """
    if kind in QUANTITIES:
        return states(kind, asked, folded)
    if kind == "who":
        bodies = _BODY.findall(folded) if _BODY_ASKED.search(asked) else []
        return any(name not in asked for name in (*_names(folded, _TAGGED_NAME), *bodies))
    if kind == "where":
        source = _SOURCE_ASKED.search(asked) and _SOURCE.search(folded)
        return bool(source or _PLACE.search(folded)) or any(name not in asked for name in _names(folded, _TAGGED_PLACE))
    pattern = _HELD.get(kind)
    return bool(pattern.search(folded)) if pattern else False


_HELD = {
    "work": _TITLE, "why": _REASON, "how": _MANNER, "opinion": _SPEECH,
    "which": re.compile(r"、|以及|和|及|包括|分别|;|, | and "),
}  # fmt: skip


@lru_cache(maxsize=4096)
def _names(folded: str, tags: tuple[str, ...]) -> tuple[str, ...]:
    found = (word for word, tag in tagged(folded) if tag in tags and len(word) > 1 and not is_plain(word))
    people = chinese_names(folded) if "nr" in tags else ()
    latin = (word for word in found if not word.isascii() or (rarity(word) > _COMMON and not word[0].isdigit()))
    return tuple(dict.fromkeys((*latin, *people)))
