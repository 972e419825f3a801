"""What a file says about AI use, and nothing else of it: a task for a worker process."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from pathlib import Path

from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import FoundFile
from desktop.model.suggestions import AiStatement
from desktop.portfolio.tags import ai_use, books, c2pa, exif
from desktop.portfolio.tags.containers import attached
from desktop.portfolio.tags.drawings import said_in_text
from desktop.portfolio.tags.pdf_packet import compressed_packet
from desktop.portfolio.tags.sounds import said_in_tags
from desktop.portfolio.tags.values import Tags

XMP, C2PA, TAGS = "xmp", "c2pa", "tags"
Declared = tuple[tuple[str, tuple[AiStatement, ...]], ...]
MOST_BYTES = 8_000_000
_DEEPEST = 64 * 1024 * 1024
_OPENS, _CLOSES = b"<x:xmpmeta", b"</x:xmpmeta>"
_ZIP, _BOX = b"PK\x03\x04", b"jumb"


def declared(found: FoundFile) -> Declared:
    """Return what a file says about AI use, by where in it: XMP, a C2PA manifest, its own tags.

    Raises FileProblem if it cannot be read.
    """
    path = found.path
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise FileProblem(
            f"{path.name} cannot be read: {error.strerror}.",
            path=path,
            reason=FileProblemKind.NOT_READABLE,
        ) from error
    parts = {where: ai_use.worth_keeping(said) for where, said in _parts(path, head)}
    return tuple((where, said) for where, said in parts.items() if said)


def _parts(path: Path, head: bytes) -> Iterator[tuple[str, Iterable[AiStatement]]]:
    if head[4:8] == _BOX:
        yield C2PA, c2pa.said_of_ai(_start(path))
        return
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        text = _start(path)
        if b"<svg" in text or b":svg" in text:
            yield TAGS, said_in_text(text)
        yield XMP, exif.said_of_ai(exif.packet_tags(_packet(path) or text))
        return
    beside = attached(path)
    pdf = compressed_packet(path) if head.startswith(b"%PDF") and not beside.packet else b""
    yield XMP, exif.said_of_ai(_xmp(path, beside.packet or pdf))
    yield C2PA, c2pa.said_of_ai(beside.manifest)
    yield TAGS, books.said_in_book(path) if head.startswith(_ZIP) else said_in_tags(path)


def _xmp(path: Path, packet: bytes) -> Tags:
    """Return the tags of the packet that is there; a picture's are wherever exiv2 finds them."""
    packet = packet or _packet(path)
    return exif.packet_tags(packet) if packet else exif.picture_tags(path) or {}


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES)


def _packet(path: Path) -> bytes:
    """Return the first XMP packet in the bytes of a file, wherever its format puts it."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            start = data.find(_OPENS, 0, _DEEPEST)
            stop = data.find(_CLOSES, start, start + MOST_BYTES) if start >= 0 else -1
            return data[start : stop + len(_CLOSES)] if stop >= 0 else b""
    except (OSError, ValueError):  # an empty file has no bytes to map
        return b""
