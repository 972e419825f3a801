"""XMP in RIFF files: WAV and AVI have a _PMX chunk at the end, WebP a chunk named XMP.

XMP part 3, sections 1.2.4 (AVI, WAV) and 1.1.8 (WebP, after its container specification); EBU Tech
3306 for RF64, whose sizes stand in ds64. C2PA's chunk is named C2PA.
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
    Untouchable,
    size_of,
    take,
)

_PMX, _WEBP_XMP, _C2PA = b"_PMX", b"XMP ", b"C2PA"
_LARGE = (b"RF64", b"BW64")
_UNKNOWN = (0, 0xFFFFFFFF)
_MOST_CHUNKS = 200_000
_XMP_FLAG, _ALPHA_FLAG = 0x04, 0x10
_OPEN_END = "Its length is not told in the file, so nothing can be put behind it."


@dataclass(frozen=True, slots=True)
class _Chunk:
    """start is where its name stands; data from start + 8 on, size bytes; stop with padding."""

    name: bytes
    start: int
    size: int
    stop: int


@dataclass(frozen=True, slots=True)
class _Riff:
    """form: WAVE, AVI or WEBP; end: where the last chunk ends; the file may go on."""

    outer: bytes
    form: bytes
    chunks: tuple[_Chunk, ...]
    end: int
    file_end: int

    def first(self, name: bytes) -> _Chunk | None:
        return next((one for one in self.chunks if one.name == name), None)


def layout(source: BinaryIO, merge: Merge) -> list[Piece]:
    """Return the pieces of a WAV or AVI with the packet that merge makes of its own.

    Raises NotSound; NoPlace where nothing can be put behind the sound.
    """
    riff = _read(source)
    if riff.form == b"AVI " and riff.end < riff.file_end:
        raise NoPlace("It is in several parts, whose places would change.")
    new = _chunk(_PMX, merge(_packet(source, riff.first(_PMX))))
    kept = [one for one in riff.chunks if one.name != _PMX]
    return _together(source, riff, [*(Keep(one.start, one.stop) for one in kept), new])


def webp_layout(source: BinaryIO, merge: Merge) -> list[Piece]:
    """Return the pieces of a WebP with the packet that merge makes of its own. Raises NotSound."""
    riff = _read(source)
    new = _chunk(_WEBP_XMP, merge(_packet(source, riff.first(_WEBP_XMP))))
    header = _extended_header(source, riff)
    kept = [one for one in riff.chunks if one.name not in (_WEBP_XMP, b"VP8X")]
    manifests = [one for one in kept if one.name == _C2PA]
    others = [Keep(one.start, one.stop) for one in kept if one.name != _C2PA]
    behind = [Keep(one.start, one.stop) for one in manifests]
    return _together(source, riff, [header, *others, new, *behind])


def essence(source: BinaryIO) -> Iterator[Piece]:
    """Yield what must be the same in a copy: all chunks but those of XMP, C2PA and sizes.

    A film's chunks must also stay where they are, because its index tells places.
    """
    riff = _read(source)
    for one in riff.chunks:
        if one.name not in (_PMX, _WEBP_XMP, _C2PA, b"ds64", b"VP8X"):
            yield one.name + (str(one.start).encode() if riff.form == b"AVI " else b"")
            yield Keep(one.start + 8, one.start + 8 + one.size)
    yield str(riff.file_end - riff.end).encode() if riff.form == b"AVI " else b""
    yield Keep(riff.end, riff.file_end)


def has_manifest(source: BinaryIO) -> bool:
    """Tell whether there is a C2PA manifest in it."""
    return _read(source).first(_C2PA) is not None


def _read(source: BinaryIO) -> _Riff:
    """Return the chunks of a file. Raises NotSound or Untouchable."""
    head, file_end = take(source, 0, 12), size_of(source)
    outer, size, at = head[:4], _number(head[4:8]), 12
    large: dict[bytes, int] = {}
    if outer in _LARGE:
        sizes = take(source, 12, 36)
        if sizes[:4] != b"ds64":
            raise NotSound("it does not begin as a long WAV does")
        size, large = _number(sizes[8:16]), {b"data": _number(sizes[16:24])}
    elif outer != b"RIFF":
        raise NotSound("it does not begin as one does")
    elif size in _UNKNOWN:
        raise Untouchable(_OPEN_END)
    end = min(8 + size + size % 2, file_end)
    chunks = []
    for _ in range(_MOST_CHUNKS):
        if end - at < 8:
            break
        name, length = take(source, at, 4), _number(take(source, at + 4, 4))
        if length == 0xFFFFFFFF:
            length = large.get(name, length)
        if name == b"data" and length in _UNKNOWN and at + 8 < end and not large:
            raise Untouchable(_OPEN_END)
        if at + 8 + length > file_end:
            raise NotSound("it ends too early")
        stop = min(at + 8 + length + length % 2, file_end)
        chunks.append(_Chunk(name, at, length, stop))
        at = stop
    if not chunks:
        raise NotSound("it is empty inside")
    return _Riff(outer, head[8:], tuple(chunks), at, file_end)


def _together(source: BinaryIO, riff: _Riff, body: list[Piece]) -> list[Piece]:
    """Return the whole file: its head with the new size, the chunks, and what stood behind."""
    padded: list[Piece] = []
    for piece in body:
        size = piece.stop - piece.start if isinstance(piece, Keep) else len(piece)
        padded += [piece, bytes(size % 2)]
    length = 4 + sum(one.stop - one.start if isinstance(one, Keep) else len(one) for one in padded)
    behind = Keep(riff.end, riff.file_end)
    if riff.outer not in _LARGE:
        if length >= 1 << 32:
            raise NoPlace("It is as long as a file of its format can be.")
        head = riff.outer + length.to_bytes(4, "little") + riff.form
        return [head, *padded, behind]
    sizes = riff.chunks[0]
    first = take(source, sizes.start, sizes.stop - sizes.start)
    first = first[:8] + length.to_bytes(8, "little") + first[16:]
    rest = padded[padded.index(Keep(sizes.start, sizes.stop)) + 1 :]
    return [riff.outer + b"\xff\xff\xff\xff" + riff.form, first, *rest, behind]


def _packet(source: BinaryIO, chunk: _Chunk | None) -> bytes:
    if chunk is None:
        return b""
    if chunk.size > MOST_PACKET_BYTES:
        raise NotSound("its XMP is too large")
    return take(source, chunk.start + 8, chunk.size)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + len(data).to_bytes(4, "little") + data + bytes(len(data) % 2)


def _extended_header(source: BinaryIO, riff: _Riff) -> bytes:
    """Return the VP8X chunk with the flag that tells of XMP (WebP container specification)."""
    known = riff.first(b"VP8X")
    if known is not None:
        if known.size < 10:
            raise NotSound("its header is too short")
        data = take(source, known.start + 8, known.size)
        return _chunk(b"VP8X", bytes([data[0] | _XMP_FLAG]) + data[1:])
    lossy, lossless = riff.first(b"VP8 "), riff.first(b"VP8L")
    if lossy is not None:
        frame = take(source, lossy.start + 8, 10)
        if frame[3:6] != b"\x9d\x01\x2a":
            raise NotSound("its picture makes no sense")
        width, height, flags = _number(frame[6:8]) & 0x3FFF, _number(frame[8:10]) & 0x3FFF, 0
    elif lossless is not None:
        frame = take(source, lossless.start + 8, 5)
        bits = _number(frame[1:5])
        if frame[:1] != b"\x2f":
            raise NotSound("its picture makes no sense")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        flags = _ALPHA_FLAG if bits >> 28 & 1 else 0
    else:
        raise NotSound("it has no picture")
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return _chunk(b"VP8X", bytes([flags | _XMP_FLAG, 0, 0, 0]) + size)


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")
