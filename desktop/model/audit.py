"""What happened to one row of money: who did what and when, and how it can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a history can be asked of."""

    PAYMENT = "payment"
    STATEMENT = "statement"
    ENTRY = "entry"
    PAYOUT = "payout"
    FINDING = "finding"


class Act(StrEnum):
    """What can happen to a row of money."""

    STATED = "stated"
    ANNOUNCED = "announced"
    BOOKED = "booked"
    MATCHED = "matched"
    UNMATCHED = "unmatched"
    MARKED = "marked"
    ASIDE = "aside"
    PAID = "paid"
    ATTACHED = "attached"
    TAKEN_AWAY = "taken_away"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that happened, as the store has it. about: what its words are made of."""

    time_s: int
    act: Act
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """How something can be undone by a further row. target: its number, as the flow takes it."""

    label: str
    act: Act
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of a history. row: of the journal, where it is written down; None: before it was."""

    time: datetime
    who: str
    what: str
    row: int | None = None
    undo: Undo | None = None
