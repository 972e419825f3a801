"""Which cells a record has: by the version of its kind, or as the file itself names them."""

from __future__ import annotations

import re

from desktop.model.mappings import Mapping, Records

_KIND = re.compile(r"[A-Z]{2}[A-Z0-9]{2}(?:\.[0-9]{2})?")
# The cells of a row that are made, and stand so in no file.
AMOUNT, USES, PART, PAID_CURRENCY = "Amount", "Uses", "PartOfReport", "PaidCurrency"
FAMILY = 2  # AS01 and AS02 both describe a recording


def base_of(kind: str) -> str:
    """Return a kind of record without its version: SU02 of SU02.03."""
    return kind.partition(".")[0]


def header_of(mapping: Mapping) -> list[str]:
    """Return the heading of the rows that blocks() makes: the cells that the mapping wants."""
    wanted = (name for names in mapping.columns.values() for name in names)
    return list(dict.fromkeys(wanted))


class Layouts:
    """The cells of every kind of record that can be read in one file."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._cells = dict(records.cells)
        self._roles = {
            records.once,
            *records.footers,
            *records.summaries,
            *records.summaries_without,
            *records.money,
            *records.sales,
            *records.uses,
            *records.described,
        }

    def of(self, kind: str) -> tuple[str, ...] | None:
        """Return the cells of a kind after its first; None if nobody says which they are."""
        return self._cells.get(kind)

    def unknown(self, line: int, kind: str) -> str:
        """Say why a record is not read."""
        if base_of(kind) in self._roles:
            return (
                f"Line {line}: this version of the record, {kind[:20]}, is not known, and the file "
                "does not name its cells; it is not read."
            )
        return f"Line {line}: {kind[:20]!r} is no record that is known; it is not read."

    def learn(self, cells: list[str]) -> None:
        """Take a comment that names the cells of a record.

        It counts for versions that are not known, and where it says another order than is known.
        """
        kind = cells[0].strip().removeprefix("#").strip()
        base = base_of(kind)
        if len(cells) < 3 or base not in self._roles or not _KIND.fullmatch(kind):
            return
        meant = self._records.named.get(base[:FAMILY], {})
        names = tuple(meant.get(cell.strip(), cell.strip()) for cell in cells[1:])
        known = self._cells.get(kind)
        if known is None:
            if self._needed(base) <= set(names):
                self._cells[kind] = names
        elif any(names.index(one) != known.index(one) for one in set(names) & set(known) - {""}):
            self._cells[kind] = names

    def _needed(self, base: str) -> set[str]:
        """Return the cells without which the heading of another version says too little."""
        records = self._records
        said = {records.money.get(base, ""), records.summaries.get(base, "")}
        said |= {records.described.get(base, ""), records.footers.get(base, "")}
        return said - {""}
