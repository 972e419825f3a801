"""What happened to a payment: who did what, when, where the journal has it, and how to undo it."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.flows.auditing import history_of, undo
from desktop.model.audit import Happening, Kind, Undo
from desktop.model.payments import Payment
from desktop.ui import figures, words
from desktop.ui.changes import Change
from desktop.ui.parts import button, holder, label, row
from desktop.ui.payment_section import PaymentDesk, PaymentSection


class PaymentHistory(PaymentSection):
    """Folded until it is asked for; the newest first."""

    def __init__(self, desk: PaymentDesk) -> None:
        super().__init__()
        self._desk = desk
        self._payment: Payment | None = None
        self._open = False

    def show_payment(self, payment: Payment | None) -> None:
        """Show a payment; the history stays unfolded while it is the same one."""
        before = self._payment.payment_id if self._payment else None
        if payment is None or payment.payment_id != before:
            self._open = False
        self._payment = payment
        super().show_payment(payment)

    def fill(self, payment: Payment) -> None:
        """Show the button, and the history below it once it was asked for."""
        text = "Hide history" if self._open else "History…"
        self.add(holder(row(button(text, self._toggle, look="quiet"), None)))
        if not self._open:
            return
        found = history_of(Kind.PAYMENT, payment.payment_id, self._desk.services)
        for one in reversed(found):
            self.add(*self._line(one))

    def _line(self, one: Happening) -> list[QWidget]:
        when = figures.day(one.time.astimezone().date())
        where = f" · journal, row {one.row}" if one.row else ""
        said = label(words.printable(f"{one.who} {one.what}"), wrap=True, selectable=True)
        foot: list[QWidget | None] = [label(f"{when}{where}", "small"), None]
        if one.undo is not None:
            foot.append(button(one.undo.label, partial(self._undo, one.undo), look="quiet"))
        return [said, holder(row(*foot, spacing=6))]

    def _toggle(self) -> None:
        self._open = not self._open
        super().show_payment(self._payment)

    def _undo(self, offer: Undo) -> None:
        self._desk.jobs.run(
            lambda _report, _cancelled: undo(offer, self._desk.services),
            succeeded=lambda _done: self._desk.changes.tell(Change.PAYMENTS),
            failed=self._desk.notice.problem,
        )
