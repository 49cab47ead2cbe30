"""Servers that stand still with their connections open: they count as gone, unless they are only slow."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from servers import Chroma, Postgres, Server, frozen
from sharing import QUESTION, at, change, expected, in_small_lots, once_free, said, sound, texts

from ingest import liveness, vectorserver
from ingest.article import Article
from ingest.build import add_articles, ingest
from ingest.errors import ServerError
from ingest.library import Library
from ingest.settings import Place
from rag.assistant import Assistant

pytestmark = pytest.mark.slow


def test_a_frozen_chroma_server_isnt_waited_for_for_ever(
    shared: Place, chroma: Chroma, articles: dict[str, Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectorserver, "_SEARCHING", 0.5)
    monkeypatch.setattr(vectorserver, "_HEARTBEAT", 0.5)
    library = Library.create(shared)
    add_articles(library, articles.values())
    assistant = Assistant(library)
    before = said(assistant.ask(QUESTION))
    with frozen(chroma):
        for _ in range(2):  # while it is connected, and when it would connect anew
            begun = time.monotonic()
            with pytest.raises(ServerError, match="CHANGJI_CHROMA"):
                assistant.ask(QUESTION)
            assert time.monotonic() - begun < 10
    assert said(assistant.ask(QUESTION)) == before


def test_a_frozen_postgresql_server_isnt_waited_for_for_ever(
    shared: Place, postgres: Postgres, articles: dict[str, Article]
) -> None:
    library = Library.create(shared)
    add_articles(library, articles.values())
    assistant = Assistant(library)
    before = said(assistant.ask(QUESTION))
    with frozen(postgres):
        for _ in range(2):  # while it is connected, and when it would connect anew
            begun = time.monotonic()
            with pytest.raises(ServerError, match=r"can't be reached.*CHANGJI_DATABASE") as caught:
                assistant.ask(QUESTION)
            assert time.monotonic() - begun < 15 and "heim" not in str(caught.value)
    assert said(assistant.ask(QUESTION)) == before


def test_an_answer_that_takes_its_time_is_waited_for(shared: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "_SILENCE", 0.2)
    database = Library.create(shared)._database
    assert len(database._all("SELECT pg_sleep(2)")) == 1


def test_an_ingest_that_meets_a_frozen_server_loses_nothing(
    shared: Place, server: Server, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, limit in ((liveness, "_SILENCE"), (vectorserver, "_SECONDS"), (vectorserver, "_HEARTBEAT")):
        monkeypatch.setattr(module, limit, 1)
    place = replace(shared, database=f"{shared.database}&connect_timeout=2")  # what the address says goes first
    library = Library.create(place)
    ingest(library, sources)
    change(sources)
    after = expected(sources, tmp_path)
    with monkeypatch.context() as patch, in_small_lots(library), ExitStack() as stack:
        at("before the vectors", lambda: stack.enter_context(frozen(server)), patch)
        begun = time.monotonic()
        with pytest.raises(ServerError, match="do the same again"):
            ingest(library, sources)
        assert time.monotonic() - begun < 8
    once_free(lambda: ingest(library, sources))
    assert texts(library) == after and sound(library)
