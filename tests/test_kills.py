"""Processes killed at random moments: the library is as before or as after, and the next start mends the rest."""

from __future__ import annotations

import random
import re
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from stage import QUESTIONS, ROUNDS, SPAWN, CountingEmbedder, Shown, again, ingest_into, seed, set_stage, shown, write

from ingest import library as library_module
from ingest import manifest as manifest_module
from ingest import uploads
from ingest.article import Article
from ingest.backup import back_up, restore
from ingest.build import add_articles, ingest, migrate, outdated, remove
from ingest.doctor import repair
from ingest.embed import Embedder, StaticEmbedder, load_embedder
from ingest.errors import LibraryError
from ingest.library import Library

Work = Callable[..., None]  # of a library's folder and more arguments; done in a process of its own
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


class Killer:
    """Runs work in another process and kills it at a random moment between its first claim to write and its end.

    How long that takes is learnt anew with every try, for others use the machine too.
    """

    def __init__(self, rng: random.Random, work: Work, *arguments: Any) -> None:
        """Let it end once, to learn how long it takes."""
        self._rng, self._work = rng, work
        self.killed = self.finished = 0
        process, begun, ended = self._started(*arguments)
        assert begun.wait(120)
        start = time.monotonic()
        assert ended.wait(120)
        self._window = time.monotonic() - start
        process.join()
        assert process.exitcode == 0

    def _started(self, *arguments: Any) -> tuple[BaseProcess, Event, Event]:
        begun, ended = SPAWN.Event(), SPAWN.Event()
        process = SPAWN.Process(target=_run, args=(begun, ended, self._work, *arguments))
        process.start()
        return process, begun, ended

    def kill(self, *arguments: Any) -> None:
        """Run it again, but not to its end."""
        delay = self._window * self._rng.random() ** 2  # rather early: what counts is often soon done
        process, begun, _ = self._started(*arguments)
        assert begun.wait(120)
        time.sleep(delay)
        process.kill()
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL), "it failed by itself"
        if process.exitcode:
            self.killed, self._window = self.killed + 1, self._window * 1.1
        else:
            self.finished, self._window = self.finished + 1, delay * 0.9


def _run(begun: Event, ended: Event, work: Work, *arguments: Any) -> None:
    sys.addaudithook(lambda event, about: begun.set() if event == "open" and _claims(about[0]) else None)
    work(*arguments)
    begun.set()
    ended.set()


def _claims(path: object) -> bool:
    return str(path).endswith("writing.lock")


def open_it(folder: Path) -> None:
    """Open a library, which mends what a crash left, or tells why it can't be."""
    with suppress(LibraryError):
        Library(folder).close()


def told(folder: Path, questions: Sequence[str] = QUESTIONS) -> Shown | list[str]:
    """What a newly opened library shows, or the commands that it advises instead; an empty one is as good as none."""
    try:
        found = shown(folder, questions)
        return found if found["articles"] else ["`changji ingest FOLDER`"]
    except LibraryError as error:
        return re.findall("`.*?`", str(error))


