"""A bank entry or a payout by itself: the files kept with it, and what happened to it."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from desktop.model.attachments import AttachedTo
from desktop.model.audit import Kind
from desktop.ui import figures, words
from desktop.ui.attachments import Attachments
from desktop.ui.dialog import Dialog
from desktop.ui.history import History
from desktop.ui.parts import clear, column, holder, scrolled
from desktop.ui.payment_section import PaymentDesk

_KINDS = {AttachedTo.BANK_ENTRY: Kind.ENTRY, AttachedTo.PAYOUT: Kind.PAYOUT}


def show_entry(
    desk: PaymentDesk, entry_id: int, day: date, said: tuple[str, ...], parent: QWidget
) -> None:
    """Show a bank entry by itself. said: what stands on it, what names it best first."""
    texts = [text for text in said if text]
    title = f"{figures.day(day)}  {texts[0] if texts else ''}".strip()
    kept = (AttachedTo.BANK_ENTRY, entry_id)
    KeptDialog(desk, kept, title, " · ".join(texts[1:]), parent).exec()


class KeptDialog(Dialog):
    """Files can be added and taken away here, and what happened be undone."""

    def __init__(
        self,
        desk: PaymentDesk,
        kept: tuple[AttachedTo, int],
        title: str,
        sentence: str,
        parent: QWidget | None,
    ) -> None:
        super().__init__(words.printable(title), words.printable(sentence), "Close", parent)
        self.no.hide()
        self.resize(520, 520)
        self._kept = kept
        self.files = Attachments(desk, changed=self.look_back)
        self.history = History(desk, undone=self.look)
        inner = column(self.files, self.history, spacing=8, margins=(0, 0, 12, 0))
        inner.addStretch(1)
        self.body.addWidget(scrolled(holder(inner)), 1)
        self.end()
        self.look()

    def look(self) -> None:
        """Show the files and the history as they are now."""
        self.files.show_files(*self._kept)
        self.look_back()

    def look_back(self) -> None:
        """Show the history as it is now."""
        to, number = self._kept
        clear(self.history.body)
        self.history.caption("History")
        self.history.put(_KINDS[to], number)
