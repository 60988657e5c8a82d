"""The HTTP library, told to behave: checked addresses, no redirects, no proxies, no second try."""

from __future__ import annotations

import socket
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool

from lookups.pull.wire.connection import Line

# Endpoints of one client live on one or two hosts; one connection to each, as it is one thread.
_HOSTS = 4


def session_on(line: Line) -> requests.Session:
    """A session whose connections all come from `line`. It reads nothing from the environment."""
    session = _Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    session.headers.update(
        {
            "User-Agent": "phonon-portal",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
        }
    )
    session.adapters.clear()
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Adapter(line))
    return session


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: otherwise the library would read a redirect's whole body, however long it is."""
        return None


class _Adapter(HTTPAdapter):
    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__(pool_connections=_HOSTS, pool_maxsize=1, max_retries=0)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        self.poolmanager = _Pools(
            self._line, num_pools=connections, maxsize=maxsize, block=block, **pool_kwargs
        )


class _Pools(PoolManager):
    def __init__(self, line: Line, **options: Any) -> None:
        super().__init__(**options)
        self._connection_classes = _connection_classes(line)

    def _new_pool(
        self, scheme: str, host: str, port: int, request_context: dict[str, Any] | None = None
    ) -> HTTPConnectionPool:
        pool = super()._new_pool(scheme, host, port, request_context)
        pool.ConnectionCls = self._connection_classes[scheme]
        return pool


def _connection_classes(line: Line) -> dict[str, Any]:
    """Connection classes that open their socket on `line` and keep the name for TLS and Host."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return line.open(self.host, self.port or self.default_port)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return line.open(self.host, self.port or self.default_port)

    return {"http": Plain, "https": Secure}
