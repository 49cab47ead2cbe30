"""Quantities and dates: what a question asks for by how many, how long or when, and whether a sentence states it."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.numerals import numbers
from ingest.text import HAN

_NUMERALS = "零一二两三四五六七八九十百千万亿多余"
_AMOUNT = r"(?:\d[\d.,]*|[零一二两三四五六七八九十百千几数半]+)\s?[多余来]?[十百千万亿]*[多余]?\s?"
_RELATIVE_DATE = re.compile(  # a date without a figure
    r"[今去前明后当]年|本[月周]|[上下]个?[月周]|[年月周天]以?前|年[初底末中]|近日|日前|昨[天日晚]|今[天日晚]|明天|当[日天年晚场]|"
    r"yesterday|today"
)
_YEAR_ASKED = re.compile(r"哪一?年|\b(?:what|which) (?:\w+ )?years?\b")
_DAY_ASKED = re.compile(r"几月|几号|哪一?[天日月]|\b(?:what|which) (?:\w+ )?(?:dates?|days?|months?)\b")
_DATE = re.compile(
    rf"\d{{2,4}}\s?年|\d{{1,2}}\s?[月日号]|{_RELATIVE_DATE.pattern}|年代|世纪|[{_NUMERALS}元]+[年月]|\d{{1,2}}[:点]\d\d|"
    r"\b(?:19|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
)
_YEAR = re.compile(rf"\d{{4}}\s?年?|[今去前明后当]年|年代|世纪|[{_NUMERALS}元]+年")
_DAY = re.compile(
    rf"\d{{1,2}}\s?[月日号]|[{_NUMERALS}]+月|[昨今]天|昨日|当天|上个?月|\d{{1,2}}[:点]\d\d|周[一二三四五六日]"
)
# Neither a date, 2024年8月12日, nor its place in a row, 第三天.
_DURATION = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?<![第零一二三四五六七八九十百千])(?!(?:1[89]|20)\d\d\s?年|[一二][零一二三四五六七八九]{{3}}年)(?:{_AMOUNT}"
    rf"(?:个?半?(?:年(?![代级底初末度]|\s?\d{{1,2}}\s?月)|周|天|小时|分多?钟|秒|星期|夜|晚|世纪|载|帧)|个半?月|(?<=[半数两多余])月)|"
    rf"(?<!月)(?<!月\s){_AMOUNT}日)|\b(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?)\b"
)
_MONEY_WORDS = r"钱|资金|成本|预算|票房|价[格钱]|费用?|投资|融资|募|营收|收入|报酬|薪|片酬|损失|花费|造价|赚|人民币|块|[美日欧港]?元|美金|英镑"
_MONEY_ASKED = re.compile(
    rf"{_MONEY_WORDS}|\b(?:costs?|budget|box office|earn(?:s|ed)?\b|gross|pay|paid|revenue|raised?|money|price|dollars?|yuan|invest)"
)
# Counts people or things, whatever is said of them: 有多少人有机会参加, how many users shared it.
_COUNT_ASKED = re.compile(
    r"(?:多少|(?<!哪)几)(?:人(?![民力工])|[十百千万亿]?[名位家部](?!分)|[十百千万亿]?个(?![百千万亿钱]))|"
    r"\bhow many (?!(?:[\w.]+ ){0,2}(?:dollars?|yuan|euros?|pounds?|yen|percent|%))"
)
# 有多少付钱的订户 counts people, 多少家公司投资了 companies; 多少合作费 is money.
_COUNTED = re.compile(
    rf"(?:多少|(?<!哪)几)(?!个[百千万亿钱]|[十百千万亿]*(?![个名位家部种项笔款座条]|人(?!民币))[{HAN}]{{0,4}}?(?:{_MONEY_WORDS})(?!的))"
    rf"[个名位家部种项笔]?[{HAN}]{{2}}"
)
_COUNTS = "名位人个员部支篇条集本首款种项段次张幅家所座台卷捲帧份帖户间件套"  # a number before one of these is no money: 1.15万名
_MONEY = re.compile(
    _AMOUNT + r"(?:元|美元|美金|块|人民币|港元|港币|日元|欧元|英镑|美分)|[¥$€£]\s?\d|"
    rf"\d\s?[万亿](?![{_COUNTS}])|(?<!\d)(?!(?:19|20)\d\d年)\d{{4,}}(?![\dp万亿{_COUNTS}])|"
    rf"[一二两三四五六七八九十百千数几]+[千万亿][{_NUMERALS}]*(?![年{_NUMERALS}{_COUNTS}])|"  # 涨到一万四
    r"分之|%|倍|一半|[一二两三四五六七八九半几]成(?![为功立本员都片了])|dollars?|yuan|million|billion"
)
_LENGTH = re.compile(_AMOUNT + r"(?:公里|厘米|米|公尺|英尺|尺|字|页)")
_SHARE_ASKED = re.compile(
    r"比例|百分之|几分之|几成|多少成|占比|概率|几率|率是|"
    r"(?:多大|多少)的?[\w]{0,2}机会|机会(?:能?有|是)?多[大少高]|percent|\b(?:share of|(?:what|market) share)\b|proportion|\bchances?\b"
)
_SHARE = re.compile(
    r"%|成(?=[以之的])|[一二两三四五六七八九半几\d]成(?![为功立本员都片了])|分之|倍|一半|过半|大半|percent|half"
)
_AGE_ASKED = re.compile(r"(?<![有化模距响度积差量])多大(?:年纪|岁|了|[?]?$)|几岁|多少岁|年龄|年纪|how old")
_AGE = re.compile(r"\d\s?岁|[一二三四五六七八九十]岁|[多十百千]年(?:的?历史)?|years? old|出生|生于|\bage")
# A measure word after 多少 or 几 wants a number with the same one, or one of its kin.
_MEASURE_ASKED = re.compile(
    rf"(?<!第)(?:多少|几)\s?[十百千万亿]?(?!公司|部门|成[员果就]|个[^人])(?P<measure>[{HAN}])(?P<noun>[{HAN}]?)"
)
_KIN = (
    "名位人员个",  # those that 个 may stand for have it at their end
    "部支篇条集本首款种项段个",
    "次回趟遍届版度场",
    "米里尺公英",
    "张幅帧个",
    "家所座间处个",
    "倍成",
    "度℃°",
    "字",
    "台辆个",
)
_VAGUE = re.compile(  # no figure, yet an amount
    r"几[十百千万亿]|几个?[年月周天]|几小时|几分钟|数[十百千万]|上[百千万]|半[年天数]|一半|大半|[年月周天]前|多年"
)


def states(kind: str, asked: str, folded: str) -> bool:
    """Whether a sentence states a date, a span of time or an amount as a question asks for it; both in search form.

    `kind`: when, how_long or how_many, of `rag.kinds.KINDS`. Repeating what the question itself says is not enough.
    """
    return _holds(kind, asked, folded) and _adds(kind, asked, folded)


def _holds(kind: str, asked: str, folded: str) -> bool:
    if kind == "when":
        year, day = _YEAR_ASKED.search(asked), _DAY_ASKED.search(asked)
        return bool((_YEAR if year else _DAY if day else _DATE).search(folded))
    if kind == "how_long":
        return bool(_DURATION.search(folded) or ("多长" in asked and _LENGTH.search(folded)))
    amount = _amount(asked)
    return bool(amount.search(folded) if amount else numbers(folded) - numbers(asked))


def _adds(kind: str, asked: str, folded: str) -> bool:
    """Whether the sentence tells more than the question repeats."""
    if kind == "when" and _RELATIVE_DATE.search(folded) and not _RELATIVE_DATE.search(asked):
        return True
    if kind == "how_long" and any(span.group() not in asked for span in _DURATION.finditer(folded)):
        return True
    return bool(numbers(folded) - numbers(asked)) or bool(_VAGUE.search(folded) and not _VAGUE.search(asked))


@lru_cache(maxsize=256)
def _amount(asked: str) -> re.Pattern[str] | None:
    """What a number must come with to be the amount asked for; None where any will do."""
    sorts = ((_AGE_ASKED, _AGE), (_SHARE_ASKED, _SHARE), (_MONEY_ASKED, _MONEY))
    for wanted, held in () if _COUNT_ASKED.search(asked) else sorts:
        if wanted.search(asked) and not (held is _MONEY and _COUNTED.search(asked)):
            return held
    match = _MEASURE_ASKED.search(asked)
    kin = next((kin for kin in _KIN if match and match["measure"] in kin), "")
    if not (match and kin):
        return None
    alone = "|(?<![一几])个" if "个" in kin else ""  # 一个 and 几个 are everywhere
    counted = rf"{_AMOUNT}(?!个(?:半?月|星期|小时|钟头|世纪|百分))(?:个?[{kin.strip('个')}{match['noun']}]{alone})"
    return re.compile(rf"{counted}|\d\s?[多余]?[万亿](?![元块美日欧港])")
