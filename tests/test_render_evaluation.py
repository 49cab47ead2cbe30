"""What the evaluation room shows of a run and of the run before it."""

from __future__ import annotations

import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from markup import HOSTILE, Page

from eval.compare import compare
from eval.history import keep_run, kept_runs
from ingest.errors import WriteError
from ui.render import evaluation as render
from ui.texts import CHINESE, ENGLISH, TEXTS, Texts


def rate(mean: float) -> dict[str, Any]:
    return {"mean": mean, "error": 0.1, "interval": [mean / 2, mean], "count": 2}


def result(id: str, passed: bool, **changes: Any) -> dict[str, Any]:
    scores = {"passed": passed, "facts": [passed], "refusal": True, "article_first": passed, "cause": "", "reason": ""}
    return {
        "id": id, "type": "fact", "question": f"问题{id}？", "answer": "成本是3.5万元。", "refused": False,
        "citations": [{"article": "a", "title": "首映"}], "scores": scores | changes.pop("scores", {}),
        "expected": {"history": ["先前的问题？"], "articles": ["b"], "facts": [["35000", "3.5万"]], "refusal": "wrong"},
    } | changes  # fmt: skip


def report(*results: dict[str, Any], passed: float = 0.5) -> dict[str, Any]:
    group = {"cases": len(results), "passed": rate(passed), "p50_ms": 841.32}
    return {
        "about": {"date": "2026-03-01", "model": ""},
        "metrics": group | {"types": {"fact": group, "odd": group}},
        "results": list(results),
    }


def test_the_table_has_a_row_a_type_and_tells_what_changed() -> None:
    page = Page(render.results(report(result("1", True)), report(result("1", True), passed=0.4), "missed", CHINESE))
    text = page.text()
    assert all(told in text for told in (CHINESE.group_all, CHINESE.type_fact, "odd", "50.0", "▲ 10.0", "841"))
    assert "841." not in text, "a median to the whole millisecond"
    assert CHINESE.no_change in text and len(page.all("svg")) == 1


def test_a_missed_question_says_what_was_missing_and_why() -> None:
    missed = result("2", False, scores={"cause": "not ranked"})
    text = Page(render.results(report(result("1", True), missed), None, "missed", CHINESE)).text()
    assert "问题2？" in text and "问题1？" not in text
    assert "缺少：35000" in text and CHINESE.cause_not_ranked in text and "首先引了《首映》" in text
    assert "先前的问题？" in text and "成本是3.5万元。" in text


def test_words_of_articles_and_questions_keep_their_own_language() -> None:
    odd = result("1", False, question="花了多少錢？", citations=[{"article": "a", "title": "首映禮"}])
    odd["answer"] = "成本是3.5万元。[1]\n\n該片歷時兩年[2]。It was cheap.[3]"
    odd["expected"] |= {"history": ["Who made it?"], "facts": [["兩年"], ["35000"]]}
    odd["scores"] |= {"facts": [False, True]}
    markup = render.results(report(odd), None, "missed", ENGLISH)  # else in the fonts of the page's language
    for told in (
        '<span class="text" lang="zh-Hant">花了多少錢？</span>',
        '<dd><span lang="zh-Hans">成本是3.5万元。</span>[1]\n\n<span lang="zh-Hant">該片歷時兩年[2]。</span>',
        '<span lang="en">It was cheap.[3]</span></dd>',
        '<dd><span lang="zh-Hant">首映禮</span></dd>',
        '<dd><span lang="en">Who made it?</span></dd>',
        '<span class="fact unmet" lang="zh-Hant">兩年</span><span class="fact met">35000</span>',
        'missing: <span lang="zh-Hant">兩年</span>; cites <span lang="zh-Hant">首映禮</span> first',
    ):
        assert told in markup


