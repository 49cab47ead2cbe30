"""A short answer of exact quotes: which sentences, how many, in what order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.article import Article
from ingest.split import sentences, split
from rag.compose import Excerpt, choose, in_order, joined, write
from rag.extract import Candidate
from rag.query import analyse
from rag.retrieve import Hit

WHAT = analyse("仓库里发生了什么？")
WHICH = analyse("有哪些影片获奖？")
WHEN = analyse("影片什么时候首映？")


def _candidates(article: Article, *scores: float) -> list[Candidate]:
    """The article's sentences with these scores, the best first, as ranking gives them."""
    passages, spans = split(article, budget=10_000), sentences(article.text)
    assert len(scores) == len(spans)
    found = []
    for i, ((start, end), score) in enumerate(zip(spans, scores, strict=True)):
        passage = next(p for p in passages if p.start <= start and end <= p.end)
        inside = [article.text[a:b] if passage.start <= a < passage.end else "" for a, b in spans]
        before, after = inside[i - 1] if i else "", inside[i + 1] if i + 1 < len(spans) else ""
        heading = (start, end) in article.headings
        hit = Hit(passage, 1.0, 1.0, 0.5)
        found.append(Candidate(article, hit, start, end, before, after, heading, np.zeros(1), score))
    return sorted(found, key=lambda candidate: -candidate.score)


def _article(text: str, id: str = "a", **about: str) -> Article:
    return Article(id, text, f"题目{id}", **about)


DIVERSE = _article(
    "灯光师点亮了第一盏钨丝灯。\n\n道具组搬来三十张旧木椅。\n\n录音棚外下着细雨。\n\n演员在走廊背诵台词。\n\n厨师煮好了晚饭。\n\n"
    "司机把发电车停在河边。\n\n制片人数着剩下的钱。"
)


def test_at_most_three_sentences_answer() -> None:
    chosen = choose(WHAT, _candidates(DIVERSE, 5, 4.9, 4.8, 4.7, 4.6, 4.5, 4.4))
    assert [excerpt.text for excerpt in chosen] == [
        "灯光师点亮了第一盏钨丝灯。",
        "道具组搬来三十张旧木椅。",
        "录音棚外下着细雨。",
    ]


def test_a_question_for_a_list_may_gather_more() -> None:
    assert 3 < len(choose(WHICH, _candidates(DIVERSE, 5, 4.9, 4.8, 4.7, 4.6, 4.5, 4.4))) <= 6


def test_sentences_far_below_the_best_are_left_out() -> None:
    assert [excerpt.text for excerpt in choose(WHAT, _candidates(DIVERSE, 1, 1, 9, 1, 1, 8.5, 1))] == [
        "录音棚外下着细雨。", "司机把发电车停在河边。"
    ]  # fmt: skip
    assert len(choose(WHEN, _candidates(DIVERSE, 1, 1, 9, 1, 1, 6, 1))) == 1  # sure enough by itself
    assert len(choose(WHEN, _candidates(DIVERSE, 1, 1, 9, 1, 1, 8, 1))) == 2


def test_about_300_characters_answer() -> None:
    long = _article("\n\n".join(f"{topic}组说" + topic * 115 + "。" for topic in "灯声影光"))
    chosen = choose(WHAT, _candidates(long, 5, 4.9, 4.8, 4.7))
    assert len(chosen) == 2
    assert sum(len(excerpt.text) for excerpt in chosen) <= 300


def test_one_sentence_is_told_even_if_it_is_longer() -> None:
    text = "，".join(f"第{n}盏灯亮了" for n in range(60)) + "。"
    assert [excerpt.text for excerpt in choose(WHAT, _candidates(_article(text), 1))] == [text]


def test_near_duplicates_are_told_once() -> None:
    text = "影片于三月在上海首映，票房三千万元。\n\n厨师煮好了晚饭。\n\n影片於三月在上海首映，票房三千萬元！\n\n演员在走廊背诵台词。"
    told = [excerpt.text for excerpt in choose(WHAT, _candidates(_article(text), 5, 4.5, 4.9, 4.4))]
    assert told == ["影片于三月在上海首映，票房三千万元。", "厨师煮好了晚饭。", "演员在走廊背诵台词。"]


def test_headings_are_no_answer() -> None:
    text = "首映的日子\n\n影片于三月在上海首映。"
    article = Article("a", text, "t", headings=((0, 5),))
    assert [excerpt.text for excerpt in choose(WHAT, _candidates(article, 9, 8))] == ["影片于三月在上海首映。"]


@pytest.mark.parametrize(
    "pronoun", ["她", "他们", "它", "这", "該片", "该片", "其", "其中", "因此", "但", "“她", "此外，"]
)
def test_a_sentence_that_leans_on_the_one_before_takes_it_along(pronoun: str) -> None:
    text = f"录音棚外下着细雨。王岚在青岛拍片。{pronoun}每天工作十小时。晚饭后收工。"
    (excerpt,) = choose(WHEN, _candidates(_article(text), 1, 2, 9, 3))
    assert excerpt.text == f"王岚在青岛拍片。{pronoun}每天工作十小时。"


@pytest.mark.parametrize("opening", ["其实", "其實", "王岚", "灯塔"])
def test_a_sentence_with_a_subject_of_its_own_stands_alone(opening: str) -> None:
    text = f"赵启明在青岛拍片。{opening}每天工作十小时。"
    (excerpt,) = choose(WHEN, _candidates(_article(text), 1, 9))
    assert excerpt.text == f"{opening}每天工作十小时。"


