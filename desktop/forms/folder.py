"""Write a new folder whole or not at all; nothing that is there already is ever touched."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from desktop.errors import Cancelled, FormProblem
from desktop.model.progress import Cancelled as CancelledFunction
from desktop.model.progress import never

_CHUNK_BYTES = 1024 * 1024
_MAX_NAME_BYTES = 120
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)))
)


@dataclass(frozen=True, slots=True)
class CopyOf:
    """A file to copy, which has to be the one with this SHA-256."""

    path: Path
    sha256: str


Entries = Mapping[str, bytes | CopyOf]


def refuse_existing(folder: Path) -> None:
    """Raise FormProblem if something of that name is there, or nothing can be written beside it."""
    if os.path.lexists(folder):
        raise FormProblem(
            f"There is something called {_shown(folder)} already, and nothing is overwritten.",
            advice="Choose the name of a new folder.",
        )
    if not folder.parent.is_dir():
        raise FormProblem(
            f"There is no folder {_shown(folder.parent)} to put it in.",
            advice="Make that folder first, or choose another.",
        )


def write_folder(folder: Path, entries: Entries, cancelled: CancelledFunction = never) -> None:
    """Write entries (path in the folder → what it holds) to a new folder.

    It is written under another name beside it, synced, and renamed. Raises FormProblem if it
    cannot be written or a copied file is not the one that was claimed; Cancelled if so. In
    every case nothing of it is left.
    """
    refuse_existing(folder)
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        for name, content in entries.items():
            if cancelled():
                raise Cancelled
            _write(unfinished.joinpath(*PurePosixPath(name).parts), content)
        # All at the end: the first takes what is written so far along, so the rest cost little.
        for inside in unfinished.rglob("*"):
            _sync(inside)
        _sync(unfinished)
        refuse_existing(folder)
        unfinished.rename(folder)
        _sync(folder.parent)
    except OSError as error:
        raise FormProblem(
            f"The folder {_shown(folder)} cannot be written: {error.strerror or error}. Nothing "
            "was made, and your claims wait as before.",
            advice="Choose another place, or free the disk.",
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def safe_name(text: str, taken: set[str]) -> str:
    """Return text as the name of a file on any system, once only; taken grows by it."""
    name = "".join("_" if char in '<>:"/\\|?*' or not char.isprintable() else char for char in text)
    stem, dot, ending = name.strip(" .").rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = name.strip(" ."), ""
    stem = _cut(stem.strip(" .") or "file")
    stem = f"_{stem}" if stem.lower() in _RESERVED else stem
    for number in _counted():
        made = f"{stem}{number}" + (f".{ending}" if ending else "")
        if made.casefold() not in taken:
            taken.add(made.casefold())
            return made
    raise AssertionError("numbers do not end")


def _counted() -> Iterator[str]:
    yield ""
    number = 2
    while True:
        yield f" ({number})"
        number += 1


def _cut(stem: str) -> str:
    return stem.encode("utf-8", "replace")[:_MAX_NAME_BYTES].decode("utf-8", "ignore")


def _write(path: Path, content: bytes | CopyOf) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        if isinstance(content, CopyOf):
            _copy(content, file)
        else:
            file.write(content)


def _copy(source: CopyOf, target: BinaryIO) -> None:
    digest = hashlib.sha256()
    with source.path.open("rb") as original:
        while chunk := original.read(_CHUNK_BYTES):
            digest.update(chunk)
            target.write(chunk)
    if digest.hexdigest() != source.sha256:
        raise FormProblem(
            f"{_shown(source.path)} is not the file any more that was claimed. Nothing was made.",
            advice="Scan it again and claim it anew, or make the folder without copies.",
        )


def _sync(path: Path) -> None:
    """Bring a file, or where it can be done a folder, to the disk."""
    if os.name != "posix" and path.is_dir():
        return
    with contextlib.ExitStack() as undo:
        descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
        undo.callback(os.close, descriptor)
        os.fsync(descriptor)


def _shown(path: Path) -> str:
    return path.name.encode("utf-8", "replace").decode("utf-8") or str(path)
