"""One line at the head of an article that only tells who published it, when and by whom."""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.dates import find_date, iso_date

MAX_TITLE = 64
MARKS = " *_|｜丨-—·・\u3000"
_NAMES = {
    "title": "title headline 标题 题目 文章标题 主标题",
    "publisher": "publisher source site sitename website publication media 来源 媒体 出处 公众号 发布者 发布媒体 "
    "文章来源 来源媒体 发布平台 刊物 稿源",
    "author": "author authors byline writer by 作者 文章作者 撰文 撰稿 文字 采写 记者 文 本文作者 作者名",
    "date": "date published publishdate publishedat publishedon publicationdate pubdate datepublished publishtime "
    "publishedtime pubtime posted 发布日期 发布时间 发表时间 发表日期 发表于 发布于 发布 日期 时间 发稿时间 发稿日期 刊登时间 "
    "刊登日期 刊登 出版时间 出版日期 出版 更新时间 更新日期 最后更新 更新",
    "url": "url link sourceurl canonical permalink originalurl 原文链接 链接 网址 原文地址 原文网址 文章链接 来源链接 "
    "原文",
    "language": "language lang 语言",
    "tags": "tags tag keywords categories topics 标签 关键词 分类 话题",
    # Told at the head of articles too, but of no use here.
    "": "发布地 发布地点 封面 封面图 封面图链接 阅读 阅读量 阅读数 浏览量 浏览 点赞数 评论数 字数 编辑 责编 责任编辑 "
    "主编 校对 排版 审核 字号 字体 updated cover",
}
FIELDS = {name: field for field, names in _NAMES.items() for name in names.split()}
# Only in front matter: at the head of a text these words are as likely to open a sentence, or tell of an event.
_UNSAFE_LABELS = frozenset("by media site 媒体 时间 阅读 话题 分类 记者 链接 原文 封面 link tag topics date".split())
_DAY_LABELS = frozenset("出版时间 出版日期 出版 刊登 更新".split())  # a book has a year of them too, an article a day
_LABELS = "|".join(sorted(FIELDS.keys() - _UNSAFE_LABELS, key=len, reverse=True))
_LABELLED = re.compile(rf"(?<!\w)({_LABELS})\s{{0,3}}(?:[:：|｜丨／]|/(?!/))\s{{0,3}}", re.IGNORECASE)
_SIMPLIFIED = str.maketrans(  # the labels' Traditional characters, one for one
    "標題來體處眾號發佈記間時鏈網語籤鍵詞類話閱讀覽贊讚評論數編輯責審對採寫於後",
    "标题来体处众号发布记间时链网语签键词类话阅读览赞赞评论数编辑责审对采写于后",
)
_NAME = r"[A-Z][\w.'’-]{0,20}(?: [A-Z][\w.'’-]{0,20}){1,3}"
_BY = re.compile(rf"[Bb]y ({_NAME}(?:(?:,| and| &) {_NAME})?)")
_PUBLISHED = re.compile(  # the day or a colon follows, so that 发布会 is none
    r"(?:(?:first |last )?(?:published|posted|updated)(?: on| at|:)?|(?:最后)?(?:发布|发表|更新|刊登|编辑)(?:于|[:：]|(?=\s?\d)))\s{0,3}",
    re.IGNORECASE,
)
_PUBLISHED_BEHIND = re.compile(
    r"(?:^|\s)(?:更新|[发發][布佈]|刊登|出版|举报|舉報|(?:[大中小]号?字[体號号]?\s*)+|小字[号號])$"
)
# What others did for an article, told behind the author: 文｜李静 图｜王芳.
_OTHERS = re.compile(
    r"[\s|｜丨／/、]{1,4}(?:[图圖]片?|[摄攝]影|[视視][频頻觉覺]|制[图圖]|製[图圖]|[设設][计計]|[监監][制製]|[统統][筹籌]|策[划劃]|出品|翻[译譯]|"
    r"[运運][营營]|剪[辑輯]|插[画畫]|整理)\s{0,3}[:：|｜丨／/][^。！？!?；;，,“”]{1,80}$"
)
_PRESS = re.compile(
    r"[^\W\d_]{0,8}(?:[记記]者|通[讯訊][员員]|特派[员員])[\s|｜丨／/]{1,3}|^[^\W\d_]{2,8}[\s／/]{1,3}[记記]者(?=[^\W\d_]{2,4}(?:、|$))"
)
_SENT_FROM = re.compile(r"\s[发發]自[^\W\d_]{2,8}$")  # 李静 发自北京
_STAFF = re.compile(rf"(?:{_PRESS.pattern})" r"(?!手[记記])([^\W\d_]{2,4}(?:[ 、][^\W\d_]{2,4}){0,4})")  # 本报记者 李静
_LISTED = re.compile(r"Author, ?([^,，。]{2,60})")  # by the BBC, with "Role," below
_WEEKDAY = r"(?:(?:星期|周|週)[一二三四五六日天]|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day,)"
_TIME = re.compile(
    rf"(?:T|\s?at )?\s?(?:\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}})?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?(?:\s?[ap]\.?m\b\.?)?"
    rf"|\d{{1,2}}\s?[ap]\.?m\b\.?)(?:\s?(?-i:[ECMP][SD]?T|GMT|UTC|BST|HKT|JST)\b)?"
    rf"|[，,]?\s?{_WEEKDAY}",
    re.IGNORECASE,
)
_BEFORE_DATE = re.compile(r"\s*[·・|｜]\s*(?=\d{4})")
_SEPARATOR = re.compile(r"\s*[|｜丨\u3000]\s*")
_BRACKETED = re.compile(r"[（(\[【]([^（()）\[\]【】]{2,200})[）)\]】]")
_URL = re.compile(r"https?://[^\s<>\"']{4,2000}")
_LINK = re.compile(  # 链接: [原文](https://…), or the address alone
    rf"(?:(?:{'|'.join(_NAMES['url'].split())})\s{{0,3}}[:：|｜丨]\s{{0,3}}(?:<?({_URL.pattern})>?|"
    rf"\[[^\[\]]{{0,200}}\]\(({_URL.pattern})\))|\[(?:阅读)?(?:{'|'.join(_NAMES['url'].split())})\]\(({_URL.pattern})\))",
    re.IGNORECASE,
)
_NOT_IN_NAMES = re.compile(r"[，,。！？!?：:；;“”《》/]|\d{3}|^截[至止]|[时時][间間]$")
_NEXT_LABEL = re.compile(r"\s+(?=[^\W\d_]{2,6}[:：])")
_MAX_OTHER = 24  # characters of a stretch that an unknown label heads
_DATE_LABEL = re.compile(r"(?:发布|发表|更新)?(?:时间|日期)[:：]$|[\s|｜丨](?:[发發][布佈]|[发發]表|刊登|更新)[于於]?$")
_EMPTY = re.compile(r"[（(][\s\d/:：.-]*(?:更新)?\s*[)）]")  # （星期五）, without its day; （12/18 11:00 更新）
# What a page counts, which isn't part of a time of day: 浏览 1.2万, 56点赞.
_COUNT = r"\d[\d.,]*\s?[万萬千kw]?\+?"
_COUNTED = (
    r"(?:[阅閱][读讀]|[浏瀏][览覽]|播放|[评評][论論]|[点點][赞讚]|[赞讚]|收藏|[转轉][发發]|分享|粉[丝絲])[量数數]?"
)
_COUNTER = re.compile(
    rf"(?<!\w){_COUNTED}\s?[:：]?\s?{_COUNT}(?!\w)|(?<![\w:：/.-]){_COUNT}\s?次?{_COUNTED}(?!\w)", re.IGNORECASE
)
# 本文来自微信公众号：毒眸（ID：DomoreDumou），作者：陈首丞
_ACCOUNT = re.compile(
    r"(?:本文|文章)(?:[来來]自|[转轉][载載]自|首[发發][于於])(?:微信)?公[众眾][号號]\s?[:：]?\s?[“「\"]?([^“”「」\"（(，,。！？]{2,20}?)[”」\"]?"
    r"\s?(?:[（(]\s?(?:微信)?(?:ID|[号號])\s?[:：][^（()）]{1,40}[）)])?[”」\"]?\s?(?:[，,]?\s?作者\s?[:：|｜丨]\s?([^，,。！？:：]{2,30}))?(?:[，,；;。\s]{0,3}(?:[编編][辑輯]|[责責][编編]|校[对對]|[题題][图圖]|[头頭][图圖]|封面|原[标標][题題]|原文|[^，,。]{0,16}授[权權])[^，,。]{0,60}){0,6}。?",
    re.IGNORECASE,
)
_PAGE = re.compile(r"第?\w{1,4}版")
_REPORTER = re.compile(
    r"[／/\s]*[記记]者\s?([^\W\d_]{2,4}(?:、[^\W\d_]{2,4}){0,3})[／/\s]+[^\W\d_]{2,4}(?:報導|报道)\s*"
)
_PLACE = re.compile(  # where WeChat and others say that a text was sent from
    r"(?:^|\s)(?:(?:[发發][布佈][于於]|[发發]表[于於]|[来來]自|IP ?[属屬]地)[:：]?\s?[^\W\d_]{2,12}"
    r"|北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|"
    r"江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|新疆|(?:中国)?(?:香港|澳门|台湾)|美国|英国|"
    r"法国|德国|日本|韩国|加拿大|澳大利亚|新加坡)$"
)
_SENT = re.compile(r"(?:^|\s)(?:[发發][布佈][于於]|IP ?[属屬]地)\s?[:：]?\s?[^\W\d_]{2,12}$")
_OUTLET = re.compile(r"(?:[报報网網社]|[周週月]刊|新闻|新聞|杂志|雜誌|客户端|电视台|卫视|财经|在线)$")
_EVENT = re.compile(
    r"[在了的将將被把是据據]|^[至到]|[开開](?:幕|机|機|播|始)|结束|发布会|仪式|典礼|签到|入场|上映|首映|直播|[举舉]行|见面|見面"
)  # it happens at that hour


