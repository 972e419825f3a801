"""A portfolio of real sizes for the benchmarks: what no package ships is generated, once."""

from __future__ import annotations

import random
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from desktop.assets import asset
from desktop.portfolio import programs

PHOTO_SIZES = ((4000, 3000), (3000, 4000), (3872, 2592), (2400, 1600), (1920, 1080))
_Pixels = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


def photo(seed: int, width: int, height: int) -> Image.Image:
    """Return a picture with the spectrum of a photo: large forms, fine detail, a little grain."""
    chance = np.random.default_rng(seed)
    total: _Pixels = np.zeros((height, width, 3), np.float32)
    for octave in range(2, 11):
        across = 2**octave
        shape = (max(2, across * height // width), across, 3)
        noise = chance.normal(0, 1, shape).astype(np.float32)
        layer = np.stack(
            [
                np.asarray(
                    Image.fromarray(noise[..., channel]).resize(
                        (width, height), Image.Resampling.BICUBIC
                    )
                )
                for channel in range(3)
            ],
            axis=-1,
        )
        grey = layer.mean(-1, keepdims=True)
        total += (0.75 * grey + 0.25 * layer) / across**0.8
    total = (total - total.mean()) / total.std() * 52 + 120
    total += chance.normal(0, 3, (height, width, 1)).astype(np.float32)
    return Image.fromarray(np.clip(total, 0, 255).astype(np.uint8))


def photos(folder: Path, jpegs: int, pngs: int) -> None:
    """Write photos of 2 to 12 megapixels: crops and turns of a few large pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    bases = [photo(seed, 4400, 4400) for seed in range(3)]
    chance = random.Random(1)
    for number in range(jpegs + pngs):
        width, height = PHOTO_SIZES[number % len(PHOTO_SIZES)]
        base = bases[number % len(bases)].transpose(Image.Transpose(number % 7))
        left, top = chance.randrange(4400 - width + 1), chance.randrange(4400 - height + 1)
        picture = base.crop((left, top, left + width, top + height))
        if number < jpegs:
            picture.save(folder / f"photo {number:03}.jpg", quality=chance.choice((80, 88, 94)))
        else:
            picture.save(folder / f"drawing {number:03}.png", compress_level=4)


def small_pictures(folder: Path, count: int) -> None:
    """Write pictures of 200 × 150 pixels."""
    folder.mkdir(parents=True, exist_ok=True)
    base = photo(9, 2200, 2200)
    chance = random.Random(2)
    for number in range(count):
        left, top = chance.randrange(2000), chance.randrange(2050)
        picture = base.crop((left, top, left + 200, top + 150))
        picture.save(folder / f"small {number:04}.jpg", quality=85)


def music(folder: Path, count: int) -> None:
    """Write tracks of three to five minutes: chords that change, and a little noise."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        seconds = 180 + (number * 37) % 120
        tones = "+".join(
            f"0.15*sin(2*PI*{110 * 2 ** (step / 12):.2f}*floor(1+mod(t/{2 + step},5))*t)"
            for step in range(number % 5, number % 5 + 12, 4)
        )
        source = f"aevalsrc='{tones}+0.02*(random(0)-0.5)':s=44100:d={seconds}"
        suffix, codec = (("mp3", "libmp3lame"), ("ogg", "libvorbis"), ("flac", "flac"))[number % 3]
        _ffmpeg(
            *("-f", "lavfi", "-i", source, "-ac", "2", "-c:a", codec),
            folder / f"track {number:02}.{suffix}",
        )


def films(folder: Path, count: int) -> None:
    """Write short films in 720p with sound: a camera that moves over a large photo."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        scene = folder / "scene.png"
        photo(20 + number, 2400, 1600).save(scene)
        pan = "crop=1280:720:x='(iw-ow)*(0.5+0.5*sin(t/7))':y='(ih-oh)*(0.5+0.5*cos(t/5))'"
        suffix = ("mp4", "mkv")[number % 2]
        _ffmpeg(
            *("-loop", "1", "-framerate", "25", "-i", scene),
            *("-f", "lavfi", "-i", "sine=frequency=330", "-t", 15 + 5 * number, "-vf", pan),
            *("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac"),
            folder / f"film {number}.{suffix}",
        )
        scene.unlink()


def _ffmpeg(*arguments: str | Path | int) -> None:
    done = programs.run([programs.ffmpeg(), "-v", "error", "-y", *map(str, arguments)])
    if done.code:
        raise RuntimeError(done.stderr.decode("utf-8", "replace"))


def documents(folder: Path, count: int) -> None:
    """Write documents of 5 to 60 pages in the formats writers use."""
    folder.mkdir(parents=True, exist_ok=True)
    makers = (_pdf, _docx, _epub, _odt, _html, _txt, _markdown)
    for number in range(count):
        pages = list(_pages(number, 5 + (number * 11) % 56))
        makers[number % len(makers)](folder, number, pages)


def _pages(seed: int, count: int) -> Iterator[list[str]]:
    story = asset("samples/works/the-lighthouse-ledger.txt").read_text(encoding="utf-8")
    words = re.findall(r"[A-Za-z]+", story)
    chance = random.Random(seed)
    for _ in range(count):
        yield [" ".join(chance.choices(words, k=12)).capitalize() + "." for _ in range(34)]


def _pdf(folder: Path, number: int, pages: list[list[str]]) -> None:
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    kids = []
    for page in pages:
        lines = b"".join(b"(%b) Tj T*\n" % line.encode("ascii") for line in page)
        stream = zlib.compress(b"BT /F1 10 Tf 50 800 Td 14 TL\n" + lines + b"ET")
        objects.append(
            b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(stream), stream)
        )
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>"
            b"/Contents %d 0 R>>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Kids[%b]/Count %d>>" % (b" ".join(kids), len(kids))
    objects.append(b"<</Title(Ledger %d)/Author(A. Keeper)>>" % number)
    data, places = b"%PDF-1.5\n", []
    for index, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (index, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"xref\n0 %d\n0000000000 65535 f \n%btrailer<</Size %d/Root 1 0 R/Info %d 0 R>>" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(objects),
    )
    data += b"\nstartxref\n%d\n%%%%EOF\n" % data.rindex(b"xref\n0")
    (folder / f"ledger {number:02}.pdf").write_bytes(data)


def _zip(path: Path, entries: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), text, stored)


def _docx(folder: Path, number: int, pages: list[list[str]]) -> None:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    rel = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for page in pages for line in page)
    _zip(
        folder / f"letter {number:02}.docx",
        {
            "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/"
            "content-types'><Default Extension='rels' ContentType='application/vnd.openxmlformats-"
            "package.relationships+xml'/><Override PartName='/word/document.xml' "
            f"ContentType='{kind}'/></Types>",
            "_rels/.rels": f"<Relationships xmlns='{rel}'><Relationship Id='r1' Type='{office}' "
            "Target='word/document.xml'/></Relationships>",
            "word/document.xml": f"<w:document xmlns:w='{word}'><w:body>{body}</w:body>"
            "</w:document>",
        },
    )


def _odt(folder: Path, number: int, pages: list[list[str]]) -> None:
    names = (
        "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
        "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'"
    )
    body = "".join(f"<text:p>{line}</text:p>" for page in pages for line in page)
    _zip(
        folder / f"script {number:02}.odt",
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {names}><office:body><office:text>{body}"
            "</office:text></office:body></office:document-content>",
        },
    )


def _epub(folder: Path, number: int, pages: list[list[str]]) -> None:
    chapters = {
        f"c{index}.xhtml": "<html xmlns='http://www.w3.org/1999/xhtml'><body>"
        + "".join(f"<p>{line}</p>" for line in page)
        + "</body></html>"
        for index, page in enumerate(pages)
    }
    items = "".join(
        f"<item id='i{index}' href='{name}' media-type='application/xhtml+xml'/>"
        for index, name in enumerate(chapters)
    )
    spine = "".join(f"<itemref idref='i{index}'/>" for index in range(len(chapters)))
    _zip(
        folder / f"novel {number:02}.epub",
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": "<container version='1.0' "
            "xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles><rootfile "
            "full-path='book.opf' media-type='application/oebps-package+xml'/></rootfiles>"
            "</container>",
            "book.opf": "<package version='3.0' xmlns='http://www.idpf.org/2007/opf'><metadata "
            f"xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>Novel {number}</dc:title>"
            f"</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>",
            **chapters,
        },
    )


def _html(folder: Path, number: int, pages: list[list[str]]) -> None:
    body = "".join(f"<p>{line}</p>\n" for page in pages for line in page)
    text = f"<!DOCTYPE html><html><head><title>Essay {number}</title></head><body>{body}</body>"
    (folder / f"essay {number:02}.html").write_text(text + "</html>", encoding="utf-8")


def _txt(folder: Path, number: int, pages: list[list[str]]) -> None:
    text = "\n\n".join("\n".join(page) for page in pages)
    if number % 2:  # as most languages are written
        text = text.replace("tide", "marée").replace("harbour", "Hafen für Möwen")
    (folder / f"notes {number:02}.txt").write_text(text, encoding="utf-8")


def _markdown(folder: Path, number: int, pages: list[list[str]]) -> None:
    text = "# Tales of tides\n\n" + "\n\n".join(" ".join(page) for page in pages)
    (folder / f"tale {number:02}.md").write_text(text, encoding="utf-8")
