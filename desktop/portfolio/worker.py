"""What runs inside a worker process: its limits, and one file at a time."""

from __future__ import annotations

import gc
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Self, TypeVar

from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import Fingerprint, FoundFile
from desktop.portfolio.confinement import LARGEST_FILE_BYTES, Measure, allow_cpu_s, confine
from desktop.portfolio.memory_watch import own_data_bytes, sign_on
from desktop.portfolio.programs import end_with_parent
from desktop.portfolio.reading_notes import note, open_note

_NICENESS = 19
_OBJECTS_BEFORE_COLLECTING = 20_000  # most is freed without; looking for cycles costs 5 percent


Done = TypeVar("Done")
SPENT = 75
_SPENT_SHARE = 0.6
_held: frozenset[Measure] = frozenset()
_memory_limit_bytes = sys.maxsize
_out_of_memory = False
_files = 0


def prepare(
    scratch: str,
    memory_limit_bytes: int,
    notes: Path | None,
    outbox: Path | None = None,
    largest_file_bytes: int = LARGEST_FILE_BYTES,
) -> None:
    """Make this process a modest one: low priority, little memory, easily stopped, confined."""
    global _held, _memory_limit_bytes
    _memory_limit_bytes = memory_limit_bytes
    if notes is not None:
        open_note(notes)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform.startswith("linux"):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # children die with us, see programs
        end_with_parent()
    elif os.name == "posix":
        signal.signal(signal.SIGTERM, _end_with_children)
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(_NICENESS)
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTING)
    _work_below(scratch)
    _silence_libraries()
    sign_on(Path(scratch))
    _held = confine(Path(scratch), memory_limit_bytes, outbox, largest_file_bytes)


def held() -> frozenset[Measure]:
    """Return what this worker gave up; asked by the pool."""
    return _held


def read(found: FoundFile) -> Fingerprint:
    """Fingerprint one file; the reader is imported here, in the worker. Raises FileProblem."""
    from desktop.portfolio.fingerprint import fingerprint

    return fingerprint(found)


def work_all(
    bundle: tuple[FoundFile, ...], cpu_limit_s: float, task: Callable[[Any], Done]
) -> tuple[Done | FileProblem, ...]:
    """Do some files, one after the other; the first of them only, where memory is low.

    Ends the process with exit code SPENT, before it looks at the first, where an earlier file took
    so much memory for good that this one could fail for want of it.
    """
    if _is_spent():
        os._exit(SPENT)
    results: list[Done | FileProblem] = []
    for found in bundle:
        if results and _is_spent():
            break
        note(found.path_bytes)
        results.append(work(found, cpu_limit_s, task))
    note(b"")
    return tuple(results)


def work(found: FoundFile, cpu_limit_s: float, task: Callable[[Any], Done]) -> Done | FileProblem:
    """Do one file; a problem with it is returned, not raised."""
    global _files
    _files += 1
    allow_cpu_s(cpu_limit_s)
    if _is_the_systems_own(found.path):
        return FileProblem(
            "This is not a file but a view into the running system.",
            path=found.path,
            reason=FileProblemKind.NOT_A_FILE,
            advice="It holds no work and can be left out.",
        )
    with _Keep() as kept:
        return task(found)
    return _problem(found, kept.error)


class _Keep:
    """Keeps whatever is raised in this process.

    Decoders raise anything, and what cannot be pickled, or not be rebuilt, would break the pool.
    """

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> bool:
        self.error = error
        return True


def _is_spent() -> bool:
    """Say whether to make way; never before the first file, so that every worker does one."""
    too_much = own_data_bytes() > _memory_limit_bytes * _SPENT_SHARE
    return _files > 0 and (_out_of_memory or too_much)


def _is_the_systems_own(path: Path) -> bool:
    """Say whether a path lies in /proc or /sys, where some files never end and others act."""
    try:
        return os.stat(path).st_dev in _system_devices()
    except OSError:
        return False


@cache
def _system_devices() -> frozenset[int]:
    if not sys.platform.startswith("linux"):
        return frozenset()
    usual = (Path("/proc"), Path("/sys"), *Path("/sys/kernel").glob("*"))
    return frozenset(path.stat().st_dev for path in usual if path.is_dir())


def _problem(found: FoundFile, error: BaseException | None) -> FileProblem:
    """Return what was raised over a file as a problem with it."""
    if isinstance(error, FileProblem):
        return error
    if isinstance(error, MemoryError):
        global _out_of_memory
        _out_of_memory = True
        return too_large(found)
    if isinstance(error, TimeoutError):
        return too_slow(found)
    return crashed(found)


def too_large(found: FoundFile) -> FileProblem:
    """Return the problem of a file that needs more memory than a worker may have."""
    return FileProblem(
        "This file needs more memory than it may have.",
        path=found.path,
        reason=FileProblemKind.TOO_LARGE,
        advice="Save a smaller copy and add that instead.",
    )


def too_slow(found: FoundFile) -> FileProblem:
    """Return the problem of a file that was stopped because its time was up."""
    return FileProblem(
        "Reading this file took too long and was stopped.",
        path=found.path,
        reason=FileProblemKind.TOO_SLOW,
        advice="Try it again alone; if it stays slow, save the file anew in its own program.",
    )


def crashed(found: FoundFile) -> FileProblem:
    """Return the problem of a file that a decoder did not survive."""
    return FileProblem(
        "The program that reads files broke down over this one.",
        path=found.path,
        reason=FileProblemKind.CRASHED,
        advice="The file is probably damaged. Open it in its own program and save it anew.",
    )


def _work_below(scratch: str) -> None:
    """Make scratch the place for temporary files, and let no library find programs to start.

    Tika asks for tesseract again and again; texts must not depend on what is installed.
    """
    tempfile.tempdir = scratch
    for name in ("TMPDIR", "TEMP", "TMP"):
        os.environ[name] = scratch
    os.environ.pop("FFREPORT", None)  # it would make ffmpeg write a report somewhere
    if os.name == "posix":
        os.environ["PATH"] = scratch


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
