"""The wording of asking is taken out of a question, but not out of its words and names."""

from __future__ import annotations

import time

import pytest

from rag.frames import is_courtesy
from rag.query import MAX_CHARACTERS, without_asking


@pytest.mark.parametrize(
    ("question", "kept"),
    [("怎么申请内测？", "申请内测"), ("全片花费多少？", "全片花费"), ("这部小说说了什么？", "这部小说说了"), ("修复需要多久？", "修复需要"),
     ("哪吒2的票房是多少？", "哪吒2的票房是"), ("《有什么了不起》是谁拍的？", "《有什么了不起》是 拍的"), ("任何时候都能参赛吗？", "任何时候都能参赛"),
     ("哪款模型最便宜？", "模型最便宜"), ("哪部分最难？", "部分最难"), ("这不是什么技术？", "这不是 技术")],
)  # fmt: skip
def test_the_wording_of_asking_is_not_cut_out_of_words_and_names(question: str, kept: str) -> None:
    assert " ".join(without_asking(question).strip(" ?").split()) == kept


def test_the_longest_question_takes_no_time() -> None:
    began = time.process_time()
    assert not without_asking("哪" * MAX_CHARACTERS).strip()
    assert not is_courtesy("谢谢" * (MAX_CHARACTERS // 2) + "吗")
    assert time.process_time() - began < 2
