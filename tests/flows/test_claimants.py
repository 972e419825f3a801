"""Several claimants at one registry: each key sends and reads what was signed with it."""

from __future__ import annotations

import pytest

from desktop.errors import KeyProblem
from desktop.flows import asking
from desktop.flows.claiming import changed_since_claimed, claim
from desktop.flows.describing import WorkChanges, edit_works
from desktop.flows.identifying import create_identity, my_key, use_identity, who_am_i
from desktop.flows.renewing import revoke, rotate
from desktop.flows.responding import withdraw
from desktop.flows.syncing import sync
from desktop.identity.canonical import parse_json
from desktop.model.claims import ClaimState
from desktop.model.registries import RegistryState
from desktop.practice.advance import advance
from desktop.practice.server import PracticeServer
from desktop.services import Services
from desktop.store import events, feeds, registries, statements
from tests.registries.stub import Answer, Stub, problem
from tests.studio import (
    REGISTRY,
    add_works,
    assert_all_verify,
    entries,
    mid_january,
    open_studio,
    queue,
    rows,
    sync_until_sent,
)


def states(services: Services) -> list[str]:
    return [row.state.value for row in rows(services)]


def test_each_identity_sends_its_own_claims_and_reads_its_own_feed(
    joined: Services, registry: PracticeServer
) -> None:
    works = add_works(joined, 4)
    queue(joined, works[:2])
    create_identity("The Tides", joined)
    use_identity("The Tides", joined)
    queue(joined, works[2:])
    sync_until_sent(joined)
    sync(joined)
    assert states(joined) == ["accepted"] * 4
    assert all(row.receipt_verified for row in rows(joined))
    with joined.store.read() as connection:
        registry_id = registries.by_name(connection, REGISTRY).registry_id
        assert len(feeds.claimants(connection, registry_id)) == 2
        cursors = connection.execute("SELECT mark, cursor FROM feeds ORDER BY mark").fetchall()
    assert cursors[0]["mark"] == ""
    assert cursors[0]["cursor"] != cursors[1]["cursor"]
    assert_all_verify(joined)


