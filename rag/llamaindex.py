"""Changji's retriever for LlamaIndex users: a BaseRetriever for any of LlamaIndex's own query engines.

from pathlib import Path
from llama_index.core.query_engine import CitationQueryEngine
from ingest.library import Library
from rag.llamaindex import ChangjiRetriever

retriever = ChangjiRetriever(Library(Path("library")), top_k=4)
engine = CitationQueryEngine.from_args(index=None, retriever=retriever, llm=llm, citation_chunk_size=1024)
"""

from __future__ import annotations

from collections.abc import Sequence

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from ingest.article import Article, Passage
from ingest.library import Library
from rag.retrieve import TOP_K, Mode, Retriever

_SHOWN = ("title", "publisher", "date")  # the metadata that a language model gets to see


class ChangjiRetriever(BaseRetriever):
    """Hybrid retrieval from one library. Each node is a passage; its metadata says where it stands in which article."""

    def __init__(
        self, library: Library, top_k: int = TOP_K, articles: Sequence[str] | None = None, mode: Mode = "hybrid"
    ) -> None:
        super().__init__()
        self.retriever = Retriever(library)
        self.top_k, self.articles, self.mode = top_k, articles, mode

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self.retriever.retrieve(query_bundle.query_str, self.top_k, self.articles, self.mode)
        about = self.retriever.library.find_articles({hit.passage.article for hit in hits})
        return [  # an article may have been removed meanwhile
            NodeWithScore(node=_node(hit.passage, about[hit.passage.article]), score=hit.score)
            for hit in hits if hit.passage.article in about
        ]  # fmt: skip


def _node(passage: Passage, article: Article) -> TextNode:
    """`article.text[start:end]` is the node's text, and the article its source."""
    metadata = {
        "article": article.id, "title": article.title, "publisher": article.publisher, "date": article.date,
        "url": article.url, "start": passage.start, "end": passage.end,
    }  # fmt: skip
    return TextNode(
        id_=passage.id,
        text=passage.text,
        metadata=metadata,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=article.id)},
        excluded_llm_metadata_keys=[key for key in metadata if key not in _SHOWN],
        excluded_embed_metadata_keys=list(metadata),
    )
