"""Reads files of several kinds of records, as DDEX DSR flat files are: headings, blocks, sales.

A record's first cell says its kind. Records that bring money are made into rows together with
what stands in the same block, in records they point to, and once for the whole file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from desktop.errors import StatementProblem
from desktop.model.mappings import Records
from desktop.tables.streaming import RowProblem, SourceRow

BLOCK = "BlockId"


@dataclass(slots=True)
class _Here:
    """What was read so far: for the file, the block, and what may be pointed at."""

    once: dict[str, str] = field(default_factory=dict)
    block: dict[str, str] = field(default_factory=dict)
    keyed: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    block_id: str = ""
    count: int = 0


def header_of(records: Records) -> list[str]:
    """Return every cell's name, once: what blocks() gives as the row's heading."""
    return list(dict.fromkeys(name for cells in records.cells.values() for name in cells))


def blocks(
    rows: Iterable[SourceRow | RowProblem], records: Records
) -> Iterator[SourceRow | RowProblem]:
    """Yield a row for each record that brings money. Raises StatementProblem for no such file."""
    header = header_of(records)
    layouts = dict(records.cells)
    here = _Here()
    footer: int | None = None
    for row in rows:
        if isinstance(row, RowProblem):
            yield row
            continue
        line, cells = row
        kind = cells[0].strip()
        if kind.startswith("#"):
            _learn(layouts, kind.removeprefix("#").strip(), cells)
            continue
        here.count += 1
        names = layouts.get(kind)
        if names is None:
            continue
        said = {name: cell.strip() for name, cell in zip(names, cells[1:], strict=False) if name}
        if len(cells) - 1 > len(names) and any(cell.strip() for cell in cells[len(names) + 1 :]):
            yield RowProblem(line, f"Line {line} ({kind}) has more cells than a {kind} record.")
            continue
        if records.footer is not None and kind == records.footer[0]:
            text = said.get(records.footer[1], "")
            footer = int(text) if text.isdecimal() else None
        elif kind in records.money:
            yield line, _row(header, records, here, said)
        else:
            _remember(records, here, kind, said)
    if here.count == 0 or not (here.once or here.block or here.keyed):
        raise StatementProblem("This file has none of the records that its kind must have.")
    if footer is not None and footer != here.count:
        yield RowProblem(
            0, f"The file says that it has {footer} records, but has {here.count}: it is cut off."
        )


def _learn(layouts: dict[str, tuple[str, ...]], kind: str, cells: list[str]) -> None:
    """A comment that names the cells of a record tells its layout better than the mapping."""
    if kind in layouts and len(cells) > 1:
        layouts[kind] = tuple(cell.strip() for cell in cells[1:])


def _remember(records: Records, here: _Here, kind: str, said: dict[str, str]) -> None:
    pointed = records.by_key.get(kind)
    if kind in records.once:
        here.once |= said
        return
    block = said.get(BLOCK, "")
    if block != here.block_id:
        here.block_id, here.block = block, {}
        here.keyed = {key: value for key, value in here.keyed.items() if not value.get(BLOCK)}
    if pointed is not None and said.get(pointed):
        here.keyed[pointed, said[pointed]] = said
    if pointed is None or block:
        here.block = {**here.block, **{name: text for name, text in said.items() if text}}


def _row(header: list[str], records: Records, here: _Here, said: dict[str, str]) -> list[str]:
    """Put together what holds for a sale: the file, the block, what it points to, itself."""
    whole = dict(here.once)
    block = said.get(BLOCK, "")
    if block == here.block_id:
        whole |= here.block
    for pointed in records.by_key.values():
        found = here.keyed.get((pointed, said.get(pointed, "")), {})
        if found.get(BLOCK, block) == block:  # a reference is one of its own block
            whole |= {name: text for name, text in found.items() if text}
    whole |= {name: text for name, text in said.items() if text}
    return [whole.get(name, "") for name in header]
