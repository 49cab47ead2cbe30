"""One file becomes one article: read, described, cleaned. Files that could take long are read apart, under limits."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import queue
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from ingest.article import Article
from ingest.clean import CLEANER, Removal, clean
from ingest.errors import ReadError
from ingest.metadata import describe
from ingest.read import MAX_BYTES, Document, printable, read, too_large
from ingest.split import SPLITTER
from ingest.text import language

MAX_TEXT = 4_000_000  # characters of an article: more than the longest novels
TIMEOUT = 60.0  # seconds for a file that is read apart
MEMORY = 2 << 30  # bytes for the process that reads it
_AT_ONCE = 1 << 18  # bytes of text that need no limits: a tenth of a second at most
_COMPLEX = (".pdf", ".docx")

Read = tuple[Article, tuple[Removal, ...]]


def read_article(path: Path) -> Read:
    """The article in a file, by the stem of its name, and what cleaning removed; ReadError where there is none."""
    return article_of(read(path), path)


def article_of(document: Document, path: Path) -> Read:
    """The article that was read from a path."""
    if len(document.text) > MAX_TEXT:
        raise ReadError(
            "{name} holds more than {most:,} characters; split it into smaller files.",
            name=printable(path.name),
            most=MAX_TEXT,
        )
    about, body = describe(document, path)
    cleaned = clean(body)
    if not cleaned.text.strip():
        raise ReadError(
            "{name} holds no text; if it is a scan, run text recognition on it first.", name=printable(path.name)
        )
    article = Article(
        id=path.stem, text=cleaned.text, title=about.title, publisher=about.publisher, author=about.author,
        date=about.date, url=about.url, language=about.language or language(cleaned.text), tags=about.tags,
        hash=digest_of(document.hash), headings=cleaned.headings,
    )  # fmt: skip
    return article, (*about.removed, *cleaned.removed)


def digest(path: Path) -> str:
    """What an article's `hash` is when it is read from the file as it is now; ReadError where that is too large."""
    if path.stat().st_size > MAX_BYTES:
        raise too_large(printable(path.name))
    content = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            content.update(block)
    return digest_of(content.hexdigest())


def digest_of(content: str) -> str:
    """Of a file's bytes and of what is made of them: a file is read again when cleaning or cutting has changed."""
    return hashlib.sha256(f"{CLEANER}\0{SPLITTER}\0{content}".encode()).hexdigest()


class Reader:
    """Reads files, those that could take long in a process of its own, which is started for the first of them.

    A file that takes more than TIMEOUT seconds or MEMORY bytes there, or breaks the process, is a ReadError.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()

    def read(self, path: Path) -> Read:
        """The article in a file; see `read_article`."""
        if path.suffix.lower() not in _COMPLEX and path.stat().st_size <= _AT_ONCE:
            return read_article(path)
        if self._process is None:
            self._start()
        answer = self._ask(path)
        if "error" in answer:
            raise ReadError(answer["error"], **answer["fields"])
        return _article(answer["article"]), tuple(Removal(**removal) for removal in answer["removed"])

    def _start(self) -> None:
        house = str(Path(__file__).parents[1])
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from ingest.reading import serve; serve({MEMORY})"], text=True, encoding="ascii",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (house, os.environ.get("PYTHONPATH"))))},
        )  # fmt: skip
        self._answers = queue.Queue()
        threading.Thread(target=_collect, args=(self._process.stdout, self._answers), daemon=True).start()

    def _ask(self, path: Path) -> dict[str, Any]:
        process = self._process
        assert process is not None and process.stdin is not None
        try:
            process.stdin.write(json.dumps(str(path.absolute())) + "\n")
            process.stdin.flush()
            line = self._answers.get(timeout=TIMEOUT)
        except queue.Empty:
            self.close()
            raise ReadError(
                "{name} takes over {seconds:g} seconds; simplify or split it.",
                name=printable(path.name),
                seconds=TIMEOUT,
            ) from None
        except OSError:
            line = ""
        if not line:
            self.close()
            raise ReadError(
                "{name} breaks what reads it, or takes too much memory; save it as text.", name=printable(path.name)
            )
        return json.loads(line)

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            with contextlib.suppress(OSError):
                self._process.communicate()
            self._process = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _collect(lines: IO[str], answers: queue.Queue[str]) -> None:
    with contextlib.suppress(ValueError, OSError):  # closed
        for line in lines:
            answers.put(line)
    answers.put("")


def _article(fields: dict[str, Any]) -> Article:
    headings = tuple((start, end) for start, end in fields["headings"])
    return Article(**{**fields, "tags": tuple(fields["tags"]), "headings": headings})


def serve(memory: int) -> None:
    """Read the files whose paths come as lines on standard input, within so many bytes; an answer is a line of JSON."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # what a library prints is no answer
    with contextlib.suppress(ImportError, ValueError, OSError):  # where the system knows no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    for line in sys.stdin:
        answers.write(json.dumps(_answer(Path(json.loads(line)))) + "\n")
        answers.flush()


def _answer(path: Path) -> dict[str, Any]:
    try:
        article, removed = read_article(path)
    except (ReadError, MemoryError, OSError) as error:
        told = _told(error, printable(path.name))
        return {"error": told.message, "fields": told.fields}
    return {"article": asdict(article), "removed": [asdict(removal) for removal in removed]}


def _told(error: ReadError | MemoryError | OSError, name: str) -> ReadError:
    if isinstance(error, ReadError):
        return error
    if isinstance(error, MemoryError):
        return ReadError("{name} needs too much memory to read; simplify or split it.", name=name)
    return ReadError("{name} can't be read ({reason}).", name=name, reason=error.strerror or str(error))
