"""Question sets are read as they are written, and whatever is malformed is named by file and line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from eval.cases import TYPES, Case, load_cases
from ingest.errors import CasesError

RIGHT: dict[str, Any] = {
    "id": "cost",
    "question": "平均成本是多少？",
    "lang": "zh",
    "type": "fact",
    "history": ["可灵是什么？"],
    "articles": ["nine-directors-kling"],
    "facts": [["35000", "3.5万"], ["元"]],
    "why": "a figure",
}


def write(path: Path, *records: Any) -> Path:
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_case_is_read_whole(tmp_path: Path) -> None:
    assert load_cases(write(tmp_path / "set.jsonl", RIGHT)) == [
        Case(
            "cost",
            "平均成本是多少？",
            "zh",
            "fact",
            ("可灵是什么？",),
            ("nine-directors-kling",),
            (("35000", "3.5万"), ("元",)),
            "a figure",
        )
    ]


def test_only_id_question_and_type_are_needed(tmp_path: Path) -> None:
    case = load_cases(write(tmp_path / "set.jsonl", {"id": "a", "question": "谁？", "type": "unanswerable"}))[0]
    assert (case.history, case.articles, case.facts, case.why) == ((), (), (), "")


@pytest.mark.parametrize(
    ("question", "lang"), [("谁导演的？", "zh"), ("誰導演的？", "zh-Hant"), ("Who directed it?", "en")]
)
def test_a_question_tells_its_language_where_the_file_does_not(question: str, lang: str, tmp_path: Path) -> None:
    case = {"id": "a", "question": question, "type": "fact"}
    assert [load_cases(write(tmp_path / "set.jsonl", found))[0].lang for found in (case, {**case, "lang": ""})] == [
        lang
    ] * 2
    assert load_cases(write(tmp_path / "set.jsonl", {**case, "lang": "ja"}))[0].lang == "ja"


@pytest.mark.parametrize("key", ["fact", "Facts", "article", "langs", "histroy"])
def test_a_misspelt_key_is_told(key: str, tmp_path: Path) -> None:
    with pytest.raises(CasesError, match=f"Line 1 of .* has the unknown key '{key}'; write"):
        load_cases(write(tmp_path / "set.jsonl", {"id": "a", "question": "谁？", "type": "fact", key: []}))


@pytest.mark.parametrize("key", ["source", "answer", "difficulty", "title", "question_en", "fact", "_id", "split"])
def test_keys_of_other_programs_are_passed_over(key: str, tmp_path: Path) -> None:
    plain, more = (load_cases(write(tmp_path / "set.jsonl", case)) for case in (RIGHT, {**RIGHT, key: "x"}))
    assert plain == more


def test_gzip_byte_order_mark_and_blank_lines_make_no_difference(tmp_path: Path) -> None:
    plain = write(tmp_path / "plain.jsonl", RIGHT, "", {**RIGHT, "id": "other"})
    marked = tmp_path / "marked.jsonl"
    marked.write_bytes(b"\xef\xbb\xbf" + plain.read_bytes().replace(b"\n", b"\r\n"))
    packed = tmp_path / "packed.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert len(load_cases(plain)) == 2
    assert load_cases(plain) == load_cases(marked) == load_cases(packed)


@pytest.mark.parametrize(
    ("record", "named"),
    [
        ("{broken", "JSON"),
        ("[1, 2]", "object"),
        ({**RIGHT, "id": "cost"}, "repeats"),
        ({**RIGHT, "id": "b", "type": "trivia"}, "trivia"),
        ("[" * 100_000, "JSON"),
        ({**RIGHT, "id": "b", "question": "谁\ud83d？"}, "half a character"),
        ({**RIGHT, "id": "\udcff"}, "half a character"),
        ({**RIGHT, "id": "b", "question": "  "}, "question"),
        ({**RIGHT, "id": 7}, "has no text as 'id'; write it in quotation marks"),
        ({**RIGHT, "id": "b", "facts": ["35000"]}, "facts"),
        ({**RIGHT, "id": "b", "facts": [[]]}, "facts"),
        ({**RIGHT, "id": "b", "facts": [[35000]]}, "facts"),
        ({**RIGHT, "id": "b", "history": "可灵是什么？"}, "history"),
        ({**RIGHT, "id": "b", "articles": [None]}, "articles"),
        ({**RIGHT, "id": "b", "lang": 1}, "lang"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, record: Any, named: str) -> None:
    path = write(tmp_path / "set.jsonl", RIGHT, "", record)
    with pytest.raises(CasesError) as caught:
        load_cases(path)
    message = str(caught.value)
    assert f"Line 3 of {path}" in message
    assert named in message
    assert "\n" not in message


def test_the_documented_set_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[1] / "docs" / "evaluation.md").read_text("utf-8")
    (tmp_path / "set.jsonl").write_text(page.split("```json\n")[1].split("```")[0], "utf-8")
    assert {case.type for case in load_cases(tmp_path / "set.jsonl")} == {*TYPES}


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    absent, empty, binary, cut = (tmp_path / name for name in ("absent", "empty", "binary", "cut"))
    empty.write_bytes(b"\n")
    binary.write_bytes("问题".encode("gb18030"))
    cut.write_bytes(gzip.compress(json.dumps(RIGHT).encode())[:-9])
    for path in (absent, empty, binary, cut, tmp_path):
        with pytest.raises(CasesError, match=str(path)):
            load_cases(path)


def test_refusing_is_right_wrong_or_allowed() -> None:
    facts = (("十秒",),)
    assert Case("a", "q", "zh", "fact", facts=facts).refusal == "wrong"
    assert Case("a", "q", "zh", "false-premise", facts=facts).refusal == "allowed"
    assert Case("a", "q", "zh", "false-premise").refusal == "right"
    assert Case("a", "q", "zh", "unanswerable").refusal == "right"


def test_the_bundled_set_is_large_varied_and_about_the_digests() -> None:
    cases = load_cases()
    digests = {path.stem for path in (Path(__file__).parent.parent / "seeds").glob("*.md")}
    assert len(cases) >= 80
    assert {case.type for case in cases} == set(TYPES)
    assert sum(case.type == "unanswerable" for case in cases) >= 20
    for case in cases:
        assert set(case.articles) <= digests, case.id
        assert case.refusal == "right" or (case.articles and case.facts), case.id
        assert (case.type == "followup") == bool(case.history) or case.type == "unanswerable", case.id
