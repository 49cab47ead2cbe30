"""Changji inside LlamaIndex: its retriever in LlamaIndex's CitationQueryEngine, its chain over any LLM."""

from __future__ import annotations

from pathlib import Path

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
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_it_keeps_to_the_articles_it_is_given(library: Library) -> None:
    from rag.llamaindex import ChangjiRetriever

    found = ChangjiRetriever(library, articles=["festival"]).retrieve(QUESTION)
    assert {hit.node.metadata["article"] for hit in found} == {"festival"}


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
