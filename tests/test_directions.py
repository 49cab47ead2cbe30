"""Which way a figure points: a claim that has it the other way is not borne out."""

from __future__ import annotations

import pytest

from rag.directions import reversed_figures
from rag.verify import support

TURNED = [
    ("可灵的用户超过2200万。", "可灵的用户不到2200万。"),
    ("可靈的用戶超過2,200萬。", "可灵的用户不足2200万。"),
    ("参加的编剧至少有1万名。", "参加的编剧最多有1万名。"),
    ("平均成本低于35000元。", "平均成本高于35000元。"),
    ("平均成本不超过35000元。", "平均成本超过3.5万元。"),
    ("平均成本不低于35000元。", "平均成本低于3.5万元。"),
    ("影片的票房增长了30%。", "影片的票房下降了30%。"),
    ("票房上涨了三成。", "票房下跌了三成。"),
    ("成本下降超过95%。", "成本下降不足95%。"),
    ("1万人以上参加了活动。", "1万人以下参加了活动。"),
    ("可灵的用户有2200多万。", "可灵的用户不到2200万。"),
    ("More than 22 million people used Kling.", "Fewer than 22 million people used Kling."),
    (
        "The box office of the film rose by 30 percent last year.",
        "The box office of the film fell by 30 percent last year.",
    ),
    ("The box office of the film rose by 30 percent last year.", "影片去年的票房下降了30%。"),
    ("可灵的用户超过2200万。", "Kling has fewer than 22 million users."),
]


@pytest.mark.parametrize(("claim", "evidence"), [*TURNED, *((evidence, claim) for claim, evidence in TURNED)])
def test_a_figure_that_points_the_other_way_is_partly_supported_at_best(claim: str, evidence: str) -> None:
    assert support(claim, [evidence]) in ("partial", "unsupported")
    assert support(claim, [claim]) == "supported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("可灵的用户超过2200万。", "可灵的用户有2200万以上。"),
        ("可灵的用户超过2200万。", "可灵的用户达2200万。"),
        ("可灵的用户超过2200万。", "可灵的用户去年不到2200万，今年已超2200万。"),
        ("参加的编剧不少于1万名。", "参加的编剧至少有1万名。"),
        ("参加的编剧不到1万名。", "参加的编剧不足1万名。"),
        ("平均成本不超过35000元。", "平均成本在35000元以下。"),
        ("成本下降超过95%。", "成本降低逾95%。"),
        ("成本降低了95%。", "效率提高之后，成本下降95%。"),
        ("影片的票房增长了30%。", "影片的票房增幅为30%。"),
        ("票房上涨了三成。", "票房提升30%。"),
        ("票房並沒有下降30%。", "票房没有下降30%。"),
        ("两年里成本下降了95%，产量增长了30%。", "产量增长了30%，成本下降了95%。"),
        ("More than 22 million people used Kling.", "Over 22 million people used Kling."),
        ("Costs fell by 95 percent.", "Costs dropped 95 percent."),
        ("The box office of the film rose by 30 percent last year.", "影片去年的票房增长了30%。"),
    ],
)
def test_a_figure_that_points_the_same_way_somewhere_is_not_turned(claim: str, evidence: str) -> None:
    assert reversed_figures(claim, evidence) == set()
    assert support(claim, [claim, evidence]) == "supported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [("可灵的用户超过3.5万。", "可灵的用户有3.4万。"), ("Kling has over 35,000 users.", "Kling has 34,000 users.")],
)
def test_more_than_a_figure_is_not_borne_out_by_less(claim: str, evidence: str) -> None:
    assert support(claim, [evidence]) == "unsupported"
