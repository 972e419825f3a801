"""Exchange rates: exact, with source and day; where there is none, that is said."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from desktop.model.money import Money
from desktop.model.rates import NoRate, Rate, RateSource
from desktop.payments.rates import reference_rates


def rate(base: str, quote: str, on: date) -> Rate:
    found = reference_rates().rate(base, quote, on)
    assert isinstance(found, Rate)
    return found


def test_the_published_rate_and_its_exact_cross() -> None:
    """Published for 3 May 2024: 1 EUR is 1.0744 USD and 164.62 JPY."""
    day = date(2024, 5, 3)
    assert rate("EUR", "USD", day).value == Fraction("1.0744")
    assert rate("USD", "EUR", day).value == 1 / Fraction("1.0744")
    cross = rate("USD", "JPY", day)
    assert cross.value == Fraction("164.62") / Fraction("1.0744")
    assert cross.convert(Money("USD", 100_00)) == Money("JPY", 15322)
    assert (str(cross.shown), cross.source) == ("153.220", RateSource.ECB)
    assert rate("EUR", "EUR", day).source is RateSource.SAME
    with pytest.raises(ValueError, match="none of EUR"):
        cross.convert(Money("EUR", 1))


def test_a_day_without_a_rate_takes_the_one_before_and_says_so() -> None:
    """Good Friday to Easter Monday 2024 had none; nor has a day that is still to come."""
    before = rate("EUR", "USD", date(2024, 3, 28))
    for day in (29, 30, 31):
        assert rate("EUR", "USD", date(2024, 3, day)) == before
    assert rate("EUR", "USD", date(2024, 4, 1)).on == date(2024, 3, 28)
    assert rate("EUR", "USD", date(2199, 1, 1)).on == reference_rates().newest


@pytest.mark.parametrize(
    ("currency", "on", "why"),
    [
        ("KWD", date(2024, 5, 3), "publishes no rate of KWD"),
        ("RUB", date(2024, 5, 3), "no rate of RUB since 01 March 2022"),
        ("USD", date(1998, 5, 3), "since 04 January 1999 only"),
        ("ISK", date(2012, 5, 3), "no rate of ISK around"),
    ],
)
def test_what_is_not_known_is_not_guessed(currency: str, on: date, why: str) -> None:
    for pair in ((currency, "EUR"), ("EUR", currency)):
        found = reference_rates().rate(*pair, on)
        assert isinstance(found, NoRate)
        assert found.currency == currency
        assert why in found.reason
