"""How the page looks and is reached: language, dark and light, widths, phone, keyboard, contrast."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pages import COST, ask, in_view, marked, served

from ingest.library import Library
from ingest.text import script
from rag.assistant import Assistant


@pytest.mark.slow
@pytest.mark.parametrize(
    ("locale", "language", "other"),
    [("zh-TW", "zh-Hant", "en"), ("zh-CN", "zh-Hans", "en"), ("en-GB", "en", "zh-Hans")],
)
def test_the_page_speaks_the_browser_s_language_until_told_otherwise(
    locale: str, language: str, other: str, address: str, visit: Callable[..., Any]
) -> None:
    page = visit(address, locale=locale)
    assert page.evaluate("document.documentElement.lang") == language
    before = page.inner_text("#ask")
    ask(page, COST)
    page.click("#bar [data-language]")
    page.wait_for_function(f"document.documentElement.lang === '{other}'")
    assert page.inner_text("#ask") != before and "42000元" in page.inner_text("#live .answer")
    page.reload()
    page.wait_for_selector("body.ready #live .answered")
    assert page.evaluate("document.documentElement.lang") == other


@pytest.mark.slow
def test_readers_of_traditional_are_asked_in_it_and_read_articles_in_their_own_script(
    digests: Library, visit: Callable[..., Any]
) -> None:
    def fonts(selector: str) -> str:
        return page.locator(selector).first.evaluate("element => getComputedStyle(element).fontFamily")

    with served(Assistant(digests)) as address:
        page = visit(address, locale="zh-TW")
        question = page.inner_text(".welcome li button >> nth=0")
        page.click(".welcome li button >> nth=0")
        page.wait_for_selector("#live .answered .follow-ups")
        onward = page.inner_text("#live .follow-ups")
        assert script(question) == script(onward) == "zh-Hant"
        assert script(page.inner_text("#live .answer")) == script(page.inner_text("#live .title")) == "zh-Hans"
        assert all("TC" in fonts(chosen) and "SC" not in fonts(chosen) for chosen in ("#live h2", "#live .badge"))
        for own in (".sentence", ".title", ".facts span", ".quote"):
            assert "SC" in fonts(f"#live {own}") and "TC" not in fonts(f"#live {own}"), own
        assert "SC" in fonts("#pane .read b") and "TC" in fonts("#pane .hint")


def test_dark_and_light_follow_the_system_until_chosen(address: str, visit: Callable[..., Any]) -> None:
    page = visit(address, color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.click("#bar [data-page=theme]")
    light = page.evaluate(ground)
    assert sum(map(int, re.findall(r"\d+", light)[:3])) > 600 > 150 > sum(map(int, re.findall(r"\d+", dark)[:3]))
    page.reload()
    page.wait_for_selector("body.ready .welcome")
    assert page.evaluate(ground) == light


@pytest.mark.slow
def test_what_is_chosen_is_seen_in_colours_of_the_reader_s_own(address: str, visit: Callable[..., Any]) -> None:
    page = visit(address, forced_colors="active")
    look = "e => { const s = getComputedStyle(e); return s.backgroundColor + s.borderBottomColor; }"

    def looks(selector: str) -> set[str]:
        return {box.evaluate(look) for box in page.locator(selector).all()}

    page.click("#pane [role=checkbox] >> nth=0")
    page.wait_for_selector("#pane [aria-checked=true]")
    assert len(looks("#pane [role=checkbox]")) == 2
    page.click("#bar [data-room=library]")
    page.wait_for_selector("#library [aria-checked=true]")
    assert len(looks("#library [role=checkbox]")) == len(looks("#library .tab")) == 2


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_nothing_is_wider_than_the_window(locale: str, address: str, visit: Callable[..., Any]) -> None:
    page = visit(address, locale=locale)
    ask(page, COST)
    for width in (360, 390, 768, 1024):
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate(
            "[...document.querySelectorAll('#bar *, #talk *, #composer *')].filter(e => e.getClientRects().length && "
            "e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
        )
        brand, nav = (page.locator(f"#bar {part}").bounding_box() for part in (".brand h1", ".tools"))
        assert wide == [] and brand["x"] + brand["width"] <= nav["x"], width


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
@pytest.mark.parametrize(("height", "least"), [(568, 300), (256, 240)])
def test_a_very_small_window_has_room_for_an_answer(
    height: int, least: int, locale: str, address: str, visit: Callable[..., Any]
) -> None:
    page = visit(address, locale=locale, viewport={"width": 320, "height": height})
    empty = page.locator("#question textarea").evaluate("e => e.scrollHeight <= e.clientHeight && e.clientHeight < 50")
    assert empty, "what is to be asked is told on one line"
    ask(page, COST)
    page.wait_for_timeout(200)
    box = {name: page.locator(f"#{name}").bounding_box() for name in ("bar", "talk", "composer")}
    tabs = page.locator("#bar .rooms").bounding_box()
    assert tabs["y"] + tabs["height"] <= box["bar"]["y"] + box["bar"]["height"] <= box["talk"]["y"] + 1
    shown = min(height, box["composer"]["y"]) - max(0, box["talk"]["y"])
    assert shown >= least and 0 <= page.locator("#live h2").bounding_box()["y"] < height
    page.locator("#composer").scroll_into_view_if_needed()
    assert page.locator("#ask, #stop").first.bounding_box()["y"] < height


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_the_conversation_is_whole_and_legible(scheme: str, address: str, visit: Callable[..., Any]) -> None:
    page = visit(address, color_scheme=scheme)
    for question in (COST, "火星上现在的气温是多少度？", "林晚说什么最难控制？"):
        ask(page, question)
    page.wait_for_selector("#ask")
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelector('#talk').scrollHeight <= document.documentElement.scrollHeight")
    assert page.locator("#log .exchange").first.bounding_box()["y"] >= 0, "from the first question on"
    assert not any(page.is_visible(name) for name in ("#bar", "#composer", "#pane", "#live .actions", "#log .actions"))
    cut = "[...document.querySelectorAll('#talk .quote')].some(e => e.scrollHeight > e.clientHeight + 1 && e.clientHeight)"
    assert not page.evaluate(cut)
    ink = page.locator("#live .answer").evaluate("e => getComputedStyle(e).color")
    assert sum(map(int, re.findall(r"\d+", ink)[:3])) < 300
    page.emulate_media(media="screen")
    page.click("#bar [data-room=settings]")
    page.wait_for_selector("#settings h2")
    page.emulate_media(media="print")
    sheets = "[...document.querySelectorAll('.sheet, #chat')].filter(e => e.getClientRects().length)"
    assert page.evaluate(f"{sheets}.map(e => [e.id, getComputedStyle(e).overflowY])") == [["settings", "visible"]]


def test_on_a_phone_the_reader_covers_the_chat_and_closes(address: str, visit: Callable[..., Any]) -> None:
    page = visit(address, viewport={"width": 390, "height": 844}, has_touch=True)
    assert not page.is_visible("#pane .shelf")
    ask(page, COST)
    page.tap("#live .answer .cite >> nth=0")
    assert "42000元" in marked(page)
    page.wait_for_function("getComputedStyle(document.querySelector('#pane')).opacity === '1'")
    box = page.locator("#pane").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844) and in_view(page, "#pane mark")
    page.tap("#pane [data-page=close]")
    page.wait_for_selector("#pane .reader", state="hidden")
    assert page.evaluate("document.activeElement.className") == "cite", "focus returns to what opened the reader"
    page.tap("#bar [data-page=open]")
    page.wait_for_selector("#pane .reader", state="visible")


@pytest.mark.slow
def test_a_finger_has_room(address: str, visit: Callable[..., Any]) -> None:
    """Each control answers a finger's breadth, whatever is drawn of it: 12 pixels up and down from its middle."""
    page = visit(address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    reached = """selector => { const e = document.querySelector(selector), r = e.getBoundingClientRect();
        return [-12, 12].every(up => {
            const hit = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2 + up);
            return e.contains(hit) || hit.contains(e) && hit.closest('label') === e; }); }"""
    page.tap("#bar [data-page=open]")
    page.tap("#pane [role=checkbox] >> nth=0")
    page.wait_for_selector("#scope button", state="attached")
    assert page.evaluate(reached, "#pane [role=checkbox]") and page.evaluate(reached, "#pane .dates summary")
    page.tap("#pane .read >> nth=0")
    page.wait_for_selector("#pane .back")
    page.wait_for_timeout(300)
    assert page.evaluate(reached, "#pane .back")
    page.tap("#pane [data-page=close]")
    page.wait_for_selector("#pane .reader", state="hidden")
    assert page.evaluate(reached, "#scope button")
    page.tap("#bar [data-room=library]")
    page.wait_for_selector("#library .act")
    page.locator("#library .act").first.scroll_into_view_if_needed()
    for control in ("[role=checkbox]", "button.act"):
        assert page.evaluate(reached, f"#library {control}"), control


def test_everything_is_reached_by_keyboard_and_has_a_name(address: str, visit: Callable[..., Any]) -> None:
    page = visit(address)
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    ask(page, COST)
    page.locator("#live .answer .cite").first.focus()
    page.keyboard.press("Enter")
    assert "42000元" in marked(page)
    page.wait_for_function("document.activeElement.className === 'paper'")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "cite"
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, a, input, textarea')].filter(e => e.getClientRects().length && "
        "!(e.textContent.trim() || e.ariaLabel || e.labels?.[0]?.innerText.trim())).map(e => e.outerHTML)"
    )
    assert nameless == []
    assert page.get_attribute("#live", "aria-live") or page.locator("#live [aria-live=polite]").count()


