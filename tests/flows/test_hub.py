"""An ISCC-HUB as one registry among others: declared once, whatever happens on the way."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.responses import JSONResponse, Response

from desktop.claims import answer
from desktop.errors import Busy, LoginNeeded, Offline, RegistryProblem, Untrusted, UsageProblem
from desktop.flows.connecting import trust_offered
from desktop.flows.describing import WorkChanges, edit_work
from desktop.flows.forcing import force_claim
from desktop.flows.hearing import Heard
from desktop.flows.identifying import my_key
from desktop.flows.renewing import rotate
from desktop.flows.responding import dispute, respond, withdraw
from desktop.flows.syncing import add_registry, change_options, check_registry, sync
from desktop.identity.canonical import canonical_bytes, parse_json
from desktop.identity.keys import SigningKey
from desktop.model.claims import ClaimRow, ClaimState, OutboxState
from desktop.model.registries import Ability, Registry, RegistryState
from desktop.model.times import utc_now
from desktop.registries import iscc_notes
from desktop.services import Services
from desktop.store import claims, outbox, registries
from tests.dying import Die
from tests.practice.claimant import Claimant
from tests.registries.hub import Hub
from tests.studio import (
    REGISTRY,
    add_works,
    assert_all_verify,
    entries,
    open_studio,
    queue,
    rows,
    settle,
    sync_until_sent,
)

OTHER = SigningKey(bytes(range(1, 33)))


def join(services: Services, hub: Hub, **options: str) -> None:
    add_registry(
        REGISTRY,
        hub.url,
        services,
        kind="iscc_hub",
        options={"hub_id": str(hub.hub_id), **options},
    )


def row_of(services: Services) -> ClaimRow:
    (row,) = rows(services)
    return row


def registry_row(services: Services) -> Registry:
    with services.store.read() as connection:
        return registries.by_name(connection, REGISTRY)


def envelopes(services: Services) -> list[tuple[bytes, bool]]:
    with services.store.read() as connection:
        found = connection.execute("SELECT document, forced FROM envelopes ORDER BY envelope_id")
        return [(bytes(row["document"]), bool(row["forced"])) for row in found]


def later(services: Services, **span: float) -> None:
    """Let time pass for the library."""
    services.now = lambda: utc_now() + timedelta(**span)


def declare_as(other: SigningKey, hub: Hub, services: Services) -> str:
    """Let somebody else declare the files of every claim first; returns the last ISCC-ID."""
    for entry in entries(services):
        theirs = Claimant(key=other).draft() | {
            "fingerprint": parse_json(entry.document)["fingerprint"]
        }
        note = iscc_notes.make_note(
            canonical_bytes(theirs), hub_id=hub.hub_id, moment=hub.now(), key=other
        )
        hub.take(note, force=False)
    return hub.log[-1].iscc_id


def mine(services: Services, hub: Hub) -> int:
    """Return how many declarations of the library's key the hub has."""
    return sum(1 for one in hub.log if f"did:key:{one.actor}" == my_key(services).did)


def test_declared_with_a_verified_receipt(studio: Services) -> None:
    with Hub(hub_id=42) as hub:
        join(studio, hub)
        queue(studio, add_works(studio, 3))
        done = sync(studio)
        assert (done.sent, done.waiting, done.problems, done.notices) == (3, 0, [], [])
        assert len(hub.log) == len(hub.bodies) == 3
        for row, made in zip(rows(studio), hub.log, strict=True):
            assert (row.state, row.number) == (ClaimState.ACKNOWLEDGED, made.iscc_id)
            assert row.receipt_verified
            assert row.iscc_id is not None
            assert (row.iscc_id.hub_id, row.receipt_time) == (
                42,
                row.iscc_id.time.replace(microsecond=0),
            )
        registry = registry_row(studio)
        assert (registry.state, registry.did) == (RegistryState.READY, hub.did)
        assert registry.abilities == {Ability.FORCE}
        again = sync(studio)
        assert (again.sent, again.problems, len(hub.bodies)) == (0, [], 3)
        assert_all_verify(studio)


def test_nothing_leaves_but_the_note(studio: Services) -> None:
    with Hub() as hub:
        join(studio, hub)
        (work,) = add_works(studio, 1)
        edit_work(work, studio, WorkChanges(title="A secret title"))
        queue(studio, [work])
        sync(studio)
        (body,) = hub.bodies
        assert b"secret" not in body
        assert b"Ana" not in body
        assert "gateway" not in parse_json(body)


