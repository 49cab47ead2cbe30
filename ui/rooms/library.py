"""The library room: articles are added, read, replaced, removed and put back; their dated events in order."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from ingest import uploads
from ingest.build import Report, ingest_address
from ingest.errors import ChangjiError
from ingest.read import printable, too_large
from rag.timeline import timeline
from ui.progress import followed
from ui.render import library as render
from ui.render.parts import alert, done, progress
from ui.rooms.desk import QUIET, Desk, Updates, html
from ui.rooms.pane import Pane
from ui.texts import TEXTS, Texts


class LibraryRoom:
    """What visitors do with the articles; the writing itself is done in `ingest`."""

    def __init__(self, desk: Desk, pane: Pane) -> None:
        self.desk, self.pane = desk, pane

    def lay_out(self) -> None:
        """Adding above, what was done below it, and then the articles or the timeline."""
        self.view, self.removed = gr.State("articles"), gr.State([])
        with gr.Column(elem_id="library", elem_classes=["sheet"]):
            self.head = html("library-head", upload=True)
            self.status = html("library-status", "report")
            self.body = html("library-body", upload=True)
        self.drawn = [self.view, self.head, self.body, self.status]
        self.outputs = [*self.drawn, self.removed]

    def connect(self) -> None:
        """Which event runs which handler."""
        state = [self.desk.language, self.view, self.desk.chosen]
        shown = [*self.outputs, *self.pane.outputs]
        alone: dict[str, Any] = {"concurrency_limit": 1, "concurrency_id": "writing"} | QUIET
        self.head.select(self._turn, state, self.drawn, **QUIET)
        self.head.upload(self._add, state, shown, **alone)
        self.head.submit(self._add_address, state, shown, **alone)
        self.head.apply(self._reindex, state, shown, **alone)
        self.body.upload(self._replace, state, shown, **alone)
        self.body.delete(self._delete, [*state, self.removed], shown, **alone)
        self.status.undo(self._undo, [*state, self.removed], shown, **alone)
        self.body.input(self._choose, [self.desk.language, self.desk.opened], self.pane.outputs, **QUIET)

    def draw(self, language: str, view: str, chosen: list[str]) -> Updates:
        """The room as it is now."""
        texts, library, editable = TEXTS[language], self.desk.assistant.library, self.desk.editable
        articles, counts = library.articles(), library.passage_counts()
        body = (
            render.timeline(timeline(articles), texts)
            if view == "timeline"
            else render.table(articles, counts, library.added(), chosen, editable, texts)
        )
        head = render.head(len(articles), sum(counts.values()), view, editable, texts)
        return {self.view: view, self.head: head, self.body: body}

    def enter(self, language: str, chosen: list[str], removed: list[uploads.Removed]) -> Updates:
        """The articles. What was done before isn't told again, save what can still be put back."""
        told = _gone(removed[-1], TEXTS[language]) if removed else ""
        return {**self.draw(language, "articles", chosen), self.status: told}

    def _turn(self, language: str, view: str, chosen: list[str], event: gr.EventData) -> Updates:
        return self.draw(language, "timeline" if event.view == "timeline" else "articles", chosen)

    def _choose(self, language: str, opened: Any, event: gr.EventData) -> Updates:
        return self.pane.draw(language, [str(article) for article in event.chosen], opened)

    # Changing the library

    def _after(self, language: str, view: str, chosen: list[str], status: str, **more: Any) -> Updates:
        """The room, and the shelf beside it, when the library has changed."""
        pane = self.pane.draw(language, chosen)
        return {**self.draw(language, view, pane[self.desk.chosen]), **pane, self.status: status, **more}

    def _add(self, language: str, view: str, chosen: list[str], event: gr.EventData) -> Iterator[Updates]:
        """Read uploaded files one by one, and show how far that has come; what can't be read is told at the end."""
        texts, files = TEXTS[language], uploaded(event)
        if not self.desk.editable:
            return
        if not files or len(files) > uploads.MOST:
            text = texts.not_uploaded if not files else texts.too_many.format(count=uploads.MOST)
            yield {self.status: alert(text)}
            return
        reports = []
        for number, (path, name) in enumerate(files):
            yield {
                self.status: progress(
                    texts.reading.format(done=number + 1, total=len(files), name=name), number, len(files)
                )
            }
            reports.append(self._read(path, name))
        reports += [Report(skipped=[(name, too_large(name))]) for name in unsent(event)]
        yield self._after(language, "articles", chosen, self._told(reports, texts))

    def _read(self, path: Path, name: str) -> Report:
        try:
            return uploads.add(self.desk.assistant.library, path, name)
        except ChangjiError as error:
            return Report(skipped=[(name, error)])
        finally:
            path.unlink(missing_ok=True)

    def _told(self, reports: list[Report], texts: Texts) -> str:
        titles = {id: self.desk.assistant.library.article(id).title for one in reports for id in one.cleaned}
        return render.report(reports, titles, texts)

    def _add_address(self, language: str, view: str, chosen: list[str], event: gr.EventData) -> Iterator[Updates]:
        texts = TEXTS[language]
        if not self.desk.editable:
            return
        yield {self.status: progress(texts.fetching, 0, 1)}
        try:
            report = ingest_address(self.desk.assistant.library, str(event.address))
            yield self._after(language, "articles", chosen, self._told([report], texts))
        except ChangjiError as error:
            yield {self.status: alert(error.told(language))}

    def _replace(self, language: str, view: str, chosen: list[str], event: gr.EventData) -> Updates:
        texts, files = TEXTS[language], uploaded(event)
        if not files or not self.desk.editable:
            return {self.status: alert(texts.not_uploaded) if not files else ""}
        path, name = files[0]
        try:
            report = uploads.replace(self.desk.assistant.library, str(event.article), path, name)
        except ChangjiError as error:
            return {self.status: alert(error.told(language))}
        finally:
            path.unlink(missing_ok=True)
        return self._after(language, view, chosen, self._told([report], texts))

    def _delete(
        self, language: str, view: str, chosen: list[str], removed: list[uploads.Removed], event: gr.EventData
    ) -> Updates:
        texts = TEXTS[language]
        if not self.desk.editable:
            return {self.status: ""}
        try:
            item = uploads.take_out(self.desk.assistant.library, str(event.article))
        except ChangjiError as error:
            return self._after(language, view, chosen, alert(error.told(language)))
        return {**self._after(language, view, chosen, _gone(item, texts)), self.removed: [*removed, item]}

    def _undo(self, language: str, view: str, chosen: list[str], removed: list[uploads.Removed]) -> Updates:
        """Put back what was deleted last; what was deleted before it can be put back next."""
        texts = TEXTS[language]
        if not removed or not self.desk.editable:
            return {self.status: ""}
        *earlier, item = removed
        try:
            uploads.put_back(self.desk.assistant.library, [item])
        except ChangjiError as error:
            return {self.status: alert(error.told(language))}
        more = render.removed(earlier[-1].article, "", texts) if earlier else ""
        told = done(texts.restored.format(title=item.article.title)) + more
        return {**self._after(language, view, chosen, told), self.removed: earlier}

    def _reindex(self, language: str, view: str, chosen: list[str]) -> Iterator[Updates]:
        texts, library = TEXTS[language], self.desk.assistant.library
        if not self.desk.editable:
            return

        def work(show: Any) -> None:
            with library.writing(embedded_anew=True):
                library.re_embed(library.manifest["embedder"], show)
                library.purge()

        try:
            for step, total in followed(work):
                yield {self.status: progress(texts.reindexing.format(done=step, total=total), step, total)}
            yield self._after(language, view, chosen, done(texts.reindexed))
        except ChangjiError as error:
            yield {self.status: alert(error.told(language))}


def _gone(item: uploads.Removed, texts: Texts) -> str:
    source = item.article.source if item.file is None and os.path.exists(item.article.source) else ""
    return render.removed(item.article, source, texts)


def uploaded(event: gr.EventData) -> list[tuple[Path, str]]:
    """The files of an upload and their names. A path that Gradio didn't write itself is no upload, whoever sends it."""
    folder, found = Path(get_upload_folder()).resolve(), []
    for file in event._data.get("files") or ():
        path = Path(str(file.get("path", ""))).resolve()
        if path.is_relative_to(folder) and path.is_file():
            found.append((path, str(file.get("name", ""))))
    return found


def unsent(event: gr.EventData) -> list[str]:
    """The names of files that were chosen along with those of an upload, but are too large to be sent."""
    return [printable(str(name)) for name in list(event._data.get("big") or ())[: uploads.MOST]]
