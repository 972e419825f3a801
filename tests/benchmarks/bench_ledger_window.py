"""The Payments page at a million lines: until it is shown, each look, and every frame of scrolling.

python -m tests.benchmarks.bench_ledger_window --folder DIR   (a library of bench_ledger)
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from desktop.model.line_columns import Dimension
from desktop.ui.application import application
from desktop.ui.payment_looks import LINES_LOOK
from desktop.ui.payments_view import PaymentsView
from desktop.ui.sidebar import Place
from desktop.ui.theme import Theme
from desktop.ui.window import MainWindow
from tests.studio import open_studio

FRAMES = 600
FRAME_MS = 1000 / 60


def main() -> None:
    """Open the window and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    arguments = parser.parse_args()
    app = application()
    theme = Theme(app)
    with open_studio(arguments.folder) as services:
        window = MainWindow(services, theme)
        window.resize(1280, 800)
        window.show()
        page = window.payments
        started = time.perf_counter()
        window.go(Place.PAYMENTS)
        until(app, lambda: page.model.rowCount() > 0)
        print(f"page shown after {(time.perf_counter() - started) * 1e3:.0f} ms")
        for look in (LINES_LOOK, Dimension.WORK, Dimension.MODEL, Dimension.MONTH, LINES_LOOK):
            print(f"look {look!s:28} {asked(app, page, look):8.0f} ms")
        text = page.head.search
        assert text is not None
        started = time.perf_counter()
        before = page.model.rowCount()
        text.setText("picture 12")
        until(app, lambda: page.model.rowCount() != before)
        print(f"text typed until shown {(time.perf_counter() - started) * 1e3:18.0f} ms")
        text.setText("")
        until(app, lambda: page.model.rowCount() == before)
        scroll(app, page)
        window.close()


def asked(app: QApplication, page: PaymentsView, look: object) -> float:
    """Return how long it takes until a look is shown, in milliseconds."""
    shown: list[bool] = []
    page.model.modelReset.connect(lambda: shown.append(True))
    started = time.perf_counter()
    page.looks.choose(look)
    until(app, lambda: bool(shown))
    return (time.perf_counter() - started) * 1e3


def scroll(app: QApplication, page: PaymentsView) -> None:
    """Scroll through the lines, slowly and in leaps, and print how long each frame takes."""
    bar = page.table.verticalScrollBar()
    times, work = [], []
    for number in range(FRAMES):
        leap = bar.maximum() // 211 if number % 10 == 9 else 97
        started, worked = time.perf_counter(), time.thread_time()
        bar.setValue((bar.value() + leap) % bar.maximum())
        page.table.viewport().repaint()
        times.append((time.perf_counter() - started) * 1e3)
        work.append((time.thread_time() - worked) * 1e3)
        app.processEvents()
    p99, p99_work = (sorted(each)[int(FRAMES * 0.99)] for each in (times, work))
    late = sum(1 for one in times if one > FRAME_MS)
    print(f"{FRAMES} frames over {page.model.rowCount():,} lines:")
    print(f"    median {statistics.median(times):.1f} ms, p99 {p99:.1f} ms")
    print(f"    of which work: {statistics.median(work):.1f} ms, p99 {p99_work:.1f} ms")
    print(f"    {late} took longer than {FRAME_MS:.1f} ms")


def until(app: QApplication, true: Callable[[], bool]) -> None:
    """Let the window work until something is true."""
    end = time.monotonic() + 60
    while not true():
        app.processEvents()
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.001)


if __name__ == "__main__":
    main()
