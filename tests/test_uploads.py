"""Files that readers bring: kept within the library, replaced, taken out and put back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from unittest import mock

import pytest

from ingest import uploads
from ingest.article import Article
from ingest.errors import QuestionError, ReadError
from ingest.library import Library

New = Callable[[Sequence[Article]], Library]
TEXT = "《灯塔》的制作成本是42000元，导演是林晚，全片长七分钟。\n"


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def make(text: str) -> Path:
        path = tmp_path / "upload.tmp"
        path.write_text(text, encoding="utf-8")
        return path

    return make


def test_a_file_is_kept_and_read_under_its_own_name(new_library: New, file: Callable[[str], Path]) -> None:
    library = new_library([])
    assert uploads.add(library, file(TEXT), "灯塔.md").added == ["灯塔"]
    assert library.article("灯塔").text.strip() == TEXT.strip()
    assert (library.folder / "added" / "灯塔.md").read_text("utf-8") == TEXT
    assert uploads.add(library, file(TEXT), "灯塔.md").unchanged == ["灯塔"]
    assert uploads.add(library, file(TEXT + "首映在平遥举行，掌声持续了四分钟。"), "灯塔.md").changed == ["灯塔"]
    assert library.added()["灯塔"].startswith("20")


@pytest.mark.parametrize("name", ["../../etc/灯塔.md", "..\\灯塔.md", "/灯塔.md", ".灯塔.md", "\n灯塔.MD"])
def test_no_name_leads_out_of_the_folder(name: str, new_library: New, file: Callable[[str], Path]) -> None:
    library = new_library([])
    (id,) = uploads.add(library, file(TEXT), name).added
    assert [path.parent.name for path in library.folder.rglob("*灯塔*")] == ["added"] and "灯塔" in id


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("灯塔\u3000首映.md", "灯塔\u3000首映"),
        ("灯塔\xa0首映.md", "灯塔\xa0首映"),
        ("\ufeff灯塔\u200b首映\u202e.md", "灯塔首映"),
        ("灯塔\u2028首映.md", "灯塔 首映"),
        ("灯塔\ud800.md", "灯塔"),
        ("👩\u200d🎬.md", "👩\u200d🎬"),
    ],
)
def test_a_name_keeps_its_spaces_and_loses_what_cannot_be_seen(
    name: str, kept: str, new_library: New, file: Callable[[str], Path]
) -> None:
    library = new_library([])
    assert uploads.add(library, file(TEXT), name).added == [kept]
    assert [path.stem for path in (library.folder / "added").iterdir()] == [kept]


def test_long_names_that_begin_alike_are_two_articles(new_library: New, file: Callable[[str], Path]) -> None:
    library, long = new_library([]), "灯塔首映纪事" * 15
    (first,) = uploads.add(library, file(TEXT), f"{long}上.md").added
    (second,) = uploads.add(library, file("又一段关于首映的文字。" + TEXT), f"{long}下.md").added
    assert library.article(first).text.strip() == TEXT.strip()
    assert first != second and max(map(len, (first, second))) <= 80
    assert uploads.add(library, file(TEXT), f"{long}上.md").unchanged == [first]
    assert uploads.add(library, file(TEXT), f"{'长' * 80}.md").added == ["长" * 80]


@pytest.mark.parametrize("name", ["x.exe", "x", "", "...", ".md", "<script>"])
def test_other_types_are_refused(name: str, new_library: New, file: Callable[[str], Path]) -> None:
    library = new_library([])
    with pytest.raises(ReadError, match=r"\.md"):
        uploads.add(library, file(TEXT), name)
    assert not list(library.folder.glob("added/*"))


def test_a_file_that_cannot_be_read_leaves_the_earlier_one(new_library: New, file: Callable[[str], Path]) -> None:
    library = new_library([])
    uploads.add(library, file(TEXT), "灯塔.md")
    assert uploads.add(library, file("  \n"), "灯塔.md").skipped
    assert uploads.add(library, file("  \n"), "空.md").skipped
    assert [path.name for path in (library.folder / "added").iterdir()] == ["灯塔.md"]
    with pytest.raises(ReadError):
        uploads.replace(library, "灯塔", file(" "), "新.txt")
    assert "42000元" in library.article("灯塔").text
    assert [path.name for path in (library.folder / "added").iterdir()] == ["灯塔.md"]


def test_a_replaced_article_keeps_its_id_and_leaves_nothing_else(new_library: New, file: Callable[[str], Path]) -> None:
    library = new_library([Article("old", "旧的文字，成本是十万元。", "旧")])
    report = uploads.replace(library, "old", file(TEXT), "new.txt")
    assert report.changed == ["old"] and "42000元" in library.article("old").text
    uploads.replace(library, "old", file(TEXT + "又一段关于首映的文字。"), "newer.md")
    assert [path.name for path in (library.folder / "added").iterdir()] == ["old.md"]
    assert set(library.passage_counts()) == {"old"}
    with pytest.raises(QuestionError):
        uploads.replace(library, "nobody", file(TEXT), "new.txt")


def test_taking_out_leaves_no_word_and_putting_back_restores_all(new_library: New, file: Callable[[str], Path]) -> None:
    library = new_library([])
    uploads.add(library, file(TEXT), "灯塔.md")
    article = library.article("灯塔")
    removed = uploads.take_out(library, "灯塔")
    assert not library.articles() and not list((library.folder / "added").iterdir()) and not library.added()
    uploads.put_back(library, [removed])
    assert library.article("灯塔") == article
    assert uploads.add(library, file(TEXT), "灯塔.md").unchanged == ["灯塔"] or library.article("灯塔") == article
    assert (library.folder / "added" / "灯塔.md").read_text("utf-8") == TEXT


def test_where_taking_out_is_cut_off_the_file_goes_when_the_library_is_opened_again(
    new_library: New, file: Callable[[str], Path], tmp_path: Path
) -> None:
    library = new_library([])
    for name in ("灯塔.md", "纸鸢.md"):
        uploads.add(library, file(f"《{name}》" + TEXT), name)
    with mock.patch.object(Library, "purge", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        uploads.take_out(library, "灯塔")
    library.close()
    moved = library.folder.rename(tmp_path / "moved")  # where articles name files of the folder that was
    again = Library(moved)
    assert [article.id for article in again.articles()] == ["纸鸢"]
    assert [path.name for path in (moved / "added").iterdir()] == ["纸鸢.md"]
    uploads.put_back(again, [uploads.take_out(again, "纸鸢")])
    uploads.take_out(again, "纸鸢")
    assert not list((moved / "added").iterdir())
    again.close()


def test_a_source_outside_the_library_is_never_touched(new_library: New, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text(TEXT, encoding="utf-8")
    library = new_library([Article("outside", TEXT, "题", source=str(outside))])
    uploads.put_back(library, [uploads.take_out(library, "outside")])
    assert outside.read_text("utf-8") == TEXT and library.article("outside").title == "题"
