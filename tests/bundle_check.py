"""Builds the folder app and tries it as a stranger would: `python tests/bundle_check.py [FOLDER]`.

FOLDER: an app built before, such as dist/residuals; without it, one is built and thrown away.
Linux only. A frozen app with worker processes can start itself without end, so every run of it is
limited in time and number of processes, and what it leaves running is ended. Exits 1 on a failure.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_PROCESSES = 40
BUILD_S, RUN_S, WINDOW_S = 300.0, 120.0, 8.0
KINDS = ("image", "sound", "video", "text")
OF_THE_APP = ("LD_LIBRARY_PATH", "QT_PLUGIN_PATH", "QML2_IMPORT_PATH")
_PR_SET_CHILD_SUBREAPER = 36


class Failure(Exception):
    """What is wrong with the app, in words."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run left: code is None where its time was up. most: processes at once."""

    code: int | None
    output: str
    seconds: float
    most: int


def main() -> int:
    """Check, say what was seen, and return the exit code."""
    if sys.platform != "linux":
        print("This check runs on Linux only.")
        return 1
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # orphans become our children
    try:
        with tempfile.TemporaryDirectory(prefix="residuals-bundle-") as name:
            work = Path(name)
            folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else _build(work)
            _check(folder, work)
    except Failure as failure:
        print(f"WRONG  {failure}")
        return 1
    return 0


def _build(work: Path) -> Path:
    command = [
        *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"),
        *("--distpath", str(work / "dist"), "--workpath", str(work / "build")),
        str(ROOT / "build.spec"),
    ]
    run = _run(command, dict(os.environ), limit_s=BUILD_S)
    if run.code != 0:
        raise Failure(f"PyInstaller: {_end_of(run)}")
    _say("build", run)
    return work / "dist" / "residuals"


def _check(folder: Path, work: Path) -> None:
    program = str(folder / "residuals")
    files = [path for path in folder.rglob("*") if not path.is_symlink() and path.is_file()]
    print(f"   ok  {sum(path.stat().st_size for path in files) / 1e6:.0f} MB, {len(files)} files")
    broken = [path.name for path in folder.rglob("*") if path.is_symlink() and not path.exists()]
    if broken:
        raise Failure(f"links to nothing: {', '.join(broken)}")
    environment = _stranger(work)
    for part, arguments in (
        ("first start", ["--version"]),
        ("start", ["--version"]),
        ("self-test", ["--self-test", "--json"]),
        ("demo", ["demo", "--no-window"]),
    ):
        run = _run([program, *arguments], environment)
        if run.code != 0:
            raise Failure(f"{part}: {_end_of(run)}")
        if "--version" in arguments and not run.output.startswith("residuals, version "):
            raise Failure(f"{part}: {_end_of(run)}")
        if part == "self-test":
            _check_self_test(run)
        _say(part, run)
    _check_payments(program, environment, work)
    _check_codes(program, environment, work)
    _check_environment_of_programs(program, environment, work)
    _check_window(program, environment, work)


def _check_self_test(run: Run) -> None:
    checks = {str(row["check"]): row["ok"] for row in _rows(run) if "check" in row}
    wanted = {f"{kind} {done}" for kind in KINDS for done in ("fingerprinted", "published")}
    missing = wanted - set(checks)
    wrong = {check for check, ok in checks.items() if not ok}
    if missing or wrong:
        raise Failure(f"self-test: {', '.join(sorted(missing | wrong))}")


def _check_payments(program: str, environment: Mapping[str, str], work: Path) -> None:
    """The bank's rates and what draws a PDF came along."""
    paper = work / "tax.pdf"
    for part, arguments in (
        ("exchange rate", ["rates", "show", "USD", "--on", "2025-06-02"]),
        ("PDF", ["export", "tax", "--year", "2026", "--out", str(paper)]),
    ):
        run = _run([program, *arguments], environment)
        if run.code != 0:
            raise Failure(f"{part}: {_end_of(run)}")
        _say(part, run)
    if not paper.read_bytes().startswith(b"%PDF"):
        raise Failure(f"PDF: {paper.read_bytes()[:40]!r}")


def _check_codes(program: str, environment: Mapping[str, str], work: Path) -> None:
    """The frozen app and the source give every file the same codes."""
    import iscc_samples

    samples = [str(Path(iscc_samples.__file__).parent), str(ROOT / "resources" / "samples")]
    found = []
    for part, start in (("scan", [program]), ("scan, source", [sys.executable, "-m", "desktop"])):
        library = work / part
        run = _run([*start, "--json", "--library", str(library), "scan", *samples], environment)
        if run.code not in (0, 1):  # 1: some samples are damaged on purpose
            raise Failure(f"{part}: {_end_of(run)}")
        rows = {str(row["path"]): row for row in _rows(run) if "path" in row}
        found.append({path: {**row, "work_id": 0} for path, row in rows.items()})
        _say(f"{part} ({len(rows)} files)", run)
    frozen, source = found
    # Of this damaged film, ffmpeg itself reads sometimes more and sometimes less.
    steady = [path for path in source if not path.endswith("demo.ogv")]
    others = [path for path in steady if frozen.get(path) != source[path]]
    if others:
        raise Failure(f"scan: {frozen.get(others[0])}\n  but the source: {source[others[0]]}")
    if len(frozen) != len(source) or len(source) < 50:
        raise Failure(f"scan: {len(frozen)} files, but the source found {len(source)}")


