"""The page as the people who use it meet it: how soon it answers after starting, and how it bears many at once."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from eval.bench.isolated import start
from eval.metrics import percentile

# What `changji chat` imports of other projects before it serves and answers.
IMPORTS = "import gradio, chromadb, tantivy, tokenizers, safetensors.numpy, rjieba, opencc"
_POLL = 0.02  # seconds


@contextmanager
def served(library: Path) -> Iterator[tuple[str, float]]:
    """The page's address, and the seconds from starting `changji chat` until its first request was answered."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address, began = f"http://127.0.0.1:{port}", time.perf_counter()
    process = start("-m", "ui.cli", "chat", "--library", str(library), "--port", str(port), "--llm", "none")
    try:
        _wait(address, process)
        yield address, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=30):
                return
        except OSError:
            time.sleep(_POLL)
    raise RuntimeError("`changji chat` ended before it served a page.")


def ask(address: str, question: str) -> None:
    """Ask through the page's API, and wait for the answer."""
    body = json.dumps({"data": [question, [], None]}).encode()
    request = urllib.request.Request(
        f"{address}/gradio_api/call/ask", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=300) as reply:
        event = json.load(reply)["event_id"]
    with urllib.request.urlopen(f"{address}/gradio_api/call/ask/{event}", timeout=300) as stream:
        told = stream.read().decode()
    if "event: complete" not in told:
        raise RuntimeError(f"The page didn't answer {question!r}: {told[:200]}")


def at_once(address: str, people: int, questions: Sequence[str]) -> dict[str, float]:
    """So many people, each asking the next question as soon as the last one is answered."""
    waiting, latencies = list(reversed(questions)), []

    def person() -> None:
        while waiting:
            try:
                question = waiting.pop()
            except IndexError:
                return
            began = time.perf_counter()
            ask(address, question)
            latencies.append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=person) for _ in range(people)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if len(latencies) < len(questions):
        raise RuntimeError(f"{len(questions) - len(latencies)} of {len(questions)} questions weren't answered.")
    return {
        "answers_per_second": len(questions) / seconds,
        "p50_ms": percentile(latencies, 50), "p95_ms": percentile(latencies, 95),
    }  # fmt: skip
