"""An office that a statement gives somebody must be theirs in the passages; CEO and 首席执行官 are one."""

from __future__ import annotations

import pytest

from rag.verify import support

PEOPLE = (
    "Demi Guo 是 Pika Labs 的 CEO。刘姝铭在天津美术学院科技艺术系任教授。快手副总裁、大模型团队负责人张迪透露，可灵将推出新模型。"
    "莫斯塔克是公司的联合创始人。短剧由陈坤导演，编剧是王岚。"
)
BOARD = "Jane Roe is the chief executive of Stability AI."


@pytest.mark.parametrize(
    "claim",
    [
        "Demi Guo是Pika Labs的首席技术官。",
        "劉姝銘是天津美術學院院長。",
        "刘姝铭是天津美术学院科技艺术系副教授。",
        "快手总裁张迪透露，可灵将推出新模型。",
        "莫斯塔克是公司的投资人。",
        "短剧由陈坤编剧。",
        "Jane Roe is the chief technology officer of Stability AI.",
    ],
)
def test_another_office_is_partly_supported_at_best(claim: str) -> None:
    assert support(claim, [BOARD if "Roe" in claim else PEOPLE]) != "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "Demi Guo是Pika Labs的首席执行官。",
        "刘姝铭是天津美术学院科技艺术系的教授。",
        "快手副总裁张迪透露，可灵将推出新模型。",
        "张迪是快手大模型团队负责人。",
        "莫斯塔克是公司的创始人之一。",
        "Jane Roe is the CEO of Stability AI.",
    ],
)
def test_the_same_office_in_other_words_is_supported(claim: str) -> None:
    assert support(claim, [BOARD if "Roe" in claim else PEOPLE]) == "supported"
