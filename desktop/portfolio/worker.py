"""What runs inside a worker process: its limits, and one file at a time."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import Fingerprint, FoundFile
from desktop.portfolio.reading_notes import note, open_note

_NICENESS = 19


def prepare(scratch: str, memory_limit_bytes: int, notes: Path | None) -> None:
    """Make this process a modest one: low priority, little memory, easily stopped."""
    if notes is not None:
        open_note(notes)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform.startswith("linux"):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # children die with us, see programs
    elif os.name == "posix":
        signal.signal(signal.SIGTERM, _end_with_children)
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(_NICENESS)
    tempfile.tempdir = scratch
    _limit_memory(memory_limit_bytes)
    _silence_libraries()


def work_all(bundle: tuple[FoundFile, ...]) -> tuple[Fingerprint | FileProblem, ...]:
    """Fingerprint some files, one after the other."""
    results = []
    for found in bundle:
        note(found.path_bytes)
        results.append(work(found))
    note(b"")
    return tuple(results)


def work(found: FoundFile) -> Fingerprint | FileProblem:
    """Fingerprint one file; a problem with it is returned, not raised."""
    from desktop.portfolio.fingerprint import fingerprint

    try:
        return fingerprint(found)
    except FileProblem as problem:
        return problem
    except MemoryError:
        return FileProblem(
            "This file needs more memory than it may have.",
            path=found.path,
            reason=FileProblemKind.TOO_LARGE,
            advice="Save a smaller copy and add that instead.",
        )
    except TimeoutError:
        return FileProblem(
            "Reading this file took too long and was stopped.",
            path=found.path,
            reason=FileProblemKind.TOO_SLOW,
            advice="Try it again alone; if it stays slow, save the file anew in its own program.",
        )


def _limit_memory(limit_bytes: int) -> None:
    """Limit this process's data. Not its address space: Tika reserves 32 GiB it never uses."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, value in ((resource.RLIMIT_DATA, limit_bytes), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (value, value))


def _silence_libraries() -> None:
    """Send what decoders write to the terminal nowhere; it may hold paths."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for handle in (1, 2):
        os.dup2(nowhere, handle)
    os.close(nowhere)


def _end_with_children(_signal: int, _frame: object) -> None:
    from desktop.portfolio.programs import kill_all

    kill_all()
    os._exit(143)
