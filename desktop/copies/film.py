"""XMP in MP4, M4A and MOV: a uuid box behind all others, or MOV's XMP_ in moov's udta.

XMP part 3, sections 1.2.6 (MPEG-4) and 1.2.7 (QuickTime). The sound and pictures of a film are
found by their places in the file: what moves is told anew (stco, co64).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from desktop.copies.boxes import (
    C2PA_UUID,
    FREE,
    MOST_HEADER_BYTES,
    XMP_UUID,
    Box,
    boxes_in,
    boxes_of,
    find,
    made,
    number,
)
from desktop.copies.pieces import (
    MOST_PACKET_BYTES,
    Keep,
    Merge,
    NoPlace,
    NotSound,
    Piece,
    take,
)

_SAMPLES = (b"trak", b"mdia", b"minf", b"stbl")
_QUICKTIME = b"XMP_"
_COMPARED_BYTES = 16


def layout(source: BinaryIO, merge: Merge) -> list[Piece]:
    """Return the pieces of a film with the packet that merge makes of its own.

    Raises NotSound; NoPlace where what lies behind could not be found again.
    """
    boxes = boxes_of(source)
    if not any(one.kind in (b"moov", b"moof") for one in boxes):
        raise NotSound("it has no description of what is in it")
    packets = [one for one in boxes if one.user == XMP_UUID]
    moov = next((one for one in boxes if one.kind == b"moov"), None)
    if moov is not None and moov.size > MOST_HEADER_BYTES:
        raise NotSound("its description is too large")
    inside = take(source, moov.start, moov.size) if moov is not None else b""
    quick = _quicktime_packets(inside) if moov is not None else []
    old = b""
    if packets:
        old = take(
            source, packets[0].body, min(packets[0].stop - packets[0].body, MOST_PACKET_BYTES)
        )
    elif quick:
        old = inside[quick[0].body : quick[0].stop]
    data = merge(old)
    if moov is not None and (quick or _is_quicktime(source, boxes)):
        return _with_moov(source, boxes, packets, moov, _described(inside, quick, data))
    new = made(b"uuid", XMP_UUID + data)
    last = boxes[-1]
    if last.kind == b"mfra":  # it is looked for at the very end
        return [*_kept(source, boxes[:-1], packets), new, Keep(last.start, last.stop)]
    return [*_kept(source, boxes, packets), new]


def essence(source: BinaryIO) -> Iterator[Piece]:
    """Yield what must be the same in a copy: sound and pictures, how they are described, and that
    each is found where it is said to be."""
    for one in boxes_of(source):
        if one.kind in (*FREE, b"mfra", b"\0") or one.user in (XMP_UUID, C2PA_UUID):
            continue
        yield one.kind
        if one.kind == b"moov":
            yield from description(source, take(source, one.start, one.size))
        elif one.kind == b"moof":
            yield _fragment(take(source, one.start, one.size))
        else:
            yield Keep(one.body, one.stop)


def has_manifest(source: BinaryIO) -> bool:
    """Tell whether there is a C2PA manifest in it."""
    return any(one.user == C2PA_UUID for one in boxes_of(source))


def moved(data: bytes, behind: int, by: int, *, start: int = 0) -> bytes:
    """Return a moov box whose chunks that lie behind a place are by bytes further on.

    Raises NoPlace where a number would not fit.
    """
    changed = bytearray(data)
    for box, width in _tables(data, start):
        count = number(data[box.body + 4 : box.body + 8])
        for at in range(box.body + 8, min(box.body + 8 + count * width, box.stop), width):
            value = number(data[at : at + width])
            if value >= behind:
                if not 0 <= value + by < 1 << 8 * width:
                    raise NoPlace("It is as large as its places can tell.")
                changed[at : at + width] = (value + by).to_bytes(width, "big")
    return bytes(changed)


def _is_quicktime(source: BinaryIO, boxes: list[Box]) -> bool:
    first = boxes[0]
    return first.kind != b"ftyp" or take(source, first.body, 4) == b"qt  "


def _quicktime_packets(moov: bytes) -> list[Box]:
    return [
        one
        for udta in find(moov, 8, len(moov), b"udta")
        for one in boxes_in(moov, udta.body, udta.stop)
        if one.kind == _QUICKTIME
    ]


def _described(moov: bytes, quick: list[Box], data: bytes) -> bytes:
    """Return a moov box with the packet in its udta."""
    if find(moov, 8, len(moov), b"cmov"):
        raise NoPlace("Its description is compressed.")
    new = made(_QUICKTIME, data)
    held = next(iter(find(moov, 8, len(moov), b"udta")), None)
    if held is None:
        return made(b"moov", moov[8:] + made(b"udta", new))
    inside, at = b"", held.body
    for one in quick:
        if held.start <= one.start < held.stop:
            inside += moov[at : one.start]
            at = one.stop
    inside += moov[at : held.stop]
    ended = inside.endswith(bytes(4)) and _ends_with_zero(moov, held)
    inside = inside[:-4] + new + bytes(4) if ended else inside + new
    return made(b"moov", moov[8 : held.start] + made(b"udta", inside) + moov[held.stop :])


def _ends_with_zero(moov: bytes, held: Box) -> bool:
    """Tell whether a udta has QuickTime's four bytes of zero behind its boxes."""
    at = held.body
    for one in boxes_in(moov, held.body, held.stop):
        at = one.stop
    return held.stop - at == 4


