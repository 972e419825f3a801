"""Read sounds: Chromaprint features give the Audio-Code, TagLib gives tags and cover."""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass
from pathlib import Path

import iscc_lib

from desktop.model.fingerprints import MediaFacts
from desktop.portfolio import programs
from desktop.portfolio.content import Content, NoReader
from desktop.portfolio.image import thumbnail_of
from desktop.portfolio.tags.sounds import read_sound_tags

# fpcalc says 3 where it met an error it could go on from, such as a clean end of file.
_FPCALC_GOOD = (0, 3)
_TOO_SHORT_NOTE = (
    "This sound is too short to be recognised by ear (about three seconds are needed); it is "
    "compared by its bytes only."
)
_SILENT_NOTE = "This recording is silent; it is compared by its bytes only."


@dataclass(frozen=True, slots=True)
class _Features:
    """Chromaprint's numbers, 32-bit signed; seconds is None where the tool does not say."""

    values: list[int]
    seconds: float | None


def read_sound(path: Path) -> Content:
    """Return a sound's content. Raises NoReader if neither fpcalc nor ffmpeg can decode it."""
    features = _features(path)
    tags = read_sound_tags(path)
    seconds = features.seconds
    length_ms = tags.duration_ms or (round(seconds * 1000) if seconds else None)
    featureless = len(set(features.values)) == 1
    note = _SILENT_NOTE if featureless else "" if features.values else _TOO_SHORT_NOTE
    return Content(
        unit=_unit(features.values),
        facts=MediaFacts(duration_ms=length_ms),
        embedded=tags.embedded,
        thumbnail=thumbnail_of(tags.cover) if tags.cover else None,
        featureless=featureless,
        note=note,
    )


def _unit(values: list[int]) -> str | None:
    if not values:
        return None
    return str(iscc_lib.gen_audio_code_v0(values, bits=256)["iscc"])


def _features(path: Path) -> _Features:
    """Return the features of all of the sound, from fpcalc where there is one, else ffmpeg."""
    fpcalc = programs.fpcalc()
    found = _from_fpcalc(fpcalc, path) if fpcalc else None
    if found is None:
        found = _from_ffmpeg(path, ()) or _from_ffmpeg(path, ("-ac", "2"))
    if found is None:
        raise NoReader("neither fpcalc nor ffmpeg can decode it")
    return found


def _from_fpcalc(fpcalc: str, path: Path) -> _Features | None:
    done = programs.run([fpcalc, "-raw", "-json", "-signed", "-length", "0", str(path)])
    if b"Empty fingerprint" in done.stderr:
        return _Features([], None)
    if done.code not in _FPCALC_GOOD:
        return None
    try:
        answer = json.loads(done.stdout)
        return _Features([int(one) for one in answer["fingerprint"]], float(answer["duration"]))
    except (ValueError, KeyError, TypeError):
        return None


def _from_ffmpeg(path: Path, mixing: tuple[str, ...]) -> _Features | None:
    """Return the features from ffmpeg's chromaprint muxer, which takes at most two channels."""
    done = programs.run(
        [
            *programs.ffmpeg_reading(path),
            *("-vn", "-sn", "-dn", *mixing),
            *("-f", "chromaprint", "-fp_format", "raw", "pipe:1"),
        ]
    )
    if done.code != 0 or len(done.stdout) % 4:
        return None
    values = array("i")
    values.frombytes(done.stdout)
    return _Features(values.tolist(), None)
