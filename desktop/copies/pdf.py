"""XMP in a PDF: the document's own packet, and what else names its title; every page as it was.

ISO 32000-2 section 14.3.2 (metadata streams). A document that is signed or encrypted is left as it
is: a change would break the signature, or needs the password. For PDF/A (ISO 19005-1, 6.7.8) the
packet describes the properties that are not XMP's own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import pikepdf

from desktop.copies.pieces import MOST_PACKET_BYTES, Merge, NoPlace, NotSound, Piece, Untouchable
from desktop.model.copies import Labels

_SIGNED = "It is signed, and a change would break the signature."
_ENCRYPTED = "It is encrypted."
_DAMAGED = "It is damaged in places, and would not stay as it is."
# What a copy has more: the packet, and the manifest as an attached file (C2PA 2.2, annex A.6).
_NEW = frozenset(("/Metadata", "/AF", "/Extensions"))
_STRICT = re.compile(rb"""pdfaid:part([^>]*>|\s*=\s*["'])\s*[12]\b""")
_NOT_COMPARED = frozenset(("/Length", "/Parent"))
_OF_NOTHING = frozenset(("/Filter", "/DecodeParms"))  # how a stream without bytes is packed
_MOST_OBJECTS = 2_000_000


def layout(source: BinaryIO, merge: Merge) -> list[Piece]:
    """Return the pieces of a PDF with the packet that merge makes of its own.

    Raises NotSound; Untouchable where a change would break something.
    """
    with _opened(source) as document:
        _check(document)
        root = document.Root
        held = root.get("/Metadata")
        old = bytes(held.read_bytes()) if isinstance(held, pikepdf.Stream) else b""
        if len(old) > MOST_PACKET_BYTES:
            raise NotSound("its XMP is too large")
        stream = pikepdf.Stream(document, merge(old))
        stream["/Type"], stream["/Subtype"] = pikepdf.Name("/Metadata"), pikepdf.Name("/XML")
        root["/Metadata"] = document.make_indirect(stream)
        _name_again(document, merge.labels)
        out = io.BytesIO()
        document.save(
            out,
            fix_metadata_version=False,
            preserve_pdfa=True,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            compress_streams=False,
            linearize=document.is_linearized,
        )
    return [out.getvalue()]


def essence(source: BinaryIO) -> Iterator[Piece]:
    """Yield what must be the same in a copy: all that the document's catalogue leads to."""
    with _opened(source) as document:
        yield from _Walk().catalogue(document.Root)


def has_manifest(source: BinaryIO) -> bool:
    """Tell whether there is a C2PA manifest in it: an associated file, so named (annex A.6)."""
    try:
        with _opened(source) as document:
            files: Any = document.Root.get("/AF", [])
            return any(str(one.get("/AFRelationship", "")) == "/C2PA_Manifest" for one in files)
    except (NotSound, Untouchable):
        return False


def takes_files(source: BinaryIO) -> bool:
    """Tell whether a manifest may be attached: PDF/A of parts 1 and 2 takes no such file."""
    with _opened(source) as document:
        held = document.Root.get("/Metadata")
        packet = bytes(held.read_bytes()) if isinstance(held, pikepdf.Stream) else b""
    return _STRICT.search(packet) is None


class _Walk:
    """Goes through a document's objects, each once, in an order that no number decides."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, int], int] = {}

    def catalogue(self, root: pikepdf.Object) -> Iterator[Piece]:
        """Yield a document's catalogue but what a copy has more."""
        for name, value in sorted(root.items()):
            if name == "/Names":
                yield from self.names(value)
            elif name not in _NEW and name != "/Version":
                yield _name(name)
                yield from self.over(value)

    def names(self, value: Any) -> Iterator[Piece]:
        """Yield the names of a catalogue but attached files, among which a manifest may be."""
        for name, one in sorted(value.items()):
            if name != "/EmbeddedFiles":
                yield _name(name)
                yield from self.over(one)

    def over(self, start: Any) -> Iterator[Piece]:
        """Yield an object and all it leads to."""
        todo = [start]
        while todo:
            value = todo.pop()
            if not isinstance(value, pikepdf.Object):
                yield repr(value).encode()
                continue
            if value.is_indirect:
                known = self._seen.get(value.objgen)
                if known is not None:
                    yield f"seen {known}".encode()
                    continue
                self._seen[value.objgen] = len(self._seen)
                if len(self._seen) > _MOST_OBJECTS:
                    raise NotSound("it has too many parts")
            yield from self._one(value, todo)

    def _one(self, value: pikepdf.Object, todo: list[Any]) -> Iterator[Piece]:
        if isinstance(value, pikepdf.Array):
            yield f"[{len(value)}".encode()
            todo += reversed(list(value))
        elif isinstance(value, (pikepdf.Stream, pikepdf.Dictionary)):
            raw = bytes(value.read_raw_bytes()) if isinstance(value, pikepdf.Stream) else b"."
            left_out = _NOT_COMPARED if raw else _NOT_COMPARED | _OF_NOTHING
            names = sorted(str(name) for name in value if str(name) not in left_out)
            yield _name(" ".join(names))
            todo += [value.get(name) for name in reversed(names)]
            yield raw
        else:
            yield value.unparse()


def _name(text: str) -> bytes:
    """Return a name, which may hold any bytes."""
    return text.encode("utf-8", "surrogateescape")


@contextmanager
def _opened(source: BinaryIO) -> Iterator[pikepdf.Pdf]:
    """Give the document. Raises NotSound or Untouchable, also for what is found in it."""
    source.seek(0)
    try:
        document = pikepdf.open(source, inherit_page_attributes=False)
    except pikepdf.PasswordError as error:
        raise Untouchable(_ENCRYPTED) from error
    except (pikepdf.PdfError, RuntimeError) as error:
        raise NotSound("its objects cannot be found") from error
    with document:
        try:
            yield document
        except (NotSound, NoPlace):
            raise
        except (pikepdf.PdfError, RuntimeError, TypeError, ValueError, AttributeError) as error:
            raise NotSound("its objects make no sense") from error


def _check(document: pikepdf.Pdf) -> None:
    """Raise Untouchable where a change would break something."""
    if document.is_encrypted:
        raise Untouchable(_ENCRYPTED)
    form = document.Root.get("/AcroForm")
    flags = form.get("/SigFlags", 0) if isinstance(form, pikepdf.Dictionary) else 0
    if int(flags) & 1 or "/Perms" in document.Root:
        raise Untouchable(_SIGNED)
    if document.get_warnings():
        raise Untouchable(_DAMAGED)


def _name_again(document: pikepdf.Pdf, labels: Labels) -> None:
    """Say in the older properties what the packet says, where they are in use (ISO 19005-1)."""
    if "/Info" not in document.trailer:
        return
    info = document.docinfo
    if labels.title and "/Title" in info:
        info["/Title"] = labels.title
    if labels.creators and "/Author" in info:
        if len(labels.creators) == 1:
            info["/Author"] = labels.creators[0]
        else:
            del info["/Author"]
