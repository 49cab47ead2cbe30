"""An answer of which Changji isn't sure says so."""

from __future__ import annotations

import pytest
from openai_server import Reply, serving

from ingest.library import Library
from rag.assistant import Assistant
from rag.binding import is_of_another_work
from rag.generate import load_generator
from rag.prompts import doubt

SURE = "九位导演使用可灵的平均成本是多少？"
UNSURE = "卡梅隆什么时候加入Stability AI？"


@pytest.mark.parametrize(("question", "unsure"), [(SURE, False), (UNSURE, True)])
def test_what_the_strictest_setting_refuses_is_told_with_doubt(digests: Library, question: str, unsure: bool) -> None:
    answer = Assistant(digests).ask(question)
    assert not answer.refused and answer.unsure == unsure == answer.notice.startswith(doubt("zh-Hans"))
    assert Assistant(digests, strictness="strict").ask(question).refused == unsure


@pytest.mark.parametrize(
    ("question", "language"),
    [("編劇罷工的原因是什麼？", "zh-Hant"), ("When did Cameron join Stability AI?", "en")],
)
def test_doubt_is_told_in_the_language_of_the_question(digests: Library, question: str, language: str) -> None:
    answer = Assistant(digests, strictness="lenient").ask(question)
    assert answer.language == language and answer.unsure and answer.notice.startswith(doubt(language))


def test_what_is_told_of_another_work_is_told_with_doubt(digests: Library) -> None:
    asked, another = (Assistant(digests).ask(f"《{work}》的制作成本是多少？") for work in ("潜入梦海", "大梦"))
    assert not asked.unsure and (another.refused or another.unsure)


@pytest.mark.parametrize(
    ("told", "another"),
    [
        ("短片《潜入梦海》的制作成本只有5000元。", True),
        ("短片《大夢》的製作成本只有5000元。", False),  # in whichever script
        ("《大梦》与《潜入梦海》的制作成本都是5000元。", False),
        ("大梦的制作成本只有5000元。", False),
        ("制作成本只有5000元。", False),  # it may go on about the film
    ],
)
def test_another_work_is_one_that_stands_in_the_place_of_the_one_asked_about(told: str, another: bool) -> None:
    assert is_of_another_work(told, "《大梦》的制作成本是多少？") == another
    assert not is_of_another_work(told, "制作成本是多少？")


def test_doubt_is_kept_beside_the_reason_why_a_model_was_not_used(
    digests: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANGJI_LLM_MODEL", "scripted")
    with serving(Reply(status=401)) as server:
        monkeypatch.setenv("CHANGJI_LLM_BASE_URL", server.url)
        answer = Assistant(digests, load_generator()).ask(UNSURE)
    assert answer.unsure and answer.notice.startswith("语言模型没有给出回答") and doubt("zh-Hans") in answer.notice
