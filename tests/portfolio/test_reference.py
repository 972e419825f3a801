"""Every code equals the reference iscc_sdk's, bit for bit."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import Kind
from desktop.portfolio.fingerprint import fingerprint
from desktop.portfolio.mediatype import guess
from desktop.portfolio.plaintext import text_of
from tests.portfolio import corpus, reference

_GOLDEN = reference.golden()
# The reference fails on these; what we do with them is tested in test_fingerprint.
_UNREADABLE = {"audio/short.wav", "video/demo.ogv"}


def test_golden_covers_every_sample() -> None:
    """No sample is missing from the golden file, and the reference failed only where known."""
    samples = {
        path.relative_to(reference.SAMPLES).as_posix() for path in reference.SAMPLES.rglob("*.*")
    }
    assert set(_GOLDEN) == samples
    assert {name for name, codes in _GOLDEN.items() if "error" in codes} == _UNREADABLE


@pytest.mark.parametrize("name", sorted(set(_GOLDEN) - _UNREADABLE))
def test_sample_equals_golden(name: str) -> None:
    """ISCC-CODE and all 256-bit units are the golden ones; the 64-bit units are theirs too."""
    made = fingerprint(corpus.found(reference.sample(name)))
    assert made.iscc == _GOLDEN[name]["iscc"]
    assert list(made.units_256) == _GOLDEN[name]["units"]
    assert len(made.units.present()) == len(made.units_256)


@pytest.mark.parametrize("name", ["audio/demo.mp3", "video/demo.mp4", "image/demo.jpg"])
def test_sample_equals_live_reference(name: str) -> None:
    """The golden file is not stale: the reference still gives the same."""
    if not reference.has_programs():
        pytest.skip("fpcalc and ffprobe are needed to run the reference")
    assert reference.codes(reference.sample(name)) == (
        _GOLDEN[name]["iscc"],
        tuple(_GOLDEN[name]["units"]),
    )


def test_pictures_equal_reference(tmp_path: Path) -> None:
    """Formats, modes, orientations, borders, transparency: all codes equal."""
    exiv2_error = pytest.importorskip("exiv2").Exiv2Error
    different, compared, better = [], 0, []
    for path in corpus.pictures(tmp_path):
        made = fingerprint(corpus.found(path))
        try:
            expected = reference.codes(path)
        except exiv2_error:  # the reference gives up where only the tags cannot be read
            better.append(path.name)
            continue
        if len(expected[1]) == 2:  # nor does it know this one; we do
            better.append(path.name)
            continue
        compared += 1
        if (made.iscc, made.units_256) != expected:
            different.append(path.name)
    assert different == []
    assert compared >= 66
    assert sorted(better) == ["format.ico", "format.ppm", "format.tga"]


def test_svg_equals_reference(tmp_path: Path) -> None:
    """Drawings with pixel, metric, relative and missing sizes, and with tags."""
    shape = '<path d="M5 60 Q 40 5 80 50 T 95 20" stroke="navy" fill="gold" stroke-width="7"/>'
    rdf = (
        '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description>'
        "<dc:title>From RDF</dc:title><dc:creator>Ada</dc:creator>"
        "<dc:description>Tide &amp; time</dc:description></rdf:Description></rdf:RDF></metadata>"
    )
    for number, head in enumerate(
        (
            'width="100" height="80"',
            'width="5cm" height="40mm" viewBox="0 0 100 80"',
            'width="50%" height="50%" viewBox="0 0 100 80"',
            'viewBox="0 0 300 200"',
            'width="150" viewBox="0 0 100 80"',
            'height="90px" viewBox="0,0,100,80"',
        )
    ):
        path = tmp_path / f"drawing {number}.svg"
        title = "<title>Harbour</title>" if number % 2 else rdf
        path.write_text(
            f'<?xml version="1.0"?><!-- <svg> --><svg xmlns="http://www.w3.org/2000/svg" {head}>'
            f"{title}{shape}</svg>"
        )
        made = fingerprint(corpus.found(path))
        assert (made.iscc, made.units_256) == reference.codes(path), head
        assert made.kind is Kind.IMAGE


def test_tagged_pictures_equal_reference(tmp_path: Path) -> None:
    """XMP, IPTC and EXIF titles decide the Meta-Code in the reference's order."""
    import exiv2

    for number, tags in enumerate(
        (
            {},
            {"Xmp.dc.title": "lang=x-default Tide", "Xmp.dc.creator": "Ada"},
            {
                "Iptc.Application2.Headline": "Ebb &amp; <b>flow</b>",
                "Exif.Image.Artist": "B. Crane",
            },
            {"Iptc.Application2.ObjectName": "Fl\u00fcgel", "Xmp.dc.description": "Two\nlines"},
            {"Xmp.dc.title": "   ", "Xmp.photoshop.Headline": "Second choice"},
            {"Xmp.dc.title": "\u200b"},
        )
    ):
        path = tmp_path / f"tagged_{number}-x.jpg"
        exif = Image.Exif()
        exif[0x9C9B] = "Windows' own title".encode("utf-16-le")
        corpus.painting(number).save(path, exif=exif)
        image = exiv2.ImageFactory.open(str(path))
        image.readMetadata()
        for key, value in tags.items():
            part = {"Xmp": image.xmpData, "Ipt": image.iptcData, "Exi": image.exifData}[key[:3]]()
            part[key] = value
        image.writeMetadata()
        made = fingerprint(corpus.found(path))
        assert (made.iscc, made.units_256) == reference.codes(path), tags


