"""The page's MCP tools, called by the protocol's own client: what they return is JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pages import COST, FILM, HOSTILE, PLAIN, served

from ingest.build import add_articles
from ingest.errors import PageError
from ingest.library import Library
from rag.assistant import Assistant
from ui.app import serve

mcp = pytest.importorskip("mcp", reason="mcp isn't installed")


def converse(address: str, talk: Callable[[Any], Awaitable[Any]]) -> Any:
    """What `talk` makes of a session with the page's tools."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async def session() -> Any:
        async with (
            streamablehttp_client(f"{address}/gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as it,
        ):
            await it.initialize()
            return await talk(it)

    return asyncio.run(asyncio.wait_for(session(), 60))


def test_an_mcp_client_asks_searches_and_lists(new_library: Callable[..., Library]) -> None:
    library = new_library([])
    add_articles(library, [PLAIN, HOSTILE])

    async def talk(session: Any) -> tuple[Any, ...]:
        tools = (await session.list_tools()).tools
        named = {name: tool for tool in tools for name in ("ask", "search", "articles") if tool.name.endswith(name)}
        assert len(tools) == len(named) == 3, "only what is meant for programs is offered"
        told = await session.call_tool(named["ask"].name, {"question": COST})
        found = await session.call_tool(named["search"].name, {"query": COST, "top_k": 2})
        listed = await session.call_tool(named["articles"].name, {})
        refused = await session.call_tool(named["ask"].name, {"question": "  "})
        return named, told, found, listed, refused

    with served(Assistant(library, strictness="lenient"), mcp=True) as address:
        named, told, found, listed, refused = converse(address, talk)
    assert "history" in named["ask"].inputSchema["properties"] and "cites exact words" in named["ask"].description
    answer = json.loads(told.content[0].text)
    texts = {article["id"]: article["text"] for article in json.loads(listed.content[0].text)}
    assert texts["lighthouse"] == FILM and "42000元" in answer["answer"]
    cited = answer["citations"][0]
    assert texts[cited["article"]][cited["start"] : cited["end"]] == cited["quote"]
    passages = json.loads(found.content[0].text)
    assert len(passages) == 2 and passages[0]["article"] == "lighthouse"
    assert refused.isError and "empty" in refused.content[0].text


def test_tools_that_could_never_log_in_are_not_offered(library: Library) -> None:
    with pytest.raises(PageError, match="leave --mcp or --auth out"):
        serve(Assistant(library), port=0, auth=("user", "password"), mcp=True, block=False)
