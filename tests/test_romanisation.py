"""English questions name Chinese people in pinyin; the library's people are found all the same."""

from __future__ import annotations

import pytest

from ingest.article import Article
from rag.query import analyse
from rag.romanisation import in_chinese, romanised, spellings

PEOPLE = spellings([Article("a", "薛晓路拍了短片。\n\n呂思勉教授任教于天津，蔡国强没有来。", "t")])


def test_people_of_the_articles_are_spelled() -> None:
    assert PEOPLE["xuexiaolu"] == ("薛晓路",)
    assert PEOPLE["caiguoqiang"] == ("蔡国强",)


@pytest.mark.parametrize("name", ["Xue Xiaolu", "Xiaolu Xue", "Xue Xiao-lu", "XUE Xiaolu"])
def test_either_order_and_hyphens_name_the_same_person(name: str) -> None:
    query = in_chinese(analyse(f"Which short did {name} make?"), PEOPLE)
    assert any("薛晓路" in names for names in query.names)
    assert any("薛晓路" in concept for concept in query.concepts)
    assert any("薛晓路" in alternatives for alternatives in query.terms)


@pytest.mark.parametrize("question", ["Cai Guoqiang来了吗？", "cai guoqiang是谁？"])
def test_pinyin_in_a_chinese_question_names_the_same_person(question: str) -> None:
    assert romanised(analyse(question))
    assert any("蔡国强" in names for names in in_chinese(analyse(question), PEOPLE).names)


@pytest.mark.parametrize(
    "question", ["薛晓路拍了什么？", "What is AI?", "What did James Cameron say?", "Stability AI是什么？"]
)
def test_other_questions_are_left_alone(question: str) -> None:
    query = analyse(question)
    assert not romanised(query) or in_chinese(query, PEOPLE) == query
