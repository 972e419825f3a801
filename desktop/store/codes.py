"""The codes of all fingerprints as plain numbers: a cache that may be deleted at any time.

A file of fixed blocks, extended from the rows that came since; whatever is odd about it means that
it is made anew from the rows. Compares nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from desktop.errors import Cancelled as StoppedByUser
from desktop.model.fingerprints import Kind
from desktop.model.progress import Cancelled, Progress, Report, never, silent
from desktop.store.database import Row, Store

NAME = "codes.bin"
LOCK_NAME = "codes.lock"
LOCK_TIMEOUT_S = 5.0
BLOCK = 8192
PAGE = 2048
NOT_COMPARABLE = 0
KIND_NUMBERS = {kind: number for number, kind in enumerate(Kind, start=1)}

_MAGIC = b"residuals codes 1\n"
_HEADER_BYTES = 64
_UNIT_CHARACTERS = 55  # of a 256-bit unit in base 32: two bytes of header and 32 of body
_CONTENT, _DATA, _BITS_256 = 2, 3, 7
_SQL_LIMIT = 500


def layout(size: int) -> np.dtype[np.void]:
    """Return how a block of so many fingerprints lies in the file."""
    return np.dtype(
        [
            ("check", "<u4"),
            ("used", "<u4"),
            ("witness", "<u8"),
            ("words", "<u8", (4, size)),
            ("fingerprint_ids", "<i8", size),
            ("work_ids", "<i8", size),
            ("letters", "<u4", size),
            ("kinds", "u1", size),
        ]
    )


_LAYOUT = layout(BLOCK)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBlock:
    """Some fingerprints, oldest first. words: (4, n), big end first; the rest: (n,).

    kinds: KIND_NUMBERS, or NOT_COMPARABLE. letters: characters of texts.
    """

    words: NDArray[np.uint64]
    fingerprint_ids: NDArray[np.int64]
    work_ids: NDArray[np.int64]
    letters: NDArray[np.uint32]
    kinds: NDArray[np.uint8]


def read(store: Store, report: Report = silent, cancelled: Cancelled = never) -> list[CodeBlock]:
    """Return the codes of every fingerprint, bringing the cache up to date first.

    Raises Cancelled, with what was read so far kept in the cache; StoreProblem.
    """
    folder = store.folder / "cache"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK_NAME, timeout=LOCK_TIMEOUT_S):
            blocks = _brought_up_to_date(folder / NAME, store, report, cancelled)
    except (OSError, Timeout):
        # No place for a cache, or somebody else is at it: the rows themselves will do.
        made = list(_blocks_after(store, 0, None, report, cancelled))
        blocks = np.concatenate([np.empty(0, _LAYOUT), *made])
    return [_as_block(block) for block in blocks]


def words_of(units_256: Sequence[str], kind: Kind) -> NDArray[np.uint64] | None:
    """Return the code (4,) by which works of a kind are compared, or None where there is none."""
    unit = _unit(units_256, kind)
    words, sound = _decoded([unit])
    return words[:, 0] if sound[0] else None


def _brought_up_to_date(
    path: Path, store: Store, report: Report, cancelled: Cancelled
) -> NDArray[np.void]:
    blocks = _opened(path, store)
    if blocks is None:
        _start(path)
        blocks = _mapped(path)
    after = _last_id(blocks[-1]) if len(blocks) else 0
    if after == _newest_row(store):
        return blocks
    partial = blocks[-1:].copy() if len(blocks) and blocks[-1]["used"] < BLOCK else None
    number = len(blocks) - (partial is not None)
    del blocks
    try:
        with path.open("r+b") as file:
            file.seek(_HEADER_BYTES + number * _LAYOUT.itemsize)
            for block in _blocks_after(store, after, partial, report, cancelled):
                file.write(block.tobytes())
            file.flush()
            os.fsync(file.fileno())
    except StoppedByUser:
        _stamp(path)
        raise
    _stamp(path)
    return _mapped(path)


def _opened(path: Path, store: Store) -> NDArray[np.void] | None:
    """Return the blocks in the file, or None if they are not, or not surely, this library's."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
        size = path.stat().st_size
    except OSError:
        return None
    if header != _header() or (size - _HEADER_BYTES) % _LAYOUT.itemsize:
        return None
    blocks = _mapped(path)
    used = blocks["used"]
    if len(used) and not (np.all(used[:-1] == BLOCK) and 0 < used[-1] <= BLOCK):
        return None
    if not _is_stamped(path) and any(block["check"] != _check(block) for block in blocks):
        return None
    return blocks if _belongs(blocks, store) else None


def _belongs(blocks: NDArray[np.void], store: Store) -> bool:
    """Tell whether each block ends with a fingerprint that this library has, bytes and all."""
    wanted = {_last_id(block): int(block["witness"]) for block in blocks}
    ids = list(wanted)
    for start in range(0, len(ids), _SQL_LIMIT):
        some = ids[start : start + _SQL_LIMIT]
        with store.read() as connection:
            rows = connection.execute(
                "SELECT fingerprint_id, datahash FROM fingerprints "
                f"WHERE fingerprint_id IN ({', '.join('?' * len(some))})",
                tuple(some),
            ).fetchall()
        found = {int(row["fingerprint_id"]): _witness(row["datahash"]) for row in rows}
        if found != {one: wanted[one] for one in some}:
            return False
    return True


def _start(path: Path) -> None:
    temporary = path.with_suffix(".new")
    temporary.write_bytes(_header())
    temporary.replace(path)


def _header() -> bytes:
    return _MAGIC.ljust(_HEADER_BYTES, b"\0")


