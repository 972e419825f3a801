"""How long the window is silent while thousands of claims are signed, sent and heard of.

Run from the checkout: python -m tests.benchmarks.bench_window_sync [--claims 3000]
The peer is the same window in the same run with nothing to do.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

from PySide6.QtCore import QEventLoop, QTimer

from desktop.flows.claiming import claim
from desktop.flows.syncing import add_registry
from desktop.services import Services
from desktop.store import outbox
from desktop.ui.application import SWITCH_INTERVAL_S, application
from desktop.ui.sidebar import Place
from desktop.ui.theme import Theme
from desktop.ui.window import MainWindow
from tests.benchmarks.bench_claims import practice
from tests.studio import REGISTRY, add_works, open_studio, settle

IDLE_S = 3.0


class Heartbeat:
    """Beats every 10 ms and remembers how long it was between two beats, in ms."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)
        self._timer.start(10)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1000)
        self._last = now

    def told(self, what: str) -> None:
        """Print the gaps so far, and begin anew."""
        gaps = sorted(self.gaps)
        print(
            f"{what:<24}{len(gaps):>6} beats   p50 {gaps[len(gaps) // 2]:5.1f} ms   "
            f"p99 {gaps[int(len(gaps) * 0.99)]:5.1f} ms   worst {gaps[-1]:6.1f} ms",
            flush=True,
        )
        self.gaps = []


def wait(milliseconds: int) -> None:
    """Let the window live."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def main() -> None:
    """Print the gaps at rest and in a sync."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--claims", type=int, default=3000)
    count = parser.parse_args().claims
    app = application()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with practice(folder / "registry") as url, open_studio(folder / "library") as services:
            settle(services)
            add_registry(REGISTRY, url, services)
            claim(add_works(services, count), REGISTRY, services)
            window = MainWindow(services, Theme(app))
            window.show()
            window.go(Place.CLAIMS)
            wait(1000)
            heart = Heartbeat()
            wait(int(IDLE_S * 1000))
            heart.told("at rest")
            start = time.perf_counter()
            window.actions_.sync()
            while _waiting(services) or not window.strip.isHidden():
                wait(100)
            heart.told(f"{count} claims, {time.perf_counter() - start:.1f} s")
            window.close()


def _waiting(services: Services) -> int:
    with services.store.read() as connection:
        return outbox.waiting(connection)


if __name__ == "__main__":
    main()
