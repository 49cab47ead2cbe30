"""The evaluation room in a real browser: run, stop, look at what was missed, compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pages import COST, PLAIN, ask, served

from eval.feedback import keep
from eval.history import kept_runs
from ingest.build import add_articles
from ingest.library import Library
from rag.assistant import Assistant

Visit = Callable[..., Any]


@pytest.fixture
def library(new_library: Callable[..., Library]) -> Iterator[Library]:
    library = new_library([])
    add_articles(library, [PLAIN])
    return library


def enter(page: Any) -> None:
    page.click("#bar [data-room=evaluation]")
    page.wait_for_selector("#evaluation form")


def run(page: Any) -> None:
    page.select_option("#evaluation [name=set]", "feedback")
    page.click("#evaluation [type=submit]")
    page.wait_for_selector("#evaluation .rates")


def test_feedback_is_run_and_compared_with_the_run_before(library: Library, visit: Visit) -> None:
    assistant = Assistant(library, strictness="lenient")
    answer = assistant.ask(COST)
    keep(library.folder, answer, [], "up")
    with served(assistant) as address:
        page = visit(address)
        enter(page)
        run(page)
        assert (
            page.locator("#evaluation tbody tr").count() == 2 and page.locator("#evaluation .charts svg").count() >= 1
        )
        assert page.locator("#evaluation .asked").count() == 0, "nothing was missed"
        keep(library.folder, answer, [], "down", "九万元")
        page.reload()
        page.wait_for_selector("#evaluation form")
        page.select_option("#evaluation [name=set]", "feedback")
        page.click("#evaluation [type=submit]")
        page.wait_for_selector("#evaluation .ran:has-text('变差 1 题')")
        page.click("#evaluation .asked summary")
        assert "缺少：九万元" in page.inner_text("#evaluation .asked dl")
        page.click("#evaluation [data-show=changed]")
        page.wait_for_selector("#evaluation [data-show=changed][aria-pressed=true]")
        assert page.locator("#evaluation .asked").count() == 1


@pytest.mark.slow
def test_a_run_shows_its_progress_stops_and_leaves_the_chat_free(library: Library, visit: Visit) -> None:
    with served(Assistant(library, strictness="lenient")) as address:
        page, other = visit(address), visit(address)
        enter(page)
        page.click("#evaluation [type=submit]")
        page.wait_for_function("document.querySelector('#evaluation progress')?.value > 3")
        ask(other, COST)
        assert "42000元" in other.inner_text("#live .answer")
        page.click("#evaluation [data-event=stop]")
        page.wait_for_selector("#evaluation [type=submit]")
        assert page.locator("#evaluation progress").count() == 0
        assert kept_runs(library.folder, "bundled") == (None, None)


@pytest.mark.slow
def test_no_feedback_is_told_in_a_sentence(library: Library, visit: Visit) -> None:
    with served(Assistant(library)) as address:
        page = visit(address)
        enter(page)
        page.select_option("#evaluation [name=set]", "feedback")
        page.click("#evaluation [type=submit]")
        assert "打分" in page.wait_for_selector("#evaluation .error").inner_text()
