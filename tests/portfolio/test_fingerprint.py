"""One file at a time: what a fingerprint holds, and what hostile files come to."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import pytest
from PIL import Image

from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import Fingerprint, FoundFile, Kind
from desktop.portfolio import codes
from desktop.portfolio.fingerprint import fingerprint
from desktop.portfolio.text import _epub_cover
from tests.portfolio import corpus
from tests.portfolio.reference import sample


def _problem(path: Path) -> FileProblem:
    with pytest.raises(FileProblem) as caught:
        fingerprint(FoundFile(path=path, size_bytes=0, mtime_ns=0))
    problem = caught.value
    assert problem.path == path
    assert problem.message.endswith(".")
    assert problem.advice.endswith(".")
    assert str(path.name) not in str(problem)
    return problem


def _same_bytes(made: Fingerprint, path: Path) -> bool:
    data = path.read_bytes()
    return (made.sha256, made.md5) == (
        hashlib.sha256(data).hexdigest(),
        hashlib.md5(data, usedforsecurity=False).hexdigest(),
    )


def test_picture_yields_everything() -> None:
    """Codes, hashes, size, suggestions and a thumbnail, from one picture."""
    path = sample("image/demo.jpg")
    made = fingerprint(corpus.found(path))
    assert made.kind is Kind.IMAGE
    assert made.mediatype == "image/jpeg"
    assert (made.facts.width, made.facts.height) == (200, 133)
    assert made.suggestions.title == "Concentrated Cat"
    assert [one.name for one in made.suggestions.creators] == ["Some Cat Lover"]
    assert made.found.size_bytes == path.stat().st_size
    assert made.datahash.startswith("1e20")
    assert _same_bytes(made, path)
    assert not made.featureless
    assert made.note == ""
    thumbnail = Image.open(io.BytesIO(made.thumbnail or b""))
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (200, 133))


def test_units_are_the_starts_of_the_longer_ones() -> None:
    """Each 64-bit unit is the first quarter of its 256-bit unit."""
    made = fingerprint(corpus.found(sample("text/demo.txt")))
    assert made.units.present() == tuple(codes.shorten(unit) for unit in made.units_256)
    assert codes.compose(made.units.present()) == made.iscc


def test_thumbnail_is_upright_and_small(tmp_path: Path) -> None:
    """A phone's sideways picture is shown the way it was held."""
    exif = Image.Exif()
    exif[0x0112] = 6
    corpus.painting(1, (1500, 900)).save(tmp_path / "a.jpg", exif=exif)
    made = fingerprint(corpus.found(tmp_path / "a.jpg"))
    assert (made.facts.width, made.facts.height) == (900, 1500)
    assert Image.open(io.BytesIO(made.thumbnail or b"")).size == (307, 512)


def test_sound_has_cover_tags_and_length() -> None:
    """The cover becomes the thumbnail."""
    made = fingerprint(corpus.found(sample("audio/withcover.mp3")))
    assert (made.kind, made.suggestions.title) == (Kind.SOUND, "Belly Button")
    assert [one.name for one in made.suggestions.creators] == ["Test Artist"]
    assert made.facts.duration_ms == 15543
    assert Image.open(io.BytesIO(made.thumbnail or b"")).size == (500, 500)


def test_video_has_frame_and_length() -> None:
    """One call to ffmpeg gives all of it."""
    made = fingerprint(corpus.found(sample("video/demo.mp4")))
    assert (made.facts.width, made.facts.height, made.facts.duration_ms) == (176, 144, 60140)
    assert made.suggestions.title.startswith("Kali")
    assert Image.open(io.BytesIO(made.thumbnail or b"")).size == (176, 144)


def test_documents_have_a_first_page_or_cover(tmp_path: Path) -> None:
    """PDFs show their first page; books without a cover show nothing."""
    made = fingerprint(corpus.found(sample("text/demo.pdf")))
    page = Image.open(io.BytesIO(made.thumbnail or b""))
    assert max(page.size) == 512
    assert (made.facts.characters or 0) > 10_000
    assert fingerprint(corpus.found(sample("text/demo.txt"))).thumbnail is None


def test_flat_picture_is_featureless(tmp_path: Path) -> None:
    """It has a code, as in the reference, that must never match another's."""
    made = fingerprint(corpus.found(corpus.flat(tmp_path / "red.png")))
    assert made.units.content
    assert made.featureless
    assert made.note


def test_silence_is_featureless(tmp_path: Path) -> None:
    """All silent recordings sound alike."""
    made = fingerprint(corpus.found(corpus.tone(tmp_path / "hush.wav", 8, hertz=0)))
    assert made.units.content
    assert made.featureless
    assert "silent" in made.note
    heard = fingerprint(corpus.found(corpus.tone(tmp_path / "tone.wav", 8)))
    assert not heard.featureless


