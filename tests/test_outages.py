"""Servers that go away in mid-ingest and mid-question, and come back: one clear sentence, and nothing is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from servers import Chroma, Postgres, Server
from sharing import MOMENTS, QUESTION, another, at, change, environment, expected, in_small_lots, said, sound, texts

from ingest.article import Article
from ingest.build import add_articles, ingest
from ingest.errors import ServerError
from ingest.library import Library
from ingest.settings import Place
from rag.assistant import Assistant
from ui.cli import main

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
ROUNDS = int(os.environ.get("CHANGJI_TEST_ROUNDS", "30")) // 3
VARIABLES = {"postgres": "CHANGJI_DATABASE", "chroma": "CHANGJI_CHROMA"}


def test_a_question_is_answered_again_once_the_server_is_back(
    shared: Place, server: Server, articles: dict[str, Article]
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
    shared: Place, server: Server, postgres: Postgres, articles: dict[str, Article], monkeypatch: pytest.MonkeyPatch,
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


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_ingest_that_loses_a_server_loses_nothing(
    shared: Place, server: Server, moment: str, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, reader = Library.create(shared), Library.create(another(shared))
    ingest(library, sources)
    before = texts(library)
    change(sources)
    after = expected(sources, tmp_path)
    with monkeypatch.context() as patch, in_small_lots(library):
        at(moment, server.stop, patch)
        with pytest.raises(ServerError, match="do the same again"):
            ingest(library, sources)
    server.start()
    between = texts(reader)
    assert all(text in (before.get(id), after.get(id)) for id, text in between.items())
    assert set(before) & set(after) <= set(between)
    for assistant in (Assistant(reader), Assistant(library)):
        for citation in assistant.ask(QUESTION).citations:
            assert between[citation.article][citation.start : citation.end] == citation.quote
    ingest(library, sources)
    assert texts(library) == texts(reader) == after
    assert sound(library) and sound(reader)
    assert "4.5万元" in Assistant(reader).ask(QUESTION).answer


@pytest.mark.timeout(1800)
def test_servers_lost_at_any_moment_lose_nothing(
    shared: Place, postgres: Postgres, chroma: Chroma, sources: Path, tmp_path: Path
) -> None:
    seed = int(os.environ.get("CHANGJI_TEST_SEED", random.randrange(10**6)))
    print(f"CHANGJI_TEST_SEED={seed} CHANGJI_TEST_ROUNDS={ROUNDS * 3}")
    rng, outcomes, library = random.Random(seed), {"failed": 0, "finished": 0}, Library.create(shared)
    there, seconds = environment(shared), time.monotonic()
    command = [sys.executable, "-m", "ui.cli", "ingest", str(sources), "--library", str(another(shared).folder)]
    subprocess.run(command, cwd=ROOT, env=there, check=True, timeout=120)
    seconds = time.monotonic() - seconds
    for number in range(ROUNDS):
        path = sources / "lighthouse.md"
        path.write_text(f"{path.read_text('utf-8')}\n第{number}次修订。\n", encoding="utf-8")
        text = f"---\ntitle: 道具{number}\n---\n道具师找到了{number}口钟。\n"
        (sources / f"new{number}.md").write_text(text, "utf-8")
        server, before = rng.choice([postgres, chroma]), texts(library)
        after = expected(sources, tmp_path / str(number))
        with subprocess.Popen(command, cwd=ROOT, env=there, stderr=subprocess.PIPE, text=True) as process:
            time.sleep(rng.uniform(0.4, 1.05) * seconds)
            server.stop()
            _, error = process.communicate(timeout=120)
        outcomes["failed" if process.returncode else "finished"] += 1
        assert process.returncode == 0 or "can't be reached" in error, error
        assert "Traceback" not in error
        server.start()
        assert all(text in (before.get(id), after.get(id)) for id, text in texts(library).items())
        ingest(library, sources)
        assert texts(library) == after and sound(library), f"round {number}"
    print(outcomes)
    assert outcomes["failed"]
