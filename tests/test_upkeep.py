"""Looking a library over, mending it, backing it up, bringing it up to date: what users see, what it answers."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from openai_server import KEY, OpenAIServer, Reply

from ingest import backup
from ingest import library as library_module
from ingest import manifest as manifest_module
from ingest.article import Article
from ingest.backup import back_up, restore
from ingest.build import add_articles, migrate, outdated, remove
from ingest.doctor import examine, repair
from ingest.embed import load_embedder
from ingest.errors import LibraryError
from ingest.library import Library
from rag.assistant import Assistant
from ui.cli import main

QUESTIONS = ("影片的制作成本只有多少？", "可灵2.0的用户有多少？", "最佳短片奖授予了哪部影片？", "谁负责调色？")
Damage = Callable[[Path], object]


def answers(folder: Path) -> list[dict[str, object]]:
    with contextlib.closing(Library(folder)) as library:
        said = [Assistant(library).ask(question).to_dict() for question in QUESTIONS]
    assert any(answer["citations"] for answer in said)
    return [{key: value for key, value in answer.items() if key != "timings"} for answer in said]


def advice(folder: Path) -> dict[str, str]:
    return {finding.part: finding.advice for finding in examine(folder) if finding.advice}


@pytest.fixture
def folder(tmp_path: Path, articles: dict[str, Article]) -> Path:
    """A closed library of five articles."""
    library = Library.create(tmp_path / "library")
    add_articles(library, articles.values())
    library.close()
    return library.folder


def sql(statement: str, *parameters: str) -> Damage:
    def run(folder: Path) -> None:
        with contextlib.closing(sqlite3.connect(folder / "articles.sqlite")) as connection, connection:
            assert connection.execute(statement, parameters).rowcount

    return run


def file(pattern: str, change: Callable[[bytes], bytes | None]) -> Damage:
    def run(folder: Path) -> None:
        path = max(folder.glob(pattern), key=lambda path: path.stat().st_size)
        data = change(path.read_bytes())
        path.unlink() if data is None else path.write_bytes(data)

    return run


def opened(change: Callable[[Library], object]) -> Damage:
    def run(folder: Path) -> None:
        with contextlib.closing(Library(folder)) as library:
            change(library)

    return run


def _shuffled_vectors(library: Library) -> None:
    vectors = library._open_vectors()
    ids = sorted(vectors.ids())
    rows = vectors.get(ids)
    vectors.write(ids, ["x"] * len(ids), np.stack([rows[id] for id in ids[1:] + ids[:1]]))


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def noise(data: bytes) -> bytes:
    return bytes(range(256)) * (len(data) // 256 + 1)


def nothing(data: bytes) -> None: ...


def _without_words(library: Library) -> None:
    library._words.write((), [library.passages_of("kling")[0].id])


def _without_vector(library: Library) -> None:
    library._open_vectors().remove([library.passages_of("kling")[0].id])


def _strange_vector(library: Library) -> None:
    library._open_vectors().write(["x"], ["x"], np.ones((1, 256), "f4"))


DAMAGE: dict[str, tuple[str, Damage]] = {
    "a passage moved": ("articles", sql('UPDATE passage SET "start" = "start" + 1 WHERE article = ?', "kling")),
    "a passage beyond the end": ("articles", sql('UPDATE passage SET "end" = 100000 WHERE article = ?', "kling")),
    "a text changed": ("articles", sql("UPDATE article SET text = replace(text, '22', '99') WHERE id = ?", "kling")),
    "words lack a passage": ("words", opened(_without_words)),
    "words cut off": ("words", file("words/*.term", half)),
    "words' list gone": ("words", file("words/meta.json", nothing)),
    "words' store of noise": ("words", file("words/*.store", noise)),
    "vectors lack a passage": ("vectors", opened(_without_vector)),
    "a vector too many": ("vectors", opened(_strange_vector)),
    "vectors in the wrong place": ("vectors", opened(_shuffled_vectors)),
    "vectors cut off": ("vectors", file("vectors/chroma.sqlite3", half)),
    "vectors gone": ("vectors", file("vectors/chroma.sqlite3", nothing)),
}  # fmt: skip


def test_a_sound_library_has_nothing_to_mend(folder: Path) -> None:
    ours = [folder / "articles.sqlite", *(folder / "words").iterdir()]  # Chroma writes whenever it is opened
    before = [path.read_bytes() for path in ours]
    assert advice(folder) == {} and len(examine(folder)) == 3
    assert before == [path.read_bytes() for path in ours]


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_found_in_its_part_and_mended(folder: Path, kind: str) -> None:
    part, damage = DAMAGE[kind]
    before = answers(folder)
    damage(folder)
    assert part in advice(folder)
    repair(folder)
    assert advice(folder) == {}
    if kind != "a text changed":  # the text is the truth: its passages follow
        assert answers(folder) == before


def test_damaged_articles_cant_be_mended_but_restored(folder: Path, tmp_path: Path) -> None:
    before, copy = answers(folder), tmp_path / "copy"
    with contextlib.closing(Library(folder)) as library:
        back_up(library, copy)
    path = folder / "articles.sqlite"
    data = path.read_bytes()
    path.write_bytes(data[:8192] + b"\xff" * (len(data) - 8192))
    assert "restore" in advice(folder)["articles"]
    with pytest.raises(LibraryError, match="changji restore"):
        repair(folder)
    with pytest.raises(LibraryError, match="--replace"):
        restore(copy, folder)
    restore(copy, folder, replace=True)
    assert answers(folder) == before and advice(folder) == {}


def test_a_lost_words_index_is_made_anew_by_whoever_opens_the_library(folder: Path) -> None:
    before = answers(folder)
    file("words/meta.json", nothing)(folder)
    assert answers(folder) == before and advice(folder) == {}


# The command


def test_doctor_says_what_it_found_and_its_exit_code_whether_all_is_well(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("CHANGJI_LLM_BASE_URL", "CHANGJI_LLM_MODEL", "OPENAI_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    assert main(["doctor", "--library", str(folder)]) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("Python", "chromadb", "tantivy", "5 articles", "offsets", "none is"))
    assert "!!" not in said
    DAMAGE["words cut off"][1](folder)
    assert main(["doctor", "--library", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "!! " in said and "changji doctor --repair" in said and said.count("\n") == 7
    assert main(["ask", QUESTIONS[0], "--library", str(folder)]) == 2
    assert "changji doctor --repair" in capsys.readouterr().err
    assert main(["doctor", "--repair", "--library", str(folder)]) == 0
    assert main(["ask", QUESTIONS[0], "--library", str(folder)]) == 0


def test_doctor_tries_the_language_model_and_keeps_its_key_to_itself(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with OpenAIServer(Reply("2"), key=KEY) as server:
        import threading

        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        monkeypatch.setenv("CHANGJI_LLM_BASE_URL", server.url)
        monkeypatch.setenv("CHANGJI_LLM_MODEL", "tiny")
        monkeypatch.setenv("CHANGJI_LLM_API_KEY", KEY)
        assert main(["doctor", "--library", str(folder)]) == 0
        assert "tiny at http://127.0.0.1" in capsys.readouterr().out
        monkeypatch.setenv("CHANGJI_LLM_API_KEY", "sk-wrong-geheim")
        assert main(["doctor", "--library", str(folder)]) == 1
        said = capsys.readouterr().out
        assert "!!  model" in said and "geheim" not in said
        server.shutdown()


# Backing up


def test_a_backup_brings_everything_back_without_embedding(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, copy = answers(folder), tmp_path / "备份.changji"
    with contextlib.closing(Library(folder)) as library:
        back_up(library, copy)
        catalogue = library.catalogue()
        back_up(library, copy)  # over the earlier one
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [copy.name]
    copy.chmod(0o444)
    monkeypatch.setattr(backup, "load_embedder", lambda name: pytest.fail("nothing needs embedding"))
    restore(copy, tmp_path / "new")
    assert answers(tmp_path / "new") == before and advice(tmp_path / "new") == {}
    with contextlib.closing(Library(tmp_path / "new")) as library:
        assert library.catalogue() == catalogue


def test_an_open_reader_sees_what_is_restored(folder: Path, tmp_path: Path) -> None:
    copy, before = tmp_path / "copy", answers(folder)
    with contextlib.closing(Library(folder)) as library:
        back_up(library, copy)
        remove(library, ["kling", "festival"])
        assert Assistant(library).ask(QUESTIONS[1]).refused
        with pytest.raises(LibraryError, match=r"3 articles.*--replace"):
            restore(copy, folder)
        assert len(library.articles()) == 3
        earlier = int(library.version())
        restore(copy, folder, replace=True)
        assert int(library.version()) > earlier  # never a number that a reader may have seen already
        assert "2200万" in Assistant(library).ask(QUESTIONS[1]).answer
        with library.writing(), pytest.raises(LibraryError, match="Another process is writing"):
            restore(copy, folder, replace=True)
    assert answers(folder) == before


def zeros(data: bytes) -> bytes:
    return data[:4096] + b"\0" * (len(data) - 4096)


@pytest.mark.parametrize("change", [half, noise, zeros, lambda data: b""])
def test_what_is_no_whole_backup_isnt_restored(folder: Path, tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    copy, before = tmp_path / "copy", answers(folder)
    with contextlib.closing(Library(folder)) as library:
        back_up(library, copy)
    copy.write_bytes(change(copy.read_bytes()))
    with pytest.raises(LibraryError):
        restore(copy, folder, replace=True)
    assert answers(folder) == before


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


def test_the_commands_back_up_and_restore(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy, new = str(tmp_path / "copy"), str(tmp_path / "new")
    assert main(["backup", copy, "--library", str(folder)]) == 0
    assert main(["restore", copy, "--library", new]) == 0
    assert "5 articles" in capsys.readouterr().out
    assert main(["restore", str(folder), "--library", new]) == 2
    assert main(["restore", str(tmp_path / "nothing"), "--library", new]) == 2
    assert capsys.readouterr().err.count("\n") == 2


# Libraries of another version


class _Older:
    """An embedder as an older version of Changji might have had it: it counts characters by their code, modulo 16."""

    name, dimensions, lot = "bundled-older", 16, 100_000

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> np.ndarray:
        counts = np.bincount([ord(character) % 16 for character in text], minlength=16).astype(np.float32)
        return counts / np.linalg.norm(counts)


@pytest.fixture
def old(tmp_path: Path, articles: dict[str, Article], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A library that an older version made: with another embedder, and other passages."""
    with monkeypatch.context() as patch:
        for module in (library_module, manifest_module):
            patch.setattr(module, "load_embedder", lambda name: _Older())
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
    assert answers(old) == answers(new.folder)


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
