"""Servers stopped, frozen and started anew in mid-ingest and mid-question; several machines that write, ask and die."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pages import ask, free_port, post
from servers import Chroma, Postgres, _Server
from test_page_library import TEXT, drop, enter

from ingest import liveness, vectorserver
from ingest.article import Article
from ingest.build import add_articles, ingest
from ingest.consistency import differences, misplaced
from ingest.errors import LibraryError, ServerError
from ingest.library import Library
from ingest.settings import Place
from rag.assistant import Assistant
from ui.cli import main

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
ROUNDS = int(os.environ.get("CHANGJI_TEST_ROUNDS", "30")) // 3
QUESTION = "影片的制作成本只有多少？"
VARIABLES = {"postgres": "CHANGJI_DATABASE", "chroma": "CHANGJI_CHROMA"}


@pytest.fixture(params=["postgres", "chroma"])
def server(request: pytest.FixtureRequest) -> Iterator[_Server]:
    """One of the two that the library is on; it runs again afterwards."""
    server: _Server = request.getfixturevalue(request.param)
    yield server
    if server.process.poll() is not None:
        server.start()


def another(place: Place, name: str = "another") -> Place:
    """The same place, as another machine sees it."""
    return replace(place, folder=place.folder.with_name(name))


def texts(library: Library) -> dict[str, str]:
    return {article.id: article.text for article in library.articles()}


def sound(library: Library) -> bool:
    """Whether the database, words and vectors agree, and every passage is what stands at its offsets."""
    library._refresh()  # as a question would
    found = differences(library._database, library._words, library._open_vectors())
    return not found and not list(misplaced(library._database))


@contextmanager
def frozen(server: _Server) -> Iterator[None]:
    """The server takes what it is sent, and answers nothing."""
    server.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.signal(signal.SIGCONT)


def said(answer: Any) -> dict[str, Any]:
    return {key: value for key, value in answer.to_dict().items() if key != "timings"}


# Questions


def test_a_question_is_answered_again_once_the_server_is_back(
    shared: Place, server: _Server, articles: dict[str, Article]
) -> None:
    library = Library.create(shared)
    add_articles(library, articles.values())
    assistant = Assistant(library)
    before = said(assistant.ask(QUESTION))
    assert "3.5万元" in before["answer"]
    server.stop()
    for _ in range(2):
        with pytest.raises(ServerError, match="can't be reached") as caught:
            assistant.ask(QUESTION)
        assert VARIABLES[type(server).__name__.lower()] in str(caught.value)
        assert caught.value.told("zh").startswith("连不上") and "heim" not in str(caught.value)
    server.start()
    assert said(assistant.ask(QUESTION)) == before
    server.stop()
    server.start()
    assert said(assistant.ask(QUESTION)) == before  # nobody noticed


def test_the_command_says_in_one_line_that_a_server_is_gone(
    shared: Place, server: _Server, postgres: Postgres, articles: dict[str, Article], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    add_articles(Library.create(shared), articles.values())
    monkeypatch.setenv("CHANGJI_DATABASE", shared.database)
    monkeypatch.setenv("CHANGJI_CHROMA", shared.chroma)
    server.stop()
    for command in (["ask", QUESTION, "--llm", "none"], ["ingest", str(ROOT / "seeds/cameron-budget.md")]):
        assert main([*command, "--library", str(shared.folder)]) == 2
        line = capsys.readouterr().err.splitlines()[-1]
        assert line.startswith("changji: The ") and "can't be reached" in line and "heim" not in line
    assert main(["doctor", "--llm", "none", "--library", str(shared.folder)]) == (2 if server is postgres else 1)
    line = next(line for line in "".join(capsys.readouterr()).splitlines() if "can't be reached" in line)
    assert "start it or check CHANGJI_" in line and "--repair" not in line
    server.start()
    assert main(["ask", QUESTION, "--llm", "none", "--library", str(shared.folder)]) == 0
    assert main(["ingest", str(ROOT / "seeds/cameron-budget.md"), "--library", str(shared.folder)]) == 0
    library = Library(shared)
    assert len(library.articles()) == 6 and sound(library)


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


# Writing

MOMENTS = {
    "before the vectors": ("_write_vectors", True),
    "after the vectors": ("_write_vectors", False),
    "after the commit": ("_written", False),
    "as what was replaced is forgotten": ("_forget", True),
}


def at(moment: str, run: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Run something once, at a moment of the second writing from now on."""
    name, first = MOMENTS[moment]
    does, calls = getattr(Library, name), []

    def done(self: Library, *arguments: Any) -> None:
        calls.append(arguments)
        if first and len(calls) == 2:
            run()
        does(self, *arguments)
        if not first and len(calls) == 2:
            run()

    monkeypatch.setattr(Library, name, done)


