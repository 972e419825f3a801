# ruff: noqa: S311  the works are random, nothing depends on them
"""Make the sample works that the demo shows. Everything here is generated, and CC0.

Run from the checkout, with the app's packages installed: python resources/samples/make_samples.py
The works are random but seeded; encoders of other versions give other bytes.
"""

from __future__ import annotations

import math
import random
import subprocess
import tempfile
import wave
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

import exiv2
import imageio_ffmpeg
import taglib
from PIL import Image, ImageChops, ImageDraw, ImageFilter

HERE = Path(__file__).parent / "works"
SIZE = (1200, 900)
SCALE = 2
RIGHTS = "CC0 1.0"
Colour = tuple[int, int, int]
PAPER: Colour = (244, 237, 224)
INK: Colour = (28, 36, 52)
PALETTES: dict[str, tuple[Colour, ...]] = {
    "harbour": ((30, 58, 95), (46, 94, 127), (94, 142, 158), (226, 149, 92), (242, 201, 140)),
    "dunes": ((232, 198, 152), (216, 156, 108), (183, 104, 78), (122, 67, 66), (66, 52, 66)),
    "garden": ((47, 83, 66), (98, 138, 92), (170, 184, 112), (231, 188, 90), (205, 92, 76)),
    "night": ((24, 30, 62), (58, 58, 110), (122, 92, 142), (214, 130, 138), (247, 208, 156)),
    "kites": ((206, 72, 60), (236, 165, 72), (54, 112, 132), (32, 52, 84), (246, 226, 184)),
    "rain": ((52, 66, 84), (92, 112, 128), (140, 158, 164), (196, 120, 84), (224, 214, 198)),
}


def _canvas(colour: Colour = PAPER) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), colour)
    return picture, ImageDraw.Draw(picture)


def _wave(chance: random.Random, height: float, swing: float) -> Callable[[float], float]:
    """Return a curve over 0…1 of three sines around height."""
    parts = [
        (swing / (n + 1), chance.uniform(0.6, 1.6) * (n + 1), chance.uniform(0, math.tau))
        for n in range(3)
    ]
    return lambda x: height + sum(a * math.sin(f * math.tau * x + p) for a, f, p in parts)


def _band(draw: ImageDraw.ImageDraw, curve: Callable[[float], float], colour: Colour) -> None:
    width, height = SIZE[0] * SCALE, SIZE[1] * SCALE
    edge = [(x, curve(x / width) * height) for x in range(0, width + 1, 8)]
    draw.polygon([*edge, (width, height), (0, height)], fill=colour)
    draw.line(edge, fill=INK, width=3 * SCALE, joint="curve")


def _grain(picture: Image.Image, seed: int, amount: float = 9.0) -> Image.Image:
    """Return the picture at its final size, with a soft paper grain laid on it."""
    small = picture.resize(SIZE, Image.Resampling.LANCZOS)
    random.seed(seed)
    noise = Image.effect_noise(SIZE, amount).filter(ImageFilter.GaussianBlur(0.6))
    return ImageChops.overlay(small, Image.merge("RGB", (noise, noise, noise)))


def harbour_morning() -> Image.Image:
    """Hulls and masts on layered water, with a low sun."""
    chance, colours = random.Random(11), PALETTES["harbour"]
    picture, draw = _canvas()
    width, height = picture.size
    draw.ellipse((width * 0.62, height * 0.12, width * 0.8, height * 0.36), fill=colours[3])
    for number in range(5):
        _band(draw, _wave(chance, 0.5 + number * 0.1, 0.025), colours[number % 3])
        if number in (1, 3):
            for _ in range(3):
                x, size = chance.uniform(0.08, 0.86) * width, chance.uniform(0.08, 0.13) * width
                y = (0.5 + number * 0.1 + 0.02) * height
                hull = [
                    (x, y),
                    (x + size, y),
                    (x + size * 0.8, y + size * 0.3),
                    (x + size * 0.2, y + size * 0.3),
                ]
                draw.polygon(hull, fill=chance.choice(colours[3:]), outline=INK, width=3 * SCALE)
                draw.line(
                    (x + size / 2, y, x + size / 2, y - size * 1.3), fill=INK, width=4 * SCALE
                )
                sail = [
                    (x + size / 2, y - size * 1.2),
                    (x + size * 0.95, y - size * 0.1),
                    (x + size / 2, y - size * 0.1),
                ]
                draw.polygon(sail, fill=PAPER, outline=INK, width=2 * SCALE)
    return _grain(picture, 11)


