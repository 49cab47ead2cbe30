"""Processes killed, disks full, folders read-only: a library answers as before or as after, and mends itself."""

from __future__ import annotations

import ctypes
import json
import multiprocessing
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.article import Article
from ingest.build import add_articles, ingest, remove
from ingest.consistency import differences, misplaced
from ingest.errors import LibraryError
from ingest.library import Library
from ingest.manifest import only_writer
from ingest.replica import writable
from ingest.split import BUDGET, split
from ingest.sqlite import SQLite
from ingest.turns import Turns
from ingest.vectors import VectorsIndex
from ingest.words import WordsIndex
from rag.assistant import Assistant
from ui.cli import main

ROOT = Path(__file__).parents[1]
ROUNDS = int(os.environ.get("CHANGJI_TEST_ROUNDS", "30"))
QUESTIONS = (
    "影片的制作成本只有多少？", "可灵2.0的用户有多少？", "首届北辰人工智能影展的评委会主席是谁？",
    "編劇工會有多少會員？", "The writers' strike of 2023 lasted how many days?", "道具师找到了什么？", "谁负责调色？",
)  # fmt: skip
SPAWN = multiprocessing.get_context("forkserver")
SPAWN.set_forkserver_preload(["ingest.build", "ingest.library", "chromadb", "tantivy", "tokenizers"])


def seed() -> int:
    """Another one every time; printed, so that a failure can be repeated."""
    number = int(os.environ.get("CHANGJI_TEST_SEED", random.randrange(10**6)))
    print(f"CHANGJI_TEST_SEED={number} CHANGJI_TEST_ROUNDS={ROUNDS}")
    return number


def write(folder: Path, articles: dict[str, Article], leave_out: Sequence[str] = ()) -> None:
    folder.mkdir()
    for id, article in articles.items():
        if id not in leave_out:
            (folder / f"{id}.md").write_text(f"---\ntitle: {article.title}\n---\n{article.text}\n", encoding="utf-8")


@pytest.fixture
def stage(tmp_path: Path, articles: dict[str, Article]) -> Path:
    """A `library` of the folder `articles`, where one has since changed, one is retitled, one new and one gone."""
    folder = tmp_path / "articles"
    write(folder, articles)
    library = Library.create(tmp_path / "library")
    ingest(library, folder)
    library.close()
    for name, old, new in (("lighthouse", "3.5万元", "4.5万元"), ("kling", "可灵的一年", "快手的可灵用户")):
        path = folder / f"{name}.md"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    (folder / "props.md").write_text("---\ntitle: 道具\n---\n道具师在仓库里找到了钟。钟是1931年造的。\n", "utf-8")
    (folder / "festival.md").unlink()
    return tmp_path


def answers(folder: Path) -> list[dict[str, Any]]:
    """What a newly opened library answers to every question, timings apart; its parts agree."""
    library = Library(folder)
    try:
        assistant = Assistant(library)
        said = [assistant.ask(question).to_dict() for question in QUESTIONS]
        texts = {article.id: article.text for article in library.articles()}
        for citation in (citation for answer in said for citation in answer["citations"]):
            assert texts[citation["article"]][citation["start"] : citation["end"]] == citation["quote"]
        found = differences(library._database, library._words, library._open_vectors())
        assert not found, found
        assert not list(misplaced(library._database))
        return [{key: value for key, value in answer.items() if key != "timings"} for answer in said]
    finally:
        library.close()


def again(stage: Path, folder: Path) -> list[dict[str, Any]]:
    """What a library answers once the changed folder has been ingested into it."""
    library = Library(folder)
    ingest(library, stage / "articles")
    library.close()
    return answers(folder)


def _ingest(folder: Path, articles: Path, begun: Event | None = None) -> None:
    """In a process of its own; `begun` is set as soon as anything is written."""
    library = Library(folder)
    into = library.write

    def written(*arguments: Any, **more: Any) -> None:
        if begun is not None:
            begun.set()
        into(*arguments, **more)

    library.write = written  # type: ignore[method-assign]
    ingest(library, articles)
    library.close()


def _timed(folder: Path, articles: Path) -> tuple[float, float]:
    """Ingest in another process; seconds until it begins to write, and from then on."""
    begun, start = SPAWN.Event(), time.monotonic()
    process = SPAWN.Process(target=_ingest, args=(folder, articles, begun))
    process.start()
    begun.wait(60)
    middle = time.monotonic()
    process.join()
    assert process.exitcode == 0
    return middle - start, time.monotonic() - middle


