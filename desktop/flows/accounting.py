"""A collaborator's statement: what came for them, what was handed on, and what is left of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from desktop.errors import UsageProblem
from desktop.flows.dividing import allocations, record_divisions
from desktop.flows.handing_on import find_collaborator
from desktop.flows.identifying import who_am_i
from desktop.flows.whole_files import write_whole
from desktop.model.allocations import Allocation, Arrival, CollaboratorStatement, DueRow, Payout
from desktop.model.money import Money
from desktop.model.works import Party
from desktop.payments.exports.collaborator import Given, write_csv_statement, write_pdf_statement
from desktop.services import Services
from desktop.store import collaborators, journal
from desktop.store.database import Connection

_DAY = timedelta(days=1)
_ENDINGS = {".pdf": write_pdf_statement, ".csv": write_csv_statement}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    """Everything that moved for one collaborator in one currency, in order of days."""

    currency: str
    due: Sequence[tuple[Allocation, Arrival]]
    paid: Sequence[Payout]

    def balance(self, before: date) -> Money:
        """What was to be handed on at the beginning of a day."""
        due = sum(one.amount.minor for _, one in self.due if one.on < before)
        paid = sum(one.amount.minor for one in self.paid if one.paid_on < before)
        return Money(self.currency, due - paid)


def collaborator_statements(
    name: str, first: date, last: date, services: Services
) -> list[CollaboratorStatement]:
    """Return a collaborator's statement in each currency; first and last day are in it.

    Raises UsageProblem.
    """
    found = allocations(services)
    with services.store.read() as connection:
        party = find_collaborator(connection, name)
        return _statements(connection, party, first, last, found)


def give_statement(
    name: str,
    first: date,
    last: date,
    target: Path,
    services: Services,
    *,
    force: bool = False,
) -> list[CollaboratorStatement]:
    """Write a collaborator's statement as PDF or CSV and keep what it said.

    What it is made of stays divided as it is now; what changes later is told by the next one.
    Raises UsageProblem: the ending, the place, nobody of that name, nothing to tell.
    """
    write = _ENDINGS.get(target.suffix.casefold())
    if write is None:
        raise UsageProblem(
            f"{target.name} is neither PDF nor CSV.", advice="End its name with .pdf or .csv."
        )
    me = who_am_i(services)
    found = allocations(services)
    with services.store.write() as tx:
        party = find_collaborator(tx, name)
        made = _statements(tx, party, first, last, found)
        if not made:
            raise UsageProblem(
                f"Nothing came for {party.name} and nothing was paid until {last:%d %B %Y}.",
                advice="`collaborators` shows where everybody stands.",
            )
        _keep(tx, party, made, found, services)
        given = Given(
            to=party.name,
            by=me.party.name if me else "",
            statements=tuple(made),
            made=services.now(),
            journal=journal.head(tx),
        )
        write_whole(target, lambda file: write(file, given), force=force)
    return made


def _statements(
    connection: Connection, party: Party, first: date, last: date, found: Sequence[Allocation]
) -> list[CollaboratorStatement]:
    if last < first:
        raise UsageProblem("A statement ends after it begins.")
    mine = [one for one in found if one.party_id == party.party_id]
    awaited = _awaited(mine, found)
    paid = collaborators.payouts(connection, party.party_id)
    result = []
    for account in _accounts(mine, paid):
        made = _statement(connection, party, account, first, last, awaited)
        still = account.balance(first).minor or made.closing.minor or made.awaited
        if made.rows or made.payouts or made.changed.minor or still:
            result.append(made)
    return result


def _accounts(mine: Sequence[Allocation], paid: Sequence[Payout]) -> Iterator[_Account]:
    due: dict[str, list[tuple[Allocation, Arrival]]] = {}
    for one in mine:
        due.setdefault(one.settled.currency, [])
        for arrival in one.arrivals:
            due.setdefault(arrival.amount.currency, []).append((one, arrival))
    for currency in sorted({*due, *(one.amount.currency for one in paid)}):
        rows = sorted(due.get(currency, ()), key=lambda pair: (pair[1].on, pair[0].payment_id))
        of_currency = [one for one in paid if one.amount.currency == currency]
        yield _Account(currency=currency, due=rows, paid=of_currency)


def _statement(
    connection: Connection,
    party: Party,
    account: _Account,
    first: date,
    last: date,
    awaited: Sequence[DueRow],
) -> CollaboratorStatement:
    now = account.balance(first)
    given = collaborators.statement_before(connection, party.party_id, account.currency, first)
    # What was told then and what is known of that day now; the difference is told, not hidden.
    changed = account.balance(given.ends) - given.closing if given else now - now
    rows = (_row(one, arrival) for one, arrival in account.due if first <= arrival.on <= last)
    return CollaboratorStatement(
        party_id=party.party_id,
        party=party.name,
        first=first,
        last=last,
        opening=now - changed,
        changed=changed,
        rows=tuple(rows),
        payouts=tuple(one for one in account.paid if first <= one.paid_on <= last),
        awaited=tuple(one for one in awaited if one.amount.currency == account.currency),
    )


def _awaited(mine: Sequence[Allocation], found: Sequence[Allocation]) -> list[DueRow]:
    """Return what is stated for the collaborator and has not come."""
    wholes: dict[tuple[int, int], Money] = {}
    for one in found:
        key = (one.payment_id, one.work_id)
        wholes[key] = wholes.get(key, one.awaited - one.awaited) + one.awaited
    return [
        _row(
            one,
            Arrival(on=one.issued, amount=one.awaited, whole=wholes[one.payment_id, one.work_id]),
        )
        for one in mine
        if one.awaited.minor
    ]


def _row(one: Allocation, arrival: Arrival) -> DueRow:
    return DueRow(
        on=arrival.on,
        registry=one.registry,
        number=one.number,
        period=one.period,
        title=one.title,
        amount=arrival.amount,
        whole=arrival.whole,
    )


def _keep(
    tx: Connection,
    party: Party,
    made: Sequence[CollaboratorStatement],
    found: Sequence[Allocation],
    services: Services,
) -> None:
    now_s = services.now_s()
    mine = {one.payment_id for one in found if one.party_id == party.party_id and one.arrivals}
    record_divisions(tx, sorted(mine), services)
    for one in made:
        amounts = (one.opening, one.changed, one.due, one.paid, one.closing)
        number = collaborators.add_statement(
            tx, party.party_id, one.first, one.last + _DAY, amounts, now_s
        )
        detail = {"statement": number, "minor": one.closing.minor, "currency": one.currency}
        journal.add(tx, now_s, "collaborator.statement", str(party.party_id), detail)
