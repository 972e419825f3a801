"""Turn one found file into its fingerprint. Runs in a worker process; see pool."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import Fingerprint, FoundFile, Kind, Units
from desktop.portfolio.codes import Hashes, compose, has_name, hash_stream, meta_unit, shorten
from desktop.portfolio.content import Content, Embedded, NoReader, damaged
from desktop.portfolio.formats import WELL_KNOWN
from desktop.portfolio.mediatype import HEADER_BYTES, SVG, Guess, guess
from desktop.portfolio.plaintext import name_from_path
from desktop.portfolio.tags.suggest import suggestions_of

_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
_DATA_NOTE = (
    "There is no reader for this kind of file; it is compared by its bytes only, so a changed "
    "copy will not be recognised."
)


def fingerprint(found: FoundFile) -> Fingerprint:
    """Return everything one file yields. Raises FileProblem, of whatever reason there is."""
    with _opened(found.path) as (stream, before):
        header = stream.read(HEADER_BYTES)
        if not header:
            raise _empty(found.path)
        hashes = hash_stream(stream)
        guessed, content = _read_content(found.path, stream, guess(header, found.path.name))
        _refuse_change(found.path, stream, before, hashes)
    return _assemble(_as_read(found, before), guessed, content, hashes)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], os.stat_result]]:
    """Open a regular file without following a link or waiting for a pipe."""
    try:
        handle = os.open(path, _OPEN_FLAGS)
    except OSError as error:
        raise _not_opened(path, error) from error
    info = os.fstat(handle)
    if not stat.S_ISREG(info.st_mode):
        os.close(handle)
        raise _not_a_file(path)
    with os.fdopen(handle, "rb") as stream:
        try:
            yield stream, info
        except TimeoutError:  # of a program that was run; an OSError too
            raise
        except OSError as error:
            raise _not_opened(path, error) from error


def _read_content(
    path: Path, stream: IO[bytes], guesses: tuple[Guess, ...]
) -> tuple[Guess, Content | None]:
    """Return what the likeliest reader that can read the file makes of it, else None.

    Raises FileProblem BROKEN if a format that is well known cannot be read.
    """
    problem: FileProblem | None = None
    wordless: tuple[Guess, Content] | None = None
    for candidate in guesses:
        try:
            content = _read_as(candidate, path, stream)
        except NoReader:
            if candidate.mediatype in WELL_KNOWN:
                problem = problem or _broken(path, candidate.kind)
        except FileProblem as error:
            if error.reason is not FileProblemKind.BROKEN:
                raise
            problem = problem or error
        else:
            if content is None or content.unit:
                return candidate, content
            wordless = wordless or (candidate, content)
    if wordless:
        return wordless
    if problem:
        raise problem
    return Guess(guesses[0].mediatype, Kind.DATA), None


def _read_as(candidate: Guess, path: Path, stream: IO[bytes]) -> Content | None:
    """Read the file as one kind. The readers are imported here, on first use."""
    with _plain_path(path) as plain:
        if candidate.mediatype == SVG:
            from desktop.portfolio.svg import read_svg

            return read_svg(plain, stream)
        if candidate.kind is Kind.IMAGE:
            from desktop.portfolio.image import read_image

            stream.seek(0)
            return read_image(plain, stream)
        if candidate.kind is Kind.SOUND:
            from desktop.portfolio.sound import read_sound

            return read_sound(plain)
        if candidate.kind is Kind.VIDEO:
            from desktop.portfolio.video import read_video

            return read_video(plain)
        if candidate.kind is Kind.TEXT:
            from desktop.portfolio.text import read_text

            return read_text(plain, candidate.mediatype)
    return None


@contextmanager
def _plain_path(path: Path) -> Iterator[Path]:
    """Give libraries that know only UTF-8 names a link with such a name."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        with tempfile.TemporaryDirectory(prefix="name-") as folder:
            suffix = path.suffix if path.suffix.isascii() else ""
            link = Path(folder) / f"file{suffix}"
            link.symlink_to(path)
            yield link
    else:
        yield path


