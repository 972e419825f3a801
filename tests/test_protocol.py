"""The quick check of documents lets nothing through that the thorough one refuses."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop import protocol
from tests.claims.test_draft import everything, full, in_detail, signed

CLAIMS = [json.loads(signed(made())) for made in (full, everything, in_detail)]
PROOF = CLAIMS[0]["proof"]
OFFER = {
    "type": ["OpenClaimsOffer"], "version": "1.0", "registry": "did:web:registry.example",
    "id": "PO-1", "revision": 1, "claimant": CLAIMS[0]["claimant"]["did"],
    "licensee": {"name": "Lumen", "did": "did:web:lumen.example"}, "uses": ["train", "output"],
    "works": {"claims": ["ab" * 32]},
    "price": {"model": "per-training", "amount": "0.40", "currency": "EUR"},
    "period": {"start": "2026-01-01", "end": "2027-01-01"}, "made": "2026-01-01T00:00:00Z",
    "open_until": "2026-02-01T00:00:00Z", "address": "https://lumen.example/licence",
    "note": "Hello", "proof": [PROOF, PROOF],
}  # fmt: skip
ANSWER = {
    "type": ["OfferAnswer"], "version": "1.0", "registry": "did:web:registry.example",
    "offer": "PO-1", "revision": 1, "offer_hash": "ab" * 32, "answer": "accept",
    "claims": ["cd" * 32], "created": "2026-01-02T00:00:00Z", "proof": PROOF,
}  # fmt: skip
DOCUMENTS = [*(("Claim", one) for one in CLAIMS), ("Offer", OFFER), ("OfferAnswer", ANSWER)]
ODD: st.SearchStrategy[Any] = st.sampled_from(
    ["", "1/3\n", "2026-02-30", "2026-02-29", "2024-02-29", "2026-01-31T12:34:56Z\n", "WORLD\n",
     "2026-01-31T25:00:00Z", "did:key:z6Mk\n", "x" * 600, "\ud83d", "\u0000", True, False, None, 0,
     1.0, -0.0, 2**63, 2**70, 1e400, float("nan"), [], {}, [[]], "unknown", "pt", "é" * 300]
)  # fmt: skip


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value in a document."""
    found = [path] if path else []
    if isinstance(document, dict):
        for name, inner in document.items():
            found += places(inner, (*path, name))
    elif isinstance(document, list):
        for index, inner in enumerate(document):
            found += places(inner, (*path, index))
    return found


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_both_checks_agree(data: st.DataObject) -> None:
    name, document = data.draw(st.sampled_from(DOCUMENTS))
    said = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(0, 2))):
        *way, last = data.draw(st.sampled_from(places(said)))
        target = said
        for step in way:
            target = target[step]
        if data.draw(st.booleans()):
            target[last] = data.draw(ODD)
        elif isinstance(target, dict):
            target.pop(last)
            target[str(last) + data.draw(st.sampled_from(["", " ", "x"]))] = data.draw(ODD)
    thorough = protocol.thorough_validator(name).is_valid(said)
    if protocol.is_surely_valid(name, said):
        assert thorough
    if not thorough:
        with pytest.raises(ValueError, match=f"Not a {name}"):
            protocol.check_document(name, said)
    else:
        protocol.check_document(name, said)


def test_the_quick_check_takes_what_is_right() -> None:
    """Else everything would be checked twice, and nothing gained."""
    for name, said in DOCUMENTS:
        assert protocol.is_surely_valid(name, said)
