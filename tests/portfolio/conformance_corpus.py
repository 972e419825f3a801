"""Files that vary everything a decoder may treat in its own way, made the same on every run."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from desktop.portfolio import programs
from tests.portfolio.corpus import painting, tone

_SIZES = ((1, 1), (2, 3), (31, 33), (32, 32), (33, 257), (500, 9), (640, 427))
_BORDERS = (
    (255, 255, 255), (250, 252, 255), (0, 0, 0), (9, 14, 3), (120, 130, 140),
)  # fmt: skip


def pictures(folder: Path) -> Iterator[Path]:
    """Write a few hundred pictures into folder and yield each path."""
    for part in (_sizes, _jpegs, _pngs, _tiffs, _others, _turned, _framed, _photos):
        yield from part(folder)


def _sizes(folder: Path) -> Iterator[Path]:
    for number, (size, suffix) in enumerate(
        product(_SIZES, ("png", "jpg", "webp", "gif", "bmp", "tif"))
    ):
        path = folder / f"size-{size[0]}x{size[1]}.{suffix}"
        painting(number, size).save(path)
        yield path


def _jpegs(folder: Path) -> Iterator[Path]:
    for number, (sampling, quality, progressive) in enumerate(
        product((0, 1, 2), (30, 75, 95), (False, True))
    ):
        path = folder / f"jpeg-{sampling}-{quality}-{progressive}.jpg"
        picture = painting(number, (331, 217))
        picture.save(path, quality=quality, subsampling=sampling, progressive=progressive)
        yield path
    for mode in ("L", "CMYK"):
        for quality in (40, 90):
            path = folder / f"jpeg-{mode}-{quality}.jpg"
            painting(7, (200, 310)).convert(mode).save(path, quality=quality)
            yield path
    for name in ("sRGB", "LAB"):
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()
        path = folder / f"jpeg-icc-{name}.jpg"
        painting(8, (200, 310)).save(path, icc_profile=profile)
        yield path
    thumbnail = Image.Exif()
    thumbnail[0x010E] = "A description"
    path = folder / "jpeg-exif.jpg"
    painting(9, (200, 310)).save(path, exif=thumbnail, dpi=(300, 300), comment="a comment")
    yield path


def _pngs(folder: Path) -> Iterator[Path]:
    base = painting(11, (211, 160))
    for colours in (2, 4, 16, 256):
        path = folder / f"png-palette-{colours}.png"
        base.quantize(colours).save(path)
        yield path
        path = folder / f"png-palette-clear-{colours}.png"
        base.quantize(colours).save(
            path, transparency=bytes(number * 255 // colours for number in range(colours))
        )
        yield path
    for mode in ("L", "LA", "RGBA", "1"):
        for level in (0, 9):
            path = folder / f"png-{mode}-{level}.png"
            picture = base.convert("RGB").convert("L" if mode == "LA" else mode)
            if mode in ("LA", "RGBA"):
                picture.putalpha(Image.radial_gradient("L").resize(picture.size))
            picture.save(path, compress_level=level)
            yield path
    for name, alpha in (("opaque", 255), ("clear", 0), ("nearly", 254)):
        path = folder / f"png-{name}.png"
        picture = base.copy()
        picture.putalpha(alpha)
        picture.save(path)
        yield path
    grey = base.convert("L")
    grey.save(folder / "png-grey-key.png", transparency=grey.getpixel((3, 3)))
    yield folder / "png-grey-key.png"
    for bits, colour, interlaced in ((16, 0, 0), (16, 2, 0), (16, 6, 0), (16, 4, 0), (8, 2, 1)):
        path = folder / f"png-raw-{bits}-{colour}-{interlaced}.png"
        path.write_bytes(_raw_png(53, 47, bits, colour, interlaced=interlaced))
        yield path
    path = folder / "png-animated.png"
    base.save(path, save_all=True, append_images=[painting(12, base.size)], duration=80)
    yield path


def _raw_png(width: int, height: int, bits: int, colour: int, *, interlaced: int) -> bytes:
    """Return a PNG that Pillow cannot write: 16 bits a channel, or interlaced."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    chance = random.Random(width * bits + colour)
    passes = (
        (
            (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
            (0, 1, 1, 2),
        )
        if interlaced
        else ((0, 0, 1, 1),)
    )  # fmt: skip
    data = b""
    for left, top, across, down in passes:
        columns = len(range(left, width, across))
        for _row in range(top, height, down) if columns else ():
            line = bytes(chance.randrange(40, 200) for _ in range(columns * channels * bits // 8))
            data += b"\0" + line

    def chunk(name: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b"")
    )


def _tiffs(folder: Path) -> Iterator[Path]:
    base = painting(21, (150, 211))
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        for mode in ("RGB", "L", "RGBA", "CMYK"):
            if compression == "jpeg" and mode == "RGBA":
                continue
            path = folder / f"tiff-{compression}-{mode}.tif"
            base.convert(mode).save(path, compression=compression)
            yield path
    for mode in ("1", "P", "LAB", "F", "I"):
        path = folder / f"tiff-{mode}.tif"
        if mode == "LAB":
            Image.merge("LAB", base.split()).save(path)
        else:
            base.convert("L").convert(mode).save(path)
        yield path
    path = folder / "tiff-pages.tif"
    base.save(path, save_all=True, append_images=[painting(22), painting(23)])
    yield path
    path = folder / "tiff-big.tif"
    base.save(path, big_tiff=True)
    yield path


def _others(folder: Path) -> Iterator[Path]:
    base = painting(31, (190, 140))
    clear = base.copy()
    clear.putalpha(Image.linear_gradient("L").resize(base.size))
    for suffix, options in (
        ("webp", {"lossless": True}), ("webp", {"quality": 40}), ("avif", {"quality": 60}),
        ("heic", {"quality": 70}), ("jp2", {}), ("gif", {}),
    ):  # fmt: skip
        for name, picture in (("plain", base), ("clear", clear), ("grey", base.convert("L"))):
            path = folder / f"other-{name}-{len(options)}{options.get('quality', '')}.{suffix}"
            picture.save(path, **options)
            yield path
    for suffix in ("webp", "gif", "avif"):
        path = folder / f"animated.{suffix}"
        second = clear.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        clear.save(path, save_all=True, append_images=[second], duration=90)
        yield path


def _turned(folder: Path) -> Iterator[Path]:
    for orientation, (suffix, size) in product(
        range(10), (("jpg", (301, 200)), ("png", (90, 203)), ("webp", (64, 64)), ("tif", (99, 70)))
    ):  # fmt: skip
        exif = Image.Exif()
        exif[0x0112] = orientation
        path = folder / f"turned-{orientation}.{suffix}"
        painting(orientation, size).save(path, exif=exif)
        yield path
        framed = ImageOps.expand(painting(orientation + 50, size), 12, (252, 250, 255))
        path = folder / f"turned-framed-{orientation}.{suffix}"
        framed.save(path, exif=exif)
        yield path


def _framed(folder: Path) -> Iterator[Path]:
    chance = random.Random(5)
    for number, colour in product(range(6), _BORDERS):
        art = painting(number + 60, (180, 130))
        sides = tuple(chance.choice((0, 0, 1, 7, 40)) for _ in range(4))
        left, top, right, bottom = sides
        size = (art.width + left + right, art.height + top + bottom)
        framed = Image.new("RGB", size, colour)
        framed.paste(art, (left, top))
        for suffix in ("png", "jpg"):
            path = folder / f"framed-{number}-{'-'.join(map(str, colour))}.{suffix}"
            framed.save(path, quality=35)
            yield path
    onion = painting(70, (120, 90))
    for ring in range(20):  # more borders than are trimmed
        onion = ImageOps.expand(onion, 3, (255, 255, 255) if ring % 2 else (10, 10, 10))
    onion.save(folder / "onion.png")
    yield folder / "onion.png"
    for name, picture in (
        ("flat", Image.new("RGB", (90, 60), (7, 8, 9))),
        ("nearly-flat", Image.effect_noise((90, 60), 4).convert("RGB")),
        ("gradient", Image.linear_gradient("L").convert("RGB")),
        ("sky", ImageOps.expand(Image.linear_gradient("L"), (0, 60, 0, 0), 0).convert("RGB")),
        ("grey-framed", ImageOps.expand(painting(71).convert("L"), 20, 200)),
    ):
        picture.save(folder / f"{name}.png")
        yield folder / f"{name}.png"


def _photos(folder: Path) -> Iterator[Path]:
    """Larger pictures with fine grain, as cameras make them."""
    for number, (size, suffix) in enumerate(
        (((1500, 1001), "jpg"), ((1001, 1500), "jpg"), ((1200, 800), "png"), ((3000, 41), "jpg"))
    ):
        picture = painting(number + 80, size)
        grain = Image.effect_noise(size, 30).convert("RGB")
        path = folder / f"photo-{number}.{suffix}"
        Image.blend(picture, grain, 0.25).save(path, quality=88)
        yield path


def sounds(folder: Path) -> Iterator[Path]:
    """Write sounds of many codecs, rates and channels into folder and yield each path."""
    source = tone(folder / "source.wav", 9, channels=2)
    yield source
    codecs: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("flac", ()), ("mp3", ("-q:a", "6")), ("ogg", ("-c:a", "libvorbis")),
        ("opus", ("-c:a", "libopus")), ("m4a", ("-c:a", "aac")), ("aiff", ()),
        ("wma", ()), ("ac3", ()), ("wv", ()), ("mka", ("-c:a", "flac")), ("caf", ()),
        ("au", ()), ("w64", ()),
    )  # fmt: skip
    for suffix, options in codecs:
        yield _encode(source, folder / f"sound.{suffix}", options)
    wavs: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("mono-8k", ("-ac", "1", "-ar", "8000")), ("96k-24", ("-ar", "96000", "-c:a", "pcm_s24le")),
        ("float", ("-c:a", "pcm_f32le")), ("six", ("-ac", "6")), ("u8", ("-c:a", "pcm_u8")),
        ("short", ("-t", "3.2")),
    )  # fmt: skip
    for name, options in wavs:
        yield _encode(source, folder / f"{name}.wav", options)


