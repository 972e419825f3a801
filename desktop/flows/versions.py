"""Decides what importing a statement means: it is new, here already, or changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from desktop.model.registries import Registry
from desktop.model.statement_files import Arrival
from desktop.payments.statement_files.gathering import MOST_USES, Gathered, use_of
from desktop.payments.statement_files.values import label_of
from desktop.store import statement_versions
from desktop.store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do with one statement of a file.

    statement_id: of the one that is here. before: SHA-256 of the one that this one corrects.
    """

    gathered: Gathered
    number: str
    revision: int
    arrival: Arrival
    statement_id: int | None = None
    before: str | None = None


def plans_for(
    connection: Connection, registry: Registry | None, gathered: Sequence[Gathered]
) -> list[Plan]:
    """Return a plan for each statement, in their order. registry None: a payer not known yet."""
    called = numbers_of(gathered)
    return [
        _plan(connection, registry, one, number)
        for one, number in zip(gathered, called, strict=True)
    ]


def numbers_of(gathered: Sequence[Gathered]) -> list[str]:
    """Return what the statements of one file are called, in their order."""
    numbers = Counter(one.number for one in gathered)
    return [_number(one, numbers) for one in gathered]


def _number(one: Gathered, numbers: Counter[str]) -> str:
    """One number of the payer for several periods or currencies gets them added."""
    if numbers[one.number] == 1:
        return one.number
    return f"{one.number} · {label_of(one.period)} {one.group.currency}"


def _plan(connection: Connection, registry: Registry | None, one: Gathered, number: str) -> Plan:
    if registry is None:
        return Plan(gathered=one, number=number, revision=1, arrival=Arrival.NEW)
    registry_id = registry.registry_id
    same = statement_versions.with_digest(connection, registry_id, one.digest)
    if same is not None:
        here = statement_versions.number_of(connection, same)
        return Plan(
            gathered=one,
            number=here[0],
            revision=here[1],
            arrival=Arrival.HERE,
            statement_id=same,
        )
    candidate, count = number, 1
    while known := statement_versions.newest(connection, registry_id, candidate):
        if one.group.number or _shares_uses(connection, known[0], one):
            return Plan(
                gathered=one,
                number=candidate,
                revision=known[1] + 1,
                arrival=Arrival.CHANGED,
                before=known[2],
            )
        count += 1
        candidate = f"{number} ({count})"
    return Plan(gathered=one, number=candidate, revision=1, arrival=Arrival.NEW)


def _shares_uses(connection: Connection, statement_id: int, one: Gathered) -> bool:
    """Whether a statement without a number of the payer's is of any use the other is of too.

    Two files of one month may be of two accounts: then neither corrects the other.
    """
    return any(
        use_of(key, licensee, use, territory, date.fromisoformat(start)) in one.uses
        for key, licensee, use, territory, start in statement_versions.uses(
            connection, statement_id, MOST_USES
        )
    )
