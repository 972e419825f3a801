"""A network that breaks: an HTTP proxy on the loopback with faults on a seeded random schedule.

It stands between an app and one registry, and counts only the faults that really happened.
"""

from __future__ import annotations

import random
import re
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from typing import Self
from urllib.parse import urlsplit

from desktop.model.times import Clock, utc_now

LIMIT_S = 5.0
DRIP_S = 0.03
REPLIES_KEPT = 40
CRLF = b"\r\n"


class Fault(StrEnum):
    """What can happen to one call, in the order of its stages."""

    AT_CONNECT = "reset at connect"
    BEFORE_BODY = "reset after the headers were sent"
    IN_BODY = "reset in the middle of the request"
    REPEATED = "request delivered twice"
    BUSY_SECONDS = "429, Retry-After in seconds"
    BUSY_DATE = "429, Retry-After as a date"
    ERROR_500 = "500"
    ERROR_502 = "502"
    ERROR_503 = "503"
    WEB_PAGE = "a web page, as text/html, with status 200"
    LOST_REPLY = "reply lost after commit (reset)"
    CLOSED = "reply lost after commit (closed)"
    GATEWAY = "502 after commit"
    STALLED = "no byte until the limit"
    DRIPPED = "slow bytes until the limit"
    IN_REPLY = "reset in the middle of the reply"
    CUT = "reply cut short, by its length"
    CUT_UNSEEN = "reply cut short, its length too"
    CHANGED = "a digit of the reply changed"
    TWICE = "reply delivered twice"
    STALE = "an earlier reply delivered again"


