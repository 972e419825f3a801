"""One call to a stranger: every limit holds, and what went wrong is told apart."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from desktop.errors import Offline, RegistryProblem, Untrusted
from desktop.registries.retry import FIRST_DELAY_S, MAX_DELAY_S, delay_s
from desktop.registries.transport import (
    MAX_RETRY_AFTER_S,
    Limits,
    Reply,
    Transport,
    check_address,
    is_loopback,
)
from tests.registries.stub import Answer, Stub

LIMITS = Limits(connect_s=1.0, read_s=0.4, call_s=0.6, body_bytes=10_000)
Talk = Callable[[socket.socket], None]


@pytest.fixture
def transport() -> Iterator[Transport]:
    """A transport with small limits."""
    made = Transport(LIMITS)
    yield made
    made.close()


@contextlib.contextmanager
def talking(talk: Talk) -> Iterator[str]:
    """Run a server that says what talk says on the first connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            peer, _ = listener.accept()
            with peer:
                peer.settimeout(5)
                peer.recv(65_536)
                talk(peer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()
        thread.join(5)


def drip(head: bytes, tail: bytes) -> Talk:
    """Send head at once, then tail byte by byte for longer than any call may take."""

    def talk(peer: socket.socket) -> None:
        peer.sendall(head)
        for index in range(len(tail)):
            time.sleep(0.05)
            peer.sendall(tail[index : index + 1])

    return talk


def test_a_whole_reply(transport: Transport) -> None:
    with Stub(lambda method, path, body: Answer(418, body[::-1], {"X-Tea": "Pot"})) as stub:
        reply = transport.call("POST", stub.url + "/a?b=c", body=b"abc", headers={"X": "y"})
        assert (reply.status, reply.body, reply.headers["x-tea"]) == (418, b"cba", "Pot")
        assert stub.calls == [("POST", "/a?b=c", b"abc")]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(transport: Transport, status: int) -> None:
    with Stub() as other:
        headers = {"Location": other.url + "/elsewhere"}
        with Stub(lambda *_: Answer(status, b"", headers)) as stub:
            with pytest.raises(Untrusted, match="another address"):
                transport.call("GET", stub.url + "/", headers={"Authorization": "secret"})
            assert len(stub.calls) == 1
        assert other.calls == []


def test_the_size_of_a_reply_is_capped(transport: Transport) -> None:
    with Stub(lambda *_: Answer(body=b"x" * LIMITS.body_bytes)) as stub:
        assert len(transport.call("GET", stub.url).body) == LIMITS.body_bytes
    with (
        Stub(lambda *_: Answer(body=b"x" * (LIMITS.body_bytes + 1))) as stub,
        pytest.raises(Untrusted, match="too large"),
    ):
        transport.call("GET", stub.url)


def test_a_packed_reply_is_refused(transport: Transport) -> None:
    packed = Answer(body=gzip.compress(b"x" * 10**6), headers={"Content-Encoding": "gzip"})
    with Stub(lambda *_: packed) as stub, pytest.raises(Untrusted, match="packed"):
        transport.call("GET", stub.url)


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "talk",
    [
        drip(OK + b"Content-Length: 900\r\n\r\n", b"x" * 60),
        drip(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 10),
        drip(b"", OK + b"X-Long: " + b"x" * 60),
        drip(OK, b"A: b\r\n" * 20),
        lambda peer: time.sleep(0.9),
    ],
    ids=["body", "chunks", "status line", "headers", "silence"],
)
def test_the_whole_call_has_a_deadline(transport: Transport, talk: Talk) -> None:
    before = time.monotonic()
    with talking(talk) as url, pytest.raises(Untrusted, match="too slowly"):
        transport.call("GET", url)
    assert time.monotonic() - before < 3


def close_hard(peer: socket.socket) -> None:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 2",
        OK + b"Content-Length: 900\r\n\r\nonly this",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
        OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"nonsense\r\n\r\n",
    ],
    ids=["nothing", "half a line", "half a body", "half a chunk", "bad chunk", "nonsense"],
)
@pytest.mark.parametrize("hard", [False, True])
def test_a_broken_connection_is_offline(transport: Transport, said: bytes, hard: bool) -> None:
    def talk(peer: socket.socket) -> None:
        peer.sendall(said)
        if hard:
            close_hard(peer)

    with talking(talk) as url, pytest.raises(Offline):
        transport.call("GET", url)


