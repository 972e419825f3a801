"""A folder of more than 300 hostile files, with good ones among them; the same on every run.

Pictures and sounds that lie are in hostile_media, documents that do in hostile_texts.
"""

from __future__ import annotations

import os
import random
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import imageio_ffmpeg

from desktop.errors import FileProblemKind as Kind
from tests.portfolio import corpus, hostile_media, hostile_texts
from tests.portfolio.reference import sample

CANARY = "canary-7d1f6c"
GOOD = ("image/demo.jpg", "image/demo.png", "image/demo.gif", "image/demo.tif", "audio/demo.mp3",
        "audio/demo.ogg", "video/demo.webm", "text/demo.docx", "text/demo.epub", "text/demo.odt",
        "text/demo.pdf", "text/demo.txt")  # fmt: skip
# Taken as programs' options, patterns, protocols or commands by whoever is careless.
NAMES = (
    "-i.mp3", "-.jpg", "%03d.jpg", "%d.mp4", "*.png", "[a-z].jpg", "concat:a|b.mp3", "fd:0.mp3",
    "http:x.mp3", "pipe:0.mp3", "file:x.mp3", "data:,x.mp3", "subfile,,start,0,end,9,,:x.mp3",
    "$(touch x).jpg", "`id`.png", "a;b&c.jpg", "'\".jpg", "back\\slash.mp3", "a..jpg",
    " .jpg", "new\nline.mp3", "bell\a\x1b[31m.jpg", "tab\t.docx", "\u202egpj.exe.jpg",
    "\u2066a\u2069\u200f.mp3", "e\u0301\u00e9\U0001f3b5.mp3", "nul.jpg", "a" * 251 + ".jpg",
    "\ufeffa.png", "\x7f.epub", "%s%n.pdf",
)  # fmt: skip
BAD_NAMES = (b"caf\xe9.jpg", b"\xff\xfe.mp3", b"\xed\xa0\x80.docx", b"\xc3(.mp4", b"a\x80%03d.pdf")
_WRONG = (
    ("audio/demo.mp3", "jpg"), ("image/demo.jpg", "mp3"), ("image/demo.png", "pdf"),
    ("text/demo.pdf", "png"), ("text/demo.docx", "mp4"), ("audio/demo.ogg", "docx"),
    ("image/demo.gif", "wav"), ("text/demo.epub", "jpg"), ("text/demo.html", "flac"),
    ("text/demo.txt", "tif"), ("image/demo.jpg", "svg"), ("text/demo.sqlite", "mkv"),
    ("image/demo.psd", "odt"), ("image/demo.bmp", ""), ("audio/demo.wav", "rtf"),
)  # fmt: skip
_EMPTY = (
    "jpg", "png", "gif", "tif", "webp", "heic", "avif", "psd", "svg", "mp3", "flac", "ogg", "wav",
    "mp4", "mkv", "pdf", "epub", "docx", "odt", "rtf", "html", "xml", "json", "txt", "zip", "bin",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One hostile file: its class, and what it may come to. None: anything, but in time.

    like: the sample whose codes it must have, for good files and good files with bad names.
    """

    path: Path
    group: str
    reasons: tuple[Kind, ...] | None = None
    like: str = ""


@dataclass(slots=True)
class Corpus:
    """What was written, and where."""

    folder: Path
    items: list[Item] = field(default_factory=list)

    def add(self, group: str, name: str, data: bytes | Callable[[Path], object], **more: object
            ) -> Path:  # fmt: skip
        """Write one file into a folder of its group, whole or by a function."""
        path = self.folder / group / name
        path.parent.mkdir(exist_ok=True)
        if isinstance(data, bytes):
            path.write_bytes(data)
        else:
            data(path)
        self.items.append(Item(path, group, **more))  # type: ignore[arg-type]
        return path


def write(folder: Path, web: str) -> Corpus:
    """Write the whole corpus into folder. web: the address of a server that must hear nothing."""
    made = Corpus(folder)
    aside = folder.parent / f"{folder.name}-aside"
    aside.mkdir(parents=True)
    folder.mkdir(parents=True)
    sources = dict(_sources(aside))
    _good(made)
    for group, name, data in hostile_media.files(sources, web, aside):
        made.add(group, name, data)
    for group, name, data in hostile_texts.files(sources, web, aside):
        made.add(group, name, data)
    _cut(made, sources)
    _mutants(made, sources)
    for suffix in _EMPTY:
        made.add("empty", f"nothing.{suffix}", b"", reasons=(Kind.EMPTY,))
        made.add("nuls", f"nuls.{suffix}", bytes(70_000))
    for name, suffix in _WRONG:
        made.add("wrong", f"{Path(name).stem}-{Path(name).suffix[1:]}.{suffix}".rstrip("."),
                 sample(name).read_bytes())  # fmt: skip
    if os.name == "posix":
        _names(made)
        _places(made, aside)
    return made


def _sources(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield one small sound file of every format: (suffix, bytes)."""
    for name in ("image/demo.jpg", "image/demo.png", "image/demo.gif", "image/demo.tif",
                 "image/demo.psd", "image/demo.bmp", "audio/demo.mp3", "audio/demo.ogg",
                 "audio/demo.opus", "audio/short.wav", "text/demo.pdf", "text/demo.epub",
                 "text/demo.docx", "text/demo.odt", "text/demo.rtf", "text/demo.doc",
                 "text/demo.xlsx", "text/demo.xml"):  # fmt: skip
        yield Path(name).suffix[1:], sample(name).read_bytes()
    for suffix in ("webp", "heic", "avif", "jp2", "ico"):
        corpus.painting(7).save(folder / f"a.{suffix}")
        yield suffix, (folder / f"a.{suffix}").read_bytes()
    yield "svg", hostile_texts.svg(b'<rect width="9" height="90"/><circle r="30" fill="red"/>')
    short = (("video/demo.mp4", "mp4"), ("video/demo.mkv", "mkv"), ("video/demo.webm", "webm"),
             ("video/demo.avi", "avi"), ("video/demo.flv", "flv"), ("audio/demo.wav", "flac"),
             ("video/demo.mpg", "mpg"), ("video/demo.wmv", "wmv"))  # fmt: skip
    for name, suffix in short:
        how = () if suffix == "flac" else ("-c", "copy")
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "quiet", "-i", str(sample(name))]
        target = folder / f"short.{suffix}"
        subprocess.run([*command, "-t", "4", *how, "-bitexact", str(target)], check=False)
        yield suffix, target.read_bytes()


