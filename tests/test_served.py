"""Libraries on servers: what holds of one in a folder holds of one in PostgreSQL and on a Chroma server."""

from __future__ import annotations

import gc
import shutil
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from found import NEW, OLD, OTHER, by_vectors, by_words, everywhere, ids
from servers import PASSWORD, Chroma, Postgres
from sharing import agree, another
from test_ingest import (  # noqa: F401 — pytest runs them here once more, over this module's libraries
    test_a_folder_knows_what_was_ingested_of_it_by_another_path,
    test_a_folder_takes_away_nothing_that_is_not_its_own,
)
from test_library import (  # noqa: F401 — pytest runs them here once more, over this module's libraries
    test_a_changed_article_keeps_the_passages_that_did_not_change,
    test_a_removed_article_is_gone_from_everywhere,
    test_a_replaced_article_is_found_by_its_new_text_alone,
    test_a_search_among_some_articles_stays_among_them,
    test_a_write_is_all_or_nothing,
    test_an_article_written_twice_is_there_once,
    test_articles_come_back_as_they_were_written,
    test_everything_is_there_after_reopening,
    test_of_alternatives_only_the_best_counts,
    test_offsets_count_characters_beyond_the_basic_plane,
    test_passages_are_found_by_words_and_by_meaning,
    test_passages_are_the_articles_own_words,
    test_removing_an_unknown_article_removes_nothing,
    test_titles_and_headings_are_searched_as_well,
)
from test_versions import (  # noqa: F401 — pytest runs them here once more, over this module's libraries
    initials,
    test_an_interrupted_re_embedding_leaves_the_old_vectors_in_use,
    test_another_embedder_is_an_error_that_says_how_to_re_embed,
    test_re_embedding_switches_as_a_whole,
)
from test_writers import (  # noqa: F401 — pytest runs them here once more, over this module's libraries
    _interrupt,
    test_a_second_writer_is_turned_away_at_once,
    test_after_a_writer_that_finished_nothing_needs_sweeping,
    test_an_open_reader_sees_what_another_process_writes,
    test_many_threads_may_read_while_one_writes,
    test_what_is_written_is_seen_by_every_reader_at_once,
)

from ingest import library as library_module
from ingest.article import Article
from ingest.build import add_articles, remove
from ingest.doctor import examine, repair
from ingest.errors import LibraryError, ServerError
from ingest.library import Library
from ingest.settings import Place
from ingest.wordscopy import WordsCopy
from rag.retrieve import Retriever


@pytest.fixture
def place(shared: Place) -> Place:
    """Where `new_library` makes one: on both servers."""
    return shared


