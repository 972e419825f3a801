"""Reads files of several kinds of records, as DDEX DSR flat files are: summaries, blocks, sales.

A record's first cell says its kind. Those that say what is due are made into rows, together with
the summary they point to and what their block describes. Nothing is made of what a service earned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from desktop.errors import StatementProblem
from desktop.model.mappings import Records
from desktop.payments.statement_files.footers import Counted, footer_problems
from desktop.payments.statement_files.layouts import (
    AMOUNT,
    FAMILY,
    PAID_CURRENCY,
    PART,
    USES,
    Layouts,
    base_of,
)
from desktop.payments.statement_files.summaries import Summaries
from desktop.tables.streaming import RowProblem, SourceRow

BLOCK = "BlockId"
_SALE, _PARENT_SALE = "SalesTransactionId", "ParentSalesTransactionId"
_CONTROLLER = "RightsController"
_OWN_USES = ("AllocatedUsages", "AllocatedNetUsage", "NetUsage", "Usages")
_ONE_OF = ("ISRC", "ISWC", "ISAN", "ICPN")
_TITLE = "Title"
_POINTS = "Dsp"

Said = dict[str, str]


@dataclass(slots=True)
class _Block:
    """What belongs together: what is described in it, by family, and what was sold."""

    id: str = ""
    described: dict[str, list[tuple[str, Said]]] = field(default_factory=dict)
    sales: list[Said] = field(default_factory=list)


def blocks(
    rows: Iterable[SourceRow | RowProblem], records: Records, header: Sequence[str]
) -> Iterator[SourceRow | RowProblem]:
    """Yield a row for each record that says what is due.

    header: the cells that are wanted. Raises StatementProblem if the file is none of this kind.
    """
    reading = _Reading(records, header)
    for row in rows:
        if isinstance(row, RowProblem):
            yield row
        else:
            yield from reading.take(*row)
    yield from reading.end()


class _Reading:
    """Reads one file, record after record."""

    def __init__(self, records: Records, header: Sequence[str]) -> None:
        self._records = records
        self._layouts = Layouts(records)
        self._header = header
        self._head: Said = {}
        self._block = _Block()
        self._summaries = Summaries(records)
        self._counted = Counted()
        self._footer: tuple[str, Said] | None = None
        self._controllers: set[str] = set()
        self._unpaid: tuple[int, str] | None = None
        self._uses: list[tuple[int, str]] = []
        self._used = 0

    def take(self, line: int, cells: list[str]) -> Iterator[SourceRow | RowProblem]:
        """Read one record."""
        kind = cells[0].strip()
        if self._footer is None:
            self._counted.lines = line
        if kind.startswith("#"):
            self._layouts.learn(cells)
            return
        if self._footer is not None:
            yield RowProblem(line, f"Line {line} stands below the end of the report.")
            return
        base = base_of(kind)
        if base in self._records.passed:
            return
        names = self._layouts.of(kind)
        if names is None:
            yield RowProblem(line, self._layouts.unknown(line, kind))
            return
        said = {name: cell.strip() for name, cell in zip(names, cells[1:], strict=False) if name}
        if any(cell.strip() for cell in cells[len(names) + 1 :]):
            yield RowProblem(line, f"Line {line} ({kind}) has more cells than a {kind} record.")
            return
        yield from self._place(line, kind, said)

    def end(self) -> Iterator[SourceRow | RowProblem]:
        """Say what is only known at the end of the file."""
        if not self._head:
            raise StatementProblem("This file has none of the records that its kind must have.")
        self._close_sale()
        whole = self._parts == 1
        for found in self._summaries.end(whole=whole):
            if isinstance(found, RowProblem):
                yield found
                continue
            line, amount, said = found
            self._controllers.add(said.get(_CONTROLLER, ""))
            yield line, self._row(said, {}, said, amount, said.get("AllocatedUsages", ""))
        yield from self._told_apart()
        yield from footer_problems(self._records, self._counted, self._footer, whole=whole)

    @property
    def _parts(self) -> int:
        said = self._head.get("NumberOfFiles", "")
        return int(said) if said.isdecimal() and len(said) < 7 else 1

    def _place(self, line: int, kind: str, said: Said) -> Iterator[SourceRow | RowProblem]:
        records, base = self._records, base_of(kind)
        if BLOCK in said:
            self._open(said[BLOCK])
        if base == records.once:
            if self._head:
                yield RowProblem(line, f"Line {line}: a second report starts here.")
            self._head = self._head or said
        elif base in records.footers:
            self._footer = (kind, said)
        elif base in records.summaries or base in records.summaries_without:
            self._counted.summaries += 1
            self._summaries.add(line, base, said)
        elif base in records.described:
            pointed = said.get(records.described[base], "")
            self._block.described.setdefault(base[:FAMILY], []).append((pointed, said))
        elif base in records.sales:
            self._close_sale()
            self._block.sales.append(said)
            self._unpaid, self._used = (line, kind), 0
        elif base in records.uses:
            self._uses.append((line, kind))
        else:
            yield self._due(line, kind, said)

    def _open(self, block: str) -> None:
        if block != self._block.id or not self._counted.blocks:
            self._close_sale()
            self._block = _Block(block)
            self._counted.blocks += 1

    def _close_sale(self) -> None:
        """Remember a sale of which no record says what is due for it."""
        if self._unpaid is not None:
            self._uses.append(self._unpaid)
            self._unpaid = None

    def _due(self, line: int, kind: str, said: Said) -> SourceRow | RowProblem:
        """Return the row of a record that says what is due."""
        sale = self._sale_of(said)
        summary = self._summaries.of({**said, **_pointer(said, sale)})
        if isinstance(summary, str):
            return RowProblem(line, f"Line {line} ({kind}): {summary}; it is not read.")
        amount = said.get(self._records.money[base_of(kind)], "")
        self._summaries.count(summary, amount)
        self._controllers.add(said.get(_CONTROLLER, ""))
        self._unpaid = None
        uses = next((said[one] for one in _OWN_USES if said.get(one)), "")
        if not uses and not self._used:
            uses, self._used = sale.get("Usages", ""), 1  # of several owners, only the first
        return line, self._row(said, sale, self._summaries.whole(summary), amount, uses)

    def _sale_of(self, said: Said) -> Said:
        """Return the sale that a record tells more of: the one it names, else the last."""
        if BLOCK not in said:
            return {}
        named = said.get(_PARENT_SALE, "")
        for sale in reversed(self._block.sales):
            if not named or sale.get(_SALE) == named:
                return sale
        return {}

    def _row(self, said: Said, sale: Said, summary: Said, amount: str, uses: str) -> list[str]:
        """Put together what holds for a sale: file, summary, block, the sale, what is due."""
        whole = dict(self._head)
        layers = [summary, *self._described(said, sale), sale, said]
        for layer in layers:
            whole |= {name: text for name, text in layer.items() if text}
        for name, cells in self._records.first.items():
            whole[name] = next((whole[cell] for cell in cells if whole.get(cell)), "")
        alone = said is summary
        if alone:
            whole[_TITLE] = f"All works ({whole.get('ServiceDescription') or 'whole report'})"
        currency, other = whole.get("Currency", ""), whole.get("CurrencyOfTransaction", "")
        whole[AMOUNT], whole[USES] = amount, uses
        whole[PAID_CURRENCY] = other if other != currency and not alone else ""
        whole[PART] = self._part(currency)
        return [_plain(name, whole.get(name, "")) for name in self._header]

    def _described(self, said: Said, sale: Said) -> Iterator[Said]:
        """Yield what a record's block describes: what is pointed at, or the only one there is."""
        if said.get(BLOCK, "") != self._block.id or BLOCK not in said:
            return
        for family in ("RE", "MW", "AS"):
            found = self._block.described.get(family, [])
            if len(found) > 1:
                pointers = _pointers(said, sale)
                found = [(by, one) for by, one in found if by in pointers]
            if len(found) == 1:
                yield found[0][1]

    def _part(self, currency: str) -> str:
        """Return a number for one of several files, so that none corrects another."""
        if self._parts == 1:
            return ""
        said = self._head
        period = f"{said.get('UsageStartDate', '')} to {said.get('UsageEndDate', '')}"
        return f"{period} {currency}, file {said.get('FileNumber', '?')} of {self._parts}"

    def _told_apart(self) -> Iterator[RowProblem]:
        """Say what is elsewhere, which records bring no money, and if several are owed."""
        if self._parts > 1:
            file = self._head.get("FileNumber", "?")
            yield RowProblem(
                0,
                f"This is file {file[:6]} of {self._parts} of one report: import all of them.",
                note=True,
            )
        if self._uses:
            line, kind = self._uses[0]
            more = len(self._uses) - 1
            who = f"Line {line} ({kind}) says"
            if more:
                who = f"Line {line} ({kind}) and {more:,} more say"
            yield RowProblem(line, f"{who} uses, and not what is paid for each.", note=True)
        owners = sorted(self._controllers - {""})
        if len(owners) > 1:
            names = ", ".join(one[:40] for one in owners[:5])
            yield RowProblem(
                0,
                f"This report says what is due to {len(owners)}: {names}. All of it is read.",
                note=True,
            )


def _pointer(said: Said, sale: Said) -> Said:
    """Return the summary that a sale points to, for a record that does not point itself."""
    cell = "SummaryRecordId"
    return {} if said.get(cell) else {cell: sale.get(cell, "")}


def _pointers(*all_said: Said) -> set[str]:
    """Return the payer's own numbers of works and releases that records name."""
    return {
        text
        for said in all_said
        for name, text in said.items()
        if text and name.startswith(_POINTS)
    }


def _plain(name: str, text: str) -> str:
    """Return a cell of several values as one: the first of numbers, all of names."""
    if "|" not in text:
        return text
    parts = [part.strip() for part in text.replace("\\|", "\0").split("|")]
    parts = [part.replace("\0", "|") for part in parts if part]
    if name in _ONE_OF:
        return next(iter(parts), "")
    return ", ".join(parts)
