"""How quickly claims are prepared, signed and queued, and then sent to the practice registry.

Run from the checkout: python -m tests.benchmarks.bench_claims [--claims 10000]
The peers in the same run: for claiming, one Ed25519 signature, one canonical form and one row of
SQLite a claim, kept as often as the app does; for sending, the same batches by bare requests.post
to another practice registry.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import requests
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

from desktop.flows.claiming import claim
from desktop.flows.identifying import my_key
from desktop.flows.syncing import add_registry, sync
from desktop.identity.canonical import parse_json
from desktop.identity.http_signatures import signature_headers
from desktop.registries.transport import Limits
from desktop.services import Services
from tests.studio import REGISTRY, add_works, entries, open_studio, settle

BATCH = 50
COMMIT_EVERY = 200
_SERVE = "import sys; from desktop.cli.main import run; sys.exit(run(sys.argv[1:]))"


@contextmanager
def practice(folder: Path) -> Iterator[str]:
    """Run a practice registry in a process of its own; yields its address."""
    command = [sys.executable, "-c", _SERVE, "--json", "practice", "serve", "--store", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield str(parse_json(process.stdout.readline().encode())["url"])
        finally:
            process.terminate()


def bare_claiming(documents: list[bytes], folder: Path) -> float:
    """Return the seconds of the least that claiming takes: sign, canonical form, a row."""
    key = Ed25519PrivateKey.generate()
    read = [parse_json(document) for document in documents]
    connection = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE claims (claim_id INTEGER PRIMARY KEY, document BLOB) STRICT")
    start = time.perf_counter()
    for first in range(0, len(read), COMMIT_EVERY):
        connection.execute("BEGIN IMMEDIATE")
        for document in read[first : first + COMMIT_EVERY]:
            text = rfc8785.dumps(document)
            connection.execute("INSERT INTO claims (document) VALUES (?)", (text + key.sign(text),))
        connection.execute("COMMIT")
    seconds = time.perf_counter() - start
    connection.close()
    return seconds


def bare_sending(documents: list[bytes], services: Services, folder: Path) -> float:
    """Return the seconds of the same batches sent by requests alone, signed beforehand."""
    key = my_key(services)
    with practice(folder) as address, requests.Session() as session:
        session.trust_env = False
        url = address + "/claims"
        calls = []
        for first in range(0, len(documents), BATCH):
            body = b'{"claims":[' + b",".join(documents[first : first + BATCH]) + b"]}"
            headers = signature_headers("POST", url, body, key, created=datetime.now(UTC))
            calls.append((body, {**headers, "Content-Type": "application/json"}))
        start = time.perf_counter()
        for body, headers in calls:
            assert session.post(url, data=body, headers=headers, timeout=60).status_code == 200
        return time.perf_counter() - start


def now() -> tuple[float, float]:
    """Return the time, and the processor time of this process."""
    return time.perf_counter(), time.process_time()


def told(what: str, count: int, seconds: float, cpu_s: float, peer_s: float) -> None:
    """Print one line of figures. cpu_s: this process alone, whatever else the computer does."""
    print(
        f"{what:<28}{count:>8}{seconds:>9.1f} s{count / seconds:>9.0f}/s   own cpu {cpu_s:5.1f} s"
        f"   peer {peer_s:6.2f} s, ratio {seconds / peer_s:5.1f}",
        flush=True,
    )


def measure(count: int, folder: Path) -> None:
    """Print both figures, each with its peer."""
    with (
        practice(folder / "registry") as url,
        open_studio(folder / "library", limits=Limits()) as services,
    ):
        settle(services)
        add_registry(REGISTRY, url, services)
        works = add_works(services, count)
        start, spent = time.perf_counter(), time.process_time()
        queued = claim(works, REGISTRY, services)
        claiming_s, cpu_s = time.perf_counter() - start, time.process_time() - spent
        assert sum(1 for one in queued if one.claim_id) == count
        documents = [entry.document for entry in entries(services)]
        bare_s = bare_claiming(documents, folder)
        told("prepared, signed, queued", count, claiming_s, cpu_s, bare_s)
        moments: list[tuple[float, float]] = []
        start, spent = time.perf_counter(), time.process_time()
        done = sync(services, tell=lambda _: moments.append(now()))
        whole_s = time.perf_counter() - start
        assert (done.sent, done.problems) == (count, []), (done.sent, done.problems)
        last, last_spent = moments[count - 1]
        bare_s = bare_sending(documents, services, folder / "other")
        told("sent", count, last - start, last_spent - spent, bare_s)
        print(f"{'the whole sync, with events':<28}{done.events:>8}{whole_s:>9.1f} s")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--claims", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        measure(options.claims, Path(name))


if __name__ == "__main__":
    main()
