"""XMP in HEIC and AVIF: an item of its own, described as what it is and of which picture.

ISO 23008-12 (HEIF) annex A.3; ISO 14496-12 section 8.11 for items, their places (iloc) and what
they refer to (iref). The data is put behind all others; the places of what moves are told anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from desktop.copies import film
from desktop.copies.boxes import (
    C2PA_UUID,
    FREE,
    MOST_HEADER_BYTES,
    XMP_UUID,
    Box,
    boxes_in,
    boxes_of,
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
    length_of,
    size_of,
    take,
)

_XMP = b"application/rdf+xml"
_IN_FILE, _IN_META = 0, 1
_DESCRIBES = b"cdsc"
_META_BODY = 12  # size, kind, version and flags


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an item's data lies: absolute offsets in the file, or in idat, with lengths."""

    item: int
    method: int
    reference: int
    extents: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Meta:
    """The meta box of a file; kinds: of its items; packet: the item of XMP, 0 for none."""

    box: Box
    data: bytes
    parts: dict[bytes, Box]
    version: int
    widths: tuple[int, int, int]
    places: tuple[_Place, ...]
    kinds: dict[int, bytes]
    packet: int
    primary: int


def layout(source: BinaryIO, merge: Merge) -> list[Piece]:
    """Return the pieces of a picture with the packet that merge makes of its own.

    Raises NotSound; NoPlace where what moves could not be told.
    """
    boxes = boxes_of(source)
    meta = _read(source, boxes)
    old = next((one for one in meta.places if one.item == meta.packet), None)
    data = merge(b"".join(_data(source, meta, old)) if old is not None else b"")
    item = meta.packet or max((*meta.kinds, 0)) + 1
    if item > 0xFFFF:
        raise NoPlace("It has too many parts.")
    growth = len(_with_item(meta, item, 0, 0, len(data))) - meta.box.size
    pieces = _pieces(source, boxes, meta, old, growth)
    at = length_of(pieces) + growth + 8
    new = _with_item(meta, item, growth, at, len(data))
    whole: list[Piece] = []
    for one in pieces:
        whole.append(new if isinstance(one, Keep) and one.start == meta.box.start else one)
    return [*whole, made(b"mdat", data)]


def essence(source: BinaryIO) -> Iterator[Piece]:
    """Yield what must be the same in a copy: every item and what describes it."""
    boxes = boxes_of(source)
    meta = _read(source, boxes)
    for place in sorted(meta.places, key=lambda one: one.item):
        if place.item != meta.packet:
            yield f"{place.item} ".encode() + meta.kinds.get(place.item, b"")
            yield from _data(source, meta, place)
    for kind, box in sorted(meta.parts.items()):
        if kind not in (b"iloc", b"iinf", b"iref", b"idat", *FREE):
            yield meta.data[box.start : box.stop]
    yield from _references(meta)
    for one in boxes:
        if one.kind == b"moov":
            yield from film.description(source, take(source, one.start, one.size))
        elif one.kind not in (b"meta", b"mdat", *FREE) and one.user not in (XMP_UUID, C2PA_UUID):
            yield Keep(one.start, one.stop)


def _read(source: BinaryIO, boxes: list[Box]) -> _Meta:
    box = next((one for one in boxes if one.kind == b"meta"), None)
    if box is None or box.size > MOST_HEADER_BYTES or box.body - box.start != 8:
        raise NotSound("it has no description of what is in it")
    data = take(source, box.start, box.size)
    parts = {one.kind: one for one in boxes_in(data, _META_BODY, len(data))}
    if not {b"iloc", b"iinf", b"pitm"} <= parts.keys():
        raise NotSound("its description is not whole")
    version, widths, places = _places(data, parts[b"iloc"])
    kinds, packet = _kinds(data, parts[b"iinf"])
    primary = parts[b"pitm"]
    wide = 4 if data[primary.body] else 2
    main = number(data[primary.body + 4 : primary.body + 4 + wide])
    return _Meta(box, data, parts, version, widths, places, kinds, packet, main)


