"""A library in one file and back: all of it, whoever has it open, and nothing of what is no back-up."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from stage import QUESTIONS, advice, half, noise, shown

from eval.feedback import keep, load_feedback
from eval.history import keep_run, kept_runs
from ingest import backup, uploads
from ingest.backup import back_up, restore
from ingest.build import remove
from ingest.errors import LibraryError
from ingest.kept import kept_files
from ingest.library import Library
from ingest.sqlite import SQLite
from rag.answer import Answer
from rag.assistant import Assistant
from ui.cli import main

RUNS = [{"about": {"run": number}, "metrics": {}, "results": []} for number in range(2)]


def test_a_backup_brings_everything_back_without_embedding(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, copy = shown(folder), tmp_path / "备份.changji"
    with contextlib.closing(Library(folder)) as library:
        back_up(library, copy)
        catalogue = library.catalogue()
        back_up(library, copy)  # over the earlier one
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [copy.name]
    copy.chmod(0o444)
    monkeypatch.setattr(backup, "load_embedder", lambda name: pytest.fail("nothing needs embedding"))
    restore(copy, tmp_path / "new")
    assert shown(tmp_path / "new") == before and advice(tmp_path / "new") == {}
    with contextlib.closing(Library(tmp_path / "new")) as library:
        assert library.catalogue() == catalogue


def _used(folder: Path, scratch: Path) -> None:
    """A library that a reader has worked with: a file dropped onto the page, a rating, two runs of questions."""
    with contextlib.closing(Library(folder)) as library:
        (scratch / "dropped").write_text("道具师修好了1931年的钟。", encoding="utf-8")
        uploads.add(library, scratch / "dropped", "钟.md")
        keep(folder, Answer("谁修好了钟？", "道具师。", False, "extract", "zh"), [], "down", "1931年")
        for run in RUNS:
            keep_run(folder, "bundled", run)


def test_a_backup_carries_all_that_readers_left(folder: Path, tmp_path: Path) -> None:
    copy, new, file = tmp_path / "copy", tmp_path / "new", "added/钟.md"
    _used(folder, tmp_path)
    (folder / "added" / "secret.md").symlink_to(Path(__file__))
    with contextlib.closing(Library(folder)) as library:
        back_up(library, copy)
        added = library.added()
        uploads.take_out(library, "钟")
    assert not (folder / file).exists()
    restore(copy, new)
    assert (new / file).read_text("utf-8") == "道具师修好了1931年的钟。" and not (new / "added/secret.md").exists()
    assert kept_runs(new, "bundled") == (RUNS[1], RUNS[0])
    assert load_feedback(new)[0].facts == (("1931年",),)
    with contextlib.closing(Library(new)) as library:
        assert library.added() == added and "钟" in added
        assert uploads.add(library, tmp_path / "dropped", "钟.md").unchanged == ["钟"]
        uploads.take_out(library, "钟")
    assert not (new / file).exists() and not list(new.glob("restored-*"))


def test_restoring_takes_nothing_away_unasked(folder: Path, tmp_path: Path) -> None:
    copy, new = tmp_path / "copy", tmp_path / "new"
    with contextlib.closing(Library(folder)) as library:
        back_up(library, copy)
    Library.create(new).close()
    keep(new, Answer("谁修好了钟？", "道具师。", False, "extract", "zh"), [], "down", "1931年")
    with pytest.raises(LibraryError, match="--replace"):
        restore(copy, new)
    assert load_feedback(new)
    restore(copy, new, replace=True)
    assert not dict(kept_files(new)).get("feedback.jsonl")


def test_a_backup_of_an_older_version_is_restored_and_leaves_what_it_doesnt_know(folder: Path, tmp_path: Path) -> None:
    copy, before = tmp_path / "copy", shown(folder)
    with contextlib.closing(Library(folder)) as library:
        back_up(library, copy)
    with contextlib.closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("DROP TABLE file")
        connection.execute("DROP TABLE added")
    _used(folder, tmp_path)
    kept = dict(kept_files(folder))
    restore(copy, folder, replace=True)
    assert shown(folder) == before | {"files": kept} and len(kept) == 4


@pytest.mark.parametrize(
    "path", ["../out", "added/../../out", "added/..", "added/a/b", "words/meta.json", "/tmp/out", ""]
)
def test_no_file_of_a_backup_leads_out_of_its_place(folder: Path, tmp_path: Path, path: str) -> None:
    copy, before = tmp_path / "copy", shown(folder)
    with contextlib.closing(Library(folder)) as library:
        back_up(library, copy)
    with contextlib.closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("INSERT INTO file VALUES (?, 'x')", [path])
    with pytest.raises(LibraryError, match="none belongs"):
        restore(copy, folder, replace=True)
    assert shown(folder) == before and not list(folder.glob("restored-*")) and not (tmp_path / "out").exists()


def _interrupt(*arguments: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("moment", ["take_over", "_fill"])
def test_files_are_restored_with_the_articles_or_not_at_all(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    _used(folder, tmp_path)
    copy, earlier = tmp_path / "copy", shown(folder)
    with contextlib.closing(Library(folder)) as library:
        back_up(library, copy)
        uploads.take_out(library, "钟")
    later = shown(folder)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(SQLite if moment == "take_over" else backup, moment, _interrupt)
        if moment == "_fill":  # and before the files are in their places
            patch.setattr(backup, "settle", lambda folder, token: None)
        restore(copy, folder, replace=True)
    assert list(folder.glob("restored-*"))
    assert shown(folder) == (later if moment == "take_over" else earlier)
    assert not list(folder.glob("restored-*"))


def test_a_damaged_database_gives_way_after_its_log_and_to_a_whole_one(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log beside another database would be played into it; and there is no moment without a database."""
    copy, before, path = tmp_path / "copy", shown(folder), folder / "articles.sqlite"
    with contextlib.closing(Library(folder)) as library:
        back_up(library, copy)
    damaged = zeros(path.read_bytes())
    path.write_bytes(damaged)
    moved: list[str] = []

    def move(source: Path, target: Path) -> None:
        if source.name.startswith(("articles.sqlite", "restoring.sqlite")):
            assert path.exists()
            moved.append(source.name)
        if target == path:
            with contextlib.closing(sqlite3.connect(source)) as whole:
                assert whole.execute("SELECT count(*) FROM article").fetchone() == (5,)
        replace_file(source, target)

    replace_file = os.replace
    monkeypatch.setattr(os, "replace", move)
    with contextlib.closing(sqlite3.connect(path)) as reader:
        reader.execute("PRAGMA schema_version").fetchone()  # so that its log stays
        restore(copy, folder, replace=True)
    assert moved[-1] == "restoring.sqlite" and "articles.sqlite-wal" in moved
    assert shown(folder) == before and (folder / "damaged-articles.sqlite-wal").exists()
    assert (folder / "damaged-articles.sqlite").read_bytes() == damaged and not list(folder.glob("restoring*"))


