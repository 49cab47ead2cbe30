"""What a statement adds to what the passages say, in a clause of its own, is marked."""

from __future__ import annotations

import pytest

from rag.evidence import Evidence
from rag.verify import added, support

PASSAGE = (
    "2024年12月6日，快手在中国电影博物馆为“可灵AI导演共创计划”举办首映仪式。九位导演用三个月时间完成九个片段，讲述九种故事。"
    "卡梅隆加入了 Stability AI 的董事会，他认为必须把成本砍一半。"
)


@pytest.mark.parametrize(
    "claim",
    [
        "快手在中国电影博物馆举办了首映仪式，预计明年春节在全国院线公映。",
        "九位導演用三個月時間完成九個片段，隨後引發了工會的強烈抗議。",
        "卡梅隆加入了Stability AI的董事会，并因此获得了多个国际大奖。",
    ],
)
def test_what_is_added_is_marked(claim: str) -> None:
    assert added(claim, Evidence(PASSAGE))
    assert support(claim, [PASSAGE]) != "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "快手在中国电影博物馆举办了首映仪式，时间是2024年12月6日。",
        "九位导演花了三个月，完成了九个片段，讲了九种故事。",
        "文章作者数字生命卡兹克认为，卡梅隆加入了Stability AI的董事会，主张把成本砍掉一半。",
    ],
)
def test_what_the_passage_says_in_other_words_is_not_added(claim: str) -> None:
    assert not added(claim, Evidence(PASSAGE))
