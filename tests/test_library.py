"""The library on disk: what is written is found, what is replaced or removed is found nowhere, whoever wrote it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.exc import IntegrityError

from ingest import library as library_module
from ingest.article import Article
from ingest.build import add_articles, remove
from ingest.embed import load_embedder
from ingest.errors import LibraryError, QuestionError
from ingest.library import Entry, Library
from ingest.settings import CHROMA_VARIABLE, DATABASE_VARIABLE
from ingest.split import split
from ingest.text import words
from rag.retrieve import Retriever

ROOT = Path(__file__).parents[1]
Make = Callable[..., Library]

OLD = Article("a", "胶片时代的灯光师用钨丝灯。\n\n他们靠测光表工作。", "旧文", language="zh-Hans")
NEW = replace(OLD, text="虚拟制片的灯光师用LED墙。\n\n他们靠引擎工作。", title="新文")
OTHER = Article("b", "配乐师在录音棚里等待弦乐队。", "配乐", language="zh-Hans")


def _by_words(library: Library, text: str) -> set[str]:
    return set(library.search_words([{term: 1.0} for term in words(text)], 100))


def _by_vectors(library: Library, text: str) -> set[str]:
    return set(library.search_vectors(library.embedder.embed_query(text), 100))


def _everywhere(library: Library, text: str) -> list[set[str]]:
    """Ids of passages found by words that stand in `text`, by nearness to it, and in SQLite."""
    known = {passage.id for id in library.passage_counts() for passage in library.passages_of(id)}
    return [_by_words(library, text), _by_vectors(library, text), known]


def _ids(library: Library, article: str) -> set[str]:
    return {passage.id for passage in library.passages_of(article)}


def test_articles_come_back_as_they_were_written(library: Library, articles: dict[str, Article]) -> None:
    assert {article.id: article for article in library.articles()} == articles
    assert library.article("writers") == articles["writers"]
    dates = [article.date for article in library.articles()]
    assert dates == sorted(dates, reverse=True)


def test_passages_are_the_articles_own_words(library: Library, articles: dict[str, Article]) -> None:
    counts = library.passage_counts()
    assert set(counts) == set(articles)
    for id, article in articles.items():
        passages = library.passages_of(id)
        assert len(passages) == counts[id] > 0
        assert passages == split(article)
        for passage in passages:
            assert passage.text == article.text[passage.start : passage.end]
    assert library.passage_count() == sum(counts.values())


def test_offsets_count_characters_beyond_the_basic_plane(new_library: Make) -> None:
    text = "𠮷野家的👩‍🎤在片场。\n\n" + "𡃁仔說：「走！」" * 60
    library = new_library([Article("a", text, "t")])
    passages = library.passages_of("a")
    assert len(passages) > 1
    assert all(passage.text == text[passage.start : passage.end] for passage in passages)


def test_an_unknown_article_is_an_error_that_names_those_there_are(library: Library) -> None:
    with pytest.raises(QuestionError, match=r"festival.*kling"):
        library.article("nosuch")


def test_passages_are_found_by_words_and_by_meaning(library: Library) -> None:
    lighthouse = _ids(library, "lighthouse")
    assert _by_words(library, "灯塔") <= lighthouse
    found = library.search_vectors(library.embedder.embed_query("一部长片的制作成本"), 100)
    assert max(found, key=found.__getitem__) in lighthouse
    assert set(found) == set().union(*(_ids(library, id) for id in library.passage_counts()))


def test_titles_and_headings_are_searched_as_well(library: Library, articles: dict[str, Article]) -> None:
    assert "幕后" not in articles["kling"].text and "落幕" not in articles["festival"].text
    assert _by_words(library, "落幕") & _ids(library, "festival")
    assert _by_words(library, "幕后团队") & _ids(library, "lighthouse")


def test_a_search_among_some_articles_stays_among_them(library: Library) -> None:
    query, vector = [{term: 1.0} for term in words("导演 影片 人工智能 模型")], library.embedder.embed_query("电影")
    for chosen in (["kling"], ["festival", "writers"], []):
        allowed = set().union(*(_ids(library, id) for id in chosen))
        assert set(library.search_words(query, 100, chosen)) <= allowed
        assert set(library.search_vectors(vector, 100, chosen)) == allowed


def test_of_alternatives_only_the_best_counts(library: Library) -> None:
    one = library.search_words([{"灯塔": 1.0}], 10)
    both = library.search_words([{"灯塔": 1.0, "雾中": 0.5}], 10)
    less = library.search_words([{"灯塔": 0.5}], 10)
    assert {id: pytest.approx(score) for id, score in one.items()} == both
    assert all(less[id] == pytest.approx(score / 2) for id, score in one.items())


def test_a_replaced_article_is_found_by_its_new_text_alone(new_library: Make) -> None:
    library = new_library([OLD, OTHER])
    old, other = _ids(library, "a"), _ids(library, "b")
    assert _by_words(library, "钨丝灯") == old
    add_articles(library, [NEW])
    new = _ids(library, "a")
    assert library.article("a") == NEW
    assert new and not new & old
    assert _by_words(library, "钨丝灯") == set()
    assert _by_words(library, "引擎") == new
    assert _by_vectors(library, "钨丝灯") == new | other
    assert not library.passages(list(old))
    assert library.passage_count() == len(new | other)


def test_an_article_written_twice_is_there_once(new_library: Make) -> None:
    library = new_library([OLD, OTHER])
    before = _everywhere(library, "灯光师")
    add_articles(library, [OLD])
    assert _everywhere(library, "灯光师") == before
    assert library.passage_count() == 2


def test_a_changed_article_keeps_the_passages_that_did_not_change(new_library: Make) -> None:
    text = "".join(f"第{n}场戏在雨里拍了两遍。" for n in range(30))
    library = new_library([Article("a", text, "t")], budget=64)
    before = library.passages_of("a")
    add_articles(library, [Article("a", text + "最后一场在雪里。", "t")])
    after = library.passages_of("a")
    assert before[0] == after[0] and before[-1] != after[-1]
    assert _by_words(library, "雨里") == {passage.id for passage in after if "雨里" in passage.text}
    assert _by_vectors(library, "雨里") == {passage.id for passage in after}


def test_a_removed_article_is_gone_from_everywhere(new_library: Make) -> None:
    library = new_library([OLD, OTHER])
    kept = _ids(library, "b")
    remove(library, ["a"])
    assert _by_words(library, OLD.text) == set()
    assert _by_vectors(library, OLD.text) == kept
    assert library.passage_counts() == {"b": 1}
    assert library.passages_of("a") == []
    with pytest.raises(QuestionError):
        library.article("a")
    assert [hit.passage.article for hit in Retriever(library).retrieve("灯光师用什么灯？")] == ["b"]


def test_removing_an_unknown_article_removes_nothing(new_library: Make) -> None:
    library = new_library([OLD])
    with pytest.raises(QuestionError):
        remove(library, ["a", "nosuch"])
    assert set(library.passage_counts()) == {"a"}


def test_everything_is_there_after_reopening(new_library: Make) -> None:
    library = new_library([OLD, OTHER])
    before = _everywhere(library, "灯光师")
    library.close()
    again = Library(library.place)
    assert _everywhere(again, "灯光师") == before
    again.close()


# Writers that are interrupted, and several processes


def _interrupt(*args: object, **more: object) -> None:
    raise KeyboardInterrupt


def test_what_a_writer_left_before_its_commit_is_passed_over_and_swept_out(
    new_library: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = new_library([OTHER])
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(library_module, "put_articles", _interrupt)
        add_articles(library, [OLD])
    left = _by_words(library, "钨丝灯")
    assert left and left <= _by_vectors(library, "钨丝灯")  # the indexes know it, the library doesn't
    assert set(library.passage_counts()) == {"b"}
    assert [hit.passage.article for hit in Retriever(library).retrieve("钨丝灯")] == ["b"]
    with library.writing():
        pass
    assert _everywhere(library, "钨丝灯") == [set(), _ids(library, "b"), _ids(library, "b")]


def test_what_a_writer_left_after_its_commit_is_swept_out(new_library: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    library = new_library([OLD])
    old = _ids(library, "a")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Library, "_forget", _interrupt)
        add_articles(library, [NEW])
    assert library.article("a") == NEW
    assert _by_words(library, "钨丝灯") == old
    add_articles(library, [OTHER])
    assert _by_words(library, "钨丝灯") == set()
    assert _by_vectors(library, "钨丝灯") == _ids(library, "a") | _ids(library, "b")


def test_after_a_writer_that_finished_nothing_needs_sweeping(new_library: Make) -> None:
    library = new_library([OLD])
    assert library.manifest["writing"] == ""
    with library.writing():
        assert library.manifest["writing"] == "yes"
    assert library.manifest["writing"] == ""


def _elsewhere(script: str, library: Library) -> subprocess.CompletedProcess[str]:
    """Run Python in another process, with the library's folder as its argument and its servers in the environment."""
    servers = {DATABASE_VARIABLE: library.place.database, CHROMA_VARIABLE: library.place.chroma}
    return subprocess.run(
        [sys.executable, "-c", script, str(library.folder)], cwd=ROOT, env=os.environ | servers, capture_output=True,
        text=True, timeout=60,
    )  # fmt: skip


