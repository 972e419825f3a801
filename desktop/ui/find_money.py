"""Find the money: what came beside what was stated, to be confirmed or not, one by one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QComboBox, QPushButton, QVBoxLayout, QWidget

from desktop.errors import AppError
from desktop.flows.finding_money import Found, confirm, decline, find_money
from desktop.flows.keeping_matches import set_aside
from desktop.flows.matching_money import match
from desktop.model.matches import MatchKind, Proposal
from desktop.model.money import Money
from desktop.model.payments import ENDED, Payment
from desktop.payments.proposing import SURE_SCORE
from desktop.store.bank import KeptEntry
from desktop.ui import figures, words
from desktop.ui.changes import Change
from desktop.ui.dialog import Dialog
from desktop.ui.kept_dialog import show_entry
from desktop.ui.parts import Tone, button, card, clear, column, label, pill, row, scrolled
from desktop.ui.payment_section import PaymentDesk
from desktop.ui.payment_words import DIFFERENCES

SHOWN = 40


class FindMoney(Dialog):
    """Proposals above, other money below; every decision is kept at once and can be taken back."""

    def __init__(self, desk: PaymentDesk, parent: QWidget | None) -> None:
        super().__init__(
            "Find the money",
            "What came on your accounts, beside what was stated. Nothing counts until you say so, "
            "and everything can be taken back.",
            "Done",
            parent,
        )
        self._desk = desk
        self.resize(760, 640)
        self.setMinimumSize(520, 380)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(10)
        self._waiting = label("Looking…", "muted")
        self._cards.addWidget(self._waiting)
        content = QWidget()
        inner = column(spacing=0, margins=(0, 4, 12, 4))
        inner.addLayout(self._cards)
        inner.addStretch(1)
        content.setLayout(inner)
        self.body.addWidget(scrolled(content), 1)
        self.end()
        self.no.hide()
        self.found: Found | None = None
        self.look()

    def look(self) -> None:
        """Look again, off the main thread."""
        services = self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: find_money(services),
            succeeded=self.put,
            failed=self._failed,
        )

    def put(self, found: Found) -> None:
        """Show what was found."""
        self.found = found
        clear(self._cards)
        for proposal in found.proposals[:SHOWN]:
            self._cards.addWidget(self._proposal(proposal, found))
        proposed = {number for one in found.proposals for number in one.entries}
        others = [one for number, one in found.entries.items() if number not in proposed]
        coming = sorted(
            (one for one in others if one.entry.amount.minor > 0),
            key=lambda one: (one.entry.booked_on, one.entry_id),
            reverse=True,
        )
        if coming:
            self._cards.addWidget(label("Other money that came", "caption"))
        for kept in coming[:SHOWN]:
            self._cards.addWidget(self._other(kept, found))
        if len(coming) > SHOWN:
            more = figures.many(len(coming) - SHOWN, "older entry", "older entries")
            self._cards.addWidget(label(f"and {more}", "small"))
        if found.aside:
            self._cards.addWidget(label("Not a registry's money, you say", "caption"))
        for kept in found.aside[:SHOWN]:
            words_ = label(entry_words(kept), "muted", wrap=True)
            line = row(words_, self._more(kept), spacing=10, margins=(16, 4, 16, 4))
            line.setStretch(0, 1)
            self._cards.addWidget(card(line))
        if not found.proposals and not coming:
            good = "All money that came has its place. Import a bank file to look further."
            self._cards.addWidget(label(good, "muted", wrap=True))

    def _proposal(self, one: Proposal, found: Found) -> QWidget:
        sure = one.score >= SURE_SCORE
        body = column(spacing=6, margins=(16, 12, 16, 12))
        word = pill("Likely", Tone.MINE) if sure else pill("Possible", Tone.PLAIN)
        came = [entry_words(found.entries[number]) for number in one.entries]
        top = row(word, label(_joined(came), "strong", wrap=True), spacing=10)
        top.setStretch(1, 1)
        body.addLayout(top)
        stated = [payment_words(found.payments[number]) for number in one.statements]
        body.addWidget(label(f"for {_joined(stated)}", wrap=True))
        body.addWidget(label(words.printable("; ".join(one.why)), "small", wrap=True))
        rest = _rest(one.gap) if one.gap.minor > 0 and not _goes_back(one) else None
        yes = button("That is it", lambda: self._confirm(one, rest))
        no = button("Not this", lambda: self._do(partial(decline, one, self._desk.services)))
        no.setProperty("quiet", True)
        yes.setAccessibleName(f"That is it: {one.name}")
        no.setAccessibleName(f"Not this: {one.name}")
        body.addLayout(row(*([rest] if rest else []), None, no, yes, spacing=10))
        return card(body)

    def _other(self, kept: KeptEntry, found: Found) -> QWidget:
        """Show an entry that nothing was proposed for: the user may know whose it is."""
        open_ = [
            one for one in found.payments.values() if one.state not in ENDED and one.open.minor > 0
        ]
        choice = QComboBox()
        choice.setAccessibleName(f"Statement for entry {kept.entry_id}")
        choice.addItem("Which statement is it for?", None)
        for one in open_:
            choice.addItem(payment_words(one), one.payment_id)
        choice.setMinimumContentsLength(14)
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        give = button("Match", lambda: self._give(kept.entry_id, choice.currentData()))
        give.setEnabled(False)
        choice.currentIndexChanged.connect(
            lambda _index: give.setEnabled(choice.currentData() is not None)
        )
        aside = button(
            "Not a registry's",
            lambda: self._do(partial(set_aside, kept.entry_id, "", self._desk.services)),
            look="quiet",
        )
        body = column(spacing=6, margins=(16, 10, 16, 10))
        body.addWidget(label(entry_words(kept), wrap=True))
        line = row(choice, give, aside, self._more(kept), spacing=10)
        line.setStretch(0, 1)
        body.addLayout(line)
        return card(body)

    def _more(self, kept: KeptEntry) -> QPushButton:
        more = button("Details…", partial(self._show_entry, kept), look="quiet")
        more.setAccessibleName(f"Attachments and history of {entry_words(kept)}")
        return more

    def _show_entry(self, kept: KeptEntry) -> None:
        """Show an entry by itself; what happened there may be undone, so look again after it."""
        entry = kept.entry
        said = (entry.counterparty, entry.reference, entry.account)
        show_entry(self._desk, kept.entry_id, entry.booked_on, said, self)
        self.look()

    def _confirm(self, one: Proposal, rest: QComboBox | None) -> None:
        kind = rest.currentData() if rest is not None else None
        chosen = MatchKind(kind) if kind else None
        self._do(partial(confirm, one, self._desk.services, rest=chosen))

    def _give(self, entry_id: int, payment_id: int | None) -> None:
        if payment_id is not None:
            self._do(partial(match, entry_id, [payment_id], self._desk.services))

    def _do(self, decide: Callable[[], Any]) -> None:
        self.say("")
        self._desk.jobs.run(
            lambda _report, _cancelled: decide(), succeeded=self._done, failed=self._failed
        )

    def _done(self, _result: object) -> None:
        self._desk.changes.tell(Change.PAYMENTS)
        self.look()

    def _failed(self, problem: AppError) -> None:
        self.say(str(problem))
        if self.found is not None:
            self.look()


def entry_words(kept: KeptEntry) -> str:
    """Return 50,00 € on 20 Feb 2026 from Lumen, with what was written on it."""
    entry = kept.entry
    left = kept.left or entry.amount
    who = words.printable(entry.counterparty)
    side = "went back to" if left.minor < 0 else "from"
    parts = [f"{figures.money(left)} on {figures.day(entry.booked_on)}"]
    parts += [f"{side} {who}"] if who else []
    text = words.printable(entry.reference)
    said = " ".join(parts)
    return f"{said}: “{text[:120]}”" if text else said


def payment_words(payment: Payment) -> str:
    """Return Lumen, Jan 2026 (S-1): 50,00 €."""
    month = figures.month(payment.period.start)
    amount = figures.money(payment.open if payment.open.minor > 0 else payment.stated)
    return words.printable(f"{payment.registry}, {month} ({payment.number}): {amount}")


def _joined(texts: list[str]) -> str:
    return "\nand ".join(texts)


def _goes_back(one: Proposal) -> bool:
    return any(part.kind is MatchKind.RETURNED for part in one.parts)


def _rest(gap: Money) -> QComboBox:
    """Ask what explains the amount that is missing."""
    choice = QComboBox()
    choice.setAccessibleName("What the rest is")
    choice.addItem(f"{figures.money(gap)} stays open", None)
    for kind, word in DIFFERENCES.items():
        choice.addItem(f"{figures.money(gap)}: {word.lower()}", kind.value)
    return choice
