"""The right passage for a question: in either script, in English, by words and by meaning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.library import Library
from rag.retrieve import FAINT, OTHER_LANGUAGE, SAME_LANGUAGE, Hit, Retriever, fuse

_SCORES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(min_value=0.01, max_value=30), max_size=8)
_COSINES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(min_value=-1, max_value=1), max_size=8)


@pytest.fixture(scope="module")
def retriever(library: Library) -> Retriever:
    """Over the five articles."""
    return Retriever(library)


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("《雾中灯塔》花了多少钱？", "lighthouse"),
        ("霧中燈塔的製作成本是多少？", "lighthouse"),
        ("可灵２．０一次能生成多长的画面？", "kling"),
        ("北辰影展的评委会主席是谁？", "festival"),
        ("软件写出的对白缺少什么？", "writers"),
        ("软体寫出的對白缺少甚麼？", "writers"),
        ("How long did the writers' strike last?", "strike"),
        ("MEREDITH STIEHM是谁", "strike"),
        ("成本35000元的影片是哪部？", "lighthouse"),
        ("What did the film cost to make?", "lighthouse"),
        ("Who chaired the festival's jury?", "festival"),
    ],
)
def test_the_passage_that_answers_comes_first(retriever: Retriever, question: str, article: str) -> None:
    assert retriever.retrieve(question)[0].passage.article == article


def test_hits_are_exact_passages_best_first_and_each_once(retriever: Retriever, library: Library) -> None:
    hits = retriever.retrieve("导演怎么看人工智能？", top_k=4)
    assert len(hits) == 4
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.id for hit in hits}) == 4
    for hit in hits:
        assert hit.passage.text == library.article(hit.passage.article).text[hit.passage.start : hit.passage.end]
        assert 0 <= hit.words <= 1
    _assert_weight(hits, SAME_LANGUAGE)


def _assert_weight(hits: Sequence[Hit], weight: float) -> None:
    """Scores are one share of the words' and `weight` times the vectors'."""
    shares = [(hit.score - weight * hit.cosine) / hit.words for hit in hits if hit.words]
    assert len(shares) > 1 and 0 < shares[0] < 1
    assert shares == pytest.approx([shares[0]] * len(shares))


@pytest.mark.parametrize("name", ["Zhao Qiming", "Qiming Zhao"])
def test_people_whom_the_articles_name_are_found_by_their_pinyin(retriever: Retriever, name: str) -> None:
    question = f"Where does {name} work?"
    assert [hit.passage.article for hit in retriever.retrieve(question) if hit.words] == ["lighthouse"]
    assert retriever.understood(question).names[0][-1] == "赵启明"


def test_top_k_is_a_limit(retriever: Retriever) -> None:
    assert [len(retriever.retrieve("电影", top_k=n)) for n in (1, 2, 3)] == [1, 2, 3]


def test_in_an_english_question_meaning_leads(retriever: Retriever) -> None:
    _assert_weight(retriever.retrieve("What did the film cost?"), OTHER_LANGUAGE)


def test_only_the_chosen_articles_are_searched(retriever: Retriever) -> None:
    question = "《雾中灯塔》花了多少钱？"
    found = retriever.retrieve(question, articles=["kling", "strike"])
    assert {hit.passage.article for hit in found} == {"kling", "strike"}
    assert retriever.retrieve(question, articles=[]) == []
    assert retriever.retrieve(question, articles=["nosuch"]) == []


def test_each_index_can_be_asked_alone(retriever: Retriever) -> None:
    by_words, by_vectors = (retriever.retrieve("灯塔的成本", mode=mode) for mode in ("words", "vectors"))
    assert by_words and all(hit.words > 0 and hit.cosine == 0 for hit in by_words)
    assert len(by_vectors) == 6 and all(hit.words == 0 for hit in by_vectors)


@pytest.mark.parametrize("question", ["？！", "〇〇", "qqqqzzzz", "\udcff", "9" * 400])
def test_a_question_without_any_known_word_is_no_error(retriever: Retriever, question: str) -> None:
    assert all(hit.words == 0 for hit in retriever.retrieve(question))


class _Backwards:
    """A reranker that holds the worst passage for the best."""

    def scores(self, question: str, texts: Sequence[str]) -> np.ndarray:
        assert "？" in question and all(texts)
        return np.arange(len(texts), dtype=np.float32)


def test_a_reranker_has_the_last_word(library: Library, retriever: Retriever) -> None:
    question = "导演怎么看人工智能？"
    before, after = retriever.retrieve(question), Retriever(library, _Backwards()).retrieve(question)
    assert [hit.passage.id for hit in after] == [hit.passage.id for hit in before][::-1]
    assert [hit.score for hit in after] == [hit.score for hit in before]


# Fusion


def test_fusion_adds_scores_and_not_ranks() -> None:
    # By rank a is first in both lists as b is second; by score a leads by little in the one and b by much in the other.
    by_words = {"a": 10.0, "b": 9.9, "c": 0.1}
    top = 10.0 + FAINT
    assert fuse(by_words, {"a": 0.1, "b": 0.9, "c": 0.05}, 0.6) == {
        "a": pytest.approx(10 / top + 0.06), "b": pytest.approx(9.9 / top + 0.54), "c": pytest.approx(0.1 / top + 0.03)
    }  # fmt: skip


def test_a_weak_second_ranker_doesn_t_overturn_a_clear_lead() -> None:
    # Reciprocal ranks would put b, second and first, above a, first and third.
    fused = fuse({"a": 20.0, "b": 4.0, "c": 3.0}, {"b": 0.31, "c": 0.30, "a": 0.29}, SAME_LANGUAGE)
    assert max(fused, key=fused.__getitem__) == "a"


def test_a_passage_beyond_the_depth_of_the_vectors_counts_as_the_last_of_them() -> None:
    deep = {str(n): 1 - n / 200 for n in range(100)}
    alone = fuse({"x": 5.0}, {}, 1.0)["x"]
    assert fuse({"x": 5.0}, deep, 1.0)["x"] == pytest.approx(alone + min(deep.values()))
    assert fuse({"x": 5.0}, {"y": 0.5}, 1.0)["x"] == pytest.approx(alone)


def test_where_words_say_little_meaning_decides() -> None:
    by_words, by_vectors = {"a": 1.0, "b": 0.8}, {"a": 0.5, "b": 0.7}
    few = fuse(by_words, by_vectors, SAME_LANGUAGE)
    many = fuse({id: 50 * score for id, score in by_words.items()}, by_vectors, SAME_LANGUAGE)
    assert few["b"] > few["a"] and many["a"] > many["b"]


@given(_SCORES, _COSINES, st.floats(min_value=0.1, max_value=5))
def test_fusion_ignores_the_order_of_its_inputs(
    by_words: dict[str, float], by_vectors: dict[str, float], weight: float
) -> None:
    fused = fuse(by_words, by_vectors, weight)
    assert fused.keys() == by_words.keys() | by_vectors.keys()
    assert fuse(dict(reversed(by_words.items())), dict(reversed(by_vectors.items())), weight) == fused


@given(_SCORES, _COSINES)
def test_what_is_better_in_both_is_better(by_words: dict[str, float], by_vectors: dict[str, float]) -> None:
    fused = fuse(by_words, by_vectors, SAME_LANGUAGE)
    for one in by_words.keys() & by_vectors.keys():
        for other in by_words.keys() & by_vectors.keys():
            if by_words[one] >= by_words[other] and by_vectors[one] >= by_vectors[other]:
                assert fused[one] >= fused[other]
