"""The chat page: Gradio carries events and state, `ui/render.py` says how things look, the assistant does the work.

Importing this module loads gradio, so the command line imports it only to serve the page.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from ingest.errors import ChangjiError, PortError, QuestionError
from rag.answer import Answer
from rag.assistant import Assistant, Turn
from ui import render
from ui.render import Exchange
from ui.texts import TEXTS, preferred

_HERE = Path(__file__).parent
_REFRESH = 0.05  # seconds between two redraws of a growing answer
_STEPS = 16  # redraws of an answer that was ready at once
_USERS = 16  # questions answered at once; more wait their turn
_FONTS = ("-apple-system", '"Segoe UI"', '"PingFang SC"', '"Noto Sans CJK SC"', '"Microsoft YaHei"', "sans-serif")
_GROUND = {"body_background_fill": "#f3f4f1", "body_background_fill_dark": "#141817"}  # before page.css is there
Updates = dict[Any, Any]  # component → its new value
Opened = tuple[str, int, int, bool] | None  # article, start, end, whether the span is evidence


def serve(
    assistant: Assistant, host: str = "127.0.0.1", port: int = 7860, language: str = "", block: bool = True
) -> gr.Blocks:
    """Serve the page and print its address; `language` "zh" or "en" overrules the browser's.

    Returns the running page if `block` is false, else when interrupted. Raises PortError if the port is taken.
    """
    _check_port(host, port)
    _stay_offline()
    page = Page(assistant, language).blocks
    page.queue(default_concurrency_limit=_USERS, max_size=8 * _USERS)
    page.launch(
        server_name=host, server_port=port, prevent_thread_lock=True, quiet=True, share=False, ssr_mode=False,
        theme=gr.themes.Base(font=_FONTS).set(**_GROUND), head=_head(), favicon_path=str(_HERE / "favicon.svg"),
        footer_links=[], allowed_paths=[], max_file_size="1b", enable_monitoring=False, mcp_server=False, pwa=False,
    )  # fmt: skip
    shown = "127.0.0.1" if host in ("0.0.0.0", "") else host
    print(f"Changji is open at http://{shown}:{port} (stop it with Ctrl+C).", flush=True)
    if host not in ("127.0.0.1", "localhost", "::1"):
        print("It has no password: whoever can reach this machine can ask and read the articles.", flush=True)
    if block:
        page.block_thread()
    return page


class Page:
    """The page's components and handlers. Whatever belongs to one visitor is in a gr.State, never here."""

    def __init__(self, assistant: Assistant, language: str = "") -> None:
        self.assistant, self.default = assistant, language
        with gr.Blocks(title="Changji 场记", analytics_enabled=False, fill_width=True, fill_height=True) as self.blocks:
            self._lay_out()
            self._connect()
            gr.api(self._api_ask, api_name="ask")
            gr.api(self._api_articles, api_name="articles")

    def _lay_out(self) -> None:
        self.language, self.exchanges = gr.State("zh"), gr.State([])
        self.chosen, self.opened = gr.State([]), gr.State(None)
        self.bar = _html("bar", "speak")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="chat"):
                with gr.Column(elem_id="talk"):
                    self.log, self.live = _html("log"), _html("live", "follow")
                with gr.Column(elem_id="composer"):
                    self.alert, self.scope = _html("alert"), _html("scope")
                    with gr.Row(elem_id="line"):
                        self.question = gr.Textbox(
                            lines=1, max_lines=6, show_label=False, container=False, elem_id="question"
                        )
                        self.ask = gr.Button("", elem_id="ask", variant="primary")
                        self.stop = gr.Button("", elem_id="stop", visible=False)
            self.pane = _html("pane", "reveal")

    def _connect(self) -> None:
        """Which event runs which handler; each handler returns the new values of some of its outputs."""
        states = [self.exchanges, self.chosen, self.opened]
        asked = [self.question, self.language, self.exchanges, self.chosen]
        side = [self.opened, self.chosen, self.pane, self.scope]
        talk = [self.exchanges, self.log, self.live, self.alert, self.question, self.ask, self.stop]
        whole = [self.language, self.bar, self.scope, self.pane, *talk]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}

        self.blocks.load(self._greet, states, whole, **quiet)
        self.bar.input(self._switch, states, whole, **quiet)
        asking = [gr.on([self.question.submit, self.ask.click], self._ask, asked, talk, **quiet)]
        for prepared in (
            self.live.submit(self._suggested, None, self.question, **quiet),
            self.live.retry(self._take_back, [self.exchanges, self.language], talk, **quiet),
        ):
            asking.append(prepared.then(self._ask, asked, talk, **quiet))
        for event in asking:  # only now can the next question be sent
            event.then(lambda: self._busy(False), None, [self.ask, self.stop], **quiet)
        self.live.edit(self._take_back, [self.exchanges, self.language], talk, **quiet)
        # First cancel, then redraw: at once, the last piece of the answer could be drawn over what says that it stopped.
        stopped, cleared = (event(None, cancels=asking, **quiet) for event in (self.stop.click, self.bar.clear))
        stopped.then(self._stop, [self.exchanges, self.language], talk, **quiet)
        cleared.then(self._clear, self.language, talk, **quiet)
        for opener in (self.log, self.live, self.pane):
            opener.select(self._open, [self.language, self.chosen], side, trigger_mode="always_last", **quiet)
        self.pane.clear(self._back, [self.language, self.chosen], side, **quiet)
        self.pane.input(self._choose, self.language, side, trigger_mode="always_last", **quiet)
        self.scope.clear(self._choose_all, [self.language, self.opened], side, **quiet)

    # The whole page

    def _greet(
        self, exchanges: list[Exchange], chosen: list[str], opened: Opened, request: gr.Request
    ) -> Updates:
        kept = request.cookies.get("changji-language", "")
        wanted = self.default or preferred(request.headers.get("accept-language", ""))
        return self._speak(kept if kept in TEXTS else wanted, exchanges, chosen, opened)

    def _switch(
        self, exchanges: list[Exchange], chosen: list[str], opened: Opened, event: gr.EventData
    ) -> Updates:
        return self._speak("en" if event.language == "en" else "zh", exchanges, chosen, opened)

    def _speak(self, language: str, exchanges: list[Exchange], chosen: list[str], opened: Opened) -> Updates:
        texts = TEXTS[language]
        return {
            self.language: language,
            self.bar: render.bar(texts),
            self.question: gr.Textbox(placeholder=texts.placeholder, label=texts.question_label),
            self.ask: gr.Button(texts.ask),
            self.stop: gr.Button(texts.stop),
            self.scope: render.scope(chosen, texts),
            self.pane: self._side(language, chosen, opened)[self.pane],
            **self._talk(exchanges, language),
        }

    # The conversation

    def _talk(self, exchanges: list[Exchange], language: str) -> Updates:
        """Every exchange but the newest stands still in the log, so that a growing answer redraws itself alone."""
        earlier = (render.exchange(item, n, TEXTS[language]) for n, item in enumerate(exchanges[:-1], 1))
        return {self.log: "".join(earlier), **self._newest(exchanges, language)}

    def _newest(self, exchanges: list[Exchange], language: str) -> Updates:
        texts = TEXTS[language]
        if exchanges:
            newest = render.exchange(exchanges[-1], len(exchanges), texts, last=True)
        else:
            newest = render.welcome(self.assistant.suggestions(language), texts)
        return {self.exchanges: exchanges, self.live: newest}

    def _busy(self, busy: bool) -> Updates:
        return {self.ask: gr.Button(visible=not busy), self.stop: gr.Button(visible=busy)}

    def _ask(self, question: str, language: str, exchanges: list[Exchange], chosen: list[str]) -> Iterator[Updates]:
        before, asked = [_settled(item) for item in exchanges], question.strip()
        history = [Turn(item.question, item.answer.answer) for item in before if item.answer]
        if asked:
            yield {**self._talk([*before, Exchange(asked)], language), self.question: "", **self._busy(True)}
        try:
            for item in _growing(Exchange(asked), self.assistant.stream(asked, history, chosen or None), language):
                yield {**self._newest([*before, item], language), self.alert: ""}
        except QuestionError as error:  # nothing was asked: the question goes back into its box
            yield {**self._talk(before, language), self.alert: render.alert(str(error)), self.question: question}

    def _suggested(self, event: gr.EventData) -> str:
        return event.question

    def _stop(self, exchanges: list[Exchange], language: str) -> Updates:
        return {**self._talk([_settled(item) for item in exchanges], language), **self._busy(False)}

    def _take_back(self, exchanges: list[Exchange], language: str) -> Updates:
        """The last question returns to its box, to be changed or asked again."""
        return {**self._talk(exchanges[:-1], language), self.question: exchanges[-1].question if exchanges else ""}

    def _clear(self, language: str) -> Updates:
        return {**self._talk([], language), self.alert: "", **self._busy(False)}

    # The pane beside it

    def _side(self, language: str, chosen: list[str], opened: Opened = None) -> Updates:
        """The article that is open, or the shelf."""
        texts = TEXTS[language]
        if opened:
            name, *place = opened
            pane = render.reader(self.assistant.library.article(name), *place[:2], texts, evidence=place[2])
        else:
            pane = render.shelf(self.assistant.library.articles(), chosen, texts)
        return {self.opened: opened, self.chosen: chosen, self.pane: pane, self.scope: render.scope(chosen, texts)}

    def _open(self, language: str, chosen: list[str], event: gr.EventData) -> Updates:
        place = event._data
        opened = (place["article"], int(place.get("start", 0)), int(place.get("end", 0)), place.get("evidence") != "0")
        try:
            return self._side(language, chosen, opened)
        except ChangjiError:  # removed from the library since the page was drawn
            gr.Warning(TEXTS[language].not_found)
            return self._side(language, chosen)

    def _back(self, language: str, chosen: list[str]) -> Updates:
        return self._side(language, chosen)

    def _choose(self, language: str, event: gr.EventData) -> Updates:
        return self._side(language, [str(article) for article in event.chosen])

    def _choose_all(self, language: str, opened: Opened) -> Updates:
        return self._side(language, [], opened)

    # For other programs

    def _api_ask(self, question: str, history: list[str] | None = None, articles: list[str] | None = None) -> dict:
        """Ask a question; `history` holds earlier questions, `articles` the ids to keep to."""
        try:
            return self.assistant.ask(question, [Turn(earlier) for earlier in history or ()], articles).to_dict()
        except ChangjiError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def _api_articles(self) -> list[dict]:
        """The articles of the library, each with its full text and the number of its passages."""
        return self.assistant.library.catalogue()


