"""One copy of one file, made in a worker: written, compared, brought to disk, fingerprinted.

The worker is given the key of a certificate for copies, never the claimant's own.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

import iscc_lib

from desktop.errors import FileProblem, FileProblemKind
from desktop.model.copies import Embedded, Labels, Signer
from desktop.model.fingerprints import Fingerprint, FoundFile, Kind

_CHUNK_BYTES = 1024 * 1024
# What is perceived of these must be the same in a copy, whatever else differs.
_PERCEIVED = (Kind.IMAGE, Kind.SOUND, Kind.VIDEO)
_CONTENT = 2  # the main type of such a unit, ISO 24138
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOrder(FoundFile):
    """An original to copy, what to write into the copy, and where to put it for the time being.

    datahash, units_256: of the original as it was kept.
    """

    part: Path
    labels: Labels
    signer: Signer | None = field(repr=False)
    datahash: str
    units_256: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A copy that is whole on the disk, at its order's part.

    before, after: the datahash of the original's bytes before and after it was written.
    """

    path: Path
    before: str
    after: str
    embedded: Embedded
    fingerprint: Fingerprint


def copy_one(order: CopyOrder) -> Written:
    """Make one copy; the writers and readers are imported here, in the worker.

    Raises FileProblem about the original; then nothing is left of the copy.
    """
    from desktop.portfolio.source import open_source, refuse_change

    with _about(order):
        order.part.unlink(missing_ok=True)
        with open_source(order.path) as source:
            before = datahash_of(source.stream)
            if before != order.datahash:
                raise changed(order.path)
            embedded = _write(order)
            after = datahash_of(source.stream)
            refuse_change(source, source.info.st_size)
        if after != before:
            raise changed(order.path)
        made = _fingerprint(order)
    return Written(path=order.path, before=before, after=after, embedded=embedded, fingerprint=made)


def datahash_of(stream: IO[bytes]) -> str:
    """Return the datahash of all bytes of a stream: BLAKE3 as a multihash."""
    hasher = iscc_lib.InstanceHasher()
    stream.seek(0)
    while chunk := stream.read(_CHUNK_BYTES):
        hasher.update(chunk)
    return str(hasher.finalize()["datahash"])


def changed(path: Path) -> FileProblem:
    """Return the problem of an original that is not what it was when it was taken in."""
    return FileProblem(
        "This file is not what it was when it was taken in, so no copy was made.",
        path=path,
        reason=FileProblemKind.CHANGED,
        advice="Scan it again, look at its terms, then publish it.",
    )


def unwritable(path: Path, error: OSError) -> FileProblem:
    """Return the problem of a copy of path that could not be written."""
    if error.errno in _FULL:
        return FileProblem(
            "There is no room for the copy. The original is as it was.",
            path=path,
            reason=FileProblemKind.DISK_FULL,
            advice="Free some space, or choose another folder, then publish again.",
        )
    return FileProblem(
        f"The copy cannot be written: {error.strerror}. The original is as it was.",
        path=path,
        reason=FileProblemKind.NOT_WRITABLE,
        advice="Look whether the folder is still there and may be written to, or choose another.",
    )


@contextlib.contextmanager
def _about(order: CopyOrder) -> Iterator[None]:
    """Tell every problem as one of the original, and leave nothing of a copy that failed."""
    try:
        yield
    except FileProblem as error:
        _drop(order.part)
        cause = error.__cause__
        if isinstance(cause, OSError) and not order.part.parent.is_dir():
            raise unwritable(order.path, cause) from error
        if isinstance(cause, OSError) and cause.errno in _FULL:
            raise unwritable(order.path, cause) from error
        error.path = order.path
        raise
    except OSError as error:
        _drop(order.part)
        raise unwritable(order.path, error) from error


def _write(order: CopyOrder) -> Embedded:
    from desktop.copies.writing import write_copy

    embedded = write_copy(order.path, order.part, order.labels, order.signer)
    with order.part.open("rb+") as file:
        os.fsync(file.fileno())
    return embedded


def _fingerprint(order: CopyOrder) -> Fingerprint:
    """Return the fingerprint of the copy, once it shows or sounds as its original does."""
    from desktop.portfolio.fingerprint import fingerprint

    info = order.part.stat()
    found = FoundFile(
        path=order.part, size_bytes=info.st_size, mtime_ns=info.st_mtime_ns, inode=info.st_ino
    )
    made = fingerprint(found)
    if made.kind in _PERCEIVED and not _same_content(made.units_256, order.units_256):
        # The codes that were kept may be of an older reader.
        original = fingerprint(replace(found, path=order.path))
        if not _same_content(made.units_256, original.units_256):
            raise FileProblem(
                "The copy did not come out as the original is, so it was thrown away.",
                path=order.path,
                reason=FileProblemKind.BROKEN,
                advice="Open the original in its own program, save it anew, and scan it again.",
            )
    return replace(made, thumbnail=None)


def _same_content(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Tell whether the Content-Codes among some units are the same."""
    return _content(some) == _content(others)


def _content(units: tuple[str, ...]) -> list[str]:
    return [one for one in units if iscc_lib.iscc_decode(one)[0] == _CONTENT]


def _drop(part: Path) -> None:
    with contextlib.suppress(OSError):
        part.unlink(missing_ok=True)
