"""A library follows its folders: by whatever path it is told of them, and whatever bad files lie among the articles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import uploads
from ingest.article import Article
from ingest.build import add_articles, ingest
from ingest.library import Library

TEXT = "导演王岚用十四个月拍完了长片《{}》，制作成本只有3.5万元。"
Make = Callable[..., Library]


def fill(folder: Path, *names: str) -> Path:
    """Articles, each named in its text."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(TEXT.format(name), encoding="utf-8", errors="replace")
    return folder


def held(library: Library) -> set[str]:
    """Ids of the articles."""
    return set(library.passage_counts())


@pytest.mark.parametrize("path", ["inner/a.md", "inner"])
@pytest.mark.parametrize("last", ["", "inner"])
def test_a_folder_knows_what_was_ingested_of_it_by_another_path(
    tmp_path: Path, new_library: Make, path: str, last: str
) -> None:
    folder, library = fill(tmp_path / "in_%", "inner/a.md", "inner/b.md", "c.md"), new_library()
    ingest(library, folder)
    assert ingest(library, folder / path).changed == []
    (folder / "inner/a.md").write_text("新的文字。" + TEXT, encoding="utf-8")
    assert ingest(library, folder / path).changed == ["a"]
    assert ingest(library, folder).changed == []
    (folder / "inner/a.md").unlink()
    assert ingest(library, folder / last).removed == ["a"]
    assert held(library) == {"b", "c"}


def test_a_folder_takes_away_nothing_that_is_not_its_own(tmp_path: Path, new_library: Make) -> None:
    library, folder = new_library(), fill(tmp_path / "in", "a.md", "added/b.md")
    beside = fill(tmp_path, "in-2/c.md", "inn/d.md", "In/e.md", "f.md")
    for path in (folder, *(beside / name for name in ("in-2", "inn", "In", "f.md"))):
        ingest(library, path)
    add_articles(library, [Article("g", TEXT, "题", source=str(folder / "g.md"))])
    for name in ("in-2/c.md", "inn/d.md", "In/e.md", "f.md", "in/added/b.md"):
        (tmp_path / name).unlink()
    assert ingest(library, folder).removed == ["b"]
    assert held(library) == {"a", "c", "d", "e", "f", "g"}


def test_a_folder_takes_away_no_readers_files(tmp_path: Path, new_library: Make) -> None:
    library, folder = new_library([Article("old", TEXT, "题")]), fill(tmp_path, "in/a.md", "b.md")
    uploads.add(library, folder / "b.md", "钟.md")
    uploads.replace(library, "old", folder / "b.md", "b.md")
    library.close()
    moved = Library((tmp_path / "library").rename(tmp_path / ".moved"))  # articles name files of the folder that was
    assert ingest(moved, tmp_path).removed == []
    assert held(moved) == {"old", "钟", "a", "b"}
    moved.close()


# Files that would have the same id


def skipped(library: Library, folder: Path) -> dict[str, str]:
    """Ingest a folder: the files passed over, each with the reason."""
    return {str(Path(path).relative_to(folder)): str(reason) for path, reason in ingest(library, folder).skipped}


@pytest.mark.parametrize("broken", ["a.docx", "a.md", "1/a.txt", "a.pdf"])
def test_a_broken_file_takes_the_name_from_no_other(tmp_path: Path, new_library: Make, broken: str) -> None:
    folder, library = fill(tmp_path / "in", "a.txt", broken), new_library()
    (folder / broken).write_bytes(b"\0" * 3000)
    assert list(skipped(library, folder)) == [broken]
    assert "a.txt" in library.article("a").text


@pytest.mark.parametrize("new", ["a.md", "1/a.txt", "z/a.txt"])
def test_a_new_file_keeps_none_out_that_the_library_has(tmp_path: Path, new_library: Make, new: str) -> None:
    folder, library = fill(tmp_path / "in", "a.txt"), new_library()
    ingest(library, folder)
    (fill(folder, new) / "a.txt").write_text("改过的文字。" + TEXT, encoding="utf-8")
    assert list(skipped(library, folder)) == [new]
    assert library.article("a").text.startswith("改过")


def test_of_two_files_of_one_name_the_other_is_told_with_its_folder(tmp_path: Path, new_library: Make) -> None:
    folder = fill(tmp_path / "in", "1/index.md", "2/index.md", "2/other.md")
    told = skipped(new_library(), folder)
    assert told == {"2/index.md": "1/index.md has the same name without its ending"}