@pytest.fixture
def folder(tmp_path: Path, articles: dict[str, Article]) -> Path:
    """The five articles as files."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for id, article in articles.items():
        (folder / f"{id}.md").write_text(f"---\ntitle: {article.title}\n---\n{article.text}\n", encoding="utf-8")
    return folder


def change(folder: Path) -> None:
    """Change two articles, add one, take one away."""
    for name, old, new in (("lighthouse", "3.5万元", "4.5万元"), ("writers", "820", "830")):
        path = folder / f"{name}.md"
        path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")
    (folder / "props.md").write_text("---\ntitle: 道具\n---\n道具师在仓库里找到了钟。\n", "utf-8")
    (folder / "festival.md").unlink()


def expected(folder: Path, tmp_path: Path) -> dict[str, str]:
    """What a library in a folder of its own makes of the articles."""
    library = Library.create(tmp_path / "embedded")
    ingest(library, folder)
    found = texts(library)
    library.close()
    return found


@contextmanager
def in_small_lots(library: Library) -> Iterator[None]:
    """Every article is written by itself."""
    embedder, lot = library.embedder, library.embedder.lot
    embedder.lot = 1
    try:
        yield
    finally:
        embedder.lot = lot


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_ingest_that_loses_a_server_loses_nothing(
    shared: Place, server: _Server, moment: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, reader = Library.create(shared), Library.create(another(shared))
    ingest(library, folder)
    before = texts(library)
    change(folder)
    after = expected(folder, tmp_path)
    with monkeypatch.context() as patch, in_small_lots(library):
        at(moment, server.stop, patch)
        with pytest.raises(ServerError, match="do the same again"):
            ingest(library, folder)
    server.start()
    between = texts(reader)
    assert all(text in (before.get(id), after.get(id)) for id, text in between.items())
    assert set(before) & set(after) <= set(between)
    for assistant in (Assistant(reader), Assistant(library)):
        for citation in assistant.ask(QUESTION).citations:
            assert between[citation.article][citation.start : citation.end] == citation.quote
    ingest(library, folder)
    assert texts(library) == texts(reader) == after
    assert sound(library) and sound(reader)
    assert "4.5万元" in Assistant(reader).ask(QUESTION).answer


def test_an_ingest_that_meets_a_frozen_server_loses_nothing(
    shared: Place, server: _Server, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, limit in ((liveness, "_SILENCE"), (vectorserver, "_SECONDS"), (vectorserver, "_HEARTBEAT")):
        monkeypatch.setattr(module, limit, 1)
    place = replace(shared, database=f"{shared.database}&connect_timeout=2")  # what the address says goes first
    library = Library.create(place)
    ingest(library, folder)
    change(folder)
    after = expected(folder, tmp_path)
    with monkeypatch.context() as patch, in_small_lots(library), ExitStack() as stack:
        at("before the vectors", lambda: stack.enter_context(frozen(server)), patch)
        begun = time.monotonic()
        with pytest.raises(ServerError, match="do the same again"):
            ingest(library, folder)
        assert time.monotonic() - begun < 8
    once_free(lambda: ingest(library, folder))
    assert texts(library) == after and sound(library)


def once_free(write: Callable[[], None]) -> None:
    """Write as soon as the server has found out that who wrote before is gone."""
    end = time.monotonic() + 10
    while True:
        try:
            return write()
        except LibraryError as error:
            if "Another process" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.1)


def test_who_lost_the_lock_writes_nothing_more(shared: Place, postgres: Postgres, articles: dict[str, Article]) -> None:
    one, other = Library.create(shared), Library.create(another(shared))
    lighthouse, kling = articles["lighthouse"], articles["kling"]
    with pytest.raises(ServerError), one.writing():
        postgres.stop()
        postgres.start()
        add_articles(other, [lighthouse])  # on another machine: the lock went with the connection
        for _ in range(2):
            with pytest.raises(ServerError, match="connection"):
                one.write([], removed=["lighthouse"])
    assert texts(one) == texts(other) == {"lighthouse": lighthouse.text}
    add_articles(one, [kling])
    assert set(texts(other)) == {"lighthouse", "kling"} and sound(one) and sound(other)


def test_who_lost_the_lock_forgets_nothing_that_others_wrote(
    shared: Place, postgres: Postgres, articles: dict[str, Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, old = Library.create(shared), Library.create(another(shared)), articles["kling"]
    add_articles(one, [old])

    def written_back() -> None:
        postgres.stop()
        postgres.start()
        add_articles(other, [old])

    with monkeypatch.context() as patch, pytest.raises(ServerError, match="connection"), one.writing():
        forget = Library._forget
        patch.setattr(Library, "_forget", lambda self, ids: (patch.undo(), written_back(), forget(self, ids)))
        one.write([], removed=["kling"])
    assert sound(other) and texts(other) == {"kling": old.text}


_WRITE_AND_WAIT = """
import sys, time
from ingest.library import Library
from ingest.settings import library_place
library = Library(library_place(sys.argv[1]))
with library.writing():
    print("writing", flush=True)
    time.sleep(600)
