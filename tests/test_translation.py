"""English terms of a question in Chinese."""

from __future__ import annotations

import time

import pytest

from ingest.text import fold
from ingest.translation import _table, translations


@pytest.mark.parametrize(
    ("question", "term", "chinese"),
    [
        ("How good are the visual effects?", "visual effects", "视觉特效"),
        ("Box Office of the film?", "box office", "票房"),
        ("Who is James Cameron?", "james cameron", "卡梅隆"),
        ("What does Cameron's company do?", "cameron", "卡梅隆"),
        ("Which river is the longest?", "river", "河"),
        ("three students", "students", "学生"),
        ("a strike of actors", "strike", "罢工"),
        ("the writers' strike", "writers' strike", "编剧罢工"),
        ("the ＤＩＲＥＣＴＯＲ", "director", "导演"),
        ("When was it founded?", "founded", "创办"),
        ("Who led the Series A?", "series a", "a轮"),
        ("How many were laid off?", "laid off", "裁员"),
    ],
)
def test_terms_are_found_with_their_translations(question: str, term: str, chinese: str) -> None:
    found = dict(translations(question))
    assert any(chinese in alternative for alternative in found[term])


def test_terms_come_in_order_longest_first_and_in_search_form() -> None:
    question = "Did the Visual Effects cost more than the actors?"
    found = translations(question)
    surfaces = [surface for surface, _ in found]
    assert surfaces[0] == "visual effects"
    assert "visual" not in surfaces and "effects" not in surfaces
    assert surfaces.index("cost") < surfaces.index("actors")
    position = 0
    for surface, chinese in found:
        position = fold(question).index(surface, position) + len(surface)
        assert chinese and all(fold(alternative) == alternative for alternative in chinese)


@pytest.mark.parametrize("question", ["", "what is the of and", "这部电影的票房是多少？", "zzxqj 123 ！"])
def test_what_holds_no_english_term_has_no_translations(question: str) -> None:
    assert translations(question) == []


def test_the_table_loads_quickly() -> None:
    _table.cache_clear()
    began = time.process_time()
    assert len(_table()) > 10_000
    assert time.process_time() - began < 0.15
