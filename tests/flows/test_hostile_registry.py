"""A registry that lies: whatever it answers, to whatever call, nothing of it becomes the truth.

Every case meets every call of both connectors; store and screen are as they were before.
"""

from __future__ import annotations

import gzip
import itertools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from desktop.claims.answer import Response
from desktop.errors import Offline, Untrusted
from desktop.flows import asking
from desktop.flows.payouts import propose, set_payout
from desktop.flows.renewing import rotate
from desktop.flows.responding import respond
from desktop.flows.syncing import add_registry, sync
from desktop.identity import keystore
from desktop.identity.canonical import canonical_bytes
from desktop.identity.keys import SigningKey
from desktop.model.claims import ClaimState
from desktop.model.payouts import PayoutKind
from desktop.registries.transport import Limits
from desktop.services import Services
from tests.registries.hub import Hub
from tests.registries.stub import Answer, Stub
from tests.studio import REGISTRY, add_works, entries, open_studio, queue, rows, settle

MOMENT = "2026-01-15T12:00:00Z"
CHUNK = b" " * 65_536
IBAN = "DE89370400440532013000"
LONG = {"Content-Length": str(2**31)}
ENDLESS = {"Connection": "close"}
MEMORY_KIB = 96 * 1024
MANY_OBJECTS_KIB = 400 * 1024  # eight megabytes of {}
OPEN = (
    "describe",
    "submit",
    "events",
    "claim",
    "respond",
    "payout",
    "statement",
    "remittance",
    "keys",
    "offers",
)
HTML = "<img src=x onerror=alert(1)><b>bold</b>"
OTHERS = [{"name": HTML, "share": "1/1", "right": "training"}]
WORLDS = [*((False, call) for call in OPEN), (True, "describe"), (True, "submit")]
TRUTH = (
    "claims", "claim_states", "receipts", "events", "fetches", "statements", "statement_lines",
    "remittances", "answers", "feeds", "registry_keys", "payout_channels", "key_tellings",
    "offers", "offer_withdrawals", "offer_receipts", "offer_feeds",
)  # fmt: skip
VOLATILE = {
    "asked_s", "changed_s", "last_problem", "attempts", "not_before_s", "state", "asked_to_wait",
}  # fmt: skip


def deep(depth: int) -> bytes:
    return b'{"events":' + b"[" * depth + b"]" * depth + b"}"


def padded(*members: str) -> bytes:
    return ("{" + ",".join(members) + "}").encode("utf-8", "surrogatepass")


CASES: dict[str, Callable[[], Answer]] = {
    "a redirect to another host": lambda: Answer(307, headers={"Location": "http://a.invalid/"}),
    "a redirect to a file": lambda: Answer(302, headers={"Location": "file:///etc/passwd"}),
    "2 GB": lambda: Answer(body=b'{"a":"', headers=LONG, pieces=itertools.repeat(CHUNK, 32_768)),
    "no end": lambda: Answer(body=b'{"a":"', headers=ENDLESS, pieces=itertools.repeat(CHUNK)),
    "a gzip bomb": lambda: Answer(
        body=gzip.compress(bytes(2**26), 9), headers={"Content-Encoding": "gzip"}
    ),
    "more than its length": lambda: Answer(body=b'{"a":1}', headers={"Content-Length": "3"}),
    "less than its length": lambda: Answer(
        body=b'{"a":1}', headers={"Content-Length": "99", "Connection": "close"}
    ),
    "deep JSON": lambda: Answer(body=deep(100_000)),
    "JSON just too deep": lambda: Answer(body=deep(70)),
    "NaN": lambda: Answer(body=padded('"a":NaN')),
    "Infinity": lambda: Answer(body=padded('"a":-Infinity')),
    "1e999": lambda: Answer(body=padded('"a":1e999')),
    "a key twice": lambda: Answer(body=padded('"next":"000001"', '"next":"000002"')),
    "a huge integer": lambda: Answer(body=padded(f'"a":{"9" * 100_000}')),
    "a lone surrogate": lambda: Answer(body=padded('"a":"\\ud800"')),
    "a surrogate as bytes": lambda: Answer(body=padded('"a":"\ud800"')),
    "no UTF-8": lambda: Answer(body=b'{"a":"\xff"}'),
    "nothing": lambda: Answer(body=b""),
    "null": lambda: Answer(body=b"null"),
    "a list": lambda: Answer(body=b"[]"),
    "another document": lambda: Answer(body=b'{"hello":"<b>world</b>"}'),
    "two million tiny events": lambda: Answer(body=b'{"events":[' + b"{}," * 2_000_000 + b"{}]}"),
    "a web page": lambda: Answer(
        body=b"<html><b>Log in</b>", headers={"Content-Type": "text/html"}
    ),
    "a strange status": lambda: Answer(299, b'{"hash":1}'),
    "a web page with 404": lambda: Answer(404, b"<b>no", {"Content-Type": "text/html"}),
}


