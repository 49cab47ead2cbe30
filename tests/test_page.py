"""The real page in a real browser: asking, reading, refusing; several visitors, hostile texts, nothing fetched."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pages import BAD, COST, FILM, PLAIN, ask, in_view, marked, post, served

from ingest.errors import LLMError, PortError
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
    assert page.is_visible("#ask") and not page.is_visible("#stop")
    written.pen.say = lambda question: iter(["《灯塔》的制作成本是42000元。[1]"])
    ask(page, COST)
    assert page.locator(".exchange").count() == 2


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


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "language", "other"), [("zh-TW", "zh-Hans", "en"), ("en-GB", "en", "zh-Hans")])
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


def test_programs_ask_and_list_over_http(address: str, film: Library) -> None:
    kind, (answer,) = post(address, "ask", COST, [], None)
    (articles,) = post(address, "articles")[1]
    texts = {article["id"]: article["text"] for article in articles}
    assert kind == "complete" and texts["lighthouse"] == FILM
    for cited in answer["citations"]:
        assert texts[cited["article"]][cited["start"] : cited["end"]] == cited["quote"]
    assert answer["citations"] and articles[0]["passages"] == film.passage_counts()[articles[0]["id"]]
    assert post(address, "ask", COST, None, ["no-such-article"])[0] == "error"


def test_the_documented_commands_of_curl_work(address: str) -> None:
    page = (Path(__file__).parent.parent / "docs" / "programs.md").read_text("utf-8")
    calls = re.findall(r"gradio_api/run/(\w+) .*?-d '(.*?)'", page, re.DOTALL)
    assert [name for name, _ in calls] == ["ask", "search", "articles"]
    for name, body in calls:
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{address}/gradio_api/run/{name}", body.encode(), headers)
        with urllib.request.urlopen(request, timeout=20) as reply:
            (result,) = json.load(reply)["data"]
        assert result and (name != "search" or len(result) == 3)


def test_gradio_s_own_client_asks_and_is_told_why_not(address: str) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    client = Client(address, verbose=False)
    answer = client.predict("它在哪里首映？", [COST], ["lighthouse"], api_name="/ask")
    assert answer["question"] == "它在哪里首映？" and {c["article"] for c in answer["citations"]} <= {"lighthouse"}
    with pytest.raises(AppError, match="empty"):
        client.predict("  ", api_name="/ask")
    assert set(client.view_api(return_format="dict")["named_endpoints"]) == {"/ask", "/search", "/articles"}


def test_no_file_can_be_read(address: str, film: Library) -> None:
    inside = film.folder / "articles.sqlite"
    for path in ("/etc/passwd", str(inside), str(Path(__file__).resolve()), "../../pyproject.toml", "pyproject.toml"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}/gradio_api/file={path}", timeout=10)
        assert refused.value.code in (403, 404), path


def test_a_website_that_turns_to_this_machine_is_not_answered(address: str) -> None:
    for host, code in (("evil.example", 400), (address.removeprefix("http://"), 200)):
        request = urllib.request.Request(f"{address}/config", headers={"Host": host})
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:
                answered = reply.status
        except urllib.error.HTTPError as error:
            answered = error.code
        assert answered == code, host


def test_a_taken_port_is_one_sentence(film: Library) -> None:
    from ui.app import serve

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortError, match=f"{port}.*--port"):
            serve(Assistant(film, strictness="lenient"), port=port, block=False)


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
        for text, ground in pairs:
            light, dark = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{scheme}: {text} on {ground}"
