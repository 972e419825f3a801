"""Terms out of the window and into it: the folder for a web site, and what a text says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.errors import AppError
from desktop.flows import saying
from desktop.flows.interpreting import differences, interpret
from desktop.flows.site_bundle import Bundle, bundle, write_bundle
from desktop.services import Services
from desktop.ui.figures import many
from desktop.ui.job import Jobs
from desktop.ui.notice import Notice
from desktop.ui.read_terms_dialog import Asked, Found, ReadTermsDialog
from desktop.ui.site_dialog import SiteDialog, SiteWish

_MOST_COMPARED = 200


class TermsActions:
    """Bound to one window."""

    def __init__(self, services: Services, jobs: Jobs, notice: Notice, window: QWidget) -> None:
        self._services = services
        self._jobs = jobs
        self._notice = notice
        self._window = window

    def for_site(self, work_ids: Sequence[int]) -> None:
        """Show what a site will say of works, ask where the folder goes, and write it."""
        site = saying.likely_site(self._services)
        dialog = SiteDialog(work_ids, self._compose, self._window, address=site)
        if dialog.exec() != QDialog.DialogCode.Accepted or dialog.made is None:
            return
        made = dialog.made
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Save folder", "terms for my site")
        if not chosen:
            return
        folder = Path(chosen)
        self._jobs.run(
            lambda _report, _cancelled: write_bundle(made, folder),
            succeeded=lambda _size: self._written(folder),
            failed=self._notice.problem,
        )

    def read(self, work_ids: Sequence[int]) -> None:
        """Tell what a text says, and where it contradicts the terms of works."""
        compared = list(work_ids)[:_MOST_COMPARED]
        words = f"It is compared with your terms of {many(len(compared), 'work')}."
        ReadTermsDialog(
            partial(self._read, compared), words if compared else "", self._window
        ).exec()

    def _compose(
        self,
        wish: SiteWish,
        shown: Callable[[Bundle], None],
        failed: Callable[[AppError], None],
    ) -> None:
        def make() -> Bundle:
            site = saying.checked_site(wish.address)
            works = saying.works_for(
                wish.work_ids, self._services, location=wish.location, of_site=site
            )
            return bundle(works, site, wish.robots)

        self._jobs.run(lambda _report, _cancelled: make(), succeeded=shown, failed=failed)

    def _read(
        self,
        work_ids: Sequence[int],
        source: str | Path,
        asked: Asked,
        shown: Callable[[Found], None],
        failed: Callable[[AppError], None],
    ) -> None:
        def look() -> Found:
            given = source if isinstance(source, Path) else source.encode("utf-8", "replace")
            what = interpret(given, asked.kind, asked.address)
            return what.readings, differences(what, work_ids, self._services)

        self._jobs.run(lambda _report, _cancelled: look(), succeeded=shown, failed=failed)

    def _written(self, folder: Path) -> None:
        self._notice.say(
            f"{folder.name} is written. Begin with “READ ME FIRST.html” in it.",
            "Show folder",
            partial(_open, folder),
        )


def _open(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
