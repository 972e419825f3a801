"""Adds up what is open by its age, and estimates the next payment of a registry from its past."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from desktop.model.money import Money
from desktop.model.owed import Age, ExpectedNext, Owed
from desktop.model.payments import ENDED, HELD, Payment

LEAST_STATEMENTS = 3
MOST_STATEMENTS = 12
# A registry that has been silent for so many of its usual intervals is not expected any more.
_SILENT_INTERVALS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One statement as the estimate sees it: what its period brought, and what it carried on."""

    issued: date
    pay_by: date
    brought: Money
    carried: Money


def age_of(issued: date, today: date) -> Age:
    """Return the band of an amount stated on that day."""
    days = (today - issued).days
    if days <= 30:
        return Age.TO_30
    if days <= 60:
        return Age.TO_60
    return Age.TO_90 if days <= 90 else Age.OVER_90


def owed_by_age(payments: Sequence[Payment], today: date) -> list[Owed]:
    """Return what is open by registry and currency, the most first within a currency.

    What is held or disputed stands apart: nobody can say when it comes.
    """
    groups: dict[tuple[str, str], list[Payment]] = {}
    for one in payments:
        if one.state not in ENDED and one.open.minor > 0:
            groups.setdefault((one.stated.currency, one.registry), []).append(one)
    found = [_owed(registry, found, today) for (_, registry), found in groups.items()]
    return sorted(found, key=lambda one: (one.total.currency, -one.total.minor, one.registry))


def _owed(registry: str, payments: Sequence[Payment], today: date) -> Owed:
    zero = Money(payments[0].stated.currency, 0)
    waiting = sorted(
        (one for one in payments if one.state not in HELD),
        key=lambda one: (one.issued, one.payment_id),
    )
    return Owed(
        registry=registry,
        total=_sum(zero, [one.open for one in waiting]),
        by_age=tuple(
            (age, _sum(zero, [one.open for one in waiting if age_of(one.issued, today) is age]))
            for age in Age
        ),
        late=_sum(zero, [one.open for one in waiting if one.late_days]),
        held=_sum(zero, [one.open for one in payments if one.state in HELD]),
        payments=tuple(one.payment_id for one in waiting),
    )


def _sum(zero: Money, amounts: Sequence[Money]) -> Money:
    return Money(zero.currency, sum(one.minor for one in amounts))


def expected_next(
    registry: str, past: Sequence[Past], minimum: Money | None, today: date
) -> ExpectedNext | None:
    """Estimate the next payment from statements of one currency, or None if they do not tell.

    The range is the median ± the median distance from it, and what was carried forward on top.
    """
    known = sorted(past, key=lambda one: one.issued)[-MOST_STATEMENTS:]
    if len(known) < LEAST_STATEMENTS:
        return None
    last = known[-1]
    gaps = [(b.issued - a.issued).days for a, b in itertools.pairwise(known)]
    gap, gap_spread = _middle(gaps)
    wait, wait_spread = _middle([(one.pay_by - one.issued).days for one in known])
    if gap < 1 or (today - last.issued).days > _SILENT_INTERVALS * gap:
        return None
    middle, spread = _middle([one.brought.minor for one in known])
    day = last.issued + timedelta(days=gap + wait)
    off = timedelta(days=gap_spread + wait_spread)
    currency, carried = last.brought.currency, last.carried.minor
    low, high = (max(0, middle + carried + sign * spread) for sign in (-1, 1))
    least = minimum if minimum is not None and minimum.currency == currency else None
    return ExpectedNext(
        registry=registry,
        low=Money(currency, _paid(low, least)),
        middle=Money(currency, _paid(max(0, middle + carried), least)),
        high=Money(currency, high),
        earliest=day - off,
        latest=day + off,
        based_on=len(known),
        carried=least is not None and high < least.minor,
        minimum=least,
    )


def _paid(minor: int, least: Money | None) -> int:
    """Return what of an amount is paid out; less than the least amount is carried forward."""
    return 0 if least is not None and minor < least.minor else minor


def _middle(values: Sequence[int]) -> tuple[int, int]:
    """Return the median and the median distance from it, in whole numbers."""
    middle = statistics.median_low(values)
    return middle, statistics.median_high(abs(one - middle) for one in values)
