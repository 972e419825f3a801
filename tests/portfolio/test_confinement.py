"""What a confined process cannot do any more: each thing is tried, in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.errors import FileProblem
from desktop.model.fingerprints import FoundFile
from desktop.portfolio import landlock, seccomp
from desktop.portfolio.confinement import Measure
from desktop.portfolio.pool import FingerprintPool, WorkerPool
from tests.portfolio import corpus
from tests.portfolio.reference import sample

ROOT = Path(__file__).parents[2]
posix_only = pytest.mark.skipif(os.name != "posix", reason="limits are POSIX's")
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux's own means")
with_landlock = pytest.mark.skipif(landlock.version() == 0, reason="this kernel has no Landlock")
_START = """
import ctypes, errno, json, os, signal, socket, subprocess, sys, threading
from pathlib import Path
from desktop.portfolio import confinement, landlock, seccomp
scratch, outside = Path(sys.argv[1]), Path(sys.argv[2])
def code(call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"
def confine():
    return sorted(confinement.confine(scratch, 1024**3))
"""


@pytest.fixture
def outside() -> Iterator[Path]:
    """Return a folder that is not below /tmp, where Tika makes its files."""
    folder = Path(tempfile.mkdtemp(prefix="outside-", dir="/var/tmp"))
    (folder / "kept.txt").write_text("kept")
    yield folder
    shutil.rmtree(folder)


def _confined(code: str, scratch: Path, outside: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _START + textwrap.dedent(code), str(scratch), str(outside)]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=60
    )


def _answer(code: str, scratch: Path, outside: Path) -> object:
    done = _confined(code, scratch, outside)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@linux_only
@with_landlock
def test_writes_only_in_its_folder(tmp_path: Path, outside: Path) -> None:
    """Outside nothing is made, changed, moved or deleted, not even by a child; inside all is."""
    answer = _answer(
        """
        confine()
        kept, new = outside / "kept.txt", outside / "new"
        child = "import sys; open(sys.argv[1], 'w')"
        tried = {
            "new": code(new.write_text, "x"), "change": code(kept.write_text, "x"),
            "append": code(open, kept, "a"), "delete": code(kept.unlink),
            "move": code(kept.rename, scratch / "x"), "folder": code(new.mkdir),
            "link": code(new.symlink_to, "/"), "hard link": code(os.link, kept, scratch / "h"),
            "pipe": code(os.mkfifo, new), "truncate": code(os.truncate, kept, 0),
            "mode": code(kept.chmod, 0o777), "date": code(os.utime, kept, (0, 0)),
            "child": subprocess.run([sys.executable, "-c", child, new],
                                    stderr=subprocess.DEVNULL).returncode,
        }
        (scratch / "a").mkdir()
        (scratch / "a/b").write_text("x")
        (scratch / "a/b").rename(scratch / "c")
        (scratch / "d").symlink_to(kept)
        Path(os.devnull).write_text("x")
        assert kept.read_text() == (scratch / "d").read_text() == "kept"
        print(json.dumps(tried))
        """,
        tmp_path,
        outside,
    )
    assert isinstance(answer, dict)
    assert answer.pop("child") == 1
    assert {what: how for what, how in answer.items() if how not in ("EACCES", "EPERM")} == (
        {"hard link": "EXDEV"} if answer["hard link"] == "EXDEV" else {}
    )
    assert (outside / "kept.txt").read_text() == "kept"
    assert len(list(outside.iterdir())) == 1


@linux_only
@with_landlock
def test_programs_are_confined_further(tmp_path: Path, outside: Path) -> None:
    """The worker may leave plain files in /tmp, as Tika does; ffmpeg may not even do that."""
    for name in ("spill", "own"):
        (tmp_path / name).mkdir()
    answer = _answer(
        """
        from desktop.portfolio import programs
        confinement._TIKA_SPILL = scratch / "spill"
        confinement.confine(scratch / "own", 1024**3)
        def writes(place):
            return programs.run(["/bin/sh", "-c", f"echo > {place}/new"]).code == 0
        spill = scratch / "spill"
        (spill / "file").write_text("x")
        print(json.dumps([writes(scratch / "own"), writes(spill), writes(outside),
                          code((spill / "folder").mkdir)]))
        """,
        tmp_path,
        outside,
    )
    assert answer == [True, False, False, "EACCES"]


@linux_only
def test_no_network_and_no_reach_into_others(tmp_path: Path, outside: Path) -> None:
    """Every family of sockets, signals to the parent, namespaces, another process's memory."""
    answer = _answer(
        """
        held = confine()
        libc = ctypes.CDLL(None, use_errno=True)
        def raw(number, *arguments):
            return errno.errorcode[ctypes.get_errno()] if libc.syscall(number, *arguments) else 0
        def sockets():
            return [code(socket.socket, family) for family in
                    (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK)]
        inside = []
        thread = threading.Thread(target=lambda: inside.extend(sockets()))
        thread.start()
        thread.join()
        child = "import socket\\ntry: socket.socket()\\nexcept OSError: print('refused')"
        print(json.dumps({
            "sockets": sockets(), "in a thread": inside,
            "in a child": subprocess.check_output([sys.executable, "-c", child], text=True),
            "signal": code(os.kill, os.getppid(), 0) if "signals" in held else "EPERM",
            "namespace": errno.errorcode[ctypes.get_errno()] if libc.unshare(0x10000000) else 0,
            "limits": code(__import__("resource").prlimit, os.getppid(), 7),
        }))
        """,
        tmp_path,
        outside,
    )
    none = ["EAFNOSUPPORT"] * 4
    assert answer == {
        "sockets": none,
        "in a thread": none,
        "in a child": "refused\n",
        "signal": "EPERM",
        "namespace": "EPERM",
        "limits": "EPERM",
    }


@posix_only
def test_files_and_cpu_time_have_an_end(tmp_path: Path, outside: Path) -> None:
    """A file that would outgrow the disk stops; a loop that never ends is ended."""
    done = _confined(
        """
        confine()
        confinement.allow_cpu_s(0.1)
        with open(scratch / "big", "wb", buffering=0) as file:
            file.truncate(1024**3)
            file.seek(0, 2)
            print(code(file.write, b"x"), flush=True)
        sum(iter(int, 1))
        """,
        tmp_path,
        outside,
    )
    assert done.returncode == -signal.SIGXCPU
    assert done.stdout.startswith("EFBIG")


@posix_only
def test_memory_has_an_end_for_each_process(tmp_path: Path, outside: Path) -> None:
    """The worker gets a MemoryError, a child one of its own; both go on."""
    answer = _answer(
        """
        confine()
        def takes(size_bytes):
            try:
                return bool(bytearray(size_bytes))
            except MemoryError:
                return False
        child = "import sys; bytearray(int(sys.argv[1]))"
        def child_takes(size_bytes):
            return not subprocess.run([sys.executable, "-c", child, str(size_bytes)],
                                      stderr=subprocess.DEVNULL).returncode
        print(json.dumps([takes(2 * 1024**3), takes(1024**2), child_takes(2 * 1024**3),
                          child_takes(1024**2)]))
        """,
        tmp_path,
        outside,
    )
    assert answer == [False, True, False, True]


@linux_only
@pytest.mark.parametrize("lacking", ["landlock", "seccomp"])
def test_old_kernels_lose_a_measure_only(tmp_path: Path, outside: Path, lacking: str) -> None:
    """The rest holds, and the worker knows what does not."""
    hide = {
        "landlock": "landlock.version = lambda: 0",
        "seccomp": "seccomp.platform.machine = lambda: 'mips'",
    }
    lost = {
        "landlock": {Measure.WRITING, Measure.TCP, Measure.SIGNALS},
        "seccomp": {Measure.SYSTEM_CALLS},
    }
    answer = _answer(f"{hide[lacking]}\nprint(json.dumps(confine()))", tmp_path, outside)
    assert isinstance(answer, list)
    whole = _answer("print(json.dumps(confine()))", tmp_path, outside)
    assert isinstance(whole, list)
    assert set(answer) == set(whole) - {measure.value for measure in lost[lacking]}
    assert Measure.SYSTEM_CALLS in whole


@linux_only
@pytest.mark.parametrize(
    ("header", "column"),
    [("x86_64-linux-gnu/asm/unistd_64.h", 0), ("asm-generic/unistd.h", 1)],
)
def test_call_numbers_are_the_kernels(header: str, column: int) -> None:
    """Both machine types' numbers are those in Linux's own headers, where these are installed."""
    path = Path("/usr/include") / header
    if not path.exists():
        pytest.skip("no kernel headers here")
    known = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", path.read_text())
    numbers = {name: int(number) for name, number in known}
    compared = 0
    for name, row in seccomp.calls().items():
        if row[column] >= 0 and name in numbers:
            assert (name, row[column]) == (name, numbers[name])
            compared += 1
    assert compared > 40


@linux_only
@with_landlock
def test_workers_of_the_pool_are_confined() -> None:
    """All of it holds in a worker, for each of its threads, and readers still read."""
    names = ["image/demo.jpg", "audio/demo.mp3", "video/demo.mp4", "text/demo.pdf"]
    with FingerprintPool(jobs=1) as pool:
        results = list(pool.run(corpus.found(sample(name)) for name in names))
        held = pool.confinement()
        threads = [
            dict(line.split(":", 1) for line in status.read_text().splitlines())
            for worker in _workers()
            for status in Path(f"/proc/{worker}/task").glob("*/status")
        ]
    assert [result for result in results if isinstance(result, Exception)] == []
    assert held >= {*Measure} - {Measure.TCP, Measure.SIGNALS}
    assert {(one["NoNewPrivs"].strip(), one["Seccomp"].strip()) for one in threads} == {("1", "2")}
    assert len(threads) > 1  # Tika's


def _workers() -> list[int]:
    mine = Path(f"/proc/{os.getpid()}/task")
    children = " ".join(path.read_text() for path in mine.glob("*/children")).split()
    return [
        int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


@posix_only
def test_texts_do_not_depend_on_tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of that name is found by nobody in a worker; other programs still are."""
    called = tmp_path / "called"
    program = tmp_path / "bin/tesseract"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho >> {called}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FFREPORT", f"file={tmp_path}/report:level=32")
    names = ["text/demo.docx", "text/demo.pdf", "audio/demo.mp3", "video/demo.mp4"]
    with FingerprintPool(jobs=1) as pool:
        results = list(pool.run(corpus.found(sample(name)) for name in names))
    assert not [result for result in results if isinstance(result, Exception)]
    assert not called.exists()
    assert not (tmp_path / "report").exists()


def put(found: FoundFile) -> str:
    """Write beside an outbox, then in it; a worker's task."""
    outbox = found.path.parent / "outbox"
    with contextlib.suppress(PermissionError):
        (found.path.parent / "beside").mkdir()  # files of /tmp are Tika's to make
    (outbox / "copy").write_bytes(found.path.read_bytes())
    (outbox / "large").write_bytes(bytes(2 * 1024 * 1024))
    return "put"


@linux_only
@with_landlock
def test_a_task_may_write_in_its_outbox_only_and_no_more_than_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "outbox").mkdir()
    (tmp_path / "a.txt").write_bytes(b"text")
    found = corpus.found(tmp_path / "a.txt")
    with WorkerPool(put, jobs=1, outbox=tmp_path / "outbox", largest_file_bytes=4096) as pool:
        (result,) = pool.run([found])
    assert isinstance(result, FileProblem)
    assert (tmp_path / "outbox" / "copy").read_bytes() == b"text"
    assert (tmp_path / "outbox" / "large").stat().st_size <= 4096
    assert not (tmp_path / "beside").exists()
