"""The evaluation room: a question set is run with progress, and its results stand beside the run before."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path

import gradio as gr

from eval.cases import Case, load_cases
from eval.feedback import load_feedback
from eval.history import keep_run, kept_runs
from eval.run import Run, running
from eval.summary import to_json
from ingest.errors import ChangjiError
from ui.render import evaluation as render
from ui.render.parts import alert, progress
from ui.rooms.desk import QUIET, Desk, Updates, html
from ui.texts import TEXTS
from ui.writing import Writing

_SETS = ("bundled", "feedback")
_REFRESH = 0.2  # seconds between two redraws of the progress


class EvaluationRoom:
    """What visitors see of a run; `eval` asks and scores."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._alone = desk, threading.Lock()

    def lay_out(self) -> None:
        """The choice of a set above, progress below it, then the results."""
        self.set, self.show, self.asking = gr.State(_SETS[0]), gr.State("missed"), gr.State(Writing())
        with gr.Column(elem_id="evaluation", elem_classes=["sheet"]):
            self.head, self.status, self.body = (html(f"evaluation-{part}") for part in ("head", "status", "body"))
        self.outputs = [self.set, self.show, self.head, self.status, self.body]

    def connect(self) -> None:
        """Which event runs which handler."""
        state = [self.desk.language, self.set, self.show]
        ran = self.head.submit(self._run, [*state, self.asking], self.outputs, **QUIET)
        ran.then(self._ready, state[:2], self.head, **QUIET)  # only now: Gradio drops a run that is asked for before
        self.head.stop(Writing.stop, self.asking, None, **QUIET)
        self.body.select(self._turn, state, self.outputs, **QUIET)

    def draw(self, language: str, asking: Writing) -> Updates:
        """The room as it is when it is entered, or as it was left while a run goes on."""
        if asking.live:
            return {}
        name = _SETS[0]
        return {
            self.set: name, self.status: "", **self._ready(language, name), **self._results(language, name, "missed")
        }  # fmt: skip

    def _ready(self, language: str, name: str, busy: bool = False) -> Updates:
        return {self.head: render.head(name, busy, self.desk.editable, TEXTS[language])}

    def _results(self, language: str, name: str, show: str) -> Updates:
        latest, previous = kept_runs(self.desk.assistant.library.folder, name)
        return {self.show: show, self.body: render.results(latest, previous, show, TEXTS[language])}

    def _turn(self, language: str, name: str, show: str, event: gr.EventData) -> Updates:
        return self._results(language, name, str(event.show))

    def _run(self, language: str, name: str, show: str, asking: Writing, event: gr.EventData) -> Iterator[Updates]:
        """One run at a time, whoever starts it; what was asked until it is stopped is forgotten."""
        if not self.desk.editable:
            return
        if not self._alone.acquire(blocking=False):
            yield {self.status: alert(TEXTS[language].runs_elsewhere)}
            return
        try:
            yield from asking.until_stopped(self._asked(language, event.set if event.set in _SETS else _SETS[0], show))
            if asking.stopped:
                yield {self.status: ""}
        finally:
            self._alone.release()

    def _asked(self, language: str, name: str, show: str) -> Generator[Updates, None, None]:
        """Ask every question of the set, and keep the results: how far that has come, and at last the results."""
        texts, assistant = TEXTS[language], self.desk.assistant
        yield {
            self.set: name,
            self.status: "",
            **self._ready(language, name, True),
            **self._results(language, name, show),
        }
        try:
            cases = _cases(name, assistant.library.folder)
            for grown in _seen(running(cases, assistant), len(cases)):
                done, total = len(grown.results), len(cases)
                yield {self.status: progress(texts.running.format(done=done, total=total), done, total)}
            keep_run(assistant.library.folder, name, to_json(grown))
            yield {self.status: "", **self._results(language, name, "missed")}
        except ChangjiError as error:
            yield {self.status: alert(error.told(language))}
        except Exception:
            logging.getLogger(__name__).exception("An evaluation failed")
            yield {self.status: alert(texts.failed)}


def _cases(name: str, folder: Path) -> list[Case]:
    return load_feedback(folder) if name == "feedback" else load_cases()


def _seen(runs: Iterable[Run], total: int) -> Iterator[Run]:
    """The run as it grows, no oftener than the eye sees, and at last the whole of it."""
    drawn = 0.0
    for grown in runs:
        if len(grown.results) == total or time.monotonic() - drawn > _REFRESH:
            yield grown
            drawn = time.monotonic()
