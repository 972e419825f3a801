"""XMP in an MP3: a PRIV frame of its ID3v2 tag; the sound behind it stays byte for byte.

XMP part 3, section 1.2.5; ID3v2.3 and ID3v2.4 (id3.org). A tag of version 2.2 cannot hold it. Tags
at the end, ID3v1 and APE, stay as they are. C2PA's frame is a GEOB.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from desktop.copies.pieces import Keep, Merge, NoPlace, NotSound, Piece, Untouchable, size_of, take

_HEADER_BYTES = 10
_OWNER = b"XMP\0"
_UNSYNCHRONISED, _EXTENDED, _FOOTER = 0x80, 0x40, 0x10
_ENCODINGS = {b"\0": "latin-1", b"\1": "utf-16", b"\2": "utf-16-be", b"\3": "utf-8"}
_MOST_TAG_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Frame:
    name: bytes
    flags: bytes
    data: bytes

    @property
    def is_packet(self) -> bool:
        return self.name == b"PRIV" and self.data.startswith(_OWNER)

    @property
    def is_manifest(self) -> bool:
        return self.name == b"GEOB" and b"c2pa" in self.data[:64]


@dataclass(frozen=True, slots=True)
class _Tag:
    """stop: where the sound starts. version 0: there is no tag."""

    version: int
    frames: tuple[_Frame, ...]
    stop: int


def layout(source: BinaryIO, merge: Merge) -> list[Piece]:
    """Return the pieces of an MP3 with the packet that merge makes of its own.

    Raises NotSound; NoPlace for a tag that cannot hold it.
    """
    tag = _read(source)
    if tag.version == 2:
        raise NoPlace("Its tag is of a version that has no place for it (ID3v2.2).")
    old = next((one for one in tag.frames if one.is_packet), None)
    data = merge(old.data[len(_OWNER) :] if old is not None else b"")
    version = tag.version or 3
    frames = [one for one in tag.frames if not one.is_packet]
    new = _tag(version, [*frames, _Frame(b"PRIV", b"\0\0", _OWNER + data)])
    return [new, Keep(tag.stop, size_of(source))]


def essence(source: BinaryIO) -> Iterator[Piece]:
    """Yield what must be the same in a copy: the sound, and all frames but XMP's and C2PA's.

    Text counts as what it says, not as how it is encoded: the tag is written anew when signed.
    """
    tag = _read(source)
    yield from sorted(_said(frame) for frame in tag.frames if not _is_new(frame))
    yield Keep(tag.stop, size_of(source))


def sound_essence(source: BinaryIO) -> Iterator[Piece]:
    """Yield what must be the same in a copy of a FLAC: all behind a tag in front."""
    yield Keep(_read(source).stop, size_of(source))


def has_manifest(source: BinaryIO) -> bool:
    """Tell whether there is a C2PA manifest in it."""
    return any(one.is_manifest for one in _read(source).frames)


def sound_start(source: BinaryIO) -> int:
    """Return where the sound starts, behind a tag; 0 where there is none."""
    source.seek(0)
    head = source.read(_HEADER_BYTES)
    if head[:3] != b"ID3":
        return 0
    footer = _HEADER_BYTES if head[3] == 4 and head[5] & _FOOTER else 0
    return _HEADER_BYTES + _syncsafe(head[6:]) + footer


def _said(frame: _Frame) -> bytes:
    """Return a frame's name and what it says, its text in UTF-8 (ID3v2.4, section 4)."""
    encoding, rest = _ENCODINGS.get(frame.data[:1], ""), frame.data[1:]
    if frame.name == b"APIC":
        return frame.name + rest
    kept = 3 if frame.name in (b"COMM", b"USLT") else 0
    if not encoding or not (frame.name[:1] == b"T" or kept):
        return frame.name + frame.data
    text = rest[kept:]
    try:
        parts = text.decode(encoding).replace("\ufeff", "").rstrip("\0")
    except UnicodeDecodeError:
        return frame.name + frame.data
    return frame.name + rest[:kept] + parts.encode("utf-8")


def _is_new(frame: _Frame) -> bool:
    return frame.is_packet or frame.is_manifest


def _read(source: BinaryIO) -> _Tag:
    source.seek(0)
    head = source.read(_HEADER_BYTES)
    if head[:3] != b"ID3":
        return _Tag(0, (), 0)
    version, flags, size = head[3], head[5], _syncsafe(head[6:])
    if version not in (2, 3, 4) or size > _MOST_TAG_BYTES:
        raise Untouchable("Its tag is of a version that is not known.")
    body = take(source, _HEADER_BYTES, size)
    stop = _HEADER_BYTES + size + (_HEADER_BYTES if version == 4 and flags & _FOOTER else 0)
    if version == 2:
        return _Tag(2, (_Frame(b"", b"", body),), stop)
    if flags & _UNSYNCHRONISED and version == 3:
        body = body.replace(b"\xff\0", b"\xff")
    return _Tag(version, tuple(_frames(body, version, flags)), stop)


def _frames(body: bytes, version: int, flags: int) -> Iterator[_Frame]:
    at = 0
    if flags & _EXTENDED:  # left out: what it says, padding and a checksum, would not hold
        size = _syncsafe(body[:4]) if version == 4 else int.from_bytes(body[:4], "big") + 4
        at = size
    while len(body) - at > _HEADER_BYTES and body[at]:
        name, field = body[at : at + 4], body[at + 4 : at + 8]
        size = _syncsafe(field) if version == 4 else int.from_bytes(field, "big")
        if at + _HEADER_BYTES + size > len(body):
            raise NotSound("the frames of its tag make no sense")
        start = at + _HEADER_BYTES
        yield _Frame(name, body[at + 8 : at + 10], body[start : start + size])
        at = start + size


def _tag(version: int, frames: list[_Frame]) -> bytes:
    """Return a tag without padding, unsynchronisation or an extended header."""
    body = b"".join(
        one.name + _size(len(one.data), version) + one.flags + one.data for one in frames
    )
    if len(body) >= 1 << 28:
        raise NoPlace("Its tag is as large as it can be.")
    return b"ID3" + bytes([version, 0, 0]) + _size(len(body), 4) + body


def _size(number: int, version: int) -> bytes:
    if version != 4:
        return number.to_bytes(4, "big")
    if number >= 1 << 28:
        raise NoPlace("Its tag is as large as it can be.")
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _syncsafe(data: bytes) -> int:
    return sum((byte & 0x7F) << 7 * place for place, byte in enumerate(reversed(data)))
