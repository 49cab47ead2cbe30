"""Where a library is: addresses of servers, in the environment too, what goes with them, and what nobody may see."""

from __future__ import annotations

import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from ingest.errors import LibraryError, ServerError
from ingest.library import Library
from ingest.settings import Place, library_place
from ingest.vectorserver import ServedVectors


@pytest.mark.parametrize(("database", "chroma"), [
    ("mysql://user:ge%20heim@host/name", "http://host:8000"), ("postgresql://user:geheim/@host/name", "http://host"),
    ("postgresql://host/name", "host:8000"), ("postgresql://user:geheim@host/name", ""), ("", "ftp://host"),
    ("", "http://host:port"),
])  # fmt: skip
def test_what_is_no_address_is_said_without_telling_passwords(tmp_path: Path, database: str, chroma: str) -> None:
    with pytest.raises(LibraryError, match="CHANGJI_") as caught:
        Place(tmp_path, database, chroma)
    assert "heim" not in str(caught.value) and str(caught.value) != caught.value.told("zh")


class _Gate(BaseHTTPRequestHandler):
    """Takes a token with every request, as a proxy before Chroma does, and knows no collection."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        allowed = self.headers["X-Chroma-Token"] == "geheim" and self.headers["Authorization"] == "Bearer geheim"
        self.asked.append(self.path if allowed else "")
        found = allowed and "/collections" not in self.path
        body = json.dumps(self._said()).encode()
        self.send_response(200 if found else 503)
        self.end_headers()
        self.wfile.write(body)

    def _said(self) -> dict[str, object]:
        if self.path.endswith("/identity"):
            return {"user_id": "me", "tenant": "film", "databases": ["archive"]}
        return {"name": self.path.rpartition("/")[2], "tenant": "film", "id": str(uuid.uuid4())}

    def log_message(self, *_: object) -> None: ...


def test_a_token_tenant_and_database_reach_the_vector_server(tmp_path: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), _Gate) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        place = Place(tmp_path, chroma=f"http://127.0.0.1:{server.server_port}/film/archive", token="geheim")
        vectors = ServedVectors(place, "passages-1-2")
        with pytest.raises(ServerError, match="CHANGJI_CHROMA") as caught:
            vectors.search(np.ones(3, np.float32), 1)
        server.shutdown()
    assert "geheim" not in str(caught.value) and "" not in _Gate.asked
    assert any("/tenants/film/databases/archive/collections/" in path for path in _Gate.asked)


def test_the_environment_names_servers_where_a_user_chooses_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANGJI_DATABASE", "postgresql://somebody@127.0.0.1:1/name")
    monkeypatch.setenv("CHANGJI_CHROMA", "http://127.0.0.1:1")
    place = library_place(tmp_path)
    assert place == Place(tmp_path, "postgresql://somebody@127.0.0.1:1/name", "http://127.0.0.1:1")
    Library.create(tmp_path).close()  # nobody but the user's choice looks at the environment
    with pytest.raises(ServerError, match=r"somebody@127.0.0.1:1.*CHANGJI_DATABASE"):
        Library(place)


@pytest.mark.parametrize("folder", ["\udcce\udcc4", "a/\udcbf/library"])
def test_a_folder_whose_path_is_no_text_is_no_librarys(folder: str) -> None:
    with pytest.raises(LibraryError, match=r"isn't text .* rename it"):
        library_place(folder)


def test_a_place_in_a_home_that_there_is_not_is_told() -> None:
    with pytest.raises(LibraryError, match="name its whole path with --library"):
        library_place("~nobody-of-this-name/library")


def test_a_place_in_a_folder_that_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(LibraryError, match="No such file or directory"):
        library_place("library")