_TOLD = re.compile(rf"[，,。！？!?：:；;“”]|{_EVENT.pattern}")


class _Dated(NamedTuple):
    """A stretch of a head line: its date, the words before and after that, and whether a time of day is told."""

    date: str
    before: str
    after: str
    timed: bool


def labelled(raw: str, text: str) -> dict[str, str]:
    """The fields of a line that holds nothing else, such as 作者|李静林 or *娱乐资本论|2024-12-18|*; else none.

    `text` is the line without the marks of Markdown and the addresses of its links, which `raw` has.
    """
    line = text.strip(MARKS)
    if match := _LINK.fullmatch(raw.replace("**", "").lstrip(MARKS + ">\t").rstrip(" *\t")):
        return {"url": next(filter(None, match.groups()))}
    if len(text) > 300 or not line:
        return {}
    if match := _BRACKETED.fullmatch(line):
        line = match[1]
    if match := _BY.fullmatch(line) or _STAFF.fullmatch(line) or _LISTED.fullmatch(line):
        return {"author": match[1]}
    if match := _ACCOUNT.fullmatch(line):
        return {"publisher": match[1].strip()} | ({"author": match[2].strip()} if match[2] else {})
    line = _without_others(_SENT.sub("", _COUNTER.sub(" ", line)).strip(MARKS))
    fields: dict[str, str] = {}
    starts = [match.start() for match in _LABELLED.finditer(line.translate(_SIMPLIFIED))]
    unnamed: list[str] = []
    for start, end in zip([0, *starts], [*starts, len(line)], strict=True):
        if not _parse(line[start:end].strip(MARKS), fields, unnamed):
            return {}
    return fields if not unnamed or _named(line, fields, unnamed) else {}


