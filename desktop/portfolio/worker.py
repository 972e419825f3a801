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
from desktop.portfolio.confinement import Measure, allow_cpu_s, confine

_NICENESS = 19


_held: frozenset[Measure] = frozenset()


def prepare(scratch: str, memory_limit_bytes: int) -> None:
    """Make this process a modest one: low priority, little memory, easily stopped, confined."""
    global _held
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform.startswith("linux"):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # children die with us, see programs
    elif os.name == "posix":
        signal.signal(signal.SIGTERM, _end_with_children)
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(_NICENESS)
    _work_below(scratch)
    _silence_libraries()
    _held = confine(Path(scratch), memory_limit_bytes)


def held() -> frozenset[Measure]:
    """Return what this worker gave up; asked by the pool."""
    return _held


def work(found: FoundFile, cpu_limit_s: float) -> Fingerprint | FileProblem:
    """Fingerprint one file; a problem with it is returned, not raised."""
    from desktop.portfolio.fingerprint import fingerprint

    allow_cpu_s(cpu_limit_s)
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
