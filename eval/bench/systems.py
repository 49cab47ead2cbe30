"""Changji and its peers behind one seam: make an index of a folder or of texts, open it, retrieve documents.

The peers are as their own documentation sets them up (hybrid retrieval with their own splitter, BM25 and fusion), but
with Changji's embedder, and with passages of about the same size: 256 tokens or 450 characters, without overlap.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ingest.embed import bundled

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding

TOKENS, CHARACTERS = 256, 450
Search = Callable[[str, int], list[str]]  # question, number of passages → ids of their documents, best first


class System(Protocol):
    """Something that retrieves."""

    def ingest(self, folder: Path, index: Path) -> int:
        """Make an index on disk of the files in a folder; the number of its passages."""
        ...

    def add(self, texts: Mapping[str, str], index: Path) -> int:
        """Make an index on disk of texts by their ids; the number of its passages."""
        ...

    def open(self, index: Path) -> Search:
        """Open an index that was made before."""
        ...


class Changji:
    """This project, by the roads its users take."""

    def ingest(self, folder: Path, index: Path) -> int:
        """Read, clean, split, embed, write."""
        from ingest.build import ingest
        from ingest.library import Library

        library = Library.create(index)
        ingest(library, folder)
        count = library.passage_count()
        library.close()
        return count

    def add(self, texts: Mapping[str, str], index: Path) -> int:
        """Split, embed, write."""
        from ingest.article import Article
        from ingest.build import add_articles
        from ingest.library import Library

        library = Library.create(index)
        add_articles(library, (Article(id, text, "") for id, text in texts.items()))
        count = library.passage_count()
        library.close()
        return count

    def open(self, index: Path) -> Search:
        """Words and vectors, fused by score."""
        from ingest.library import Library
        from rag.retrieve import Retriever

        retriever = Retriever(Library(index))
        return lambda question, k: [hit.passage.article for hit in retriever.retrieve(question, k)]


class LlamaIndex:
    """SentenceSplitter, ChromaVectorStore and BM25Retriever, fused by reciprocal rank."""

    def ingest(self, folder: Path, index: Path) -> int:
        """Read with SimpleDirectoryReader, then as `add`."""
        from llama_index.core import SimpleDirectoryReader

        return self._write(SimpleDirectoryReader(str(folder)).load_data(), index)

    def add(self, texts: Mapping[str, str], index: Path) -> int:
        """Split, embed, write to Chroma, and persist BM25 beside it."""
        from llama_index.core import Document

        return self._write([Document(text=text, id_=id) for id, text in texts.items()], index)

    def _write(self, documents: Sequence[Any], index: Path) -> int:
        from llama_index.core import StorageContext, VectorStoreIndex
        from llama_index.core.node_parser import SentenceSplitter
        from llama_index.retrievers.bm25 import BM25Retriever

        nodes = SentenceSplitter(chunk_size=TOKENS, chunk_overlap=0).get_nodes_from_documents(documents)
        storage = StorageContext.from_defaults(vector_store=self._store(index))
        VectorStoreIndex(nodes, storage_context=storage, embed_model=self._embedding())
        BM25Retriever.from_defaults(nodes=nodes).persist(str(index / "bm25"))
        return len(nodes)

    def open(self, index: Path) -> Search:
        """QueryFusionRetriever over both, without a language model's further queries."""
        from llama_index.core import VectorStoreIndex
        from llama_index.core.llms import MockLLM
        from llama_index.core.retrievers import QueryFusionRetriever
        from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
        from llama_index.retrievers.bm25 import BM25Retriever

        words = BM25Retriever.from_persist_dir(str(index / "bm25"))
        stored = VectorStoreIndex.from_vector_store(self._store(index), embed_model=self._embedding())
        vectors: Any = stored.as_retriever()  # of a kind that its declared type doesn't tell
        fused = QueryFusionRetriever(
            [vectors, words], num_queries=1, mode=FUSION_MODES.RECIPROCAL_RANK, use_async=False, llm=MockLLM()
        )

        def search(question: str, k: int) -> list[str]:
            words.similarity_top_k = vectors.similarity_top_k = fused.similarity_top_k = k
            return [found.node.ref_doc_id or "" for found in fused.retrieve(question)]

        return search

    @staticmethod
    def _store(index: Path) -> Any:
        import chromadb
        from llama_index.vector_stores.chroma import ChromaVectorStore

        client = chromadb.PersistentClient(str(index / "chroma"))
        return ChromaVectorStore(chroma_collection=client.get_or_create_collection("passages"))

    @staticmethod
    def _embedding() -> BaseEmbedding:
        from llama_index.core.embeddings import BaseEmbedding

        class Bundled(BaseEmbedding):
            def _get_query_embedding(self, query: str) -> list[float]:
                return bundled().embed_query(query).tolist()

            async def _aget_query_embedding(self, query: str) -> list[float]:
                return self._get_query_embedding(query)

            def _get_text_embedding(self, text: str) -> list[float]:
                return self._get_query_embedding(text)

            def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
                return _vectors(texts).tolist()

        return Bundled(embed_batch_size=512)