def stamped(raw: str, text: str) -> dict[str, str]:
    """The day of a line that only tells when the article was published, as below answers: 发布于 2024-12-18 10:32."""
    fields = labelled(raw, text) if _PUBLISHED.match(text.translate(_SIMPLIFIED)) else {}
    return fields if fields.keys() == {"date"} and len(fields["date"]) == len("2024-12-18") else {}


def hour(text: str) -> str:
    """The day of a short line that tells a time of day with it, as frames do among what else they tell; else ""."""
    dated = _dated(text) if len(text) <= MAX_TITLE else _Dated("", "", "", False)
    told = dated.before + dated.after
    return dated.date if dated.timed and len(dated.date) == len("2024-12-18") and not _TOLD.search(told) else ""


def names_others(text: str) -> bool:
    """Whether a line only says who had another part in the article than the author: 攝影／王芳."""
    return len(text) <= _MAX_OTHER and _OTHERS.fullmatch(" " + text) is not None


def _without_others(line: str) -> str:
    """The line without those who had another part in the article than the author, whom it names first."""
    label = _LABELLED.match(line.translate(_SIMPLIFIED))
    return _OTHERS.sub("", line) if label and FIELDS[label[1].lower()] == "author" else line


def _named(line: str, fields: dict[str, str], unnamed: list[str]) -> bool:
    """Take up names that no label precedes, the publisher's and then the author's; False if they may be prose."""
    if len(unnamed) > 2:
        return False
    apart = _SEPARATOR.search(line) or _TIME.search(line) or any(map(_OUTLET.search, unnamed))
    if not ("date" in fields and apart) and not line.startswith("原创 "):
        return False
    if "publisher" in fields and _BEFORE_DATE.match(line, len(unnamed[0])) and not _OUTLET.search(unnamed[0]):
        fields.setdefault("author", unnamed[0])  # 李静 · 2024/12/18 来源：界面新闻
    fields.setdefault("publisher", unnamed[0])
    if len(unnamed) > 1:
        fields.setdefault("author", unnamed[1])
    return True


