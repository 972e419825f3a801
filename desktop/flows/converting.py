"""Totals in the currency in which the user thinks: a view, never kept, with every rate told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from desktop.errors import UsageProblem
from desktop.flows.reconciling import list_payments
from desktop.model.matches import MOVED, MoneyMatch
from desktop.model.money import Money, exponent
from desktop.model.payments import ENDED, Payment
from desktop.model.rates import AtHome, HomeTotal, NoRate, Rate
from desktop.payments.rates import bank_rate, reference_rates
from desktop.services import Services
from desktop.store import journal, settings

_SETTING = "home_currency"


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeTotals:
    """What came and what is owed, per currency and in the home currency."""

    received: HomeTotal
    owed: HomeTotal


def home_currency(services: Services) -> str:
    """Return the currency in which the user wants totals as well; "" where none was chosen."""
    with services.store.read() as connection:
        return settings.get(connection, _SETTING)


def set_home_currency(currency: str, services: Services) -> str:
    """Keep the home currency and return it; "" for none. Raises UsageProblem."""
    code = currency.strip().upper()
    try:
        if code:
            exponent(code)
    except ValueError as error:
        raise UsageProblem(str(error), advice="Write its code, such as EUR or USD.") from error
    with services.store.write() as tx:
        settings.put(tx, _SETTING, code)
        journal.add(tx, services.now_s(), "home_currency.set", code, {})
    return code


def rate_on(base: str, quote: str, on: date) -> Rate | NoRate:
    """Return a reference rate. Raises UsageProblem for what is no currency."""
    try:
        exponent(base)
        exponent(quote)
    except ValueError as error:
        raise UsageProblem(str(error), advice="Write its code, such as EUR or USD.") from error
    return reference_rates().rate(base, quote, on)


def at_home(amount: Money, on: date, home: str) -> AtHome:
    """Convert one amount by the reference rate of a day."""
    rate = reference_rates().rate(amount.currency, home, on)
    converted = rate.convert(amount) if isinstance(rate, Rate) else None
    return AtHome(amount=amount, home=converted, rate=rate)


def total_at_home(parts: Iterable[AtHome], home: str) -> HomeTotal:
    """Add up what has a rate."""
    found = tuple(parts)
    minor = sum(one.home.minor for one in found if one.home is not None)
    return HomeTotal(total=Money(home, minor), parts=found)


def payments_at_home(payments: Sequence[Payment], home: str, today: date) -> HomeTotals:
    """Return what came (by the day it came) and what is owed (by today's rate) at home."""
    return HomeTotals(
        received=total_at_home(
            (part for payment in payments for part in received_at_home(payment, home)), home
        ),
        owed=total_at_home(
            (
                at_home(payment.open, today, home)
                for payment in payments
                if payment.state not in ENDED and payment.open.minor
            ),
            home,
        ),
    )


def received_at_home(payment: Payment, home: str) -> list[AtHome]:
    """Return every amount that came for a payment, at the bank's rate where it exchanged."""
    return [_came(one, home) for one in payment.money if one.kind in MOVED]


def totals_at_home(services: Services, home: str = "") -> HomeTotals:
    """Return the totals of all payments. home: "" for the one that was chosen.

    Raises UsageProblem if none was.
    """
    chosen = home or home_currency(services)
    if not chosen:
        raise UsageProblem("No home currency was chosen.", advice="Choose one: `rates home EUR`.")
    return payments_at_home(list_payments(services), chosen, services.now().date())


def _came(one: MoneyMatch, home: str) -> AtHome:
    rate = bank_rate(one)
    if rate is not None and one.amount.currency == home:
        return AtHome(amount=one.settled, home=one.amount, rate=rate)
    return at_home(one.amount, one.booked_on, home)
