"""Copies of every format: readers that are not ours understand them, and content is the same."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import c2pa
import cbor2
import imageio_ffmpeg
import pikepdf
import pillow_heif
import pypdfium2
import pytest
from lxml import etree
from PIL import Image, ImageSequence

from desktop.copies.writing import write_copy
from desktop.model.copies import Embedded
from desktop.model.fingerprints import FoundFile
from desktop.model.suggestions import Vocabulary
from desktop.model.terms import Answer, Use
from desktop.model.vocabularies import Target
from desktop.portfolio.tags import declared
from desktop.portfolio.tags.containers import attached
from desktop.portfolio.tags.pictures import read_image_tags
from desktop.terms.wording import understood
from tests.copies.studio import (
    ADDRESS,
    CREATORS,
    RIGHTS,
    SAMPLES,
    TITLE,
    UNIT,
    exiftool,
    labels,
    picture,
    saved,
    signer,
    validated,
)

MOVED = (273, 324, 700, 52545)  # where a TIFF's strips lie, and what is new
pillow_heif.register_heif_opener()
NO_AI = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING"


def pixels(data: bytes) -> list[Any]:
    """Return every frame of a picture, its profile and what EXIF says of it."""
    with Image.open(io.BytesIO(data)) as image:
        tags = {tag: value for tag, value in image.getexif().items() if tag not in MOVED}
        about = [image.mode, image.size, image.info.get("icc_profile"), tags]
        frames = [
            (frame.tobytes(), frame.info.get("duration")) for frame in ImageSequence.Iterator(image)
        ]
        return [*about, frames]


def packed(data: bytes) -> str:
    """Return a digest of every frame of a film as it is packed, picture and sound, and when."""
    return sound(data, "-c", "copy")


def sound(data: bytes, *how: str) -> str:
    """Return a digest of every decoded frame, picture and sound."""
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin"]
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        done = subprocess.run(
            [*ffmpeg, "-i", file.name, "-map", "0", *how, "-f", "framemd5", "-"],
            capture_output=True,
            check=True,
            text=True,
        )
    return "\n".join(sorted(line for line in done.stdout.splitlines() if line[:1] != "#"))


def pages(data: bytes) -> list[bytes]:
    """Return every page of a document as it looks, and its text."""
    document = pypdfium2.PdfDocument(data)
    try:
        return [
            bytes(page.render(scale=0.4).buffer) + page.get_textpage().get_text_bounded().encode()
            for page in document
        ]
    finally:
        document.close()


def parts(data: bytes) -> dict[str, bytes]:
    """Return the parts of a book but its package document, mimetype first and stored."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        first = book.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert book.testzip() is None
        return {name: book.read(name) for name in book.namelist() if not name.endswith(".opf")}


def archive() -> bytes:
    """Return a PDF/A of two pages with a title in both places."""
    document = pikepdf.new()
    for _ in range(2):
        document.add_blank_page(page_size=(200, 300))
    document.docinfo["/Title"], document.docinfo["/Author"] = "Old title", "Someone"
    with document.open_metadata(set_pikepdf_as_editor=False) as packet:
        packet["pdfaid:part"], packet["pdfaid:conformance"] = "2", "B"
        packet["dc:title"] = "Old title"
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def film(form: str, *options: str) -> bytes:
    """Return a film of a second, as ffmpeg writes it."""
    sources = ["testsrc=size=96x64:rate=10:duration=1", "sine=frequency=440:duration=1"]
    inputs = [part for one in sources for part in ("-f", "lavfi", "-i", one)]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "film"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", *inputs, *options]
        subprocess.run([*command, "-c:v", "mpeg4", "-f", form, str(out)], check=True)
        return out.read_bytes()


def tagged_mp3() -> bytes:
    """Return an MP3 with text in UTF-16, an unknown frame, and tags at its end."""
    bare = film("mp3", "-vn", "-write_xing", "0", "-id3v2_version", "0")
    frames = [("TIT2", b"\1" + "Çeşme".encode("utf-16")), ("PRIV", b"www.own.example\0\1\2")]
    body = b"".join(
        name.encode() + len(data).to_bytes(4, "big") + b"\0\0" + data for name, data in frames
    )
    tag = b"ID3\3\0\0" + bytes([0, 0, 2, 0]) + body + bytes(256 - len(body))
    return tag + bare + b"TAG" + b"Old title".ljust(125, b"\0")


