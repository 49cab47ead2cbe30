"""Articles at an address: what may be connected to, what servers may do to a reader, and what becomes of the answer."""

from __future__ import annotations

import contextlib
import gzip
import ipaddress
import socket
import ssl
import subprocess
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ingest import address
from ingest.address import IPAddress, fetch, public
from ingest.build import ingest_address
from ingest.errors import ReadError
from ingest.library import Library
from ui.cli import main

HTML = "text/html; charset=utf-8"
PAGE = """<html><head><title>灯塔守夜人</title><meta property="og:site_name" content="光影周刊">
<link rel="canonical" href="https://elsewhere.example/other"></head><body><article><h1>灯塔守夜人</h1>
<p>导演王岚用十四个月拍完了长片《雾中灯塔》，制作成本只有3.5万元。</p><p>影片将于2025年3月21日在上海首映。</p>
</article></body></html>"""
PRIVATE = """127.0.0.1 127.9.9.9 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.254 192.168.1.1 169.254.169.254 100.64.0.1
192.0.0.8 192.0.2.1 192.88.99.1 198.18.0.1 203.0.113.5 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1
::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 2001:db8::1 2001:0:7f00:1::
2002:7f00:1:: fc00::1 fd12::1 fe80::1 fec0::1 ff02::1"""
Answer = Callable[[BaseHTTPRequestHandler], None]


def loopback(ip: IPAddress) -> bool:
    return str(ip) == "127.0.0.1"


class Server(ThreadingHTTPServer):
    """Answers a path as `answers` says; `asked` holds the paths in order."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []

    def at(self, path: str, answer: Answer) -> str:
        self.answers[path] = answer
        return f"http://127.0.0.1:{self.server_port}{path}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.answers[self.path](self)

    def log_message(self, *arguments: object) -> None: ...


def send(body: str | bytes, kind: str = HTML, status: int = 200, **headers: str) -> Answer:
    data = body.encode() if isinstance(body, str) else body

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return answer


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def refusal(url: str, allowed: Callable[[IPAddress], bool] = loopback) -> str:
    with pytest.raises(ReadError) as caught:
        fetch(url, allowed)
    said = str(caught.value)
    assert "\n" not in said and said.endswith(".") and len(said) < 250
    return said


@pytest.mark.parametrize("ip", PRIVATE.split())
def test_no_special_address_is_public(ip: str) -> None:
    assert not public(ipaddress.ip_address(ip))


@pytest.mark.parametrize("ip", ["8.8.8.8", "223.5.5.5", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_a_hosts_own_address_is_public(ip: str) -> None:
    assert public(ipaddress.ip_address(ip))


@pytest.mark.parametrize("host", "127.0.0.1 localhost 127.1 2130706433 0x7f000001 [::1] [::ffff:127.0.0.1] 0".split())
def test_this_machine_isnt_connected_to_however_it_is_written(server: Server, host: str) -> None:
    server.at("/", send(PAGE))
    assert "address" in refusal(f"http://{host}:{server.server_port}/", public)
    assert not server.asked


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/a", "file:///etc/passwd", "gopher://example.com", "javascript://x", "http://", "https:///a",
     "http://exa mple.com/", "http://[::1", "http://a:99999/", "http://" + "a" * 3000, "://", "http://\n", "http://\ud800"],
)  # fmt: skip
def test_what_is_no_web_address_is_said_so(url: str) -> None:
    assert "address" in refusal(url)


def test_a_password_in_an_address_is_refused_and_not_repeated(server: Server) -> None:
    for url in (f"http://wang:geheim@127.0.0.1:{server.server_port}/", "ftp://wang:geheim@example.com/"):
        assert "geheim" not in refusal(url)
    assert not server.asked


def test_an_article_is_read(server: Server) -> None:
    page = fetch(server.at("/a", send(PAGE)), loopback)
    assert page.data.decode() == PAGE and page.suffix == ".html"


def test_redirects_are_followed_and_each_is_checked(server: Server) -> None:
    server.at("/to", send(PAGE))
    page = fetch(server.at("/from", send("", status=302, Location="/to#part")), loopback)
    assert page.url.endswith("/to") and server.asked == ["/from", "/to"]
    private = server.at("/private", send("", status=301, Location=f"http://127.0.0.2:{server.server_port}/to"))
    assert "no public address" in refusal(private)
    assert "http" in refusal(server.at("/file", send("", status=307, Location="file:///etc/passwd")))
    assert "redirects more than" in refusal(server.at("/loop", send("", status=308, Location="/loop")))
    assert server.asked[2:4] == ["/private", "/file"]


def test_a_name_is_resolved_once_and_the_checked_number_connected_to(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that first resolves to an allowed address and then to another one (DNS rebinding) gains nothing."""
    resolve, numbers, names = socket.getaddrinfo, iter(["127.0.0.1", "127.0.0.2", "127.0.0.2"]), []

    def rebinding(host: str, *more: Any, **options: Any) -> Any:
        if host == "films.example":
            names.append(host)
            host = next(numbers)
        return resolve(host, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    hosts: list[str] = []
    server.at("/", lambda handler: (hosts.append(handler.headers["Host"]), send(PAGE)(handler))[1])
    page = fetch(f"http://films.example:{server.server_port}/", loopback)
    assert page.data and names == ["films.example"] and hosts == [f"films.example:{server.server_port}"]


def test_a_host_that_isnt_there_or_doesnt_listen_is_said_so() -> None:
    assert "There is no host" in refusal("http://nowhere.invalid/")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert "refused" in refusal(f"http://127.0.0.1:{free.getsockname()[1]}/")


@pytest.mark.parametrize(
    ("status", "says"), [(404, "404 Not Found"), (403, "save the page"), (500, "500"), (799, "799")]
)
def test_a_servers_refusal_is_passed_on(server: Server, status: int, says: str) -> None:
    assert says in refusal(server.at("/", send(PAGE, status=status)))


@pytest.mark.parametrize("kind", ["image/png", "application/json", "text/css", "", "video/mp4", "x\x01" * 90])
def test_other_types_of_content_are_refused(server: Server, kind: str) -> None:
    assert "not an article" in refusal(server.at("/a.php", send(b"{}", kind)))


@pytest.mark.parametrize(
    ("path", "kind", "suffix"),
    [("/a", "application/xhtml+xml", ".html"), ("/a.pdf", "application/octet-stream", ".pdf"),
     ("/a.md", "text/plain", ".md"), ("/a", "TEXT/PLAIN;charset=gbk", ".txt"), ("/a.html", "application/pdf", ".pdf"),
     ("/a.docx?b", "", ".docx")],
)  # fmt: skip
def test_the_format_is_what_the_server_says_else_the_ending(server: Server, path: str, kind: str, suffix: str) -> None:
    assert fetch(server.at(path, send("甲", kind)), loopback).suffix == suffix


def test_what_is_too_large_is_given_up_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "MAX_BYTES", 2**20)
    assert fetch(server.at("/just", send(b"a" * 2**20)), loopback).data
    assert "larger than 1 MB" in refusal(server.at("/large", send(b"a" * (2**20 + 1))))


