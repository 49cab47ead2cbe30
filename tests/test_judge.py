"""A language model's judgements, by LlamaIndex's evaluators through a real server, stand apart from the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openai_server import KEY, Reply, serving

from eval.cases import Case
from eval.judge import judge
from eval.report import judge_note
from eval.run import Result, Run, score
from ingest.errors import LLMError
from rag.answer import Answer, Citation
from rag.generate import load_generator
from ui.cli import main

PASSAGE = "九位导演各拍一部短片。平均成本是35000元。"


def results() -> Run:
    """One answer, and one refusal that nothing is to be judged of."""
    case = Case("q", "平均成本是多少？", "zh", "fact", articles=("a",), facts=(("35000元",),))
    cited = Citation(1, "a", "", "", "", "", "平均成本是35000元。", 11, 24, PASSAGE)
    answer = Answer(case.question, "平均成本是35000元。[1]", False, "extract", "zh", citations=(cited,))
    refused = Answer(case.question, "没有。", True, "extract", "zh")
    return Run(tuple(Result(case, one, score(case, one, 1.0, {"a": PASSAGE}.get)) for one in (answer, refused)), {})


def replies(correctness: str) -> Callable[[dict[str, Any]], Reply]:
    """Says NO of relevancy, YES of faithfulness: each is told by what its prompt holds."""

    def reply(request: dict[str, Any]) -> Reply:
        prompt = "\n".join(message["content"] for message in request["messages"])
        if "Reference Answer" in prompt:
            return Reply(correctness)
        return Reply("NO" if "Question: 平均成本是多少？" in prompt else "YES")

    return reply


def test_each_judgement_is_asked_for_with_what_it_needs() -> None:
    with serving(replies("分数：4.5\n差一点。")) as server:
        judged = judge(results(), load_generator("judge", server.url, "k"), progress=False)
        prompts = server.prompts
    assert judged["model"] == "judge"
    assert {name: found["mean"] for name, found in judged["metrics"].items()} == {
        "faithfulness": 1, "relevancy": 0, "correctness": 4.5,
    }  # fmt: skip
    assert {found["count"] for found in judged["metrics"].values()} == {1} and judged["unread"] == 0
    assert len(prompts) == 3 and sum(PASSAGE in prompt for prompt in prompts) == 2
    assert "35000元" in prompts[2]
    assert judge_note({"judged": judged}).startswith("Judged by judge, a language model, and not computed: ")


@pytest.mark.parametrize(
    ("said", "score"),
    [
        ("4", 4),
        ("3.5\nMostly right.", 3.5),
        ("**4.5**\nOnly the date is off by 2 days.", 4.5),
        ("Score: 4/5", 4),
        ("**Score:** 4 out of 5.", 4),
        ("Rating (1–5): 2", 2),
        ("Errors found: 2\nFinal score: 4", 4),
        ("分数：3分\n还差2处。", 3),
        ("The answer has 2 errors.\nScore: 4", 4),
        ("<think>\nBetween 1 and 5.\n3\n</think>\n\n4.0\nGood.", 4),
        ("So a 2?\n2\n</think>\n5", 5),
    ],
)
def test_a_score_is_read_where_a_line_is_one(said: str, score: float) -> None:
    with serving(replies(said)) as server:
        judged = judge(results(), load_generator("judge", server.url, "k"), progress=False)
    assert judged["metrics"]["correctness"]["mean"] == score and judged["unread"] == 0


@pytest.mark.parametrize(
    "said",
    [
        "10",
        "好",
        "2024 was fine",
        "5.7",
        "0",
        "-3",
        "Score: 4/10",
        "On a scale from 1 to 5, I give this a 4.",
        "<think>\n3",
    ],
)
def test_a_reply_without_a_score_is_counted_and_not_guessed(said: str) -> None:
    with serving(replies(said)) as server:
        judged = judge(results(), load_generator("judge", server.url, "k"), progress=False)
    assert "correctness" not in judged["metrics"] and judged["unread"] == 1
    assert "1 judgements held no score" in judge_note({"judged": judged})


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("YES", 1),
        ("**Yes**, the passage says so.", 1),
        ("Answer: yes.", 1),
        ("The context supports it, so YES.", 1),
        ("是的，文中如此。", 1),
        ("NO. The response says yes, the passage doesn't.", 0),
        ("Nothing of the kind is told.\nNO", 0),
        ("否", 0),
        ("不是，文中沒有。", 0),
        ("<think>\nIs it? I must say YES or NO.\n</think>\n\nNO", 0),
        ("YES or NO?\n</think>NO", 0),
        ("<think>\nYES", None),
        ("是否如此，難以判斷。", None),
        ("I can't tell; yesterday's figures differ.", None),
    ],
)
def test_a_verdict_is_what_the_reply_says_and_not_what_was_thought(said: str, verdict: float | None) -> None:
    with serving(lambda request: Reply("5" if "Reference Answer" in str(request) else said)) as server:
        judged = judge(results(), load_generator("judge", server.url, "k"), progress=False)
    means = {name: found["mean"] for name, found in judged["metrics"].items()}
    expected = {} if verdict is None else {"faithfulness": verdict, "relevancy": verdict}
    assert means == {**expected, "correctness": 5} and judged["unread"] == (2 if verdict is None else 0)


def test_a_busy_server_is_asked_again() -> None:
    busy = Reply(status=503, headers={"Retry-After": "0.05"})
    with serving(busy, busy, replies("5\nright")) as server:
        judged = judge(results(), load_generator("judge", server.url, "k"), progress=False)
    assert judged["metrics"]["faithfulness"]["count"] == 1
    assert judged["metrics"]["correctness"]["mean"] == 5


def test_a_server_that_refuses_is_told_without_the_key() -> None:
    with serving(Reply(status=401), key="another") as server, pytest.raises(LLMError) as told:
        judge(results(), load_generator("judge", server.url, KEY), progress=False)
    assert KEY not in str(told.value)


def test_the_command_judges_only_with_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions, out = tmp_path / "q.jsonl", tmp_path / "out.json"
    case = {"id": "q", "question": "九位导演使用可灵的平均成本是多少？", "type": "fact", "facts": [["35000"]]}
    questions.write_text(json.dumps(case), encoding="utf-8")
    asked = ["eval", str(questions), "--over", "seeds", "--judge", "--out", str(out)]
    assert main([*asked, "--llm", "none"]) == 2
    assert "--llm" in capsys.readouterr().err
    with serving(replies("5\nright")) as server:
        assert main([*asked, "--llm", "judge", "--llm-url", server.url]) == 0
    assert "Judged by judge" in capsys.readouterr().out
    assert json.loads(out.read_text("utf-8"))["judged"]["model"] == "judge"
