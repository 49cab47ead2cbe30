"""Changji inside LlamaIndex: its retriever in LlamaIndex's CitationQueryEngine, its chain over any LLM."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from openai_server import serving

from ingest.article import Article
from ingest.library import Library
from ingest.split import split
from rag.cite import Source
from rag.generate import Generator

QUESTION = "《雾中灯塔》的制作成本是多少？"


def test_nodes_are_passages_with_their_places(library: Library) -> None:
    from rag.llamaindex import ChangjiRetriever

    found = ChangjiRetriever(library, top_k=2).retrieve(QUESTION)
    assert found[0].node.metadata["article"] == "lighthouse"
    for hit in found:
        place = hit.node.metadata
        text = library.article(place["article"]).text
        assert text[place["start"] : place["end"]] == hit.node.get_content()
        assert (hit.node.start_char_idx, hit.node.end_char_idx) == (place["start"], place["end"])
        assert hit.node.ref_doc_id == place["article"]
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_it_keeps_to_the_articles_it_is_given(library: Library) -> None:
    from rag.llamaindex import ChangjiRetriever

    found = ChangjiRetriever(library, articles=["festival"]).retrieve(QUESTION)
    assert {hit.node.metadata["article"] for hit in found} == {"festival"}


def test_it_is_asked_at_once_by_many_and_its_nodes_can_be_kept(library: Library) -> None:
    from llama_index.core.schema import TextNode

    from rag.llamaindex import ChangjiRetriever

    retriever = ChangjiRetriever(library, top_k=2)

    async def asked() -> list[Any]:
        return await asyncio.gather(*(retriever.aretrieve(QUESTION) for _ in range(3)))

    alone = retriever.retrieve(QUESTION)
    assert asyncio.run(asked()) == [alone] * 3
    assert [TextNode.from_dict(hit.node.to_dict()) for hit in alone] == [hit.node for hit in alone]


def test_an_article_removed_meanwhile_is_left_out(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    from rag.llamaindex import ChangjiRetriever

    monkeypatch.setattr(library, "find_articles", lambda ids: {})
    assert ChangjiRetriever(library).retrieve(QUESTION) == []


def test_in_llamaindexs_citation_query_engine(library: Library) -> None:
    from llama_index.core.query_engine import CitationQueryEngine
    from llama_index.llms.openai_like import OpenAILike

    from rag.llamaindex import ChangjiRetriever

    with serving("约3.5万元 [1]。") as server:
        llm = OpenAILike(model="scripted", api_base=server.url, api_key="none", is_chat_model=True, context_window=8192)
        retriever = ChangjiRetriever(library, top_k=2)
        engine = CitationQueryEngine.from_args(index=None, retriever=retriever, llm=llm, citation_chunk_size=1024)
        response = engine.query(QUESTION)
        assert "约3.5万元 [1]。" in str(response)
        assert "Source 1" in server.prompts[0] and "影片的制作成本只有3.5万元" in server.prompts[0]
    assert response.source_nodes[0].node.metadata["article"] == "lighthouse"


def test_the_chain_takes_any_llamaindex_llm(articles: dict[str, Article]) -> None:
    from llama_index.core.llms import MockLLM

    model = Generator(MockLLM(max_tokens=5), name="mock")
    sources = [Source.of(passage, articles["kling"]) for passage in split(articles["kling"])]
    assert "".join(model.stream(QUESTION, sources, "zh-Hans")).strip()


def test_the_example_in_its_docstring_is_what_is_tested() -> None:
    import rag.llamaindex

    example = rag.llamaindex.__doc__ or ""
    line = next(line.strip() for line in example.splitlines() if "from_args" in line)
    assert line in Path(__file__).read_text(encoding="utf-8")
