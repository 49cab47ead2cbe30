"""Perturbed questions ask what they say: among noise, without the article, two at once, with another figure."""

from __future__ import annotations

import pytest

from eval.cases import Case
from eval.facts import facts_met
from eval.perturb import _changeable, _changes, _copy, run_perturbed
from eval.run import Run
from eval.summary import summary
from ingest.article import Article
from ingest.errors import CasesError
from ingest.library import Library
from rag.assistant import Assistant

COST = Case("cost", "《雾中灯塔》的制作成本是多少？", "zh", "fact", articles=("lighthouse",), facts=(("3.5万元",),))
VOTES = Case(
    "votes", "北辰人工智能影展收到了多少次网络投票？", "zh", "fact", articles=("festival",), facts=(("1.75亿",),)
)
PRIZE = Case("prize", "最佳短片奖授予了哪部片子？", "zh", "fact", articles=("festival",), facts=(("纸鸢",),))
HARD = Case("none", "谁导演了《纸鸢》？", "zh", "unanswerable")


@pytest.fixture(scope="module")
def done(library: Library) -> Run:
    return run_perturbed([COST, VOTES, PRIZE, HARD], Assistant(library), progress=False)


def kinds(done: Run, type: str) -> list[Case]:
    return [result.case for result in done.results if result.case.type == type]


def test_noise_is_the_nearest_other_articles(done: Run) -> None:
    for level in (0, 1, 4):
        cases = kinds(done, f"noise {level}")
        assert [len(case.among) for case in cases] == [level + 1] * 3
        assert all(case.among[: len(case.articles)] == case.articles for case in cases)
    assert not kinds(done, "noise 16")  # there are five articles
    asked = [result for result in done.results if result.case.type == "noise 0"]
    assert all({c.article for c in result.answer.citations} <= set(result.case.articles) for result in asked)


def test_without_its_article_a_question_must_be_refused(done: Run) -> None:
    cases = kinds(done, "negative rejection")
    assert [set(case.among) & set(case.articles) for case in cases] == [set()] * 3
    assert all(case.refusal == "right" and len(case.among) == 4 for case in cases)


def test_two_questions_of_two_articles_are_joined(done: Run) -> None:
    (both,) = kinds(done, "information integration")  # the third has no partner left
    assert both.question == COST.question + VOTES.question
    assert both.articles == ("lighthouse", "festival")
    assert both.facts == (("3.5万元",), ("1.75亿",))


def test_a_changed_figure_is_followed_and_shown_beside_the_old_one(done: Run) -> None:
    follow = [result for result in done.results if result.case.type == "counterfactual"]
    assert [result.case.facts for result in follow] == [(("4.5万元",),), (("2.75亿",),)]  # titles aren't figures
    assert all(result.scores.passed for result in follow), [result.scores.reason for result in follow]
    assert all("3.5万" not in result.answer.answer for result in follow)
    conflict = kinds(done, "conflict")
    assert conflict[0].facts == (("3.5万元",), ("4.5万元",))
    assert conflict[0].articles == ("lighthouse", "lighthouse-changed")


def test_every_perturbation_is_a_group_of_the_summary(done: Run) -> None:
    assert list(summary(done)["types"]) == [
        "noise 0", "noise 1", "noise 4", "negative rejection", "information integration", "counterfactual", "conflict",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("alternatives", "text", "old", "new"),
    [
        (("3.5万元",), "成本只有 3.5 万元。", "3.5", "4.5"),
        (("38年",), "他做了38年。", "38", "48"),
        (("三十年", "95%"), "降了95%。", "95", "15"),
        (("9月18",), "9月18日开始。", None, None),  # a date would become an impossible one
        (("18 September",), "On 18 September.", None, None),
        (("90年代",), "还在90年代。", None, None),
        (("1997",), "1997年上映。", None, None),
        (("五人",), "只有五人。", None, None),  # in Chinese numerals: left alone
        (("35000元",), "成本3.5万元。", None, None),  # the figure stands there in another form
    ],
)
def test_figures_are_changed_where_that_makes_sense(
    alternatives: tuple[str, ...], text: str, old: str | None, new: str | None
) -> None:
    case = Case("a", "？", "zh", "fact", articles=("a",), facts=(alternatives,))
    change = _changeable(case, text)
    assert (change and (change.old, change.new)) == (old and (old, new))


def test_only_the_sentences_that_state_a_fact_are_changed() -> None:
    text = "成本是33万元。他33岁。共有133万元，其中33万元是借来的。"
    case = Case("a", "？", "zh", "fact", articles=("a",), facts=(("33万元",),))
    change = _changeable(case, text)
    assert change
    assert _copy(Article("a", text, ""), [change]).text == "成本是43万元。他33岁。共有133万元，其中43万元是借来的。"


@pytest.mark.parametrize(
    ("text", "facts", "copy"),
    [
        ("剧组用了3位导演和4位摄影师。", ("3位", "4位"), "剧组用了5位导演和6位摄影师。"),  # not 3 → 4 → 5
        (
            "用了3位导演、四位摄影师。拍了5天。",
            ("3位",),
            "用了6位导演、四位摄影师。拍了5天。",
        ),  # 4 and 5 are told of others
        (
            "只有3位导演。3位导演拍了9天。",
            ("3位", "3位导演"),
            "只有4位导演。4位导演拍了9天。",
        ),  # one figure of two cases
        (
            "3位导演和4位摄影师。",
            ("3位导演和4位摄影师", "4位"),
            "5位导演和4位摄影师。",
        ),  # the second would spoil the first
        (
            "平均成本是35000元。也就是說，3.5萬元就能拍一部。",
            ("35000元",),
            "平均成本是35000元。也就是說，3.5萬元就能拍一部。",
        ),  # the old figure would still be told
        ("1, 2, 3, 4, 5, 6, 7, 8, 9位。", ("3, 4",), "1, 2, 3, 4, 5, 6, 7, 8, 9位。"),  # no figure is left
    ],
)
def test_figures_of_one_article_are_changed_together(text: str, facts: tuple[str, ...], copy: str) -> None:
    article = Article("a", text, "")
    cases = [Case(fact, "？", "zh", "fact", articles=("a",), facts=((fact,),)) for fact in facts]
    changes = _changes(cases, {"a": article})
    assert _copy(article, changes).text == copy
    assert all(facts_met([change.fact for change in changes], copy))
    assert not any(facts_met([change.fact for change in changes], text))
    assert not any(facts_met([change.case.facts[0] for change in changes], copy))


def test_a_set_about_other_articles_cannot_be_perturbed(library: Library) -> None:
    elsewhere = Case("a", "谁？", "zh", "fact", articles=("elsewhere",), facts=(("甲",),))
    with pytest.raises(CasesError, match="nothing to perturb"):
        run_perturbed([elsewhere, HARD], Assistant(library), progress=False)
