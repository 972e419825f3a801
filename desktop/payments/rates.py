"""Reference rates of the European Central Bank, as shipped; nothing is downloaded or guessed.

On a day without a rate the publication before it counts, and its day is kept. The bank's own
rate, where money came in another currency than was stated, is bank_rate.
"""

from __future__ import annotations

import functools
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from desktop.model.matches import MoneyMatch
from desktop.model.rates import NoRate, Rate, RateSource

EURO = "EUR"
# The longest time between two publications (holidays) is shorter.
_DAYS_BACK = 7
_ECB = "the European Central Bank"


class ReferenceRates:
    """Every rate that the European Central Bank published until this app was made."""

    def __init__(self) -> None:
        from currency_converter import CurrencyConverter

        self._rates = CurrencyConverter(decimal=True)

    @property
    def newest(self) -> date:
        """The day of the newest publication that is here."""
        day: date = self._rates.bounds[EURO].last_date
        return day

    def rate(self, base: str, quote: str, on: date) -> Rate | NoRate:
        """Return what one unit of base was in quote on a day, or why that is not known."""
        if base == quote:
            return Rate(base=base, quote=quote, value=Fraction(1), source=RateSource.SAME, on=on)
        for currency in sorted((base, quote), key=EURO.__eq__):
            problem = self._unknown(currency, on)
            if problem:
                return NoRate(currency=currency, reason=problem)
        day = min(on, self.newest)
        for back in range(_DAYS_BACK):
            before = day - timedelta(days=back)
            one, other = self._per_euro(base, before), self._per_euro(quote, before)
            if one is not None and other is not None:
                value = Fraction(other) / Fraction(one)
                source = RateSource.ECB
                return Rate(base=base, quote=quote, value=value, source=source, on=before)
        missing = base if self._per_euro(base, day) is None else quote
        return NoRate(
            currency=missing, reason=f"{_ECB} published no rate of {missing} around {on:%d %B %Y}"
        )

    def _unknown(self, currency: str, on: date) -> str:
        if currency not in self._rates.currencies:
            return f"{_ECB} publishes no rate of {currency}"
        bounds = self._rates.bounds[currency]
        if on < bounds.first_date:
            return f"{_ECB} publishes rates of {currency} since {bounds.first_date:%d %B %Y} only"
        ended = bounds.last_date < self.newest
        if ended and on > bounds.last_date + timedelta(days=_DAYS_BACK):
            last = f"{bounds.last_date:%d %B %Y}"
            return f"{_ECB} has published no rate of {currency} since {last}"
        return ""

    def _per_euro(self, currency: str, day: date) -> Decimal | None:
        from currency_converter import RateNotFoundError

        if currency == EURO:
            return Decimal(1)
        try:
            rate: Decimal = self._rates.convert(Decimal(1), EURO, currency, date=day)
        except RateNotFoundError:
            return None
        return rate


@functools.cache
def reference_rates() -> ReferenceRates:
    """Return the rates, read once; that takes half a second."""
    return ReferenceRates()


def bank_rate(match: MoneyMatch) -> Rate | None:
    """Return the rate at which the bank exchanged what was stated; None if it did not."""
    stated, came = match.settled, match.amount
    if stated.currency == came.currency or not stated.minor or not came.minor:
        return None
    return Rate(
        base=stated.currency,
        quote=came.currency,
        value=Fraction(came.decimal) / Fraction(stated.decimal),
        source=RateSource.BANK,
        on=match.booked_on,
    )
