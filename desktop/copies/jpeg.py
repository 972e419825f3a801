"""XMP in a JPEG: an APP1 segment after EXIF's; everything else stays byte for byte.

XMP part 3, section 1.1.3; what does not fit into one segment goes into extended ones (1.1.3.1).
CIPA DC-007 (MPF) tells where further pictures of the file lie: those numbers are kept right. C2PA's
segments are APP11 (ISO 19566-5, annex D).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from desktop.copies import packet
from desktop.copies.pieces import BLOCK_BYTES, Keep, Merge, NoPlace, NotSound, Piece, size_of, take

_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_MORE_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_EXIF, _MPF = b"Exif\0", b"MPF\0"
_APP0, _APP1, _APP2, _APP11, _SOS = 0xE0, 0xE1, 0xE2, 0xEB, 0xDA
_END = b"\xff\xd9"
_MOST_SEGMENTS = 5000
_MOST_PACKET, _MOST_PART, _ROOM = 65_502, 65_400, 8_000
_ENTRIES, _ENTRY_BYTES = 0xB002, 16


@dataclass(frozen=True, slots=True)
class _Segment:
    """A marker segment: start is its 0xFF, stop the byte after it."""

    marker: int
    start: int
    stop: int
    head: bytes

    @property
    def is_packet(self) -> bool:
        return self.marker == _APP1 and self.head.startswith(_XMP)

    @property
    def is_more(self) -> bool:
        return self.marker == _APP1 and self.head.startswith(_MORE_XMP)

    @property
    def is_manifest(self) -> bool:
        return self.marker == _APP11 and self.head.startswith(b"JP")


def layout(source: BinaryIO, merge: Merge) -> list[Piece]:
    """Return the pieces of a JPEG with the packet that merge makes of its own.

    Raises NotSound if it is none; NoPlace if the packet is too large for a segment.
    """
    segments, end = _segments(source), size_of(source)
    new, packets = _packets(source, segments, merge)
    at = _place(segments)
    gone = sum(one.stop - one.start for one in packets)
    pieces: list[Piece] = []
    after = 0
    for one in segments:
        if one.start == at:
            pieces += [Keep(after, at), new]
            after = at
        if one in packets:
            pieces.append(Keep(after, one.start))
            after = one.stop
        elif one.marker == _APP2 and one.head.startswith(_MPF):
            behind = sum(two.stop - two.start for two in packets if two.start > one.start)
            pieces += [
                Keep(after, one.start),
                _pointing(take(source, one.start, one.stop - one.start), len(new) - gone, -behind),
            ]
            after = one.stop
    return [*pieces, Keep(after, end)]


def essence(source: BinaryIO) -> Iterator[Piece]:
    """Yield what must be the same in a copy: all but XMP, C2PA and the places of pictures."""
    segments = _segments(source)
    for one in segments:
        is_places = one.marker == _APP2 and one.head.startswith(_MPF)
        if not one.is_packet and not one.is_more and not one.is_manifest and not is_places:
            yield Keep(one.start, one.stop)
    yield Keep(segments[-1].stop, size_of(source))


def has_manifest(source: BinaryIO) -> bool:
    """Tell whether there is a C2PA manifest in it."""
    return any(one.is_manifest for one in _segments(source))


def grown(source: BinaryIO, growth: int) -> list[Piece] | None:
    """Return the pieces of a JPEG whose first picture will grow in front; None: nothing to do."""
    for one in _segments(source):
        if one.marker == _APP2 and one.head.startswith(_MPF):
            data = take(source, one.start, one.stop - one.start)
            rest = Keep(one.stop, size_of(source))
            return [Keep(0, one.start), _pointing(data, growth, 0), rest]
    return None


def _packets(
    source: BinaryIO, segments: list[_Segment], merge: Merge
) -> tuple[bytes, list[_Segment]]:
    """Return the new segments of XMP, and the old ones that they stand for.

    Raises NoPlace if the labels alone are too long for a segment.
    """
    mains = [one for one in segments if one.is_packet]
    more = [one for one in segments if one.is_more]
    old = _payload(source, mains[0], len(_XMP)) if mains else b""
    rest = _extension(source, more, old) if more else b""
    if rest and (packet.speaks(rest) or len(old) > _MOST_PACKET - _ROOM):
        old, mains = packet.joined(old, rest), [*mains, *more]
    data = merge(old)
    if len(data) <= _MOST_PACKET:
        return _segment(_XMP + data), mains
    main, rest = packet.parted(data)
    if len(main) > _MOST_PACKET:
        raise NoPlace("Its own metadata leaves no room for more in the picture itself.")
    name = packet.digest_of(rest)
    head = _MORE_XMP + name + len(rest).to_bytes(4, "big")
    parts = [
        _segment(head + at.to_bytes(4, "big") + rest[at : at + _MOST_PART])
        for at in range(0, len(rest), _MOST_PART)
    ]
    return b"".join([_segment(_XMP + main), *parts]), mains


def _extension(source: BinaryIO, more: list[_Segment], old: bytes) -> bytes:
    """Return the extended XMP that a packet names, put together; b"" where it is not whole."""
    found: dict[int, bytes] = {}
    size = 0
    for one in more:
        data = _payload(source, one, len(_MORE_XMP))
        if len(data) > 40 and data[:32] in old:
            size = int.from_bytes(data[32:36], "big")
            found[int.from_bytes(data[36:40], "big")] = data[40:]
    whole = b"".join(found[at] for at in sorted(found))
    return whole if len(whole) == size else b""


def _segment(data: bytes) -> bytes:
    return b"\xff\xe1" + (len(data) + 2).to_bytes(2, "big") + data


def _segments(source: BinaryIO) -> list[_Segment]:
    """Return the segments up to the first scan. Raises NotSound."""
    if take(source, 0, 2) != b"\xff\xd8":
        raise NotSound("it does not begin as a JPEG does")
    found: list[_Segment] = []
    at = 2
    for _ in range(_MOST_SEGMENTS):
        head = take(source, at, 4)
        if head[:2] == b"\xff\xff":  # a fill byte (ISO 10918-1, B.1.1.2)
            at += 1
            continue
        size = int.from_bytes(head[2:], "big")
        if head[0] != 0xFF or head[1] in (0xD8, 0xD9) or size < 2:
            raise NotSound("its segments make no sense")
        data = take(source, at + 4, size - 2)[:40]
        found.append(_Segment(head[1], at, at + 2 + size, data))
        at += 2 + size
        if head[1] == _SOS:
            _check_end(source, at)
            return found
    raise NotSound("it has too many segments")


def _check_end(source: BinaryIO, start: int) -> None:
    """Raise NotSound if the picture's end does not come after start."""
    end = size_of(source)
    tail = max(start, end - BLOCK_BYTES)
    if _END in take(source, tail, end - tail):
        return
    at = start
    while at < tail:
        if _END in take(source, at, min(BLOCK_BYTES + 1, end - at)):
            return
        at += BLOCK_BYTES
    raise NotSound("the picture ends too early")


