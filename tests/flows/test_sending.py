"""The outbox: queued, sending, acknowledged or refused, whatever the registry does."""

from __future__ import annotations

import dataclasses
import json
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from desktop.errors import Busy, LoginNeeded, Offline, RegistryProblem, Untrusted
from desktop.flows.connecting import trust_offered
from desktop.flows.identifying import my_key
from desktop.flows.syncing import add_registry, check_registry, sync
from desktop.identity.keys import SigningKey
from desktop.model.claims import ClaimState, OutboxState
from desktop.model.registries import Registry, RegistryState
from desktop.model.times import utc_now
from desktop.practice.keyfile import KEY_FILE
from desktop.practice.server import PracticeServer
from desktop.registries.transport import Limits
from desktop.services import Services
from desktop.store import claims as claims_store
from desktop.store import events, feeds, outbox, registries
from tests.registries.stub import Answer, Stub, hash_of, problem
from tests.studio import (
    REGISTRY,
    add_works,
    assert_all_verify,
    assert_arrived_once,
    entries,
    imaginary,
    keep,
    open_studio,
    queue,
    rows,
    settle,
    sync_until_sent,
)


class Shifted:
    """The real time and some seconds more."""

    def __init__(self) -> None:
        self.seconds = 0

    def __call__(self) -> datetime:
        return utc_now() + timedelta(seconds=self.seconds)


@pytest.fixture
def clock(joined: Services) -> Shifted:
    """The clock of the library, to be moved."""
    joined.now = Shifted()
    return joined.now


def later(services: Services, seconds: int = 10) -> None:
    """Let time pass, so that no registry's wish to be left alone counts any more."""
    services.now = clock = Shifted()
    clock.seconds = seconds


def cursor_of(services: Services) -> str:
    """Return how far the library's feed was read."""
    with services.store.read() as connection:
        registry_id = registries.by_name(connection, REGISTRY).registry_id
        return feeds.open_feed(connection, registry_id, my_key(services).did)[0]


def registry_row(services: Services) -> Registry:
    with services.store.read() as connection:
        return registries.by_name(connection, REGISTRY)


