"""Asking: the letter says everything and renders nothing; a dispute is signed, queued and kept."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from desktop.errors import UsageProblem
from desktop.flows.checking import verify_library
from desktop.flows.questioning import ask_by_dispute, ask_by_letter, dispute_offer, draft_letter
from desktop.flows.syncing import sync
from desktop.flows.weighing import find_finding, list_findings
from desktop.identity.canonical import sha256_hex
from desktop.identity.proofs import methods_of_did_key, verify_document
from desktop.services import Services
from desktop.store import answers
from tests.doubtful import keep_statement, wrong_statement
from tests.payments.making import line
from tests.studio import REGISTRY, add_works, queue, rows, sync_until_sent


def numbers(services: Services) -> dict[str, str]:
    return {one.finding.check: one.finding_id for one in list_findings(services)}


def test_a_letter_says_what_where_and_from_which_document(studio: Services) -> None:
    studio.now = lambda: datetime(2026, 2, 10, tzinfo=UTC)
    evil = "<img src=x onerror=alert(1)>"
    made = wrong_statement()
    made = dataclasses.replace(
        made, lines=(made.lines[0], dataclasses.replace(made.lines[1], title=evil))
    )
    keep_statement(studio, made)
    known = numbers(studio)
    letter = draft_letter([known["A1"], known["A2"]], studio)
    assert find_finding(known["A1"], studio).decisions == ()
    for said in (
        "To Painters",
        "10 February 2026",
        "Question about statement S-1",
        "for 1 January 2026 to 31 January 2026 and found 2 things that do not agree",
        "Expected: 30.00 EUR",
        "Found: 31.00 EUR",
        f"- line 2, L-1: {evil}  20.00 EUR",
        f"without a signature: SHA-256 {sha256_hex(made.document)}",
        f"My reference: {known['A1']}, {known['A2']}",
        "Ana Sousa",
    ):
        assert said in letter.text
    assert "<img" not in letter.page
    assert "&lt;img src=x" in letter.page
    assert "<script" not in letter.page
    asked = ask_by_letter([known["A1"]], studio)
    kept = find_finding(known["A1"], studio)
    assert (kept.state, kept.decisions[0].channel) == ("asked", "letter")
    assert kept.decisions[0].words == asked.text
    assert kept.decisions[0].document == asked.page.encode()


def test_one_letter_is_about_one_statement(studio: Services) -> None:
    keep_statement(studio, wrong_statement())
    keep_statement(studio, wrong_statement(number="S-2"))
    both = [one.finding_id for one in list_findings(studio) if one.finding.check == "A1"]
    with pytest.raises(UsageProblem, match="one statement"):
        draft_letter(both, studio)
    with pytest.raises(UsageProblem, match="asked by letter"):
        dispute_offer(both[0], studio)


def test_a_dispute_is_signed_queued_sent_and_kept(joined: Services) -> None:
    """A line pays a third of a work of which all was claimed."""
    queue(joined, add_works(joined, 1))
    sync_until_sent(joined)
    (claim,) = rows(joined)
    third = line(0, Decimal("5.00"), gross=Decimal("15.00"), share="1/3", claim_number=claim.number)
    made = dataclasses.replace(wrong_statement(), lines=(third,), gross=Decimal("5.00"))
    keep_statement(joined, made, payer=REGISTRY)
    wrong_share = numbers(joined)["S3"]
    offer = ask_by_dispute(wrong_share, joined)
    assert (offer.claim_id, offer.subject) == (claim.claim_id, "share")
    kept = find_finding(wrong_share, joined)
    assert (kept.state, kept.decisions[0].channel) == ("asked", "dispute")
    with joined.store.read() as connection:
        (said,) = answers.entries(connection)
    assert said.document == kept.decisions[0].document
    document = json.loads(said.document)
    assert document["evidence"] == [
        {
            "kind": "statement",
            "sha256": sha256_hex(made.document),
            "date": "2026-02-03",
            "note": "Statement S-1, revision 1",
        }
    ]
    did = document["proof"]["verificationMethod"].partition("#")[0]
    verify_document(document, methods_of_did_key(did))
    assert not sync(joined).problems
    assert rows(joined)[0].state == "in_dispute"
    assert [check for check in verify_library(joined) if not check.ok] == []
