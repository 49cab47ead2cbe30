"""Several machines with one library: one writes at a time, who loses the lock writes no more, all see the same."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pages import ask, free_port, post
from servers import Chroma, Postgres
from sharing import another, environment, once_free, sound, texts
from test_page_library import TEXT, drop, enter

from ingest.article import Article
from ingest.build import add_articles
from ingest.errors import LibraryError, ServerError
from ingest.library import Library
from ingest.settings import Place

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
_WRITE_AND_WAIT = """
import sys, time
from ingest.library import Library
from ingest.settings import library_place
library = Library(library_place(sys.argv[1]))
with library.writing():
    print("writing", flush=True)
    time.sleep(600)
"""


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


def test_a_writer_that_is_killed_leaves_the_library_to_the_others(shared: Place, articles: dict[str, Article]) -> None:
    library = Library.create(shared)
    command = [sys.executable, "-c", _WRITE_AND_WAIT, str(another(shared).folder)]
    with subprocess.Popen(command, cwd=ROOT, env=environment(shared), stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None and writer.stdout.readline() == "writing\n"
        with pytest.raises(LibraryError, match="Another process is writing"):
            add_articles(library, articles.values())
        writer.kill()
    once_free(lambda: add_articles(library, articles.values()))
    assert len(library.articles()) == 5 and sound(library) and not library.manifest["writing"]


@contextmanager
def app(place: Place) -> Iterator[str]:
    """`changji chat` in a process of its own, as its address."""
    port = free_port()
    command = [sys.executable, "-m", "ui.cli", "chat", "--port", str(port), "--library", str(place.folder)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(place), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert "is open at" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def test_two_apps_share_a_library(shared: Place, visit: Callable[..., Any], postgres: Postgres, chroma: Chroma) -> None:
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
