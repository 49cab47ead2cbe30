"""What the reader's last two lessons are about, and what becomes of their weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from rag.query import analyse
from train import reader
from train.cases import Case, Question
from train.recipe import Questions, Recipe


def test_the_reader_is_halfway_between_two_lessons() -> None:
    before, after = {"w": torch.tensor([1.0, -2.0])}, {"w": torch.tensor([3.0, 2.0])}
    assert reader.mean(before, after)["w"].tolist() == [2.0, 0.0]


@pytest.mark.parametrize(
    ("lesson", "shown"), [(Recipe().questions, ["7", "f1"]), (Recipe().collections, ["7", "f1", "a1"])]
)
def test_collections_are_for_the_last_lesson_but_those_written_after_it_for_none(
    lesson: Questions, shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = ("7", "f1", "a1", "x1")
    cases = [Case("written", analyse("成本?"), Question("成本?", (), [id], []), [], {}) for id in articles]
    monkeypatch.setattr(reader, "_cases", lambda *_: cases)
    monkeypatch.setattr(reader, "measured", lambda case, _: case)
    monkeypatch.setattr(reader, "asked", lambda case, *_: case.question.article)
    assert list(reader._found(Path(), Path(), lambda _: [], lesson)) == shown
