"""Exports from the window: what is to be in the file, where it goes, and where it went."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.flows.exporting import Exported, export_payments, export_tax
from desktop.model.exports import ExportFormat
from desktop.services import Services
from desktop.store import exports, registries
from desktop.ui import figures
from desktop.ui.export_dialog import ExportDialog, TaxYearDialog
from desktop.ui.job import Jobs
from desktop.ui.menus import MenuLine
from desktop.ui.notice import Notice
from desktop.ui.strip import Strip

_ENDINGS = {
    ExportFormat.XLSX: ("xlsx", "Spreadsheets"),
    ExportFormat.CSV: ("csv", "Tables"),
    ExportFormat.PDF: ("pdf", "PDF"),
    ExportFormat.HLEDGER: ("journal", "hledger journals"),
    ExportFormat.BEANCOUNT: ("beancount", "Beancount ledgers"),
    ExportFormat.OFX: ("ofx", "Bank statements"),
    ExportFormat.TEXT: ("txt", "Texts"),
}


class ExportActions:
    """Bound to one window."""

    def __init__(
        self, services: Services, jobs: Jobs, notice: Notice, strip: Strip, window: QWidget
    ) -> None:
        self._services = services
        self._jobs = jobs
        self._notice = notice
        self._strip = strip
        self._window = window

    @property
    def lines(self) -> tuple[MenuLine, ...]:
        """What the Export menu offers."""
        return (("Payments…", self.payments), ("A year for the tax…", self.tax_year))

    def payments(self) -> None:
        """Ask what is wanted and where it goes, then write it."""
        with self._services.store.read() as connection:
            payers = [one.name for one in registries.with_payers(connection)]
        dialog = ExportDialog(payers, self._services.now().date(), self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        wish = dialog.wish
        target = self._target(f"payments-{self._services.now():%Y-%m-%d}", wish.format)
        if target is None:
            return
        job = self._jobs.run(
            lambda report, cancelled: export_payments(
                target, wish, self._services, report, cancelled, force=True
            ),
            succeeded=self._written,
            failed=self._notice.problem,
        )
        self._strip.follow(job, "Exporting")

    def tax_year(self) -> None:
        """Ask for the year and where it goes, then write it."""
        now = self._services.now().year
        with self._services.store.read() as connection:
            first = exports.first_year(connection) or now
        years = range(now, max(min(first, now), now - 50) - 1, -1)
        dialog = TaxYearDialog(years, self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        year, kind = dialog.chosen
        target = self._target(f"income-{year}", kind)
        if target is not None:
            self._jobs.run(
                lambda _report, _cancelled: export_tax(
                    target, year, kind, self._services, force=True
                ),
                succeeded=self._written,
                failed=self._notice.problem,
            )

    def _target(self, name: str, kind: ExportFormat) -> Path | None:
        """Ask where; the system's own dialog asks before a file is replaced."""
        ending, words = _ENDINGS[kind]
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, "Export", f"{name}.{ending}", f"{words} (*.{ending})"
        )
        return Path(chosen) if chosen else None

    def _written(self, done: Exported) -> None:
        said = f"{done.path.name} is written, {figures.size(done.size_bytes)}."
        self._notice.say(said, "Show in folder", partial(_open, done.path.parent))


def _open(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
