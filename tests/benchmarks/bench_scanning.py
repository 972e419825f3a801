"""How a scan grows: seconds a file, memory and the rescan at 1k, 10k and 100k files.

Run from the checkout: python -m tests.benchmarks.bench_scanning [--sizes 1000 10000 100000]
The peer is in the figures themselves: the first size, measured in the same run. A rescan is
compared with a bare walk that only looks at every file (os.walk and os.stat).
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from tests.benchmarks import portfolio

_SCAN = """
import resource, sys, time
from pathlib import Path
from desktop.flows.importing import import_paths
from desktop.services import open_services
if __name__ == "__main__":
    with open_services(Path(sys.argv[1]), use_keyring=False, jobs=2) as services:
        start, spent = time.perf_counter(), time.process_time()
        imported = import_paths([Path(sys.argv[2])], services)
        wall, cpu = time.perf_counter() - start, time.process_time() - spent
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(sum(imported.counts.values()), wall, cpu, workers.ru_utime + workers.ru_stime, own,
          workers.ru_maxrss // 1024)
"""


def scan(library: Path, folder: Path) -> list[float]:
    """Return files, seconds, our and the workers' processor seconds, MiB of us and of a worker."""
    command = [sys.executable, "-c", _SCAN, str(library), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(word) for word in done.stdout.split()]


def tree(folder: Path, count: int) -> None:
    """Write small pictures, 500 a folder, each with other bytes."""
    base = portfolio.photo(3, 1100, 1100)
    for number in range(count):
        place = folder / f"{number // 500:04}"
        if number % 500 == 0:
            place.mkdir(parents=True)
        left, top = number % 1001, number * 7 // 1001 % 1051
        picture = base.crop((left, top, left + 64, top + 48))
        picture.putpixel((0, 0), (number % 256, number // 256 % 256, number // 65536))
        picture.save(place / f"picture {number}.png", compress_level=1)


def walk(folder: Path) -> float:
    """Return the seconds of a walk that only looks at every file."""
    start = time.perf_counter()
    for place, _, names in os.walk(folder):
        for name in names:
            os.stat(os.path.join(place, name))
    return time.perf_counter() - start


def large_picture(folder: Path) -> None:
    """Print how much memory a worker takes for a picture of 100 megapixels."""
    folder.mkdir()
    Image.effect_noise((1000, 1000), 60).resize((10_000, 10_000)).convert("RGB").save(
        folder / "large.jpg", quality=80
    )
    with tempfile.TemporaryDirectory() as library:
        figures = scan(Path(library), folder)
    print(f"100 megapixels: a worker {figures[5]:.0f} MiB, {figures[1]:.1f} s")


def main() -> None:
    """Print a line a size, and the memory of a large picture."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="*", default=[1000, 10_000, 100_000])
    options = parser.parse_args()
    print(
        f"{'files':>8}{'wall s':>9}{'cpu ms/file':>13}{'main MiB':>10}{'worker MiB':>12}"
        f"{'rescan s':>10}{'ms/file':>9}{'walk s':>8}{'ratio':>7}"
    )
    with tempfile.TemporaryDirectory() as name:
        for size in options.sizes:
            folder, library = Path(name) / f"tree{size}", Path(name) / f"library{size}"
            tree(folder, size)
            files, wall, cpu, workers, own, worker = scan(library, folder)
            again = scan(library, folder)
            bare = walk(folder)
            each = (cpu + workers) / files * 1000
            print(
                f"{size:8}{wall:9.1f}{each:13.2f}{own:10.0f}{worker:12.0f}"
                f"{again[1]:10.2f}{again[1] / size * 1000:9.3f}{bare:8.2f}{again[1] / bare:7.1f}",
                flush=True,
            )
        large_picture(Path(name) / "large")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"(this script itself: {peak} MiB)")


if __name__ == "__main__":
    main()
