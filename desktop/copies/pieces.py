"""A copy as pieces: ranges of the original that stay as they are, and new bytes between them.

A format says which pieces its copy has; here they are written, in blocks, so memory stays flat.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from desktop.model.copies import Labels

BLOCK_BYTES = 1 << 20
_NEAR = 1 << 16  # not worth a look at the file's end before reading
MOST_PACKET_BYTES = 16 * 1024 * 1024


class NotSound(ValueError):
    """The file's structure is not what its format has; nothing can be written into it."""


class NoPlace(ValueError):
    """The file is sound, but has no place for it; the message is a sentence that says why."""


class Untouchable(NoPlace):
    """Nothing may be put into this file at all; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Bytes of the original from start up to stop."""

    start: int
    stop: int


Piece = Keep | bytes


class Merge(Protocol):
    """Makes the packet of a copy of the one that was there, or of b""."""

    @property
    def labels(self) -> Labels:
        """What is written."""

    def __call__(self, old: bytes) -> bytes:
        """Return the packet."""


Layout = Callable[[BinaryIO, Merge], list[Piece]]
Essence = Callable[[BinaryIO], Iterator[Piece]]


def size_of(source: BinaryIO) -> int:
    """Return how many bytes a file has."""
    return source.seek(0, io.SEEK_END)


def take(source: BinaryIO, start: int, count: int) -> bytes:
    """Return exactly count bytes. Raises NotSound where the file ends before them."""
    if start + count > _NEAR and start + count > size_of(source):
        raise NotSound("it ends too early")
    source.seek(start)
    data = source.read(count)
    if len(data) != count:
        raise NotSound("it ends too early")
    return data


def length_of(pieces: Iterable[Piece]) -> int:
    """Return how many bytes pieces have together."""
    return sum(one.stop - one.start if isinstance(one, Keep) else len(one) for one in pieces)


def write_pieces(source: BinaryIO, target: BinaryIO, pieces: Iterable[Piece]) -> None:
    """Write pieces to target, from where it stands."""
    for data in _blocks(source, pieces):
        target.write(data)


def digest(source: BinaryIO, pieces: Iterable[Piece]) -> bytes:
    """Return a digest of pieces, to tell whether two files have the same content."""
    state = hashlib.sha256()
    for data in _blocks(source, pieces):
        state.update(data)
    return state.digest()


def _blocks(source: BinaryIO, pieces: Iterable[Piece]) -> Iterator[bytes]:
    for piece in pieces:
        if isinstance(piece, bytes):
            yield piece
            continue
        at = piece.start
        while at < piece.stop:
            data = take(source, at, min(BLOCK_BYTES, piece.stop - at))
            at += len(data)
            yield data
