"""Say once what the columns of a payer's file mean, and see at once how its first rows read."""

from __future__ import annotations

from collections.abc import Mapping as Map
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from desktop.errors import AppError
from desktop.flows.learning import (
    Answers,
    Trial,
    Unknown,
    learn,
    look_at_unknown,
    possible_styles,
    try_out,
)
from desktop.model.mappings import Field, Mapping, Span
from desktop.ui import figures, words
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import Tone, clear, column, label, pill, row, scrolled
from desktop.ui.payment_section import PaymentDesk
from desktop.ui.theme import font

ROWS_SHOWN = 6
SAMPLES = 2
_NOTHING = "–"
FIELD_WORDS = {
    Field.TITLE: "Title of the work",
    Field.CREATORS: "Creators",
    Field.NET: "Your amount",
    Field.GROSS: "Amount before your share",
    Field.CURRENCY: "Currency",
    Field.PERIOD: "When it was used",
    Field.PERIOD_START: "Used from",
    Field.PERIOD_END: "Used until",
    Field.STATEMENT_DATE: "Date of the statement",
    Field.STATEMENT_NUMBER: "Number of the statement",
    Field.ISSUED: "Day of issue",
    Field.EXTERNAL_ID: "Number of the line",
    Field.CLAIM_NUMBER: "Claim number",
    Field.ISCC: "ISCC",
    Field.ISRC: "ISRC",
    Field.ISBN: "ISBN",
    Field.ISSN: "ISSN",
    Field.ISWC: "ISWC",
    Field.ISMN: "ISMN",
    Field.ISAN: "ISAN",
    Field.DOI: "DOI",
    Field.SHA256: "SHA-256 of the file",
    Field.PAYER_ID: "The payer's number for the work",
    Field.LICENSEE: "Who used it",
    Field.MODEL: "AI model",
    Field.USE: "Kind of use",
    Field.RIGHT: "Right",
    Field.TERRITORY: "Country",
    Field.USES: "How often",
    Field.RATE: "Price of one use",
    Field.SHARE: "Your share",
    Field.WEIGHT: "Weight",
    Field.CONFIDENCE: "Confidence",
    Field.ADJUSTS: "Corrects line",
    Field.PAID_AMOUNT: "Amount where it was sold",
    Field.PAID_CURRENCY: "Currency where it was sold",
    Field.EXCHANGE_RATE: "Exchange rate",
    Field.EXCHANGE_SOURCE: "Source of the rate",
    Field.EXCHANGE_DATE: "Day of the rate",
}
_SPANS = {
    Span.MONTH: "one a month",
    Span.QUARTER: "one a quarter",
    Span.HALF: "one a half year",
    Span.YEAR: "one a year",
    Span.FILE: "the whole file is one",
    Span.NUMBER: "one for each number",
}


