"""Read pictures: one decode gives the Image-Code, the size and the thumbnail."""

from __future__ import annotations

import struct
import warnings
import zlib
from contextlib import suppress
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import IO

import iscc_lib
import pillow_heif
from PIL import Image, ImageOps, PngImagePlugin, UnidentifiedImageError

from desktop.model.fingerprints import MediaFacts
from desktop.portfolio.codes import words_of
from desktop.portfolio.content import Content, NoReader, damaged, too_large
from desktop.portfolio.embedded import read_image_tags

MAX_PIXELS = 128_000_000
THUMBNAIL_PIXELS = 512
# Never EPS: Pillow would start Ghostscript on a stranger's program. TGA has no signature: last.
FORMATS = [
    "JPEG",
    "PNG",
    "GIF",
    "TIFF",
    "WEBP",
    "BMP",
    "DIB",
    "AVIF",
    "HEIF",
    "PSD",
    "JPEG2000",
    "ICO",
    "ICNS",
    "PPM",
    "PCX",
    "SGI",
    "DDS",
    "QOI",
    "TGA",
]
_PLUGINS = [
    "Jpeg",
    "Png",
    "Gif",
    "Tiff",
    "WebP",
    "Bmp",
    "Avif",
    "Psd",
    "Jpeg2K",
    "Ico",
    "Icns",
    "Ppm",
    "Pcx",
    "Sgi",
    "Dds",
    "Qoi",
    "Tga",
]
_TRIM_TOLERANCE = 16
_TRIM_PASSES = 16
_FEATURES_NEEDED = 8
_DECODING_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    NotImplementedError,
    struct.error,
    zlib.error,
)
_FEATURELESS_NOTE = (
    "This picture has too little in it to be told from others by its looks; it is compared by its "
    "bytes only."
)
_Box = tuple[int, int, int, int]

for _plugin in _PLUGINS:  # one by one: Image.init() would load every format there is
    import_module(f"PIL.{_plugin}ImagePlugin")
pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
PngImagePlugin.MAX_TEXT_CHUNK = 4 * 1024 * 1024  # Photoshop's PNGs carry such


def read_image(path: Path, stream: IO[bytes]) -> Content:
    """Return an image's content, read from stream; path is for its tags and for messages.

    Raises NoReader for formats Pillow does not know, FileProblem BROKEN or TOO_LARGE.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        picture = decode(path, stream)
        content = picture_content(picture)
    return Content(
        unit=content.unit,
        facts=content.facts,
        thumbnail=content.thumbnail,
        featureless=content.featureless,
        note=content.note,
        embedded=read_image_tags(path),
    )


def decode(path: Path, stream: IO[bytes]) -> Image.Image:
    """Return the first picture in stream: upright, RGB, white where it was transparent."""
    try:
        picture = Image.open(stream, formats=FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            raise _too_many_pixels(path)
        picture.load()
    except UnidentifiedImageError as error:
        raise NoReader(str(error)) from error
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(path) from error
    except _DECODING_ERRORS as error:
        raise damaged(
            path,
            "This picture is damaged: it cannot be read to its end.",
            "Open it in the program it came from and save it again, or take it from a backup.",
        ) from error
    with suppress(*_DECODING_ERRORS):  # a broken EXIF block must not cost the picture
        ImageOps.exif_transpose(picture, in_place=True)
    return _on_white(picture)


def picture_content(picture: Image.Image) -> Content:
    """Return code, size and thumbnail of an upright RGB picture."""
    thumbnail = encode_thumbnail(picture)
    width, height = picture.size
    grey = _trim(picture).convert("L").resize((32, 32), Image.Resampling.BICUBIC)
    unit = str(iscc_lib.gen_image_code_v0(grey.tobytes(), bits=256)["iscc"])
    featureless = words_of(unit)[0].bit_count() < _FEATURES_NEEDED
    return Content(
        unit=unit,
        facts=MediaFacts(width=width, height=height),
        thumbnail=thumbnail,
        featureless=featureless,
        note=_FEATURELESS_NOTE if featureless else "",
    )


def encode_thumbnail(picture: Image.Image) -> bytes:
    """Return a WebP of the RGB picture, at most THUMBNAIL_PIXELS on its longer side."""
    scale = min(1.0, THUMBNAIL_PIXELS / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    small = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    target = BytesIO()
    small.save(target, format="WEBP", quality=78, method=2)
    return target.getvalue()


def thumbnail_of(data: bytes) -> bytes | None:
    """Return a thumbnail of an encoded picture such as a cover, or None if it is unreadable."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(BytesIO(data), formats=FORMATS) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    return None
                return encode_thumbnail(_on_white(picture))
        except (*_DECODING_ERRORS, Image.DecompressionBombError):
            return None


def _on_white(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB, laid on white where it is transparent."""
    if picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if picture.mode in ("RGBA", "LA"):
        paper = Image.new("RGB", picture.size, (255, 255, 255))
        paper.paste(picture, mask=picture.getchannel("A"))
        return paper
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _trim(picture: Image.Image) -> Image.Image:
    """Cut off borders that nearly have the colour of the upper left pixel, until none is left.

    A border on one side only is cut if it is really flat, so that skies survive.
    """
    for _ in range(_TRIM_PASSES):
        if _reaches_every_edge(picture, _TRIM_TOLERANCE):
            break
        box = _differing(picture, _TRIM_TOLERANCE)
        if box is None or box == (0, 0, *picture.size):
            break
        sides = sum(mine != whole for mine, whole in zip(box, (0, 0, *picture.size), strict=True))
        if sides == 1 and _differing(picture, _TRIM_TOLERANCE // 2) != box:
            break
        picture = picture.crop(box)
    return picture


def _reaches_every_edge(picture: Image.Image, tolerance: int) -> bool:
    """Say, from the four edges alone, that there is no border: cheap, and nearly always so."""
    width, height = picture.size
    corner = picture.getpixel((0, 0))
    edges: tuple[_Box, ...] = (
        (0, 0, width, 1),
        (0, 0, 1, height),
        (0, height - 1, width, height),
        (width - 1, 0, width, height),
    )
    return all(_differing(picture.crop(edge), tolerance, corner) for edge in edges)


def _differing(picture: Image.Image, tolerance: int, corner: object = None) -> _Box | None:
    """Return the box of the pixels with a channel more than tolerance away from the corner's."""
    reference = corner or picture.getpixel((0, 0))
    assert isinstance(reference, tuple)  # noqa: S101  the picture is RGB
    table = [
        255 if abs(value - level) > tolerance else 0 for level in reference for value in range(256)
    ]
    return picture.point(table).getbbox()


def _too_many_pixels(path: Path) -> Exception:
    return too_large(
        path,
        f"This picture has more than {MAX_PIXELS // 1_000_000} million pixels.",
        "Save a smaller copy and add that instead.",
    )