def old_mp3() -> bytes:
    """Return an MP3 whose tag is of ID3v2.2."""
    body = b"TT2\0\0\4\0Old"
    return b"ID3\2\0\0" + bytes([0, 0, 0, len(body)]) + body + tagged_mp3()[266:]


def exif_of(artist: str) -> Image.Exif:
    """Return EXIF that names an artist."""
    exif = Image.Exif()
    exif[0x013B] = artist
    return exif


def long_wav() -> bytes:
    """Return an RF64 file, whose sizes stand in ds64 (EBU Tech 3306)."""
    wav = (SAMPLES / "audio/short.wav").read_bytes()
    body = wav[12:]
    at = body.index(b"data")
    size = int.from_bytes(body[at + 4 : at + 8], "little")
    body = body[: at + 4] + b"\xff" * 4 + body[at + 8 :]
    sizes = [4 + 36 + len(body), size, 0]
    ds64 = b"ds64" + (28).to_bytes(4, "little") + b"".join(n.to_bytes(8, "little") for n in sizes)
    return b"RF64" + b"\xff" * 4 + b"WAVE" + ds64 + bytes(4) + body


def jpeg() -> bytes:
    """Return a JPEG with EXIF, a profile, and XMP of a stranger."""
    return saved(
        picture(),
        "JPEG",
        exif=exif_of("Ana"),
        icc_profile=b"profile" * 40,
        xmp=STRANGERS,
        progressive=True,
    )


def two_pictures() -> bytes:
    """Return a JPEG with a second picture behind the first (CIPA DC-007), and bytes behind it."""
    more = [picture((160, 100), 20)]
    return saved(picture(), "MPO", save_all=True, append_images=more) + b"behind"


def animated(form: str, **options: Any) -> Callable[[], bytes]:
    """Return a maker of three pictures in a row."""
    more = [picture(spread=one) for one in (20, 30)]
    return lambda: saved(
        picture(), form, save_all=True, append_images=more, duration=[90, 120, 150], **options
    )


STRANGERS = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    b'syntax-ns#"><rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    b'xmlns:own="http://stranger.example/" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" '
    b'xmp:Rating="4" plus:DataMining="http://ns.useplus.org/ldf/vocab/DMI-ALLOWED">'
    b"<own:deep><rdf:Seq><rdf:li>kept</rdf:li></rdf:Seq></own:deep></rdf:Description>"
    b"</rdf:RDF></x:xmpmeta>"
)


@dataclass(frozen=True, slots=True)
class Case:
    """A file to copy, and how its content is told. beside: what does not go into the file."""

    make: Callable[[], bytes]
    content: Callable[[bytes], Any] = pixels
    beside: tuple[str, ...] = ()


