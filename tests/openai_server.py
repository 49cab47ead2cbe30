"""A scripted server that speaks OpenAI's chat-completions protocol on loopback, streaming and failing as told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-secret-0123456789abcdef"


@dataclass(frozen=True)
class Reply:
    """What the server does with one request: by default it streams `text` and finishes properly."""

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    first_pause: float = 0.0  # seconds before the first chunk
    pause: float = 0.0  # seconds before every chunk
    cut_after: int | None = None  # chunks after which the connection breaks
    finishes: bool = True  # whether a finish_reason and [DONE] are sent
    reason: str = "stop"  # that finish_reason
    raw: bytes | None = None  # sent as the body instead, then the connection closes
    keep_alives: int = 0  # comment lines, one every 0.1 seconds, before the first chunk
    characters: int = 6  # per chunk


class OpenAIServer(ThreadingHTTPServer):
    """Takes replies from `script` in order, the last one again and again; `requests` holds what was asked."""

    daemon_threads = True

    def __init__(self, *script: Reply | Callable[[dict[str, Any]], Reply], key: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script, self.key = list(script), key
        self.requests: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """The base URL that clients are given."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def prompts(self) -> list[str]:
        """All messages of each request, joined."""
        return ["\n".join(m["content"] for m in request["messages"]) for request in self.requests]

    def next_reply(self, request: dict[str, Any]) -> Reply:
        """The reply that is due, and a note of what was asked."""
        self.requests.append(request)
        reply = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return reply(request) if callable(reply) else reply

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests."""


@contextmanager
def serving(*script: Reply | str | Callable[[dict[str, Any]], Reply], key: str = "") -> Iterator[OpenAIServer]:
    """A running server; plain strings are good answers. With `key`, other keys get 401."""
    replies = [Reply(item) if isinstance(item, str) else item for item in script]
    server = OpenAIServer(*replies, key=key)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: OpenAIServer

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/chat/completions":
            return self._error(404, "no such address")
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.server.key and given != self.server.key:
            return self._error(401, f"Incorrect API key provided: {given}")
        reply = self.server.next_reply(request)
        if reply.status != 200:
            return self._error(reply.status, f"scripted failure for key {given}", reply.headers)
        with suppress(BrokenPipeError, ConnectionResetError):
            self._stream(reply) if request.get("stream") else self._whole(reply)

    def _error(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        body = json.dumps({"error": {"message": message, "type": "scripted", "code": status}}).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _whole(self, reply: Reply) -> None:
        message = {"role": "assistant", "content": reply.text}
        body = json.dumps(
            {**_head("chat.completion"), "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
        )
        time.sleep(reply.first_pause)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def _stream(self, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        if reply.raw is not None:
            self._chunk(reply.raw)
            return self._chunk(b"")
        for _ in range(reply.keep_alives):
            self._chunk(b": keep-alive\n\n")
            time.sleep(0.1)
        time.sleep(reply.first_pause)
        pieces = [reply.text[i : i + reply.characters] for i in range(0, len(reply.text), reply.characters)]
        for number, piece in enumerate(pieces):
            if number == reply.cut_after:
                return  # without the last chunk: the client sees a broken connection
            time.sleep(reply.pause)
            self._event({"index": 0, "delta": {"content": piece}, "finish_reason": None})
        if reply.finishes:
            self._event({"index": 0, "delta": {}, "finish_reason": reply.reason})
            self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _event(self, choice: dict[str, Any]) -> None:
        event = {**_head("chat.completion.chunk"), "choices": [choice]}
        self._chunk(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode(errors="backslashreplace"))

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


def _head(kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-scripted", "object": kind, "created": 1734480000, "model": "scripted"}