@pytest.mark.parametrize("fpcalc", [True, False])
def test_short_sound_has_no_content_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fpcalc: bool
) -> None:
    """It keeps its other units, and the note says why; so does ffmpeg without fpcalc."""
    from desktop.portfolio import programs

    if not fpcalc:
        monkeypatch.setattr(programs, "fpcalc", lambda: None)
    elif programs.fpcalc() is None:
        pytest.skip("there is no fpcalc here")
    for path in (sample("audio/short.wav"), corpus.tone(tmp_path / "blip.wav", 1)):
        made = fingerprint(corpus.found(path))
        assert made.kind is Kind.SOUND
        assert made.units.content is None
        assert made.units.meta
        assert "short" in made.note
        assert len(made.units_256) == 3


def test_surround_sound_is_mixed_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ffmpeg's chromaprint takes two channels at most."""
    from desktop.portfolio import programs

    path = corpus.tone(tmp_path / "six.wav", 6, channels=6)
    monkeypatch.setattr(programs, "fpcalc", lambda: None)
    assert fingerprint(corpus.found(path)).units.content


def test_little_text_and_no_text(tmp_path: Path) -> None:
    """A word is not enough to tell works apart; white space is no text at all."""
    word, blank = tmp_path / "word.txt", tmp_path / "blank.txt"
    word.write_text("Harbour")
    blank.write_text(" \n ")
    little, none = fingerprint(corpus.found(word)), fingerprint(corpus.found(blank))
    assert little.units.content
    assert little.featureless
    assert none.units.content is None
    assert none.note


def test_unknown_kind_is_data(tmp_path: Path) -> None:
    """Nothing is lost: Data and Instance, and a sentence."""
    path = tmp_path / "model.blend"
    path.write_bytes(b"BLENDER-v300" + bytes(500))
    made = fingerprint(corpus.found(path))
    assert (made.kind, made.units.meta, made.units.content) == (Kind.DATA, None, None)
    assert "bytes only" in made.note
    assert _same_bytes(made, path)


@pytest.mark.parametrize("name", ["tones.mid", "raw.cr2", "page.eps", "photo.jxl", "list.m3u8"])
def test_unreadable_formats_are_data_not_damaged(tmp_path: Path, name: str) -> None:
    """A sound file of a format we have no reader for is not called damaged."""
    path = tmp_path / name
    path.write_bytes(b"MThd\0\0\0\6 something that nobody decodes " + os.urandom(64))
    assert fingerprint(corpus.found(path)).kind is Kind.DATA


def test_playlist_is_not_played(tmp_path: Path) -> None:
    """Its addresses are not followed, whatever it is called."""
    path = tmp_path / "song.mp3"
    path.write_text("#EXTM3U\n#EXTINF:10,\nhttp://192.0.2.1/secret.mp3\n")
    assert fingerprint(corpus.found(path)).kind is Kind.DATA


def test_empty_file(tmp_path: Path) -> None:
    """There is nothing to claim."""
    path = tmp_path / "nothing.jpg"
    path.touch()
    assert _problem(path).reason is FileProblemKind.EMPTY


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "gif", "heic", "avif"])
def test_truncated_picture_is_broken(tmp_path: Path, suffix: str) -> None:
    """Half a picture is damaged, in words."""
    path = tmp_path / f"half.{suffix}"
    corpus.painting(3, (800, 600)).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert _problem(path).reason is FileProblemKind.BROKEN


@pytest.mark.parametrize(
    "name", ["video/demo.mp4", "text/demo.odt", "text/demo.pdf", "text/demo.epub"]
)
def test_beginning_alone_is_broken(tmp_path: Path, name: str) -> None:
    """The first bytes of a file that needs its end."""
    path = tmp_path / Path(name).name
    path.write_bytes(sample(name).read_bytes()[:3000])
    assert _problem(path).reason is FileProblemKind.BROKEN


def test_truncated_sound_is_still_heard(tmp_path: Path) -> None:
    """As the reference does: what can be decoded counts."""
    path = tmp_path / "half.mp3"
    data = sample("audio/demo.mp3").read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert fingerprint(corpus.found(path)).units.content


@pytest.mark.parametrize(
    ("name", "called", "kind"),
    [
        ("image/demo.jpg", "a.png", Kind.IMAGE),
        ("image/demo.png", "a.mp3", Kind.IMAGE),
        ("image/demo.jpg", "a.txt", Kind.IMAGE),
        ("audio/demo.mp3", "a.jpg", Kind.SOUND),
        ("video/demo.mkv", "a.jpg", Kind.VIDEO),
        ("image/demo.jpg", "a", Kind.IMAGE),
    ],
)
def test_wrong_extension(tmp_path: Path, name: str, called: str, kind: Kind) -> None:
    """The contents decide where the name leads nowhere."""
    path = tmp_path / called
    path.write_bytes(sample(name).read_bytes())
    made = fingerprint(corpus.found(path))
    assert made.kind is kind
    assert made.units.content == fingerprint(corpus.found(sample(name))).units.content


