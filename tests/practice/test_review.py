"""Reviewing: what is accepted and rejected, what conflicts, and how conflicts end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from desktop.practice.advance import Advanced
from desktop.practice.iscc import distance_bits, read_unit
from desktop.practice.server import PracticeServer
from tests.practice.claimant import Claimant, fingerprint, hash_of, pixels_of

PassMonths = Callable[[int], Advanced]


def types(claimant: Claimant) -> list[str]:
    """Return the types of all events."""
    return [event["type"] for event in claimant.events()]


def in_conflict(ana: Claimant, ben: Claimant) -> tuple[dict[str, Any], dict[str, Any]]:
    """Have both claim the same bytes as wholly theirs."""
    mine, theirs = ana.claim(), ben.claim()
    ana.submit(mine)
    assert types(ana) == ["claim.accepted"]
    ben.submit(theirs)
    assert types(ben) == ["claim.conflict"]
    assert types(ana) == ["claim.accepted", "claim.conflict"]
    return mine, theirs


def answer(claimant: Claimant, claim: dict[str, Any], word: str) -> str:
    """Answer a conflict; return the claim's new status."""
    document = claimant.saying("ConflictResponse", claim, answer=word)
    response = claimant.send("POST", f"/claims/{hash_of(claim)}/responses", document)
    assert response.status_code == 200, response.text
    return str(response.json()["status"])


def test_a_sound_claim_is_accepted(ana: Claimant) -> None:
    claim = ana.claim()
    ana.submit(claim)
    event = ana.events()[0]
    assert (event["type"], event["claim"]) == ("claim.accepted", "PR-000001")
    assert event["claim_hash"] == hash_of(claim)
    state = ana.state(claim)
    assert [entry["status"] for entry in state["history"]] == ["under_review", "accepted"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("shares", "add up to 4/3"),
        ("instance", "contradicts itself"),
        ("content", "contradicts itself"),
        ("kind", "another kind"),
        ("not an ISCC", "contradicts itself"),
        ("fine shares", "too fine"),
    ],
)
def test_an_unsound_claim_is_rejected(ana: Claimant, fault: str, words: str) -> None:
    draft = ana.draft()
    prints, other = draft["fingerprint"], fingerprint("something else")
    match fault:
        case "shares":
            party = {"name": "Cleo"}
            draft["shares"].append(ana.share("training", "1/3", party=party, territories=["PT"]))
        case "fine shares":
            for prime in (999999999989, 999999999961, 999999999959):
                draft["shares"].append(ana.share("reference", f"1/{prime}"))
        case "instance":
            prints["datahash"] = other["datahash"]
        case "content":
            prints["units"][0] = other["units"][0]
        case "kind":
            draft["work"]["kind"] = "text"
        case _:
            prints["iscc"] = "ISCC:KAAAAAAAAA"
    ana.submit(ana.sign(draft))
    event = ana.events()[0]
    assert event["type"] == "claim.rejected"
    assert words in event["reason"]


def test_the_same_bytes_claimed_by_two_are_a_conflict(ana: Claimant, ben: Claimant) -> None:
    in_conflict(ana, ben)
    conflict = ben.events()[0]["conflict"]
    assert conflict == {
        "total": "2/1",
        "others": [
            {"name": "Ana Sousa", "share": "1/1", "right": "training"},
            {"name": "Ana Sousa", "share": "1/1", "right": "output"},
        ],
        "respond_by": "2026-02-14",
    }
    assert {other["name"] for other in ana.events()[1]["conflict"]["others"]} == {"Ben Okafor"}


def nearly(bits: int) -> bytes:
    """Return 32×32 pixels whose Image-Code is so many bits from that of "Harbour at dawn"."""
    pixels = bytearray(pixels_of("Harbour at dawn"))
    base = fingerprint("Harbour at dawn")["units"][0]
    for index in range(0, len(pixels), 3):
        pixels[index] = 255 - pixels[index]
        code = fingerprint("x", picture=bytes(pixels))["units"][0]
        if distance(base, code) >= bits:
            return bytes(pixels)
    raise AssertionError("no such picture found")


