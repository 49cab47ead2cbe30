"""Questions written for training are asked of libraries like a user's, and only of what tells whether they are answered."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from rag.features import MEASURED
from train import cases
from train.cases import Case, held_out, holds_answer, measured

FILMS = {  # id in train/articles.jsonl → title and text
    "a01": ("灯塔", "《灯塔》由导演王岚执导。\n\n影片的成本是三百万元，在青岛拍了四十天。"),
    "a02": ("纸鸢", "《纸鸢》由导演赵启明执导。\n\n影片的成本也是三百万元，后来追加到五百万元。"),
    "a03": ("盐路", "《盐路》是一部纪录片，由导演方慕白执导。\n\n片方没有公布影片的成本。"),
    "b01": ("电价", "兰州的电价从三月起下调，每度便宜两分钱。"),
}
ASKED = [
    ("a01", "《灯塔》花了多少钱？", "三百万元", "影片的成本是三百万元"),
    ("a02", "《纸鸢》的导演是谁？", "赵启明", "《纸鸢》由导演赵启明执导"),
    ("a03", "《盐路》花了多少钱？", "", ""),
    ("b01", "兰州的电价降了多少？", "两分钱", "兰州的电价从三月起下调"),
    (0, "上海的展览在哪里办？", "西岸", "展览在上海西岸举办"),
]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Case]:
    articles = [{"id": id, "title": title, "text": text} for id, (title, text) in FILMS.items()]
    questions = [
        {
            "line": line,
            "question": question,
            "lang": "zh",
            "answerable": bool(answer),
            "answer": answer,
            "sentence": told,
        }
        for line, question, answer, told in ASKED
    ]
    for name, records in (("ARTICLES", articles), ("QUESTIONS", questions)):
        path = tmp_path / f"{name.lower()}.jsonl"
        path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
        monkeypatch.setattr(cases, name, path)
    news = tmp_path / "news.jsonl.gz"
    with gzip.open(news, "wt", encoding="utf-8") as file:
        file.write(json.dumps({"first": "上海办展", "rest": "展览在上海西岸举办。"}, ensure_ascii=False) + "\n")
    return [case for held in (True, False) for case in cases.written(news, held)]


def _case(written: list[Case], line: int | str) -> Case:
    return next(case for case in written if case.set == "written" and case.question.article == str(line))


def test_every_question_is_asked_once_of_a_library_with_its_article(written: list[Case]) -> None:
    asked = [case.question.text for case in written if case.set == "written"]
    assert sorted(asked) == sorted(question for _, question, _, _ in ASKED)
    assert {held_out(line, question) for line, question, _, _ in ASKED} == {True, False}, (
        "else nothing is shown of either"
    )


def test_a_collection_stays_together_though_a_part_of_its_questions_is_held_out(written: list[Case]) -> None:
    for line in ("a01", "a02", "a03"):
        assert set(_case(written, line).articles) == {"a01", "a02", "a03"}
        assert _case(written, line).collection == "a"
    assert _case(written, 0).collection == ""
    assert set(_case(written, "b01").articles) == {"b01"} and set(_case(written, 0).articles) == {"0"}


def test_what_another_article_tells_in_the_answers_words_is_not_shown(written: list[Case]) -> None:
    cost = _case(written, "a01")
    shown = {hit.passage.article for hit in cost.hits}
    assert "a01" in shown and "a02" not in shown, "it has a film of the same cost: who says that it doesn't answer?"
    assert any(holds_answer(candidate, cost.question) for candidate in measured(cost, np.zeros(len(MEASURED))))


def test_where_nothing_answers_all_that_was_found_is_shown(written: list[Case]) -> None:
    assert {hit.passage.article for hit in _case(written, "a03").hits} == {"a01", "a02", "a03"}
