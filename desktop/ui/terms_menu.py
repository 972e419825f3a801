"""The menu of terms above the works: for which works to answer, and where the answers go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton

from desktop.model.collections import Collection
from desktop.model.terms_changes import Choice
from desktop.ui import parts
from desktop.ui.figures import many
from desktop.ui.words import file_name, printable

Ask = Callable[[Choice], None]
OfWorks = Callable[[Sequence[int]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsMenu:
    """What can be done about terms."""

    ask: Ask
    for_site: OfWorks
    read: OfWorks
    publish: OfWorks
    for_folder: Callable[[], None]
    folders: Callable[[], Sequence[Path]]
    collection: Callable[[], Collection | None]
    undo: Callable[[], None]

    def button(self, selected: Callable[[], Sequence[int]]) -> QPushButton:
        """Return the button that opens it; selected: the works it is about."""
        made = parts.button("Terms", look="quiet")
        made.setProperty("drop", True)
        made.setToolTip("What AI may do with your works")
        menu = QMenu(made)
        menu.aboutToShow.connect(lambda: self.fill(menu, tuple(selected())))
        made.setMenu(menu)
        return made

    def fill(self, menu: QMenu, works: tuple[int, ...]) -> None:
        """Offer what fits the works that are selected, and the collection that is shown."""
        menu.clear()
        if works:
            name = f"For {many(len(works), 'selected work')}…"
            _line(menu, name, lambda: self.ask(Choice.works(works)))
        held = self.collection()
        if held is not None:
            name = f"For the collection “{_unmarked(printable(held.name))}”…"
            _line(menu, name, lambda: self.ask(Choice.collection(held.collection_id)))
        _line(menu, "For every work, now and to come…", lambda: self.ask(Choice.everything()))
        _line(menu, "For new works…", lambda: self.ask(Choice.default()))
        self._folders(menu)
        menu.addSeparator()
        _line(menu, "Take back the last change", self.undo)
        menu.addSeparator()
        _line(menu, "Tell it on your web site…", lambda: self.for_site(works))
        if works:
            _line(menu, "Publish copies…", lambda: self.publish(works))
        _line(menu, "What does a site or file say?…", lambda: self.read(works))

    def _folders(self, menu: QMenu) -> None:
        """Offer the folders of which something is said, and any other."""
        known = self.folders()
        if not known:
            _line(menu, "For a folder…", self.for_folder)
            return
        below = menu.addMenu("For a folder")
        for folder in known:
            name = f"{_unmarked(file_name(folder))}…"
            line = _line(below, name, partial(self.ask, Choice.below(folder)))
            line.setToolTip(printable(str(folder)).replace("<", "&lt;"))
        below.setToolTipsVisible(True)
        below.addSeparator()
        _line(below, "Another folder…", self.for_folder)


def _line(menu: QMenu, text: str, do: Callable[[], None]) -> QAction:
    made = menu.addAction(text)
    made.triggered.connect(lambda _checked=False: do())
    return made


def _unmarked(text: str) -> str:
    """Return text of which no "&" becomes an underlined letter."""
    return text.replace("&", "&&")
