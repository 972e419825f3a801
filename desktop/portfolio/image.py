"""Read pictures: one decode gives the Image-Code, the size and the thumbnail.

The code is what the ISCC reference gives, bit for bit. What is cheap is done first: a picture is
made grey before it is turned upright, and a border is only looked for where all edges are plain.
A large picture has room in a worker once, not twice: what is not RGB or grey is made so in strips,
where it is looked at, and a border is a box until the grey picture is cut.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import IO, cast

import iscc_lib
from PIL import Image, PngImagePlugin, UnidentifiedImageError

from desktop.errors import FileProblem
from desktop.model.fingerprints import MediaFacts
from desktop.portfolio.codes import words_of
from desktop.portfolio.content import Content, NoReader, damaged, too_large
from desktop.portfolio.png import unpacked
from desktop.portfolio.source import Source
from desktop.portfolio.tags.containers import is_bare
from desktop.portfolio.tags.pictures import read_image_tags

MAX_PIXELS = 128_000_000
THUMBNAIL_PIXELS = 512
THUMBNAIL_QUALITY = 80
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
_NEARLY_ALL = FORMATS[:3]
_KEPT_BLOCKS = 4  # of 16 MB
_AT_ONCE_PIXELS = 32_000_000  # what is larger is made RGB or grey in strips, twice: time for room
_STRIP_PIXELS = 1_000_000
_HUNGRY_PIXELS = 40_000_000  # of JPEG 2000 in one tile, at 19 bytes each
_PLAIN = ("RGB", "L")
_TRIM_TOLERANCE = 16
_TRIM_PASSES = 16
_PROBES = (0.5, 0.83, 0.21, 1.0, 0.67, 0.37)
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
    RuntimeError,
    struct.error,
    zlib.error,
)
_FEATURELESS_NOTE = (
    "This picture has too little in it to be told from others by its looks; it is compared by its "
    "bytes only."
)
_Box = tuple[int, int, int, int]
_Colour = tuple[int, ...]
_Turn = Image.Transpose
_ORIENTATION = 0x0112
_TURNS = {
    2: _Turn.FLIP_LEFT_RIGHT,
    3: _Turn.ROTATE_180,
    4: _Turn.FLIP_TOP_BOTTOM,
    5: _Turn.TRANSPOSE,
    6: _Turn.ROTATE_270,
    7: _Turn.TRANSVERSE,
    8: _Turn.ROTATE_90,
}
_SIDEWAYS = {_Turn.TRANSPOSE, _Turn.ROTATE_270, _Turn.TRANSVERSE, _Turn.ROTATE_90}
# Where the upper left pixel of the upright picture lies in the stored one.
_FROM_RIGHT = {_Turn.FLIP_LEFT_RIGHT, _Turn.ROTATE_180, _Turn.TRANSVERSE, _Turn.ROTATE_90}
_FROM_BOTTOM = {_Turn.FLIP_TOP_BOTTOM, _Turn.ROTATE_180, _Turn.TRANSVERSE, _Turn.ROTATE_270}

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
# Memory of the last picture is used again: fresh pages cost as much as a third of the decoding.
Image.core.set_blocks_max(_KEPT_BLOCKS)  # type: ignore[attr-defined]
PngImagePlugin.MAX_TEXT_CHUNK = 4 * 1024 * 1024  # Photoshop's PNGs carry such


def read_image(source: Source) -> Content:
    """Return an image's content.

    Raises NoReader for formats Pillow does not know, FileProblem BROKEN or TOO_LARGE.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        content = picture_content(*_decoded(source))
    if source.is_small and is_bare(source.data()):
        return content
    return replace(content, embedded=read_image_tags(source.readable))


def _decoded(source: Source) -> tuple[Image.Image, _Turn | None]:
    """Decode by the quickest way there is; what fails there is Pillow's alone to judge."""
    quick = unpacked(source.data()) if source.is_small else None
    if quick is not None:
        with suppress(FileProblem, NoReader):
            return decode(source.path, cast(IO[bytes], quick))
    return decode(source.path, source.opened())


def decode(path: Path, stream: IO[bytes]) -> tuple[Image.Image, _Turn | None]:
    """Return the first picture in stream, and how it must be turned to be upright.

    path is for messages.
    """
    picture: Image.Image | None = None
    try:
        picture = _open(stream)
        if picture.width * picture.height > MAX_PIXELS:
            raise _too_many_pixels(path)
        picture.load()
    except UnidentifiedImageError as error:
        raise NoReader(str(error)) from error
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(path) from error
    except _DECODING_ERRORS as error:
        if picture is not None and _lacked_memory(picture):
            raise too_large(
                path,
                "Reading this JPEG 2000 picture needs more memory than it may have.",
                "Save a smaller copy, or one in another format such as TIFF, and add that.",
            ) from error
        raise damaged(
            path,
            "This picture is damaged: it cannot be read to its end.",
            "Open it in the program it came from and save it again, or take it from a backup.",
        ) from error
    turn = None
    with suppress(*_DECODING_ERRORS):  # a broken EXIF block must not cost the picture
        turn = _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
    return picture, turn


