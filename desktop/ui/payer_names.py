"""What payers call works that are not known yet: say once which is meant, for all statements."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QVBoxLayout, QWidget

from desktop.errors import AppError
from desktop.flows.naming import (
    Unmatched,
    list_unmatched,
    match_known,
    match_payer_work,
    not_mine,
    undo_match,
)
from desktop.model.payer_works import PayerWork
from desktop.store import shelf
from desktop.ui import figures, words
from desktop.ui.changes import Change
from desktop.ui.dialog import Dialog
from desktop.ui.parts import Tone, button, card, clear, column, label, pill, row, scrolled
from desktop.ui.payment_section import PaymentDesk

SHOWN = 40
WORKS_OFFERED = 2000
Looked = tuple[list[Unmatched], list[tuple[int, str]]]


class PayerNamesDialog(Dialog):
    """A card for each name, those with the most lines first; every decision is kept at once."""

    def __init__(self, desk: PaymentDesk, parent: QWidget | None) -> None:
        super().__init__(
            "Works that payers name",
            "These lines are of works that your library does not know by their number. Say once "
            "which work is meant; it holds for all statements of the payer, also those to come.",
            "Done",
            parent,
        )
        self._desk = desk
        self.resize(720, 620)
        self.setMinimumSize(520, 360)
        self.names: list[Unmatched] = []
        self._works: list[tuple[int, str]] = []
        self._undo = QVBoxLayout()
        self._cards = QVBoxLayout()
        self._cards.setSpacing(10)
        self._cards.addWidget(label("Looking…", "muted"))
        content = QWidget()
        inner = column(spacing=8, margins=(0, 4, 12, 4))
        inner.addLayout(self._undo)
        inner.addLayout(self._cards)
        inner.addStretch(1)
        content.setLayout(inner)
        self.body.addWidget(scrolled(content), 1)
        self.end()
        self.no.hide()
        self.look()

    def look(self) -> None:
        """Look again, off the main thread."""
        services = self._desk.services

        def work(
            _report: object, _cancelled: object
        ) -> tuple[list[Unmatched], list[tuple[int, str]]]:
            match_known(services)
            with services.store.read() as connection:
                offered = shelf.page(connection, limit=WORKS_OFFERED)
            return list_unmatched(services), [(one.work_id, one.title) for one in offered]

        self._desk.jobs.run(work, succeeded=self._put, failed=self._failed)

    def match(self, one: Unmatched, work_id: int) -> None:
        """Say which work is meant."""
        number = one.work.payer_work_id
        self._do(lambda: match_payer_work(number, work_id, self._desk.services))

    def not_mine(self, one: Unmatched) -> None:
        """Say that it is no work of the user's."""
        self._do(lambda: not_mine(one.work.payer_work_id, self._desk.services))

    def _put(self, found: Looked) -> None:
        self.names, self._works = found
        clear(self._cards)
        for one in self.names[:SHOWN]:
            self._cards.addWidget(self._card(one))
        more = len(self.names) - SHOWN
        if more > 0:
            self._cards.addWidget(label(f"and {figures.many(more, 'more name')}", "small"))
        if not self.names:
            self._cards.addWidget(label("Every line is of a work that is known.", "muted"))

    def _card(self, one: Unmatched) -> QWidget:
        name = one.work.name
        by = f" – {name.creators}" if name.creators else ""
        title = label(words.printable(f"{name.title}{by}"), "strong", wrap=True)
        amounts = ", ".join(
            figures.line_money(amount, currency) for currency, amount in one.work.amounts
        )
        said = [one.work.registry, figures.many(one.work.lines, "line"), amounts]
        said += [f"{scheme.upper()} {number}" for scheme, number in name.identifiers]
        body = column(title, spacing=6, margins=(16, 12, 16, 12))
        body.addWidget(label(words.printable(" · ".join(filter(None, said))), "small", wrap=True))
        if one.proposals:
            best = one.proposals[0]
            line = row(
                pill("Perhaps", Tone.MINE),
                label(words.printable(f"{best.title} ({best.reason})"), wrap=True),
                button("That is it", partial(self.match, one, best.work_id)),
                spacing=10,
            )
            line.setStretch(1, 1)
            body.addLayout(line)
        choice = self._choice(one)
        give = button("Match", lambda: self._match_typed(one, choice))
        give.setAccessibleName(f"Match {name.title}")
        other = button("Not mine", partial(self.not_mine, one), look="quiet")
        other.setAccessibleName(f"Not mine: {name.title}")
        line = row(choice, give, other, spacing=10)
        line.setStretch(0, 1)
        body.addLayout(line)
        return card(body)

    def _choice(self, one: Unmatched) -> QComboBox:
        choice = QComboBox()
        choice.setEditable(True)
        choice.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        choice.setAccessibleName(f"Which work is {one.work.name.title}?")
        for proposal in one.proposals:
            choice.addItem(words.printable(proposal.title), proposal.work_id)
        for work_id, title in self._works:
            choice.addItem(words.printable(title), work_id)
        choice.setCurrentIndex(-1)
        choice.setMinimumContentsLength(14)
        line = choice.lineEdit()
        if line is not None:
            line.setPlaceholderText("Another work: type its title")
        completer = choice.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        return choice

    def _match_typed(self, one: Unmatched, choice: QComboBox) -> None:
        typed = choice.currentText().strip()
        index = choice.findText(typed, Qt.MatchFlag.MatchFixedString)
        if not typed or index < 0:
            self.say("Choose one of your works from the list.")
            return
        self.match(one, int(choice.itemData(index)))

    def _do(self, decide: Callable[[], PayerWork]) -> None:
        self.say("")
        self._desk.jobs.run(
            lambda _report, _cancelled: decide(),
            succeeded=self._decided,
            failed=self._failed,
        )

    def _decided(self, work: PayerWork) -> None:
        self._desk.changes.tell(Change.PAYMENTS)
        clear(self._undo)
        done = "is matched" if work.work_id is not None else "is not yours"
        undo = button("Undo", lambda: self._take_back(work.payer_work_id), look="quiet")
        self._undo.addLayout(
            row(label(words.printable(f"{work.name.title} {done}."), "muted"), undo, None)
        )
        self.look()

    def _take_back(self, payer_work_id: int) -> None:
        clear(self._undo)
        self._desk.jobs.run(
            lambda _report, _cancelled: undo_match(payer_work_id, self._desk.services),
            succeeded=self._taken_back,
            failed=self._failed,
        )

    def _taken_back(self, _work: PayerWork) -> None:
        self._desk.changes.tell(Change.PAYMENTS)
        self.look()

    def _failed(self, problem: AppError) -> None:
        self.say(str(problem))
