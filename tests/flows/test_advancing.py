"""Advances, reserves, tax and VAT over statements, and what the checks know of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from desktop.errors import UsageProblem
from desktop.flows.advancing import (
    add_advance,
    payer_balances,
    set_withholding,
    take_back_advance,
)
from desktop.flows.dividing import allocations
from desktop.flows.knowing import known_of
from desktop.model.payments import Deduction
from desktop.payments.checks import check_statement
from desktop.services import Services
from desktop.store import journal, registries, statements
from tests.flows.sharing import PAYER, eur, pay, shared_work

YEAR = 2026


def found(services: Services, payment_id: int) -> set[str]:
    """Return the checks of deductions that do not hold of a statement."""
    with services.store.read() as connection:
        statement = statements.get(connection, payment_id)
        registry = registries.by_name(connection, PAYER)
    known = known_of(registry, statement, services)
    return {one.check for one in check_statement(statement, known) if one.check[0] == "T"}


def month(number: int) -> date:
    return date(YEAR + (number - 1) // 12, (number - 1) % 12 + 1, 1)


def test_an_advance_over_statements(studio: Services) -> None:
    first = pay(studio, {0: "70"}, number="S-1", month=month(1), recouped="70")
    assert found(studio, first) == set()
    advance = add_advance(
        PAYER, "100.00", "EUR", studio, on=date(YEAR, 2, 2), terms="for the new songs"
    )
    second = pay(studio, {0: "70"}, number="S-2", month=month(2), recouped="70")
    third = pay(studio, {0: "70"}, number="S-3", month=month(3), recouped="30.01")
    assert [found(studio, one) for one in (first, second, third)] == [set(), set(), {"T3"}]
    [balance] = payer_balances(studio)
    assert (balance.advanced, balance.advance_left) == (Decimal(100), Decimal("-0.01"))
    take_back_advance(advance.advance_id, studio)
    assert found(studio, third) == set()
    with pytest.raises(UsageProblem, match="taken back already"):
        take_back_advance(advance.advance_id, studio)
    for payer, amount, why in (
        ("Nobody", "1", "no registry called"),
        (PAYER, "-1", "more than nothing"),
        (PAYER, "12..34", "not an amount"),
    ):
        with pytest.raises(UsageProblem, match=why):
            add_advance(payer, amount, "EUR", studio)
    with studio.store.read() as connection:
        assert journal.first_break(connection) is None


def test_a_reserve_that_is_never_released_is_found_after_two_years(studio: Services) -> None:
    """Longer ago than the statements that other checks look at."""
    held = pay(studio, {0: "10"}, number="R-1", month=month(1), reserve="2")
    for number in range(2, 25):
        pay(studio, {0: "10"}, number=f"R-{number}", month=month(number))
    last = pay(studio, {0: "10"}, number="R-25", month=month(25))
    assert (found(studio, held), found(studio, last)) == (set(), {"T4"})
    [balance] = payer_balances(studio)
    assert [balance.held, balance.released, balance.reserve] == [Decimal(2), Decimal(0), Decimal(2)]
    again = pay(studio, {0: "10"}, number="R-26", month=month(26), reserve="-2")
    assert found(studio, again) == set()
    assert payer_balances(studio)[0].reserve == 0


def test_tax_by_country(studio: Services) -> None:
    def taxed(number: str, amount: str, country: str) -> set[str]:
        kept = Deduction(kind="social", amount=Decimal(0), jurisdiction=country)
        return found(
            studio,
            pay(studio, {0: "100"}, number=number, tax_withheld=amount, deductions_=(kept,)),
        )

    assert taxed("A", "30", "US") == set()
    set_withholding(PAYER, "15%", studio, since=month(1))
    set_withholding(PAYER, "30", studio, country="us", since=month(1))
    assert taxed("B", "15", "DE") == set()
    assert taxed("C", "16.00", "DE") == {"T2"}
    assert taxed("D", "30", "US") == set()
    set_withholding(PAYER, "0", studio, country="US", since=month(1))
    assert taxed("E", "1.00", "US") == {"T2"}
    set_withholding(PAYER, "none", studio, country="US", since=month(1))
    assert taxed("F", "99", "US") == set()
    for rate, country, why in (
        ("much", "", "no rate"),
        ("101", "", "no rate"),
        ("NaN", "", "no rate"),
        ("15", "USA", "no country"),
    ):
        with pytest.raises(UsageProblem, match=why):
            set_withholding(PAYER, rate, studio, country=country)


def test_vat_is_the_tax_offices_and_nobody_elses(studio: Services) -> None:
    """100 and 19 % VAT on top: Ben is due half of 100, and I have to hand on the rest."""
    song = shared_work(studio, {"me": "1/2", "Ben": "1/2"})
    paid = pay(studio, {song: "100"}, deductions=(Decimal(-19),), deductions_=(
        Deduction(kind="VAT", amount=Decimal(-19), rate=Decimal("0.19"), base=Decimal(-100)),
    ))  # fmt: skip
    found_ = {(one.party, one.title): one.settled for one in allocations(studio, payment_id=paid)}
    assert found_ == {
        ("Ana Sousa", "song 0"): eur("50"),
        ("Ana Sousa", ""): eur("19"),
        ("Ben", "song 0"): eur("50"),
    }
    assert payer_balances(studio)[0].vat == 19
    assert "T5" not in found(studio, paid)
