"""A conversation as Markdown, GB/T 7714 and BibTeX, and as what the browser keeps of it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ingest.article import Article
from rag.answer import Answer, Citation, Nearest, Sentence
from ui import export
from ui.conversation import MOST, from_json, to_json
from ui.render.chat import Exchange

TODAY = "2026-03-01"


def citation(number: int, article: str = "kling", quote: str = "成本是3.5万元", **changes: str) -> Citation:
    fields = {
        "title": "九位导演",
        "publisher": "娱乐资本论",
        "date": "2024-12-18",
        "url": "https://a.example/b_c?x=1&y=%20",
    }
    return Citation(
        number, article, **(fields | changes), quote=quote, start=3, end=3 + len(quote), passage="他说" + quote
    )


def answer(question: str = "多少钱？", text: str = "成本是3.5万元。[1]", *citations: Citation) -> Answer:
    return Answer(
        question,
        text,
        False,
        "extract",
        "zh",
        (Sentence("成本是3.5万元。", (1,), "supported"),),
        citations or (citation(1),),
    )


ARTICLES = {"kling": Article("kling", "文", "九位导演", author="王岚")}


def test_references_of_a_conversation_are_numbered_through() -> None:
    text = export.markdown(
        [answer(), answer("谁？", "王岚。[1] 又说[2] 还有[7]", citation(1, "other", "王岚"), citation(2, quote="又说"))],
        ARTICLES, "参考文献", TODAY,
    )  # fmt: skip
    assert "## 多少钱？\n\n成本是3.5万元。[^1]" in text and "王岚。[^2] 又说[^3] 还有\\[7\\]" in text
    assert re.findall(r"^\[\^(\d)\]:", text, re.M) == ["1", "2", "3"]
    assert "## 参考文献" in text and text.count("王岚. 九位导演") == 1
    assert [line[-5:] for line in text.splitlines() if line.startswith("[^")] == [r"\[1\]", r"\[2\]", r"\[1\]"]


def test_markdown_links_addresses_as_they_are_and_keeps_paragraphs_and_quotation_marks() -> None:
    said = answer("谁？", "有两段：\n王岚。[1]", citation(1, quote="“我来。”"))
    text = export.markdown([said], {}, "R", TODAY)
    assert "有两段：\n\n王岚。" in text and ": “我来。” " in text
    assert text.count("<https://a.example/b_c?x=1&y=%20>.") == text.count("https://") == 1
    assert "“我来。”" in export.plain(said) and "““" not in export.plain(said)


def test_markdown_shows_the_question_s_own_signs_as_they_are() -> None:
    text = export.markdown([answer("# 一 [点](javascript:x) <b> *y*\n下一行？")], {}, "R", TODAY)
    assert text.startswith(r"## \# 一 \[点\](javascript:x) \<b\> \*y\* 下一行？")


@pytest.mark.parametrize(
    ("changes", "author", "entry"),
    [
        (
            {},
            "王岚",
            "[1] 王岚. 九位导演[EB/OL]. 娱乐资本论, 2024(2024-12-18)[2026-03-01]. https://a.example/b_c?x=1&y=%20.",
        ),
        ({}, "", "[1] 娱乐资本论. 九位导演[EB/OL]. (2024-12-18)[2026-03-01]. https://a.example/b_c?x=1&y=%20."),
        ({"url": ""}, "王岚", "[1] 王岚. 九位导演[Z]. 娱乐资本论, 2024(2024-12-18)."),
        ({"title": "投降了。", "url": ""}, "", "[1] 娱乐资本论. 投降了[Z]. (2024-12-18)."),
        ({"url": "javascript:x", "date": "", "publisher": ""}, "", "[1] 九位导演[Z]."),
    ],
    ids=["author", "publisher alone", "no address", "title that ends in a stop", "title alone"],
)
def test_a_work_after_gbt_7714(changes: dict[str, str], author: str, entry: str) -> None:
    articles = {"kling": Article("kling", "文", "九位导演", author=author)}
    assert export.gbt7714([citation(1, **changes)], articles, TODAY) == entry + "\n"


def test_bibtex_escapes_what_tex_reads_and_keeps_keys_apart() -> None:
    works = [citation(1, "张_1.a", title="50% of {A} & B_c"), citation(2, "1a"), citation(3, "中文")]
    text = export.bibtex(works, {}, TODAY)
    assert re.findall(r"^@misc{(.*),$", text, re.M) == ["1a", "1aa", "article"]
    assert r"title = {{50\% of \{A\} \& B\_c}}," in text and "date = {2024-12-18}" in text
    assert "howpublished = {娱乐资本论}" in text, "which plain BibTeX prints of a @misc, unlike its publisher"
    assert text.count("{") == text.count("}") and "url = {https://a.example/b_c?x=1&y=%20}" in text


def test_however_many_works_have_chinese_ids_their_keys_differ() -> None:
    text = export.bibtex([citation(number, "片" * number) for number in range(1, 31)], {}, TODAY)
    keys = re.findall(r"^@misc{(.*),$", text, re.M)
    assert len(set(keys)) == 30 and keys[:2] == ["article", "articlea"] and keys[26:28] == ["articlez", "articleaa"]


def test_a_work_is_listed_once_however_often_it_is_cited() -> None:
    assert [work.number for work in export.cited([answer(), answer()])] == [1]


def test_a_conversation_comes_back_from_the_browser_as_it_was() -> None:
    near = Nearest("a", "t", "p", "d", "u", "text", 0, 4)
    refused = Answer("？", "没有。", True, "extract", "zh", nearest=(near,), timings={"retrieve_ms": 1.5})
    talk = [
        Exchange(
            "一", "answered", answer=answer(), rating="up", remarked=True, follow_ups=("二？",), chosen=("lighthouse",)
        ),
        Exchange("二", "stopped", text="半句"),
        Exchange("三", "answered", answer=refused),
    ]
    assert from_json(to_json([*talk, Exchange("四")])) == talk
    assert len(json.loads(to_json(talk * MOST))) == MOST


@pytest.mark.parametrize(
    "kept", [None, "x", 3, [1], [{}], [{"question": 1, "answer": None, "follow_ups": []}], [{"answer": {"text": 1}}]]
)
def test_what_is_no_conversation_is_forgotten(kept: Any) -> None:
    assert from_json("") == from_json("nonsense") == []
    assert from_json(json.dumps(kept)) == []
