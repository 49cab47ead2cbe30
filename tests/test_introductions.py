"""Who somebody is, or what something is, may be asked of names that no dictionary has; what says so is told."""

from __future__ import annotations

import pytest

from ingest.library import Library
from rag.assistant import Assistant
from rag.query import analyse


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("顾行舟是谁？", "顾行舟"), ("可灵是什么？", "可灵"), ("可靈是什麼公司？", "可灵"), ("说说可灵", "可灵"), ("讲讲星澜科技", "星澜科技"),
        ("who is demi guo", "demi guo"), ("tell me about kling", "kling"), ("What is Stability AI?", "stability ai"),
    ],
)  # fmt: skip
def test_what_is_to_be_introduced_is_a_name(question: str, name: str) -> None:
    query = analyse(question)
    assert query.who_is and query.names[0][0] == name


@pytest.mark.parametrize(
    "question",
    [
        "评委会主席是谁？", "导演组是谁？", "虚拟制片是什么？", "主题是什么？", "介绍一下可灵计划", "介绍一下电影", "AI是什么？", "说说你的看法",
        "who is the director", "who is responsible", "Tell me about training data", "What is the budget?", "What is Avatar about?",
    ],
)  # fmt: skip
def test_plain_words_are_nobody(question: str) -> None:
    assert not analyse(question).who_is


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("刘姝铭是谁？", "刘姝铭在天津美术学院科技艺术系任教授"), ("可灵是什么？", "快手可灵是真实影像级的视频生成大模型"),
    ],
)  # fmt: skip
def test_what_introduces_is_told(digests: Library, question: str, told: str) -> None:
    assert told in Assistant(digests).ask(question).answer


def test_whom_no_article_names_nobody_introduces(digests: Library) -> None:
    assert Assistant(digests).ask("海螺是什么？").confidence == 0
