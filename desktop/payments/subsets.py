"""Finds amounts that add up to another one, within a bounded search."""

from __future__ import annotations

from collections.abc import Sequence

MOST_STEPS = 20_000


def adding_up(amounts: Sequence[int], target: int) -> tuple[int, ...]:
    """Return places of amounts whose sum is target, as few as the search meets first; or none.

    amounts are above zero. All of them together are tried first: a payer pays what is open.
    """
    if target <= 0 or sum(amounts) < target:
        return ()
    if sum(amounts) == target:
        return tuple(range(len(amounts)))
    order = sorted(range(len(amounts)), key=lambda place: -amounts[place])
    rest = [0] * (len(order) + 1)
    for at in range(len(order) - 1, -1, -1):
        rest[at] = rest[at + 1] + amounts[order[at]]
    steps = 0
    open_: list[tuple[int, int, tuple[int, ...]]] = [(0, target, ())]
    while open_ and steps < MOST_STEPS:
        steps += 1
        at, missing, chosen = open_.pop()
        if missing == 0:
            return tuple(sorted(chosen))
        if at == len(order) or rest[at] < missing:
            continue
        open_.append((at + 1, missing, chosen))
        if amounts[order[at]] <= missing:
            open_.append((at + 1, missing - amounts[order[at]], (*chosen, order[at])))
    return ()