# After these the registry has committed, and the app does not know what it answered.
AFTER_COMMIT = {
    Fault.LOST_REPLY, Fault.CLOSED, Fault.GATEWAY, Fault.STALLED, Fault.DRIPPED, Fault.IN_REPLY,
    Fault.CUT, Fault.CUT_UNSEEN, Fault.CHANGED, Fault.STALE,
}  # fmt: skip
WEIGHTS = dict.fromkeys(Fault, 10) | {
    Fault.LOST_REPLY: 90, Fault.CLOSED: 40, Fault.STALLED: 2, Fault.DRIPPED: 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a reply. head: with its empty line."""

    head: bytes
    body: bytes = b""

    @property
    def start(self) -> list[str]:
        """The words of the first line."""
        return self.head.partition(CRLF)[0].decode("latin-1").split(" ", 2)

    @property
    def kind(self) -> str:
        """Method and first part of the path of a request: what replies may be confused."""
        method, target = self.start[:2]
        return f"{method} /{urlsplit(target).path.split('/')[1]}"

    @property
    def whole(self) -> bytes:
        """All its bytes."""
        return self.head + self.body

    def with_body(self, body: bytes) -> Message:
        """Return it with another body, and that body's length."""
        length = b"content-length: %d" % len(body)
        return Message(re.sub(rb"(?i)content-length: *\d+", length, self.head), body)


class FaultyProxy:
    """Answers on 127.0.0.1 between enter and exit. share: how many calls of one meet a fault.

    clock: the registry's time, for dates; ours if it is not set. only_signed_again: earlier replies
    that come again are signed ones, where a protocol's refusals do not say what they are about.
    """

    def __init__(self, seed: int, *, share: float, only_signed_again: bool = False) -> None:
        self.chance = random.Random(seed)
        self.share = share
        self.only_signed_again = only_signed_again
        self.calls = 0
        self.lost_posts = 0
        self.posts = 0
        self.faults: Counter[Fault] = Counter()
        self.clock: Clock = utc_now
        self._target = 0
        self._next: Fault | None = None
        self._earlier: dict[str, list[Message]] = {}
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._listener.close()
        for held in list(self._open):
            _reset(held)

    def lead_to(self, port: int) -> None:
        """Send calls on to the registry at a port of this computer."""
        self._target = port

    def _accept(self) -> None:
        while True:
            try:
                held, _ = self._listener.accept()
            except OSError:
                return
            if self._next is Fault.AT_CONNECT:
                self._count(Fault.AT_CONNECT)
                self._draw()
                _reset(held)
                continue
            held.settimeout(LIMIT_S)
            held.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open.add(held)
            threading.Thread(target=self._serve, args=(held,), daemon=True).start()

    def _serve(self, held: socket.socket) -> None:
        with held.makefile("rb") as reader:
            try:
                while self._exchange(held, reader.readline, reader.read):
                    pass
            except OSError:
                pass  # the app hung up, as it may
        _reset(held)
        self._open.discard(held)

    def _exchange(
        self, held: socket.socket, line: Callable[[], bytes], read: Callable[[int], bytes]
    ) -> bool:
        """Carry one call, well or badly; returns whether the connection goes on."""
        head = _read_head(line)
        if not head:
            return False
        self.calls += 1
        length = _length(head)
        self.posts += bool(length)
        fault = self._next
        self._draw()
        if fault is Fault.BEFORE_BODY or (fault is Fault.IN_BODY and length):
            read(length // 2 if fault is Fault.IN_BODY else 0)
            self._count(fault)
            return False
        request = Message(head, read(length))
        answer = self._instead(fault)
        if answer is not None and fault is not None:
            self._count(fault)
            held.sendall(answer)
            return True
        reply = self._forward(request)
        if fault is Fault.REPEATED:
            self._count(fault)
            reply = self._forward(request)
        went_on = self._deliver(held, request, reply, fault)
        if not self.only_signed_again or self._is_signed(request, reply):
            kept = self._earlier.setdefault(request.kind, [])
            kept.append(reply)
            del kept[:-REPLIES_KEPT]
        return went_on and self._next is not Fault.AT_CONNECT

    def _deliver(
        self, held: socket.socket, request: Message, reply: Message, fault: Fault | None
    ) -> bool:
        """Hand a reply over; returns whether the connection goes on."""
        sent = self._spoilt(request, reply, fault)
        if sent is None or fault is None:
            held.sendall(reply.whole)
            return True
        self._count(fault)
        self.lost_posts += fault in AFTER_COMMIT and bool(request.body)
        if fault is Fault.STALLED:
            held.recv(1)  # until the app has had enough
        elif fault is Fault.DRIPPED:
            self._drip(held, sent)
        else:
            held.sendall(sent)
        if fault in (Fault.CLOSED, Fault.CUT):
            held.shutdown(socket.SHUT_RDWR)
        return fault in (Fault.GATEWAY, Fault.CUT_UNSEEN, Fault.CHANGED, Fault.TWICE, Fault.STALE)

    def _spoilt(self, request: Message, reply: Message, fault: Fault | None) -> bytes | None:
        """Return what is delivered in place of a reply; None where the fault is not possible."""
        half = len(reply.head) + len(reply.body) // 2
        match fault:
            case Fault.LOST_REPLY | Fault.CLOSED | Fault.STALLED:
                return b""
            case Fault.DRIPPED:
                return reply.whole
            case Fault.GATEWAY:
                return _error(502, "Bad Gateway")
            case Fault.IN_REPLY | Fault.CUT:
                return reply.whole[:half]
            case Fault.CUT_UNSEEN:
                return reply.with_body(reply.body[: len(reply.body) // 2]).whole
            case Fault.TWICE:
                return reply.whole * 2
            case Fault.STALE:
                earlier = [one for one in self._earlier.get(request.kind, []) if one != reply]
                return self.chance.choice(earlier).whole if earlier else None
            case Fault.CHANGED if self._is_signed(request, reply):
                places = [found.start() for found in re.finditer(rb"[0-8]", reply.body)]
                at = self.chance.choice(places) if places else None
                return None if at is None else reply.with_body(_changed(reply.body, at)).whole
        return None

    @staticmethod
    def _is_signed(request: Message, reply: Message) -> bool:
        """Tell whether a change is noticed without TLS: feeds and refusals bear no signature."""
        return b'"proof"' in reply.body and not request.kind.startswith("GET /claims")

    def _instead(self, fault: Fault | None) -> bytes | None:
        """Return an answer that the registry was never asked for, or None."""
        after_s = self.chance.randint(1, 5)
        match fault:
            case Fault.BUSY_SECONDS:
                return _error(429, "Too Many Requests", f"Retry-After: {after_s}", self._date())
            case Fault.BUSY_DATE:
                until = self.clock() + timedelta(seconds=after_s)
                return _error(429, "Too Many", f"Retry-After: {_http_date(until)}", self._date())
            case Fault.ERROR_500:
                return _error(500, "Internal Server Error")
            case Fault.ERROR_502:
                return _error(502, "Bad Gateway")
            case Fault.ERROR_503:
                return _error(503, "Service Unavailable")
            case Fault.WEB_PAGE:
                return _error(200, "OK")
        return None

    def _date(self) -> str:
        return f"Date: {_http_date(self.clock())}"

    def _forward(self, request: Message) -> Message:
        with socket.create_connection(("127.0.0.1", self._target), LIMIT_S) as upstream:
            upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            upstream.sendall(request.whole)
            with upstream.makefile("rb") as reader:
                head = _read_head(reader.readline)
                return Message(head, reader.read(_length(head)))

    def _drip(self, held: socket.socket, data: bytes) -> None:
        waiting = threading.Event()
        for index in range(min(len(data), int(LIMIT_S / DRIP_S))):
            held.sendall(data[index : index + 1])
            waiting.wait(DRIP_S)

    def _draw(self) -> None:
        """Choose what happens to the next call."""
        self._next = None
        if self.chance.random() < self.share:
            (self._next,) = self.chance.choices(list(WEIGHTS), list(WEIGHTS.values()))

    def _count(self, fault: Fault) -> None:
        self.faults[fault] += 1


def _read_head(line: Callable[[], bytes]) -> bytes:
    head = b""
    while one := line():
        head += one
        if one == CRLF:
            return head
    return b""


def _length(head: bytes) -> int:
    found = re.search(rb"(?i)\ncontent-length: *(\d+)", head)
    return int(found[1]) if found else 0


def _changed(body: bytes, at: int) -> bytes:
    return body[:at] + bytes([body[at] + 1]) + body[at + 1 :]


def _error(status: int, words: str, *headers: str) -> bytes:
    page = f"<!doctype html><title>{words}</title><p>Please come again.".encode()
    lines = [
        f"HTTP/1.1 {status} {words}",
        "Content-Type: text/html",
        f"Content-Length: {len(page)}",
    ]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + page


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def _reset(held: socket.socket) -> None:
    """Close with a reset, not with a farewell."""
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        held.close()
    except OSError:
        return