def try_kills(scratch: Path, number: int, original: Path, work: Work, *arguments: Any, between: bool = False) -> None:
    """Kill `work` on copies of the original, then whoever opens it next: it is as before or as after, and works again.

    Done again, it is as after. `number` is how often by default; CHANGJI_TEST_ROUNDS=300 makes it ten times as often.
    With `between` that may hold of each article for itself, and no questions are asked: what ranks first among
    thousands of passages that are all alike depends on how they were written.
    """
    asked = () if between else QUESTIONS
    rng, outcomes, copy = random.Random(seed()), {"before": 0, "between": 0, "after": 0}, scratch / "copy"

    def fresh() -> Path:
        shutil.rmtree(copy, ignore_errors=True)
        return shutil.copytree(original, copy)

    before = told(fresh(), asked)
    killer = Killer(rng, work, fresh(), *arguments)
    after, opening = told(copy, asked), Killer(rng, open_it, copy)
    assert before != after and isinstance(after, dict)
    for at in range(max(number * ROUNDS // 30, 2)):
        killer.kill(fresh(), *arguments)
        if at % 2:
            opening.kill(copy)
        found = told(copy, asked)
        outcome = "before" if found == before else "after" if found == after else "between"
        assert outcome != "between" or (between and mixed(found, before, after)), f"round {at}: {outcome}"
        outcomes[outcome] += 1
        work(copy, *arguments)
        assert told(copy, asked) == after, f"round {at}: not mended"
    print(work.__name__, outcomes, f"{killer.killed} killed, {killer.finished} had finished; {opening.killed} opening")
    assert killer.killed >= killer.finished // 3


def mixed(found: Any, before: Any, after: Any) -> bool:
    """Whether every article is one of before or of after."""
    articles = found["articles"].items()
    return all(article in (before["articles"].get(id), after["articles"].get(id)) for id, article in articles)


@pytest.fixture(params=[1000, 4], ids=["vectors logged", "vectors in place"])
def stage(request: pytest.FixtureRequest, tmp_path: Path, articles: dict[str, Article]) -> Path:
    """See `set_stage`; both before and after so many vectors have come that Chroma changes its files in place."""
    set_stage(tmp_path, articles, graph_at=request.param)
    return tmp_path


def test_killed_while_ingesting(stage: Path) -> None:
    try_kills(stage, 12, stage / "library", ingest_into, stage / "articles")


def test_killed_while_the_library_is_made(tmp_path: Path, articles: dict[str, Article]) -> None:
    write(tmp_path / "articles", articles)
    (tmp_path / "nothing").mkdir()
    try_kills(tmp_path, 10, tmp_path / "nothing", ingest_into, tmp_path / "articles")


def thousands(word: str) -> dict[str, Article]:
    """300 articles of about ten passages of 64 tokens, all of them different, and other ones for another word."""
    sentence = "{0}第{1}场第{2}镜由{0}组的第{3}位摄影师掌机，一共拍了{4}条，用了{5}分钟。"
    numbers = random.Random(word)
    return {
        f"{number:03}": Article(
            f"{number:03}",
            "".join(sentence.format(word, number, shot, *numbers.sample(range(10, 99), 3)) for shot in range(20)),
            f"{word}场记第{number}号",
        )
        for number in range(300)
    }


def _ingest_in_lots(folder: Path, articles: Path) -> None:
    with mock.patch.object(StaticEmbedder, "lot", 100_000):
        ingest_into(folder, articles)


def test_killed_while_thousands_of_vectors_are_replaced(tmp_path: Path) -> None:
    """Every article is as before or as after; in between are only whole lots of them."""
    write(tmp_path / "articles", thousands("夜戏"))
    with closing(Library.create(tmp_path / "library", budget=64)) as library:
        ingest(library, tmp_path / "articles")
        assert library.passage_count() > 2500
    shutil.rmtree(tmp_path / "articles")
    write(tmp_path / "articles", thousands("晨戏"))
    try_kills(tmp_path, 6, tmp_path / "library", _ingest_in_lots, tmp_path / "articles", between=True)


def _remove(folder: Path) -> None:
    with closing(Library(folder)) as library:
        if "kling" in library.passage_counts():
            remove(library, ["kling", "lighthouse"])


def test_killed_while_removing(stage: Path) -> None:
    try_kills(stage, 10, stage / "library", _remove)


def add_file(folder: Path, name: str, text: str) -> None:
    """As a reader does who drops a file onto the page."""
    (folder.parent / "dropped").write_text(text, encoding="utf-8")
    with closing(Library(folder)) as library:
        assert uploads.add(library, folder.parent / "dropped", name).added


def _take_out(folder: Path) -> None:
    with closing(Library(folder)) as library:
        if "clock" in library.passage_counts():
            uploads.take_out(library, "clock")


def test_killed_while_a_file_is_taken_out(stage: Path) -> None:
    """It goes with its article, or stays with it."""
    add_file(stage / "library", "clock.md", "道具师修好了1931年的钟。")
    try_kills(stage, 10, stage / "library", _take_out)


def _either(name: str) -> Embedder:
    return CountingEmbedder("other-1", 64) if name == "other" else load_embedder(name)


def _re_embed(folder: Path) -> None:
    with mock.patch.object(library_module, "load_embedder", _either), closing(Library(folder)) as library:
        migrate(library, "other")


def test_killed_while_embedding_anew(stage: Path) -> None:
    with mock.patch.object(library_module, "load_embedder", _either):
        try_kills(stage, 10, stage / "library", _re_embed)


def _migrate(folder: Path) -> None:
    with closing(Library(folder, outdated=True)) as library:
        if outdated(library):
            migrate(library)


def test_killed_while_migrating(tmp_path: Path, articles: dict[str, Article]) -> None:
    """Both halves: its vectors are another embedder's, its passages another version's."""
    with mock.patch.object(library_module, "load_embedder", lambda name: CountingEmbedder("other-1", 64)), \
            mock.patch.object(manifest_module, "load_embedder", lambda name: CountingEmbedder("other-1", 64)), \
            closing(Library.create(tmp_path / "library", budget=64)) as library:  # fmt: skip
        add_articles(library, articles.values())
    with closing(sqlite3.connect(library.folder / "articles.sqlite")) as connection, connection:
        connection.execute("UPDATE passage SET id = 'old-' || id")
        connection.execute("UPDATE manifest SET value = 'sentences-1' WHERE key = 'splitter'")
    assert told(library.folder) == ["`changji migrate`"]
    try_kills(tmp_path, 20, library.folder, _migrate)


def _restore(folder: Path, file: Path) -> None:
    restore(file, folder, replace=True)


def test_killed_while_restoring(stage: Path, tmp_path: Path) -> None:
    add_file(stage / "library", "clock.md", "道具师修好了1931年的钟。")
    (stage / "library" / "feedback.jsonl").write_text("{}\n", encoding="utf-8")
    with closing(Library(stage / "library")) as library:
        back_up(library, tmp_path / "backup")
    _take_out(stage / "library")
    add_file(stage / "library", "lamp.md", "灯光师换了三盏灯。")
    again(stage, stage / "library")
    try_kills(stage, 10, stage / "library", _restore, tmp_path / "backup")


def test_killed_while_restoring_over_a_damaged_database(stage: Path, tmp_path: Path) -> None:
    """There is the damaged one or the one restored, and no moment with none."""
    add_file(stage / "library", "clock.md", "道具师修好了1931年的钟。")
    with closing(Library(stage / "library")) as library:
        back_up(library, tmp_path / "backup")
    (stage / "library" / "articles.sqlite").write_bytes(b"no database" * 1000)
    assert told(stage / "library") == ["`changji restore FILE`"]
    try_kills(stage, 10, stage / "library", _restore, tmp_path / "backup")


def test_killed_while_repairing(stage: Path) -> None:
    for path in (stage / "library").rglob("*.term"):
        path.write_bytes(path.read_bytes()[:10])
    chroma = stage / "library" / "vectors" / "chroma.sqlite3"
    chroma.write_bytes(chroma.read_bytes()[:5000])
    assert told(stage / "library") == ["`changji doctor --repair`"]
    try_kills(stage, 10, stage / "library", repair)
