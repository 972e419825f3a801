"""Keys that follow one another: what the newer one may do, and what nobody may."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.identity.key_notices import revocation_notice, rotation_notice
from desktop.identity.keys import SigningKey
from desktop.practice.advance import Advanced
from desktop.practice.server import PracticeServer
from tests.practice.claimant import Claimant, Document, hash_of

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
STRANGER = SigningKey(bytes([7]) * 32)
IBAN = {"kind": "iban", "value": "DE89370400440532013000"}


def rotation(old: Claimant, new: Claimant) -> Document:
    return dict(json.loads(rotation_notice(old.key, new.key, reason="", created=NOW).document))


def revocation(key: SigningKey) -> Document:
    return dict(json.loads(revocation_notice(key, reason="", created=NOW).document))


def tell(by: Claimant, notice: Document) -> tuple[int, Any]:
    """Send a notice; return the status, and the key's state or the name of the problem."""
    response = by.send("POST", "/keys", notice)
    said = response.json()
    return response.status_code, said if response.ok else said["type"].rpartition(":")[2]


@pytest.fixture
def newer(server: PracticeServer) -> Claimant:
    """Ana's next key, of which the registry was not told."""
    return Claimant(server.url)


@pytest.fixture
def newest(server: PracticeServer) -> Claimant:
    """The key after that."""
    return Claimant(server.url)


def payout(by: Claimant, created: datetime = NOW) -> int:
    document = {"type": ["PayoutChannel"], **IBAN, "created": f"{created:%Y-%m-%dT%H:%M:%SZ}"}
    return by.send("PUT", "/payout-channel", by.sign(document)).status_code


def test_the_newest_key_of_a_line_speaks_for_the_first(
    server: PracticeServer, ana: Claimant, ben: Claimant, newer: Claimant, newest: Claimant
) -> None:
    first, other = ana.claim(), ana.claim("Harbour at dusk")
    ana.submit(first, other)
    ben.submit(ben.claim())
    ana.events()
    assert newest.send("GET", f"/claims/{hash_of(first)}").status_code == 404
    # In any order, by whoever has them, and again: the same.
    for notice in (rotation(newer, newest), rotation(ana, newer), rotation(ana, newer)):
        status, said = tell(ben, notice)
        assert (status, said["did"], said["status"]) == (200, notice["oldDid"], "replaced")
        assert said["successor"] == notice["newDid"]
    path = f"/claims/{hash_of(first)}"
    ben.events()
    assert newest.state(first)["status"] == "conflict"
    maintain = newest.saying("ConflictResponse", first, answer="maintain")
    assert newest.send("POST", f"{path}/responses", maintain).status_code == 200
    dispute = newest.saying("Dispute", first, subject="ownership")
    assert newest.send("POST", f"{path}/disputes", dispute).json()["status"] == "in_dispute"
    replacing = newest.claim("Harbour at dusk", supersedes=hash_of(other))
    newest.submit(replacing)
    assert [event["type"] for event in newest.events()] == ["claim.accepted"]
    assert newest.state(other)["status"] == "superseded"
    withdrawal = newest.saying("Withdrawal", first)
    assert newest.send("POST", f"{path}/withdrawal", withdrawal).json()["status"] == "withdrawn"
    told = newest.send("GET", f"/events?claimant={ana.key.did}").json()["events"]
    assert told == ana.events()
    assert [event["type"] for event in told][-2:] == ["claim.superseded", "claim.withdrawn"]


def test_an_older_key_never_speaks_for_a_newer_one_nor_for_itself_any_more(
    ana: Claimant, newer: Claimant
) -> None:
    old, mine = ana.claim(), newer.claim("Mine")
    (outcome,) = ana.submit(old)
    newer.submit(mine)
    signed_before = ana.claim("Signed before")
    tell(newer, rotation(ana, newer))
    newer.events()
    assert ana.send("GET", f"/claims/{hash_of(mine)}").status_code == 404
    assert ana.send("GET", f"/events?claimant={newer.key.did}").status_code == 404
    withdrawal = ana.saying("Withdrawal", old)
    path = f"/claims/{hash_of(old)}/withdrawal"
    assert ana.send("POST", path, withdrawal).status_code == 409
    assert payout(ana) == 409
    assert ana.submit(signed_before)[0]["problem"]["status"] == 409
    # It may read, and hear once more what it was told; the newer key brings what it signed.
    assert ana.state(old)["status"] == "under_review"
    assert ana.submit(old) == [outcome]
    assert "receipt" in newer.submit(signed_before)[0]
    assert newer.send("POST", path, withdrawal).json()["status"] == "withdrawn"
    over = ana.claim("Mine", supersedes=hash_of(mine))
    newer.submit(over)
    newer.send("GET", f"/events?claimant={ana.key.did}")
    assert newer.state(over)["status"] == "rejected"


