"""Which money is which: only what is certain matches by itself; states are derived."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.model.money import Money
from desktop.model.payments import BankEntry, PaymentState
from desktop.payments.matching import Arrived, Awaited, certain_matches
from desktop.payments.states import payment_state, received_parts

DAY = date(2026, 2, 23)


def awaited(
    key: int = 1, minor: int = 100, *, external_id: str = "PM-202601-0001", currency: str = "EUR"
) -> Awaited:
    return Awaited(
        key=key,
        external_id=external_id,
        reference="PS-202601-0001",
        amount=Money(currency, minor),
    )


def arrived(
    key: int = 1, minor: int = 100, *, end_to_end: str = "", text: str = "", currency: str = "EUR"
) -> Arrived:
    entry = BankEntry(
        account="DE1",
        bank_reference=str(key),
        booked_on=DAY,
        amount=Money(currency, minor),
        reference=text,
        end_to_end_id=end_to_end,
    )
    return Arrived(key=key, entry=entry)


@pytest.mark.parametrize(
    "fitting",
    [
        arrived(end_to_end="PM-202601-0001"),
        arrived(text="Payment PM-202601-0001, thank you"),
        arrived(text="pm 202601 0001"),
        arrived(text="REF PS-202601-0001"),
        arrived(text="PS2026 01-0001"),
    ],
)
def test_amount_and_reference_agree(fitting: Arrived) -> None:
    (match,) = certain_matches([awaited()], [fitting])
    assert (match.awaited, match.arrived, match.amount) == (1, 1, Money("EUR", 100))


@pytest.mark.parametrize(
    "other",
    [
        arrived(minor=101, end_to_end="PM-202601-0001"),
        arrived(minor=99, end_to_end="PM-202601-0001"),
        arrived(minor=-100, end_to_end="PM-202601-0001"),
        arrived(currency="USD", end_to_end="PM-202601-0001"),
        arrived(),
        arrived(text="Account fee"),
        arrived(end_to_end="PM-202601-0002"),
        arrived(text="PM-202601-000"),
        arrived(text="PM-202601-00012"),
    ],
)
def test_anything_else_does_not_match_by_itself(other: Arrived) -> None:
    assert certain_matches([awaited()], [other]) == []


def test_two_that_fit_are_left_to_the_user() -> None:
    twins = [arrived(key, end_to_end="PM-202601-0001") for key in (1, 2)]
    assert certain_matches([awaited()], twins) == []


def test_an_entry_that_two_wait_for_is_left_to_the_user() -> None:
    wanted = [awaited(1), awaited(2)]
    assert certain_matches(wanted, [arrived(end_to_end="PM-202601-0001")]) == []


def test_short_references_prove_nothing() -> None:
    short = Awaited(key=1, external_id="7", reference="A-1", amount=Money("EUR", 100))
    assert certain_matches([short], [arrived(text="invoice 7 of A-1")]) == []
    assert len(certain_matches([short], [arrived(end_to_end="7")])) == 1


@pytest.mark.parametrize(
    ("stated", "remitted", "received", "late", "expected"),
    [
        (100, 0, 0, False, PaymentState.STATED),
        (100, 0, 0, True, PaymentState.OVERDUE),
        (100, 100, 0, False, PaymentState.PAID),
        (100, 100, 0, True, PaymentState.PAID),
        (100, 40, 0, False, PaymentState.PART_PAID),
        (100, 100, 40, False, PaymentState.PART_PAID),
        (100, 40, 40, True, PaymentState.PART_PAID),
        (100, 100, 100, False, PaymentState.RECONCILED),
        (100, 100, 100, True, PaymentState.RECONCILED),
        (0, 0, 0, True, PaymentState.NOTHING_DUE),
        (-5, 0, 0, True, PaymentState.NOTHING_DUE),
        (100, 0, 100, True, PaymentState.RECONCILED),
        (100, 0, 40, True, PaymentState.PART_PAID),
        (100, 0, 140, False, PaymentState.PAID),
    ],
)
def test_states(
    stated: int, remitted: int, received: int, late: bool, expected: PaymentState
) -> None:
    state = payment_state(
        stated=Money("EUR", stated),
        remitted=Money("EUR", remitted),
        received=Money("EUR", received),
        due=DAY,
        today=DAY + timedelta(days=1 if late else 0),
    )
    assert state is expected


@given(
    st.lists(st.integers(min_value=-500, max_value=10**7), min_size=1, max_size=6),
    st.integers(min_value=0, max_value=10**8),
)
def test_what_arrived_is_divided_without_rest(parts: list[int], matched: int) -> None:
    divided = received_parts(parts, matched)
    assert sum(divided) == matched
    assert len(divided) == len(parts)
    assert received_parts(parts, sum(parts)) == parts
