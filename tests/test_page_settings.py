"""The settings in a real browser, with a real model's server: what is set holds, and the key is never seen again."""

from __future__ import annotations

import logging
import socket
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openai_server import KEY, OpenAIServer, serving
from pages import COST, PLAIN, ask, served

from ingest.build import add_articles
from ingest.library import Library
from rag.assistant import Assistant
from rag.generate import load_generator
from ui.texts import CHINESE

Visit = Callable[..., Any]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library.create(tmp_path_factory.mktemp("settings") / "library")
    add_articles(library, [PLAIN])
    yield library
    library.close()


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving("《灯塔》的制作成本是42000元。[1]", key=KEY) as server:
        yield server


def enter(page: Any) -> None:
    page.click("#bar [data-room=settings]")
    page.wait_for_selector("#settings form")


def fill(page: Any, **values: str) -> None:
    for name, value in values.items():
        page.fill(f"#settings [name={name}]", value)


@pytest.mark.slow
def test_a_model_is_tested_used_and_left_and_its_key_never_told(
    library: Library, visit: Visit, server: OpenAIServer, caplog: pytest.LogCaptureFixture, capsys: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    with served(Assistant(library, strictness="lenient")) as address:
        page = visit(address)
        seen: list[str] = []
        page.on("response", lambda reply: seen.append(reply.url))
        enter(page)
        fill(page, address=server.url, model="pen", key="wrong")
        page.click("#settings [data-event=apply]")
        page.wait_for_selector("#settings .error")
        fill(page, key=KEY)
        page.click("#settings [data-event=apply]")
        page.wait_for_selector("#settings .done:has-text('pen')")
        page.click("#settings form[data-form=model] [type=submit]")
        page.wait_for_selector("#settings .state:has-text('pen')")
        page.reload()
        page.wait_for_selector("#settings form")
        assert KEY not in page.content() and page.input_value("#settings [name=key]") == ""
        page.click("#bar [data-room=chat]")
        ask(page, COST)
        assert "pen" in page.inner_text("#live .badge")
        other = visit(address)
        enter(other)
        assert KEY not in other.content()
        fill(other, address="http://127.0.0.1:9/v1")  # another server isn't given the key that is kept
        before = len(server.requests)
        other.click("#settings [data-event=apply]")
        other.wait_for_selector("#settings .error")
        assert KEY not in other.inner_text("#settings .error") and len(server.requests) == before
        enter(page)
        page.click("#settings [data-event=clear]")
        page.wait_for_selector("#settings .state:has-text('不用语言模型')")
        page.wait_for_function("document.activeElement.dataset.event === 'apply'")  # what was pressed is gone
        with urllib.request.urlopen(f"{address}/config", timeout=10) as reply:
            assert KEY not in reply.read().decode()
    printed = capsys.readouterr()
    assert KEY not in caplog.text + printed.out + printed.err


def test_the_key_that_the_model_was_started_with_is_kept_and_not_shown(
    library: Library, visit: Visit, server: OpenAIServer
) -> None:
    with served(Assistant(library, load_generator("pen", server.url, KEY), strictness="lenient")) as address:
        page = visit(address)
        enter(page)
        assert page.input_value("#settings [name=address]") == server.url and KEY not in page.content()
        page.click("#settings form[data-form=model] [type=submit]")  # as it is
        page.wait_for_selector("#settings .done")
        page.click("#bar [data-room=chat]")
        ask(page, COST)
        assert "pen" in page.inner_text("#live .badge") and page.locator("#live .notice").count() == 0


@pytest.mark.slow
def test_a_password_in_the_server_s_address_is_not_shown(library: Library, visit: Visit, server: OpenAIServer) -> None:
    with served(Assistant(library, load_generator("pen", server.url.replace("//", "//lin:wan5shan@")))) as address:
        page = visit(address)
        enter(page)
        assert page.input_value("#settings [name=address]") == server.url and "wan5shan" not in page.content()
        page.click("#settings form[data-form=model] [type=submit]")
        page.wait_for_selector("#settings .done")
        assert "wan5shan" not in page.content()


@pytest.mark.slow
def test_strictness_and_passages_hold_for_the_next_question(library: Library, visit: Visit) -> None:
    doubtful = "《灯塔》的票房是多少？"
    with served(Assistant(library, strictness="lenient")) as address:
        page = visit(address)
        ask(page, doubtful)
        assert page.locator("#live .refusal").count() == 0
        enter(page)
        page.select_option("#settings [name=strictness]", "strict")
        page.fill("#settings [name=top_k]", "3")
        page.click("#settings form[data-form=answers] [type=submit]")
        page.wait_for_selector("#settings .done")
        page.reload()
        page.wait_for_selector("#settings form")
        assert page.input_value("#settings [name=strictness]") == "strict"
        assert page.input_value("#settings [name=top_k]") == "3"
        page.click("#bar [data-room=chat]")
        ask(page, doubtful)
        assert page.locator("#live .refusal").count() == 1


@pytest.mark.slow
def test_the_page_s_language_is_a_setting_too(library: Library, visit: Visit) -> None:
    with served(Assistant(library)) as address:
        page = visit(address)
        enter(page)
        page.click("#settings [data-language=en]")
        page.wait_for_function("document.documentElement.lang === 'en'")
        assert "Language model" in page.inner_text("#settings")


@pytest.mark.slow
def test_while_a_model_is_tested_the_page_says_so(library: Library, visit: Visit) -> None:
    with served(Assistant(library)) as address, socket.create_server(("127.0.0.1", 0)) as mute:
        page = visit(address)
        enter(page)
        asked = f"http://127.0.0.1:{mute.getsockname()[1]}/v1"
        fill(page, address=asked, model="pen", key=KEY)
        page.click("#settings [data-event=apply]")
        assert CHINESE.model_asked in page.wait_for_selector("#settings [role=status]").inner_text()
        look = "e => [getComputedStyle(e).opacity, getComputedStyle(e).cursor, getComputedStyle(e).marginTop]"
        assert page.locator("#settings [aria-disabled=true][data-event=apply]").evaluate(look)[:2] == ["0.5", "default"]
        assert page.locator("#settings [role=status]").evaluate(look)[2] == "16px"
        assert page.input_value("#settings [name=address]") == asked
        mute.close()  # now it is refused
        page.wait_for_selector("#settings .error")
        assert page.locator("#settings :is([role=status], [aria-disabled])").count() == 0