def test_an_open_reader_sees_what_is_restored(folder: Path, tmp_path: Path) -> None:
    copy, before = tmp_path / "copy", shown(folder)
    with contextlib.closing(Library(folder)) as library:
        back_up(library, copy)
        remove(library, ["kling", "festival"])
        assert "2200万" not in Assistant(library).ask(QUESTIONS[1]).answer
        with pytest.raises(LibraryError, match=r"3 articles.*--replace"):
            restore(copy, folder)
        assert len(library.articles()) == 3
        earlier = int(library.version())
        restore(copy, folder, replace=True)
        assert int(library.version()) > earlier  # never a number that a reader may have seen already
        assert "2200万" in Assistant(library).ask(QUESTIONS[1]).answer
        with library.writing(), pytest.raises(LibraryError, match="Another process is writing"):
            restore(copy, folder, replace=True)
    assert shown(folder) == before


def zeros(data: bytes) -> bytes:
    return data[:4096] + b"\0" * (len(data) - 4096)


@pytest.mark.parametrize("change", [half, noise, zeros, lambda data: b""])
def test_what_is_no_whole_backup_isnt_restored(folder: Path, tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    copy, before = tmp_path / "copy", shown(folder)
    with contextlib.closing(Library(folder)) as library:
        back_up(library, copy)
    copy.write_bytes(change(copy.read_bytes()))
    with pytest.raises(LibraryError):
        restore(copy, folder, replace=True)
    assert shown(folder) == before


def test_a_backup_whose_texts_were_changed_isnt_restored(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    with contextlib.closing(Library(folder)) as library:
        back_up(library, copy)
    with contextlib.closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE article SET text = replace(text, '2200万', '9900万')")
    with pytest.raises(LibraryError, match="damaged"):
        restore(copy, folder, replace=True)


def test_a_backup_replaces_no_other_file(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.md").write_text("我的论文", encoding="utf-8")
    with contextlib.closing(Library(folder)) as library:
        with pytest.raises(LibraryError, match="no back-up"):
            back_up(library, tmp_path / "thesis.md")
        with pytest.raises(LibraryError, match="can't be written"):
            back_up(library, tmp_path / "missing" / "copy")
    assert (tmp_path / "thesis.md").read_text(encoding="utf-8") == "我的论文"


def _diary(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE diary (day)")


def _another_library(path: Path) -> None:
    SQLite(path).close()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("make", [_diary, _another_library, _pipe, Path.mkdir])
def test_a_backup_replaces_no_other_database(folder: Path, tmp_path: Path, make: Callable[[Path], None]) -> None:
    other = tmp_path / "other"
    make(other)
    before = other.stat(), sorted(tmp_path.iterdir())
    with contextlib.closing(Library(folder)) as library, pytest.raises(LibraryError, match="no back-up"):
        back_up(library, other)
    assert (other.stat().st_ino, other.stat().st_size) == (before[0].st_ino, before[0].st_size)
    assert sorted(tmp_path.iterdir()) == before[1]


@pytest.mark.parametrize("name", ["articles.sqlite", "copy", "added/copy", "../library/copy"])
def test_no_backup_is_written_into_the_library_itself(folder: Path, name: str) -> None:
    before = shown(folder)
    with contextlib.closing(Library(folder)) as library, pytest.raises(LibraryError, match="own folder"):
        back_up(library, folder / name)
    assert shown(folder) == before and not (folder / name).with_name("copy").exists()


def test_a_backup_takes_the_place_of_an_empty_file(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").touch()
    with contextlib.closing(Library(folder)) as library:
        back_up(library, tmp_path / "copy")
    restore(tmp_path / "copy", tmp_path / "new")
    assert shown(tmp_path / "new") == shown(folder)


@pytest.mark.parametrize("place", ["none/copy", "file/copy"])
def test_a_backup_says_why_it_cannot_be_where_it_is_to_lie(folder: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    with contextlib.closing(Library(folder)) as library, pytest.raises(LibraryError) as told:
        back_up(library, tmp_path / place)
    assert f"{place} (No" in str(told.value) and ".part" not in str(told.value)


def test_an_empty_library_takes_the_place_of_no_backup(folder: Path, tmp_path: Path) -> None:
    with contextlib.closing(Library(folder)) as library:
        back_up(library, tmp_path / "copy")
    kept = (tmp_path / "copy").read_bytes()
    with contextlib.closing(Library.create(tmp_path / "new")) as empty:
        with pytest.raises(LibraryError, match="is empty"):
            back_up(empty, tmp_path / "copy")
        back_up(empty, tmp_path / "other")
    assert (tmp_path / "copy").read_bytes() == kept


def test_a_place_that_cannot_be_written_is_not_called_damaged(folder: Path, tmp_path: Path) -> None:
    with contextlib.closing(Library(folder)) as library:
        back_up(library, tmp_path / "copy")
    (tmp_path / "new/articles.sqlite").mkdir(parents=True)
    with pytest.raises(LibraryError, match="can't be opened"):
        restore(tmp_path / "copy", tmp_path / "new")


def test_a_backup_that_failed_leaves_nothing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(library: Library, part: Path) -> None:
        for log in ("", "-journal", "-wal", "-shm"):
            part.with_name(f"{part.name}{log}").write_bytes(b"half")
        raise LibraryError("the disk is full")

    monkeypatch.setattr(Library, "copy", fail)
    before = sorted(tmp_path.iterdir())
    with contextlib.closing(Library(folder)) as library, pytest.raises(LibraryError, match="full"):
        back_up(library, tmp_path / "copy")
    assert sorted(tmp_path.iterdir()) == before


def test_the_commands_back_up_and_restore(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy, new = str(tmp_path / "copy"), str(tmp_path / "new")
    assert main(["backup", copy, "--library", str(folder)]) == 0
    assert main(["restore", copy, "--library", new]) == 0
    assert "5 articles" in capsys.readouterr().out
    assert main(["restore", str(folder), "--library", new]) == 2
    assert main(["restore", str(tmp_path / "nothing"), "--library", new]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 2 and "(No such file or directory)" in told and "Errno" not in told
