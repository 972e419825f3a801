"""Files kept with a payment, a bank entry or a payout: a contract, a letter, a screenshot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AttachedTo(StrEnum):
    """What a file can be kept with."""

    PAYMENT = "payment"
    BANK_ENTRY = "bank_entry"
    PAYOUT = "payout"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """A file with what is known of it. name and note are others' words; sha256 is of its bytes.

    number: of the payment, bank entry or payout; a payment's stays with corrections of it.
    """

    attached_id: int
    to: AttachedTo
    number: int
    name: str
    mediatype: str
    size_bytes: int
    sha256: str
    kept_s: int
    dated: str = ""
    note: str = ""
    taken_away: bool = False
