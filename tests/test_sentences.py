"""Sentences as a reader takes them, and what is mentioned where."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.article import Article
from rag.sentences import outline


def _texts(text: str, headings: tuple[tuple[int, int], ...] = ()) -> list[str]:
    return [sentence.text for sentence in outline(Article("a", text, "t", headings=headings)).sentences]


def test_a_quotation_of_several_sentences_is_whole() -> None:
    assert _texts("她说：“机器不会选择。人会。”晚饭后收工。") == ["她说：“机器不会选择。人会。”", "晚饭后收工。"]


def test_what_a_colon_announces_stays_with_it_over_a_line_break() -> None:
    assert _texts("王岚提出了新的标准：\n\n看输出，不看输入。\n\n散会。") == [
        "王岚提出了新的标准：\n\n看输出，不看输入。",
        "散会。",
    ]


def test_a_heading_announces_nothing() -> None:
    assert _texts("观点：\n看输出。", ((0, 3),)) == ["观点：", "看输出。"]


def test_a_long_sentence_is_cut_at_its_semicolons_and_a_short_one_is_not() -> None:
    assert _texts("甲片得奖；乙片落选。") == ["甲片得奖；乙片落选。"]
    long = "甲片在北京得了奖" * 8 + "；" + "乙片在上海落选了" * 8 + "。"
    assert len(_texts(long)) == 2


@given(st.text(alphabet="王岚说，。：；“”「」\n——好", max_size=120))
def test_sentences_are_stretches_in_order_and_lose_nothing(text: str) -> None:
    found = outline(Article("a", text, "t")).sentences
    assert all(sentence.text == text[sentence.start : sentence.end] for sentence in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert "".join(s.text for s in found).replace("\n", "").replace(" ", "") == text.replace("\n", "").replace(" ", "")


def test_the_last_mention_of_a_name_is_found_looking_back() -> None:
    whole = outline(Article("a", "王岚到了。她累了。陈默来了。王嵐走了。", "t"))
    assert [whole.last_mention(("王岚",), at) for at in range(4)] == [0, 0, 0, 3]
    assert whole.last_mention(("李雷",), 3) is None


def test_sentences_of_a_passage_are_those_that_begin_in_it() -> None:
    text = "一句话。二句话。三句话。"
    assert list(outline(Article("a", text, "t")).within(4, 8)) == [1]
    assert list(outline(Article("a", text, "t")).within(0, len(text))) == [0, 1, 2]