def test_the_keyboard_stays_with_what_comes_next(address: str, visit: Callable[..., Any]) -> None:
    page = visit(address)
    ask(page, COST)
    page.focus("#live .menu summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")  # closes the menu, and returns to it
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY" and not page.locator(".menu[open]").count()
    red = page.locator("#live .menu summary").evaluate("e => getComputedStyle(e).outlineColor")
    page.locator("#live [data-event=edit]").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#question textarea').value !== ''")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA", "ready to be changed"
    page.keyboard.press("Tab")
    seen = "red => getComputedStyle(document.querySelector('#ask:focus')).outlineColor === red"
    page.wait_for_function(seen, arg=red)  # the ring is seen on Gradio's own buttons too


def test_on_a_phone_the_keyboard_and_the_remark_leave_room(address: str, visit: Callable[..., Any]) -> None:
    page = visit(address, viewport={"width": 390, "height": 600}, has_touch=True, is_mobile=True)
    keyboard = "height => { Object.defineProperty(visualViewport, 'height', {value: height, configurable: true});"
    page.evaluate(keyboard + "visualViewport.dispatchEvent(new Event('resize')); }", 330)
    box = page.locator("#line").bounding_box()
    assert box["y"] > 96 and box["y"] + box["height"] <= 330, "the question stays above the on-screen keyboard"
    page.evaluate(keyboard + "visualViewport.dispatchEvent(new Event('resize')); }", 600)
    ask(page, COST)
    assert page.evaluate("document.activeElement.tagName") != "TEXTAREA", "the on-screen keyboard makes room"
    page.tap("#live .thumb.down")
    page.wait_for_selector("#live .remark")
    page.wait_for_timeout(100)
    assert in_view(page, "#live .remark input")
    colours = [page.locator(f"#live .thumb.{way}").evaluate("e => getComputedStyle(e).color") for way in ("up", "down")]
    assert colours[0] != colours[1], "which thumb is pressed is seen"


@pytest.mark.slow
def test_marks_never_begin_a_line(address: str, visit: Callable[..., Any]) -> None:
    page = visit(address)
    ask(page, COST)
    left = "e => e.getBoundingClientRect().left - e.closest('p').getBoundingClientRect().left"
    for width in range(340, 900, 12):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.locator("#live .answer .cite").first.evaluate(left) > 10, width


def test_colours_contrast_enough() -> None:
    style = (Path(__file__).parent.parent / "ui" / "static" / "page.css").read_text("utf-8")

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for scheme in (":root", ".dark"):
        block = style[style.index(scheme + " {") :].split("}")[0]
        colours = dict(re.findall(r"--([\w-]+): (#\w{6});", block))
        pairs = [(text, ground) for text in ("ink", "soft", "red") for ground in ("paper", "sheet")]
        pairs += [("ink", "red-wash"), ("ink", "grey-wash"), ("red", "red-wash"), ("sheet", "red")]
        for text, ground in [*pairs, ("field", "paper"), ("field", "sheet")]:
            light, dark = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
            least = 3 if text == "field" else 4.5
            assert (light + 0.05) / (dark + 0.05) >= least, f"{scheme}: {text} on {ground}"