def _parse(piece: str, fields: dict[str, str], unnamed: list[str]) -> bool:
    """Take up one stretch of a head line, a label's or one without; False if it is prose."""
    match = _LABELLED.match(piece.translate(_SIMPLIFIED))
    if not match:
        parts = filter(None, (part.strip(MARKS) for part in _SEPARATOR.split(piece)))
        return all(_parse_unlabelled(part, fields, unnamed) for part in parts)
    field, value = FIELDS[match[1].lower()], piece[match.end() :]
    if _URL.fullmatch(value.strip()):
        fields.setdefault(field if field == "url" else "", value.strip())
        return True
    first, *others = _SEPARATOR.split(value)
    if not any(map(str.isalnum, value)):  # nothing is told: 来源：【字号：大 中 小】
        return bool(value.strip())
    if not _is_value(field, first) or (match[1] in _DAY_LABELS and len(iso_date(first)) < len("2024-12-18")):
        return False
    name = _name(first, fields) if field in ("publisher", "author") else first
    if name is None:
        return False
    fields.setdefault(field, valid(field, name))
    return all(_parse(other, fields, unnamed) for other in others if other.strip(MARKS))


def _is_value(field: str, value: str) -> bool:
    if field == "date":
        return bool(iso_date(value)) and len(value) <= 40
    if field == "url":
        return False
    if field == "title":
        return 2 <= len(value) <= 2 * MAX_TITLE
    return bool(value.strip()) and len(value) <= 60 and not re.search(r"[。！？!?；;]|，.*，", value)


