"""Statements to measure the verifier on are made from questions and their answers."""

from __future__ import annotations

import pytest

from train.statements import statement


@pytest.mark.parametrize(
    ("question", "answer", "stated"),
    [
        ("《短片故事》里谁来演夫妻？", "黄觉与李梦", "《短片故事》里黄觉与李梦来演夫妻。"),
        ("这个学会是哪一年创办的？", "1983年", "这个学会是1983年创办的。"),
        ("他们花了多少钱？", "三万元", "他们花了三万元。"),
    ],
)
def test_the_answer_takes_the_place_of_the_question_word(question: str, answer: str, stated: str) -> None:
    assert statement(question, answer) == stated


@pytest.mark.parametrize("question", ["他为什么离开？", "谁在哪里拍的？", "他离开了吗？", "这是短片。谁拍的？"])
def test_other_questions_make_no_statement(question: str) -> None:
    assert statement(question, "他") is None
