"""What the user can do for collaborators: record a payout, take one back, give a statement."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.flows.accounting import give_statement
from desktop.flows.dividing import divide_again
from desktop.flows.handing_on import balances, record_payout, take_back_payout
from desktop.model.allocations import NOBODY, Balance, CollaboratorStatement, Payout
from desktop.ui import figures
from desktop.ui.changes import Change
from desktop.ui.collaborator_dialogs import PayoutDialog, StatementDialog, TypedPeriod, standing
from desktop.ui.menus import MenuLine
from desktop.ui.payment_section import PaymentDesk

_NOBODY_YET = "Nobody shares in your works yet. Say who does in the details of a work."


class CollaboratorActions:
    """Dialogs about collaborators, and the flows behind them."""

    def __init__(self, desk: PaymentDesk, window: QWidget) -> None:
        self._desk, self._window = desk, window

    def imports(self) -> tuple[MenuLine, ...]:
        """Return what the Import menu offers."""
        return (("A payout to a collaborator…", self.record_payout),)

    def exports(self) -> tuple[MenuLine, ...]:
        """Return what the Export menu offers."""
        return (("Statement for a collaborator…", self.give_statement),)

    def record_payout(self, party_id: int = 0) -> None:
        """Ask what was handed on, and keep it."""
        self._with_balances(lambda stands: self._ask_payout(stands, party_id))

    def give_statement(self, party_id: int = 0) -> None:
        """Ask for whom, for which time and where to, and write it."""
        self._with_balances(lambda stands: self._ask_period(stands, party_id))

    def take_back(self, payout_id: int) -> None:
        """Take back a payout that was recorded by mistake."""
        services = self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: take_back_payout(payout_id, services),
            succeeded=self._taken_back,
            failed=self._desk.notice.problem,
        )

    def divide_again(self, payment_ids: Collection[int]) -> None:
        """Divide payments that were kept as they were by the shares as they are now."""
        services = self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: divide_again(payment_ids, services),
            succeeded=self._divided,
            failed=self._desk.notice.problem,
        )

    def _divided(self, count: int) -> None:
        self._desk.changes.tell(Change.PAYMENTS)
        what = f"{figures.many(count, 'payment')} divided by the shares as they are now."
        self._desk.notice.say(what if count else "The shares give it to nobody still.")

    def _with_balances(self, ask: Callable[[Sequence[Balance]], None]) -> None:
        services = self._desk.services

        def known(stands: Sequence[Balance]) -> None:
            if any(one.party_id != NOBODY and not one.is_me for one in stands):
                ask(stands)
            else:
                self._desk.notice.say(_NOBODY_YET)

        self._desk.jobs.run(
            lambda _report, _cancelled: balances(services),
            succeeded=known,
            failed=self._desk.notice.problem,
        )

    def _ask_payout(self, stands: Sequence[Balance], party_id: int) -> None:
        services = self._desk.services
        today = services.now().astimezone().date()
        dialog = PayoutDialog(stands, today, self._window, party_id)
        if dialog.exec() != QDialog.DialogCode.Accepted or dialog.typed is None:
            return
        typed = dialog.typed
        self._desk.jobs.run(
            lambda _report, _cancelled: record_payout(
                str(typed.party_id),
                typed.amount,
                typed.currency,
                services,
                on=typed.on,
                way=typed.way,
                reference=typed.reference,
                note=typed.note,
            ),
            succeeded=self._recorded,
            failed=self._desk.notice.problem,
        )

    def _recorded(self, kept: tuple[Payout, Balance]) -> None:
        payout, balance = kept
        self._desk.changes.tell(Change.PAYMENTS)
        self._desk.notice.say(
            f"{figures.money(payout.amount)} to {payout.party} is recorded: {standing(balance)}.",
            "Take back",
            lambda: self.take_back(payout.payout_id),
        )

    def _taken_back(self, payout: Payout) -> None:
        self._desk.changes.tell(Change.PAYMENTS)
        self._desk.notice.say(
            f"The payout of {figures.money(-payout.amount)} is taken back. Both stay visible."
        )

    def _ask_period(self, stands: Sequence[Balance], party_id: int) -> None:
        today = self._desk.services.now().astimezone().date()
        dialog = StatementDialog(stands, today, self._window, party_id)
        if dialog.exec() != QDialog.DialogCode.Accepted or dialog.typed is None:
            return
        typed = dialog.typed
        name = f"Statement {typed.party} {typed.first} to {typed.last}.pdf".replace("/", "-")
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, "Write the statement", name, "PDF (*.pdf);;CSV (*.csv)"
        )
        if chosen:
            self._write(typed, Path(chosen))

    def _write(self, typed: TypedPeriod, target: Path) -> None:
        services = self._desk.services
        # The file dialog has asked whether a file that is there may be replaced.
        self._desk.jobs.run(
            lambda _report, _cancelled: give_statement(
                str(typed.party_id), typed.first, typed.last, target, services, force=True
            ),
            succeeded=lambda made: self._given(made, target),
            failed=self._desk.notice.problem,
        )

    def _given(self, made: Sequence[CollaboratorStatement], target: Path) -> None:
        self._desk.changes.tell(Change.PAYMENTS)
        left = ", ".join(figures.money(one.closing) for one in made)
        self._desk.notice.say(f"{target.name} is written. Left to hand on: {left}.")