def _good(made: Corpus) -> None:
    """Put good files before, between and after the others."""
    for number, name in enumerate(GOOD):
        group = ("bombs", "a-good", "pdf", "zz-good")[number % 4]
        made.add(group, f"{Path(name).stem}-good{Path(name).suffix}", sample(name).read_bytes(),
                 like=name)  # fmt: skip


def _cut(made: Corpus, sources: dict[str, bytes]) -> None:
    """Cut every format off early, in the middle and at its last byte."""
    for suffix, data in sources.items():
        size = len(data)
        for at in (1, 13, size // 10, size // 2, size - 1):
            made.add("cut", f"{at}.{suffix}", data[:at])


def _mutants(made: Corpus, sources: dict[str, bytes]) -> None:
    """Flip bits, and move, double and drop pieces, a little and a lot."""
    for suffix, data in sources.items():
        for seed in range(4):
            made.add("mutants", f"{seed}.{suffix}", mutant(data, f"{suffix} {seed}", seed))


def mutant(data: bytes, seed: str, much: int) -> bytes:
    """Return data with seeded faults: about 10 ** much in a million bits, and torn pieces."""
    chance = random.Random(seed)
    changed = bytearray(data)
    for _ in range(max(1, len(data) * 8 * 10**much // 1_000_000)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    if much % 2:
        start, length = chance.randrange(len(changed)), chance.randrange(1, 512)
        piece = changed[start : start + length]
        to = chance.randrange(len(changed))
        changed[to:to] = piece * chance.randrange(4)
        del changed[start : start + chance.randrange(64)]
    return bytes(changed)


def _names(made: Corpus) -> None:
    """Give good files names that are dangerous in one place or another."""
    samples = {Path(name).suffix[1:]: name for name in (*GOOD, "video/demo.mp4")}
    for name in NAMES:
        like = samples[name.rpartition(".")[2]]
        made.add("names", name, sample(like).read_bytes(), like=like)
    for raw in BAD_NAMES if sys.platform.startswith("linux") else ():
        like = samples[raw.rpartition(b".")[2].decode()]
        made.add("names", os.fsdecode(raw), sample(like).read_bytes(), like=like)
    deep = made.folder / "deep"
    while len(os.fsencode(deep)) < 3900:
        deep /= "d" * 90
        deep.mkdir(parents=True)
    shutil.copyfile(sample("image/demo.jpg"), deep / "far.jpg")
    made.items.append(Item(deep / "far.jpg", "names", like="image/demo.jpg"))
    made.items.append(Item(_beyond_the_longest_path(deep), "names", (Kind.NOT_READABLE,)))


def _beyond_the_longest_path(deep: Path) -> Path:
    """Make folders whose path no call takes, and return the first of them."""
    beside, handle = deep / "beyond", os.open(deep, os.O_DIRECTORY)
    try:
        for name in ("beyond", "b" * 200, "c" * 200):
            os.mkdir(name, dir_fd=handle)
            handle, before = os.open(name, os.O_DIRECTORY, dir_fd=handle), handle
            os.close(before)
        os.close(os.open("lost.jpg", os.O_CREAT, dir_fd=handle))
    finally:
        os.close(handle)
    return beside / ("b" * 200)


def _places(made: Corpus, aside: Path) -> None:
    """Make what is no file, and links to what should never be read."""
    refused = (Kind.NOT_A_FILE,)

    def add(name: str, make: Callable[[Path], object], reasons: tuple[Kind, ...]) -> None:
        made.add("places", name, make, reasons=reasons)

    add("pipe.jpg", os.mkfifo, refused)
    add("door.mp3", _door, refused)
    add("loop.jpg", lambda path: path.symlink_to(path), refused)
    (made.folder / "places/one.png").symlink_to(made.folder / "places/two.png")
    add("two.png", lambda path: path.symlink_to(path.with_name("one.png")), refused)
    made.items.append(Item(made.folder / "places/one.png", "places", refused))
    add("dangling.pdf", lambda path: path.symlink_to(aside / "nowhere.pdf"), (Kind.MISSING,))
    (made.folder / "places/folder.jpg").mkdir()
    (made.folder / "places/linked.jpg").symlink_to(aside)
    if sys.platform.startswith("linux"):
        for name in LINKED_TO_THE_SYSTEM:
            (made.folder / "places" / f"{name.replace('/', '-')}.txt").symlink_to(name)
    if os.name == "posix" and os.geteuid() == 0:
        add(
            "null.jpg", lambda path: os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 3)), refused
        )
        add(
            "disk.mp4", lambda path: os.mknod(path, stat.S_IFBLK | 0o600, os.makedev(7, 0)), refused
        )


LINKED_TO_THE_SYSTEM = (
    "/dev/zero", "/dev/urandom", "/proc/self/mem", "/proc/kmsg", "/proc/kcore",
    "/proc/self/pagemap", "/proc/self/environ",
    "/sys/kernel/mm/transparent_hugepage/enabled", "/sys/kernel/debug/tracing/trace_pipe",
)  # fmt: skip


def _door(path: Path) -> None:
    """Bind a socket; its own path would be too long."""
    here = os.open(path.parent, os.O_DIRECTORY)
    try:
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(f"/proc/self/fd/{here}/{path.name}" if os.path.exists("/proc") else str(path))
    finally:
        os.close(here)
