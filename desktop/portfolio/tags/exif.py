"""Read EXIF, IPTC and XMP through exiv2: of pictures, and of XMP packets found elsewhere."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.portfolio.plaintext import encodable, text_of
from desktop.portfolio.tags import ai_use
from desktop.portfolio.tags.values import Tags, values_of

# Each field takes the first tag that has a value. The order is the ISCC reference's, because
# name, description and meta decide the Meta-Code.
ORDER: Mapping[str, Sequence[str]] = {
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
    "creator": (
        "Xmp.dc.creator",
        "Iptc.Application2.Byline",
        "Exif.Image.Artist",
        "Exif.Image.XPAuthor",
    ),
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
    "language": ("Xmp.dc.language", "Iptc.Application2.Language"),
    "keyword": ("Xmp.dc.subject", "Iptc.Application2.Keywords"),
}
SCHEMES = {
    "Xmp.prism.doi": "doi",
    "Xmp.prism.isbn": "isbn",
    "Xmp.prism.issn": "issn",
    "Xmp.pdfx.doi": "doi",
}
_DATA_MINING = "Xmp.plus.DataMining"
_RESERVATIONS = ("Xmp.tdm.reservation", "Xmp.tdmrep.reservation")
_POLICIES = ("Xmp.tdm.policy", "Xmp.tdmrep.policy")
_REMARKS = {
    "Xmp.plus.OtherConstraints": (Vocabulary.IPTC, "plus:OtherConstraints"),
    "Xmp.xmpRights.UsageTerms": (Vocabulary.RIGHTS, "xmpRights:UsageTerms"),
    "Xmp.xmpRights.WebStatement": (Vocabulary.RIGHTS, "xmpRights:WebStatement"),
}
# TDMRep's report has the first for XMP; its vocabulary and some writers have the second.
_NAMESPACES = {
    "http://www.w3.org/ns/tdmrep/": "tdm",
    "http://www.w3.org/ns/tdmrep#": "tdmrep",
}
_ADDRESSES = {
    "tdm": (b"http://www.w3.org/ns/tdmrep/", b"http://www.w3.org/ns/tdmrep#"),
    "tdmrep": (b"http://www.w3.org/ns/tdmrep/", b"http://www.w3.org/ns/tdmrep#"),
    "plus": (b"http://ns.useplus.org/ldf/xmp/1.0/",),
    "xmpRights": (b"http://ns.adobe.com/xap/1.0/rights/",),
}
_SANITIZED = frozenset(
    name for field in ("name", "description", "meta") for name in ORDER[field]
) | frozenset(("Xmp.dc.creator",))
_SAYING = frozenset((_DATA_MINING, *_RESERVATIONS, *_POLICIES, *_REMARKS))
_KNOWN = frozenset(
    (
        *(name for names in ORDER.values() for name in names),
        *SCHEMES,
        *_SAYING,
    )
)
# Several are told apart only where every one counts; elsewhere the reference reads one text.
_LISTS = frozenset(("Xmp.dc.creator", "Xmp.dc.subject", "Xmp.dc.identifier", "Xmp.dc.language"))
_REPEATED = frozenset(("Iptc.Application2.Keywords", "Iptc.Application2.Byline"))
_MOST = 200


def picture_tags(path: Path) -> Tags | None:
    """Return a picture's known tags; None where exiv2 cannot read them."""
    exiv2 = _exiv2()
    try:
        tags = _read(exiv2, exiv2.ImageFactory.open(str(path)))
        if not tags.keys() & _SAYING:  # nearly always
            return tags
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _without_namesakes(tags, data)
    except (exiv2.Exiv2Error, UnicodeError, OSError):
        return None


def packet_tags(packet: bytes) -> Tags:
    """Return the known tags of an XMP packet; none where it is broken."""
    exiv2 = _exiv2()
    start = packet.find(b"<")
    if start < 0:
        return {}
    try:
        tags = _read(exiv2, exiv2.ImageFactory.open(packet[start:]))
        return _without_namesakes(tags, packet)
    except (exiv2.Exiv2Error, UnicodeError, OSError):
        return {}


