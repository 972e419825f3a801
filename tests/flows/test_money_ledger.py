"""Whatever is done with money, in whatever order: sums hold, and all of it can be taken back."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.errors import UsageProblem
from desktop.flows.finding_money import confirm, decline, propose
from desktop.flows.keeping_matches import set_aside, unmatch
from desktop.flows.matching_money import match
from desktop.flows.reconciling import list_payments, match_open
from desktop.flows.typed_money import add_entry, reverse_entry
from desktop.model.matches import MatchKind
from desktop.model.money import Money
from desktop.model.payments import PaymentState
from desktop.services import Services
from desktop.store import bank, journal, matches
from tests.flows.coming import PAYER, came, stated
from tests.studio import open_studio

TODAY = datetime(2026, 5, 1, 12, tzinfo=UTC)
STEPS = ("match", "confirm", "unmatch", "decline", "aside", "reverse")
RESTS = (None, None, MatchKind.FEE, MatchKind.TAX, MatchKind.OTHER)
# RESIDUALS_CASES=10000 makes a long run of it: each case is a library of its own.
cases = settings(max_examples=max(10, int(os.environ.get("RESIDUALS_CASES", "0")) // 20),
                 deadline=None)  # fmt: skip


@cases
@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(-30, 50).filter(bool), st.booleans()), min_size=1, max_size=5),
    st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 9), st.integers(0, 9)), max_size=12),
)
def test_the_sums_hold_and_everything_can_be_taken_back(
    owed: list[int], money: list[tuple[int, bool]], steps: list[tuple[str, int, int]]
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_studio(Path(folder) / "library", now=lambda: TODAY) as services,
    ):
        for number, minor in enumerate(owed, start=1):
            stated(services, f"ST-2026-{number:04}", f"{minor}", currency="JPY")
        for number, (minor, named) in enumerate(money):
            _money_came(services, number, minor, named)
        match_open(services)
        for name, one, other in steps:
            before = _holds(services)
            try:
                _STEPS[name](services, one, other)
            except UsageProblem:
                assert _holds(services) == before, "what is refused changes nothing"
        _take_everything_back(services)


def _money_came(services: Services, number: int, minor: int, named: bool) -> None:
    if number % 2:
        day = date(2026, 2, 20) + timedelta(days=number)
        add_entry(Money("JPY", minor), day, services, counterparty=PAYER if named else "")
    else:
        text = f"ST-2026-{number // 2 + 1:04}" if named else ""
        came(services, f"{minor}", text=text, who=PAYER, currency="JPY")


def _match(services: Services, one: int, other: int) -> None:
    payments = [other % 4 + 1, (other // 2) % 4 + 1]
    match(one % 5 + 1, payments, services, rest=RESTS[other % len(RESTS)])


def _confirm(services: Services, one: int, other: int) -> None:
    found = propose(services)
    if found:
        confirm(found[one % len(found)], services, rest=RESTS[other % len(RESTS)])


def _decline(services: Services, one: int, _other: int) -> None:
    found = propose(services)
    if found:
        decline(found[one % len(found)], services)


def _unmatch(services: Services, one: int, _other: int) -> None:
    with services.store.read() as connection:
        held = matches.live(connection)
    if held:
        unmatch(held[one % len(held)].match_id, services)


_STEPS: dict[str, Callable[[Services, int, int], object]] = {
    "match": _match,
    "confirm": _confirm,
    "decline": _decline,
    "unmatch": _unmatch,
    "aside": lambda services, one, _other: set_aside(one % 5 + 1, "", services),
    "reverse": lambda services, one, _other: reverse_entry(one % 5 + 1, services),
}


def _holds(services: Services) -> Any:
    """Check every sum; return all that is known of money."""
    with services.store.read() as connection:
        entries = bank.everything(connection)
        held = matches.live(connection)
        assert journal.first_break(connection) is None
        rows = connection.execute("SELECT sum(amount_minor) FROM money_matches").fetchone()[0]
    reversed_ = {one.reverses for one in entries}
    for one in entries:
        assert one.left is not None
        used = sum(match.amount.minor for match in held if match.entry_id == one.entry_id)
        gone = one.entry_id in reversed_ or one.reverses is not None
        assert one.left.minor == (0 if gone else one.entry.amount.minor - used)
        assert abs(used) <= abs(one.entry.amount.minor)
        assert used * one.entry.amount.minor >= 0
    assert (rows or 0) == sum(match.amount.minor for match in held), "what is gone adds up to 0"
    found = list_payments(services)
    for payment in found:
        assert payment.received + payment.named + payment.open == payment.stated
        settled = sum(one.settled.minor for one in payment.money)
        assert settled == payment.received.minor + payment.named.minor
        assert (payment.state is PaymentState.RECONCILED) is (payment.open.minor == 0)
        certain = any(not one.confirmed for one in payment.money)
        assert payment.open.minor >= 0 or certain, "the user cannot give more than is open"
        assert payment.received.minor >= 0, "nor take more back than came"
    return found, entries


def _take_everything_back(services: Services) -> None:
    """Undo match after match; then all is as if nothing had been matched."""
    for _ in range(100):
        with services.store.read() as connection:
            held = matches.live(connection)
        if not held:
            break
        unmatch(held[-1].match_id, services)
    payments, entries = _holds(services)
    assert {one.received.minor for one in payments} == {0}
    assert {one.open == one.stated for one in payments} == {True}
    reversed_ = {one.reverses for one in entries}
    for one in entries:
        if one.reverses is None and one.entry_id not in reversed_:
            assert one.left == one.entry.amount
