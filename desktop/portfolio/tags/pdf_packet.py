"""Read a PDF's XMP where it is compressed, so that its bytes do not show it (ISO 32000-2, 14.3)."""

from __future__ import annotations

import zlib
from pathlib import Path

_MOST_BYTES = 4 * 1024 * 1024


def compressed_packet(path: Path) -> bytes:
    """Return the document's XMP packet; b"" where there is none, or the file cannot be opened."""
    import pikepdf

    try:
        with pikepdf.open(path) as document:
            metadata = document.Root.get("/Metadata")
            if not isinstance(metadata, pikepdf.Stream):
                return b""
            data = bytes(metadata.read_raw_bytes())
            if metadata.get("/Filter") == pikepdf.Name.FlateDecode:
                data = zlib.decompressobj().decompress(data, _MOST_BYTES)
    except (pikepdf.PdfError, pikepdf.DataDecodingError, zlib.error, ValueError, OSError):
        return b""
    return data if b"<x:xmpmeta" in data or b":RDF" in data else b""
