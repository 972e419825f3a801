"""Matches what is certain by itself, and takes back what is certain no longer.

What is matched follows from the facts alone: the order in which files came does not matter. What
the user confirmed or declined stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from desktop.model.matches import Mark, MatchKind, MoneyMatch, NewMatch
from desktop.model.money import Money
from desktop.payments.matching import Arrived, Awaited, Match, Of, certain_matches
from desktop.store import bank, journal, matches, payments
from desktop.store.database import Connection

# A statement's number alone is certain only if it is no number that anybody could have written.
_SHORTEST_NUMBER = 8

_Pairing = tuple[Of, int, int]


def recognise(tx: Connection, now_s: int) -> int:
    """Match what is certain in the caller's transaction; returns how many matches are new."""
    held = matches.live(tx)
    taken = {one.entry_id for one in held if one.confirmed}
    automatic = {_pairing(one): one for one in held if not one.confirmed}
    certain = {
        (one.of, one.awaited, one.arrived): one
        for one in certain_matches(list(_awaited(tx)), list(_arrived(tx, taken)))
    }
    for pairing, old in automatic.items():
        if pairing not in certain:
            matches.take_back(tx, old, "it is not certain any more", now_s)
            detail = {"match_id": old.match_id, "amount_minor": old.amount.minor}
            journal.add(tx, now_s, "payment.unmatched", str(old.entry_id), detail)
    new = [one for pairing, one in certain.items() if pairing not in automatic]
    for one in new:
        matches.add(tx, _new_match(one), now_s)
        detail = {"entry_id": one.arrived, "amount_minor": one.amount.minor}
        journal.add(tx, now_s, "payment.matched", str(one.awaited), detail)
    return len(new)


def _new_match(one: Match) -> NewMatch:
    return NewMatch(
        entry_id=one.arrived,
        kind=MatchKind.PAYMENT if one.amount.minor > 0 else MatchKind.RETURNED,
        amount=one.amount,
        settled=one.amount,
        statement_id=one.awaited if one.of is Of.STATEMENT else None,
        remittance_id=one.awaited if one.of is Of.REMITTANCE else None,
        reason=one.reason,
    )


def _pairing(one: MoneyMatch) -> _Pairing:
    if one.statement_id is not None:
        return Of.STATEMENT, one.statement_id, one.entry_id
    return Of.REMITTANCE, one.remittance_id or 0, one.entry_id


def _awaited(tx: Connection) -> Iterator[Awaited]:
    """Yield what was announced, and statements that no announcement names.

    Also what the user matched already: if more comes that names it, more came than was stated.
    """
    announced = set()
    for row in payments.remitted(tx):
        announced |= {(row.registry_id, number) for number, _, _ in row.parts}
        yield Awaited(
            key=row.remittance_id,
            external_id=row.external_id,
            reference=row.reference,
            amount=row.amount,
            names=tuple(number for number, _, _ in row.parts if _telling(number)),
        )
    yield from _stated(tx, announced)


def _stated(tx: Connection, known: Collection[tuple[int, str]]) -> Iterator[Awaited]:
    """Yield statements, once for each amount that a revision names."""
    marks = matches.marks(tx)
    seen: set[tuple[int, str, Money]] = set()
    for one in payments.revisions(tx):
        key = (one.registry_id, one.number)
        void = key in marks and marks[key].mark is Mark.VOID
        amount = (*key, one.payable)
        if key in known or void or one.aside or amount in seen or one.payable.minor <= 0:
            continue
        seen.add(amount)
        if _telling(one.number):
            yield Awaited(
                key=one.statement_id,
                external_id=one.number,
                reference="",
                amount=one.payable,
                of=Of.STATEMENT,
            )


def _arrived(tx: Connection, taken: Collection[int]) -> Iterator[Arrived]:
    """Yield entries that the user has not matched (taken) and not taken back."""
    not_for: dict[int, set[tuple[Of, int]]] = {}
    for entry_id, statement_id, remittance_id in matches.declined(tx):
        said = not_for.setdefault(entry_id, set())
        if statement_id is not None:
            said.add((Of.STATEMENT, statement_id))
        if remittance_id is not None:
            said.add((Of.REMITTANCE, remittance_id))
    for kept in bank.standing(tx):
        if kept.entry_id not in taken and kept.entry.amount.minor > 0:
            yield Arrived(
                key=kept.entry_id,
                entry=kept.entry,
                not_for=frozenset(not_for.get(kept.entry_id, ())),
            )


def _telling(number: str) -> bool:
    return len(re.sub(r"[\W_]", "", number)) >= _SHORTEST_NUMBER
