"""What kind of matter a line is that stands around articles: promotion, a credit, a notice, a reference.

A line goes by its general form; whether it also stands where such matter does is `ingest.promotion`'s to say.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.markup import Line
from ingest.text import fold

# All patterns match folded text: Simplified, lower case, full-width signs as ASCII.
EDGE = r"^[^\w]*"
_CALL = r"(?:欢迎|请|记得|别忘了?|快来|赶紧|立即)?(?:大家|您|你)?"
_HANDLE = r"[a-z][a-z0-9_.-]{5,30}"
_CONTACT = r"[a-z0-9_.+-]{1,64}@[a-z0-9.-]{3,64}|\+?\d[\d-]{6,20}"
_PROMOTION = re.compile(
    "|".join(
        (
            EDGE + r"(?:点击|点这里|戳|长按|微信扫|扫描|扫码|识别|搜索|添加)[^。]{0,25}"
            r"(?:关注|蓝字|二维码|名片|公众号|订阅|加入|进群|入群|星标|阅读原文)",
            EDGE + _CALL + r"(?:扫码|点击)?(?:关注|订阅|添加)[^。,]{0,20}"
            r"(?:公众号|视频号|订阅号|我们|本号|小编|微信号|账号|频道)",
            r"(?:设为|设置|设成|加个?)[^。,\w]{0,4}(?:星标|标|置顶)(?=\W|$)|星标(?:公众号|我们|本号)[^。]{0,12}|点击右上角|点击[^。\w]{0,3}设为星标[^。]{0,15}",
            r"更多[^。]{0,12}(?:请|尽在|敬请)[^。]{0,8}(?:关注|点击|扫码|阅读原文|进入[^。]{2,6}$)|获取[^。]{2,30}$",
            EDGE + r"(?:please )?(?:follow|subscribe|sign up|share this|like and)\b.{0,60}"
            r"(?:\bus\b|channel|newsletter|account|updates|article|subscribe)",
            r"(?:欢迎|期待|记得|快来|请)[^。]{0,10}(?:留言|评论区?)[^。]{0,6}"
            r"(?:给出|告诉|分享|讨论|写下|聊|说|交流|见|互动|看到|听到|里|区|\W*$)[^。]{0,20}|评论区(?:见|聊聊|告诉|留言|等你)",
            rf"(?:微信|wechat|vx|qq|电话|手机|邮箱|e-?mail)[^。:]{{0,12}}:\s*(?:{_HANDLE}|{_CONTACT})",
            # 技术合作：Midjourney tells of a partner, not of an account
            rf"(?:合作|投稿|联系人?|联系方式|负责人)[^。:]{{0,12}}:\s*(?:(?=[a-z.-]{{0,30}}[\d_]){_HANDLE}|{_CONTACT})",
            EDGE + _CALL + r"加(?:我|小编)?微信|" + EDGE + r"商务合作",
            EDGE + r"(?:欢迎|诚邀)[^。]{0,30}(?:投稿|合作|来稿|入群|进群|加入我们|咨询|品牌方|企业|交流群)[^。]{0,15}",
        )
    )
)
_LIKE = re.compile(r"点赞|点个?赞|在看|转发|分享|收藏|留言|评论|三连|打赏|赞赏")
_LIKE_CALL = re.compile(r"欢迎|别忘|记得|请|喜欢|觉得|如果|期待|快来|一键|支持一下|吧\W*$|哦\W*$|告诉我")
_QUESTION = re.compile(r"(?:[你您]|大家|\byou\b)[^。]{0,60}\?")  # put to the reader, before the call to answer it
_READING = re.compile(
    EDGE + r"(?:全文|本文|正文)(?:共|约|总|计|大约)*\s*[\d,.]+\s*[万千]?字(?:\W.{0,25})?$"
    r"|" + EDGE + r"(?:(?:全文|本文|预计)[^。]{0,20})?"
    r"阅读(?:全文|本文|时间|时长|需要?|大约|约|预计|\s)*[:约]?\s*\d+\s*分钟\W*$"
    r"|^\d{1,3}[- ]min(?:ute)?s? read\b"
)
_END = re.compile(EDGE + r"(?:the )?(?:end|完|全文完|正文完|未完待续|广告|推广|ad|原创|首发|阅读原文)[^\w]*$")
_COUNT = r"\d[\d.,]*\s?[万kw]?\+?(?:\s?(?:分钟|字))?"
_COUNTED = r"(?:阅读(?:时长)?|总?字数|被?浏览|评论|点赞|赞同?|在看|收藏|转发|分享|关注者|留言|参与)[量数]?"
_COUNTS = rf"(?:{_COUNTED}\s?:?\s?{_COUNT}|{_COUNT}\s?[次人条个]?\s?{_COUNTED}(?:了?该(?:文章|回答))?)"
# Where a page stands in its site: 首页 > 文化 > 正文, 人民网>>传媒
_TRAIL = re.compile(
    r"^(?=.*(?:>>|[»›]|>\W*$|>\s?正文)|\W*(?:首页|主页|home\b))\W{0,3}(?:[^\s>»›|,。:?]{1,12}\s?[>»›]{1,2}\s?){1,5}[^\s>»›|,。:?]{0,12}$"
)
_LIKED = r"(?:点赞|赞|在看|转发|分享|收藏|评论|留言)"
_BUTTON = re.compile(  # what a site or an app prints below every article, each a line by itself
    EDGE
    + r"(?:举报(?:\s*/?\s*反馈)?|发表评论|(?:网友|最新|全部|热门|精彩)评论|\d{1,6}\+?\s*条评论|分享(?:到|至)\s*:?|分享让更多人看到"
    r"|(?:点击|展开|查看|阅读)(?:全文|更多|阅读全文|查看更多)|返回(?:顶部|首页|列表|搜狐[,\s]*查看更多(?:责任编辑\s*:\s*\w{0,8})?)|看更多(?:报(?:道|导)|新闻|内容)"
    r"|(?:请|欢迎|点击|立即)?(?:打开|下载)[^。!?,]{0,12}(?:app|客户端)(?:\s*,?\s*(?:阅读|查看|观看|看)(?:更多|全文|原文)\w{0,4})?"
    r"|原标题\s*[:|丨][^。]{1,80}|微信扫一扫|(?:继续|向上)滑动看下一个|轻触阅读原文|预览时标签不可点"
    r"|[^。!?]{0,30}尽在[^。!?,]{1,12}(?:app|客户端)"
    r"|更多[^。!?]{0,30}(?:尽在|请?下载|请?打开)[^。!?,]{0,12}(?:app|客户端)"
    rf"|{_COUNTS}(?:\W+{_COUNTS}){{0,5}}"
    r"|听全文|听新闻|人划线|写留言|字[号体](?:\W+[大中小])*|[大中小](?:\W+[大中小]){1,2}|收藏|我要举报"
    r"|关注(?:他|她|作者)?|see all|listen|share|阅读下一篇\s*:?.{0,40}"
    r"|[^。]{0,40}点我下载app[^。]{0,20}|点击(?:查看|阅读)[^。,]{0,6}(?:英文|中文|原文)[^。,]{0,4}"
    r"|本文来自[^。,]{1,10},\s?原文链接\s?:\s?\S{1,200}"
    rf"|(?:求|点个?)?{_LIKED}(?:[\s、,·/|]+(?:求|点个?)?{_LIKED}){{1,6}}|(?:喜欢|觉得不错)?,?就?点个?[“\"]?(?:赞|在看)[”\"]?[吧呗哦]?"
    r"|[上下]一篇\s*:.{0,60}|(?:标签|关键词|tags|keywords)\s*:\s*(?=[^\s,、;#]+[\s,、;#])[^。!?:]{1,80}"
    r"|(?:图片?|配图|题图|头图|封面|图源)\s*(?:来源|来自|源自|源)?于?\s*[:|丨/]?\s*网络"
    r"|本文(?:转载自|来自|来源于?|首发于|选自|摘自)[^。,]{0,40}号[^。,]{0,40}(?:,\s*(?:作者|编辑|原标题|题图|头图)[^。,]{1,40}|,[^。,]{0,12}授权[^。,]{0,12}){0,5}"
    r"|(?:本文|原文)(?:原载|原刊|刊载|刊发)于?[^。!?]{2,40}"
    r"|(?:read|see) (?:more|also|next)\s*:.{1,90}|this (?:article|story|post|piece) (?:was )?(?:originally|first) (?:published|appeared)\b.{0,80}"
    r"|our standards: the thomson reuters.{0,30})[^\w]*$"
    r"|^(?:#[^#\s]{1,25}#\s*)+$|^(?:#[^#\s]{1,25}\s+)+#[^#\s]{1,25}$"
)
_LABELLED_NOTICE = re.compile(
    EDGE + r"(?:(?:特别|免责|版权|法律|郑重|广告|平台|转载)声明|免责条款|disclaimer|legal notice)"
    r"[^\w]*(?:[:|丨】\]]|$)"
    r"|"
    + EDGE
    + r"声明\W{0,3}(?:[本该此]文|本公众号|以上|文中|图片|转载|内容|部分)|"
    + EDGE
    + r"(?:©|(?:\(c\)|copyright)\s*(?:©|\(c\)|(?:19|20)\d\d)|copyright(?: notice)?\W*$|copyright\b.{0,60}all rights reserved)"
    r"|" + EDGE + r"notice: (?:the|this|all)\b.{0,60}(?:content|copyright|article)"
)
_NOTICE = re.compile(
    r"(?:本文|文章|文中|以上|内容|观点)[^。]{0,12}(?:仅|只)(?:代表|为|系)[^。]{0,4}(?:个人|作者|本人|嘉宾)(?:观点|立场|意见)?"
    r"|(?:本文|文章|文中|以上)[^。]{0,20}不代表[^。]{0,15}(?:观点|立场)|(?:本文|以上|内容)[^。]{0,12}不构成[^。]{0,6}投资建议"
    r"|(?:如|若|涉及|有)[^。,]{0,12}(?:侵权|侵犯)"
    r"(?=[^。]{0,25}(?:请|我们|本站|本平台|本号|公众号|小编|后台)|[,\s]{0,2}(?:联系|告知|将|会|必?删))"
    r"[^。]{0,25}(?:删除|联系|告知|处理)[^。]{0,10}"
    r"|侵权(?:请|必究|即删|联系)[^。]{0,12}|侵删|联系[^。]{0,8}(?:删除|侵删)"
    r"|(?:未经)[^。]{0,15}(?:授权|许可|同意|允许)[^。]{0,15}(?:不得|禁止|严禁|谢绝)[^。]{0,10}(?:转载|使用|复制|引用)?"
    r"|(?:如需)?转载[^。]{0,12}(?:请|须|需|务必)[^。]{0,12}(?:注明|标明|联系|授权|保留)[^。]{0,15}"
    r"|" + EDGE + r"本文(?:由|系|为|首发|转载|来自|来源|经|已获)[^。]{0,30}"
    r"(?:原创|首发|授权|转载|公众号|发布)[^。]{0,15}"
    r"|版权[^。]{0,6}(?:归|属)[^。]{0,8}?(?:原作者|原创|本站|本报|本刊|本公众号|本号|权利人)[^。]{0,8}"
    r"|(?:(?<!\w)|(?:本文|文章|图文|图片|照片|视频|素材|资料|内容|稿件?|声明|其|所有)的?)版权[^。]{0,6}(?:归|属)[^。]{0,8}作者[^。]{0,8}"
    r"|如对本(?:稿件|文章?|内容|站|作品)[^。]{0,12}(?:异议|疑问|投诉)[^。]{0,30}"
    r"|" + EDGE + r"版权所有|版权所有[^。\w]{0,3}(?:翻印|不得|违者|侵权)"
    r"|all rights reserved|not the views of|views expressed"
    r"|(?:图片|素材|视频|配图|封面|题图|图文)[^。]{0,6}(?:来源|来自|源于|取自|源自)[^。]{0,12}"
    r"(?:网络|官方|视觉中国|截图|公开|unsplash|pexels|pixabay)"
    r"|(?:only provides|仅提供)[^。]{0,15}(?:information storage|信息存储)"
)
_ROLE = (
    r"(?:值班|责任|本文|执行|实习|特约|微信)?(?:编辑|编审)|责编|美编|主编|副主编|总编|撰文|采写|文字?|作者|审核|审校|校对|校审|排版|版式|"
    r"题图|头图|配图|图源|图片来源|图片|素材来源|文章来源|资料来源|信息来源|新闻来源|来源|译者|编译|翻译|转载自|转自|原标题|"
    r"editors?|edited by|written by|authors?|photos?|image|source|credit|reporting by|editing by"
)
_EDITORS = r"(?:流程|值班|责任|本文|执行|实习|特约|微信)?编辑|责编|编委|编审|审核|审校|校对|校审"
_REPORTERS = r"\w{0,8}(?:记者|通讯员|评论员)"
CREDIT = re.compile(
    rf"{EDGE}(?:纠错\W{{1,4}})?(?:{_EDITORS})\s*[:|丨/]\W*$"
    rf"|{EDGE}(?:纠错\W{{1,4}})?(?:\w{{2,8}}(?:新闻|[网报社刊]))?(?:{_ROLE}|{_EDITORS}|本文来源)\s*(?:[:|丨/]|—+)\s*([^。!?,]{{1,40}})$"
    rf"|{EDGE}(?:本报|本刊|见习|实习)记者[ |丨/:][\w· 、]{{2,20}}$"
)
_ENGLISH_CREDIT = re.compile(  # matched as written: names have capitals
    r"^\W*(?:Additional )?(?:[Rr]eporting|Editing|Writing|Translation) by "
    r"(?:(?:[A-Z][^\s,;]*|and|in|by|with|for|de|van|von|additional|reporting|editing|writing)(?:[\s,;]+|$))+$"
)
# A role and its sign; a space is one only between the press's roles and names.
_ROLES = re.compile(
    rf"(?<!\w)(?:({_EDITORS}|{_REPORTERS})|{_ROLE}|监制|统筹|策划|运营|制作|设计|视觉|视频|摄影|制图|图)\s*([:|丨/]|\s)\s*"
)
_AUTHOR = re.compile(EDGE + r"(?:本文作者\s*[:系为][^。!?]{2,40}|作者系(?![列统])[^。!?,]{2,30})$")
_NAMES = re.compile(r"[\w·.]{2,12}(?:[ 、,/&]{1,2}[\w·.]{2,12}){0,4}")
_SHORT_NAMES = re.compile(r"[\w·]{2,4}(?:[ 、][\w·]{2,4}){0,5}")
_REFERENCE = re.compile(
    EDGE + r"(?:参考(?:资料|文献|链接|来源|文章)|(?:原文|视频|文章|来源)(?:链接|地址)|references?|sources?)"
    r"[^\w]*(?:[:]|$)|" + EDGE + r"原文\W{0,3}https?://|" + EDGE + r"(?:\d{1,2}\W{1,3})?https?://\S+$"
)
SECTION = re.compile(
    EDGE + r"(?:往期|精彩|更多|热门|推荐|相关|延伸|扩展|拓展)(?:精彩|热门|优质|好文|相关|往期)?"
    r"(?:回顾|推荐|精选|文章|阅读|报道|新闻|链接|主题|好文)[^\w]*$"
    r"|" + EDGE + r"(?:历史(?:文章|推荐|好文)|(?:往期|精彩|热门|推荐)内容)[^\w]*$"
    r"|"
    + EDGE
    + r"(?:猜你喜欢|大家都在[看搜]|热读|(?:热门|最新)(?:文章|新闻|话题)|你可能(?:还|也)?(?:喜欢|感兴趣|想看))[^\w]*$"
    r"|" + EDGE + r"(?:关联主题|参考(?:资料|文献|链接))[^\w]*$"
    r"|" + EDGE + r"(?:related|recommended|more)\s(?:articles?|stories|posts|reading|news|content)[^\w]*$"
    r"|"
    + EDGE
    + r"(?:(?:most )?popular (?:on|in) .{2,30}|most (?:popular|read)|read more about|more from .{2,30}|trending(?: now)?)[^\w]*$"
    r"|^you may also like"
    r"|" + EDGE + r"(?:references|further reading)[^\w]*$"
)
# A line that tells of somebody's words or deeds is part of the article, whatever it tells of.
_NARRATIVE = re.compile(
    r"表示|(?<![你您家])认为|指出|介绍|透露|发现|显示|呼吁|提醒|报道称?|坦言|强调|认定|法院|规定|应当|说道?[:,“\"]|称[:,“]|曾经?|[他她它]们?|据悉|导演|演员|用户[^群]|粉丝"
    r"|\bsaid\b|\bsays\b|\baccording to\b"
)
_URL = re.compile(r"https?://[\x21-\x7e]+")
SENTENCES = re.compile(r"[。！？!?]")
_SENTENCE = re.compile(r"[^。!?]+[。!?]*")
_LONGEST = 500  # characters of a notice
_MARGIN = 15  # characters of a sentence that its pattern may leave


@lru_cache(maxsize=4096)  # a line is looked at from several sides
def kind(line: Line) -> str:
    """What kind of matter the line is that isn't the article's: promotion, credit, notice, reference; "" for none."""
    if line.kind == "topics":
        return "topics"
    if len(line.text) > _LONGEST:
        return ""
    folded = fold(line.text)
    if _LABELLED_NOTICE.search(folded):
        return "notice"
    if SECTION.search(folded) or (_REFERENCE.search(folded) and not SENTENCES.search(_URL.sub("", folded[:-1]))):
        return "reference"
    if CREDIT.search(folded) or _ENGLISH_CREDIT.search(line.text) or is_byline(folded):
        return "credit"
    if (
        _END.search(folded)
        or (len(folded) <= 160 and _BUTTON.search(folded))
        or (len(folded) <= 60 and (_READING.search(folded) or _TRAIL.search(folded)))
    ):
        return "promotion"
    if _NARRATIVE.search(folded):
        return ""
    return "notice" if _consists_of(_NOTICE, folded) else "promotion" if _consists_of(_PROMOTION, folded) else ""


def is_byline(folded: str) -> bool:
    """Whether a line says who made the article and nothing else, naming one of the press: 监制|李四 记者|王五."""
    if _AUTHOR.search(folded):
        return True
    before, *pieces = _ROLES.split(folded)
    if not pieces or any(map(str.isalnum, before)):
        return False
    press, signs, names = (pieces[at::3] for at in range(3))
    if not any(press) or (len(names) == 1 and signs == [":"]):  # 记者:您怎么看
        return False
    bare = [value.strip(" ,;、|()[]【】") for value in names]
    return all(
        (_SHORT_NAMES if sign.isspace() else _NAMES).fullmatch(value) for sign, value in zip(signs, bare, strict=True)
    )


def _consists_of(pattern: re.Pattern[str], folded: str) -> bool:
    """Whether the line says nothing but what the pattern describes: a sentence of the article in it keeps it."""
    found = False
    sentences = _SENTENCE.findall(folded)
    if len(sentences) == 1 and folded.endswith("?"):  # a headline
        return False
    for sentence in sentences:
        matched = sum(match.end() - match.start() for match in pattern.finditer(sentence))
        likes = _LIKE_CALL.search(sentence) is not None and len(set(_LIKE.findall(sentence))) >= 2
        if (matched and len(sentence) - matched <= _MARGIN) or (likes and len(sentence) <= 60):
            found = True
        elif len(sentence) > 8 and not (len(sentence) <= 60 and _QUESTION.search(sentence)):
            return False
    return found
