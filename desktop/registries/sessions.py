"""Sessions of requests whose calls a watchdog can end. The only module that imports requests."""

from __future__ import annotations

import logging
import socket
import threading
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

# What is wrong with a reply is told by Transport; urllib3 would print addresses and tracebacks.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)
FAILURES = (requests.RequestException, HTTPError, OSError)
TOO_SLOW = requests.ReadTimeout


def new_session() -> requests.Session:
    """Return a session without proxies, netrc or retries of its own."""
    session = requests.Session()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, _WatchedAdapter(max_retries=0))
    return session


class _Watched:
    """The connection that this thread's call uses, so that a watchdog can shut it."""

    current = threading.local()


class _PlainConnection(HTTPConnection):
    def request(self, *args: Any, **kwargs: Any) -> None:
        _Watched.current.connection = self
        super().request(*args, **kwargs)


class _TlsConnection(HTTPSConnection):
    def request(self, *args: Any, **kwargs: Any) -> None:
        _Watched.current.connection = self
        super().request(*args, **kwargs)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _WatchedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}


class Watchdog:
    """Shuts the socket of a call that runs too long, so that dripping headers cannot hold it."""

    def __init__(self, limit_s: float) -> None:
        self.fired = False
        _Watched.current.connection = None
        self._thread_values = _Watched.current.__dict__
        self._timer = threading.Timer(limit_s, self._fire)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_exc: object) -> None:
        self._timer.cancel()

    def _fire(self) -> None:
        self.fired = True
        connection = self._thread_values.get("connection")
        held = getattr(connection, "sock", None)
        if held is not None:
            try:
                held.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
