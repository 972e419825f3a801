"""Landlock: give up writing, TCP and signalling outside, for this process and its children.

By the kernel's own paper, docs.kernel.org/userspace-api/landlock.html, and linux/landlock.h. Three
system calls, so no library: those on the package index are pre-releases or weeks old.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence
from enum import IntFlag
from functools import cache, reduce
from operator import or_
from pathlib import Path

# The same numbers on every machine type but Alpha.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1


class Write(IntFlag):
    """LANDLOCK_ACCESS_FS_*: all that changes a file system. Reading and running stay free."""

    WRITE_FILE = 1 << 1
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


_TCP = 0b11  # binding and connecting
_SCOPES = 0b11  # abstract sockets and signals
_OF_A_FILE = Write.WRITE_FILE | Write.TRUNCATE | Write.IOCTL_DEV
_SPILLING = Write.WRITE_FILE | Write.TRUNCATE | Write.MAKE_REG | Write.REMOVE_FILE
_MAKING = _SPILLING | Write.MAKE_DIR | Write.REMOVE_DIR | Write.MAKE_SYM | Write.REFER


class _Ruleset(ctypes.Structure):
    """struct landlock_ruleset_attr."""

    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    """struct landlock_path_beneath_attr."""

    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def version() -> int:
    """Return the kernel's Landlock ABI, 0 where there is none."""
    if not sys.platform.startswith("linux"):
        return 0
    try:
        return _call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    except OSError:
        return 0


def ruleset(*, folders: Sequence[Path], spill: Sequence[Path], files: Sequence[Path]) -> int:
    """Return the handle of a ruleset that allows writing in these places only.

    folders: anything but devices may be made below them. spill: plain files only. files: these
    themselves. From ABI 4 on it refuses TCP too, from 6 on signals and abstract sockets to the
    outside. Raises OSError where the kernel has no Landlock or a place is not there.
    """
    abi = version()
    if not abi:
        raise OSError("no Landlock")
    handled = _known(abi)
    attributes = _Ruleset(handled, _TCP if abi >= 4 else 0, _SCOPES if abi >= 6 else 0)
    size = ctypes.c_size_t(8 if abi < 4 else 16 if abi < 6 else 24)
    handle = _call(_CREATE_RULESET, ctypes.byref(attributes), size, ctypes.c_uint32())
    try:
        for folder in folders:
            _allow(handle, folder, handled & _MAKING)
        for folder in spill:
            _allow(handle, folder, handled & _SPILLING)
        for file in files:
            _allow(handle, file, handled & _OF_A_FILE)
    except OSError:
        os.close(handle)
        raise
    return handle


def enter(handle: int) -> None:
    """Put this thread, and what it starts, under a ruleset for good. Raises OSError.

    The process must have PR_SET_NO_NEW_PRIVS. Rulesets add up: each can only take away more.
    """
    _call(_RESTRICT_SELF, ctypes.c_int(handle), ctypes.c_uint32())


def _known(abi: int) -> Write:
    """Return the rights this ABI can refuse."""
    later = {Write.REFER: 2, Write.TRUNCATE: 3, Write.IOCTL_DEV: 5}
    return reduce(or_, (right for right in Write if later.get(right, 1) <= abi))


def _allow(ruleset: int, path: Path, rights: Write) -> None:
    parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = _Beneath(rights, parent)
        _call(
            _ADD_RULE,
            *(ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH)),
            *(ctypes.byref(rule), ctypes.c_uint32()),
        )
    finally:
        os.close(parent)


def _call(number: int, *arguments: object) -> int:
    """Make one system call. Raises OSError."""
    result = int(_libc().syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc
