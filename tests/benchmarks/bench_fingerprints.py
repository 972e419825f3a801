"""Compare files per second with the reference iscc_sdk, in one run on one machine.

Run from the checkout: python -m tests.benchmarks.bench_fingerprints [--jobs 2] [--jpegs 24]
The figure that counts is the ratio; seconds differ from machine to machine.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from PIL import Image

from desktop.model.fingerprints import Fingerprint
from desktop.portfolio.pool import FingerprintPool
from desktop.portfolio.scan import find_files
from tests.portfolio import reference

_FOLDERS = ("image", "audio", "video", "text")


def _reference_one(path: Path) -> bool:
    """Fingerprint one file as the reference does; a file it cannot read costs time all the same."""
    try:
        reference.codes(path)
    except (OSError, ValueError, RuntimeError, SyntaxError, subprocess.SubprocessError):
        return False
    return True


def _time(work: Callable[[], Iterable[object]]) -> tuple[float, int]:
    start = time.perf_counter()
    done = sum(1 for result in work() if isinstance(result, Fingerprint) or result is True)
    return time.perf_counter() - start, done


def _jpegs(folder: Path, count: int) -> list[Path]:
    """Write noisy 12-megapixel JPEGs: the worst case for a decoder."""
    paths = []
    for number in range(count):
        noise = [Image.effect_noise((4000, 3000), 30 + number % 40) for _ in range(3)]
        path = folder / f"{number:03}.jpg"
        Image.merge("RGB", noise).save(path, quality=80)
        paths.append(path)
    return paths


def main() -> None:
    """Print one line a set: ours, the reference's, and how many times faster we are."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--jpegs", type=int, default=24)
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        sets = {folder: sorted((reference.SAMPLES / folder).iterdir()) for folder in _FOLDERS}
        sets["jpeg 12 MP"] = _jpegs(Path(name), options.jpegs)
        print(f"{'set':12}{'files':>6}{'ours s':>9}{'iscc_sdk s':>12}{'ratio':>7}{'ours/s':>8}")
        with FingerprintPool(jobs=options.jobs) as ours, context.Pool(options.jobs) as theirs:
            warm = [reference.sample("text/demo.docx"), reference.sample("image/demo.jpg")]
            list(ours.run(find_files(warm * options.jobs)))
            list(theirs.imap_unordered(_reference_one, warm * options.jobs))
            for title, paths in sets.items():
                mine, done = _time(lambda paths=paths: ours.run(find_files(paths)))  # type: ignore[misc]
                other, _ = _time(lambda paths=paths: theirs.imap_unordered(_reference_one, paths))  # type: ignore[misc]
                rates = f"{other / mine:7.1f}{done / mine:8.1f}"
                print(f"{title:12}{done:6}{mine:9.2f}{other:12.2f}{rates}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"main process: {peak} MiB at most")


if __name__ == "__main__":
    main()
