"""P1 to P7: what was stated against what was announced and what arrived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from desktop.model.money import Money
from desktop.model.payments import Finding
from desktop.payments.checks.words import percent

SPREAD_LIMIT = Decimal("0.03")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Money that moved on an account for a payment; negative: it went back.

    fee: what the bank kept of it, in its currency. sent: what it was before an exchange. rate: of
    the reference on that day, its currency for one of sent's.
    """

    name: str
    account: str
    amount: Money
    booked_on: date
    fee: Money | None = None
    sent: Money | None = None
    rate: Decimal | None = None
    also_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A payment as it should be. number: of its statement, "" if there is none.

    account: where the money was to go; "" if that is not known. remitted: as announced.
    """

    registry: str
    number: str
    due: date | None
    stated: Money | None
    remitted: Money | None = None
    account: str = ""


def check_arrival(expected: Expected, arrived: Sequence[Arrival], *, today: date) -> list[Finding]:
    """Return what does not hold between a statement and its money."""
    return [
        *_overdue(expected, arrived, today),
        *_short(expected, arrived, today),
        *_account(expected, arrived),
        *_returned(arrived),
        *_spread(arrived),
        *_without_statement(expected, arrived),
        *_several(arrived),
    ]


def _overdue(expected: Expected, arrived: Sequence[Arrival], today: date) -> Iterator[Finding]:
    stated, due = expected.stated, expected.due
    if stated is None or due is None or due >= today or stated.minor <= 0:
        return
    got = _received(arrived, stated.currency)
    if not arrived or (got is not None and got.minor <= 0):
        yield Finding(
            check="P1",
            sentence=f"{expected.registry} had to pay by {due:%d %B %Y}, and nothing came.",
            expected=_words(stated),
            actual="nothing",
        )


def _short(expected: Expected, arrived: Sequence[Arrival], today: date) -> Iterator[Finding]:
    """What arrived, with the fees that were named, is what was announced, else stated.

    Less than was stated is too little only once it is late: the rest may come.
    """
    awaited = expected.remitted or expected.stated
    coming = [one for one in arrived if one.amount.minor > 0 and not one.also_for]
    if awaited is None or not coming or any(one.also_for for one in arrived):
        return
    total = _received(coming, awaited.currency)
    if total is None:
        return
    in_time = expected.remitted is None and (expected.due is None or expected.due >= today)
    if total.minor != awaited.minor and not (in_time and total.minor < awaited.minor):
        word = "Less" if total.minor < awaited.minor else "More"
        said = "announced" if expected.remitted else "stated"
        yield Finding(
            check="P2",
            sentence=f"{word} arrived than {expected.registry} {said}, even with the fees that "
            "were named.",
            expected=_words(awaited),
            actual=_words(total),
            lines=tuple(one.name for one in coming),
        )


def _account(expected: Expected, arrived: Sequence[Arrival]) -> Iterator[Finding]:
    for one in arrived:
        if expected.account and one.account and one.account != expected.account:
            yield Finding(
                check="P3",
                sentence="The money came to another account than the one you gave.",
                expected=f"account …{expected.account[-4:]}",
                actual=f"account …{one.account[-4:]}",
                lines=(one.name,),
            )


def _returned(arrived: Sequence[Arrival]) -> Iterator[Finding]:
    for one in arrived:
        if one.amount.minor < 0:
            yield Finding(
                check="P4",
                sentence=f"Money went back on {one.booked_on:%d %B %Y} ({one.name}).",
                expected="it stays",
                actual=_words(one.amount),
                lines=(one.name,),
            )


def _spread(arrived: Sequence[Arrival]) -> Iterator[Finding]:
    for one in arrived:
        if one.sent is None or one.rate is None or one.sent.currency == one.amount.currency:
            continue
        fair = Fraction(one.sent.decimal) * Fraction(one.rate)
        got = Fraction(one.amount.decimal) + Fraction(one.fee.decimal if one.fee else 0)
        if fair > 0 and (fair - got) / fair > Fraction(SPREAD_LIMIT):
            lost = Decimal(round((fair - got) / fair * 1000)) / 1000
            yield Finding(
                check="P5",
                sentence=f"The exchange cost {percent(lost)} against the reference rate of the "
                "day.",
                expected=_words(Money.rounded(_decimal(fair), one.amount.currency)),
                actual=_words(one.amount),
                lines=(one.name,),
            )


def _without_statement(expected: Expected, arrived: Sequence[Arrival]) -> Iterator[Finding]:
    if not expected.number:
        for one in arrived:
            yield Finding(
                check="P6",
                sentence=f"{expected.registry} paid, and no statement says for what.",
                expected="a statement",
                actual=_words(one.amount),
                lines=(one.name,),
            )


def _several(arrived: Sequence[Arrival]) -> Iterator[Finding]:
    for one in arrived:
        if one.also_for:
            yield Finding(
                check="P7",
                sentence="One entry seems to pay several statements; say whether that is so.",
                expected="one statement",
                actual=", ".join(one.also_for),
                lines=(one.name,),
            )


def _received(arrived: Sequence[Arrival], currency: str) -> Money | None:
    """Return what came with the fees that were kept of it; None if it cannot be compared."""
    total = Money(currency, 0)
    for one in arrived:
        amount = one.sent if one.sent is not None else one.amount
        if amount.currency != currency:
            return None
        total += amount
        if one.sent is None and one.fee is not None:
            if one.fee.currency != currency:
                return None
            total += one.fee
    return total


def _words(money: Money) -> str:
    return f"{money} {money.currency}"


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
