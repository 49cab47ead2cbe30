"""Promotion, credits, notices and lists of other articles go; sentences about such matters stay."""

from __future__ import annotations

import pytest

from ingest.clean import Cleaned, clean

BODY = (
    "三位导演在春天开始用生成式模型拍摄短片。他们先写剧本，再让模型生成分镜，最后由剪辑师逐格修改。\n\n"
    "制片人说，这样的流程把每一部短片的成本降到了两万元以内。摄影师却担心，画面会变得千篇一律。\n\n"
)


def kinds(cleaned: Cleaned) -> set[str]:
    return {removal.kind for removal in cleaned.removed}


@pytest.mark.parametrize(
    "line",
    [
        "（关注公众号并设为星标，第一时间获取电影资讯）",
        "點擊上方藍字關注我們",
        "欢迎关注我们的视频号",
        "长按识别二维码，加入影迷群",
        "喜欢这篇文章，就请点赞、在看、转发三连！",
        "你会去看AI拍的电影吗？欢迎在评论区留言分享。",
        "商务合作请联系微信：film_lab2024",
        "投稿邮箱：editor@example.com",
        "合作微信：filmlab",
        "投稿：film_lab",
        "责任编辑：\n\n声明：该文观点仅代表作者本人，搜狐号系信息发布平台，搜狐仅提供信息存储空间服务。",
        "海量资讯、精准解读，尽在新浪财经APP\n\n责任编辑：李静 SF123",
        "- END -\n\n微信扫一扫\n\n关注该公众号\n\n继续滑动看下一个\n\n轻触阅读原文\n\n电影手册\n\n向上滑动看下一个",
        "全文2,500字 | 阅读约8分钟",
        "編輯：林小明",
        "责任编辑 | 王大力　校对 | 李小花",
        "文章来源：电影观察",
        "参考资料：https://example.com/watch?v=abc",
        "https://example.com/original",
        "免责声明：本文内容仅供参考，不构成任何建议。如有侵权，请联系我们删除。",
        "特別聲明:以上內容為自媒體平臺用戶上傳並發布,本平臺僅提供信息存儲服務。",
        "Notice: The content above is uploaded and posted by a user, the platform only provides storage.",
        "本文仅代表作者个人观点，版权归原作者所有，如需转载请注明出处。",
        "未经授权，禁止转载。",
        "图片来源于网络，侵删请联系",
        "Follow us and subscribe to our newsletter!",
        "—— END ——",
        "（完）",
        "责任编辑：",
        "编辑 李四",
        "（编辑 李四 校对 王五）",
        "作者：李四，编辑：王五",
        "监制丨李四 记者丨王五",
        "（总台记者 李四）",
        "（本文作者：李四，某大学教授）",
        "图源网络",
        "举报/反馈",
        "返回搜狐，查看更多",
        "返回搜狐，查看更多责任编辑：",
        "打开APP阅读全文",
        "下载“央视新闻”客户端",
        "更多热点速报、权威资讯、深度分析尽在北京日报App",
        "点个在看",
        "分享、点赞、在看",
        "标签：AI，电影",
        "#AI电影# #导演#",
        "上一篇：谁在拍电影",
        "0条评论",
        "看更多報導",
        "本文来自微信公众号“电影观察”（ID：film），作者：李四，36氪经授权发布。",
        "本文原载于《电影》2024年第3期",
        "如对本稿件有异议或投诉，请联系 tougao@example.com。",
        "如有侵权，本平台将及时删除。",
        "此文版权归原作者所有",
        "声明：版权归原作者所有，感谢原作者的辛苦创作，如转载涉及版权等问题，请作者与我们联系，我们将在第一时间删除处理。",
        "(Reporting by John Smith in Los Angeles; Editing by Jane Doe)",
        "Our Standards: The Thomson Reuters Trust Principles.",
        "This article was originally published on Example.",
        "Copyright © 2024 Example Media",
        "Copyright Example Media. All rights reserved.",
    ],
)
def test_promotion_credits_and_notices_go_at_the_tail(line: str) -> None:
    cleaned = clean(BODY + line)
    assert cleaned.text == BODY.strip()
    assert kinds(cleaned) <= {"promotion", "credit", "notice", "reference"}  # nothing else was wrong
    assert cleaned.removed


