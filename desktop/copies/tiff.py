"""XMP in a TIFF: a new first directory at the file's end; nothing that is there moves.

TIFF 6.0 section 2, BigTIFF, and XMP part 3 section 1.1.6 (tag 700). What the old packet took is
blanked, so that no reader of bytes finds it. C2PA's tag is 52545.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from desktop.copies.pieces import (
    MOST_PACKET_BYTES,
    Keep,
    Merge,
    NoPlace,
    NotSound,
    Piece,
    size_of,
    take,
)

_XMP, _C2PA = 700, 52545
_BYTES = 1
_SIZES = {
    **dict.fromkeys((1, 2, 6, 7), 1),
    **dict.fromkeys((3, 8), 2),
    **dict.fromkeys((4, 9, 11, 13), 4),
    **dict.fromkeys((5, 10, 12, 16, 17, 18), 8),
}
# Where data lies, and the tag that tells how much: strips, tiles, a preview's JPEG.
_DATA = {273: 279, 324: 325, 513: 514}
_DIRECTORIES = (330, 34665, 34853, 40965)
_MOST_DIRECTORIES = 20_000


@dataclass(frozen=True, slots=True)
class _Entry:
    """A tag; value: its bytes, or where they lie."""

    tag: int
    kind: int
    count: int
    raw: bytes
    value: bytes | Keep


@dataclass(frozen=True, slots=True)
class _Directory:
    entries: tuple[_Entry, ...]
    after: int


class _Tiff:
    """Reads the structure of one file."""

    def __init__(self, source: BinaryIO) -> None:
        self.source, self.end = source, size_of(source)
        head = take(source, 0, 8)
        order = {b"II": "little", b"MM": "big"}.get(head[:2])
        if order is None:
            raise NotSound("it does not begin as a TIFF does")
        self.order = order
        magic = self.number(head[2:4])
        if magic not in (42, 43):
            raise NotSound("it does not begin as a TIFF does")
        self.is_big = magic == 43
        self.width = 8 if self.is_big else 4  # of an offset
        self.pointer = 8 if self.is_big else 4  # where the first directory's offset stands
        self.first = self.number(take(source, self.pointer, self.width))

    def number(self, data: bytes) -> int:
        return int.from_bytes(data, self.order)  # type: ignore[arg-type]

    def raw(self, number: int, width: int) -> bytes:
        return number.to_bytes(width, self.order)  # type: ignore[arg-type]

    def directory(self, at: int) -> _Directory:
        """Return the directory at a place. Raises NotSound."""
        head = 8 if self.is_big else 2
        count = self.number(take(self.source, at, head))
        size = 4 + 2 * self.width
        if not at or count > 65_535:
            raise NotSound("its directories make no sense")
        table = take(self.source, at + head, count * size + self.width)
        entries = tuple(
            self._entry(table[one : one + size]) for one in range(0, count * size, size)
        )
        return _Directory(entries, self.number(table[count * size :]))

    def _entry(self, raw: bytes) -> _Entry:
        tag, kind = self.number(raw[:2]), self.number(raw[2:4])
        count = self.number(raw[4 : 4 + self.width])
        size = _SIZES.get(kind, 1) * count
        field = raw[4 + self.width :]
        if size <= self.width:
            return _Entry(tag, kind, count, raw, field[:size])
        start = self.number(field)
        if start + size > self.end:
            raise NotSound("it ends too early")
        return _Entry(tag, kind, count, raw, Keep(start, start + size))

    def bytes_of(self, entry: _Entry) -> bytes:
        if isinstance(entry.value, bytes):
            return entry.value
        return take(self.source, entry.value.start, entry.value.stop - entry.value.start)

    def numbers_of(self, entry: _Entry) -> list[int]:
        data, size = self.bytes_of(entry), _SIZES.get(entry.kind, 1)
        return [self.number(data[at : at + size]) for at in range(0, len(data), size)]


def layout(source: BinaryIO, merge: Merge) -> list[Piece]:
    """Return the pieces of a TIFF with the packet that merge makes of its own.

    Raises NotSound; NoPlace where the file would grow past what its offsets can tell.
    """
    tiff = _Tiff(source)
    first = tiff.directory(tiff.first)
    old = next((one for one in first.entries if one.tag == _XMP), None)
    if old is not None and old.count > MOST_PACKET_BYTES:
        raise NotSound("its XMP is too large")
    data = merge(tiff.bytes_of(old) if old is not None else b"")
    start = tiff.end + tiff.end % 2
    at = start + len(data) + len(data) % 2
    if not tiff.is_big and at + 12 * len(first.entries) + 64 >= 1 << 32:
        raise NoPlace("It is as large as a TIFF can be.")
    mine = b"".join(
        (
            tiff.raw(_XMP, 2),
            tiff.raw(_BYTES, 2),
            tiff.raw(len(data), tiff.width),
            tiff.raw(start, tiff.width),
        )
    )
    others = [one.raw for one in first.entries if one.tag != _XMP]
    table = sorted([*others, mine], key=lambda raw: tiff.number(raw[:2]))
    directory = b"".join(
        (
            tiff.raw(len(table), 8 if tiff.is_big else 2),
            *table,
            tiff.raw(first.after, tiff.width),
        )
    )
    tail = bytes(start - tiff.end) + data + bytes(len(data) % 2) + directory
    after = tiff.pointer + tiff.width
    body: list[Piece] = [Keep(after, tiff.end)]
    if old is not None and isinstance(old.value, Keep) and old.value.start >= after:
        gone = old.value
        body = [Keep(after, gone.start), bytes(gone.stop - gone.start), Keep(gone.stop, tiff.end)]
    return [Keep(0, tiff.pointer), tiff.raw(at, tiff.width), *body, tail]


def essence(source: BinaryIO) -> Iterator[Piece]:
    """Yield what must be the same in a copy: every tag and its data, wherever it lies."""
    tiff = _Tiff(source)
    seen: set[int] = set()
    yield from _chain(tiff, tiff.first, seen, is_first=True)


def has_manifest(source: BinaryIO) -> bool:
    """Tell whether there is a C2PA manifest in it."""
    tiff = _Tiff(source)
    return any(one.tag == _C2PA for one in tiff.directory(tiff.first).entries)


def _chain(tiff: _Tiff, at: int, seen: set[int], *, is_first: bool = False) -> Iterator[Piece]:
    while at:
        if at in seen or len(seen) > _MOST_DIRECTORIES:
            raise NotSound("its directories go round in circles")
        seen.add(at)
        directory = tiff.directory(at)
        by_tag = {one.tag: one for one in directory.entries}
        for tag in sorted(by_tag):
            if not (is_first and tag in (_XMP, _C2PA)):
                yield from _entry(tiff, by_tag, tag, seen)
        at, is_first = directory.after, False


def _entry(tiff: _Tiff, by_tag: dict[int, _Entry], tag: int, seen: set[int]) -> Iterator[Piece]:
    entry = by_tag[tag]
    yield f"{tag} {entry.count} ".encode()
    if tag in _DIRECTORIES:
        for at in tiff.numbers_of(entry):
            yield from _chain(tiff, at, seen)
    elif tag in _DATA and _DATA[tag] in by_tag:
        sizes = tiff.numbers_of(by_tag[_DATA[tag]])
        for start, size in zip(tiff.numbers_of(entry), sizes, strict=False):
            if start + size > tiff.end:
                raise NotSound("the picture ends too early")
            yield Keep(start, start + size)
    else:
        yield entry.value
