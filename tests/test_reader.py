"""The bundled reader: what it says of sentences, and how the answerer uses it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ingest.article import Article
from ingest.split import split
from ingest.text import fold
from rag.answerable import confidence, threshold
from rag.extract import rank
from rag.features import FEATURES
from rag.query import analyse
from rag.reader import MOST_TOKENS, Reader, asked_as, bundled
from rag.retrieve import Hit

SENTENCES = ["影片于去年秋天开机。", "导演是来自兰州的周也。", "全片花了三个月、八万元。", "首映在海南岛国际电影节。"]
FOLDED = [fold(sentence) for sentence in SENTENCES]


@pytest.mark.parametrize(
    ("question", "answer"),
    [("谁执导了这部片子？", 1), ("拍摄用了多少钱？", 2), ("在哪里首映的？", 3), ("哪年開機的？", 0)],
)
def test_the_sentence_that_answers_scores_best(question: str, answer: int) -> None:
    assert np.argmax(bundled().scores(fold(question), "新片", FOLDED)) == answer


def test_what_is_told_scores_higher_than_what_is_not() -> None:
    told = bundled().scores(fold("导演是谁？"), "新片", FOLDED).max()
    assert told > bundled().scores(fold("摄影师是谁？"), "新片", FOLDED).max()


def test_what_does_not_fit_is_not_scored() -> None:
    scores = bundled().scores(fold("导演是谁？"), "新片", FOLDED * 40)
    assert len(scores) == 160 and np.isfinite(scores[:20]).all() and np.isnan(scores[-1])
    cut = bundled().scores(fold("导演是谁？"), "", ["长" * (2 * MOST_TOKENS), *FOLDED])
    assert np.isfinite(cut[0]) and np.isnan(cut[1:]).all()


def test_however_many_ask_one_passage_is_read_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, most, read = 0, 0, Reader._read

    def counted(self: Reader, ids: np.ndarray, marks: np.ndarray) -> np.ndarray:
        nonlocal reading, most
        reading += 1
        most = max(most, reading)
        time.sleep(0.02)
        reading -= 1
        return read(self, ids, marks)

    monkeypatch.setattr(Reader, "_read", counted)
    with ThreadPoolExecutor(8) as people:
        told = list(people.map(lambda n: bundled().scores(fold(f"第{n}位导演是谁？"), "新片", FOLDED), range(8)))
    assert most == 1 and all(len(scores) == len(FOLDED) for scores in told)


def test_no_sentences_no_scores() -> None:
    assert bundled().scores(fold("导演是谁？"), "新片", []).shape == (0,)


def test_an_english_question_is_read_with_its_terms_in_chinese() -> None:
    read = asked_as(analyse("Who directed the film?"))
    assert read.startswith("who directed the film? | ") and "执导" in read
    assert asked_as(analyse("誰執導了這部片？")) == fold("谁执导了这部片？")


class Scripted:
    """A reader that likes sentences with one word, and remembers what it was given."""

    def __init__(self, word: str) -> None:
        self.word, self.read = word, list[list[str]]()

    def scores(self, question: str, title: str, sentences: Sequence[str]) -> np.ndarray:
        self.read.append(list(sentences))
        return np.array([5.0 if self.word in sentence else -5.0 for sentence in sentences])


def _hits(paragraphs: Sequence[str]) -> tuple[list[Hit], dict[str, Article]]:
    articles = {str(n): Article(str(n), text, "影讯") for n, text in enumerate(paragraphs)}
    hits = [Hit(passage, 1.0, 1.0, 0.5) for article in articles.values() for passage in split(article)]
    return hits, articles


def test_the_reader_has_a_say_in_what_comes_first() -> None:
    hits, articles = _hits(["王岚在青岛。王岚在大连。王岚在厦门。"])
    for place in ("青岛", "大连", "厦门"):
        assert place in rank(analyse("王岚在哪里？"), hits, articles, reader=Scripted(place))[0].text


def test_the_likeliest_passages_are_read_and_the_others_count_as_not_answering() -> None:
    hits, articles = _hits([f"第{n}届影展在北京开幕。" for n in "一二三四五六"] + ["王岚执导了《雾中灯塔》。"])
    reader = Scripted("王岚")
    ranked = rank(analyse("谁执导了《雾中灯塔》？"), hits, articles, reader=reader)
    assert len(reader.read) == 4 and [fold("王岚执导了《雾中灯塔》。")] in reader.read
    odds = [candidate.features[FEATURES.index("reader")] for candidate in ranked]
    assert odds.count(-10.0) == 3 and ranked[0].text.startswith("王岚")


def test_the_shares_are_of_all_that_was_read() -> None:
    hits, articles = _hits(["王岚在青岛。王岚在大连。"])
    shares = [
        c.features[FEATURES.index("reader_share")]
        for c in rank(analyse("王岚在哪？"), hits, articles, None, Scripted("王"))
    ]
    assert 0.49 < min(shares) <= max(shares) < 0.5


def test_who_somebody_is_is_answered_wherever_the_articles_tell_of_them() -> None:
    hits, articles = _hits(["王岚谈片子。\n\n王岚认为，机器不会替人做决定。导演陈默也在场。", "影展昨天在北京开幕。"])
    silent = Scripted("没有")  # of nothing that it reads it finds that it answers
    told, unheard, another = (
        confidence(query, rank(query, hits, articles, reader=silent))
        for query in map(analyse, ("王岚是谁？", "李雷是谁？", "王岚的老师是谁？"))
    )
    assert told > threshold(analyse("王岚是谁？")) > max(unheard, another)
