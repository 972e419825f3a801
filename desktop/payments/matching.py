"""Proposes which bank entry is which remittance. Only what is certain is matched by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.model.money import Money
from desktop.model.payments import BankEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A remittance that was announced and not seen on an account yet."""

    key: int
    external_id: str
    reference: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A bank entry that nothing accounts for yet."""

    key: int
    entry: BankEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An entry that is that remittance; reason says by what it was recognised."""

    awaited: int
    arrived: int
    amount: Money
    reason: str


def certain_matches(awaited: Sequence[Awaited], arrived: Sequence[Arrived]) -> list[Match]:
    """Match where currency, amount and a reference of the payer all agree, and only one fits.

    Each remittance and each entry is used once at most.
    """
    matches: list[Match] = []
    used: set[int] = set()
    for remittance in awaited:
        fitting = [
            candidate
            for candidate in arrived
            if candidate.key not in used
            and candidate.entry.amount == remittance.amount
            and _names(candidate.entry, remittance)
        ]
        if len(fitting) == 1:
            used.add(fitting[0].key)
            matches.append(
                Match(
                    awaited=remittance.key,
                    arrived=fitting[0].key,
                    amount=remittance.amount,
                    reason="same amount and reference",
                )
            )
    return matches


def _names(entry: BankEntry, remittance: Awaited) -> bool:
    """The payer's own number in the end-to-end field, or the whole reference in the text."""
    if entry.end_to_end_id and entry.end_to_end_id == remittance.external_id:
        return True
    text = _squeezed(entry.reference)
    return any(
        len(word) >= 6 and word in text
        for word in (_squeezed(remittance.external_id), _squeezed(remittance.reference))
    )


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", text).upper()
