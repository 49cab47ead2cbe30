"""An answer that is being written stops when it is told to, whatever its source is busy with."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from ui.writing import Writing


def test_all_pieces_come_and_errors_go_on() -> None:
    writing = Writing()
    assert list(writing.until_stopped(iter_to(3))) == [1, 2, 3] and not writing.live
    with pytest.raises(ZeroDivisionError):
        list(writing.until_stopped(1 // n for n in (1, 0)))
    assert not writing.live
    writing.stop()
    assert list(writing.until_stopped(iter_to(2))) == [1, 2], "an earlier stop is over"


def test_a_stuck_source_is_left_at_once_and_closed_when_it_lets_go() -> None:
    freed, closed, writing, read = threading.Event(), threading.Event(), Writing(), []

    def stuck() -> Iterator[int]:
        try:
            yield 1
            freed.wait(30)
            yield 2
        finally:
            closed.set()

    reader = threading.Thread(target=lambda: read.extend(writing.until_stopped(stuck())))
    reader.start()
    while not writing.live:
        time.sleep(0.01)
    time.sleep(0.2)
    began = time.monotonic()
    writing.stop()
    reader.join(5)
    assert read == [1] and time.monotonic() - began < 3 and not closed.is_set()
    freed.set()
    assert closed.wait(5)


def iter_to(last: int) -> Iterator[int]:
    yield from range(1, last + 1)
