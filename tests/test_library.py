"""The library on disk: what is written is found, what is replaced or removed is found nowhere, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from found import NEW, OLD, OTHER, by_vectors, by_words, everywhere, ids
from sqlalchemy.exc import IntegrityError

from ingest.article import Article, Entry
from ingest.build import add_articles, remove
from ingest.errors import QuestionError
from ingest.library import Library
from ingest.split import split
from ingest.sqlite import SQLite
from ingest.text import words
from rag.retrieve import Retriever

Make = Callable[..., Library]


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
    lighthouse = ids(library, "lighthouse")
    assert by_words(library, "灯塔") <= lighthouse
    found = library.search_vectors(library.embedder.embed_query("一部长片的制作成本"), 100)
    assert max(found, key=found.__getitem__) in lighthouse
    assert set(found) == set().union(*(ids(library, id) for id in library.passage_counts()))


def test_titles_and_headings_are_searched_as_well(library: Library, articles: dict[str, Article]) -> None:
    assert "幕后" not in articles["kling"].text and "落幕" not in articles["festival"].text
    assert by_words(library, "落幕") & ids(library, "festival")
    assert by_words(library, "幕后团队") & ids(library, "lighthouse")


def test_a_search_among_some_articles_stays_among_them(library: Library) -> None:
    query, vector = [{term: 1.0} for term in words("导演 影片 人工智能 模型")], library.embedder.embed_query("电影")
    for chosen in (["kling"], ["festival", "writers"], []):
        allowed = set().union(*(ids(library, id) for id in chosen))
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
    old, other = ids(library, "a"), ids(library, "b")
    assert by_words(library, "钨丝灯") == old
    add_articles(library, [NEW])
    new = ids(library, "a")
    assert library.article("a") == NEW
    assert new and not new & old
    assert by_words(library, "钨丝灯") == set()
    assert by_words(library, "引擎") == new
    assert by_vectors(library, "钨丝灯") == new | other
    assert not library.passages(list(old))
    assert library.passage_count() == len(new | other)


def test_an_article_written_twice_is_there_once(new_library: Make) -> None:
    library = new_library([OLD, OTHER])
    before = everywhere(library, "灯光师")
    add_articles(library, [OLD])
    assert everywhere(library, "灯光师") == before
    assert library.passage_count() == 2


def test_a_changed_article_keeps_the_passages_that_did_not_change(new_library: Make) -> None:
    text = "".join(f"第{n}场戏在雨里拍了两遍。" for n in range(30))
    library = new_library([Article("a", text, "t")], budget=64)
    before = library.passages_of("a")
    add_articles(library, [Article("a", text + "最后一场在雪里。", "t")])
    after = library.passages_of("a")
    assert before[0] == after[0] and before[-1] != after[-1]
    assert by_words(library, "雨里") == {passage.id for passage in after if "雨里" in passage.text}
    assert by_vectors(library, "雨里") == {passage.id for passage in after}


def test_a_removed_article_is_gone_from_everywhere(new_library: Make) -> None:
    library = new_library([OLD, OTHER])
    kept = ids(library, "b")
    remove(library, ["a"])
    assert by_words(library, OLD.text) == set()
    assert by_vectors(library, OLD.text) == kept
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
    before = everywhere(library, "灯光师")
    library.close()
    again = Library(library.place)
    assert everywhere(again, "灯光师") == before
    again.close()


def test_a_write_is_all_or_nothing(new_library: Make) -> None:
    library = new_library([OTHER])
    passages = split(OLD)
    twice = [*passages, replace(passages[0], id="x", article="nosuch")]  # an article that isn't there
    vectors = library.embedder.embed_passages([passage.text for passage in twice])
    with pytest.raises(IntegrityError), library.writing():
        library.write([Entry(NEW, split(NEW), vectors[:1]), Entry(OLD, twice, vectors)], removed=["b"])
    assert set(library.passage_counts()) == {"b"}


def test_what_is_being_written_is_not_read_before_it_is_whole(tmp_path: Path) -> None:
    database = SQLite(tmp_path / "library.sqlite")
    with database.transaction() as transaction:
        transaction.run("INSERT INTO manifest VALUES ('version', '7')")
        assert database.version() == ""
    assert database.version() == "7"
    database.close()
