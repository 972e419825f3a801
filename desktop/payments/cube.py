"""Adds up statement lines by anything, exactly, in memory: a few small arrays hold a million lines.

An amount is kept as whole numbers of nine digits each, so sums by machine floats lose nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from desktop.model.line_columns import LIMB, Columns, Dimension, amount_of

Codes = NDArray[np.int32]
Rows = NDArray[np.intp]
_MOST_AT_ONCE = 8_000_000  # 8e6 lines of nine digits stay below 2**53
_MOST_BINS = 4_000_000
_MOST_JOINED = 9 * 10**9  # times 10**9 it stays below 2**63


def only(columns: Columns, rows: Rows) -> Columns:
    """Return some of the lines."""
    codes = {dimension: codes[rows] for dimension, codes in columns.codes.items()}
    return Columns(codes, columns.limbs[:, rows], columns.position[rows])


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums by one dimension and by currency, as they lie in memory, and the order to list them in.

    key, currency: codes. lines: how many. parts: (kinds of use + 1, k, rows), exact sums; the last
    kind is every line that is of no kind. order: of the rows; what is asked for by index is in it.
    """

    key: NDArray[np.int64]
    currency: NDArray[np.int64]
    lines: NDArray[np.int64]
    parts: NDArray[np.int64]
    order: Rows

    def __len__(self) -> int:
        return len(self.order)

    def codes(self, index: int) -> tuple[int, int]:
        """The codes of key and currency of a row."""
        row = self.order[index]
        return int(self.key[row]), int(self.currency[row])

    def count(self, index: int) -> int:
        """How many lines a row has."""
        return int(self.lines[self.order[index]])

    def net(self, index: int) -> Decimal:
        """The whole sum of a row."""
        return amount_of(self.parts[:, :, self.order[index]].sum(axis=0))

    def part(self, kind: int, index: int) -> Decimal:
        """The sum of a row's lines of one kind of use."""
        return amount_of(self.parts[kind, :, self.order[index]])

    def whole(self) -> dict[int, Decimal]:
        """The sum of all rows of each currency, by its code."""
        nets = self.parts.sum(axis=0)
        return {
            int(code): amount_of(int(digit) for digit in nets[:, self.currency == code].sum(axis=1))
            for code in np.unique(self.currency)
        }


def choose(
    columns: Columns,
    where: Mapping[Dimension, Iterable[int]],
    months: tuple[int, int] | None = None,
) -> Rows | None:
    """Return the numbers of the lines that have one of the codes in every dimension named.

    months: first and last, as codes. None: all lines.
    """
    mask: NDArray[np.bool_] | None = None
    for dimension, wanted in where.items():
        codes = columns.codes[dimension]
        mask = _both(mask, _is_among(codes, np.fromiter(wanted, np.int64)))
    if months is not None:
        month = columns.codes[Dimension.MONTH]
        mask = _both(mask, (month >= months[0]) & (month <= months[1]))
    return None if mask is None else np.flatnonzero(mask)


def add_up(
    columns: Columns,
    by: Dimension,
    rows: Rows | None = None,
    kinds: Sequence[int] = (),
    apart: Dimension = Dimension.USE,
) -> Totals:
    """Return the exact sums of lines by a dimension and by currency, the largest first.

    kinds: codes of uses, or of another dimension, that are summed apart. Sums of different
    currencies stand in different rows; they are ordered as numbers all the same.
    """
    use = _taken(columns.codes[apart], rows)
    kind = np.full(len(use), len(kinds), np.int64)
    for number, code in enumerate(kinds):
        kind[use == code] = number
    currency = _taken(columns.codes[Dimension.CURRENCY], rows).astype(np.int64)
    currencies = int(currency.max(initial=0)) + 1
    group, keys = _grouped(_taken(columns.codes[by], rows).astype(np.int64) * currencies + currency)
    wide = len(kinds) + 1
    bins = group * wide + kind
    size = len(keys) * wide
    lines = np.bincount(bins, minlength=size).reshape(-1, wide)
    parts = np.array(
        [_sums(bins, _taken(limb, rows), size).reshape(-1, wide) for limb in columns.limbs],
        np.int64,
    ).reshape(len(columns.limbs), len(keys), wide)
    apart_by_kind = parts.transpose(2, 0, 1)
    return Totals(
        key=keys // currencies,
        currency=keys % currencies,
        lines=lines.sum(axis=1).astype(np.int64),
        parts=apart_by_kind,
        order=_largest_first(apart_by_kind.sum(axis=0)),
    )


def largest_first(columns: Columns, rows: Rows) -> Rows:
    """Return in which order lines stand by their amounts, as places in rows."""
    return _largest_first(columns.limbs[:, rows].astype(np.int64))


def largest_sums(totals: Totals) -> Rows:
    """Return the order of sums from the largest down."""
    return _largest_first(totals.parts.sum(axis=0))


def _taken(column: NDArray[np.int32], rows: Rows | None) -> NDArray[np.int32]:
    return column if rows is None else column[rows]


def _largest_first(limbs: NDArray[np.int64]) -> Rows:
    """Return the order of (k, n) digits, in which those of equal amounts stay as they are.

    Digits of either sign are carried over first, so that amounts compare digit by digit.
    """
    if not len(limbs):
        return np.arange(limbs.shape[1])
    made = limbs.copy()
    for low in range(len(made) - 1):
        over = made[low] // LIMB
        if over.any():
            made[low] -= over * LIMB
            made[low + 1] += over
    told = [-limb for limb in made if limb.any()]
    if len(told) > 1 and np.abs(told[-1]).max() < _MOST_JOINED:
        told[-2:] = [told[-1] * LIMB + told[-2]]  # one number sorts faster than two
    if not told:
        return np.arange(limbs.shape[1])
    return np.argsort(told[0], kind="stable") if len(told) == 1 else np.lexsort(told)


def _grouped(combined: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return for each line the number of its group, and for each group its combined code."""
    most = int(combined.max(initial=-1)) + 1
    if most > max(_MOST_BINS, 4 * len(combined)):
        keys, group = np.unique(combined, return_inverse=True)
        return group.astype(np.intp), keys
    seen = np.bincount(combined, minlength=most) > 0
    number = np.cumsum(seen) - 1
    return number[combined].astype(np.intp), np.flatnonzero(seen).astype(np.int64)


def _sums(bins: NDArray[np.intp], limb: NDArray[np.int32], size: int) -> NDArray[np.int64]:
    """Return the exact sum of whole numbers in each bin; no partial sum leaves 2**53."""
    total = np.zeros(size, np.int64)
    for start in range(0, len(bins), _MOST_AT_ONCE):
        part = slice(start, start + _MOST_AT_ONCE)
        total += np.bincount(bins[part], weights=limb[part], minlength=size).astype(np.int64)
    return total


def _is_among(codes: Codes, wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    if len(wanted) == 1:
        equal: NDArray[np.bool_] = codes == wanted[0]
        return equal
    most = int(codes.max(initial=-1)) + 1
    table = np.zeros(most + 1, np.bool_)
    table[wanted[(wanted >= 0) & (wanted < most)]] = True
    found: NDArray[np.bool_] = table[codes]
    return found


def _both(mask: NDArray[np.bool_] | None, other: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return other if mask is None else mask & other
