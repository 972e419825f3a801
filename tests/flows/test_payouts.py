"""Where to pay: asked twice, sent once, in force when confirmed, and nobody else's unnoticed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.errors import KeyProblem, UsageProblem
from desktop.flows.checking import verify_library
from desktop.flows.hearing import Heard
from desktop.flows.identifying import my_key
from desktop.flows.payouts import checked_value, it_was_me, propose, set_payout
from desktop.flows.syncing import add_registry, check_registry, sync
from desktop.model.payouts import Payout, PayoutKind, PayoutState, read_value, shown_value
from desktop.practice.server import PracticeServer
from desktop.services import Services
from desktop.store import payouts
from tests.practice.claimant import Claimant
from tests.registries.hub import Hub
from tests.studio import REGISTRY, open_studio

IBAN = "DE89370400440532013000"
OTHER = "GB82WEST12345698765432"


def given(services: Services) -> list[tuple[str, str]]:
    with services.store.read() as connection:
        return [(one.value or "?", one.state.value) for one in payouts.everything(connection)]


def pay_to(services: Services, value: str = IBAN, kind: PayoutKind = PayoutKind.IBAN) -> Payout:
    return set_payout(propose(REGISTRY, kind, value, services), value, services)


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (PayoutKind.IBAN, "de89 3704 0044 0532 0130 00", IBAN),
        (PayoutKind.IBAN, "NO93 8601 1117 947", "NO9386011117947"),
        (PayoutKind.PAYMENT_POINTER, "$wallet.example/ana", "$wallet.example/ana"),
        (PayoutKind.PAYMENT_POINTER, "$Wallet.example/", ""),
        (PayoutKind.PAYMENT_POINTER, "$wallet.example/", "$wallet.example"),
        (PayoutKind.PAYMENT_POINTER, "$wallet.example:8080/ana", ""),
        (PayoutKind.PAYMENT_POINTER, "$ana@wallet.example", ""),
        (PayoutKind.PAYMENT_POINTER, "$wallet.example/ana?x=1", ""),
        (PayoutKind.PAYMENT_POINTER, "$wallet.example/ana#x", ""),
        (PayoutKind.PAYMENT_POINTER, "$wallet.example/../x", ""),
        (PayoutKind.PAYMENT_POINTER, "https://wallet.example/ana", ""),
        (PayoutKind.PAYMENT_POINTER, "$localhost/ana", ""),
        (PayoutKind.PAYPAL, " ana@example.org ", "ana@example.org"),
        (PayoutKind.PAYPAL, "ana@example", ""),
        (PayoutKind.STRIPE, "acct_1A2b3C4d5E6f7G8h", "acct_1A2b3C4d5E6f7G8h"),
        (PayoutKind.STRIPE, "sk_live_1A2b3C4d5E6f7G8h", ""),
        (PayoutKind.IBAN, "DE89 3704 0044 0532 0130 01", ""),
        (PayoutKind.IBAN, "", ""),
        (PayoutKind.IBAN, "9" * 5000, ""),
    ],
)
def test_forms(kind: PayoutKind, typed: str, value: str) -> None:
    """What the practice registry takes and refuses agrees; a refusal says what is right."""
    if value:
        assert read_value(kind, typed) == value
        return
    with pytest.raises(UsageProblem) as caught:
        checked_value(kind, typed)
    assert "looks like" in caught.value.advice or "wants" in caught.value.advice
    assert len(caught.value.message) < 120


def test_shown_as_on_paper() -> None:
    assert shown_value(PayoutKind.IBAN, IBAN) == "DE89 3704 0044 0532 0130 00"
    assert shown_value(PayoutKind.PAYPAL, "ana@example.org") == "ana@example.org"


def test_in_force_only_once_the_registry_confirmed_it(joined: Services) -> None:
    """Sent with one sync; the practice registry confirms with its next look, the feed tells."""
    queued = pay_to(joined)
    assert (queued.state, queued.hint) == (PayoutState.QUEUED, "…3000")
    heard: list[Heard] = []
    sync(joined, tell=heard.append)
    states = [one.detail["state"] for one in heard if one.event == "payout"]
    sync(joined, tell=heard.append)
    assert given(joined) == [(IBAN, "in_force")]
    assert states == ["sent"]
    before = len(heard)
    sync(joined, tell=heard.append)
    assert not [one for one in heard[before:] if one.event == "payout"]


def test_a_change_replaces_what_was_in_force_only_once_confirmed(joined: Services) -> None:
    pay_to(joined)
    sync(joined)
    sync(joined)
    proposal = propose(REGISTRY, PayoutKind.IBAN, OTHER, joined)
    assert proposal.before is not None
    assert proposal.before.value == IBAN
    set_payout(proposal, OTHER, joined)
    assert given(joined) == [(OTHER, "queued"), (IBAN, "in_force")]
    sync(joined)
    assert given(joined) == [(OTHER, "sent"), (IBAN, "in_force")]
    sync(joined)
    assert given(joined) == [(OTHER, "in_force"), (IBAN, "replaced")]


def test_two_changes_offline_send_only_the_last(joined: Services, registry: PracticeServer) -> None:
    pay_to(joined)
    pay_to(joined, "ana@example.org", PayoutKind.PAYPAL)
    heard: list[Heard] = []
    sync(joined, tell=heard.append)
    assert given(joined) == [("ana@example.org", "sent"), (IBAN, "replaced")]
    assert [one.detail["payout"] for one in heard if one.event == "payout"] == ["paypal"]


@pytest.mark.parametrize("again", [OTHER, "DE89", "", IBAN[:-1]])
def test_typed_differently_the_second_time_changes_nothing(joined: Services, again: str) -> None:
    with pytest.raises(UsageProblem, match="second time"):
        set_payout(propose(REGISTRY, PayoutKind.IBAN, IBAN, joined), again, joined)
    assert given(joined) == []


def test_only_whose_key_is_open_changes_it(tmp_path: Path, joined: Services) -> None:
    """The key file's password is needed again in a new session."""
    library = joined.library
    proposal = propose(REGISTRY, PayoutKind.IBAN, IBAN, joined)
    joined.close()
    with open_studio(library, password="not the password") as thief:
        with pytest.raises(KeyProblem):
            set_payout(proposal, IBAN, thief)
        assert given(thief) == []


