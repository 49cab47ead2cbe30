"""Pages as sites frame them: who, when and where is read from the frame, and nothing of the frame is left in the text."""

from __future__ import annotations

from pathlib import Path

import pytest
from files import write

from ingest.article import Article
from ingest.reading import read_article

FIRST = "导演陆川把一段由模型生成的镜头投到大屏幕上，在场的摄影师沉默了半分钟。他说，成本降到了三千元。"
LAST = "制片人更关心版权，公司已经与三家厂商签了协议。影片将于2025年暑期上映。"
TITLE = "AI进剪辑室之后，导演们在怕什么？"


def page(tmp_path: Path, above: str = "", below: str = "", within: str = "", head: str = "") -> Article:
    prose = f"<p>{FIRST}</p>" * 4
    body = f"<h1>{TITLE}</h1>{above}<div>{prose}{within}{prose}<p>{LAST}</p></div>{below}"
    source = f'<html><head><meta charset="utf-8">{head}</head><body><main>{body}</main></body></html>'
    return read_article(write(tmp_path, "a.html", source))[0]


def own(article: Article) -> bool:
    return article.text.split("\n\n") == [FIRST] * 8 + [LAST]


@pytest.mark.parametrize(
    ("head", "publisher"),
    [
        (f'<meta property="og:title" content="{TITLE}-36氪">', ""),
        (f"<title>{TITLE} - 知乎</title>", "知乎"),
        (f'<title>{TITLE}</title><meta property="og:title" content="{TITLE} | 電影 | 噓！星聞">', ""),
        (
            f'<meta property="og:title" content="{TITLE}｜端傳媒 Initium"><meta property="og:site_name" content="端傳媒 Initium">',
            "端傳媒 Initium",
        ),
        (f"<title>{TITLE}_文化课_澎湃新闻</title>", ""),
    ],
)
def test_a_title_has_no_site_behind_it(tmp_path: Path, head: str, publisher: str) -> None:
    article = page(tmp_path, head=head)
    assert (article.title, article.publisher) == (TITLE, publisher)
    assert own(article)


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ('<meta name="byl" content="李静">', "李静"),
        ('<meta property="article:author" content="https://www.facebook.com/variety">', ""),
        ('<meta name="author" content="聯合報 記者李靜">', "李靜"),
        ('<meta name="author" content="端傳媒記者 李靜 發自北京">', "李靜"),
    ],
)
def test_an_author_is_a_name(tmp_path: Path, head: str, author: str) -> None:
    assert page(tmp_path, head=head).author == author


@pytest.mark.parametrize(
    "above",
    [
        '<div itemprop="author"><meta itemprop="name" content="李静"><a>李静</a></div>',
        '<p itemprop="author"><span itemprop="name">李静</span></p>',
        '<p><a rel="author">李静</a></p>',
    ],
)
def test_elements_made_for_it_name_the_author_and_leave_the_text(tmp_path: Path, above: str) -> None:
    article = page(tmp_path, above)
    assert article.author == "李静"
    assert own(article)


@pytest.mark.parametrize(
    ("above", "told"),
    [
        (
            '<p><span><a>李静</a></span><span> · </span><span>2024/12/18 10:32</span><span class="pv">浏览 1.2w</span>'
            "<span>来源：界面新闻</span></p>",
            ("界面新闻", "李静", "2024-12-18"),
        ),
        (
            '<p><span class="time">2024-12-18 10:32</span><span>来源:<a>电影内参</a></span>'
            '<span class="area"><span>发布于：</span><span>北京市</span></span></p>',
            ("电影内参", "", "2024-12-18"),
        ),
        ("<p>2024年12月18日 10:32</p><p>1234浏览 · 56点赞 · 7评论</p>", ("", "", "2024-12-18")),
        ("<p><span>2024年12月18日 10:32</span><span>1234浏览 · 56点赞</span></p>", ("", "", "2024-12-18")),
        (
            "<p>本文来自微信公众号：毒眸 （ID：DomoreDumou），作者：陈首丞，编辑：赵普通，题图来自：视觉中国</p>",
            ("毒眸", "陈首丞", ""),
        ),
        ("<p>聯合報／ 記者李靜／台北即時報導</p><p>2024-12-18 10:32</p>", ("聯合報", "李靜", "2024-12-18")),
        ("<p>2024/12/18 10:32（12/18 11:00 更新）</p>", ("", "", "2024-12-18")),
        ("<p>2024年12月18日 10:32　来源：中国新闻网 大字体小字体</p>", ("中国新闻网", "", "2024-12-18")),
        ("<p>作者：李静 发布于2024年12月18日</p>", ("", "李静", "2024-12-18")),
        ("<p>文字／李靜</p><p>攝影／王芳</p>", ("", "李靜", "")),
        ("<p>总字数: 1.2k|阅读时长:4分钟 | 浏览量: 123</p>", ("", "", "")),
        ("<p>∙ <a>文化课</a> ></p><p>字号</p><p>86 人赞同了该文章</p><p>界面新闻编辑 | 刘海川</p>", ("", "", "")),
    ],
)
def test_the_frame_above_an_article_is_read_and_goes(tmp_path: Path, above: str, told: tuple[str, str, str]) -> None:
    article = page(tmp_path, above)
    assert (article.publisher, article.author, article.date) == told
    assert own(article)