def _mapped(path: Path) -> NDArray[np.void]:
    if path.stat().st_size == _HEADER_BYTES:
        return np.empty(0, _LAYOUT)
    return np.memmap(path, _LAYOUT, mode="r", offset=_HEADER_BYTES)


def _stamp(path: Path) -> None:
    """Note that the file as it is now is whole, so that the next start need not read it all."""
    with contextlib.suppress(OSError):
        path.with_suffix(".whole").write_text(_state(path), encoding="ascii")


def _is_stamped(path: Path) -> bool:
    try:
        return path.with_suffix(".whole").read_text(encoding="ascii") == _state(path)
    except (OSError, UnicodeDecodeError):
        return False


def _state(path: Path) -> str:
    info = path.stat()
    return f"{info.st_size} {info.st_mtime_ns} {info.st_ino}"


def _blocks_after(
    store: Store,
    after: int,
    partial: NDArray[np.void] | None,
    report: Report,
    cancelled: Cancelled,
) -> Iterator[NDArray[np.void]]:
    """Yield blocks (1,) of the rows after a number, the first one going on where partial ends.

    Raises Cancelled after the last block that was begun.
    """
    block = np.zeros(1, _LAYOUT) if partial is None else partial
    done = 0
    while True:
        room = BLOCK - int(block["used"][0])
        stopped = cancelled()
        rows = [] if stopped else _page(store, after, min(PAGE, room))
        if rows:
            _put(block[0], rows)
            after = int(rows[-1]["fingerprint_id"])
            done += len(rows)
            report(Progress(done=done, total=0, label="Reading fingerprints"))
        used = int(block["used"][0])
        if used == BLOCK or (not rows and used):
            block["check"] = _check(block[0])
            yield block
            block = np.zeros(1, _LAYOUT)
        if stopped:
            raise StoppedByUser
        if not rows:
            return


def _page(store: Store, after: int, limit: int) -> list[Row]:
    with store.read() as connection:
        return connection.execute(
            "SELECT fingerprint_id, work_id, kind, units_256, characters, featureless, datahash "
            "FROM fingerprints WHERE fingerprint_id > ? ORDER BY fingerprint_id LIMIT ?",
            (after, limit),
        ).fetchall()


def _newest_row(store: Store) -> int:
    with store.read() as connection:
        (number,) = connection.execute("SELECT max(fingerprint_id) FROM fingerprints").fetchone()
    return int(number or 0)


def _put(block: Any, rows: Sequence[Row]) -> None:
    kinds = [Kind(row["kind"]) for row in rows]
    units = [
        _unit(json.loads(row["units_256"]), kind) for row, kind in zip(rows, kinds, strict=True)
    ]
    words, sound = _decoded(units)
    start = int(block["used"])
    end = start + len(rows)
    plain = np.array([not row["featureless"] for row in rows])
    numbers = np.array([KIND_NUMBERS[kind] for kind in kinds], np.uint8)
    block["words"][:, start:end] = words
    block["kinds"][start:end] = np.where(sound & plain, numbers, NOT_COMPARABLE)
    block["fingerprint_ids"][start:end] = [row["fingerprint_id"] for row in rows]
    block["work_ids"][start:end] = [row["work_id"] for row in rows]
    block["letters"][start:end] = [min(row["characters"] or 0, 2**32 - 1) for row in rows]
    block["used"] = end
    block["witness"] = _witness(rows[-1]["datahash"])


def _unit(units_256: Sequence[str], kind: Kind) -> str:
    """Return the unit works of a kind are compared by, or "": the Data-Code only for DATA."""
    start = "ISCC:G" if kind is Kind.DATA else "ISCC:E"
    return next((unit for unit in units_256 if unit.startswith(start)), "")


def _decoded(units: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Return the bodies (4, n) of 256-bit Content- and Data-Code units, and which are sound (n,).

    All at once: iscc_lib.iscc_decode, one by one, took ten times as long.
    """
    width = 5 + _UNIT_CHARACTERS
    text = b"".join(
        unit.encode("ascii", "replace").ljust(width) if len(unit) <= width else b" " * width
        for unit in units
    )
    values = _VALUES[np.frombuffer(text, np.uint8).reshape(-1, width)[:, 5:]]
    digits = np.unpackbits(values[:, :, None], axis=2)[:, :, 3:].reshape(len(units), -1)
    data = np.packbits(digits[:, : 8 * 34], axis=1)
    main, length = data[:, 0] >> 4, data[:, 1]
    sound = (values < 32).all(axis=1) & ((main == _CONTENT) | (main == _DATA))
    words = np.ascontiguousarray(data[:, 2:]).view(">u8").astype(np.uint64).T
    return words, sound & (length == _BITS_256)


def _values() -> NDArray[np.uint8]:
    values = np.full(256, 255, np.uint8)
    letters = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", np.uint8)
    values[letters] = np.arange(32)
    return values


_VALUES = _values()


def _witness(datahash: str) -> int:
    """Return 64 bits of a datahash ("1e20" and BLAKE3 in hex)."""
    return int(datahash[4:20], 16)


def _last_id(block: Any) -> int:
    return int(block["fingerprint_ids"][int(block["used"]) - 1])


def _check(block: Any) -> int:
    """Return the check sum of everything in a block after the sum itself."""
    return zlib.crc32(block.tobytes()[4:])


def _as_block(block: Any) -> CodeBlock:
    used = int(block["used"])
    return CodeBlock(
        words=block["words"][:, :used],
        fingerprint_ids=block["fingerprint_ids"][:used],
        work_ids=block["work_ids"][:used],
        letters=block["letters"][:used],
        kinds=block["kinds"][:used],
    )
