"""Asks what AI may do with works: three plain answers first, everything else behind Details."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QCheckBox, QDateEdit, QPlainTextEdit, QWidget

from desktop.model.terms import MOST_NOTE_CHARACTERS, Answer, Preset, Terms, Use
from desktop.terms.presets import PRESETS, SENTENCES, TITLES
from desktop.ui.answer_pick import AnswerPick
from desktop.ui.asked_field import AskedField
from desktop.ui.choice import Choices
from desktop.ui.dialog import typed_line
from desktop.ui.licensee_fields import LicenseeFields
from desktop.ui.parts import Elided, button, column, holder, label, row
from desktop.ui.price_field import PriceField
from desktop.ui.terms_words import USES, besides

OFFERED = (Preset.OPEN, Preset.ASK_ME, Preset.NO_AI)
_NO_ANSWERS: dict[Use, Answer] = dict.fromkeys(Use, Answer.UNSET)


class TermsForm(QWidget):
    """changed(): something else is answered now. today: the first day on which answers may end."""

    changed = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today
        self._filling = False
        cards = [(one, TITLES[one], SENTENCES[one]) for one in OFFERED]
        self.presets = Choices(cards, self._take, "What AI may do")
        self.presets.set_narrow(True)
        self.unfold = button("", self._toggle, look="quiet")
        self._also = Elided("", "small")
        self.picks = {use: AnswerPick(title) for use, (title, _) in USES.items()}
        self.price = PriceField()
        self.licensees = LicenseeFields()
        self.ends = QCheckBox("These answers end on a day")
        self.last_day = _day_field(today)
        self.address = typed_line("https://…", "Address of the full terms")
        self.note = QPlainTextEdit()
        self.note.setAccessibleName("Note")
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(96)
        self.details = self._details()
        self.details.hide()
        folded = row(self.unfold, self._also, spacing=12)
        folded.setStretch(1, 1)
        layout = column(self.presets, holder(folded), self.details)
        layout.addStretch(1)
        self.setLayout(layout)
        self._listen()
        self._show_folded()

    def put(self, terms: Terms | None) -> None:
        """Show terms; None: nothing is answered yet."""
        shown = terms or Terms(uses=_NO_ANSWERS)
        self._filling = True
        for use, pick in self.picks.items():
            pick.put(shown.uses[use])
        self.price.put(shown.price)
        self.licensees.put(shown.licensees)
        self.ends.setChecked(shown.expires is not None)
        if shown.expires is not None:
            self.last_day.setMinimumDate(_qdate(min(self._today, shown.expires)))
            self.last_day.setDate(_qdate(shown.expires))
        self.address.setText(shown.address)
        self.note.setPlainText(shown.note)
        self._filling = False
        self._settle()

    def terms(self) -> Terms | None:
        """Return what is answered, or None after saying at its field what cannot be."""
        answers = {use: pick.answer for use, pick in self.picks.items()}
        empty = Terms(uses=answers)
        asked = Answer.CONSTRAINED in answers.values() or self.licensees.fields
        price = self._price.read(self.price.price) if asked else None
        licensees = self.licensees.licensees()
        expires = self._expires.read(self._last_day)
        address = self._address.read(lambda: replace(empty, address=self.address.text().strip()))
        note = self._note.read(self._noted)
        if address is None or note is None or licensees is None:
            return None
        if self._price.wrong or self._expires.wrong:
            return None
        return replace(
            address,
            price=price,
            licensees=licensees,
            expires=expires if expires else None,
            note=note,
        )

    @property
    def answered(self) -> bool:
        """Whether anything is answered at all."""
        return any(pick.answer is not Answer.UNSET for pick in self.picks.values()) or bool(
            self.licensees.fields
        )

    def _details(self) -> QWidget:
        layout = column(spacing=14, margins=(0, 4, 0, 0))
        for use, pick in self.picks.items():
            title, sentence = USES[use]
            words = column(label(title, "strong"), label(sentence, "muted", wrap=True), spacing=2)
            asked = column(spacing=6)
            asked.addLayout(words)
            asked.addWidget(pick)
            layout.addLayout(asked)
        self._price = AskedField(
            "The price, where you answered “on conditions”",
            self.price,
            "Leave the amount open to be asked for it.",
        )
        licensees = AskedField(
            "Licensees",
            self.licensees,
            "For somebody you have an agreement with. For anybody else your answers above hold.",
        )
        self._expires = AskedField(
            "Until when",
            holder(row(self.ends, self.last_day, None, spacing=10)),
            "After this day every yes is a no, until you answer again.",
        )
        self._address = AskedField("Address of the full terms", self.address)
        self._note = AskedField("Note, for people who read it", self.note)
        for field in (self._price, licensees, self._expires, self._address, self._note):
            layout.addWidget(field)
        return holder(layout)

    def _listen(self) -> None:
        for pick in self.picks.values():
            pick.changed.connect(self._settle)
        self.price.changed.connect(self._settle)
        self.licensees.changed.connect(self._settle)
        self.ends.toggled.connect(lambda _on: self._settle())
        self.last_day.dateChanged.connect(lambda _day: self._settle())
        self.address.textChanged.connect(lambda _text: self._settle())
        self.note.textChanged.connect(self._settle)

    def _settle(self) -> None:
        if self._filling:
            return
        self.last_day.setEnabled(self.ends.isChecked())
        answers = {use: pick.answer for use, pick in self.picks.items()}
        self._price.setVisible(
            Answer.CONSTRAINED in answers.values() or bool(self.licensees.fields)
        )
        self._show_preset(answers)
        self._show_folded()
        self.changed.emit()

    def _show_preset(self, answers: dict[Use, Answer]) -> None:
        """Mark the card whose six answers these are, whatever else is said besides."""
        held = next((one for one in OFFERED if PRESETS[one].uses == answers), None)
        self.presets.show_key(held)

    def _take(self, preset: Preset) -> None:
        """Take the answers of a card; what is said besides stays."""
        self._filling = True
        for use, pick in self.picks.items():
            pick.put(PRESETS[preset].uses[use])
        self.price.put(PRESETS[preset].price)
        self._filling = False
        self._settle()

    def _toggle(self) -> None:
        self.details.setVisible(self.details.isHidden())
        self._show_folded()

    def _show_folded(self) -> None:
        folded = self.details.isHidden()
        self.unfold.setText("Details  ▾" if folded else "Fewer details  ▴")
        self.unfold.setAccessibleName("Show all questions" if folded else "Hide the details")
        terms = self.terms() if folded else None
        said = besides(terms) if terms is not None else ""
        own = self.presets.key is None and self.answered
        parts = ["Answers of your own"] if own else []
        self._also.set_whole(" · ".join([*parts, *([said] if said else [])]) if folded else "")

    def _last_day(self) -> date | None:
        if not self.ends.isChecked():
            return None
        chosen = self.last_day.date()
        day = date(chosen.year(), chosen.month(), chosen.day())
        if day < self._today:
            raise ValueError("This day is over. Choose one that is still to come.")
        return day

    def _noted(self) -> str:
        note = self.note.toPlainText().strip()
        if len(note) > MOST_NOTE_CHARACTERS:
            raise ValueError(f"A note has {MOST_NOTE_CHARACTERS} characters at most.")
        return note


def _day_field(today: date) -> QDateEdit:
    made = QDateEdit(_qdate(today.replace(year=today.year + 1, day=min(today.day, 28))))
    made.setCalendarPopup(True)
    made.setMinimumDate(_qdate(today))
    made.setAccessibleName("Last day")
    made.setEnabled(False)
    return made


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
