"""What a sound file says of itself, through TagLib: ID3, Vorbis comments, MP4, APE, RIFF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.model.suggestions import AiStatement
from desktop.portfolio.content import Embedded
from desktop.portfolio.tags import ai_use, c2pa, exif
from desktop.portfolio.tags.containers import Attached, attached
from desktop.portfolio.tags.values import Tags, first_values, values_of

# In the ISCC reference's order: the first tag that has a value wins.
_ORDER: Mapping[str, Sequence[str]] = {
    "name": ("ISCC:NAME", "ISCC_NAME", "TITLE"),
    "description": ("ISCC:DESCRIPTION", "ISCC_DESCRIPTION"),
    "meta": ("ISCC:META", "ISCC_META"),
    "creator": ("ORIGINALARTIST", "ALBUMARTIST"),
    "rights": ("COPYRIGHT",),
    "created": ("RECORDINGDATE", "DATE", "ORIGINALDATE", "YEAR"),
    "identifier": ("ISRC", "MUSICBRAINZ_TRACKID"),
    "language": ("LANGUAGE",),
    "keyword": ("GENRE",),
}
_ROLES = {
    "COMPOSER": "composer",
    "LYRICIST": "lyricist",
    "ARRANGER": "arranger",
    "ARTIST": "performer",
    "CONDUCTOR": "conductor",
    "REMIXER": "remixer",
}
_SCHEMES = {"ISRC": "isrc", "ISWC": "iswc", "ISBN": "isbn", "ISMN": "ismn", "DOI": "doi"}
# Free fields (TXXX, Vorbis, APE, MP4 ----), as their vocabularies name them.
_RESERVATIONS = ("TDM:RESERVATION", "TDM-RESERVATION", "TDM_RESERVATION")
_POLICIES = ("TDM:POLICY", "TDM-POLICY", "TDM_POLICY")


@dataclass(frozen=True, slots=True)
class SoundTags:
    """The tags of one sound file, its length, and its cover picture's bytes if it has one."""

    embedded: Embedded
    duration_ms: int | None
    cover: bytes | None


def read_sound_tags(path: Path) -> SoundTags:
    """Return what TagLib reads; only what is attached where it does not know the format."""
    beside = attached(path)
    found = _tags(path)
    if found is None:
        return SoundTags(_embedded({}, beside), None, None)
    tags, cover, length = found
    return SoundTags(_embedded(tags, beside), round(length * 1000) or None, cover)


def said_in_tags(path: Path) -> tuple[AiStatement, ...]:
    """Return what the tags of a sound file say about AI use; nothing where there are none."""
    found = _tags(path)
    return tuple(_said_of_ai(found[0])) if found is not None else ()


def _tags(path: Path) -> tuple[Tags, bytes | None, float] | None:
    """Return the tags, the cover picture and the length in seconds; None: TagLib knows none."""
    import taglib

    try:
        with taglib.File(str(path)) as file:
            tags = {name: tuple(values) for name, values in file.tags.items()}
            pictures = [picture.data for picture in file.pictures if picture.data]
            length = float(file.length)
    except (OSError, UnicodeError, ValueError):
        return None
    return tags, bytes(pictures[0]) if pictures else None, length


def _embedded(tags: Tags, beside: Attached) -> Embedded:
    made = first_values(tags, _ORDER, roles=_ROLES, schemes=_SCHEMES)
    packet = exif.packet_tags(beside.packet) if beside.packet else {}
    said = (*_said_of_ai(tags), *exif.said_of_ai(packet), *c2pa.said_of_ai(beside.manifest))
    return replace(made, ai_use=ai_use.worth_keeping(said))


def _said_of_ai(tags: Tags) -> Iterator[AiStatement]:
    for name in _RESERVATIONS:
        yield from (ai_use.reservation(value, name.lower()) for value in values_of(tags, name))
    for name in _POLICIES:
        yield from (ai_use.policy(value, name.lower()) for value in values_of(tags, name))
