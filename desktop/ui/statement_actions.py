"""What the user can do about statements from files: import them, say which works they name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.errors import AppError
from desktop.flows.stating import import_statements
from desktop.model.statement_files import Arrival, StatementFile
from desktop.ui import figures
from desktop.ui.aside_dialogs import AsideDialog
from desktop.ui.changes import Change
from desktop.ui.menus import MenuLine
from desktop.ui.payer_names import PayerNamesDialog
from desktop.ui.payment_section import PaymentDesk
from desktop.ui.statement_dialog import Chosen, StatementDialog
from desktop.ui.strip import Strip

SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".json"})
_FILES = "Statements (*.csv *.tsv *.txt *.xlsx *.xls *.ods *.json);;All files (*)"


class StatementActions:
    """Dialogs about statements from files, and the flows behind them."""

    def __init__(self, desk: PaymentDesk, strip: Strip, window: QWidget) -> None:
        self._desk, self._strip, self._window = desk, strip, window

    def lines(self) -> tuple[MenuLine, ...]:
        """Return what the Import menu of the Payments page offers for statements."""
        return (
            ("Statement…", self.choose),
            ("Works that payers name…", self.name_works),
            ("Statements that do not count…", self.show_aside),
        )

    def choose(self) -> None:
        """Choose files and show what importing them would do."""
        chosen, _ = QFileDialog.getOpenFileNames(self._window, "Import statement", "", _FILES)
        if chosen:
            self.show_files([Path(one) for one in chosen])

    def show_files(self, paths: Sequence[Path]) -> None:
        """Show what importing files would do, then do it if the user says so."""
        dialog = StatementDialog(self._desk, paths, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._import(dialog.chosen())

    def name_works(self) -> None:
        """Show what payers call works that are not known yet."""
        PayerNamesDialog(self._desk, self._window).exec()

    def show_aside(self) -> None:
        """Show the statements that were set aside, each with the way back."""
        AsideDialog(self._desk, self._window).exec()

    def _import(self, chosen: Sequence[Chosen]) -> None:
        services = self._desk.services
        problems: list[AppError] = []

        def work(report: object, cancelled: object) -> list[StatementFile]:
            found = []
            for one in chosen:
                try:
                    found.append(
                        import_statements(
                            one.path,
                            services,
                            report,  # type: ignore[arg-type]
                            cancelled,  # type: ignore[arg-type]
                            mapping=one.mapping,
                            payer=one.payer,
                        )
                    )
                except AppError as problem:
                    problems.append(problem)
            return found

        job = self._desk.jobs.run(
            work,
            succeeded=lambda found: self._imported(found, problems),
            failed=self._desk.notice.problem,
        )
        self._strip.follow(job, "Importing statements")

    def _imported(self, found: Sequence[StatementFile], problems: Sequence[AppError]) -> None:
        self._desk.changes.tell(Change.PAYMENTS | Change.REGISTRIES)
        if problems:
            self._desk.notice.problem(problems[0])
            return
        fresh = [
            one for file in found for one in file.statements if one.arrival is not Arrival.HERE
        ]
        refused = sum(file.refused for file in found)
        said = f"{figures.many(len(fresh), 'statement')} imported."
        if refused:
            said += f" {figures.many(refused, 'row')} could not be read; they are findings."
        if any(file.unmatched for file in found):
            self._desk.notice.say(said, "Say which works are meant…", self.name_works)
        else:
            self._desk.notice.say(said)