def _killed(folder: Path, articles: Path, reading: float, writing: float) -> bool:
    """Kill an ingest in another process `reading` seconds after its start or, if 0, `writing` after it began to write.

    Whether it was still at work.
    """
    begun = SPAWN.Event()
    process = SPAWN.Process(target=_ingest, args=(folder, articles, begun))
    process.start()
    if not reading:
        begun.wait(60)
    time.sleep(reading or writing)
    process.kill()
    process.join()
    return process.exitcode != 0


@pytest.mark.slow
def test_killed_at_any_moment_it_answers_as_before_or_as_after(stage: Path) -> None:
    rng, outcomes = random.Random(seed()), {"before": 0, "after": 0, "finished": 0}
    before, articles = answers(stage / "library"), stage / "articles"
    shutil.copytree(stage / "library", stage / "done")
    _ingest(stage / "done", articles)
    after = answers(stage / "done")
    shutil.copytree(stage / "library", stage / "timed")
    reading, writing = _timed(stage / "timed", articles)
    assert before != after
    for number in range(ROUNDS):
        library = stage / f"round{number}"
        shutil.copytree(stage / "library", library)
        killed = _killed(library, articles, rng.uniform(0, reading) if number % 4 == 0 else 0, rng.uniform(0, writing))
        said = answers(library)
        assert said in (before, after), f"round {number}: between"
        outcomes["finished" if not killed else "before" if said == before else "after"] += 1
        assert again(stage, library) == after, f"round {number}: not mended"
        shutil.rmtree(library)
    print(outcomes, f"reading {reading:.2f} s, writing {writing:.2f} s")
    assert outcomes["before"] and outcomes["before"] + outcomes["after"] > ROUNDS / 5  # a busy machine is hard to time