def folded_dunes() -> Image.Image:
    """Hatched ridges, one behind the other."""
    chance, colours = random.Random(23), PALETTES["dunes"]
    picture, draw = _canvas((250, 240, 222))
    width, height = picture.size
    for number in range(9):
        curve = _wave(chance, 0.22 + number * 0.085, 0.07)
        _band(draw, curve, colours[number * len(colours) // 9])
        for step in range(0, width, chance.randrange(22, 46)):
            y = curve(step / width) * height
            length = chance.uniform(20, 90) * SCALE
            draw.line((step, y + 6, step + length * 0.5, y + length), fill=INK, width=SCALE)
    return _grain(picture, 23)


def garden_of_circles() -> Image.Image:
    """Ringed discs packed so that none touches another."""
    chance, colours = random.Random(5), PALETTES["garden"]
    picture, draw = _canvas()
    width, height = picture.size
    discs: list[tuple[float, float, float]] = []
    for _ in range(9000):
        x, y, r = chance.uniform(0, width), chance.uniform(0, height), chance.uniform(18, 210)
        if all(math.hypot(x - a, y - b) > r + c + 8 for a, b, c in discs):
            discs.append((x, y, r))
    for x, y, r in discs:
        rings = max(1, int(r / 26))
        for ring in range(rings):
            part = r * (1 - ring / rings)
            draw.ellipse(
                (x - part, y - part, x + part, y + part),
                fill=chance.choice(colours),
                outline=INK,
                width=2 * SCALE,
            )
    return _grain(picture, 5)


def night_ferry() -> Image.Image:
    """A dark sea under drifting lights."""
    chance, colours = random.Random(37), PALETTES["night"]
    picture, draw = _canvas(colours[0])
    width, height = picture.size
    for y in range(0, int(height * 0.62), 6):
        part = y / (height * 0.62)
        mixed = tuple(int(a + (b - a) * part) for a, b in zip(colours[0], colours[3], strict=True))
        draw.rectangle((0, y, width, y + 6), fill=mixed)
    for _ in range(140):
        x, y, r = chance.uniform(0, width), chance.uniform(0, height * 0.5), chance.uniform(2, 7)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=PAPER)
    for number in range(6):
        _band(draw, _wave(chance, 0.6 + number * 0.075, 0.018), colours[(number + 1) % 3])
    x, y = width * 0.28, height * 0.63
    draw.polygon([(x, y), (x + 700, y), (x + 620, y + 130), (x + 70, y + 130)], fill=INK)
    draw.rectangle((x + 130, y - 110, x + 560, y), fill=(40, 46, 74))
    for window in range(8):
        left = x + 160 + window * 50
        draw.rectangle((left, y - 80, left + 26, y - 40), fill=colours[4])
        draw.rectangle(
            (left, y + 170, left + 20, y + 170 + chance.randrange(60, 260)), fill=colours[3]
        )
    return _grain(picture, 37, 6)


def paper_kites() -> Image.Image:
    """Folded triangles on strings, over a corner of land."""
    chance, colours = random.Random(51), PALETTES["kites"]
    picture, draw = _canvas(colours[4])
    width, height = picture.size
    for _ in range(17):
        x, y = chance.uniform(0.06, 0.94) * width, chance.uniform(0.08, 0.62) * height
        size, turn = chance.uniform(90, 240), chance.uniform(0, math.tau)
        corners = [
            (x + size * reach * math.cos(turn + angle), y + size * reach * math.sin(turn + angle))
            for angle, reach in ((0, 1.4), (1.7, 0.7), (math.pi, 0.8), (-1.7, 0.7))
        ]
        anchor = (width * 0.12 + x * 0.1, height)
        draw.line(
            [corners[2], ((x + anchor[0]) / 2 + 120, (y + height) / 2), anchor],
            fill=INK,
            width=2 * SCALE,
            joint="curve",
        )
        draw.polygon(corners, fill=chance.choice(colours[:3]), outline=INK, width=3 * SCALE)
        draw.polygon(
            [corners[0], corners[1], corners[2]],
            fill=chance.choice(colours[:4]),
            outline=INK,
            width=3 * SCALE,
        )
    _band(draw, lambda part: 1.02 - 0.22 * math.exp(-((part - 0.1) ** 2) * 18), colours[3])
    return _grain(picture, 51)


def rain_on_slate() -> Image.Image:
    """Roofs in rows, and slanting ink."""
    chance, colours = random.Random(64), PALETTES["rain"]
    picture, draw = _canvas(colours[4])
    width, height = picture.size
    for row in range(5):
        x = -chance.uniform(0, 200)
        base = height * (0.42 + row * 0.15)
        while x < width:
            wide, tall = chance.uniform(190, 380), chance.uniform(120, 330)
            wall = chance.choice(colours[:4])
            draw.rectangle(
                (x, base - tall, x + wide, height), fill=wall, outline=INK, width=3 * SCALE
            )
            draw.polygon(
                [
                    (x - 20, base - tall),
                    (x + wide / 2, base - tall - wide * 0.45),
                    (x + wide + 20, base - tall),
                ],
                fill=chance.choice(colours[:2]),
                outline=INK,
                width=3 * SCALE,
            )
            if chance.random() < 0.6:
                left = x + wide * 0.35
                draw.rectangle(
                    (left, base - tall + 40, left + 50, base - tall + 110),
                    fill=(246, 214, 140),
                    outline=INK,
                    width=2 * SCALE,
                )
            x += wide
    for _ in range(900):
        x, y, length = chance.uniform(0, width), chance.uniform(0, height), chance.uniform(40, 130)
        draw.line((x, y, x - length * 0.35, y + length), fill=(228, 226, 220), width=SCALE)
    return _grain(picture, 64)


def _tag_picture(path: Path, title: str, creator: str, description: str) -> None:
    image = exiv2.ImageFactory.open(str(path))
    image.readMetadata()
    xmp, exif = image.xmpData(), image.exifData()
    xmp["Xmp.dc.title"] = f"lang=x-default {title}"
    xmp["Xmp.dc.creator"] = creator
    xmp["Xmp.dc.description"] = f"lang=x-default {description}"
    xmp["Xmp.dc.rights"] = f"lang=x-default {RIGHTS}"
    exif["Exif.Image.Artist"] = creator
    exif["Exif.Image.ImageDescription"] = title
    exif["Exif.Photo.DateTimeOriginal"] = "2024:03:21 08:15:00"
    image.writeMetadata()


def make_pictures() -> None:
    """Paint six pictures: four JPEGs, two PNGs of few colours."""
    ada = "Ada Winterhalter"
    works: Sequence[tuple[str, Callable[[], Image.Image], str, str]] = (
        (
            "harbour-morning.jpg",
            harbour_morning,
            "Harbour, Morning",
            "Boats before the wind comes up.",
        ),
        ("folded-dunes.jpg", folded_dunes, "Folded Dunes", "Ink hatching over nine ridges."),
        (
            "garden-of-circles.png",
            garden_of_circles,
            "Garden of Circles",
            "Nothing touches anything.",
        ),
        ("night-ferry.jpg", night_ferry, "Night Ferry", "The last crossing of the year."),
        ("paper-kites.png", paper_kites, "Paper Kites", "Seventeen kites, one hill."),
        (
            "rain-on-slate.jpg",
            rain_on_slate,
            "Rain on Slate",
            "The old town from the studio window.",
        ),
    )
    for name, paint, title, description in works:
        path = HERE / name
        picture = paint()
        if path.suffix == ".png":
            picture.filter(ImageFilter.MedianFilter(3)).quantize(24, dither=Image.Dither.NONE).save(
                path, optimize=True
            )
        else:
            picture.save(path, quality=72, optimize=True, progressive=True)
        _tag_picture(path, title, ada, description)


def _melody(seed: int, scale: Sequence[int], seconds: float, tempo_s: float) -> array[int]:
    """Return 16-bit mono samples of plucked notes wandering over a scale, with a slow bass."""
    rate, chance = 22050, random.Random(seed)
    total = int(rate * seconds)
    mix = [0.0] * total
    step, at = len(scale) // 2, 0.0
    while at < seconds - 1.5:
        step = min(len(scale) - 1, max(0, step + chance.choice((-2, -1, -1, 1, 1, 2))))
        notes = [(scale[step], 0.5, 1.2)]
        if int(at / tempo_s) % 4 == 0:
            notes.append((scale[step % 5] - 24, 0.45, 2.4))
        for note, loud, long in notes:
            hertz = 440 * 2 ** ((note - 69) / 12)
            first = int(at * rate)
            for number in range(min(int(long * rate), total - first)):
                time = number / rate
                tone = math.sin(math.tau * hertz * time) + 0.35 * math.sin(
                    2 * math.tau * hertz * time
                )
                mix[first + number] += loud * tone * math.exp(-3.2 * time)
        at += tempo_s * chance.choice((1, 1, 1, 2))
    peak = max(abs(level) for level in mix)
    return array("h", (int(26000 * level / peak) for level in mix))


def _encode(arguments: Sequence[str]) -> None:
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([ffmpeg, "-v", "error", "-y", *arguments], check=True)


def make_sounds() -> None:
    """Play two short pieces: one mp3, one ogg."""
    pieces = (
        ("low-tide.mp3", 3, (57, 60, 62, 64, 67, 69, 72, 74, 76), 16.0, 0.42, "Low Tide", "64k"),
        (
            "lantern-waltz.ogg",
            8,
            (62, 65, 67, 69, 72, 74, 77, 79, 81),
            14.0,
            0.31,
            "Lantern Waltz",
            "64k",
        ),
    )
    for name, seed, scale, seconds, tempo_s, title, rate in pieces:
        with tempfile.TemporaryDirectory() as folder:
            raw = Path(folder) / "raw.wav"
            with wave.open(str(raw), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(22050)
                file.writeframes(_melody(seed, scale, seconds, tempo_s).tobytes())
            codec = "libmp3lame" if name.endswith("mp3") else "libvorbis"
            _encode(["-i", str(raw), "-c:a", codec, "-b:a", rate, str(HERE / name)])
        with taglib.File(str(HERE / name), save_on_exit=True) as tags:
            tags.tags.update(
                TITLE=[title], ARTIST=["The Breakwater Five"], COMPOSER=["Ivo Lindqvist"],
                ALBUM=["Slack Water"], DATE=["2024"], COPYRIGHT=[RIGHTS],
            )  # fmt: skip


def make_video() -> None:
    """Draw four seconds of a tide coming in, frame by frame."""
    chance, colours = random.Random(77), PALETTES["harbour"]
    curves = [_wave(chance, 0.45 + number * 0.12, 0.04) for number in range(5)]
    width, height = SIZE[0] * SCALE, SIZE[1] * SCALE
    with tempfile.TemporaryDirectory() as folder:
        for frame in range(60):
            picture, draw = _canvas()
            part = frame / 60
            x, y = width * (0.2 + 0.5 * part), height * (0.4 - 0.25 * math.sin(part * math.pi))
            draw.ellipse((x - 190, y - 190, x + 190, y + 190), fill=colours[3])
            for number, curve in enumerate(curves):
                shift = part * (0.25 + number * 0.08)
                _band(
                    draw,
                    lambda t, c=curve, s=shift, p=part: c(t + s) - 0.12 * p,
                    colours[number % 3],
                )
            picture.resize((640, 480), Image.Resampling.LANCZOS).save(
                f"{folder}/{frame:03}.png", compress_level=1
            )
        _encode(
            ["-framerate", "15", "-i", f"{folder}/%03d.png", "-c:v", "libx264", "-crf", "30",
             "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-metadata", "title=Incoming Tide",
             "-metadata", "artist=Ada Winterhalter", "-metadata", f"copyright={RIGHTS}",
             "-metadata", "comment=Sixty drawings of one evening.",
             str(HERE / "incoming-tide.mp4")]
        )  # fmt: skip


if __name__ == "__main__":
    make_pictures()
    make_sounds()
    make_video()
