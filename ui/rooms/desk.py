"""What the rooms share: the assistant, each visitor's states, and how components are made."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rag.assistant import Assistant

Updates = dict[Any, Any]  # component → its new value
Opened = tuple[str, int, int, bool] | None  # article, start, end, whether the span is evidence
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


class Desk:
    """The assistant that all visitors ask, and the states of one visitor.

    Whatever belongs to one visitor is in a gr.State, never here. `editable` says whether visitors may change anything.
    """

    def __init__(self, assistant: Assistant, default: str = "", editable: bool = True) -> None:
        self.assistant, self.default, self.editable = assistant, default, editable

    def lay_out(self) -> None:
        """Make the states; within the page's Blocks."""
        self.language = gr.State("zh")
        self.exchanges, self.chosen, self.opened = gr.State([]), gr.State([]), gr.State(None)


def html(name: str, changed: str = "", upload: bool = False) -> gr.HTML:
    """A component whose presses reach the server as events, and whose changes run one function of page.js."""
    wired = (
        f"changji.wire(element, trigger, {f'changji.{changed}' if changed else 'null'}{', upload' if upload else ''})"
    )
    return gr.HTML("", elem_id=name, apply_default_css=False, js_on_load=wired)
