"""An offer with all that one should know, and the decision: exactly what is shown is signed."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.flows.replying import WHY_NOT, Looked
from desktop.model.offers import Offer, Standing
from desktop.ui import figures
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.offer_words import (
    beyond_words,
    licensee,
    price_words,
    standing_words,
    uses_words,
    works_words,
)
from desktop.ui.parts import Elided, Tone, button, card, column, holder, label, pill, row
from desktop.ui.words import printable

LIST_LIMIT = 500


class OfferDialog(Dialog):
    """Shows one offer. Ends with Accepted, DECLINED, or Rejected for not now."""

    DECLINED = 2

    def __init__(self, looked: Looked, parent: QWidget | None = None) -> None:
        offer = looked.offer
        super().__init__(
            f"{licensee(offer)} offers {price_words(offer)}", "", "Sign and accept", parent
        )
        self.resize(680, 720)
        self.setMinimumSize(560, 660)
        self._looked = looked
        self.body.addWidget(card(_facts(looked)))
        self.works = QListWidget()
        self.works.setAccessibleName("Works that a yes is for")
        self.works.setSpacing(3)
        self._choosable = looked.standing is Standing.OPEN and len(looked.works) <= LIST_LIMIT
        self._list_works()
        self.terms = QCheckBox(
            f"Also let the terms of these works name {licensee(offer)}: only on conditions"
        )
        self.reason = typed_line("If you decline: a word to the licensee, if you like", "Reason")
        if looked.standing is Standing.OPEN:
            self._ask(looked)
        else:
            self._only_look(looked)
        self.end()

    @property
    def chosen(self) -> list[int] | None:
        """The numbers of the works that a yes is for; None: all that are shown."""
        if not self._choosable:
            return None
        items = [self.works.item(at) for at in range(self.works.count())]
        return [
            int(one.data(Qt.ItemDataRole.UserRole))
            for one in items
            if one.checkState() is Qt.CheckState.Checked
        ]

    def _ask(self, looked: Looked) -> None:
        self.body.addWidget(label(beyond_words(looked.offer, looked.works), wrap=True))
        only = (
            f"A yes is for {'the checked' if self._choosable else 'these'} works and for "
            f"{licensee(looked.offer)} only. Your terms stay as "
            "they are, for everybody else. What is signed cannot be taken back here."
        )
        self.body.addWidget(label(only, "muted", wrap=True))
        if any(one.against for one in looked.works):
            self.body.addWidget(self.terms)
        self.decline = button("Sign and decline", lambda: self.done(self.DECLINED))
        said_no = row(self.reason, self.decline, spacing=10)
        said_no.setStretch(0, 1)
        self.body.addLayout(said_no)
        self.yes.setEnabled(bool(looked.works))
        self.yes.setDefault(False)
        self.no.setDefault(True)

    def _only_look(self, looked: Looked) -> None:
        why = WHY_NOT[looked.standing]
        reply = looked.offer.reply
        if looked.standing is Standing.REFUSED and reply is not None:
            why = f"{why} {looked.offer.registry} says: {printable(reply.last_problem)}"
        if looked.standing is Standing.WITHDRAWN and looked.offer.ended_why:
            why = f"{why} The reason: {printable(looked.offer.ended_why)}"
        self.body.addWidget(label(why, wrap=True, selectable=True))
        self.yes.hide()
        self.no.setText("Close")

    def _list_works(self) -> None:
        looked = self._looked
        self.body.addWidget(label(works_words(looked.offer, looked.works), "strong"))
        for one in looked.works[:LIST_LIMIT]:
            item = QListWidgetItem(printable(one.title))
            item.setData(Qt.ItemDataRole.UserRole, one.work_id)
            if self._choosable:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Checked)
            self.works.addItem(item)
        self.works.itemChanged.connect(lambda _item: self._count())
        self.body.addWidget(self.works, 1)
        rest = len(looked.works) - LIST_LIMIT
        if rest > 0:
            self.body.addWidget(label(f"and {figures.many(rest, 'more work')}", "small"))

    def _count(self) -> None:
        """Let nobody say yes for nothing."""
        chosen = self.chosen
        self.yes.setEnabled(chosen is None or bool(chosen))


def _facts(looked: Looked) -> QVBoxLayout:
    """Return what the offer says, line by line."""
    offer, said = looked.offer, looked.offer.said
    last = said.ends - timedelta(days=1)
    lines = column(spacing=7, margins=(16, 12, 16, 12))
    from_whom = row(label(licensee(offer), "strong"), signature_pill(offer), spacing=10)
    from_whom.addWidget(Elided(f"by way of {offer.registry}", "muted"), 1)
    lines.addLayout(_line("From", holder(from_whom)))
    for name, text in (
        ("For", uses_words(offer)),
        ("Price", f"{price_words(offer)}, each work"),
        ("When", f"{figures.day(said.begins)} to {figures.day(last)}"),
        ("Full terms", said.address),
        ("Note", printable(" ".join(said.note.split()))),
        ("Answer before", figures.moment(said.open_until)),
    ):
        if text:
            lines.addLayout(_line(name, label(text, wrap=True, selectable=True)))
    if looked.standing is not Standing.OPEN:
        word, tone = standing_words(offer, looked.standing)
        lines.addLayout(_line("Now", holder(row(pill(word, tone), None))))
    for currency, amount in looked.paid:
        paid = figures.line_money(amount, currency)
        lines.addLayout(_line("Paid under it", label(f"{paid}, by its statements")))
    return lines


def _line(name: str, value: QWidget) -> QHBoxLayout:
    caption = label(name, "muted")
    caption.setFixedWidth(110)
    caption.setAlignment(Qt.AlignmentFlag.AlignTop)
    pair = row(caption, value, spacing=12)
    pair.setStretch(1, 1)
    return pair


def signature_pill(offer: Offer) -> QWidget:
    """Return who stands for it: the licensee's own signature, or the registry's word only."""
    if offer.signed_by_licensee:
        return pill("Signature verified", Tone.CONFIRMED)
    return pill(f"Only {offer.registry} says so")
