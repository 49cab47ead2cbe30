"""The evaluation room in a real browser: run, stop, look at what was missed, compare."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pages import COST, PLAIN, ask, served

from eval.feedback import keep
from eval.history import kept_runs
from ingest.build import add_articles
from ingest.library import Library
from rag.answer import Answer
from rag.assistant import Assistant

Visit = Callable[..., Any]


@pytest.fixture
def library(new_library: Callable[..., Library]) -> Iterator[Library]:
    library = new_library([])
    add_articles(library, [PLAIN])
    return library


class Counted(Assistant):
    """Counts what it is asked, and takes its time."""

    def __init__(self, library: Library, pause: float, **options: Any) -> None:
        super().__init__(library, **options)
        self.asked, self.pause = 0, pause

    def ask(self, *asked: Any) -> Answer:
        self.asked += 1
        time.sleep(self.pause)
        return super().ask(*asked)


def enter(page: Any) -> None:
    page.click("#bar [data-room=evaluation]")
    page.wait_for_selector("#evaluation form")


def run(page: Any) -> None:
    page.select_option("#evaluation [name=set]", "feedback")
    page.click("#evaluation [type=submit]")
    page.wait_for_selector("#evaluation .rates")


def fits_paper(page: Any, table: str) -> bool:
    """Whether a table is no wider than A4 without its margins, and its cells would break rather than be."""
    screen = page.viewport_size
    page.set_viewport_size({"width": 718, "height": 1000})
    page.emulate_media(media="print")
    whole = "e.scrollWidth <= e.clientWidth && getComputedStyle(e).overflowX === 'visible'"
    breaks = "[...e.querySelectorAll('th, td')].every(cell => getComputedStyle(cell).whiteSpace === 'normal')"
    fits = page.locator(table).evaluate(f"e => {whole} && {breaks}")
    page.emulate_media(media="screen")
    page.set_viewport_size(screen)
    return bool(fits)


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
        assert fits_paper(page, "#evaluation .wide")
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


def test_a_stopped_run_asks_nothing_more_and_the_next_begins_at_once(library: Library, visit: Visit) -> None:
    assistant = Counted(library, strictness="lenient", pause=1.0)
    keep(library.folder, assistant.ask(COST), [], "up")
    with served(assistant) as address:
        page = visit(address)
        enter(page)
        for _ in range(2):  # a run asks its first question twice, to warm up
            page.click("#evaluation [type=submit]")
            page.click("#evaluation [data-event=stop]")
            page.wait_for_selector("#evaluation [type=submit]")
            assert page.locator("#evaluation progress").count() == 0
        run(page)
        assert page.locator("#evaluation tbody tr").count() == 2
        assert assistant.asked <= 1 + 2 * 2 + 2, "only the question that a run was busy with is asked to its end"


@pytest.mark.slow
def test_a_run_is_found_as_it_was_left_and_keeps_others_from_starting(library: Library, visit: Visit) -> None:
    assistant = Counted(library, strictness="lenient", pause=0.2)
    keep(library.folder, assistant.ask(COST), [], "up")
    with served(assistant) as address:
        page, other = visit(address), visit(address)
        enter(page)
        run(page)
        page.select_option("#evaluation [name=set]", "bundled")
        page.click("#evaluation [type=submit]")
        page.wait_for_selector("#evaluation progress")
        enter(other)
        other.click("#evaluation [type=submit]")
        assert "另一次评测" in other.wait_for_selector("#evaluation .error").inner_text()
        page.click("#bar [data-room=chat]")
        enter(page)
        page.wait_for_timeout(1000)
        assert page.locator("#evaluation progress").count() == 1, "the run goes on"
        assert page.locator("#evaluation [data-event=stop]").count() == 1
        page.click("#bar [data-language=en]")
        page.wait_for_selector("#evaluation .progress:has-text('Asking')")
        assert page.inner_text("#evaluation [data-event=stop]") == "Stop"
        page.reload()
        page.wait_for_selector("#evaluation [type=submit]")
        run(other)
        page.wait_for_timeout(2000)
        asked = assistant.asked
        page.wait_for_timeout(1000)
        assert assistant.asked == asked, "whoever leaves the page ends the run"


@pytest.mark.slow
def test_no_feedback_is_told_in_a_sentence(library: Library, visit: Visit) -> None:
    with served(Assistant(library)) as address:
        page = visit(address)
        enter(page)
        page.select_option("#evaluation [name=set]", "feedback")
        page.click("#evaluation [type=submit]")
        assert "打分" in page.wait_for_selector("#evaluation .error").inner_text()