class LangChain:
    """RecursiveCharacterTextSplitter, Chroma and BM25Retriever (which is pickled), joined by EnsembleRetriever."""

    def ingest(self, folder: Path, index: Path) -> int:
        """Read with TextLoader, then as `add`."""
        from langchain_community.document_loaders import DirectoryLoader, TextLoader

        return self._write(DirectoryLoader(str(folder), loader_cls=TextLoader).load(), index)

    def add(self, texts: Mapping[str, str], index: Path) -> int:
        """Split, embed, write to Chroma, and pickle BM25 beside it."""
        from langchain_core.documents import Document

        return self._write([Document(text, metadata={"source": id}) for id, text in texts.items()], index)

    def _write(self, documents: Sequence[Any], index: Path) -> int:
        from langchain_community.retrievers import BM25Retriever
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(chunk_size=CHARACTERS, chunk_overlap=0)
        pieces, store = splitter.split_documents(documents), self._store(index)
        for at in range(0, len(pieces), 5000):  # Chroma takes no more than some 5,461 at once
            store.add_documents(pieces[at : at + 5000])
        (index / "bm25.pickle").write_bytes(pickle.dumps(BM25Retriever.from_documents(pieces)))
        return len(pieces)

    def open(self, index: Path) -> Search:
        """Both with equal weights, joined by rank."""
        from langchain_classic.retrievers import EnsembleRetriever

        words = pickle.loads((index / "bm25.pickle").read_bytes())  # written by this very benchmark
        vectors = self._store(index).as_retriever()
        both = EnsembleRetriever(retrievers=[words, vectors], weights=[0.5, 0.5])

        def search(question: str, k: int) -> list[str]:
            words.k, vectors.search_kwargs = k, {"k": k}
            return [found.metadata["source"] for found in both.invoke(question)][:k]

        return search

    @staticmethod
    def _store(index: Path) -> Any:
        from langchain_chroma import Chroma
        from langchain_core.embeddings import Embeddings

        class Bundled(Embeddings):
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return _vectors(texts).tolist()

            def embed_query(self, text: str) -> list[float]:
                return bundled().embed_query(text).tolist()

        return Chroma("passages", Bundled(), persist_directory=str(index / "chroma"))


class Txtai:
    """Embeddings with content and hybrid=True. It has no token splitter without a download: texts are cut by length."""

    def ingest(self, folder: Path, index: Path) -> int:
        """Read the files as text, then as `add`."""
        return self.add({str(path): path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}, index)

    def add(self, texts: Mapping[str, str], index: Path) -> int:
        """Embed, index, save."""
        pieces = [
            (f"{id}\t{at}", text[at : at + CHARACTERS])
            for id, text in texts.items()
            for at in range(0, len(text), CHARACTERS)
        ]
        embeddings = self._embeddings()
        embeddings.index(pieces)
        embeddings.save(str(index))
        return len(pieces)

    def open(self, index: Path) -> Search:
        """Its own hybrid search, equal weights."""
        embeddings = self._embeddings()
        embeddings.load(str(index), config={"transform": _vectors})
        query = "select id, score from txtai where similar(:question)"

        def search(question: str, k: int) -> list[str]:
            found = embeddings.search(query, k, parameters={"question": question})
            return [piece["id"].split("\t")[0] for piece in found]

        return search

    @staticmethod
    def _embeddings() -> Any:
        from txtai import Embeddings

        return Embeddings(method="external", transform=_vectors, hybrid=True, content=True)


def _vectors(texts: Sequence[str]) -> np.ndarray:
    """Unit rows even for pieces without words, such as a lone 。: by the peers' distances zeros are near everything."""
    vectors = bundled().embed_passages(list(texts))
    vectors[~vectors.any(axis=1)] = bundled().dimensions ** -0.5
    return vectors


SYSTEMS: dict[str, System] = {
    "Changji": Changji(),
    "LlamaIndex": LlamaIndex(),
    "LangChain": LangChain(),
    "txtai": Txtai(),
}
