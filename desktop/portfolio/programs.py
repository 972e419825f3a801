"""Run ffmpeg and fpcalc: found without a network, stopped in time, never outliving this process."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from desktop.portfolio import landlock
from desktop.portfolio.content import NoReader

CHILD_TIME_LIMIT_S = 3600.0
_PR_SET_PDEATHSIG = 1
# Of the time before the worker gave up its own, see confinement.
_SEARCH_PATH = os.environ.get("PATH", os.defpath)
_running: set[subprocess.Popen[bytes]] = set()
_confinement: int | None = None


class Outcome:
    """What a program left behind: its exit code and both of its outputs."""

    def __init__(self, code: int, stdout: bytes, stderr: bytes) -> None:
        self.code = code
        self.stdout = stdout
        self.stderr = stderr


@cache
def ffmpeg() -> str:
    """Return the ffmpeg that was shipped with the app, or the one on PATH. Raises NoReader."""
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        found = _on_search_path("ffmpeg")
        if found is None:
            raise NoReader("no ffmpeg") from error
        return found


def ffmpeg_reading(path: Path) -> list[str]:
    """Return the start of an ffmpeg call that reads path: one thread, local files only."""
    return [ffmpeg(), "-hide_banner", "-nostdin", "-nostats", "-y", "-protocol_whitelist",
            "file,pipe", "-threads", "1", "-i", str(path)]  # fmt: skip


@cache
def fpcalc() -> str | None:
    """Return fpcalc: beside the frozen app, else on PATH, else None."""
    beside = Path(getattr(sys, "_MEIPASS", "")) / "bin"
    folder = str(beside) if getattr(sys, "frozen", False) else None
    return (folder and shutil.which("fpcalc", path=folder)) or _on_search_path("fpcalc")


def _on_search_path(name: str) -> str | None:
    return shutil.which(name, path=_SEARCH_PATH)


def confine_to(ruleset: int) -> None:
    """Put every program run from now on under this Landlock ruleset as well."""
    global _confinement
    _confinement = ruleset


def run(
    command: Sequence[str], *, folder: Path | None = None, time_limit_s: float = CHILD_TIME_LIMIT_S
) -> Outcome:
    """Run a program to its end in folder, without input. Raises TimeoutError after time_limit_s."""
    process = subprocess.Popen(
        [os.fsencode(part) for part in command] if os.name == "posix" else list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={**os.environ, "PATH": _SEARCH_PATH},
        preexec_fn=_last_act(),
        # The file it reads is handed down open (see source); Python opens all else as its own.
        close_fds=os.name != "posix",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    _running.add(process)
    try:
        stdout, stderr = process.communicate(timeout=time_limit_s)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"{Path(command[0]).name} took too long") from error
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
        _running.discard(process)
    return Outcome(process.returncode, stdout, stderr)


def kill_all() -> None:
    """Kill every program that still runs; safe to call from a signal handler."""
    for process in tuple(_running):
        process.kill()


def end_with_parent() -> None:
    """Let Linux kill this process as soon as the one that started it is gone."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@cache
def _last_act() -> Callable[[], None] | None:
    """Return what a Linux child does before it becomes the program.

    It asks to die when its parent does, and gives up what it will not need.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def prepare() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        if _confinement is not None:
            landlock.enter(_confinement)

    return prepare
