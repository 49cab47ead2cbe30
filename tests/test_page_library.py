"""The library room in a real browser: adding, asking about it, replacing, deleting, putting back; the timeline."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pages import BAD, COST, HOSTILE, PLAIN, ask, marked, served

from ingest.article import Article
from ingest.build import add_articles
from ingest.library import Library
from rag.assistant import Assistant

Visit = Callable[..., Any]
TEXT = "---\ntitle: 纸鸢\npublisher: 影展通讯\ndate: 2024-11-02\n---\n\n短片《纸鸢》的制作成本是51000元，全片由四个人完成。\n"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library.create(tmp_path / "library")
    add_articles(library, [PLAIN, HOSTILE])
    yield library
    library.close()


@pytest.fixture
def address(library: Library) -> Iterator[str]:
    with served(Assistant(library, strictness="lenient")) as address:
        yield address


def enter(page: Any, room: str) -> None:
    page.click(f"#bar [data-room={room}]")
    page.wait_for_function(f"document.body.dataset.room === '{room}'")


def drop(page: Any, *files: tuple[str, str]) -> None:
    """Drop files of these names and texts, as a hand would."""
    page.evaluate(
        "files => { const data = new DataTransfer();"
        "for (const [name, text] of files) data.items.add(new File([text], name));"
        "document.querySelector('.drop').dispatchEvent("
        "new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true})); }",
        list(map(list, files)),
    )


def test_what_is_dropped_is_asked_about_until_it_is_deleted(address: str, visit: Visit, library: Library) -> None:
    page = visit(address)
    enter(page, "library")
    page.wait_for_selector("#library .articles")
    watch = "new MutationObserver(() => window.steps ||= document.querySelector('#library progress')?.max)"
    page.evaluate(f"{watch}.observe(document.querySelector('#library'), {{childList: true, subtree: true}})")
    drop(page, ("纸鸢.md", TEXT), (f"{BAD[:40]}.md", TEXT.replace("纸鸢", BAD).replace("51000", "8")), ("x.exe", "MZ"))
    page.wait_for_selector("#library .report")
    assert "已添加 2 篇" in page.inner_text("#library .report") and page.locator("#library .report .error").count() == 1
    assert page.locator("#library tbody tr").count() == 4 and page.evaluate("window.steps") == 3
    row = page.locator("#library tr", has_text="纸鸢").first
    assert "影展通讯" in row.inner_text() and "2024-11-02" in row.inner_text()
    enter(page, "chat")
    question = "短片《纸鸢》的制作成本是多少？"
    ask(page, question)
    assert "51000元" in page.inner_text("#live .answer")
    enter(page, "library")
    row.locator("[data-event=delete]").click()
    page.wait_for_selector("#library .done [data-event=undo]")
    page.wait_for_function("document.activeElement.dataset.event === 'undo'")  # and not the next article's deletion
    assert "纸鸢" not in library.passage_counts()
    enter(page, "chat")
    ask(page, question)
    assert "51000元" not in page.inner_text("#live .exchange")
    enter(page, "library")
    page.click("#library [data-event=undo]")
    page.wait_for_selector("#library tr:has-text('纸鸢')")
    assert "51000元" in library.article("纸鸢").text


@pytest.mark.slow
def test_only_what_can_be_put_back_is_told_again_and_in_the_language_chosen(address: str, visit: Visit) -> None:
    page = visit(address)
    enter(page, "library")
    page.wait_for_selector("#library .articles")
    drop(page, ("x.exe", "MZ"))
    page.wait_for_selector("#library .report")
    page.click("#bar [data-language=en]")
    page.wait_for_selector("#library .report", state="detached")
    page.click("#library tr:has-text('怪盗') [data-event=delete]")
    page.wait_for_selector("#library .done:has-text('Deleted')")
    page.click("#bar [data-language=zh]")
    page.wait_for_selector("#library .done:has-text('已删除')")
    for room in ("chat", "library"):
        enter(page, room)
    page.click("#library .done [data-event=undo]")
    page.wait_for_selector("#library .done:has-text('回到了书库')")
    for room in ("chat", "library"):
        enter(page, room)
    page.wait_for_selector("#library .done", state="detached")


@pytest.mark.slow
def test_an_article_is_replaced_while_another_visitor_reads(address: str, visit: Visit, library: Library) -> None:
    reader, page = visit(address), visit(address)
    ask(reader, COST)
    enter(page, "library")
    page.set_input_files(
        "#library input[data-article=lighthouse]",
        {"name": "new.txt", "mimeType": "text/plain", "buffer": "《灯塔》的制作成本是99000元。".encode()},
    )
    page.wait_for_selector("#library .report")
    assert "99000元" in library.article("lighthouse").text
    reader.click("#live .answer .cite >> nth=0")
    reader.wait_for_selector("#pane .paper")
    ask(reader, COST)
    assert "99000元" in reader.inner_text("#live .answer")
    page.click("#library [data-event=apply]")
    page.wait_for_selector("#library .done:has-text('索引已重建')")
    ask(reader, COST)
    assert "99000元" in reader.inner_text("#live .answer")


def test_the_timeline_leads_to_the_sentence(address: str, visit: Visit) -> None:
    page = visit(address)
    enter(page, "library")
    page.click("#library [data-view=timeline]")
    page.click("#library .event >> nth=0")
    assert marked(page) == "《灯塔》是导演林晚在2024年3月用可灵完成的科幻短片，全片长七分钟。"
    page.keyboard.press("Escape")
    page.wait_for_selector("#pane", state="hidden")


def test_a_span_of_dates_chooses_articles(address: str, visit: Visit) -> None:
    page = visit(address)
    page.click("#pane .dates summary")
    page.fill("#pane [name=from]", "2030-01-01")
    page.click("#pane .dates button")
    assert "没有日期的文章不算在内" in page.wait_for_selector("#pane .error").inner_text()
    page.fill("#pane [name=from]", "2024-01-01")
    page.click("#pane .dates button")
    assert "只问《七分钟的《灯塔》》" in page.wait_for_selector("#scope .scope").inner_text()
    assert page.locator("#pane .error").count() == 0 and page.input_value("#pane [name=from]") == "2024-01-01"
    assert page.is_checked("#pane [data-article=lighthouse][role=checkbox]")
    assert not page.is_checked("#pane [data-article=trap][role=checkbox]")
    enter(page, "library")
    page.wait_for_selector("#library [data-article=lighthouse][aria-checked=true]")


def test_an_empty_library_leads_to_adding_and_a_lost_server_is_told(
    new_library: Callable[..., Library], visit: Visit
) -> None:
    with served(Assistant(new_library())) as address:
        page = visit(address)
        page.click(".welcome [data-page=go]")
        assert page.wait_for_selector("#library .drop").is_visible()
    page.click("#library [data-view=timeline]")
    told = page.wait_for_selector("#told:not([hidden])").inner_text()
    assert "连接断了" in told and not page.is_visible(".toast-body"), "told in the page's language and look"


def test_an_address_in_a_private_network_is_refused(address: str, visit: Visit) -> None:
    page = visit(address)
    enter(page, "library")
    page.fill("#library [name=address]", address)
    page.click("#library .address button")
    assert "不是公网地址" in page.wait_for_selector("#library .error").inner_text()


@pytest.mark.slow
def test_hostile_texts_are_shown_in_the_library_and_never_run(address: str, visit: Visit) -> None:
    page = visit(address)
    enter(page, "library")
    assert BAD in page.inner_text("#library tr:has-text('怪盗') button.title")
    assert not page.locator("#library img, #library svg, #library script, #library a").count()
    page.click("#library tr:has-text('怪盗') button.title")
    page.wait_for_selector("#pane .paper")
    page.click("#library tr:has-text('怪盗') [data-event=delete]")
    assert BAD in page.wait_for_selector("#library .done").inner_text()


@pytest.mark.slow
def test_the_room_fits_a_phone_and_stays_after_a_reload(address: str, visit: Visit) -> None:
    page = visit(address, viewport={"width": 390, "height": 844})
    enter(page, "library")
    page.reload()
    page.wait_for_selector("#library .articles")
    assert page.evaluate("document.body.dataset.room") == "library"
    wide = page.evaluate(
        "[...document.querySelectorAll('#library *')].filter(e => e.getClientRects().length && "
        "e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
    )
    assert wide == []


def trigger(address: str, name: str, data: dict[str, Any]) -> None:
    """Send the server an event of a component as no page would."""
    with urllib.request.urlopen(f"{address}/config", timeout=20) as reply:
        config = json.load(reply)
    ids = {item["props"].get("elem_id"): item["id"] for item in config["components"]}
    number = next(at for at, one in enumerate(config["dependencies"]) if [ids["library-head"], name] in one["targets"])
    body = json.dumps({"fn_index": number, "data": [None] * 3, "event_data": data, "session_hash": "x"}).encode()
    request = urllib.request.Request(f"{address}/gradio_api/queue/join", body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=20).close()
    with urllib.request.urlopen(f"{address}/gradio_api/queue/data?session_hash=x", timeout=20) as stream:
        for line in stream:
            if b"process_completed" in line or b"close_stream" in line:
                return


def test_no_file_outside_the_uploads_is_read(address: str, library: Library, tmp_path: Path) -> None:
    from ui.rooms.library import uploaded

    secret = tmp_path / "secret.md"
    secret.write_text("这是一个不该被读到的秘密文件，里面有密码。", encoding="utf-8")
    named = {"files": [{"path": str(secret), "name": "secret.md"}]}
    trigger(address, "upload", named)  # Gradio refuses it, and so would the room
    assert set(library.passage_counts()) == {"lighthouse", "trap"} and secret.exists()
    assert uploaded(SimpleNamespace(_data=named)) == []


def test_without_a_password_others_can_only_look(library: Library, visit: Visit, capsys: Any) -> None:
    with served(Assistant(library), host="0.0.0.0") as address:
        assert re.search(r"no password.*nothing can be changed", capsys.readouterr().out, re.S | re.I)
        page = visit(address)
        enter(page, "library")
        assert "--auth" in page.wait_for_selector("#library .locked").inner_text()
        assert not page.locator("#library input, #library [data-event=delete]").count()
        body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nhello there\r\n--x--\r\n'
        upload = urllib.request.Request(
            f"{address}/gradio_api/upload", body, {"Content-Type": "multipart/form-data; boundary=x"}
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(upload, timeout=10)
        assert refused.value.code == 413


@pytest.mark.slow
def test_with_a_password_nothing_is_told_before_it_is_given(library: Library, browser: Any) -> None:
    with served(Assistant(library), host="0.0.0.0", auth=("lin", "wan")) as address:
        for path in ("config", "gradio_api/info", "gradio_api/call/articles"):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"{address}/{path}", data=b"{}" if "call" in path else None, timeout=10)
            assert refused.value.code == 401
        page = browser.new_page()
        page.goto(address)
        page.fill("input[type=text], textarea", "lin")
        page.fill("input[type=password]", "wan")
        page.keyboard.press("Enter")
        page.wait_for_selector("body.ready .welcome")
        enter(page, "library")
        page.wait_for_selector("#library .drop")
        page.close()


@pytest.mark.slow
def test_one_article_s_long_fields_leave_room_for_all_others(address: str, visit: Visit, library: Library) -> None:
    short = Article("short", "《纸鸢》由四个人完成。", "纸鸢", "影展通讯", date="2024", tags=("短片", "成本", "可灵"))
    word, name = "Directors" * 20, "一家名字很长的报纸" * 12
    add_articles(library, [short, Article("long", "它很长。", word, name, name, "2024", tags=(word, name))])
    page = visit(address)
    row = page.locator("#pane .shelf .read[data-article=long]")
    assert row.locator("b").evaluate("e => e.scrollWidth <= e.clientWidth")
    assert row.evaluate("e => e.getBoundingClientRect().right <= innerWidth")
    enter(page, "library")
    page.wait_for_selector("#library tr:has-text('纸鸢') .tags i")
    row = page.locator("#library tr", has_text="纸鸢").first
    assert row.locator(".tags").bounding_box()["width"] >= 110 and row.bounding_box()["height"] < 90
    assert page.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('#library'))")


@pytest.mark.slow
def test_a_file_that_is_too_large_keeps_no_other_away(address: str, visit: Visit) -> None:
    page = visit(address)
    enter(page, "library")
    page.wait_for_selector("#library .drop")
    small = "document.querySelector('.drop').dataset.size = 500"
    page.evaluate(small)
    drop(page, ("厚书.md", "书" * 500), ("纸鸢.md", TEXT))
    page.wait_for_selector("#library .report")
    assert "已添加 1 篇 · 1 个没有读成" in page.inner_text("#library .report")
    assert page.inner_text("#library .report .error").startswith("厚书.md 超过 50 MB")
    page.evaluate(small)
    drop(page, ("厚书.md", "书" * 500))
    page.wait_for_selector("#library .uploading:has-text('厚书.md 超过 50 MB')")
