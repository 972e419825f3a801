"""A PNG that is unpacked while it is read gives the very pixels Pillow finds in the file."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import IO, cast

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from desktop.errors import FileProblem
from desktop.portfolio import png
from desktop.portfolio.image import read_image
from desktop.portfolio.source import open_source


@pytest.fixture(autouse=True)
def small_ones_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "_WORTH_IT_BYTES", 1)


def picture(mode: str, width: int, height: int, seed: int = 1) -> Image.Image:
    chance = np.random.default_rng(seed)
    noise = chance.integers(0, 256, (height, width, 4), np.uint8)
    noise[: height // 2] //= 32
    if mode == "I;16":
        return Image.fromarray(noise[..., :2].copy().view(np.uint16)[..., 0])
    return Image.fromarray(noise, "RGBA").convert(mode)


def encoded(made: Image.Image, level: int = 6, **options: object) -> bytes:
    target = BytesIO()
    made.save(target, format="PNG", compress_level=level, **options)
    return target.getvalue()


def parts(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Return what lies before the pixels, the packed pixels, and what lies behind."""
    at, packed, first = 8, b"", 0
    while data[at + 4 : at + 8] != b"IEND":
        size = int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] == b"IDAT":
            first = first or at
            packed += data[at + 8 : at + 8 + size]
        at += 12 + size
    return data[:first], packed, data[at:]


def chunk(packed: bytes) -> bytes:
    named = b"IDAT" + packed
    return struct.pack(">I", len(packed)) + named + struct.pack(">I", zlib.crc32(named))


def opened(data: bytes) -> Image.Image:
    stream = png.unpacked(data)
    assert stream is not None
    return Image.open(cast(IO[bytes], stream), formats=["PNG"])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("size", [(1, 1), (3, 700), (333, 211), (640, 480)])
@pytest.mark.parametrize("level", [0, 1, 9])
def test_the_pixels_are_pillows(mode: str, size: tuple[int, int], level: int) -> None:
    data = encoded(picture(mode, *size), level)
    with Image.open(BytesIO(data)) as plain, opened(data) as quick:
        assert (quick.mode, quick.size, quick.info) == (plain.mode, plain.size, plain.info)
        assert quick.tobytes() == plain.tobytes()


@pytest.mark.parametrize("row_bytes", [65_529, 65_530, 65_531, 131_060, 131_061, 262_144])
def test_every_length_of_the_last_block(row_bytes: int) -> None:
    made = picture("L", row_bytes - 1, 1)
    with opened(encoded(made)) as quick:
        assert quick.tobytes() == made.tobytes()


def test_what_stands_before_and_behind_the_pixels_is_kept() -> None:
    made, exif = picture("RGB", 300, 200), Image.Exif()
    exif[0x0112] = 6
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Title", "Tide", zip=False)
    data = encoded(made, pnginfo=notes, exif=exif, dpi=(300, 300))
    at = data.rindex(b"IEND") - 4
    text = b"Comment\0late"
    late = struct.pack(">I", len(text)) + b"tEXt" + text
    late += struct.pack(">I", zlib.crc32(late[4:]))
    data = data[:at] + late + data[at:]
    with opened(data) as quick:
        quick.load()
        assert quick.getexif()[0x0112] == 6
        assert (quick.info["Title"], quick.info["Comment"]) == ("Tide", "late")
        assert quick.tobytes() == made.tobytes()


def test_it_can_be_read_again_from_the_start() -> None:
    stream = png.unpacked(encoded(picture("RGB", 300, 200)))
    assert stream is not None
    once = stream.read()
    assert stream.tell() == len(once)
    assert stream.read(10) == b""
    stream.seek(100)
    assert stream.read(5000) == once[100:5100]
    stream.seek(90_000)
    assert stream.read(10) == once[90_000:90_010]
    stream.seek(0)
    assert b"".join(iter(lambda: stream.read(7_001), b"")) == once
    with pytest.raises(OSError, match="start"):
        stream.seek(0, 2)


def test_the_unusual_is_left_to_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    made = picture("RGB", 300, 200)
    data = encoded(made)
    interlaced = bytearray(data)
    interlaced[28] = 1
    moving = encoded(made, save_all=True, append_images=[picture("RGB", 300, 200, seed=2)])
    for other in (bytes(interlaced), moving, data[:200], b"GIF89a" + data, b""):
        assert png.unpacked(other) is None
    monkeypatch.setattr(png, "_MOST_BYTES", 1000)
    assert png.unpacked(data) is None


@pytest.mark.parametrize("harm", ["cut", "bits", "short"])
def test_damaged_pixels_are_pillows_to_judge(harm: str, tmp_path: Path) -> None:
    """Whatever Pillow says of the file is said; the quick way adds no verdict of its own."""
    data = bytearray(encoded(picture("RGB", 300, 200)))
    if harm == "cut":
        data = data[: len(data) // 2]
    elif harm == "bits":
        data[len(data) // 2] ^= 0xFF
    else:
        before, packed, behind = parts(bytes(data))
        rows = zlib.decompress(packed)
        data = bytearray(before + chunk(zlib.compress(rows[:-5000])) + behind)
    path = tmp_path / "a.png"
    path.write_bytes(data)
    stream = png.unpacked(bytes(data))
    if stream is not None:
        with pytest.raises(ValueError, match=r"early|[Ee]rror|[Ii]nvalid"):
            stream.read()
    with open_source(path) as source, pytest.raises(FileProblem, match="damaged"):
        read_image(source)


def test_pixels_in_many_pieces() -> None:
    """Writers cut the packed pixels as they like, and some pieces are empty."""
    made = picture("RGB", 300, 200)
    before, packed, behind = parts(encoded(made))
    pieces = [packed[:1], b"", packed[1:3]]
    pieces += [packed[start : start + 999] for start in range(3, len(packed), 999)]
    with opened(before + b"".join(map(chunk, pieces)) + behind) as quick:
        assert quick.tobytes() == made.tobytes()
