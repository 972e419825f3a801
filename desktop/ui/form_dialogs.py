"""Decisions about a form: what goes into its folder, that it was handed in, what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QListWidget, QListWidgetItem, QWidget

from desktop.flows.form_desk import Desk
from desktop.flows.recording import Answer
from desktop.model.claims import ClaimState
from desktop.model.forms import Column, Fact, Form, Submission, SubmittedWork
from desktop.ui import figures
from desktop.ui.choice import Choices
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import card, column, holder, label, scrolled

_ANSWERS = [
    (Answer.ACCEPTED, "Accepted", "They took these works."),
    (Answer.REJECTED, "Rejected", "They did not take these works."),
]
_OPEN = (ClaimState.ACKNOWLEDGED, ClaimState.UNDER_REVIEW)
_DONE = (ClaimState.ACCEPTED, ClaimState.REJECTED)


class MakeDialog(Dialog):
    """Says what will lie in the folder, and asks what only the user can decide."""

    def __init__(self, desk: Desk, form: Form, parent: QWidget | None = None) -> None:
        super().__init__(
            f"Make the folder for {desk.registry.name}",
            "You hand it in yourself; the app sends nothing. A checklist in it says how.",
            "Choose where…",
            parent,
        )
        self.resize(580, 500)
        self.setMinimumSize(460, 380)
        self.body.addWidget(label("What will lie in it", "caption"))
        lines = column(spacing=8, margins=(16, 12, 16, 12))
        for line in what_lies_in_it(desk, form):
            lines.addWidget(label(line, wrap=True))
        lines.addStretch(1)
        self.body.addWidget(card(column(scrolled(holder(lines)), spacing=0)), 1)
        self.again = QCheckBox(f"Also {_them(desk.held)} that an earlier folder holds already")
        self.again.setChecked(not desk.free)
        self.again.setEnabled(bool(desk.free))
        self.copies = QCheckBox("Enclose copies of the works, which this form asks for")
        if desk.held:
            self.body.addWidget(self.again)
            words = "The earlier folder then counts no more. Do not hand in both."
            self.body.addWidget(label(words, "small", wrap=True))
        if form.enclosed.copies:
            self.body.addWidget(self.copies)
        lacks = "A work that lacks something the form wants is left out, and you are told why."
        self.body.addWidget(label(lacks, "small", wrap=True))
        self.end()


def what_lies_in_it(desk: Desk, form: Form) -> list[str]:
    """Return in words what a folder will hold, with what leaves no other way."""
    formats = " and ".join(one.value.upper() for one in form.sheet.formats)
    headings = ", ".join(column.heading for column in form.columns)
    lines = [f"A sheet ({formats}) with these columns: {headings}"]
    if form.enclosed.claims:
        lines.append("The signed claims")
    if form.enclosed.evidence:
        lines.append("The files of the evidence that the claims name")
    if form.enclosed.pictures:
        lines.append("A small picture of each work")
    if _tells(form.columns, Fact.CO_OWNER_CONTACTS):
        lines.append("How to reach your co-owners, as you wrote it down")
    if _tells(form.columns, Fact.FILE_NAME):
        lines.append("The names of the files, without their folders")
    return lines


class SentDialog(Dialog):
    """Asks for number and date of what was handed in."""

    def __init__(self, submission: Submission, today: date, parent: QWidget | None = None) -> None:
        super().__init__(
            f"Handed in at {submission.registry}",
            "It is kept as your own word: nobody confirmed it to the app.",
            "Keep",
            parent,
        )
        self.setMinimumWidth(460)
        self.number = typed_line("The number that you were given, if any", "Confirmation number")
        self.number.setText(submission.number)
        self.day = typed_line("2026-12-31", "Date")
        self.day.setText((submission.sent or today).isoformat())
        for caption, line in (("Confirmation number", self.number), ("Handed in on", self.day)):
            self.body.addWidget(label(caption, "caption"))
            self.body.addWidget(line)
        self.end()

    @property
    def on(self) -> date:
        """The day that was typed. Raises ValueError."""
        return date.fromisoformat(self.day.text().strip())

    def accept(self) -> None:
        """Close only if the date is one."""
        try:
            _ = self.on
        except ValueError:
            self.say("Write the date as 2026-12-31.")
            return
        super().accept()


class AnswerDialog(Dialog):
    """Asks what was answered, and about which works."""

    def __init__(
        self,
        submission: Submission,
        works: Sequence[SubmittedWork],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            f"What did {submission.registry} answer?",
            "It is kept as your own word, never as a verified receipt.",
            "Keep",
            parent,
        )
        self.resize(560, 520)
        self._choices: Choices[Answer] = Choices(_ANSWERS, lambda _key: None, "Answer")
        self._choices.choose(Answer.ACCEPTED)
        self.body.addWidget(self._choices)
        self.body.addWidget(label("About these works", "caption"))
        self.list = QListWidget()
        self.list.setAccessibleName("Works")
        self.list.setUniformItemSizes(True)
        self.list.setSpacing(2)
        for work in works:
            if work.state in (*_OPEN, *_DONE):
                self._add(work)
        self.body.addWidget(card(column(self.list, spacing=0, margins=(10, 8, 10, 8))), 1)
        self.reason = typed_line("What they said, if anything", "Reason")
        self.body.addWidget(self.reason)
        self.end()

    @property
    def answer(self) -> Answer:
        """What was answered."""
        return self._choices.key or Answer.ACCEPTED

    @property
    def work_ids(self) -> list[int]:
        """The works that are ticked."""
        items = [self.list.item(number) for number in range(self.list.count())]
        return [
            int(item.data(Qt.ItemDataRole.UserRole))
            for item in items
            if item.checkState() is Qt.CheckState.Checked
        ]

    def accept(self) -> None:
        """Close only if the answer is about something."""
        if self.work_ids:
            super().accept()
        else:
            self.say("Tick the works that the answer is about.")

    def choose(self, answer: Answer) -> None:
        """Choose as if it had been clicked."""
        self._choices.choose(answer)

    def _add(self, work: SubmittedWork) -> None:
        done = f"  ·  {work.state.value}" if work.state in _DONE else ""
        item = QListWidgetItem(f"{' '.join(work.title.split())}{done}")
        item.setData(Qt.ItemDataRole.UserRole, work.work_id)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Unchecked if done else Qt.CheckState.Checked)
        self.list.addItem(item)


class DeadlineDialog(Dialog):
    """Asks until when a form has to be handed in."""

    def __init__(self, name: str, known: date | None, parent: QWidget | None = None) -> None:
        super().__init__(
            f"Until when can {name} be handed in?",
            "You are reminded from a month before. A late deadline never stops you.",
            "Keep",
            parent,
        )
        self.setMinimumWidth(420)
        self.day = typed_line("2026-12-31", "Deadline")
        self.day.setText(known.isoformat() if known else "")
        self.body.addWidget(self.day)
        self.end()

    @property
    def on(self) -> date | None:
        """The day that was typed, or None. Raises ValueError."""
        text = self.day.text().strip()
        return date.fromisoformat(text) if text else None

    def accept(self) -> None:
        """Close only if the date is one."""
        try:
            _ = self.on
        except ValueError:
            self.say("Write the deadline as 2026-12-31.")
            return
        super().accept()


def _tells(columns: Sequence[Column], fact: Fact) -> bool:
    return any(column.holds is fact for column in columns)


def _them(count: int) -> str:
    return "the one work" if count == 1 else f"the {figures.count(count)} works"
