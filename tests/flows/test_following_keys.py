"""After a key was replaced: the new one speaks for what the old one signed, where that is known."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.errors import KeyProblem, Offline
from desktop.flows import asking
from desktop.flows.claiming import claim
from desktop.flows.conflicts import conflict_of
from desktop.flows.connecting import trust_offered
from desktop.flows.describing import WorkChanges, edit_works
from desktop.flows.hearing import Heard
from desktop.flows.identifying import create_identity, my_key, use_identity, who_am_i
from desktop.flows.payouts import newest_payout, propose, set_payout
from desktop.flows.renewing import revoke, rotate
from desktop.flows.responding import withdraw
from desktop.flows.syncing import check_registry, sync
from desktop.identity.key_notices import rotation_notice
from desktop.identity.keys import SigningKey
from desktop.model.payouts import PayoutKind
from desktop.practice.advance import advance
from desktop.practice.server import PracticeServer
from desktop.services import Services
from desktop.store import payouts, registries
from tests.practice.claimant import Claimant
from tests.studio import REGISTRY, add_works, assert_all_verify, mid_january, queue, rows

IBAN = "DE89370400440532013000"


def states(services: Services) -> list[str]:
    return [row.state.value for row in rows(services)]


def told(services: Services) -> list[tuple[str, int]]:
    """Return what the registry was told of keys, and whether it believes it."""
    with services.store.read() as connection:
        found = connection.execute(
            "SELECT kind, taken FROM key_tellings JOIN key_notices USING (notice_id) "
            "ORDER BY notice_id"
        )
        return [(row["kind"], row["taken"]) for row in found]


def lose_the_secret(services: Services, did: str) -> None:
    services.keys._open.pop(did)
    (services.library / "keys" / f"{did.removeprefix('did:key:')}.key.json").unlink()


def accepted(services: Services, count: int = 1) -> list[int]:
    """Let works be claimed and accepted; return their numbers."""
    works = add_works(services, count)
    queue(services, works)
    sync(services)
    assert states(services) == ["accepted"] * count
    return works


def test_the_new_key_replaces_a_claim_of_the_old_one(
    joined: Services, registry: PracticeServer
) -> None:
    """Told first, once; a reply that is lost makes it be told again, and changes nothing."""
    (work,) = accepted(joined)
    old = my_key(joined).did
    rotate("", "New computer", joined)
    rotate("", "And one more", joined)
    lose_the_secret(joined, old)
    assert claim([work], REGISTRY, joined)[0].already
    edit_works([work], WorkChanges(created="2024"), joined)
    assert queue(joined, [work]) == [2]
    registry.misbehave(["drop-after-commit:1@/keys"])
    ((_, problem),) = sync(joined).problems
    assert isinstance(problem, Offline)
    assert (told(joined), states(joined)) == ([], ["accepted", "queued"])
    heard: list[Heard] = []
    assert sync(joined, tell=heard.append).problems == []
    assert states(joined) == ["superseded", "accepted"]
    assert told(joined) == [("rotation", 1)] * 2
    assert [one.detail["state"] for one in heard if one.event == "key"] == ["replaced"] * 2
    heard.clear()
    assert sync(joined, tell=heard.append).problems == []
    assert heard == []
    assert_all_verify(joined)


def test_the_new_key_speaks_where_the_old_one_is_lost(
    joined: Services, registry: PracticeServer
) -> None:
    """What it signed still leaves, what it is told is heard, its money is seen, it is withdrawn."""
    accepted(joined)
    old = my_key(joined).did
    more = add_works(joined, 1, word="second")
    queue(joined, more)
    rotate("", "", joined)
    lose_the_secret(joined, old)
    assert sync(joined).problems == []
    assert states(joined) == ["accepted"] * 2
    ben = Claimant(registry.url, name="Ben Okafor")
    fingerprint = json.loads(_document(joined, 1))["fingerprint"]
    ben.submit(ben.claim("Mine", fingerprint=fingerprint))
    ben.events()
    assert sync(joined).problems == []
    assert conflict_of(1, REGISTRY, joined).me.name == "Ana Sousa"
    advance(joined.library.parent / "registry", 2, clock=mid_january)
    done = sync(joined)
    assert (done.problems, done.statements > 0) == ([], True)
    assert states(joined)[0] == "in_dispute"
    withdraw(1, REGISTRY, joined)
    assert sync(joined).problems == []
    assert states(joined)[0] == "withdrawn"
    assert_all_verify(joined)


def _document(services: Services, claim_id: int) -> bytes:
    with services.store.read() as connection:
        query = "SELECT document FROM claims WHERE claim_id = ?"
        return bytes(connection.execute(query, (claim_id,)).fetchone()["document"])


def test_what_waits_of_the_old_key_leaves_before_what_replaces_it(
    joined: Services, registry: PracticeServer
) -> None:
    check_registry(REGISTRY, joined)
    (work,) = add_works(joined, 1)
    queue(joined, [work])
    rotate("", "", joined)
    edit_works([work], WorkChanges(created="2024"), joined)
    queue(joined, [work])
    assert sync(joined).problems == []
    assert states(joined) == ["superseded", "accepted"]


def test_a_registry_that_knows_nothing_of_it_is_told_nothing(
    joined: Services, registry: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.stop()
    monkeypatch.setattr("desktop.practice.registry.KEY_NOTICES", False)
    registry.start()
    (work,) = accepted(joined)
    rotate("", "", joined)
    edit_works([work], WorkChanges(created="2024"), joined)
    (refused,) = claim([work], REGISTRY, joined)
    assert refused.problem is not None
    assert "lets only that key change it" in refused.problem.message
    assert (sync(joined).problems, told(joined)) == ([], [])
    withdraw(1, REGISTRY, joined)
    sync(joined)
    assert states(joined) == ["withdrawn"]


def test_a_registry_that_does_not_believe_it_is_not_spoken_to_with_the_new_key(
    joined: Services, registry: PracticeServer
) -> None:
    """Somebody who had the old key was there first: that is said, nothing is claimed over it."""
    (work,) = accepted(joined)
    old = my_key(joined)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    theirs = rotation_notice(old, SigningKey.generate(), reason="", created=moment).document
    Claimant(registry.url).send("POST", "/keys", json.loads(theirs))
    rotate("", "", joined)
    heard: list[Heard] = []
    assert sync(joined, tell=heard.append).problems == []
    (said,) = (one.detail["message"] for one in heard if one.event == "key")
    assert "Another key follows the old one already" in said
    assert told(joined) == [("rotation", 0)]
    edit_works([work], WorkChanges(created="2024"), joined)
    (refused,) = claim([work], REGISTRY, joined)
    assert refused.problem is not None
    assert sync(joined).problems == []
    assert len(told(joined)) == 1


def test_a_revocation_is_told_after_what_was_signed_before_and_ends_the_key_there(
    joined: Services, registry: PracticeServer
) -> None:
    """Also without its secret: the notice speaks for itself."""
    accepted(joined)
    stolen = my_key(joined)
    queue(joined, add_works(joined, 1, word="second"))
    revoke("", "Stolen", joined)
    assert sync(joined).problems == []
    assert states(joined) == ["accepted"] * 2
    assert told(joined) == [("revocation", 1)]
    thief = Claimant(registry.url, key=stolen)
    document = {"type": ["PayoutChannel"], "kind": "iban", "value": IBAN}
    document["created"] = "2026-01-15T12:00:00Z"
    assert thief.send("PUT", "/payout-channel", thief.sign(document)).status_code == 409
    assert thief.submit(thief.claim("Theirs"))[0]["problem"]["status"] == 409
    assert sync(joined).problems == []
    with pytest.raises(KeyProblem, match="was revoked"):
        withdraw(1, REGISTRY, joined)


def test_no_other_identity_is_named_when_a_key_is_told_of(
    joined: Services, registry: PracticeServer
) -> None:
    """A registry learns of the keys it has met, and those that follow them; of no other."""
    accepted(joined)
    create_identity("The Tides", joined)
    rotate("The Tides", "", joined)
    assert (sync(joined).problems, told(joined)) == ([], [])
    use_identity("The Tides", joined)
    sync(joined)
    rotate("", "", joined)
    sync(joined)
    assert told(joined) == [("rotation", 1)]
    assert who_am_i(joined) is not None


def test_the_new_keys_account_takes_the_place_of_one_that_waits(
    joined: Services, registry: PracticeServer
) -> None:
    accepted(joined)
    set_payout(propose(REGISTRY, PayoutKind.IBAN, IBAN, joined), IBAN, joined)
    rotate("", "", joined)
    account = "ana@example.org"
    set_payout(propose(REGISTRY, PayoutKind.PAYPAL, account, joined), account, joined)
    assert sync(joined).problems == []
    sync(joined)
    with joined.store.read() as connection:
        given = [(one.kind, one.state.value) for one in payouts.everything(connection)]
        registry_of = registries.by_name(connection, REGISTRY)
    assert given == [("paypal", "in_force"), ("iban", "replaced")]
    rotate("", "", joined)
    newest = newest_payout(registry_of, joined)
    assert newest is not None
    assert (newest.kind, newest.state.value) == ("paypal", "in_force")
    set_payout(propose(REGISTRY, PayoutKind.IBAN, IBAN, joined), IBAN, joined)
    sync(joined)
    sync(joined)
    with joined.store.read() as connection:
        states_now = [one.state.value for one in payouts.everything(connection)]
    assert states_now == ["in_force", "replaced", "replaced"]


def test_an_account_given_just_before_the_key_was_replaced_is_no_thiefs(
    joined: Services, registry: PracticeServer
) -> None:
    """The new key brings what the old one signed; the registry tells that it is in force."""
    accepted(joined)
    set_payout(propose(REGISTRY, PayoutKind.IBAN, IBAN, joined), IBAN, joined)
    rotate("", "", joined)
    sync(joined)
    sync(joined)
    with joined.store.read() as connection:
        assert payouts.not_mine(connection) == []
        (one,) = payouts.everything(connection)
    assert one.state.value == "in_force"


def test_where_the_whole_line_of_keys_is_dead_the_work_is_claimed_anew(
    joined: Services, registry: PracticeServer
) -> None:
    """Nobody could withdraw the claim of the first key, so nobody is told to."""
    (work,) = accepted(joined)
    rotate("", "", joined)
    sync(joined)
    revoke("", "Stolen", joined)
    assert sync(joined).problems == []
    create_identity("Ana again", joined)
    use_identity("Ana again", joined)
    assert queue(joined, [work]) == [2]


def test_a_registry_that_began_anew_is_told_anew(
    joined: Services, registry: PracticeServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It lost all it had, the keys too; what the old key had claimed is brought again."""
    accepted(joined)
    old = my_key(joined).did
    rotate("", "", joined)
    lose_the_secret(joined, old)
    assert sync(joined).problems == []
    registry.stop()
    shutil.rmtree(tmp_path / "registry")
    registry.start()
    sync(joined)
    trust_offered(REGISTRY, joined)
    monkeypatch.setattr(asking, "EVERY_S", -60)
    sync(joined)
    monkeypatch.undo()
    assert sync(joined).problems == []
    assert told(joined) == [("rotation", 1)] * 2
    assert states(joined) == ["accepted"]
