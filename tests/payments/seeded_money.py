"""Money that came as it was stated, and for P1 to P7 a way in which it did not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from desktop.model.money import Money
from desktop.payments.checks.arrival import Arrival, Expected

TODAY = date(2026, 6, 1)
ACCOUNT = "DE89370400440532013000"
Came = tuple[Expected, list[Arrival]]


def clean_money(random: Random) -> Came:
    """Return a payment and what came for it; nothing is wrong."""
    currency = random.choice(("EUR", "USD", "JPY", "KWD"))
    due = TODAY + timedelta(days=random.randint(-200, 60))
    stated = Money(currency, random.randint(1_000, 900_000))
    expected = Expected(
        registry="Painters",
        number=f"S-{random.randint(1, 99)}",
        due=due,
        stated=stated,
        remitted=random.choice((None, stated)),
        account=random.choice(("", ACCOUNT)),
    )
    if due >= TODAY and random.random() < 0.4:
        return expected, []
    whole = _came(stated, due, random)
    return expected, random.choice((_once, _with_fee, _in_two_parts, _exchanged))(whole, random)


def _came(amount: Money, due: date, random: Random) -> Arrival:
    return Arrival(
        name=f"bank entry {random.randint(1, 999)}",
        account=ACCOUNT,
        amount=amount,
        booked_on=min(due, TODAY) - timedelta(days=random.randint(0, 9)),
    )


def _once(one: Arrival, _random: Random) -> list[Arrival]:
    return [one]


def _with_fee(one: Arrival, random: Random) -> list[Arrival]:
    fee = Money(one.amount.currency, random.randint(1, 500))
    return [dataclasses.replace(one, amount=one.amount - fee, fee=fee)]


def _in_two_parts(one: Arrival, random: Random) -> list[Arrival]:
    first = Money(one.amount.currency, random.randint(1, one.amount.minor - 1))
    return [
        dataclasses.replace(one, amount=first),
        dataclasses.replace(one, name=f"{one.name} b", amount=one.amount - first),
    ]


def _exchanged(one: Arrival, random: Random) -> list[Arrival]:
    """A bank that takes up to 2 % for the exchange."""
    rate = Decimal(random.randint(50, 200)) / 100
    taken = Decimal(random.randint(0, 20)) / 1000
    got = Money.rounded(one.amount.decimal * rate * (1 - taken), "GBP")
    return [dataclasses.replace(one, amount=got, sent=one.amount, rate=rate)]


def _arrived(random: Random) -> Came:
    """Return a payment whose money came in full, in its own currency and without a fee."""
    expected, _ = clean_money(random)
    due = TODAY - timedelta(days=random.randint(1, 200))
    expected = dataclasses.replace(expected, due=due, account=ACCOUNT)
    return expected, [_came(expected.stated or Money("EUR", 1), due, random)]


def _p1(random: Random) -> Came:
    expected, _ = _arrived(random)
    return expected, []


def _p2(random: Random) -> Came:
    expected, (one,) = _arrived(random)
    off = Money(one.amount.currency, random.choice((-1, 1)) * random.randint(1, 900))
    return expected, [dataclasses.replace(one, amount=one.amount + off)]


def _p3(random: Random) -> Came:
    expected, (one,) = _arrived(random)
    return expected, [dataclasses.replace(one, account="GB29NWBK60161331926819")]


def _p4(random: Random) -> Came:
    expected, (one,) = _arrived(random)
    back = Money(one.amount.currency, -one.amount.minor)
    return expected, [one, dataclasses.replace(one, name=f"{one.name} back", amount=back)]


def _p5(random: Random) -> Came:
    expected, (one,) = _arrived(random)
    rate = Decimal(random.randint(50, 200)) / 100
    taken = Decimal(random.randint(40, 150)) / 1000
    got = Money.rounded(one.amount.decimal * rate * (1 - taken), "GBP")
    return expected, [dataclasses.replace(one, amount=got, sent=one.amount, rate=rate)]


def _p6(random: Random) -> Came:
    _, (one,) = _arrived(random)
    return Expected(registry="Painters", number="", due=None, stated=None), [one]


def _p7(random: Random) -> Came:
    expected, (one,) = _arrived(random)
    return expected, [
        dataclasses.replace(
            one, amount=one.amount + one.amount, also_for=(f"S-{random.randint(100, 200)}",)
        )
    ]


SPOILED_MONEY: dict[str, Callable[[Random], Came]] = {
    "P1": _p1, "P2": _p2, "P3": _p3, "P4": _p4, "P5": _p5, "P6": _p6, "P7": _p7,
}  # fmt: skip