def _kinds(data: bytes, iinf: Box) -> tuple[dict[int, bytes], int]:
    """Return the kinds of items by their number, and the number of the XMP."""
    kinds: dict[int, bytes] = {}
    packet = 0
    start = iinf.body + (8 if data[iinf.body] else 6)
    for one in boxes_in(data, start, iinf.stop):
        version = data[one.body]
        if one.kind != b"infe" or version < 2:
            continue
        wide = 4 if version > 2 else 2
        item = number(data[one.body + 4 : one.body + 4 + wide])
        at = one.body + 6 + wide
        kinds[item] = data[at : at + 4]
        words = data[at + 4 : one.stop].split(b"\0")
        if kinds[item] == b"mime" and len(words) > 1 and words[1] == _XMP:
            packet = packet or item
    return kinds, packet


def _places(data: bytes, iloc: Box) -> tuple[int, tuple[int, int, int], tuple[_Place, ...]]:
    """Return version, widths (offset, length, index), and the places of all items (8.11.3)."""
    at = iloc.body
    version = data[at]
    offset, length = data[at + 4] >> 4, data[at + 4] & 15
    base, index = data[at + 5] >> 4, data[at + 5] & 15 if version else 0
    wide = 4 if version == 2 else 2
    count = number(data[at + 6 : at + 6 + wide])
    at += 6 + wide
    places = []

    def read(width: int) -> int:
        nonlocal at
        if at + width > iloc.stop:
            raise NotSound("the places of its parts make no sense")
        at += width
        return number(data[at - width : at])

    for _ in range(count):
        item = read(wide)
        method = read(2) & 15 if version else _IN_FILE
        reference, start = read(2), read(base)
        extents = tuple((read(index), start + read(offset), read(length)) for _ in range(read(2)))
        places.append(_Place(item, method, reference, extents))
    return version, (offset, length, index), tuple(places)


def _data(source: BinaryIO, meta: _Meta, place: _Place) -> Iterator[bytes]:
    """Yield an item's data, or what tells of it where it is made of other items."""
    for index, start, size in place.extents:
        if place.method == _IN_FILE and not place.reference:
            whole = size or size_of(source) - start
            yield take(source, start, min(whole, MOST_HEADER_BYTES))
        elif place.method == _IN_META and b"idat" in meta.parts:
            body = meta.parts[b"idat"].body
            yield meta.data[body + start : body + start + size]
        else:
            yield f"{place.method} {place.reference} {index} {start} {size} ".encode()


def _references(meta: _Meta) -> Iterator[bytes]:
    """Yield what items refer to, without the XMP's."""
    iref = meta.parts.get(b"iref")
    if iref is None:
        return
    wide = 4 if meta.data[iref.body] else 2
    for one in boxes_in(meta.data, iref.body + 4, iref.stop):
        if number(meta.data[one.body : one.body + wide]) != meta.packet:
            yield meta.data[one.start : one.stop]


def _pieces(
    source: BinaryIO, boxes: list[Box], meta: _Meta, old: _Place | None, growth: int
) -> list[Piece]:
    """Return the file with the old XMP blanked; the meta box is one piece, still the old one."""
    gone = []
    if old is not None and old.method == _IN_FILE and not old.reference:
        gone = [Keep(start, start + size) for _, start, size in old.extents if size]
    pieces: list[Piece] = []
    for one in boxes:
        if one.kind == b"moov":
            moov = take(source, one.start, one.size)
            pieces.append(film.moved(moov, meta.box.stop, growth))
        elif one.is_open:
            if one.size >= 1 << 32:
                raise NoPlace("Its length is not told in the file.")
            pieces.append(one.size.to_bytes(4, "big"))
            pieces += _without(Keep(one.start + 4, one.stop), gone)
        elif one is meta.box:
            pieces.append(Keep(one.start, one.stop))
        else:
            pieces += _without(Keep(one.start, one.stop), gone)
    return pieces