@dataclass
class World:
    """A library at the point where it makes one call, and the registry that answers."""

    services: Services
    stub: Stub
    call: str
    is_hub: bool
    events: list[dict[str, Any]] = field(default_factory=list)
    hostile: Callable[[], Answer] | None = None

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """Answer well, but for the one call."""
        if self.hostile is not None and self._is_meant(method, path):
            return self.hostile()
        if path == "/.well-known/did.json":
            hub = Hub(port=int(self.stub.url.rpartition(":")[2]), key=self.stub.key)
            return Answer(body=json.dumps(hub.did_document()).encode())
        if self.call == "offers" and path.startswith("/.well-known"):
            return Answer(body=canonical_bytes(self.stub.description(offers=True)))
        if path.startswith("/offers"):
            return Answer(body=canonical_bytes({"entries": [], "next": "000000", "more": False}))
        if path.startswith("/events"):
            heard = int(path.partition("after=")[2] or 0)
            page = {"events": self.events[heard:], "next": f"{len(self.events):06d}", "more": False}
            return Answer(body=canonical_bytes(page))
        if path.startswith(("/statements", "/remittances", "/claims/")):
            return Answer(503, b"")
        if path == "/keys":
            return Answer(404, b"<b>not found")
        return self.stub.well(method, path, body)

    def _is_meant(self, method: str, path: str) -> bool:
        return {
            "describe": path.startswith("/.well-known"),
            "submit": method == "POST" and path in ("/claims", "/declaration"),
            "events": path.startswith("/events"),
            "claim": method == "GET" and path.startswith("/claims/"),
            "respond": method == "POST" and path.startswith("/claims/"),
            "payout": path == "/payout-channel",
            "keys": path == "/keys",
            "offers": path.startswith("/offers"),
            "statement": path.startswith("/statements/"),
            "remittance": path.startswith("/remittances/"),
        }[self.call]

    def begin(self) -> None:
        """Go to the point just before the call."""
        if self.call == "submit":
            sync(self.services)
        queue(self.services, add_works(self.services, 1))
        if self.call in ("describe", "submit"):
            return
        sync(self.services)
        (entry,) = entries(self.services)
        if self.call == "respond":
            details = {"total": "2/1", "others": OTHERS, "respond_by": "2026-02-15"}
            number = f"S-{entry.claim_hash[:8]}"
            self.tell("claim.conflict", claim=number, claim_hash=entry.claim_hash, conflict=details)
            respond(1, REGISTRY, Response.MAINTAIN, self.services)
        elif self.call == "keys":
            rotate("", "", self.services)
            sync(self.services)
        elif self.call == "payout":
            set_payout(propose(REGISTRY, PayoutKind.IBAN, IBAN, self.services), IBAN, self.services)
        elif self.call == "statement":
            self.tell("statement.issued", statement={"number": "S-1", "revision": 1})
        elif self.call == "remittance":
            self.tell("remittance.sent", remittance="R-1")

    def tell(self, kind: str, **details: Any) -> None:
        """Let the feed tell something, and hear it."""
        cursor = f"{len(self.events) + 1:06d}"
        self.events.append({"cursor": cursor, "type": kind, "time": MOMENT, **details})
        sync(self.services)

    def truth(self) -> list[Any]:
        """Return what the library holds to be true."""
        with self.services.store.read() as connection:
            tables = {
                str(row["name"])
                for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
            found: list[Any] = []
            for table in sorted(tables & set(TRUTH)):
                for row in connection.execute(f"SELECT * FROM {table}"):
                    kept = {name: row[name] for name in row.keys() if name not in VOLATILE}  # noqa: SIM118
                    found.append((table, kept))
            given = [row["state"] for row in connection.execute("SELECT * FROM payout_channels")]
        return [sorted(found, key=repr), [row.state for row in rows(self.services)], given]


@pytest.fixture(scope="module", params=WORLDS, ids=lambda one: f"{'hub-' * one[0]}{one[1]}")
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Each call of each connector; the cases after one another, since none may leave a trace."""
    is_hub, call = request.param
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        for name in ("ITERATIONS", "LANES"):
            patch.setattr(keystore, name, 1)
        patch.setattr(keystore, "MEMORY_KIB", 64)
        patch.setattr(asking, "EVERY_S", -60 if call == "claim" else 86_400)
        stub = stack.enter_context(Stub())
        folder: Path = tmp_path_factory.mktemp("hostile")
        limits = Limits(connect_s=2, read_s=2, call_s=5)
        services = stack.enter_context(open_studio(folder, limits=limits))
        settle(services)
        add_registry(REGISTRY, stub.url, services, kind="iscc_hub" if is_hub else "open_claims")
        made = World(services, stub, call, is_hub)
        stub.answer = made.answer
        made.begin()
        yield made


def peak_kib() -> int:
    """Return the most memory this process had since it was asked before; Linux only."""
    lines = Path("/proc/self/status").read_text().splitlines()
    most = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    Path("/proc/self/clear_refs").write_text("5")
    return most


@pytest.mark.parametrize("case", CASES)
def test_nothing_becomes_the_truth(world: World, case: str) -> None:
    before = world.truth()
    answer = CASES[case]()
    world.hostile = lambda: answer
    calls = len(world.stub.calls)
    if sys.platform == "linux":
        peak_kib()
        start = peak_kib()
    done = sync(world.services)
    if sys.platform == "linux":
        assert peak_kib() - start < (MANY_OBJECTS_KIB if "million" in case else MEMORY_KIB)
    world.hostile = None
    ((_, problem),) = done.problems
    nobody_there = case == "a web page with 404" and world.is_hub
    assert type(problem) in (Untrusted, Offline) or nobody_there
    assert world.truth() == before
    assert len(world.stub.calls) - calls <= 8
    for entry in entries(world.services):
        assert "<" not in entry.last_problem
    assert not any(
        world._is_meant(method, path) and "a.invalid" in path
        for method, path, _ in world.stub.calls
    )


def test_nobody_else_is_asked(world: World) -> None:
    """A redirect to a registry that would answer well."""
    with Stub() as other:
        world.hostile = lambda: Answer(307, headers={"Location": f"{other.url}/claims"})
        ((_, problem),) = sync(world.services).problems
        assert "another address" in problem.message
        assert other.calls == []
    world.hostile = None


class Feed:
    """A registry's feed for one library; pages(after) is what it answers."""

    def __init__(self, studio: Services, stub: Stub) -> None:
        self.studio = studio
        self.stub = stub
        self.asked = 0
        self.pages: Callable[[str], dict[str, Any]] = lambda after: page([], after or "000000")
        stub.answer = self._answer
        add_registry(REGISTRY, stub.url, studio)

    def _answer(self, method: str, path: str, body: bytes) -> Answer:
        if not path.startswith("/events"):
            return self.stub.well(method, path, body)
        self.asked += 1
        return Answer(body=canonical_bytes(self.pages(path.partition("after=")[2])))

    def send_one(self) -> str:
        """Send a claim; returns its hash."""
        queue(self.studio, add_works(self.studio, 1))
        sync(self.studio)
        return entries(self.studio)[0].claim_hash

    def states(self) -> list[tuple[ClaimState, str]]:
        """Return where the claims stand, and their numbers."""
        return [(row.state, row.number) for row in rows(self.studio)]


@pytest.fixture
def feed(studio: Services) -> Iterator[Feed]:
    """A library, and a registry whose feed lies."""
    with Stub() as stub:
        yield Feed(studio, stub)


def page(events: list[dict[str, Any]], after: str, *, more: bool = False) -> dict[str, Any]:
    return {"events": events, "next": after, "more": more}


def event(number: int, kind: str = "claim.accepted", **details: Any) -> dict[str, Any]:
    return {"cursor": f"{number:06d}", "type": kind, "time": MOMENT, **details}


def about(claim_hash: str, number: str = "") -> dict[str, str]:
    return {"claim": number or f"S-{claim_hash[:8]}", "claim_hash": claim_hash}


def test_a_cursor_that_goes_backwards(feed: Feed) -> None:
    feed.pages = lambda after: page([], f"{max(9 - feed.asked, 0):06d}", more=True)
    ((_, problem),) = sync(feed.studio).problems
    assert "backwards" in problem.message
    assert feed.asked < 6


def test_a_feed_that_goes_in_circles(feed: Feed) -> None:
    feed.pages = lambda after: page([], "000002" if after == "000001" else "000001", more=True)
    ((_, problem),) = sync(feed.studio).problems
    assert "backwards" in problem.message
    assert feed.asked < 6


def test_a_page_that_repeats_itself_for_ever(feed: Feed) -> None:
    """The same events again and again, under a cursor that grows."""
    claim_hash = feed.send_one()
    told = [event(1, **about(claim_hash))]
    feed.pages = lambda after: page(told, f"{feed.asked + 1:06d}", more=True)
    ((_, problem),) = sync(feed.studio).problems
    assert "nothing new" in problem.message
    assert feed.asked < 10
    assert [state for state, _ in feed.states()] == [ClaimState.ACCEPTED], "it was told once"


def test_a_feed_without_end(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    """One round takes so much and no more; the next goes on where it stopped."""
    monkeypatch.setattr("desktop.flows.listening.ROUND_BYTES", 100_000)
    feed.pages = lambda after: page(
        [event(int(after or 0) + n, **about("a" * 64)) for n in range(1, 101)],
        f"{int(after or 0) + 100:06d}",
        more=True,
    )
    asked = []
    for _ in range(2):
        assert sync(feed.studio).problems == []
        asked.append(feed.asked)
    assert asked[0] < 12
    assert asked[1] == 2 * asked[0]


def test_events_about_what_was_never_sent_there(feed: Feed) -> None:
    """Somebody else's claim, and one of ours that has not left: neither moves."""
    queue(feed.studio, add_works(feed.studio, 1))
    hashes = ["b" * 64, entries(feed.studio)[0].claim_hash]
    feed.stub.body_bytes = 65_536
    feed.pages = lambda after: page(
        [event(n, **about(one)) for n, one in enumerate(hashes, 1)] if not after else [], "000002"
    )
    well = feed.stub.well
    feed.stub.well = lambda method, path, body: (  # type: ignore[method-assign]
        well(method, path, body) if method == "GET" else Answer(503)
    )
    with feed.studio.store.write() as tx:
        tx.execute("UPDATE outbox SET not_before_s = 1 << 32")
    sync(feed.studio, eager=False)
    assert feed.asked
    assert feed.states() == [(ClaimState.QUEUED, "")]


def test_an_event_under_another_number_than_the_receipts(feed: Feed) -> None:
    claim_hash = feed.send_one()
    before = feed.states()
    feed.pages = lambda after: page([event(1, **about(claim_hash, "S-666"))], "000001")
    sync(feed.studio)
    assert feed.states() == before


def test_a_key_that_is_not_the_registrys(feed: Feed) -> None:
    """Every document signed by somebody else: nothing is sent, and nothing is heard."""
    feed.send_one()
    feed.stub.key = SigningKey.generate()
    ((_, problem),) = sync(feed.studio).problems
    assert "not the one it had before" in problem.message
    assert feed.asked == 1


def hostile_words(feed: Feed) -> None:
    """Let HTML come in every text that a registry may send, signed and within its schema."""
    works = add_works(feed.studio, 4)
    queue(feed.studio, works)
    description = feed.stub.description(name=HTML)
    well = feed.stub.well

    def answer(method: str, path: str, body: bytes) -> Answer:
        if path.startswith("/.well-known"):
            return Answer(body=canonical_bytes(description))
        if method != "POST":
            return well(method, path, body)
        outcomes = json.loads(well(method, path, body).body)["outcomes"]
        no = {"type": "about:blank", "title": HTML, "status": 422, "detail": HTML}
        outcomes[0] = {"hash": outcomes[0]["hash"], "problem": no}
        return Answer(body=canonical_bytes({"outcomes": outcomes}))

    feed.stub.well = answer  # type: ignore[method-assign]
    _, rejected, conflict, _ = (entry.claim_hash for entry in entries(feed.studio))
    details = {"total": "2/1", "others": OTHERS, "respond_by": "2026-02-15"}
    told = [
        event(1, "claim.rejected", reason=HTML, **about(rejected)),
        event(2, "claim.conflict", conflict=details, reason=HTML, **about(conflict)),
    ]
    feed.pages = lambda after: page([] if after == "000002" else told, "000002")
    sync(feed.studio)


def test_html_in_every_text_is_only_text(feed: Feed) -> None:
    hostile_words(feed)
    shown = {row.state: row for row in rows(feed.studio)}
    assert shown[ClaimState.REFUSED].reason.count(HTML) == 2
    assert shown[ClaimState.REJECTED].reason == HTML
    assert shown[ClaimState.CONFLICT].conflict is not None
