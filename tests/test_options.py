"""Options of `changji eval` that can't go together are told; so is a setting of the environment that can't be."""

from __future__ import annotations

from pathlib import Path

import pytest

from ui.cli import main


@pytest.mark.parametrize(
    "arguments",
    [
        "--beir . --report {}/x.html", "--beir . --judge", "--beir . --perturb", "--beir . --limit 1", "--beir . --over .",
        "--beir . --squad set.json", "--beir . --from-feedback", "questions.jsonl --beir .", "questions.jsonl --squad set.json",
        "questions.jsonl --from-feedback", "--squad set.json --over .", "--squad set.json --from-feedback",
        "--beir . --llm name", "--beir . --llm-url http://localhost", "--beir . --top-k 3", "--beir . --strictness strict",
        "--beir . --library .", "--squad set.json --library .", "--over . --library .",
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_told(arguments: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", *arguments.format(tmp_path).split()]) == 2
    told = capsys.readouterr().err
    assert "don't go together; leave one of them out" in told and told.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", ["", "--llm none", "--top-k 8"])
def test_what_changes_nothing_goes_with_all(
    arguments: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANGJI_STRICTNESS", "strict")
    assert main(["eval", "--beir", str(tmp_path), *arguments.split()]) == 2
    assert "has no qrels/test.tsv" in capsys.readouterr().err  # it came to reading the folder


def test_only_the_hybrid_retriever_is_reranked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "--beir", ".", "--reranker", "model", "--retriever", "words"]) == 2
    assert "leave --retriever out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [("--distractors noise.jsonl", "--beir"), ("--retriever words", "--beir"), ("--scores-only", "--out")],
)
def test_what_is_of_use_only_with_another_is_told(
    arguments: str, needed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", "none.jsonl", *arguments.split()]) == 2
    assert f"needs {needed}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variable", "written", "command", "says"),
    [
        ("CHANGJI_TOP_K", "foo", "ask 谁？", "a whole number above zero, not foo"),
        ("CHANGJI_TOP_K", "0", "chat", "a whole number above zero, not 0"),
        ("CHANGJI_STRICTNESS", "very", "eval", "one of lenient, normal, strict"),
        ("CHANGJI_LANGUAGE", "fr", "chat", "one of zh, en"),
        ("CHANGJI_AUTH", "lin", "chat", "a name and a password with a colon between them"),
    ],
)
def test_a_wrong_setting_is_told_by_its_variable(
    variable: str, written: str, command: str, says: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv(variable, written)
    assert main(command.split()) == 2
    assert capsys.readouterr().err == f"changji: {variable} must be {says}; change it, or leave it out.\n"


@pytest.mark.parametrize("command", ["ask 谁？ --top-k 0", "chat --top-k few"])
def test_a_wrong_option_is_told_by_its_name(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHANGJI_TOP_K", "wrong, but not asked for")
    with pytest.raises(SystemExit):
        main(command.split())
    assert "argument --top-k: must be a whole number" in capsys.readouterr().err
