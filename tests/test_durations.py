"""How long and how often: another span of time or another rhythm than the passages give is marked."""

from __future__ import annotations

import pytest

from rag.evidence import Evidence
from rag.figures import strange_figures
from rag.measures import durations
from rag.verify import support

KLING = (
    "《潜入梦海》的创作周期只有一周。可灵几乎每个月有两个版本更新，累计生成的视频超6500万个。评估报告15分钟就能完成，过去人工评估需要一周。"
    "大罢工持续了半年之久。狮门影业手里有两万多部电影的资料库，创立于1997年。用户必须遵守规则，AI 难以复刻艺术家的犹豫。"
)


@pytest.mark.parametrize(
    "claim",
    [
        "《潜入梦海》的创作周期只有一个月。",
        "大罢工持续了一年之久。",
        "過去人工評估需要一個月。",
        "可灵几乎每周有两个版本更新。",
        "可灵每天生成的视频超6500万个。",
        "用户不必遵守规则。",
        "AI可以复刻艺术家的犹豫。",
    ],
)
def test_another_span_rhythm_or_duty_is_partly_supported_at_best(claim: str) -> None:
    assert support(claim, [KLING]) != "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "《潜入梦海》的创作周期只有一个星期。",
        "大罢工持续了半年。",
        "可灵几乎每月有两个版本更新，生成的视频累计超6500万个。",
        "用户需要遵守规则。",
        "AI无法复刻艺术家的犹豫。",
    ],
)
def test_the_same_in_other_words_is_supported(claim: str) -> None:
    assert support(claim, [KLING]) == "supported"


def test_a_calendar_year_bears_no_amount_out() -> None:
    assert strange_figures("狮门影业手里有两千多部电影。", Evidence(KLING))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("三个月", {7_776_000.0}), ("半年", {15_768_000.0}), ("1997年", set()), ("第三天", set()), ("90分钟", {5400.0})],
)
def test_what_lasts_is_a_number_of_seconds(text: str, seconds: set[float]) -> None:
    assert durations(text) == seconds
