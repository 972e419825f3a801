"""The selected collaborator: where they stand in one currency, what came, what was paid."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QPushButton

from desktop.flows.dividing import allocations
from desktop.model.allocations import NOBODY, Allocation, Arrival, Balance, Payout
from desktop.model.attachments import AttachedTo
from desktop.store import collaborators
from desktop.ui import figures, words
from desktop.ui.collaborator_actions import CollaboratorActions
from desktop.ui.kept_dialog import KeptDialog
from desktop.ui.parts import Tone, button, clear, holder, label, pill, row
from desktop.ui.payment_section import PaymentDesk, PaymentSection

ROWS_SHOWN = 100
_OPEN = (
    "No share says whose this is. “Needs you” says of each work why, and what would mend it: "
    "until then it is kept apart."
)


class CollaboratorDetails(PaymentSection):
    """Shown beside the table of collaborators."""

    def __init__(self, desk: PaymentDesk) -> None:
        super().__init__()
        self._desk = desk
        self._balance: Balance | None = None
        self.hide()

    def show_balance(self, balance: Balance) -> None:
        """Show one collaborator at once, and what it is made of when that is known."""
        self._balance = balance
        clear(self.body)
        self._head(balance)
        self.show()
        services = self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: allocations(services, party_id=balance.party_id),
            succeeded=partial(self._put, balance),
            failed=self._desk.notice.problem,
        )

    def _head(self, one: Balance) -> None:
        title = "Not given to anybody" if one.party_id == NOBODY else words.printable(one.party)
        self.add(label(title, "title", wrap=True))
        if one.party_id == NOBODY:
            self.add(holder(row(pill("Needs you", Tone.NEEDS), None)))
            self.add(label(_OPEN, "small", wrap=True))
        self.caption(f"Account in {one.due.currency}")
        self.sum("Their part of what came", figures.money(one.due))
        self.sum("Handed on", figures.money(-one.paid))
        if one.open.minor < 0:
            self.sum("More than is due was paid", figures.money(-one.open), strong=True)
        else:
            self.sum("To hand on now", figures.money(one.open), strong=True)
        if one.awaited.minor:
            self.sum("When it arrives", figures.money(one.awaited))
        if one.party_id != NOBODY and not one.is_me:
            actions = CollaboratorActions(self._desk, self.window())
            pay = button("Record a payout…", partial(actions.record_payout, one.party_id))
            tell = button("Statement…", partial(actions.give_statement, one.party_id))
            self.add(holder(row(pay, tell, None)))

    def _put(self, balance: Balance, found: Sequence[Allocation]) -> None:
        if balance is not self._balance:
            return
        currency = balance.due.currency
        with self._desk.services.store.read() as connection:
            paid = [
                one
                for one in collaborators.payouts(connection, balance.party_id)
                if one.amount.currency == currency
            ]
        if paid:
            self.caption("Paid")
        for payout in paid[::-1][:ROWS_SHOWN]:
            self._payout(payout)
        came = [
            (one, arrival)
            for one in found
            for arrival in one.arrivals
            if arrival.amount.currency == currency
        ]
        self._arrivals(sorted(came, key=lambda pair: pair[1].on, reverse=True))
        self._awaited([one for one in found if one.awaited.minor], currency)

    def _payout(self, one: Payout) -> None:
        self.sum(f"{figures.day(one.paid_on)}  {words.printable(one.way)}".strip(),
                 figures.money(one.amount))  # fmt: skip
        said = " · ".join(words.printable(text) for text in (one.reference, one.note) if text)
        if one.reversed_by or one.reverses:
            said = "taken back" if one.reversed_by else f"takes back payout {one.reverses}"
            line = row(label(said, "small", wrap=True), self._more(one), spacing=8)
            line.setStretch(0, 1)
            self.add(holder(line))
            return
        back = button(
            "Take back",
            partial(CollaboratorActions(self._desk, self.window()).take_back, one.payout_id),
            look="quiet",
        )
        back.setAccessibleName(f"Take back the payout of {figures.day(one.paid_on)}")
        line = row(label(said, "small", wrap=True), self._more(one), back, spacing=8)
        line.setStretch(0, 1)
        self.add(holder(line))

    def _more(self, one: Payout) -> QPushButton:
        more = button("Details…", partial(self._show_payout, one), look="quiet")
        day = figures.day(one.paid_on)
        more.setAccessibleName(f"Attachments and history of the payout of {day}")
        return more

    def _show_payout(self, one: Payout) -> None:
        title = f"{figures.money(one.amount)} to {one.party}"
        said = [figures.day(one.paid_on), one.way, one.reference, one.note]
        kept = (AttachedTo.PAYOUT, one.payout_id)
        sentence = " · ".join(part for part in said if part)
        KeptDialog(self._desk, kept, title, sentence, self.window()).exec()

    def _arrivals(self, came: Sequence[tuple[Allocation, Arrival]]) -> None:
        if came:
            self.caption("What came")
        for one, arrival in came[:ROWS_SHOWN]:
            what = one.title or "Not of a single work"
            self.sum(words.printable(what), figures.money(arrival.amount))
            text = f"{figures.day(arrival.on)} · {one.registry} {one.number}"
            whole = f" · of {figures.money(arrival.whole)} for everybody"
            self.add(label(words.printable(text + whole), "small", wrap=True))
        if len(came) > ROWS_SHOWN:
            rest = figures.count(len(came) - ROWS_SHOWN)
            self.add(label(f"{rest} more are in the statement.", "small", wrap=True))

    def _awaited(self, found: Sequence[Allocation], currency: str) -> None:
        mine = [one for one in found if one.settled.currency == currency]
        if mine:
            self.caption("Still to arrive")
        for one in mine[:ROWS_SHOWN]:
            self.sum(words.printable(one.title or one.registry), figures.money(one.awaited))
            self.add(label(words.printable(f"{one.registry} {one.number}"), "small", wrap=True))
