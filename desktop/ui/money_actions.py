"""What the user can do about money that came: type it in, and find whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.errors import AppError, BalanceProblem, BankTableUnknown
from desktop.flows.importing_money import (
    BankChoice,
    BankImport,
    TableSeen,
    import_bank_table,
    import_chosen,
    preview_chosen,
    see_table,
)
from desktop.flows.typed_money import add_entry
from desktop.store import bank
from desktop.store.bank import KeptEntry, Status
from desktop.ui import figures
from desktop.ui.bank_dialog import BankDialog
from desktop.ui.bank_wizard import BankWizard
from desktop.ui.changes import Change
from desktop.ui.figures import many
from desktop.ui.find_money import FindMoney
from desktop.ui.menus import MenuLine
from desktop.ui.money_dialogs import TypedMoneyDialog
from desktop.ui.payment_section import PaymentDesk

_USUAL_CURRENCY = "EUR"


class MoneyActions:
    """Dialogs about money, and the flows behind them."""

    def __init__(self, desk: PaymentDesk, window: QWidget) -> None:
        self._desk, self._window = desk, window

    def lines(self) -> tuple[MenuLine, ...]:
        """Return what the Import menu of the Payments page offers about money."""
        return (
            ("Bank file…", self.import_bank),
            ("Money received by hand…", self.type_in),
            ("Find the money…", self.find),
        )

    def import_bank(self) -> None:
        """Choose bank files and read them."""
        chosen, _ = QFileDialog.getOpenFileNames(
            self._window,
            "Import bank file",
            "",
            "Bank files (*.xml *.sta *.mt940 *.940 *.ofx *.qfx *.csv *.tsv *.txt *.xlsx *.xls "
            "*.ods);;All files (*)",
        )
        if chosen:
            self.import_files([Path(one) for one in chosen])

    def import_files(self, paths: Sequence[Path]) -> None:
        """Show what bank files would bring, then read them if the user says so."""
        chosen, services = tuple(BankChoice(path=path) for path in paths), self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: preview_chosen(chosen, services),
            succeeded=lambda found: self._show(chosen, found),
            failed=self._desk.notice.problem,
        )

    def _show(self, chosen: Sequence[BankChoice], found: Sequence[BankImport | AppError]) -> None:
        if len(chosen) == 1 and isinstance(found[0], BankTableUnknown):
            self.explain(chosen[0].path)
            return
        dialog = BankDialog(self._desk, chosen, found, self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        ready, services = dialog.chosen(), self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: [import_chosen(one, services) for one in ready],
            succeeded=self._files_read,
            failed=self._desk.notice.problem,
        )

    def explain(self, path: Path) -> None:
        """Ask what the columns of a bank's table are, and read it so."""
        services = self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: see_table(path, services),
            succeeded=lambda seen: self._ask_columns(path, seen),
            failed=self._desk.notice.problem,
        )

    def _ask_columns(self, path: Path, seen: TableSeen) -> None:
        self._read_so(path, BankWizard(path.name, seen, self._desk.services, self._window))

    def _read_so(self, path: Path, wizard: BankWizard) -> None:
        if wizard.exec() != QDialog.DialogCode.Accepted:
            return
        mapping, services = wizard.mapping(), self._desk.services

        def failed(problem: AppError) -> None:
            wizard.say(str(problem))
            self._read_so(path, wizard)

        self._desk.jobs.run(
            lambda _report, _cancelled: [import_bank_table(path, mapping, services)],
            succeeded=self._files_read,
            failed=failed,
        )

    def _files_read(self, read: Sequence[BankImport | AppError]) -> None:
        imports = [result for result in read if isinstance(result, BankImport)]
        if imports:
            self._desk.changes.tell(Change.PAYMENTS)
            self._tell(imports)
        for result in read:
            if isinstance(result, AppError):
                self._desk.notice.problem(result)

    def _tell(self, imports: Sequence[BankImport]) -> None:
        new = sum(one.count(Status.NEW) for one in imports)
        changed = sum(one.count(Status.CHANGED) for one in imports)
        known = sum(len(one.entries) for one in imports) - new - changed
        parts = [f"{many(new, 'entry', 'entries')} new", f"{figures.count(known)} already here"]
        if changed:
            parts.append(f"{figures.count(changed)} told otherwise by the bank before")
        parts.append(f"{many(sum(one.matched for one in imports), 'payment')} found")
        said = f"{', '.join(parts)} on your account."
        problems = [problem for one in imports for problem in one.problems]
        said += "".join(f" {one}" for one in problems if isinstance(one, BalanceProblem))
        refused = [one for one in problems if not isinstance(one, BalanceProblem)]
        if refused:
            what = f"Line {refused[0].line}" if refused[0].line else "An entry"
            said += f" {what} was left out: {refused[0].message}"
            if len(refused) > 1:
                said += f" So {many(len(refused) - 1, 'more was', 'more were')}."
        self._desk.notice.say(said, "Find the money…", self.find)

    def find(self) -> None:
        """Show what came beside what was stated."""
        FindMoney(self._desk, self._window).exec()

    def type_in(self) -> None:
        """Ask for money that no file tells of, and keep it."""
        today = self._desk.services.now().astimezone().date()
        self._ask(TypedMoneyDialog(self._currency(), today, self._window))

    def _ask(self, dialog: TypedMoneyDialog) -> None:
        if dialog.exec() != QDialog.DialogCode.Accepted or dialog.typed is None:
            return
        typed, services = dialog.typed, self._desk.services

        def failed(problem: AppError) -> None:
            dialog.say(str(problem))
            self._ask(dialog)

        self._desk.jobs.run(
            lambda _report, _cancelled: add_entry(
                typed.amount,
                typed.on,
                services,
                account=typed.account,
                counterparty=typed.counterparty,
                reference=typed.reference,
            ),
            succeeded=self._kept,
            failed=failed,
        )

    def _kept(self, kept: KeptEntry) -> None:
        self._desk.changes.tell(Change.PAYMENTS)
        self._desk.notice.say(
            f"{figures.money(kept.entry.amount)} is kept.", "Find what it is for…", self.find
        )

    def _currency(self) -> str:
        """Return the currency of the newest entry: most people have one."""
        with self._desk.services.store.read() as connection:
            known = bank.everything(connection)
        return known[-1].entry.amount.currency if known else _USUAL_CURRENCY