_REPLACE = """
import sys
from ingest.article import Article
from ingest.build import add_articles, remove
from ingest.library import Library
from ingest.settings import library_place
library = Library(library_place(sys.argv[1]))
add_articles(library, [Article("a", "虚拟制片的灯光师用引擎。", "新文"), Article("c", "道具师在仓库里找到了钟。", "道具")])
remove(library, ["b"])
"""


def test_an_open_reader_sees_what_another_process_writes(new_library: Make) -> None:
    library = new_library([OLD, OTHER])
    assert _by_words(library, "钨丝灯") and _by_vectors(library, "钨丝灯")
    done = _elsewhere(_REPLACE, library)
    assert done.returncode == 0, done.stderr
    now = _ids(library, "a") | _ids(library, "c")
    assert _by_words(library, "钨丝灯") == set()
    assert _by_words(library, "引擎") == _ids(library, "a")
    assert _by_vectors(library, "钨丝灯") == now
    assert set(library.passage_counts()) == {"a", "c"}
    assert Retriever(library).retrieve("道具师找到了什么？")[0].passage.article == "c"


def test_what_is_written_is_seen_by_every_reader_at_once(new_library: Make) -> None:
    library = new_library([OLD])
    reader = Library(library.place)
    for article, there, gone in ((NEW, "引擎", "钨丝灯"), (OLD, "钨丝灯", "引擎"), (NEW, "引擎", "钨丝灯")):
        add_articles(library, [article])
        assert _by_words(reader, there) == _by_vectors(reader, there) == _ids(library, "a")
        assert _by_words(reader, gone) == set()
    reader.close()


