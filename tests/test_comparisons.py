"""What is compared is asked of each; any other question is left alone."""

from __future__ import annotations

import pytest

from ingest.library import Library
from rag.assistant import Assistant
from rag.comparisons import compared


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("《灯塔》和《纸鸢》谁的票房更高？", ["《灯塔》的票房是多少？", "《纸鸢》的票房是多少？"]),
        ("谁的票房更高，《灯塔》还是《纸鸢》？", ["《灯塔》的票房是多少？", "《纸鸢》的票房是多少？"]),
        ("《燈塔》和《紙鳶》哪部更貴？", ["《燈塔》多少錢？", "《紙鳶》多少錢？"]),
        ("《灯塔》与《纸鸢》哪部先上映？", ["《灯塔》是什么时候上映的？", "《纸鸢》是什么时候上映的？"]),
        ("《灯塔》、《纸鸢》哪部拍得更久？", ["《灯塔》拍了多久？", "《纸鸢》拍了多久？"]),
        ("《灯塔》比《纸鸢》长吗？", ["《灯塔》多长？", "《纸鸢》多长？"]),
        ("可灵和Sora谁的用户更多？", ["可灵有多少用户？", "Sora有多少用户？"]),
        ("可灵和Sora哪个画质更好？", ["可灵的画质怎么样？", "Sora的画质怎么样？"]),
        ("王岚和赵启明谁更年长？", ["王岚多大？", "赵启明多大？"]),
        ("Which cost more, Lighthouse or Salt Harbor?",
         ["What was the budget of Lighthouse?", "What was the budget of Salt Harbor?"]),
        ("Who has more users, Kling or Sora?", ["How many users does Kling have?", "How many users does Sora have?"]),
        ("Which film took longer, Lighthouse or Kite?", ["How long did Lighthouse take?", "How long did Kite take?"]),
    ],
)  # fmt: skip
def test_what_is_compared_is_asked_of_each(question: str, expected: list[str]) -> None:
    assert compared(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "谁最早用AI？", "哪部片的票房最高？", "导演和编剧谁更担心AI？", "王岚和陈默的看法是什么？", "可灵和Sora哪个更好用？",
        "哪家公司和可灵合作更多？", "Who directed Lighthouse or Kite?", "Which of them won more?", "",
    ],
)  # fmt: skip
def test_any_other_question_compares_nothing(question: str) -> None:
    assert compared(question) == []


@pytest.mark.parametrize(
    "question", ["《阿凡达》和《泰坦尼克号》谁的票房更高？", "谁的票房更高，《阿凡达》还是《泰坦尼克号》？"]
)
def test_both_figures_are_told(digests: Library, question: str) -> None:
    answer = Assistant(digests).ask(question)
    assert "29亿" in answer.answer and "22.64亿" in answer.answer and not answer.notice
