"""What a payer calls a work, and which work of the library that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class PayerWorkName:
    """What one payer calls one work, the same on all its statements. key: unique at the payer.

    identifiers: (scheme, number in its plain form). stated: the number as it stood on the line.
    """

    key: str
    title: str
    creators: str = ""
    claim_number: str = ""
    iscc: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    stated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What a use earned in the currency it was sold in, and how the payer converted it."""

    amount: Decimal | None
    currency: str
    rate: Decimal | None = None
    source: str = ""
    on: date | None = None


class PayerWorkState(StrEnum):
    """Whether it is known which work is meant."""

    UNMATCHED = "unmatched"
    MATCHED = "matched"
    NOT_MINE = "not_mine"


class MatchReason(StrEnum):
    """Why it is that work; the user's word counts most."""

    CLAIM = "claim"
    IDENTIFIER = "identifier"
    ISCC = "iscc"
    HASH = "hash"
    USER = "user"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerWork:
    """What a payer calls a work, with the current match and what was earned under that name.

    amounts: exact sums of the lines, by currency.
    """

    payer_work_id: int
    registry: str
    name: PayerWorkName
    state: PayerWorkState
    work_id: int | None = None
    reason: MatchReason | None = None
    lines: int = 0
    amounts: tuple[tuple[str, Decimal], ...] = ()


def name_of(claim_number: str, iscc: str, title: str) -> PayerWorkName:
    """Return what a signed statement calls a work: its claim, else its code, else its title."""
    if claim_number:
        key = f"claim:{claim_number}"
    elif iscc:
        key = f"iscc:{iscc}"
    else:
        key = f"title:{title_key(title)}"
    return PayerWorkName(key, title, claim_number=claim_number, iscc=iscc)


def title_key(title: str) -> str:
    """Return a title as it is compared: one space between words, and no capitals."""
    return " ".join(title.casefold().split())
