"""The HTML report shows every question, runs nothing of what it quotes, and asks nothing of the network."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.cases import Case
from eval.html import html
from eval.plots import Bar, bars, depth, histogram, refusal
from eval.report import markdown
from eval.run import Result, Run, score
from eval.summary import to_json
from rag.answer import Answer, Citation, Nearest

EVIL = "<script>pwned=1</script><img src=x onerror=pwned=1>\"'{{ 7*7 }}</details>"
TEXT = f"成本是35000元。{EVIL}"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ABOUT = {
    "date": "2026-01-02", "changji": "0.1.0", "python": "3.11", "library": {"articles": 1, "passages": 2},
    "embedder": EVIL, "model": "", "top_k": 8, "strictness": "normal", "seconds": 1.5, "absent_articles": [EVIL],
}  # fmt: skip


def result(id: str, type: str, facts: tuple[str, ...], refused: bool, ms: float) -> Result:
    case = Case(id, f"{id}？{EVIL}", "zh", type, ("早先",), ("a",), tuple((f,) for f in facts), EVIL)
    quoted = Citation(1, "a", EVIL, "", "", "", TEXT, 0, len(TEXT), TEXT)
    near = Nearest("a", EVIL, "", "", "", TEXT, 0, len(TEXT))
    answer = Answer(case.question, f"{TEXT}[1]", False, "extract", "zh", citations=(quoted,), confidence=0.9)
    if refused:
        answer = replace(answer, answer="没有。", refused=True, citations=(), nearest=(near,), confidence=0.2)
    ranks = {
        **{f"{name}@{k}": k / 20 for name in ("hit", "recall") for k in (1, 2, 3, 5, 10, 20)},
        "mrr@10": 1,
        "ndcg@10": 1,
    }
    scores = score(case, answer, ms, {"a": TEXT}.get)
    return Result(case, answer, replace(scores, passages=ranks, sentences=ranks))


@pytest.fixture(scope="module")
def page() -> str:
    results = (
        result("right", "fact", ("35000",), False, 10.0),
        result("missing", "fact", ("九位",), False, 20.0),
        result("refused", "fact", ("35000",), True, 30.0),
        result("unanswerable", "unanswerable", (), True, 4000.0),
    )
    return html(to_json(Run(results, ABOUT)))


def test_every_question_is_there_with_what_became_of_it(page: str) -> None:
    assert page.count("<details") == 4
    for told in ("2 of 4 questions passed", "missing 九位", "refused, but it has an answer", "characters 0–", "早先"):
        assert told in page
    assert page.count("<svg") == 4
    assert "AUROC 0.833" in page


def test_what_it_quotes_is_escaped(page: str) -> None:
    assert page.count("<script>") == 1
    assert "<img" not in page
    assert page.count("</details>") == 4
    assert "{{ 7*7 }}" in page


def test_it_names_no_address_to_fetch_from(page: str) -> None:
    assert not re.findall(r"""(?:src|href)\s*=|url\(|@import|https?://""", page.replace("src=x", ""))
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


@pytest.fixture
def opened(page: str, tmp_path: Path) -> Iterator[tuple[Any, list[str]]]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")
    if not CHROMIUM:
        pytest.skip("chromium isn't installed")
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    requests: list[str] = []
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 390, "height": 800})
        tab.on("request", lambda request: requests.append(request.url))
        tab.goto((tmp_path / "report.html").as_uri())
        yield tab, requests
        browser.close()


def test_in_a_browser_it_filters_and_fetches_nothing(opened: tuple[Any, list[str]]) -> None:
    tab, requests = opened
    shown = "details:not([hidden])"
    assert tab.locator(shown).count() == 2  # the missed ones, at first
    tab.get_by_label("Outcome").select_option("")
    tab.get_by_label("Type").select_option("unanswerable")
    assert tab.locator(shown).count() == 1
    tab.get_by_label("Type").select_option("")
    tab.get_by_label("Search").fill("九位")
    assert tab.locator("output").text_content() == "1 of 4 questions"
    tab.locator(f"{shown} summary").click()
    assert tab.locator(f"{shown} blockquote").first.is_visible()
    assert tab.evaluate("typeof pwned") == "undefined"
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")  # nothing sticks out on a phone
    assert len(requests) == 1


def test_on_paper_its_tables_fit_and_are_dark_on_light(opened: tuple[Any, list[str]]) -> None:
    tab, _ = opened
    tab.set_viewport_size({"width": 718, "height": 1000})  # A4 without its margins
    tab.emulate_media(media="print", color_scheme="dark")
    assert tab.evaluate("[...document.querySelectorAll('.scroll')].every(e => e.scrollWidth <= e.clientWidth)")
    assert sum(map(int, re.findall(r"\d+", tab.evaluate("getComputedStyle(document.body).color"))[:3])) < 300


def test_a_run_without_questions_that_can_be_refused_has_no_refusal_curve() -> None:
    done = Run((result("right", "fact", ("35000",), False, 10.0),), ABOUT)
    shown = html(to_json(done))
    assert shown.count("<svg") == 3
    assert "AUROC" not in shown


def test_a_few_questions_told_apart_are_no_certainty() -> None:
    apart = [result("a", "fact", ("35000",), False, 1), result("b", "fact", ("35000",), False, 1)]
    plain = to_json(Run((*apart, result("c", "unanswerable", (), True, 1)), ABOUT))
    assert (plain["metrics"]["auroc"], plain["metrics"]["auroc_error"]) == (1, None)
    assert "| Refusal AUROC | 1.000 |" in markdown(plain) and "AUROC 1.000" in html(plain)


def test_plots_place_what_they_show() -> None:
    drawn = bars([Bar("<甲>", 0.5, 0.25, 0.75, 8), Bar("名" * 20, 1, 1, 1, 2, opens=True)])
    assert "&lt;甲&gt;" in drawn and "…" in drawn
    widths = [float(width) for width in re.findall(r'width="([\d.]+)" height="10" class="bar"', drawn)]
    assert widths[0] * 2 == pytest.approx(widths[1], abs=0.1)
    drawn = histogram([5, 50, 400], {"p50": 50, "p95": 400})
    assert [re.search(rf'text-anchor="(\w+)"[^>]*>{name}', drawn)[1] for name in ("p50 50", "p95 400")] == [
        "start", "end",
    ]  # fmt: skip
    assert [label in histogram([5, 4000], {}) for label in (">10 ms<", ">20 ms<")] == [True, False]
    assert histogram([7, 7, 7], {"p50": 7}).count("<rect") == 24  # one time, told many times
    assert depth({"passage hit": [[1, 0.5], [2, 1.0]]}).count("<path") == 1
    assert "this run" in refusal([[0.1, 0, 1], [None, 1, 0]], (0.2, 0.3))