def test_a_gateway_that_the_user_gave(studio: Services) -> None:
    with Hub() as hub:
        join(studio, hub, gateway="https://ana.example/{iscc_id}")
        queue(studio, add_works(studio, 1))
        assert sync(studio).sent == 1
        assert hub.log[0].note["gateway"] == "https://ana.example/{iscc_id}"


def test_what_leaves_is_in_the_store_before(studio: Services) -> None:
    seen = []

    def look(body: bytes) -> None:
        seen.append(envelopes(studio)[-1] == (body, False))
        seen.append(entries(studio)[0].state is OutboxState.SENDING)

    with Hub(answer=look) as hub:
        join(studio, hub)
        queue(studio, add_works(studio, 1))
        sync(studio)
        assert seen == [True, True]


def test_a_lost_reply_is_recovered_and_declares_nothing_twice(studio: Services) -> None:
    with Hub(lose=1) as hub:
        join(studio, hub)
        queue(studio, add_works(studio, 1))
        assert [type(item) for _, item in sync(studio).problems] == [Offline]
        assert entries(studio)[0].state is OutboxState.QUEUED
        told: list[Heard] = []
        done = sync(studio, tell=told.append)
        assert (done.sent, done.waiting, done.problems) == (1, 0, [])
        assert [item.event for item in told] == ["recovered"]
        (made,) = hub.log
        row = row_of(studio)
        assert (row.state, row.number) == (ClaimState.ACKNOWLEDGED, made.iscc_id)
        assert not row.receipt_verified
        assert row.reason.startswith("Declared; receipt lost.")
        assert len({parse_json(body)["nonce"] for body in hub.bodies}) == 2
        assert_all_verify(studio)


def test_many_declarations_many_lost_replies(studio: Services) -> None:
    with Hub() as hub:
        join(studio, hub)
        queue(studio, add_works(studio, 30))
        for turn in range(200):
            hub.lose = turn % 3 == 0
            if not sync(studio).waiting:
                break
        assert len({one.note["datahash"] for one in hub.log}) == len(hub.log) == 30
        assert {row.state for row in rows(studio)} == {ClaimState.ACKNOWLEDGED}
        assert {row.number for row in rows(studio)} == {one.iscc_id for one in hub.log}
        assert any(not row.receipt_verified for row in rows(studio))


@pytest.mark.parametrize("hours", [3, -3])
def test_a_clock_that_is_off(studio: Services, hours: int) -> None:
    with Hub(ahead_s=hours * 3600) as hub:
        join(studio, hub)
        queue(studio, add_works(studio, 3))
        done = sync(studio)
        assert (done.sent, done.problems, len(hub.log)) == (3, [], 3)
        assert len(hub.bodies) == 4, "one note is refused, the next ones have the hub's time"
        (notice,) = done.notices
        assert f"clock is 3 h 0 min {'slow' if hours > 0 else 'fast'}" in notice
        registry = registry_row(studio)
        assert (registry.state, registry.last_problem) == (RegistryState.READY, notice)
        assert row_of_first(studio).receipt_verified
        assert_all_verify(studio)


def row_of_first(services: Services) -> ClaimRow:
    return rows(services)[0]


