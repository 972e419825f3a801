"""The boxes of ISO base media files: where they are, and places they tell (ISO 14496-12).

MP4, M4A and MOV, HEIC and AVIF are made of them. Only headers are read on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from desktop.copies.pieces import NotSound, size_of, take

XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
FREE = (b"free", b"skip", b"wide")
_MOST_BOXES = 200_000
MOST_HEADER_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Box:
    """kind of a box; start to stop: all of it; body: where its contents start; user: of a uuid."""

    kind: bytes
    start: int
    body: int
    stop: int
    user: bytes = b""
    is_open: bool = False

    @property
    def size(self) -> int:
        return self.stop - self.start


def boxes_of(source: BinaryIO) -> list[Box]:
    """Return the boxes of a file. Raises NotSound where they do not fill it.

    is_open: the last one says that it goes on to the end, without its size.
    """
    end = size_of(source)
    found: list[Box] = []
    at = 0
    for _ in range(_MOST_BOXES):
        if at == end:
            return found
        if end - at < 8:
            if found and not any(take(source, at, end - at)):
                return [*found, Box(b"\0", at, at, end)]
            raise NotSound("it ends too early")
        head = take(source, at, min(32, end - at))
        found.append(_box(head, at, end))
        at = found[-1].stop
    raise NotSound("it has too many boxes")


def boxes_in(data: bytes | bytearray, start: int, stop: int) -> Iterator[Box]:
    """Yield the boxes in a part of data. Raises NotSound where their sizes make no sense."""
    at = start
    while stop - at >= 8:
        box = _box(bytes(data[at : at + 32]), at, stop)
        yield box
        at = box.stop


def find(data: bytes | bytearray, start: int, stop: int, *path: bytes) -> list[Box]:
    """Return the boxes at a path of kinds, each in the one before."""
    found = [one for one in boxes_in(data, start, stop) if one.kind == path[0]]
    if len(path) == 1:
        return found
    return [two for one in found for two in find(data, one.body, one.stop, *path[1:])]


def made(kind: bytes, body: bytes) -> bytes:
    """Return a box."""
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def number(data: bytes | bytearray) -> int:
    """Return a number, as these files write them."""
    return int.from_bytes(data, "big")


def _box(head: bytes, at: int, end: int) -> Box:
    size, kind, header = number(head[:4]), head[4:8], 8
    is_open = False
    if size == 1:
        size, header = number(head[8:16]), 16
    elif size == 0:
        size, is_open = end - at, True
    if size < header or at + size > end:
        raise NotSound("it ends too early, or its boxes make no sense")
    user = b""
    if kind == b"uuid":
        user, header = head[header : header + 16], header + 16
    return Box(kind, at, at + header, at + size, user, is_open)
