"""The reporter whom the first paragraph of an agency's report names is its author, and the paragraph stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.metadata import describe
from ingest.read import Document

PROSE = "导演陆川把一段由模型生成的镜头投到大屏幕上，在场的摄影师沉默了半分钟。他说，成本降到了三千元。"


@pytest.mark.parametrize(
    ("opening", "author"),
    [
        ("新华社北京12月18日电（记者李静、王芳）", "李静、王芳"),
        ("中新网北京12月18日电 (记者 李静)", "李静"),
        ("本报讯（记者 李静 王小芳）", "李静、王小芳"),
        ("本报讯（记者 李静 摄影 王芳）", ""),
        ("（中央社記者李靜台北18日電）", "李靜"),
        ("（中央社記者王小明洛杉磯18日綜合外電）", "王小明"),
        ("（中央社記者李靜、王小明坎城18日專電）", "李靜、王小明"),
        ("〔記者李靜／台北報導〕", "李靜"),
        ("（记者问答见下页）", ""),
        ("他打来电话（记者李静在场）", ""),
        ("在会上（记者 李静）", ""),
    ],
)
def test_a_dateline_tells_the_author(opening: str, author: str) -> None:
    about, body = describe(Document(f"AI走进剪辑室\n\n{opening}{PROSE}\n\n{PROSE}"), Path("a.txt"))
    assert about.author == author
    assert opening + PROSE in body


def test_an_author_named_above_counts_more() -> None:
    text = f"AI走进剪辑室\n\n作者：陈首丞\n\n新华社北京12月18日电（记者李静）{PROSE}"
    assert describe(Document(text), Path("a.txt"))[0].author == "陈首丞"
