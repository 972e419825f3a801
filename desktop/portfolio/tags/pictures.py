"""What a picture says of itself, and what a manifest in it says about AI use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop.portfolio.content import Embedded
from desktop.portfolio.tags import ai_use, c2pa, exif
from desktop.portfolio.tags.containers import attached
from desktop.portfolio.tags.values import first_values


def read_image_tags(path: Path) -> Embedded:
    """Return what an image's XMP, IPTC and EXIF say; nothing where exiv2 cannot read them."""
    tags = exif.picture_tags(path) or {}
    embedded = first_values(tags, exif.ORDER, schemes=exif.SCHEMES)
    beside = attached(path)
    packet = exif.packet_tags(beside.packet) if beside.packet else {}
    said = (
        *exif.said_of_ai(tags),
        *exif.said_of_ai(packet),
        *c2pa.said_of_ai(beside.manifest),
    )
    return replace(embedded, ai_use=ai_use.worth_keeping(said))
