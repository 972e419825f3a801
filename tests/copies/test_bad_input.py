"""Files that lie, are broken, locked or signed: a sentence, and never a copy that lost a thing."""

from __future__ import annotations

import contextlib
import hashlib
import io
import random
import socket
import struct
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import c2pa
import pikepdf
import pytest
from PIL import Image, PngImagePlugin, TiffImagePlugin

from desktop.copies.writing import write_copy
from desktop.errors import FileProblem, FileProblemKind
from desktop.model.copies import Embedded, Entry, Labels
from desktop.model.terms import Terms
from tests.copies.studio import SAMPLES, TITLE, exiftool, labels, picture, saved, signer
from tests.copies.test_writing import CASES, STRANGERS, film, jpeg, pages, pixels, two_pictures

JPEG, PNG = SAMPLES / "image/demo.jpg", SAMPLES / "image/demo.png"


def copied(
    tmp_path: Path, name: str, data: bytes, *, signs: bool = True, said: Labels | None = None
) -> tuple[Path, Embedded]:
    """Write a copy of bytes; return it and what was said of it."""
    original, copy = tmp_path / name, tmp_path / f"copy-{name}"
    original.write_bytes(data)
    told = write_copy(original, copy, said or labels(), signer() if signs else None)
    assert original.read_bytes() == data
    return copy, told


def manifests(path: Path, kind: str) -> tuple[str, int]:
    """Return how the library that signs judges a file, and how many manifests it has."""
    with path.open("rb") as file, c2pa.Reader(kind, file) as reader:
        return str(reader.get_validation_state()), reader.json().count('"claim_generator_info"')


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("empty.jpg", bytes, FileProblemKind.EMPTY),
        ("text.jpg", lambda: b"no picture at all", FileProblemKind.BROKEN),
        ("half.jpg", lambda: half(JPEG.read_bytes()), FileProblemKind.BROKEN),
        ("head.jpg", lambda: JPEG.read_bytes()[:300], FileProblemKind.BROKEN),
        ("half.png", lambda: half(PNG.read_bytes()), FileProblemKind.BROKEN),
        ("half.tif", lambda: half((SAMPLES / "image/demo.tif").read_bytes()), "broken"),
        ("half.gif", lambda: half((SAMPLES / "image/demo.gif").read_bytes()), "broken"),
        ("half.webp", lambda: half(saved(picture(), "WEBP")), FileProblemKind.BROKEN),
        ("half.mp4", lambda: half((SAMPLES / "video/demo.mp4").read_bytes()), "broken"),
        ("half.wav", lambda: half((SAMPLES / "audio/short.wav").read_bytes()), "broken"),
        ("half.epub", lambda: half((SAMPLES / "text/demo.epub").read_bytes()), "broken"),
        ("half.heic", lambda: half(saved(picture(), "HEIF")), FileProblemKind.BROKEN),
        ("round.tif", lambda: b"II*\0\x08\0\0\0\0\0\x08\0\0\0" + bytes(9), FileProblemKind.BROKEN),
        ("junk.pdf", lambda: b"%PDF-1.7\njunk", FileProblemKind.BROKEN),
        ("frames.mp3", lambda: b"ID3\3\0\0\0\0\0\x14TIT2\0\1\0\0" + b"\xff\xfb" * 20, "broken"),
    ],
)
def test_what_is_not_whole_is_refused(
    tmp_path: Path, name: str, make: Callable[[], bytes], reason: str
) -> None:
    with pytest.raises(FileProblem) as caught:
        copied(tmp_path, name, make())
    assert caught.value.reason == reason
    assert str(caught.value)[-1] == "."


SMALL = ("sample.jpg", "sample.png", "plain.webp", "sample.gif", "deep.tif", "big.tif")
MORE = ("sample.heic", "plain.avif", "song.m4a", "tagged.mp3", "archive.pdf", "book.epub")


@pytest.mark.parametrize("name", [*SMALL, *MORE])
def test_bytes_that_were_hit_make_a_sentence_or_a_copy(tmp_path: Path, name: str) -> None:
    whole = CASES[name].make()
    dice = random.Random(name)
    for _ in range(12):
        data = bytearray(whole[: dice.choice([len(whole), dice.randrange(1, len(whole))])])
        for _ in range(dice.choice([1, 3, 10])):
            at = dice.randrange(min(len(data), dice.choice([64, 600, len(data)])))
            data[at : at + 4] = dice.choice([bytes(4), b"\xff" * 4, dice.randbytes(4)])
        with contextlib.suppress(FileProblem):
            copied(tmp_path, name, bytes(data), signs=False)


