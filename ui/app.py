"""The page as one: its rooms, and how it is served. Only it, `ui/rooms` and `ui/api.py` know gradio.

Importing this module loads gradio, so the command line imports it only to serve the page.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from ingest.errors import ChangjiError, PageError, PortError
from ingest.read import MAX_BYTES
from ingest.uploads import Removed
from rag.assistant import Assistant
from ui.api import Api, write_json
from ui.conversation import from_json
from ui.render import frame
from ui.render.chat import Exchange
from ui.rooms.chat import Chat
from ui.rooms.desk import QUIET, Desk, Opened, Updates, html
from ui.rooms.evaluation import Asking, EvaluationRoom
from ui.rooms.library import LibraryRoom
from ui.rooms.pane import Pane
from ui.rooms.settings import SettingsRoom
from ui.texts import TEXTS, as_read, preferred

_STATIC = Path(__file__).parent / "static"
# Later ones overrule earlier ones.
_STYLES = (
    "page chat sources composer notices pane screens evaluation fields settings sheet shelves timeline contrast print"
).split()
_SCRIPTS = ("memory", "moves", "page", "notices", "uploads")
_USERS = 16  # questions answered at once; more wait their turn
_FONTS = ("-apple-system", '"Segoe UI"', '"PingFang SC"', '"Noto Sans CJK SC"', '"Microsoft YaHei"', "sans-serif")
_LOOKS = {  # light and dark, before page.css is there, and where a password is asked for
    "body_background_fill": ("#f3f4f1", "#141817"),
    "background_fill_primary": ("#f3f4f1", "#141817"),
    "background_fill_secondary": ("#f3f4f1", "#141817"),
    "block_background_fill": ("#fbfcfa", "#1b201e"),
    "input_background_fill": ("#f3f4f1", "#141817"),
    "input_border_color": ("#59625e", "#a0aaa5"),
    "input_border_width": ("1px", "1px"),
    "button_primary_background_fill": ("#a8321f", "#f08b72"),
    "button_primary_background_fill_hover": ("#8f2a1a", "#f5a48f"),
    "button_primary_border_color": ("#a8321f", "#f08b72"),
    "button_primary_text_color": ("#fbfcfa", "#1b201e"),
}
_BLOCKS: dict[str, Any] = {"title": "Changji 场记", "analytics_enabled": False, "fill_width": True, "fill_height": True}
_BLOCKS |= {"delete_cache": (3600, 3600)}  # uploads that were never read, in seconds
_OPEN = (
    "It has no password: whoever can reach this machine can ask and read the articles, so nothing can be changed from "
    "the page. Set one with --auth USER:PASSWORD."
)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    assistant: Assistant,
    host: str = "127.0.0.1",
    port: int = 7860,
    language: str = "",
    auth: tuple[str, str] | None = None,
    mcp: bool = False,
    block: bool = True,
) -> gr.Blocks:
    """Serve the page and print its address; `language` "zh" or "en" overrules the browser's.

    `auth` is the user's name and password; without them, only this machine's own visitors may change anything. `mcp`
    offers the endpoints of `ui/api.py` as MCP tools, too.
    Returns the running page if `block` is false, else when interrupted. Raises PortError if the port is taken, PageError
    if the host is none of this machine's.
    """
    _check_port(host, port)
    if mcp and find_spec("mcp") is None:
        raise PageError(
            "MCP tools need the mcp package; install it with `pip install 'changji[mcp]'`, or leave --mcp out."
        )
    if mcp and auth is not None:  # Gradio's server of tools calls the page as a visitor who can't log in
        raise PageError("MCP tools can't be called where the page asks for a password; leave --mcp or --auth out.")
    _stay_offline()
    editable = host in _LOOPBACK or auth is not None
    page = Page(assistant, language, editable).blocks
    page.queue(default_concurrency_limit=_USERS, max_size=8 * _USERS)
    page.launch(
        server_name=_in_address(host), server_port=port, prevent_thread_lock=True, quiet=True, share=False, ssr_mode=False,
        theme=_theme(), head=_head(), favicon_path=str(_STATIC / "favicon.svg"),
        footer_links=[], allowed_paths=[], max_file_size=MAX_BYTES if editable else 1, enable_monitoring=False,
        mcp_server=mcp, pwa=False, auth=auth, auth_message="场记 Changji",
        app_kwargs={"middleware": _hosts(host) if auth is None else []},
    )  # fmt: skip
    shown = "127.0.0.1" if host in ("0.0.0.0", "") else _in_address(host)
    print(f"Changji is open at http://{shown}:{port} (stop it with Ctrl+C).", flush=True)
    if mcp:
        write_json(page.mcp_server_obj)
        print(f"Its MCP tools are at http://{shown}:{port}/gradio_api/mcp/.", flush=True)
    if not editable:
        print(_OPEN, flush=True)
    if block:
        page.block_thread()
    return page


class Page:
    """The page's rooms, and the bar that leads to them."""

    def __init__(self, assistant: Assistant, language: str = "", editable: bool = True) -> None:
        self.desk = Desk(assistant, language, editable)
        self.pane = Pane(self.desk)
        self.chat, self.library = Chat(self.desk, self.pane), LibraryRoom(self.desk, self.pane)
        self.evaluation, self.settings = EvaluationRoom(self.desk), SettingsRoom(self.desk)
        with gr.Blocks(**_BLOCKS) as self.blocks:
            self.desk.lay_out()
            self.bar = html("bar", "speak")
            with gr.Row(elem_id="desk"):
                self.chat.lay_out()
                self.library.lay_out()
                self.evaluation.lay_out()
                self.settings.lay_out()
                self.pane.lay_out()
            self._connect()
            Api(self.desk).connect()

    def _connect(self) -> None:
        """Which event runs which handler; each handler returns the new values of some of its outputs."""
        asking = self.evaluation.asking
        states = [self.desk.exchanges, self.desk.chosen, self.desk.opened, asking, self.library.removed]
        rooms = [*self.chat.outputs, *self.library.drawn, *self.evaluation.outputs, self.settings.sheet]
        whole = [self.desk.language, self.bar, *self.pane.outputs, *rooms]
        recalled = "(_, ...states) => [changji.recall(), ...states]"
        self.blocks.load(self._greet, [self.chat.kept, *states], whole, js=recalled, **QUIET)
        gr.on([self.bar.input, self.settings.sheet.input], self._switch, states, whole, **QUIET)
        entering = [self.desk.language, self.desk.exchanges, self.desk.chosen, asking, self.library.removed]
        self.bar.select(self._enter, entering, rooms, trigger_mode="always_last", **QUIET)
        self.chat.connect(self.bar.clear)
        self.library.connect()
        self.evaluation.connect()
        self.settings.connect()
        self.pane.connect(self.chat.log, self.chat.live, self.library.body)

    def _greet(
        self, kept: str, exchanges: list[Exchange], chosen: list[str], opened: Opened, asking: Asking,
        removed: list[Removed], request: gr.Request,
    ) -> Updates:  # fmt: skip
        told, accepted = request.cookies.get("changji-language", ""), request.headers.get("accept-language", "")
        wanted = told if told in TEXTS else self.desk.default or preferred(accepted)
        if not exchanges and (exchanges := from_json(kept)):
            chosen = list(exchanges[-1].chosen)  # a conversation about some articles goes on about them
        return self._speak(as_read(wanted, accepted), exchanges, chosen, opened, "chat", asking, removed)

    def _switch(
        self, exchanges: list[Exchange], chosen: list[str], opened: Opened, asking: Asking, removed: list[Removed],
        event: gr.EventData, request: gr.Request,
    ) -> Updates:  # fmt: skip
        language = as_read("en" if event.language == "en" else "zh", request.headers.get("accept-language", ""))
        return self._speak(language, exchanges, chosen, opened, event.room, asking, removed)

    def _speak(
        self, language: str, exchanges: list[Exchange], chosen: list[str], opened: Opened, room: str, asking: Asking,
        removed: list[Removed],
    ) -> Updates:  # fmt: skip
        spoken: Updates = {self.desk.language: language, self.bar: frame.bar(TEXTS[language])}
        with _told(language):
            return {
                **spoken,
                **self.chat.greet(exchanges, language),
                **self.pane.draw(language, chosen, opened),
                **self._room(room, language, exchanges, chosen, asking, removed),
            }
        return spoken

    def _enter(
        self, language: str, exchanges: list[Exchange], chosen: list[str], asking: Asking, removed: list[Removed],
        event: gr.EventData,
    ) -> Updates:  # fmt: skip
        with _told(language):
            return self._room(event.room, language, exchanges, chosen, asking, removed) or gr.skip()
        return gr.skip()  # gradio takes an empty dict for no answer at all

    def _room(
        self, room: str, language: str, exchanges: list[Exchange], chosen: list[str], asking: Asking,
        removed: list[Removed],
    ) -> Updates:  # fmt: skip
        """A room is drawn when it is entered, so that it shows what has changed meanwhile."""
        if room == "library":
            return self.library.enter(language, chosen, removed)
        if room == "evaluation":
            return self.evaluation.draw(language, asking)
        if room == "settings":
            return self.settings.draw(language)
        return {} if exchanges else self.chat.draw([], language)


