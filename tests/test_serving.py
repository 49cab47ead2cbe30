"""What programs are told over HTTP and by gradio's own client, and what nobody is: files, other hosts, a taken port."""

from __future__ import annotations

import json
import re
import socket
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from pages import COST, FILM, post

from ingest.errors import PageError, PortError
from ingest.library import Library
from rag.assistant import Assistant


def test_programs_ask_and_list_over_http(address: str, film: Library) -> None:
    kind, (answer,) = post(address, "ask", COST, [], None)
    (articles,) = post(address, "articles")[1]
    texts = {article["id"]: article["text"] for article in articles}
    assert kind == "complete" and texts["lighthouse"] == FILM
    for cited in answer["citations"]:
        assert texts[cited["article"]][cited["start"] : cited["end"]] == cited["quote"]
    assert answer["citations"] and articles[0]["passages"] == film.passage_counts()[articles[0]["id"]]
    assert post(address, "ask", COST, None, ["no-such-article"])[0] == "error"


def test_the_documented_commands_of_curl_work(address: str) -> None:
    page = (Path(__file__).parent.parent / "docs" / "programs.md").read_text("utf-8")
    calls = re.findall(r"gradio_api/run/(\w+) .*?-d '(.*?)'", page, re.DOTALL)
    assert [name for name, _ in calls] == ["ask", "search", "articles"]
    for name, body in calls:
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{address}/gradio_api/run/{name}", body.encode(), headers)
        with urllib.request.urlopen(request, timeout=20) as reply:
            (result,) = json.load(reply)["data"]
        assert result and (name != "search" or len(result) == 3)


def test_gradio_s_own_client_asks_and_is_told_why_not(address: str) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    client = Client(address, verbose=False)
    answer = client.predict("它在哪里首映？", [COST], ["lighthouse"], api_name="/ask")
    assert answer["question"] == "它在哪里首映？" and {c["article"] for c in answer["citations"]} <= {"lighthouse"}
    with pytest.raises(AppError, match="empty"):
        client.predict("  ", api_name="/ask")
    assert set(client.view_api(return_format="dict")["named_endpoints"]) == {"/ask", "/search", "/articles"}


def test_no_file_can_be_read(address: str, film: Library) -> None:
    inside = film.folder / "articles.sqlite"
    for path in ("/etc/passwd", str(inside), str(Path(__file__).resolve()), "../../pyproject.toml", "pyproject.toml"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}/gradio_api/file={path}", timeout=10)
        assert refused.value.code in (403, 404), path


def answered(address: str, host: str) -> int:
    """The status of a request that names `host`."""
    request = urllib.request.Request(f"{address}/config", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code


def test_a_website_that_turns_to_this_machine_is_not_answered(address: str) -> None:
    for host, code in (("evil.example", 400), (address.removeprefix("http://"), 200)):
        assert answered(address, host) == code, host


def test_of_ipv6_too_this_machine_alone_is_answered(film: Library, capsys: pytest.CaptureFixture[str]) -> None:
    from ui.app import serve

    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
            port = probe.getsockname()[1]
    except OSError:
        pytest.skip("this machine has no ::1")
    page = serve(Assistant(film), "::1", port, block=False)
    try:
        address = f"http://[::1]:{port}"
        assert f"{address} " in capsys.readouterr().out
        for host, code in ((f"[::1]:{port}", 200), (f"evil.example:{port}", 400), (f"localhost:{port}", 200)):
            assert answered(address, host) == code, host
    finally:
        page.close()


def test_a_taken_port_is_one_sentence(film: Library) -> None:
    from ui.app import serve

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortError, match=f"{port}.*--port"):
            serve(Assistant(film, strictness="lenient"), port=port, block=False)


@pytest.mark.parametrize("host", ["nonsense.invalid", "192.0.2.1", "\udcbf"])  # no name, another machine's, no text
def test_a_host_that_is_none_of_this_machines_is_told(host: str, library: Library) -> None:
    from ui.app import serve

    with pytest.raises(PageError, match="name an address of this machine with --host") as caught:
        serve(Assistant(library), host, block=False)
    assert "--port" not in str(caught.value)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (("search", "成本", "many", None), "top_k must be a whole number"),
        (("search", 5, 3, None), "The question is no text"),
        (("ask", None, None, None), "The question is no text"),
        (("ask", COST, "earlier", None), "lists of strings"),
        (("ask", COST, None, [3]), "lists of strings"),
        (("ask", " ", None, None), "The question is empty"),
        (("ask", "\ud800", [], None), "half a character"),
        (("ask", COST, ["谁？\udfff"], None), "half a character"),
        (("ask", COST, None, ["\ud800"]), "half a character"),
        (("search", "\ud800成本", 3, None), "half a character"),
        (("ask", COST, ["问" * 2001], None), "2,001 characters"),
    ],
)
def test_what_a_program_cannot_ask_is_told_in_a_sentence(address: str, call: tuple[Any, ...], says: str) -> None:
    kind, told = post(address, *call)
    assert kind == "error" and says in told["error"] and "\n" not in told["error"]


def test_a_search_without_a_number_gives_the_usual_one(address: str) -> None:
    assert post(address, "search", COST, None, None) == post(address, "search", COST, 8, None)
