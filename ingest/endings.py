"""Whether a line or a paragraph ends as a sentence does, or goes on below."""

from __future__ import annotations

import re

_CLOSING = "”’」』)）】》〉］"
_ENDS = frozenset("。！？!?…；;：:—～~.↓▼")
# What may stand behind a paragraph's last stop: （笑）, [1], ——戈达尔, 新华社记者李静摄, 图／受访者, 😂.
_REMARK = re.compile(
    r"[。！？!?…][”’」』\"]{0,2}\s?(?:[（(【\[][^（()）\[\]【】]{1,40}[）)】\]]|——[^。！？!?，,：:]{1,16}"
    r"|[^。！？!?，,：:]{0,20}(?:(?<!拍)[摄攝]|供[图圖]|[资資]料[图圖])|[图圖]\s?[/／|｜丨:：][^。！？!?，,]{1,20}"
    r"|[^\w\s，、,（(【\[“‘「『《〈]{1,3})$"
)
_LONGEST_REMARK = 64  # characters, with the stop before it
_TURN = re.compile(r"[^\s，。！？!?,;；][^，。！？!?,;；]{0,23}\s[(（\[]?\d{1,2}:\d\d(?::\d\d)?[)）\]]?")


def opens_turn(text: str) -> bool:
    """Whether a line says who speaks below, and from which minute on, as transcripts have it: 发言人 1 00:12."""
    return text[-1:] in "0123456789)）]" and _TURN.fullmatch(text) is not None


def is_finished(text: str) -> bool:
    """Whether text ends as a sentence, a clause that introduces something, or a remark on its own does."""
    if opens_turn(text):
        return True
    bare = text.rstrip(_CLOSING + "\"'")
    if not bare:
        return True
    if bare[-1] in _ENDS or _REMARK.search(text[-_LONGEST_REMARK:]):
        return True
    return len(bare) < len(text) and text[0] in "（(【[" and text[-1] in "）)】]"
