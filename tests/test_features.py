"""What is measured of a sentence, and that the fitted ranker reads it as it was fitted."""

from __future__ import annotations

import numpy as np
import pytest

from ingest.article import Article
from ingest.split import split
from rag.extract import Candidate, Weights, rank
from rag.features import FEATURES, MEASURED
from rag.query import analyse, known_as
from rag.retrieve import Hit

TEXT = "北辰影展昨天开幕。王岚的短片《雾中灯塔》首映。她用了三年时间。成本是35000元。陈默也来了。他拍了十天。"
ARTICLE = Article("a", TEXT, "北辰影展")


def _ranked(question: str, text: str = TEXT) -> list[Candidate]:
    article = Article("a", text, "北辰影展")
    hits = [Hit(passage, 1.0, 1.0, 0.5) for passage in split(article)]
    return rank(analyse(question), hits, {"a": article}, Weights(np.ones(len(MEASURED)), np.ones(len(FEATURES))))


def _value(candidates: list[Candidate], sentence: str, feature: str) -> float:
    return next(c.features[FEATURES.index(feature)] for c in candidates if c.text.startswith(sentence))


def test_every_sentence_of_the_passages_is_ranked_once() -> None:
    found = _ranked("王岚用了多久？")
    assert sorted((c.start, c.end) for c in found) == [(c.start, c.end) for c in sorted(found, key=lambda c: c.start)]
    assert "".join(c.text for c in sorted(found, key=lambda c: c.start)) == TEXT
    assert all(c.features.shape == (len(FEATURES),) and np.isfinite(c.features).all() for c in found)


def test_a_name_fades_with_every_sentence_since_it_was_mentioned() -> None:
    found = _ranked("王岚用了多久？")
    near, next_, later = (_value(found, start, "names_recent") for start in ("王岚", "她用", "成本"))
    assert near == 1 > next_ > later > 0
    assert _value(found, "北辰", "names_recent") == 0


def test_a_stranger_who_came_since_is_noticed() -> None:
    found = _ranked("王岚用了多久？")
    assert _value(found, "她用", "stranger") == 0
    assert _value(found, "他拍", "stranger") == 1


def test_a_sentence_that_names_who_is_asked_about_is_about_nobody_else() -> None:
    found = _ranked("王岚和谁一起来？", "王岚和陈默一起来了。李雷没有来。")
    assert _value(found, "王岚和", "stranger") == 0
    assert _value(found, "李雷没", "stranger") == 1


def test_another_work_is_a_stranger_too() -> None:
    found = _ranked("《雾中灯塔》花了多少钱？", "《雾中灯塔》首映了。它得了奖。《纸鸢》花了三万元。")
    assert _value(found, "它得", "stranger") == 0
    assert _value(found, "《纸鸢》", "stranger") == 1


@pytest.mark.parametrize("amount", ["几周", "几百小时", "数十天", "半年"])
def test_an_amount_without_a_figure_is_an_amount(amount: str) -> None:
    assert _value(_ranked("修一个镜头要多久？", f"修一个镜头要花{amount}。天气很好。"), "修一", "kind_how_long") == 1


@pytest.mark.parametrize(
    ("question", "holds", "holds_not"), [("王岚用了多久？", "她用", "北辰"), ("成本是多少元？", "成本", "陈默")]
)
def test_the_kind_of_thing_asked_for_counts_under_its_kind(question: str, holds: str, holds_not: str) -> None:
    found, kind = _ranked(question), f"kind_{analyse(question).kind}"
    assert _value(found, holds, kind) == 1
    assert _value(found, holds_not, kind) == 0
    assert all(_value(found, holds, f"kind_{other}") == 0 for other in ("why", "opinion"))


def test_a_number_counts_for_what_its_own_clause_speaks_of() -> None:
    found = _ranked(
        "《灯塔》有多少用户？", "灯塔的用户很满意，分辨率是1080。灯塔的画面清晰，用户有600万。灯塔的用户很满意。"
    )
    other, right, none = (
        _value(found, start, "clause_head") for start in ("灯塔的用户很满意，", "灯塔的画面", "灯塔的用户很满意。")
    )
    assert none == 0 < other < right == 1
    assert _value(found, "灯塔的画面", "clause") == 1


def test_an_article_that_gives_a_name_in_full_may_shorten_it_later() -> None:
    question = "Demi Guo多大了？"
    found = _ranked(question, "Demi Guo创办了公司。\n\nDemi今年26岁。")
    assert _value(found, "Demi今年", "names") == 1
    assert known_as(analyse(question), "demi今年26岁").names == analyse(question).names


def test_what_follows_a_long_name_is_left_off_where_the_article_has_the_rest() -> None:
    query = analyse("近卫元博一到休息日干什么？")
    assert any("元博一到" in name for names in query.names for name in names)
    assert any("元博" in names for names in known_as(query, "近卫元博休息日画画").names)
    assert not any("上海" in names for names in known_as(analyse("上海大学在哪里？"), "上海很大").names)


def test_a_date_without_a_figure_is_a_date() -> None:
    assert _value(_ranked("新机什么时候推出？", "新机将于明年推出。天气很好。"), "新机", "kind_when") == 1


def test_a_version_of_a_name_is_not_the_name_alone() -> None:
    assert not any("阿凡达" in names for names in analyse("When will Avatar 3 be released?").names)
    assert any("阿凡达3" in names for names in analyse("When will Avatar 3 be released?").names)


def test_who_somebody_is_stands_where_the_name_is_first_mentioned() -> None:
    text = "影展昨天开幕。青岛电影学院教授王岚致辞。王岚认为剪辑是呼吸。王岚还说她喜欢胶片。"
    article = Article("a", text, "影展")
    hits = [Hit(passage, 1.0, 1.0, 0.5) for passage in split(article)]
    assert rank(analyse("王岚是谁？"), hits, {"a": article})[0].text == "青岛电影学院教授王岚致辞。"
