"""A thousand claims over a network that breaks, with kills and wrong clocks: each arrives once.

RESIDUALS_SEED gives another schedule of faults; the tally at the end of the run names the one used.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desktop.flows.syncing import add_registry, sync
from desktop.identity.canonical import parse_json
from desktop.model.claims import ClaimState
from desktop.model.times import utc_now
from desktop.practice.app import make_app
from desktop.practice.ledger import LEDGER_FILE
from desktop.practice.server import PracticeServer
from desktop.registries.transport import Limits
from desktop.services import Services
from desktop.store import claims as claims_store
from desktop.store import registries
from desktop.store.engine import sqlite3
from tests.cli.running import Cli
from tests.dying import Die
from tests.faulty_proxy import FaultyProxy
from tests.registries.hub import Hub
from tests.studio import (
    PASSWORD,
    REGISTRY,
    add_works,
    assert_all_verify,
    entries,
    mid_january,
    open_studio,
    queue,
    rows,
    settle,
)
from tests.tally import Books, Known, Tally

SEED = int(os.environ.get("RESIDUALS_SEED", "20261122"))
HASTY = Limits(connect_s=1.0, read_s=0.4, call_s=0.6)
MAX_ROUNDS = 1000
SKEW_S = 3 * 3600
FINAL = {ClaimState.ACCEPTED, ClaimState.ACKNOWLEDGED}
STEPS = ("before", "answered", "after")
pytestmark = pytest.mark.usefixtures("cheap_keys")


@dataclass
class World:
    """One library, the network, the kills, and the time that all share but one clock."""

    library: Path
    proxy: FaultyProxy
    dying: Die
    tally: Tally
    declaring: str
    kill_share: float = 0.12
    skew_share: float = 0.03
    ahead_s: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    look: Callable[[Services], None] = lambda _services: None

    def now(self) -> datetime:
        """Return the true time."""
        return utc_now() + timedelta(seconds=self.ahead_s)

    def open(self) -> Services:
        """Open the library, as after a start of the app."""
        return open_studio(self.library, limits=HASTY, now=self.now)

    def until_sent(self, *, rounds: int = MAX_ROUNDS) -> bool:
        """Go round after round; returns whether all is sent and heard after so many at most."""
        services = self.open()
        try:
            for _ in range(rounds):
                self.tally.rounds += 1
                dice = self.chance.random()
                if dice < self.kill_share:
                    services.close()
                    self._kill()
                    services = self.open()
                elif self._round(services, dice) and self._is_done(services):
                    return True
                self._wait(services)
                if self.tally.rounds % 50 == 0:
                    self.look(services)
        finally:
            services.close()
        return False

    def _round(self, services: Services, dice: float) -> bool:
        """Sync once; returns whether all went well."""
        skew = 0
        if dice < self.kill_share + self.skew_share:
            skew = self.chance.choice((SKEW_S, -SKEW_S))
            services.now = lambda: self.now() + timedelta(seconds=skew)
        before = self.proxy.calls
        done = sync(services, eager=self.chance.random() < 0.8)
        services.now = self.now
        if skew and self.proxy.calls > before + 1:
            self.tally.clocks["3 h fast" if skew > 0 else "3 h slow"] += 1
        return not (done.waiting or done.problems or skew)

    def _is_done(self, services: Services) -> bool:
        with services.store.read() as connection:
            return set(claims_store.state_counts(connection)) <= FINAL

    def _kill(self) -> None:
        """Let a child sync and die at a step: a named one, or just the so-manieth."""
        named, step = "", self.chance.randint(1, 20)
        if self.chance.random() < 0.75:
            when = self.chance.choice((*STEPS, "before COMMIT", "after COMMIT"))
            named = when if "COMMIT" in when else f"{when} {self.declaring}"
            step = self.chance.randint(2, 6) if "COMMIT" in when else 1
        limits = asdict(HASTY)
        if self.dying.maybe(
            step, "sync", self.library, named=named, ahead_s=self.ahead_s, limits=limits
        ):
            self.tally.kills[named or "at a random step"] += 1

    def _wait(self, services: Services) -> None:
        """Let the time pass that the registry asked for."""
        now = self.now()
        with services.store.read() as connection:
            quiet = registries.by_name(connection, REGISTRY).quiet_until
            (asked,) = connection.execute(
                "SELECT max(not_before_s) FROM outbox WHERE asked_to_wait AND state = 'queued'"
            ).fetchone()
        until = max(quiet.timestamp() if quiet else 0, asked or 0)
        self.ahead_s += max(0, int(until - now.timestamp()) + 1) if until else 0


def receipts_of(services: Services) -> dict[str, bytes]:
    with services.store.read() as connection:
        return {claim_hash: kept for claim_hash, _, kept in claims_store.receipts(connection)}


def books_of(services: Services, cli: Cli, known: dict[str, Known]) -> Books:
    """Read all three books."""
    return Books(
        entries=entries(services),
        rows=rows(services),
        receipts=receipts_of(services),
        registry=known,
        shown_claims=sorted(cli("claims").rows, key=lambda row: int(row["claim_id"])),
        shown_outbox=cli("outbox").rows,
    )


def practice_book(folder: Path) -> dict[str, Known]:
    """Read the registry's own file: claims, and what its history and its feed say of them."""
    with closing(sqlite3.connect(folder / LEDGER_FILE)) as connection:
        told = Counter(
            parse_json(details).get("claim_hash")
            for (details,) in connection.execute("SELECT details FROM events")
        )
        begun = Counter(
            claim_hash
            for (claim_hash,) in connection.execute(
                "SELECT hash FROM history JOIN claims USING (sequence) "
                "WHERE history.status = 'under_review'"
            )
        )
        found = connection.execute(
            "SELECT hash, sequence, status, receipt, count(*) FROM claims GROUP BY hash"
        ).fetchall()
    return {
        claim_hash: Known(
            number=f"PR-{sequence:06d}",
            state=status,
            receipt=receipt,
            times=max(count, told[claim_hash], begun[claim_hash]),
        )
        for claim_hash, sequence, status, receipt, count in found
    }