def _place(segments: list[_Segment]) -> int:
    """Return where the packet goes: after JFIF and EXIF, before all else."""
    for one in segments:
        if one.marker == _APP0 or (one.marker == _APP1 and one.head.startswith(_EXIF)):
            continue
        if not one.is_manifest:
            return one.start
    raise NotSound("it has no picture")


def _payload(source: BinaryIO, one: _Segment, header: int) -> bytes:
    start = one.start + 4 + header
    return take(source, start, one.stop - start)


def _pointing(segment: bytes, growth: int, shift: int) -> bytes:
    """Return an MPF segment whose first picture is longer and whose others lie elsewhere."""
    base = 4 + len(_MPF)
    order = {b"II": "little", b"MM": "big"}.get(segment[base : base + 2])
    if order is None or (not growth and not shift):
        return segment
    data = bytearray(segment)

    def number(at: int, count: int = 4) -> int:
        return int.from_bytes(data[at : at + count], order)  # type: ignore[arg-type]

    directory = base + number(base + 4)
    for entry in range(directory + 2, directory + 2 + 12 * number(directory, 2), 12):
        if entry + 12 > len(data) or number(entry, 2) != _ENTRIES:
            continue
        first = base + number(entry + 8)
        for at in range(first, min(first + number(entry + 4), len(data) - 15), _ENTRY_BYTES):
            place = at + 4 if at == first else at + 8
            value = number(place) + (growth if at == first else shift)
            if 0 <= value < 1 << 32 and number(place):
                data[place : place + 4] = value.to_bytes(4, order)  # type: ignore[arg-type]
    return bytes(data)
