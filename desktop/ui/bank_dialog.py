"""What importing bank files would do: entries new, here already, told otherwise; refused rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.errors import AppError, BankTableUnknown
from desktop.flows.importing_money import (
    BankChoice,
    BankImport,
    TableSeen,
    preview_chosen,
    see_table,
)
from desktop.store.bank import KeptEntry, Status
from desktop.ui import figures, words
from desktop.ui.bank_wizard import BankWizard
from desktop.ui.dialog import Dialog
from desktop.ui.figures import many
from desktop.ui.parts import (
    Elided,
    Tone,
    button,
    card,
    clear,
    column,
    holder,
    label,
    pill,
    row,
    scrolled,
)
from desktop.ui.payment_section import PaymentDesk
from desktop.ui.theme import font

ENTRIES_SHOWN = 6
PROBLEMS_SHOWN = 6
_WORDS = {
    Status.NEW: ("new", Tone.MINE),
    Status.KNOWN: ("already here", Tone.PLAIN),
    Status.CHANGED: ("changed", Tone.NEEDS),
}
Found = BankImport | AppError


class BankDialog(Dialog):
    """One card a file. Nothing is kept before the user says so."""

    def __init__(
        self,
        desk: PaymentDesk,
        chosen: Sequence[BankChoice],
        found: Sequence[Found],
        parent: QWidget | None,
    ) -> None:
        super().__init__(
            "Import bank files",
            "This is what is in the files. Nothing is kept yet.",
            "Import",
            parent,
        )
        self._desk = desk
        self._chosen, self._found = list(chosen), list(found)
        self.resize(720, 620)
        self.setMinimumSize(520, 380)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        inner = column(spacing=0, margins=(0, 4, 12, 4))
        inner.addLayout(self._cards)
        inner.addStretch(1)
        self.body.addWidget(scrolled(holder(inner)), 1)
        self.end()
        self._show()

    def chosen(self) -> list[BankChoice]:
        """Return the files that bring something new."""
        pairs = zip(self._chosen, self._found, strict=True)
        return [one for one, found in pairs if _fresh(found)]

    def _show(self) -> None:
        clear(self._cards)
        for at, found in enumerate(self._found):
            self._cards.addWidget(self._card(at, found))
        fresh = sum(_fresh(one) for one in self._found)
        self.yes.setEnabled(fresh > 0)
        self.yes.setText(f"Import {many(fresh, 'entry', 'entries')}" if fresh else "Nothing new")

    def _card(self, at: int, found: Found) -> QWidget:
        path = self._chosen[at].path
        body = column(label(words.file_name(path), "strong"), spacing=8, margins=(16, 14, 16, 14))
        if isinstance(found, BankImport):
            _fill(body, found)
        elif isinstance(found, BankTableUnknown):
            body.addWidget(label("A table whose columns are not known yet.", wrap=True))
            learn = button("Say what its columns mean…", partial(self._see, at))
            body.addLayout(row(learn, None))
        else:
            body.addLayout(row(pill("Cannot be read", Tone.WRONG), None))
            body.addWidget(label(words.printable(found.message), wrap=True))
            if found.advice:
                body.addWidget(label(words.printable(found.advice), "small", wrap=True))
        return card(body)

    def _see(self, at: int) -> None:
        path, services = self._chosen[at].path, self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: see_table(path, services),
            succeeded=partial(self._ask, at, path),
            failed=lambda problem: self.say(str(problem)),
        )

    def _ask(self, at: int, path: Path, seen: TableSeen) -> None:
        """Ask what the columns are; the table is kept with the other files, not before."""
        wizard = BankWizard(path.name, seen, self._desk.services, self)
        wizard.yes.setText("Read it so")
        if wizard.exec() == QDialog.DialogCode.Accepted:
            self._chosen[at] = BankChoice(path=path, mapping=wizard.mapping())
            self._look()

    def _look(self) -> None:
        chosen, services = tuple(self._chosen), self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: preview_chosen(chosen, services),
            succeeded=self._looked,
            failed=lambda problem: self.say(str(problem)),
        )

    def _looked(self, found: Sequence[Found]) -> None:
        self._found = list(found)
        self._show()


def _fill(body: QVBoxLayout, found: BankImport) -> None:
    """Show how many entries are what, the new ones, and what does not count."""
    marks = row(spacing=8)
    for status, (word, tone) in _WORDS.items():
        if found.count(status):
            marks.addWidget(pill(f"{figures.count(found.count(status))} {word}", tone))
    marks.addWidget(label(_days(found.entries), "muted"))
    marks.addStretch(1)
    body.addLayout(marks)
    fresh = [kept for kept in found.entries if kept.status is Status.NEW]
    for kept in fresh[:ENTRIES_SHOWN]:
        body.addLayout(_entry(kept))
    if len(fresh) > ENTRIES_SHOWN:
        more = many(len(fresh) - ENTRIES_SHOWN, "more entry", "more entries")
        body.addWidget(label(f"and {more}", "small"))
    if found.count(Status.CHANGED):
        said = "The bank told the changed ones in other words before. The first words stay."
        body.addWidget(label(said, "small", wrap=True))
    for kind, count in Counter(found.left_out).items():
        said = f"{figures.count(count)} × {kind}: no money of yours that came or went"
        body.addWidget(label(words.printable(said), "small", wrap=True))
    _refused(body, found)


def _refused(body: QVBoxLayout, found: BankImport) -> None:
    if not found.problems:
        return
    head = f"{many(len(found.problems), 'row')} cannot be read and will not count:"
    body.addLayout(row(pill("Look at these", Tone.NEEDS), label(head), None))
    for problem in found.problems[:PROBLEMS_SHOWN]:
        where = f"Line {problem.line}: " if problem.line else ""
        body.addWidget(label(words.printable(f"{where}{problem.message}"), "small", wrap=True))
    if len(found.problems) > PROBLEMS_SHOWN:
        more = figures.count(len(found.problems) - PROBLEMS_SHOWN)
        body.addWidget(label(f"and {more} more", "small"))


def _entry(kept: KeptEntry) -> QHBoxLayout:
    entry = kept.entry
    texts = [words.printable(one) for one in (entry.counterparty, entry.reference) if one]
    amount = label(figures.money(entry.amount))
    amount.setFont(font("body", 500, figures=True))
    line = row(
        label(figures.day(entry.booked_on), "muted"),
        Elided("  ·  ".join(texts)),
        amount,
        spacing=12,
    )
    line.setStretch(1, 1)
    return line


def _days(entries: Sequence[KeptEntry]) -> str:
    if not entries:
        return "No entries"
    days = sorted(kept.entry.booked_on for kept in entries)
    if days[0] == days[-1]:
        return figures.day(days[0])
    return f"{figures.day(days[0])} to {figures.day(days[-1])}"


def _fresh(found: Found) -> int:
    return found.count(Status.NEW) if isinstance(found, BankImport) else 0