def test_an_interrupted_send_is_sent_again_and_never_after_a_newer_one(joined: Services) -> None:
    first = pay_to(joined)
    with joined.store.write() as tx:
        payouts.mark_sending(tx, first.payout_id)
    pay_to(joined, OTHER)
    with joined.store.write() as tx:
        payouts.recover(tx)
    assert given(joined) == [(OTHER, "queued"), (IBAN, "replaced")]
    sync(joined)
    sync(joined)
    assert given(joined) == [(OTHER, "in_force"), (IBAN, "replaced")]


def test_a_lost_reply_waits_and_is_asked_again(joined: Services, registry: PracticeServer) -> None:
    check_registry(REGISTRY, joined)
    pay_to(joined)
    registry.misbehave(["drop-after-commit@/payout-channel"])
    assert sync(joined).problems
    [(value, state)] = given(joined)
    assert (value, state) == (IBAN, "queued")
    registry.misbehave([])
    sync(joined)
    sync(joined)
    assert given(joined) == [(IBAN, "in_force")]


@pytest.fixture
def at_a_hub(studio: Services) -> Iterator[Services]:
    """The studio, with an ISCC-HUB that was checked."""
    with Hub() as hub:
        add_registry(REGISTRY, hub.url, studio, kind="iscc_hub")
        check_registry(REGISTRY, studio)
        yield studio


@pytest.fixture
def elsewhere(joined: Services, registry: PracticeServer) -> Claimant:
    """Whoever else has my key, at the same registry."""
    return Claimant(registry.url, key=my_key(joined))


def other_channel(claimant: Claimant, value: str, created: str) -> None:
    document = claimant.sign(
        {"type": ["PayoutChannel"], "kind": "iban", "value": value, "created": created}
    )
    assert claimant.send("PUT", "/payout-channel", document).status_code == 202


def test_an_account_that_was_not_given_here_is_told(joined: Services, elsewhere: Claimant) -> None:
    other_channel(elsewhere, OTHER, "2026-01-15T12:00:00Z")
    sync(joined)
    sync(joined)
    assert given(joined) == [("?", "not_mine")]
    assert it_was_me(REGISTRY, joined) == 1
    assert given(joined) == [("?", "seen")]
    assert it_was_me(REGISTRY, joined) == 0


def test_an_account_given_elsewhere_after_mine_is_told(
    joined: Services, elsewhere: Claimant
) -> None:
    """Mine is asked about, and refused, for it is older than the one in force."""
    pay_to(joined)
    sync(joined)
    sync(joined)
    other_channel(elsewhere, OTHER, "2026-11-30T12:00:00Z")
    sync(joined)
    sync(joined)
    with joined.store.read() as connection:
        [mine] = payouts.everything(connection)
    assert mine.state is PayoutState.REFUSED
    assert "somebody may have your key" in mine.last_problem


def test_verified_and_journalled_without_the_number(joined: Services) -> None:
    pay_to(joined)
    sync(joined)
    checks = {check.check: check for check in verify_library(joined)}
    assert all(check.ok for check in checks.values())
    assert checks["payout accounts"].detail == "The one signature verifies."
    with joined.store.read() as connection:
        told = [
            (row["action"], json.loads(row["detail"]))
            for row in connection.execute("SELECT * FROM journal ORDER BY seq")
            if row["action"].startswith("payout")
        ]
    detail = {"kind": "iban", "ends_in": "…3000"}
    assert told == [("payout.set", detail), ("payout.sent", detail)]
    with joined.store.write() as tx:
        changed = "CAST(replace(CAST(document AS TEXT), 'DE89', 'DE88') AS BLOB)"
        tx.execute(f"UPDATE payout_channels SET document = {changed}")
    assert not next(c for c in verify_library(joined) if c.check == "payout accounts").ok


def test_a_registry_that_pays_nothing(at_a_hub: Services) -> None:
    with pytest.raises(UsageProblem, match="pays nothing"):
        propose(REGISTRY, PayoutKind.IBAN, IBAN, at_a_hub)