@pytest.fixture(scope="module")
def library(
    postgres: Postgres, chroma: Chroma, articles: dict[str, Article], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    """A library of the five articles on both servers. It is shared: only read it."""
    library = Library.create(Place(tmp_path_factory.mktemp("served"), postgres.schema(), chroma.address))
    add_articles(library, articles.values())
    yield library
    library.close()


# What is served's own


def test_machines_share_a_library_and_keep_their_words_up_to_date(shared: Place) -> None:
    one, other = Library.create(shared), Library.create(another(shared))
    add_articles(one, [OLD, OTHER])
    assert by_words(other, "钨丝灯") == by_vectors(other, "钨丝灯") - ids(one, "b") == ids(one, "a")
    add_articles(other, [NEW])
    assert by_words(one, "钨丝灯") == set() and by_words(one, "引擎") == ids(one, "a")
    remove(other, ["b"])
    assert everywhere(one, "引擎") == everywhere(other, "引擎") == [ids(one, "a")] * 3
    assert agree(one) and agree(other)


def test_a_copy_of_the_words_takes_up_what_changed_and_no_more(shared: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Library.create(shared)
    add_articles(one, [OLD, OTHER, *(replace(OTHER, id=f"more{number}") for number in range(8))])
    other = Library(another(shared))
    with monkeypatch.context() as patch:
        patch.setattr(WordsCopy, "_follow", lambda self, changed: followed.append(changed))
        followed: list[list[str] | None] = []
        add_articles(one, [NEW])
        by_words(other, "引擎")
    assert followed.count(["a"]) >= 1 and None not in followed
    other.close()


def test_words_of_removed_articles_stand_in_no_machines_files(shared: Place) -> None:
    one, other = Library.create(shared), Library.create(another(shared))
    more = [replace(OTHER, id=f"more{number}") for number in range(20)]
    add_articles(one, [replace(OTHER, text="Xylophonmusik im Atelier."), *more])
    assert by_words(other, "xylophonmusik")
    remove(one, ["b"])
    assert by_words(other, "xylophonmusik") == set()
    assert super(WordsCopy, one._words).deleted() == super(WordsCopy, other._words).deleted() == 0  # written anew
    one.close(), other.close()
    for path in (path for path in shared.folder.parent.rglob("*") if path.is_file()):
        assert b"xylophonmusik" not in path.read_bytes().lower(), path


@pytest.mark.parametrize("damage", ["gone", "half gone", "noise", "behind", "ahead"])
def test_a_damaged_copy_of_the_words_is_made_anew(shared: Place, damage: str) -> None:
    library = Library.create(shared)
    add_articles(library, [OLD, OTHER])
    before = everywhere(library, "灯光师")
    library.close()
    (folder,) = (path for path in shared.folder.glob("words-*") if path.is_dir())
    if damage == "gone":
        shutil.rmtree(folder)
    elif damage == "half gone":
        (folder / "meta.json").unlink()
    elif damage == "noise":
        (folder / "meta.json").write_bytes(b"noise")
    else:
        version = {"behind": "1", "ahead": "1000000"}[damage]
        folder.with_name(f"{folder.name}.version").write_text(version, encoding="ascii")
    steps: list[tuple[int, int]] = []
    again = Library(shared, progress=lambda done, total: steps.append((done, total)))
    assert everywhere(again, "灯光师") == before and agree(again)
    assert steps == ([] if damage == "behind" else [(1, 2), (2, 2)])  # two passages
    again.close()


def test_what_a_writer_left_before_its_commit_is_passed_over_and_swept_out(
    shared: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library.create(shared)
    add_articles(library, [OTHER])
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(library_module, "put_articles", _interrupt)
        add_articles(library, [OLD])
    assert len(by_vectors(library, "钨丝灯")) == 2 and not by_words(library, "钨丝灯")
    assert [hit.passage.article for hit in Retriever(library).retrieve("钨丝灯")] == ["b"]
    other = Library(another(shared))  # finds that nobody writes, though the library says so
    assert everywhere(other, "钨丝灯") == [set(), ids(library, "b"), ids(library, "b")]


def test_what_a_writer_left_after_its_commit_is_swept_out(shared: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library.create(shared)
    add_articles(library, [OLD])
    old = ids(library, "a")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Library, "_forget", _interrupt)
        add_articles(library, [NEW])
    assert library.article("a") == NEW and not by_words(library, "钨丝灯")
    assert by_vectors(library, "钨丝灯") == old | ids(library, "a")
    add_articles(Library(another(shared)), [OTHER])
    assert by_vectors(library, "钨丝灯") == ids(library, "a") | ids(library, "b")


def test_vectors_that_the_server_lost_are_made_anew(shared: Place) -> None:
    library = Library.create(shared)
    add_articles(library, [OLD, OTHER])
    before = everywhere(library, "灯光师")
    library._open_vectors()._client.delete_collection(library._open_vectors().name)
    assert everywhere(library, "灯光师") == before and agree(library)


def test_nothing_is_left_of_a_connection_that_was_closed(library: Library) -> None:
    vectors = library._stores.vectors()
    assert vectors.ids()
    session = weakref.ref(vectors._client._server._session)
    vectors.close()
    gc.collect()
    assert session() is None


def test_vectors_alone_may_be_on_a_server(tmp_path: Path, chroma: Chroma) -> None:
    place = Place(tmp_path / "library", chroma=chroma.address)
    library = Library.create(Path(place.folder))
    add_articles(library, [OLD])
    library.close()
    library = Library(place)  # whose vectors so far are in the folder
    assert everywhere(library, "钨丝灯") == [ids(library, "a")] * 3
    add_articles(library, [NEW, OTHER])
    remove(library, ["b"])
    assert everywhere(library, "引擎") == [ids(library, "a")] * 3 and agree(library)
    assert Retriever(library).retrieve("引擎")[0].passage.article == "a"
    library.close()


def test_libraries_on_the_same_servers_keep_apart(shared: Place, postgres: Postgres) -> None:
    addresses = postgres.schema(), postgres.schema(), postgres.database()
    places = [replace(shared, database=address) for address in addresses]
    libraries = [Library.create(place) for place in places]
    for library, article in zip(libraries, (OLD, OTHER, NEW), strict=True):
        add_articles(library, [article])
    with libraries[0].writing(), libraries[1].writing(), libraries[2].writing():
        pass
    for library, article in zip(libraries, (OLD, OTHER, NEW), strict=True):
        own_ids = ids(library, article.id)
        assert everywhere(library, "灯光师")[1:] == [own_ids, own_ids] and agree(library)


def test_nothing_that_is_shown_of_a_place_holds_a_password(shared: Place) -> None:
    library = Library.create(replace(shared, token="geheim"))
    for shown in (str(library.place), repr(library.place), str(library.manifest)):
        assert "heim" not in shown and PASSWORD not in shown
    wrong = replace(shared, database=shared.database.replace("ge%20heim", "un%20heim"))
    with pytest.raises(ServerError, match=r"changji@127\.0\.0\.1") as caught:
        Library(wrong)
    assert "heim" not in str(caught.value)


def test_a_database_without_a_library_says_how_to_make_one(shared: Place) -> None:
    with pytest.raises(LibraryError, match="changji ingest FOLDER"):
        Library(shared)


@pytest.mark.parametrize("part", ["words", "vectors", "lost vectors", "articles"])
def test_damage_is_found_and_mended(shared: Place, part: str) -> None:
    library = Library.create(shared)
    add_articles(library, [OLD, OTHER])
    before, vectors = everywhere(library, "灯光师"), library._open_vectors()
    ids = sorted(vectors.ids())
    if part == "vectors":
        vectors.write(ids, ["x"] * len(ids), np.stack([vectors.get(ids)[id] for id in ids[::-1]]))
    elif part == "lost vectors":
        vectors.remove(ids[:1])
    elif part == "articles":
        with library._database.transaction() as transaction:
            transaction.run('UPDATE passage SET "start" = "start" + 1')
    else:
        super(WordsCopy, library._words).write((), ids[:1])
    found = [finding.part for finding in examine(shared) if finding.advice]
    assert part.split()[-1] in found if part != "words" else not found  # a copy is mended as it is opened
    repair(shared)
    assert not [finding for finding in examine(shared) if finding.advice]
    assert everywhere(library, "灯光师") == before and agree(library)
