"""Whose each payment is: by the shares valid on the day of use, exact, adding up to what is paid.

A line that names a claim is divided by the shares of that claim, as it was signed; any other line
by the shares of its work. A division that was recorded stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from desktop.errors import UsageProblem
from desktop.flows.reconciling import list_payments
from desktop.flows.sharing import Shares, read_shares
from desktop.model.allocations import NO_WORK, NOBODY, Allocation
from desktop.model.money import Money
from desktop.model.payments import Payment, PaymentState
from desktop.payments.dividing import (
    Carried,
    Cell,
    Divided,
    Sums,
    WorkLine,
    arrived_cells,
    divide,
    round_cells,
)
from desktop.services import Services
from desktop.store import divisions, journal
from desktop.store.database import Connection
from desktop.store.divisions import LineGroup, StatementSums

NOT_SAID = "not given to anybody"
_NOTHING: Mapping[Cell, int] = {}
_VOID = "void"


def allocations(
    services: Services, *, payment_id: int | None = None, party_id: int | None = None
) -> list[Allocation]:
    """Return whose every payment is, newest first; of one payment or one party if asked.

    The settled amounts of a payment add up to what it states, those due to what arrived of it.
    Of payments that nobody shares in, works are not told apart (work_id NO_WORK).
    """
    payments = {one.payment_id: one for one in list_payments(services)}
    with services.store.read() as connection:
        divided = _divided(connection, payment_id)
        days = divisions.arrival_days(connection)
        kept = divisions.kept(connection)
        works = {work for one in divided.values() for _, work in one[1].settled}
        works |= {work for one in kept.values() for _, work in one}
        titles = divisions.titles(connection, works)
        people = read_shares(connection).people
    found = []
    for number, payment in payments.items():
        if number not in divided or payment.state.value == _VOID:
            continue
        sums, one = divided[number]
        for cell, exact, settled, due in _cells(payment, sums, one, kept.get(number), people.me):
            party, work = cell
            if party_id is not None and party != party_id:
                continue
            found.append(
                Allocation(
                    party_id=party,
                    party=people.names.get(party, NOT_SAID),
                    is_me=party == people.me,
                    payment_id=number,
                    registry=payment.registry,
                    number=payment.number,
                    period=payment.period,
                    issued=payment.issued,
                    work_id=work,
                    title=titles.get(work, ""),
                    exact=exact,
                    settled=Money(payment.stated.currency, settled),
                    due=Money(payment.stated.currency, due),
                    arrived_on=_newest(payment, days),
                    recorded=number in kept,
                )
            )
    return found


def record_divisions(
    tx: Connection, payment_ids: Iterable[int], services: Services, *, again: bool = False
) -> int:
    """Keep how payments are divided now, so that it stays; returns how many were new.

    again: also those that were kept before, because shares were corrected.
    """
    kept = divisions.kept(tx)
    divided = _divided(tx, None)
    now_s = services.now_s()
    count = 0
    for number in payment_ids:
        if number not in divided or (number in kept and not again):
            continue
        sums, one = divided[number]
        if one.settled == kept.get(number):
            continue
        if any(party < NOBODY for party, _ in one.settled):
            raise UsageProblem(
                "Nobody knows yet who you are, so nothing can be divided with you.",
                advice="Make your identity first: `identity init --name NAME`.",
            )
        division = divisions.keep(tx, number, sums.payable, one.settled, now_s)
        detail = {"division": division, "parts": len(one.settled), "minor": sums.payable.minor}
        journal.add(tx, now_s, "payment.divided", str(number), detail)
        count += 1
    return count


def divide_again(payment_id: int, services: Services) -> int:
    """Divide a recorded payment by the shares as they are now. Raises UsageProblem."""
    if payment_id not in {one.payment_id for one in list_payments(services)}:
        raise UsageProblem(
            f"There is no payment {payment_id}.", advice="`payments` lists them with numbers."
        )
    with services.store.write() as tx:
        return record_divisions(tx, [payment_id], services, again=True)


def _divided(
    connection: Connection, payment_id: int | None
) -> dict[int, tuple[StatementSums, Divided]]:
    """Divide every statement, or the one and those its payer sent before it in that currency."""
    statements = divisions.sums(connection)
    if payment_id is not None:
        keys = {_chain(one) for one in statements if one.statement_id == payment_id}
        statements = [one for one in statements if _chain(one) in keys]
    shares = read_shares(connection)
    shared = divisions.shared_statements(connection, shares.claims, shares.works)
    shared &= {one.statement_id for one in statements}
    lines = _lines(divisions.line_groups(connection, shared), shares)
    found: dict[int, tuple[StatementSums, Divided]] = {}
    carried: dict[tuple[int, str], Carried] = {}
    for one in statements:
        chain = _chain(one)
        result = divide(
            _sums(one),
            lines.get(one.statement_id, []),
            carried.get(chain, Carried()),
            shares.people.me,
        )
        carried[chain] = result.carried
        found[one.statement_id] = (one, result)
    return found


def _lines(groups: Sequence[LineGroup], shares: Shares) -> dict[int, list[WorkLine]]:
    found: dict[int, list[WorkLine]] = {}
    for group in groups:
        line = WorkLine(work=group.work_id, net=group.net, parts=shares.parts(group))
        found.setdefault(group.statement_id, []).append(line)
    return found


def _cells(
    payment: Payment,
    sums: StatementSums,
    divided: Divided,
    kept: Mapping[Cell, int] | None,
    me: int,
) -> list[tuple[Cell, Fraction, int, int]]:
    """Return (cell, exact, settled, due) of a payment, the largest first."""
    settled = divided.settled if kept is None else kept
    came = _came(payment)
    exact_due = arrived_cells(settled, _sums(sums), came, me)
    arrived = sum(exact_due.values()) == Fraction(payment.stated.decimal)
    due = round_cells(payment.stated if arrived else came, exact_due)
    cells = dict.fromkeys((*settled, *due))
    found = [
        (
            cell,
            divided.exact.get(cell, Fraction(0)) if kept is None else _exact(payment, kept, cell),
            settled.get(cell, 0),
            due.get(cell, 0),
        )
        for cell in cells
    ]
    return sorted((one for one in found if any(one[1:])), key=lambda one: (-abs(one[2]), one[0]))


def _came(payment: Payment) -> Money:
    """Return what counts as arrived, at most what is stated: more than that is nobody's part."""
    stated = payment.stated
    if payment.state in (PaymentState.NOTHING_DUE, PaymentState.RECONCILED):
        return stated
    return Money(stated.currency, max(0, min(payment.received.minor, stated.minor)))


def _exact(payment: Payment, kept: Mapping[Cell, int], cell: Cell) -> Fraction:
    return Fraction(Money(payment.stated.currency, kept.get(cell, 0)).decimal)


def _newest(payment: Payment, days: Mapping[int, date]) -> date | None:
    """Return the day the newest money of a payment came; its issue where none has to come."""
    found = [days[match] for match in payment.matches if match in days]
    if not found and payment.state is PaymentState.NOTHING_DUE:
        return payment.issued
    return max(found, default=None)


def _sums(one: StatementSums) -> Sums:
    return Sums(
        payable=one.payable,
        opening=one.opening,
        recouped=one.recouped,
        reserve=one.reserve,
        closing=one.closing,
    )


def _chain(one: StatementSums) -> tuple[int, str]:
    return one.registry_id, one.payable.currency


__all__ = ["NO_WORK", "allocations", "divide_again", "record_divisions"]
