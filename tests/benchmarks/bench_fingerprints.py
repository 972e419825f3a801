"""Compare a whole scan with `iscc-sdk batch`: same files, same workers, one run, codes compared.

Run from the checkout: python -m tests.benchmarks.bench_fingerprints [--jobs 2] [--keep FOLDER]
Both are whole programs with all they do: start, walk, hashes, thumbnails, and keeping the results
(ours in the library, theirs in a JSON file a work). The ratio counts; seconds differ by machine.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import portfolio
from tests.portfolio import reference

_PEER = """
import sys
from pathlib import Path
from tests.portfolio import reference
if __name__ == "__main__":
    reference.sdk()
    from iscc_sdk import cli
    cli.batch(Path(sys.argv[1]), workers=int(sys.argv[2]))
"""

_BARE = """
import subprocess, sys
from multiprocessing import Pool
from pathlib import Path
from PIL import Image
from desktop.portfolio import programs
def decode(path):
    if path.parent.name in ("pictures", "small"):
        Image.open(path).load()
    elif path.parent.name == "sound":
        subprocess.run([programs.fpcalc(), "-length", "0", path], capture_output=True)
    elif path.parent.name == "films":
        command = [*programs.ffmpeg_reading(path), "-an", "-f", "null", "-"]
        subprocess.run(command, capture_output=True)
    else:
        path.read_bytes()
if __name__ == "__main__":
    files = [path for path in Path(sys.argv[1]).rglob("*") if path.is_file()]
    with Pool(int(sys.argv[2])) as pool:
        list(pool.imap_unordered(decode, files))
"""


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds of wall time and of processor time, and the ISCC-CODE of every file."""

    wall_s: float
    cpu_s: float
    codes: dict[str, str]


def _run(command: list[str]) -> tuple[float, float, str]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall_s = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr[-2000:])
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall_s, cpu_s, done.stdout


def ours(folder: Path, jobs: int) -> Timed:
    """Scan a folder into a new library, as a user would."""
    with tempfile.TemporaryDirectory() as library:
        command = [sys.executable, "-m", "desktop", "--library", library, "--json", "scan"]
        wall_s, cpu_s, out = _run([*command, str(folder), "--jobs", str(jobs)])
    rows = [json.loads(line) for line in out.splitlines()]
    codes = {os.path.relpath(row["path"], folder): row["iscc"] for row in rows if row.get("iscc")}
    return Timed(wall_s, cpu_s, codes)


def theirs(folder: Path, jobs: int) -> Timed:
    """Run the reference over a folder of links to the same files."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        copy = Path(name) / "copy"
        shutil.copytree(folder, copy, copy_function=os.link)
        script = Path(name) / "peer.py"
        script.write_text(_PEER)
        environment = [sys.executable, "-c", _PEER, str(copy), str(jobs)]
        wall_s, cpu_s, _ = _run(environment)
        codes = {
            os.path.relpath(path, copy).removesuffix(".iscc.json"): json.loads(path.read_text())[
                "iscc"
            ]
            for path in copy.rglob("*.iscc.json")
        }
    return Timed(wall_s, cpu_s, codes)


def bare(folder: Path, jobs: int) -> float:
    """Return the seconds that decoding alone takes, with nothing done with what comes out."""
    return _run([sys.executable, "-c", _BARE, str(folder), str(jobs)])[0]


def make(folder: Path) -> None:
    """Generate what is not there yet."""
    if not (folder / "made").exists():
        portfolio.photos(folder / "mixed" / "pictures", 64, 32)
        portfolio.documents(folder / "mixed" / "documents", 56)
        portfolio.music(folder / "mixed" / "sound", 12)
        portfolio.films(folder / "mixed" / "films", 3)
        portfolio.small_pictures(folder / "small", 2000)
        (folder / "made").touch()


def compare(title: str, folder: Path, jobs: int, rounds: int) -> None:
    """Print one line: the best of some rounds, taken in turns."""
    mine, other = [], []
    for _ in range(rounds):
        mine.append(ours(folder, jobs))
        other.append(theirs(folder, jobs))
    best, peer = min(mine, key=lambda t: t.wall_s), min(other, key=lambda t: t.wall_s)
    same = sum(best.codes.get(name) == code for name, code in peer.codes.items())
    ratios = f"{peer.wall_s / best.wall_s:7.2f}{peer.cpu_s / best.cpu_s:9.2f}"
    print(
        f"{title:12}{len(best.codes):6}{best.wall_s:9.2f}{peer.wall_s:9.2f}{ratios}"
        f"{bare(folder, jobs):9.2f}"
        f"   {same} of {len(peer.codes)}",
        flush=True,
    )
    for name, code in peer.codes.items():
        if best.codes.get(name) != code:
            print(f"   differs: {name}: {best.codes.get(name)} and not {code}")


def main() -> None:
    """Print a line a set: our seconds, theirs, the ratio of wall and processor time, the limit.

    The limit: bare decoding of pictures, sound and films; of documents only reading the bytes.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="keep the generated files in this folder")
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    if not reference.has_programs():
        raise SystemExit("fpcalc and ffprobe are needed to run the reference")
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        make(folder)
        mixed = folder / "mixed"
        sets = {
            "mixed": mixed, "pictures": mixed / "pictures", "documents": mixed / "documents",
            "sound": mixed / "sound", "films": mixed / "films", "small": folder / "small",
        }  # fmt: skip
        print(
            f"{'set':12}{'files':>6}{'ours s':>9}{'peer s':>9}{'ratio':>7}{'cpu':>9}{'bare s':>9}"
            "   same codes"
        )
        for title, one in sets.items():
            if not options.only or title in options.only:
                compare(title, one, options.jobs, options.rounds)


if __name__ == "__main__":
    main()
