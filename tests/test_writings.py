"""Names and figures are found whichever way they are written, in article and question, beside near misses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest.article import Article
from ingest.build import add_articles
from ingest.library import Library
from rag.retrieve import Retriever

SAME = {
    "version": ["Seedream4.0", "Seedream 4.0", "Ｓｅｅｄｒｅａｍ4.0", "SEEDREAM４．０", "seedream-4.0"],
    "version of a Chinese name": ["可灵1.6", "可灵 1.6", "可靈1.6", "可靈１．６"],
    "percentage": ["95%", "９５％", "百分之九十五", "百分之95", "95 percent"],
    "amount": ["1.75亿", "１．７５億", "1.75 亿", "17500万", "一亿七千五百万", "175,000,000", "175 million"],
    "term": ["视觉特效", "視覺特效"],
    "person": ["詹姆斯·卡梅隆", "詹姆斯・卡梅隆", "詹姆斯•卡梅隆"],
    "mixed": ["AI短剧", "ＡＩ短劇", "ai 短剧"],
}
NEAR = [
    "Seedream3.0", "可灵2.0", "1.6", "4.0", "59%", "百分之九", "1.57亿", "1750万", "十七亿", "听觉特效", "詹姆斯·邦德",
    "短剧", "AI电影",
]  # fmt: skip


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    """A library with one article for each way of writing, and one for each near miss."""
    library = Library.create(tmp_path_factory.mktemp("writings") / "library")
    written = {f"{kind} {at}": way for kind, ways in SAME.items() for at, way in enumerate(ways)}
    written |= {f"near {at}": way for at, way in enumerate(NEAR)}
    add_articles(library, [Article(id, f"本期节目谈到了{way}，也谈到了别的。", "节目") for id, way in written.items()])
    yield Retriever(library)
    library.close()


@pytest.mark.parametrize(("kind", "way"), [(kind, way) for kind, ways in SAME.items() for way in ways])
def test_every_way_of_writing_finds_every_other(retriever: Retriever, kind: str, way: str) -> None:
    hits = retriever.retrieve(f"节目谈到的{way}怎么样？", len(SAME[kind]))
    assert {hit.passage.article for hit in hits} == {f"{kind} {at}" for at in range(len(SAME[kind]))}