def test_a_second_writer_is_turned_away_at_once(new_library: Make) -> None:
    library = new_library([OLD])
    with library.writing():
        done = _elsewhere(_REPLACE, library)
        assert "LibraryError: Another process is writing" in done.stderr
        with pytest.raises(LibraryError, match="try again when it has finished"):
            add_articles(Library(library.place), [OTHER])
    add_articles(library, [OTHER])
    assert set(library.passage_counts()) == {"a", "b"}


def test_many_threads_may_read_while_one_writes(new_library: Make) -> None:
    library = new_library([OLD, OTHER])
    retriever, done, failed = Retriever(library), threading.Event(), []

    def read() -> None:
        while not done.is_set():
            try:
                hits = retriever.retrieve("灯光师用什么？")
                assert any(hit.passage.article == "b" for hit in hits)
                assert all("灯光师" in hit.passage.text or "弦乐队" in hit.passage.text for hit in hits)
            except BaseException as error:
                failed.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for article in (NEW, OLD, NEW):
        add_articles(library, [article])
    done.set()
    for reader in readers:
        reader.join(timeout=30)
    assert not failed


# Libraries of another make


class _Initials:
    """A tiny embedder: counts a text's characters by their code, modulo 16."""

    name, dimensions, lot = "initials-1", 16, 1000

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> np.ndarray:
        counts = np.bincount([ord(character) % 16 for character in text], minlength=16).astype(np.float32)
        return counts / np.linalg.norm(counts)


class _Failing(_Initials):
    """An embedder that fails at its second article."""

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        if hasattr(self, "used"):
            raise MemoryError
        self.used = True
        return super().embed_passages(texts)


@pytest.fixture
def initials(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names “initials” and “failing” are embedders, beside the real ones."""
    others = {"initials": _Initials(), "failing": _Failing()}
    monkeypatch.setattr(library_module, "load_embedder", lambda name: others.get(name) or load_embedder(name))


@pytest.mark.usefixtures("initials")
def test_re_embedding_switches_as_a_whole(new_library: Make) -> None:
    library = new_library([OLD, OTHER])
    reader = Library(library.place)
    everything = _by_vectors(reader, "灯光师")
    assert library.needs_embedding("initials") and not library.needs_embedding(None)
    steps: list[tuple[int, int]] = []
    with library.writing():
        library.re_embed("initials", lambda done, total: steps.append((done, total)))
    assert steps == [(1, 2), (2, 2)]
    assert not library.needs_embedding("initials") and library.needs_embedding("bundled")
    for opened in (library, reader, Library(library.place)):
        assert opened.embedder.name == "initials-1"
        assert _by_vectors(opened, "灯光师") == everything
        assert opened.embedder.dimensions == 16
    add_articles(library, [NEW])
    assert _by_vectors(library, "灯光师") == _ids(library, "a") | _ids(library, "b")


@pytest.mark.usefixtures("initials")
def test_an_interrupted_re_embedding_leaves_the_old_vectors_in_use(new_library: Make) -> None:
    library = new_library([OLD, OTHER])
    before = _everywhere(library, "灯光师")
    with pytest.raises(MemoryError), library.writing():
        library.re_embed("failing")
    assert library.manifest["embedder"] == "bundled"
    assert _everywhere(library, "灯光师") == before
    with library.writing():
        library.re_embed("initials")
    assert _everywhere(library, "灯光师") == before


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


def test_a_write_is_all_or_nothing(new_library: Make) -> None:
    library = new_library([OTHER])
    passages = split(OLD)
    twice = [*passages, replace(passages[0], id="x", article="nosuch")]  # an article that isn't there
    vectors = library.embedder.embed_passages([passage.text for passage in twice])
    with pytest.raises(IntegrityError), library.writing():
        library.write([Entry(NEW, split(NEW), vectors[:1]), Entry(OLD, twice, vectors)], removed=["b"])
    assert set(library.passage_counts()) == {"b"}