def test_nobody_there(transport: Transport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(Offline, match="cannot be reached"):
        transport.call("GET", url)


def test_a_kept_connection_that_the_other_side_closed(transport: Transport) -> None:
    with Stub() as stub:
        transport.call("GET", stub.url + "/events")
        port = int(stub.url.rpartition(":")[2])
    with Stub(port=port) as again:
        assert transport.call("GET", again.url + "/events").status == 200


def test_nothing_from_the_environment(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Stub() as stub:
        assert transport.call("GET", stub.url + "/events").status == 200


def test_cookies_are_forgotten(transport: Transport) -> None:
    seen: list[str] = []
    with Stub(lambda *_: Answer(headers={"Set-Cookie": "id=1"})) as stub:
        for _ in range(2):
            reply = transport.call("GET", stub.url)
            seen.append(reply.headers["set-cookie"])
    session = transport._session()
    assert len(session.cookies) == 0
    assert seen == ["id=1", "id=1"]


@pytest.mark.parametrize(
    "url",
    [
        "https://claims.example",
        "https://claims.example:8443/api",
        "http://127.0.0.1:1",
        "http://127.9.9.9",
        "http://[::1]:8080",
        "http://localhost:9",
    ],
)
def test_addresses_that_are_allowed(url: str) -> None:
    check_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://claims.example",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://localhost.example",
        "http://127.0.0.1.example",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "https://",
        "https://user@registry.example",
        "https://user:pass@registry.example",
        "http://user@127.0.0.1",
        "//registry.example",
        "registry.example",
        "",
        "javascript:alert(1)",
    ],
)
def test_addresses_that_are_not(transport: Transport, url: str) -> None:
    with pytest.raises(RegistryProblem, match="https://"):
        check_address(url)
    with pytest.raises(RegistryProblem, match="https://"):
        transport.call("GET", url)


@pytest.mark.parametrize("url", ["http://[::1", "https://[not-an-address]/", "https://a:b:c/"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(RegistryProblem, match="https://"):
        check_address(url)


def test_loopback() -> None:
    assert is_loopback("127.0.0.1")
    assert not is_loopback("128.0.0.1")


def retry_after(text: str) -> int | None:
    return Reply(status=429, headers={"retry-after": text}, body=b"").retry_after_s


def test_retry_after_in_both_forms() -> None:
    assert retry_after("120") == 120
    assert retry_after(" 7 ") == 7
    assert retry_after("0") == 0
    soon = datetime.now(UTC) + timedelta(seconds=100)
    for text in (format_datetime(soon, usegmt=True), format_datetime(soon)):
        assert 97 <= (retry_after(text) or 0) <= 100
    assert retry_after(format_datetime(datetime.now(UTC) - timedelta(days=1))) == 0


@pytest.mark.parametrize("text", ["3601", "999999999999999", "86400"])
def test_retry_after_is_capped(text: str) -> None:
    assert retry_after(text) == MAX_RETRY_AFTER_S


def test_retry_after_far_away_is_capped() -> None:
    assert retry_after("Fri, 01 Jan 2100 00:00:00 GMT") == MAX_RETRY_AFTER_S


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5", "٥", "Fri, 99 Jan 2100 00:00:00 GMT"])
def test_retry_after_that_says_nothing(text: str) -> None:
    assert retry_after(text) is None


@pytest.mark.parametrize("attempts", range(1, 40))
def test_the_wait_doubles_up_to_six_hours(attempts: int) -> None:
    base = min(FIRST_DELAY_S * 2**attempts, MAX_DELAY_S)
    waits = {delay_s(attempts) for _ in range(50)}
    assert min(waits) >= base
    assert max(waits) <= 2 * base
    assert len(waits) > 10


@pytest.mark.parametrize("asked", [0, 1, 60, 3600])
def test_never_before_the_registry_said(asked: int) -> None:
    assert all(delay_s(9, retry_after_s=asked) >= asked for _ in range(50))


def test_a_hundred_clients_spread_out() -> None:
    """RELIABILITY.md: no second has more than 5 % of the retries (of a wait of some minutes)."""
    waits = [delay_s(4) for _ in range(100)]
    assert max(waits.count(second) for second in waits) <= 5
