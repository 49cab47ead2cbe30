"""Whether a passage holds the day, month or year that a statement gives, however either is written."""

from __future__ import annotations

import pytest

from rag.evidence import Evidence
from rag.figures import strange_figures
from rag.verify import support

PREMIERE = "2024年12月6日，快手在中国电影博物馆为“可灵AI导演共创计划”举办首映仪式。"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("电影节于10月26日在东京结束。", "电影节于10月24日至26日在东京举行。"),
        ("电影节于10月26日在东京结束。", "电影节于10月24-26日在东京举行。"),
        ("论坛在5月9日继续举行。", "论坛在5月7日、8日、9日举行。"),
        ("The festival in Tokyo ended on October 26.", "The festival in Tokyo was held on October 24-26 and ended."),
        ("The film opened on December 18, 2024.", "The film opened on Dec. 18, 2024."),
        ("该片于2024年12月18日上映。", "The film opened on 18 December 2024."),
        ("首映于2024年12月6日举行。", "首映于2024/12/6举行。"),
        ("首映于2024年12月6日举行。", "首映于2024-12-6举行。"),
        ("首映于2024年12月6日举行。", "首映于2024.12.06举行。"),
    ],
)
def test_a_day_is_found_however_it_is_written(claim: str, evidence: str) -> None:
    assert support(claim, [evidence]) == "supported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("电影节于11月26日在东京结束。", "电影节于10月24日至26日在东京举行，11月还有影展。"),
        ("首映于12月20日举行。", "首映于12月18日举行，来了20人。"),
        ("首映于12月7日举行。", "首映于2024/12/6举行，来了7人。"),
        ("The film opened on December 19, 2024.", "The film opened on Dec. 18, 2024, in 19 cinemas."),
        ("The film opened in March 2024.", "The film opened on Dec. 18, 2024."),
    ],
)
def test_another_day_is_not_found(claim: str, evidence: str) -> None:
    assert support(claim, [evidence]) == "unsupported"


@pytest.mark.parametrize(
    ("date", "publisher"), [("2025-07", "百度新闻"), ("2025-07", "千龙网"), ("2025-07", "萬象雜誌")]
)
def test_a_date_ends_with_its_line(date: str, publisher: str) -> None:
    assert strange_figures("文章发表于2025年7月。", Evidence(f"{date}\n{publisher}")) == set()


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("首映仪式于2025年12月6日在中国电影博物馆举行。", [PREMIERE, "2025-01-03"]),
        ("首映儀式於2023年12月6日在中國電影博物館舉行。", [PREMIERE + "2023年，可灵还没有推出。"]),
        ("可灵于2024年6月推出独立应用。", ["2023年6月，可灵推出独立应用。2024年，用户超过600万。"]),
    ],
)
def test_a_day_or_month_of_another_year_is_unsupported(claim: str, evidence: list[str]) -> None:
    assert support(claim, evidence) == "unsupported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("首映于2024年12月6日举行。", ["首映于12月6日举行。", "2024-12-18"]),
        ("可灵于2024年6月推出独立应用。", ["今年6月，可灵推出独立应用，比2023年6月早。", "2024-12-18"]),
        ("可灵于2025年7月推出独立应用。", ["本月，可灵推出独立应用。2024年7月，它还没有。", "2025-07"]),
        ("可灵于2025年7月推出独立应用。", ["本月，可灵推出独立应用。2024年7月，它还没有。", "2025-07-20"]),
        ("可灵于2023年6月推出独立应用。", ["2023年5月至6月，可灵推出独立应用。"]),
        ("可灵于二〇二三年六月推出独立应用。", ["2023年6月，可灵推出独立应用。"]),
        ("可灵于2023年6月推出独立应用。", ["二〇二三年六月，可灵推出独立应用。"]),
        ("The film opened on December 18, 2024.", ["该片于2024年12月18日上映。"]),
        ("该片于2024年12月18日上映。", ["The film opened on December 18, 2024."]),
    ],
)
def test_a_year_told_in_another_way_is_not_another_one(claim: str, evidence: list[str]) -> None:
    assert strange_figures(claim, Evidence("\n".join(evidence))) == set()
