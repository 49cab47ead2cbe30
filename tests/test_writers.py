"""Writers that are interrupted, and several processes at one library: one writes, all others see what it wrote."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from found import NEW, OLD, OTHER, by_vectors, by_words, everywhere, ids

from ingest import library as library_module
from ingest.build import add_articles
from ingest.errors import LibraryError
from ingest.library import Library
from ingest.settings import CHROMA_VARIABLE, DATABASE_VARIABLE
from rag.retrieve import Retriever

ROOT = Path(__file__).parents[1]
Make = Callable[..., Library]


def _interrupt(*args: object, **more: object) -> None:
    raise KeyboardInterrupt


def test_what_a_writer_left_before_its_commit_is_passed_over_and_swept_out(
    new_library: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = new_library([OTHER])
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(library_module, "put_articles", _interrupt)
        add_articles(library, [OLD])
    left = by_words(library, "钨丝灯")
    assert left and left <= by_vectors(library, "钨丝灯")  # the indexes know it, the library doesn't
    assert set(library.passage_counts()) == {"b"}
    assert [hit.passage.article for hit in Retriever(library).retrieve("钨丝灯")] == ["b"]
    with library.writing():
        pass
    assert everywhere(library, "钨丝灯") == [set(), ids(library, "b"), ids(library, "b")]


def test_what_a_writer_left_after_its_commit_is_swept_out(new_library: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    library = new_library([OLD])
    old = ids(library, "a")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Library, "_forget", _interrupt)
        add_articles(library, [NEW])
    assert library.article("a") == NEW
    assert by_words(library, "钨丝灯") == old
    add_articles(library, [OTHER])
    assert by_words(library, "钨丝灯") == set()
    assert by_vectors(library, "钨丝灯") == ids(library, "a") | ids(library, "b")


def test_after_a_writer_that_finished_nothing_needs_sweeping(new_library: Make) -> None:
    library = new_library([OLD])
    assert library.manifest["writing"] == ""
    with library.writing():
        assert library.manifest["writing"] == "yes"
    assert library.manifest["writing"] == ""


def _elsewhere(script: str, library: Library) -> subprocess.CompletedProcess[str]:
    """Run Python in another process, with the library's folder as its argument and its servers in the environment."""
    servers = {DATABASE_VARIABLE: library.place.database, CHROMA_VARIABLE: library.place.chroma}
    return subprocess.run(
        [sys.executable, "-c", script, str(library.folder)], cwd=ROOT, env=os.environ | servers, capture_output=True,
        text=True, timeout=60,
    )  # fmt: skip


_REPLACE = """
import sys
from ingest.article import Article
from ingest.build import add_articles, remove
from ingest.library import Library
from ingest.settings import library_place
library = Library(library_place(sys.argv[1]))
add_articles(library, [Article("a", "虚拟制片的灯光师用引擎。", "新文"), Article("c", "道具师在仓库里找到了钟。", "道具")])
remove(library, ["b"])
"""


def test_an_open_reader_sees_what_another_process_writes(new_library: Make) -> None:
    library = new_library([OLD, OTHER])
    assert by_words(library, "钨丝灯") and by_vectors(library, "钨丝灯")
    done = _elsewhere(_REPLACE, library)
    assert done.returncode == 0, done.stderr
    now = ids(library, "a") | ids(library, "c")
    assert by_words(library, "钨丝灯") == set()
    assert by_words(library, "引擎") == ids(library, "a")
    assert by_vectors(library, "钨丝灯") == now
    assert set(library.passage_counts()) == {"a", "c"}
    assert Retriever(library).retrieve("道具师找到了什么？")[0].passage.article == "c"


def test_what_is_written_is_seen_by_every_reader_at_once(new_library: Make) -> None:
    library = new_library([OLD])
    reader = Library(library.place)
    for article, there, gone in ((NEW, "引擎", "钨丝灯"), (OLD, "钨丝灯", "引擎"), (NEW, "引擎", "钨丝灯")):
        add_articles(library, [article])
        assert by_words(reader, there) == by_vectors(reader, there) == ids(library, "a")
        assert by_words(reader, gone) == set()
    reader.close()


def test_a_second_writer_is_turned_away_at_once(new_library: Make) -> None:
    library = new_library([OLD])
    with library.writing():
        done = _elsewhere(_REPLACE, library)
        assert "LibraryError: Another process is writing" in done.stderr
        with pytest.raises(LibraryError, match="try again when it has finished"):
            add_articles(Library(library.place), [OTHER])
    add_articles(library, [OTHER])
    assert set(library.passage_counts()) == {"a", "b"}


def test_many_threads_may_read_while_one_writes(new_library: Make) -> None:
    library = new_library([OLD, OTHER])
    retriever, done, failed = Retriever(library), threading.Event(), []

    def read() -> None:
        while not done.is_set():
            try:
                hits = retriever.retrieve("灯光师用什么？")
                assert any(hit.passage.article == "b" for hit in hits)
                assert all("灯光师" in hit.passage.text or "弦乐队" in hit.passage.text for hit in hits)
            except BaseException as error:
                failed.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for article in (NEW, OLD, NEW):
        add_articles(library, [article])
    done.set()
    for reader in readers:
        reader.join(timeout=30)
    assert not failed
