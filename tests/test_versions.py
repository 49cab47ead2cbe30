"""Libraries that another version or another embedder made: they say so, and one command brings them up to date."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from found import NEW, OLD, OTHER, by_vectors, everywhere, ids
from stage import QUESTIONS, CountingEmbedder, advice, shown

from ingest import library as library_module
from ingest import manifest as manifest_module
from ingest.article import Article
from ingest.build import add_articles, migrate, outdated
from ingest.embed import load_embedder
from ingest.errors import LibraryError
from ingest.library import Library
from rag.retrieve import Retriever
from ui.cli import main

Make = Callable[..., Library]


class _Failing(CountingEmbedder):
    """An embedder that fails at its second article."""

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        if hasattr(self, "used"):
            raise MemoryError
        self.used = True
        return super().embed_passages(texts)


@pytest.fixture
def initials(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names “initials” and “failing” are embedders, beside the real ones."""
    others = {"initials": CountingEmbedder("initials-1"), "failing": _Failing("failing-1")}
    monkeypatch.setattr(library_module, "load_embedder", lambda name: others.get(name) or load_embedder(name))


@pytest.mark.usefixtures("initials")
def test_re_embedding_switches_as_a_whole(new_library: Make) -> None:
    library = new_library([OLD, OTHER])
    reader = Library(library.place)
    everything = by_vectors(reader, "灯光师")
    assert library.needs_embedding("initials") and not library.needs_embedding(None)
    steps: list[tuple[int, int]] = []
    with library.writing():
        library.re_embed("initials", lambda done, total: steps.append((done, total)))
    assert steps == [(1, 2), (2, 2)]
    assert not library.needs_embedding("initials") and library.needs_embedding("bundled")
    for opened in (library, reader, Library(library.place)):
        assert opened.embedder.name == "initials-1"
        assert by_vectors(opened, "灯光师") == everything
        assert opened.embedder.dimensions == 16
    add_articles(library, [NEW])
    assert by_vectors(library, "灯光师") == ids(library, "a") | ids(library, "b")


@pytest.mark.usefixtures("initials")
def test_an_interrupted_re_embedding_leaves_the_old_vectors_in_use(new_library: Make) -> None:
    library = new_library([OLD, OTHER])
    before = everywhere(library, "灯光师")
    with pytest.raises(MemoryError), library.writing():
        library.re_embed("failing")
    assert library.manifest["embedder"] == "bundled"
    assert everywhere(library, "灯光师") == before
    with library.writing():
        library.re_embed("initials")
    assert everywhere(library, "灯光师") == before


@pytest.mark.usefixtures("initials")
def test_another_embedder_is_an_error_that_says_how_to_re_embed(new_library: Make) -> None:
    library = new_library([OLD])
    with pytest.raises(LibraryError, match="changji ingest --embedder initials"):
        Library(library.place, embedder="initials")
    Library(library.place, embedder="bundled").close()


def test_another_version_of_the_embedder_is_an_error_that_says_how_to_migrate(new_library: Make) -> None:
    library = new_library([OLD])
    _set(library, "embedder_version", "bundled-older")
    with pytest.raises(LibraryError, match="changji migrate"):
        Retriever(Library(library.place)).retrieve("灯光师")


def test_another_schema_is_an_error_that_says_how_to_ingest_anew(new_library: Make) -> None:
    library = new_library([OLD])
    _set(library, "schema", "0")
    with pytest.raises(LibraryError, match=r"schema 0.*changji ingest FOLDER --library NEW"):
        Library(library.place)


def test_no_library_is_an_error_that_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="changji ingest FOLDER"):
        Library(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_library_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "articles.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(LibraryError, match="--library"):
        Library(tmp_path)


def test_a_folder_that_can_t_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError, match="--library"):
        Library.create(tmp_path / "file" / "library")


def _set(library: Library, key: str, value: str) -> None:
    library.close()
    with sqlite3.connect(library.folder / "articles.sqlite") as connection:
        connection.execute("UPDATE manifest SET value = ? WHERE key = ?", [value, key])
    connection.close()


# Libraries of another version


@pytest.fixture
def old(tmp_path: Path, articles: dict[str, Article], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A library that an older version made: with another embedder, and other passages."""
    with monkeypatch.context() as patch:
        for module in (library_module, manifest_module):
            patch.setattr(module, "load_embedder", lambda name: CountingEmbedder("bundled-older"))
        library = Library.create(tmp_path / "old", budget=64)
        add_articles(library, articles.values())
        library.close()
    with contextlib.closing(sqlite3.connect(library.folder / "articles.sqlite")) as connection, connection:
        connection.execute("UPDATE passage SET id = 'old-' || id")
        connection.execute("UPDATE manifest SET value = 'sentences-1' WHERE key = 'splitter'")
    yield library.folder


def test_an_older_library_says_so_and_one_command_migrates_it(
    old: Path, articles: dict[str, Article], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for command in (["ask", QUESTIONS[0]], ["articles"], ["remove", "kling"]):
        assert main([*command, "--library", str(old)]) == 2
        said = capsys.readouterr().err
        assert "another version" in said and "`changji migrate`" in said and said.count("\n") == 1
    assert main(["migrate", "--library", str(old)]) == 0
    assert advice(old) == {}
    with contextlib.closing(Library(old)) as library:
        assert not outdated(library) and {article.id: article for article in library.articles()} == articles
        assert library.embedder.name == load_embedder("bundled").name
    new = Library.create(tmp_path / "new", budget=64)
    add_articles(new, articles.values())
    new.close()
    assert shown(old) == shown(new.folder)


def test_another_splitter_is_found_by_the_doctor_and_mended(
    new_library: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    library = new_library([OLD])
    _set(library, "splitter", "sentences-1")
    where = ["--library", str(library.folder)]
    assert main(["doctor", "--llm", "none", *where]) == 1
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("!!")]
    assert len(said) == 1 and "sentences-1" in said[0] and "`changji migrate`" in said[0]
    assert main(["doctor", "--llm", "none", "--repair", *where]) == 0
    assert main(["articles", *where]) == 0


@pytest.mark.parametrize(("key", "value"), [("splitter", "sentences-1"), ("embedder_version", "bundled-older")])
def test_who_restores_another_version_is_told_to_migrate(
    new_library: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str], key: str, value: str
) -> None:
    library = new_library([OLD])
    _set(library, key, value)
    assert main(["backup", str(tmp_path / "copy"), "--library", str(library.folder)]) == 0
    where = ["--library", str(tmp_path / "restored")]
    assert main(["restore", str(tmp_path / "copy"), *where]) == 0 and "`changji migrate`" in capsys.readouterr().out
    assert main(["migrate", *where]) == 0 and main(["backup", str(tmp_path / "copy"), *where]) == 0
    capsys.readouterr()
    assert main(["restore", str(tmp_path / "copy"), "--replace", *where]) == 0
    assert "migrate" not in capsys.readouterr().out


def test_ingesting_migrates_first(old: Path, tmp_path: Path) -> None:
    (tmp_path / "props.txt").write_text("道具师在仓库里找到了钟。", encoding="utf-8")
    assert main(["ingest", str(tmp_path / "props.txt"), "--library", str(old)]) == 0
    assert advice(old) == {}


def test_an_interrupted_migration_begins_anew(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, contextlib.closing(Library(old, outdated=True)) as library:
        patch.setattr(Library, "set_splitter", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            migrate(library)
    with pytest.raises(LibraryError, match="changji migrate"):
        Library(old)
    assert main(["migrate", "--library", str(old)]) == 0
    assert advice(old) == {}
