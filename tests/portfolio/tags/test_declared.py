"""What a file says about AI use, read alone: wherever its format puts it."""

from __future__ import annotations

import os
import zipfile
import zlib
from pathlib import Path

import pytest

from desktop.errors import FileProblem
from desktop.model.fingerprints import FoundFile
from desktop.model.terms import Answer, Use
from desktop.portfolio.tags.declared import declared
from desktop.portfolio.tags.pages import said_in_page
from tests.portfolio.tags.reading import SAID, told

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf='
    '"http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:tdm="http://www.w3.org/ns/tdmrep/" tdm:reservation="1"/></rdf:RDF></x:xmpmeta>'
)
NO = ("tdm:reservation", "1", {"mining": "deny"})


def said(path: Path) -> dict[str, list[tuple[str, str, dict[str, str]]]]:
    found = FoundFile(path=path, size_bytes=path.stat().st_size, mtime_ns=0)
    return {where: told(statements) for where, statements in declared(found)}


def pdf(path: Path, metadata: bytes) -> Path:
    """Write a PDF whose metadata is compressed, as programs write it that compress everything."""
    packed = zlib.compress(metadata)
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R /Metadata 3 0 R >>",
        b"<< /Type /Pages /Kids [] /Count 0 >>",
        b"<< /Type /Metadata /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream"
        % (len(packed), packed),
    )
    made, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    path.write_bytes(
        made + b"xref\n0 4\n0000000000 65535 f \n" + table
        + b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(made)
    )  # fmt: skip
    assert b"xmpmeta" not in path.read_bytes()
    return path


def box(kind: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def test_xmp_is_found_wherever_it_is(tmp_path: Path) -> None:
    made = pdf(tmp_path / "a.pdf", XMP.encode() + b" " * 4000)
    film = tmp_path / "a.mov"
    film.write_bytes(
        box(b"ftyp", b"qt  \0\0\0\0") + box(b"moov", box(b"udta", box(b"XMP_", XMP.encode())))
    )
    plain = tmp_path / "a.xmp"
    plain.write_text("\ufeff" + XMP)
    for path in (made, film, plain):
        assert said(path) == {"xmp": [NO]}, path


def test_every_kind_of_carrier() -> None:
    kinds = {path.name: set(said(path)) for path in SAID.iterdir() if path.suffix != ".md"}
    silent = {"windows.jpg", "iptc-only.jpg", "manifest-of-parent.jpg", "tagged.m4a"}
    assert {name for name, where in kinds.items() if not where} == silent
    assert {one for where in kinds.values() for one in where} == {"xmp", "c2pa", "tags"}
    assert all(kinds[name] == {"c2pa"} for name in kinds if name.startswith("manifest.m"))


HOSTILE = {
    "bomb.xmp": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]><x:xmpmeta xmlns:x='adobe:ns:meta/'>&j;</x:xmpmeta>",
    "outside.svg": b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<svg xmlns="http://www.w3.org/2000/svg"><metadata>&x;</metadata></svg>',
    "deep.svg": b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 300_000,
    "utf16.xmp": XMP.encode("utf-16"),
    "cut.jpg": (SAID / "manifest.jpg").read_bytes()[:700],
    "boxes.c2pa": b"\0\0\0\x10jumb" * 20_000,
    "long.c2pa": b"\xff\xff\xff\xffjumb" + b"x" * 900,
    "lie.pdf": b"%PDF-1.7\n" + b"c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x008\x9bq" * 50,
    "nul.mp3": b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + b"\0" * 500,
    "zip.epub": b"PK\x03\x04" + b"\xff" * 400,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_say_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    assert said(path) == {}


def test_sizes_are_bounded(tmp_path: Path) -> None:
    book = tmp_path / "big.epub"
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("META-INF/container.xml", b"<a>" + b" " * 50_000_000)
    empty, huge = tmp_path / "empty.jpg", tmp_path / "huge.xmp"
    empty.touch()
    with huge.open("wb") as file:
        file.write(b"<x:xmpmeta>")
        os.truncate(file.fileno(), 100_000_000)
    swollen = pdf(tmp_path / "swollen.pdf", b"<x:xmpmeta>" + b" " * 30_000_000)
    for path in (book, empty, huge, swollen):
        assert said(path) == {}, path
    with pytest.raises(FileProblem, match="cannot be read"):
        declared(FoundFile(path=tmp_path / "gone.jpg", size_bytes=1, mtime_ns=0))


def test_a_page_keeps_its_licence_as_it_is_written() -> None:
    text = '<rsl xmlns="https://rslstandard.org/rsl">\n <content url="/"/>\n</rsl>'
    found = said_in_page(
        f'<link rel=license type="application/rsl+xml" href="https://x.example/rsl.xml">'
        f'<script type="application/rsl+xml">{text}</script><script>noai</script>'
    )
    assert told(found) == [
        ("link", "https://x.example/rsl.xml", {}),
        ("script", " ".join(text.split()), {}),
    ]
    assert said_in_page("<meta name=robots content=noai>")[0].meaning == (
        (Use.TRAIN, Answer.DENY),
        (Use.TRAIN_GENERATIVE, Answer.DENY),
    )
