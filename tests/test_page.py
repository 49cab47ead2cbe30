"""The real page in a real browser: asking, reading, refusing; several visitors, hostile texts, nothing fetched."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from pages import BAD, COST, FILM, PLAIN, ask, in_view, marked, served

from ingest.errors import LLMError
from ingest.library import Library
from rag.assistant import Assistant, Turn


class Pen:
    """A language model whose answers the test writes: `say` yields the pieces of the answer to a question."""

    name = f"pen {BAD}"

    def __init__(self) -> None:
        self.say: Callable[[str], Iterator[str]] = lambda question: iter(())

    def stream(self, question: str, sources: Sequence[Any], language: str) -> Iterator[str]:
        return self.say(question)

    def rewrite(self, question: str, history: Sequence[Turn]) -> str:
        return f"{question}（接着“{history[-1].question}”）"


@pytest.fixture(scope="module")
def written(film: Library) -> Iterator[SimpleNamespace]:
    """The page with a language model, and the model."""
    pen = Pen()
    with served(Assistant(film, pen, strictness="lenient")) as address:
        yield SimpleNamespace(address=address, pen=pen)


def watch_growth(page: Any) -> None:
    page.evaluate(
        "() => { window.seen = new Set(); new MutationObserver(() => seen.add(document.querySelector("
        "'#live .asking .answer')?.innerText.length ?? 0)).observe(document.querySelector('#live'),"
        "{childList: true, subtree: true, characterData: true, attributes: true}); }"
    )


def test_an_answer_streams_and_its_citation_opens_the_exact_words(address: str, visit: Callable[..., Any]) -> None:
    page = visit(address)
    watch_growth(page)
    ask(page, COST)
    assert page.evaluate("[...seen].filter(n => n > 0).length") >= 3, "the answer did not grow before it was there"
    assert "42000元" in page.inner_text("#live .answer")
    page.click("#live .answer .cite >> nth=0")
    quote = page.get_attribute("#live .answer .cite >> nth=0", "data-quote")
    assert marked(page) == quote and quote in FILM and "42000元" in quote
    page.wait_for_timeout(100)
    assert in_view(page, "#pane mark")
    paper = page.inner_text("#pane .paper")
    assert all(line in paper for line in FILM.split("\n") if line), "the article can be read whole"
    card = page.inner_text("#live .sources li >> nth=0")
    assert all(text in card for text in ("[1]", PLAIN.title, "影像周刊", "2024-05-06", quote))
    assert page.get_attribute("#live .sources a >> nth=0", "href") == PLAIN.url


@pytest.mark.slow
def test_words_far_down_are_scrolled_into_view_each_time(address: str, visit: Callable[..., Any]) -> None:
    page = visit(address)
    ask(page, "《灯塔》在哪个电影展首映？")
    for _ in range(2):  # the second press changes nothing on the server, and must still lead there
        page.click("#live .answer .cite >> nth=0")
        assert "平遥" in marked(page)
        page.wait_for_function("document.querySelector('#pane .paper').scrollTop > 300")
        assert in_view(page, "#pane mark")
        page.evaluate("document.querySelector('#pane .paper').scrollTop = 0")


@pytest.mark.slow
def test_a_suggested_question_is_asked_and_answered(address: str, visit: Callable[..., Any]) -> None:
    page = visit(address)
    question = page.inner_text(".welcome li button >> nth=0").strip()
    page.click(".welcome li button >> nth=0")
    page.wait_for_selector("#live .exchange.answered")
    assert page.inner_text("#live h2").strip() == question
    assert page.locator("#live .cite").count() and not page.locator("#live .refusal").count()


def test_a_refusal_looks_different_and_cites_nothing(address: str, visit: Callable[..., Any]) -> None:
    page = visit(address)
    ask(page, "火星上现在的气温是多少度？")
    assert page.locator("#live .refusal").count() == 1 and page.locator("#live .cite").count() == 0
    assert page.locator("#live .nearest .tag").count() == page.locator("#live .nearest li").count() > 0
    page.click("#live .nearest .title >> nth=0")
    page.wait_for_selector("#pane mark.near")
    assert page.evaluate("getComputedStyle(document.querySelector('#live .refusal')).borderStyle") == "dashed"


@pytest.mark.slow
@pytest.mark.parametrize("question", ["", "  　\n", "长" * 100_000], ids=["empty", "blank", "long"])
def test_a_question_that_cannot_be_asked_is_told_and_the_page_goes_on(
    question: str, address: str, visit: Callable[..., Any]
) -> None:
    page = visit(address)
    page.fill("#question textarea", question)
    page.click("#ask")
    told = page.wait_for_selector("#alert [role=alert]").inner_text()
    assert told.count(".") <= 2 and len(told) < 200
    assert page.locator(".exchange").count() == 0 and page.input_value("#question textarea") == question
    ask(page, COST)
    assert page.locator("#alert [role=alert]").count() == 0
    assert "42000元" in page.inner_text("#live .answer")


@pytest.mark.slow
def test_a_model_that_fails_midway_leaves_an_answer_from_excerpts(
    written: SimpleNamespace, visit: Callable[..., Any]
) -> None:
    def breaks(question: str) -> Iterator[str]:
        yield "《灯塔》的制作成本是42000元，这是一句没有说完"
        raise LLMError("The language model stopped in mid-answer; ask again.")

    page = visit(written.address)
    written.pen.say = breaks
    ask(page, COST)
    assert "stopped in mid-answer" in page.inner_text("#live .notice")
    assert "没有说完" not in page.inner_text("#live .exchange") and "42000元" in page.inner_text("#live .answer")


@pytest.mark.slow
def test_any_other_fault_is_one_sentence_and_keeps_what_was_written(
    written: SimpleNamespace, visit: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    def crashes(question: str) -> Iterator[str]:
        yield "《灯塔》的制作成本是42000元，然后"
        time.sleep(0.2)
        raise ZeroDivisionError("secret detail")

    page = visit(written.address)
    written.pen.say = crashes
    ask(page, COST, "failed")
    shown = page.inner_text("#live .exchange")
    assert "然后" in shown and "secret" not in shown and page.locator("#live [role=alert]").count() == 1
    assert "secret detail" in caplog.text
    written.pen.say = lambda question: iter(["《灯塔》的制作成本是42000元。[1]"])
    page.click("#live [data-event=retry]")
    page.wait_for_selector("#live .exchange.answered")
    assert page.locator(".exchange").count() == 1


def test_stop_keeps_what_has_come_and_the_next_question_works(
    written: SimpleNamespace, visit: Callable[..., Any]
) -> None:
    stopped = threading.Event()

    def slow(question: str) -> Iterator[str]:
        try:
            for number in range(200):
                yield f"第{number}段话正在写。"
                time.sleep(0.05)
        finally:
            stopped.set()

    page = visit(written.address)
    written.pen.say = slow
    page.fill("#question textarea", COST)
    page.click("#ask")
    page.wait_for_function("document.querySelector('#live .answer')?.innerText.includes('第5段')")
    page.click("#stop")
    page.wait_for_selector("#live .exchange.stopped")
    assert "第5段" in page.inner_text("#live .answer")
    assert stopped.wait(5), "the model goes on writing"
    page.wait_for_selector("#ask")
    assert not page.is_visible("#stop")
    written.pen.say = lambda question: iter(["《灯塔》的制作成本是42000元。[1]"])
    ask(page, COST)
    assert page.locator(".exchange").count() == 2
    for _ in range(2):
        page.wait_for_timeout(500)
        page.reload()
        page.wait_for_selector("body.ready #live .answered")
        assert page.locator("#log .exchange.stopped").count() == 1 and "第5段" in page.inner_text("#log")


@pytest.mark.slow
def test_a_new_chat_forgets_the_answer_that_was_being_written(
    written: SimpleNamespace, visit: Callable[..., Any]
) -> None:
    def slow(question: str) -> Iterator[str]:
        for number in range(100):
            yield f"第{number}段话正在写。"
            time.sleep(0.05)

    page = visit(written.address)
    written.pen.say = slow
    page.fill("#question textarea", COST)
    page.click("#ask")
    page.wait_for_function("document.querySelector('#live .answer')?.innerText.includes('第3段')")
    page.click("#bar [data-event=clear]")
    page.wait_for_selector(".welcome")
    written.pen.say = lambda question: iter(["《灯塔》的制作成本是42000元。[1]"])
    ask(page, COST)
    assert page.locator(".exchange").count() == 1 and page.inner_text("#live .take") == "01"


@pytest.mark.slow
@pytest.mark.parametrize(("leave", "exchanges"), [("#stop", 2), ("#bar [data-event=clear]", 1)], ids=["stop", "new"])
def test_a_question_sent_at_once_after_leaving_a_stuck_answer_is_answered(
    leave: str, exchanges: int, written: SimpleNamespace, visit: Callable[..., Any]
) -> None:
    freed = threading.Event()

    def stuck(question: str) -> Iterator[str]:
        for number in range(5):
            yield f"第{number}段话正在写。"
            time.sleep(0.05)
        freed.wait(60)

    page = visit(written.address)
    written.pen.say = stuck
    try:
        page.fill("#question textarea", "林晚说什么最难控制？")
        page.click("#ask")
        page.wait_for_function("document.querySelector('#live .answer')?.innerText.includes('第3段')")
        page.fill("#question textarea", COST)
        written.pen.say = lambda question: iter(["《灯塔》的制作成本是42000元。[1]"])
        # In one turn of the browser: quicker than any hand.
        page.evaluate(
            "leave => { document.querySelector(leave).click(); document.querySelector('#question textarea')"
            ".dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true})); }",
            leave,
        )
        page.wait_for_selector("#live .exchange.answered", timeout=10_000)
        assert page.inner_text("#live h2").strip() == COST and page.locator(".exchange").count() == exchanges
        page.wait_for_selector("#ask")
        assert page.input_value("#question textarea") == ""
    finally:
        freed.set()


@pytest.mark.slow
def test_an_answer_is_copied_with_its_sources(address: str, visit: Callable[..., Any]) -> None:
    page = visit(address, permissions=["clipboard-read", "clipboard-write"])
    ask(page, COST)
    page.click("#live [data-page=copy]")
    page.wait_for_function("document.querySelector('#live [data-page=copy]').innerText === '已复制'")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert COST in copied and "42000元" in copied and f"[1] {PLAIN.title} · 影像周刊 · 2024-05-06" in copied


@pytest.mark.slow
def test_a_follow_up_goes_with_its_history_and_shows_how_it_was_understood(
    written: SimpleNamespace, visit: Callable[..., Any]
) -> None:
    page = visit(written.address)
    written.pen.say = lambda question: iter(["《灯塔》的制作成本是42000元。[1]"])
    ask(page, COST)
    assert page.locator("#live .rewritten").count() == 0
    ask(page, "林晚说什么最难控制？")
    assert f"（接着“{COST}”）" in page.inner_text("#live .rewritten")
    assert page.locator("#log .exchange").count() == 1


@pytest.mark.slow
def test_edit_takes_the_question_back_and_clear_begins_anew(address: str, visit: Callable[..., Any]) -> None:
    page = visit(address)
    ask(page, COST)
    ask(page, "林晚说什么最难控制？")
    page.click("#live [data-event=edit]")
    page.wait_for_function("document.querySelectorAll('.exchange').length === 1")
    assert page.input_value("#question textarea") == "林晚说什么最难控制？"
    page.click("#bar [data-event=clear]")
    page.wait_for_selector(".welcome")
    assert page.locator(".exchange").count() == 0


def test_only_the_ticked_articles_are_asked(address: str, visit: Callable[..., Any]) -> None:
    page = visit(address)
    page.check("#pane [role=checkbox][data-article=trap]")
    page.wait_for_selector("#scope .scope")
    ask(page, COST)
    assert "42000元" not in page.inner_text("#live .exchange")
    page.click("#scope [data-event=clear]")
    page.wait_for_selector("#scope .scope", state="detached")
    assert not page.is_checked("#pane [role=checkbox][data-article=trap]")
    ask(page, COST)
    assert "42000元" in page.inner_text("#live .answer")


def test_hostile_texts_are_shown_and_never_run(
    address: str, written: SimpleNamespace, visit: Callable[..., Any]
) -> None:
    page = visit(address)
    assert BAD in page.inner_text("#pane .shelf")
    ask(page, f"怪盗团队的无人机航拍设备租金是多少？{BAD}")
    page.click("#pane .shelf .read[data-article=trap]")
    page.wait_for_selector("#pane .paper")
    assert BAD in page.inner_text("#pane .paper")
    assert page.locator("#live a, #pane a").count() == 0, "a javascript: address is no link"
    page.reload()
    page = visit(written.address)
    written.pen.say = lambda question: iter([f"怪盗团队的租金是每天860元{BAD}。[1]", f"[点](javascript:pwned=1){BAD}"])
    ask(page, f"怪盗团队的无人机航拍设备租金是多少？{BAD}")
    shown = page.inner_text("#live")
    assert "<img src=x onerror=pwned=1>" in shown and Pen.name in shown
    assert page.locator("#live img, #live svg:not(.thumb svg), #live script, #live a[href^=javascript]").count() == 0
    page.click("#live .title >> nth=0")
    page.wait_for_selector("#pane mark")


def test_visitors_do_not_see_each_other(written: SimpleNamespace, visit: Callable[..., Any]) -> None:
    both = threading.Barrier(2, timeout=30)

    def together(question: str) -> Iterator[str]:
        yield f"有人问了“{question}”，答案马上就写在这里。"
        both.wait()  # neither answer ends before the other has begun
        yield "[1]"

    written.pen.say = together
    pages = [visit(written.address), visit(written.address)]
    questions = [COST, "《灯塔》在哪个电影展首映？"]
    for page, question in zip(pages, questions, strict=True):
        page.fill("#question textarea", question)
        page.keyboard.press("Enter")
    for page, question, other in zip(pages, questions, reversed(questions), strict=True):
        page.wait_for_selector("#live .exchange.answered")
        assert question in page.inner_text("#live .answer") and other not in page.inner_text("#talk")
        assert page.locator(".exchange").count() == 1
