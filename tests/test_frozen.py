"""Servers that stand still with their connections open: they count as gone, unless they are only slow."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from servers import Chroma, Server, frozen
from sharing import QUESTION, another, at, change, environment, expected, in_small_lots, once_free, said, sound, texts

from ingest import liveness, vectorserver
from ingest.article import Article
from ingest.build import add_articles, ingest
from ingest.chromaclient import ServerClient
from ingest.errors import ServerError
from ingest.library import Library
from ingest.settings import Place
from rag.assistant import Assistant

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]


@pytest.fixture
def impatient(shared: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The place on both servers, which have a second for everything, or two where that is the least."""
    for module, limits in ((liveness, ("_SILENCE",)), (vectorserver, ("_SECONDS", "_SEARCHING", "_CONNECTING"))):
        for limit in limits:
            monkeypatch.setattr(module, limit, 1)
    return replace(shared, database=f"{shared.database}&connect_timeout=2")  # what the address says goes first


@contextmanager
def told(within: float) -> Iterator[None]:
    """A server counts as gone within so many seconds."""
    begun = time.monotonic()
    with pytest.raises(ServerError, match=r"can't be reached.*do the same again") as caught:
        yield
    assert time.monotonic() - begun < within and "heim" not in str(caught.value)


def test_a_frozen_server_isnt_waited_for_for_ever(
    impatient: Place, server: Server, articles: dict[str, Article]
) -> None:
    library = Library.create(impatient)
    add_articles(library, articles.values())
    assistant = Assistant(library)
    before = said(assistant.ask(QUESTION))
    with frozen(server):
        for _ in range(2):  # while it is connected, and when it would connect anew
            with told(within=6):
                assistant.ask(QUESTION)
    assert said(assistant.ask(QUESTION)) == before


def test_a_command_begun_while_a_server_is_frozen_says_so(
    shared: Place, server: Server, articles: dict[str, Article]
) -> None:
    def asked() -> tuple[float, subprocess.CompletedProcess[str]]:
        command = [sys.executable, "-m", "ui.cli", "ask", QUESTION, "--llm", "none", "--library", str(shared.folder)]
        begun = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=environment(shared), capture_output=True, text=True, timeout=120)
        return time.monotonic() - begun, done

    add_articles(Library.create(shared), articles.values())
    usual, done = asked()
    assert done.returncode == 0
    with frozen(server):
        seconds, done = asked()
    assert done.returncode == 2 and "can't be reached" in done.stderr and len(done.stderr.splitlines()) == 1
    assert seconds < 2 * usual + 12


def test_a_chroma_server_that_freezes_while_it_is_connected_to_isnt_waited_for(
    impatient: Place, chroma: Chroma, articles: dict[str, Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    library, other = Library.create(impatient), Library.create(another(impatient))
    add_articles(library, articles.values())
    with monkeypatch.context() as patch, ExitStack() as stack:
        validate = ServerClient._validate_tenant_database
        patch.setattr(
            ServerClient, "_validate_tenant_database",
            lambda self, **names: (stack.enter_context(frozen(chroma)), validate(self, **names)),
        )  # fmt: skip
        with told(within=6):
            Assistant(other).ask(QUESTION)
    assert "3.5万元" in Assistant(other).ask(QUESTION).answer


def test_an_answer_that_takes_its_time_is_waited_for(shared: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "_SILENCE", 0.2)
    database = Library.create(shared)._database
    assert len(database._all("SELECT pg_sleep(2)")) == 1


def test_an_ingest_that_meets_a_frozen_server_loses_nothing(
    impatient: Place, server: Server, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library.create(impatient)
    ingest(library, sources)
    change(sources)
    after = expected(sources, tmp_path)
    with monkeypatch.context() as patch, in_small_lots(library), ExitStack() as stack:
        at("before the vectors", lambda: stack.enter_context(frozen(server)), patch)
        with told(within=8):
            ingest(library, sources)
    once_free(lambda: ingest(library, sources))
    assert texts(library) == after and sound(library)
