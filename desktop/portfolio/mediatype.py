"""Tell what sort of work a file is, from its name and its first bytes. Opens nothing."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from os.path import splitext

from desktop.model.fingerprints import Kind
from desktop.portfolio.formats import ALIASES, EXTENSIONS, NOT_MEDIA, SUPPORTED, TEXT, VIDEO

HEADER_BYTES = 4096
UNKNOWN = "application/octet-stream"
SVG, PDF, EPUB = "image/svg+xml", "application/pdf", "application/epub+zip"

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_FIRST_ELEMENT = re.compile(rb"<([a-zA-Z][\w.-]*)")
_PLAYLIST = re.compile(rb"^(\xef\xbb\xbf)?\s*(#EXTM3U|ffconcat |\[playlist\]|v=0\r?\n|<)", re.I)


@dataclass(frozen=True, slots=True)
class Guess:
    """A media type and the kind it is read as; DATA where there is no reader."""

    mediatype: str
    kind: Kind


def guess(header: bytes, name: str) -> tuple[Guess, ...]:
    """Return what a file may be, likeliest first: the reference's answer, then its contents'.

    header: the first HEADER_BYTES of the file. The name wins where it names a type that has a
    reader, as in the ISCC reference; the contents are the second try for a file misnamed.
    """
    by_name = _by_name(name)
    if by_name in SUPPORTED and by_name != "text/xml":
        likely, second = by_name, by_name if _agrees(by_name, header) else _by_contents(header)
    else:
        second = _by_contents(header)
        likely = second if second in SUPPORTED and by_name not in SUPPORTED else by_name
        likely = likely or second or UNKNOWN
    if likely == "text/xml" and _is_svg(header):
        likely = SVG
    guesses = [Guess(likely, _kind(likely, header))]
    if second and _kind(second, header) not in (Kind.DATA, guesses[0].kind):
        guesses.append(Guess(second, _kind(second, header)))
    return tuple(guesses)


def kind_of(mediatype: str) -> Kind:
    """Return the kind a media type is read as; DATA where there is no reader."""
    if mediatype in NOT_MEDIA or mediatype == "application/postscript":
        return Kind.DATA
    if mediatype in TEXT:
        return Kind.TEXT
    if mediatype in VIDEO:
        return Kind.VIDEO
    words = {"text": Kind.TEXT, "image": Kind.IMAGE, "audio": Kind.SOUND, "video": Kind.VIDEO}
    return words.get(mediatype.partition("/")[0], Kind.DATA)


def _kind(mediatype: str, header: bytes) -> Kind:
    kind = kind_of(mediatype)
    if kind in (Kind.SOUND, Kind.VIDEO) and _PLAYLIST.match(header):
        return Kind.DATA
    return kind


def _by_name(name: str) -> str:
    extension = splitext(name)[1].lower().removeprefix(".")
    mediatype = EXTENSIONS.get(extension)
    if mediatype is None:
        mediatype, encoding = _table().guess_type(f"name.{extension}")
        if encoding is not None:
            return ""
    return ALIASES.get(mediatype or "", mediatype or "")


@cache
def _table() -> mimetypes.MimeTypes:
    """Return Python's own table, untouched by what this machine has installed."""
    return mimetypes.MimeTypes(())


def _agrees(mediatype: str, header: bytes) -> bool:
    """Say whether the first bytes plainly bear out the name, so that sniffing can be spared."""
    starts = {
        "image/jpeg": b"\xff\xd8\xff",
        "image/png": b"\x89PNG",
        "image/gif": b"GIF8",
        "audio/mpeg": b"ID3",
        "audio/ogg": b"OggS",
        PDF: b"%PDF",
        EPUB: b"PK",
    }
    return mediatype in starts and header.startswith(starts[mediatype])


def _by_contents(header: bytes) -> str:
    import puremagic

    try:
        mediatype = puremagic.from_string(header, mime=True)
    except (puremagic.PureError, ValueError):
        return ""
    return ALIASES.get(mediatype, mediatype)


def _is_svg(header: bytes) -> bool:
    """Say whether the first element is <svg> in the SVG namespace."""
    bare = _COMMENT.sub(b"", header)
    first = _FIRST_ELEMENT.search(bare)
    named = re.search(rb"""xmlns=(["'])http://www\.w3\.org/2000/svg\1""", bare)
    return first is not None and first.group(1) == b"svg" and named is not None
