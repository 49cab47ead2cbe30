"""不是A而是B denies A and affirms B: a claim that turns it round says the contrary."""

from __future__ import annotations

import pytest

from rag.verify import support

INSTEAD = "Samir 表示，AI 不是取代创作者，而是帮助创作者。卡梅隆对 AI 并不悲观，他主张技术不该被妖魔化。出问题的不是艺术，而是商业。"


@pytest.mark.parametrize(
    "claim",
    ["AI 是取代创作者，而不是帮助创作者。", "出問題的是藝術，而不是商業。", "卡梅隆并不悲观，他主张技术应该被妖魔化。"],
)
def test_what_is_turned_round_is_partly_supported_at_best(claim: str) -> None:
    assert support(claim, [INSTEAD]) != "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "AI不是要取代创作者，而是帮助他们。",
        "卡梅隆并不悲观，主张技术不该被妖魔化。",
        "出问题的是商业，而不是艺术。",
    ],
)
def test_what_is_denied_and_affirmed_alike_is_supported(claim: str) -> None:
    assert support(claim, [INSTEAD]) == "supported"


def test_a_word_that_another_negative_denies_is_denied() -> None:
    text = "公司不会主张对创作拥有所有权，AI 也无法复刻艺术家的犹豫。"
    assert support("公司不主张对创作的所有权，AI复刻不了艺术家的犹豫。", [text]) == "supported"
