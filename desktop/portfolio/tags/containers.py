"""Find what is attached to a file beside its content: a C2PA manifest store, an XMP packet.

Only headers are read on the way; a file without either costs a few short reads.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_MOST_BYTES = 32 * 1024 * 1024
_MOST_STEPS = 5000
_MOST_PACKETS = 100
_STORE_START = b"c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x008\x9bq"
_C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_TIFF_XMP, _TIFF_C2PA = 700, 52545
_GIF_TRAILER = bytes([1, *range(255, -1, -1), 0])
_START_OF_SCAN = b"\xff\xda"
# JFIF, quantization and Huffman tables, restart interval, baseline and progressive frames.
_JPEG_PIXELS = frozenset(
    (b"\xff\xe0", b"\xff\xdb", b"\xff\xc4", b"\xff\xdd", b"\xff\xc0", b"\xff\xc1", b"\xff\xc2",
     _START_OF_SCAN)
)  # fmt: skip
_PNG_PIXELS = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD",
     b"pHYs", b"hIST", b"tIME")
)  # fmt: skip
_PACKET, _PACKET_END = b"<?xpacket begin", b"<?xpacket end"
_PDF_NAMESPACES = (b"http://ns.adobe.com/pdf/1.3/", b"application/pdf", b"aiim.org/pdfa/ns/id")


@dataclass(frozen=True, slots=True)
class Attached:
    """manifest: a C2PA manifest store; packet: an XMP packet exiv2 would not find. b"" is none."""

    manifest: bytes = b""
    packet: bytes = b""


def attached(path: Path) -> Attached:
    """Return what is attached to a file; nothing where it is damaged or of another format."""
    try:
        with path.open("rb") as stream:
            head = stream.read(12)
            stream.seek(0)
            for start, read in _READERS:
                if head.startswith(start):
                    return read(stream)
            return _from_boxes(stream) if head[4:8] == b"ftyp" else Attached()
    except (OSError, ValueError, EOFError):
        return Attached()


def is_bare(data: bytes) -> bool:
    """Say whether a JPEG or PNG holds pixels and nothing beside them that could say anything."""
    if data.startswith(b"\xff\xd8"):
        return _is_bare_jpeg(data)
    return data.startswith(b"\x89PNG\r\n\x1a\n") and _is_bare_png(data)


def _is_bare_jpeg(data: bytes) -> bool:
    """Only APP0, tables and the frame come before the scan, which nobody reads behind."""
    at = 2
    while (marker := data[at : at + 2]) in _JPEG_PIXELS:
        if marker == _START_OF_SCAN:
            return True
        at += 2 + _number(data[at + 2 : at + 4])
    return False


def _is_bare_png(data: bytes) -> bool:
    at = 8
    while (name := data[at + 4 : at + 8]) in _PNG_PIXELS:
        if name == b"IEND":
            return True
        at += 12 + _number(data[at : at + 4])
    return False


def _take(stream: IO[bytes], count: int) -> bytes:
    """Read exactly count bytes. Raises EOFError, or ValueError if it would be too much."""
    if count > _MOST_BYTES:
        raise ValueError("too large")
    data = stream.read(count)
    if len(data) != count:
        raise EOFError
    return data


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _from_jpeg(stream: IO[bytes]) -> Attached:
    """APP11 segments: marker, length, "JP", box number, sequence; each repeats the box's header.

    ISO 19566-5, annex D.
    """
    parts: dict[bytes, list[bytes]] = {}
    stream.seek(2)
    for _ in range(_MOST_STEPS):
        marker = stream.read(2)
        while marker[1:] == b"\xff":
            marker = marker[1:] + stream.read(1)
        if len(marker) < 2 or marker[:1] != b"\xff" or marker[1] in (0xDA, 0xD9):
            break
        size = _number(_take(stream, 2)) - 2
        if marker[1] != 0xEB:
            stream.seek(size, 1)
            continue
        data = _take(stream, size)
        if data[:2] == b"JP" and data[12:16] == b"jumb":
            header = 16 if data[8:12] == b"\0\0\0\1" else 8
            known = parts.setdefault(data[2:4], [])
            known.append(data[8 + header :] if known else data[8:])
    stores = (b"".join(pieces) for pieces in parts.values())
    return Attached(next((store for store in stores if _STORE_START in store[:64]), b""))


def _from_png(stream: IO[bytes]) -> Attached:
    stream.seek(8)
    for _ in range(_MOST_STEPS):
        size, kind = _number(_take(stream, 4)), _take(stream, 4)
        if kind == b"caBX":
            return Attached(_take(stream, size))
        if kind == b"IEND":
            break
        stream.seek(size + 4, 1)
    return Attached()


def _from_riff(stream: IO[bytes]) -> Attached:
    """WAV, AVI and WebP. _PMX is XMP in WAV and AVI; WebP's own is exiv2's to find.

    A long WAV tells the size of its sound in ds64 (EBU Tech 3306).
    """
    manifest = packet = b""
    long_size = 0
    stream.seek(12)
    for _ in range(_MOST_STEPS):
        header = stream.read(8)
        if len(header) < 8:
            break
        size = int.from_bytes(header[4:], "little")
        if size == 0xFFFFFFFF and header[:4] == b"data":
            size = long_size
        after = stream.tell() + size + size % 2
        if header[:4] == b"ds64" and size >= 16:
            long_size = int.from_bytes(_take(stream, 16)[8:], "little")
        elif header[:4] == b"C2PA":
            manifest = _take(stream, size)
        elif header[:4] == b"_PMX":
            packet = _take(stream, size)
        stream.seek(after)
    return Attached(manifest, packet)


def _from_gif(stream: IO[bytes]) -> Attached:
    """Extensions before the first picture: the manifest's sub-blocks joined, and XMP, which has
    none but a trailer that ends any reader's walk (XMP part 3, 1.1.2)."""
    manifest = packet = b""
    screen = _take(stream, 13)
    if screen[10] & 0x80:
        stream.seek(3 << (screen[10] & 7) + 1, 1)
    for _ in range(_MOST_STEPS):
        if _take(stream, 1) != b"!":
            break
        is_application = _take(stream, 1) == b"\xff"
        name = _take(stream, _take(stream, 1)[0])
        start = stream.tell()
        data = b"".join(_sub_blocks(stream))
        if is_application and name[:8] == b"C2PA_GIF":
            manifest = manifest or data
        elif is_application and name == b"XMP DataXMP":
            size = stream.tell() - start - len(_GIF_TRAILER)
            stream.seek(start)
            packet = _take(stream, max(size, 0))
            stream.seek(len(_GIF_TRAILER), 1)
    return Attached(manifest, packet)


