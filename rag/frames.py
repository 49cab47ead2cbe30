"""What stands around a question and asks nothing: polite openings, and the requests that mean “who, or what, is …?”."""

from __future__ import annotations

import re

from ingest.text import fold, language

# All in search form.
_GREETING = r"(?:(?:你好|您好|大家好|嗨|hi|hello|hey)[\s,!.]+)"
_OPENING = re.compile(
    rf"^{_GREETING}?(?:(?:请问|想问|敢问|借问|麻烦问|劳驾问)(?:一?下)?|我(?:很|就|还)?想(?:知道|问|了解|请教)(?:一?下)?"
    r"|(?:请|麻烦|劳烦)?[你您]?(?:能不能|能否|可不可以|可否|可以|能)?请?[你您]?告诉(?:一下)?我们?(?:一?下)?"
    r"|(?:请问)?(?:[你您]|有人|有没有人)知(?:不知)?道(?=.*(?:谁|什么|哪|多少|多[久长大高]|几|怎|如何|为何|何时))"
    r"|(?:please |kindly )?(?:(?:could|can|would|will) you )?(?:please |kindly )?tell (?:me|us)(?= (?:who|what|when|where|why|how|which|if|whether|the)\b)"
    r"|(?:please )?do you know(?= (?:who|what|when|where|why|how|which)\b)"
    r"|(?:i (?:want|wish|need|would like|['’]d like)|i['’]d (?:like|love)) to know(?= (?:who|what|when|where|why|how|which)\b)"
    r"|may i (?:ask|know)(?= (?:who|what|when|where|why|how|which)\b)|excuse me\b|please\b)[\s,:]*"
)
_ASKED_WHETHER = re.compile(r"知(?:不知)?道|能不能|能否|可不可以|可以|[你您]能")  # 你知道…吗: the 吗 belongs to it
_CLOSING_MA = re.compile(r"吗(?=[\s?.!。]*$)")
_END = r"\s*[?.!。~]*\s*$"
_NAME = r"[《〈「『“\"]?(.{2,}?)[》〉」』”\"]?"
_WHO_IS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^{_NAME}\s*(?:是|到底是|究竟是)(?:谁|什么人|何许人也?|哪位|何人)[呀啊呢哪嘛吗]?{_END}",
        rf"^(?:谁是|边个系){_NAME}[呀啊呢]?{_END}",
        rf"^{_NAME}\s*(?:是|到底是|究竟是)个?什么(?:东西|公司|机构|组织|平台|模型|软件|工具|电影|影片|片子?|节目)?[呀啊呢]?{_END}",
        r"^(?:请|麻烦|帮我|给我|简单|详细|[你您](?:能不能|能否|可以|能)?|(?:能不能|能否|可不可以|可以|能))*"
        rf"(?:介绍|说说|谈谈|讲讲|聊聊|说一下|讲一下)(?:介绍|一?下)?(?:关于)?\s*{_NAME}(?:这个人|其人|吧|吗|好吗)?{_END}",
        rf"^who(?: is| was| are|['’]s| exactly is) {_NAME}{_END}",
        rf"^who {_NAME} (?:is|was){_END}",
        rf"^what(?: exactly)?(?: is| was| are|['’]s) {_NAME}{_END}",
        r"^(?:(?:could|can|would|will) you )?(?:please )?"
        rf"(?:tell (?:me|us) (?:something |more |a bit |a little )?about|introduce|describe|what do you know about) {_NAME}{_END}",
    )
)


