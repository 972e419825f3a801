"""Files for others, written whole or not at all; nothing is overwritten unless that was asked."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from desktop.errors import DiskFull, UsageProblem


def write_whole(target: Path, write: Callable[[BinaryIO], object], *, force: bool = False) -> int:
    """Write a file by a temporary one beside it, fsync and rename; returns its size in bytes.

    force: replace what has the name. Raises DiskFull; UsageProblem if it is taken, or cannot
    be written; whatever is raised, target is as it was.
    """
    if os.path.lexists(target):
        if not force:
            raise _taken(target)
        _refuse_what_is_no_file(target)
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".export-", suffix=".part")
    except OSError as error:
        raise _unwritable(target, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
            size_bytes = file.tell()
        _put_in_place(temporary, target, force)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return size_bytes


def _refuse_what_is_no_file(target: Path) -> None:
    """Keep devices, pipes and folders: a rename would put a file where they were."""
    if not (os.path.isfile(target) or os.path.islink(target)):
        raise UsageProblem(
            f"{target.name or target} is not a file. Nothing was changed.",
            advice="Choose another place.",
        )


def _put_in_place(temporary: Path, target: Path, force: bool) -> None:
    """Give the file its name; without force, a file that appeared meanwhile stays."""
    if not force:
        try:
            target.hardlink_to(temporary)
        except FileExistsError as error:
            raise _taken(target) from error
        except OSError:
            # A drive without hard links, such as a USB stick.
            if os.path.lexists(target):
                raise _taken(target) from None
        else:
            return
    temporary.replace(target)


def _taken(target: Path) -> UsageProblem:
    return UsageProblem(
        f"{target.name or target} exists already.",
        advice="Choose a name that is not taken, or say --force to replace it.",
    )


def _unwritable(target: Path, error: OSError) -> DiskFull | UsageProblem:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            f"The disk is full: {target.name} was not written. Nothing was changed.",
            advice="Free some space, or choose another place.",
        )
    return UsageProblem(
        f"{target.name} cannot be written: {error.strerror}. Nothing was changed.",
        advice="Choose another place.",
    )
