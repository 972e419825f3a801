"""What sounds and films say, written by mutagen, ExifTool and ffmpeg."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from desktop.portfolio import programs
from desktop.portfolio.sound import read_sound
from desktop.portfolio.tags.sounds import read_sound_tags
from desktop.portfolio.video import read_video
from tests.portfolio import corpus
from tests.portfolio.tags.reading import said, told

PEOPLE = [
    ("Ivo Lindqvist", "composer"),
    ("Mara Quist", "lyricist"),
    ("The Breakwater Five", "performer"),
]
NUMBERS = (("isrc", "USS1Z9900001"), ("iswc", "T0345246801"))


def ffmpeg(source: list[str], target: Path, **tags: str) -> Path:
    """Write a file with ffmpeg, with these tags."""
    given = [part for name, value in tags.items() for part in ("-metadata", f"{name}={value}")]
    subprocess.run(
        [programs.ffmpeg(), "-v", "error", "-y", *source, *given, str(target)],
        check=True,
        capture_output=True,
    )
    return target


def test_an_mp3_from_a_label() -> None:
    made = read_sound_tags(said("tagged.mp3")).embedded
    assert made.name == "Low Tide"
    assert [(one.name, one.role) for one in made.creators] == PEOPLE
    assert (made.rights, made.created, made.language) == ("2024 Breakwater", "2024-05", "eng")
    assert made.identifiers == NUMBERS  # the second ISRC is nonsense
    assert told(made.ai_use) == [("tdm:reservation", "1", {"mining": "deny"})]


def test_an_m4a_with_free_fields() -> None:
    made = read_sound_tags(said("tagged.m4a")).embedded
    assert [(one.name, one.role) for one in made.creators] == PEOPLE
    assert made.identifiers == NUMBERS
    assert (made.rights, made.created) == ("2024 Breakwater", "2024")


def test_xmp_inside_an_mp3() -> None:
    made = read_sound_tags(said("packet.mp3")).embedded
    assert told(made.ai_use) == [("tdm:reservation", "0", {"mining": "allow"})]


@pytest.mark.parametrize("suffix", ["flac", "ogg", "opus"])
def test_vorbis_comments(tmp_path: Path, suffix: str) -> None:
    wave = corpus.tone(tmp_path / "a.wav", 0.5)
    path = ffmpeg(
        ["-i", str(wave)],
        tmp_path / f"a.{suffix}",
        TITLE="Low Tide", ARTIST="The Breakwater Five", COMPOSER="Ivo Lindqvist",
        LYRICIST="Mara Quist", ISRC="US-S1Z-99-00001", ISWC="T-034.524.680-1",
        DATE="2024-05-31", COPYRIGHT="2024 Breakwater",
    )  # fmt: skip
    made = read_sound_tags(path).embedded
    assert [(one.name, one.role) for one in made.creators] == PEOPLE
    assert made.identifiers == NUMBERS
    assert (made.rights, made.created) == ("2024 Breakwater", "2024-05-31")


def test_a_band_and_nobody_else(tmp_path: Path) -> None:
    wave = corpus.tone(tmp_path / "a.wav", 0.5)
    path = ffmpeg(["-i", str(wave)], tmp_path / "a.flac", album_artist="The Breakwater Five")
    made = read_sound_tags(path).embedded
    assert [(one.name, one.role) for one in made.creators] == [("The Breakwater Five", "")]


def test_hostile_comments(tmp_path: Path) -> None:
    """A title of a hundred thousand letters that turn around, and an ISRC that is a novel."""
    wave = corpus.tone(tmp_path / "a.wav", 0.5)
    path = ffmpeg(
        ["-i", str(wave)],
        tmp_path / "a.flac",
        TITLE="\u202e" + "T" * 100_000, COPYRIGHT="\x1b[31m\u2066" + "c" * 50_000,
        ISRC="US" * 5000, DATE="20" * 5000,
    )  # fmt: skip
    made = read_sound_tags(path).embedded
    assert len(made.rights) == 2000
    assert made.rights.startswith("[31mccc")
    assert (made.identifiers, made.created) == ((), "")


def test_the_sound_reader_hands_it_on() -> None:
    assert read_sound(said("tagged.mp3")).embedded.identifiers == NUMBERS


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "mov"])
def test_films(tmp_path: Path, suffix: str) -> None:
    path = ffmpeg(
        ["-f", "lavfi", "-i", "testsrc=s=64x48:d=1:r=5"],
        tmp_path / f"a.{suffix}",
        title="Incoming tide", artist="Ana Sousa", composer="Ivo Lindqvist",
        copyright="© Ana Sousa", date="2024-05-31",
    )  # fmt: skip
    made = read_video(path).embedded
    assert made.name == "Incoming tide"
    people = [("Ivo Lindqvist", "composer"), ("Ana Sousa", "")]
    written = people[1:] if suffix == "mov" else people  # ffmpeg writes no composer into MOV
    assert [(one.name, one.role) for one in made.creators] == written
    assert made.created == "2024-05-31"
    assert made.rights == "© Ana Sousa"


def test_a_film_with_xmp_and_one_with_a_manifest() -> None:
    assert told(read_video(said("tdm.mp4")).embedded.ai_use) == [
        ("tdm:reservation", "1", {"mining": "deny"})
    ]
    assert len(read_video(said("manifest.mov")).embedded.ai_use) == 5
