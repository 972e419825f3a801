"""What the user can do about a finding: each is a dialog, then a flow as a job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

from desktop.errors import AppError, UsageProblem
from desktop.flows.questioning import (
    DisputeOffer,
    ask_by_dispute,
    ask_by_letter,
    dispute_offer,
    draft_letter,
)
from desktop.flows.weighing import answered, dismiss, recheck, reopen
from desktop.model.findings import KeptFinding
from desktop.model.queries import Letter
from desktop.ui.changes import Change
from desktop.ui.finding_dialogs import AnswerDialog, AskDialog, DismissDialog, DisputeAboutDialog
from desktop.ui.payment_section import PaymentDesk


class FindingActions:
    """Works with the page's desk; parent: where dialogs stand before."""

    def __init__(self, desk: PaymentDesk, parent: QWidget) -> None:
        self._desk, self._parent = desk, parent

    def dismiss(self, about: KeptFinding) -> None:
        """Ask for the reason, then dismiss."""
        dialog = DismissDialog(about, self._parent.window())
        if dialog.exec() == QDialog.DialogCode.Accepted:
            text = dialog.text
            self._run(lambda: dismiss(about.finding_id, text, self._desk.services))

    def reopen(self, about: KeptFinding) -> None:
        """Open again what was dismissed, asked or answered."""
        self._run(lambda: reopen(about.finding_id, self._desk.services))

    def answered(self, about: KeptFinding) -> None:
        """Ask what the registry said, then keep it."""
        services = self._desk.services
        today = services.now().astimezone().date()
        dialog = AnswerDialog(about, today, self._parent.window())
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        text, day, file = dialog.text, dialog.day, dialog.file

        def keep() -> object:
            try:
                document = file.read_bytes() if file else None
            except OSError as error:
                raise UsageProblem(f"The letter cannot be read: {error.strerror}.") from error
            return answered(about.finding_id, text, services, on=day, document=document)

        self._run(keep)

    def ask(self, about: KeptFinding) -> None:
        """Show the letter; it is kept once the user says that it is sent."""
        services = self._desk.services

        def prepare() -> tuple[Letter, DisputeOffer | None]:
            letter = draft_letter([about.finding_id], services)
            try:
                return letter, dispute_offer(about.finding_id, services)
            except UsageProblem:
                return letter, None

        self._desk.jobs.run(
            lambda _report, _cancelled: prepare(),
            succeeded=lambda prepared: self._show_letter(about, *prepared),
            failed=self._desk.notice.problem,
        )

    def check_again(self, statement_id: int) -> None:
        """Do the checks of a statement again with what is known today."""
        self._run(lambda: recheck(statement_id, self._desk.services), said="Checked again.")

    def _show_letter(self, about: KeptFinding, letter: Letter, offer: DisputeOffer | None) -> None:
        dialog = AskDialog(
            about.registry, letter, can_dispute=offer is not None, parent=self._parent.window()
        )
        chosen = dialog.exec()
        if chosen == QDialog.DialogCode.Accepted:
            self._run(
                lambda: ask_by_letter([about.finding_id], self._desk.services),
                said="The finding waits for the answer now.",
            )
        elif chosen == AskDialog.DISPUTE and offer is not None:
            self._show_dispute(about, offer)

    def _show_dispute(self, about: KeptFinding, offer: DisputeOffer) -> None:
        dialog = DisputeAboutDialog(about.registry, offer, self._parent.window())
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._desk.signing.with_key_of(
                offer.did,
                lambda: self._run(
                    lambda: ask_by_dispute(about.finding_id, self._desk.services),
                    what=Change.PAYMENTS | Change.CLAIMS,
                    said="Signed. It leaves with the next sync.",
                ),
            )

    def _run(
        self, do: Callable[[], Any], *, what: Change = Change.PAYMENTS, said: str = ""
    ) -> None:
        def done(_result: object) -> None:
            self._desk.changes.tell(what)
            if said:
                self._desk.notice.say(said)

        def failed(problem: AppError) -> None:
            self._desk.notice.problem(problem)

        self._desk.jobs.run(lambda _report, _cancelled: do(), succeeded=done, failed=failed)
