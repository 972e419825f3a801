"""A dispute at the registry holds money that was not sent yet, until the registry resolves it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.claims.answer import Subject
from desktop.flows.owing import mark_payment
from desktop.flows.reconciling import list_payments
from desktop.flows.responding import dispute, withdraw
from desktop.flows.syncing import add_registry, sync
from desktop.model.matches import Mark
from desktop.model.payments import Payment, PaymentState
from desktop.practice.advance import advance
from desktop.practice.server import PracticeServer
from desktop.services import Services
from tests.studio import (
    REGISTRY,
    add_works,
    mid_january,
    open_studio,
    queue,
    settle,
    sync_until_sent,
)


@pytest.fixture
def rival(tmp_path: Path, registry: PracticeServer) -> Iterator[Services]:
    """Somebody else with the same picture, at the same registry."""
    with open_studio(tmp_path / "rival") as services:
        settle(services, "Ben Okafor")
        add_registry(REGISTRY, registry.url, services)
        yield services


def open_payment(services: Services) -> Payment:
    """Return the payment of which nothing was sent; those that were sent are held by nothing."""
    found = list_payments(services)
    assert all(not one.disputed for one in found if one.remitted.minor)
    (awaited,) = [one for one in found if not one.remitted.minor and one.stated.minor]
    return awaited


def test_a_dispute_holds_what_was_not_sent_until_it_is_resolved(
    joined: Services, rival: Services, tmp_path: Path
) -> None:
    queue(joined, add_works(joined, 2))
    sync_until_sent(joined)
    advance(tmp_path / "registry", 2, clock=mid_january)
    sync(joined)
    before = open_payment(joined)
    assert before.state in (PaymentState.STATED, PaymentState.OVERDUE)

    queue(rival, add_works(rival, 1))
    sync(rival)
    dispute(1, REGISTRY, Subject.AUTHORSHIP, rival)
    sync(rival)
    sync(joined)
    held = open_payment(joined)
    assert (held.state, len(held.disputed), held.late_days) == (PaymentState.HELD, 1, 0)

    dispute(1, REGISTRY, Subject.AUTHORSHIP, joined)
    sync(joined)
    assert open_payment(joined).state is PaymentState.DISPUTED
    mark_payment(held.payment_id, Mark.VOID, "I give it up", joined)
    said = open_payment(joined)
    assert (said.state, said.disputed) == (PaymentState.VOID, ())
    mark_payment(held.payment_id, Mark.NONE, "", joined)

    withdraw(1, REGISTRY, rival)
    sync(rival)
    sync(joined)
    assert open_payment(joined) == before
