"""What is read of a folder: nothing that the library keeps, and all else, whatever can't be looked into or named."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from test_ingest import fill, held, skipped

from ingest.build import ingest
from ingest.errors import ReadError
from ingest.folder import article_files, is_gone
from ingest.library import Library
from ui.cli import main

Make = Callable[..., Library]
GBK = os.fsdecode("文章".encode("gbk"))  # as unpacked from an archive made in Chinese Windows
mixed_names = pytest.mark.skipif(sys.platform != "linux", reason="names are text on other systems")


@mixed_names
@pytest.mark.parametrize("name", [f"{GBK}/b.md", f"{GBK}.md"])
def test_a_name_that_is_no_text_keeps_nothing_else_out(tmp_path: Path, new_library: Make, name: str) -> None:
    folder, library = fill(tmp_path / "in", "a.md", name), new_library()
    (reason,) = skipped(library, folder).values()
    assert "isn't text" in reason and held(library) == {"a"}


@mixed_names
@pytest.mark.parametrize("path", [GBK, f"{GBK}/a.md"])
def test_a_path_that_is_no_text_is_told(tmp_path: Path, path: str) -> None:
    fill(tmp_path, f"{GBK}/a.md")
    with pytest.raises(ReadError, match="isn't text"):
        article_files(tmp_path / path)


def test_a_folder_that_cannot_be_looked_into_keeps_its_articles(
    tmp_path: Path, new_library: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, library = fill(tmp_path / "in", "a.md", "shut/b.md"), new_library()
    ingest(library, folder)
    fill(folder, "c.md")
    shut = str(folder / "shut")
    looked, told = os.scandir, Path.stat

    def scandir(path: str) -> object:  # for root may look into any
        if os.fspath(path) == shut:
            raise PermissionError(13, "Permission denied", path)
        return looked(path)

    def stat(path: Path, **more: bool) -> os.stat_result:
        if str(path.parent) == shut:
            raise PermissionError(13, "Permission denied", str(path))
        return told(path, **more)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(Path, "stat", stat)
    assert skipped(library, folder) == {"shut": "shut can't be read (Permission denied)."}
    assert held(library) == {"a", "b", "c"}
    with pytest.raises(ReadError, match="Permission denied"):
        article_files(folder / "shut")


def test_a_folder_linked_from_elsewhere_is_told(tmp_path: Path, new_library: Make) -> None:
    folder, library = fill(tmp_path / "in", "a.md", "inner/b.md"), new_library()
    fill(tmp_path / "out", "c.md")
    (folder / "inner/out").symlink_to(tmp_path / "out")
    (folder / "again").symlink_to(folder / "inner")
    (reason,) = skipped(library, folder).items()
    assert reason == ("inner/out", "it is a link that leads out of the folder; put a copy there instead")
    assert held(library) == {"a", "b"}


@pytest.mark.parametrize(("path", "gone"), [("a.md", False), ("b.md", True), ("a.md/b.md", True), ("loop", False)])
def test_only_what_is_surely_not_there_is_gone(tmp_path: Path, path: str, gone: bool) -> None:
    fill(tmp_path, "a.md")
    (tmp_path / "loop").symlink_to("loop")
    assert is_gone(tmp_path / path) is gone


def test_the_librarys_own_folder_is_none_of_the_articles(tmp_path: Path, new_library: Make) -> None:
    library = new_library()
    fill(tmp_path, "a.md", f"{library.folder.name}/added/b.md", "inner/c.md")
    assert skipped(library, tmp_path) == {} and held(library) == {"a", "c"}


def test_a_folder_of_articles_does_not_become_the_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(tmp_path, "a.md")
    assert main(["ingest", str(tmp_path), "--library", str(tmp_path)]) == 2
    assert "name another one for the library" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]
