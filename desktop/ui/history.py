"""What happened to a row of money: who did what, when, and how it can be undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.flows.auditing import history_of, undo
from desktop.model.audit import Happening, Kind, Undo
from desktop.model.payments import Payment
from desktop.ui import figures, words
from desktop.ui.changes import Change
from desktop.ui.parts import button, holder, label, row
from desktop.ui.payment_section import PaymentDesk, PaymentSection


class History(PaymentSection):
    """The newest first. undone: called after something was undone here."""

    def __init__(self, desk: PaymentDesk, *, undone: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._desk, self._undone = desk, undone

    def fill(self, payment: Payment) -> None:
        """Show what happened to a payment."""
        self.put(Kind.PAYMENT, payment.payment_id)

    def put(self, kind: Kind, number: int) -> None:
        """Show what happened to a payment, a bank entry or a payout."""
        for one in reversed(history_of(kind, number, self._desk.services)):
            self.add(*self._line(one))

    def _line(self, one: Happening) -> list[QWidget]:
        when = figures.day(one.time.astimezone().date())
        where = f" · journal, row {one.row}" if one.row else ""
        said = label(words.printable(f"{one.who} {one.what}"), wrap=True, selectable=True)
        foot: list[QWidget | None] = [label(f"{when}{where}", "small"), None]
        if one.undo is not None:
            foot.append(button(one.undo.label, partial(self._undo, one.undo), look="quiet"))
        return [said, holder(row(*foot, spacing=6))]

    def _undo(self, offer: Undo) -> None:
        self._desk.jobs.run(
            lambda _report, _cancelled: undo(offer, self._desk.services),
            succeeded=lambda _done: self._after(),
            failed=self._desk.notice.problem,
        )

    def _after(self) -> None:
        self._desk.changes.tell(Change.PAYMENTS)
        if self._undone is not None:
            self._undone()
