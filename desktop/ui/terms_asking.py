"""Asks what AI may do with works, shows what the answer changes, and keeps it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.errors import AppError
from desktop.flows.terms_changing import apply_change, preview_change
from desktop.flows.terms_history import held_at
from desktop.flows.terms_undoing import undo_change, undo_last
from desktop.model.terms import Terms
from desktop.model.terms_changes import Applied, Choice, Scope, Undone
from desktop.model.terms_changes import Change as TermsChange
from desktop.model.terms_history import Held
from desktop.services import Services
from desktop.store import terms_rules
from desktop.terms.presets import TITLES, preset_of
from desktop.terms.spoken import say_everywhere
from desktop.ui.changes import Change, Changes
from desktop.ui.figures import many
from desktop.ui.job import Jobs
from desktop.ui.notice import Notice
from desktop.ui.terms_asked import asked_of
from desktop.ui.terms_dialog import Foreseen, TermsAsked, TermsDialog

NO_PROOF = "Nothing shows what held then."


class TermsAsking:
    """Bound to one window."""

    def __init__(
        self, services: Services, jobs: Jobs, changes: Changes, notice: Notice, window: QWidget
    ) -> None:
        self.services = services
        self._jobs = jobs
        self._changes = changes
        self._notice = notice
        self._window = window

    def ask(self, choice: Choice) -> None:
        """Ask of the works of a choice; nothing is kept before its consequences were seen."""
        self._jobs.run(
            lambda _report, _cancelled: asked_of(choice, self.services),
            # The dialog has a loop of its own; the job that asked for it ends first.
            succeeded=lambda asked: QTimer.singleShot(0, partial(self._open, asked)),
            failed=self._notice.problem,
        )

    def folders(self) -> list[Path]:
        """Return the folders of which something is said, by name."""
        with self.services.store.read() as connection:
            keys = terms_rules.in_force(connection).folders
        return sorted(terms_rules.folder_of(key) for key in keys)

    def ask_folder(self) -> None:
        """Ask for a folder, then of its works."""
        chosen = QFileDialog.getExistingDirectory(self._window, "Terms for a folder")
        if chosen:
            self.ask(Choice.below(Path(chosen)))

    def _open(self, asked: TermsAsked) -> None:
        dialog = TermsDialog(asked, self._foresee, self.services.now().date(), self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._keep(asked, dialog.answer)

    def _foresee(
        self,
        choice: Choice,
        terms: Terms | None,
        shown: Callable[[Foreseen], None],
        failed: Callable[[AppError], None],
    ) -> None:
        self._jobs.run(
            lambda _report, _cancelled: foreseen(choice, terms, self.services),
            succeeded=shown,
            failed=failed,
        )

    def run(self, do: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Do something away from this thread, then go on with what came of it."""
        self._jobs.run(
            lambda _report, _cancelled: do(), succeeded=done, failed=self._notice.problem
        )

    def kept(self, applied: Applied, sentence: str) -> None:
        """Say what was kept, and offer to take it back."""
        self._changes.tell(Change.TERMS | Change.WORKS)
        changed = applied.change.changed
        if changed and applied.change.choice.scope is not Scope.WORKS:
            sentence += f" {many(changed, 'work')} {'has' if changed == 1 else 'have'} other terms."
        undo = partial(self._undo, applied.change_id)
        self._notice.say(sentence, "Undo", undo)

    def prove(self, work_id: int, moment: datetime, tell: Callable[[str], None]) -> None:
        """Find out what proves that a work had the terms of a moment."""

        def found(held: Held) -> None:
            tell(held.proof.sentence if held.proof is not None else NO_PROOF)

        self.run(lambda: held_at(work_id, moment, self.services), found)

    def undo_last(self) -> None:
        """Take back the newest step that stands."""
        self.run(lambda: undo_last(self.services), self._undone)

    def _undo(self, change_id: int) -> None:
        self.run(lambda: undo_change(change_id, self.services), self._undone)

    def _undone(self, undone: Undone) -> None:
        self._changes.tell(Change.TERMS | Change.WORKS)
        self._notice.say(undone.sentence)

    def _keep(self, asked: TermsAsked, terms: Terms | None) -> None:
        said = "Taken back" if terms is None else TITLES[preset_of(terms)]
        self.run(
            lambda: apply_change(asked.choice, terms, self.services),
            lambda applied: self.kept(applied, f"{said} for {asked.about}."),
        )


def foreseen(choice: Choice, terms: Terms | None, services: Services) -> Foreseen:
    """Return what an answer would change, and what each vocabulary will say of it."""
    change = preview_change(choice, terms, services)
    return Foreseen(change=change, said=say_everywhere(said_then(change)))


def said_then(change: TermsChange) -> Terms:
    """Return the terms that most of the works will have."""
    if change.terms is not None:
        return change.terms
    return change.steps[0].after if change.steps else Terms(uses={})
