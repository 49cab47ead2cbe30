"""A PostgreSQL whose tables or rows somebody else's transaction holds: it is waited for, but not for ever."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sharing import MOMENTS, QUESTION, another, at, change, expected, in_small_lots, said, sound, texts

from ingest.article import Article
from ingest.build import add_articles, ingest
from ingest.errors import LibraryError, ServerError
from ingest.library import Library
from ingest.postgres import _LOCK
from ingest.settings import Place
from rag.assistant import Assistant
from ui.cli import main

pytestmark = pytest.mark.slow
SEED = str(Path(__file__).parents[1] / "seeds/cameron-budget.md")
TABLES = "LOCK TABLE article, passage, manifest, change IN ACCESS EXCLUSIVE MODE"
ROWS = "SELECT * FROM manifest FOR UPDATE"
WRITER = f"SELECT pg_advisory_xact_lock{_LOCK}"


@contextmanager
def held(place: Place, sql: str) -> Iterator[None]:
    """Somebody else's transaction, which has done one thing and doesn't end."""
    with psycopg.connect(place.database) as connection:
        connection.execute(sql)
        yield
        connection.rollback()


def impatient(place: Place) -> Place:
    """The same place; what the address says of locks goes first."""
    return replace(place, database=f"{place.database}%20-clock_timeout%3D500")


def test_the_command_says_in_one_line_that_the_database_is_locked(
    shared: Place, articles: dict[str, Article], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add_articles(Library.create(shared), articles.values())
    monkeypatch.setenv("CHANGJI_DATABASE", shared.database)
    monkeypatch.setenv("CHANGJI_CHROMA", shared.chroma)
    commands = [
        [*command, "--library", str(shared.folder)]
        for command in (["ask", QUESTION, "--llm", "none"], ["ingest", SEED], ["remove", "kling"])
    ]
    with held(shared, TABLES):
        for command in commands:
            begun = time.monotonic()
            assert main(command) == 2 and time.monotonic() - begun < 12
            line = capsys.readouterr().err.splitlines()[-1]
            assert line.startswith("changji: The database") and "wait until it has ended" in line and "heim" not in line
    assert [main(command) for command in commands] == [0, 0, 0]
    library = Library(shared)
    assert set(texts(library)) == {*articles, "cameron-budget"} - {"kling"} and sound(library)


@pytest.mark.parametrize("lock", [TABLES, ROWS], ids=["tables", "rows"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_an_ingest_that_meets_a_lock_loses_nothing(
    shared: Place, moment: str, lock: str, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, reader = Library.create(impatient(shared)), Library.create(another(impatient(shared)))
    ingest(library, sources)
    before = texts(library)
    change(sources)
    after = expected(sources, tmp_path)
    with monkeypatch.context() as patch, in_small_lots(library), ExitStack() as stack:
        at(moment, lambda: stack.enter_context(held(shared, lock)), patch)
        with pytest.raises(ServerError, match="locked by somebody else's transaction") as caught:
            ingest(library, sources)
        assert caught.value.told("zh").startswith("数据库")
        if lock == ROWS:  # which keeps nobody from reading
            assert all(text in (before.get(id), after.get(id)) for id, text in texts(reader).items())
    ingest(library, sources)
    assert texts(library) == texts(reader) == after and sound(library) and sound(reader)


def test_a_question_is_answered_again_once_the_lock_is_gone(shared: Place, articles: dict[str, Article]) -> None:
    library = Library.create(impatient(shared))
    add_articles(library, articles.values())
    assistant = Assistant(library)
    before = said(assistant.ask(QUESTION))
    with held(shared, TABLES), pytest.raises(ServerError, match="locked by somebody else's transaction"):
        assistant.ask(QUESTION)
    assert said(assistant.ask(QUESTION)) == before


def test_the_writers_lock_alone_keeps_nobody_from_asking(shared: Place, articles: dict[str, Article]) -> None:
    with held(shared, WRITER), pytest.raises(ServerError, match="locked by somebody else's transaction"):
        Library.create(impatient(shared))  # for its tables are to be made
    library = Library.create(shared)
    add_articles(library, articles.values())
    with held(shared, WRITER):
        assert "3.5万元" in Assistant(library).ask(QUESTION).answer
        with pytest.raises(LibraryError, match="Another process is writing"):
            add_articles(library, articles.values())
    add_articles(library, articles.values())