def test_a_name_that_lies_about_its_format_is_told(tmp_path: Path) -> None:
    copy, said = copied(tmp_path, "picture.png", JPEG.read_bytes())
    assert said.mediatype == "image/jpeg"
    assert said.notes == ("Its name says PNG, but it is JPEG; it was written as that.",)
    assert manifests(copy, "image/jpeg") == ("Valid", 1)


def test_a_manifest_that_was_there_is_kept_as_an_ingredient(tmp_path: Path) -> None:
    first, _ = copied(tmp_path, "first.jpg", jpeg())
    data = first.read_bytes()
    second, said = copied(tmp_path, "second.jpg", data)
    assert (said.sidecars, said.notes) == ({}, ())
    assert manifests(second, "image/jpeg") == ("Valid", 2)
    with second.open("rb") as file, c2pa.Reader("image/jpeg", file) as reader:
        active = reader.get_active_manifest()
        parent = active["ingredients"][0]
        assert parent["relationship"] == "parentOf"
        assert reader.get_manifest(parent["active_manifest"])["title"] == TITLE
        assert "assertion.dataHash.mismatch" not in reader.json()
    # Without a signer nothing is written into it, so that its manifest stays valid.
    third, said = copied(tmp_path, "third.jpg", data, signs=False)
    assert third.read_bytes() == data
    assert [*said.sidecars] == [".xmp"]
    assert "manifest already" in said.notes[0]


def test_a_manifest_that_cannot_be_followed_by_another_stays_valid(tmp_path: Path) -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[52545], tags.tagtype[52545] = b"a manifest of somebody", 7
    data = saved(picture(), "TIFF", save_all=True, append_images=[picture()], tiffinfo=tags)
    copy, said = copied(tmp_path, "pages.tif", data)
    assert copy.read_bytes() == data
    assert sorted(said.sidecars) == [".c2pa", ".xmp"]
    assert "manifest already" in said.notes[0]


