"""What an SVG says about AI use: RDF in its metadata, and a manifest written as base64."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from lxml import etree

from desktop.model.suggestions import AiStatement
from desktop.portfolio.tags import ai_use, c2pa, exif

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
_MANIFEST = "{http://c2pa.org/manifest}manifest"
_METADATA = "{http://www.w3.org/2000/svg}metadata"
_SPEAKING = (b"useplus.org", b"w3.org/ns/tdmrep", b"xap/1.0/rights")
_MOST_BYTES = 4 * 1024 * 1024


def said_in_drawing(root: etree._Element) -> tuple[AiStatement, ...]:
    """Return what the metadata elements of an SVG say about AI use."""
    said: list[AiStatement] = []
    for metadata in root.iterchildren(_METADATA):
        for rdf in metadata.iter(_RDF):
            said += exif.said_of_ai(exif.packet_tags(_packet(rdf)))
        for manifest in metadata.iterchildren(_MANIFEST):
            said += _in_manifest(manifest.text or "")
    return ai_use.worth_keeping(said)


def said_in_text(data: bytes) -> tuple[AiStatement, ...]:
    """Return what an SVG says about AI use; nothing where its text is not sound."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return ()
    return said_in_drawing(root)


def _packet(rdf: etree._Element) -> bytes:
    """Return the RDF as an XMP packet; nothing where none of it can be about AI use."""
    text = etree.tostring(rdf, with_tail=False)
    if len(text) > _MOST_BYTES or not any(name in text for name in _SPEAKING):
        return b""
    return b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + text + b"</x:xmpmeta>"


def _in_manifest(text: str) -> Iterator[AiStatement]:
    try:
        yield from c2pa.said_of_ai(base64.b64decode(text[:_MOST_BYTES]))
    except (binascii.Error, ValueError):
        return
