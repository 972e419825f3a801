"""What does not hold of a payment: each finding with its state, its lines and what can be done."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.flows.questioning import ENTRY
from desktop.flows.weighing import list_findings
from desktop.model.findings import Channel, Decision, Deed, FindingState, KeptFinding
from desktop.model.payments import Payment
from desktop.store import bank
from desktop.store import findings as findings_store
from desktop.ui import figures
from desktop.ui.finding_actions import FindingActions
from desktop.ui.finding_words import finding_word
from desktop.ui.parts import button, card, column, holder, label, pill, row
from desktop.ui.payment_section import PaymentDesk, PaymentSection

SHOWN = 20
LINES_SHOWN = 12
_CLOSED = {FindingState.DISMISSED, FindingState.SETTLED}


class PaymentFindings(PaymentSection):
    """Open findings first; those that are dismissed or settled are one click away."""

    def __init__(self, desk: PaymentDesk) -> None:
        super().__init__()
        self._services = desk.services
        self.actions_ = FindingActions(desk, self)
        self._payment: Payment | None = None
        self._everything = False
        self._lines_of: set[str] = set()

    def show_payment(self, payment: Payment | None) -> None:
        """Show a payment; what was unfolded stays so while it is the same one."""
        before = self._payment.payment_id if self._payment else None
        if payment is None or payment.payment_id != before:
            self._everything = False
            self._lines_of.clear()
        self._payment = payment
        super().show_payment(payment)

    def fill(self, payment: Payment) -> None:
        """Show the findings."""
        found = list_findings(
            self._services, everything=True, statement_id=payment.payment_id, payments=[payment]
        )
        closed = [one for one in found if one.state in _CLOSED]
        shown = found if self._everything else [one for one in found if one not in closed]
        if not found:
            return
        self.caption(_heading(found))
        for one in shown[:SHOWN]:
            self.add(self._card(one))
        if len(shown) > SHOWN:
            rest = figures.many(len(shown) - SHOWN, "finding")
            self.add(label(f"{rest} more: `findings` on the command line lists all.", "small"))
        again = button(
            "Check again", partial(self.actions_.check_again, payment.payment_id), look="quiet"
        )
        feet: list[QWidget | None] = [again]
        if closed:
            text = "Show open only" if self._everything else f"Show all ({len(found)})"
            feet.append(button(text, self._toggle_everything, look="quiet"))
        self.add(holder(row(*feet, None, spacing=4)))

    def _card(self, one: KeptFinding) -> QWidget:
        head = row(pill(*finding_word(one)), label(one.finding_id, "small", selectable=True), None)
        body = column(spacing=5, margins=(12, 10, 12, 8))
        body.addLayout(head)
        body.addWidget(label(one.finding.sentence, wrap=True, selectable=True))
        said = f"Expected {one.finding.expected}, found {one.finding.actual}."
        body.addWidget(label(said, "small", wrap=True, selectable=True))
        for decision in one.decisions:
            body.addWidget(label(_told(decision), "small", wrap=True, selectable=True))
        if one.finding_id in self._lines_of:
            for line in self._lines(one):
                body.addWidget(line)
        body.addLayout(row(*self._buttons(one), None, spacing=2))
        return card(body)

    def _buttons(self, one: KeptFinding) -> list[QWidget]:
        do = self.actions_
        offered = {
            FindingState.OPEN: [("Ask…", do.ask), ("Dismiss…", do.dismiss)],
            FindingState.ASKED: [("Answered…", do.answered), ("Dismiss…", do.dismiss)],
            FindingState.ANSWERED: [
                ("Dismiss…", do.dismiss),
                ("Ask again…", do.ask),
                ("Reopen", do.reopen),
            ],
            FindingState.DISMISSED: [("Reopen", do.reopen)],
            FindingState.SETTLED: [],
        }[one.state]
        buttons: list[QWidget] = [
            button(text, partial(act, one), look="quiet") for text, act in offered
        ]
        if one.finding.lines:
            text = "Hide lines" if one.finding_id in self._lines_of else "Lines"
            buttons.append(button(text, partial(self._toggle_lines, one.finding_id), look="quiet"))
        return buttons

    def _lines(self, one: KeptFinding) -> list[QWidget]:
        """Return the lines or bank entries behind a finding, with where they stand."""
        rows: list[tuple[str, str, str]] = []
        names = one.finding.lines
        with self._services.store.read() as connection:
            if one.statement_id is not None:
                rows += [
                    (
                        line["title"],
                        figures.exact_money(Decimal(line["net"]), line["currency"], 4),
                        f"Line {line['position'] + 1} · {line['external_id']}",
                    )
                    for line in findings_store.lines_named(
                        connection, one.statement_id, names[:LINES_SHOWN]
                    )
                ]
            for name in names:
                if name.startswith(ENTRY):
                    entry = bank.by_id(connection, int(name.removeprefix(ENTRY))).entry
                    where = f"{name.capitalize()} · {figures.day(entry.booked_on)}"
                    rows.append((entry.counterparty, figures.money(entry.amount), where))
        widgets: list[QWidget] = []
        for title, amount, where in rows:
            pair = row(label(title, wrap=True), None, label(amount), spacing=8)
            pair.setStretch(0, 1)
            widgets += [holder(pair), label(where, "small", wrap=True, selectable=True)]
        if len(names) > LINES_SHOWN:
            more = figures.many(len(names) - LINES_SHOWN, "line")
            widgets.append(label(f"and {more} more", "small"))
        return widgets

    def _toggle_lines(self, finding_id: str) -> None:
        self._lines_of ^= {finding_id}
        super().show_payment(self._payment)

    def _toggle_everything(self) -> None:
        self._everything = not self._everything
        super().show_payment(self._payment)


def _heading(found: list[KeptFinding]) -> str:
    waiting = sum(one.state is FindingState.OPEN for one in found)
    if waiting:
        return f"{figures.many(waiting, 'finding')} to look at"
    asked = sum(one.state is FindingState.ASKED for one in found)
    return f"{figures.many(asked, 'question')} asked" if asked else "Findings, all done"


def _told(one: Decision) -> str:
    day = figures.day(one.happened_on)
    if one.deed is Deed.ASKED:
        way = "with a dispute" if one.channel is Channel.DISPUTE else "by letter"
        return f"You asked {way} on {day}."
    start = {
        Deed.DISMISSED: "You dismissed it on",
        Deed.ANSWERED: "They answered on",
        Deed.SETTLED: "Settled on",
        Deed.REOPENED: "Opened again on",
    }[one.deed]
    return f"{start} {day}: {one.words}" if one.words else f"{start} {day}."
