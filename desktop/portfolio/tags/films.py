"""What a video says of itself, from the tags ffmpeg writes out and what is attached to the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from desktop.portfolio.content import Embedded
from desktop.portfolio.tags import ai_use, c2pa, exif
from desktop.portfolio.tags.containers import attached
from desktop.portfolio.tags.values import Tags, first_values

# In the ISCC reference's order: the first tag that has a value wins.
_ORDER: Mapping[str, Sequence[str]] = {
    "name": ("iscc_name", "title", "track", "show", "album"),
    "description": ("iscc_description", "description", "synopsis", "comment"),
    "meta": ("iscc_meta",),
    "creator": ("author", "artist", "album_artist"),
    "rights": ("copyright",),
    "created": ("com.apple.quicktime.creationdate", "creation_time", "date", "year"),
    "identifier": ("isan", "identifier"),
    "language": ("language",),
    "keyword": ("keywords", "genre"),
}
_ROLES = {
    "director": "director",
    "author": "author",
    "writer": "author",
    "composer": "composer",
    "artist": "",
}
_SCHEMES = {"isrc": "isrc", "isan": "isan", "iswc": "iswc", "doi": "doi"}


def video_metadata(tags: Tags, path: Path) -> Embedded:
    """Return what ffmpeg's tags, by lower-case name, and the file's attachments say."""
    made = first_values(tags, _ORDER, roles=_ROLES, schemes=_SCHEMES)
    beside = attached(path)
    packet = exif.packet_tags(beside.packet) if beside.packet else {}
    said = (*exif.said_of_ai(packet), *c2pa.said_of_ai(beside.manifest))
    return replace(made, ai_use=ai_use.worth_keeping(said))
