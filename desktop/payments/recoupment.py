"""What is left of advances after what statements kept for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from desktop.model.money import exact_sum

Dated = tuple[date, Decimal]


def recouped_since(granted: Sequence[Dated], recouped: Iterable[Dated]) -> Decimal:
    """Return what was kept since the first advance: before it, it was for one nobody recorded."""
    first = min((on for on, _ in granted), default=date.max)
    return exact_sum(amount for on, amount in recouped if on >= first)


def advance_left(granted: Sequence[Dated], recouped: Iterable[Dated]) -> Decimal | None:
    """Return what is still to be earned back, below zero if too much was kept.

    None where no advance is known, so that nothing can be said.
    """
    if not granted:
        return None
    return exact_sum([*(amount for _, amount in granted), -recouped_since(granted, recouped)])
