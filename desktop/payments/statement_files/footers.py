"""Whether a file of records is whole: what its last record counts, and what is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.model.mappings import Records
from desktop.tables.streaming import RowProblem


@dataclass(slots=True)
class Counted:
    """What was seen. lines: all of them, as the standard counts: also comments and empty ones."""

    lines: int = 0
    summaries: int = 0
    blocks: int = 0


def footer_problems(
    records: Records, counted: Counted, footer: tuple[str, dict[str, str]] | None, *, whole: bool
) -> Iterator[RowProblem]:
    """Yield what a file lacks. whole: it is the only file of its report."""
    if not records.footers:
        return
    if footer is None:
        names = " or ".join(records.footers)
        yield RowProblem(0, f"This file has no {names} record at its end: it is cut off.")
        return
    kind, said = footer
    cells = [(records.footers[kind], "lines", counted.lines)]
    if kind == "FOOT":
        cells.append(("NumberOfBlocksInFile", "blocks", counted.blocks))
    if whole:
        cells.append(("NumberOfSummaryRecords", "summaries", counted.summaries))
    elif kind != "FOOT":
        cells = []  # its only count is that of all files together
    for cell, words, there in cells:
        text = said.get(cell, "")
        if text.isdecimal() and int(text) != there:
            missing = "it is cut off" if int(text) > there else "it has more than it should"
            yield RowProblem(
                0, f"The file says that it has {text} {words}, but has {there}: {missing}."
            )
        elif text and not text.isdecimal():
            yield RowProblem(0, f"The number of {words} in this file, {text[:20]!r}, is none.")