def in_batches_of(size: int, registry: PracticeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the registry describe itself as one that takes so many at once."""
    registry.stop()
    monkeypatch.setattr("desktop.practice.registry.BATCH", size)
    registry.start()


def receipts(services: Services) -> int:
    with services.store.read() as connection:
        return len(claims_store.receipts(connection))


def test_claims_arrive_once_and_are_acknowledged(
    joined: Services, registry: PracticeServer
) -> None:
    queue(joined, add_works(joined, 4))
    assert {entry.state for entry in entries(joined)} == {OutboxState.QUEUED}
    done = sync(joined)
    assert (done.sent, done.refused, done.waiting, done.problems) == (4, 0, 0, [])
    assert {entry.state for entry in entries(joined)} == {OutboxState.ACKNOWLEDGED}
    again = sync(joined)
    assert (again.sent, again.events) == (0, 0)
    assert_arrived_once(joined, registry.url, 4)
    assert_all_verify(joined)


def test_offline_first(joined: Services, registry: PracticeServer, clock: Shifted) -> None:
    """What is queued waits for the registry, however long it is away."""
    registry.stop()
    queue(joined, add_works(joined, 2))
    for _ in range(2):
        done = sync(joined)
        assert isinstance(done.problems[0][1], Offline)
        assert done.waiting == 2
    row = registry_row(joined)
    assert row.state is RegistryState.OFFLINE
    assert "cannot be reached" in row.last_problem
    assert row.last_contact is None
    assert {entry.state for entry in entries(joined)} == {OutboxState.QUEUED}
    registry.start()
    sync_until_sent(joined)
    row = registry_row(joined)
    assert (row.state, row.last_problem, row.did) == (RegistryState.READY, "", registry.did)
    assert row.last_contact is not None
    assert_arrived_once(joined, registry.url, 2)


def test_a_lost_reply_waits_in_the_row_and_eagerness_ends_it(
    joined: Services, registry: PracticeServer, clock: Shifted
) -> None:
    queue(joined, add_works(joined, 1))
    waits = []
    for attempts in (1, 2, 3):
        registry.misbehave(["drop-after-commit:1@/claims"])
        before = joined.now()
        assert isinstance(sync(joined).problems[0][1], Offline)
        (entry,) = entries(joined)
        assert (entry.state, entry.attempts) == (OutboxState.QUEUED, attempts)
        assert entry.last_problem
        wait_s = (entry.not_before - before).total_seconds()
        assert 30 * 2**attempts - 1 <= wait_s <= 2 * 30 * 2**attempts + 1
        waits.append(wait_s)
    assert sync(joined, eager=False).waiting == 1
    assert entries(joined)[0].attempts == 3
    clock.seconds = int(waits[-1]) + 2
    assert sync(joined, eager=False).waiting == 0
    assert_arrived_once(joined, registry.url, 1)


def test_without_waiting_the_user_may_send_at_once(
    joined: Services, registry: PracticeServer
) -> None:
    queue(joined, add_works(joined, 1))
    registry.misbehave(["unavailable:1@/claims"])
    assert isinstance(sync(joined).problems[0][1], Busy)
    assert sync(joined, eager=False).waiting == 1
    assert sync(joined, eager=True).waiting == 0
    assert_arrived_once(joined, registry.url, 1)


def test_retry_after_is_obeyed_even_when_eager(
    joined: Services,
    registry: PracticeServer,
    clock: Shifted,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The registry asked us to wait: nothing of this library is sent to it before, old or new."""
    monkeypatch.setattr("desktop.practice.middleware.RETRY_AFTER_S", "60")
    in_batches_of(2, registry, monkeypatch)
    queue(joined, add_works(joined, 5))
    registry.misbehave(["busy:1@/claims"])
    before = joined.now()
    done = sync(joined)
    assert isinstance(done.problems[0][1], Busy)
    assert registry_row(joined).state is RegistryState.READY
    assert "busy" in registry_row(joined).last_problem
    asked = [entry for entry in entries(joined) if entry.attempts]
    assert len(asked) == 2
    assert len({entry.not_before for entry in asked}) == 1
    assert 59 <= (asked[0].not_before - before).total_seconds() <= 121
    queue(joined, add_works(joined, 1, word="later"))
    clock.seconds = 57
    assert sync(joined, eager=True).sent == 0
    clock.seconds = 122
    assert sync(joined, eager=False).sent == 6
    assert_arrived_once(joined, registry.url, 6)


@pytest.mark.parametrize("where", ["/events", "/statements", "/.well-known"])
def test_a_registry_that_asks_for_peace_is_left_alone_by_every_later_sync(
    joined: Services, clock: Shifted, where: str
) -> None:
    """429 with Retry-After on anything but a claim: remembered in the store, between syncs."""
    with Stub() as stub:
        add_registry("Stub", stub.url, joined)
        queue(joined, add_works(joined, 1), "Stub")
        announced = (
            b'{"events":[{"cursor":"000001","type":"statement.issued","time":'
            b'"2026-01-01T00:00:00Z","statement":{"number":"S-1","revision":1}}],'
            b'"more":false,"next":"000001"}'
        )

        def answer(method: str, path: str, body: bytes) -> Answer:
            if path.startswith(where):
                given = problem(429, "Later.")
                return Answer(429, given.body, {"Retry-After": "60"})
            return Answer(body=announced) if path == "/events" else stub.well(method, path, body)

        stub.answer = answer
        done = sync(joined, only="Stub")
        assert [type(item) for _, item in done.problems] == [Busy]
        calls = len(stub.calls)
        for seconds in (1, 30, 59):
            clock.seconds = seconds
            done = sync(joined, only="Stub", eager=True)
            assert "not to be asked" in done.problems[0][1].message
        assert len(stub.calls) == calls
        clock.seconds = 122
        stub.answer = stub.well
        sync(joined, only="Stub")
        assert len(stub.calls) > calls
        with joined.store.read() as connection:
            assert registries.by_name(connection, "Stub").quiet_until is None


@pytest.mark.parametrize("where", ["/events", "/claims"])
def test_a_wish_heard_while_the_clock_was_fast_ends_when_the_clock_is_set_right(
    studio: Services, where: str
) -> None:
    """Three hours fast, then set back: nothing waits three hours for a minute that was asked."""
    studio.now = clock = Shifted()
    clock.seconds = 3 * 3600
    with Stub() as stub:
        add_registry("Stub", stub.url, studio)
        queue(studio, add_works(studio, 1), "Stub")

        def answer(method: str, path: str, body: bytes) -> Answer:
            if path.startswith(where):
                return Answer(429, problem(429, "Later.").body, {"Retry-After": "60"})
            return stub.well(method, path, body)

        stub.answer = answer
        assert [type(item) for _, item in sync(studio).problems] == [Busy]
        calls = len(stub.calls)
        clock.seconds += 30
        sync(studio)
        assert not any(path == where for _, path, _ in stub.calls[calls:])
        clock.seconds = 0
        stub.answer = stub.well
        assert sync(studio, eager=False).problems == []
        assert any(path == where for _, path, _ in stub.calls[calls:])


def test_one_registry_that_waits_holds_up_no_other(
    joined: Services, registry: PracticeServer
) -> None:
    with Stub() as stub:
        add_registry("Stub", stub.url, joined)
        works = add_works(joined, 1)
        queue(joined, works)
        queue(joined, works, "Stub")
        registry.misbehave(["busy@/claims"])
        done = sync(joined)
        assert [name for name, _ in done.problems] == [REGISTRY]
        assert (done.sent, done.waiting) == (1, 1)
        assert len(stub.posts) == 1


MISBEHAVIOURS = [
    ("drop-after-commit", Offline, RegistryState.OFFLINE, "connection broke"),
    ("busy", Busy, RegistryState.READY, "Too many requests"),
    ("unavailable", Busy, RegistryState.READY, "maintenance"),
    ("slow", Untrusted, RegistryState.PROBLEM, "too slowly"),
    ("huge", Untrusted, RegistryState.PROBLEM, "too large"),
    ("bad-schema", Untrusted, RegistryState.PROBLEM, "breaks the protocol"),
    ("forged-signature", Untrusted, RegistryState.PROBLEM, "cannot be trusted"),
    ("redirect", Untrusted, RegistryState.PROBLEM, "another address"),
    ("not-json", Untrusted, RegistryState.PROBLEM, "not sound JSON"),
]


def quick_studio(tmp_path: Path, url: str) -> Services:
    services = open_studio(tmp_path / "hasty", limits=Limits(connect_s=2, read_s=2, call_s=0.5))
    settle(services)
    add_registry(REGISTRY, url, services)
    return services


@pytest.mark.usefixtures("cheap_keys")
@pytest.mark.parametrize(("kind", "error", "state", "words"), MISBEHAVIOURS)
def test_a_misbehaving_registry_is_not_believed(
    tmp_path: Path,
    registry: PracticeServer,
    kind: str,
    error: type[RegistryProblem],
    state: RegistryState,
    words: str,
) -> None:
    with quick_studio(tmp_path, registry.url) as services:
        services.now = clock = Shifted()
        queue(services, add_works(services, 3))
        registry.misbehave([f"{kind}@/claims"])
        done = sync(services)
        assert [type(problem) for _, problem in done.problems] == [error]
        assert (done.sent, done.waiting, receipts(services)) == (0, 3, 0)
        row = registry_row(services)
        assert row.state is state
        assert words in row.last_problem
        for entry in entries(services):
            assert entry.state is OutboxState.QUEUED
            assert words in entry.last_problem
            assert entry.not_before > services.now()
        assert not any(row.receipt_verified for row in rows(services))
        registry.misbehave([])
        clock.seconds = 10
        sync_until_sent(services)
        assert_arrived_once(services, registry.url, 3)
        assert_all_verify(services)


@pytest.mark.usefixtures("cheap_keys")
@pytest.mark.parametrize(("kind", "error", "state", "words"), MISBEHAVIOURS)
def test_nothing_is_sent_to_a_registry_that_describes_itself_badly(
    tmp_path: Path,
    registry: PracticeServer,
    kind: str,
    error: type[RegistryProblem],
    state: RegistryState,
    words: str,
) -> None:
    with quick_studio(tmp_path, registry.url) as services:
        queue(services, add_works(services, 1))
        registry.misbehave([f"{kind}@/.well-known"])
        done = sync(services)
        assert [type(problem) for _, problem in done.problems] == [error]
        row = registry_row(services)
        assert (row.state, row.did, row.description) == (state, "", b"")
        assert words in row.last_problem
        (entry,) = entries(services)
        assert (entry.attempts, entry.state) == (0, OutboxState.QUEUED)
        with pytest.raises(error):
            check_registry(REGISTRY, services)
        registry.misbehave([])
        later(services)
        sync_until_sent(services)
        assert cursor_of(services) != ""
        assert_arrived_once(services, registry.url, 1)


@pytest.mark.usefixtures("cheap_keys")
@pytest.mark.parametrize(
    ("kind", "error", "state", "words"),
    [case for case in MISBEHAVIOURS if case[0] != "forged-signature"],
)
def test_a_feed_that_misbehaves_moves_nothing(
    tmp_path: Path,
    registry: PracticeServer,
    kind: str,
    error: type[RegistryProblem],
    state: RegistryState,
    words: str,
) -> None:
    with quick_studio(tmp_path, registry.url) as services:
        queue(services, add_works(services, 1))
        registry.misbehave([f"{kind}@/events"])
        done = sync(services)
        assert [type(problem) for _, problem in done.problems] == [error]
        assert (done.sent, done.events) == (1, 0)
        row = registry_row(services)
        assert row.state is state
        assert cursor_of(services) == ""
        assert words in row.last_problem
        assert [claim.state for claim in rows(services)] == [ClaimState.UNDER_REVIEW]
        registry.misbehave([])
        later(services)
        sync_until_sent(services)
        assert_arrived_once(services, registry.url, 1)


@pytest.mark.parametrize("taken", [1, 3])
def test_413_halves_the_batch(
    joined: Services, registry: PracticeServer, monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    """The registry takes fewer at once than it says."""
    monkeypatch.setattr("desktop.practice.claims.BATCH", taken)
    queue(joined, add_works(joined, 10))
    done = sync(joined)
    assert (done.sent, done.refused, done.waiting, done.problems) == (10, 0, 0, [])
    assert_arrived_once(joined, registry.url, 10)


def test_a_claim_too_large_by_itself_is_refused_for_good(
    joined: Services, registry: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = add_works(joined, 3)
    with joined.store.write() as tx:
        long = [f"ISCC:{'A' * 60}{index:05d}".replace("0", "B") for index in range(900)]
        kept = keep(
            tx, dataclasses.replace(imaginary(Path("/works/x.png"), "x"), units_256=tuple(long))
        )
    assert kept.work_id is not None
    monkeypatch.setattr("desktop.practice.app.BODY_BYTES", 20_000)
    queue(joined, [kept.work_id, *works])
    done = sync(joined)
    assert (done.sent, done.refused, done.waiting, done.problems) == (3, 1, 0, [])
    refused = next(row for row in rows(joined) if row.state is ClaimState.REFUSED)
    assert "too large" in refused.reason
    sent = [row for row in rows(joined) if row.state is not ClaimState.REFUSED]
    assert {row.state for row in sent} == {ClaimState.ACCEPTED}


def test_batches_keep_to_the_limits_the_registry_names(studio: Services) -> None:
    with Stub() as stub:
        stub.batch, stub.body_bytes = 4, 65_536
        add_registry(REGISTRY, stub.url, studio)
        with studio.store.write() as tx:
            units = tuple(f"ISCC:{'A' * 60}{index:05d}" for index in range(400))
            for number in range(6):
                heavy = imaginary(Path(f"/works/heavy-{number}"), f"heavy {number}")
                keep(tx, dataclasses.replace(heavy, units_256=units))
        queue(studio, [*range(1, 7), *add_works(studio, 5)])
        assert sync(studio).sent == 11
        assert [len(batch) for batch in stub.posts] == [2, 2, 4, 3]
        assert all(len(body) <= 65_536 for _, _, body in stub.calls)


def test_one_refused_claim_among_good_ones(joined: Services, registry: PracticeServer) -> None:
    """The registry's own words are kept, the good ones go through, and nothing is sent again."""
    works = add_works(joined, 2)
    with joined.store.write() as tx:
        wrong = dataclasses.replace(
            imaginary(Path("/works/w.png"), "w"), units_256=("ISCC:not-a-code",)
        )
        kept = keep(tx, wrong)
    assert kept.work_id is not None
    queue(joined, [works[0], kept.work_id, works[1]])
    done = sync(joined)
    assert (done.sent, done.refused, done.waiting, done.problems) == (2, 1, 0, [])
    states = [row.state for row in rows(joined)]
    assert states == [ClaimState.ACCEPTED, ClaimState.REFUSED, ClaimState.ACCEPTED]
    assert "ISCC:not-a-code" in rows(joined)[1].reason
    assert entries(joined)[1].last_problem == rows(joined)[1].reason
    again = sync(joined)
    assert (again.sent, again.refused, again.waiting) == (0, 0, 0)
    assert_all_verify(joined)


def test_one_claim_that_spoils_every_batch_costs_itself_only(studio: Services) -> None:
    with Stub() as stub:

        def answer(method: str, path: str, body: bytes) -> Answer:
            if b"picture 3" in body or b"picture-3" in body:
                return problem(400, "I do not like picture 3.\x1b[31m\nReally.")
            return stub.well(method, path, body)

        stub.answer = answer
        add_registry(REGISTRY, stub.url, studio)
        queue(studio, add_works(studio, 6))
        done = sync(studio)
        assert (done.sent, done.refused, done.waiting) == (5, 1, 0)
        assert [len(batch) for batch in stub.posts] == [6, 1, 1, 1, 1, 1, 1]
        (refused,) = [row for row in rows(studio) if row.state is ClaimState.REFUSED]
        assert "I do not like picture 3. [31m Really." in refused.reason


@pytest.mark.parametrize("status", [401, 403])
def test_a_registry_that_wants_a_login_is_paused(studio: Services, status: int) -> None:
    with Stub() as stub:
        add_registry(REGISTRY, stub.url, studio)
        stub.answer = lambda method, path, body: (
            problem(status, "Who are you?") if method == "POST" else stub.well(method, path, body)
        )
        queue(studio, add_works(studio, 2))
        done = sync(studio)
        assert isinstance(done.problems[0][1], LoginNeeded)
        assert registry_row(studio).state is RegistryState.PAUSED
        assert "Who are you?" in registry_row(studio).last_problem
        assert [entry.attempts for entry in entries(studio)] == [1, 1]
        calls = len(stub.calls)
        assert sync(studio, eager=False).waiting == 2
        assert len(stub.calls) == calls, "a paused registry is left alone until the user asks"
        stub.answer = stub.well
        assert sync(studio, eager=True).sent == 2
        assert registry_row(studio).state is RegistryState.READY


def test_a_clock_a_day_off_pauses_instead_of_losing(
    joined: Services, registry: PracticeServer, clock: Shifted
) -> None:
    queue(joined, add_works(joined, 1))
    clock.seconds = 86_400
    assert isinstance(sync(joined).problems[0][1], LoginNeeded)
    assert registry_row(joined).state is RegistryState.PAUSED
    clock.seconds = 0
    sync_until_sent(joined)
    assert_arrived_once(joined, registry.url, 1)


@pytest.mark.parametrize(
    ("status", "retried"),
    [
        *((status, False) for status in (400, 404, 409, 410, 422)),
        *((status, True) for status in (408, 425, 429, 500, 502, 503)),
    ],
)
def test_what_is_final_and_what_is_tried_again(
    studio: Services, status: int, retried: bool
) -> None:
    with Stub() as stub:
        add_registry(REGISTRY, stub.url, studio)
        stub.answer = lambda method, path, body: (
            problem(status, "No.") if method == "POST" else stub.well(method, path, body)
        )
        queue(studio, add_works(studio, 1))
        done = sync(studio)
        assert (done.refused, done.waiting) == ((0, 1) if retried else (1, 0))
        stub.answer = stub.well
        assert sync(studio).sent == (1 if retried else 0)


def test_retry_after_as_a_date(studio: Services) -> None:
    with Stub() as stub:
        add_registry(REGISTRY, stub.url, studio)
        moment = datetime.now(UTC) + timedelta(seconds=300)
        headers = {"Retry-After": format_datetime(moment, usegmt=True)}

        def answer(method: str, path: str, body: bytes) -> Answer:
            given = problem(503, "Later.") if method == "POST" else stub.well(method, path, body)
            return Answer(given.status, given.body, headers) if method == "POST" else given

        stub.answer = answer
        queue(studio, add_works(studio, 1))
        sync(studio)
        (entry,) = entries(studio)
        assert moment - timedelta(seconds=3) <= entry.not_before
        assert entry.not_before <= moment + timedelta(seconds=305)
        stub.answer = stub.well
        assert sync(studio, eager=True).sent == 0


FALSE_RECEIPTS = {
    "another issuer": {"issuer": SigningKey.generate().did},
    "another person": {"id": SigningKey.generate().did},
    "another claim": {"hash": "0" * 64},
}


@pytest.mark.parametrize("name", FALSE_RECEIPTS)
def test_a_false_receipt_is_not_kept(studio: Services, name: str) -> None:
    """One false receipt in a batch: the true ones are kept, the claim is tried again."""
    with Stub() as stub:

        def answer(method: str, path: str, body: bytes) -> Answer:
            if method != "POST":
                return stub.well(method, path, body)
            outcomes = [
                {
                    "hash": hash_of(claim),
                    "receipt": stub.receipt(claim, **(FALSE_RECEIPTS[name] if index == 1 else {})),
                }
                for index, claim in enumerate(json.loads(body)["claims"])
            ]
            return Answer(body=json.dumps({"outcomes": outcomes}).encode())

        stub.answer = answer
        add_registry(REGISTRY, stub.url, studio)
        queue(studio, add_works(studio, 3))
        done = sync(studio)
        assert [type(problem) for _, problem in done.problems] == [Untrusted]
        assert (done.sent, done.waiting, receipts(studio)) == (2, 1, 2)
        assert [entry.state for entry in entries(studio)] == [
            OutboxState.ACKNOWLEDGED,
            OutboxState.QUEUED,
            OutboxState.ACKNOWLEDGED,
        ]
        stub.answer = stub.well
        assert sync(studio).sent == 1
        assert_all_verify(studio)


@pytest.mark.parametrize("how", ["swapped", "fewer", "more", "others"])
def test_answers_for_other_claims_are_not_believed(studio: Services, how: str) -> None:
    with Stub() as stub:

        def answer(method: str, path: str, body: bytes) -> Answer:
            well = stub.well(method, path, body)
            if method != "POST":
                return well
            outcomes = json.loads(well.body)["outcomes"]
            changed = {
                "swapped": outcomes[::-1],
                "fewer": outcomes[:1],
                "more": outcomes + outcomes[:1],
                "others": [{**outcome, "hash": "f" * 64} for outcome in outcomes],
            }[how]
            return Answer(body=json.dumps({"outcomes": changed}).encode())

        stub.answer = answer
        add_registry(REGISTRY, stub.url, studio)
        queue(studio, add_works(studio, 2))
        done = sync(studio)
        assert [type(problem) for _, problem in done.problems] == [Untrusted]
        assert (done.sent, done.waiting, receipts(studio)) == (0, 2, 0)
        stub.answer = stub.well
        assert sync(studio).sent == 2


def test_a_changed_key_is_not_trusted_and_nothing_is_sent(
    joined: Services, registry: PracticeServer, tmp_path: Path
) -> None:
    sync_until_sent(joined)
    pinned = registry_row(joined).did
    assert pinned == registry.did
    registry.stop()
    (tmp_path / "registry" / KEY_FILE).write_text(SigningKey.generate().seed.hex())
    queue(joined, add_works(joined, 1))
    with PracticeServer(tmp_path / "registry") as impostor:
        assert impostor.did != pinned
        done = sync(joined)
        assert [type(problem) for _, problem in done.problems] == [Untrusted]
        assert registry_row(joined).state is RegistryState.PROBLEM
        assert registry_row(joined).did == pinned
        assert "Nothing was sent" in registry_row(joined).last_problem
        (entry,) = entries(joined)
        assert (entry.attempts, entry.state) == (0, OutboxState.QUEUED)
        assert registry_row(joined).offered == (impostor.did.removeprefix("did:key:"),)
        assert trust_offered(REGISTRY, joined).did == impostor.did
        assert sync(joined).sent == 1
        assert_all_verify(joined)


def test_the_feed_read_again_from_its_start_changes_nothing(
    joined: Services, registry: PracticeServer
) -> None:
    queue(joined, add_works(joined, 3))
    sync_until_sent(joined)
    before = rows(joined)
    registry_id, did = registry_row(joined).registry_id, my_key(joined).did
    with joined.store.write() as tx:
        cursor, _mark = feeds.open_feed(tx, registry_id, did)
        assert cursor
        feeds.set_cursor(tx, registry_id, did, "")
    done = sync(joined)
    assert (done.events, done.problems) == (0, [])
    assert rows(joined) == before
    with joined.store.write() as tx:
        assert feeds.open_feed(tx, registry_id, did)[0] == cursor
    with joined.store.read() as connection:
        assert len(events.to_fetch(connection, registry_row(joined).registry_id)) == 0


def test_a_lost_reply_and_the_feed_before_its_receipt(
    joined: Services, registry: PracticeServer
) -> None:
    """The feed tells of the claim first; the receipt that comes later does not set it back."""
    queue(joined, add_works(joined, 1))
    registry.misbehave(["bad-schema:1@/claims"])
    assert sync(joined).waiting == 1
    (row,) = rows(joined)
    assert (row.state, row.receipt_verified) == (ClaimState.ACCEPTED, False)
    assert sync(joined).sent == 1
    (row,) = rows(joined)
    assert (row.state, row.receipt_verified) == (ClaimState.ACCEPTED, True)
    assert_arrived_once(joined, registry.url, 1)


def test_cancelling_stops_between_batches(
    joined: Services, registry: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch that is on its way by then still arrives, and is kept."""
    in_batches_of(2, registry, monkeypatch)
    queue(joined, add_works(joined, 6))
    seen: list[str] = []
    done = sync(joined, cancelled=lambda: len(seen) >= 2, tell=lambda item: seen.append(item.event))
    assert (done.sent, done.waiting) == (4, 2)
    sync_until_sent(joined)
    assert_arrived_once(joined, registry.url, 6)


def test_what_was_being_sent_is_queued_again_at_the_next_start(tmp_path: Path) -> None:
    with open_studio(tmp_path / "library") as services:
        settle(services)
        add_registry(REGISTRY, "http://127.0.0.1:9", services)
        queue(services, add_works(services, 2))
        with services.store.write() as tx:
            outbox.mark_sending(tx, [1, 2])
        assert {row.state for row in rows(services)} == {ClaimState.SENDING}
    with open_studio(tmp_path / "library") as services:
        assert {row.state for row in rows(services)} == {ClaimState.QUEUED}
        assert {entry.state for entry in entries(services)} == {OutboxState.QUEUED}


def test_many_claims_many_lost_replies(
    joined: Services, registry: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some hundred claims, at least 24 % of the replies lost, seeded: each arrives once."""
    chance = random.Random(20260131)
    in_batches_of(5, registry, monkeypatch)
    count = 150
    posts = lost = 0

    def next_rule() -> None:
        nonlocal posts, lost
        posts += 1
        rules = [
            "drop-after-commit:1@/claims",
            "bad-schema:1@/claims",
            "forged-signature:1@/claims",
        ]
        if chance.random() < 0.35:
            lost += 1
            registry.misbehave([chance.choice(rules)])
        else:
            registry.misbehave([])

    told = 0

    def tell(heard: object) -> None:
        nonlocal told
        told += 1
        if told % 5 == 0:
            next_rule()

    queue(joined, add_works(joined, count))
    for _ in range(400):
        told = 0
        next_rule()
        if not sync(joined, tell=tell).waiting:
            break
    registry.misbehave([])
    sync_until_sent(joined)
    assert posts >= count / 5
    assert lost / posts >= 0.24
    assert_arrived_once(joined, registry.url, count)
    assert_all_verify(joined)


def test_a_batch_that_is_on_its_way_when_another_is_not_believed_is_kept(
    joined: Services, registry: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first batch has a forged receipt; the second left before that was seen."""
    in_batches_of(2, registry, monkeypatch)
    check_registry(REGISTRY, joined)
    queue(joined, add_works(joined, 6))
    registry.misbehave(["forged-signature:1@/claims"])
    done = sync(joined)
    assert done.problems
    states = sorted(row.state.value for row in rows(joined))
    assert states.count("sending") == 0
    assert done.sent >= 2
    registry.misbehave([])
    sync_until_sent(joined)
    assert_arrived_once(joined, registry.url, 6)
