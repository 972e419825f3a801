"""The oracle: the reference iscc_sdk, held to the programs on this machine, never downloading."""

from __future__ import annotations

import json
import shutil
import subprocess
import warnings
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import iscc_samples

GOLDEN = Path(__file__).with_name("reference_codes.json")
SAMPLES = Path(iscc_samples.__file__).parent / "files"


def sample(name: str) -> Path:
    """Return one of the reference's sample files, such as "image/demo.jpg"."""
    return SAMPLES / name


def golden() -> dict[str, dict[str, Any]]:
    """Return what make_reference.py wrote down for every sample: codes, or the error's name."""
    written: dict[str, dict[str, Any]] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return written


def has_programs() -> bool:
    """Say whether the programs that the reference needs for sounds and videos are here."""
    return all(shutil.which(name) for name in ("fpcalc", "ffprobe"))


def codes(path: Path) -> tuple[str, tuple[str, ...]]:
    """Return the ISCC-CODE and the 256-bit units the reference gives, whatever it raises else."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = sdk().code_iscc(path, fallback=True, bits=256, add_units=True)
        return made.iscc, tuple(made.units)


@cache
def sdk() -> ModuleType:
    """Return iscc_sdk with its program paths replaced by what is installed here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import imageio_ffmpeg
        import iscc_sdk
        from iscc_sdk import tools

    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    tools.ffmpeg_bin = lambda: ffmpeg
    tools.ffprobe_bin = lambda: shutil.which("ffprobe")
    iscc_sdk.run_fpcalc = _run_fpcalc
    module: ModuleType = iscc_sdk
    return module


def _run_fpcalc(arguments: list[str | Path]) -> subprocess.CompletedProcess[bytes]:
    """Run fpcalc as the reference does, but take Debian's exit code 3 for what it is: the end."""
    command = [shutil.which("fpcalc") or "fpcalc", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in (0, 3):
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return done
