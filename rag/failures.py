"""What can go wrong with a language model, told in one sentence; and how long to wait for it."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from ingest.errors import LLMError

_TOO_BUSY = (429, 500, 502, 503, 504, 529)  # worth another attempt
_FIRST_WAIT = 0.5  # seconds before the second attempt, doubled each time
_LONGEST_WAIT = 20.0  # asked to wait longer, we say so instead
_END = object()


class Silence(Exception):
    """Nothing came for too long; `seconds` is how long was waited."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class CutOff(Exception):
    """The stream ended before the answer was whole: the model didn't say that it had finished, or was made to stop."""


def within(start: Callable[[], Iterator[Any]], deadline: float, silence: float) -> Iterator[Any]:
    """The items of a blocking iterator, run in a thread; Silence if none comes for `silence` seconds, or at `deadline`.

    A read timeout of the HTTP client is not enough: a server may send keep-alives for ever. Leaving the loop ends the
    thread at its next item.
    """
    items: queue.Queue[tuple[object, Any]] = queue.Queue(maxsize=64)
    left = threading.Event()

    def offer(kind: object, item: Any) -> None:
        while not left.is_set():
            with contextlib.suppress(queue.Full):
                items.put((kind, item), timeout=0.1)
                return

    def run() -> None:
        try:
            iterator = start()
            for item in iterator:
                offer(None, item)
                if left.is_set():
                    close = getattr(iterator, "close", None)
                    if close:
                        close()
                    return
            offer(_END, None)
        except BaseException as error:
            offer(_END, error)

    threading.Thread(target=run, name="language-model", daemon=True).start()
    began = time.monotonic()
    try:
        while True:
            patience = min(silence, deadline - time.monotonic())
            try:
                kind, item = items.get(timeout=max(patience, 0.001))
            except queue.Empty:
                raise Silence(time.monotonic() - began) from None
            if kind is not _END:
                yield item
            elif item is None:
                return
            else:
                raise item
    finally:
        left.set()


def wait_before_retry(error: Exception, attempt: int) -> float | None:
    """Seconds to wait before the next attempt, as Retry-After says where it is sent; None if trying again is no use."""
    status = _status(error)
    wait = _retry_after(error) or _FIRST_WAIT * 2**attempt
    unreachable = status is None and _is_connection(error) and not _is_timeout(error)
    return wait if (status in _TOO_BUSY or unreachable) and wait <= _LONGEST_WAIT else None


def emptied(model: str) -> LLMError:
    """The error for an answer without a word."""
    return LLMError("The language model {name} gave an empty answer; ask again, or choose another model.", name=model)


def explained(error: Exception, server: str, model: str) -> LLMError:
    """The LLMError for whatever a model raised. Nothing the server wrote is repeated: it may quote the key."""
    status, where = _status(error), server or model
    if isinstance(error, LLMError):
        return error
    if status is not None:
        return _refused(error, status, where, model)
    if isinstance(error, Silence):
        return LLMError(
            "The language model at {where} didn't finish within {seconds:.0f} s; ask again, choose a faster model, or "
            "raise CHANGJI_LLM_TIMEOUT.",
            where=where,
            seconds=max(error.seconds, 1),
        )
    if _is_timeout(error):
        return LLMError(
            "The language model at {where} didn't finish in time; ask again, choose a faster model, or raise "
            "CHANGJI_LLM_TIMEOUT.",
            where=where,
        )
    if isinstance(error, CutOff) or _is_broken_stream(error):
        return LLMError(
            "The language model at {where} stopped in the middle of its answer; ask again, and look at the server's "
            "log if it stays so.",
            where=where,
        )
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return LLMError(
            "The language model at {where} sent what can't be read; check that CHANGJI_LLM_BASE_URL is an "
            "OpenAI-compatible server.",
            where=where,
        )
    if _is_connection(error):
        return LLMError(
            "The language model at {where} can't be reached; start it, or check CHANGJI_LLM_BASE_URL.", where=where
        )
    return _failed(where, type(error).__name__)


def _refused(error: Exception, status: int, where: str, model: str) -> LLMError:
    """What a server means that answers with a status other than success."""
    wait = _retry_after(error)
    if status in (401, 403):
        return LLMError(
            "The language model at {where} refused the key ({status}); set CHANGJI_LLM_API_KEY to a valid one.",
            where=where,
            status=status,
        )
    if status in (404, 405):
        return LLMError(
            "The language model at {where} doesn't know this address or the model {model} ({status}); check "
            "CHANGJI_LLM_MODEL, and CHANGJI_LLM_BASE_URL, which usually ends in /v1.",
            where=where,
            model=model,
            status=status,
        )
    if status == 429 and wait:
        return LLMError(
            "The language model at {where} has too many requests or no credit left (429) and asks to wait {wait:.0f} "
            "seconds; ask again later.",
            where=where,
            wait=wait,
        )
    if status == 429:
        return LLMError(
            "The language model at {where} has too many requests or no credit left (429); ask again later.", where=where
        )
    if status < 500:
        return LLMError(
            "The language model at {where} rejected the request ({status}); check CHANGJI_LLM_MODEL, and if its "
            "context is small, set CHANGJI_LLM_CONTEXT to its size in tokens.",
            where=where,
            status=status,
        )
    return _failed(where, status)


def _failed(where: str, reason: object) -> LLMError:
    return LLMError(
        "The language model at {where} failed ({reason}); ask again, and look at its log if it stays so.",
        where=where,
        reason=reason,
    )


def _status(error: Exception) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def _retry_after(error: Exception) -> float | None:
    """Seconds in the Retry-After header; a date there is not worth parsing."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        return max(float(headers.get("retry-after", "")), 0.0) or None
    except ValueError:
        return None


def _names(error: Exception) -> set[str]:
    return {kind.__name__ for kind in type(error).__mro__}


def _is_timeout(error: Exception) -> bool:
    return bool(_names(error) & {"APITimeoutError", "TimeoutException", "TimeoutError"})


def _is_broken_stream(error: Exception) -> bool:
    return bool(_names(error) & {"RemoteProtocolError", "ReadError"}) or type(error).__name__ == "APIError"


def _is_connection(error: Exception) -> bool:
    return bool(_names(error) & {"APIConnectionError", "TransportError", "ConnectionError"})
