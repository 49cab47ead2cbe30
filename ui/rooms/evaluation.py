"""The evaluation room: a question set is run with progress, and its results stand beside the run before."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from eval.cases import Case, load_cases
from eval.feedback import load_feedback
from eval.history import keep_run, kept_runs
from eval.run import Run, run
from eval.summary import to_json
from ingest.errors import ChangjiError
from rag.assistant import Assistant
from ui.render import evaluation as render
from ui.render.parts import alert, progress
from ui.rooms.desk import QUIET, Desk, Updates, html
from ui.texts import TEXTS

_SETS = ("bundled", "feedback")
_REFRESH = 0.2  # seconds between two redraws of the progress


class EvaluationRoom:
    """What visitors see of a run; `eval` asks and scores."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def lay_out(self) -> None:
        """The choice of a set above, progress below it, then the results."""
        self.set, self.show = gr.State(_SETS[0]), gr.State("missed")
        with gr.Column(elem_id="evaluation", elem_classes=["sheet"]):
            self.head, self.status, self.body = (html(f"evaluation-{part}") for part in ("head", "status", "body"))
        self.outputs = [self.set, self.show, self.head, self.status, self.body]

    def connect(self) -> None:
        """Which event runs which handler; one run at a time, whoever starts it."""
        state = [self.desk.language, self.set, self.show]
        alone: dict[str, Any] = {"concurrency_limit": 1, "concurrency_id": "evaluation"} | QUIET
        running = self.head.submit(self._run, state, self.outputs, **alone)
        stopped = self.head.stop(None, cancels=[running], **QUIET)
        stopped.then(self.draw, state, self.outputs, **QUIET)
        self.body.select(self._turn, state, self.outputs, **QUIET)

    def draw(self, language: str, name: str, show: str, status: str = "") -> Updates:
        """The room as it is now."""
        texts, folder = TEXTS[language], self.desk.assistant.library.folder
        latest, previous = kept_runs(folder, name)
        return {
            self.set: name,
            self.show: show,
            self.head: render.head(name, False, self.desk.editable, texts),
            self.status: status,
            self.body: render.results(latest, previous, show, texts),
        }

    def _turn(self, language: str, name: str, show: str, event: gr.EventData) -> Updates:
        return self.draw(language, name, str(event.show))

    def _run(self, language: str, name: str, show: str, event: gr.EventData) -> Iterator[Updates]:
        """Ask every question of the set, and keep the results; what was asked until it is stopped is forgotten."""
        texts, assistant = TEXTS[language], self.desk.assistant
        name = event.set if event.set in _SETS else _SETS[0]
        if not self.desk.editable:
            return
        yield {**self.draw(language, name, show), self.head: render.head(name, True, True, texts)}
        try:
            cases = _cases(name, assistant.library.folder)
            for finished in _growing(cases, assistant):
                done, total = len(finished.results), len(cases)
                yield {self.status: progress(texts.running.format(done=done, total=total), done, total)}
            keep_run(assistant.library.folder, name, to_json(finished))
            yield self.draw(language, name, "missed")
        except ChangjiError as error:
            yield self.draw(language, name, show, alert(error.told(language)))
        except Exception:
            logging.getLogger(__name__).exception("An evaluation failed")
            yield self.draw(language, name, show, alert(texts.failed))


def _cases(name: str, folder: Path) -> list[Case]:
    return load_feedback(folder) if name == "feedback" else load_cases()


def _growing(cases: Sequence[Case], assistant: Assistant) -> Iterator[Run]:
    """The run as it grows, no oftener than the eye sees, and at last the whole of it; `cases` aren't empty."""
    results, absent, began, drawn = [], set(), time.monotonic(), 0.0
    for case in cases:
        one = run([case], assistant, progress=False)
        results += one.results
        absent |= set(one.about.get("absent_articles", ()))
        if len(results) == len(cases) or time.monotonic() - drawn > _REFRESH:
            seconds = round(time.monotonic() - began, 1)
            yield Run(tuple(results), {**one.about, "seconds": seconds, "absent_articles": sorted(absent)})
            drawn = time.monotonic()
