"""A web page gives its article and what its meta tags and linked data say."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from files import write

from ingest.errors import ReadError
from ingest.read import read
from ingest.reading import read_article

PAGE = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="{charset}"><title>三问AI短片 - 电影手册</title>
<meta property="og:title" content="三问AI短片"><meta property="og:site_name" content="电影手册">
<meta name="author" content="李明"><meta property="article:published_time" content="2024-12-18T10:00:00+08:00">
<link rel="canonical" href="https://example.com/a/1"><script>var x = "不是正文";</script></head><body>
<nav><a href="/">首页</a><a href="/b">登录</a></nav><div>今日天晴</div><div class="page"><div id="content">
<h1>三问AI短片</h1>
<section><p><span>三位导演用模型</span><b>拍摄</b>短片，成本不到两万元。</p></section><h2>第一问</h2>
<p>谁来写剧本？<br>谁来剪辑？</p><ul><li>编剧</li><li>模型</li></ul>
<table><tr><th>导演</th><th>片名</th></tr><tr><td>张三</td><td>《雏菊》</td></tr></table>
<p>参见<a href="https://example.com/b">前一篇报道</a>，其中谈到了更多的细节与数字。</p></div>
<div class="related"><p>相关的另一篇文章的长长的摘要，不属于本文。</p></div></div>
<footer>版权所有</footer></body></html>"""


@pytest.mark.parametrize(
    ("charset", "encoding"), [("utf-8", "utf-8"), ("gbk", "gb18030"), ("gb2312", "utf-8"), ("big5", "gb18030")]
)
def test_a_web_page_gives_its_article_and_its_meta_tags(tmp_path: Path, charset: str, encoding: str) -> None:
    document = read(write(tmp_path, "a.html", PAGE.format(charset=charset).encode(encoding)))
    assert document.text.split("\n\n") == [
        "## 三问AI短片",
        "三位导演用模型拍摄短片，成本不到两万元。",
        "## 第一问",
        "谁来写剧本？",
        "谁来剪辑？",
        "- 编剧",
        "- 模型",
        "| 导演 | 片名 |",
        "| 张三 | 《雏菊》 |",
        "参见前一篇报道，其中谈到了更多的细节与数字。",
    ]
    assert document.metadata == {
        "title": "三问AI短片",
        "publisher": "电影手册",
        "author": "李明",
        "date": "2024-12-18T10:00:00+08:00",
        "url": "https://example.com/a/1",
        "language": "zh-CN",
    }


def test_linked_data_tells_what_meta_tags_do_not(tmp_path: Path) -> None:
    authors = '[{"name":"李明"},{"name":"王芳"}]'
    data = '{"@type":"Article","headline":"三问","datePublished":"2024-12-18","author":' + authors + "}"
    page = f'<html><script type="application/ld+json">{data}</script><body><p>正文在这里。</p></body></html>'
    document = read(write(tmp_path, "a.htm", page))
    assert document.metadata == {"title": "三问", "date": "2024-12-18", "author": "李明、王芳"}


def test_hostile_pages_end_in_text_or_in_an_error(tmp_path: Path) -> None:
    entity = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body>正文&x;</body></html>'
    assert "root:" not in read(write(tmp_path, "a.html", entity)).text
    start = time.process_time()
    for page in ("<div>" * 50_000 + "正文", "<p>正文" * 50_000, "<a " * 100_000 + "正文", "<!--" * 50_000 + "正文"):
        try:
            read(write(tmp_path, "b.html", page))
        except ReadError as error:
            assert str(error).startswith("b.html ")
    assert time.process_time() - start < 30


FIRST = "三位导演在春天开始用生成式模型拍摄短片。他们先写剧本，再让模型生成分镜，最后由剪辑师逐格修改。"
SECOND = "制片人说，这样的流程把每一部短片的成本降到了两万元以内。摄影师却担心，画面会变得千篇一律。"
BODY = f"<p>{FIRST}</p><p>{SECOND}</p>"
WECHAT = """<div id="page-content"><h1 id="activity-name">三问AI短片</h1><div id="meta_content"><span class="icon">原创</span>
<span class="rich_media_meta rich_media_meta_text">李明</span><span class="rich_media_meta"><a id="js_name">电影手册</a></span>
<em id="publish_time" class="rich_media_meta rich_media_meta_text">2024年12月18日 18:30</em><em class="rich_media_meta">北京</em></div>
<div id="js_content" style="visibility: hidden;">{body}</div></div><div><p>微信扫一扫<br>关注该公众号</p></div><div>继续滑动看下一个
</div><div role="alert">当前内容可能存在未经审核的第三方商业营销信息，请确认是否继续访问。</div><div>微信公众平台广告规范指引</div>
<div>微信扫一扫使用小程序，或轻触阅读原文，在看，轻点两下取消在看，分享，留言，收藏，听过，或向上滑动看下一个</div>"""
SOHU = """<div class="main"><div class="text-title"><h1>三问AI短片</h1><div class="info"><span class="time">2024-12-18 10:20</span>
<span>来源: <a>电影手册</a></span></div></div><article><p>原标题：三问</p>{body}</article>
<div class="more">这里是站方的说明文字，既不属于文章，也不该出现在回答里。</div></div>"""
SINA = """<div>今日天晴</div><div class="main-content"><h1 class="main-title">三问AI短片</h1><ul><li><a href="/b">另一篇</a></li></ul>
<div class="top-bar"><span class="date">2024-12-18 10:20</span> <span class="source">电影手册</span></div><div>分享到</div>
<div class="body" id="artibody">{body}</div></div>"""


