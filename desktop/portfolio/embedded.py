"""Read what image and sound files say of themselves: title, creators, rights, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

from desktop.portfolio.content import Embedded
from desktop.portfolio.plaintext import encodable, text_of

# Each field takes the first tag that has a value. The order is the ISCC reference's, because
# name, description and meta decide the Meta-Code.
_IMAGE_TAGS: Mapping[str, Sequence[str]] = {
    "name": (
        "Xmp.iscc.name",
        "Xmp.dc.title",
        "Xmp.xmp.Nickname",
        "Xmp.xmpDM.shotName",
        "Xmp.photoshop.Headline",
        "Xmp.iptcExt.AOTitle",
        "Iptc.Application2.Headline",
        "Iptc.Application2.BylineTitle",
        "Iptc.Application2.ObjectName",
        "Exif.Image.XPTitle",
    ),
    "description": ("Xmp.iscc.description", "Xmp.dc.description"),
    "meta": ("Xmp.iscc.meta",),
    "creator": ("Xmp.dc.creator", "Iptc.Application2.Byline", "Exif.Image.Artist"),
    "rights": ("Xmp.dc.rights", "Iptc.Application2.Copyright", "Exif.Image.Copyright"),
    "created": (
        "Exif.Photo.DateTimeOriginal",
        "Xmp.photoshop.DateCreated",
        "Xmp.xmp.CreateDate",
        "Iptc.Application2.DateCreated",
    ),
    "identifier": (
        "Xmp.dc.identifier",
        "Xmp.xmp.Identifier",
        "Exif.Image.ImageID",
        "Exif.Photo.ImageUniqueID",
    ),
}
_SOUND_TAGS: Mapping[str, Sequence[str]] = {
    "name": ("ISCC:NAME", "ISCC_NAME", "TITLE"),
    "description": ("ISCC:DESCRIPTION", "ISCC_DESCRIPTION"),
    "meta": ("ISCC:META", "ISCC_META"),
    "creator": ("COMPOSER", "ORIGINALARTIST", "ARTIST", "ALBUMARTIST"),
    "rights": ("COPYRIGHT",),
    "created": ("RECORDINGDATE", "DATE", "ORIGINALDATE"),
    "identifier": ("ISRC", "MUSICBRAINZ_TRACKID"),
}
_SEVERAL = {"Xmp.dc.creator"}
_EXIF_DATE = re.compile(r"^(\d{4}):(\d\d):(\d\d)")


def first_values(
    tags: Mapping[str, str | Sequence[str]], order: Mapping[str, Sequence[str]]
) -> Embedded:
    """Return the fields of order, each from the first of its tags that has a value.

    A tag's value is one text or several: creators keep them all, other fields the first.
    """
    found: dict[str, tuple[str, ...]] = {}
    for field, names in order.items():
        for name in names:
            value = tags.get(name) or ()
            values = (value,) if isinstance(value, str) else tuple(value)
            if values and values[0]:
                found[field] = values
                break
    if "created" in found:  # EXIF writes its dates with colons
        found["created"] = (_EXIF_DATE.sub(r"\1-\2-\3", found["created"][0]),)
    only = {field: encodable(values[0]) for field, values in found.items() if field != "creator"}
    creators = tuple(encodable(one) for one in found.get("creator", ()) if one)
    return Embedded(creators=creators, **only)


def read_image_tags(path: Path) -> Embedded:
    """Return what an image's XMP, IPTC and EXIF say; nothing where exiv2 cannot read them."""
    exiv2 = _exiv2()
    try:
        image = exiv2.ImageFactory.open(str(path))
        image.readMetadata()
        tags: dict[str, str | Sequence[str]] = {}
        for part in (image.exifData(), image.xmpData(), image.iptcData()):
            tags.update(_values(exiv2, part))
    except (exiv2.Exiv2Error, UnicodeError, OSError):
        return Embedded()
    return first_values(tags, _IMAGE_TAGS)


@cache
def _exiv2() -> ModuleType:
    import exiv2

    exiv2.LogMsg.setLevel(exiv2.LogMsg.Level.mute)
    module: ModuleType = exiv2
    return module


def _values(exiv2: ModuleType, part: object) -> Iterator[tuple[str, str | Sequence[str]]]:
    known = {name for names in _IMAGE_TAGS.values() for name in names}
    for datum in part:  # type: ignore[attr-defined]
        key = datum.key()
        if key not in known:
            continue
        try:
            if key.startswith("Xmp.") and datum.value().xmpStruct():
                continue
            # The Windows XP… tags are UTF-16 that only print() turns into text.
            text = datum.print() if key.startswith("Exif.Image.XP") else datum.toString()
            text = text_of(_without_language(encodable(text).strip(), key))
            if key in _SEVERAL:
                people = [datum.toString(number) for number in range(datum.count())]
                yield key, tuple(text_of(encodable(one)) for one in people) or (text,)
                continue
        except (exiv2.Exiv2Error, UnicodeError, ValueError):
            continue
        yield key, text


def _without_language(value: str, key: str) -> str:
    """Remove the qualifier exiv2 puts before the first language of an XMP text."""
    if not (key.startswith("Xmp.") and value.startswith('lang="')):
        return value
    end = value.find('"', len('lang="'))
    return value[end + 2 :].strip() if 0 < end < len(value) - 2 else value


class SoundTags:
    """The tags of one sound file, its length, and its cover picture's bytes if it has one."""

    def __init__(self, embedded: Embedded, duration_ms: int | None, cover: bytes | None) -> None:
        self.embedded = embedded
        self.duration_ms = duration_ms
        self.cover = cover


def read_sound_tags(path: Path) -> SoundTags:
    """Return what TagLib reads; nothing where it does not know the format."""
    import taglib

    try:
        with taglib.File(str(path)) as file:
            tags = {name: tuple(values) for name, values in file.tags.items()}
            pictures = [picture.data for picture in file.pictures if picture.data]
            length = float(file.length)
    except (OSError, UnicodeError, ValueError):
        return SoundTags(Embedded(), None, None)
    cover = bytes(pictures[0]) if pictures else None
    return SoundTags(first_values(tags, _SOUND_TAGS), round(length * 1000) or None, cover)