@contextmanager
def _told(language: str) -> Iterator[None]:
    """What keeps a room from being drawn, as a library whose server has gone, is told above the page."""
    try:
        yield
    except ChangjiError as error:
        gr.Warning(error.told(language))


def _theme() -> gr.themes.Base:
    light = {name: colours[0] for name, colours in _LOOKS.items()}
    return gr.themes.Base(font=_FONTS).set(**light, **{f"{name}_dark": dark for name, (_, dark) in _LOOKS.items()})


def _head() -> str:
    """The page's own style and script, inline: nothing is fetched for them."""
    style = "".join((_STATIC / f"{name}.css").read_text("utf-8") for name in _STYLES)
    script = "".join((_STATIC / f"{name}.js").read_text("utf-8") for name in _SCRIPTS)
    return f"<style>{style}</style><script>{script}</script>"


def _hosts(host: str) -> list[Middleware]:
    """Without a password, a page for this machine alone answers to this machine's own names alone.

    A website whose name turns to 127.0.0.1 after it was opened (DNS rebinding) could drive the page otherwise.
    """
    # The last two are what Starlette, by its version, may read of [::1]:7860; no website has such a name.
    names = [*_LOOPBACK, "[::1]", "["]
    return [Middleware(TrustedHostMiddleware, allowed_hosts=names)] if host in _LOOPBACK else []


def _in_address(host: str) -> str:
    """A host as it stands in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, TypeError) as error:
            raise _refused(host, port, error) from error


def _refused(host: str, port: int, error: OSError | TypeError) -> PageError:
    reason = getattr(error, "strerror", None) or error
    if isinstance(error, TypeError | socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return PageError(
            f"The page can't be served at {host} ({reason}); name an address of this machine with --host, as 127.0.0.1, "
            "or 0.0.0.0 for all of them."
        )
    return PortError(
        f"The page can't be served at {host}:{port} ({reason}); "
        "stop the program that uses the port, or choose another with --port."
    )


def _stay_offline() -> None:
    """No telemetry and no record of questions; and gradio's look at its own page must not go through a proxy."""
    os.environ.update(GRADIO_ANALYTICS_ENABLED="False", GRADIO_RUN_HISTORY="False", HF_HUB_DISABLE_TELEMETRY="1")
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(part for part in (os.environ.get(name), *_LOOPBACK) if part)
