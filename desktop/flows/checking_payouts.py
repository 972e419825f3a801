"""Holds what the user said of money handed on and advanced against the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from desktop.model.allocations import Payout
from desktop.model.journal import JournalRow
from desktop.store import advances, collaborators, divisions, journal
from desktop.store.database import Connection

PAID, TAKEN_BACK = "collaborator.paid", "collaborator.payout_taken_back"
ADVANCED, ADVANCE_TAKEN_BACK = "advance.recorded", "advance.taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidMoney:
    """How many rows agree with the journal, and what differs, in words."""

    rows: int
    wrong: tuple[str, ...]


def payout_detail(number: int, payout: Payout) -> dict[str, Any]:
    """Return what the journal keeps of a payout."""
    return {
        "payout": number,
        "party_id": payout.party_id,
        "minor": payout.amount.minor,
        "currency": payout.amount.currency,
        "on": payout.paid_on.isoformat(),
        "reverses": payout.reverses,
    }


def check_said_money(connection: Connection) -> SaidMoney:
    """Compare payouts, advances and recorded divisions with what the journal says of them."""
    paid = {
        one.payout_id: payout_detail(one.payout_id, one)
        for one in collaborators.payouts(connection)
    }
    granted = {
        one.advance_id: {
            "registry_id": one.registry_id,
            "minor": one.amount.minor,
            "currency": one.amount.currency,
            "on": one.granted_on.isoformat(),
            "reverses": one.reverses,
        }
        for one in advances.everything(connection)
    }
    paid_said = {
        int(row.detail["payout"]): row.detail for row in _said(connection, PAID, TAKEN_BACK)
    }
    granted_said = {
        int(row.subject): row.detail for row in _said(connection, ADVANCED, ADVANCE_TAKEN_BACK)
    }
    wrong = [
        *_differences("payout", paid, paid_said),
        *_differences("advance", granted, granted_said),
        *(f"division {one} does not add up" for one in divisions.broken(connection)),
    ]
    return SaidMoney(rows=len(paid) + len(granted), wrong=tuple(wrong))


def _said(connection: Connection, *actions: str) -> Iterator[JournalRow]:
    for action in actions:
        yield from (row for row in journal.rows(connection, about=action) if row.action == action)


def _differences(
    name: str, kept: Mapping[int, Mapping[str, Any]], said: Mapping[int, Mapping[str, Any]]
) -> Iterator[str]:
    for number in sorted({*kept, *said}):
        if number not in kept:
            yield f"{name} {number} is missing"
        elif number not in said:
            yield f"{name} {number} is not in the journal"
        elif dict(kept[number]) != dict(said[number]):
            yield f"{name} {number} was changed"