def test_noise_called_a_picture_is_broken(tmp_path: Path) -> None:
    """Noise with a well-known name is a damaged file."""
    path = tmp_path / "noise.jpg"
    path.write_bytes(os.urandom(5000))
    assert _problem(path).reason is FileProblemKind.BROKEN


def test_decompression_bomb_is_too_large(tmp_path: Path) -> None:
    """A small PNG that says it is 30,000 pixels square is refused before it is unpacked."""
    path = tmp_path / "bomb.png"

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(10_000_000), 9)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )
    assert _problem(path).reason is FileProblemKind.TOO_LARGE


@pytest.mark.skipif(os.name != "posix", reason="pipes and links are POSIX's")
def test_pipe_folder_link_and_missing_are_refused(tmp_path: Path) -> None:
    """Nothing waits for a pipe, and no link is followed at the last moment."""
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "link.jpg").symlink_to(sample("image/demo.jpg"))
    for path, reason in (
        (tmp_path / "pipe.jpg", FileProblemKind.NOT_A_FILE),
        (tmp_path / "link.jpg", FileProblemKind.NOT_A_FILE),
        (tmp_path, FileProblemKind.NOT_A_FILE),
        (tmp_path / "none.jpg", FileProblemKind.MISSING),
    ):
        assert _problem(path).reason is reason


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so there the refusal is made up."""
    path = tmp_path / "locked.jpg"
    path.write_bytes(b"x")
    path.chmod(0)
    if os.geteuid() == 0:

        def refuse(*_args: object) -> int:
            raise PermissionError(13, "refused")

        monkeypatch.setattr(os, "open", refuse)
    assert _problem(path).reason is FileProblemKind.NOT_READABLE


def test_file_that_changes_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes added, or another file put in its place, after the hashes were made."""
    path = tmp_path / "growing.txt"
    hash_chunks = codes.hash_chunks

    for change in ("grow", "replace", "vanish"):
        path.write_text("Once upon a time. " * 20)

        def hash_and_change(
            chunks: Iterable[bytes | memoryview], change: str = change
        ) -> codes.Hashes:
            hashes = hash_chunks(chunks)
            if change == "grow":
                with path.open("a") as more:
                    more.write("The end.")
            elif change == "replace":
                (tmp_path / "other").write_text("Once upon a time! " * 20)
                os.replace(tmp_path / "other", path)
            else:
                path.unlink()
            return hashes

        monkeypatch.setattr("desktop.portfolio.fingerprint.hash_chunks", hash_and_change)
        assert _problem(path).reason is FileProblemKind.CHANGED


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux takes such names")
@pytest.mark.parametrize("name", ["image/demo.jpg", "audio/demo.mp3", "text/demo.pdf"])
def test_name_that_is_not_utf8(tmp_path: Path, name: str) -> None:
    """caf\\xe9.jpg has the codes of any other copy; only its own name differs."""
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9" + Path(name).suffix.encode()))
    odd.write_bytes(sample(name).read_bytes())
    made = fingerprint(corpus.found(odd))
    assert made.units_256 == fingerprint(corpus.found(sample(name))).units_256
    assert made.found.path == odd


def test_original_is_not_written_to(tmp_path: Path) -> None:
    """Read, never written: neither bytes nor time change, and nothing is left beside it."""
    for name in ("image/demo.jpg", "audio/demo.mp3", "video/demo.webm", "text/demo.docx"):
        path = tmp_path / Path(name).name
        path.write_bytes(sample(name).read_bytes())
        before = path.stat().st_mtime_ns
        fingerprint(corpus.found(path))
        assert path.stat().st_mtime_ns == before
        assert path.read_bytes() == sample(name).read_bytes()
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize(("padding", "has_cover"), [(0, True), (5 * 1024 * 1024, False)])
def test_a_package_file_that_is_too_large_costs_the_cover_only(
    tmp_path: Path, padding: int, has_cover: bool
) -> None:
    """It unpacks to more than any book has; what is no package is not read into memory."""
    path = tmp_path / "book.epub"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr(
            "META-INF/container.xml",
            "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
            "<rootfile full-path='book.opf'/></rootfiles></container>",
        )
        book.writestr(
            "book.opf",
            "<package xmlns='http://www.idpf.org/2007/opf'><manifest><item id='c' "
            "href='cover.jpg' media-type='image/jpeg' properties='cover-image'/></manifest>"
            f"<!--{' ' * padding}--></package>",
        )
        book.write(sample("image/demo.jpg"), "cover.jpg")
    assert (_epub_cover(path) is not None) is has_cover
