"""Seccomp: a filter by which the kernel refuses this process, and its children, some system calls.

By docs.kernel.org/userspace-api/seccomp_filter.html and linux/filter.h. Refused calls fail with an
error that libraries know, and nothing is killed: a decoder that asks for a socket goes on without.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys
from dataclasses import dataclass

_SET_MODE_FILTER, _ALL_THREADS = 1, 1
# Offsets in struct seccomp_data.
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16
# Classic BPF: load a word, jump if equal, if any bit is set, if at least, return a constant.
_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_FIRST_X32_CALL = 0x40000000
_NEW_NAMESPACES = 0x7E020000  # CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}
_ANOTHER_PROCESS = 0xFFFFFFFF  # prlimit's own is 0


@dataclass(frozen=True, slots=True)
class _Machine:
    """A machine type: its AUDIT_ARCH number, and which column of the table is its own."""

    audit: int
    column: int


_MACHINES = {"x86_64": _Machine(0xC000003E, 0), "aarch64": _Machine(0xC00000B7, 1)}
_NONE = -1  # this machine type has no such call
_SECCOMP = (317, 277)
_CLONE, _PRLIMIT = (56, 220), (302, 261)
# glibc goes on with clone, whose flags can be seen; whoever wanted io_uring goes on without.
_NOT_THERE = {
    "clone3": (435, 435),
    "io_uring_setup": (425, 425),
}
_NO_NETWORK = {
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
}
# What Landlock does not see: names, dates and rights of files stay as they are.
_NO_TOUCHING = {
    "truncate": (76, 45),
    "chmod": (90, _NONE),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, _NONE),
    "fchown": (93, 55),
    "lchown": (94, _NONE),
    "fchownat": (260, 54),
    "utime": (132, _NONE),
    "utimes": (235, _NONE),
    "futimesat": (261, _NONE),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
}
# Other processes, the kernel's keys and its rarely tried doors.
_REFUSED = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "syslog": (103, 116),
}


class _Step(ctypes.Structure):
    """struct sock_filter."""

    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step)))


def restrict() -> None:
    """Refuse the calls above to all threads of this process and to what it starts, for good.

    The process must have PR_SET_NO_NEW_PRIVS. Raises OSError where the kernel or the machine type
    does not take the filter.
    """
    machine = _MACHINES.get(platform.machine())
    if not sys.platform.startswith("linux") or machine is None or sys.maxsize < 2**32:
        raise OSError("no filter for this machine type")
    steps = _filter(machine)
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    number = _SECCOMP[machine.column]
    mode, flags = ctypes.c_uint(_SET_MODE_FILTER), ctypes.c_uint(_ALL_THREADS)
    if libc.syscall(ctypes.c_long(number), mode, flags, ctypes.byref(program)) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def calls() -> dict[str, tuple[int, int]]:
    """Return the numbers of every call the filter looks at, on x86-64 and on 64-bit ARM."""
    asked = {"seccomp": _SECCOMP, "clone": _CLONE, "prlimit64": _PRLIMIT}
    return asked | _NOT_THERE | _NO_NETWORK | _NO_TOUCHING | _REFUSED


def _filter(machine: _Machine) -> list[_Step]:
    """Return the filter's steps; a call that none of them answers is allowed."""
    steps = [
        _Step(_LOAD, 0, 0, _MACHINE),
        _Step(_EQUAL, 1, 0, machine.audit),
        _refuse(errno.ENOSYS),  # a 32-bit call: its numbers mean other things
        _Step(_LOAD, 0, 0, _NUMBER),
        _Step(_AT_LEAST, 0, 1, _FIRST_X32_CALL),
        _refuse(errno.ENOSYS),
    ]
    for table, code in (
        (_NOT_THERE, errno.ENOSYS),
        (_NO_NETWORK, errno.EAFNOSUPPORT),
        (_NO_TOUCHING, errno.EPERM),
        (_REFUSED, errno.EPERM),
    ):
        numbers = [row[machine.column] for row in table.values()]
        for number in numbers:
            if number != _NONE:
                steps += [_Step(_EQUAL, 0, 1, number), _refuse(code)]
    for row, unwanted in ((_CLONE, _NEW_NAMESPACES), (_PRLIMIT, _ANOTHER_PROCESS)):
        steps += [
            _Step(_EQUAL, 0, 4, row[machine.column]),
            _Step(_LOAD, 0, 0, _FIRST_ARGUMENT),
            _Step(_ANY_BIT, 0, 1, unwanted),
            _refuse(errno.EPERM),
            _Step(_RETURN, 0, 0, _ALLOW),
        ]
    return [*steps, _Step(_RETURN, 0, 0, _ALLOW)]


def _refuse(code: int) -> _Step:
    return _Step(_RETURN, 0, 0, _ERRNO | code)
