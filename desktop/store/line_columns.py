"""The lines of all statements as columns of numbers: a cache that may be deleted at any time.

One file, extended by the statements that came since; whatever is odd about it means that it is
made anew from the rows. Adds nothing up.
"""

from __future__ import annotations

import json
import os
import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.model.line_columns import (
    LIMB,
    NAMED,
    Columns,
    Dimension,
    joined,
    month_code,
    work_code,
)
from desktop.store.database import Connection, Row

NAME = "lines.bin"
BATCH = 20_000
_MAGIC = b"residuals lines 1\n"
_SQL_LIMIT = 500


@dataclass(frozen=True, slots=True)
class KeptLines:
    """Lines of statements as columns, oldest month first. keys: what each statement is told by.

    names: for each dimension of NAMED, the value of each code. A work's code is that of the row:
    what the payer's work was matched with since is not in it.
    """

    columns: Columns
    names: Mapping[Dimension, Sequence[str]]
    keys: Mapping[int, str]


def counted(connection: Connection) -> dict[int, str]:
    """Return every statement that counts, and what tells it from any other."""
    rows = connection.execute(
        "SELECT statement_id, sha256 || ' ' || kept_s || ' ' || number AS key "
        "FROM counted_statements ORDER BY statement_id"
    )
    return {int(row["statement_id"]): str(row["key"]) for row in rows}


def read_rows(
    connection: Connection, statement_ids: Sequence[int], known: KeptLines | None = None
) -> KeptLines:
    """Read lines of statements from their rows; names get the codes that known gave them."""
    names = {
        dimension: _Codes(known.names[dimension] if known else ()) for dimension in Dimension
        if dimension in NAMED
    }  # fmt: skip
    parts = [
        _columns_of(batch, names)
        for start in range(0, len(statement_ids), _SQL_LIMIT)
        for batch in _batches(connection, statement_ids[start : start + _SQL_LIMIT])
    ]
    keys = counted(connection)
    return KeptLines(
        in_order(joined(parts)),
        {dimension: tuple(codes) for dimension, codes in names.items()},
        {statement_id: keys[statement_id] for statement_id in statement_ids},
    )


def in_order(columns: Columns) -> Columns:
    """Return lines by month, then by statement and position."""
    order = np.lexsort(
        (
            columns.position,
            columns.codes[Dimension.STATEMENT],
            columns.codes[Dimension.MONTH],
        )
    )
    return Columns(
        {dimension: codes[order] for dimension, codes in columns.codes.items()},
        np.ascontiguousarray(columns.limbs[:, order]),
        columns.position[order],
    )


def load(folder: Path) -> KeptLines | None:
    """Return what the cache holds; None where there is none, or it is not whole."""
    try:
        with (folder / NAME).open("rb") as file:
            if file.readline() != _MAGIC:
                return None
            head = json.loads(file.readline())
            body = np.fromfile(file, np.int32)
    except (OSError, ValueError):
        return None
    if zlib.crc32(body.data) != head.get("check"):
        return None
    lines, deep = head["lines"], head["deep"]
    rows = body.reshape(len(Dimension) + deep + 1, lines)
    codes = {dimension: rows[number] for number, dimension in enumerate(Dimension)}
    return KeptLines(
        Columns(codes, rows[len(Dimension) : -1], rows[-1]),
        {Dimension(name): values for name, values in head["names"].items()},
        {int(number): key for number, key in head["keys"].items()},
    )


