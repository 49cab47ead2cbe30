"""A page on the web becomes bytes, and nothing is read from private networks.

Every redirect is checked anew. A host's name is resolved once, and what is connected to is the number that was checked,
so that a name can't turn private in between (DNS rebinding). Proxies named by the environment aren't used: they would
resolve the name again.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, responses
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from ingest.errors import ReadError
from ingest.read import MAX_BYTES, SUFFIXES

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection
    from urllib3.response import HTTPResponse
    from urllib3.util import Url

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Allowed = Callable[[IPAddress], bool]

MAX_REDIRECTS = 5
MAX_LENGTH = 2000  # characters of an address
TIMEOUT = 30.0  # seconds for all of it
_SILENCE = 10.0  # seconds without a byte
_CHUNK = 1 << 16
_PORTS = {"http": 80, "https": 443}
_TYPES = {  # of content → the suffix that ingest.read knows it by
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_UNTOLD = ("", "application/octet-stream", "binary/octet-stream")  # types that say nothing: the address's ending does
_AGENT = "Mozilla/5.0 (compatible; Changji)"
# Global to some version of Python, but no host of its own: protocol assignments, 6to4 and its relays, site-local.
_SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2002::/16", "fec0::/10")))


@dataclass(frozen=True)
class Page:
    """What an address answered: the bytes, the suffix of their format, and the address after redirects."""

    data: bytes
    suffix: str
    url: str


def is_address(text: str) -> bool:
    """Whether a source that a user names is an address on the web rather than a path."""
    return "://" in text


def public(address: IPAddress) -> bool:
    """Whether an IP address is a public host's: not private, loopback, link-local, multicast or reserved."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return public(mapped)
    special = any(address in network for network in _SPECIAL if network.version == address.version)
    return address.is_global and not (address.is_multicast or address.is_reserved or special)


def fetch(url: str, allowed: Allowed = public) -> Page:
    """Read the article at an http or https address; `allowed` decides which IP addresses may be connected to.

    Raises ReadError, in one sentence, for any other scheme, an address that isn't allowed, a host that doesn't answer,
    a refusal, another type of content than `ingest.read` knows, more than MAX_BYTES, or more than TIMEOUT seconds.
    """
    deadline = time.monotonic() + TIMEOUT
    for _ in range(MAX_REDIRECTS + 1):
        parsed = _parsed(url)
        with _reading(parsed, deadline), _response(parsed, allowed, deadline) as response:
            target = response.get_redirect_location()
            if not target:
                _check_status(response, _host(parsed))
                suffix = _suffix(response, parsed)
                return Page(_body(response, _host(parsed)), suffix, parsed.url)
        url = urljoin(parsed.url, target)
    raise ReadError(
        "{host} redirects more than {most} times; give the address of the article itself.",
        host=parsed.host,
        most=MAX_REDIRECTS,
    )


def _parsed(text: str) -> Url:
    """The parts of an address, encoded for HTTP; the fragment, which servers aren't told, is left out."""
    from urllib3.exceptions import LocationParseError
    from urllib3.util import parse_url

    try:
        url = parse_url(text.strip()) if len(text) <= MAX_LENGTH else None
    except (LocationParseError, UnicodeError, ValueError):
        url = None
    if url is None or (url.scheme in _PORTS and not url.host):
        raise ReadError(
            "“{address}” isn't a possible address; give one like https://example.com/article.", address=_short(text)
        )
    if url.scheme not in _PORTS:
        raise ReadError(
            "“{address}” isn't a web address; give one that begins with http:// or https://.", address=_short(text)
        )
    if url.auth:
        raise ReadError(
            "The address at {host} holds a name or password; leave them out, or save the page in the browser and "
            "ingest the file.",
            host=url.host,
        )
    return url._replace(fragment=None)


def _short(text: str) -> str:
    """As much of an address as a message needs, without line breaks or what could be a password."""
    plain = "".join(character if character.isprintable() else "?" for character in text[:200].strip())
    scheme, _, rest = plain.partition("://")
    return (f"{scheme}://{rest.rpartition('@')[2]}" if rest else plain)[:80]


@contextlib.contextmanager
def _reading(url: Url, deadline: float) -> Iterator[None]:
    """What goes wrong on the network becomes a ReadError."""
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise ReadError(
            "{host} can't prove that it is {host} ({reason}); save the page in the browser and ingest the file.",
            host=url.host,
            reason=error.verify_message,
        ) from error
    except (OSError, HTTPException, HTTPError, ValueError) as error:
        if time.monotonic() >= deadline or isinstance(error, TimeoutError):
            raise ReadError(
                "{host} takes too long to answer; try again later, or save the page in the browser and ingest "
                "the file.",
                host=url.host,
            ) from error
        raise _unread(_host(url), error) from error


