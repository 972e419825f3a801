"""TDMRep in an EPUB's package document; every other part of the book stays byte for byte.

TDMRep (2024) section 7: a meta element with the property tdm:reservation, its prefix declared on
the package (EPUB 3.3, 5.3.4); name and content in EPUB 2. OCF 3.3 section 4.3: mimetype comes first
and is stored. A book that is signed, or locked by a seller, is left as it is.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from lxml import etree

from desktop.copies.pieces import Keep, Merge, NoPlace, NotSound, Piece, Untouchable, take
from desktop.model.copies import Labels

_CONTAINER = "META-INF/container.xml"
_ROOTFILE = "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ENCRYPTED = "{http://www.w3.org/2001/04/xmlenc#}EncryptionMethod"
# Fonts that are only scrambled, by the book's own number (EPUB 3.3, 4.4; Adobe's way).
_SCRAMBLED = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_TDM = "http://www.w3.org/ns/tdmrep"
_MANIFEST = "META-INF/content_credential.c2pa"
_MOST_BYTES = 16 * 1024 * 1024
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_LOCAL_BYTES, _CENTRAL_BYTES = 30, 46
_CHANGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error, ValueError),
    *(NotImplementedError, KeyError, EOFError, RuntimeError),
)


@dataclass(frozen=True, slots=True)
class _Member:
    """A part of the book; record: its entry in the central directory, as it is."""

    name: str
    start: int
    stop: int
    record: bytes


def layout(source: BinaryIO, merge: Merge) -> list[Piece]:
    """Return the pieces of a book that says what may be done with it.

    Raises NotSound; Untouchable where a change would break something; NoPlace where nothing of
    TDMRep is to be said.
    """
    with _opened(source) as book:
        _check(book)
        name = _package_name(book)
        package = _read(book, name)
        new = _labelled(package, merge.labels)
        members = _members(source, book)
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packed.compress(new) + packed.flush()
    return _together(source, members, name, new, data)


def essence(source: BinaryIO) -> Iterator[Piece]:
    """Yield what must be the same in a copy: all parts but the package document, and of that all
    but what TDMRep and the rights line say."""
    with _opened(source) as book:
        package = _package_name(book)
        for one in sorted(_members(source, book), key=lambda member: member.name):
            yield one.name.encode("utf-8", "surrogateescape")
            if one.name != package:
                yield Keep(one.start, one.stop)
        yield _plain(_read(book, package))


def has_manifest(source: BinaryIO) -> bool:
    """Tell whether there is a C2PA manifest in it (C2PA 2.2, annex A.5)."""
    with _opened(source) as book:
        return _MANIFEST in book.namelist()


def _opened(source: BinaryIO) -> zipfile.ZipFile:
    source.seek(0)
    try:
        return zipfile.ZipFile(source)
    except _CHANGED as error:
        raise NotSound("its parts cannot be found") from error


def _check(book: zipfile.ZipFile) -> None:
    """Raise Untouchable where a change would break something."""
    names = book.namelist()
    if "META-INF/signatures.xml" in names:
        raise Untouchable("It is signed, and a change would break the signature.")
    if _MANIFEST in names:
        raise Untouchable("It has a manifest already, which would not be valid after a change.")
    if len(set(names)) < len(names):
        raise NotSound("two of its parts have the same name")
    if "META-INF/encryption.xml" in names:
        root = _parsed(_read(book, "META-INF/encryption.xml"))
        ways = [one.get("Algorithm") or "" for one in root.iter(_ENCRYPTED)]
        if not all(way.startswith(_SCRAMBLED[0]) or way == _SCRAMBLED[1] for way in ways):
            raise Untouchable("It is locked by a seller (DRM).")


def _package_name(book: zipfile.ZipFile) -> str:
    root = _parsed(_read(book, _CONTAINER))
    name = next((one.get("full-path") for one in root.iter(_ROOTFILE)), None)
    if not name or name not in book.namelist():
        raise NotSound("it has no package document")
    return name


def _read(book: zipfile.ZipFile, name: str) -> bytes:
    try:
        if book.getinfo(name).file_size > _MOST_BYTES:
            raise NotSound(f"{name} is too large")
        return book.read(name)
    except _CHANGED as error:
        raise NotSound(f"{name} cannot be read") from error


def _parsed(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotSound("its package document is not sound XML") from error


def _labelled(package: bytes, labels: Labels) -> bytes:
    """Return the package document with what the labels say; the rest of its text stays."""
    root = _parsed(package)
    metadata = root.find(f"{_OPF}metadata")
    if root.tag != f"{_OPF}package" or metadata is None:
        raise NotSound("its package document has no metadata")
    if labels.reservation is None and not labels.rights:
        raise NoPlace("Nothing is said of it that a book's own words could tell.")
    newer = not (root.get("version") or "").startswith(("1", "2"))
    for one in list(metadata.iter(f"{_OPF}meta")) if labels.reservation is not None else []:
        if _is_tdm(root, one):
            _cut(one)
    if labels.rights and metadata.find(f"{_DC}rights") is None:
        etree.SubElement(metadata, f"{_DC}rights").text = labels.rights
    if labels.reservation is not None:
        if newer and not re.search(r"(^|\s)tdm:\s", root.get("prefix") or ""):
            root.set("prefix", f"{root.get('prefix') or ''} tdm: {_TDM}#".strip())
        _say(metadata, "tdm:reservation", str(labels.reservation), newer=newer)
        if labels.policy:
            _say(metadata, "tdm:policy", labels.policy, newer=newer)
    out = io.BytesIO()
    root.getroottree().write(out, encoding="UTF-8", xml_declaration=True)
    return out.getvalue()


def _say(metadata: etree._Element, name: str, value: str, *, newer: bool) -> None:
    """Add a meta element as EPUB 3 or EPUB 2 has it."""
    meta = etree.SubElement(metadata, f"{_OPF}meta")
    if newer:
        meta.set("property", name)
        meta.text = value
    else:
        meta.set("name", name)
        meta.set("content", value)


def _is_tdm(root: etree._Element, meta: etree._Element) -> bool:
    name = meta.get("property") or meta.get("name") or ""
    declared = re.findall(r"(\S+):\s+(\S+)", root.get("prefix") or "")
    ours = {prefix for prefix, address in declared if address.startswith(_TDM)} | {"tdm"}
    return name.partition(":")[0] in ours


def _cut(one: etree._Element) -> None:
    parent = one.getparent()
    if parent is not None:
        one.tail = None
        parent.remove(one)


def _plain(package: bytes) -> bytes:
    """Return a package document without what a copy says anew."""
    root = _parsed(package)
    root.attrib.pop("prefix", "")
    for one in list(root.iter(f"{_OPF}meta", f"{_DC}rights")):
        if one.tag == f"{_DC}rights" or _is_tdm(root, one):
            _cut(one)
    return b"".join(_words(root))


def _words(root: etree._Element) -> Iterator[bytes]:
    for one in root.iter(etree.Element):
        yield repr((one.tag, sorted(one.attrib.items()), (one.text or "").strip())).encode()


def _members(source: BinaryIO, book: zipfile.ZipFile) -> list[_Member]:
    """Return the parts in the order in which they lie in the file. Raises NotSound or NoPlace."""
    infos = sorted(book.infolist(), key=lambda one: one.header_offset)
    records = _records(source, book.start_dir, len(infos))
    found = []
    for info, after in zip(infos, [*infos[1:], None], strict=True):
        head = take(source, info.header_offset, _LOCAL_BYTES)
        if head[:4] != _LOCAL:
            raise NotSound("its parts do not lie where they should")
        stop = after.header_offset if after is not None else book.start_dir
        if info.header_offset not in records:
            raise NotSound("its parts do not lie where they should")
        found.append(_Member(info.filename, info.header_offset, stop, records[info.header_offset]))
    if not found or found[0].start != 0:
        raise NotSound("it does not begin as a book does")
    return found


def _records(source: BinaryIO, at: int, count: int) -> dict[int, bytes]:
    """Return the central directory's entries by the place they tell. Raises NoPlace for ZIP64."""
    records = {}
    for _ in range(count):
        head = take(source, at, _CENTRAL_BYTES)
        if head[:4] != _CENTRAL:
            raise NotSound("its table of parts makes no sense")
        size = _CENTRAL_BYTES + sum(_number(head[one : one + 2]) for one in (28, 30, 32))
        place = _number(head[42:46])
        if 0xFFFFFFFF in (place, _number(head[20:24]), _number(head[24:28])):
            raise NoPlace("It is a book of more than four gigabytes.")
        records[place] = take(source, at, size)
        at += size
    return records