def page(body: str, title: str = "三问AI短片") -> str:
    return f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'


@pytest.mark.parametrize(
    ("frame", "times"),
    [(WECHAT, 1), (WECHAT, 20), (SOHU.replace(">\n<", "><"), 1), (SOHU.replace(">\n<", "><"), 20), (SINA, 20)],
    ids=["wechat", "long wechat", "sohu", "long sohu", "long sina"],
)
def test_an_article_is_read_with_its_byline_and_without_what_is_around(tmp_path: Path, frame: str, times: int) -> None:
    article, _ = read_article(write(tmp_path, "a.html", page(frame.format(body=BODY * times), "三问AI短片_影视")))
    assert article.text.split("\n\n") == [FIRST, SECOND] * times
    assert (article.title, article.publisher, article.date) == ("三问AI短片", "电影手册", "2024-12-18")
    assert article.author == ("李明" if frame is WECHAT else "")


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (f'<form id="form1"><h1>三问AI短片</h1>{BODY}</form>', True),
        (f"{BODY}<form>订阅我们的邮件，请填写地址</form>", False),
        (f'<div style="display: none">{BODY}</div>', True),
        (f'{BODY}<div style="color:red;display:none">订阅我们的邮件</div>', False),
        (f"{BODY}<div hidden>订阅我们的邮件</div>", False),
        (f'{BODY}<div role="dialog">订阅我们的邮件</div><script>{"var x = 1;" * 99}</script>', False),
    ],
)
def test_a_form_or_what_is_hidden_goes_unless_it_is_the_page(tmp_path: Path, body: str, kept: bool) -> None:
    text = read(write(tmp_path, "a.html", page(body))).text
    assert FIRST in text and SECOND in text
    assert "订阅" not in text or kept


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{FIRST}</article><article>{SECOND}</article>",
        f"<article><p>下一篇</p></article><div><p>{FIRST}</p></div><div><p>{SECOND}</p></div>",
        f'<p itemprop="articleBody">{FIRST}</p><p itemprop="articleBody">{SECOND}</p>',
        f"<h1>某某网</h1><p>{FIRST}</p><div><article>{SECOND}</article></div>" + f"<p>{FIRST}{SECOND}</p>" * 9,
    ],
    ids=["two", "a card", "a paragraph each", "a small one"],
)
def test_an_element_with_a_part_of_the_text_is_not_the_article(tmp_path: Path, body: str) -> None:
    text = read(write(tmp_path, "a.html", page(body))).text
    assert FIRST in text and SECOND in text


def test_parts_of_a_byline_stand_apart_and_words_of_a_sentence_do_not(tmp_path: Path) -> None:
    byline = '<div><span class="pub-date">2024-12-18</span><span>电影手册</span></div>'
    sentence = '<p>导演<span class="author">李明</span><b>说</b>，短片变得便宜了。</p>'
    assert read(write(tmp_path, "a.html", page(byline + sentence))).text.split("\n\n") == [
        "2024-12-18 电影手册",
        "导演李明说，短片变得便宜了。",
    ]


@pytest.mark.parametrize(
    "publisher", ['{"@type":"Organization","name":"电影手册"}', '{"@id":"#o"}'], ids=["named", "referred to"]
)
def test_linked_data_may_stand_in_a_graph(tmp_path: Path, publisher: str) -> None:
    article = '{"@type":"NewsArticle","headline":"三问","publisher":' + publisher + "}"
    graph = '{"@graph":[{"@id":"#o","name":"电影手册"},' + article + ',{"headline":"另一篇"},7]}'
    body = f'<script type="application/ld+json">{graph}</script>{BODY}'
    assert read(write(tmp_path, "a.html", page(body))).metadata == {"title": "三问", "publisher": "电影手册"}


LAST = "<p>影片将在2025年3月上映，票价45元。</p>"
LONG = BODY * 10


