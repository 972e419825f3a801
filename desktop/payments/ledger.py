"""All lines in memory: filtered, added up and listed with a running total, every digit exact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from desktop.model.ledger import LedgerLine, LineFilter, StatementFacts, Words
from desktop.model.line_columns import Columns, Dimension, amount_of, month_code, month_of
from desktop.model.payments import GroupTotal, PaymentState
from desktop.payments import cube

Rows = NDArray[np.intp]
SEARCHED = (
    Dimension.TITLE, Dimension.WORK, Dimension.LICENSEE, Dimension.MODEL, Dimension.REGISTRY,
    Dimension.STATEMENT,
)  # fmt: skip
_KINDS = ("training", "output")
_NO_MONTH, _LAST_MONTH = 0, 9999 * 12 + 11


@dataclass(frozen=True, slots=True)
class Ledger:
    """Lines oldest first, with the words for their codes and the states of their payments."""

    columns: Columns
    words: Mapping[Dimension, Words]
    statements: Mapping[int, StatementFacts]
    states: Mapping[int, PaymentState]

    def rows(self, wanted: LineFilter) -> Rows | None:
        """Return the numbers of the lines that a filter means, oldest first; None: all."""
        where = {
            dimension: self._codes(dimension, keys) for dimension, keys in wanted.where.items()
        }
        if wanted.states:
            fit = [number for number, state in self.states.items() if state in wanted.states]
            asked = where.get(Dimension.STATEMENT)
            where[Dimension.STATEMENT] = (
                fit if asked is None else sorted(set(fit).intersection(asked))
            )
        rows = cube.choose(self.columns, where, _months(wanted))
        text = wanted.text.strip().casefold()
        return rows if not text else self._with_text(rows, text)

    def totals(self, by: Dimension, rows: Rows | None = None) -> list[GroupTotal]:
        """Return the exact sums of lines by a dimension and currency, the largest first.

        Months stand newest first.
        """
        kinds = [self._codes(Dimension.USE, (use,)) for use in _KINDS]
        made = cube.add_up(self.columns, by, rows, [(codes or [-1])[0] for codes in kinds])
        found = [
            GroupTotal(
                key=self.key(by, int(made.key[index])),
                label=self.label(by, int(made.key[index])),
                currency=self.label(Dimension.CURRENCY, int(made.currency[index])),
                net=made.net(index),
                lines=int(made.lines[index]),
                training=made.part(0, index),
                output=made.part(1, index),
                other=made.part(2, index),
            )
            for index in range(len(made))
        ]
        if by is Dimension.MONTH:
            found.sort(key=lambda total: (total.key, total.currency), reverse=True)
        return found

    def page(self, rows: Rows | None = None) -> LinePage:
        """Return lines to list, with their running totals."""
        chosen = np.arange(self.columns.count) if rows is None else rows
        return LinePage(self, chosen, _running(self.columns, chosen))

    def label(self, dimension: Dimension, code: int) -> str:
        """Return what is shown for a code."""
        if dimension is Dimension.MONTH:
            return f"{month_of(code):%Y-%m}"
        return self.words[dimension].labels[code]

    def key(self, dimension: Dimension, code: int) -> str:
        """Return what filters call a code."""
        if dimension is Dimension.MONTH:
            return f"{month_of(code):%Y-%m}"
        return self.words[dimension].keys[code]

    def _codes(self, dimension: Dimension, keys: tuple[str, ...]) -> list[int]:
        if dimension is Dimension.MONTH:
            return [_month(key) for key in keys]
        return self.words[dimension].codes_of(keys)

    def _with_text(self, rows: Rows | None, text: str) -> Rows:
        fits = np.zeros(self.columns.count, np.bool_)
        for dimension in SEARCHED:
            codes = self.words[dimension].codes_with(text)
            if codes:
                found = cube.choose(self.columns, {dimension: codes})
                fits[found] = True
        return np.flatnonzero(fits) if rows is None else rows[fits[rows]]


@dataclass(frozen=True, slots=True)
class LinePage:
    """Lines that were asked for, oldest first; running: digits of the total up to each."""

    ledger: Ledger
    rows: Rows
    running: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    def newest_first(self) -> LinePage:
        """Return the same lines the other way round; running totals stay with their lines."""
        return LinePage(self.ledger, self.rows[::-1], self.running[:, ::-1])

    def largest_first(self) -> LinePage:
        """Return the same lines by amount, whatever the currency."""
        order = cube.ordered(cube.only(self.ledger.columns, self.rows), np.arange(len(self.rows)))
        return LinePage(self.ledger, self.rows[order], self.running[:, order])

    def net(self, index: int) -> Decimal:
        """Return the exact amount of one line."""
        return amount_of(self.ledger.columns.limbs[:, self.rows[index]])

    def line(self, index: int) -> LedgerLine:
        """Return one line."""
        ledger, row = self.ledger, self.rows[index]
        codes = {name: int(column[row]) for name, column in ledger.columns.codes.items()}
        facts = ledger.statements[codes[Dimension.STATEMENT]]

        def label(dimension: Dimension) -> str:
            return ledger.label(dimension, codes[dimension])

        return LedgerLine(
            statement_id=facts.statement_id,
            position=int(ledger.columns.position[row]),
            month=month_of(codes[Dimension.MONTH]),
            registry=label(Dimension.REGISTRY),
            number=facts.number,
            work=label(Dimension.WORK),
            work_key=ledger.key(Dimension.WORK, codes[Dimension.WORK]),
            title=label(Dimension.TITLE),
            licensee=label(Dimension.LICENSEE),
            model=label(Dimension.MODEL),
            use=label(Dimension.USE),
            right=label(Dimension.RIGHT),
            territory=label(Dimension.TERRITORY),
            net=self.net(index),
            currency=label(Dimension.CURRENCY),
            running=amount_of(self.running[:, index]),
        )

    def __iter__(self) -> Iterator[LedgerLine]:
        return (self.line(index) for index in range(len(self)))


def _running(columns: Columns, rows: Rows) -> NDArray[np.int64]:
    """Return for each line the digits of the sum of its currency up to and with it."""
    made = np.empty((len(columns.limbs), len(rows)), np.int64)
    currency = columns.codes[Dimension.CURRENCY][rows]
    present = np.flatnonzero(np.bincount(currency)) if len(rows) else ()
    for code in present:
        these = slice(None) if len(present) == 1 else np.flatnonzero(currency == code)
        chosen = rows[these]
        for place, limb in enumerate(columns.limbs):
            made[place, these] = np.cumsum(limb[chosen], dtype=np.int64)
    return made


def _months(wanted: LineFilter) -> tuple[int, int] | None:
    if wanted.start is None and wanted.end is None:
        return None
    first = month_code(wanted.start) if wanted.start else _NO_MONTH
    last = month_code(wanted.end - timedelta(days=1)) if wanted.end else _LAST_MONTH
    return first, last


def _month(key: str) -> int:
    year, _, month = key.partition("-")
    return int(year) * 12 + int(month) - 1
