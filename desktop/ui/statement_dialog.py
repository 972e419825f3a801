"""What importing files of statements would do: new, here already, changed; bad lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QDialog, QVBoxLayout, QWidget

from desktop.errors import AppError
from desktop.flows.mapping import all_mappings
from desktop.flows.stating import preview_statements
from desktop.model.statement_files import Arrival, StatementFile, StatementInFile
from desktop.ui import figures, words
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import Tone, button, card, clear, column, label, pill, row, scrolled
from desktop.ui.payment_section import PaymentDesk
from desktop.ui.statement_wizard import LearnDialog
from desktop.ui.theme import font

PROBLEMS_SHOWN = 6
STATEMENTS_SHOWN = 24
_ARRIVALS = {
    Arrival.NEW: ("New", Tone.MINE),
    Arrival.HERE: ("Already here", Tone.PLAIN),
    Arrival.CHANGED: ("Changed", Tone.NEEDS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A file with how it is to be read, and who pays; "" for what the file itself says."""

    path: Path
    mapping: str = ""
    payer: str = ""


@dataclass(slots=True)
class _Looked:
    """What is known of one file so far."""

    chosen: Chosen
    found: StatementFile | None = None
    problem: AppError | None = None


class StatementDialog(Dialog):
    """One card a file. Nothing is kept before the user says so."""

    def __init__(self, desk: PaymentDesk, paths: Sequence[Path], parent: QWidget | None) -> None:
        super().__init__(
            "Import statements",
            "This is what is in the files. Nothing is kept yet.",
            "Import",
            parent,
        )
        self._desk = desk
        self._files = [_Looked(Chosen(path=path)) for path in paths]
        self._mappings = [(one.title, one.name) for one in all_mappings(desk.services)]
        self.resize(720, 620)
        self.setMinimumSize(520, 380)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        content = QWidget()
        inner = column(spacing=0, margins=(0, 4, 12, 4))
        inner.addLayout(self._cards)
        inner.addStretch(1)
        content.setLayout(inner)
        self.body.addWidget(scrolled(content), 1)
        self.end()
        self._show()
        for file in self._files:
            self._look(file)

    def chosen(self) -> list[Chosen]:
        """Return the files that bring something, and how they are to be read."""
        return [one.chosen for one in self._files if _brings(one)]

    def _look(self, file: _Looked) -> None:
        """Read a file off the main thread; the dialog shows it when it is read."""
        chosen, services = file.chosen, self._desk.services
        file.found = file.problem = None
        self._show()
        self._desk.jobs.run(
            lambda report, cancelled: preview_statements(
                chosen.path,
                services,
                report,
                cancelled,
                mapping=chosen.mapping,
                payer=chosen.payer,
            ),
            succeeded=partial(self._looked, file, chosen),
            failed=partial(self._failed, file, chosen),
        )

    def _looked(self, file: _Looked, chosen: Chosen, found: StatementFile) -> None:
        if file.chosen == chosen:
            file.found = found
            self._show()

    def _failed(self, file: _Looked, chosen: Chosen, problem: AppError) -> None:
        if file.chosen == chosen:
            file.problem = problem
            self._show()

    def _show(self) -> None:
        clear(self._cards)
        for file in self._files:
            self._cards.addWidget(self._card(file))
        fresh = sum(_fresh(file) for file in self._files)
        self.yes.setEnabled(fresh > 0)
        self.yes.setText(f"Import {figures.many(fresh, 'statement')}" if fresh else "Import")

    def _card(self, file: _Looked) -> QWidget:
        name = label(words.file_name(file.chosen.path), "strong")
        body = column(name, spacing=8, margins=(16, 14, 16, 14))
        if file.found is None and file.problem is None:
            body.addWidget(label("Reading…", "muted"))
        if file.problem is not None:
            body.addWidget(label(words.printable(str(file.problem)), wrap=True))
        if file.found is not None:
            self._fill(body, file.found)
        if (file.found is None or file.found.mapping) and (file.found or file.problem):
            self._ways(body, file)
        return card(body)

    def _fill(self, body: QVBoxLayout, found: StatementFile) -> None:
        read_as = f", read as {found.mapping}" if found.mapping else ""
        body.addWidget(label(words.printable(f"{found.payer}{read_as}. {found.reason}"), wrap=True))
        for one in found.statements[:STATEMENTS_SHOWN]:
            body.addLayout(_statement(one))
        more = len(found.statements) - STATEMENTS_SHOWN
        if more > 0:
            body.addWidget(label(f"and {figures.many(more, 'more statement')}", "small"))
        for note in found.notes:
            body.addWidget(label(words.printable(note), "small", wrap=True))
        if found.refused:
            head = f"{figures.many(found.refused, 'row')} cannot be read and will not count:"
            body.addLayout(row(pill("Look at these", Tone.NEEDS), label(head), None))
        for problem in found.problems[:PROBLEMS_SHOWN]:
            body.addWidget(label(words.printable(problem.message), "small", wrap=True))
        hidden = found.refused - PROBLEMS_SHOWN
        if hidden > 0:
            body.addWidget(label(f"and {figures.many(hidden, 'more')}", "small"))
        fresh = any(one.arrival is not Arrival.HERE for one in found.statements)
        if found.unmatched and fresh:
            count = f"{figures.count(len(found.unmatched))} of {words.works_count(found.works)}"
            verb = "is" if len(found.unmatched) == 1 else "are"
            after = f"{verb} not known yet; after importing you can say which are meant."
            body.addWidget(label(f"{count} {after}", "muted", wrap=True))

    def _ways(self, body: QVBoxLayout, file: _Looked) -> None:
        """Let the user say how the file is read, and who pays."""
        choice = QComboBox()
        choice.setAccessibleName(f"How to read {words.file_name(file.chosen.path)}")
        choice.addItem("Read it as it fits best", "")
        for title, name in self._mappings:
            choice.addItem(words.printable(title), name)
        choice.setCurrentIndex(max(0, choice.findData(file.chosen.mapping)))
        choice.setMinimumContentsLength(18)
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.activated.connect(
            lambda _index: self._read_again(file, mapping=str(choice.currentData()))
        )
        payer = typed_line("Who pays", "Who pays")
        payer.setText(file.chosen.payer)
        payer.editingFinished.connect(lambda: self._read_again(file, payer=payer.text().strip()))
        learn = button("Say what its columns mean…", partial(self._learn, file), look="quiet")
        line = row(choice, payer, learn, spacing=10)
        line.setStretch(0, 1)
        body.addLayout(line)

    def _read_again(
        self, file: _Looked, *, mapping: str | None = None, payer: str | None = None
    ) -> None:
        before = file.chosen
        chosen = Chosen(
            path=before.path,
            mapping=before.mapping if mapping is None else mapping,
            payer=before.payer if payer is None else payer,
        )
        if chosen != before:
            file.chosen = chosen
            self._look(file)

    def _learn(self, file: _Looked) -> None:
        dialog = LearnDialog(self._desk, file.chosen.path, file.chosen.payer, self)
        if dialog.exec() != QDialog.DialogCode.Accepted or dialog.learned is None:
            return
        learned = dialog.learned
        self._mappings.insert(0, (learned.title, learned.name))
        file.chosen = Chosen(path=file.chosen.path, mapping=learned.name)
        self._look(file)


def _statement(one: StatementInFile) -> QVBoxLayout:
    word, tone = _ARRIVALS[one.arrival]
    amount = label(figures.money(one.payable))
    amount.setFont(font("body", 500, figures=True))
    revision = f" (revision {one.revision})" if one.revision > 1 else ""
    name = label(words.printable(f"{one.number}{revision}"))
    lines = label(figures.many(one.lines, "line"), "muted")
    holding = QVBoxLayout()
    holding.addLayout(row(pill(word, tone), name, lines, None, amount, spacing=10))
    return holding


def _fresh(file: _Looked) -> int:
    if file.found is None:
        return 0
    return sum(1 for one in file.found.statements if one.arrival is not Arrival.HERE)


def _brings(file: _Looked) -> bool:
    return _fresh(file) > 0
