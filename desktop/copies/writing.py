"""One copy of one work: XMP first, the manifest last, and the content compared before it counts.

The original is only read. What a format cannot carry goes into a file beside the copy, and that is
told. Nothing here knows of the library, of folders or of names: the caller gives both files.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from desktop.copies import formats, jpeg, manifest, packet
from desktop.copies.formats import Format
from desktop.copies.pieces import (
    Keep,
    NoPlace,
    NotSound,
    Piece,
    Untouchable,
    digest,
    size_of,
    write_pieces,
)
from desktop.errors import FileProblem, FileProblemKind
from desktop.model.copies import Embedded, Labels, Signer
from desktop.model.vocabularies import Target

_log = logging.getLogger(__name__)
_SPOOL_BYTES = 64 * 1024 * 1024
_MOST_SIGNED_BYTES = 256 * 1024 * 1024
_HAS_MANIFEST = "It has a manifest already, which would not be valid after a change."
_XMP, _C2PA, _BROKEN = ".xmp", ".c2pa", ".old.xmp"


def write_copy(source: Path, target: Path, labels: Labels, signer: Signer | None) -> Embedded:
    """Write a copy of source that carries the labels to target, and say what it carries.

    signer None: without a manifest. The caller brings target to disk, gives it its final name,
    and writes the sidecars. Raises FileProblem; target is then not to be used.
    """
    try:
        with source.open("rb") as original, target.open("w+b") as copy:
            form, notes = _format(original, source)
            making = _Making(original, copy, form, labels, signer, target.parent, notes=notes)
            try:
                return making.write()
            except NotSound as error:
                raise _broken(source, form, str(error)) from error
    except OSError as error:
        raise FileProblem(
            f"The copy cannot be written: {error.strerror}.",
            path=source,
            reason=FileProblemKind.NOT_READABLE,
            advice="Look whether both folders can be reached and have room.",
        ) from error


@dataclass(slots=True)
class _Merge:
    """Merges the labels into a packet, and keeps it where it was broken."""

    labels: Labels
    reservation: bool
    broken: bytes = b""

    def __call__(self, old: bytes) -> bytes:
        made = packet.merged(old, self.labels, reservation=self.reservation)
        self.broken = made.broken
        return made.data


@dataclass(slots=True)
class _Making:
    """One copy in the making. form None: a format that nothing can be written into.

    broken: an old packet that could not be read; whole: every byte stays as it is;
    content: a digest of what must be the same.
    """

    original: BinaryIO
    copy: BinaryIO
    form: Format | None
    labels: Labels
    signer: Signer | None
    scratch: Path
    notes: list[str]
    sidecars: dict[str, bytes] = field(default_factory=dict)
    broken: bytes = b""
    whole: bool = False
    content: bytes = b""

    def write(self) -> Embedded:
        """Write the copy, and compare its content. Raises NotSound."""
        pieces = self._with_packet()
        self.content = self._digest(self.original)
        if self.signer is None:
            write_pieces(self.original, self.copy, pieces)
            self._compare()
        else:
            self._sign(pieces, self.signer)
        if self.broken:
            self.sidecars[_BROKEN] = self.broken
            self.notes.append(
                "Its XMP was broken: what could be read was kept, and the old bytes lie beside it."
            )
        return Embedded(
            mediatype=self.form.mediatype if self.form else manifest.ANY_FORMAT,
            vocabularies=self._vocabularies(),
            sidecars=self.sidecars,
            notes=tuple(self.notes),
        )

    def _with_packet(self) -> list[Piece]:
        """Return the pieces of the copy before it is signed; the packet goes beside it at need."""
        reservation = self.form is not None and self.form.reservation

        merge = _Merge(self.labels, reservation)
        why = "This format has no place for XMP in the file."
        if self.form is not None and self.form.layout is not None:
            try:
                if self.signer is None and self.form.has_manifest(self.original):
                    raise Untouchable(_HAS_MANIFEST)
                pieces = self.form.layout(self.original, merge)
            except NoPlace as error:
                why, self.whole = str(error), isinstance(error, Untouchable)
            else:
                self.broken = merge.broken
                if not self.form.takes_xmp:
                    self._put_beside(why)
                return pieces
        self._put_beside(why)
        return [Keep(0, size_of(self.original))]

    def _put_beside(self, why: str) -> None:
        """Put the packet beside the copy, and say so."""
        reservation = self.form is not None and self.form.reservation
        self.sidecars[_XMP] = packet.alone(self.labels, reservation=reservation)
        self.notes.append(f"{why} The terms are in a file of XMP beside it.")

    def _sign(self, pieces: list[Piece], signer: Signer) -> None:
        """Write the pieces with a manifest in them, or else beside them."""
        with self._spool() as middle:
            write_pieces(self.original, middle, pieces)
            if self.form is not None and self._takes_manifest(self.form):
                try:
                    self._embed(middle, self.form, signer)
                    return
                except (manifest.NotSigned, NotSound) as error:
                    _log.info("no manifest goes into a %s: %s", self.form.title, error)
            self.copy.seek(0)
            self.copy.truncate()
            if self.form is not None and not self.whole and self.form.has_manifest(self.original):
                write_pieces(self.original, self.copy, self._left_whole())
            else:
                middle.seek(0)
                shutil.copyfileobj(middle, self.copy)
            self._compare()
        try:
            data = manifest.detached(self.copy, self.labels, signer)
            manifest.check(self.copy, manifest.ANY_FORMAT, data)
        except manifest.NotSigned as error:
            raise NotSound(f"no manifest can be made for it ({error})") from error
        self.sidecars[_C2PA] = data
        self.notes.append("The manifest cannot be put into this file; it lies beside it.")

    def _left_whole(self) -> list[Piece]:
        """Return the original as it is: a manifest in it would not be valid after a change."""
        self.whole, self.broken = True, b""
        self.content = self._digest(self.original)
        if _XMP not in self.sidecars:
            self._put_beside(_HAS_MANIFEST)
        return [Keep(0, size_of(self.original))]

    def _takes_manifest(self, form: Format) -> bool:
        """Tell whether a manifest may go into the file: the library holds most of them twice."""
        if self.whole or not form.signs or not form.may_sign(self.original):
            return False
        return form.signs_large or size_of(self.original) <= _MOST_SIGNED_BYTES

    def _embed(self, middle: BinaryIO, form: Format, signer: Signer) -> None:
        """Sign into the copy. Raises NotSigned or NotSound where that would change the content."""
        kind, parent = form.mediatype, self.original
        growth = manifest.embed(middle, self.copy, kind, self.labels, signer, parent=parent)
        longer = jpeg.grown(middle, growth) if form is formats.JPEG else None
        if longer is not None:
            with self._spool() as again:
                write_pieces(middle, again, longer)
                manifest.embed(again, self.copy, kind, self.labels, signer, parent=parent)
        manifest.check(self.copy, kind)
        self._compare()

    @contextmanager
    def _spool(self) -> Iterator[BinaryIO]:
        """Give a file without a name, which is in memory while it is small."""
        folder = str(self.scratch)
        with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES, dir=folder) as file:
            yield cast("BinaryIO", file)

    def _compare(self) -> None:
        """Raise NotSound if the copy's content is not the original's."""
        if self._digest(self.copy) != self.content:
            raise NotSound("its content would have changed")

    def _digest(self, file: BinaryIO) -> bytes:
        """Return the digest of what must be the same in a copy."""
        if self.form is None or self.whole:
            return digest(file, [Keep(0, size_of(file))])
        return digest(file, self.form.essence(file))

    def _vocabularies(self) -> tuple[Target, ...]:
        labels, form = self.labels, self.form
        said = {
            Target.IPTC: bool(labels.data_mining or labels.usage_terms),
            Target.TDMREP: form is not None and form.reservation and labels.reservation is not None,
            Target.C2PA: self.signer is not None and bool(labels.entries),
        }
        return tuple(target for target, is_said in said.items() if is_said)


def _format(original: BinaryIO, source: Path) -> tuple[Format | None, list[str]]:
    """Return the true format, and what is to be told of it. Raises FileProblem."""
    if not size_of(original):
        raise FileProblem("The file is empty.", path=source, reason=FileProblemKind.EMPTY)
    if source.suffix.lower() in formats.RAW:
        return None, []
    true, named = formats.by_content(original), formats.by_name(source.suffix)
    if named is not None and true is None:
        raise _broken(source, named, "it does not begin as one does")
    if named is not None and true is not None and source.suffix.lower() not in true.suffixes:
        note = f"Its name says {named.title}, but it is {true.title}; it was written as that."
        return true, [note]
    return true, []


def _broken(source: Path, form: Format | None, why: str) -> FileProblem:
    title = form.title if form is not None else "file"
    return FileProblem(
        f"This is not a sound {title}: {why}. No copy was made.",
        path=source,
        reason=FileProblemKind.BROKEN,
        advice="Open it in the program that made it, and save it again.",
    )
