"""The folder that copies go to: made whole elsewhere in it, then given their names, over nothing.

Unfinished copies lie in a hidden folder of this run; what a run that was killed left is removed.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from desktop.errors import DiskFull, UsageProblem

PARTS = ".residuals-parts-"
_LOCK = "in use"
_MOST_NAME_BYTES = 240  # of the 255 that file systems allow, so that a sidecar's suffix fits
_NO_REPLACE = 1  # RENAME_NOREPLACE, renameat2(2)
_AT_FDCWD = -100
_NOT_HERE = (errno.ENOSYS, errno.EINVAL, errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP)


class CopyFolder:
    """A folder while copies are put into it. Open it as a context manager.

    removed: how many unfinished copies of earlier runs were thrown away.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.removed = 0
        self.parts = folder
        self._lock: FileLock | None = None
        self._given: set[str] = set()
        self._counted: Counter[str] = Counter()

    def __enter__(self) -> CopyFolder:
        """Make the folder if need be. Raises UsageProblem, DiskFull."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._remove_leftovers()
            self.parts = Path(tempfile.mkdtemp(dir=self.folder, prefix=PARTS))
            self._lock = FileLock(self.parts / _LOCK, timeout=0, thread_local=False)
            self._lock.acquire()
        except OSError as error:
            raise _unusable(self.folder, error) from error
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._lock is not None:
            self._lock.release()
        shutil.rmtree(self.parts, ignore_errors=True)

    def part(self, number: int, name: str) -> Path:
        """Return where an unfinished copy may be written. Raises OSError."""
        folder = self.parts / str(number)
        folder.mkdir(exist_ok=True)
        return folder / name

    def names(self, name: str) -> Iterator[Path]:
        """Yield paths for a copy, the name itself first, then numbered; none is given twice."""
        stem, suffix = os.path.splitext(name)
        while True:
            number = self._counted[name] + 1
            self._counted[name] = number
            path = self.folder / _numbered(stem, suffix, number)
            if path.name.casefold() not in self._given:
                yield path

    @staticmethod
    def is_too_long(name: str) -> bool:
        """Tell whether a copy cannot have a name because it leaves no room for a sidecar's."""
        return len(os.fsencode(name)) > _MOST_NAME_BYTES

    def give(self, path: Path) -> None:
        """Let nobody else in this run have a name."""
        self._given.add(path.name.casefold())

    def put(self, part: Path, target: Path, *, replace: bool) -> None:
        """Give a finished file its name; without replace, over nothing. Raises OSError."""
        if replace:
            part.replace(target)
        else:
            _rename_over_nothing(part, target)

    def clear(self, part: Path) -> None:
        """Drop what is left where an unfinished copy was."""
        shutil.rmtree(part.parent, ignore_errors=True)

    def sync(self) -> None:
        """Bring the names to disk."""
        if sys.platform == "win32":
            return
        with contextlib.suppress(OSError):
            handle = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def _remove_leftovers(self) -> None:
        for left in self.folder.glob(f"{PARTS}*"):
            if not left.is_dir() or left.is_symlink():
                continue
            try:
                with FileLock(left / _LOCK, timeout=0, thread_local=False):
                    pass
            except (Timeout, OSError):
                continue
            self.removed += sum(1 for one in left.glob("*/*") if one.is_file())
            shutil.rmtree(left, ignore_errors=True)


def is_plain_file(path: Path) -> bool:
    """Tell whether a path is a file itself, not a link to one."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def _numbered(stem: str, suffix: str, number: int) -> str:
    """Return a name with a number, shortened where it would be too long."""
    ending = suffix if number == 1 else f" ({number}){suffix}"
    room = _MOST_NAME_BYTES - len(os.fsencode(ending))
    whole = os.fsencode(stem)
    if len(whole) > room:
        stem = whole[:room].decode("utf-8", "ignore")
    return stem + ending


def _rename_over_nothing(part: Path, target: Path) -> None:
    """Rename in one step that fails where the name is taken; else by a second name for the file.

    Where a drive can do neither, as some USB sticks, the name is looked at just before.
    """
    try:
        if _renamed(part, target):
            return
    except OSError as error:
        if error.errno not in _NOT_HERE:
            raise
    try:
        target.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        part.rename(target)
    else:
        part.unlink()


def _renamed(part: Path, target: Path) -> bool:
    """Rename by Linux's renameat2, or on Windows; False where there is no such call."""
    if sys.platform == "win32":
        part.rename(target)  # it never replaces there
        return True
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    old, new = os.fsencode(part), os.fsencode(target)
    if call(_AT_FDCWD, old, _AT_FDCWD, new, ctypes.c_uint(_NO_REPLACE)) == 0:
        return True
    code = ctypes.get_errno()
    raise OSError(code, os.strerror(code))


def _unusable(folder: Path, error: OSError) -> UsageProblem | DiskFull:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            "The disk is full. Nothing was published.",
            advice="Free some space, or choose another folder.",
        )
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return UsageProblem(f"{folder.name} is not a folder.", advice="Choose a folder.")
    return UsageProblem(
        f"Copies cannot be put into {folder.name}: {error.strerror}. Nothing was published.",
        advice="Choose a folder that you may write to.",
    )
