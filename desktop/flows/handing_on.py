"""What was handed on to collaborators: recorded, taken back, and where each of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from desktop.errors import UsageProblem
from desktop.flows.checking_payouts import PAID, TAKEN_BACK, payout_detail
from desktop.flows.dividing import allocations, record_divisions
from desktop.model.allocations import NOBODY, Allocation, Balance, Payout
from desktop.model.money import Money, exponent, parse_amount
from desktop.model.works import Party
from desktop.services import Services
from desktop.store import collaborators, journal, parties
from desktop.store.database import Connection

LONGEST = 500


def collaborator(name: str, services: Services) -> Party:
    """Return the collaborator of that name, key or number. Raises UsageProblem."""
    with services.store.read() as connection:
        return find_collaborator(connection, name)


def find_collaborator(connection: Connection, name: str) -> Party:
    """Return the collaborator of that name, key or number, never the user. Raises UsageProblem."""
    wanted = " ".join(name.casefold().split())
    found = [
        one
        for one in parties.everyone(connection)
        if wanted in (" ".join(one.name.casefold().split()), one.did.casefold(), str(one.party_id))
    ]
    others = [one for one in found if not one.is_self]
    if found and not others:
        raise UsageProblem(
            f"{found[0].name} is you.", advice="Payouts are recorded for the others who share."
        )
    if len(others) != 1:
        said = f"There are {len(others)} people called" if others else "There is nobody called"
        raise UsageProblem(
            f"{said} {name!r}.",
            advice="`party list` shows everyone; a number from there names one of them.",
        )
    return others[0]


def record_payout(
    name: str,
    amount: str,
    currency: str,
    services: Services,
    *,
    on: date | None = None,
    way: str = "",
    reference: str = "",
    note: str = "",
) -> tuple[Payout, Balance]:
    """Keep that money was handed on, and return it with where the collaborator stands now.

    What was due until then is kept as it was divided. Below zero: the collaborator gave it back.
    Raises UsageProblem.
    """
    money = read_money(amount, currency)
    if not money.minor:
        raise UsageProblem("Nothing cannot be paid.", advice="Say how much it was.")
    day = _day(on, services)
    way, reference, note = _line(way), _line(reference), _line(note)
    mine = allocations(services)
    with services.store.write() as tx:
        party = find_collaborator(tx, name)
        of_party = [one for one in mine if one.party_id == party.party_id]
        numbers = {
            one.payment_id
            for one in of_party
            if money.currency in (one.settled.currency, *(came.currency for came in one.came))
        }
        record_divisions(tx, sorted(numbers), services)
        payout = Payout(
            payout_id=0,
            party_id=party.party_id,
            party=party.name,
            paid_on=day,
            amount=money,
            way=way,
            reference=reference,
            note=note,
        )
        kept = _keep(tx, payout, services)
        paid = collaborators.payouts(tx, party.party_id)
    stands = _balances(of_party, paid)
    return kept, next(one for one in stands if one.due.currency == money.currency)


def take_back_payout(payout_id: int, services: Services) -> Payout:
    """Undo a payout by a row that takes it back; both stay visible. Raises UsageProblem."""
    with services.store.write() as tx:
        known = collaborators.payout(tx, payout_id)
        if known is None:
            raise UsageProblem(
                f"There is no payout {payout_id}.", advice="`collaborators show NAME` lists them."
            )
        if known.reverses is not None or known.reversed_by is not None:
            raise UsageProblem(f"Payout {payout_id} was taken back already.")
        back = Payout(
            payout_id=0,
            party_id=known.party_id,
            party=known.party,
            paid_on=_day(None, services),
            amount=-known.amount,
            way=known.way,
            reference=known.reference,
            note=known.note,
            reverses=payout_id,
        )
        return _keep(tx, back, services)


def balances(services: Services, *, mine: bool = False) -> list[Balance]:
    """Return where each collaborator stands in each currency; mine: the user's own part too.

    What nobody holds is among them (party_id NOBODY): it must not go unseen.
    """
    found = [one for one in allocations(services) if mine or not one.is_me]
    with services.store.read() as connection:
        paid = collaborators.payouts(connection)
    return _balances(found, paid)


def read_money(amount: str, currency: str) -> Money:
    """Return an amount that the user typed. Raises UsageProblem."""
    code = currency.strip().upper()
    try:
        exponent(code)
        return Money.exactly(parse_amount(amount.strip()), code)
    except ValueError as error:
        raise UsageProblem(str(error), advice="Write it like 120.00 EUR, with a point.") from error


def _balances(found: Sequence[Allocation], paid: Sequence[Payout]) -> list[Balance]:
    people: dict[tuple[int, str], tuple[str, bool]] = {}
    due: dict[tuple[int, str], int] = {}
    awaited: dict[tuple[int, str], int] = {}
    handed: dict[tuple[int, str], int] = {}
    for one in found:
        for came in one.came:
            key = (one.party_id, came.currency)
            people[key] = (one.party, one.is_me)
            due[key] = due.get(key, 0) + came.minor
        key = (one.party_id, one.settled.currency)
        if one.awaited.minor:
            people[key] = (one.party, one.is_me)
        awaited[key] = awaited.get(key, 0) + one.awaited.minor
    for payout in paid:
        key = (payout.party_id, payout.amount.currency)
        people.setdefault(key, (payout.party, False))
        handed[key] = handed.get(key, 0) + payout.amount.minor
    result = [
        Balance(
            party_id=key[0],
            party=name,
            is_me=is_me,
            due=Money(key[1], due.get(key, 0)),
            awaited=Money(key[1], awaited.get(key, 0)),
            paid=Money(key[1], handed.get(key, 0)),
        )
        for key, (name, is_me) in people.items()
    ]
    return sorted(result, key=lambda one: (one.party_id == NOBODY, one.party, one.due.currency))


def _keep(tx: Connection, payout: Payout, services: Services) -> Payout:
    now_s = services.now_s()
    number = collaborators.add_payout(tx, payout, now_s)
    action = PAID if payout.reverses is None else TAKEN_BACK
    journal.add(tx, now_s, action, str(payout.party_id), payout_detail(number, payout))
    return replace(payout, payout_id=number)


def _day(on: date | None, services: Services) -> date:
    today = services.now().astimezone().date()
    if on is not None and on > today + timedelta(days=1):
        raise UsageProblem(f"{on:%d %B %Y} has not come yet.", advice="Say the day you paid.")
    return on or today


def _line(text: str) -> str:
    line = " ".join(text.split())
    if len(line) > LONGEST:
        raise UsageProblem(f"This text has {len(line)} characters; {LONGEST} are the most.")
    return line
