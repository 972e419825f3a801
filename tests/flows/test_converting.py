"""Totals in the home currency: the bank's own rate first, each rate told, the rest left out."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from desktop.flows.converting import set_home_currency, totals_at_home
from desktop.model.money import Money
from desktop.model.rates import Rate, RateSource
from desktop.services import Services
from tests.flows.sharing import pay, receive


def pay_in_three(services: Services) -> None:
    """100 USD came as 91.20 EUR; 50 USD came as they are; 10 KWD came, and 7 EUR are owed."""
    exchanged = pay(services, {0: "100"}, currency="USD")
    receive(services, exchanged, "91.20", settles="100.00", on=date(2024, 5, 6))
    dollars = pay(services, {0: "50"}, number="S-2", currency="USD")
    receive(services, dollars, "50.00", currency="USD", on=date(2024, 5, 4))
    dinars = pay(services, {0: "10"}, number="S-3", currency="KWD")
    receive(services, dinars, "10.000", currency="KWD", on=date(2024, 5, 4))
    pay(services, {0: "7"}, number="S-4")


def test_at_home(studio: Services) -> None:
    pay_in_three(studio)
    assert set_home_currency("eur", studio) == "EUR"
    found = totals_at_home(studio).received
    by_amount = {str(one.amount): one for one in found.parts}
    assert by_amount["100.00"].home == Money("EUR", 9120)
    bank = by_amount["100.00"].rate
    assert isinstance(bank, Rate)
    assert (bank.source, bank.value) == (RateSource.BANK, Fraction("0.912"))
    dollars = by_amount["50.00"].rate
    assert isinstance(dollars, Rate)
    assert (dollars.source, dollars.on) == (RateSource.ECB, date(2024, 5, 3))
    assert by_amount["50.00"].home == Money("EUR", 4654)  # 50 ÷ 1.0744
    assert [str(one.amount) for one in found.left_out] == ["10.000"]
    assert found.total == Money("EUR", 9120 + 4654)
    # In a third currency what came counts, not what was stated.
    assert {one.amount.currency for one in totals_at_home(studio, "GBP").received.parts} == {
        "EUR",
        "USD",
        "KWD",
    }