def said_of_ai(tags: Tags) -> Iterator[AiStatement]:
    """Yield what the tags say about AI use: PLUS, TDMRep, and words on use beside them."""
    if not _SAYING.intersection(tags):  # nearly always
        return
    for value in values_of(tags, _DATA_MINING):
        yield ai_use.data_mining(value)
    for name, read in (*((n, ai_use.reservation) for n in _RESERVATIONS),
                       *((n, ai_use.policy) for n in _POLICIES)):  # fmt: skip
        yield from (read(value) for value in values_of(tags, name))
    for name, (vocabulary, property_) in _REMARKS.items():
        for value in values_of(tags, name):
            yield ai_use.remark(vocabulary, property_, value)


@cache
def _exiv2() -> ModuleType:
    import exiv2

    exiv2.LogMsg.setLevel(exiv2.LogMsg.Level.mute)
    for address, prefix in _NAMESPACES.items():
        exiv2.XmpProperties.registerNs(address, prefix)
    module: ModuleType = exiv2
    return module


def _read(exiv2: ModuleType, image: object) -> dict[str, str | Sequence[str]]:
    tags: dict[str, str | Sequence[str]] = {}
    image.readMetadata()  # type: ignore[attr-defined]
    for part in (image.exifData(), image.xmpData(), image.iptcData()):  # type: ignore[attr-defined]
        for datum in part:
            key = datum.key()
            if key in _KNOWN:
                _take(exiv2, tags, key, datum)
    return tags


def _without_namesakes(
    tags: dict[str, str | Sequence[str]], data: bytes | mmap.mmap
) -> dict[str, str | Sequence[str]]:
    """Leave out statements whose prefix is a stranger's: exiv2 names tags by prefix alone.

    data: the bytes the tags were read from. Where RDF is not to be seen in them, it is compressed.
    """
    if not tags.keys() & _SAYING or data.find(b":RDF") < 0:
        return tags
    return {
        name: value
        for name, value in tags.items()
        if name not in _SAYING
        or any(data.find(address) >= 0 for address in _ADDRESSES[name.split(".")[1]])
    }


def _take(exiv2: ModuleType, tags: dict[str, str | Sequence[str]], key: str, datum: object) -> None:
    try:
        value = _value(datum, key)
    except (exiv2.Exiv2Error, UnicodeError, ValueError):
        return
    if key in _REPEATED and key in tags:
        tags[key] = (*values_of(tags, key), *values_of({key: value}, key))[:_MOST]
    else:
        tags[key] = value


def _value(datum: object, key: str) -> str | tuple[str, ...]:
    """Return a tag's text, or texts. Raises ValueError for a structure."""
    is_xmp = key.startswith("Xmp.")
    if is_xmp and datum.value().xmpStruct():  # type: ignore[attr-defined]
        raise ValueError(key)
    if key in _LISTS and datum.typeName() != "XmpText":  # type: ignore[attr-defined]
        count = min(datum.count(), _MOST)  # type: ignore[attr-defined]
        texts = [datum.toString(number) for number in range(count)]  # type: ignore[attr-defined]
        return tuple(_clean(text, key) for text in texts) or ("",)
    # The Windows XP… tags are UTF-16 that only print() turns into text.
    windows = key.startswith("Exif.Image.XP")
    text = datum.print() if windows else datum.toString()  # type: ignore[attr-defined]
    text = encodable(text).strip()
    return _clean(_without_language(text) if is_xmp else text, key)


def _clean(text: str, key: str) -> str:
    return text_of(encodable(text)) if key in _SANITIZED else text


def _without_language(value: str) -> str:
    """Remove the qualifier exiv2 puts before the first language of an XMP text."""
    if not value.startswith('lang="'):
        return value
    end = value.find('"', len('lang="'))
    return value[end + 2 :].strip() if 0 < end < len(value) - 2 else value