def _with_moov(
    source: BinaryIO, boxes: list[Box], packets: list[Box], moov: Box, new: bytes
) -> list[Piece]:
    if moov.body - moov.start != 8 or any(one.kind == b"moof" for one in boxes):
        raise NoPlace("It is in fragments, whose places would change.")
    growth = len(new) - moov.size
    before = [one for one in boxes if one.start < moov.start]
    after = [one for one in boxes if one.start > moov.start]
    told = moved(new, moov.stop, growth)
    return [*_kept(source, before, packets), told, *_kept(source, after, packets)]


def _kept(source: BinaryIO, boxes: list[Box], packets: list[Box]) -> Iterator[Piece]:
    """Yield boxes as they are, but packets as free space, and the last one with its size."""
    for one in boxes:
        if one in packets:
            yield take(source, one.start, 4) if not one.is_open else one.size.to_bytes(4, "big")
            yield b"free"
            yield _blank(source, one)
        elif one.is_open:
            if one.size >= 1 << 32:
                raise NoPlace("Its length is not told in the file.")
            yield one.size.to_bytes(4, "big")
            yield Keep(one.start + 4, one.stop)
        else:
            yield Keep(one.start, one.stop)


def _blank(source: BinaryIO, one: Box) -> bytes:
    if one.size > MOST_PACKET_BYTES:
        raise NotSound("its XMP is too large")
    header = one.body - one.start - 16
    return take(source, one.start + 8, header - 8) + bytes(one.size - header)


def _tables(moov: bytes, start: int) -> Iterator[tuple[Box, int]]:
    """Yield the tables of places, with how many bytes each number has."""
    for one in find(moov, start + 8, len(moov), *_SAMPLES, b"stco"):
        yield one, 4
    for one in find(moov, start + 8, len(moov), *_SAMPLES, b"co64"):
        yield one, 8


def description(source: BinaryIO, moov: bytes) -> Iterator[Piece]:
    """Yield a moov box without places, and what lies at them."""
    places = list(_tables(moov, 0))
    plain = bytearray(moov)
    starts: list[int] = []
    for box, width in places:
        count = number(moov[box.body + 4 : box.body + 8])
        stop = min(box.body + 8 + count * width, box.stop)
        starts += [number(moov[at : at + width]) for at in range(box.body + 8, stop, width)]
        plain[box.body + 8 : stop] = bytes(stop - box.body - 8)
    for one in boxes_in(plain, 8, len(plain)):
        if one.kind != b"udta":
            yield bytes(plain[one.start : one.stop])
            continue
        for two in boxes_in(plain, one.body, one.stop):
            if two.kind != _QUICKTIME:
                yield bytes(plain[two.start : two.stop])
    for at in starts:
        source.seek(at)
        yield source.read(_COMPARED_BYTES)


def _fragment(moof: bytes) -> bytes:
    """Return a moof box without the place that its tracks' data is counted from."""
    plain = bytearray(moof)
    for one in find(moof, 8, len(moof), b"traf", b"tfhd"):
        if moof[one.body + 3] & 1:
            plain[one.body + 8 : one.body + 16] = bytes(8)
    return bytes(plain)
