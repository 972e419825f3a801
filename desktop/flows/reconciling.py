"""Payments, derived from what was stated, what was announced, and what came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from desktop.flows.recognising import recognise
from desktop.model.matches import MOVED, Decision, Mark, MatchKind, MoneyMatch
from desktop.model.money import Money, split_minor
from desktop.model.payments import ENDED, HELD, Payment
from desktop.payments.states import payment_state, received_parts
from desktop.payments.terms import PayoutTerms, payout_terms
from desktop.services import Services
from desktop.store import findings, matches, payments, registries
from desktop.store.database import Connection
from desktop.store.payments import OpenDispute, RemittedRow, StatedRow

_Key = tuple[int, str]


def match_open(services: Services) -> int:
    """Match what is certain between announced and arrived money; returns how many are new."""
    with services.store.write() as tx:
        return recognise(tx, services.now_s())


def list_payments(
    services: Services,
    *,
    start: date | None = None,
    end: date | None = None,
    registry: str = "",
    work_id: int | None = None,
    count_works: bool = True,
) -> list[Payment]:
    """Return payments derived from statements, remittances and bank entries, newest first.

    count_works: False where nobody looks at it; with a million lines it takes a while.
    """
    today = services.now().date()
    with services.store.read() as connection:
        stated = payments.stated(
            connection,
            start=start,
            end=end,
            registry=registry,
            work_id=work_id,
            count_works=count_works,
        )
        facts = _facts(connection)
    return [_payment(row, facts, today) for row in stated]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of money: announced and moved by statement, decisions, terms by registry."""

    remitted: Mapping[tuple[_Key, str], int]
    money: Mapping[_Key, list[MoneyMatch]]
    marks: Mapping[_Key, Decision]
    terms: Mapping[int, PayoutTerms]
    closed: Mapping[int, int]
    disputes: Mapping[_Key, OpenDispute]


def _facts(connection: Connection) -> _Facts:
    rows = payments.remitted(connection)
    remitted: dict[tuple[_Key, str], int] = {}
    for row in rows:
        for number, _, part in row.parts:
            key = (row.registry_id, number), row.amount.currency
            remitted[key] = remitted.get(key, 0) + part
    money: dict[_Key, list[MoneyMatch]] = {}
    for key_, match in _by_statement(connection, rows):
        money.setdefault(key_, []).append(match)
    return _Facts(
        remitted=remitted,
        money=money,
        marks=matches.marks(connection),
        terms={
            one.registry_id: payout_terms(one.description, one.options)
            for one in registries.with_payers(connection)
        },
        closed=findings.closed_counts(connection),
        disputes=payments.open_disputes(connection),
    )


def _by_statement(
    connection: Connection, rows: Sequence[RemittedRow]
) -> Iterator[tuple[_Key, MoneyMatch]]:
    """Yield each match that holds with its statement, whatever its revision."""
    keys = {
        one.statement_id: (one.registry_id, one.number) for one in payments.revisions(connection)
    }
    of_remittances: dict[int, list[MoneyMatch]] = {}
    for match in matches.live(connection):
        if match.statement_id is not None:
            yield keys[match.statement_id], match
        elif match.remittance_id is not None:
            of_remittances.setdefault(match.remittance_id, []).append(match)
    for row in rows:
        yield from _divided(row, of_remittances.get(row.remittance_id, ()))


def _divided(row: RemittedRow, found: Sequence[MoneyMatch]) -> Iterator[tuple[_Key, MoneyMatch]]:
    """Divide what came for a remittance among its statements, without a rest at any time."""
    parts = [part for _, _, part in row.parts]
    if not parts:
        return
    for moved in (True, False):
        before, total = [0] * len(parts), 0
        for match in (one for one in found if (one.kind in MOVED) is moved):
            total += match.settled.minor
            after = received_parts(parts, total) if total else [0] * len(parts)
            changes = [new - old for old, new in zip(before, after, strict=True)]
            amounts = _amounts(match, changes)
            for (number, _, _), change, amount in zip(row.parts, changes, amounts, strict=True):
                if change:
                    settled = Money(match.settled.currency, change)
                    part = replace(match, settled=settled, amount=amount)
                    yield (row.registry_id, number), part
            before = after


def _amounts(match: MoneyMatch, changes: Sequence[int]) -> list[Money]:
    """Divide what moved on the account as what it settles; the parts add up to it."""
    currency, total = match.amount.currency, sum(changes)
    if match.amount == match.settled:
        minors = list(changes)
    elif total and all(change * total >= 0 for change in changes):
        minors = split_minor(match.amount.minor, [Fraction(one, total) for one in changes])
    else:
        minors = [match.amount.minor, *[0] * (len(changes) - 1)]
    return [Money(currency, minor) for minor in minors]


def _payment(row: StatedRow, facts: _Facts, today: date) -> Payment:
    key, currency = (row.registry_id, row.number), row.stated.currency
    found = tuple(facts.money.get(key, ()))
    money = tuple(one for one in found if one.settled.currency == currency)
    decision = facts.marks.get(key, Decision(mark=Mark.NONE, reason=""))
    came = Money(currency, sum(one.settled.minor for one in money if one.kind in MOVED))
    named = Money(currency, sum(one.settled.minor for one in money if one.kind not in MOVED))
    dispute = facts.disputes.get(key)
    sent = Money(currency, facts.remitted.get((key, currency), 0))
    pay_by = facts.terms[row.registry_id].pay_by(row.issued, row.due)
    state = payment_state(
        stated=row.stated,
        remitted=sent,
        received=came,
        due=pay_by,
        today=today,
        named=named,
        went_back=any(one.kind is MatchKind.RETURNED for one in money),
        mark=decision.mark,
        hold=_hold(dispute),
    )
    missing = row.stated - came - named
    held = decision.mark is Mark.NONE and state in HELD
    awaited = missing.minor > 0 and state not in ENDED | HELD and decision.mark is Mark.NONE
    late = (today - pay_by).days if awaited else 0
    return Payment(
        payment_id=row.statement_id,
        registry=row.registry,
        number=row.number,
        revision=row.revision,
        period=row.period,
        issued=row.issued,
        due=row.due,
        stated=row.stated,
        remitted=sent,
        received=came,
        state=state,
        works=row.works,
        findings=row.findings - facts.closed.get(row.statement_id, 0),
        signature=row.signature,
        matches=tuple(dict.fromkeys(one.match_id for one in found)),
        money=money,
        pay_by=pay_by,
        late_days=max(0, late),
        reason=decision.reason,
        disputed=dispute.works if dispute and held else (),
    )


def _hold(dispute: OpenDispute | None) -> Mark:
    """Return what an open dispute makes of a payment: the user's own, or somebody else's."""
    if dispute is None:
        return Mark.NONE
    return Mark.DISPUTED if dispute.mine else Mark.HELD
