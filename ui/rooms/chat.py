"""The chat: questions, answers as they grow, and what can be done with them."""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from datetime import date
from html import escape
from typing import Any

import gradio as gr

from eval.feedback import Rating, keep
from ingest.errors import ChangjiError, QuestionError
from rag.answer import Answer
from rag.assistant import Turn
from ui import export
from ui.conversation import to_json
from ui.render import chat as render
from ui.render.chat import Exchange
from ui.render.parts import alert
from ui.rooms.desk import QUIET, Desk, Updates, html
from ui.rooms.pane import Pane
from ui.texts import TEXTS
from ui.writing import Writing

_REFRESH = 0.05  # seconds between two redraws of a growing answer
_STEPS = 16  # redraws of an answer that was ready at once


class Chat:
    """The conversation of one visitor."""

    def __init__(self, desk: Desk, pane: Pane) -> None:
        self.desk, self.pane = desk, pane

    def lay_out(self) -> None:
        """The conversation above the question box."""
        # What the browser keeps, tab by tab: gradio's own BrowserState would be the same for all tabs.
        self.kept, self.writing = html("kept", "keep"), gr.State(Writing())
        # A question that was pressed, and the drafts that stood in the box when others came back to it.
        self.pressed, self.aside = gr.State(""), gr.State(())
        self.spoken = gr.State("")  # the language that the newest answer was begun in
        with gr.Column(elem_id="chat"):
            with gr.Column(elem_id="talk"):
                self.log, self.live = html("log", "follow"), html("live", "follow")
            with gr.Column(elem_id="composer"):
                self.alert = html("alert")
                self.pane.lay_out_scope()
                with gr.Row(elem_id="line"):
                    self.question = gr.Textbox(
                        lines=1, max_lines=6, show_label=False, container=False, elem_id="question"
                    )
                    self.ask = gr.Button("", elem_id="ask", variant="primary")
                    self.stop = gr.Button("", elem_id="stop", visible=False)
        boxes = [self.alert, self.question, self.ask, self.stop]
        self.outputs = [self.desk.exchanges, self.kept, self.log, self.live, *boxes]

    def connect(self, cleared: Any) -> None:
        """Which event runs which handler; `cleared` is the event that begins a new conversation."""
        asked = [self.question, self.desk.language, self.desk.exchanges, self.desk.chosen, self.writing]
        talk, state = [*self.outputs, self.aside, self.spoken], [self.desk.exchanges, self.desk.language]
        asking = [gr.on([self.question.submit, self.ask.click], self._ask, [*asked, self.aside], talk, **QUIET)]
        for prepared in (
            self.live.submit(self._suggested, None, self.pressed, **QUIET),
            self.live.retry(self._again, state, [*talk, self.pressed], **QUIET),
        ):
            asking.append(prepared.then(self._ask_pressed, [*asked, self.pressed], talk, **QUIET))
        for event in asking:  # only now can the next question be sent
            event.then(self._ready, [*state, self.spoken], [self.live, self.ask, self.stop], **QUIET)
        self.live.edit(self._edit, [*state, self.question, self.aside], talk, **QUIET)
        # First stop, then redraw: the last piece of the answer could be drawn over what says that it stopped. Gradio's
        # own `cancels` waits for nothing, and drops the next question until the cancelled one's model lets go of it.
        stopped, emptied = (event(Writing.stop, self.writing, None, **QUIET) for event in (self.stop.click, cleared))
        stopped.then(self._stop, state, talk, **QUIET)
        emptied.then(self._clear, self.desk.language, talk, **QUIET)
        gr.on(
            [self.live.like, self.log.like],
            self._rate,
            [*state, self.writing],
            talk,
            trigger_mode="always_last",
            **QUIET,
        )

    def greet(self, exchanges: list[Exchange], language: str) -> Updates:
        """The conversation as it was left, and the question box in the page's language."""
        texts = TEXTS[language]
        return {
            **self.draw(exchanges, language),
            self.alert: "",
            self.question: gr.Textbox(placeholder=texts.placeholder, label=texts.question_label),
            self.ask: gr.Button(texts.ask),
            self.stop: gr.Button(texts.stop),
        }

    def draw(self, exchanges: list[Exchange], language: str) -> Updates:
        """Every exchange but the newest stands still in the log, so that a growing answer redraws itself alone."""
        texts, editable = TEXTS[language], self.desk.editable
        earlier = (render.exchange(item, n, texts, editable=editable) for n, item in enumerate(exchanges[:-1], 1))
        return {self.log: "".join(earlier), **self._newest(exchanges, language)}

    def _newest(self, exchanges: list[Exchange], language: str) -> Updates:
        texts = TEXTS[language]
        if exchanges:
            exports = self._exports(exchanges, language) if exchanges[-1].state != "asking" else ()
            newest = render.exchange(exchanges[-1], len(exchanges), texts, True, exports, self.desk.editable)
        else:
            assistant = self.desk.assistant
            suggested = assistant.suggestions(language)
            newest = render.welcome(suggested, texts, not assistant.library.passage_counts())
        settled = not exchanges or exchanges[-1].state != "asking"
        kept = {self.kept: escape(to_json(exchanges))} if settled else {}
        return {self.desk.exchanges: exchanges, self.live: newest, **kept}

    def _exports(self, exchanges: list[Exchange], language: str) -> render.Exports:
        """The conversation, and what it cites, as files."""
        texts, today = TEXTS[language], date.today().isoformat()
        answers = [item.answer for item in exchanges if item.answer]
        works = export.cited(answers)
        articles = self.desk.assistant.library.find_articles({work.article for work in works})
        files = [(texts.export_markdown, "md", export.markdown(answers, articles, texts.references, today))]
        if works:
            files.append((texts.export_gbt, "txt", export.gbt7714(works, articles, today)))
            files.append((texts.export_bibtex, "bib", export.bibtex(works, articles, today)))
        return [(label, f"changji-{today}.{ending}", content) for label, ending, content in files if answers]

    def _busy(self, busy: bool) -> Updates:
        return {self.ask: gr.Button(visible=not busy), self.stop: gr.Button(visible=busy)}

    def _ask(
        self, question: str, language: str, exchanges: list[Exchange], chosen: list[str], writing: Writing,
        aside: tuple[str, ...],
    ) -> Iterator[Updates]:  # fmt: skip
        """The question in the box makes room for the draft that was put aside for it."""
        taken: Updates = {self.question: aside[-1] if aside else "", self.aside: aside[:-1]}
        back: Updates = {self.question: question, self.aside: aside}
        yield from writing.until_stopped(self._answer(question, language, exchanges, chosen, taken, back, writing))

    def _ask_pressed(
        self, draft: str, language: str, exchanges: list[Exchange], chosen: list[str], writing: Writing, question: str
    ) -> Iterator[Updates]:
        """A question that was pressed leaves what stands in the box."""
        back: Updates = {} if draft.strip() else {self.question: question}
        yield from writing.until_stopped(self._answer(question, language, exchanges, chosen, {}, back, writing))

    def _answer(
        self, question: str, language: str, exchanges: list[Exchange], chosen: list[str], taken: Updates, back: Updates,
        writing: Writing,
    ) -> Generator[Updates, None, None]:  # fmt: skip
        """The answer as it grows. `taken` updates the box once the question is asked, `back` if it can't be."""
        before, asked = [_settled(item) for item in exchanges], question.strip()
        begun = Exchange(asked, chosen=tuple(chosen))
        history = [Turn(item.question, item.answer.answer) for item in before if item.answer]
        if asked:
            yield {
                **self.draw([*before, begun], language),
                **taken,
                self.spoken: language,
                **self._busy(True),
            }
        assistant = self.desk.assistant
        try:
            for item in _growing(begun, assistant.stream(asked, history, chosen or None), language):
                yield {**self._newest(_rated([*before, item], writing), language), self.alert: ""}
        except QuestionError as error:  # nothing was asked: the question goes back into its box
            yield {**self.draw(before, language), self.alert: alert(error.told(language)), **back}
            return
        if item.answer:
            told = {asked} | {earlier.question for earlier in before}
            told |= {earlier.answer.rewritten for earlier in before if earlier.answer}
            offered = {question for earlier in before for question in earlier.follow_ups}
            script = "zh-Hant" if language == "zh-Hant" and item.answer.language != "en" else ""
            onward = assistant.follow_ups(item.answer, told, offered, language=script)
            item = replace(item, follow_ups=tuple(onward))
            yield self._newest(_rated([*before, item], writing), language)

    def _suggested(self, event: gr.EventData) -> str:
        return event.question

    def _ready(self, exchanges: list[Exchange], language: str, spoken: str) -> Updates:
        """The next question can be asked; an answer is told in the language that was chosen while it was written."""
        changed = language != spoken and exchanges and exchanges[-1].state == "answered"
        newest = self._newest(exchanges, language)[self.live] if changed else gr.skip()
        return {self.live: newest, **self._busy(False)}

    def _stop(self, exchanges: list[Exchange], language: str) -> Updates:
        return self.draw([_settled(item) for item in exchanges], language)

    def _again(self, exchanges: list[Exchange], language: str) -> Updates:
        """The last question is asked once more."""
        return {**self.draw(exchanges[:-1], language), self.pressed: exchanges[-1].question if exchanges else ""}

    def _edit(self, exchanges: list[Exchange], language: str, draft: str, aside: tuple[str, ...]) -> Updates:
        """The last question returns to its box, to be changed; a draft there is put aside until it is asked."""
        if not exchanges:
            return {self.question: draft}
        kept = (*aside, draft) if draft.strip() else aside
        return {**self.draw(exchanges[:-1], language), self.question: exchanges[-1].question, self.aside: kept}

    def _clear(self, language: str) -> Updates:
        return {**self.draw([], language), self.alert: ""}

    def _rate(self, exchanges: list[Exchange], language: str, writing: Writing, event: gr.EventData) -> Updates:
        """Keep a thumb, or the remark that follows it; a thumb pressed again is taken back."""
        number, rating, remark = int(event.number), event.rating, event._data.get("remark")
        texts = TEXTS[language]
        if not self.desk.editable:
            return {self.alert: alert(texts.locked)}
        if not 1 <= number <= len(exchanges) or rating not in ("up", "down"):
            return self.draw(exchanges, language)
        item = exchanges[number - 1]
        kept: Rating = "" if remark is None and item.rating == rating else rating
        thumb: dict[str, Any] = {"rating": kept, "remarked": remark is not None}
        item = replace(item, **thumb)
        history = [earlier.question for earlier in exchanges[: number - 1] if earlier.answer]
        try:
            if item.answer:
                keep(self.desk.assistant.library.folder, item.answer, history, kept, str(remark or ""), item.chosen)
        except ChangjiError as error:
            return {self.alert: alert(texts.feedback_failed.format(reason=error.told(language)))}
        writing.rated[number] = thumb
        return self.draw([*exchanges[: number - 1], item, *exchanges[number:]], language)


def _settled(item: Exchange) -> Exchange:
    """An exchange that is no longer being answered."""
    return replace(item, state="stopped") if item.state == "asking" else item


def _rated(exchanges: list[Exchange], writing: Writing) -> list[Exchange]:
    """The exchanges with the thumbs that were pressed since the answer was begun."""
    return [replace(item, **writing.rated.get(n, {})) for n, item in enumerate(exchanges, 1)]


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
        yield replace(item, state="failed", error=error.told(language))
    except Exception:
        logging.getLogger(__name__).exception("The answer to a question failed")
        yield replace(item, state="failed", error=TEXTS[language].failed)


def _unrolled(item: Exchange, text: str) -> Iterator[Exchange]:
    """An answer that was ready at once, shown as it is read: it grows, but within half a second."""
    for step in range(1, _STEPS):
        yield replace(item, text=text[: len(text) * step // _STEPS])
        time.sleep(_REFRESH / 2)
