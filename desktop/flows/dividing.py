"""Whose each payment is: by the shares valid on the day of use, exact, adding up to what is paid.

A line that names a claim is divided by the shares of that claim, as it was signed; any other line
by the shares of its work. A division that was recorded stays as it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from desktop.errors import UsageProblem
from desktop.flows.arriving import arrived_parts, sums_of
from desktop.flows.reconciling import list_payments
from desktop.flows.sharing import Parts, Shares, read_people, read_shares
from desktop.model.allocations import NOBODY, Allocation
from desktop.model.money import EXACT
from desktop.model.payments import PaymentState
from desktop.payments.dividing import Carried, Divided, WorkLine, divide
from desktop.services import Services
from desktop.store import divisions, journal
from desktop.store.database import Connection
from desktop.store.divisions import LineGroup, StatementSums

NOT_SAID = "Not given to anybody"


def allocations(
    services: Services, *, payment_id: int | None = None, party_id: int | None = None
) -> list[Allocation]:
    """Return whose every payment is, newest first; of one payment or one party if asked.

    The settled amounts of a payment add up to what is to come of it, those due to what came.
    What is the user's alone is not told apart by work (work_id NO_WORK).
    """
    payments = [
        one
        for one in list_payments(services)
        if payment_id in (None, one.payment_id) and one.state is not PaymentState.VOID
    ]
    with services.store.read() as connection:
        divided = divided_now(connection, payment_id)
        kept = divisions.kept(connection)
        works = {work for one in divided.values() for _, work in one[1].settled}
        works |= {work for one in kept.values() for _, work in one}
        titles = divisions.titles(connection, works)
        people = read_people(connection)
    found: list[Allocation] = []
    for payment in payments:
        if payment.payment_id not in divided:
            continue
        arrived = arrived_parts(payment, *divided[payment.payment_id], kept, people.me)
        found += [
            Allocation(
                party_id=one.party,
                party=people.names.get(one.party, NOT_SAID),
                is_me=one.party == people.me,
                payment_id=payment.payment_id,
                registry=payment.registry,
                number=payment.number,
                period=payment.period,
                issued=payment.issued,
                work_id=one.work,
                title=titles.get(one.work, ""),
                exact=one.exact,
                settled=one.settled,
                due=one.due,
                arrivals=one.arrivals,
                recorded=payment.payment_id in kept,
            )
            for one in arrived
            if party_id in (None, one.party)
        ]
    return found


def record_divisions(
    tx: Connection, payment_ids: Iterable[int], services: Services, *, again: bool = False
) -> int:
    """Keep how payments are divided now, so that it stays; returns how many were new.

    again: also those that were kept before, because shares were corrected.
    """
    kept = divisions.kept(tx)
    divided = divided_now(tx)
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


def divide_again(payment_ids: Collection[int], services: Services) -> int:
    """Divide recorded payments by the shares as they are now. Raises UsageProblem."""
    unknown = set(payment_ids) - {one.payment_id for one in list_payments(services)}
    if unknown:
        raise UsageProblem(
            f"There is no payment {min(unknown)}.", advice="`payments` lists them with numbers."
        )
    with services.store.write() as tx:
        return record_divisions(tx, sorted(payment_ids), services, again=True)


def divided_now(
    connection: Connection, payment_id: int | None = None
) -> dict[int, tuple[StatementSums, Divided]]:
    """Divide every statement by the shares as they are, whatever was kept.

    payment_id: only that one and those its payer sent before it in that currency.
    """
    statements = divisions.sums(connection)
    if payment_id is not None:
        keys = {_chain(one) for one in statements if one.statement_id == payment_id}
        statements = [one for one in statements if _chain(one) in keys]
    shares = read_shares(connection)
    numbers = [one.statement_id for one in statements]
    groups = divisions.line_groups(connection, numbers, shares.claims, shares.works)
    lines = _lines(groups, shares)
    found: dict[int, tuple[StatementSums, Divided]] = {}
    carried: dict[tuple[int, str], Carried] = {}
    for one in statements:
        chain = _chain(one)
        result = divide(
            sums_of(one),
            lines.get(one.statement_id, []),
            carried.get(chain, Carried()),
            shares.people.me,
        )
        carried[chain] = result.carried
        found[one.statement_id] = (one, result)
    return found


def _lines(groups: Sequence[LineGroup], shares: Shares) -> dict[int, list[WorkLine]]:
    """Return what is to be divided of each statement; lines with the same parts are one."""
    merged: dict[tuple[int, int, Parts], Decimal] = {}
    for group in groups:
        key = (group.statement_id, group.work_id, shares.parts(group))
        merged[key] = EXACT.add(merged.get(key, Decimal(0)), group.net)
    found: dict[int, list[WorkLine]] = {}
    for (statement, work, parts), net in merged.items():
        line = WorkLine(work=work, net=net, parts=dict(parts))
        found.setdefault(statement, []).append(line)
    return found


def _chain(one: StatementSums) -> tuple[int, str]:
    return one.registry_id, one.payable.currency
