"""Open a payer's file: find its heading, the mapping that fits, and read its rows one by one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desktop.errors import StatementProblem
from desktop.model.mappings import Mapping
from desktop.payments.statement_files.blocks import blocks
from desktop.payments.statement_files.columns import Columns, plain_heading
from desktop.payments.statement_files.layouts import header_of
from desktop.payments.statement_files.rows import Read, Refused, RowReader, Total
from desktop.tables.streaming import RowProblem, SourceRow, TableFile, rows_of, sheets_of

HEADING_WITHIN = 40
_MARK_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A mapping that fits a file, and why. line: where its heading stands. sheet: of a workbook."""

    mapping: Mapping
    header: tuple[str, ...]
    line: int
    reason: str
    sheet: str = ""


def first_rows(
    table: TableFile, count: int = HEADING_WITHIN, *, sheet: str = ""
) -> list[SourceRow]:
    """Return the first rows of a file, as they are."""
    rows = itertools.islice(rows_of(table, sheet=sheet), count)
    return [row for row in rows if not isinstance(row, RowProblem)]


def fitting(table: TableFile, mappings: Sequence[Mapping]) -> list[Fit]:
    """Return the mappings that fit a file, the best first: whose headings it has most of."""
    found: list[tuple[int, Fit]] = []
    for sheet in sheets_of(table):
        start = first_rows(table, sheet=sheet)
        for mapping in mappings:
            fit = _fit(start, mapping, sheet)
            if fit is not None:
                found.append((_known_headings(fit), fit))
    return [fit for _, fit in sorted(found, key=lambda pair: -pair[0])]


def fit_to(table: TableFile, mapping: Mapping) -> Fit:
    """Return how a chosen mapping fits a file. Raises StatementProblem with what is missing."""
    widest: list[str] = []
    for sheet in sheets_of(table):
        start = first_rows(table, sheet=sheet)
        fit = _fit(start, mapping, sheet) or _fit(start, mapping, sheet, chosen=True)
        if fit is not None:
            return fit
        widest = max((widest, *(cells for _, cells in start)), key=_filled)
    missing = Columns(mapping, widest).missing(mapping) or "the columns it is known by"
    raise StatementProblem(
        f"The mapping {mapping.title!r} does not fit this file: it lacks {missing}.",
        advice="Choose another mapping, or make one for this file.",
    )


def read_rows(
    table: TableFile, fit: Fit, *, whole: bool = True
) -> Iterator[Read | Total | Refused]:
    """Yield each row below the heading: read, a total, or why it is neither.

    whole False: without lines, for the sums.
    """
    reader = RowReader(fit.mapping, fit.header, table.sha256[:_MARK_DIGITS])
    read = reader.read
    for row in _rows_below(table, fit):
        if isinstance(row, RowProblem):
            yield Refused(row.line, row.message, note=row.note)
            continue
        line, cells = row
        try:
            yield read(line, cells, whole=whole)
        except ValueError as error:
            yield Refused(line, f"Line {line}: {error}.", reader.group_of(cells))
    if reader.two_ways is not None:
        raise _written_two_ways(fit.mapping, *reader.two_ways)


def _written_two_ways(mapping: Mapping, either: str, other: str) -> StatementProblem:
    """Say why a file is not read: one of its amounts would be a thousand times too much."""
    wrong, right = ("point", "comma") if mapping.decimal == "." else ("comma", "point")
    return StatementProblem(
        f"The mapping {mapping.title!r} expects a {wrong} before the cents, but this file writes "
        f"{other!r}: then nobody can tell what {either!r} is.",
        advice=f"Make a mapping of your own in which a {right} stands before the cents: "
        "`statements learn FILE`, or “Import statement…” in the window.",
    )


def _rows_below(table: TableFile, fit: Fit) -> Iterator[SourceRow | RowProblem]:
    records = fit.mapping.records
    if records is not None:
        yield from blocks(rows_of(table, delimiter="\t", quoted=False), records, fit.header)
        return
    for row in rows_of(table, sheet=fit.sheet):
        line = row.line if isinstance(row, RowProblem) else row[0]
        if line > fit.line:
            yield row


def _fit(
    start: Sequence[SourceRow], mapping: Mapping, sheet: str, *, chosen: bool = False
) -> Fit | None:
    if mapping.records is not None:
        return _record_fit(start, mapping)
    for line, cells in start:
        header = tuple(cells)
        plain = {plain_heading(cell) for cell in header}
        named = [
            next((name for name in names if plain_heading(name) in plain), "")
            for names in mapping.needs
        ]
        if (all(named) or chosen) and not Columns(mapping, header).missing(mapping):
            known = ", ".join(f"“{name}”" for name in named[:3] if name)
            reason = f"It has the columns {known}." if known else "It has the columns it needs."
            return Fit(mapping=mapping, header=header, line=line, reason=reason, sheet=sheet)
    return None


def _record_fit(start: Sequence[SourceRow], mapping: Mapping) -> Fit | None:
    records = mapping.records
    if records is None:
        return None
    # What parts the cells may have been taken for another mark; a kind ends at a tabulator.
    kinds = [cells[0].partition("\t")[0].strip() for _, cells in start]
    kinds = [kind for kind in kinds if not kind.startswith("#")]
    if not kinds or kinds[0] != records.once:
        return None
    reason = f"It starts with a {kinds[0]} record and has one record a line."
    return Fit(mapping=mapping, header=tuple(header_of(mapping)), line=0, reason=reason)


def _known_headings(fit: Fit) -> int:
    columns = Columns(fit.mapping, fit.header)
    known = {place for place in columns.at.values() if place is not None}
    known |= set(columns.kept_back.values())
    return len(known) + (100 if fit.mapping.needs else 0) + (1000 if fit.mapping.own else 0)


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())
