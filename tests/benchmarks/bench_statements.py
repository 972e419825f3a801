"""How long a million statement lines take to import, beside a plain loader of the same file.

`python -m tests.benchmarks.bench_statements [LINES] [--profile]` prints seconds, peak memory of
each process, and the ratio.
"""

from __future__ import annotations

import cProfile
import csv
import json
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from desktop.flows.stating import import_statements
from desktop.services import open_services
from desktop.store.engine import sqlite3

WORKS = 20_000
STORES = ("Spotify", "Apple Music", "Deezer", "YouTube", "Amazon", "TIDAL", "TikTok", "Qobuz")
LANDS = ("US", "DE", "FR", "GB", "PT", "BR", "JP", "CA", "MX", "NG", "ZA", "IN", "AU", "SE")
HEADER = (
    "Reporting Date", "Sale Month", "Store", "Artist", "Title", "ISRC", "UPC", "Quantity",
    "Song/Album", "Country of Sale", "Earnings (USD)",
)  # fmt: skip


def rows(lines: int) -> Iterator[tuple[str, ...]]:
    """Yield rows of which no two are the same use."""
    each = len(STORES) * len(LANDS)
    for number in range(lines):
        work, place = number // each % WORKS, number % each
        month = 1 + number // (each * WORKS)
        yield (
            "2026-03-31",
            f"2026-{month:02}",
            STORES[place % len(STORES)],
            f"Artist {work % 700}",
            f"Song number {work}",
            f"DEA12{work // 100_000:02}{work % 100_000:05}",
            str(4_000_000_000_000 + work // 12),
            str(1 + number % 977),
            "Song",
            LANDS[place // len(STORES)],
            f"0.{number % 999_983:012}",
        )


def write_file(path: Path, lines: int) -> None:
    """Write a sales report of many lines."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows(lines))


def ours(path: Path, library: Path, *, profile: bool) -> dict[str, float]:
    """Import the file into a fresh library."""
    with open_services(library, use_keyring=False) as services:
        profiler = cProfile.Profile()
        started = time.perf_counter()
        if profile:
            profiler.enable()
        found = import_statements(path, services)
        profiler.disable()
        seconds = time.perf_counter() - started
        if profile:
            pstats.Stats(profiler).sort_stats("tottime").print_stats(45)
        lines = sum(one.lines for one in found.statements)
    return {"seconds": seconds, "lines": lines}


def peer(path: Path, library: Path) -> dict[str, float]:
    """Put the same file into a bare table of text, unread and unchecked."""
    started = time.perf_counter()
    connection = sqlite3.connect(str(library))
    connection.execute("PRAGMA journal_mode=WAL")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        names = ", ".join(f'"{name}" TEXT' for name in next(reader))
        connection.execute(f"CREATE TABLE lines ({names}) STRICT")
        marks = ", ".join("?" * len(HEADER))
        connection.executemany(f"INSERT INTO lines VALUES ({marks})", reader)
    connection.commit()
    (count,) = connection.execute("SELECT count(*) FROM lines").fetchone()
    connection.close()
    return {"seconds": time.perf_counter() - started, "lines": count}


def measured(which: str, path: Path, folder: Path, *, profile: bool = False) -> dict[str, float]:
    """Run one of the two in a process of its own; returns seconds, lines and peak MB."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_statements", which, str(path)]
    command += [str(folder / which)] + (["--profile"] if profile else [])
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    *said, last = ended.stdout.strip().splitlines()
    print("\n".join(said), end="\n" if said else "")
    result: dict[str, float] = json.loads(last)
    return result


def main(arguments: list[str]) -> None:
    """Measure both, or be one of the two."""
    profile = "--profile" in arguments
    given = [one for one in arguments if not one.startswith("--")]
    if given and given[0] in ("ours", "peer"):
        path, target = Path(given[1]), Path(given[2])
        result = ours(path, target, profile=profile) if given[0] == "ours" else peer(path, target)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(result | {"peak_mb": peak, "cpu": time.process_time()}))
        return
    lines = int(given[0]) if given else 1_000_000
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "report.csv"
        write_file(path, lines)
        print(f"{lines:,} lines, {path.stat().st_size / 1e6:,.0f} MB")
        mine = measured("ours", path, Path(temporary), profile=profile)
        other = measured("peer", path, Path(temporary))
    for name, one in (("import", mine), ("csv.reader + executemany", other)):
        print(
            f"{name:<26} {one['seconds']:7.1f} s  {one['cpu']:7.1f} s CPU  "
            f"{one['peak_mb']:6.0f} MB peak  "
            f"{one['lines']:,.0f} lines"
        )
    print(f"ratio {mine['seconds'] / other['seconds']:.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