def _sub_blocks(stream: IO[bytes]) -> Iterator[bytes]:
    for _ in range(_MOST_BYTES // 255):
        size = _take(stream, 1)[0]
        if not size:
            return
        yield _take(stream, size)
    raise ValueError("too large")


def _from_tiff(stream: IO[bytes]) -> Attached:
    """The tag of the first directory, TIFF 6.0; in a BigTIFF, which exiv2 cannot read, numbers of
    places are wider."""
    head = _take(stream, 8)
    order = "little" if head[:2] == b"II" else "big"
    big = b"+" in head[2:4]
    counts, width = (8, 8) if big else (2, 4)
    found: dict[int, bytes] = {}

    def number(data: bytes) -> int:
        return int.from_bytes(data, order)  # type: ignore[arg-type]

    stream.seek(number(_take(stream, 8) if big else head[4:]))
    for _ in range(min(number(_take(stream, counts)), _MOST_STEPS)):
        entry = _take(stream, 4 + 2 * width)
        tag, after = number(entry[:2]), stream.tell()
        if tag == _TIFF_C2PA or (tag == _TIFF_XMP and big):
            stream.seek(number(entry[4 + width :]))
            found[tag] = _take(stream, number(entry[4 : 4 + width]))
            stream.seek(after)
    return Attached(found.get(_TIFF_C2PA, b""), found.get(_TIFF_XMP, b""))


def _from_boxes(stream: IO[bytes]) -> Attached:
    """MP4, MOV, M4A, HEIC, AVIF: uuid boxes of the file itself (ISO 14496-12)."""
    manifest = packet = b""
    end = stream.seek(0, 2)
    at = 0
    for _ in range(_MOST_STEPS):
        if end - at < 8:
            break
        stream.seek(at)
        size, kind = _number(_take(stream, 4)), _take(stream, 4)
        header = 8
        if size == 1:
            size, header = _number(_take(stream, 8)), 16
        elif size == 0:
            size = end - at
        if size < header:
            break
        if kind == b"uuid" and size >= header + 16:
            user = _take(stream, 16)
            if user == _C2PA_UUID and not manifest:
                manifest = _manifest_in_box(_take(stream, size - header - 16))
            elif user == _XMP_UUID:
                packet = _take(stream, size - header - 16)
        elif kind == b"moov":
            packet = packet or _in_user_data(stream, at + header, at + size)
        at += size
    return Attached(manifest, packet)


def _in_user_data(stream: IO[bytes], at: int, end: int) -> bytes:
    """Return the XMP that QuickTime keeps in moov/udta/XMP_; b"" where there is none."""
    inside = _find_box(stream, at, end, b"udta")
    found = _find_box(stream, *inside, b"XMP_") if inside else None
    if found is None:
        return b""
    stream.seek(found[0])
    return _take(stream, found[1] - found[0])


def _find_box(stream: IO[bytes], at: int, end: int, wanted: bytes) -> tuple[int, int] | None:
    for _ in range(_MOST_STEPS):
        if end - at < 8:
            return None
        stream.seek(at)
        size, kind = _number(_take(stream, 4)), _take(stream, 4)
        if size < 8 or at + size > end:
            return None
        if kind == wanted:
            return at + 8, at + size
        at += size
    return None


def _manifest_in_box(data: bytes) -> bytes:
    """Return the store after version, flags, the purpose's name and an offset of eight bytes."""
    purpose, _, rest = data[4:].partition(b"\0")
    return rest[8:] if purpose == b"manifest" else b""


def _from_id3(stream: IO[bytes]) -> Attached:
    """Frames of an ID3v2.3 or 2.4 tag: GEOB holds a manifest, PRIV "XMP" a packet."""
    manifest = packet = b""
    head = _take(stream, 10)
    version, left = head[3], _syncsafe(head[6:])
    if version not in (3, 4) or head[5] & 0xC0:  # unsynchronised, or with an extended header
        return Attached()
    while left > 10:
        frame = _take(stream, 10)
        size = _syncsafe(frame[4:8]) if version == 4 else _number(frame[4:8])
        left -= 10 + size
        if not frame[0] or left < 0:
            break
        if frame[:4] not in (b"GEOB", b"PRIV"):
            stream.seek(size, 1)
            continue
        data = _take(stream, size)
        if frame[:4] == b"PRIV" and data.startswith(b"XMP\0"):
            packet = data[4:]
        elif frame[:4] == b"GEOB" and b"c2pa" in data[:32]:
            start = data.find(_STORE_START) - 16
            manifest = data[start:] if start > 0 else b""
    return Attached(manifest, packet)


def _syncsafe(data: bytes) -> int:
    return sum((byte & 0x7F) << 7 * place for place, byte in enumerate(reversed(data)))


def _from_pdf(stream: IO[bytes]) -> Attached:
    """The manifest is a stream that is not compressed; the packet is the document's, not that of
    a picture in it."""
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        start = data.find(_STORE_START) - 16
        manifest = b""
        if start >= 0:
            size = _number(data[start : start + 4])
            manifest = data[start : start + size] if size <= _MOST_BYTES else b""
        return Attached(manifest, _document_packet(data))


def _document_packet(data: mmap.mmap) -> bytes:
    """Return the last packet that says it is a PDF's, else the only one there is."""
    packets: list[bytes] = []
    at = data.find(_PACKET)
    while at >= 0 and len(packets) < _MOST_PACKETS:
        trailer = data.find(_PACKET_END, at)
        end = data.find(b"?>", trailer) if trailer >= 0 else -1
        if end < 0:
            break
        packets.append(data[at : min(end + 2, at + _MOST_BYTES)])
        at = data.find(_PACKET, end)
    own = [one for one in packets if any(name in one for name in _PDF_NAMESPACES)]
    return own[-1] if own else packets[0] if len(packets) == 1 else b""


_READERS: tuple[tuple[bytes, Callable[[IO[bytes]], Attached]], ...] = (
    (b"\xff\xd8", _from_jpeg),
    (b"\x89PNG\r\n\x1a\n", _from_png),
    (b"RIFF", _from_riff),
    (b"RF64", _from_riff),
    (b"BW64", _from_riff),
    (b"GIF8", _from_gif),
    (b"II*\0", _from_tiff),
    (b"MM\0*", _from_tiff),
    (b"II+\0", _from_tiff),
    (b"MM\0+", _from_tiff),
    (b"ID3", _from_id3),
    (b"%PDF", _from_pdf),
)
