"""What killed processes and full disks leave behind: a library is as before or as after, and mends itself."""

from __future__ import annotations

import os
import random
import resource
import shutil
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from stage import ROUNDS, SPAWN, again, ingest_into, seed, shown, write

from ingest.article import Article
from ingest.errors import LibraryError
from ingest.library import Library
from ingest.manifest import only_writer
from ingest.split import BUDGET, split
from ingest.sqlite import SQLite
from ingest.turns import Turns
from ingest.vectors import VectorsIndex
from ingest.words import WordsIndex
from ui.cli import main


def test_words_that_a_killed_writer_marked_as_removed_are_removed_the_next_time(
    tmp_path: Path, articles: dict[str, Article]
) -> None:
    index, passages = WordsIndex(tmp_path / "words"), split(articles["kling"], BUDGET)
    passages = [replace(passages[0], id=str(number)) for number in range(3)]
    index.write((passage, "") for passage in passages)
    meta = tmp_path / "words" / "meta.json"
    before = meta.read_bytes()
    index.write((), ["0"])
    meta.write_bytes(before)  # as if it had been killed before this file was replaced, and the removal's own not
    index = WordsIndex(tmp_path / "words")
    assert index.ids() == {"0", "1", "2"}
    index.write((), ["1"])
    assert index.ids() == {"0", "2"}


@pytest.mark.parametrize("left", ["half-changed", "half-deleted"])
def test_vectors_that_a_killed_writer_left_half_changed_are_made_anew(stage: Path, left: str) -> None:
    folder = stage / "library"
    before, vectors, reader = shown(folder), folder / "vectors", Library(folder)
    question = np.eye(1, reader.embedder.dimensions, dtype=np.float32)[0]
    nearest = reader.search_vectors(question, 5)
    if left == "half-changed":
        (vectors / "chroma.sqlite3").write_bytes(b"neither old nor new" * 1000)
    else:
        shutil.rmtree(vectors)
    (folder / "vectors.changing").write_text("another state", encoding="ascii")
    assert reader.search_vectors(question, 5) == pytest.approx(nearest, abs=1e-5), "one that is open"
    reader.close()
    assert shown(folder) == before
    assert not (folder / "vectors.changing").exists()


def test_readers_leave_the_writing_alone_while_vectors_are_being_changed(stage: Path) -> None:
    """The mark is there in every writing, and whenever somebody opens the index; one left behind calls for mending."""
    folder = stage / "library"
    with closing(Library(folder)) as reader:
        question = np.eye(1, reader.embedder.dimensions, dtype=np.float32)[0]
        turns, nearest = Turns(folder / "vectors"), reader.search_vectors(question, 5)
        with ThreadPoolExecutor(2) as beside:
            with turns.taken(), turns.changing():
                half = folder / "vectors" / "half" / "index_metadata.pickle"
                half.parent.mkdir()
                half.touch()
                found = beside.submit(reader.search_vectors, question, 5)
                opened = beside.submit(Library, folder)
                time.sleep(0.2)
                with only_writer(folder / "writing.lock", folder):
                    assert not found.done() and not opened.done()
                shutil.rmtree(half.parent)
            assert found.result(10) == pytest.approx(nearest, abs=1e-5)
            opened.result(10).close()


def test_who_waits_has_his_turn_between_two_changes_of_a_writer(tmp_path: Path) -> None:
    (tmp_path / "vectors").mkdir()
    reader, writer, done = Turns(tmp_path / "vectors"), Turns(tmp_path / "vectors"), threading.Event()

    def read() -> int:
        had = 0
        while not done.is_set():
            with reader.taken():
                had += 1
            time.sleep(0.001)
        return had

    with ThreadPoolExecutor(1) as beside:
        had = beside.submit(read)
        for _ in range(20):
            with writer.taken(), writer.changing():
                time.sleep(0.02)
        done.set()
        assert had.result(10) >= 8


def _rows() -> tuple[list[str], np.ndarray]:
    """More than the thousand vectors after which Chroma changes its files, three times over."""
    return [str(number) for number in range(3500)], np.random.default_rng(0).normal(size=(3500, 16)).astype(np.float32)


def _write_rows(folder: Path) -> None:
    (ids, rows), index = _rows(), VectorsIndex(folder, "passages")
    for at in range(0, len(ids), 100):
        index.write(ids[at : at + 100], ids[at : at + 100], rows[at : at + 100])
    index.close()


@pytest.mark.slow
def test_vectors_are_searched_while_another_process_writes_thousands(tmp_path: Path) -> None:
    """By one that keeps them open, and by others that open them anew, when Chroma catches up with what was logged."""
    folder, (ids, rows), searches = tmp_path / "vectors", _rows(), 0
    kept = VectorsIndex(folder, "passages")
    kept.write(ids[:1], ids[:1], rows[:1])
    writer = SPAWN.Process(target=_write_rows, args=(folder,))
    writer.start()
    while writer.is_alive():
        with closing(VectorsIndex(folder, "passages")) as index:
            assert index.search(rows[0], 3)["0"] == pytest.approx(1, abs=1e-4)
        searches += 1
    assert writer.exitcode == 0 and searches > 2
    with closing(VectorsIndex(folder, "passages")) as fresh, closing(kept):
        for index in (fresh, kept):
            assert index.ids() == set(ids)
            found = sum(ids[at] in index.search(rows[at], 3) for at in range(0, len(ids), 50))
            assert found >= 68, "of 70, for the search is approximate"


def test_a_library_whose_making_was_cut_off_is_made(tmp_path: Path, articles: dict[str, Article]) -> None:
    write(tmp_path / "articles", articles)
    SQLite(tmp_path / "articles.sqlite").close()
    with pytest.raises(LibraryError, match="changji ingest FOLDER"):
        Library(tmp_path)
    ingest_into(tmp_path, tmp_path / "articles")
    assert shown(tmp_path)["articles"].keys() == articles.keys()


def _without_space(folder: Path, articles: Path, limit: int, said: Path) -> None:
    """`changji ingest` in a process whose files may not grow beyond `limit` bytes, as on a full disk."""
    sys.stdout = sys.stderr = said.open("w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    sys.exit(main(["ingest", str(articles), "--library", str(folder)]))


def _full(stage: Path, limits: Sequence[int]) -> None:
    failed, before, articles = 0, shown(stage / "library"), stage / "articles"
    shutil.copytree(stage / "library", stage / "done")
    ingest_into(stage / "done", articles)
    after = shown(stage / "done")
    for number, limit in enumerate(limits):
        library, said = stage / f"round{number}", stage / f"said{number}"
        shutil.copytree(stage / "library", library)
        process = SPAWN.Process(target=_without_space, args=(library, articles, limit, said))
        process.start()
        process.join()
        if process.exitcode:
            failed += 1
            line = said.read_text(encoding="utf-8")
            assert process.exitcode == 2 and line.startswith("changji: ") and line.count("\n") == 1, line
            assert "space" in line
            print(limit, line, end="")
        assert shown(library) in (before, after)
        assert again(stage, library) == after
        shutil.rmtree(library)
    print(f"{failed} failed")
    assert failed


def test_on_a_full_disk_it_says_so_and_answers_as_before_or_as_after(stage: Path) -> None:
    _full(stage, [2_000, 30_000, 80_000, 300_000])


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_on_a_disk_that_fills_at_any_moment_it_answers_as_before_or_as_after(stage: Path) -> None:
    rng = random.Random(seed())
    _full(stage, [int(10 ** rng.uniform(4, 5.7)) for _ in range(ROUNDS)])