def _together(
    source: BinaryIO, members: list[_Member], package: str, new: bytes, packed: bytes
) -> list[Piece]:
    """Return the whole book: mimetype first, the parts as they are, and the table of parts."""
    ordered = sorted(members, key=lambda one: one.name != "mimetype")
    pieces: list[Piece] = []
    table, at = [], 0
    for one in ordered:
        record = one.record
        if one.name == package:
            written = _local(source, one, new, packed)
            pieces.append(written)
            size = len(written)
            record = (
                record[:8]
                + _flags(record[8:10])
                + b"\x08\x00"
                + record[12:16]
                + (_sums(new, packed) + record[28:])
            )
        else:
            pieces.append(Keep(one.start, one.stop))
            size = one.stop - one.start
        table.append(record[:42] + at.to_bytes(4, "little") + record[46:])
        at += size
    directory = b"".join(table)
    if at + len(directory) >= 0xFFFFFFFF:
        raise NoPlace("It is a book of more than four gigabytes.")
    end = _END + bytes(4) + len(table).to_bytes(2, "little") * 2
    end += len(directory).to_bytes(4, "little") + at.to_bytes(4, "little") + bytes(2)
    return [*pieces, directory + end]


def _local(source: BinaryIO, one: _Member, new: bytes, packed: bytes) -> bytes:
    """Return the package document with its header."""
    head = take(source, one.start, _LOCAL_BYTES)
    named = take(source, one.start + _LOCAL_BYTES, _number(head[26:28]))
    head = head[:6] + _flags(head[6:8]) + b"\x08\x00" + head[10:14] + _sums(new, packed)
    return head + len(named).to_bytes(2, "little") + bytes(2) + named + packed


def _flags(data: bytes) -> bytes:
    """Return flags that do not put sizes behind the data (APPNOTE 4.4.4, bit 3)."""
    return (_number(data) & ~8).to_bytes(2, "little")


def _sums(new: bytes, packed: bytes) -> bytes:
    parts = (zlib.crc32(new), len(packed), len(new))
    return b"".join(one.to_bytes(4, "little") for one in parts)


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")
