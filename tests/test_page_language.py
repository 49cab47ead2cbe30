"""The page's language, chosen while something is shown that was written in another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from pages import COST, served

from ingest.library import Library
from rag.assistant import Assistant

Visit = Callable[..., Any]


@pytest.mark.slow
def test_a_language_that_is_chosen_while_an_answer_is_written_holds_for_it(film: Library, visit: Visit) -> None:
    chosen = threading.Event()

    class Waiting:
        """A model that ends its answer when the language has been chosen."""

        name = "waiting"

        def stream(self, question: str, sources: Sequence[Any], language: str) -> Iterator[str]:
            yield "《灯塔》的制作成本是42000元"
            chosen.wait(20)
            yield "。[1]"

    with served(Assistant(film, Waiting(), strictness="lenient")) as address:
        page = visit(address)
        page.fill("#question textarea", COST)
        page.keyboard.press("Enter")
        page.wait_for_selector("#live .asking .answer")
        page.click("#bar [data-language=en]")
        page.wait_for_function("document.documentElement.lang === 'en'")
        chosen.set()
        page.wait_for_selector("#live .answered [data-event=retry]:has-text('Answer again')")
        assert "Sources" in page.inner_text("#live .sources h3") and page.locator(".exchange").count() == 1
        page.click("#bar [data-event=clear]")
        page.wait_for_selector("#ask")
        page.wait_for_selector(".welcome")


@pytest.mark.slow
def test_an_alert_goes_with_the_language_that_it_was_in(address: str, visit: Visit) -> None:
    page = visit(address)
    page.click("#ask")
    page.wait_for_selector("#alert [role=alert]")
    page.click("#bar [data-language=en]")
    page.wait_for_selector("#alert [role=alert]", state="detached")
