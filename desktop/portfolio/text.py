"""Read texts: Tika gives text and tags, PDFium the text of PDFs; covers become thumbnails."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import iscc_lib

from desktop.model.fingerprints import MediaFacts
from desktop.portfolio.ascii_text import MAX_BYTES, plain_text
from desktop.portfolio.content import Content, Embedded, NoReader, damaged
from desktop.portfolio.image import encode_thumbnail, thumbnail_of
from desktop.portfolio.mediatype import EPUB, PDF
from desktop.portfolio.source import Source
from desktop.portfolio.tags.books import NOT_A_BOOK, OPF, package_of
from desktop.portfolio.tags.documents import document_metadata

_MAX_CHARACTERS = 10_000_000  # the reference's; changing it changes codes
_FEW_CHARACTERS = 48
_SURELY_ENOUGH = 10_000
_MAX_COVER_BYTES = 64 * 1024 * 1024
_NO_TEXT_NOTE = (
    "No text could be read in this document (scanned pages, or a password?); it is compared by "
    "its bytes only."
)
_LITTLE_TEXT_NOTE = "There is too little text here to tell it from others by its words."


def read_text(source: Source, mediatype: str) -> Content:
    """Return a text's content. Raises NoReader or FileProblem BROKEN if it cannot be parsed."""
    text, embedded, thumbnail = _read(source, mediatype)
    if not text.strip():
        return Content(embedded=embedded, thumbnail=thumbnail, note=_NO_TEXT_NOTE)
    cleaned = iscc_lib.text_clean(text)
    made = iscc_lib.gen_text_code_v0(cleaned, bits=256)
    little = (
        len(cleaned) < _SURELY_ENOUGH and len(iscc_lib.text_collapse(cleaned)) < _FEW_CHARACTERS
    )
    return Content(
        unit=str(made["iscc"]),
        facts=MediaFacts(characters=int(made["characters"])),
        embedded=embedded,
        thumbnail=thumbnail,
        featureless=little,
        note=_LITTLE_TEXT_NOTE if little else "",
    )


def _read(source: Source, mediatype: str) -> tuple[str, Embedded, bytes | None]:
    """Return text, what the document says of itself, and a picture of its first page or cover."""
    if source.info.st_size <= MAX_BYTES:
        plain = plain_text(source.path.name, source.data())
        if plain is not None:
            return plain, Embedded(), None
    path = source.named
    if mediatype == PDF or path.suffix.lower() == ".pdf":
        tags = _asked(_extractor().extract_file_metadata, path)
        text, thumbnail = _read_pdf(path)
        return text, document_metadata(tags, path, mediatype), thumbnail
    if mediatype == EPUB and not zipfile.is_zipfile(path):
        raise damaged(
            path,
            "This book is damaged: it breaks off before its end.",
            "Export it again from the program it was made with, or take it from a backup.",
        )
    text, tags = _asked(_extractor().extract_file_to_string, path)
    return (
        text,
        document_metadata(tags, path, mediatype),
        _epub_cover(path) if mediatype == EPUB else None,
    )


@cache
def _extractor() -> Any:
    """Return Tika, which starts once a process and stays warm."""
    from iscc_tika import Extractor

    return Extractor().set_extract_string_max_length(_MAX_CHARACTERS)


def _asked(extract: Callable[[str], Any], path: Path) -> Any:
    """Return what Tika says of a file. Raises NoReader where it cannot parse it."""
    try:
        return extract(str(path))
    except (TypeError, OSError, ValueError) as error:
        if "JniError" in str(error):  # Java found no more memory
            raise MemoryError from error
        raise NoReader(str(error)) from error


def _read_pdf(path: Path) -> tuple[str, bytes | None]:
    """Return the text of all pages, one after the other, and a picture of the first."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(str(path)) as document:
            pages = []
            for page in document:
                textpage = page.get_textpage()
                pages.append(textpage.get_text_bounded())
                textpage.close()
                page.close()
            return "\n".join(pages), _first_page(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            return "", None
        raise damaged(
            path,
            "This PDF is damaged: its pages cannot be read.",
            "Open it in the program it came from and save it as PDF again.",
        ) from error


def _first_page(document: Any) -> bytes | None:
    if not len(document):
        return None
    page = document[0]
    scale = 512 / max(*page.get_size(), 1)
    picture = page.render(scale=min(scale, 4)).to_pil().convert("RGB")
    page.close()
    return encode_thumbnail(picture)


def _epub_cover(path: Path) -> bytes | None:
    """Return the cover as a thumbnail; None if there is none or the book is odd."""
    try:
        with zipfile.ZipFile(path) as book:
            name = _cover_name(book)
            if name and book.getinfo(name).file_size <= _MAX_COVER_BYTES:
                return thumbnail_of(book.read(name))
    except NOT_A_BOOK:
        return None
    return None


def _cover_name(book: zipfile.ZipFile) -> str | None:
    """Return the cover's entry: as EPUB 3 marks it, as EPUB 2 does, or by its name."""
    package, package_path = package_of(book)
    items = [item for item in package.iter(f"{OPF}item") if item.get("href")]
    marked = {
        meta.get("content") for meta in package.iter(f"{OPF}meta") if meta.get("name") == "cover"
    }
    for chosen in (
        [item for item in items if "cover-image" in (item.get("properties") or "").split()],
        [item for item in items if item.get("id") in marked],
        [
            item
            for item in items
            if (item.get("media-type") or "").startswith("image/")
            and "cover" in (item.get("href") or "").lower()
        ],
    ):
        if chosen:
            href = unquote(chosen[0].get("href") or "")
            return posixpath.normpath(posixpath.join(posixpath.dirname(package_path), href))
    return None