def assert_nothing_is_believed_early(services: Services, known: dict[str, Known]) -> None:
    """What the library shows as taken is at the registry, and what it calls a receipt is one."""
    hashes = {one.claim_id: one.claim_hash for one in entries(services)}
    for row in rows(services):
        there = known.get(hashes[row.claim_id])
        if row.state.value not in ("queued", "sending"):
            assert there is not None, row
            assert row.number == there.number, row
    for claim_hash, receipt in receipts_of(services).items():
        assert known[claim_hash].receipt in (b"", receipt)


def move_registry_clock(monkeypatch: pytest.MonkeyPatch, now: Callable[[], datetime]) -> None:
    """Let the registry judge the age of a signature by the shared time."""

    class Moved(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return now().astimezone(tz)

    clock = SimpleNamespace(datetime=Moved, timedelta=timedelta, timezone=timezone)
    monkeypatch.setattr("http_message_signatures.signatures.datetime", clock)


@pytest.fixture
def reader(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Cli:
    """Who reads the library from the command line."""
    monkeypatch.setenv("RESIDUALS_PASSWORD", PASSWORD)
    return Cli(tmp_path / "library", capfdbinary)


def assert_exactly_once(tally: Tally, proxy: FaultyProxy, books: Books) -> None:
    """No claim lost, none declared twice, nothing shown that is not so."""
    assert (books.lost, books.twice, books.wrong[:3]) == ([], [], [])
    assert len(books.registry) == tally.claims
    assert proxy.lost_posts >= 0.24 * proxy.posts


def test_a_thousand_claims_at_the_practice_registry(
    tmp_path: Path,
    reader: Cli,
    dying: Die,
    show_tally: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("desktop.practice.registry.BATCH", 3)
    tally = Tally("Open Claims", SEED, claims=1000)
    with ExitStack() as stack:
        proxy = stack.enter_context(FaultyProxy(SEED, share=0.45))
        monkeypatch.setattr(
            "desktop.practice.server.make_app", lambda registry, _url: make_app(registry, proxy.url)
        )
        world = World(tmp_path / "library", proxy, dying, tally, "POST /claims")
        proxy.clock = world.now
        move_registry_clock(monkeypatch, world.now)
        server = stack.enter_context(PracticeServer(tmp_path / "registry", clock=mid_january))
        proxy.lead_to(server.port)
        with world.open() as services:
            settle(services)
            add_registry(REGISTRY, proxy.url, services)
            queue(services, add_works(services, tally.claims))
        world.look = lambda services: assert_nothing_is_believed_early(
            services, practice_book(tmp_path / "registry")
        )
        start = time.perf_counter()
        ended = world.until_sent()
        world.ahead_s += 25 * 3600  # a day later, the app asks whether the claims are still known
        world.until_sent(rounds=25)
        proxy.share = 0.1
        ended = ended and world.until_sent()
        tally.seconds = time.perf_counter() - start
        with world.open() as services:
            books = books_of(services, reader, practice_book(tmp_path / "registry"))
            show_tally(tally.text(proxy, books))
            assert ended, "claims still wait"
            assert_exactly_once(tally, proxy, books)
            assert len(books.receipts) == tally.claims
            assert_all_verify(services)
        assert sorted(known.number for known in books.registry.values()) == [
            f"PR-{number:06d}" for number in range(1, tally.claims + 1)
        ]
        assert tally.faults(proxy) >= 500
        assert sum(tally.kills.values()) >= 20
        assert len(proxy.faults) >= 19
        assert tally.clocks


def hub_book(hub: Hub, services: Services) -> dict[str, Known]:
    """Read the hub's log: a claim is known by its file, and taken as often as that is declared."""
    declared = {one.note["datahash"]: one for one in hub.log}
    times = Counter(one.note["datahash"] for one in hub.log)
    book = {}
    for entry in entries(services):
        datahash = parse_json(entry.document)["fingerprint"]["datahash"]
        if datahash in declared:
            book[entry.claim_hash] = Known(
                number=declared[datahash].iscc_id, state="acknowledged", times=times[datahash]
            )
    assert len(book) == len(declared)
    return book


def test_a_hundred_declarations_at_a_hub(
    tmp_path: Path, reader: Cli, dying: Die, show_tally: Callable[[str], None]
) -> None:
    """A lost reply never makes a second declaration, though a hub has no idempotency key."""
    tally = Tally("ISCC-HUB", SEED, claims=100)
    with ExitStack() as stack:
        proxy = stack.enter_context(FaultyProxy(SEED, share=0.45, only_signed_again=True))
        hub = stack.enter_context(Hub(hub_id=7, seen_at=proxy.port))
        world = World(tmp_path / "library", proxy, dying, tally, "POST /declaration")
        hub.clock = proxy.clock = world.now
        proxy.lead_to(hub.port)
        with world.open() as services:
            settle(services)
            options = {"hub_id": "7"}
            add_registry(REGISTRY, proxy.url, services, kind="iscc_hub", options=options)
            queue(services, add_works(services, tally.claims))
        start = time.perf_counter()
        ended = world.until_sent()
        tally.seconds = time.perf_counter() - start
        with world.open() as services:
            books = books_of(services, reader, hub_book(hub, services))
            show_tally(tally.text(proxy, books))
            assert ended, "claims still wait"
            assert_exactly_once(tally, proxy, books)
            assert_all_verify(services)
        assert 0 < len(books.receipts) < tally.claims
        assert [one.seq for one in hub.log] == list(range(1, tally.claims + 1))
        assert tally.faults(proxy) >= 50
        assert tally.kills
