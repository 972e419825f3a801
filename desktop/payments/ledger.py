"""All lines in memory: filtered, added up and listed with a running total, every digit exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import overload

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

    def works_of_statements(self) -> dict[int, int]:
        """Return how many works the lines of each statement are of."""
        codes = self.columns.codes
        works = codes[Dimension.WORK].astype(np.int64)
        most = int(works.max(initial=0)) + 1
        pairs = np.sort(codes[Dimension.STATEMENT].astype(np.int64) * most + works)
        first = np.diff(pairs, prepend=-1) != 0
        counts = np.bincount(pairs[first] // most)
        return {int(number): int(counts[number]) for number in np.flatnonzero(counts)}

    def both(self, one: Rows, other: Rows) -> Rows:
        """Return the lines that are in both; each oldest first, as rows() gives them."""
        return np.intersect1d(one, other, assume_unique=True)

    def totals(self, by: Dimension, rows: Rows | None = None) -> TotalsPage:
        """Return the exact sums of lines by a dimension and currency, the largest first.

        Months stand newest first.
        """
        kinds = [self._codes(Dimension.USE, (use,)) for use in _KINDS]
        made = cube.add_up(self.columns, by, rows, [(codes or [-1])[0] for codes in kinds])
        if by is Dimension.MONTH:
            made = replace(made, order=np.lexsort((made.currency, -made.key)))
        return TotalsPage(self, by, made)

    def page(self, rows: Rows | None = None) -> LinePage:
        """Return lines to list, with their running totals."""
        chosen = np.arange(self.columns.count) if rows is None else rows
        return LinePage(self, chosen, _running(self.columns, chosen))

    def values(self, dimension: Dimension) -> list[tuple[str, str]]:
        """Return (key, what is shown) of all values that lines have, as one reads them.

        Months stand in their order.
        """
        codes = np.flatnonzero(np.bincount(self.columns.codes[dimension]))
        found = [(self.key(dimension, int(c)), self.label(dimension, int(c))) for c in codes]
        return (
            found
            if dimension is Dimension.MONTH
            else sorted(found, key=lambda value: value[1].casefold())
        )

    def shown(self, dimension: Dimension, key: str) -> str:
        """Return what is shown for the key of a filter; a key that no line has, as it is."""
        if dimension is Dimension.MONTH:
            return key
        words = self.words[dimension]
        return next((words.labels[code] for code in words.codes_of((key,))), key)

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
class TotalsPage(Sequence[GroupTotal]):
    """Sums by one dimension; a row is made when it is asked for, for there may be 100,000s."""

    ledger: Ledger
    by: Dimension
    sums: cube.Totals

    def __len__(self) -> int:
        return len(self.sums)

    @overload
    def __getitem__(self, index: int) -> GroupTotal: ...

    @overload
    def __getitem__(self, index: slice) -> list[GroupTotal]: ...

    def __getitem__(self, index: int | slice) -> GroupTotal | list[GroupTotal]:
        """Return one row, or some."""
        if isinstance(index, slice):
            return [self._total(number) for number in range(*index.indices(len(self)))]
        return self._total(range(len(self))[index])

    def by_name(self) -> TotalsPage:
        """Return the same rows as one reads them, by name."""
        keys = self.sums.key.tolist()
        names = {code: self.ledger.label(self.by, code).casefold() for code in set(keys)}
        order = sorted(range(len(keys)), key=lambda row: names[keys[row]])
        return replace(self, sums=replace(self.sums, order=np.array(order, np.intp)))

    def largest_first(self) -> TotalsPage:
        """Return the same rows by their sums, whatever the currency."""
        return replace(self, sums=replace(self.sums, order=cube.largest_sums(self.sums)))

    def in_all(self) -> dict[str, Decimal]:
        """Return the exact sum of all rows, by currency."""
        found = self.sums.whole()
        return {self.ledger.label(Dimension.CURRENCY, code): net for code, net in found.items()}

    def _total(self, index: int) -> GroupTotal:
        code, currency = self.sums.codes(index)
        return GroupTotal(
            key=self.ledger.key(self.by, code),
            label=self.ledger.label(self.by, code),
            currency=self.ledger.label(Dimension.CURRENCY, currency),
            net=self.sums.net(index),
            lines=self.sums.count(index),
            training=self.sums.part(0, index),
            output=self.sums.part(1, index),
            other=self.sums.part(2, index),
        )


@dataclass(frozen=True, slots=True)
class LinePage(Sequence[LedgerLine]):
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
        order = cube.largest_first(self.ledger.columns, self.rows)
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

    @overload
    def __getitem__(self, index: int) -> LedgerLine: ...

    @overload
    def __getitem__(self, index: slice) -> list[LedgerLine]: ...

    def __getitem__(self, index: int | slice) -> LedgerLine | list[LedgerLine]:
        """Return one line, or some."""
        if isinstance(index, slice):
            return [self.line(number) for number in range(*index.indices(len(self)))]
        return self.line(range(len(self))[index])

    def in_all(self) -> dict[str, Decimal]:
        """Return the exact sum of all lines, by currency."""
        return self.ledger.totals(Dimension.CURRENCY, self.rows).in_all()


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