def test_no_antecedent_is_taken_across_paragraphs_or_from_a_heading() -> None:
    (excerpt,) = choose(WHEN, _candidates(_article("王岚在青岛拍片。\n\n她每天工作十小时。"), 1, 9))
    assert excerpt.text == "她每天工作十小时。"
    headed = Article("a", "青岛的日子\n她每天工作十小时。", "t", headings=((0, 5),))
    (excerpt,) = choose(WHEN, _candidates(headed, 1, 9))
    assert excerpt.text == "她每天工作十小时。"


def test_the_antecedent_is_the_sentence_right_before() -> None:
    text = "好。王岚在青岛拍片。好。她每天工作十小时。"
    (excerpt,) = choose(WHEN, _candidates(_article(text), 1, 1, 1, 9))
    assert (excerpt.start, excerpt.text) == (text.rfind("好。"), "好。她每天工作十小时。")


def test_neighbours_become_one_excerpt() -> None:
    text = "灯光师点亮了钨丝灯。道具组搬来旧木椅。录音棚外下着细雨。"
    (excerpt,) = choose(WHAT, _candidates(_article(text), 9, 8.9, 8.8))
    assert excerpt.text == text


def test_parts_with_the_same_answer_tell_it_once() -> None:
    ranked = _candidates(_article("王岚在青岛拍片。她每天工作十小时。"), 1, 9)
    one, other = choose(WHEN, ranked), choose(WHEN, ranked[1:])
    assert [excerpt.text for excerpt in joined([one, other])] == ["王岚在青岛拍片。她每天工作十小时。"]


def test_within_an_article_the_order_is_its_own_and_the_best_article_leads() -> None:
    one = _article("灯光师点亮了钨丝灯。\n\n道具组搬来旧木椅。", "one")
    two = _article("录音棚外下着细雨。", "two")
    ranked = sorted([*_candidates(one, 4.5, 4.9), *_candidates(two, 4.7)], key=lambda candidate: -candidate.score)
    ordered = in_order(choose(WHAT, ranked), "what")
    assert [excerpt.text for excerpt in ordered] == ["灯光师点亮了钨丝灯。", "道具组搬来旧木椅。", "录音棚外下着细雨。"]


def _excerpts(*articles: Article) -> list[Excerpt]:
    return [excerpt for article in articles for excerpt in choose(WHEN, _candidates(article, 1))]


def test_what_is_written_is_tied_to_exact_quotes() -> None:
    one = _article(
        "編劇說：「版權屬於作者。」\n", "one", date="2024-12-18", publisher="島嶼評論", url="https://example.org/1"
    )
    two = _article(" Films cost 3.5 million.", "two")
    text, said, citations = write(_excerpts(one, two))
    assert text == "《题目one》（2024-12-18）：編劇說：「版權屬於作者。」[1]\n《题目two》：Films cost 3.5 million.[2]"
    assert [(sentence.text, sentence.citations, sentence.support) for sentence in said] == [
        ("編劇說：「版權屬於作者。」", (1,), "supported"), ("Films cost 3.5 million.", (2,), "supported")
    ]  # fmt: skip
    for citation, article in zip(citations, (one, two), strict=True):
        assert article.text[citation.start : citation.end] == citation.quote
        assert citation.quote in citation.passage
        assert (citation.article, citation.title, citation.date) == (article.id, article.title, article.date)
        assert (citation.publisher, citation.url) == (article.publisher, article.url)
    assert [citation.number for citation in citations] == [1, 2]


def test_one_article_needs_no_name_and_line_breaks_no_place() -> None:
    text, _, _ = write(_excerpts(_article("王岚在青岛拍片。")), lead_in="The articles say:")
    assert text == "The articles say:\n王岚在青岛拍片。[1]"
    article = _article("王岚在青岛拍片。\n她每天工作十小时。")
    text, said, (citation,) = write(choose(WHEN, _candidates(article, 1, 9)))
    assert said[0].text == "王岚在青岛拍片。 她每天工作十小时。"
    assert citation.quote == article.text == article.text[citation.start : citation.end]


_SENTENCES = st.sampled_from([
    "王岚在青岛拍片。", "她每天工作十小时。", "她说：“机器不会选择。”", "录音棚外下着细雨！", "The film cost 3.5 million. ",
    "It opened in May. ", "但厨师没有来？", "\n\n", "\n", " ", "她每天工作十小时。", "𠮷野家送来了晚饭。", "此外，" + "灯" * 280 + "。",
])  # fmt: skip


@given(st.lists(_SENTENCES, min_size=1, max_size=12).map("".join), st.randoms(use_true_random=False))
def test_whatever_is_chosen_is_quoted_exactly_and_told_once(text: str, random: object) -> None:
    article = _article(text)
    ranked = _candidates(article, *(random.random() * 2 for _ in sentences(text)))
    chosen = choose(WHAT, ranked)
    _, said, citations = write(in_order(chosen, "what"))
    assert bool(chosen) == bool(ranked)
    assert len(said) == len(citations) <= 3
    told: set[int] = set()
    for citation in citations:
        assert article.text[citation.start : citation.end] == citation.quote == citation.quote.strip() != ""
        assert not told & set(range(citation.start, citation.end))
        told |= set(range(citation.start, citation.end))
