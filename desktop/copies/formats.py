"""The formats that copies are written in, told by their first bytes and never by their name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from desktop.copies import jpeg, png
from desktop.copies.pieces import Essence, Layout

HEADER_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """What is known of a format. layout None: its packet goes beside the file.

    signs: whether a manifest goes into the file. essence: what must be the same in a copy.
    reservation: TDMRep's properties are written, which are made for documents.
    """

    title: str
    mediatype: str
    suffixes: tuple[str, ...]
    layout: Layout | None
    essence: Essence
    has_manifest: Callable[[BinaryIO], bool]
    signs: bool = True
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
FORMATS = (JPEG, PNG)
_SIGNS: tuple[tuple[Callable[[bytes], bool], Format], ...] = (
    (lambda head: head.startswith(b"\xff\xd8\xff"), JPEG),
    (lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), PNG),
)


def by_content(head: bytes) -> Format | None:
    """Return the format of a file by its first HEADER_BYTES; None where there is no writer."""
    return next((one for fits, one in _SIGNS if fits(head)), None)


def by_name(suffix: str) -> Format | None:
    """Return the format that a suffix promises; None for one that is not known here."""
    return next((one for one in FORMATS if suffix.lower() in one.suffixes), None)