def test_a_clock_that_is_absurdly_off_sends_nothing(studio: Services) -> None:
    with Hub(ahead_s=3 * 86_400) as hub:
        join(studio, hub)
        queue(studio, add_works(studio, 1))
        ((_, problem),) = sync(studio).problems
        assert "differ by 3 days" in problem.message
        assert (len(hub.log), sync(studio).waiting) == (0, 1)


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("timestamp_out_of_range", 422, "the very time it shows itself"),
        ("nonce_reuse", 400, "too often"),
    ],
)
def test_a_hub_that_is_never_content(studio: Services, code: str, status: int, words: str) -> None:
    def no(_body: bytes) -> Response:
        headers = {"Date": datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")}
        return JSONResponse({"error": {"message": "No.", "code": code}}, status, headers)

    with Hub(answer=no) as hub:
        join(studio, hub)
        queue(studio, add_works(studio, 1))
        ((_, problem),) = sync(studio).problems
        assert words in problem.message
        assert len(hub.bodies) <= 4
        assert len({parse_json(body)["nonce"] for body in hub.bodies}) == len(hub.bodies)
        hub.answer = lambda _body: None
        later(studio, hours=0)
        assert sync(studio).sent == 1


def test_a_number_that_is_not_the_hubs(studio: Services) -> None:
    with Hub(hub_id=7) as hub:
        add_registry(REGISTRY, hub.url, studio, kind="iscc_hub")
        queue(studio, add_works(studio, 2))
        ((_, problem),) = sync(studio).problems
        assert "expected 7, got 0" in problem.message
        assert "--hub-id" in problem.advice
        assert (registry_row(studio).state, len(hub.bodies)) == (RegistryState.PROBLEM, 1)
        given = change_options(REGISTRY, {"hub_id": "7"}, studio)
        assert (given.state, given.last_problem) == (RegistryState.UNCHECKED, "")
        assert sync(studio).sent == 2
        with pytest.raises(UsageProblem, match="between 0 and 4095"):
            change_options(REGISTRY, {"hub_id": "5000"}, studio)
        with pytest.raises(UsageProblem, match="no option"):
            change_options(REGISTRY, {"colour": "red"}, studio)


@pytest.mark.parametrize(
    ("status", "code", "kind", "waiting"),
    [
        (401, "invalid_signature", LoginNeeded, 2),
        (403, "", LoginNeeded, 2),
        (404, "", RegistryProblem, 2),
        (429, "", Busy, 2),
        (503, "", Busy, 2),
        (422, "validation_failed", None, 0),
        (418, "teapot", None, 0),
    ],
)
def test_what_other_refusals_do(
    studio: Services, status: int, code: str, kind: type | None, waiting: int
) -> None:
    body = {"error": {"message": "I would\x1b[31m rather not.", "code": code}}
    with Hub(answer=lambda _body: JSONResponse(body, status)) as hub:
        join(studio, hub)
        queue(studio, add_works(studio, 2))
        done = sync(studio)
        assert [type(item) for _, item in done.problems] == ([kind] if kind else [])
        assert (done.waiting, done.refused) == (waiting, 2 - waiting)
        if kind is None:
            assert "I would [31m rather not." in rows(studio)[0].reason
        hub.answer = lambda _body: None
        assert sync(studio).sent == waiting


def test_another_key_was_first(studio: Services) -> None:
    """A conflict to show; only the user's own decision declares all the same."""
    with Hub() as hub:
        join(studio, hub)
        queue(studio, add_works(studio, 1))
        theirs = declare_as(OTHER, hub, studio)
        told: list[Heard] = []
        done = sync(studio, tell=told.append)
        assert (done.sent, done.waiting, done.problems) == (0, 0, [])
        assert [item.event for item in told] == ["claim.conflict"]
        row = row_of(studio)
        assert (row.state, row.number, row.may_be_forced) == (ClaimState.CONFLICT, "", True)
        key = OTHER.did.removeprefix("did:key:")
        assert row.conflict is not None
        assert (row.conflict["existing_key"], row.conflict["existing_iscc_id"]) == (key, theirs)
        assert f"({key[:10]}…{key[-6:]})" in row.reason
        assert theirs in row.reason
        assert sync(studio).sent == 0
        assert hub.forced == [False]
        forced = force_claim(row.claim_id, REGISTRY, studio)
        assert forced.state is ClaimState.QUEUED
        with pytest.raises(UsageProblem):
            force_claim(row.claim_id, REGISTRY, studio)
        assert sync(studio).sent == 1
        assert hub.forced == [False, True]
        row = row_of(studio)
        assert (row.state, row.number) == (ClaimState.ACKNOWLEDGED, hub.log[-1].iscc_id)
        assert row.receipt_verified
        assert (len(hub.log), mine(studio, hub)) == (2, 1)
        assert_all_verify(studio)


def test_what_a_former_key_of_mine_declared_is_no_conflict(studio: Services) -> None:
    """A lost library, or a new key: the hub has the same file under the key I had before."""
    with Hub() as hub:
        join(studio, hub)
        queue(studio, add_works(studio, 1))
        before = declare_as(my_key(studio), hub, studio)
        rotate("", "a new computer", studio)
        (work,) = add_works(studio, 1)
        with studio.store.write() as tx:
            tx.execute("DELETE FROM outbox")
            tx.execute("DELETE FROM claim_states")
        queue(studio, [work])
        sync(studio)
        (row,) = rows(studio)
        assert (row.state, row.number) == (ClaimState.ACKNOWLEDGED, before)
        assert row.conflict is None
        assert not row.receipt_verified
        assert len(hub.log) == 1


def conflicted(studio: Services, hub: Hub) -> int:
    join(studio, hub)
    queue(studio, add_works(studio, 1))
    declare_as(OTHER, hub, studio)
    sync(studio)
    return row_of(studio).claim_id


def test_a_forced_declaration_whose_reply_was_lost_is_made_once(studio: Services) -> None:
    """The same note goes again: its nonce tells that the first one arrived."""
    with Hub() as hub:
        force_claim(conflicted(studio, hub), REGISTRY, studio)
        hub.lose = 1
        assert isinstance(sync(studio).problems[0][1], Offline)
        assert mine(studio, hub) == 1
        assert sync(studio).sent == 1
        assert hub.bodies[-1] == hub.bodies[-2]
        assert hub.forced[-2:] == [True, True]
        assert mine(studio, hub) == 1
        row = row_of(studio)
        assert row.state is ClaimState.ACKNOWLEDGED
        assert row.reason.startswith("Declared; receipt lost.")


def test_a_forced_declaration_that_never_arrived_is_made_by_the_next_try(
    studio: Services,
) -> None:
    with Hub() as hub:
        force_claim(conflicted(studio, hub), REGISTRY, studio)
        hub.answer = lambda _body: JSONResponse({}, 503)
        assert isinstance(sync(studio).problems[0][1], Busy)
        hub.answer = lambda _body: None
        assert sync(studio).sent == 1
        assert hub.bodies[-1] == hub.bodies[-2]
        assert mine(studio, hub) == 1
        assert row_of(studio).receipt_verified


@pytest.mark.parametrize("lost_again", [False, True])
def test_a_forced_declaration_lost_long_ago_is_asked_about_and_not_forced_again(
    studio: Services, lost_again: bool
) -> None:
    with Hub() as hub:
        force_claim(conflicted(studio, hub), REGISTRY, studio)
        hub.lose = 1
        sync(studio)
        later(studio, minutes=20)
        hub.ahead_s = 1200
        if lost_again:
            hub.lose = 1
            sync(studio)
        assert sync(studio).sent == 1
        assert hub.forced == [False, True, False] + [False] * lost_again
        assert mine(studio, hub) == 1
        row = row_of(studio)
        assert (row.state, row.number) == (ClaimState.ACKNOWLEDGED, hub.log[-1].iscc_id)


def test_a_forced_declaration_of_unknown_fate_and_a_hub_that_names_the_other(
    studio: Services,
) -> None:
    """Where the hub does not say that ours is there, the user decides again."""
    with Hub() as hub:
        claim_id = conflicted(studio, hub)
        force_claim(claim_id, REGISTRY, studio)
        hub.lose = 1
        sync(studio)
        hub.log.append(replace(hub.log[0], seq=99))
        later(studio, minutes=20)
        hub.ahead_s = 1200
        sync(studio)
        assert row_of(studio).state is ClaimState.CONFLICT
        assert mine(studio, hub) == 1
        force_claim(claim_id, REGISTRY, studio)
        sync(studio)
        assert (mine(studio, hub), hub.forced[-1]) == (2, True)


def test_a_forced_declaration_with_a_clock_that_is_off(studio: Services) -> None:
    with Hub() as hub:
        force_claim(conflicted(studio, hub), REGISTRY, studio)
        hub.ahead_s = 3 * 3600
        assert sync(studio).sent == 1
        assert hub.forced == [False, True, True]
        assert mine(studio, hub) == 1


def test_a_forced_declaration_lost_by_a_hub_whose_clock_then_moves(studio: Services) -> None:
    """The same note is out of the hub's time by now; whether the first one arrived is asked."""
    with Hub() as hub:
        force_claim(conflicted(studio, hub), REGISTRY, studio)
        hub.lose = 1
        sync(studio)
        hub.ahead_s = 3 * 3600
        assert sync(studio).sent == 1
        assert hub.forced == [False, True, True, False]
        assert mine(studio, hub) == 1
        assert row_of(studio).number == hub.log[-1].iscc_id


def test_a_claim_without_conflict_is_not_forced(studio: Services) -> None:
    with Hub() as hub:
        join(studio, hub)
        (claim_id,) = queue(studio, add_works(studio, 1))
        for _ in range(2):
            with pytest.raises(UsageProblem, match="no conflict"):
                force_claim(claim_id, REGISTRY, studio)
            sync(studio)
        with pytest.raises(UsageProblem):
            force_claim(99, REGISTRY, studio)


def test_a_newer_claim_cannot_replace_what_is_declared(studio: Services) -> None:
    with Hub() as hub:
        join(studio, hub)
        (work,) = add_works(studio, 1)
        queue(studio, [work])
        sync(studio)
        edit_work(work, studio, WorkChanges(title="A better title"))
        queue(studio, [work])
        done = sync(studio)
        assert (done.refused, len(hub.log)) == (1, 1)
        first, second = rows(studio)
        assert (first.state, first.number) == (ClaimState.ACKNOWLEDGED, hub.log[0].iscc_id)
        assert second.state is ClaimState.REFUSED
        assert "Nothing can be replaced at this registry" in second.reason


def test_what_a_hub_cannot_do_is_told_and_not_asked(studio: Services) -> None:
    with Hub() as hub:
        join(studio, hub)
        claim_id, other = queue(studio, add_works(studio, 2))
        assert withdraw(other, REGISTRY, studio).state is ClaimState.WITHDRAWN, "it never left"
        sync(studio)
        with pytest.raises(UsageProblem, match="Nothing can be withdrawn at this registry"):
            withdraw(claim_id, REGISTRY, studio)
        with studio.store.write() as tx:
            claims.set_state(tx, claim_id, 1, ClaimState.CONFLICT, 1)
        with pytest.raises(UsageProblem, match="takes no answers"):
            respond(claim_id, REGISTRY, answer.Response.MAINTAIN, studio)
        with pytest.raises(UsageProblem, match="settles no disputes"):
            dispute(claim_id, REGISTRY, answer.Subject.AUTHORSHIP, studio)
        later(studio, days=3)
        hub.ahead_s = 3 * 86_400
        assert sync(studio).problems == []
        assert len(hub.bodies) == 1, "nothing is looked up, nothing else is asked"


def changed_key(studio: Services, hub: Hub) -> SigningKey:
    """Declare one work, then let the hub have another key; returns the old one."""
    join(studio, hub)
    queue(studio, add_works(studio, 1))
    assert sync(studio).sent == 1
    old, hub.key = hub.key, SigningKey.generate()
    queue(studio, add_works(studio, 1, word="later"))
    return old


def test_a_changed_key_is_the_users_decision(studio: Services) -> None:
    with Hub() as hub:
        changed_key(studio, hub)
        ((_, problem),) = sync(studio).problems
        assert type(problem) is Untrusted
        registry = registry_row(studio)
        assert registry.state is RegistryState.PROBLEM
        assert "Nothing was sent" in registry.last_problem
        shown = hub.key.did.removeprefix("did:key:")
        assert registry.offered == (shown,)
        assert (len(hub.bodies), sync(studio).waiting) == (1, 1)
        with pytest.raises(Untrusted):
            check_registry(REGISTRY, studio)
        with pytest.raises(UsageProblem, match="not the key"):
            trust_offered(REGISTRY, studio, keys=["z6Mkelse"])
        with pytest.raises(UsageProblem, match="not the key"):
            trust_offered(REGISTRY, studio, keys=[shown, "z6Mkelse"])
        trusted = trust_offered(REGISTRY, studio, keys=[shown])
        assert (trusted.state, trusted.offered) == (RegistryState.UNCHECKED, ())
        assert sync(studio).sent == 1
        assert all(row.receipt_verified for row in rows(studio))
        assert_all_verify(studio)
        with pytest.raises(UsageProblem, match="no other key"):
            trust_offered(REGISTRY, studio)


def test_another_new_key_than_the_one_that_was_accepted(studio: Services) -> None:
    """What the user accepts is what was shown; neither the next new key nor the old one."""
    with Hub() as hub:
        old = changed_key(studio, hub)
        sync(studio)
        trust_offered(REGISTRY, studio)
        for other in (SigningKey.generate(), old):
            hub.key = other
            assert type(sync(studio).problems[0][1]) is Untrusted
            assert registry_row(studio).offered == (other.did.removeprefix("did:key:"),)
        assert len(hub.bodies) == 1


def test_a_hub_that_takes_its_old_key_back(studio: Services) -> None:
    with Hub() as hub:
        hub.key, old = changed_key(studio, hub), hub.key
        new = hub.key
        hub.key = old
        sync(studio)
        assert registry_row(studio).offered
        hub.key = new
        assert sync(studio).sent == 1
        assert registry_row(studio).offered == ()
        with pytest.raises(UsageProblem):
            trust_offered(REGISTRY, studio)


def test_a_hub_with_a_name_that_is_not_its_own(studio: Services) -> None:
    with Hub() as hub, Hub() as other:
        hub.did_document = other.did_document  # type: ignore[method-assign]
        join(studio, hub)
        queue(studio, add_works(studio, 1))
        ((_, problem),) = sync(studio).problems
        assert "belongs to another host" in problem.message
        assert (hub.bodies, registry_row(studio).did) == ([], "")


def test_a_forged_receipt_is_not_kept_and_recovered_later(studio: Services) -> None:
    with Hub(tamper=lambda receipt: receipt.update(issuer="did:web:x")) as hub:
        join(studio, hub)
        queue(studio, add_works(studio, 1))
        assert type(sync(studio).problems[0][1]) is Untrusted
        assert (row_of(studio).state, row_of(studio).receipt_verified) == (
            ClaimState.QUEUED,
            False,
        )
        hub.tamper = lambda _receipt: None
        assert sync(studio).sent == 1
        assert len(hub.log) == 1


def test_verify_finds_a_receipt_that_was_changed(studio: Services) -> None:
    from desktop.flows.checking import verify_library

    with Hub() as hub:
        join(studio, hub)
        queue(studio, add_works(studio, 2))
        sync(studio)
    with studio.store.write() as tx:
        tx.execute("DROP TRIGGER receipts_no_update")
        tx.execute("UPDATE receipts SET claim_id = 3 - claim_id, sha256 = sha256 || claim_id")
    assert [check.check for check in verify_library(studio) if not check.ok] == ["receipts"]


@pytest.fixture
def template(tmp_path: Path, cheap_keys: None) -> Path:
    """A library with one queued declaration; the hub's address comes later."""
    with open_studio(tmp_path / "template") as services:
        settle(services)
        add_registry(REGISTRY, "http://127.0.0.1:9", services, kind="iscc_hub")
        queue(services, add_works(services, 1))
    return tmp_path / "template"


def copy_for(template: Path, target: Path, hub: Hub) -> Path:
    shutil.copytree(template, target)
    with open_studio(target) as services, services.store.write() as tx:
        registries.set_url(tx, 1, hub.url)
    return target


def killed_at_every_step(
    tmp_path: Path, template: Path, dying: Die, prepare: Callable[[Services, Hub], None]
) -> None:
    with Hub() as hub:
        library = copy_for(template, tmp_path / "dry", hub)
        with open_studio(library) as services:
            prepare(services, hub)
        steps = dying.never("sync", library)
    assert "before POST /declaration" in steps
    for number, name in enumerate(steps, start=1):
        with Hub() as hub:
            library = copy_for(template, tmp_path / str(number), hub)
            with open_studio(library) as services:
                prepare(services, hub)
            dying.at(number, "sync", library)
            with open_studio(library) as services:
                assert entries(services)[0].state is not OutboxState.SENDING, name
                sync_until_sent(services)
                assert mine(services, hub) == 1, name
                assert row_of(services).state is ClaimState.ACKNOWLEDGED, name
                assert_all_verify(services)


def test_killed_at_every_step_of_declaring(tmp_path: Path, template: Path, dying: Die) -> None:
    killed_at_every_step(tmp_path, template, dying, lambda _services, _hub: None)


def test_killed_at_every_step_of_a_forced_declaration(
    tmp_path: Path, template: Path, dying: Die
) -> None:
    def conflict(services: Services, hub: Hub) -> None:
        declare_as(OTHER, hub, services)
        sync(services)
        force_claim(1, REGISTRY, services)

    killed_at_every_step(tmp_path, template, dying, conflict)


def test_the_outbox_keeps_every_envelope(studio: Services) -> None:
    with Hub(lose=2) as hub:
        join(studio, hub)
        queue(studio, add_works(studio, 1))
        for _ in range(3):
            sync(studio)
        assert [document for document, _ in envelopes(studio)] == hub.bodies
        with studio.store.read() as connection:
            last = outbox.last_envelope(connection, 1)
        assert last is not None
        assert last.document == hub.bodies[-1]