def valid(field: str, value: str) -> str:
    """The value as it is kept, or "" if it can't be one of that field."""
    if field == "date":
        return iso_date(value)
    if field == "url":
        match = _URL.search(value)
        return match.group() if match else ""
    if field == "author":
        return _SENT_FROM.sub("", _PRESS.sub("", value.strip(MARKS), count=1))[:300] if "://" not in value else ""
    return value.strip()[:300]


def _name(value: str, fields: dict[str, str]) -> str | None:
    """The name that a label's value begins with, None if prose follows; of what else does, a date is taken up."""
    value, told = _PUBLISHED_BEHIND.subn("", value.rstrip())
    name, *others = _NEXT_LABEL.split(_PLACE.sub("", value) if told else value)
    if any(len(other) > _MAX_OTHER for other in others):
        return None
    for other in others:
        if len(date := iso_date(other)) >= 7:
            fields.setdefault("date", date)
    dated = _dated(name)
    before, after = _DATE_LABEL.sub("", dated.before).rstrip("（([,， "), _PLACE.sub("", dated.after.strip("（()） "))
    if len(dated.date) < 10 or not (before or after):
        return name
    if after and (_is_event(after) if not before else not _PAGE.fullmatch(after)):
        return None
    fields.setdefault("date", dated.date)
    return before or after


def _dated(part: str) -> _Dated:
    date, start, end = find_date(part)
    if len(date) < 7:  # a year alone is as likely part of a name
        return _Dated("", part.strip(MARKS), "", False)
    rest = part[end:].lstrip("日号號")
    before, after = _TIME.sub("", part[:start]), _TIME.sub("", rest)
    return _Dated(date, before.strip(MARKS), _EMPTY.sub("", after).strip(MARKS + ",."), timed=after != rest)


def _parse_unlabelled(part: str, fields: dict[str, str], unnamed: list[str]) -> bool:
    if match := _REPORTER.search(part):  # 聯合報／記者王小明／台北報導
        fields.setdefault("author", match[1])
        if match.end() == len(part) and _OUTLET.search(part[: match.start()]) and not iso_date(part[: match.start()]):
            fields.setdefault("publisher", part[: match.start()].strip(MARKS))
            return True
        part = part[: match.start()] + part[match.end() :]
    if match := _BY.fullmatch(part):
        fields.setdefault("author", match[1])
        return True
    if match := _PUBLISHED.match(part.translate(_SIMPLIFIED)):
        part = part[match.end() :]
    dated = _dated(part)
    if dated.date:
        fields.setdefault("date", dated.date)
    after = _PLACE.sub("", _PUBLISHED_BEHIND.sub("", dated.after))
    names = _names_before(dated)
    if names is None or (after and (names or not _is_outlet(after, dated.timed))):
        return False
    unnamed.extend(names or filter(None, [after]))
    return True


def _names_before(dated: _Dated) -> list[str] | None:
    """The publisher and the author that stand before a date, or instead of one; None if it is prose."""
    words = dated.before.split()
    original = words[:1] == ["原创"]
    words = words[original:]
    if len(dated.before) > 20 + 3 * original or _NOT_IN_NAMES.search(" ".join(words)):
        return None
    outlets = [bool(_OUTLET.search(word)) for word in words]
    if len(words) == 2 and (original or dated.timed or any(outlets)) and not dated.before.isascii():
        author, publisher = reversed(words) if outlets == [True, False] else words
        return [publisher] if author == publisher else [publisher, author]
    return None if len(words) > (1 if dated.date else 3) else [" ".join(words)] if words else []


def _is_outlet(name: str, timed: bool) -> bool:
    """Whether the words after a date name a publisher: a word for one, or any short name after the time of day."""
    return not _is_event(name) and (timed or bool(_OUTLET.search(name)))


def _is_event(words: str) -> bool:
    """Whether words beside a date are too many, or tell what happened then."""
    return len(words) > 12 or " " in words or bool(_NOT_IN_NAMES.search(words) or _EVENT.search(words))
