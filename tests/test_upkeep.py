"""Looking a library over and mending it: what is found, what is said of it, what it answers afterwards."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from openai_server import KEY, OpenAIServer, Reply
from stage import QUESTIONS, advice, half, noise, shown

from ingest.backup import back_up, restore
from ingest.doctor import examine, repair
from ingest.errors import LibraryError
from ingest.library import Library
from ui.cli import main

Damage = Callable[[Path], object]


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
    before = shown(folder)
    damage(folder)
    assert part in advice(folder)
    repair(folder)
    assert advice(folder) == {}
    if kind != "a text changed":  # the text is the truth: its passages follow
        assert shown(folder) == before


def test_damaged_articles_cant_be_mended_but_restored(folder: Path, tmp_path: Path) -> None:
    before, copy = shown(folder), tmp_path / "copy"
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
    assert shown(folder) == before and advice(folder) == {}


def test_a_lost_words_index_is_made_anew_by_whoever_opens_the_library(folder: Path) -> None:
    before = shown(folder)
    file("words/meta.json", nothing)(folder)
    assert shown(folder) == before and advice(folder) == {}


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