def distance(one: str, other: str) -> int:
    """Return how many of the first 64 bits differ."""
    return distance_bits(read_unit(one).digest[:8], read_unit(other).digest[:8])


@pytest.mark.parametrize(("bits", "conflicts"), [(1, True), (20, False)])
def test_nearly_the_same_picture(ana: Claimant, ben: Claimant, bits: int, conflicts: bool) -> None:
    ana.submit(ana.claim())
    ana.events()
    ben.submit(ben.claim(fingerprint=fingerprint("other bytes", picture=nearly(bits))))
    assert types(ben) == (["claim.conflict"] if conflicts else ["claim.accepted"])


def test_pictures_of_nothing_do_not_conflict(ana: Claimant, ben: Claimant) -> None:
    flat = bytes([128]) * 1024
    ana.submit(ana.claim(fingerprint=fingerprint("one", picture=flat)))
    ana.events()
    ben.submit(ben.claim(fingerprint=fingerprint("two", picture=flat)))
    assert types(ben) == ["claim.accepted"]


def test_shares_that_fit_do_not_conflict(ana: Claimant, ben: Claimant) -> None:
    both = [ana.share("training", "2/3"), ben.share("training", "1/3")]
    ana.submit(ana.claim(shares=both))
    ben.submit(ben.claim(shares=both))
    assert types(ana) == types(ben) == ["claim.accepted"]


def test_other_territories_and_times_do_not_conflict(ana: Claimant, ben: Claimant) -> None:
    early = ana.share("training", to="2026-01-01")
    portugal = ana.share("output", territories=["PT"])
    ana.submit(ana.claim(shares=[early, portugal]))
    late = ben.share("training", **{"from": "2026-01-01"})
    ben.submit(ben.claim(shares=[late, ben.share("output", territories=["DE", "FR"])]))
    assert types(ana) == types(ben) == ["claim.accepted"]


def test_revoking_ends_a_conflict(ana: Claimant, ben: Claimant) -> None:
    mine, theirs = in_conflict(ana, ben)
    assert answer(ben, theirs, "revoke") == "withdrawn"
    assert types(ben)[-1] == "claim.withdrawn"
    assert types(ana)[-1] == "claim.resolved"
    assert ana.state(mine)["status"] == "accepted"


def test_of_three_in_conflict_two_remain(
    server: PracticeServer, ana: Claimant, ben: Claimant
) -> None:
    mine, theirs = in_conflict(ana, ben)
    cleo = Claimant(server.url, name="Cleo")
    third = cleo.claim()
    cleo.submit(third)
    assert types(cleo) == ["claim.conflict"]
    assert cleo.events()[0]["conflict"]["total"] == "3/1"
    assert answer(ben, theirs, "revoke") == "withdrawn"
    assert ana.state(mine)["status"] == cleo.state(third)["status"] == "conflict"
    assert answer(cleo, third, "revoke") == "withdrawn"
    assert ana.state(mine)["status"] == "accepted"


def test_two_who_maintain_are_in_dispute(ana: Claimant, ben: Claimant) -> None:
    mine, theirs = in_conflict(ana, ben)
    assert answer(ana, mine, "maintain") == "conflict"
    assert answer(ben, theirs, "maintain") == "in_dispute"
    assert types(ana)[-1] == types(ben)[-1] == "claim.dispute"
    assert ana.state(mine)["status"] == "in_dispute"


def test_the_same_answer_again_changes_nothing(ana: Claimant, ben: Claimant) -> None:
    mine, _ = in_conflict(ana, ben)
    document = ana.saying("ConflictResponse", mine, answer="maintain")
    path = f"/claims/{hash_of(mine)}/responses"
    first = ana.send("POST", path, document)
    assert ana.send("POST", path, document).content == first.content


