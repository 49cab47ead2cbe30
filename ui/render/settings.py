"""The settings: the language model, how answers are made, the page itself."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from ui.render.parts import alert, attributes, button, choice, done, field, noted, tabs
from ui.texts import Texts


@dataclass(frozen=True)
class Settings:
    """What is in effect. The key itself is never among it, only whether one is kept."""

    address: str = ""
    model: str = ""
    key_kept: bool = False
    in_use: str = ""  # the name of the model in use, or ""
    strictness: str = "normal"
    top_k: int = 8


def sheet(
    now: Settings, editable: bool, texts: Texts, model_told: str = "", answers_told: str = "", busy: bool = False
) -> str:
    """All settings; `…_told` is markup that says what came of the last press, under the form concerned.

    `busy` while a model is being tested.
    """
    head = (
        f'<header class="sheet-head"><h2>{escape(texts.settings_title)}</h2></header>'
        f'<p class="hint">{escape(texts.settings_hint if editable else texts.locked)}</p>'
    )
    forms = f"{_model(now, texts, model_told, busy)}{_answers(now, texts, answers_told)}" if editable else ""
    return f"{head}{forms}{_page(texts)}"


def told(message: str, failed: bool = False) -> str:
    """What came of a press."""
    return alert(message) if failed else done(message)


def _model(now: Settings, texts: Texts, told: str, busy: bool) -> str:
    used = texts.model_used.format(name=now.in_use) if now.in_use else texts.model_none
    kept = texts.model_key_kept if now.key_kept else ""
    address = field(
        "address", texts.model_address, texts.model_address_hint, ("--llm-url", "CHANGJI_LLM_BASE_URL"),
        value=now.address, placeholder=f"{texts.example} http://localhost:11434/v1", maxlength=500, autocomplete="off",
    )  # fmt: skip
    model = field(
        "model", texts.model_name, "", ("--llm", "CHANGJI_LLM_MODEL"),
        value=now.model, placeholder=f"{texts.example} qwen3:8b", maxlength=200, autocomplete="off",
    )  # fmt: skip
    key = field(
        "key", texts.model_key, texts.model_key_hint, ("CHANGJI_LLM_API_KEY",),
        type="password", placeholder=kept, maxlength=500, autocomplete="off",
    )  # fmt: skip
    # Not `disabled` while it is busy, which would take the keyboard's place away; a second press asks nothing.
    test = attributes(class_="plain-button", data_event="apply", aria_disabled="true" if busy else None)
    buttons = (
        f'<button type="submit" class="strong-button">{escape(texts.save)}</button>'
        f'<button type="button"{test}>{escape(texts.model_test)}</button>'
        f"{button(texts.model_off, 'clear', css='plain-button') if now.in_use else ''}"
    )
    return (
        f'<section class="group"><h3>{escape(texts.model_title)}</h3><p class="state">{escape(used)}</p>'
        f'<form data-event="submit" data-form="model">{address}{model}{key}<p class="buttons">{buttons}</p></form>'
        f"{told}</section>"
    )


def _answers(now: Settings, texts: Texts, told: str) -> str:
    levels = [(level, getattr(texts, level)) for level in ("lenient", "normal", "strict")]
    strictness = choice(
        "strictness",
        texts.strictness,
        levels,
        now.strictness,
        texts.strictness_hint,
        ("--strictness", "CHANGJI_STRICTNESS"),
    )
    top_k = field(
        "top_k",
        texts.top_k,
        texts.top_k_hint,
        ("--top-k", "CHANGJI_TOP_K"),
        type="number",
        min=1,
        max=50,
        value=now.top_k,
    )
    return (
        f'<section class="group"><h3>{escape(texts.answers_title)}</h3>'
        f'<form data-event="submit" data-form="answers">{strictness}{top_k}<p class="buttons">'
        f'<button type="submit" class="strong-button">{escape(texts.save)}</button></p></form>{told}</section>'
    )


def _page(texts: Texts) -> str:
    spoken = "en" if texts.language == "en" else "zh"
    languages = tabs((("zh", "中文"), ("en", "English")), spoken, "input", "language")
    return (
        f'<section class="group"><h3>{escape(texts.page_title)}</h3><div role="group" '
        f'aria-label="{escape(texts.page_language)}">{languages}</div>'
        f"{noted(texts.page_language, ('--language', 'CHANGJI_LANGUAGE'))}</section>"
    )
