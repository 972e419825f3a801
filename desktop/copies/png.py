"""XMP in a PNG: an iTXt chunk before the picture; every other chunk stays as it is.

XMP part 3, section 1.1.5; PNG (third edition) sections 5.3 and 11.3.3.4. Animated PNG has the same
chunks. C2PA's chunk is caBX.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from desktop.copies.pieces import MOST_PACKET_BYTES, Keep, Merge, NotSound, Piece, size_of, take

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEYWORD = b"XML:com.adobe.xmp\0"
_OLD = b"Raw profile type xmp\0"
_BEFORE = (b"IDAT", b"fdAT", b"IEND")
_MOST_CHUNKS = 200_000


@dataclass(frozen=True, slots=True)
class _Chunk:
    kind: bytes
    start: int
    stop: int
    is_packet: bool


def layout(source: BinaryIO, merge: Merge) -> list[Piece]:
    """Return the pieces of a PNG with the packet that merge makes of its own. Raises NotSound."""
    chunks = _chunks(source)
    packets = [one for one in chunks if one.is_packet]
    data = _KEYWORD + b"\0\0\0\0" + merge(_packet(source, packets))
    body = b"iTXt" + data
    new = len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    first = next(one for one in chunks if one.kind in _BEFORE)
    pieces: list[Piece] = [Keep(0, len(_SIGNATURE))]
    for one in chunks:
        if one is first:
            pieces.append(new)
        if not one.is_packet:
            pieces.append(Keep(one.start, one.stop))
    return [*pieces, Keep(chunks[-1].stop, size_of(source))]


def essence(source: BinaryIO) -> Iterator[Piece]:
    """Yield what must be the same in a copy: all but XMP and C2PA."""
    chunks = _chunks(source)
    for one in chunks:
        if not one.is_packet and one.kind != b"caBX":
            yield Keep(one.start, one.stop)
    yield Keep(chunks[-1].stop, size_of(source))


def has_manifest(source: BinaryIO) -> bool:
    """Tell whether there is a C2PA manifest in it."""
    return any(one.kind == b"caBX" for one in _chunks(source))


def _chunks(source: BinaryIO) -> list[_Chunk]:
    """Return the chunks up to the end. Raises NotSound."""
    if take(source, 0, 8) != _SIGNATURE:
        raise NotSound("it does not begin as a PNG does")
    found: list[_Chunk] = []
    at, end = 8, size_of(source)
    for _ in range(_MOST_CHUNKS):
        head = take(source, at, 8)
        kind, stop = head[4:], at + 12 + int.from_bytes(head[:4], "big")
        if stop > end or not kind.isalpha():
            raise NotSound("its chunks make no sense")
        is_packet = kind in (b"iTXt", b"zTXt", b"tEXt") and (
            take(source, at + 8, min(len(_OLD), stop - at - 12)).startswith((_KEYWORD, _OLD))
        )
        found.append(_Chunk(kind, at, stop, is_packet))
        at = stop
        if kind == b"IEND":
            if not any(one.kind == b"IDAT" for one in found):
                raise NotSound("it has no picture")
            return found
    raise NotSound("it has too many chunks")


def _packet(source: BinaryIO, packets: list[_Chunk]) -> bytes:
    """Return the packet of a PNG: of its own chunk, else of the kind that ImageMagick wrote."""
    found = [(one.kind, take(source, one.start + 8, one.stop - one.start - 12)) for one in packets]
    for kind, data in found:
        if kind == b"iTXt" and data.startswith(_KEYWORD):
            text = data[len(_KEYWORD) + 2 :].partition(b"\0")[2].partition(b"\0")[2]
            is_packed = data[len(_KEYWORD) : len(_KEYWORD) + 1] == b"\1"
            return _unpacked(text) if is_packed else text
    for kind, data in found:
        text = data[len(_OLD) :]
        text = _unpacked(text[1:]) if kind == b"zTXt" else text
        try:  # a name, a length, and hexadecimal numbers in lines
            return bytes.fromhex(b"".join(text.split()[2:]).decode("ascii"))
        except ValueError:
            return text
    return b""


def _unpacked(text: bytes) -> bytes:
    """Return text unpacked, or as it is where that cannot be done."""
    try:
        return zlib.decompressobj().decompress(text, MOST_PACKET_BYTES)
    except zlib.error:
        return text