@pytest.mark.parametrize(
    ("refused", "told"), [(True, CHINESE.wrong_refusal), (False, CHINESE.wrong_answer)], ids=["refused", "answered"]
)
def test_a_wrong_refusal_and_a_wrong_answer_are_told(refused: bool, told: str) -> None:
    assert render.faults(result("1", False, refused=refused, scores={"refusal": False}), CHINESE) == [told]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (CHINESE, ("不计分：kling、sora。", "2 题上出错")),
        (TEXTS["zh-Hant"], ("不計分：kling、sora。", "2 題上出錯")),
        (ENGLISH, ("isn’t scored: kling, sora.", "failed at 2 questions")),
    ],
    ids=["zh", "zh-Hant", "en"],
)
def test_absent_articles_and_a_failing_model_are_told_above_the_table(texts: Texts, told: tuple[str, ...]) -> None:
    whole = report(result("1", True))
    assert "kling" not in render.results(whole, None, "missed", texts)
    whole["about"] |= {"absent_articles": ["kling", "sora"], "fallbacks": 2}
    above = Page(render.results(whole, None, "missed", texts).split("<table")[0]).text()
    assert all(one in above for one in told)


def test_what_changed_since_the_run_before_can_be_shown_alone() -> None:
    half, none = ({"facts": [told, False]} for told in (True, False))
    latest = report(result("1", True), result("2", False), result("3", False), result("4", False, scores=half))
    latest["results"].append(result("new", True))
    previous = report(result("1", False), result("2", True), result("3", False), result("4", False, scores=none))
    text = Page(render.results(latest, previous, "changed", CHINESE)).text()
    assert "问题1？" in text and "问题2？" in text and "问题4？" in text
    assert "问题3？" not in text and "问题new？" not in text
    assert CHINESE.passed_before in text and CHINESE.missed_before in text and CHINESE.fewer_before in text
    counted = compare(previous, latest)
    assert f"变好 {len(counted.better)} 题" in text and f"变差 {len(counted.worse)} 题" in text
    assert (len(counted.better), len(counted.worse)) == (2, 1)


def test_hostile_text_stays_text() -> None:
    odd = result(
        "1", False, question=HOSTILE, answer=HOSTILE, type=HOSTILE, citations=[{"title": HOSTILE, "article": "a"}]
    )
    odd["expected"] = {"history": [HOSTILE], "articles": [HOSTILE], "facts": [[HOSTILE]], "refusal": "wrong"}
    whole = report(odd)
    whole["about"] = {"date": HOSTILE, "model": HOSTILE}
    whole["metrics"]["types"] = {HOSTILE: whole["metrics"]["types"]["fact"]}
    page = Page(render.results(whole, deepcopy(whole), "all", ENGLISH))
    assert not {"script", "img", "a", "b onload"} & {tag for tag, _ in page.tags}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert HOSTILE in page.text()


def test_two_runs_are_kept_and_older_ones_forgotten(tmp_path: Path) -> None:
    assert kept_runs(tmp_path, "bundled") == (None, None)
    runs = [report(result(str(number), True)) for number in range(3)]
    for one in runs:
        keep_run(tmp_path, "bundled", one)
    assert kept_runs(tmp_path, "bundled") == (runs[2], runs[1])
    (tmp_path / "evaluations" / "bundled.json").write_text('{"results": [1]}')
    assert kept_runs(tmp_path, "bundled") == (None, runs[1])
    with pytest.raises(WriteError):
        keep_run(tmp_path / "missing", "bundled", runs[0])


@pytest.mark.parametrize("step", [0, 1])
def test_wherever_keeping_a_run_is_cut_off_there_is_a_latest_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    runs = [report(result(str(number), True)) for number in range(4)]
    for one in runs[:3]:
        keep_run(tmp_path, "bundled", one)
    steps, move = iter(range(9)), os.replace

    def interrupted(source: Path, target: Path) -> None:
        if next(steps) == step:
            raise KeyboardInterrupt
        move(source, target)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(os, "replace", interrupted)
        keep_run(tmp_path, "bundled", runs[3])
    assert kept_runs(tmp_path, "bundled") == (runs[2], None if step else runs[1]), "never compared with itself"
    keep_run(tmp_path, "bundled", runs[3])
    assert kept_runs(tmp_path, "bundled") == (runs[3], runs[2])