def test_texts_equal_reference(tmp_path: Path) -> None:
    """Long, short, foreign and marked-up texts."""
    words = "tide harbour lantern rope gull winter ink paper \u6c34 \u03b8\u03ac\u03bb\u03b1"
    texts = {
        "long.txt": (words + "\n") * 14000,
        "short.txt": "Only this.",
        "umlaut.md": "# \u00dcber\n\nM\u00f6wen \u00fcber dem Hafen.",
        "page.html": "<html><head><title>Ebb &amp; flow</title><meta name='description' "
        "content='A page'></head><body><p>" + words + "</p><script>no()</script></body></html>",
        "code.py": "import os\n\n\ndef main() -> None:\n    print(os.getcwd())\n",
        "table.csv": "a,b\n1,2\n",
        "latin.txt": "",
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.write_bytes(text.encode() or "Caf\u00e9 de la mar\u00e9e".encode("latin-1"))
        made = fingerprint(corpus.found(path))
        assert (made.iscc, made.units_256) == reference.codes(path), name


@given(
    st.lists(
        st.sampled_from(
            ["<b>", "</b>", "<p class='x'>", "<br/>", "<!-- x -->", "&amp;", "&lt;", "&eacute;",
             "&copy", "&#233;", "&nbsp;", " ", "\n", "tide", "3 < 4", "a & b", "<div>", "</div>",
             "<script>x</script>", "<a href=\"a>b\">", "\u00e9", "\x07"]
        ),
        max_size=12,
    ).map("".join)
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_plain_text_equals_reference(value: str) -> None:
    """Markup and entities in tags become the same plain text."""
    assert text_of(value) == reference.sdk().text_sanitize(value)


def test_media_types_lead_to_the_reference_kind() -> None:
    """Samples keep their kind under their own name, and without any name."""
    sdk = reference.sdk()
    words = {"image": Kind.IMAGE, "audio": Kind.SOUND, "video": Kind.VIDEO, "text": Kind.TEXT}
    for path in reference.SAMPLES.rglob("*.*"):
        header = path.read_bytes()[:4096]
        for name in (path.name, "nameless"):
            try:
                mode = sdk.mediatype_to_mode(sdk.mediatype_guess(header, file_name=name))
            except sdk.IsccUnsupportedMediatype:
                mode = ""
            assert guess(header, name)[0].kind is words.get(mode, Kind.DATA), (path, name)


def test_ffmpeg_hears_what_fpcalc_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without fpcalc the Audio-Codes are still the golden ones."""
    from desktop.portfolio import programs

    monkeypatch.setattr(programs, "fpcalc", lambda: None)
    for name in ("audio/demo.mp3", "audio/demo.wav", "audio/demo.opus"):
        made = fingerprint(corpus.found(reference.sample(name)))
        assert list(made.units_256) == _GOLDEN[name]["units"]


@pytest.mark.parametrize("name", sorted(_UNREADABLE))
def test_reference_fails_where_we_say_so(name: str) -> None:
    """The two samples left out above really are beyond the reference."""
    if not reference.has_programs():
        pytest.skip("fpcalc and ffprobe are needed to run the reference")
    with pytest.raises(subprocess.CalledProcessError):
        reference.codes(reference.sample(name))


def test_half_decoded_video_is_damaged() -> None:
    """Frames that decode to something else on every run give no code but a problem."""
    with pytest.raises(FileProblem) as caught:
        fingerprint(corpus.found(reference.sample("video/demo.ogv")))
    assert caught.value.reason is FileProblemKind.BROKEN
