"""Unpack large PNGs with ISA-L, which takes half of zlib's time, while Pillow reads them.

Pillow still makes pixels of them, so no picture can come out otherwise; whatever is unusual is
left to Pillow as it stands.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from isal import isal_zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # colour type → samples a pixel
_WORTH_IT_BYTES = 1_000_000
_MOST_BYTES = 1 << 30
_HEADER_BYTES = 33
_ANIMATED = b"acTL"
_PIECE_BYTES = 32 * 1024
# With the five bytes before it, a block is as long as what Pillow reads at once.
_BLOCK_BYTES = 65_536 - 5
_START = b"\x78\x01"  # of a zlib stream, RFC 1950


class UnpackedPng:
    """A stream of a PNG with its pixels as they are, in blocks that are only stored (RFC 1951).

    Made block by block while it is read: there and back over what lies before the pixels, then on.
    Raises ValueError where the packed pixels are damaged or end too early.
    """

    def __init__(self, head: bytes, packed: list[memoryview], tail: bytes, row_bytes: int) -> None:
        """head, tail: the chunks around the pixels. row_bytes: of all filtered rows together."""
        first_bytes = _BLOCK_BYTES - len(_START)
        blocks = 1 + -(-(row_bytes - first_bytes) // _BLOCK_BYTES)
        stored_bytes = len(_START) + 5 * blocks + row_bytes + 4
        self._head = head + struct.pack(">I4s", stored_bytes, b"IDAT")
        self._packed = packed
        self._tail = tail
        self._row_bytes = row_bytes
        self._at = 0
        self._rest = self._behind_head()
        self._held = b""

    def tell(self) -> int:
        """Return the position of the next byte."""
        return self._at

    def seek(self, position: int, whence: int = 0) -> int:
        """Go to a position from the start; behind the head only forwards."""
        if whence:
            raise OSError("only from the start")
        if position < self._at:
            self._at, self._held, self._rest = 0, b"", self._behind_head()
        while self._at < position and self.read(min(position - self._at, _BLOCK_BYTES)):
            pass
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Return that many bytes, fewer at the end."""
        if size < 0:
            size = 1 << 62
        if self._at < len(self._head):
            found = self._head[self._at : self._at + size]
        else:
            found = self._held or next(self._rest, b"")
            found, self._held = found[:size], found[size:]
        self._at += len(found)
        return found if len(found) == size or not found else found + self.read(size - len(found))

    def _behind_head(self) -> Iterator[bytes]:
        unpack = isal_zlib.decompressobj()
        pieces = _pieces(self._packed)
        left, checksum, before = self._row_bytes, 1, _START
        while left:
            rows = _take(unpack, pieces, min(left, _BLOCK_BYTES - len(before)))
            left -= len(rows)
            checksum = isal_zlib.adler32(rows, checksum)
            size = len(rows)
            yield before + struct.pack("<BHH", not left, size, size ^ 0xFFFF) + rows
            before = b""
        # Nobody looks at the checksum of the chunk of pixels; at those of the others Pillow does.
        yield struct.pack(">II", checksum, 0) + self._tail


def unpacked(data: bytes) -> UnpackedPng | None:
    """Return a stream of the same PNG that is read sooner, or None if there is none."""
    row_bytes = _row_bytes(data)
    if not _WORTH_IT_BYTES <= row_bytes <= _MOST_BYTES:
        return None
    view = memoryview(data)
    at, first, packed = len(SIGNATURE), 0, []
    while at + 12 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        if name == _ANIMATED:
            return None
        if name == b"IDAT":
            first = first or at
            packed.append(view[at + 8 : at + 8 + size])
        elif first:
            return UnpackedPng(data[:first], packed, data[at:], row_bytes)
        at += 12 + size
    return None


def _row_bytes(data: bytes) -> int:
    """Return how many bytes all filtered rows have, by the header; 0 if it is unusual."""
    if not data.startswith(SIGNATURE) or len(data) < _HEADER_BYTES or data[12:16] != b"IHDR":
        return 0
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    if interlaced or colour not in _SAMPLES or depth not in (1, 2, 4, 8, 16):
        return 0
    row_bytes: int = 1 + (width * depth * _SAMPLES[colour] + 7) // 8
    return row_bytes * int(height)


def _pieces(packed: list[memoryview]) -> Iterator[memoryview]:
    for part in packed:
        for start in range(0, len(part), _PIECE_BYTES):
            yield part[start : start + _PIECE_BYTES]


def _take(unpack: isal_zlib.Decompress, pieces: Iterator[memoryview], size: int) -> bytes:
    """Return size unpacked bytes. Raises ValueError if there are not so many."""
    found: list[bytes] = []
    while size:
        piece = unpack.unconsumed_tail or next(pieces, b"")
        try:
            rows = unpack.decompress(piece, size)
        except isal_zlib.IsalError as error:  # type: ignore[misc]  # its stub has no class
            raise ValueError(str(error)) from error
        if not rows and not piece:
            raise ValueError("the pixels end too early")
        found.append(rows)
        size -= len(rows)
    return b"".join(found)