@pytest.mark.parametrize(
    "line",
    [
        "（關注公眾號設為星標，獲取更多資訊）",
        "点击上方“电影手册”，关注我们",
        "全文共3000字，阅读约10分钟",
        "本文首发于公众号“电影手册”",
        "原标题：AI来了，导演怎么办？",
    ],
)
def test_promotion_goes_at_the_head(line: str) -> None:
    assert clean(f"{line}\n\n{BODY}").text == BODY.strip()


@pytest.mark.parametrize(
    "sentence",
    [
        "微信公众号已经成为影评人最重要的发表平台。",
        "这部短片在三天内获得十万次点赞和两万次转发，收藏数也创下纪录。",
        "导演呼吁观众点赞、转发、收藏，支持年轻创作者。",
        "关注公众号生态的投资人认为，AI正在改变内容行业。",
        "他每天花30分钟阅读剧本。",
        "她扫描二维码付了电影票的钱。",
        "卡梅隆表示，未经授权不得使用他的形象。",
        "免责声明并不能免除平台的责任。",
        "法院认定，平台侵权后应当删除视频并联系作者。",
        "影片的版权归谁所有，至今没有定论。",
        "记者：谢谢您接受采访。",
        "导演：贾樟柯",
        "监制：李明",
        "编辑这一行正在消失。",
        "来源不明的训练数据，是诉讼的焦点。",
        "你准备好迎接AI电影了吗？",
        "往期节目里，他也谈到过这一点。",
        "参考资料的匮乏让编剧们无从下手。",
        "合作：人与机器",
        "技术合作：Midjourney",
        "合作公司：Stability AI",
        "书名：《雏菊》\n\n作者：李四\n\n出版社：银幕出版社\n\n出版时间：2024年3月",
        "片名：《雛菊》\n\n導演：張三\n\n翻譯：王五\n\n片長：7分鐘",
        "最佳短片：《雏菊》\n\n作者：李四\n\n最佳动画：《潮》\n\n作者：王五",
        "“国际刑警”要加我微信好友？",
        "Viewers can follow the channel on YouTube, the studio said.",
        "Copyright remains the biggest question for AI films. Courts in three countries will decide it next year.",
        "Copyright law protects only human authors, the office said in its report.",
        "(c) 片方须为演员署名。",
        "如有侵权行为，平台须在24小时内处理并告知当事人。",
        "影片版权归作者所有。",
        "监制：李明 摄影：王五",
        "编辑 比导演 更重要的人",
        "记者：您怎么看",
        "作者系列电影的最后一部，成本只有两万元。",
        "上一篇报道里，他也谈到过这一点。",
        "他打开APP，阅读全文，然后举报了这部短片。",
        "#1",
        "Editing by machine is cheaper than editing by hand.",
        "This article of the law protects actors.",
    ],
)
def test_sentences_about_such_matters_stay(sentence: str) -> None:
    assert sentence in clean(BODY + sentence).text
    assert sentence in clean(f"{sentence}\n\n{BODY}").text


@pytest.mark.parametrize(
    "line",
    [
        "山西一部短片获奖 三人被请去谈话公众号转载本报稿件，须申请授权。",
        "图片来源：视觉中国由于院线压低了分成的价格上限，该公司七月的票房收入创下今年新高。",
        "全文共959字，阅读大约需要2分钟诞生于1997年的这档节目算得上是综艺界的常青树。",
        "参考资料：https://example.com 不过，导演没有读过它们。他只看电影。",
        "原文：他只是想拍电影。",
        "原标题：三问AI短片。他说，短片便宜了。",
        "声明：版权归原作者所有。济南警方通报了一起案件，三名男子用AI换脸骗走了两万元。",
    ],
)
def test_a_line_that_also_holds_a_sentence_of_the_article_stays(line: str) -> None:
    assert clean(BODY + line).text == BODY + line


