"""What a document says of itself: Tika's map of tags, a PDF's XMP, a book's package file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from desktop.model.suggestions import AiStatement
from desktop.portfolio.content import Embedded
from desktop.portfolio.mediatype import EPUB, PDF
from desktop.portfolio.plaintext import text_of
from desktop.portfolio.tags import ai_use, books, c2pa, exif, pages
from desktop.portfolio.tags.containers import attached
from desktop.portfolio.tags.pdf_packet import compressed_packet
from desktop.portfolio.tags.values import Tags, first_values, values_of

# In the ISCC reference's order: the first tag that has a value wins.
_ORDER: Mapping[str, Sequence[str]] = {
    "name": ("iscc_name", "custom:iscc_name", "pdf:docinfo:title", "dc:title"),
    "description": (
        "iscc_description",
        "custom:iscc_description",
        "pdf:docinfo:subject",
        "dc:description",
    ),
    "meta": ("iscc_meta", "custom:iscc_meta"),
    "creator": ("pdf:docinfo:author", "dc:creator", "author"),
    "rights": ("iscc_rights", "dc:rights", "custom:Copyright", "copyright", "dcterms.rights"),
    "created": ("dcterms:created", "pdf:docinfo:created", "dc:date", "dcterms.created"),
    "identifier": ("dc:identifier",),
    "language": ("dc:language", "Content-Language"),
    "keyword": ("meta:keyword", "dc:subject", "keywords"),
}
_SCHEMES = {
    "custom:ISBN": "isbn",
    "custom:DOI": "doi",
    "citation_doi": "doi",
    "citation_isbn": "isbn",
    "prism:doi": "doi",
    "pdf:docinfo:custom:doi": "doi",
}
_PAGES = ("text/html", "application/xhtml+xml")
_MOST_PAGE_BYTES = 4 * 1024 * 1024
_SANITIZED = ("name", "description", "meta", "creator")


def document_metadata(tags: Tags, path: Path, mediatype: str) -> Embedded:
    """Return what a document says of itself. tags: as Tika names them."""
    plain: dict[str, str | Sequence[str]] = {**tags}
    for name in (name for field in _SANITIZED for name in _ORDER[field] if name in tags):
        plain[name] = tuple(text_of(one) for one in values_of(tags, name))
    made = first_values(plain, _ORDER, schemes=_SCHEMES)
    if mediatype == EPUB:
        made = books.add_package(made, path)
    beside = attached(path)
    found = beside.packet or (compressed_packet(path) if mediatype == PDF else b"")
    packet = exif.packet_tags(found) if found else {}
    made = _with_packet(made, packet)
    paged = _said_in_page(path) if mediatype in _PAGES else ()
    said = (*made.ai_use, *paged, *exif.said_of_ai(packet))
    said = (*said, *c2pa.said_of_ai(beside.manifest))
    return replace(made, ai_use=ai_use.worth_keeping(said))


def _with_packet(made: Embedded, packet: Tags) -> Embedded:
    """Add what only the XMP packet says; what decides the Meta-Code stays the reference's."""
    if not packet:
        return made
    said = first_values(packet, exif.ORDER, schemes=exif.SCHEMES)
    return replace(
        made,
        creators=made.creators or said.creators,
        rights=made.rights or said.rights,
        created=made.created or said.created,
        identifier=made.identifier or said.identifier,
        identifiers=tuple(dict.fromkeys((*made.identifiers, *said.identifiers))),
        language=made.language or said.language,
        keywords=made.keywords or said.keywords,
    )


def _said_in_page(path: Path) -> tuple[AiStatement, ...]:
    """Return what the elements of an HTML page say; the marks of a vocabulary are ASCII."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_PAGE_BYTES)
    except OSError:
        return ()
    return pages.said_in_page(data.decode("utf-8", "replace"))
