"""Chroma's client for a server, mended: it waits for no answer without end, and of a closed one nothing is left."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from chromadb.api.client import Client
from chromadb.config import Settings
from chromadb.errors import NotFoundError

from ingest.settings import Place

_PORTS = {"http": 80, "https": 443}


class ServerClient(Client):
    """Connected to the server that a place names."""

    def __init__(self, place: Place, seconds: float) -> None:
        """Connect, with so many seconds for each answer."""
        self._seconds = seconds
        tenant, _, database = urlsplit(place.chroma).path.strip("/").partition("/")
        super().__init__(**({"tenant": tenant, "database": database} if database else {}), settings=_settings(place))

    def wait_at_most(self, seconds: float) -> None:
        """Have a server that is silent for longer count as gone."""
        self._server._session.timeout = seconds  # type: ignore[attr-defined]

    def get_user_identity(self) -> Any:
        """What is asked first of all, so that nothing is asked without a limit."""
        self.wait_at_most(self._seconds)
        return super().get_user_identity()

    def _validate_tenant_database(self, tenant: str, database: str) -> None:
        """On the connection there is; Chroma makes another one for it, and tells every fault as a missing tenant."""
        self._let_go()
        try:
            self._server.get_tenant(tenant)
            self._server.get_database(database, tenant)
        except NotFoundError as error:
            raise ValueError(f"it has no database {tenant}/{database}") from error

    def _let_go(self) -> None:
        """Alone keep what this holds: Chroma enters it under a second name and never strikes that out."""
        known, own = self._identifier_to_system, self._system
        for name in [name for name, held in [*known.items()] if held is own and name != self._identifier]:
            del known[name]

    def close(self) -> None:
        """Close the connection, which Chroma leaves open."""
        self._server._session.close()  # type: ignore[attr-defined]
        super().close()


def _settings(place: Place) -> Settings:
    address, token = urlsplit(place.chroma), place.token
    return Settings(
        anonymized_telemetry=False,
        chroma_api_impl="chromadb.api.fastapi.FastAPI",
        chroma_server_host=address.hostname or "",
        chroma_server_http_port=address.port or _PORTS[address.scheme],
        chroma_server_ssl_enabled=address.scheme == "https",
        chroma_server_headers={"X-Chroma-Token": token, "Authorization": f"Bearer {token}"} if token else {},
    )