def test_a_compression_bomb_is_given_up_on_before_it_is_unpacked(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address, "MAX_BYTES", 2**20)
    bomb = gzip.compress(bytes(100 * 2**20))
    url = server.at("/bomb", send(bomb, Content_Encoding="gzip"))
    tracemalloc.start()
    assert "larger than 1 MB" in refusal(url)
    assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    tracemalloc.stop()
    assert (
        fetch(server.at("/", send(gzip.compress(PAGE.encode()), Content_Encoding="gzip")), loopback).data
        == PAGE.encode()
    )


def _drip(handler: BaseHTTPRequestHandler, opening: bytes) -> None:
    handler.wfile.write(opening)
    for _ in range(200):
        handler.wfile.write(b"a")
        handler.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize(
    "opening",
    [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n"],
)  # fmt: skip
def test_a_server_that_drips_is_cut_off_at_the_deadline(
    server: Server, monkeypatch: pytest.MonkeyPatch, opening: bytes
) -> None:
    monkeypatch.setattr(address, "TIMEOUT", 0.5)
    url, begun = server.at("/", lambda handler: _drip(handler, opening)), time.monotonic()
    assert "too long" in refusal(url)
    assert time.monotonic() - begun < 5


def test_a_silent_server_is_given_up_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "_SILENCE", 0.2)
    assert "too long" in refusal(server.at("/", lambda handler: time.sleep(2)))


@pytest.mark.parametrize(
    "raw", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Type: text/html\r\n\r\nab"]
)
def test_a_broken_answer_is_said_so(server: Server, raw: bytes) -> None:
    said = refusal(server.at("/", lambda handler: handler.wfile.write(raw)))
    assert "can't be read from" in said or "doesn't answer as the web's protocol demands" in said


def test_a_certificate_that_proves_nothing_is_refused(tmp_path: Path) -> None:
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
         "-days", "2", "-subj", "/CN=localhost"], cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl isn't installed")
    with Server() as secure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
        secure.socket = context.wrap_socket(secure.socket, server_side=True)
        threading.Thread(target=secure.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        assert "can't prove" in refusal(f"https://127.0.0.1:{secure.server_port}/")
        secure.shutdown()
    assert not secure.asked


def test_nothing_of_a_fetch_is_left_open(server: Server) -> None:
    fds, url = Path("/proc/self/fd"), server.at("/", send(PAGE))
    if not fds.exists():
        pytest.skip("needs /proc")
    fetch(url, loopback)
    before, threads = len(list(fds.iterdir())), threading.active_count()
    for path in ("/", "/missing", "/"):
        server.answers.setdefault("/missing", send("", status=404))
        with contextlib.suppress(ReadError):
            fetch(url.removesuffix("/") + path, loopback)
    time.sleep(0.2)  # the server's own ends
    assert len(list(fds.iterdir())) <= before and threading.active_count() <= threads


def test_an_address_becomes_an_article_of_the_library(server: Server, new_library: Callable[..., Library]) -> None:
    library, url = new_library(), server.at("/文/%E7%81%AF", send(PAGE))
    server.answers["/%E6%96%87/%E7%81%AF"] = send(PAGE)
    (id,) = ingest_address(library, url, loopback).added
    article = library.article(id)
    assert article.title == "灯塔守夜人" and article.publisher == "光影周刊" and "3.5万元" in article.text
    assert article.url == f"http://127.0.0.1:{server.server_port}/%E6%96%87/%E7%81%AF"  # not what the page claims
    assert "文-灯" in id and "/" not in id
    assert ingest_address(library, url, loopback).unchanged == [id]
    server.answers["/%E6%96%87/%E7%81%AF"] = send(PAGE.replace("3.5", "4.5"))
    assert ingest_address(library, url, loopback).changed == [id]
    assert "4.5万元" in library.article(id).text and len(library.articles()) == 1


def test_the_command_line_says_in_one_line_why_an_address_isnt_read(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = server.at("/", send(PAGE))
    assert main(["ingest", url, "--library", str(tmp_path / "library")]) == 2
    said = capsys.readouterr().err
    assert "no public address" in said and said.count("\n") == 1 and not server.asked