def test_a_broken_packet_is_kept_beside_and_told(tmp_path: Path) -> None:
    broken = STRANGERS.replace(b"</own:deep>", b"")
    data = saved(picture(), "JPEG", xmp=broken)
    copy, said = copied(tmp_path, "broken.jpg", data)
    assert said.sidecars == {".old.xmp": broken}
    assert said.notes == (
        "Its XMP was broken: what could be read was kept, and the old bytes lie beside it.",
    )
    read = exiftool([copy])[copy.name]
    assert read["XMP-xmp:Rating"] == 4
    assert read["XMP-plus:DataMining"].endswith("EXCEPTSEARCHENGINEINDEXING")
    for odd in (b"no XML", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', b"\xff\xfe\x00<"):
        copy, said = copied(tmp_path, "odd.jpg", saved(picture(), "JPEG", xmp=odd))
        assert said.sidecars == {".old.xmp": odd}
        assert exiftool([copy])[copy.name]["XMP-dc:Title"] == TITLE


def test_a_packet_too_large_for_a_segment_is_extended(tmp_path: Path) -> None:
    large = STRANGERS.replace(b">kept<", b">" + b"k" * 64_900 + b"<")
    data = saved(picture(), "JPEG", xmp=large)
    first, said = copied(tmp_path, "large.jpg", data)
    assert (said.sidecars, said.notes) == ({}, ())
    again, said = copied(tmp_path, "again.jpg", first.read_bytes())
    for copy in (first, again):
        found = exiftool([copy])[copy.name]
        assert found["XMP-dc:Title"] == TITLE
        assert found["XMP-xmp:Rating"] == 4
        assert "k" * 64_900 in str(found)
        assert b"DMI-ALLOWED" not in copy.read_bytes()
        assert pixels(copy.read_bytes())[:4] == pixels(data)[:4]


def test_a_packet_as_imagemagick_wrote_it_is_merged(tmp_path: Path) -> None:
    told = b"\nxmp\n%8d\n" % len(STRANGERS) + STRANGERS.hex().encode() + b"\n"
    info = PngImagePlugin.PngInfo()
    info.add_text("Raw profile type xmp", told.decode(), zip=True)
    copy, said = copied(tmp_path, "magick.png", saved(picture(), "PNG", pnginfo=info))
    assert (said.sidecars, said.notes) == ({}, ())
    assert b"Raw profile" not in copy.read_bytes()
    found = exiftool([copy])[copy.name]
    assert (found["XMP-xmp:Rating"], found["XMP-dc:Title"]) == (4, TITLE)


def test_words_in_an_extension_of_a_packet_permit_nothing(tmp_path: Path) -> None:
    name = hashlib.md5(STRANGERS).hexdigest().upper()
    main = (
        STRANGERS.replace(
            b'xmp:Rating="4" plus:DataMining="http://ns.useplus.org/ldf/vocab/DMI-ALLOWED"',
            f'xmlns:n="http://ns.adobe.com/xmp/note/" n:HasExtendedXMP="{name}"'.encode(),
        )
        .replace(b"kept", b"too")
        .replace(b"own:deep", b"own:side")
    )
    assert name.encode() in main
    head = b"http://ns.adobe.com/xmp/extension/\0" + name.encode()
    body = head + struct.pack(">II", len(STRANGERS), 0) + STRANGERS
    data = saved(picture(), "JPEG", xmp=main)
    data = data[:20] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[20:]
    copy, said = copied(tmp_path, "hidden.jpg", data)
    assert (said.sidecars, said.notes) == ({}, ())
    assert b"DMI-ALLOWED" not in copy.read_bytes()
    found = str(exiftool([copy])[copy.name])
    assert "kept" in found
    assert "too" in found


def test_words_of_before_permit_nothing_and_forbid_still(tmp_path: Path) -> None:
    said_nothing = labels(Terms(uses={}))
    for word, kept in (("ALLOWED", False), ("PROHIBITED", True)):
        packet = STRANGERS.replace(b"DMI-ALLOWED", f"DMI-{word}".encode())
        for form, name in (("JPEG", "a.jpg"), ("TIFF", "a.tif"), ("WEBP", "a.webp")):
            data = saved(picture(), form, xmp=packet, tiffinfo={700: packet})
            copy, _ = copied(tmp_path, name, data, said=said_nothing)
            found = exiftool([copy])[copy.name].get("XMP-plus:DataMining", "")
            assert found == (f"http://ns.useplus.org/ldf/vocab/DMI-{word}" if kept else "")
            assert (b"DMI-ALLOWED" in copy.read_bytes()) is False


def test_a_second_picture_is_found_again(tmp_path: Path) -> None:
    for signs in (True, False):
        copy, _ = copied(tmp_path, "two.jpg", two_pictures(), signs=signs)
        data = copy.read_bytes()
        with Image.open(io.BytesIO(data)) as image:
            entries = image.mpinfo[0xB002]  # type: ignore[attr-defined]
            base = data.index(b"MPF\0") + 4
        assert data[entries[0]["Size"] - 2 : entries[0]["Size"]] == b"\xff\xd9"
        start = base + entries[1]["DataOffset"]
        assert data[start : start + 2] == b"\xff\xd8"
        assert start == entries[0]["Size"]


def test_a_locked_or_signed_document_stays_whole(tmp_path: Path) -> None:
    plain = (SAMPLES / "text/demo.pdf").read_bytes()
    locked, signed = io.BytesIO(), io.BytesIO()
    with pikepdf.open(io.BytesIO(plain)) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="o", user=""))
        document.Root["/AcroForm"] = pikepdf.Dictionary(Fields=pikepdf.Array(), SigFlags=3)
        document.save(signed)
    with pikepdf.open(io.BytesIO(plain)) as document:
        secret = io.BytesIO()
        document.save(secret, encryption=pikepdf.Encryption(owner="o", user="u"))
    for data, word in (
        (locked.getvalue(), "encrypted"),
        (secret.getvalue(), "encrypted"),
        (signed.getvalue(), "signed"),
        (plain[:-600], "damaged"),
    ):
        copy, said = copied(tmp_path, "held.pdf", data)
        assert copy.read_bytes() == data
        assert sorted(said.sidecars) == [".c2pa", ".xmp"]
        assert word in said.notes[0]
        with (
            copy.open("rb") as file,
            c2pa.Reader("application/octet-stream", file, said.sidecars[".c2pa"]) as reader,
        ):
            assert reader.get_validation_state() == "Valid"


