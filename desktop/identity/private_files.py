"""Files that only their owner may read, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from desktop.errors import KeyProblem


def write_private(path: Path, data: bytes) -> None:
    """Write path by temporary file, fsync and rename, mode 0600. Raises KeyProblem.

    A file of that name is replaced; where writing fails it is as it was.
    """
    temporary = path.with_name(path.name + ".new")
    try:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise KeyProblem(
            f"The file cannot be written: {error.strerror}. Nothing was changed.",
            advice="Choose another place, or free the disk.",
        ) from error


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter. Raises KeyProblem."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KeyProblem(
            f"The folder cannot be made: {error.strerror}. Nothing was changed.",
            advice="Choose another place, or free the disk.",
        ) from error


def read_small(path: Path, limit_bytes: int) -> bytes:
    """Return the bytes of a file of at most limit_bytes. Raises KeyProblem."""
    try:
        with path.open("rb") as file:
            data = file.read(limit_bytes + 1)
    except OSError as error:
        raise KeyProblem(f"{path.name} cannot be read: {error.strerror}.") from error
    if len(data) > limit_bytes:
        raise KeyProblem(f"{path.name} is far too large to be what is asked for.")
    return data
