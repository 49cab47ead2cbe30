"""What other programs can call: `/ask`, `/search` and `/articles`, over HTTP, `gradio_client` or MCP.

The docstrings are the endpoints' documentation, in the form that Gradio reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr

from ingest.errors import ChangjiError, QuestionError
from rag.assistant import Turn
from ui.rooms.desk import Desk

_MOST, _USUAL = 50, 8  # passages that one search returns


def write_json(tools: Any) -> None:
    """Have Gradio's MCP server write results as JSON, which it writes as Python's literals otherwise."""
    from mcp.types import TextContent

    def written(results: list[Any], _: str) -> list[TextContent]:
        return [TextContent(type="text", text=json.dumps(result, ensure_ascii=False)) for result in results]

    tools.postprocess_output_data = written


class Api:
    """The endpoints of one page."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def connect(self) -> None:
        """Offer the endpoints; within the page's Blocks."""
        for endpoint in (self.ask, self.search, self.articles):
            gr.api(endpoint, api_name=endpoint.__name__)

    def ask(self, question: str, history: list[str] | None = None, articles: list[str] | None = None) -> dict:
        """
        Answer a question from the library of articles. Every sentence of the answer cites exact words of an article;
        where the articles don't say, the answer is refused and the nearest passages are given instead.

        Parameters:
            question: the question, in Chinese or English
            history: earlier questions of the conversation, oldest first, so that a follow-up is understood
            articles: ids of the articles to keep to; all of them if left out
        Returns:
            the answer with [n] marks, its sentences, its citations with offsets into the articles, or the refusal
        """
        with _told():
            _check(question, history, articles)
            turns = [Turn(earlier) for earlier in history or ()]
            return self.desk.assistant.ask(question, turns, articles).to_dict()

    def search(self, query: str, top_k: int = _USUAL, articles: list[str] | None = None) -> list[dict]:
        """
        Find the passages of the library that are nearest to a question or some words, best first.

        Parameters:
            query: a question or words, in Chinese or English
            top_k: how many passages to return, at most 50
            articles: ids of the articles to keep to; all of them if left out
        Returns:
            passages with their text, article, title, publisher, date, address, offsets and score
        """
        with _told():
            _check(query, articles)
            return self._search(query, max(1, min(_number(top_k), _MOST)), articles or None)

    def _search(self, query: str, top_k: int, articles: list[str] | None) -> list[dict[str, Any]]:
        assistant = self.desk.assistant
        assistant.check(query, articles)
        hits = assistant.retriever.retrieve(query, top_k, articles)
        about = assistant.library.find_articles({hit.passage.article for hit in hits})
        return [
            {"article": article.id, "title": article.title, "publisher": article.publisher, "date": article.date,
             "url": article.url, "text": hit.passage.text, "start": hit.passage.start, "end": hit.passage.end,
             "score": round(hit.score, 4)}
            for hit in hits if (article := about.get(hit.passage.article))
        ]  # fmt: skip

    def articles(self) -> list[dict]:
        """
        List the articles of the library.

        Returns:
            every article with its id, title, publisher, author, date, address, language, passages and full text
        """
        return self.desk.assistant.library.catalogue()


@contextmanager
def _told() -> Iterator[None]:
    """What can't be done is an error of one sentence."""
    try:
        yield
    except ChangjiError as error:
        raise gr.Error(str(error), print_exception=False) from error


def _check(text: Any, *lists: Any) -> None:
    """Programs may send anything; gradio doesn't look."""
    if not isinstance(text, str):
        raise QuestionError("The question is no text; send it as a string.")
    for given in lists:
        if given is not None and not (isinstance(given, list) and all(isinstance(one, str) for one in given)):
            raise QuestionError("history and articles must be lists of strings, or null.")


def _number(top_k: Any) -> int:
    try:
        return _USUAL if top_k is None else int(top_k)
    except (TypeError, ValueError, OverflowError):
        raise QuestionError("top_k must be a whole number, or null.") from None
