"""Words of which one excludes the other: 提高 and 降低, 支持 and 反对, 每周 and 每月."""

from __future__ import annotations

import re
from collections.abc import Iterator

# In search form. A word may stand on one side only, and not every contrary of each other word there is its own.
_KINDS = {
    "up": (
        "提高|提升|增加|增长|增强|增大|上升|上涨|上调|升高|升至|扩大|扩张|延长|拉长|拉大|加大|加快|加速|回升|攀升|推高|翻倍|翻番"
        r"|\b(?:increas(?:e|es|ed|ing)|r(?:ise|ises|isen|ising|ose)|gr(?:ow|ows|ew|own|owing)|rais(?:e|es|ed|ing))\b",
        "降低|下降|下跌|下滑|下调|减少|减弱|减半|削减|削弱|缩减|缩短|缩小|压缩|大?砍|裁减|缩水|节省|节约|放缓|减缓|放慢"
        r"|\b(?:decreas(?:e|es|ed|ing)|f(?:all|alls|ell|allen|alling)|drop(?:s|ped|ping)?|declin(?:e|es|ed|ing)"
        r"|reduc(?:e|es|ed|ing)|lower(?:s|ed|ing))\b",
    ),
    "for": (
        r"支持|赞成|赞同|拥护|力挺|称赞|赞扬|\b(?:support|back|prais|welcom)(?:e?s|e?d|ing|e)?\b",
        r"反对|抵制|抗议|抵触|批评|谴责|\b(?:oppos|criticis|criticiz|protest|boycott|reject)(?:e?s|e?d|ing|e)?\b",
    ),
    "hope": (r"乐观|看好|\boptimis\w+", r"悲观|看衰|\bpessimis\w+"),
    "more": ("越来越多|更多|最多|多数", "越来越少|更少|最少|少数"),
    "higher": ("更高|最高|较高", "更低|最低|较低"),
    "much": ("大幅|大大", "小幅|略微|稍微"),
    "first": (
        "首次|第一次|初次|首度|头一[次回]|(?<=[^a-z])first time",
        "再次|第二次|又一次|再度|最后一次|second time",
    ),
    "begin": ("开始|启动|开启", "结束|终止|停止|终结|落幕"),
    "accept": ("接受|同意|答应|批准", "拒绝|驳回|否决|回绝"),
    "join": (r"加入|加盟|\bjoin(?:s|ed|ing)?\b", r"退出|离开|离职|辞去|\b(?:leav(?:e|es|ing)|left|quit)\b"),
    "succeed": (r"成功|\bsucce(?:ed|ss)\w*", r"失败|\bfail\w*"),
    "profit": ("盈利", "亏损"),
    "content": ("满意", "失望|不满"),
    "graduate": ("毕业", "退学|辍学|肄业"),
    "launch": ("上线|推出|发布", "下架|下线|停运"),
    "yes": ("肯定的", "否定的"),
    "best": ("最好|最佳|最强", "最差|最糟|最弱"),
    "must": ("必须|必需|务必|不得不|需要", "不必|无需|无须|不用|不需要"),
    "can": (
        r"可以|能够|足以|(?<![不可功职才智技动产只])能(?![力量源耗])",
        "难以|很难|无法|没法|不能|不可能|不可以|做不到",
    ),
    "how often": (
        "累计|总共|共计|合计|总计",
        r"每[天日]|日均|\b(?:daily|(?:per|a|every) day)\b",
        r"每个?(?:周|星期)|周均|\b(?:weekly|(?:per|a|every) week)\b",
        r"每个?月|月均|\b(?:monthly|(?:per|a|every) month)\b",
        r"每年|年均|\b(?:annual(?:ly)?|yearly|(?:per|a|every) year)\b",
    ),
}
_WORDS = {kind: tuple(map(re.compile, sides)) for kind, sides in _KINDS.items()}
_REACH, _REACH_LATIN = 4, 24  # characters
_NEGATED = re.compile(r"(?:不|没有?|未|无|非|别|勿|难以|not|never|no)[再会能曾有可要想被得\s]{0,2}$")


def ways(folded: str) -> Iterator[tuple[str, str]]:
    """Each kind of which a clause has a word, and which side it takes; a word that is denied takes none."""
    for kind, sides in _WORDS.items():
        for side, words in enumerate(sides):
            for match in words.finditer(folded):
                if not _NEGATED.search(folded[: match.start()]):
                    yield kind, str(side)


def near_ways(folded: str) -> str:
    """What stands about those words in a clause, without them: of 要求降低薪资 要求 and 薪资."""
    near = []
    for words in (words for sides in _WORDS.values() for words in sides):
        for match in words.finditer(folded):
            before, after = folded[: match.start()], folded[match.end() :]
            reach = _REACH_LATIN if (before.rstrip()[-1:] or "a").isascii() and after[:1] in ("", " ") else _REACH
            near += [before[-reach:], after[:reach]]
    return " ".join(near)


def without_ways(folded: str) -> str:
    """A clause with spaces for those words."""
    for words in (words for sides in _WORDS.values() for words in sides):
        folded = words.sub(" ", folded)
    return folded
