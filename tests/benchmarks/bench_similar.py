"""Time near-duplicates in a large library, with naive scans and usearch in the same run.

Run from the checkout: python -m tests.benchmarks.bench_similar [--works 1000000] [--grouped 100000]
usearch is only a peer: `exact` is compared if it is installed.
Needs 1.5 GB in the temporary folder.
"""

from __future__ import annotations

import argparse
import base64
import importlib
import json
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from desktop.flows.comparing import find_similar, groups
from desktop.model.fingerprints import Kind
from desktop.services import Services, open_services
from desktop.store import codes
from desktop.store.database import DATABASE_NAME
from desktop.store.engine import sqlite3

_HEADER = bytes([0x21, 0x07])  # a 256-bit Image-Code
_WORK = "INSERT INTO works (work_id, title, kind, fingerprint_id, added_s) VALUES (?, ?, ?, ?, 1)"
_FINGERPRINT = (
    "INSERT INTO fingerprints (fingerprint_id, work_id, kind, mediatype, size_bytes, iscc, "
    "unit_data, unit_instance, units_256, datahash, sha256, md5, made_s) "
    "VALUES (?, ?, ?, 'image/jpeg', 1, ?, '', '', ?, ?, ?, ?, 1)"
)


def _bodies(count: int, seed: int) -> np.ndarray:
    """Return codes (count, 32): as balanced as Image-Codes, every tenth near its neighbour's."""
    made = np.random.default_rng(seed).integers(0, 256, (count, 32), np.uint8)
    made[::10] = made[1::10]
    made[::10, 5] ^= 0b1010
    return made


def make_library(folder: Path, count: int) -> None:
    """Write a library of count imaginary pictures."""
    open_services(folder, use_keyring=False).close()
    # Without foreign keys: each new work would look through all others for its fingerprint.
    connection = sqlite3.connect(str(folder / DATABASE_NAME), isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    for start in range(0, count, 50_000):
        rows = list(_rows(start, min(50_000, count - start)))
        connection.execute("BEGIN")
        connection.executemany(_WORK, [row[0] for row in rows])
        connection.executemany(_FINGERPRINT, [row[1] for row in rows])
        connection.execute("COMMIT")
    connection.close()


def _rows(start: int, count: int) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    for number, body in enumerate(_bodies(count, start), start=start + 1):
        unit = "ISCC:" + base64.b32encode(_HEADER + body.tobytes()).decode().rstrip("=")
        digest = f"{number:064x}"
        instance = "ISCC:" + "I" * 55
        yield (
            (number, f"Picture {number}", Kind.IMAGE.value, number),
            (
                *(number, number, Kind.IMAGE.value, f"ISCC:{number}"),
                json.dumps(["ISCC:" + "A" * 55, unit, instance, instance]),
                *("1e20" + digest[::-1], digest, digest[:32]),
            ),
        )


def _ms(work: Callable[[], object], times: int = 15) -> tuple[float, float]:
    """Return median and worst milliseconds."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent), max(spent)


def _peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _line(title: str, median: float, worst: float | None = None) -> None:
    print(f"{title:58}{median:12.1f} ms" + (f"{worst:12.1f} worst" if worst is not None else ""))


def _library(folder: Path, count: int) -> Path:
    """Make the library in another process, so that the peak of this one is the app's."""
    maker = multiprocessing.get_context("spawn").Process(target=make_library, args=(folder, count))
    maker.start()
    maker.join()
    if maker.exitcode:
        raise SystemExit(maker.exitcode)
    return folder


def _queries(services: Services, count: int) -> list[int]:
    places = np.random.default_rng(5).integers(0, count // 10, 15) * 10 + 1
    found = [find_similar(int(place), services) for place in places]
    assert all(len(one) == 1 and one[0].bits == 2 for one in found), "the neighbour is found"
    return [int(place) for place in places]


def _measure_queries(services: Services, count: int) -> None:
    start = time.perf_counter()
    codes.read(services.store)
    _line(f"cache of {count:,} rows made", (time.perf_counter() - start) * 1000)
    _line("cache opened again", *_ms(lambda: codes.read(services.store)))
    asked = iter(_queries(services, count) * 3)
    _line("similar, whole flow", *_ms(lambda: find_similar(next(asked), services)))
    _line(
        "similar --max-bits 60, whole flow", *_ms(lambda: find_similar(next(asked), services, 60))
    )
    print(f"{'main process at most':58}{_peak_mib():12} MiB")


def _measure_groups(services: Services, count: int) -> None:
    codes.read(services.store)
    start = time.perf_counter()
    found = groups(services)
    _line(f"grouping of {count:,} works, whole flow", (time.perf_counter() - start) * 1000)
    assert len(found) == count // 10
    print(f"{'main process at most':58}{_peak_mib():12} MiB")


def _measure_peers(services: Services, grouped: int) -> None:
    words = np.concatenate([block.words.T for block in codes.read(services.store)])
    words = np.ascontiguousarray(words)
    query = words[1234]
    _line(
        "peer: naive NumPy scan of 256 bits",
        *_ms(lambda: (np.bitwise_count(words ^ query).sum(axis=1) <= 64).nonzero()),
    )
    some, rows = words[:grouped], 100

    def pairs() -> None:
        for number in range(rows):
            (np.bitwise_count(some[number:] ^ some[number]).sum(axis=1) <= 64).nonzero()

    spent, _ = _ms(pairs, 1)
    _line(f"peer: naive NumPy pairs of {grouped:,}, extrapolated", spent / rows * grouped / 2)
    try:
        usearch = importlib.import_module("usearch.index")
    except ImportError:
        print("peer: usearch is not installed")
        return
    data = words.view(np.uint8)
    _line(
        "peer: usearch exact, 10 nearest",
        *_ms(lambda: usearch.search(data, data[1234], 10, usearch.MetricKind.Hamming, exact=True)),
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--works", type=int, default=1_000_000)
    parser.add_argument("--grouped", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        small = _library(Path(name) / "small", options.grouped)
        with open_services(small, use_keyring=False) as services:
            _measure_groups(services, options.grouped)
        large = _library(Path(name) / "large", options.works)
        with open_services(large, use_keyring=False) as services:
            _measure_queries(services, options.works)
            _measure_peers(services, options.grouped)


if __name__ == "__main__":
    main()