BBC = """{title}

图像来源，Getty Images

图像加注文字，导演在剪辑室。
Article Information
Author,凯蒂·拉扎尔（Katty Razzall）
Role,文化事务编辑
2024年12月18日

{first}

圖像來源，AFP

圖像加註文字，門不夠舊。

{last}"""


def test_what_is_copied_of_the_bbc_keeps_its_captions_alone(tmp_path: Path) -> None:
    article = read_article(write(tmp_path, "a.txt", BBC.format(title=TITLE, first=FIRST, last=LAST)))[0]
    assert article.text.split("\n\n") == ["导演在剪辑室。", FIRST, "門不夠舊。", LAST]
    assert (article.author, article.date) == ("凯蒂·拉扎尔（Katty Razzall）", "2024-12-18")


@pytest.mark.parametrize(
    "line",
    [
        "导演>编剧>演员",
        "本文来自微信公众号毒眸，它讲了三位导演怎样把成本降到三千元的故事。",
        "播放：2000万",
        "发布会于2024年12月18日举行",
        "他在首页 > 设置里找到了它。",
    ],
)
def test_a_line_of_the_articles_own_stays(tmp_path: Path, line: str) -> None:
    prose = "\n\n".join([FIRST] * 3)
    assert line in read_article(write(tmp_path, "head.txt", f"{TITLE}\n\n{line}\n\n{prose}"))[0].text
    assert line in read_article(write(tmp_path, "tail.txt", f"{TITLE}\n\n{prose}\n\n{line}"))[0].text


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("影迷甲 评论 一部没有名字 2024-12-18 21:03:11", "2024-12-18"),
        ("电影内参 2024-12-18 10:32 北京优质影视领域创作者", "2024-12-18"),
        ("2024-12-18 14:00 在北京大学举行首映", ""),
        ("影迷甲，2024-12-18 14:00", ""),
        ("影迷甲 评论 2024-12-18", ""),
    ],
)
def test_a_line_that_tells_an_hour_among_else_dates_the_article(tmp_path: Path, line: str, date: str) -> None:
    assert page(tmp_path, f"<p>{line}</p>").date == date
    text = f"{TITLE}\n\n{line}\n\n{FIRST}"
    assert read_article(write(tmp_path, "a.txt", text))[0].date == date


def test_a_quotation_mark_that_only_decorates_goes(tmp_path: Path) -> None:
    assert own(page(tmp_path, within="<section><p><strong>“</strong></p></section><p>”</p>"))


def test_a_title_that_is_no_heading_tells_the_site_too(tmp_path: Path) -> None:
    source = (
        f'<html><head><meta charset="utf-8"><title>{TITLE} - 少数派</title></head><body><div class="title">{TITLE}</div>'
        f"<div>{f'<p>{FIRST}</p>' * 8}</div></body></html>"
    )
    article = read_article(write(tmp_path, "a.html", source))[0]
    assert (article.title, article.publisher) == (TITLE, "少数派")


@pytest.mark.parametrize(
    ("below", "date"),
    [
        ("<p>发布于 2024-12-18 10:32・IP 属地北京</p>", "2024-12-18"),
        ("<p>編輯於 2024-12-19 09:12</p>", "2024-12-19"),
        ("<p>赞 56</p><p>在看 30</p><p>阅读 1.2万</p><p>人划线</p><p>写留言</p>", ""),
        ("<p>【纠错】 【责任编辑:张三】</p><p>阅读下一篇：</p>", ""),
        ("<p>本文来自虎嗅，原文链接：https://www.huxiu.com/article/1.html</p>", ""),
        ("<p>点击查看本文英文版。</p>", ""),
    ],
)
def test_the_frame_below_an_article_goes(tmp_path: Path, below: str, date: str) -> None:
    article = page(tmp_path, within=LAST, below="", head="")
    assert not own(article)
    article = page(tmp_path, below=f"<p>{LAST}</p>{below}")
    assert article.date == date
    assert article.text.split("\n\n")[-1] == LAST


@pytest.mark.parametrize(
    "within",
    [
        "<section><h2>热读</h2><ul><li><a>短剧出海</a></li><li><a>谁来签字？</a></li></ul></section>",
        "<div><div>延伸閱讀</div><ul><li><a>金馬獎出爐！他奪影帝</a></li></ul></div>",
        "<p>往期推荐</p><p><a>短剧出海</a></p><p><a>谁来签字？</a></p>",
        "<section><h2>Popular on Variety</h2><a>How AI Is Remaking Post</a></section>",
        '<span class="visually-hidden">End of</span>',
        '<p><span class="mw-editsection">[<a>编辑</a>]</span></p>',
        '<div id="toc" class="toc"><h2>目录</h2><ul><li><a>1 制作</a></li></ul></div>',
    ],
)
def test_lists_of_links_within_an_article_go(tmp_path: Path, within: str) -> None:
    assert own(page(tmp_path, within=within))


@pytest.mark.parametrize(
    "within",
    [
        "<h2>热读</h2><p>这一季最受欢迎的书，<a>《门》</a>卖出了三万册。</p>",
        "<h2>相关报道</h2><p>本报在去年三月首先报道了这件事。</p><p><a>全文</a></p>",
        "<p>参见<a>前一篇报道</a></p>",
    ],
)
def test_prose_with_links_stays(tmp_path: Path, within: str) -> None:
    assert not own(page(tmp_path, within=within))