def _check_environment_of_programs(
    program: str, environment: Mapping[str, str], work: Path
) -> None:
    """A program of the system that the app starts is not sent to the app's own libraries."""
    heard = [number * 7_919 for number in range(40)]
    leaks = " ".join(f'"${name}"' for name in OF_THE_APP)
    answer = json.dumps({"duration": 5.0, "fingerprint": heard})
    fake = Path(environment["PATH"]) / "fpcalc"
    fake.write_text(
        f"#!/bin/sh\nfor one in {leaks}; do [ -z \"$one\" ] || exit 1; done\necho '{answer}'\n",
        encoding="utf-8",
    )
    fake.chmod(0o755)
    sound = ROOT / "resources" / "samples" / "works" / "low-tide.mp3"
    library = str(work / "one")
    run = _run([program, "--json", "--library", library, "scan", str(sound)], environment)
    fake.unlink()
    if run.code != 0 or '"units"' not in run.output:
        raise Failure(f"a scan with fpcalc: {_end_of(run)}")
    import iscc_lib

    if iscc_lib.gen_audio_code_v0(heard)["iscc"] not in run.output:
        raise Failure(f"programs the app starts get some of its {', '.join(OF_THE_APP)}")


def _check_window(program: str, environment: Mapping[str, str], work: Path) -> None:
    library = work / "window"
    offscreen = {**environment, "QT_QPA_PLATFORM": "offscreen"}
    run = _run([program, "--library", str(library)], offscreen, limit_s=WINDOW_S)
    if run.code is not None or not library.exists() or run.output.strip():
        raise Failure(f"window: {_end_of(run)}")
    _say("window stays", run)


def _stranger(work: Path) -> dict[str, str]:
    """Return the environment of someone who has nothing installed."""
    folders = {name: work / name.lower() for name in ("HOME", "PATH", "TMPDIR")}
    for folder in folders.values():
        folder.mkdir()
    return {"LANG": "C.UTF-8", **{name: str(folder) for name, folder in folders.items()}}


def _run(command: list[str], environment: Mapping[str, str], *, limit_s: float = RUN_S) -> Run:
    """Run a program to its end or to the end of its time. Raises Failure if it multiplies."""
    started = time.monotonic()
    most = 0
    outside = ROOT if command[:1] == [sys.executable] else Path("/")
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=outside,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_few_processes,
        )
        try:
            while process.poll() is None and time.monotonic() - started < limit_s:
                most = max(most, len(_descendants()))
                if most > MOST_PROCESSES:
                    raise Failure(f"{Path(command[0]).name} runs {most} processes at once")
                time.sleep(0.05)
            code = process.poll()
            seconds = time.monotonic() - started
        finally:
            _end_all()
            process.wait()
        output.seek(0)
        return Run(code, output.read().decode("utf-8", "replace"), seconds, most)


def _few_processes() -> None:
    """Limit the user's processes; the kernel does not hold root to it, so they are counted too."""
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    tasks = sum(1 for _ in Path("/proc").glob("[0-9]*/task/*")) + 400
    wanted = tasks if hard == resource.RLIM_INFINITY else min(tasks, hard)
    resource.setrlimit(resource.RLIMIT_NPROC, (wanted, hard))


def _descendants() -> list[int]:
    """Return the processes that this one started, and those they started."""
    parents = dict(_parents())
    known = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in known} - known:
        known |= more
    return sorted(known - {os.getpid()})


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                yield int(folder.name), int(parent)


def _end_all() -> None:
    """End what is left: first stopped, so that none starts another meanwhile."""
    while left := _descendants():
        for kind in (signal.SIGSTOP, signal.SIGKILL):
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, kind)
        time.sleep(0.02)


def _rows(run: Run) -> list[dict[str, object]]:
    return [json.loads(line) for line in run.output.splitlines() if line.startswith("{")]


def _end_of(run: Run) -> str:
    ending = "its time was up" if run.code is None else f"exit code {run.code}"
    return f"{ending} after {run.seconds:.1f} s\n{run.output[-3000:]}"


def _say(part: str, run: Run) -> None:
    print(f"   ok  {run.seconds:6.2f} s  {part}, {run.most} processes at most", flush=True)


if __name__ == "__main__":
    sys.exit(main())