def films(folder: Path) -> Iterator[Path]:
    """Write short films of several codecs and containers into folder and yield each path."""
    source = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=4")
    for name, options in (
        ("h264.mp4", ("-c:v", "libx264", "-pix_fmt", "yuv420p")), ("mpeg4.avi", ("-c:v", "mpeg4")),
        ("vp9.webm", ("-c:v", "libvpx-vp9")), ("h264.mkv", ("-c:v", "libx264")),
        ("mjpeg.mov", ("-c:v", "mjpeg")), ("mpeg2.mpg", ("-c:v", "mpeg2video")),
        ("flv1.flv", ("-c:v", "flv")), ("wmv2.wmv", ("-c:v", "wmv2")),
        ("slow.mp4", ("-r", "3", "-c:v", "libx264", "-pix_fmt", "yuv420p")),
    ):  # fmt: skip
        path = folder / name
        done = programs.run(
            [programs.ffmpeg(), "-v", "error", "-y", *source, *options, "-bitexact", str(path)]
        )
        assert done.code == 0, done.stderr
        yield path


def _encode(source: Path, path: Path, options: tuple[str, ...]) -> Path:
    done = programs.run(
        [programs.ffmpeg(), "-v", "error", "-y", "-i", str(source), *options, str(path)]
    )
    assert done.code == 0, done.stderr
    return path