CASES: dict[str, Case] = {
    "progressive.jpg": Case(jpeg),
    "two.jpg": Case(two_pictures),
    "sample.jpg": Case((SAMPLES / "image/demo.jpg").read_bytes),
    "sample.png": Case((SAMPLES / "image/demo.png").read_bytes),
    "deep.png": Case(lambda: saved(picture().convert("I;16"), "PNG")),
    "animated.png": Case(animated("PNG")),
    "animated.webp": Case(animated("WEBP", lossless=True)),
    "plain.webp": Case(lambda: saved(picture(), "WEBP", quality=70)),
    "lossless.webp": Case(lambda: saved(picture().convert("RGBA"), "WEBP", lossless=True)),
    "animated.gif": Case(animated("GIF", loop=0)),
    "old.gif": Case(lambda: b"GIF87a" + saved(picture().convert("L"), "GIF")[6:]),
    "sample.gif": Case((SAMPLES / "image/demo.gif").read_bytes),
    "sample.tif": Case((SAMPLES / "image/demo.tif").read_bytes),
    "pages.tif": Case(animated("TIFF", compression="tiff_lzw"), beside=(".c2pa",)),
    "cmyk.tif": Case(lambda: saved(picture().convert("CMYK"), "TIFF", icc_profile=b"cmyk" * 30)),
    "deep.tif": Case(lambda: saved(picture().convert("I;16"), "TIFF")),
    "big.tif": Case(lambda: saved(picture(), "TIFF", big_tiff=True, tiffinfo={700: STRANGERS})),
    "sample.wav": Case((SAMPLES / "audio/short.wav").read_bytes, sound),
    "long.wav": Case(long_wav, sound, beside=(".c2pa",)),
    "sample.avi": Case((SAMPLES / "video/demo.avi").read_bytes, packed),
    "sample.mp4": Case((SAMPLES / "video/demo.mp4").read_bytes, packed),
    "sample.mov": Case((SAMPLES / "video/demo.mov").read_bytes, packed),
    "sample.3gp": Case((SAMPLES / "video/demo.3gp").read_bytes, packed),
    "streamed.mp4": Case(lambda: film("mp4", "-movflags", "+faststart"), sound),
    "streamed.mov": Case(lambda: film("mov", "-movflags", "+faststart"), sound),
    "fragments.mp4": Case(lambda: film("mp4", "-movflags", "frag_keyframe+empty_moov"), sound),
    "song.m4a": Case(lambda: film("ipod", "-vn"), sound),
    "sample.mp3": Case((SAMPLES / "audio/withcover.mp3").read_bytes, sound),
    "tagged.mp3": Case(tagged_mp3, sound),
    "bare.mp3": Case(lambda: film("mp3", "-vn", "-write_xing", "0", "-id3v2_version", "0"), sound),
    "old.mp3": Case(old_mp3, sound, beside=(".xmp", ".c2pa")),
    "sample.flac": Case(lambda: film("flac", "-vn"), sound, beside=(".xmp",)),
    "sample.pdf": Case((SAMPLES / "text/demo.pdf").read_bytes, pages),
    "archive.pdf": Case(archive, pages, beside=(".c2pa",)),
    "book.epub": Case((SAMPLES / "text/demo.epub").read_bytes, parts, beside=(".xmp", ".c2pa")),
    "sample.heic": Case(lambda: saved(picture(), "HEIF", quality=80, xmp=STRANGERS)),
    "animated.avif": Case(animated("AVIF")),
    "plain.avif": Case(lambda: saved(picture(), "AVIF", exif=exif_of("Ana"))),
}


@dataclass(frozen=True, slots=True)
class Copied:
    """The original's bytes before and after, the copy, and what was said of it."""

    before: bytes
    after: bytes
    path: Path
    said: Embedded


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Copied]:
    """Return a copy of every case."""
    folder, out = tmp_path_factory.mktemp("originals"), tmp_path_factory.mktemp("copies")
    made = {}
    for name, case in CASES.items():
        original, copy = folder / name, out / name
        original.write_bytes(case.make())
        before = original.read_bytes()
        original.chmod(0o400)
        said = write_copy(original, copy, labels(), signer())
        made[name] = Copied(before, original.read_bytes(), copy, said)
        for suffix, data in said.sidecars.items():
            copy.with_suffix(suffix).write_bytes(data)
    return made


def test_content_is_the_same_and_the_original_untouched(copies: dict[str, Copied]) -> None:
    for name, one in copies.items():
        assert hashlib.sha256(one.before).digest() == hashlib.sha256(one.after).digest()
        assert tuple(one.said.sidecars) == CASES[name].beside, (name, one.said.notes)
        same = CASES[name].content(one.path.read_bytes()) == CASES[name].content(one.before)
        assert same, name


def test_exiftool_reads_the_packet_of_every_format(copies: dict[str, Copied]) -> None:
    paths = {
        name: one.path.with_suffix(".xmp") if ".xmp" in one.said.sidecars else one.path
        for name, one in copies.items()
    }
    read = exiftool(paths.values())
    for name, path in paths.items():
        found = read[path.name]
        assert found.get("XMP-plus:DataMining") == NO_AI, (name, found)
        assert found["XMP-dc:Title"] == TITLE
        assert found["XMP-dc:Creator"] == list(CREATORS)
        assert found["XMP-dc:Rights"] == RIGHTS
        assert found["XMP-xmpRights:Marked"] is True
        assert found["XMP-xmpRights:WebStatement"] == ADDRESS
        assert "Training AI: no." in found["XMP-xmpRights:UsageTerms"]
        assert Target.IPTC in copies[name].said.vocabularies
    strangers = read["progressive.jpg"]
    assert strangers["XMP-xmp:Rating"] == 4
    assert "kept" in json.dumps(strangers)


def test_the_soft_binding_holds_bytes_in_every_format(copies: dict[str, Copied]) -> None:
    value = base64.b32decode(UNIT.removeprefix("ISCC:") + "=")
    assert len(value) == 34
    wanted = b"escope\xa0evalue" + cbor2.dumps(value)  # a byte string (C2PA 2.2, 9.3)
    for name, one in copies.items():
        data = one.said.sidecars.get(".c2pa") or one.path.read_bytes()
        if name.endswith(".gif"):  # in sub-blocks
            data = attached(one.path).manifest
        assert wanted in data, name


