"""Asks why a statement should not count, and lists those that do not, each with the way back."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.flows.setting_aside import count_again, list_aside
from desktop.store.statement_versions import AsideStatement
from desktop.ui import figures, words
from desktop.ui.changes import Change
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import Tone, button, card, clear, column, holder, label, pill, row, scrolled
from desktop.ui.payment_section import PaymentDesk
from desktop.ui.theme import font


class AsideReasonDialog(Dialog):
    """One line for the reason."""

    def __init__(self, name: str, parent: QWidget | None) -> None:
        super().__init__(
            "This statement should not count",
            f"{words.printable(name)} and its lines stay in your library, but are in no sum and no "
            "list until you let it count again.",
            "Set it aside",
            parent,
        )
        self.setMinimumWidth(440)
        self.reason = typed_line("Such as: it was imported by mistake", "Why")
        self.body.addWidget(label("Why", "caption"))
        self.body.addWidget(self.reason)
        self.end()

    def accept(self) -> None:
        """Close only with a reason."""
        if not self.reason.text().strip():
            self.say("Say why in a few words.")
            return
        super().accept()


class AsideDialog(Dialog):
    """Every statement that does not count now."""

    def __init__(self, desk: PaymentDesk, parent: QWidget | None) -> None:
        super().__init__(
            "Statements that do not count",
            "You set these aside. They are in no sum and no list.",
            "Close",
            parent,
        )
        self._desk = desk
        self.no.hide()
        self.resize(640, 480)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        inner = column(spacing=0, margins=(0, 4, 12, 4))
        inner.addLayout(self._cards)
        inner.addStretch(1)
        self.body.addWidget(scrolled(holder(inner)), 1)
        self.end()
        self.look()

    def look(self) -> None:
        """Show what is set aside now."""
        clear(self._cards)
        found = list_aside(self._desk.services)
        for one in found:
            self._cards.addWidget(self._card(one))
        if not found:
            self._cards.addWidget(label("Every statement counts.", "muted"))

    def _card(self, one: AsideStatement) -> QWidget:
        amount = label(figures.money(one.payable))
        amount.setFont(font("body", 500, figures=True))
        name = label(words.printable(f"{one.registry}, {figures.month(one.start)}"), "strong")
        revision = f", revision {one.revision}" if one.revision > 1 else ""
        again = button("Count it again", partial(self._again, one))
        again.setAccessibleName(f"Count {words.printable(one.number)} again")
        said = label(f"You said: {words.printable(one.reason)}", "small", wrap=True)
        last = row(said, again, spacing=12)
        last.setStretch(0, 1)
        body = column(
            holder(row(name, None, amount)),
            label(words.printable(f"Statement {one.number}{revision}"), "small"),
            holder(row(pill("It does not count", Tone.NEEDS), None)),
            holder(last),
            spacing=6,
            margins=(16, 14, 16, 14),
        )
        return card(body)

    def _again(self, one: AsideStatement) -> None:
        services = self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: count_again(one.statement_id, services),
            succeeded=lambda _done: self._counts(),
            failed=lambda problem: self.say(str(problem)),
        )

    def _counts(self) -> None:
        self._desk.changes.tell(Change.PAYMENTS)
        self.look()
