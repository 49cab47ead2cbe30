"""The evaluation room: a question set is run with progress, and its results stand beside the run before."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
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
_LEAVING = 3.0  # seconds; a run whose page was closed or loaded anew goes on until its question is answered


@dataclass
class Asking(Writing):
    """A run of a question set, and the language that it tells its progress in."""

    name: str = _SETS[0]
    language: str = "zh"


class EvaluationRoom:
    """What visitors see of a run; `eval` asks and scores."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._alone = desk, threading.Lock()

    def lay_out(self) -> None:
        """The choice of a set above, progress below it, then the results."""
        self.show, self.asking = gr.State("missed"), gr.State(Asking())
        with gr.Column(elem_id="evaluation", elem_classes=["sheet"]):
            self.head, self.status, self.body = (html(f"evaluation-{part}") for part in ("head", "status", "body"))
        self.outputs = [self.show, self.head, self.status, self.body]

    def connect(self) -> None:
        """Which event runs which handler."""
        state = [self.desk.language, self.show, self.asking]
        ran = self.head.submit(self._run, state, self.outputs, **QUIET)
        ran.then(self._now, state, self.outputs, **QUIET)  # only now: Gradio drops a run that is asked for before
        self.head.stop(Writing.stop, self.asking, None, **QUIET)
        self.body.select(self._turn, state, self.outputs, **QUIET)

    def draw(self, language: str, asking: Asking) -> Updates:
        """The room as it is when it is entered; a run that goes on is left as it is, but for its language."""
        asking.language = language
        if asking.live:
            return self._now(language, "missed", asking)
        asking.name = _SETS[0]
        return {self.status: "", **self._now(language, "missed", asking)}

    def _now(self, language: str, show: str, asking: Asking) -> Updates:
        latest, previous = kept_runs(self.desk.assistant.library.folder, asking.name)
        texts, editable = TEXTS[language], self.desk.editable
        return {
            self.show: show,
            self.head: render.head(asking.name, asking.live, editable, texts),
            self.body: render.results(latest, previous, show, texts),
        }

    def _turn(self, language: str, show: str, asking: Asking, event: gr.EventData) -> Updates:
        return self._now(language, str(event.show), asking)

    def _run(self, language: str, show: str, asking: Asking, event: gr.EventData) -> Iterator[Updates]:
        """One run at a time, whoever starts it; what was asked until it is stopped is forgotten."""
        if not self.desk.editable:
            return
        if not self._alone.acquire(timeout=_LEAVING):
            yield {self.status: alert(TEXTS[language].runs_elsewhere)}
            return
        asking.name, asking.language = event.set if event.set in _SETS else _SETS[0], language
        try:
            yield from asking.until_stopped(self._asked(show, asking))
            if asking.stopped:
                yield {self.status: ""}
        finally:
            self._alone.release()

    def _asked(self, show: str, asking: Asking) -> Generator[Updates, None, None]:
        """Ask every question of the set, and keep the results; tells how far that has come."""
        assistant = self.desk.assistant
        yield {self.status: "", **self._now(asking.language, show, asking)}
        try:
            cases = _cases(asking.name, assistant.library.folder)
            for grown in _seen(running(cases, assistant), len(cases)):
                done, total = len(grown.results), len(cases)
                told = TEXTS[asking.language].running.format(done=done, total=total)
                yield {self.status: progress(told, done, total)}
            keep_run(assistant.library.folder, asking.name, to_json(grown))
            yield {self.status: "", self.show: "missed"}
        except ChangjiError as error:
            yield {self.status: alert(error.told(asking.language))}
        except Exception:
            logging.getLogger(__name__).exception("An evaluation failed")
            yield {self.status: alert(TEXTS[asking.language].failed)}


def _cases(name: str, folder: Path) -> list[Case]:
    return load_feedback(folder) if name == "feedback" else load_cases()


def _seen(runs: Iterable[Run], total: int) -> Iterator[Run]:
    """The run as it grows, no oftener than the eye sees, and at last the whole of it."""
    drawn = 0.0
    for grown in runs:
        if len(grown.results) == total or time.monotonic() - drawn > _REFRESH:
            yield grown
            drawn = time.monotonic()