def test_a_revoked_key_stays_dead(ana: Claimant, newer: Claimant, ben: Claimant) -> None:
    """Also what it signed long ago is not taken any more; what was taken stays."""
    kept, late = ana.claim("Kept"), ana.claim("Late")
    (outcome,) = ana.submit(kept)
    path = f"/claims/{hash_of(kept)}/withdrawal"
    status, said = tell(ben, revocation(ana.key))
    assert (status, said) == (200, {"did": ana.key.did, "status": "revoked"})
    assert tell(newer, rotation(ana, newer)) == (409, "wrong-state")
    assert tell(ana, rotation(ben, ana)) == (409, "wrong-state")
    assert newer.send("GET", f"/claims/{hash_of(kept)}").status_code == 404
    assert ana.send("POST", path, ana.saying("Withdrawal", kept)).status_code == 409
    assert payout(ana) == 409
    assert ana.submit(late, kept)[0]["problem"]["status"] == 409
    assert ana.submit(kept) == [outcome]
    assert [event["type"] for event in ana.events()] == ["claim.accepted"]


def test_whoever_follows_a_key_that_is_revoked_later_still_speaks_for_it(
    ana: Claimant, newer: Claimant
) -> None:
    kept, late = ana.claim("Kept"), ana.claim("Late")
    ana.submit(kept)
    signed_by_it = ana.saying("Withdrawal", kept)
    tell(newer, rotation(ana, newer))
    tell(newer, revocation(ana.key))
    path = f"/claims/{hash_of(kept)}/withdrawal"
    assert newer.send("POST", path, signed_by_it).status_code == 409
    assert newer.submit(late)[0]["problem"]["status"] == 409
    withdrawal = newer.saying("Withdrawal", kept)
    assert newer.send("POST", path, withdrawal).json()["status"] == "withdrawn"


def _forged(ana: Claimant, newer: Claimant) -> Document:
    thief = Claimant(newer.url, key=STRANGER)
    return {**rotation(thief, newer), "oldDid": ana.key.did}


def _for_another_key(ana: Claimant, newer: Claimant) -> Document:
    return {**rotation(ana, newer), "newDid": STRANGER.did}


def _signed_by_the_old_alone(ana: Claimant, newer: Claimant) -> Document:
    said = rotation(ana, newer)
    return {**said, "proof": [said["proof"][0]] * 2}


def _in_other_words(ana: Claimant, newer: Claimant) -> Document:
    return {**rotation(ana, newer), "reason": "stolen"}


@pytest.mark.parametrize(
    "forge", [_forged, _for_another_key, _signed_by_the_old_alone, _in_other_words]
)
def test_forged_notices_change_nothing(
    ana: Claimant, newer: Claimant, forge: Callable[[Claimant, Claimant], Document]
) -> None:
    claim = ana.claim()
    ana.submit(claim)
    assert tell(newer, forge(ana, newer)) == (422, "bad-proof")
    for one in (newer, Claimant(newer.url, key=STRANGER)):
        assert one.send("GET", f"/claims/{hash_of(claim)}").status_code == 404
    assert payout(ana) == 202


def test_lines_have_no_forks_and_no_circles(
    ana: Claimant, newer: Claimant, newest: Claimant
) -> None:
    assert tell(ana, rotation(ana, newer))[0] == 200
    assert tell(ana, rotation(ana, newest)) == (409, "wrong-state")
    assert tell(ana, rotation(newer, newest))[0] == 200
    assert tell(ana, rotation(newest, ana)) == (409, "wrong-state")
    twice = {**rotation(newest, ana), "newDid": newest.key.did}
    assert tell(ana, twice) == (422, "bad-proof")


def test_one_who_replaced_a_key_is_no_rival_of_themselves(
    ana: Claimant, newer: Claimant, ben: Claimant
) -> None:
    ana.submit(ana.claim())
    ana.events()
    tell(newer, rotation(ana, newer))
    newer.submit(newer.claim())
    assert [event["type"] for event in newer.events()] == ["claim.accepted"]
    ben.submit(ben.claim(shares=[ben.share("training", "1/2")]))
    (conflict,) = (event["conflict"] for event in ben.events())
    assert conflict["total"] == "3/2"


def test_money_follows_the_newest_word_of_the_claimant(
    ana: Claimant, newer: Claimant, pass_months: Callable[[int], Advanced]
) -> None:
    ana.submit(ana.claim())
    ana.events()
    tell(newer, rotation(ana, newer))
    assert payout(newer) == 202
    assert payout(newer, NOW - timedelta(days=1)) == 409
    newer.events()
    pass_months(3)
    told = ana.events()
    (statement, *_) = (event["statement"] for event in told if "statement" in event)
    path = f"/statements/{statement['number']}/{statement['revision']}"
    assert newer.send("GET", path).json()["payee"] == ana.key.did
    (remittance, *_) = (event["remittance"] for event in told if "remittance" in event)
    paid = newer.send("GET", f"/remittances/{remittance}").json()
    assert paid["channel"] == {"kind": "iban", "hint": "…3000"}
    assert newer.submit(newer.claim("Another"))
    assert Claimant(ana.url, key=STRANGER).send("GET", path).status_code == 404
