"""Draw SVG pictures, safely: no network, no entities from outside, a limited size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

import resvg_py
from lxml import etree
from PIL import Image

from desktop.model.identifiers import recognised
from desktop.portfolio.content import Content, Embedded, damaged
from desktop.portfolio.image import decode, picture_content
from desktop.portfolio.plaintext import text_of
from desktop.portfolio.tags.dates import first_date
from desktop.portfolio.tags.drawings import said_in_drawing
from desktop.portfolio.tags.people import credits_of
from desktop.portfolio.tags.plain import plain

_LARGEST_SIDE = 4096
_SVG = "{http://www.w3.org/2000/svg}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CC = "{http://creativecommons.org/ns#}"
_ISCC = "{http://purl.org/iscc/schema/}"
_LENGTH = re.compile(r"^\s*([\d.]+(?:[eE][+-]?\d+)?)\s*(px|cm|mm|in|pt|pc)?\s*$")
_PIXELS = {
    None: 1.0,
    "px": 1.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "in": 96.0,
    "pt": 96 / 72,
    "pc": 16.0,
}
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_OPENING = re.compile(rb"<svg\b[^>]*>")


def read_svg(path: Path, stream: IO[bytes]) -> Content:
    """Return an SVG's content, drawn at its own size. Raises FileProblem BROKEN."""
    stream.seek(0)
    data = stream.read()
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
        picture = _draw(path, data, root)
    except (etree.XMLSyntaxError, ValueError, OverflowError) as error:
        raise damaged(
            path,
            "This drawing cannot be read: its text is not sound SVG.",
            "Open it in the program it came from and save it again as plain SVG.",
        ) from error
    content = picture_content(picture)
    return Content(
        unit=content.unit,
        facts=content.facts,
        thumbnail=content.thumbnail,
        featureless=content.featureless,
        note=content.note,
        embedded=_tags(root),
    )


def _draw(path: Path, data: bytes, root: etree._Element) -> Image.Image:
    width, height = _size(root)
    if not (width and height and max(width, height) <= _LARGEST_SIDE):
        width = height = _LARGEST_SIDE
    png = resvg_py.svg_to_bytes(
        svg_string=_in_pixels(data, root).decode("utf-8", "replace"),
        width=width,
        height=height,
        resources_dir=str(path.parent),
    )
    return decode(path, BytesIO(bytes(png)))[0]


def _size(root: etree._Element) -> tuple[int | None, int | None]:
    """Return width and height in pixels, from the attributes, else from the view box."""
    width, height = _pixels(root.get("width")), _pixels(root.get("height"))
    box = (root.get("viewBox") or "").replace(",", " ").split()
    if (width and height) or len(box) != 4:
        return width, height
    try:
        box_width, box_height = float(box[2]), float(box[3])
        if width and box_width > 0:
            return width, int(width * box_height / box_width)
        if height and box_height > 0:
            return int(height * box_width / box_height), height
        return int(box_width), int(box_height)
    except (ValueError, OverflowError):
        return width, height


def _pixels(length: str | None) -> int | None:
    """Return a CSS length in whole pixels at 96 dpi; None for %, em and the like."""
    match = _LENGTH.match(length or "")
    return int(float(match[1]) * _PIXELS[match[2]]) if match else None


def _in_pixels(data: bytes, root: etree._Element) -> bytes:
    """Return the SVG with width and height in pixels, the only unit resvg reads right."""
    blank = _COMMENT.sub(lambda match: b" " * len(match[0]), data)
    opening = _OPENING.search(blank)
    if opening is None:
        return data
    tag = data[opening.start() : opening.end()]
    for name in ("width", "height"):
        value = root.get(name, "")
        match = _LENGTH.match(value)
        if match and match[2] not in (None, "px"):
            written = rb"\b%b\s*=\s*([\"'])%b\1" % (name.encode(), re.escape(value.encode()))
            tag = re.sub(written, f'{name}="{_pixels(value)}"'.encode(), tag, count=1)
    return data[: opening.start()] + tag + data[opening.end() :]


def _tags(root: etree._Element) -> Embedded:
    """Return what the drawing says: the ISCC's own tags, then SVG's, then Dublin Core's."""
    about = list(_descriptions(root))

    def first(*found: str) -> str:
        return next((text for text in map(text_of, found) if text), "")

    def of(name: str) -> list[str]:
        return [text for part in about if (text := _text(part, name))]

    return Embedded(
        name=first(*of(f"{_ISCC}name"), _text(root, f"{_SVG}title"), *of(f"{_DC}title")),
        description=first(
            *of(f"{_ISCC}description"), _text(root, f"{_SVG}desc"), *of(f"{_DC}description")
        ),
        meta=first(*of(f"{_ISCC}meta")),
        creators=credits_of((text_of(name), "") for part in about for name in _people(part)),
        rights=plain(first(*of(f"{_DC}rights"))),
        created=first_date(of(f"{_DC}date")),
        identifier=plain(first(*of(f"{_DC}identifier"))),
        identifiers=recognised((number, "") for number in of(f"{_DC}identifier")),
        ai_use=said_in_drawing(root),
    )


def _descriptions(root: etree._Element) -> Iterator[etree._Element]:
    metadata = root.find(f"{_SVG}metadata")
    if metadata is not None:
        for tag in (f"{_RDF}Description", f"{_CC}Work"):
            yield from metadata.iterfind(f".//{tag}")


def _text(parent: etree._Element, tag: str) -> str:
    element = parent.find(tag)
    return (element.text or "").strip() if element is not None else ""


def _people(part: etree._Element) -> Iterator[str]:
    creator = part.find(f"{_DC}creator")
    if creator is None:
        return
    names = [(item.text or "").strip() for item in creator.iter() if item.text]
    yield from (name for name in names if name)
