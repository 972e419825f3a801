"""Keeps a signed checkpoint of the journal in a file, to be kept somewhere else."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.flows.journaling import make_checkpoint
from desktop.flows.whole_files import write_whole
from desktop.model.journal import Checkpoint
from desktop.ui import figures
from desktop.ui.menus import MenuLine
from desktop.ui.payment_section import PaymentDesk


class JournalActions:
    """Bound to one window."""

    def __init__(self, desk: PaymentDesk, window: QWidget) -> None:
        self._desk, self._window = desk, window

    def lines(self) -> tuple[MenuLine, ...]:
        """What the Export menu offers."""
        return (("Checkpoint of the journal…", self.checkpoint),)

    def checkpoint(self) -> None:
        """Ask where it goes, sign where the journal ends now, and write it."""
        name = f"journal-{self._desk.services.now():%Y-%m-%d}.checkpoint.json"
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, "Keep a checkpoint", name, "Checkpoints (*.json)"
        )
        if chosen:
            self._desk.signing.with_key(lambda: self._write(Path(chosen)))

    def _write(self, target: Path) -> None:
        def make() -> Checkpoint:
            made = make_checkpoint(self._desk.services)
            write_whole(target, lambda file: file.write(made.document), force=True)
            return made

        self._desk.jobs.run(
            lambda _report, _cancelled: make(),
            succeeded=lambda made: self._desk.notice.say(
                f"{figures.many(made.seq, 'row')} of the journal are signed. Keep {target.name} "
                "on another computer or drive: it shows whether anything was taken out since."
            ),
            failed=self._desk.notice.problem,
        )
