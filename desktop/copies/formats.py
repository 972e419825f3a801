"""The formats that copies are written in, told by their first bytes and never by their name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from desktop.copies import epub, film, gif, heif, id3, jpeg, pdf, png, riff, tiff
from desktop.copies.pieces import Essence, Layout

HEADER_BYTES = 1024


def _always(_source: BinaryIO) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """What is known of a format. layout None: nothing but a manifest goes into it.

    signs: whether a manifest goes into the file; signs_large: also into one that does not fit
    into memory; may_sign: whether into this one. takes_xmp: whether a packet does. essence: what
    must be the same in a copy. reservation: TDMRep's properties, made for documents, are written.
    """

    title: str
    mediatype: str
    suffixes: tuple[str, ...]
    layout: Layout | None
    essence: Essence
    has_manifest: Callable[[BinaryIO], bool]
    signs: bool = True
    signs_large: bool = False
    may_sign: Callable[[BinaryIO], bool] = _always
    takes_xmp: bool = True
    reservation: bool = False


JPEG = Format(
    title="JPEG",
    mediatype="image/jpeg",
    suffixes=(".jpg", ".jpeg", ".jpe", ".jfif"),
    layout=jpeg.layout,
    essence=jpeg.essence,
    has_manifest=jpeg.has_manifest,
)
PNG = Format(
    title="PNG",
    mediatype="image/png",
    suffixes=(".png", ".apng"),
    layout=png.layout,
    essence=png.essence,
    has_manifest=png.has_manifest,
)
TIFF = Format(
    title="TIFF",
    mediatype="image/tiff",
    suffixes=(".tif", ".tiff"),
    layout=tiff.layout,
    essence=tiff.essence,
    has_manifest=tiff.has_manifest,
)
WEBP = Format(
    title="WebP",
    mediatype="image/webp",
    suffixes=(".webp",),
    layout=riff.webp_layout,
    essence=riff.essence,
    has_manifest=riff.has_manifest,
)
GIF = Format(
    title="GIF",
    mediatype="image/gif",
    suffixes=(".gif",),
    layout=gif.layout,
    essence=gif.essence,
    has_manifest=gif.has_manifest,
)
WAV = Format(
    title="WAV",
    mediatype="audio/wav",
    suffixes=(".wav", ".wave", ".bwf", ".rf64"),
    layout=riff.layout,
    essence=riff.essence,
    has_manifest=riff.has_manifest,
)
AVI = Format(
    title="AVI",
    mediatype="video/avi",
    suffixes=(".avi",),
    layout=riff.layout,
    essence=riff.essence,
    has_manifest=riff.has_manifest,
)
HEIC = Format(
    title="HEIC",
    mediatype="image/heic",
    suffixes=(".heic", ".heif", ".hif"),
    layout=heif.layout,
    essence=heif.essence,
    has_manifest=film.has_manifest,
)
AVIF = Format(
    title="AVIF",
    mediatype="image/avif",
    suffixes=(".avif",),
    layout=heif.layout,
    essence=heif.essence,
    has_manifest=film.has_manifest,
)
MP4 = Format(
    title="MP4",
    mediatype="video/mp4",
    suffixes=(".mp4", ".m4v", ".f4v", ".3gp", ".3g2"),
    layout=film.layout,
    essence=film.essence,
    has_manifest=film.has_manifest,
    signs_large=True,
)
M4A = Format(
    title="M4A",
    mediatype="audio/mp4",
    suffixes=(".m4a", ".m4b"),
    layout=film.layout,
    essence=film.essence,
    has_manifest=film.has_manifest,
    signs_large=True,
)
MOV = Format(
    title="MOV",
    mediatype="video/quicktime",
    suffixes=(".mov", ".qt"),
    layout=film.layout,
    essence=film.essence,
    has_manifest=film.has_manifest,
    signs_large=True,
)
MP3 = Format(
    title="MP3",
    mediatype="audio/mpeg",
    suffixes=(".mp3",),
    layout=id3.layout,
    essence=id3.essence,
    has_manifest=id3.has_manifest,
)
FLAC = Format(
    title="FLAC",
    mediatype="audio/flac",
    suffixes=(".flac",),
    layout=None,
    takes_xmp=False,
    essence=id3.sound_essence,
    has_manifest=id3.has_manifest,
)
PDF = Format(
    title="PDF",
    mediatype="application/pdf",
    suffixes=(".pdf",),
    layout=pdf.layout,
    essence=pdf.essence,
    has_manifest=pdf.has_manifest,
    reservation=True,
    may_sign=pdf.takes_files,
)
EPUB = Format(
    title="EPUB",
    mediatype="application/epub+zip",
    suffixes=(".epub",),
    layout=epub.layout,
    essence=epub.essence,
    has_manifest=epub.has_manifest,
    signs=False,
    takes_xmp=False,
    reservation=True,
)
FORMATS = (JPEG, PNG, TIFF, WEBP, GIF, WAV, AVI, HEIC, AVIF, MP4, M4A, MOV, MP3, FLAC, PDF, EPUB)
_PICTURES = {b"avif": AVIF, b"avis": AVIF}
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_BEFORE_FTYP = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
# What cameras write: a TIFF or MP4 in form, whose makers count on places nobody else knows.
RAW = frozenset(
    [
        *(".3fr", ".arw", ".cr2", ".cr3", ".dcr", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mos"),
        *(".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".sr2", ".srf", ".srw", ".x3f"),
    ]
)
_RIFFS = (b"RIFF", b"RF64", b"BW64")
_SIGNS: tuple[tuple[Callable[[bytes], bool], Format], ...] = (
    (lambda head: head.startswith(b"\xff\xd8\xff"), JPEG),
    (lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), PNG),
    (lambda head: head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), TIFF),
    (lambda head: head.startswith((b"GIF87a", b"GIF89a")), GIF),
    (lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP", WEBP),
    (lambda head: head[:4] in _RIFFS and head[8:12] == b"WAVE", WAV),
    (lambda head: head[:4] == b"RIFF" and head[8:12] == b"AVI ", AVI),
    (lambda head: head[4:8] in _BEFORE_FTYP, MOV),
    (lambda head: head[:4] == b"fLaC", FLAC),
    (lambda head: b"%PDF-" in head, PDF),
    (lambda head: head[:2] == b"PK" and b"mimetypeapplication/epub+zip" in head, EPUB),
    # The sync word of MPEG audio, and layer III (ISO 11172-3, 2.4.2.3).
    (lambda head: head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE6 == 0xE2, MP3),
)


def by_content(source: BinaryIO) -> Format | None:
    """Return the format of a file by its first bytes; None where there is no writer."""
    source.seek(id3.sound_start(source))
    head = source.read(HEADER_BYTES)
    if head[4:8] == b"ftyp":
        return _branded(head)
    return next((one for fits, one in _SIGNS if fits(head)), None)


def _branded(head: bytes) -> Format:
    """Return the format that the brands of a file tell of (ISO 14496-12, section 4.3)."""
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))]
    for brand in brands:
        if brand in _PICTURES:
            return _PICTURES[brand]
    if _HEIC.intersection(brands):
        return HEIC
    if brands[0] == b"qt  ":
        return MOV
    return M4A if brands[0] in (b"M4A ", b"M4B ") else MP4


def by_name(suffix: str) -> Format | None:
    """Return the format that a suffix promises; None for one that is not known here."""
    return next((one for one in FORMATS if suffix.lower() in one.suffixes), None)