def _lacked_memory(picture: Image.Image) -> bool:
    """Say whether a decoder that tells every fault alike may have found no more memory."""
    return picture.format == "JPEG2000" and picture.width * picture.height > _HUNGRY_PIXELS


def _open(stream: IO[bytes]) -> Image.Image:
    """Open a picture. The rarer formats are loaded only for a file that may be one of them."""
    try:
        return Image.open(stream, formats=_NEARLY_ALL)
    except UnidentifiedImageError:
        _load_all_formats()
        return Image.open(stream, formats=FORMATS)


@cache
def _load_all_formats() -> None:
    import pillow_heif

    for plugin in _PLUGINS:  # one by one: Image.init() would load every format there is
        import_module(f"PIL.{plugin}ImagePlugin")
    pillow_heif.register_heif_opener()


def picture_content(picture: Image.Image, turn: _Turn | None = None) -> Content:
    """Return code, size and thumbnail of a picture; turn: what makes it upright."""
    if picture.width * picture.height <= _AT_ONCE_PIXELS:
        picture = _on_white(picture)
    thumbnail = encode_thumbnail(picture, turn)
    width, height = picture.size
    if turn in _SIDEWAYS:
        width, height = height, width
    grey = _normal(picture, turn).resize((32, 32), Image.Resampling.BICUBIC)
    unit = str(iscc_lib.gen_image_code_v0(grey.tobytes(), bits=256)["iscc"])
    featureless = words_of(unit)[0].bit_count() < _FEATURES_NEEDED
    return Content(
        unit=unit,
        facts=MediaFacts(width=width, height=height),
        thumbnail=thumbnail,
        featureless=featureless,
        note=_FEATURELESS_NOTE if featureless else "",
    )


def encode_thumbnail(picture: Image.Image, turn: _Turn | None = None) -> bytes:
    """Return a JPEG of the picture, at most THUMBNAIL_PIXELS on its longer side."""
    scale = min(1.0, THUMBNAIL_PIXELS / max(picture.size))
    if scale < 1.0:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        # Averaging comes first: a fine filter over all pixels takes longer than decoding them.
        picture = _reduced(picture, int(1 / scale)).resize(size, Image.Resampling.BICUBIC)
    picture = _on_white(picture)
    if turn is not None:
        picture = picture.transpose(turn)
    target = BytesIO()
    picture.save(target, format="JPEG", quality=THUMBNAIL_QUALITY)
    return target.getvalue()


def thumbnail_of(data: bytes) -> bytes | None:
    """Return a thumbnail of an encoded picture such as a cover, or None if it is unreadable."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with _open(BytesIO(data)) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    return None
                picture.draft(picture.mode, (2 * THUMBNAIL_PIXELS, 2 * THUMBNAIL_PIXELS))
                return encode_thumbnail(picture)
        except (*_DECODING_ERRORS, Image.DecompressionBombError):
            return None


def _on_white(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB, or as L if it is grey, laid on white where it is transparent."""
    if picture.mode in _PLAIN:
        return picture
    if picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if picture.mode not in ("RGBA", "LA"):
        # Grey to RGB and back to grey changes no value.
        return picture.convert("RGB")
    alpha = picture.getchannel("A")
    if alpha.getextrema() != (255, 255):
        paper = Image.new("RGB", picture.size, (255, 255, 255))
        paper.paste(picture, mask=alpha)
        return paper.convert("L") if picture.mode == "LA" else paper
    return picture.convert("L" if picture.mode == "LA" else "RGB")


