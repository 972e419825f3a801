"""How a flow tells how far it is, and learns that it should stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """done of total items (total 0: not known yet).

    bytes_done of bytes_total: what was read of what must be; items that cost nothing are not in
    them. problems: how many items so far have which kind of problem.
    """

    done: int
    total: int
    label: str = ""
    bytes_done: int = 0
    bytes_total: int = 0
    problems: tuple[tuple[str, int], ...] = ()


Report = Callable[[Progress], None]
Cancelled = Callable[[], bool]


def silent(_progress: Progress) -> None:
    """Report nothing."""


def never() -> bool:
    """Nobody will cancel."""
    return False
