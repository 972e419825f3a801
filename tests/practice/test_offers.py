"""Offers of the fictitious licensee: made as months pass, answered once, and paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from desktop.identity.canonical import canonical_bytes
from desktop.identity.proofs import methods_of_did_key, verify_document
from desktop.model.times import to_rfc3339
from desktop.practice.advance import Advanced
from desktop.practice.server import PracticeServer
from tests.practice.claimant import Claimant, Document, hash_of

Pass = Callable[[int], Advanced]


def entries(ana: Claimant) -> list[Document]:
    """Return what is offered, page by page."""
    found, after, more = list[Document](), "", True
    while more:
        page = ana.send("GET", f"/offers?limit=1{after}").json()
        found += page["entries"]
        after, more = f"&after={page['next']}", page["more"]
    return found


def answer(
    ana: Claimant, offer: Document, said: str = "accept", *claims: Document, **changes: Any
) -> Any:
    """Send a signed answer; return the response."""
    document = {
        "type": ["OfferAnswer"],
        "version": "1.0",
        "registry": offer["registry"],
        "offer": offer["id"],
        "revision": offer["revision"],
        "offer_hash": hash_of(offer),
        "answer": said,
        "created": to_rfc3339(datetime.now(UTC)),
        **({"claims": [hash_of(claim) for claim in claims]} if claims else {}),
        **changes,
    }
    return ana.send("POST", f"/offers/{offer['id']}/answer", ana.sign(document))


@pytest.fixture
def claims(ana: Claimant) -> list[Document]:
    """Two claims that were accepted."""
    made = [ana.claim("One"), ana.claim("Two")]
    ana.submit(*made)
    ana.events()
    return made


def test_offers_come_change_and_go(
    ana: Claimant, claims: list[Document], pass_months: Pass
) -> None:
    pass_months(3)
    first, better, output, withdrawn = entries(ana)
    assert [first["offer"]["revision"], better["offer"]["revision"]] == [1, 2]
    assert (first["offer"]["works"], output["offer"]["uses"]) == ({"all": True}, ["output"])
    assert withdrawn["withdrawn"]["id"] == output["offer"]["id"]
    unsigned = {name: value for name, value in first["offer"].items() if name != "proof"}
    signers = (first["offer"]["registry"], first["offer"]["licensee"]["did"])
    for did, proof in zip(signers, first["offer"]["proof"], strict=True):
        verify_document({**unsigned, "proof": proof}, methods_of_did_key(did))


def test_a_yes_counts_once_and_is_paid(
    ana: Claimant, claims: list[Document], pass_months: Pass
) -> None:
    pass_months(1)
    (entry,) = entries(ana)
    offer = entry["offer"]
    signed = answer(ana, offer, "accept", claims[0])
    assert signed.status_code == 200, signed.text
    again = ana.session.send(signed.request.copy())
    assert canonical_bytes(again.json()) == signed.content, "the same answer, the same receipt"
    assert answer(ana, offer, "decline").status_code == 409
    pass_months(4)
    paid = [
        line
        for statement in ana.statements()
        for line in statement["lines"]
        if line.get("offer") == offer["id"]
    ]
    assert [(line["claim_hash"], line["gross"]) for line in paid] == [(hash_of(claims[0]), "0.40")]
    assert ana.session.send(signed.request.copy()).content == signed.content, "also when it is over"


def test_what_cannot_be_answered(
    ana: Claimant,
    ben: Claimant,
    claims: list[Document],
    pass_months: Pass,
    server: PracticeServer,
) -> None:
    pass_months(1)
    (entry,) = entries(ana)
    offer = entry["offer"]
    assert answer(ben, offer, "decline").status_code == 404
    assert ben.send("GET", f"/offers?claimant={ana.key.did}").status_code == 404
    assert answer(ana, offer, "accept", ben.claim("Ben's")).status_code == 422
    assert answer(ana, offer, "decline", offer_hash="0" * 64).status_code == 422
    assert answer(ana, offer, "decline", registry=ben.key.did).status_code == 422
    pass_months(1)
    assert "changed" in answer(ana, offer, "accept", claims[0]).json()["detail"]
    single = next(one["offer"] for one in entries(ana) if one["offer"]["uses"] == ["output"])
    (other,) = [one for one in claims if hash_of(one) not in single["works"]["claims"]]
    assert answer(ana, single, "accept", other).status_code == 422
    pass_months(1)
    assert "withdrawn" in answer(ana, single, "decline").json()["detail"]
    better = next(one["offer"] for one in entries(ana) if one["offer"].get("revision") == 2)
    pass_months(1)
    assert "over" in answer(ana, better, "accept", claims[0]).json()["detail"]
