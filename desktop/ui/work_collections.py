"""In which collections the selected works are, and a menu to put them into another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMenu, QWidget

from desktop.services import Services
from desktop.store import collections
from desktop.ui.parts import button, column, holder, label, row
from desktop.ui.words import printable

FillMenu = Callable[[QMenu, Sequence[int]], None]


class WorkCollections(QWidget):
    """Names them for one work; for several it only offers to add them."""

    def __init__(self, work_ids: Sequence[int], services: Services, fill: FillMenu) -> None:
        super().__init__()
        self.setAccessibleName("Collections")
        works = tuple(work_ids)
        layout = column(spacing=4)
        if len(works) == 1:
            with services.store.read() as connection:
                names = [printable(name) for _, name in collections.of_work(connection, works[0])]
            if names:
                layout.addWidget(label(", ".join(names), wrap=True))
        self.add = button("Add to collection", look="quiet")
        self.add.setProperty("drop", True)
        menu = QMenu(self.add)
        menu.aboutToShow.connect(lambda: _fill(menu, works, fill))
        self.add.setMenu(menu)
        layout.addWidget(holder(row(self.add, None)))
        self.setLayout(layout)


def _fill(menu: QMenu, works: Sequence[int], fill: FillMenu) -> None:
    menu.clear()
    fill(menu, works)
