"""Saving what is filtered under a name, and forgetting it again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QWidget

from desktop.flows.ledger import remove_search, save_search
from desktop.ui.changes import Change
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.filter_bar import FilterBar
from desktop.ui.payment_section import PaymentDesk


class SearchActions:
    """Bound to the filters of one page."""

    def __init__(self, desk: PaymentDesk, filters: FilterBar, page: QWidget) -> None:
        self._desk, self._filters, self._page = desk, filters, page
        filters.save_asked.connect(self.save)
        filters.forget_asked.connect(self.forget)

    def save(self) -> None:
        """Ask for a name, and keep what is filtered now under it."""
        dialog = SearchDialog(self._page)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        name, wanted = dialog.name.text(), self._filters.wanted
        self._run(
            lambda: save_search(self._desk.services, name, wanted),
            f"Saved as “{' '.join(name.split())}”.",
        )

    def forget(self, name: str) -> None:
        """Take a saved search away; what it found stays as it is."""
        self._run(lambda: remove_search(self._desk.services, name), f"“{name}” is forgotten.")

    def _run(self, do: Callable[[], None], done: str) -> None:
        def told(_result: object) -> None:
            self._desk.notice.say(done)
            self._desk.changes.tell(Change.PAYMENTS)

        self._desk.jobs.run(
            lambda _report, _cancelled: do(), succeeded=told, failed=self._desk.notice.problem
        )


class SearchDialog(Dialog):
    """Asks for the name of a search."""

    def __init__(self, parent: QWidget | None) -> None:
        sentence = "It stands above the table, one click away. A search of that name is replaced."
        super().__init__("Save this search", sentence, "Save", parent)
        self.name = typed_line("Training money 2026", "Name of the search")
        self.name.setMaxLength(80)
        self.name.textChanged.connect(lambda text: self.yes.setEnabled(bool(text.strip())))
        self.yes.setEnabled(False)
        self.body.addWidget(self.name)
        self.end()
