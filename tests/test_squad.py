"""Sets in SQuAD's form, one or two, plain or gzip, become articles and cases that the real assistant is asked."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from eval.cases import Case
from eval.squad import load_squad
from ingest.errors import CasesError
from ui.cli import main

CONTEXT = "《雾中灯塔》由王岚执导。影片的制作成本是35000元，拍摄用了十四个月。"
SET: dict[str, Any] = {
    "data": [
        {
            "title": "雾中_灯塔",
            "paragraphs": [
                {
                    "context": CONTEXT,
                    "qas": [
                        {
                            "id": "cost",
                            "question": "《雾中灯塔》的制作成本是多少？",
                            "answers": [
                                {"text": "35000元", "answer_start": 20},
                                {"text": "35000元", "answer_start": 20},
                            ],
                        },
                        {"id": 7, "question": "誰執導《霧中燈塔》？", "answers": [{"text": "王岚", "answer_start": 7}]},
                    ],
                },
                {
                    "context": "Nothing here.",
                    "qas": [
                        {"id": "no", "question": "Who is the president of Mars?", "answers": [], "is_impossible": True}
                    ],
                },
                {"context": CONTEXT, "qas": []},
            ],
        }
    ]
}


def write(path: Path, loaded: object) -> Path:
    path.write_text(json.dumps(loaded, ensure_ascii=False), encoding="utf-8")
    return path


def test_contexts_are_articles_and_any_gold_answer_is_the_fact(tmp_path: Path) -> None:
    articles, cases = load_squad(write(tmp_path / "set.json", SET))
    assert [(a.id, a.title, a.language) for a in articles] == [
        ("context-0", "雾中 灯塔", "zh-Hans"),
        ("context-1", "雾中 灯塔", "en"),
    ]
    assert cases == [
        Case("cost", "《雾中灯塔》的制作成本是多少？", "zh", "fact", (), ("context-0",), (("35000元",),)),
        Case("7", "誰執導《霧中燈塔》？", "zh-Hant", "fact", (), ("context-0",), (("王岚",),)),
        Case("no", "Who is the president of Mars?", "en", "unanswerable"),
    ]
    packed = tmp_path / "set.json.gz"
    packed.write_bytes(gzip.compress(json.dumps(SET).encode()))
    assert load_squad(packed, limit=2) == (articles, cases[:2])


ONE = {
    "data": [
        {
            "paragraphs": [
                {"context": "甲。", "qas": [{"id": "cost", "question": "QUESTION", "answers": [{"text": "甲"}]}]}
            ]
        }
    ]
}


def test_a_question_that_is_repeated_with_its_context_is_one(tmp_path: Path) -> None:
    twice = {"data": [*SET["data"], *SET["data"]]}
    assert load_squad(write(tmp_path / "twice.json", twice)) == load_squad(write(tmp_path / "once.json", SET))


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    path, packed = tmp_path / "set.json.gz", bytearray(gzip.compress(json.dumps(SET).encode()))
    for cut in (packed[:-20], packed[:12] + b"\xff" * 40 + packed[52:]):
        path.write_bytes(cut)
        with pytest.raises(CasesError, match="can't be read"):
            load_squad(path)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (None, "can't be read"),
        ("{", "isn't JSON"),
        ("[]", "SQuAD's form"),
        ('{"data": [{"paragraphs": [{"qas": []}]}]}', "context"),
        ('{"data": [{"paragraphs": [{"context": "甲。", "qas": [{"id": 1, "question": "谁？"}]}]}]}', "answers"),
        ('{"data": []}', "no questions"),
        ("[" * 100_000, "isn't JSON"),
        (json.dumps(ONE).replace("QUESTION", "\\ud83d？"), "half a character"),
        (json.dumps({"data": [*ONE["data"], *SET["data"]]}), "two questions with the id 'cost'"),
    ],
)
def test_a_malformed_set_is_named(tmp_path: Path, content: str | None, named: str) -> None:
    path = tmp_path / "set.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CasesError, match=named) as caught:
        load_squad(path)
    assert str(path) in str(caught.value)


def test_the_command_asks_the_set_over_its_own_contexts(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert main(["eval", "--squad", str(write(tmp_path / "set.json", SET)), "--llm", "none", "--out", str(out)]) == 0
    found = json.loads(out.read_text("utf-8"))
    assert [result["scores"]["passed"] for result in found["results"]] == [True, True, True]
    assert found["metrics"]["overlap"]["count"] == 2
    assert found["about"]["library"]["articles"] == 2
