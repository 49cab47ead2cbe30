"""An answer in the making, which can be stopped at any time."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, TypeVar

_LOOK = 0.05  # seconds between two looks at whether to stop
_PATIENCE = 5.0  # seconds; what still goes on after them has lost whoever was reading it

Piece = TypeVar("Piece")


@dataclass
class Writing:
    """Whether an answer is being written for a visitor, whether that is to stop, and what they rated meanwhile."""

    live: bool = False
    stopped: bool = False
    rated: dict[int, Mapping[str, Any]] = field(default_factory=dict)  # an exchange's number → what that changed of it

    def until_stopped(self, pieces: Generator[Piece, None, None]) -> Iterator[Piece]:
        """The pieces as they come, until `stop`, even while the next is long in coming; none of them may be None.

        The generator is closed, if need be after the piece that it is busy with: nobody waits for that.
        """
        self.live, self.stopped = True, False
        self.rated.clear()
        thread = ThreadPoolExecutor(1)
        try:
            while not self.stopped:
                upcoming = thread.submit(next, pieces, None)
                while not self.stopped and not wait([upcoming], _LOOK).done:
                    pass
                if self.stopped or (piece := upcoming.result()) is None:
                    break
                yield piece
        finally:
            thread.submit(pieces.close)
            thread.shutdown(wait=False)
            self.live = False

    def stop(self) -> None:
        """Stop writing; returns when the last piece has been handed over."""
        self.stopped = True
        patience = time.monotonic() + _PATIENCE
        while self.live and time.monotonic() < patience:
            time.sleep(_LOOK / 5)
