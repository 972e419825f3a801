"""One file, opened once: everybody who reads it reads what was opened, whatever its name leads to.

On Linux libraries and programs are given the descriptor (/proc/self/fd/N), elsewhere the path.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO

from desktop.errors import FileProblem, FileProblemKind

IN_MEMORY_BYTES = 64 * 1024 * 1024
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+ ()-]{0,99}")
_PLAIN_SUFFIX = re.compile(r"\.[A-Za-z0-9+_-]{1,16}")
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
)
_HAS_DESCRIPTOR_PATHS = sys.platform.startswith("linux")


class Source:
    """An open regular file. path is its name, for titles and messages, never to open it again."""

    def __init__(self, path: Path, stream: IO[bytes], info: os.stat_result) -> None:
        self.path = path
        self.stream = stream
        self.info = info
        self._data: bytes | None = None
        self._cleanup = ExitStack()
        self._named: Path | None = None

    @property
    def is_small(self) -> bool:
        """Whether the file may be held in memory whole."""
        return self.info.st_size <= IN_MEMORY_BYTES

    def chunks(self, size_bytes: int) -> Iterator[bytes | memoryview]:
        """Yield all bytes once, from the start; a file that is not large stays in memory."""
        if self.is_small:
            view = memoryview(self.data())
            for start in range(0, len(view), size_bytes):
                yield view[start : start + size_bytes]
            return
        self.stream.seek(0)
        while chunk := self.stream.read(size_bytes):
            yield chunk

    def data(self) -> bytes:
        """Return the bytes of a file that is not large; read once, then kept."""
        if self._data is None:
            self.stream.seek(0)
            self._data = self.stream.read(IN_MEMORY_BYTES + 1)
        return self._data

    def opened(self) -> IO[bytes]:
        """Return a stream at the start of the file."""
        if self._data is not None:
            return BytesIO(self._data)
        self.stream.seek(0)
        return self.stream

    @property
    def readable(self) -> Path:
        """A path by which libraries of this process read what was opened; it has no suffix."""
        if _HAS_DESCRIPTOR_PATHS:
            return Path(f"/proc/self/fd/{self.stream.fileno()}")
        return self.named

    @property
    def named(self) -> Path:
        """The same under a plain name with the file's suffix, for whoever goes by names."""
        if self._named is None:
            self._named = self._link()
        return self._named

    def close(self) -> None:
        """Remove what was made for it; the stream is its opener's."""
        self._cleanup.close()
        self._data = None

    def _link(self) -> Path:
        if not _HAS_DESCRIPTOR_PATHS and _is_utf8(self.path):
            return self.path
        folder = self._cleanup.enter_context(tempfile.TemporaryDirectory(prefix="file-"))
        link = Path(folder) / _plain_name(self.path)
        link.symlink_to(self.readable if _HAS_DESCRIPTOR_PATHS else self.path)
        return link


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a regular file without following a link or waiting for a pipe.

    Raises FileProblem NOT_A_FILE, MISSING or NOT_READABLE, for faults while it is read too.
    """
    try:
        handle = os.open(path, _OPEN_FLAGS)
    except OSError as error:
        raise not_opened(path, error) from error
    info = os.fstat(handle)
    if not stat.S_ISREG(info.st_mode):
        os.close(handle)
        raise not_a_file(path)
    if os.name == "posix":
        os.set_inheritable(handle, True)
    with os.fdopen(handle, "rb") as stream:
        source = Source(path, stream, info)
        try:
            yield source
        except TimeoutError:  # of a program that was run; an OSError too
            raise
        except OSError as error:
            raise not_opened(path, error) from error
        finally:
            source.close()


def refuse_change(source: Source, size_bytes: int) -> None:
    """Raise FileProblem CHANGED if the file, or what its name leads to, is not what it was.

    size_bytes: how many bytes were read.
    """
    try:
        named = os.stat(source.path)
    except OSError as error:
        raise _changed(source.path) from error
    before = _identity(source.info)
    same = all(_identity(after) == before for after in (os.fstat(source.stream.fileno()), named))
    if not same or size_bytes != source.info.st_size:
        raise _changed(source.path)


def not_a_file(path: Path) -> FileProblem:
    """Return the problem of something that is no regular file."""
    return FileProblem(
        "This is not a file but a folder, a device, a pipe or a socket.",
        path=path,
        reason=FileProblemKind.NOT_A_FILE,
        advice="It holds no work and can be left out.",
    )


def not_opened(path: Path, error: OSError) -> FileProblem:
    """Return the problem behind what the system said about opening or reading a file."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        message, reason = "This file is not there any more.", FileProblemKind.MISSING
        advice = "It may have been moved or renamed, or its drive is not connected."
    elif error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
        return not_a_file(path)
    else:
        message, reason = "This file cannot be read.", FileProblemKind.NOT_READABLE
        advice = "Check that you may read it and that its drive is connected, then try again."
    return FileProblem(message, path=path, reason=reason, advice=advice)


def _identity(info: os.stat_result) -> tuple[int, int, int, int]:
    return info.st_size, info.st_mtime_ns, info.st_ino, info.st_dev


def _changed(path: Path) -> FileProblem:
    return FileProblem(
        "This file changed while it was being read.",
        path=path,
        reason=FileProblemKind.CHANGED,
        advice="Wait until the program that writes it is done, then try again.",
    )


def _plain_name(path: Path) -> str:
    """Return the file's name if no program can take it for anything else, else a made one."""
    if _PLAIN_NAME.fullmatch(path.name):
        return path.name
    return f"file{path.suffix}" if _PLAIN_SUFFIX.fullmatch(path.suffix) else "file"


def _is_utf8(path: Path) -> bool:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
