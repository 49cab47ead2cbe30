"""Work that reports how far it has come, followed from a generator."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from queue import Queue
from typing import Any

Step = tuple[int, int]  # done, total


def followed(work: Callable[[Callable[[int, int], None]], Any]) -> Generator[Step, None, Any]:
    """Run `work(progress)` in a thread; yields each (done, total), and returns or raises what the work does."""
    steps: Queue[Step | None] = Queue()
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.extend((work(lambda done, total: steps.put((done, total))), None))
        except BaseException as error:
            outcome.extend((None, error))
        finally:
            steps.put(None)

    threading.Thread(target=run, daemon=True).start()
    while (step := steps.get()) is not None:
        yield step
    result, error = outcome
    if error is not None:
        raise error
    return result
