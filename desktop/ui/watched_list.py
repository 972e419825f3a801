"""The watched folders in the side bar: a name each, and a menu to stop."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop.ui.parts import clear, column, label
from desktop.ui.words import file_name, printable

SHOWN = 4
AWAY = " · away"


class WatchedList(QWidget):
    """scan_asked(Path), terms_asked(Path), stop_asked(Path). Hidden while no folder is watched."""

    scan_asked = Signal(object)
    terms_asked = Signal(object)
    stop_asked = Signal(object)

    def __init__(self, width: int) -> None:
        super().__init__()
        self.setAccessibleName("Watched folders")
        self._width = width
        self._folders: tuple[Path, ...] = ()
        self._here: frozenset[Path] | None = None
        self._shown: list[QPushButton] = []
        caption = label("Watched folders", "small")
        caption.setContentsMargins(10, 0, 0, 2)
        self._rows = column(spacing=0)
        layout = column(caption, spacing=0, margins=(0, 12, 0, 8))
        layout.addLayout(self._rows)
        self.setLayout(layout)
        self.hide()

    def show_folders(self, folders: Sequence[Path]) -> None:
        """Show these folders."""
        if tuple(folders) != self._folders:
            self._folders = tuple(folders)
            self._show()

    @Slot(object)
    def set_here(self, here: frozenset[Path]) -> None:
        """Show which of them are there; what is inside one that is there, is there as well."""
        self._here = here
        self._show()

    def menu_of(self, *folders: Path) -> QMenu:
        """Return what can be done with a folder; of several, each has a menu of its own."""
        menu = QMenu(_unmarked(self._said(folders[0])), self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(folders) > 1:
            for folder in folders:
                menu.addMenu(self.menu_of(folder))
            return menu
        [folder] = folders
        scan = menu.addAction("Scan now")
        scan.triggered.connect(lambda: self.scan_asked.emit(folder))
        scan.setEnabled(self._is_here(folder))
        terms = menu.addAction("What AI may do with it…")
        terms.triggered.connect(lambda: self.terms_asked.emit(folder))
        menu.addAction("Stop watching").triggered.connect(lambda: self.stop_asked.emit(folder))
        return menu

    def rows(self) -> list[QPushButton]:
        """Return what is shown, from top to bottom."""
        return list(self._shown)

    def _show(self) -> None:
        clear(self._rows)
        self._shown.clear()
        few = self._folders if len(self._folders) <= SHOWN else self._folders[: SHOWN - 1]
        for folder in few:
            self._add_row(file_name(folder), "" if self._is_here(folder) else AWAY, folder)
        rest = self._folders[len(few) :]
        if rest:
            self._add_row(f"{len(rest)} more", "", *rest)
        self.setVisible(bool(self._folders))

    def _add_row(self, text: str, end: str, *folders: Path) -> None:
        made = QPushButton()
        made.setProperty("nav", True)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setAccessibleName(f"Watched folder {text}{end}")
        if len(folders) == 1:
            made.setToolTip(html.escape(printable(str(folders[0]))))
        metrics = made.fontMetrics()
        room = self._width - metrics.horizontalAdvance(end)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        made.setText(_unmarked(shown) + end)
        made.clicked.connect(
            lambda: self.menu_of(*folders).popup(made.mapToGlobal(made.rect().bottomLeft()))
        )
        self._rows.addWidget(made)
        self._shown.append(made)

    def _said(self, folder: Path) -> str:
        return file_name(folder) + ("" if self._is_here(folder) else AWAY)

    def _is_here(self, folder: Path) -> bool:
        return self._here is None or not self._here.isdisjoint({folder, *folder.parents})


def _unmarked(text: str) -> str:
    """Return text of which no "&" becomes an underlined letter."""
    return text.replace("&", "&&")
