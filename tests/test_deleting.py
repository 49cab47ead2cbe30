"""What is removed is gone: from every file of the library, and from every answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ingest.article import Article
from ingest.build import add_articles, remove
from ingest.consistency import differences
from ingest.library import Library
from rag.assistant import Assistant


def test_of_a_removed_article_no_word_is_left_in_any_file(tmp_path: Path, articles: dict[str, Article]) -> None:
    secret = Article("secret", "曦澜璋拍了《瀚海蜃楼》。Unobtainium zyzzyva 是片中的道具。", "璩瓛的暗号")
    library = Library.create(tmp_path / "library")
    add_articles(library, [*articles.values(), secret])
    words = [word.encode() for word in ("瀚海蜃楼", "曦澜璋", "璩瓛", "unobtainium", "Unobtainium", "zyzzyva")]
    assert any(word in path.read_bytes() for path in library.folder.rglob("*") if path.is_file() for word in words)
    remove(library, ["secret"])
    for path in filter(Path.is_file, library.folder.rglob("*")):
        assert not any(word in path.read_bytes() for word in words), path
    assert library._words.deleted() == 0  # tantivy packs its words, so that they can't be looked for as bytes
    assert not differences(library._database, library._words, library._open_vectors())
    answer = Assistant(library).ask("谁拍了《瀚海蜃楼》？")
    assert answer.refused and not answer.citations and "secret" not in {near.article for near in answer.nearest}
    library.close()


def test_many_changes_leave_few_removed_passages_in_the_words_index(stage: Path, articles: dict[str, Article]) -> None:
    """Removed passages still count as to how rare a word is, and the same articles should answer alike."""
    library = Library(stage / "library")
    shares = []
    for article in articles.values():
        add_articles(library, [replace(article, title="新题")])
        shares.append(library._words.deleted())
    assert 0 < max(shares) <= 0.2
    library.close()
