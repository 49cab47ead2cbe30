"""Metadata: from front matter, meta tags or the head of the text, in the fields that a citation shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.clean import clean
from ingest.dates import iso_date
from ingest.metadata import About, describe
from ingest.read import Document, read

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
BODY = (
    "三位导演在春天开始用生成式模型拍摄短片。他们先写剧本，再让模型生成分镜，最后由剪辑师逐格修改。\n\n"
    "制片人说，这样的流程把每一部短片的成本降到了两万元以内。摄影师却担心，画面会变得千篇一律。\n"
)


def about(head: str, **metadata: object) -> tuple[About, str]:
    return describe(Document(head + BODY, metadata), Path("some-article.md"))


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2024-12-18", "2024-12-18"),
        ("2024年12月18日", "2024-12-18"),
        ("2024 年 1 月 5 日 星期五", "2024-01-05"),
        ("2024/12/18", "2024-12-18"),
        ("2024.1.5", "2024-01-05"),
        ("2024-12-18 10:00", "2024-12-18"),
        ("2024-12-18T10:00:00+08:00", "2024-12-18"),
        ("20241218", "2024-12-18"),
        ("二〇二四年十二月十八日", "2024-12-18"),
        ("October 8, 2024", "2024-10-08"),
        ("8 Oct. 2024", "2024-10-08"),
        ("Sept 2024", "2024-09"),
        ("2024年12月", "2024-12"),
        ("2024年", "2024"),
        ("２０２４年１２月６日", "2024-12-06"),
        ("2024–12–06", "2024-12-06"),
        ("2024年十二月廿六日", "2024-12-26"),
        ("民國113年12月6日", "2024-12-06"),
        ("民国三十八年", "1949"),
        ("24年12月6日", "2024-12-06"),
        ("昭和24年12月6日", ""),
        ("Sep 5,2024", "2024-09-05"),
        ("Dec.5, 2024", "2024-12-05"),
        ("12/18/2024", "2024-12-18"),
        ("18/12/2024", "2024-12-18"),
        ("6/12/2024", "2024"),
        ("2010-12年", "2010"),
        ("2011－12賽季", "2011"),
        ("2011－12", "2011-12"),
        ("1953年九月27日", "1953-09-27"),
        ("2024-25赛季", "2024"),
        ("Marvel 2024", "2024"),
        ("Maya 2024", "2024"),
        ("The Decision 12, 2024", "2024"),
        ("12月18日", ""),
        ("12月", ""),
        ("2024-02-31", "2024"),
        ("第3000届", ""),
        ("2000萬人", ""),
        ("2000多人", ""),
        ("", ""),
    ],
)
def test_dates_become_iso_as_exact_as_they_are_written(written: str, date: str) -> None:
    assert iso_date(written) == date


def test_front_matter_in_english_and_chinese() -> None:
    expected = About(
        "三问AI短片", "电影手册", "李明", "2024-12-18", "https://example.com/a?b=c", "zh-Hans", ("短片", "AI")
    )
    english, _ = about("", title="三问AI短片", publisher="电影手册", author="李明", date="2024-12-18", url="https://example.com/a?b=c",
                       language="zh-CN", tags=["短片", "AI"])  # fmt: skip
    chinese, _ = about("", 标题="三问AI短片", 来源="电影手册", 文章作者="李明", 发布时间="2024年12月18日 10:00",
                       原文链接="https://example.com/a?b=c", 语言="zh_Hans", 标签="短片，AI")  # fmt: skip
    assert english == chinese == expected


def test_front_matter_oddities() -> None:
    stated = {
        "author": ["李明", "王芳"],
        "tags": [["AI"], "#电影"],
        "published_at": "not a date",
        "extra": {"deep": ["x"]},
    }
    odd, _ = about("", title="**三问** [[AI]]", source="https://example.com/x", **stated)
    assert (odd.title, odd.url, odd.publisher, odd.author, odd.date) == (
        "三问 AI",
        "https://example.com/x",
        "",
        "李明、王芳",
        "",
    )
    assert odd.tags == ("AI", "电影")


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("作者|李静", "author", "李静"),
        ("作者：李静", "author", "李静"),
        ("文 / 李静", "author", "李静"),
        ("（作者：李静）", "author", "李静"),
        ("**作者 丨 李静**", "author", "李静"),
        ("By Jane Doe", "author", "Jane Doe"),
        ("来源：新华网", "publisher", "新华网"),
        ("來源:新華網", "publisher", "新華網"),
        ("来源：36氪（ID：kr36）", "publisher", "36氪（ID：kr36）"),
        ("*电影手册|2024-12-18|*", "publisher", "电影手册"),
        ("原创 电影手册 2024-12-18 10:00", "publisher", "电影手册"),
        ("2024年12月18日 10:00 来源：新华网", "publisher", "新华网"),
        ("发布时间: 2024-10-08 10:00", "date", "2024-10-08"),
        ("發佈時間：2024年10月8日", "date", "2024-10-08"),
        ("2024-10-08", "date", "2024-10-08"),
        ("Published on October 8, 2024", "date", "2024-10-08"),
        ("原文链接: http://example.com/s?__biz=M==&mid=2#rd", "url", "http://example.com/s?__biz=M==&mid=2#rd"),
        ("链接: [原文](https://example.com/a_-)", "url", "https://example.com/a_-"),
        ("**原文：** https://example.com/a_(b)", "url", "https://example.com/a_(b)"),
        ("[阅读原文](https://example.com/a)", "url", "https://example.com/a"),
        ("文｜李静 图｜王芳", "author", "李静"),
        ("文/李静 图/王芳", "author", "李静"),
        ("文／李靜　攝影／王芳", "author", "李靜"),
        ("作者丨李静 监制丨王芳 制图｜张三", "author", "李静"),
        ("採寫｜李靜", "author", "李靜"),
        ("采写：新京报记者 李静", "author", "李静"),
        ("本报记者 李静", "author", "李静"),
        ("記者｜李靜、王芳", "author", "李靜、王芳"),
        ("字号：大 中 小", "author", ""),
        ("标题：三问AI短片", "title", "三问AI短片"),
    ],
)
def test_lines_at_the_head_that_state_a_field_leave_the_text(line: str, field: str, value: str) -> None:
    found, body = about(f"# 三问AI短片\n\n{line}\n\n" if field != "title" else f"{line}\n\n")
    assert getattr(found, field) == value
    assert clean(body).text == BODY.strip()
    assert found.title == "三问AI短片"
    assert [(removal.kind, removal.count) for removal in found.removed] == [
        ("metadata line", 1 if field == "title" else 2)
    ]


def test_several_fields_on_one_line() -> None:
    found, body = about("三问AI短片\n作者：李静 | 来源：电影手册 | 2024-12-18\n责任编辑：王芳\n\n")
    assert (found.title, found.author, found.publisher, found.date) == ("三问AI短片", "李静", "电影手册", "2024-12-18")
    assert clean(body).text == BODY.strip()


@pytest.mark.parametrize(
    ("line", "publisher", "author"),
    [
        ("2024年12月06日 10:20 人民日报", "人民日报", ""),
        ("2024年12月06日08:12 来源：人民网－人民日报", "人民网－人民日报", ""),
        ("2024年12月06日10:20 | 来源：人民日报", "人民日报", ""),
        ("2024-12-06 10:20·电影手册", "电影手册", ""),
        ("2024-12-06 人民日报", "人民日报", ""),
        ("人民日报 2024-12-06 10:20 北京", "人民日报", ""),
        ("2024年12月06日 18:30 北京", "", ""),
        ("2024-12-06 10:20 发布于 深圳", "", ""),
        ("2024年12月6日，星期五", "", ""),
        ("原创 李静 电影手册 2024年12月06日 18:30 北京", "电影手册", "李静"),
        ("原创 电影手册 电影手册 2024年12月6日 18:30", "电影手册", ""),
        ("原创 李静 电影手册\n2024年12月6日 18:30 北京", "电影手册", "李静"),
        ("李静 电影手册 2024-12-06 10:20", "电影手册", "李静"),
        ("新华社 李静 2024-12-06", "新华社", "李静"),
        ("2024-12-06 10:20 聯合報／ 記者李靜／台北報導", "聯合報", "李靜"),
        ("記者李靜／台北報導\n2024-12-06", "", "李靜"),
        ("来源：人民日报 2024年12月06日 10:20", "人民日报", ""),
        ("来源：《人民日报》（2024年12月06日 第20版）", "《人民日报》", ""),
        ("发布时间：2024-12-06 10:20 来源：人民网 字号：大 中 小", "人民网", ""),
        ("来源：人民网 版次：20 日期：2024-12-06", "人民网", ""),
        ("来源：人民网（2024-12-06）", "人民网", ""),
        ("来源：人民网（2024-12-06 10:20 北京）", "人民网", ""),
        ("作者：李静 发布：2024-12-06", "", "李静"),
        ("作者：李静 刊发：2024-12-06", "", "李静"),
        ("日期：2024-12-06 来源：【字号：大 中 小】", "", ""),
        ("来源：人民网发布时间：2024-12-06", "人民网", ""),
        ("2024年12月6日（星期五）", "", ""),
        ("By JANE DOE\nUpdated Dec. 6, 2024, 10:20 a.m. ET", "", "JANE DOE"),
        ("Published Friday, December 6, 2024 at 10 AM ET", "", ""),
        ("Dec 6, 2024, 10:00am EST", "", ""),
        ("By Jane Doe | December 6, 2024", "", "Jane Doe"),
        ("出版：2024-12-06 10:20 更新：2024-12-07 11:00", "", ""),
        ("發佈於 2024-12-06 10:20", "", ""),
        ("刊登於 2024/12/06 10:20", "", ""),
        ("發稿時間：2024/12/06 10:20", "", ""),
        ("最後更新：2024-12-06", "", ""),
        ("2024-12-06 10:20 更新", "", ""),
        ("2024-12-06 10:20:33　来源: 电影手册 北京 举报", "电影手册", ""),
        ("2024-12-06 10:20 聯合報／ 記者李靜、王芳／台北報導", "聯合報", "李靜、王芳"),
        ("作者：李静\n时间：2024-12-06\n来源：电影手册", "电影手册", "李静"),
        ("時間：2024-12-06\n作者：李靜", "", "李靜"),
        ("Author: Jane Doe\nDate: December 6, 2024", "", "Jane Doe"),
    ],
)
def test_lines_of_date_and_source_as_sites_write_them(line: str, publisher: str, author: str) -> None:
    found, body = about(f"三问AI短片\n\n{line}\n\n")
    assert (found.publisher, found.author, found.date) == (publisher, author, "2024-12-06")
    assert clean(body).text == BODY.strip()


def test_a_programme_is_no_line_of_date_and_source() -> None:
    second = "2024年12月18日 14:00 圆桌论坛"
    assert second in about(f"三问AI短片\n\n2024年12月18日 10:00 电影沙龙\n{second}\n\n")[1]


@pytest.mark.parametrize(
    "line",
    [
        "来源：据新华社报道，这部影片将在明年上映。",
        "记者：您怎么看AI？",
        "作者认为：短片只是开始。",
        "时间：2024年12月6日 地点：北京",
        "时间：2024年12月6日",
        "作者：李静\n\n时间：2024年12月6日\n地点：北京",
        "出版：2008年",
        "发布会 2024年12月6日",
        "记者：李静怎么看",
        "记者 手记",
        "2024年12月18日，三位导演在北京见面。",
        "2024年12月18日 三位导演在北京见面",
        "2024年12月18日 三位导演聚首",
        "2024年12月18日 10:00 三位导演在北京见面",
        "2024年12月18日 10:00 短片开机",
        "2024年12月18日 10:00，三位导演谈短片的成本和明天",
        "三位导演 2024年12月18日见面",
        "原创 短片 电影 剧本 动画",
        "链接：[张三](https://example.com/a)在这里谈短片",
        "作者：李静 观点：短片只是开始。",
        "作者：李静 特别声明：以上内容为用户上传并发布，平台仅提供存储服务",
        "来源：人民网 2024-12-18 短片是可期的",
        "2024-12-18 10:20 据公安部统计",
        "截至2024年12月18日 10:20",
        "北京时间2024年12月18日 10:20",
        "图/新华社2024年12月18日 10:20",
        "1952年8月4日終刊",
        "标题党：谁在误导观众？你会被骗吗。",
        "《作者：李静》是一部短片。",
    ],
)
def test_prose_at_the_head_stays(line: str) -> None:
    _, body = about(f"# 三问AI短片\n\n{line}\n\n")
    assert line.rpartition("\n\n")[2] in body  # a byline above it doesn't


def test_the_author_may_stand_below_two_subtitles_and_they_stay() -> None:
    subtitles = "AI不会取代导演\n\n一场关于电影的谈话\n\n"
    found, body = about(f"对话贾樟柯\n\n{subtitles}文｜李静\n\n")
    assert (found.title, found.author) == ("对话贾樟柯", "李静")
    assert clean(body).text == subtitles + BODY.strip()


@pytest.mark.parametrize(
    ("value", "author"),
    [
        ([{"name": "李静", "url": "https://example.com"}, {"name": "王芳"}], "李静、王芳"),
        ({"name": "李静"}, "李静"),
        ({"url": "https://example.com"}, ""),
        ("null", ""),
        ("None", ""),
        ("~", ""),
    ],
)
def test_of_a_front_matter_mapping_the_name_is_taken_and_of_nothing_nothing(value: object, author: str) -> None:
    assert about("# 三问AI短片\n\n", author=value)[0].author == author


def test_labelled_lines_inside_the_article_stay() -> None:
    _, body = about("# 三问AI短片\n\n" + BODY + "\n作者：李静\n\n")
    assert "作者：李静" in body


def test_front_matter_wins_and_its_title_is_not_doubled() -> None:
    found, body = about("# 三问：AI短片\n\n作者：王芳\n\n", title="三问 AI 短片", author="李静")
    assert (found.title, found.author) == ("三问 AI 短片", "李静")
    assert clean(body).text == BODY.strip()


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("# 三问AI短片\n\n", "三问AI短片"),
        ("AI電影:代碼編織的技術(shù)之網(wǎng),能否承載溫度?\n", "AI電影:代碼編織的技術之網,能否承載溫度?"),
        ("（关注公众号并设为星标，获取更多资讯）\n全文3000字 | 阅读约8分钟\n三问AI短片\n\n", "三问AI短片"),
        ("![封面](http://example.com/a.png)\n\n# 三问AI短片\n", "三问AI短片"),
        ("AI短片的三个问题（上）\n\n文｜李静\n\n引子\n\n", "AI短片的三个问题（上）"),
        ("卡梅隆談AI（附演講全文）\n\n01\n\n", "卡梅隆談AI（附演講全文）"),
        ("AI拍电影，导演们说……\n\n谁在担心\n\n", "AI拍电影，导演们说……"),
        ("他说不担心。（笑）\n\n三问AI短片\n\n", "三问AI短片"),
        ("（本刊记者在上海）\n\n三问AI短片\n\n", "三问AI短片"),
        ("好莱坞还在罢工。\n", "好莱坞还在罢工"),
        ("## 摘要\n\n短片变得便宜了。\n\n", "短片变得便宜了"),
    ],
)
def test_the_title_comes_from_the_head(head: str, title: str) -> None:
    found, body = about(head)
    assert found.title == title
    if head.endswith("。\n"):
        assert head.strip() in body  # a sentence of the article that gives the title stays


def test_without_a_title_the_stem_stands_for_it() -> None:
    long = "这个句子很长，" * 12 + "所以它不能作为标题。"
    assert describe(Document(long), Path("some-article.md"))[0].title == "some-article"


def test_the_first_line_of_a_wrapped_paragraph_is_no_title() -> None:
    text = BODY.replace("\n", "")
    wrapped = "\n".join(text[at : at + 24] for at in range(0, len(text), 24))
    found, body = describe(Document(wrapped), Path("some-article.txt"))
    assert found.title == "三位导演在春天开始用生成式模型拍摄短片"
    assert body == wrapped


@pytest.mark.parametrize("junk", ["untitled", "Microsoft Word - 稿件.docx", "p.html", "文档1", ""])
def test_a_files_own_title_counts_unless_it_is_junk(junk: str) -> None:
    long = "这个句子很长，" * 12 + "所以它不能作为标题。"
    assert describe(Document(long, {"document title": junk}), Path("a.pdf"))[0].title == "a"
    assert describe(Document(long, {"document title": "三问AI短片"}), Path("a.pdf"))[0].title == "三问AI短片"


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("三问AI短片_影视频道_某某网", "三问AI短片"),
        ("三问AI短片 - 电影手册", "三问AI短片"),
        ("走进电影手册", "走进电影手册"),
    ],
)
def test_a_pages_title_loses_the_name_of_its_site(stated: str, title: str) -> None:
    assert about("", title=stated, publisher="电影手册")[0].title == title


@pytest.mark.parametrize(
    ("stated", "language"),
    [("zh-CN", "zh-Hans"), ("zh_TW", "zh-Hant"), ("zh-Hant-HK", "zh-Hant"), ("zh", ""), ("en-US", "en"), ("???", "")],
)
def test_languages_are_named_as_articles_name_them(stated: str, language: str) -> None:
    assert about("", language=stated)[0].language == language


# The originals


def original(number: str) -> tuple[About, str]:
    files = sorted(SEEDS.glob(f"{number}_*"))
    if not files:
        pytest.skip("the originals are not here")
    return describe(read(files[0]), files[0])


def test_the_originals_tell_who_wrote_them_and_when() -> None:
    found = {number: original(number)[0] for number in ("000", "001", "002", "003", "004")}
    assert found["001"].date == "2024-09-25"
    assert found["001"].url.startswith("https://")
    assert all((found["001"].title, found["001"].author, found["001"].publisher))
    assert (found["003"].publisher, found["003"].author, found["003"].date) == ("娱乐资本论", "李静林", "2024-12-18")
    assert (found["004"].author, found["004"].date) == ("AI深度研究员", "2024-10-08")
    assert found["004"].url.startswith("http://")
    assert "(" not in found["002"].title
    assert found["002"].title.endswith("?")
    assert len(found["000"].title) <= 40
