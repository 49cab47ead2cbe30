"""The pane beside a room, and the line that says which articles are asked."""

from __future__ import annotations

import gradio as gr

from ui.render import chat as render_chat
from ui.render import pane as render
from ui.rooms.desk import QUIET, Desk, Opened, Updates, html
from ui.texts import TEXTS

Span = tuple[str, str]  # from one day to another, ISO; "" leaves an end open


class Pane:
    """The shelf, or an article open at some words; and what is ticked on the shelf."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def lay_out_scope(self) -> None:
        """The line above the question."""
        self.scope = html("scope")

    def lay_out(self) -> None:
        """The pane itself."""
        self.pane = html("pane", "reveal")
        self.outputs = [self.desk.opened, self.desk.chosen, self.pane, self.scope]

    def connect(self, *openers: gr.HTML) -> None:
        """`openers` are the components in which a press opens an article."""
        language, chosen, opened = self.desk.language, self.desk.chosen, self.desk.opened
        for opener in (*openers, self.pane):
            opener.select(self._open, [language, chosen], self.outputs, trigger_mode="always_last", **QUIET)
        self.pane.clear(self.draw, [language, chosen], self.outputs, **QUIET)
        self.pane.input(self._choose, language, self.outputs, trigger_mode="always_last", **QUIET)
        self.pane.apply(self._choose_dated, [language, chosen], self.outputs, **QUIET)
        self.scope.clear(self._choose_all, [language, opened], self.outputs, **QUIET)

    def draw(
        self, language: str, chosen: list[str], opened: Opened = None, span: Span = ("", ""), told: str = ""
    ) -> Updates:
        """The article that is open, or the shelf. Articles that are gone are neither open nor chosen.

        `span` is of the days that were asked for, and `told` a sentence about what couldn't be done.
        """
        texts, library = TEXTS[language], self.desk.assistant.library
        known = library.passage_counts()
        chosen = [id for id in chosen if id in known]
        article = next(iter(library.find_articles([opened[0]]).values()), None) if opened else None
        if opened and article:
            pane = render.reader(article, opened[1], opened[2], texts, evidence=opened[3])
        else:
            pane, opened = render.shelf(library.articles(), chosen, texts, span, told), None
        only = library.find_articles(chosen) if len(chosen) == 1 else {}
        return {
            self.desk.opened: opened,
            self.desk.chosen: chosen,
            self.pane: pane,
            self.scope: render_chat.scope(len(chosen), texts, "".join(article.title for article in only.values())),
        }

    def _open(self, language: str, chosen: list[str], event: gr.EventData) -> Updates:
        place = event._data
        opened = (place["article"], int(place.get("start", 0)), int(place.get("end", 0)), place.get("evidence") != "0")
        gone = opened[0] not in self.desk.assistant.library.passage_counts()  # since the page was drawn
        return self.draw(language, chosen, opened, told=TEXTS[language].not_found if gone else "")

    def _choose(self, language: str, event: gr.EventData) -> Updates:
        return self.draw(language, [str(article) for article in event.chosen])

    def _choose_dated(self, language: str, chosen: list[str], event: gr.EventData) -> Updates:
        """Tick the articles that are dated within a span of days, either end of which may be open."""
        first, last = (str(event._data.get(name) or "") for name in ("from", "to"))
        articles = self.desk.assistant.library.articles()
        dated = [a.id for a in articles if a.date and first[: len(a.date)] <= a.date <= (last or "9999")]
        told = "" if dated else TEXTS[language].none_dated
        return self.draw(language, dated or chosen, span=(first, last), told=told)

    def _choose_all(self, language: str, opened: Opened) -> Updates:
        return self.draw(language, [], opened)