def test_a_manifest_says_who_and_what_and_nothing_of_this_computer(
    copies: dict[str, Copied],
) -> None:
    with c2pa.Reader("image/png", io.BytesIO(copies["animated.png"].path.read_bytes())) as reader:
        state, active = reader.get_validation_state(), reader.get_active_manifest()
    assert (state, active["title"]) == ("Valid", TITLE)  # and never "Trusted"
    said = {one["label"]: one["data"] for one in active["assertions"]}
    assert "thumbnail" not in active
    done = [one["action"] for one in said["c2pa.actions.v2"]["actions"]]
    assert done == ["c2pa.opened", "c2pa.edited.metadata"]
    assert said["cawg.metadata"]["dc:creator"] == list(CREATORS)
    assert said["cawg.metadata"]["dc:identifier"] == "ISCC:KACT"
    assert said["cawg.training-mining"]["entries"] == {
        f"cawg.{name}": {"use": "notAllowed"}
        for name in ("data_mining", "ai_training", "ai_generative_training", "ai_inference")
    }
    assert said["c2pa.soft-binding"]["alg"] == "io.iscc.v0"
    for one in copies.values():
        for data in (one.path.read_bytes(), *one.said.sidecars.values()):
            assert str(one.path.parent).encode() not in data
            assert one.path.name.encode() not in data


def test_a_later_scan_reads_what_was_written(copies: dict[str, Copied]) -> None:
    for name, one in copies.items():
        found = FoundFile(path=one.path, size_bytes=one.path.stat().st_size, mtime_ns=1, inode=1)
        said = dict(declared.declared(found))
        if ".xmp" not in one.said.sidecars:
            assert understood(said[declared.XMP])[Use.TRAIN] is Answer.DENY, name
        if ".c2pa" not in one.said.sidecars:
            assert understood(said[declared.C2PA])[Use.TRAIN] is Answer.DENY, name
    for name in ("sample.jpg", "animated.gif", "sample.tif", "big.tif", "animated.avif"):
        vocabularies = {one.vocabulary for one in read_image_tags(copies[name].path).ai_use}
        assert {Vocabulary.IPTC, Vocabulary.CAWG} <= vocabularies, name


def test_an_independent_validator_finds_every_manifest_valid(copies: dict[str, Copied]) -> None:
    named = [one.path for name, one in copies.items() if name.endswith(VALIDATED)]
    for name, found in validated(named).items():
        assert found.get("valid") is True, found
        assert found["assertions"]["cawg.training-mining"]["cawg.ai_training"]["choice"] == (
            "notAllowed"
        ), name


def test_a_document_and_a_book_say_that_mining_is_reserved(copies: dict[str, Copied]) -> None:
    with pikepdf.open(copies["archive.pdf"].path) as document, document.open_metadata() as packet:
        assert packet["{http://www.w3.org/ns/tdmrep/}reservation"] == "1"
        assert packet["{http://www.w3.org/ns/tdmrep/}policy"] == ADDRESS
        assert packet["pdfaid:part"] == "2"
        assert str(document.docinfo["/Title"]) == packet["dc:title"] == TITLE
        assert "/Author" not in document.docinfo  # there are two creators, and it takes one
        raw = document.Root.Metadata.read_bytes()
    for space in (b"http://ns.useplus.org/ldf/xmp/1.0/", b"http://www.w3.org/ns/tdmrep/"):
        assert b"<pdfaSchema:namespaceURI>" + space in raw
    with zipfile.ZipFile(copies["book.epub"].path) as book:
        package = etree.fromstring(book.read("EPUB/package.opf"))
    said = package.findall(".//{*}meta[@property='tdm:reservation']")
    assert [one.text for one in said] == ["1"]
    policy = package.find(".//{*}meta[@property='tdm:policy']")
    assert policy is not None
    assert policy.text == ADDRESS
    assert "tdm: http://www.w3.org/ns/tdmrep#" in (package.get("prefix") or "")
    for name in ("archive.pdf", "book.epub"):
        assert Target.TDMREP in copies[name].said.vocabularies


VALIDATED = (".jpg", ".png", ".heic", ".avif")  # what c2pa-ts can read of what is signed