def texts(folder: Path) -> Iterator[Path]:
    """Write texts of many encodings, languages and formats into folder and yield each path."""
    words = {
        "english": "The tide returns what the tide has taken, and the harbour waits. ",
        "german": "Über dem Hafen kreisen Möwen, groß und weiß. ",
        "french": "À la marée, l’écume s’élève ; où va-t-elle ? ",
        "greek": "Η θάλασσα φέρνει πίσω ό,τι πήρε. ",
        "russian": "Прилив возвращает то, что взял отлив. ",
        "japanese": "潮は奪ったものを返し、港は待っている。",
        "arabic": "يعيد المد ما أخذه البحر. ",
        "emoji": "🌊 tide 🚢 boat 🕯️ light ",
    }
    for (name, text), encoding in product(words.items(), ("utf-8", "utf-8-sig", "utf-16")):
        path = folder / f"{name}-{encoding}.txt"
        path.write_bytes((text * 30).encode(encoding))
        yield path
    for name, encoding in (
        ("german", "cp1252"), ("french", "latin-1"), ("russian", "koi8-r"),
        ("japanese", "shift_jis"), ("greek", "iso8859_7"),
    ):  # fmt: skip
        path = folder / f"{name}-{encoding}.txt"
        path.write_bytes((words[name] * 40).encode(encoding, "ignore"))
        yield path
    program = "# A licence stands here.\nimport sys\n\n\ndef main():\n    print(sys.argv)\n" * 4
    for suffix in (
        "py", "js", "c", "h", "cpp", "java", "css", "sh", "csv", "tsv", "json", "xml", "html", "md",
        "tex", "rst", "srt", "ini", "log", "svg.txt",
    ):  # fmt: skip
        body = {
            "json": '{"title": "Tide", "lines": ["one", "two", "three"]}',
            "xml": "<?xml version='1.0'?><poem><line>Tide</line><line>and time</line></poem>",
            "html": "<!DOCTYPE html><html><head><title>Tide</title></head><body><h1>Tide</h1>"
            "<p>and <b>time</b></p></body></html>",
            "csv": "tide,time\n1,2\n3,4\n" * 9,
            "tsv": "tide\ttime\n1\t2\n" * 9,
            "srt": "1\n00:00:01,000 --> 00:00:02,000\nTide and time\n\n" * 5,
        }.get(suffix, program)
        path = folder / f"program.{suffix}"
        path.write_text(body, encoding="utf-8")
        yield path
    path = folder / "rich.rtf"
    path.write_text(r"{\rtf1\ansi{\info{\title Tide}}\b Tide\b0  and time, and the harbour.}")
    yield path
