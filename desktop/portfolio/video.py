"""Read videos: one ffmpeg call gives frame signatures, tags, sizes and a picture."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import iscc_lib

from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import MediaFacts
from desktop.portfolio import programs
from desktop.portfolio.content import Content, NoReader, OnlySound
from desktop.portfolio.image import thumbnail_of
from desktop.portfolio.tags.films import video_metadata

_DURATION = re.compile(rb"Duration: (\d+):(\d\d):(\d\d)\.(\d+)")
_SIZE = re.compile(rb"Stream #.*: Video: .*?, (\d{1,5})x(\d{1,5})")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# The signature's frames: five ternary elements a byte, 76 bytes a frame (ISO 15938-3 amd 4).
_TERNARY = tuple(
    bytes(five) if value < 243 else bytes(5)
    for value, five in enumerate((*product(range(3), repeat=5), *[(0,) * 5] * 13))
)
_FRAME_BYTES = 76
_HEADER_BYTES = 35
_FRAME_BITS = 1 + 32 + 8 + 40 + 8 * _FRAME_BYTES
_SEGMENT_BITS = 4 * 32 + 1 + 5 * 243
_SMALL = "scale=w='min(512,iw)':h='min(512,ih)':force_original_aspect_ratio=decrease"
_PICTURE = (
    *("-vf", f"fps=2,{_SMALL},thumbnail=16", "-an", "-sn", "-frames:v", "1"),
    *("-c:v", "ppm", "-f", "image2pipe", "pipe:1"),
)
_TAG_FILE = ("-f", "ffmetadata", "tags")
_LITTLE_ROOM_BYTES = 64 * 1024
_STILL_NOTE = "Nothing can be seen to change in this video; it is compared by its bytes only."


def read_video(path: Path) -> Content:
    """Return a video's content. Raises NoReader or OnlySound if ffmpeg finds no pictures in it."""
    with _folder(path) as folder:
        done = programs.run(_command(path, *_PICTURE, *_TAG_FILE), folder=folder)
        if done.code != 0:  # perhaps only the picture or the tags failed
            done = programs.run(_command(path), folder=folder)
        signature = _bytes_of(folder / "signature")
        if _is_cut_off(signature) or (not signature and _is_full(folder)):
            raise _no_room(path)
        tags = _bytes_of(folder / "tags").decode("utf-8", "ignore")
    frames = list(_frames(signature))
    if not frames and b": Audio:" in done.stderr and b": Video:" not in done.stderr:
        raise OnlySound
    if done.code != 0 or not frames:  # a code from half-decoded frames differs on every run
        raise NoReader(done.stderr[-400:].decode("utf-8", "replace"))
    featureless = len(set(b"".join(set(frames)))) <= 1
    return Content(
        unit=str(iscc_lib.gen_video_code_v0(frames, bits=256)["iscc"]),
        facts=_facts(done.stderr),
        embedded=video_metadata(_own_tags(tags), path),
        thumbnail=thumbnail_of(done.stdout) if done.stdout else None,
        featureless=featureless,
        note=_STILL_NOTE if featureless else "",
    )


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    """Make a folder for what ffmpeg writes, and remove it with all that is in it."""
    try:
        holder = tempfile.TemporaryDirectory(prefix="video-")
    except OSError as error:
        raise _no_room(path) from error
    with holder as name:
        yield Path(name)


def _is_full(folder: Path) -> bool:
    return shutil.disk_usage(folder).free < _LITTLE_ROOM_BYTES


def _no_room(path: Path) -> FileProblem:
    return FileProblem(
        "There is no room on the disk for what is needed to read this video.",
        path=path,
        reason=FileProblemKind.NOT_READABLE,
        advice="Free some space on this computer's own disk, then try again.",
    )


def _command(path: Path, *more: str) -> list[str]:
    """Return the call. The sound is copied unread, so that time starts where it would with it."""
    return [
        *programs.ffmpeg_reading(path),
        *("-vf", "fps=fps=5,signature=format=binary:filename=signature"),
        *("-c:a", "copy", "-f", "null", "-", *more),
    ]


def _bytes_of(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _frames(signature: bytes) -> Iterator[bytes]:
    """Yield each frame's 380 ternary elements, read out of the bit stream of an MPEG-7 signature.

    Fields before the frames: 129 bits; the number of frames (32); the time unit (16); 65 bits;
    the number of segments (32); the segments; one bit.
    """
    if len(signature) < _HEADER_BYTES:
        return
    count, at = _extent(signature)
    for _ in range(count):
        at_vector = at + 1 + 32 + 8 + 40
        at += _FRAME_BITS
        if at > len(signature) * 8:
            return
        packed = _number(signature, at_vector, 8 * _FRAME_BYTES).to_bytes(_FRAME_BYTES, "big")
        yield b"".join([_TERNARY[byte] for byte in packed])


def _extent(signature: bytes) -> tuple[int, int]:
    """Return the number of frames, and the bit position of the first."""
    segments = _number(signature, 129 + 32 + 16 + 65, 32)
    return _number(signature, 129, 32), 129 + 32 + 16 + 65 + 32 + segments * _SEGMENT_BITS + 1


def _is_cut_off(signature: bytes) -> bool:
    """Say whether frames are missing at the end: ffmpeg does not notice when the disk is full."""
    if len(signature) < _HEADER_BYTES:
        return bool(signature)
    count, at = _extent(signature)
    return at + count * _FRAME_BITS > len(signature) * 8


def _number(data: bytes, bit: int, length: int) -> int:
    """Return length bits from a bit position, as an unsigned number."""
    first, last = bit // 8, (bit + length + 7) // 8
    value = int.from_bytes(data[first:last], "big") >> (last * 8 - bit - length)
    return value & ((1 << length) - 1)


def _own_tags(ffmetadata: str) -> dict[str, str]:
    """Return the file's own tags: the part of an FFMETADATA text before its first section."""
    tags: dict[str, str] = {}
    for line in re.split(r"(?<!\\)\n", ffmetadata):
        if line.startswith("["):
            break
        key, sign, value = line.partition("=")
        if sign and value and not line.startswith(";"):
            tags[key.lower()] = _ESCAPED.sub(r"\1", value)
    return tags


def _facts(stderr: bytes) -> MediaFacts:
    duration, size = _DURATION.search(stderr), _SIZE.search(stderr)
    length_ms = None
    if duration:
        hours, minutes, seconds = (int(duration[part]) for part in (1, 2, 3))
        fraction = float(b"0." + duration[4])
        length_ms = round((hours * 3600 + minutes * 60 + seconds + fraction) * 1000)
    return MediaFacts(
        width=int(size[1]) if size else None,
        height=int(size[2]) if size else None,
        duration_ms=length_ms,
    )