class LearnDialog(Dialog):
    """The columns of a file, each with what it means; below them how the first rows read."""

    def __init__(self, desk: PaymentDesk, path: Path, payer: str, parent: QWidget | None) -> None:
        super().__init__(
            "What do the columns mean?",
            "Say it once; the next file of this kind is read the same way.",
            "Save",
            parent,
        )
        self._desk = desk
        self.learned: Mapping | None = None
        self._unknown: Unknown | None = None
        self._choices: dict[str, QComboBox] = {}
        self.resize(760, 680)
        self.setMinimumSize(560, 420)
        self.payer = typed_line("Such as Verlag Nord", "Who pays")
        self.payer.setText(payer)
        self.currency = typed_line("EUR", "Currency, if no column says it")
        self.currency.setMaximumWidth(90)
        self.decimal = _combo("How amounts are written", {".": "1,234.56", ",": "1.234,56"})
        self.dates = _combo("How dates are written", {})
        self.span = _combo("Statements", _SPANS)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(6)
        self._below = QVBoxLayout()
        self._below.setSpacing(4)
        self._build()
        self._open(path)

    def accept(self) -> None:
        """Save what was said; what is missing is told, and the dialog stays."""
        if self._unknown is None:
            return
        try:
            self.learned = learn(self._unknown, self.answers(), self._desk.services)
        except AppError as problem:
            self.say(str(problem))
            return
        super().accept()

    def answers(self) -> Answers:
        """Return what is chosen and typed now."""
        currency = self.currency.text().strip().upper()
        payer = self.payer.text().strip()
        return Answers(
            title=payer,
            payer=payer,
            columns={heading: _field(choice) for heading, choice in self._choices.items()},
            decimal=str(self.decimal.currentData() or "."),
            dates=str(self.dates.currentData() or ""),
            span=Span(self.span.currentData() or Span.MONTH),
            constants={Field.CURRENCY: currency} if currency else {},
        )

    def choose(self, heading: str, field: Field | None) -> None:
        """Choose what a column means, as if it had been clicked."""
        choice = self._choices[heading]
        choice.setCurrentIndex(choice.findData(field))
        self._chosen()

    def _build(self) -> None:
        top = QGridLayout()
        top.setHorizontalSpacing(14)
        top.setVerticalSpacing(4)
        lines = (("Who pays", self.payer), ("Currency", self.currency))
        choices = (("Amounts", self.decimal), ("Dates", self.dates), ("Statements", self.span))
        for place, (text, line) in enumerate(lines):
            top.addWidget(label(text, "caption"), 0, place)
            top.addWidget(line, 1, place)
            line.textChanged.connect(lambda _text: self._try())
        for place, (text, choice) in enumerate(choices, start=len(lines)):
            top.addWidget(label(text, "caption"), 0, place)
            top.addWidget(choice, 1, place)
            choice.activated.connect(lambda _index: self._try())
        top.setColumnStretch(0, 1)
        self.body.addLayout(top)
        content = QWidget()
        inner = column(spacing=12, margins=(0, 4, 12, 4))
        inner.addLayout(self._grid)
        inner.addStretch(1)
        content.setLayout(inner)
        self.body.addWidget(scrolled(content), 3)
        self.body.addLayout(self._below)
        self.end()

    def _open(self, path: Path) -> None:
        try:
            unknown = look_at_unknown(path)
        except AppError as problem:
            self.say(str(problem))
            self.yes.setEnabled(False)
            return
        self._unknown = unknown
        self.decimal.setCurrentIndex(self.decimal.findData(unknown.guess.decimal))
        self.currency.setText(unknown.guess.currency)
        meanings: dict[Field | None, str] = {None: _NOTHING}
        meanings.update(FIELD_WORDS.items())
        for line, heading in enumerate(unknown.sheet.header):
            samples = words.printable(" · ".join(unknown.sheet.values(heading)[:SAMPLES]))
            choice = _combo(f"Meaning of {heading}", meanings)
            choice.setCurrentIndex(choice.findData(unknown.guess.columns[heading]))
            choice.activated.connect(lambda _index: self._chosen())
            self._choices[heading] = choice
            self._grid.addWidget(label(words.printable(heading), "strong", wrap=True), line, 0)
            self._grid.addWidget(label(samples[:80], "muted", wrap=True), line, 1)
            self._grid.addWidget(choice, line, 2)
        self._grid.setColumnStretch(1, 1)
        self._chosen()

    def _chosen(self) -> None:
        """Offer the ways of writing dates that fit the columns chosen now, and try again."""
        if self._unknown is None:
            return
        columns = self.answers().columns
        before = self.dates.currentData()
        styles = possible_styles(self._unknown, columns)
        self.dates.clear()
        if len(styles) != 1:
            self.dates.addItem("Which way?" if styles else _NOTHING, "")
        for style in styles:
            self.dates.addItem(style, style)
        self.dates.setCurrentIndex(max(0, self.dates.findData(before)))
        self._try()

    def _try(self) -> None:
        if self._unknown is None:
            return
        trial = try_out(self._unknown, self.answers())
        self.say("")
        clear(self._below)
        self.yes.setEnabled(bool(trial.read))
        self._show(trial)

    def _show(self, trial: Trial) -> None:
        if trial.problem:
            asked = label(words.printable(trial.problem), wrap=True)
            line = row(pill("Still to say", Tone.NEEDS), asked, spacing=10)
            line.setStretch(1, 1)
            self._below.addLayout(line)
            return
        self._below.addWidget(label("The first rows read like this", "caption"))
        for one in trial.read[:ROWS_SHOWN]:
            amount = label(figures.line_money(one.net, one.frame.currency))
            amount.setFont(font("body", 500, figures=True))
            when = label(figures.month(one.frame.period.start), "muted")
            self._below.addLayout(
                row(label(words.printable(one.name.title)), when, None, amount, spacing=10)
            )
        for problem in trial.refused[:ROWS_SHOWN]:
            refused = label(words.printable(problem.message), "small", wrap=True)
            line = row(pill("Refused", Tone.WRONG), refused, spacing=10)
            line.setStretch(1, 1)
            self._below.addLayout(line)


def _field(choice: QComboBox) -> Field | None:
    """Return what is chosen; Qt gives back the text of an enum, not the enum."""
    chosen = choice.currentData()
    return Field(chosen) if chosen else None


def _combo(name: str, items: Map[Any, str]) -> QComboBox:
    choice = QComboBox()
    choice.setAccessibleName(name)
    for value, text in items.items():
        choice.addItem(text, value)
    return choice