def _without(whole: Keep, gone: list[Keep]) -> Iterator[Piece]:
    """Yield a range with zeros for what is gone from it."""
    at = whole.start
    for one in sorted(gone, key=lambda keep: keep.start):
        if whole.start <= one.start and one.stop <= whole.stop and one.start >= at:
            if one.stop - one.start > MOST_PACKET_BYTES:
                raise NotSound("its XMP is too large")
            yield Keep(at, one.start)
            yield bytes(one.stop - one.start)
            at = one.stop
    yield Keep(at, whole.stop)


def _with_item(meta: _Meta, item: int, growth: int, at: int, size: int) -> bytes:
    """Return the meta box with the XMP's item, whose data lies at a place."""
    mine = _Place(item, _IN_FILE, 0, ((0, at, size),))
    places = [_moved(one, meta.box.stop, growth) for one in meta.places if one.item != meta.packet]
    changed = {b"iloc": _iloc(meta, [*places, mine])}
    if not meta.packet:
        changed[b"iinf"] = _iinf(meta, item)
        changed[b"iref"] = _iref(meta, item)
    body = meta.data[8:_META_BODY]
    for one in boxes_in(meta.data, _META_BODY, len(meta.data)):
        body += changed.pop(one.kind, meta.data[one.start : one.stop])
    return made(b"meta", body + b"".join(changed.values()))


def _moved(place: _Place, behind: int, by: int) -> _Place:
    if place.method != _IN_FILE or place.reference:
        return place
    extents = tuple(
        (index, start + by if start >= behind else start, size)
        for index, start, size in place.extents
    )
    return replace(place, extents=extents)


def _iloc(meta: _Meta, places: list[_Place]) -> bytes:
    """Return the box of places, each told from the file's start."""
    offset, length, index = (max(4, meta.widths[0]), max(4, meta.widths[1]), meta.widths[2])
    wide = 4 if meta.version == 2 else 2
    out = bytearray(meta.data[meta.parts[b"iloc"].body :][:4])
    out += bytes([offset << 4 | length, index]) + len(places).to_bytes(wide, "big")
    try:
        for one in places:
            out += one.item.to_bytes(wide, "big")
            out += one.method.to_bytes(2, "big") if meta.version else b""
            out += one.reference.to_bytes(2, "big") + len(one.extents).to_bytes(2, "big")
            for number_, start, size in one.extents:
                out += number_.to_bytes(index, "big") if index else b""
                out += start.to_bytes(offset, "big") + size.to_bytes(length, "big")
    except OverflowError as error:
        raise NoPlace("It is as large as its places can tell.") from error
    return made(b"iloc", bytes(out))


def _iinf(meta: _Meta, item: int) -> bytes:
    """Return the box of items with one more: XMP, as MIME (8.11.6)."""
    box = meta.parts[b"iinf"]
    head = 8 if meta.data[box.body] else 6
    count = number(meta.data[box.body + 4 : box.body + head]) + 1
    new = made(b"infe", bytes([2, 0, 0, 1]) + item.to_bytes(2, "big") + bytes(2) + b"mime\0" + _XMP
               + b"\0")  # fmt: skip
    counted = count.to_bytes(head - 4, "big")
    return made(
        b"iinf",
        meta.data[box.body : box.body + 4] + counted + meta.data[box.body + head : box.stop] + new,
    )


def _iref(meta: _Meta, item: int) -> bytes:
    """Return the box of references with one more: the XMP describes the main picture."""
    box = meta.parts.get(b"iref")
    wide = 4 if box is not None and meta.data[box.body] else 2
    body = meta.data[box.body : box.stop] if box is not None else bytes(4)
    one = item.to_bytes(wide, "big") + (1).to_bytes(2, "big") + meta.primary.to_bytes(wide, "big")
    return made(b"iref", body + made(_DESCRIBES, one))
