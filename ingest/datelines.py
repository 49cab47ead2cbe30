"""Who sent a report, as agencies and newspapers tell at the very start of it: 新华社北京12月18日电（记者李静、王芳）."""

from __future__ import annotations

import re

_NAME = r"(?![摄攝]影|通[讯訊]|[实實][习習])[^\W\d_]{2,4}"
_NAMES = rf"({_NAME}(?:[、\s]{_NAME}){{0,4}})"
_REPORTER = r"[^\W\d_]{0,6}?[记記]者\s?"
_CITY = (  # as Taiwan's agency has it, right behind the name: 記者李靜台北18日電
    "(?:[台臺][北中南東]|新北|桃園|高雄|基隆|新竹|嘉義|屏東|宜蘭|花蓮|苗栗|彰化|南投|雲林|澎湖|金門|東京|首爾|北京|上海|廣州|香港|澳門|曼谷|"
    "紐約|洛杉磯|舊金山|華盛頓|倫敦|巴黎|柏林|羅馬|坎城|威尼斯|雪梨|新加坡|釜山|河內|吉隆坡|雅加達|多倫多)"
)
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"[^。！？!?]{{2,24}}?[电電讯訊]\s?[（(]{_REPORTER}{_NAMES}[）)]",
        rf"[（(]{_REPORTER}({_NAME}?(?:、{_NAME}?){{0,3}}){_CITY}\d{{1,2}}日[^（()）]{{0,8}}[电電][）)]",
        rf"[〔【\[（(]{_REPORTER}{_NAMES}[／/][^\W\d_]{{2,6}}(?:报道|報導)[〕】\]）)]",
    )
)


def sender(text: str) -> str:
    """The names of the reporters that a paragraph opens with, or ""."""
    found = next(filter(None, (form.match(text) for form in _FORMS)), None)
    return re.sub(r"\s", "、", found[1]) if found else ""