@pytest.mark.slow
def test_killed_while_it_is_made_a_library_is_made_the_next_time(stage: Path) -> None:
    rng, articles = random.Random(seed()), stage / "articles"
    _make(stage / "done", articles)
    after = answers(stage / "done")
    for number in range(ROUNDS // 3):
        library = stage / f"round{number}"
        process = SPAWN.Process(target=_make, args=(library, articles))
        process.start()
        time.sleep(rng.uniform(0.1, 1.5))
        process.kill()
        process.join()
        _make(library, articles)
        assert answers(library) == after


def _make(folder: Path, articles: Path) -> None:
    library = Library.create(folder)
    ingest(library, articles)
    library.close()


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
    before, vectors, reader = answers(folder), folder / "vectors", Library(folder)
    question = np.eye(1, reader.embedder.dimensions, dtype=np.float32)[0]
    nearest = reader.search_vectors(question, 5)
    if left == "half-changed":
        (vectors / "chroma.sqlite3").write_bytes(b"neither old nor new" * 1000)
    else:
        shutil.rmtree(vectors)
    (folder / "vectors.changing").write_text("another state", encoding="ascii")
    assert reader.search_vectors(question, 5) == pytest.approx(nearest, abs=1e-5), "one that is open"
    reader.close()
    assert answers(folder) == before
    assert not (folder / "vectors.changing").exists()


def test_readers_leave_the_writing_alone_while_vectors_are_being_changed(stage: Path) -> None:
    """The mark is there in every writing, and whenever somebody opens the index; only one left behind calls for mending."""
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
    _make(tmp_path, tmp_path / "articles")
    assert len(answers(tmp_path)) == len(QUESTIONS)


def _without_space(folder: Path, articles: Path, limit: int, said: Path) -> None:
    """`changji ingest` in a process whose files may not grow beyond `limit` bytes, as on a full disk."""
    sys.stdout = sys.stderr = said.open("w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    sys.exit(main(["ingest", str(articles), "--library", str(folder)]))


def _full(stage: Path, limits: Sequence[int]) -> None:
    failed, before, articles = 0, answers(stage / "library"), stage / "articles"
    shutil.copytree(stage / "library", stage / "done")
    _ingest(stage / "done", articles)
    after = answers(stage / "done")
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
        assert answers(library) in (before, after)
        assert again(stage, library) == after
        shutil.rmtree(library)
    print(f"{failed} failed")
    assert failed


def test_on_a_full_disk_it_says_so_and_answers_as_before_or_as_after(stage: Path) -> None:
    _full(stage, [2_000, 30_000, 80_000, 300_000])


@pytest.mark.slow
def test_on_a_disk_that_fills_at_any_moment_it_answers_as_before_or_as_after(stage: Path) -> None:
    rng = random.Random(seed())
    _full(stage, [int(10 ** rng.uniform(4, 5.7)) for _ in range(ROUNDS)])


# Libraries that can only be read

_CAP_DAC_OVERRIDE, _PR_CAPBSET_DROP = 1, 24


def _as_a_user() -> None:
    """In a child before it starts: what root may do regardless of a file's permissions, it may no longer."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0)


def _changji(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("CHANGJI_", "OPENAI_"))}
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments], cwd=ROOT, env=environment, preexec_fn=_as_a_user,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.fixture
def read_only(stage: Path) -> Iterator[Path]:
    """The library's folder, in which nobody may write."""
    library = stage / "library"
    paths = [library, *library.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    probe = subprocess.run(["touch", str(library / "probe")], preexec_fn=_as_a_user, capture_output=True)
    if probe.returncode == 0:
        (library / "probe").unlink()
        pytest.skip("this user may write anywhere")
    yield library
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_read_only_library_answers_and_says_that_it_cant_be_written(
    read_only: Path, stage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stage / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(stage / "temporary"))
    kept = {path: path.read_bytes() for path in read_only.rglob("*") if path.is_file()}
    asked = _changji("ask", QUESTIONS[0], "--json", "--library", str(read_only))
    assert asked.returncode == 0, asked.stderr
    assert "3.5万元" in json.loads(asked.stdout)["answer"]
    for command in (("ingest", str(stage / "articles")), ("remove", "kling")):
        written = _changji(*command, "--library", str(read_only))
        assert written.returncode == 2 and "read-only" in written.stderr and written.stderr.count("\n") == 1
    assert kept == {path: path.read_bytes() for path in read_only.rglob("*") if path.is_file()}
    assert not list((stage / "temporary").iterdir())


def test_on_a_disk_without_any_space_it_still_answers(stage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = answers(stage / "library")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(100, 100, 0))
    assert answers(stage / "library") == expected
    library = Library(stage / "library")
    with pytest.raises(LibraryError, match="disk full"):
        remove(library, ["kling"])
    library.close()


def test_what_a_writer_removes_meanwhile_doesnt_make_a_library_read_only(
    stage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passing, allowed = stage / "library" / "passing", os.access
    passing.touch()

    def access(path: Any, mode: int) -> bool:
        passing.unlink(missing_ok=True)
        return allowed(path, mode)

    monkeypatch.setattr(os, "access", access)
    assert writable(stage / "library")


# Deleting


def test_of_a_removed_article_no_word_is_left_in_any_file(tmp_path: Path, articles: dict[str, Article]) -> None:
    secret = Article("secret", "曦澜璋拍了《瀚海蜃楼》。Unobtainium zyzzyva 是片中的道具。", "璩瓛的暗号")
    library = Library.create(tmp_path / "library")
    add_articles(library, [*articles.values(), secret])
    words = [word.encode() for word in ("瀚海蜃楼", "曦澜璋", "璩瓛", "unobtainium", "Unobtainium", "zyzzyva")]
    assert any(word in path.read_bytes() for path in library.folder.rglob("*") if path.is_file() for word in words)
    remove(library, ["secret"])
    for path in filter(Path.is_file, library.folder.rglob("*")):
        assert not any(word in path.read_bytes() for word in words), path
    assert library._words.deleted() == 0  # tantivy packs its words, so that they can't be looked for as bytes
    assert not differences(library._database, library._words, library._open_vectors())
    answer = Assistant(library).ask("谁拍了《瀚海蜃楼》？")
    assert answer.refused and not answer.citations and "secret" not in {near.article for near in answer.nearest}
    library.close()


def test_many_changes_leave_few_removed_passages_in_the_words_index(stage: Path, articles: dict[str, Article]) -> None:
    """Removed passages still count as to how rare a word is, and the same articles should answer alike."""
    library = Library(stage / "library")
    shares = []
    for article in articles.values():
        add_articles(library, [replace(article, title="新题")])
        shares.append(library._words.deleted())
    assert 0 < max(shares) <= 0.2
    library.close()
