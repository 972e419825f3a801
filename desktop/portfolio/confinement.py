"""What a worker gives up for good before it opens its first file; its children with it.

Reading stays free: works lie anywhere, and decoders load fonts and libraries from everywhere. What
was read can leave only through the worker's own pipe, for there is no network and no writing.
"""

from __future__ import annotations

import ctypes
import math
import os
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from desktop.portfolio import landlock, programs, seccomp

LARGEST_FILE_BYTES = 1024**3
_MOST_OPEN_FILES = 512
_PR_SET_NO_NEW_PRIVS = 38
_ABI_WITH_TCP, _ABI_WITH_SCOPES = 4, 6
# Tika's native image has this path built in: neither TMPDIR nor java.io.tmpdir moves it, and
# without it the text of documents inside documents is silently lost, which changes codes.
_TIKA_SPILL = Path("/tmp")  # noqa: S108


class Measure(StrEnum):
    """One thing a worker gave up. Which ones hold depends on the platform and the kernel."""

    MEMORY = "memory"
    CPU_TIME = "cpu time"
    FILE_SIZE = "file size"
    OPEN_FILES = "open files"
    CORE_DUMPS = "core dumps"
    NEW_PRIVILEGES = "new privileges"
    WRITING = "writing"
    TCP = "tcp"
    SIGNALS = "signals"
    SYSTEM_CALLS = "system calls"


def confine(
    scratch: Path,
    memory_limit_bytes: int,
    outbox: Path | None = None,
    largest_file_bytes: int = LARGEST_FILE_BYTES,
) -> frozenset[Measure]:
    """Give up what this platform lets a process give up, and return what that was.

    scratch: the one folder to write in, but for outbox, where this process, not its children, puts
    what it makes. memory_limit_bytes: for this process's data, and for that of each child.
    largest_file_bytes: that it may write. Call it in the only thread there is; nothing is raised
    where a measure fails.
    """
    held = _limit(memory_limit_bytes, largest_file_bytes)
    if sys.platform.startswith("linux") and _refuse_new_privileges():
        held.add(Measure.NEW_PRIVILEGES)
        held |= _write_only_below(scratch, outbox)
        with suppress(OSError):
            seccomp.restrict()
            held.add(Measure.SYSTEM_CALLS)
    return frozenset(held)


def allow_cpu_s(seconds: float) -> None:
    """Let this process compute for so many seconds more; SIGXCPU ends it after that.

    The pool's clock is the first guard; this one works too when the main process is gone.
    """
    if sys.platform == "win32":
        return
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    limit = math.ceil(usage.ru_utime + usage.ru_stime + seconds)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def _limit(memory_limit_bytes: int, largest_file_bytes: int) -> set[Measure]:
    """Set the limits that every POSIX system has.

    Data, not address space: Tika reserves 32 GiB it never uses. The number of processes is left
    alone: it counts all of the user's, so it would strike by chance.
    """
    if sys.platform == "win32":
        return set()
    import resource

    held = {Measure.CPU_TIME}
    for measure, kind, value in (
        (Measure.MEMORY, resource.RLIMIT_DATA, memory_limit_bytes),
        (Measure.FILE_SIZE, resource.RLIMIT_FSIZE, largest_file_bytes),
        (Measure.OPEN_FILES, resource.RLIMIT_NOFILE, _MOST_OPEN_FILES),
        (Measure.CORE_DUMPS, resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (value, value))
            held.add(measure)
    return held


def _refuse_new_privileges() -> bool:
    zero = ctypes.c_ulong()
    libc = ctypes.CDLL(None, use_errno=True)
    done = libc.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero)
    return bool(done == 0)


def _write_only_below(scratch: Path, outbox: Path | None) -> set[Measure]:
    """Refuse writing elsewhere to this process, and a little more to the programs it will run."""
    devices = [Path(os.devnull)]
    spill = [_TIKA_SPILL] if _TIKA_SPILL.is_dir() else []
    try:
        folders = [scratch, *([outbox] if outbox else [])]
        mine = landlock.ruleset(folders=folders, spill=spill, files=devices)
        landlock.enter(mine)
        os.close(mine)
        programs.confine_to(landlock.ruleset(folders=[scratch], spill=[], files=devices))
    except OSError:
        return set()
    abi = landlock.version()
    return {
        Measure.WRITING,
        *({Measure.TCP} if abi >= _ABI_WITH_TCP else ()),
        *({Measure.SIGNALS} if abi >= _ABI_WITH_SCOPES else ()),
    }
