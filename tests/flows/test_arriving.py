"""Whatever comes, in whatever currency, goes back or is explained: the parts of it add up to it."""

from __future__ import annotations

import os
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.flows.arriving import Part, arrived_parts
from desktop.model.matches import MOVED, MatchKind, MoneyMatch
from desktop.model.money import Money, exponent
from desktop.model.payments import Payment, PaymentState, Period
from desktop.payments.dividing import Carried, Divided, Sums, WorkLine, divide
from desktop.store.divisions import StatementSums

ME, BEN = 1, 2
START = date(2026, 3, 1)
# RESIDUALS_CASES=100000 makes a long run of it.
many = settings(max_examples=int(os.environ.get("RESIDUALS_CASES", "60")), deadline=None)
CURRENCIES = ["EUR", "JPY", "KWD", "CLF"]  # 2, 0, 3 and 4 decimals
Said = tuple[MatchKind, str, int, int]


def match(number: int, said: Said, own: str) -> MoneyMatch:
    """Return what came, or went back, or is explained, some days later."""
    kind, currency, settled, amount = said
    sign = -1 if kind is MatchKind.RETURNED else 1
    moved = kind in MOVED
    other = Money(own, sign * settled) if currency == own else Money(currency, sign * amount)
    return MoneyMatch(
        match_id=number,
        entry_id=number,
        kind=kind,
        amount=other if moved else Money(own, 0),
        settled=Money(own, sign * settled),
        statement_id=1,
        remittance_id=None,
        reason="",
        confirmed=True,
        booked_on=START + timedelta(days=number // 2),
        account="",
        counterparty="",
        reference="",
    )


def payment(stated: Money, money: tuple[MoneyMatch, ...]) -> Payment:
    received = sum(one.settled.minor for one in money if one.kind in MOVED)
    return Payment(
        payment_id=1,
        registry="R",
        number="S",
        revision=1,
        period=Period(start=date(2026, 1, 1), end=date(2026, 2, 1)),
        issued=START,
        due=START,
        stated=stated,
        remitted=Money(stated.currency, 0),
        received=Money(stated.currency, received),
        state=PaymentState.PART_PAID,
        works=1,
        money=money,
    )


kinds = st.sampled_from([MatchKind.PAYMENT, MatchKind.PAYMENT, MatchKind.RETURNED, MatchKind.FEE])
# Most often little comes of much, in whatever currency: then every amount must be found again.
said = st.tuples(
    kinds, st.sampled_from([*CURRENCIES, "USD"]), st.integers(1, 300), st.integers(1, 10**6)
)


@st.composite
def divided(draw: st.DrawFn) -> tuple[StatementSums, Divided]:
    """Return a statement with its sums, divided between the user, others and nobody."""
    currency = draw(st.sampled_from(CURRENCIES))
    recouped = draw(st.sampled_from([0, 0, 250]))
    sums = StatementSums(
        statement_id=1,
        registry_id=1,
        payable=Money(currency, draw(st.integers(-500, 5000))),
        opening=Decimal(0),
        recouped=Decimal(recouped).scaleb(-exponent(currency)),
        reserve=Decimal(0),
        closing=Decimal(0),
        vat=Decimal(0),
    )
    lines = []
    for work in range(1, draw(st.integers(1, 4))):
        weights = draw(st.dictionaries(st.integers(0, 3), st.integers(1, 9), max_size=3))
        total = sum(weights.values())
        parts = {party: Fraction(one, total) for party, one in weights.items()}
        lines.append(WorkLine(work=work, net=Decimal(draw(st.integers(1, 99))), parts=parts))
    return sums, divide(Sums(payable=sums.payable, recouped=sums.recouped), lines, Carried(), ME)


@many
@given(divided(), st.lists(said, min_size=1, max_size=4))
def test_what_came_is_somebodys(made: tuple[StatementSums, Divided], saids: list[Said]) -> None:
    sums, parts = made
    own = sums.payable.currency
    money = tuple(match(number, one, own) for number, one in enumerate(saids))
    about = payment(sums.payable, money)
    found = arrived_parts(about, sums, parts, {}, ME)
    named = about.named.minor
    to_come = sums.payable.minor - (named if sums.payable.minor >= named else 0)
    assert sum(one.settled.minor for one in found) == to_come
    came = min(max(about.received.minor, 0), to_come)
    assert sum(one.due.minor for one in found) == came
    for one in found:
        if one.party != ME:
            assert min(0, one.settled.minor) <= one.due.minor <= max(0, one.settled.minor)
        same = [part for part in one.arrivals if part.amount.currency == own]
        if all(each.amount.currency == own for each in money):
            assert sum(part.amount.minor for part in same) == one.due.minor
    if 0 <= about.received.minor <= to_come and never_too_much(money, to_come):
        assert currencies(found) == moved(money, sums)


def never_too_much(money: tuple[MoneyMatch, ...], to_come: int) -> bool:
    """Whether at no time more had come than was to come, or less than nothing."""
    total = 0
    for one in money:
        total += one.settled.minor if one.kind in MOVED else 0
        if not 0 <= total <= to_come:
            return False
    return True


def currencies(found: list[Part]) -> Counter[str]:
    """Return what all parts come to in each currency."""
    totals: Counter[str] = Counter()
    for one in found:
        for part in one.arrivals:
            totals[part.amount.currency] += part.amount.minor
    return Counter({currency: minor for currency, minor in totals.items() if minor})


def moved(money: tuple[MoneyMatch, ...], sums: StatementSums) -> Counter[str]:
    """Return what came in each currency; of less than nothing that is stated all is due at once."""
    totals: Counter[str] = Counter()
    for one in money:
        if one.kind in MOVED:
            totals[one.amount.currency] += one.amount.minor
    if sums.payable.minor < 0:
        totals[sums.payable.currency] += sums.payable.minor
    return Counter({currency: minor for currency, minor in totals.items() if minor})
