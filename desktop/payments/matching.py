"""Which bank entry is which remittance or statement, where it is certain; the rest is proposed.

Certain is what follows from the facts alone, in whatever order they came.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop.model.money import Money
from desktop.model.payments import BankEntry

SHORTEST_NAME = 6


class Of(StrEnum):
    """What announced the money."""

    REMITTANCE = "remittance"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """Money that was announced and not seen on an account yet.

    names: other texts that name it (numbers of its statements), as long as certain names are.
    """

    key: int
    external_id: str
    reference: str
    amount: Money
    of: Of = Of.REMITTANCE
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A bank entry that nothing accounts for yet. not_for: what the user said it is not."""

    key: int
    entry: BankEntry
    not_for: frozenset[tuple[Of, int]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An entry that is that remittance or statement; reason says how it was recognised."""

    awaited: int
    arrived: int
    amount: Money
    reason: str
    of: Of = Of.REMITTANCE


def certain_matches(awaited: Sequence[Awaited], arrived: Sequence[Arrived]) -> list[Match]:
    """Match where currency, amount and a reference of the payer agree, and nothing else fits.

    Of two entries that fit one remittance, or two remittances that fit one entry, none is matched.
    """
    by_amount: dict[Money, list[Arrived]] = {}
    for one in arrived:
        by_amount.setdefault(one.entry.amount, []).append(one)
    fitting = {
        index: [
            one
            for one in by_amount.get(wanted.amount, ())
            if (wanted.of, wanted.key) not in one.not_for and names(one.entry, wanted)
        ]
        for index, wanted in enumerate(awaited)
    }
    wanted_by: dict[int, int] = {}
    for found in fitting.values():
        for one in found:
            wanted_by[one.key] = wanted_by.get(one.key, 0) + 1
    return [
        Match(
            awaited=awaited[index].key,
            arrived=found[0].key,
            amount=awaited[index].amount,
            reason="same amount and reference",
            of=awaited[index].of,
        )
        for index, found in fitting.items()
        if len(found) == 1 and wanted_by[found[0].key] == 1
    ]


def names(entry: BankEntry, wanted: Awaited) -> bool:
    """Whether the payer's number stands in the end-to-end field, or a reference in the text."""
    if entry.end_to_end_id and entry.end_to_end_id == wanted.external_id:
        return True
    return mentions(entry.reference, (wanted.external_id, wanted.reference, *wanted.names))


def mentions(text: str, references: Iterable[str]) -> bool:
    """Whether one of the references stands in a text, however a bank spaces it.

    One with less than six letters and digits proves nothing.
    """
    return any(
        pattern.search(text) is not None
        for pattern in map(_pattern, references)
        if pattern is not None
    )


@functools.lru_cache(maxsize=4096)
def _pattern(reference: str) -> re.Pattern[str] | None:
    """Return what finds a reference; a longer number that contains it is another one."""
    bare = re.sub(r"[\W_]", "", reference)
    if len(bare) < SHORTEST_NAME:
        return None
    spaced = r"[\W_]*".join(map(re.escape, bare))
    before = r"(?<!\d)" if bare[0].isdigit() else ""
    after = r"(?!\d)" if bare[-1].isdigit() else ""
    return re.compile(before + spaced + after, re.IGNORECASE)