@pytest.mark.parametrize(
    "body",
    [
        f'<div id="js_content"><section>{LONG}</section><section>{LAST}</section></div>',
        f'<div itemprop="articleBody"><div>{LONG}</div>{LAST}</div>',
        f"<article><h1>三问AI短片</h1><div><div>{LONG}</div></div><p>分享</p>{LAST}</article>",
        f'<div class="c"><div class="lead">{LAST}</div><div class="text">{LONG}</div></div>',
        f'<div class="c"><div class="text">{LONG}</div><div class="end">{LAST}</div></div><div>返回首页</div>',
    ],
    ids=["wechat", "article body", "article", "above", "below"],
)
def test_prose_beside_the_greatest_part_of_an_article_is_text(tmp_path: Path, body: str) -> None:
    text = read(write(tmp_path, "a.html", page(body))).text
    assert "票价45元" in text
    assert "返回首页" not in text


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<h2><div>第一問</div></h2>", ["## 第一問"]),
        (
            "<section><section><strong>02</strong></section><p><span><b>钱从</b><b>哪里来</b></span></p></section>",
            ["## 02", "## 钱从哪里来"],
        ),
        ('<p style="text-align:center"><span style="font-weight: 700">第一问</span></p>', ["## 第一问"]),
        ("<p><strong>成本降了。</strong></p><p><b>成本</b>降了</p>", ["成本降了。", "成本降了"]),
        ("<ul><li>\n<p>编剧</p></li><li><p>剪辑</p></li><li></li></ul>", ["- 编剧", "- 剪辑"]),
        ("<ul><li><h3>编剧</h3><p>失业</p></li></ul>", ["## 编剧", "失业"]),
        ("<table><tr><td><p>张三</p></td><td><div>3</div>万<br>元</td></tr></table>", ["| 张三 | 3 万 元 |"]),
        (f"<table><tr><td>{LONG}</td><td><p>分享</p><p>收藏</p></td></tr></table>", [FIRST, SECOND] * 10),
    ],
    ids=["heading", "bold", "bold style", "emphasis", "list", "heading in a list", "table", "frame"],
)
def test_blocks_within_a_block_keep_its_mark_and_its_row(tmp_path: Path, body: str, lines: list[str]) -> None:
    document = read(write(tmp_path, "a.html", page(f"<article>{BODY}{body}</article>")))
    found = document.text.split("\n\n")
    assert found[2 : 2 + len(lines)] == lines


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (
            "<p>三位导演用模型\n  拍摄短片，\n成本不到 AI\n 片的一半。</p>",
            ["三位导演用模型拍摄短片，成本不到 AI 片的一半。"],
        ),
        ("<pre>第一行\n第二行</pre>", ["第一行", "第二行"]),
        ('<div style="white-space: pre-wrap">第一段。\n\n第二段。</div>', ["第一段。", "第二段。"]),
        ("<p>增长了41%<sup>2</sup>，又到42%<sup><a>[3]</a></sup>。</p>", ["增长了41%，又到42%。"]),
        ('<p>花了3000<a href="#fn1">1</a>元，见<a href="/a">2024</a></p>', ["花了3000元，见2024"]),
        ("<p>10<sup>6</sup>美元，3m<sup>2</sup></p>", ["10⁶美元，3m²"]),
        ("<dl><dt>成本</dt><dd>3000元</dd><dt>主演</dt><dd>李四</dd></dl>", ["成本 | 3000元", "主演 | 李四"]),
        ("<dl><dt>问：为什么？</dt><dd>因为便宜。</dd></dl>", ["问：为什么？", "因为便宜。"]),
        ("<dl><dt>主演</dt><dd>李四</dd><dd>王五</dd></dl>", ["主演", "李四", "王五"]),
        (
            '<table><tr><th rowspan="2">模型</th><th colspan="2">票房</th></tr><tr><th>2023</th><th>2024</th></tr>'
            '<tr><td rowspan="2">可灵</td><td>3.5</td><td>5.1</td></tr><tr><td>3.6</td><td rowspan="9">5.2</td></tr>'
            "<tr><td>海螺</td><td>1</td></tr></table>",
            ["模型 | 票房", "模型 | 2023 | 2024", "可灵 | 3.5 | 5.1", "可灵 | 3.6 | 5.2", "海螺 | 1 | 5.2"],
        ),
    ],
)
def test_a_page_reads_as_it_looks(tmp_path: Path, body: str, lines: list[str]) -> None:
    document = read(write(tmp_path, "a.html", page(f"<article>{BODY}{body}</article>")))
    assert [line.strip("| ") for line in document.text.split("\n\n")[2:]][: len(lines)] == lines


def test_of_two_headings_of_the_page_the_first_is_its_title(tmp_path: Path) -> None:
    body = f'<div class="pc"><h1>三问AI短片</h1></div><div class="mobile"><h1>三问AI短片</h1></div>{BODY}'
    assert read(write(tmp_path, "a.html", page(body, "三问AI短片-某某网"))).metadata["title"] == "三问AI短片"