def test_an_updated_claim_ends_a_conflict(ana: Claimant, ben: Claimant) -> None:
    mine, theirs = in_conflict(ana, ben)
    assert answer(ben, theirs, "update") == "conflict"
    settled = [ana.share("training", "1/2"), ben.share("training", "1/2")]
    answer(ana, mine, "update")
    for claimant, old in ((ana, mine), (ben, theirs)):
        claimant.submit(claimant.claim(shares=settled, supersedes=hash_of(old)))
        claimant.events()
    ana.events()
    assert ana.state(mine)["status"] == ben.state(theirs)["status"] == "superseded"
    new = [e["claim_hash"] for c in (ana, ben) for e in c.events() if e["claim"] > "PR-000002"]
    for claimant in (ana, ben):
        for name in new:
            response = claimant.send("GET", f"/claims/{name}")
            assert response.status_code == 404 or response.json()["status"] == "accepted"


def test_a_claim_supersedes_only_ones_own(ana: Claimant, ben: Claimant) -> None:
    mine = ana.claim("one")
    ana.submit(mine)
    ben.submit(ben.claim("two", supersedes=hash_of(mine)))
    assert types(ben) == ["claim.rejected"]
    ana.submit(ana.claim("one", supersedes=hash_of(mine)))
    assert types(ana) == ["claim.accepted", "claim.accepted", "claim.superseded"]
    assert ana.state(mine)["status"] == "superseded"


def test_superseding_a_claim_never_seen_here(ana: Claimant) -> None:
    ana.submit(ana.claim(supersedes="0" * 64))
    assert types(ana) == ["claim.accepted"]


def test_withdrawal(ana: Claimant) -> None:
    claim = ana.claim()
    ana.submit(claim)
    path = f"/claims/{hash_of(claim)}/withdrawal"
    for reason in ("Sold.", "Sold, I said."):
        response = ana.send("POST", path, ana.saying("Withdrawal", claim, reason=reason))
        assert response.json()["status"] == "withdrawn"
    events = ana.events()
    assert [(event["type"], event["reason"]) for event in events] == [("claim.withdrawn", "Sold.")]


def test_a_dispute_holds_a_claim_until_it_is_closed(ana: Claimant, pass_months: PassMonths) -> None:
    claim = ana.claim()
    ana.submit(claim)
    path = f"/claims/{hash_of(claim)}/disputes"
    dispute = ana.saying("Dispute", claim, subject="ownership", note="See the contract.")
    assert ana.send("POST", path, dispute).status_code == 409
    ana.events()
    assert ana.send("POST", path, dispute).json()["status"] == "in_dispute"
    pass_months(3)
    assert types(ana)[:3] == ["claim.accepted", "claim.dispute", "claim.resolved"]


def test_what_nobody_answers_is_decided_for_the_first(
    ana: Claimant, ben: Claimant, pass_months: PassMonths
) -> None:
    mine, theirs = in_conflict(ana, ben)
    pass_months(2)
    assert ana.state(mine)["status"] == ben.state(theirs)["status"] == "in_dispute"
    pass_months(3)
    assert ana.state(mine)["status"] == "accepted"
    assert ben.state(theirs)["status"] == "rejected"


def test_documents_about_another_claim_are_refused(ana: Claimant, ben: Claimant) -> None:
    mine, theirs = in_conflict(ana, ben)
    path = f"/claims/{hash_of(mine)}/withdrawal"
    assert ana.send("POST", path, ana.saying("Withdrawal", theirs)).status_code == 422
    assert ana.send("POST", path, ben.saying("Withdrawal", mine)).status_code == 422
    assert ana.state(mine)["status"] == "conflict"


def test_only_a_conflict_can_be_answered(ana: Claimant) -> None:
    claim = ana.claim()
    ana.submit(claim)
    document = ana.saying("ConflictResponse", claim, answer="maintain")
    response = ana.send("POST", f"/claims/{hash_of(claim)}/responses", document)
    assert response.status_code == 409
