"""Turn one found file into its fingerprint. Runs in a worker process; see pool."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import Fingerprint, FoundFile, Kind, Units
from desktop.portfolio.codes import (
    CHUNK_BYTES,
    Hashes,
    compose,
    has_name,
    hash_chunks,
    meta_unit,
    shorten,
)
from desktop.portfolio.content import Content, Embedded, NoReader, OnlySound, damaged
from desktop.portfolio.formats import WELL_KNOWN
from desktop.portfolio.mediatype import HEADER_BYTES, SVG, Guess, guess
from desktop.portfolio.plaintext import name_from_path
from desktop.portfolio.source import Source, open_source, refuse_change
from desktop.portfolio.tags.suggest import suggestions_of

_DATA_NOTE = (
    "There is no reader for this kind of file; it is compared by its bytes only, so a changed "
    "copy will not be recognised."
)


def fingerprint(found: FoundFile) -> Fingerprint:
    """Return everything one file yields. Raises FileProblem, of whatever reason there is."""
    with open_source(found.path) as source:
        hashes = hash_chunks(source.chunks(CHUNK_BYTES))
        if not hashes.size_bytes:
            raise _empty(found.path)
        header = source.opened().read(HEADER_BYTES)
        guessed, content = _read_content(source, guess(header, found.path.name))
        refuse_change(source, hashes.size_bytes)
        info = source.info
    # As it was when it was read, which may be later than it was found.
    read = replace(
        found,
        size_bytes=info.st_size,
        mtime_ns=info.st_mtime_ns,
        inode=info.st_ino if found.inode else 0,
    )
    return _assemble(read, guessed, content, hashes)


def _read_content(source: Source, guesses: tuple[Guess, ...]) -> tuple[Guess, Content | None]:
    """Return what the likeliest reader that can read the file makes of it, else None.

    Raises FileProblem BROKEN if a format that is well known cannot be read.
    """
    problem: FileProblem | None = None
    wordless: tuple[Guess, Content] | None = None
    for candidate in guesses:
        try:
            candidate, content = _read_or_hear(candidate, source)
        except NoReader:
            if candidate.mediatype in WELL_KNOWN:
                problem = problem or _broken(source.path, candidate.kind)
        except FileProblem as error:
            error.path = source.path  # and not the name by which a library read it
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


def _read_or_hear(candidate: Guess, source: Source) -> tuple[Guess, Content | None]:
    """Read the file as one kind; a film without pictures is a sound."""
    try:
        return candidate, _read_as(candidate, source)
    except OnlySound:
        sound = Guess(candidate.mediatype.replace("video/", "audio/"), Kind.SOUND)
        return sound, _read_as(sound, source)


def _read_as(candidate: Guess, source: Source) -> Content | None:
    """Read the file as one kind. The readers are imported here, on first use."""
    if candidate.mediatype == SVG:
        from desktop.portfolio.svg import read_svg

        return read_svg(source.path, source.opened())
    if candidate.kind is Kind.IMAGE:
        from desktop.portfolio.image import read_image

        return read_image(source)
    if candidate.kind is Kind.SOUND:
        from desktop.portfolio.sound import read_sound

        return read_sound(source.named)
    if candidate.kind is Kind.VIDEO:
        from desktop.portfolio.video import read_video

        return read_video(source.named)
    if candidate.kind is Kind.TEXT:
        from desktop.portfolio.text import read_text

        return read_text(source, candidate.mediatype)
    return None


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
