"""Exact sums of decimal text inside SQL, where SQLite's own sum() would use floats."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from desktop.model.money import EXACT


class _DecimalSum:
    """Aggregate decimal_sum(text): the exact sum as text; NULLs are left out."""

    def __init__(self) -> None:
        self._total = Decimal(0)

    def step(self, text: str | None) -> None:
        if text is not None:
            self._total = EXACT.add(self._total, Decimal(text))

    def finalize(self) -> str:
        return format(self._total, "f")


def register_decimals(connection: Any) -> None:
    """Teach a connection decimal_sum."""
    connection.create_aggregate("decimal_sum", 1, _DecimalSum)
