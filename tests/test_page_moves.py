"""Where the keyboard goes on after a press, and where the browser's way back leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pages import COST, ask

pytestmark = pytest.mark.slow
Visit = Callable[..., Any]


def press(page: Any, selector: str) -> None:
    page.locator(selector).first.focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("steps", "there"),
    [
        (["#pane .read[data-article=trap]", "#pane .back"], "#pane .read[data-article=trap]"),
        (["#live .cite", "#pane .back"], "#pane .read[data-article=lighthouse]"),
        (["#pane [role=checkbox]", "#scope [data-event=clear]"], "#question textarea"),
        (["#live .thumb.up", "#live .remark input"], "#live .thumb.up"),
        (["#bar [data-room=library]", "#library-body [data-event=delete]", "[data-event=undo]"], "#library-status"),
        (["#live .cite", "#bar [data-language]"], "#bar [data-language]"),
    ],
    ids=["shelf", "shelf of a citation", "ask all", "remark", "undo", "language"],
)
def test_the_keyboard_goes_on_from_what_was_pressed(steps: list[str], there: str, address: str, visit: Visit) -> None:
    page = visit(address)
    ask(page, COST)
    page.wait_for_selector("#ask")
    for step in steps:
        page.wait_for_selector(step)
        press(page, step)
        page.wait_for_timeout(800)  # whatever is drawn anew would take the keyboard away by now
    assert page.evaluate("there => document.activeElement === document.querySelector(there)", there)


def test_a_press_in_the_bar_leaves_the_keyboard_there(address: str, visit: Visit) -> None:
    page = visit(address)
    page.click("#bar [data-room=library]")
    press(page, "#library-body [data-event=delete]")
    page.wait_for_selector("#library-status [data-event=undo]")
    page.wait_for_timeout(500)
    press(page, "#bar [data-language]")  # draws anew what can be undone
    page.wait_for_selector("#library-status :has-text('Deleted')")
    page.wait_for_timeout(500)
    assert page.evaluate("document.activeElement === document.querySelector('#bar [data-language]')")
    page.click("#library-status [data-event=undo]")
    page.wait_for_selector("#library-status :has-text('is back')")


def test_the_keyboard_is_in_the_box_while_an_answer_is_written_and_after(address: str, visit: Visit) -> None:
    page = visit(address)
    page.fill("#question textarea", COST)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#stop")
    press(page, "#stop")
    page.wait_for_selector("#ask")
    page.wait_for_function("document.activeElement === document.querySelector('#question textarea')")


def test_an_article_stays_where_it_is_read_when_the_page_turns_to_another_language(address: str, visit: Visit) -> None:
    page = visit(address)
    ask(page, COST)
    page.click("#live .cite >> nth=0")
    page.wait_for_selector("#pane mark")
    page.wait_for_timeout(500)
    page.evaluate("document.querySelector('#pane .paper').scrollTop = 200")
    page.wait_for_timeout(100)
    page.click("#bar [data-language]")
    page.wait_for_function("document.documentElement.lang === 'en'")
    page.wait_for_timeout(500)
    assert page.evaluate("document.querySelector('#pane .paper').scrollTop") == 200


def test_what_the_pane_covers_is_out_of_reach(address: str, visit: Visit) -> None:
    page = visit(address, viewport={"width": 720, "height": 450})
    inside = "document.querySelector('#pane').contains(document.activeElement)"
    press(page, "#bar [data-page=open]")
    page.wait_for_function(inside)
    for _ in range(2 * page.locator("#pane button, #pane summary").count()):
        page.keyboard.press("Tab")
        assert page.evaluate(f"{inside} || document.activeElement === document.body")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.page") == "open"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#bar') !== null")
    press(page, "#bar [data-page=open]")
    page.set_viewport_size({"width": 1200, "height": 800})
    assert not page.locator("[inert]").count(), "beside the pane everything is reached"


def test_the_way_back_leads_through_the_rooms(address: str, visit: Visit) -> None:
    page = visit(address)
    for room in ("library", "evaluation"):
        page.click(f"#bar [data-room={room}]")
        page.wait_for_selector(f"#{room} h2")
    page.click("#bar [data-room=evaluation]")  # where one is already is no step
    for move, room in ((page.go_back, "library"), (page.go_back, "chat"), (page.go_forward, "library")):
        move()
        page.wait_for_selector(f"body[data-room={room}]")
        assert page.get_attribute("#bar [aria-current]", "data-room") == room
        assert page.url.endswith("#library") == (room == "library")


def test_the_way_back_closes_what_covers_a_phone(address: str, visit: Visit) -> None:
    page = visit(address, viewport={"width": 390, "height": 844}, has_touch=True)
    ask(page, COST)
    for leave in (page.go_back, lambda: page.tap("#pane [data-page=close]"), page.go_back):
        steps = page.evaluate("history.length")
        page.tap("#live .cite >> nth=0")
        page.wait_for_selector("#pane .reader", state="visible")
        page.wait_for_timeout(500)
        leave()
        page.wait_for_selector("#pane .reader", state="hidden")
        page.wait_for_timeout(300)
        assert page.evaluate("document.activeElement.className") == "cite"
        assert page.locator(".exchange").count() == 1 and page.evaluate("history.length") <= max(steps, 3)
    page.go_forward()
    page.wait_for_selector("#pane .reader", state="visible")


@pytest.mark.parametrize(
    "turned",
    ["talk, new PointerEvent('pointerdown', {bubbles: true})", "cite, new KeyboardEvent('keydown', {key: 'PageUp', bubbles: true})"],
    ids=["scroll bar", "key"],
)  # fmt: skip
def test_who_turns_back_while_an_answer_grows_stays_there(turned: str, address: str, visit: Visit) -> None:
    page = visit(address, viewport={"width": 1200, "height": 500})
    ask(page, COST)
    ask(page, COST)
    page.wait_for_selector("#ask")
    page.fill("#question textarea", COST)
    turn = """() => { const talk = document.querySelector('#talk'), cite = document.querySelector('#log .cite');
        if (!document.querySelector('#live .asking .answer')) return false;
        ((on, event) => on.dispatchEvent(event))(TURNED); talk.scrollTop = 0; return true; }"""
    page.keyboard.press("Enter")
    page.wait_for_function(turn.replace("TURNED", turned), polling="raf")
    page.wait_for_selector("#live .answered")
    page.wait_for_selector("#ask")
    assert page.evaluate("document.querySelector('#talk').scrollTop") == 0
    ask(page, COST)
    page.wait_for_function("document.querySelector('#talk').scrollTop > 0")  # and is brought to the next one


def test_a_shelf_of_few_lines_scrolls_as_one(address: str, visit: Visit) -> None:
    page = visit(address, viewport={"width": 320, "height": 256})
    page.click("#bar [data-page=open]")
    page.click("#pane .dates summary")
    page.evaluate("for (const e of document.querySelectorAll('.shelf, .shelf ul')) e.scrollTop = e.scrollHeight")
    room = "e => { const r = e.getBoundingClientRect(); return Math.min(innerHeight, r.bottom) - Math.max(0, r.top); }"
    assert page.locator("#pane .shelf ul").evaluate(room) >= 150