_COURTESY = re.compile(
    r"(?:好[的吧]?|嗯+|哦+|噢|行吧?|ok(?:ay)?|great|nice|cool|got it|i see|明白了?|知道了|懂了|了解了?|收到|不错|很好|太好了|棒|"
    r"(?:非常|十分|万分|太|多)?(?:感谢|谢谢|谢|唔该|多谢)[你您了啦啊哦呀]*|辛苦[你您]?了|没事了?|没有了|算了|不用了|拜拜|再见|回头见|晚安|抱歉|对不起|"
    r"[你您]好[啊呀]?|大家好|嗨|哈喽|早上?好|下午好|晚上好|在吗|hi|hello|hey|(?:many )?thanks?(?: you)?(?: (?:so|very) much| a lot)?|bye(?:[ -]?bye)?|"
    r"good(?:bye| morning| evening| night| afternoon)|sorry)(?: there| then)?[\s,.!?。~、]*"
)
_MORE = re.compile(
    r"(?:那|然后|除此之外,?|除此以外,?|另外)?(?:还有(?:呢|吗|没有|别的吗?|其他的?吗?|更多吗?|什么)?|(?:别的|其他的?|其它的?|更多)(?:呢|吗)|继续(?:说|讲)?|接着说|再多?说[说点些]?)"
    r"|(?:and )?(?:what|anything|something) (?:else|more)|(?:tell me )?more|go on"
)
_CORRECTION = re.compile(
    r"^(?:(?:不对|不是|错了|不|no|sorry)[,，。.!]?\s*)?(?:我(?:说|问|指|想问|要问|想说)的?是|i (?:meant|mean)|我是[说问])\s*(?P<meant>.+?)[?？。.!！]*$"
    r"|^不是[^,，?？]+[,，]?\s*(?:而)?是(?P<other>[^,，?？]+?)呢?[?？。.!！]*$",
    re.IGNORECASE,
)
_CONTRACTED = re.compile(r"(?<=[a-z])['’](?:re|ve|ll|d|m|t)\b")
_WHOLE = (("can't", "can not"), ("won't", "will not"), ("shan't", "shall not"))


def uncontracted(folded: str) -> str:
    """English text in search form with didn't as did not and who’s as who's, which no word is made of."""
    straight = re.sub(r"(?<=[a-z])’(?=(?:s|t|re|ve|ll|d|m)\b)", "'", folded)
    for short, whole in _WHOLE:
        straight = re.sub(rf"\b{short}\b", whole, straight)
    return _CONTRACTED.sub("", re.sub(r"n't\b", " not", straight))


def is_courtesy(folded: str) -> bool:
    """Whether somebody only greets, thanks or takes leave; in search form."""
    at, said = 0, folded.strip()
    while match := _COURTESY.match(said, at):  # one by one: a pattern of them all could be tried in too many ways
        at = match.end()
    return 0 < at == len(said)


def asks_for_more(folded: str) -> bool:
    """Whether somebody only wants to be told more of the same: 还有呢？; in search form."""
    return bool(_MORE.fullmatch(folded.strip(" ?.!。~")))


def corrected(question: str) -> str:
    """What somebody says to have meant, as a question's bare subject: 我说的是第二部 is 第二部呢？; else the question."""
    folded = fold(question)
    match = _CORRECTION.match(folded if len(folded) == len(question) else question)
    if not match:
        return question
    meant = question[slice(*match.span("meant" if match["meant"] else "other"))]
    return f"What about {meant}?" if language(question) == "en" else f"{meant}呢？"


def unframed(folded: str) -> str:
    """A question in search form without its polite opening: 请问王岚是谁? and 你知道王岚是谁吗? ask 王岚是谁?."""
    opening = _OPENING.match(folded)
    rest = folded[opening.end() :] if opening else ""
    if not opening or len(rest.strip(" ?.!。")) < 2:  # an opening alone is the question
        return folded
    return _CLOSING_MA.sub("", rest) if _ASKED_WHETHER.search(opening.group()) else rest


def introduced(folded: str) -> str:
    """Whom or what a question in search form wants to be told about and nothing else of, or "".

    王岚是谁？ and 介绍一下王岚 ask what there is to say of her; 王岚的老师是谁？ asks for another's name.
    """
    asked = unframed(folded)
    return next((match[1].strip() for pattern in _WHO_IS if (match := pattern.match(asked))), "")