def test_money_for_both_comes(
    joined: Services, registry: PracticeServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    works = add_works(joined, 4)
    queue(joined, works[:2])
    create_identity("The Tides", joined)
    use_identity("The Tides", joined)
    queue(joined, works[2:])
    sync_until_sent(joined)
    advance(joined.library.parent / "registry", 3, clock=mid_january)
    done = sync(joined)
    assert done.problems == []
    with joined.store.read() as connection:
        kept = statements.rows(connection)
        registry_id = registries.by_name(connection, REGISTRY).registry_id
        assert events.to_fetch(connection, registry_id) == []
    assert len({row.number.rpartition("-")[2] for row in kept}) == 2
    assert_all_verify(joined)


def test_what_was_signed_before_the_key_was_replaced_still_arrives(
    joined: Services, registry: PracticeServer
) -> None:
    works = add_works(joined, 2)
    queue(joined, works[:1])
    rotate("", "New computer", joined)
    queue(joined, works[1:])
    sync_until_sent(joined)
    sync(joined)
    assert states(joined) == ["accepted"] * 2
    assert_all_verify(joined)


def test_what_became_of_claims_is_read_after_a_revocation(
    joined: Services, registry: PracticeServer
) -> None:
    queue(joined, add_works(joined, 1))
    revoke("", "Stolen", joined)
    sync_until_sent(joined)
    sync(joined)
    assert states(joined) == ["accepted"]


def test_a_key_that_is_not_here_costs_only_its_own_claims(
    joined: Services, registry: PracticeServer
) -> None:
    works = add_works(joined, 2)
    queue(joined, works[:1])
    first = my_key(joined).did
    create_identity("The Tides", joined)
    use_identity("The Tides", joined)
    queue(joined, works[1:])
    joined.keys._open.pop(first)
    (joined.library / "keys" / f"{first.removeprefix('did:key:')}.key.json").unlink()
    done = sync(joined)
    sync(joined)
    assert states(joined) == ["queued", "accepted"]
    ((name, said),) = done.problems
    assert (name, f"…{first[-4:]} waits" in said.message) == (REGISTRY, True)
    with joined.store.read() as connection:
        assert registries.by_name(connection, REGISTRY).state is RegistryState.READY


def test_a_quiet_round_asks_for_no_password(joined: Services, registry: PracticeServer) -> None:
    works = add_works(joined, 2)
    queue(joined, works[:1])
    create_identity("The Tides", joined)
    use_identity("The Tides", joined)
    queue(joined, works[1:])
    joined.close()
    asked: list[str] = []
    with open_studio(joined.library) as services:
        my_key(services)

        def refuse(sentence: str) -> str:
            asked.append(sentence)
            raise KeyProblem("locked")

        services.keys._ask_password = refuse
        assert sync(services, eager=False).problems == []
        assert asked == []
        assert len(sync(services).problems) == 1
        assert len(asked) == 1


def test_events_of_two_feeds_with_the_same_cursor_are_two(joined: Services) -> None:
    """Nothing says that a registry counts its events for all claimants together."""
    with Stub() as stub:
        with joined.store.write() as tx:
            registry_id = registries.by_name(tx, REGISTRY).registry_id
            registries.set_url(tx, registry_id, stub.url)
        works = add_works(joined, 2)
        queue(joined, works[:1])
        create_identity("The Tides", joined)
        use_identity("The Tides", joined)
        queue(joined, works[1:])
        sync(joined)
        numbers = {row.claim_id: row.number for row in rows(joined)}
        assert len(set(numbers.values())) == 2
        hashes = iter([row["claim_hash"] for row in _claims(joined, newest_first=True)])

        def feed(method: str, path: str, body: bytes) -> Answer:
            if not path.startswith("/events"):
                return stub.well(method, path, body)
            claim_hash = next(hashes)
            event = (
                '{"cursor":"000001","type":"claim.accepted","time":"2026-01-15T12:00:00Z",'
                f'"claim_hash":"{claim_hash}","claim":"S-{claim_hash[:8]}"}}'
            )
            return Answer(body=f'{{"events":[{event}],"more":false,"next":"000001"}}'.encode())

        stub.answer = feed
        done = sync(joined)
    assert (done.problems, done.events) == ([], 2)
    assert {row.state for row in rows(joined)} == {ClaimState.ACCEPTED}


def _claims(services: Services, *, newest_first: bool) -> list[dict[str, str]]:
    order = "DESC" if newest_first else "ASC"
    with services.store.read() as connection:
        found = connection.execute(f"SELECT claim_hash FROM claims ORDER BY claim_id {order}")
        return [dict(row) for row in found]


def test_one_claimant_shut_out_does_not_shut_out_the_other(joined: Services) -> None:
    with Stub() as stub:
        with joined.store.write() as tx:
            registries.set_url(tx, registries.by_name(tx, REGISTRY).registry_id, stub.url)
        works = add_works(joined, 2)
        queue(joined, works[:1])
        create_identity("The Tides", joined)
        use_identity("The Tides", joined)
        queue(joined, works[1:])
        posts = iter([True, False])

        def once(method: str, path: str, body: bytes) -> Answer:
            if method == "POST" and next(posts):
                return problem(403, "Not you")
            return stub.well(method, path, body)

        stub.answer = once
        sync(joined)
    known = who_am_i(joined)
    assert known is not None
    assert states(joined) == ["under_review", "queued"]


def test_no_claim_is_called_lost_because_another_key_asked(
    joined: Services, registry: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "EVERY_S", -10)
    works = add_works(joined, 2)
    queue(joined, works[:1])
    create_identity("The Tides", joined)
    use_identity("The Tides", joined)
    queue(joined, works[1:])
    sync_until_sent(joined)
    assert sync(joined).problems == []
    with joined.store.read() as connection:
        asked = connection.execute("SELECT count(*) FROM claim_states WHERE asked_s > 0").fetchone()
    assert asked[0] == 2
    assert states(joined) == ["accepted"] * 2


def test_a_conflict_is_answered_with_the_key_of_its_claim(
    joined: Services, registry: PracticeServer
) -> None:
    queue(joined, add_works(joined, 1))
    sync_until_sent(joined)
    sync(joined)
    rotate("", "New computer", joined)
    withdraw(1, REGISTRY, joined)
    sync(joined)
    assert states(joined) == ["withdrawn"]
    assert_all_verify(joined)


def test_what_a_former_key_claimed_is_not_claimed_over_it(
    joined: Services, registry: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where only the key that signed a claim can replace it: that is told before, not after."""
    registry.stop()
    monkeypatch.setattr("desktop.practice.registry.KEY_NOTICES", False)
    registry.start()
    works = add_works(joined, 2)
    queue(joined, works)
    sync_until_sent(joined)
    rotate("", "New computer", joined)
    assert [one.already for one in claim(works, REGISTRY, joined)] == [True, True]
    edit_works(works[:1], WorkChanges(created="2024"), joined)
    changed, same = claim(works, REGISTRY, joined)
    assert same.already
    assert changed.problem is not None
    assert "was signed with your former key" in changed.problem.message
    assert f"`claim withdraw 1 --registry {REGISTRY}`" in changed.problem.advice
    assert changed_since_claimed(works, REGISTRY, joined) == set()
    withdraw(1, REGISTRY, joined)
    sync(joined)
    assert queue(joined, works[:1]) == [3]
    sync_until_sent(joined)
    sync(joined)
    assert sorted(states(joined)) == ["accepted", "accepted", "withdrawn"]


def test_what_another_identity_claimed_is_not_claimed_over_it(
    joined: Services, registry: PracticeServer
) -> None:
    queue(joined, add_works(joined, 1))
    create_identity("The Tides", joined)
    use_identity("The Tides", joined)
    (over,) = claim([1], REGISTRY, joined)
    assert over.problem is not None
    assert "by Ana Sousa, and you sign as The Tides" in over.problem.message
    assert "Sign as Ana Sousa" in over.problem.advice
    withdraw(1, REGISTRY, joined)
    assert queue(joined, [1]) == [2]


def test_what_a_revoked_key_claimed_is_claimed_anew(
    joined: Services, registry: PracticeServer
) -> None:
    """Nobody can withdraw it any more, so nothing is waited for."""
    queue(joined, add_works(joined, 1))
    revoke("", "Stolen", joined)
    create_identity("Ana again", joined)
    use_identity("Ana again", joined)
    assert queue(joined, [1]) == [2]
    assert "supersedes" not in parse_json(entries(joined)[1].document)
