"""One HTTP call with every limit a stranger needs: size, time, no redirects, TLS or loopback only.

No retries here: whether a POST may be repeated is the outbox's business.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from desktop import __version__
from desktop.errors import Offline, RegistryProblem, Untrusted

if TYPE_CHECKING:
    from requests import Response, Session

CONNECT_LIMIT_S = 5.0
READ_LIMIT_S = 10.0
CALL_LIMIT_S = 20.0
MAX_BODY_BYTES = 8 * 1024 * 1024
MAX_RETRY_AFTER_S = 3600
_CHUNK_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how large one call may get; seconds and bytes."""

    connect_s: float = CONNECT_LIMIT_S
    read_s: float = READ_LIMIT_S
    call_s: float = CALL_LIMIT_S
    body_bytes: int = MAX_BODY_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole reply. headers: lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def retry_after_s(self) -> int | None:
        """Seconds the server asked to wait (both forms of RFC 9110, 10.2.3), capped at 1 h.

        A date is compared with the server's own time, since this computer's clock may be off.
        """
        text = self.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return min(int(text[:9]), MAX_RETRY_AFTER_S)
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        wait_s = int((moment - (self.date or datetime.now(UTC))).total_seconds())
        return max(0, min(wait_s, MAX_RETRY_AFTER_S))

    @property
    def date(self) -> datetime | None:
        """The server's own time, where it tells one (RFC 9110, 6.6.1)."""
        try:
            moment = parsedate_to_datetime(self.headers.get("date", ""))
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Transport:
    """Makes calls, one Session a thread; no cookies, no proxies, no netrc from the environment."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._local = threading.local()

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Reply:
        """Send one request and return the whole reply, whatever its status.

        Raises Offline (no connection, or it broke: whether it arrived is unknown), Untrusted
        (too large, too slow, redirect, compressed), RegistryProblem (address not allowed).
        """
        check_address(url)
        from desktop.registries import sessions  # only a call needs requests, which takes long

        deadline = time.monotonic() + self._limits.call_s
        watchdog = sessions.Watchdog(self._limits.call_s)
        all_headers = {
            "User-Agent": f"Residuals/{__version__}",
            "Accept": "application/json, application/problem+json",
            "Accept-Encoding": "identity",
            **(headers or {}),
        }
        try:
            with (
                watchdog,
                self._session().request(
                    method,
                    url,
                    data=body,
                    headers=all_headers,
                    timeout=(self._limits.connect_s, self._limits.read_s),
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                reply = self._read(response, deadline)
                if watchdog.fired:  # a socket shut in the middle can look like a short answer
                    raise Untrusted("The registry answered too slowly.")
                return reply
        except sessions.FAILURES as error:
            if watchdog.fired or isinstance(error, sessions.TOO_SLOW):
                raise Untrusted("The registry answered too slowly.") from error
            raise Offline("The registry cannot be reached, or the connection broke.") from error

    def _read(self, response: Response, deadline: float) -> Reply:
        if 300 <= response.status_code < 400:
            raise Untrusted("The registry tried to send us to another address.")
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise Untrusted("The registry's answer is packed, though we asked it not to.")
        body = bytearray()
        while chunk := response.raw.read1(_CHUNK_BYTES):
            body += chunk
            if len(body) > self._limits.body_bytes:
                raise Untrusted("The registry's answer is far too large.")
            if time.monotonic() > deadline:
                raise Untrusted("The registry answered too slowly.")
        headers = {name.lower(): value for name, value in response.headers.items()}
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) != len(body):
            raise Offline("The connection broke in the middle of the registry's answer.")
        return Reply(status=response.status_code, headers=headers, body=bytes(body))

    def _session(self) -> Session:
        from desktop.registries import sessions

        session: Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = sessions.new_session()
        session.cookies.clear()
        return session

    def close(self) -> None:
        """Close this thread's connections."""
        session = getattr(self._local, "session", None)
        if session is not None:
            session.close()
            self._local.session = None


def check_address(url: str) -> None:
    """Raise RegistryProblem unless url is https, or http on this very machine."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme == "https" and host and not parts.username:
        return
    if parts.scheme == "http" and is_loopback(host) and not parts.username:
        return
    raise RegistryProblem(
        "A registry's address starts with https://, or http:// on this computer only.",
        advice="Check the address.",
    )


def is_loopback(host: str) -> bool:
    """Tell whether host names this very machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