def test_promotion_inside_the_article_stays() -> None:
    text = BODY + "欢迎关注我们的视频号\n\n" + BODY
    assert "欢迎关注我们的视频号" in clean(text).text


def test_a_portals_link_at_the_end_of_the_last_paragraph_goes() -> None:
    cleaned = clean(BODY.strip() + "返回搜狐，查看更多\n\n责任编辑：\n\n平台声明：该文观点仅代表作者本人。")
    assert cleaned.text == BODY.strip()
    assert "promotion" in kinds(cleaned)


@pytest.mark.parametrize(
    "line", ["影片明年上映。", "内容如有差错或需要更正之处，欢迎随时来信说明，我们会在三个工作日之内回复各位读者。"]
)
def test_one_line_below_a_notice_stays_and_the_notice_goes(line: str) -> None:
    assert clean(BODY + "责任编辑：李四\n\n特别声明：以上内容由用户上传。\n\n" + line).text == BODY + line


def test_a_byline_at_the_head_stays_as_it_may_be_the_only_one() -> None:
    assert clean("总台记者 李四\n\n" + BODY).text == "总台记者 李四\n\n" + BODY.strip()


def test_a_text_of_nothing_but_promotion_is_left() -> None:
    assert clean("欢迎关注我们的公众号").text == "欢迎关注我们的公众号"
    assert clean("欢迎关注我们的公众号\n\n（完）").text


@pytest.mark.parametrize("heading", ["# 往期回顾", "推荐阅读", "▼ 相关文章 ▼", "Related articles"])
def test_a_list_of_other_articles_goes_with_all_after_it(heading: str) -> None:
    tail = f"{heading}\n\n[1、一位导演的自述](https://a.example/1)\n\n[2、谁在拍AI电影](https://a.example/2)\n\n**抓住这波浪潮！**"
    assert clean(BODY + tail).text == BODY.strip()


def test_a_section_named_so_stays_where_the_article_goes_on_below_it() -> None:
    prose = (
        "评委会认为，这三部短片的叙事最为完整。其中一部以火锅店为背景，讲述了机器人第一次流泪的故事，获得了满堂喝彩。"
        * 2
    )
    text = BODY + "精彩回顾\n\n" + prose
    assert "精彩回顾" in clean(text).text
    assert prose in clean(text).text


@pytest.mark.parametrize(
    "section",
    [
        "历史回顾\n\n1895年，卢米埃尔兄弟放映了第一部电影。\n\n1927年，有声电影诞生，片名叫《爵士歌手》。",
        "相关内容\n\n片方将在下周公布预告片。",
        "推荐阅读\n\n《电影的形状》\n\n李四著，银幕出版社\n\n这本书讲述了胶片如何消失。",
        "Further reading\n\nThe director's next film opens in May, the studio said.",
    ],
)
def test_a_section_of_short_paragraphs_stays(section: str) -> None:
    assert clean(BODY + section).text == BODY + section


@pytest.mark.parametrize("end", ["- END -", "（完）", "点个“在看”", "责任编辑：李静"])
def test_a_bold_last_line_stays(end: str) -> None:
    assert clean(f"{BODY}**未来已来**\n\n{end}").text == f"{BODY}未来已来"


def test_a_section_of_wiki_links_goes_with_its_heading_but_links_in_prose_keep_their_words() -> None:
    cleaned = clean(
        BODY + "参见[[人物/贾樟柯|贾导]]与[[公司/快手]]的合作。\n\n## 关联主题\n\n- [[主题/电影]]\n- [[主题/AI]]\n"
    )
    assert cleaned.text == BODY + "参见贾导与快手的合作。"
