"""Metrics against examples worked by hand, and against scikit-learn where it computes the same."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest

from eval.metrics import (
    auroc,
    bootstrap_interval,
    citation_faults,
    citation_quality,
    estimate,
    facts_met,
    hit,
    ndcg,
    percentile,
    recall,
    reciprocal_rank,
)
from rag.answer import Answer, Citation

RANKED = ["d3", "d1", "d9", "d2"]
GRADES = {"d1": 2, "d2": 1, "d7": 3, "d3": 0}


def test_retrieval_metrics_of_a_worked_example() -> None:
    assert [hit(RANKED, GRADES, k) for k in (1, 2)] == [0, 1]  # d3 is judged, but irrelevant
    assert [recall(RANKED, GRADES, k) for k in (1, 2, 4)] == [0, 1 / 3, 2 / 3]
    assert [reciprocal_rank(RANKED, GRADES, k) for k in (1, 10)] == [0, 1 / 2]
    gained = 2 / math.log2(3) + 1 / math.log2(5)
    ideal = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(RANKED, GRADES, 10) == pytest.approx(gained / ideal)
    assert ndcg(RANKED, GRADES, 2) == pytest.approx((2 / math.log2(3)) / (3 + 2 / math.log2(3)))


def test_retrieval_metrics_of_nothing_are_zero() -> None:
    for metric in (hit, recall, reciprocal_rank, ndcg):
        assert metric([], GRADES, 10) == 0
        assert metric(RANKED, {}, 10) == 0


def test_ndcg_is_scikit_learns() -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    chance = random.Random(1)
    for k in (1, 3, 10):
        grades = {f"d{i}": chance.choice((0, 0, 1, 2, 3)) for i in range(30)} | {"d0": 1}
        ranked = chance.sample(sorted(grades), len(grades))
        scores = [[-ranked.index(document) for document in grades]]
        assert ndcg(ranked, grades, k) == pytest.approx(sklearn.ndcg_score([list(grades.values())], scores, k=k))


@pytest.mark.parametrize(
    ("alternative", "answer"),
    [
        ("泰坦尼克号", "他拍過《泰坦尼克號》。[1]"),
        ("技術", "这项技术"),
        ("Stability AI", "加入了stability ai董事会"),
        ("ＡＩ", "AI 电影"),
        ("35000", "约３５，０００元"),
        ("35,000", "平均 35000 元"),
        ("35000", "平均3.5万元[2]"),
        ("35000元", "平均 3.5 万元"),
        ("3.5万元", "平均35,000元"),
        ("95%", "百分之九十五的人"),
        ("9位", "九位导演"),
        ("9", "Nine directors took part"),
        ("6 billion", "60亿美元"),
        ("1.75亿", "175 million"),
        ("2024年12月18日", "2024 年 12 月 18 日发表"),
        ("导演、编剧", "导演、编剧和演员"),
    ],
)
def test_a_fact_is_met_however_it_is_written(alternative: str, answer: str) -> None:
    assert facts_met([[alternative]], answer) == [True]
    assert facts_met([["没有的话", alternative]], answer) == [True]


@pytest.mark.parametrize(
    ("alternative", "answer"),
    [
        ("5", "2025年"),
        ("35000", "135000元"),
        ("3", "成本3.5万元"),
        ("5秒", "3.5秒"),
        ("2", "这样说[2]。"),
        ("35000元", "35000美元"),
        ("35000元", "350000元"),
        ("9位", "九部短片"),
        ("95%", "95部"),
        ("10秒", "2024年, 10分钟"),
        ("202410", "2024, 10"),
        ("卡梅隆", "斯皮尔伯格"),
        ("  ", "任何话"),
    ],
)
def test_a_fact_is_not_met_by_something_else(alternative: str, answer: str) -> None:
    assert facts_met([[alternative]], answer) == [False]


def test_each_fact_counts_by_itself() -> None:
    assert facts_met([["甲"], ["乙", "丙"], ["丁"]], "甲和丙") == [True, True, False]


TEXT = "開頭。卡梅隆說，成本要減半。"
QUOTE = "卡梅隆說，成本要減半。"
CITATION = Citation(1, "a", "", "", "", "", QUOTE, 3, len(TEXT), TEXT)
ANSWER = Answer("问", f"{QUOTE}[1]", False, "extract", "zh", citations=(CITATION,))


def faults(answer: Answer) -> list[str]:
    return citation_faults(answer, {"a": TEXT}.get)


def test_exact_citations_have_no_faults() -> None:
    assert TEXT[3:] == QUOTE
    assert faults(ANSWER) == []
    assert faults(Answer("问", "文章里没有答案。", True, "extract", "zh")) == []


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (replace(ANSWER, citations=(replace(CITATION, start=2),)), "aren't at 2"),
        (replace(ANSWER, citations=(replace(CITATION, quote=QUOTE.replace("說", "说")),)), "aren't at"),
        (replace(ANSWER, citations=(replace(CITATION, quote="", start=3, end=3),)), "aren't at"),
        (replace(ANSWER, citations=(replace(CITATION, article="b"),)), "isn't there: b"),
        (replace(ANSWER, answer="没有标记。"), "isn't marked"),
        (replace(ANSWER, answer="多一个[1][2]。"), "mark [2]"),
        (replace(ANSWER, refused=True), "refusal"),
    ],
)
def test_each_fault_of_a_citation_is_named(answer: Answer, fault: str) -> None:
    found = faults(answer)
    assert len(found) == 1
    assert fault in found[0]


def holds_all_words(evidence: str, statement: str) -> bool:
    return set(statement.split()) <= set(evidence.split())


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([("a b", ["a b c"])], (1, 1)),
        ([("a b", ["a", "b"])], (1, 1)),  # only together
        ([("a b", ["a b", "x"])], (1, 1 / 2)),  # the second adds nothing
        ([("a b", ["a b", "a b x"])], (1, 1)),  # either is enough alone
        ([("a b", ["a", "x"])], (0, 0)),
        ([("a", ["a"]), ("b", [])], (1 / 2, 1)),  # an uncited statement costs recall only
        ([("a", ["a"]), ("b", ["x", "y"])], (1 / 2, 1 / 3)),
        ([], (0, 0)),
    ],
)
def test_citation_quality_of_worked_examples(
    statements: list[tuple[str, list[str]]], expected: tuple[float, float]
) -> None:
    assert citation_quality(statements, holds_all_words) == pytest.approx(expected)


def test_auroc_of_a_worked_example_and_scikit_learns() -> None:
    assert auroc([0.9, 0.4, 0.4, 0.1], [True, True, False, False]) == 3.5 / 4
    assert auroc([0.9, 0.8], [True, True]) is None
    sklearn = pytest.importorskip("sklearn.metrics")
    chance = random.Random(2)
    confidences = [round(chance.random(), 1) for _ in range(200)]
    answerable = [chance.random() < 0.3 + c / 2 for c in confidences]
    assert auroc(confidences, answerable) == pytest.approx(sklearn.roc_auc_score(answerable, confidences))


def test_the_standard_error_of_a_worked_example() -> None:
    found = estimate([1, 1, 1, 0])
    assert (found.mean, found.count) == (0.75, 4)
    assert found.error == pytest.approx(math.sqrt(0.1875 * 4 / 3) / 2)
    assert estimate([0.5]).error is None


def test_the_bootstrap_interval_covers_the_mean_about_as_often_as_it_says() -> None:
    generator = np.random.default_rng(3)
    covered = 0
    for _ in range(200):
        low, high = bootstrap_interval(generator.random(60) < 0.7, samples=400)
        covered += low <= 0.7 <= high
    assert 0.88 <= covered / 200 <= 0.99
    assert bootstrap_interval([1, 1, 1]) == (1, 1)


def test_percentiles_of_worked_examples() -> None:
    assert percentile([4, 1, 3, 2], 50) == 2.5
    assert percentile(list(range(101)), 95) == 95