def _strips(
    picture: Image.Image, box: _Box, multiple: int = 1
) -> Iterator[tuple[int, Image.Image]]:
    """Yield a part of a picture as _on_white makes it, in strips, each with its upper edge.

    multiple: of how many rows each of them is, but the last.
    """
    left, upper, right, lower = box
    rows = max(1, _STRIP_PIXELS // ((right - left) * multiple)) * multiple
    for top in range(upper, lower, rows):
        yield top, _on_white(picture.crop((left, top, right, min(top + rows, lower))))


def _reduced(picture: Image.Image, factor: int) -> Image.Image:
    """Return the average of every factor × factor pixels."""
    if picture.mode in _PLAIN:
        return picture.reduce(factor)
    size = (-(-picture.width // factor), -(-picture.height // factor))
    small: Image.Image | None = None
    for top, strip in _strips(picture, (0, 0, *picture.size), factor):
        small = small or Image.new(strip.mode, size)
        small.paste(strip.reduce(factor), (0, top // factor))
    return small or picture


def _grey(picture: Image.Image) -> Image.Image:
    if picture.mode in _PLAIN:
        return picture.convert("L")
    grey = Image.new("L", picture.size)
    for top, strip in _strips(picture, (0, 0, *picture.size)):
        grey.paste(strip.convert("L"), (0, top))
    return grey


def _normal(picture: Image.Image, turn: _Turn | None) -> Image.Image:
    """Return the picture as the Image-Code wants it: upright, without border, grey."""
    whole: _Box = (0, 0, *picture.size)
    box = _without_border(picture, turn)
    grey = _grey(picture)
    if box != whole:
        grey = grey.crop(box)
    return grey.transpose(turn) if turn is not None else grey


def _corner(picture: Image.Image, box: _Box, turn: _Turn | None) -> _Colour:
    """Return the colour of the pixel of box that is the upper left one once it is upright."""
    left, upper, right, lower = box
    at = (
        right - 1 if turn in _FROM_RIGHT else left,
        lower - 1 if turn in _FROM_BOTTOM else upper,
    )
    return _colour(picture, at)


def _colour(picture: Image.Image, at: tuple[int, int]) -> _Colour:
    if picture.mode not in _PLAIN:
        picture = _on_white(picture.crop((*at, at[0] + 1, at[1] + 1)))
        at = (0, 0)
    value = picture.getpixel(at)
    return tuple(map(int, value)) if isinstance(value, tuple) else (int(value or 0),)


def _without_border(picture: Image.Image, turn: _Turn | None) -> _Box:
    """Return what is left without borders that nearly have the colour of the upper left pixel.

    A border on one side only is cut if it is really flat, so that skies survive.
    """
    box: _Box = (0, 0, *picture.size)
    for _ in range(_TRIM_PASSES):
        corner = _corner(picture, box, turn)
        if _reaches_every_edge(picture, box, corner):
            break
        inner = _differing(picture, box, corner, _TRIM_TOLERANCE)
        if inner is None or inner == box:
            break
        sides = sum(mine != whole for mine, whole in zip(inner, box, strict=True))
        if sides == 1 and _differing(picture, box, corner, _TRIM_TOLERANCE // 2) != inner:
            break
        box = inner
    return box


def _reaches_every_edge(picture: Image.Image, box: _Box, corner: _Colour) -> bool:
    """Say, from the four edges alone, that there is no border: cheap, and nearly always so."""
    left, upper, right, lower = box
    edges: tuple[_Box, ...] = (
        (left, upper, right - 1, upper),
        (left, upper, left, lower - 1),
        (left, lower - 1, right - 1, lower - 1),
        (right - 1, upper, right - 1, lower - 1),
    )
    return all(_has_other_colours(picture, edge, corner) for edge in edges)


def _has_other_colours(picture: Image.Image, edge: _Box, corner: _Colour) -> bool:
    """Say whether a channel of any pixel lies more than the tolerance away from the corner's.

    A few pixels nearly always tell; edge: its first and its last pixel.
    """
    left, upper, right, lower = edge
    for part in _PROBES:
        at = (left + int((right - left) * part), upper + int((lower - upper) * part))
        pairs = zip(_colour(picture, at), corner, strict=True)
        if any(abs(value - level) > _TRIM_TOLERANCE for value, level in pairs):
            return True
    ranges = _on_white(picture.crop((left, upper, right + 1, lower + 1))).getextrema()
    limits = ranges if isinstance(ranges[0], tuple) else (ranges,)
    return any(
        low < level - _TRIM_TOLERANCE or high > level + _TRIM_TOLERANCE
        for (low, high), level in zip(limits, corner, strict=True)
    )


def _differing(picture: Image.Image, box: _Box, corner: _Colour, tolerance: int) -> _Box | None:
    """Return the box of the pixels with a channel more than tolerance away from the corner's."""
    table = [value for level in corner for value in _away_from(level, tolerance)]
    found: list[_Box] = []
    for top, strip in _strips(picture, box):
        inner = strip.point(table).getbbox(alpha_only=False)
        if inner is not None:
            x, y = box[0], top
            found.append((inner[0] + x, inner[1] + y, inner[2] + x, inner[3] + y))
    if not found:
        return None
    lefts, uppers, rights, lowers = zip(*found, strict=True)
    return min(lefts), min(uppers), max(rights), max(lowers)


@cache
def _away_from(level: int, tolerance: int) -> tuple[int, ...]:
    return tuple(255 if abs(value - level) > tolerance else 0 for value in range(256))


def _too_many_pixels(path: Path) -> Exception:
    return too_large(
        path,
        f"This picture has more than {MAX_PIXELS // 1_000_000} million pixels.",
        "Save a smaller copy and add that instead.",
    )
