"""Pictures, sounds and texts made for the tests: small, the same on every run."""

from __future__ import annotations

import math
import random
import wave
from array import array
from collections.abc import Iterator
from pathlib import Path

import pillow_heif
from PIL import Image, ImageDraw

from desktop.model.fingerprints import FoundFile

pillow_heif.register_heif_opener()


def found(path: Path) -> FoundFile:
    """Return the path as a scan would have found it."""
    info = path.stat()
    return FoundFile(
        path=path, size_bytes=info.st_size, mtime_ns=info.st_mtime_ns, inode=info.st_ino
    )


def painting(seed: int = 1, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Return an RGB picture of overlapping shapes, different for every seed."""
    chance = random.Random(seed)
    picture = Image.new("RGB", size, (chance.randrange(256), chance.randrange(256), 90))
    draw = ImageDraw.Draw(picture)
    for _ in range(40):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        width, height = chance.randrange(10, 120), chance.randrange(10, 120)
        colour = tuple(chance.randrange(256) for _ in range(3))
        draw.ellipse((x, y, x + width, y + height), fill=colour)
    return picture


def pictures(folder: Path) -> Iterator[Path]:
    """Write the whole corpus of pictures into folder and yield each path."""
    yield from _formats(folder)
    yield from _modes(folder)
    yield from _orientations(folder)
    yield from _borders(folder)


def _formats(folder: Path) -> Iterator[Path]:
    for seed, suffix in enumerate(
        ("jpg", "png", "tif", "webp", "gif", "avif", "heic", "bmp", "jp2", "ico", "tga", "ppm")
    ):
        path = folder / f"format.{suffix}"
        painting(seed).save(path)
        yield path
    path = folder / "progressive.jpg"
    painting(20, (1400, 900)).save(path, quality=92, progressive=True, subsampling=0)
    yield path
    path = folder / "animated.gif"
    painting(21).save(path, save_all=True, append_images=[painting(22)], duration=100)
    yield path
    path = folder / "pages.tif"
    painting(23).save(path, save_all=True, append_images=[painting(24)], compression="tiff_lzw")
    yield path


def _modes(folder: Path) -> Iterator[Path]:
    base = painting(30)
    for mode, suffix in (
        ("L", "png"), ("L", "jpg"), ("P", "png"), ("P", "gif"), ("1", "png"), ("1", "tif"),
        ("CMYK", "jpg"), ("CMYK", "tif"), ("YCbCr", "jpg"), ("LAB", "tif"),
    ):  # fmt: skip
        path = folder / f"mode-{mode}.{suffix}"
        if mode == "LAB":
            Image.merge("LAB", base.split()).save(path)
        else:
            base.convert(mode).save(path)
        yield path
    for mode, suffix in (("RGBA", "png"), ("RGBA", "webp"), ("LA", "png"), ("RGBA", "tif")):
        path = folder / f"alpha-{mode}.{suffix}"
        clear = base.convert(mode)
        clear.putalpha(painting(31).convert("L"))
        clear.save(path)
        yield path
    path = folder / "palette-transparent.png"
    base.quantize(32).save(path, transparency=3)
    yield path
    path = folder / "keyed.png"
    base.save(path, transparency=base.getpixel((0, 0)))
    yield path
    path = folder / "sixteen.png"
    deep = Image.new("I;16", (200, 150))
    levels = array("H", [(x * y * 7) % 65536 for y in range(150) for x in range(200)])
    deep.frombytes(levels.tobytes())
    deep.save(path)
    yield path
    path = folder / "sixteen.tif"
    deep.save(path)
    yield path
    path = folder / "float.tif"
    base.convert("F").save(path)
    yield path


def _orientations(folder: Path) -> Iterator[Path]:
    for orientation in range(1, 9):
        for suffix in ("jpg", "png", "tif"):
            exif = Image.Exif()
            exif[0x0112] = orientation
            path = folder / f"orientation-{orientation}.{suffix}"
            painting(40, (300, 200)).save(path, exif=exif)
            yield path


def _borders(folder: Path) -> Iterator[Path]:
    art = painting(50, (260, 180))
    for name, colour, box in (
        ("white", (255, 255, 255), (20, 20, 20, 20)),
        ("black", (0, 0, 0), (0, 30, 0, 30)),
        ("one-side", (250, 250, 248), (0, 40, 0, 0)),
        ("thin", (9, 9, 9), (1, 1, 1, 1)),
    ):
        left, top, right, bottom = box
        framed = Image.new("RGB", (art.width + left + right, art.height + top + bottom), colour)
        framed.paste(art, (left, top))
        for suffix in ("png", "jpg"):
            path = folder / f"border-{name}.{suffix}"
            framed.save(path, quality=60)
            yield path
    nested = Image.new("RGB", (400, 300), (255, 255, 255))
    ImageDraw.Draw(nested).rectangle((15, 15, 384, 284), fill=(20, 20, 20))
    nested.paste(art, (60, 60))
    nested.save(folder / "border-nested.png")
    yield folder / "border-nested.png"
    sky = Image.linear_gradient("L").resize((320, 200)).convert("RGB")
    sky.paste(art.resize((120, 60)), (100, 130))
    sky.save(folder / "border-sky.png")
    yield folder / "border-sky.png"
    framed.convert("RGBA").save(folder / "border-alpha.png")
    yield folder / "border-alpha.png"


def flat(path: Path) -> Path:
    """Write a picture of one colour."""
    Image.new("RGB", (64, 64), (200, 30, 30)).save(path)
    return path


def tone(path: Path, seconds: float, *, hertz: float = 440.0, channels: int = 1) -> Path:
    """Write a WAV with a wandering tone; silence if hertz is 0."""
    rate = 11025
    samples = array("h")
    for number in range(int(rate * seconds)):
        wander = hertz * (1 + 0.5 * math.sin(number / rate * 1.7))
        level = int(12000 * math.sin(2 * math.pi * wander * number / rate)) if hertz else 0
        samples.extend([level] * channels)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path
