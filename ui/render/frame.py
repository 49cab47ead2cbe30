"""The bar above every room."""

from __future__ import annotations

from html import escape

from ui.render.parts import attributes, button
from ui.texts import Texts

ROOMS = ("chat", "library", "evaluation", "settings")


def bar(texts: Texts) -> str:
    """The head of the page: its name, its rooms, and what concerns the page as a whole."""
    rooms = "".join(
        f'<button type="button"{attributes(class_="room", data_event="select", data_room=room)}>'
        f"{escape(getattr(texts, f'room_{room}'))}</button>"
        for room in ROOMS
    )
    other = "en" if texts.language != "en" else "zh"
    shelf = button(texts.shelf, page="open", css="narrow shelf-opener")
    told = attributes(data_speaks=texts.language, data_lost=texts.lost, data_failed=texts.failed)
    return (
        f'<div class="brand"{told}><svg viewBox="0 0 24 24" aria-hidden="true">'
        f'<path d="M3 10h18v10H3zM3 10l17.4-4.7M7.2 8.8 6 4.6M12 7.5l-1.2-4.2M16.9 6.2l-1.2-4.2"/></svg>'
        f"<h1>{escape(texts.name)}</h1><p>{escape(texts.tagline)}</p></div>"
        f'<nav class="rooms" aria-label="{escape(texts.rooms)}">{rooms}</nav>'
        f'<nav class="tools" aria-label="{escape(texts.name)}">{shelf}'
        f"{button(texts.new, 'clear', css='new')}{button(texts.other_language, 'input', language=other)}"
        f'<button type="button" class="icon" data-page="theme" aria-label="{escape(texts.theme)}" '
        f'title="{escape(texts.theme)}"><svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="8"/>'
        f'<path class="full" d="M12 4a8 8 0 0 1 0 16z"/></svg></button></nav>'
    )