"""


def _environment(place: Place) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("CHANGJI_", "OPENAI_"))}
    return {**kept, "CHANGJI_DATABASE": place.database, "CHANGJI_CHROMA": place.chroma, "PYTHONUNBUFFERED": "1"}


def test_a_writer_that_is_killed_leaves_the_library_to_the_others(shared: Place, articles: dict[str, Article]) -> None:
    library = Library.create(shared)
    command = [sys.executable, "-c", _WRITE_AND_WAIT, str(another(shared).folder)]
    with subprocess.Popen(command, cwd=ROOT, env=_environment(shared), stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None and writer.stdout.readline() == "writing\n"
        with pytest.raises(LibraryError, match="Another process is writing"):
            add_articles(library, articles.values())
        writer.kill()
    once_free(lambda: add_articles(library, articles.values()))
    assert len(library.articles()) == 5 and sound(library) and not library.manifest["writing"]


@pytest.mark.slow
def test_servers_lost_at_any_moment_lose_nothing(
    shared: Place, postgres: Postgres, chroma: Chroma, folder: Path, tmp_path: Path
) -> None:
    seed = int(os.environ.get("CHANGJI_TEST_SEED", random.randrange(10**6)))
    print(f"CHANGJI_TEST_SEED={seed} CHANGJI_TEST_ROUNDS={ROUNDS * 3}")
    rng, outcomes, library = random.Random(seed), {"failed": 0, "finished": 0}, Library.create(shared)
    environment, seconds = _environment(shared), time.monotonic()
    command = [sys.executable, "-m", "ui.cli", "ingest", str(folder), "--library", str(another(shared).folder)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120)
    seconds = time.monotonic() - seconds
    for number in range(ROUNDS):
        path = folder / "lighthouse.md"
        path.write_text(f"{path.read_text('utf-8')}\n第{number}次修订。\n", encoding="utf-8")
        (folder / f"new{number}.md").write_text(f"---\ntitle: 道具{number}\n---\n道具师找到了{number}口钟。\n", "utf-8")
        server, before, after = rng.choice([postgres, chroma]), texts(library), expected(folder, tmp_path / str(number))
        with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
            time.sleep(rng.uniform(0.4, 1.05) * seconds)
            server.stop()
            _, error = process.communicate(timeout=120)
        outcomes["failed" if process.returncode else "finished"] += 1
        assert process.returncode == 0 or "can't be reached" in error, error
        assert "Traceback" not in error
        server.start()
        assert all(text in (before.get(id), after.get(id)) for id, text in texts(library).items())
        ingest(library, folder)
        assert texts(library) == after and sound(library), f"round {number}"
    print(outcomes)
    assert outcomes["failed"]


# Machines


@contextmanager
def app(place: Place) -> Iterator[str]:
    """`changji chat` in a process of its own, as its address."""
    port = free_port()
    command = [sys.executable, "-m", "ui.cli", "chat", "--port", str(port), "--library", str(place.folder)]
    process = subprocess.Popen(command, cwd=ROOT, env=_environment(place), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert "is open at" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@pytest.mark.slow
def test_two_apps_share_a_library(
    shared: Place, visit: Callable[..., Any], postgres: Postgres, chroma: Chroma
) -> None:
    add_articles(Library.create(shared), [Article("old", "胶片时代的灯光师用钨丝灯。", "旧文", language="zh-Hans")])
    question = "短片《纸鸢》的制作成本是多少？"
    with app(shared) as one, app(another(shared)) as other:
        assert post(other, "ask", question, [], None)[1][0]["refused"]
        page = visit(one)
        enter(page, "library")
        page.wait_for_selector("#library .articles")
        drop(page, ("纸鸢.md", TEXT))
        page.wait_for_selector("#library .report")
        assert "51000元" in post(other, "ask", question, [], None)[1][0]["answer"]
        visitor = visit(other)
        ask(visitor, question)
        assert "51000元" in visitor.inner_text("#live .answer")
        enter(visitor, "library")
        visitor.locator("#library tr", has_text="纸鸢").first.locator("[data-event=delete]").click()
        visitor.wait_for_selector("#library .done [data-event=undo]")
        assert post(one, "ask", question, [], None)[1][0]["refused"]
        chroma.stop()
        enter(visitor, "chat")
        ask(visitor, "灯光师用什么灯？", "failed")
        assert "连不上 Chroma 服务" in visitor.inner_text("#live")
        chroma.start()
        ask(visitor, "灯光师用什么灯？")
        assert "钨丝灯" in visitor.inner_text("#live .answer")
        postgres.stop()
        visitor.reload()
        visitor.wait_for_selector("#told:has-text('连不上数据库')")
        postgres.start()
        visitor.reload()
        visitor.wait_for_selector(".shelf:has-text('旧文')")
