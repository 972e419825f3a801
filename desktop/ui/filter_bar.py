"""How to look at payments, what is filtered, and the searches that are saved: rows of chips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from desktop.model.ledger import LineFilter, SavedSearch
from desktop.payments.ledger import Ledger
from desktop.ui import figures, words
from desktop.ui.filter_popup import DIMENSION_WORDS, FilterPopup, last_month
from desktop.ui.flow_layout import FlowLayout
from desktop.ui.parts import button, column, row

MORE_WIDTH = 130


class Looks(QWidget):
    """Chips of which one holds; those that do not fit are offered by the last one."""

    chosen = Signal(object)

    def __init__(self, looks: Sequence[tuple[object, str]]) -> None:
        super().__init__()
        self.setAccessibleName("How to look at it")
        self._looks = tuple(looks)
        self.key: object = looks[0][0]
        self._chips: dict[object, QPushButton] = {}
        self._row = row(spacing=6)
        for key, name in looks:
            chip = button(name, partial(self.choose, key), look="chip")
            chip.setCheckable(True)
            self._chips[key] = chip
            self._row.addWidget(chip)
        self._more = button("More", look="chip")
        self._more.setCheckable(True)
        self._more.setProperty("drop", True)
        self._menu = QMenu(self._more)
        self._more.setMenu(self._menu)
        self._row.addWidget(self._more)
        self._row.addStretch(1)
        self.setLayout(self._row)
        self.setMinimumWidth(120)
        self._fit()

    def choose(self, key: object) -> None:
        """Look at it in another way."""
        self.key = key
        self._fit()
        self.chosen.emit(key)

    def minimumSizeHint(self) -> QSize:
        """A few chips are enough."""
        return QSize(120, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Decide again which chips fit."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wide = {key: chip.sizeHint().width() + 6 for key, chip in self._chips.items()}
        every = sum(wide.values()) <= self.width()
        room = self.width() - (0 if every else MORE_WIDTH)
        self._menu.clear()
        away = False
        for key, name in self._looks:
            room -= wide[key]
            fits = every or room >= 0
            self._chips[key].setVisible(fits)
            self._chips[key].setChecked(key == self.key)
            if not fits:
                self._menu.addAction(name).triggered.connect(partial(self._from_menu, key))
                away = away or key == self.key
        names = dict(self._looks)
        self._more.setText(names[self.key] if away else "More")
        self._more.setChecked(away)
        self._more.setVisible(not every)

    def _from_menu(self, key: object, _checked: bool = False) -> None:
        self.choose(key)


class FilterBar(QWidget):
    """changed(LineFilter): the filter is another now. save_asked, forget_asked(name): a search."""

    changed = Signal(object)
    save_asked = Signal()
    forget_asked = Signal(str)

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self.wanted = LineFilter()
        self._ledger: Ledger | None = None
        self._saved: Sequence[SavedSearch] = ()
        self.filter = button("Filter…", self._open, look="chip")
        self.popup = FilterPopup(self)
        self.popup.changed.connect(self.put)
        self._flow = FlowLayout(spacing=6)
        self._chosen = QWidget()
        self._chosen.setAccessibleName("What is filtered")
        self._chosen.setLayout(self._flow)
        _as_high_as_needed(self._chosen)
        top = row(looks, spacing=8)
        top.setStretch(0, 1)
        top.addWidget(self.filter, 0, Qt.AlignmentFlag.AlignTop)
        whole = column(spacing=6)
        whole.addLayout(top)
        whole.addWidget(self._chosen)
        self.setLayout(whole)
        self._fill()

    def know(self, ledger: Ledger, saved: Sequence[SavedSearch]) -> None:
        """Take the values that can be filtered by, and the searches that are saved."""
        self._ledger, self._saved = ledger, saved
        self._fill()

    def put(self, wanted: LineFilter) -> None:
        """Filter by something else."""
        self.wanted = wanted
        self._fill()
        self.changed.emit(wanted)

    def _open(self) -> None:
        if self._ledger is not None:
            self.popup.show_below(self.filter, self._ledger, self.wanted)

    def _fill(self) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        held = next((one.name for one in self._saved if one.wanted == self.wanted), "")
        for search in self._saved:
            chip = button(search.name, partial(self._take, search), look="chip")
            chip.setCheckable(True)
            chip.setChecked(search.name == held)
            self._flow.addWidget(chip)
        for text, without in self._parts():
            chip = button(f"{text}  ✕", partial(self.put, without), look="chip")
            chip.setProperty("held", True)
            chip.setAccessibleName(f"Filtered by {text}; take it away")
            self._flow.addWidget(chip)
        if held:
            forget = partial(self.forget_asked.emit, held)
            self._flow.addWidget(button("Forget this search", forget, look="quiet"))
        elif not self.wanted.is_empty:
            self._flow.addWidget(button("Save search…", self.save_asked.emit, look="quiet"))
        self._chosen.setVisible(self._flow.count() > 0)
        self._chosen.updateGeometry()

    def _take(self, search: SavedSearch) -> None:
        held = search.wanted == self.wanted
        self.put(LineFilter() if held else search.wanted)

    def _parts(self) -> list[tuple[str, LineFilter]]:
        """Return each part of the filter in words, and the filter without it."""
        wanted, ledger = self.wanted, self._ledger
        found = []
        for dimension, keys in wanted.where.items():
            names = [ledger.shown(dimension, key) if ledger else key for key in keys]
            text = f"{DIMENSION_WORDS[dimension]}: {', '.join(names)}"
            found.append((_short(text), wanted.narrowed(dimension)))
        if wanted.start is not None:
            text = f"From {figures.month(wanted.start)}"
            found.append((text, replace(wanted, start=None)))
        if wanted.end is not None:
            text = f"To {figures.month(last_month(wanted.end))}"
            found.append((text, replace(wanted, end=None)))
        if wanted.states:
            names = [words.PAYMENTS[state][0] for state in wanted.states]
            found.append((f"State: {', '.join(names)}", replace(wanted, states=())))
        return found


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 48 else plain[:47] + "…"


def _as_high_as_needed(widget: QWidget) -> None:
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    widget.setSizePolicy(policy)