def _assemble(
    found: FoundFile, guessed: Guess, content: Content | None, hashes: Hashes
) -> Fingerprint:
    units_256: tuple[str, ...] = (hashes.data, hashes.instance)
    meta = None
    if content:
        meta = _meta(found.path, content.embedded)
        units_256 = tuple(
            unit for unit in (meta, content.unit, hashes.data, hashes.instance) if unit
        )
    seen = content or Content(note=_DATA_NOTE)
    return Fingerprint(
        found=found,
        kind=guessed.kind,
        mediatype=guessed.mediatype,
        iscc=compose(units_256),
        units=Units(
            meta=shorten(meta) if meta else None,
            content=shorten(seen.unit) if seen.unit else None,
            data=shorten(hashes.data),
            instance=shorten(hashes.instance),
        ),
        units_256=units_256,
        datahash=hashes.datahash,
        sha256=hashes.sha256,
        md5=hashes.md5,
        facts=seen.facts,
        suggestions=suggestions_of(seen.embedded),
        thumbnail=seen.thumbnail,
        featureless=seen.featureless,
        note=seen.note,
    )


def _meta(path: Path, embedded: Embedded) -> str:
    name = embedded.name if has_name(embedded.name) else name_from_path(path)
    return meta_unit(name, embedded.description, embedded.meta)


def _as_read(found: FoundFile, info: os.stat_result) -> FoundFile:
    """Return the file as it was when it was read, which may be later than it was found."""
    return FoundFile(
        path=found.path,
        size_bytes=info.st_size,
        mtime_ns=info.st_mtime_ns,
        inode=info.st_ino if found.inode else 0,
    )


def _refuse_change(path: Path, stream: IO[bytes], before: os.stat_result, hashes: Hashes) -> None:
    """Raise FileProblem CHANGED if the file, or what its name leads to, is not what it was."""
    try:
        named = os.stat(path)
    except OSError as error:
        raise _changed(path) from error
    for after in (os.fstat(stream.fileno()), named):
        same = (before.st_size, before.st_mtime_ns, before.st_ino, before.st_dev) == (
            after.st_size,
            after.st_mtime_ns,
            after.st_ino,
            after.st_dev,
        )
        if not same or hashes.size_bytes != before.st_size:
            raise _changed(path)


def _broken(path: Path, kind: Kind) -> FileProblem:
    word = {Kind.IMAGE: "picture", Kind.SOUND: "sound", Kind.VIDEO: "video"}.get(kind, "document")
    return damaged(
        path,
        f"This {word} is damaged, or it is not what its name says.",
        "Open it in the program it came from and save it again, or take it from a backup.",
    )


def _empty(path: Path) -> FileProblem:
    return FileProblem(
        "This file is empty.",
        path=path,
        reason=FileProblemKind.EMPTY,
        advice="If it should hold a work, take it from a backup.",
    )


def _not_a_file(path: Path) -> FileProblem:
    return FileProblem(
        "This is not a file but a folder, a device, a pipe or a socket.",
        path=path,
        reason=FileProblemKind.NOT_A_FILE,
        advice="It holds no work and can be left out.",
    )


def _changed(path: Path) -> FileProblem:
    return FileProblem(
        "This file changed while it was being read.",
        path=path,
        reason=FileProblemKind.CHANGED,
        advice="Wait until the program that writes it is done, then try again.",
    )


def _not_opened(path: Path, error: OSError) -> FileProblem:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        message, reason = "This file is not there any more.", FileProblemKind.MISSING
        advice = "It may have been moved or renamed, or its drive is not connected."
    elif error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
        return _not_a_file(path)
    else:
        message, reason = "This file cannot be read.", FileProblemKind.NOT_READABLE
        advice = "Check that you may read it and that its drive is connected, then try again."
    return FileProblem(message, path=path, reason=reason, advice=advice)
