"""What tests of the library share: three articles, and where their passages are found."""

from __future__ import annotations

from dataclasses import replace

from ingest.article import Article
from ingest.library import Library
from ingest.text import words

OLD = Article("a", "胶片时代的灯光师用钨丝灯。\n\n他们靠测光表工作。", "旧文", language="zh-Hans")
NEW = replace(OLD, text="虚拟制片的灯光师用LED墙。\n\n他们靠引擎工作。", title="新文")
OTHER = Article("b", "配乐师在录音棚里等待弦乐队。", "配乐", language="zh-Hans")


def by_words(library: Library, text: str) -> set[str]:
    return set(library.search_words([{term: 1.0} for term in words(text)], 100))


def by_vectors(library: Library, text: str) -> set[str]:
    return set(library.search_vectors(library.embedder.embed_query(text), 100))


def everywhere(library: Library, text: str) -> list[set[str]]:
    """Ids of passages found by words that stand in `text`, by nearness to it, and in SQLite."""
    known = {passage.id for id in library.passage_counts() for passage in library.passages_of(id)}
    return [by_words(library, text), by_vectors(library, text), known]


def ids(library: Library, article: str) -> set[str]:
    return {passage.id for passage in library.passages_of(article)}