def _html(name: str, changed: str = "") -> gr.HTML:
    """A component whose presses reach the server as events, and whose changes run one function of page.js."""
    wire = f"changji.wire(element, trigger, {f'changji.{changed}' if changed else 'null'})"
    return gr.HTML("", elem_id=name, apply_default_css=False, js_on_load=wire)


def _settled(item: Exchange) -> Exchange:
    """An exchange that is no longer being answered."""
    return replace(item, state="stopped") if item.state == "asking" else item


def _growing(item: Exchange, pieces: Iterable[str | Answer], language: str) -> Iterator[Exchange]:
    """The exchange as its answer grows, no oftener than the eye sees. Errors end it, save the question's own."""
    drawn = 0.0
    try:
        for piece in pieces:
            if isinstance(piece, Answer):
                if not item.text and not piece.refused:
                    yield from _unrolled(item, piece.answer)
                yield replace(item, state="answered", answer=piece)
            else:
                item = replace(item, text=piece)
                if time.monotonic() - drawn > _REFRESH:
                    yield item
                    drawn = time.monotonic()
    except QuestionError:
        raise
    except ChangjiError as error:
        yield replace(item, state="failed", error=str(error))
    except Exception:
        logging.getLogger(__name__).exception("The answer to a question failed")
        yield replace(item, state="failed", error=TEXTS[language].failed)


def _unrolled(item: Exchange, text: str) -> Iterator[Exchange]:
    """An answer that was ready at once, shown as it is read: it grows, but within half a second."""
    for step in range(1, _STEPS):
        yield replace(item, text=text[: len(text) * step // _STEPS])
        time.sleep(_REFRESH / 2)


def _head() -> str:
    """The page's own style and script, inline: nothing is fetched for them."""
    style, script = ((_HERE / name).read_text("utf-8") for name in ("page.css", "page.js"))
    return f"<style>{style}</style><script>{script}</script>"


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortError(
                f"The page can't be served at {host}:{port} ({error.strerror}); "
                "stop the program that uses the port, or choose another with --port."
            ) from error


def _stay_offline() -> None:
    """No telemetry and no record of questions; and gradio's look at its own page must not go through a proxy."""
    os.environ.update(GRADIO_ANALYTICS_ENABLED="False", GRADIO_RUN_HISTORY="False", HF_HUB_DISABLE_TELEMETRY="1")
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(part for part in (os.environ.get(name), "127.0.0.1", "localhost") if part)
