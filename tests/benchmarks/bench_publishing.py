"""How long 1,000 photographs of 12 megapixels take to publish, in how much memory.

Run from the checkout: python -m tests.benchmarks.bench_publishing [--count 1000]
Must stay under 5 minutes for 1,000 on 2 cores; memory must not grow with their number. The peer
in the same run is ExifTool, which writes the XMP only: no manifest, no fingerprint, one process.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks import photographs

_PUBLISH = """
import resource, sys
from pathlib import Path
from desktop.flows.identifying import create_identity
from desktop.flows.importing import import_paths
from desktop.flows.publishing import publish
from desktop.flows.terms_changing import apply_change
from desktop.model.publishing import CopyOutcome
from desktop.model.terms import Answer, Terms, Use
from desktop.model.terms_changes import Choice
from desktop.services import open_services
def workers_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
if __name__ == "__main__":
    library, folder, out = map(Path, sys.argv[1:4])
    password = lambda sentence: "a password to measure"
    with open_services(library, use_keyring=False, jobs=2, ask_password=password) as services:
        create_identity("Ana Sousa", services)
        import_paths([folder], services)
        apply_change(Choice.everything(), Terms(uses={Use.TRAIN: Answer.DENY}), services)
        spent = workers_cpu()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        done = publish(None, out, services)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    cpu = workers_cpu() - spent
    print(done.counts[CopyOutcome.PUBLISHED], done.seconds, before, after, workers, cpu)
"""
_XMP = (
    "-XMP-xmpRights:WebStatement=https://example.org/terms",
    "-XMP-dc:Creator=Ana Sousa",
    "-XMP-dc:Rights=(c) Ana Sousa",
    "-XMP-xmpRights:UsageTerms=No training",
)


def publish(home: Path, folder: Path) -> list[float]:
    """Return copies, seconds, MiB of us before and after and of a worker, their CPU seconds."""
    out, library = home / "out", home / "library"
    command = [sys.executable, "-c", _PUBLISH, str(library), str(folder), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    made = len(list(out.glob("*.jpg")))
    figures = [float(word) for word in done.stdout.split()]
    shutil.rmtree(out)
    shutil.rmtree(library)
    assert made == figures[0], "copies are missing"
    return figures


def peer(home: Path, photos: list[Path]) -> float:
    """Return the seconds ExifTool takes for a photograph, or 0 where there is none."""
    program = shutil.which("exiftool")
    if program is None:
        return 0.0
    out = home / "peer"
    start = time.perf_counter()
    subprocess.run([program, "-q", "-o", f"{out}/", *_XMP, *map(str, photos)], check=True)
    os.sync()
    seconds = time.perf_counter() - start
    shutil.rmtree(out)
    return seconds / len(photos)


def main() -> None:
    """Publish a part and all of them, and print what it took beside the peer."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        part = max(20, count // 10)
        photographs.make(home / "some", part)
        few = publish(home, home / "some")
        exiftool = peer(home, sorted((home / "some").iterdir()))
        shutil.rmtree(home / "some")
        size = photographs.make(home / "all", count)
        many = publish(home, home / "all")
    print(f"{count} photographs of {size / count / 1e6:.1f} MB: {many[1]:.0f} s")
    print(f"workers computed {many[5]:.0f} s, which 2 idle cores do in {many[5] / 2:.0f} s")
    print(f"{many[1] / count:.3f} s each; of {part}: {few[1] / part:.3f} s each")
    print(f"memory of {part}: {few[3]:.0f} MiB, workers {few[4]:.0f} MiB")
    print(f"memory of {count}: {many[3]:.0f} MiB, workers {many[4]:.0f} MiB")
    if exiftool:
        print(f"ExifTool, XMP only: {exiftool:.3f} s each; we take "
              f"{many[1] / count / exiftool:.1f} times that")  # fmt: skip
    print(f"1,000 take {many[1] / count * 1000:.0f} s, of 300 s allowed")


if __name__ == "__main__":
    main()
