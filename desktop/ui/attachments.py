"""The files kept with a row of money: dropped in, looked at as a copy, saved, taken away again."""

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
from desktop.ui.parts import Elided, button, clear, holder, label, row
from desktop.ui.payment_section import PaymentDesk, PaymentSection

_WORDS = {
    AttachedTo.PAYMENT: "this payment",
    AttachedTo.BANK_ENTRY: "this bank entry",
    AttachedTo.PAYOUT: "this payout",
}


class Attachments(PaymentSection):
    """Contracts, letters and screenshots. changed: called when there are more of them, or fewer."""

    def __init__(self, desk: PaymentDesk, *, changed: Callable[[], None] | None = None) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._desk, self._changed = desk, changed
        self._about: tuple[AttachedTo, int] | None = None
        self._folder: Path | None = None

    def fill(self, payment: Payment) -> None:
        """Show the files of a payment, and how to add one."""
        self._put(AttachedTo.PAYMENT, payment.payment_id)

    def show_files(self, to: AttachedTo, number: int) -> None:
        """Show the files of a payment, bank entry or payout, and how to add one."""
        clear(self.body)
        self._put(to, number)

    def _put(self, to: AttachedTo, number: int) -> None:
        self._about = (to, number)
        self.caption("Attachments")
        for file in attached(self._desk.services, to, number):
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
        """Keep what was dropped with what is shown; the window does not scan it."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.keep(paths)

    def keep(self, paths: list[Path]) -> None:
        """Keep copies of files with what is shown."""
        about, services = self._about, self._desk.services
        if about is None or not paths:
            return
        to, number = about

        def run(_report: object, _cancelled: object) -> list[AttachedFile]:
            return [attach(path, to, number, services) for path in paths]

        self._desk.jobs.run(
            run,
            succeeded=lambda kept: self._kept(kept, to),
            failed=self._desk.notice.problem,
            finished=lambda: self._again(to, number),
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
        chosen, _ = QFileDialog.getOpenFileNames(self.window(), "Keep a copy of a file")
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
            f"Removed from {_WORDS[file.to]}. The file stays in your library and its backups.",
            "Put it back",
            partial(self._mark, file, put_back),
        )

    def _mark(self, file: AttachedFile, do: Callable[..., AttachedFile]) -> None:
        do(file.attached_id, self._desk.services)
        self._again(file.to, file.number)

    def _kept(self, kept: list[AttachedFile], to: AttachedTo) -> None:
        said = plain_text(kept[0].name, 60) if len(kept) == 1 else figures.many(len(kept), "file")
        verb = "is" if len(kept) == 1 else "are"
        self._desk.notice.say(f"{said} {verb} kept with {_WORDS[to]}, as a copy in your library.")

    def _again(self, to: AttachedTo, number: int) -> None:
        """Show the files anew, if what they are kept with is still shown."""
        if self._about == (to, number):
            self.show_files(to, number)
            if self._changed is not None:
                self._changed()


def _show(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
