"""XMP in a GIF: an application extension before the first picture, with its magic trailer.

XMP part 3, section 1.1.2; GIF89a section 26. A GIF87a becomes a GIF89a, which changes no picture.
C2PA's extension is C2PA_GIF.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from desktop.copies.pieces import MOST_PACKET_BYTES, Keep, Merge, NotSound, Piece, size_of, take

_XMP, _C2PA = b"XMP DataXMP", b"C2PA_GIF"
_MAGIC = bytes([1, *range(255, -1, -1), 0])
_EXTENSION, _PICTURE, _TRAILER = 0x21, 0x2C, 0x3B
_APPLICATION, _COMMENT = 0xFF, 0xFE
_MOST_BLOCKS = 500_000


@dataclass(frozen=True, slots=True)
class _Block:
    """An extension, a picture or the end; label: of an extension; name: of an application."""

    kind: int
    start: int
    stop: int
    label: int = 0
    name: bytes = b""


def layout(source: BinaryIO, merge: Merge) -> list[Piece]:
    """Return the pieces of a GIF with the packet that merge makes of its own. Raises NotSound."""
    start, blocks = _blocks(source)
    old = next((one for one in blocks if one.name == _XMP), None)
    data = merge(_packet(source, old) if old is not None else b"")
    new = bytes([_EXTENSION, _APPLICATION, len(_XMP)]) + _XMP + data + _MAGIC
    first = next(one for one in blocks if not _goes_before(one))
    pieces: list[Piece] = [b"GIF89a", Keep(6, start)]
    for one in blocks:
        if one is first:
            pieces.append(new)
        if one.name != _XMP:
            pieces.append(Keep(one.start, one.stop))
    return [*pieces, Keep(blocks[-1].stop, size_of(source))]


def essence(source: BinaryIO) -> Iterator[Piece]:
    """Yield what must be the same in a copy: all but XMP, C2PA and the version."""
    start, blocks = _blocks(source)
    yield Keep(6, start)
    for one in blocks:
        if one.name != _XMP and not one.name.startswith(_C2PA):
            yield Keep(one.start, one.stop)
    yield Keep(blocks[-1].stop, size_of(source))


def has_manifest(source: BinaryIO) -> bool:
    """Tell whether there is a C2PA manifest in it."""
    return any(one.name.startswith(_C2PA) for one in _blocks(source)[1])


def _goes_before(one: _Block) -> bool:
    return one.kind == _EXTENSION and one.label in (_APPLICATION, _COMMENT)


def _blocks(source: BinaryIO) -> tuple[int, list[_Block]]:
    """Return where the blocks start, and all of them up to the end. Raises NotSound."""
    head = take(source, 0, 13)
    if head[:6] not in (b"GIF87a", b"GIF89a"):
        raise NotSound("it does not begin as a GIF does")
    start = at = 13 + _table(head[10])
    found: list[_Block] = []
    for _ in range(_MOST_BLOCKS):
        kind = take(source, at, 1)[0]
        if kind == _TRAILER:
            if not any(one.kind == _PICTURE for one in found):
                raise NotSound("it has no picture")
            return start, [*found, _Block(kind, at, at + 1)]
        if kind == _EXTENSION:
            found.append(_extension(source, at))
        elif kind == _PICTURE:
            flags = take(source, at, 10)[9]
            found.append(_Block(kind, at, _after_data(source, at + 11 + _table(flags))))
        else:
            raise NotSound("its blocks make no sense")
        at = found[-1].stop
    raise NotSound("it has too many blocks")


def _extension(source: BinaryIO, at: int) -> _Block:
    label, size = take(source, at + 1, 2)
    name = take(source, at + 3, size) if label == _APPLICATION else b""
    if name == _XMP:
        stop = _after_packet(source, at + 3 + size)
        if stop:
            return _Block(_EXTENSION, at, stop, label, name)
    return _Block(_EXTENSION, at, _after_data(source, at + 2), label, name)


def _after_packet(source: BinaryIO, at: int) -> int:
    """Return where the magic trailer ends, or 0 where there is none."""
    source.seek(at)
    data = source.read(MOST_PACKET_BYTES)
    place = data.find(_MAGIC)
    return at + place + len(_MAGIC) if place >= 0 else 0


def _after_data(source: BinaryIO, at: int) -> int:
    """Return where the sub-blocks that begin at a place end."""
    while size := take(source, at, 1)[0]:
        at += 1 + size
    return at + 1


def _packet(source: BinaryIO, one: _Block) -> bytes:
    data = take(source, one.start + 3 + len(_XMP), one.stop - one.start - 3 - len(_XMP))
    return data.removesuffix(_MAGIC)


def _table(flags: int) -> int:
    """Return how many bytes the table of colours has that flags tell of."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0