def _unread(host: str, error: Exception) -> ReadError:
    if isinstance(error, ssl.SSLError):
        return ReadError("{host} offers no secure connection; check the address and your connection.", host=host)
    if isinstance(error, OSError):
        reason = (error.strerror or "broken connection").lower()
        return ReadError(
            "{host} can't be read from ({reason}); check the address and your connection.", host=host, reason=reason
        )
    return ReadError("{host} doesn't answer as the web's protocol demands; check the address.", host=host)


@contextlib.contextmanager
def _response(url: Url, allowed: Allowed, deadline: float) -> Iterator[HTTPResponse]:
    """The answer to a GET, its body not read yet; whatever the server does, the connection ends at the deadline."""
    from urllib3.connection import HTTPConnection

    connected = _connected(_addresses(url, allowed), _port(url), deadline)
    cut = connected.dup()  # shutting down the copy ends the connection, TLS handshake and all
    timer = threading.Timer(max(deadline - time.monotonic(), 0), _shut, [cut])
    timer.daemon = True
    timer.start()
    connection = HTTPConnection(_host(url), timeout=_SILENCE)
    try:
        connection.sock = _secured(connected, _host(url)) if url.scheme == "https" else connected
        _ask(connection, url)
        response = connection.getresponse()
        _check_time(deadline)
        yield response
        _check_time(deadline)
    finally:
        timer.cancel()
        for handle in (connection, connected, cut):
            handle.close()


def _check_time(deadline: float) -> None:
    """Tell an end by the deadline from one that the server meant."""
    if time.monotonic() >= deadline:
        raise TimeoutError


def _shut(connected: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _port(url: Url) -> int:
    return url.port or _PORTS[url.scheme or ""]


def _host(url: Url) -> str:
    return url.host or ""  # which `_parsed` leaves none without


def _addresses(url: Url, allowed: Allowed) -> list[IPAddress]:
    """Those of the host's addresses that may be connected to."""
    try:
        resolved = socket.getaddrinfo(_host(url).strip("[]"), _port(url), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ReadError("There is no host {host}; check the address and your connection.", host=url.host) from error
    found = [ipaddress.ip_address(place[0]) for *_, place in resolved]
    usable = [address for address in found if allowed(address)]
    if not usable:
        raise ReadError(
            "{host} is no public address, and Changji reads from no others; save the page in the browser and ingest "
            "the file.",
            host=url.host,
        )
    return usable


def _connected(addresses: list[IPAddress], port: int, deadline: float) -> socket.socket:
    """A connection to the first address that takes one."""
    refused: OSError = TimeoutError()
    for address in addresses:
        try:
            left = max(deadline - time.monotonic(), 0.001)
            return socket.create_connection((str(address), port), min(_SILENCE, left))
        except OSError as error:
            refused = error
    raise refused


def _secured(connected: socket.socket, host: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(connected, server_hostname=host.strip("[]"))


def _ask(connection: HTTPConnection, url: Url) -> None:
    types = ", ".join((*_TYPES, "*/*;q=0.1"))
    headers = {"Host": url.netloc or "", "User-Agent": _AGENT, "Accept": types, "Accept-Encoding": "gzip, deflate"}
    connection.request("GET", url.request_uri, headers=headers, preload_content=False)


def _check_status(response: HTTPResponse, host: str) -> None:
    if response.status == 200:
        return
    phrase = responses.get(response.status, "")
    status = f"{response.status} {phrase}".strip()
    if response.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS):
        raise ReadError(
            "{host} answers “{status}”; save the page in the browser and ingest the file.", host=host, status=status
        )
    raise ReadError("{host} answers “{status}”; check the address.", host=host, status=status)


def _suffix(response: HTTPResponse, url: Url) -> str:
    """The suffix of the content's type; where the type says nothing, or only “text”, that of the address."""
    stated = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    ending = PurePosixPath(url.path or "").suffix.lower()
    if stated in (*_UNTOLD, "text/plain") and ending in SUFFIXES:
        return ending
    if stated not in _TYPES:
        raise ReadError(
            "What {host} sends is of type {kind}, not an article; give a page, text, PDF or Word file.",
            host=url.host,
            kind=_short(stated) or "unknown",
        )
    return _TYPES[stated]


def _body(response: HTTPResponse, host: str) -> bytes:
    """The whole body, unpacked; a ReadError as soon as it is too large."""
    parts, size = [], 0
    for part in response.stream(_CHUNK, decode_content=True):
        size += len(part)
        if size > MAX_BYTES:
            raise ReadError(
                "What {host} sends is larger than {size} MB; give a smaller article.", host=host, size=MAX_BYTES >> 20
            )
        parts.append(part)
    return b"".join(parts)
