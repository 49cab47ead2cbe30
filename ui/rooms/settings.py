"""The settings room. What is set holds for everybody until Changji is stopped; the key is in memory alone."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import gradio as gr

from ingest.errors import ChangjiError, LLMError
from rag.answerable import Strictness
from rag.assistant import Assistant
from rag.generate import BASE_URL, KEY, MODEL, Generator, load_generator
from ui.render import settings as render
from ui.render.parts import progress
from ui.render.settings import Settings, told
from ui.rooms.desk import QUIET, Desk, Updates, html
from ui.texts import TEXTS, Texts

_LEVELS = ("lenient", "normal", "strict")
_MOST = 50  # passages to answer from
_PATIENCE = 30.0  # seconds that a test of the connection may take


class SettingsRoom:
    """The one place that knows the model's key while the page is open."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._address, self._key = os.environ.get(BASE_URL, ""), os.environ.get(KEY, "")
        generator = desk.assistant.generator
        self._model = os.environ.get(MODEL, "") if generator is None else generator.name
        if isinstance(generator, Generator) and generator.server:
            self._address = str(getattr(generator.llm, "api_base", "") or generator.server)
            key = str(getattr(generator.llm, "api_key", "") or "")
            self._key = "" if key == "none" else key

    def lay_out(self) -> None:
        """One sheet."""
        with gr.Column(elem_id="settings", elem_classes=["sheet"]):
            self.sheet = html("settings-sheet")

    def connect(self) -> None:
        """Which event runs which handler; the page's language is the page's own affair."""
        language = self.desk.language
        self.sheet.submit(self._save, language, self.sheet, concurrency_limit=1, **QUIET)
        self.sheet.apply(self._test, language, self.sheet, **QUIET)
        self.sheet.clear(self._use_none, language, self.sheet, **QUIET)

    def draw(self, language: str, model_told: str = "", answers_told: str = "", busy: bool = False) -> Updates:
        """The room as it is now; `busy` while a model is being tested."""
        assistant = self.desk.assistant
        in_use = assistant.generator.name if assistant.generator is not None else ""
        now = Settings(
            _shown(self._address), self._model, bool(self._key), in_use, assistant.strictness, assistant.top_k
        ) if self.desk.editable else Settings()  # fmt: skip
        return {self.sheet: render.sheet(now, self.desk.editable, TEXTS[language], model_told, answers_told, busy)}

    def _save(self, language: str, event: gr.EventData) -> Updates:
        texts = TEXTS[language]
        if not self.desk.editable:
            return self.draw(language)
        if event.form == "answers":
            return self._save_answers(language, event._data, texts)
        try:
            generator = self._asked_for(event._data)
        except ChangjiError as error:
            return self.draw(language, model_told=told(error.told(language), failed=True))
        self._remember(event._data)
        self._replace(generator, self.desk.assistant.top_k, self.desk.assistant.strictness)
        return self.draw(language, model_told=told(texts.saved))

    def _save_answers(self, language: str, form: dict, texts: Texts) -> Updates:
        top_k, strictness = str(form.get("top_k", "")), form.get("strictness")
        if not (top_k.isdecimal() and 1 <= int(top_k) <= _MOST) or strictness not in _LEVELS:
            return self.draw(language, answers_told=told(texts.top_k_wrong, failed=True))
        self._replace(self.desk.assistant.generator, int(top_k), strictness)
        return self.draw(language, answers_told=told(texts.saved))

    def _test(self, language: str, event: gr.EventData) -> Iterator[Updates]:
        """Ask the model of the form for one word, without using it from then on."""
        texts = TEXTS[language]
        if not self.desk.editable:
            return
        yield self.draw(language, model_told=progress(texts.model_asked, 0, 1), busy=True)
        try:
            generator, began = self._asked_for(event._data), time.monotonic()
            if generator is None:
                yield self.draw(language, model_told=told(texts.model_none))
                return
            generator.timeout = min(generator.timeout, _PATIENCE)
            generator.probe()
            seconds = f"{time.monotonic() - began:.1f}"
            self._remember(event._data)
            yield self.draw(language, model_told=told(texts.model_works.format(name=generator.name, seconds=seconds)))
        except ChangjiError as error:
            yield self.draw(language, model_told=told(error.told(language), failed=True))

    def _use_none(self, language: str) -> Updates:
        if self.desk.editable:
            self._replace(None, self.desk.assistant.top_k, self.desk.assistant.strictness)
        return self.draw(language)

    def _asked_for(self, form: dict) -> Generator | None:
        address, model = self._address_of(form), str(form.get("model", "")).strip()
        if not address and not model:
            return None
        if not address and not model.startswith("local:"):
            raise LLMError("The model has no server; give the server's address too.")
        return load_generator(model, address, self._key_for(form))

    def _address_of(self, form: dict) -> str:
        """The address given; one left as it is shown stands for all of it, with the password that it may hold."""
        given = str(form.get("address", "")).strip()
        return self._address if given == _shown(self._address) else given

    def _key_for(self, form: dict) -> str:
        """The key given, or else the one that is kept, but only for the server that it was given for."""
        given = str(form.get("key", "")).strip()
        same = _host(self._address_of(form)) == _host(self._address)
        return given or (self._key if same else "")

    def _remember(self, form: dict) -> None:
        self._key = self._key_for(form)
        self._address, self._model = self._address_of(form), str(form.get("model", "")).strip()

    def _replace(self, generator: Generator | None, top_k: int, strictness: Strictness) -> None:
        """Whoever asks from now on asks the new assistant; answers that are being written end as they began."""
        now = self.desk.assistant
        self.desk.assistant = Assistant(now.library, generator, top_k, strictness, now.retriever.reranker)


def _shown(address: str) -> str:
    """An address without the user's name and password."""
    scheme, colon, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{colon}{host.rpartition('@')[2]}{slash}{path}" if colon else address


def _host(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address.strip())
        return parts.scheme, parts.netloc
    except ValueError:
        return "", address
