"""What a visitor does with a conversation in a real browser: reload, save, rate, go on."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pages import BAD, COST, PLAIN, ask, served

from eval.feedback import load_feedback
from ingest.library import Library
from rag.assistant import Assistant

Visit = Callable[..., Any]


def test_a_conversation_survives_a_reload_and_goes_on(address: str, visit: Visit) -> None:
    page = visit(address)
    ask(page, COST)
    ask(page, "林晚说什么最难控制？")
    page.wait_for_selector("#ask")
    page.reload()
    page.wait_for_selector("body.ready #live .answered")
    assert page.locator(".exchange").count() == 2 and "42000元" in page.inner_text("#log .answer")
    page.click("#log .answer .cite >> nth=0")
    assert "42000元" in page.inner_text("#pane mark")
    ask(page, "它在哪个电影展首映？")
    assert page.locator(".exchange").count() == 3
    page.click("#bar [data-event=clear]")
    page.wait_for_selector(".welcome")
    page.reload()
    page.wait_for_selector("body.ready .welcome")


@pytest.mark.slow
def test_a_conversation_about_one_article_goes_on_about_it_after_a_reload(address: str, visit: Visit) -> None:
    page = visit(address)
    page.check("#pane [role=checkbox][data-article=trap]")
    page.wait_for_selector("#scope .scope")
    ask(page, COST)
    page.wait_for_selector("#ask")
    page.reload()
    page.wait_for_selector("body.ready #scope .scope")
    assert page.is_checked("#pane [role=checkbox][data-article=trap]")
    page.click("#scope [data-event=clear]")
    page.wait_for_selector("#scope .scope", state="detached")
    ask(page, COST)
    page.wait_for_selector("#ask")
    page.reload()
    page.wait_for_selector("body.ready #live .answered")
    assert not page.locator("#scope .scope").count()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pressed", "there", "count"),
    [
        ("", "", 2),
        ("#live [data-event=edit]", ":has(#log:not(:has(.exchange)))", 1),
        ("#live .thumb.up", " #live .thumb.up[aria-pressed=true]", 2),
        ("#bar [data-room=library]", "[data-room=library] .articles", 2),
        ("#bar [data-language]", "[data-room] [data-speaks=en]", 2),
    ],
    ids=["answer", "edit", "thumb", "room", "language"],
)
def test_a_conversation_survives_every_reload(pressed: str, there: str, count: int, address: str, visit: Visit) -> None:
    page = visit(address)
    ask(page, COST)
    ask(page, "林晚说什么最难控制？")
    page.wait_for_selector("#ask")
    if pressed:
        page.click(pressed)
        page.wait_for_selector(f"body{there}")
    for _ in range(3):
        page.wait_for_timeout(500)  # what is told of waiting comes and goes after the answer
        page.reload()
        page.wait_for_selector("body.ready #live .answered", state="attached")
        assert page.locator(".exchange").count() == count


@pytest.mark.slow
def test_what_is_read_out_is_the_conversation_alone(address: str, visit: Visit) -> None:
    page = visit(address)
    page.evaluate(
        "() => { window.waits = []; const look = () => document.querySelectorAll('[data-testid=status-tracker]')"
        ".forEach(told => told.textContent.trim() && waits.push(told.checkVisibility()));"
        "new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true}); }"
    )
    ask(page, COST)
    page.wait_for_selector("#ask")
    waits = page.evaluate("waits")
    assert waits and not any(waits)


def test_a_question_survives_a_reload_that_comes_before_its_answer(film: Library, visit: Visit) -> None:
    class Silent:
        """A model that never answers."""

        name = "silent"

        def stream(self, question: str, sources: Sequence[Any], language: str) -> Iterator[str]:
            time.sleep(3)
            yield "…"

    with served(Assistant(film, Silent(), strictness="lenient")) as address:
        page = visit(address)
        page.fill("#question textarea", COST)
        page.keyboard.press("Enter")
        page.wait_for_selector("#live .asking")
        page.reload()
        page.wait_for_selector("body.ready .welcome")
        assert page.input_value("#question textarea") == COST


@pytest.mark.slow
def test_each_tab_keeps_its_own_conversation(address: str, visit: Visit) -> None:
    one = visit(address)
    ask(one, COST)
    other = one.context.new_page()
    other.goto(address)
    other.wait_for_selector("body.ready #live .answered")  # a new tab goes on from where the visitor was
    ask(other, "林晚说什么最难控制？")
    for page, count in ((one, 1), (other, 2)):
        page.reload()
        page.wait_for_selector("body.ready #live .answered")
        assert page.locator(".exchange").count() == count and page.input_value("#question textarea") == ""


@pytest.mark.slow
@pytest.mark.parametrize("room", ["library", "evaluation", "settings"])
def test_coming_back_to_a_conversation_is_no_fault(
    room: str, address: str, visit: Visit, caplog: pytest.LogCaptureFixture, capsys: Any
) -> None:
    page = visit(address)
    ask(page, COST)
    for entered in (room, "chat"):
        page.click(f"#bar [data-room={entered}]")
        page.wait_for_function(f"document.body.dataset.room === '{entered}'")
        page.wait_for_timeout(700)  # for a fault to be told
    assert page.is_hidden("#told") and "42000元" in page.inner_text("#live .answer")
    printed = capsys.readouterr()
    assert "Error" not in caplog.text + printed.out + printed.err + "".join(
        page.locator("[data-testid=status-tracker]").all_text_contents()
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("press", "count"), [(".follow-ups li button", 2), ("[data-event=retry]", 1)], ids=["suggestion", "retry"]
)
def test_a_question_that_is_pressed_leaves_the_draft(press: str, count: int, address: str, visit: Visit) -> None:
    page = visit(address)
    ask(page, "林晚说什么最难控制？")
    page.wait_for_selector("#live .follow-ups")
    page.fill("#question textarea", "半句")
    page.click(f"#live {press} >> nth=0")
    page.wait_for_selector("#stop")
    page.wait_for_selector("#ask")
    assert page.locator(".exchange").count() == count and page.input_value("#question textarea") == "半句"


@pytest.mark.slow
def test_drafts_come_back_once_the_questions_edited_before_them_are_asked(address: str, visit: Visit) -> None:
    page, other = visit(address), "林晚说什么最难控制？"
    ask(page, COST)
    ask(page, other)
    page.wait_for_selector("#ask")
    page.fill("#question textarea", "半句")
    for left, question in ((1, other), (0, COST)):
        page.click("#live [data-event=edit]")
        page.wait_for_function(f"document.querySelectorAll('.exchange').length === {left}")
        assert page.input_value("#question textarea") == question
    for draft in (other, "半句"):
        page.keyboard.press("Enter")
        page.wait_for_selector("#stop")
        page.wait_for_selector("#ask")
        assert page.input_value("#question textarea") == draft


def test_a_conversation_is_saved_with_its_references(address: str, visit: Visit, tmp_path: Path) -> None:
    page = visit(address)
    ask(page, COST)
    page.wait_for_selector("#live .menu")
    saved = {}
    for at in range(3):
        page.click("#live .menu summary")
        with page.expect_download() as download:
            page.click(f"#live .menu li:nth-child({at + 1}) button")
        saved[Path(download.value.suggested_filename).suffix] = Path(download.value.path()).read_text("utf-8")
    assert f"## {COST}" in saved[".md"] and "[^1]: " in saved[".md"]
    assert saved[".txt"].startswith(f"[1] 周舟. {PLAIN.title}[EB/OL]. 影像周刊, 2024(2024-05-06)[")
    assert "@misc{lighthouse," in saved[".bib"]


def test_a_rated_answer_becomes_a_case(address: str, visit: Visit, film: Library) -> None:
    page = visit(address)
    ask(page, COST)
    page.click("#live .thumb.down")
    page.wait_for_selector("#live .thumb.down[aria-pressed=true]")
    page.fill("#live .remark input", f"42000元{BAD}")
    page.press("#live .remark input", "Enter")
    page.wait_for_selector("#live .notice[role=status]")
    (case,) = [case for case in load_feedback(film.folder) if case.question == COST]
    assert case.facts[0][0].startswith("42000元")
    page.click("#live .thumb.up")
    page.wait_for_selector("#live .thumb.up[aria-pressed=true]")
    (case,) = [case for case in load_feedback(film.folder) if case.question == COST]
    assert case.articles == ("lighthouse",)


def test_a_thumb_that_is_pressed_while_questions_to_go_on_with_are_looked_for_stays(
    address: str, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed = threading.Event()

    def follow_ups(*asked: Any, **more: Any) -> list[str]:
        pressed.wait(20)
        return ["接着问什么？"]

    monkeypatch.setattr(Assistant, "follow_ups", follow_ups)
    page = visit(address)
    ask(page, COST)
    page.click("#live .thumb.up")
    page.wait_for_selector("#live .thumb.up[aria-pressed=true]")
    pressed.set()
    page.wait_for_selector("#live >> text=接着问什么？")
    assert page.locator("#live .thumb.up[aria-pressed=true]").count() and page.locator("#live .remark input").count()


@pytest.mark.slow
def test_pointing_at_a_citation_shows_its_words(address: str, visit: Visit) -> None:
    page = visit(address)
    ask(page, COST)
    cite = page.locator("#live .answer .cite").first
    cite.hover()
    page.wait_for_selector("#hint:not([hidden])")
    assert page.inner_text("#hint q") == cite.get_attribute("data-quote")
    box = page.locator("#hint").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 1440
    page.mouse.move(5, 5)
    page.wait_for_selector("#hint", state="hidden")


@pytest.mark.slow
def test_each_question_to_go_on_with_is_answered_and_new(address: str, visit: Visit) -> None:
    page = visit(address)
    ask(page, "林晚说什么最难控制？")
    page.wait_for_selector("#live .follow-ups")
    question = page.inner_text("#live .follow-ups li button >> nth=0").strip()
    assert question == "《灯塔》的成本是多少？"
    page.click("#live .follow-ups li button >> nth=0")
    page.wait_for_function("document.querySelectorAll('.exchange').length === 2")
    page.wait_for_selector("#live .answered")
    assert page.inner_text("#live h2").strip() == question and not page.locator("#live .refusal").count()


@pytest.mark.slow
def test_what_was_offered_before_gives_way_to_other_questions(digests: Library, visit: Visit) -> None:
    with served(Assistant(digests)) as address:
        page, offered = visit(address), []
        for question in ("九位导演使用可灵的平均成本是多少？", "可灵有多少用户？"):
            ask(page, question)
            page.wait_for_selector("#ask")
            offers = page.locator("#live .follow-ups li button").all_inner_texts()
            assert offers and not set(offers) & set(offered)
            offered += offers


@pytest.mark.slow
@pytest.mark.parametrize("kept", ["nonsense", json.dumps({"a": 1})])
def test_a_damaged_conversation_is_forgotten(kept: str, address: str, visit: Visit) -> None:
    page = visit(address)
    page.evaluate(f"localStorage.setItem('changji-conversation', {json.dumps(kept)})")
    page.reload()
    page.wait_for_selector("body.ready .welcome")
