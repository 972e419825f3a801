"""The money of a payment: what was announced, what came, what explains the rest, what is open."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QDialog, QPushButton

from desktop.flows.keeping_matches import unmatch
from desktop.flows.matching_money import BY_USER
from desktop.flows.owing import mark_payment
from desktop.model.matches import MOVED, Mark, MatchKind, MoneyMatch
from desktop.model.payments import Payment, PaymentState
from desktop.ui import figures, words
from desktop.ui.changes import Change
from desktop.ui.find_money import FindMoney
from desktop.ui.kept_dialog import show_entry
from desktop.ui.mark_dialog import MarkDialog
from desktop.ui.menus import menu_button
from desktop.ui.parts import Tone, button, holder, label, pill, row
from desktop.ui.payment_section import PaymentDesk, PaymentSection
from desktop.ui.payment_words import DIFFERENCES


class PaymentMoney(PaymentSection):
    """What they say they sent, beside the entries on the account; each can be taken back."""

    def __init__(self, desk: PaymentDesk) -> None:
        super().__init__()
        self._desk = desk

    def fill(self, payment: Payment) -> None:
        """Show the sums, the entries behind them, and what is missing."""
        self.caption("Money")
        if payment.remitted.minor:
            self.sum("They say they sent", figures.money(payment.remitted))
        self.sum("On your account", figures.money(payment.received), strong=True)
        for match in payment.money:
            self._entry(match)
        missing = payment.open
        if missing.minor > 0:
            self.sum("Missing", figures.money(missing), strong=True)
        elif missing.minor < 0:
            self.sum("More than stated", figures.money(-missing), strong=True)
        self._when(payment)
        if missing.minor > 0 or payment.reason:
            find = button("Find the money…", self._find)
            self.add(holder(row(find, self._marks(payment), None, spacing=8)))

    def _marks(self, payment: Payment) -> QPushButton:
        """Return what the user may say of money that does not come."""
        if payment.reason:
            lift = partial(self._mark, payment.payment_id, Mark.NONE)
            return menu_button(
                "You said so", (("Lift it: it is awaited again", lift),), look="quiet"
            )
        lines = [
            (text, partial(self._ask_mark, payment.payment_id, mark))
            for mark, text in (
                (Mark.HELD, "They hold it…"),
                (Mark.DISPUTED, "It is in dispute…"),
                (Mark.VOID, "It will never come…"),
            )
        ]
        return menu_button("It does not come", lines, look="quiet")

    def _ask_mark(self, payment_id: int, mark: Mark) -> None:
        dialog = MarkDialog(mark, self.window())
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._mark(payment_id, mark, dialog.reason.text())

    def _mark(self, payment_id: int, mark: Mark, reason: str = "") -> None:
        services = self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: mark_payment(payment_id, mark, reason, services),
            succeeded=lambda _payment: self._desk.changes.tell(Change.PAYMENTS),
            failed=self._desk.notice.problem,
        )

    def _when(self, payment: Payment) -> None:
        day = payment.pay_by or payment.due
        text = f"Due {figures.day(day)}"
        if payment.late_days:
            text += f", {figures.many(payment.late_days, 'day')} ago"
        elif day != payment.due:
            text += ", by their terms"
        self.add(label(text, "small", wrap=True))
        if payment.disputed:
            self.add(label(f"{_dispute(payment)}.", "small", wrap=True))
        if payment.reason:
            self.add(label(f"You say: {words.printable(payment.reason)}", "small", wrap=True))

    def _entry(self, match: MoneyMatch) -> None:
        """Show one match: the day and who paid, the amount, how it was recognised."""
        name = DIFFERENCES.get(match.kind, "")
        if match.kind in MOVED:
            who = words.printable(match.counterparty or match.reference or match.account)
            name = f"{figures.day(match.booked_on)}  {who}".strip()
        self.sum(name, figures.money(match.settled))
        parts = [] if match.amount.currency == match.settled.currency else [_amount(match)]
        mine = match.confirmed and match.reason != BY_USER
        parts.append(f"you confirmed it: {match.reason}" if mine else match.reason)
        back = button("Take back", partial(self._take_back, match.match_id), look="quiet")
        back.setAccessibleName(f"Take back {name}")
        why = label("; ".join(part for part in parts if part), "small", wrap=True)
        more = button("Details…", partial(self._show_entry, match), look="quiet")
        more.setAccessibleName(f"Attachments and history of {name}")
        line = row(why, more, back, spacing=8)
        line.setStretch(0, 1)
        if match.kind is MatchKind.RETURNED:
            line.insertWidget(0, pill("Returned", Tone.WRONG))
        self.add(holder(line))

    def _show_entry(self, match: MoneyMatch) -> None:
        said = (match.counterparty, match.reference, match.account)
        show_entry(self._desk, match.entry_id, match.booked_on, said, self.window())

    def _take_back(self, match_id: int) -> None:
        services = self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: unmatch(match_id, services),
            succeeded=self._taken_back,
            failed=self._desk.notice.problem,
        )

    def _taken_back(self, _gone: object) -> None:
        self._desk.changes.tell(Change.PAYMENTS)
        self._desk.notice.say(
            "Taken back. The entry is free again, and the past stays in the journal."
        )

    def _find(self) -> None:
        FindMoney(self._desk, self.window()).exec()


def _dispute(payment: Payment) -> str:
    """Say what holds the money, and until when."""
    first, more = words.printable(payment.disputed[0]), len(payment.disputed) - 1
    about = f"{first} and {figures.many(more, 'more work')}" if more else first
    whose = "The dispute you opened" if payment.state is PaymentState.DISPUTED else "A dispute"
    who = words.printable(payment.registry)
    return f"{whose} about {about} holds the money until {who} resolves it"


def _amount(match: MoneyMatch) -> str:
    return f"{figures.money(match.amount)} came"
