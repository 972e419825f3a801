"""Takes pictures of every place of the window, for the README and for judging the look.

    python -m tests.look.take_screenshots FOLDER [--size 1280x800] [--dark]

Runs the practice story in a temporary library, so it needs nothing but this checkout.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

from PySide6.QtWidgets import QApplication, QWidget

from desktop.flows.demonstrating import demonstrate
from desktop.model.ledger import LineFilter
from desktop.model.line_columns import Dimension
from desktop.practice.server import PracticeServer
from desktop.services import Services, open_services
from desktop.ui.application import application
from desktop.ui.payment_looks import LINES_LOOK, PARTY_LOOK
from desktop.ui.sidebar import Place
from desktop.ui.theme import Theme
from desktop.ui.window import MainWindow
from tests.look.payments_story import tell_payments
from tests.look.terms_story import show_terms, tell_terms


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--dark", action="store_true")
    arguments = parser.parse_args()
    width, height = (int(part) for part in arguments.size.split("x"))
    arguments.folder.mkdir(parents=True, exist_ok=True)
    app = application()
    theme = Theme(app)
    theme.apply(dark=arguments.dark)
    suffix = f"{'dark' if arguments.dark else 'light'}-{arguments.size}"
    with tempfile.TemporaryDirectory() as name:
        with _library(Path(name) / "empty") as services:
            _picture(
                app, services, theme, arguments.folder / f"first-run-{suffix}.png", width, height
            )
        with _library(Path(name) / "full") as services:
            with PracticeServer(services.practice_folder) as server:
                demonstrate(services, server, lambda _step: None)
            _places(app, services, theme, arguments.folder, suffix, width, height)
            tell_terms(services)
            _terms(app, services, theme, arguments.folder, suffix, width, height)
        with _library(Path(name) / "paid") as services:
            tell_payments(services)
            _payments(app, services, theme, arguments.folder, suffix, width, height)


def _library(folder: Path) -> Services:
    return open_services(folder, ask_password=lambda _sentence: "only a picture")


def _picture(
    app: QApplication, services: Services, theme: Theme, path: Path, width: int, height: int
) -> None:
    window = MainWindow(services, theme)
    window.resize(width, height)
    window.show()
    _settle(app)
    window.grab().save(str(path))
    window.close()


def _places(
    app: QApplication,
    services: Services,
    theme: Theme,
    folder: Path,
    suffix: str,
    width: int,
    height: int,
) -> None:
    window = MainWindow(services, theme)
    window.resize(width, height)
    window.show()
    for place in Place:
        window.go(place)
        _settle(app)
        name = place.value.lower().replace(" ", "-")
        window.grab().save(str(folder / f"{name}-{suffix}.png"))
    window.go(Place.WORKS)
    window.works.view.setCurrentIndex(window.works.model.index(2))
    _settle(app)
    window.grab().save(str(folder / f"works-selected-{suffix}.png"))
    window.works.as_list.click()
    _settle(app)
    window.grab().save(str(folder / f"works-list-{suffix}.png"))
    for place, table in (
        (Place.CLAIMS, window.claims.table),
        (Place.PAYMENTS, window.payments.table),
    ):
        window.go(place)
        _settle(app)
        table.selectRow(1)
        _settle(app)
        name = place.value.lower()
        window.grab().save(str(folder / f"{name}-selected-{suffix}.png"))
    window.close()


def _terms(
    app: QApplication,
    services: Services,
    theme: Theme,
    folder: Path,
    suffix: str,
    width: int,
    height: int,
) -> None:
    """Take asking: the collections, the history of terms, and the dialogs."""
    window = MainWindow(services, theme)
    window.resize(width, height)
    window.show()

    def take(shown: QWidget, name: str) -> None:
        _settle(app)
        shown.grab().save(str(folder / f"terms-{name}-{suffix}.png"))

    show_terms(window, take)
    window.close()


def _payments(
    app: QApplication,
    services: Services,
    theme: Theme,
    folder: Path,
    suffix: str,
    width: int,
    height: int,
) -> None:
    """Take Payments in each of its ways, with many payers."""
    window = MainWindow(services, theme)
    window.resize(width, height)
    window.show()
    window.go(Place.PAYMENTS)
    page = window.payments

    def take(name: str) -> None:
        _settle(app)
        window.grab().save(str(folder / f"payments-{name}-{suffix}.png"))

    take("many")
    page.table.selectRow(2)
    take("many-selected")
    page.table.selectRow(0)
    take("finding")
    page.looks.choose(LINES_LOOK)
    page.table.selectRow(3)
    take("line")
    page.table.clearSelection()
    page.chart.which.menu().actions()[1].trigger()
    page.looks.choose(Dimension.WORK)
    page.filters.put(page.filters.wanted.narrowed(Dimension.CURRENCY, "EUR"))
    take("by-work")
    page.chart.which.menu().actions()[4].trigger()
    page.filters.put(LineFilter())
    page.looks.choose(PARTY_LOOK)
    page.table.selectRow(0)
    take("by-collaborator")
    page.filters._open()
    _settle(app)
    page.filters.popup.grab().save(str(folder / f"payments-filter-{suffix}.png"))
    page.filters.popup.hide()
    window.close()


def _settle(app: QApplication) -> None:
    end = time.monotonic() + 0.6
    while time.monotonic() < end:
        app.processEvents()
        time.sleep(0.01)


if __name__ == "__main__":
    main()
