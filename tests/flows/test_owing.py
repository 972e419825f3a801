"""What is owed, by age; what may come next; what the user decides; what is certain by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from desktop.errors import UsageProblem
from desktop.flows.owing import expected_next, mark_payment, owed
from desktop.flows.reconciling import list_payments, match_open
from desktop.model.matches import Mark
from desktop.model.money import Money
from desktop.model.owed import Age
from desktop.model.payments import PaymentState
from desktop.services import Services
from desktop.store import journal, registries
from tests.flows.coming import PAYER, came, payment, stated
from tests.studio import open_studio

TODAY = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Services]:
    """A library without an identity, on 1 May 2026."""
    with open_studio(tmp_path / "library", now=lambda: TODAY) as services:
        yield services


def test_owed_by_age_and_currency(books: Services) -> None:
    for number, amount, issued in (
        ("ST-2026-0001", "10.00", date(2026, 1, 15)),
        ("ST-2026-0002", "20.00", date(2026, 2, 15)),
        ("ST-2026-0003", "40.00", date(2026, 3, 15)),
        ("ST-2026-0004", "80.00", date(2026, 4, 15)),
    ):
        stated(books, number, amount, issued=issued, due=issued + timedelta(days=30))
    stated(books, "ST-2026-0009", "500", currency="JPY", issued=date(2026, 4, 15))
    came(books, "15.00", text="ST-2026-0002")
    came(books, "20.00", text="ST-2026-0002 thank you")
    assert match_open(books) == 1
    euro, yen = owed(books)
    assert (euro.registry, euro.total, euro.late) == (
        PAYER,
        Money("EUR", 13000),
        Money("EUR", 5000),
    )
    assert dict(euro.by_age) == {
        Age.TO_30: Money("EUR", 8000),
        Age.TO_60: Money("EUR", 4000),
        Age.TO_90: Money("EUR", 0),
        Age.OVER_90: Money("EUR", 1000),
    }
    assert yen.total == Money("JPY", 500)
    assert owed(books, registry="Nobody") == []


def test_a_second_entry_that_fits_leaves_it_to_the_user(books: Services) -> None:
    """Whichever came first: nobody can tell which of the two it is."""
    stated(books, "ST-2026-0001", "20.00")
    came(books, "20.00", text="ST-2026-0001")
    assert (match_open(books), payment(books, "ST-2026-0001").state) == (1, PaymentState.RECONCILED)
    came(books, "20.00", text="ST-2026-0001")
    assert match_open(books) == 0
    assert payment(books, "ST-2026-0001").received == Money("EUR", 0)
    with books.store.read() as connection:
        assert journal.first_break(connection) is None


def test_money_of_an_earlier_revision_counts_for_the_corrected_one(books: Services) -> None:
    stated(books, "ST-2026-0001", "20.00")
    came(books, "20.00", text="ST-2026-0001")
    match_open(books)
    stated(books, "ST-2026-0001", "25.00", revision=2)
    assert match_open(books) == 0
    (found,) = list_payments(books)
    assert (found.received, found.open) == (Money("EUR", 2000), Money("EUR", 500))
    assert found.state is PaymentState.PART_PAID


def test_late_by_the_terms_of_the_registry(books: Services) -> None:
    stated(books, "ST-2026-0001", "20.00", issued=date(2026, 4, 1), due=date(2026, 4, 11))
    assert payment(books, "ST-2026-0001").late_days == 20
    with books.store.write() as tx:
        payer = registries.by_name(tx, PAYER)
        registries.set_options(tx, payer.registry_id, {"payment_terms_days": 45})
    found = payment(books, "ST-2026-0001")
    assert (found.state, found.late_days) == (PaymentState.STATED, 0)
    assert found.pay_by == date(2026, 5, 16)


def test_what_the_user_decides(books: Services) -> None:
    number = stated(books, "ST-2026-0001", "20.00")
    with pytest.raises(UsageProblem, match="Say why"):
        mark_payment(number, Mark.HELD, " ", books)
    with pytest.raises(UsageProblem, match="no payment 99"):
        mark_payment(99, Mark.VOID, "x", books)
    held = mark_payment(number, Mark.HELD, "a dispute about Picture 0", books)
    assert (held.state, held.reason) == (PaymentState.HELD, "a dispute about Picture 0")
    assert held.late_days == 0, "what is held is not overdue"
    (one,) = owed(books)
    assert (one.total.minor, one.held.minor) == (0, 2000)
    assert mark_payment(number, Mark.VOID, "they went out of business", books).state == "void"
    assert owed(books) == []
    assert mark_payment(number, Mark.NONE, "", books).state is PaymentState.OVERDUE


def test_the_next_payment_is_a_range_from_the_past(books: Services) -> None:
    for month, amount in enumerate(("10.00", "14.00", "12.00"), start=1):
        assert expected_next(books) == []
        issued = date(2026, month, 3)
        stated(books, f"ST-{month}", amount, issued=issued, due=issued + timedelta(days=25))
    (found,) = expected_next(books)
    assert (found.low.minor, found.middle.minor, found.high.minor) == (1000, 1200, 1400)
    assert found.based_on == 3
    assert date(2026, 4, 20) <= found.earliest <= found.latest <= date(2026, 5, 5)
    with books.store.write() as tx:
        payer = registries.by_name(tx, PAYER)
        registries.set_options(tx, payer.registry_id, {"minimum_payout": "13.00 EUR"})
    (found,) = expected_next(books)
    assert (found.low.minor, found.middle.minor, found.high.minor) == (0, 0, 1400)
    assert not found.carried


def test_a_payer_that_fell_silent_is_not_expected(books: Services) -> None:
    for number in range(4):
        stated(books, f"ST-{number}", "10.00", issued=date(2025, 1 + number, 3))
    assert expected_next(books) == []
