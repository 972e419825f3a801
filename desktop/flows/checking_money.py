"""P1 to P7 and the money that came: findings that are derived each time, never stored."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from desktop.flows.reconciling import list_payments
from desktop.model.findings import KeptFinding, finding_ids
from desktop.model.matches import MOVED, MatchKind, MoneyMatch
from desktop.model.money import Money
from desktop.model.payments import ENDED, HELD, Finding, Payment, PaymentState
from desktop.model.payouts import Payout, PayoutKind
from desktop.model.rates import NoRate
from desktop.payments.checks.arrival import Arrival, Expected, check_arrival
from desktop.payments.rates import reference_rates
from desktop.services import Services
from desktop.store import bank, matches, payments, payouts, registries
from desktop.store.bank import KeptEntry
from desktop.store.database import Connection

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_SHORTEST_NAME = 4


@dataclass(frozen=True, slots=True)
class _Facts:
    """numbers: of all statements that are here. several: entry → statements it seems to pay.

    counted_until: the newest day of any account; money that is later cannot be missed yet.
    """

    registries: Mapping[str, int]
    numbers: frozenset[tuple[int, str]]
    payouts: Sequence[Payout]
    several: Mapping[int, tuple[str, ...]]
    counted_until: date | None


def money_findings(services: Services, found: Sequence[Payment] | None = None) -> list[KeptFinding]:
    """Return what does not hold between payments and the money that came; decisions are not in it.

    found: only of these payments; None: of all, and of money that no statement explains.
    """
    known = list_payments(services, count_works=False) if found is None else found
    today = services.now().date()
    with services.store.read() as connection:
        facts = _facts(connection)
        extra = _unexplained(connection, known, facts) if found is None else []
    result: list[KeptFinding] = []
    for payment in known:
        result += _of_payment(payment, facts, today)
    for registry, entry in extra:
        result += _of_entry(registry, facts.registries[registry], entry, today)
    return result


def _of_payment(payment: Payment, facts: _Facts, today: date) -> list[KeptFinding]:
    if payment.state in ENDED - {PaymentState.RECONCILED}:
        return []
    registry_id = facts.registries[payment.registry]
    arrived = _arrivals(payment, facts)
    expected = Expected(
        registry=payment.registry,
        number=payment.number,
        due=_missed_since(payment, facts),
        stated=payment.stated,
        remitted=payment.remitted if payment.remitted.minor else None,
        account=_account(payment, registry_id, facts),
    )
    found = [
        one
        for one in check_arrival(expected, arrived, today=today)
        # What went back and came again is nothing to ask about.
        if not (one.check == "P4" and payment.state is PaymentState.RECONCILED)
    ]
    return [
        KeptFinding(
            finding_id=finding_id,
            finding=finding,
            registry_id=registry_id,
            registry=payment.registry,
            number=payment.number,
            revision=payment.revision,
            statement_id=payment.payment_id,
            found=True,
        )
        for finding_id, finding in _numbered(registry_id, payment.number, found)
    ]


def _of_entry(registry: str, registry_id: int, entry: KeptEntry, today: date) -> list[KeptFinding]:
    came = Arrival(
        name=_entry_name(entry.entry_id),
        account=entry.entry.account,
        amount=entry.left or entry.entry.amount,
        booked_on=entry.entry.booked_on,
    )
    nothing = Expected(registry=registry, number="", due=None, stated=None)
    found = check_arrival(nothing, [came], today=today)
    return [
        KeptFinding(
            finding_id=finding_id,
            finding=finding,
            registry_id=registry_id,
            registry=registry,
            number="",
            revision=1,
            statement_id=None,
            found=True,
        )
        for finding_id, finding in _numbered(registry_id, came.name, found)
    ]


def _numbered(
    registry_id: int, subject: str, found: list[Finding]
) -> Iterable[tuple[str, Finding]]:
    return zip(finding_ids(registry_id, subject, found), found, strict=True)


def _missed_since(payment: Payment, facts: _Facts) -> date | None:
    """Return since when money is missed, or None where that cannot be said.

    Where a registry says that it sent the money, only an account that was read since can tell.
    """
    due = payment.pay_by or payment.due
    if payment.state in HELD or payment.state in ENDED:
        return None
    if payment.state is PaymentState.OVERDUE or not payment.remitted.minor:
        return due
    return due if facts.counted_until is not None and facts.counted_until > due else None


def _arrivals(payment: Payment, facts: _Facts) -> list[Arrival]:
    """Return one arrival for each entry and direction, with what was named beside it."""
    groups: dict[tuple[int, bool], list[MoneyMatch]] = defaultdict(list)
    named = Money(payment.stated.currency, 0)
    for match in payment.money:
        if match.kind in MOVED:
            groups[match.entry_id, match.kind is MatchKind.RETURNED].append(match)
        else:
            named += match.settled
    result = []
    for (entry_id, _), some in groups.items():
        first = some[0]
        amount, settled = _total(one.amount for one in some), _total(one.settled for one in some)
        exchanged = amount.currency != settled.currency
        coming = settled.minor > 0
        fee, named = (named, Money(named.currency, 0)) if coming else (None, named)
        result.append(
            Arrival(
                name=_entry_name(entry_id),
                account=first.account,
                amount=amount,
                booked_on=first.booked_on,
                fee=fee if fee is not None and fee.minor and not exchanged else None,
                sent=settled + fee if exchanged and fee is not None else None,
                rate=_rate(settled.currency, first) if exchanged else None,
                also_for=tuple(
                    one for one in facts.several.get(entry_id, ()) if one != payment.number
                ),
            )
        )
    return result


def _total(amounts: Iterable[Money]) -> Money:
    first, *rest = amounts
    for one in rest:
        first += one
    return first


def _rate(base: str, came: MoneyMatch) -> Decimal | None:
    """Return the reference rate of the day in which the money was booked."""
    rate = reference_rates().rate(base, came.amount.currency, came.booked_on)
    if isinstance(rate, NoRate):
        return None
    return Decimal(rate.value.numerator) / Decimal(rate.value.denominator)


def _account(payment: Payment, registry_id: int, facts: _Facts) -> str:
    """Return the IBAN that was given to the registry before the money came; "" if it is unknown."""
    booked = [one.booked_on for one in payment.money if one.kind is MatchKind.PAYMENT]
    ibans = [one for one in payment.money if _IBAN.fullmatch(_squeezed(one.account))]
    if not booked or len(ibans) != len(payment.money):
        return ""
    for given in facts.payouts:
        if given.registry_id == registry_id and given.kind == PayoutKind.IBAN:
            return _squeezed(given.value) if given.made.date() < min(booked) else ""
    return ""


def _facts(connection: Connection) -> _Facts:
    known = registries.with_payers(connection)
    revisions = payments.revisions(connection)
    numbers = {one.statement_id: one.number for one in revisions}
    unsure: dict[int, dict[str, None]] = {}
    for match in matches.live(connection):
        if match.statement_id is not None and not match.confirmed:
            unsure.setdefault(match.entry_id, {})[numbers[match.statement_id]] = None
    return _Facts(
        registries={one.name: one.registry_id for one in known},
        numbers=frozenset((one.registry_id, one.number) for one in revisions),
        payouts=[one for one in payouts.everything(connection) if one.state == "in_force"],
        several={entry: tuple(some) for entry, some in unsure.items() if len(some) > 1},
        counted_until=bank.newest_day(connection),
    )


def _unexplained(
    connection: Connection, known: Sequence[Payment], facts: _Facts
) -> list[tuple[str, KeptEntry]]:
    """Return (registry, entry) of money from a registry that none of its statements explains.

    While a payment of that registry and currency is open, it may be for that one.
    """
    names = {number: name for name, number in facts.registries.items()}
    stated = {
        row.remittance_id: names[row.registry_id]
        for row in payments.remitted(connection)
        if not any((row.registry_id, number) in facts.numbers for number, _, _ in row.parts)
    }
    entries = {one.entry_id: one for one in bank.everything(connection)}
    found = {
        match.entry_id: stated[match.remittance_id]
        for match in matches.live(connection)
        if match.remittance_id in stated
    }
    waits = {(one.registry, one.stated.currency) for one in known if one.open.minor > 0}
    for one in entries.values():
        if one.left is None or one.left.minor <= 0 or one.entry_id in found:
            continue
        payer = _payer(one.entry.counterparty, facts.registries)
        if payer and (payer, one.entry.amount.currency) not in waits:
            found[one.entry_id] = payer
    return [(registry, entries[number]) for number, registry in found.items()]


def _payer(counterparty: str, known: Mapping[str, int]) -> str:
    """Return the registry that a bank's text names, or "" if that is not sure."""
    said = _squeezed(counterparty)
    fitting = [
        name
        for name in known
        if len(_squeezed(name)) >= _SHORTEST_NAME and said.startswith(_squeezed(name))
    ]
    return fitting[0] if len(fitting) == 1 else ""


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", text).upper()


def _entry_name(entry_id: int) -> str:
    return f"bank entry {entry_id}"