def keep(folder: Path, kept: KeptLines) -> None:
    """Write the cache, whole or not at all. Raises OSError."""
    columns = kept.columns
    rows = np.vstack(
        [
            *(columns.codes[dimension] for dimension in Dimension),
            *columns.limbs,
            columns.position,
        ]
    ).astype(np.int32, copy=False)
    head = {
        "check": zlib.crc32(rows.reshape(-1).data),
        "lines": columns.count,
        "deep": len(columns.limbs),
        "names": {dimension.value: list(values) for dimension, values in kept.names.items()},
        "keys": kept.keys,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{NAME}.*.new"):  # by a process that was ended while it wrote
        left.unlink(missing_ok=True)
    temporary = folder / f"{NAME}.{os.getpid()}-{threading.get_ident()}.new"
    with temporary.open("wb") as file:
        file.write(_MAGIC + json.dumps(head).encode() + b"\n")
        rows.tofile(file)
    temporary.replace(folder / NAME)


class _Codes(dict[str, int]):
    """Gives every new name the next number."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__((name, code) for code, name in enumerate(names))

    def __missing__(self, name: str) -> int:
        self[name] = code = len(self)
        return code


class _Months(dict[str, int]):
    """Remembers the month of each day."""

    def __missing__(self, day: str) -> int:
        self[day] = code = month_code(date.fromisoformat(day))
        return code


_SELECT = (
    "SELECT l.work_id, l.payer_work_id, s.registry_id, l.statement_id, l.period_start, "
    "l.licensee, l.model, l.use, l.claimed_right, l.territory, l.currency, l.title, l.net, "
    "l.position "
    "FROM statement_lines AS l CROSS JOIN statements AS s "
    "WHERE s.statement_id = l.statement_id AND l.statement_id IN "
)
_PLACES = {
    Dimension.LICENSEE: 5, Dimension.MODEL: 6, Dimension.USE: 7, Dimension.RIGHT: 8,
    Dimension.TERRITORY: 9, Dimension.CURRENCY: 10, Dimension.TITLE: 11,
}  # fmt: skip


def _batches(connection: Connection, statement_ids: Sequence[int]) -> Iterable[list[Row]]:
    marks = ", ".join("?" * len(statement_ids))
    cursor = connection.execute(f"{_SELECT} ({marks})", tuple(statement_ids))
    cursor.row_factory = None
    while rows := cursor.fetchmany(BATCH):
        yield rows


def _columns_of(rows: Sequence[Row], names: Mapping[Dimension, _Codes]) -> Columns:
    fields = list(zip(*rows, strict=True))
    months = _Months()
    codes = {
        Dimension.WORK: _numbers(map(work_code, fields[0], fields[1])),
        Dimension.REGISTRY: _numbers(fields[2]),
        Dimension.STATEMENT: _numbers(fields[3]),
        Dimension.MONTH: _numbers(map(months.__getitem__, fields[4])),
    }
    for dimension, place in _PLACES.items():
        codes[dimension] = _numbers(map(names[dimension].__getitem__, fields[place]))
    return Columns(codes, _limbs(fields[12]), _numbers(fields[13]))


def _numbers(values: Iterable[int]) -> NDArray[np.int32]:
    return np.fromiter(values, np.int32)


def _limbs(amounts: Sequence[str]) -> NDArray[np.int32]:
    """Return amounts × 10**18 in digits of base 10**9, the least first; see model.line_columns."""
    made = np.zeros((3, len(amounts)), np.int32)
    lowest, low, high = [], [], []
    wide: list[tuple[int, int]] = []
    for index, text in enumerate(amounts):
        whole, _, part = text.partition(".")
        negative = whole.startswith("-")
        number = abs(int(whole))
        rest = int(part[9:].ljust(9, "0")) if len(part) > 9 else 0
        first = int(part[:9].ljust(9, "0")) if part else 0
        if number >= LIMB:
            wide.append((index, -(number // LIMB) if negative else number // LIMB))
            number %= LIMB
        lowest.append(-rest if negative else rest)
        low.append(-first if negative else first)
        high.append(-number if negative else number)
    made[0], made[1], made[2] = lowest, low, high
    return made if not wide else _widened(made, wide)


def _widened(limbs: NDArray[np.int32], wide: Sequence[tuple[int, int]]) -> NDArray[np.int32]:
    """Add the digits of amounts of a thousand million and more."""
    more: list[NDArray[np.int32]] = []
    for index, number in wide:
        sign, rest, place = (-1, -number, 0) if number < 0 else (1, number, 0)
        while rest:
            rest, digit = divmod(rest, LIMB)
            if place == len(more):
                more.append(np.zeros(limbs.shape[1], np.int32))
            more[place][index] = sign * digit
            place += 1
    return np.vstack([limbs, *more])
