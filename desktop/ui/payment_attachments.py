"""The files kept with a payment: dropped in, looked at as a copy, saved, taken away, put back."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog

from desktop.flows.attaching import (
    attach,
    attached,
    can_be_shown,
    copy_to_look_at,
    put_back,
    save_as,
    take_away,
)
from desktop.model.attachments import AttachedFile, AttachedTo
from desktop.model.payments import Payment
from desktop.payments.exports.naming import plain_text
from desktop.ui import figures
from desktop.ui.parts import Elided, button, holder, label, row
from desktop.ui.payment_section import PaymentDesk, PaymentSection


class PaymentAttachments(PaymentSection):
    """Contracts, letters and screenshots of one payment."""

    def __init__(self, desk: PaymentDesk) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._desk = desk
        self._payment: Payment | None = None
        self._folder: Path | None = None

    def fill(self, payment: Payment) -> None:
        """Show the files, and how to add one."""
        self._payment = payment
        self.caption("Attachments")
        for file in attached(self._desk.services, AttachedTo.PAYMENT, payment.payment_id):
            self._show_file(file)
        self.add(
            label("Drop a file here to keep a copy of it in your library.", "small", wrap=True)
        )
        self.add(holder(row(button("Add file…", self._choose), None)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Keep what was dropped with the payment that is shown; the window does not scan it."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.keep(paths)

    def keep(self, paths: list[Path]) -> None:
        """Keep copies of files with the payment that is shown."""
        payment, services = self._payment, self._desk.services
        if payment is None or not paths:
            return
        number = payment.payment_id

        def run(_report: object, _cancelled: object) -> list[AttachedFile]:
            return [attach(path, AttachedTo.PAYMENT, number, services) for path in paths]

        self._desk.jobs.run(
            run,
            succeeded=lambda kept: self._kept(kept),
            failed=self._desk.notice.problem,
            finished=lambda: self._again(number),
        )

    def _show_file(self, file: AttachedFile) -> None:
        name = plain_text(file.name)
        shown = row(Elided(name), label(figures.size(file.size_bytes), "small"), spacing=8)
        shown.setStretch(0, 1)
        self.add(holder(shown))
        if file.note or file.dated:
            said = " · ".join(part for part in (file.dated, plain_text(file.note)) if part)
            self.add(label(said, "small", wrap=True))
        buttons = row(spacing=4)
        for text, do in self._offers(file):
            made = button(text, do, look="quiet")
            made.setAccessibleName(f"{text} {name}")
            buttons.addWidget(made)
        buttons.addStretch(1)
        self.add(holder(buttons))

    def _offers(self, file: AttachedFile) -> list[tuple[str, Callable[[], None]]]:
        look = [("Open", partial(self._open, file))] if can_be_shown(file) else []
        return [
            *look,
            ("Save…", partial(self._save, file)),
            ("Remove", partial(self._remove, file)),
        ]

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self.window(), "Keep with this payment")
        self.keep([Path(path) for path in chosen])

    def _open(self, file: AttachedFile) -> None:
        """Show a copy that cannot be changed, in the system's own program."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="residuals-"))
            atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        folder, services = self._folder, self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: copy_to_look_at(file.attached_id, folder, services),
            succeeded=_show,
            failed=self._desk.notice.problem,
        )

    def _save(self, file: AttachedFile) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self.window(), "Save a copy", plain_text(file.name))
        if chosen:
            target, services = Path(chosen), self._desk.services
            self._desk.jobs.run(
                lambda _report, _cancelled: save_as(file.attached_id, target, services, force=True),
                succeeded=lambda _size: self._desk.notice.say(f"{target.name} is written."),
                failed=self._desk.notice.problem,
            )

    def _remove(self, file: AttachedFile) -> None:
        self._mark(file, take_away)
        self._desk.notice.say(
            "Removed from this payment. The file stays in your library and its backups.",
            "Put it back",
            partial(self._mark, file, put_back),
        )

    def _mark(self, file: AttachedFile, do: Callable[..., AttachedFile]) -> None:
        do(file.attached_id, self._desk.services)
        self._again(file.number)

    def _kept(self, kept: list[AttachedFile]) -> None:
        said = plain_text(kept[0].name, 60) if len(kept) == 1 else figures.many(len(kept), "file")
        verb = "is" if len(kept) == 1 else "are"
        self._desk.notice.say(f"{said} {verb} kept with this payment, as a copy in your library.")

    def _again(self, number: int) -> None:
        """Show the files anew, if their payment is still the one that is shown."""
        if self._payment is not None and self._payment.payment_id == number:
            self.show_payment(self._payment)


def _show(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
