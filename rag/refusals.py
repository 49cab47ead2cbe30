"""How a model says, in words of its own, that the passages hold no answer: “文章没有提到……”.

Only what was handed to the model may be the subject. “检方材料没有提供数据” and “Sources did not say” are things that an
article reports.
"""

from __future__ import annotations

import re

from ingest.text import fold

_SORRY = (
    r"(?:(?:很|非常)?(?:抱歉|遗憾|对不起|不好意思)(?:的是)?[,，.。!！]?\s*)?(?:(?:但是?|不过|然而)[,，]?)?"
    r"(?:(?:关于|至于|对于|有关|对)[^,，。]{1,20}[,，]\s*)?"
)
# No two of these can read the same characters, so that a long run of them is read one way only.
_GIVEN = (
    r"(?:提供|给出|给定|检索到|找到|引用|所给|所|您|你|用户|我|已有|现有|以上|上述|上面|目前|当前|参考|"
    r"相关|所有|任何|全部|这|那|些|该|本|各|两|几|[一二三四五\d篇个段份的\s])*"
)
_MATERIAL = rf"{_GIVEN}(?:文章|资料|段落|文中|材料|报道|原文|本文|文本|(?<=的)信息|(?<=的)内容|(?<=上)内容)+"
_NOT = r"(?:都|均|也|并|其实)*(?:没有|没|未|未能|没能)(?:被)?(?:明确|具体|直接|详细)?(?:地)?"
_TOLD = r"(?:提到|提及|提供|说明|给出|涉及|回答|写明|说|交代|透露|找到|包含|记载|介绍|披露|公布|谈到|讲到)"
_NOTHING = (
    rf"(?:{_NOT}{_TOLD}|{_NOT}(?:任何)?(?:相关|有关|关于|对应)[^,，。]{{0,30}}(?:信息|资讯|内容|资料|描述|说明|记载|答案|介绍)"
    r"|(?:都|均|并)?无法(?:直接)?(?:回答|确定|得知|判断)|没有答案)"
)
_CHINESE = (
    rf"{_SORRY}{_MATERIAL}[^,，认称说指显]{{0,6}}{_NOTHING}",
    rf"{_SORRY}(?:根据|依据|按照|按|从|在){_MATERIAL}(?:的?内容)?(?:里面?|中|内|来看|看)*[,，]?\s*(?:其中|里面|我)?{_NOTHING}",
    rf"{_SORRY}(?:未能?|没有|没能)找到(?:任何)?(?:相关|有关|关于|与)",
    rf"[^,，。]{{1,14}}在{_MATERIAL}[里中内]?{_NOT}(?:提到|提及|说明|涉及)[\W_]*$",
)
_DETERMINERS = (
    r"(?:(?:the|these|those|this|that|your|any|all|of|two|three|four|five|provided|given|available|above|supplied|retrieved|"
    r"cited|numbered|news|source|\d+)\s)"
)
_TEXTS = r"(?:passages?|articles?|texts?|excerpts?|documents?|context)"
_PASSAGES = (
    rf"(?:{_DETERMINERS}*{_TEXTS}|{_DETERMINERS}+(?:sources?|materials?))"
    r"(?:,?\s(?:that|you|i|we|was|were|have|provided|given|supplied|above|below|here|themselves|itself))*,?\s*"
)
_TELL = r"(?:mention|sa(?:y|id)|state|specif(?:y|ie)|provide|answer|give|tell|contain|indicate|address|include|explain|discusse?|describe)"
_DO_NOT = r"(?:do(?:es)? not|don['’]t|doesn['’]t|did not|didn['’]t)"
_REGRET = (
    r"(?:(?:i['’]?m |i am |we['’]re )?(?:very )?(?:sorry|unfortunately|apologies)[,:;.]?\s*)?(?:(?:but|however),?\s)?"
    rf"(?:(?:based on|according to|in|from) {_PASSAGES})?"
)
_ENGLISH = (
    rf"{_REGRET}{_PASSAGES}{_DO_NOT}\s(?:\w+ly\s)?(?:even\s)?{_TELL}",
    rf"{_REGRET}(?:none|neither|nothing)\s(?:of|in)\s{_PASSAGES}(?:\w+ly\s)?{_TELL}s?\b",
    rf"{_REGRET}(?:there (?:is|are|was|were) |i (?:found|find|see) )?no (?:\w+ ){{0,2}}?"
    rf"(?:mention|information|details?|reference|answer)\b[^.]{{0,60}}?\b(?:in|within|from|by) {_PASSAGES}(?:[,;.:\[]|$)",
)
_NOT_TOLD = re.compile(f"^(?:{'|'.join((*_CHINESE, *_ENGLISH))})")
_REPORTED = re.compile(r"^(?:the |these )?sources? (?:did not|didn['’]t)")  # press for people who were asked


def is_untold(sentence: str) -> bool:
    """Whether a sentence begins by saying that the passages don't tell something."""
    folded = re.sub(r"^[\W_]+", "", fold(sentence))
    return bool(_NOT_TOLD.search(folded)) and not _REPORTED.search(folded)