def book(**more: bytes) -> bytes:
    """Return a book with more parts in META-INF."""
    file = io.BytesIO()
    with zipfile.ZipFile(SAMPLES / "text/demo.epub") as old, zipfile.ZipFile(file, "w") as new:
        for one in old.infolist():
            new.writestr(one, old.read(one))
        for name, data in more.items():
            new.writestr(f"META-INF/{name}.xml", data)
    return file.getvalue()


def scrambled(way: str) -> bytes:
    return (
        '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData>'
        f'<e:EncryptionMethod Algorithm="{way}"/></e:EncryptedData></encryption>'
    ).encode()


def test_a_book_that_is_locked_or_signed_stays_whole(tmp_path: Path) -> None:
    for data, word in (
        (book(encryption=scrambled("http://www.w3.org/2001/04/xmlenc#aes256-cbc")), "locked"),
        (book(signatures=b"<signatures/>"), "signed"),
    ):
        copy, said = copied(tmp_path, "held.epub", data)
        assert copy.read_bytes() == data
        assert word in said.notes[0]
        assert sorted(said.sidecars) == [".c2pa", ".xmp"]
    fonts = book(encryption=scrambled("http://www.idpf.org/2008/embedding"))
    copy, said = copied(tmp_path, "fonts.epub", fonts)
    with zipfile.ZipFile(copy) as made:
        assert b"tdm:reservation" in made.read("EPUB/package.opf")


def test_a_format_without_a_place_gets_both_beside_it(tmp_path: Path) -> None:
    for name, sample in (("letter.docx", "text/demo.docx"), ("camera.nef", "image/demo.tif")):
        data = (SAMPLES / sample).read_bytes()
        copy, said = copied(tmp_path, name, data)
        assert copy.read_bytes() == data
        assert sorted(said.sidecars) == [".c2pa", ".xmp"]


def test_what_has_no_end_told_is_left_as_it_is(tmp_path: Path) -> None:
    wav = bytearray((SAMPLES / "audio/short.wav").read_bytes())
    wav[4:8] = b"\xff" * 4
    copy, said = copied(tmp_path, "stream.wav", bytes(wav))
    assert copy.read_bytes() == wav
    assert sorted(said.sidecars) == [".c2pa", ".xmp"]
    assert "length is not told" in said.notes[0]
    mp4 = film("mp4", "-movflags", "+faststart", "-vn")
    at = mp4.index(b"mdat") - 4
    assert at + struct.unpack(">I", mp4[at : at + 4])[0] == len(mp4)
    copy, said = copied(tmp_path, "open.mp4", mp4[:at] + bytes(4) + mp4[at + 4 :])
    assert said.notes == ()
    assert exiftool([copy])[copy.name]["XMP-dc:Title"] == TITLE


def test_values_that_are_not_of_the_vocabulary_are_never_signed(tmp_path: Path) -> None:
    for entry in (Entry(name="cawg.ai_training", use="banana"), Entry(name="x.y", use="allowed")):
        with pytest.raises(ValueError, match="vocabulary"):
            copied(tmp_path, "odd.jpg", jpeg(), said=Labels(entries=(entry,)))


def test_nothing_is_fetched_for_a_manifest_that_lies_elsewhere(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.c2pa"
        remote = STRANGERS.replace(
            b'xmp:Rating="4"',
            f'xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="{address}"'.encode(),
        )
        data = saved(picture(), "JPEG", xmp=remote)
        asked = threading.Thread(target=copied, args=(tmp_path, "far.jpg", data))
        asked.start()
        with pytest.raises(TimeoutError):
            server.accept()[0].close()
        asked.join(10)
    assert not asked.is_alive()
    assert manifests(tmp_path / "copy-far.jpg", "image/jpeg") == ("Valid", 1)


def test_a_damaged_place_is_no_copy(tmp_path: Path) -> None:
    assert pages((SAMPLES / "text/demo.pdf").read_bytes())
    with pytest.raises(FileProblem, match="cannot be written"):
        write_copy(JPEG, tmp_path / "nowhere" / "a.jpg", labels(), None)
