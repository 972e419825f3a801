"""The menu of the selected works: what AI may do with them, what they are, where they belong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QMenu, QWidget

from desktop.model.terms_changes import Choice
from desktop.ui.collection_actions import CollectionActions
from desktop.ui.words import printable


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMenu:
    """What can be done with works."""

    ask_terms: Callable[[Choice], None]
    describe: Callable[[Sequence[int]], None]
    claim: Callable[[Sequence[int]], None]
    publish: Callable[[Sequence[int]], None]
    collections: CollectionActions
    parent: QWidget

    def of(self, works: Sequence[int]) -> QMenu:
        """Return the menu of some works."""
        menu = QMenu(self.parent)
        _line(menu, "What AI may do…", lambda: self.ask_terms(Choice.works(works)))
        _line(menu, "Describe…", lambda: self.describe(works))
        _line(menu, "Claim…", lambda: self.claim(works))
        _line(menu, "Publish copies…", lambda: self.publish(works))
        menu.addSeparator()
        self.collections.fill_adding(menu.addMenu("Add to collection"), works)
        held = self.collections.held
        if held is not None:
            name = printable(held.name).replace("&", "&&")
            _line(menu, f"Remove from “{name}”", lambda: self.collections.remove(held, works))
        return menu


def _line(menu: QMenu, text: str, do: Callable[[], None]) -> None:
    menu.addAction(text).triggered.connect(lambda _checked=False: do())
