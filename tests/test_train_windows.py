"""What the reader is shown of what is retrieved for a question, and which questions it is never shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest

from ingest.article import Article
from ingest.split import split
from rag.extract import Candidate
from rag.features import MEASURED
from rag.query import analyse
from rag.reader import SENTENCE
from rag.retrieve import Hit
from train.cases import Case, Question, held_out, measured
from train.reading import Sheet
from train.recipe import Questions
from train.windows import Asked, Passage, Windows, answering, asked, taken

TITLE = "短片"
SENTENCES = [
    "短片由林晚执导。",
    "成本三万五千元。",
    "Made with Kling in 2024.",
    "林晚曾在访谈里说起成本:三万五千元就够了。",
]
LENGTHS = (5, 9, 3, 12, 7, 4, 8)  # tokens of each sentence of a passage; all of one sentence's are the same
PASSAGES = 3


def retrieved(right: Sequence[tuple[int, int]]) -> Asked:
    """A question with three passages, `right` of whose sentences answer; the later a sentence, the better ranked."""
    passages = []
    for p in range(PASSAGES):
        told = [[100 + 10 * p + i] * length for i, length in enumerate(LENGTHS)]
        answers = np.array([(p, i) in right for i in range(len(LENGTHS))])
        passages.append(Passage([50 + p], told, answers, np.arange(len(LENGTHS)) + p / 10))
    return Asked([7, 8], passages, 1.0, 2)


def read(one: Sheet) -> tuple[list[tuple[int, int]], int]:
    """(passage, sentence) of a sheet's sentences, and how many tokens they take."""
    told = one.ids[int(np.flatnonzero(one.ids == 3)[1]) + 1 :]
    return [divmod(int(told[at - 1]) - 100, 10) for at in np.flatnonzero(told == SENTENCE)], len(told)


def windows(seed: int, **changed: float) -> Windows:
    return Windows(Questions(**{"removed": 0.0, **changed}), np.random.default_rng(seed))  # type: ignore[arg-type]


@pytest.mark.parametrize("budget", [13, 20, 30, 200])
def test_windows_hold_what_answers_and_keep_to_their_budget(budget: int) -> None:
    for seed in range(30):
        right, wrong = windows(seed).sheets(retrieved([(1, 3)]), budget)
        (places, length), (others, other_length) = read(right), read(wrong)
        assert (1, 3) in places and right.answers.tolist() == [place == (1, 3) for place in places]
        assert places == sorted(places) and len({p for p, _ in places}) == 1 and length <= budget >= other_length
        assert {p for p, _ in others} < {0, 2} and not wrong.answers.any()
    assert budget < 200 or len(places) == len(LENGTHS)


def test_windows_grow_to_both_sides() -> None:
    drawn = {tuple(read(windows(seed).sheets(retrieved([(1, 3)]), 26)[0])[0]) for seed in range(30)}
    assert len(drawn) > 1


def test_without_an_answer_two_passages_are_shown_the_likeliest_first() -> None:
    one, other = windows(1, likeliest=1.0).sheets(retrieved([]), 5)
    assert read(one)[0] == [(2, 6)] and read(other)[0] == [(1, 6)]
    assert len(windows(1).sheets(dataclasses.replace(retrieved([]), wrong=1), 90)) == 1


def test_where_the_answer_is_taken_away_no_passage_holds_one() -> None:
    for seed in range(20):
        sheets = windows(seed, removed=1.0).sheets(retrieved([(1, 3), (2, 0)]), 90)
        assert sheets and {p for one in sheets for p, _ in read(one)[0]} == {0}
        assert not any(one.answers.any() for one in sheets)


def test_titles_are_shown_mostly() -> None:
    titled = [50 in one.ids for seed in range(60) for one in windows(seed).sheets(retrieved([(0, 0)]), 90)[:1]]
    assert 0.6 < np.mean(titled) < 1


# Cases


def case(question: Question, set: str = "written") -> tuple[Case, list[Candidate]]:
    """A question with an article of two passages that tells the answer twice."""
    article = Article("a", "".join(SENTENCES), TITLE)
    found = [Hit(passage, 1.0, 1.0, 1.0) for passage in split(article, 20)]
    assert len(found) > 1
    made = Case(set, analyse(question.text), question, found, {"a": article})
    return made, measured(made, np.eye(len(MEASURED))[MEASURED.index("coverage")])


def encode(text: str) -> list[int]:
    """Its characters stand for tokens."""
    return [ord(character) for character in text]


COST = Question("成本是多少?", ("三万五千元",), ["7"], ["".join(SENTENCES)])


def test_the_sentence_written_down_answers_rather_than_others_that_hold_the_answer() -> None:
    _, found = case(COST)
    assert answering(found, COST).sum() == 2
    told = dataclasses.replace(COST, sentence=SENTENCES[1][:10])
    assert [c.text for c, right in zip(found, answering(found, told), strict=True) if right] == [SENTENCES[1]]
    assert answering(found, dataclasses.replace(COST, sentence="不在文中")).sum() == 2


def test_a_case_becomes_passages_in_order() -> None:
    given, found = case(COST)
    one = asked(given, found, encode, Questions())
    assert one is not None and one.answered and (one.counts, one.wrong) == (1.0, 2)
    first = max(one.passages, key=lambda passage: len(passage.sentences))
    assert first.sentences[0] == encode(SENTENCES[0]) and first.title == encode(TITLE)
    assert {len(passage.scores) for passage in one.passages} == {len(passage.sentences) for passage in one.passages}
    for_a_set = asked(dataclasses.replace(given, set="drcd-dev"), found, encode, Questions())
    assert for_a_set is not None and for_a_set.counts == 0.5


def test_a_case_whose_answer_was_not_retrieved_teaches_nothing() -> None:
    given, found = case(dataclasses.replace(COST, answers=("四万元",)))
    assert asked(given, found, encode, Questions()) is None
    none = dataclasses.replace(given, question=dataclasses.replace(COST, answers=()))
    kept_one = asked(none, found, encode, Questions())
    assert kept_one is not None and not kept_one.answered


def test_articles_are_held_out_whole() -> None:
    held = {n: {held_out(n, f"{n} {i}?") for i in range(5)} for n in range(400)}
    assert all(len(own) == 1 for own in held.values())
    assert 0.2 < np.mean([own == {True} for own in held.values()]) < 0.3
    assert all(held_out(n, "") == held_out(str(n), "") for n in range(50))
    assert {held_out(None, f"{i}?") for i in range(30)} == {True, False}  # these go by their text


def test_of_questions_about_nothing_in_any_article_half_are_taken() -> None:
    about_nothing = [Question(f"{n}?", (), ["None"], []) for n in range(200)]
    assert 80 < sum(taken(Case("elsewhere", analyse("成本?"), one, [], {})) for one in about_nothing) < 120
    assert all(taken(Case("elsewhere", analyse("成本?"), Question(f"{n}?", (), ["7"], []), [], {})) for n in range(20))


def test_what_is_measured_ranks_without_a_reader() -> None:
    _, found = case(COST)
    assert "成本" in found[0].text and [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    assert found[0].score > found[-1].score
