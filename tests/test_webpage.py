"""A web page gives its article and what its meta tags and linked data say."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from files import write

from ingest.errors import ReadError
from ingest.read import read

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
        "导演 | 片名",
        "张三 | 《雏菊》",
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
