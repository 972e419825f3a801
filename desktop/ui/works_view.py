"""The works: a grid of pictures or a list, search, filters, and the details of what is selected."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QStackedWidget, QWidget

from desktop.model.collections import Collection
from desktop.services import Services
from desktop.store import shelf
from desktop.store.shelf import Filter
from desktop.ui import figures
from desktop.ui.changes import Change
from desktop.ui.drop_zone import DropZone
from desktop.ui.parts import Chips, Head, button, column, holder, label, row
from desktop.ui.pictures import Pictures
from desktop.ui.terms_menu import TermsMenu
from desktop.ui.theme import Theme
from desktop.ui.words import printable
from desktop.ui.work_details import WorkDetails, WorkJobs
from desktop.ui.works_delegate import CELL_HEIGHT, CELL_MIN_WIDTH, GAP, LIST_HEIGHT, WorkDelegate
from desktop.ui.works_model import ROW, WorksModel

SEARCH_DELAY_MS = 0
REPAINT_MS = 80
PAGES_TO_LOOK_AT = 8
NOTHING_FITS = "No work fits. Try another word, or another filter."
EMPTY_COLLECTION = (
    "Nothing is in this collection yet. Drag works onto its name at the left, or choose "
    "“Add to collection” in their menu."
)
SHOWS = Change.WORKS | Change.TERMS | Change.CLAIMS | Change.PAYMENTS

_NAMES = {
    Filter.ALL: "All",
    Filter.IMAGES: "Images",
    Filter.SOUND: "Sound",
    Filter.VIDEO: "Video",
    Filter.TEXT: "Text",
    Filter.OTHER: "Other",
    Filter.NOT_CLAIMED: "Not claimed",
    Filter.MISSING: "Missing files",
}


class WorksView(QWidget):
    """claim_asked(list of work_ids): the user wants to claim these."""

    claim_asked = Signal(object)

    def __init__(
        self,
        services: Services,
        theme: Theme,
        pictures: Pictures,
        *,
        about: WorkJobs,
        about_terms: TermsMenu,
        menu: Callable[[Sequence[int]], QMenu],
        add_folder: Callable[[], None],
        try_samples: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._services = services
        self._collection: Collection | None = None
        self.model = WorksModel(services, self)
        self._search_timer = QTimer(self)
        self._search_timer.setSingleShot(True)
        self._search_timer.setInterval(SEARCH_DELAY_MS)
        self._search_timer.timeout.connect(self._search)
        self.head = Head("Works", "Search works")
        self.head.searched.connect(lambda _text: self._search_timer.start())
        self.add = button("Add folder…", add_folder)
        self.claim = button("Claim", self._claim, look="primary")
        self.head.add(self.add)
        self.head.add(self.claim)
        self.chips = Chips("Filters")
        self.chips.chosen.connect(self._narrow)
        self.as_list = button("List", self._toggle_list, look="quiet")
        self.terms = about_terms.button(self.selected)
        self._delegate = WorkDelegate(theme, pictures)
        self.view = _Shelf(self._delegate)
        self.view.setModel(self.model)
        self._menu = menu
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.view.selectionModel().selectionChanged.connect(self._selected)
        self.model.modelReset.connect(self._selected)
        self.details = WorkDetails(services, pictures, about, self.show_work)
        self.details.hide()
        self._nothing = label("", "muted", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._shelf = QStackedWidget()
        self._shelf.addWidget(self.view)
        self._shelf.addWidget(self._nothing)
        self.drop_zone = DropZone(add_folder, try_samples)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._laid_out())
        self._pages.addWidget(self.drop_zone)
        self.setLayout(column(self._pages, spacing=0))
        self._repaint = QTimer(self)
        self._repaint.setSingleShot(True)
        self._repaint.setInterval(REPAINT_MS)
        self._repaint.timeout.connect(self._repaint_arrived)
        self._arrived: set[str] = set()
        pictures.arrived.connect(self._picture_arrived)
        theme.changed.connect(self.view.viewport().update)

    def refresh(self, what: Change = SHOWS) -> None:
        """Read again what changed."""
        with self._services.store.read() as connection:
            empty = shelf.is_empty(connection)
        self._pages.setCurrentIndex(1 if empty else 0)
        self._count()
        chosen = self.details.work_ids
        self.model.reload()
        self._show_or_say()
        if chosen and chosen == self.selected():
            self.details.show_works(chosen)
        self._name_claim()

    def _count(self) -> None:
        """Say how many works there are under each filter, in the collection if there is one."""
        held = self._collection.collection_id if self._collection is not None else None
        with self._services.store.read() as connection:
            found = shelf.counts(connection, collection=held)
        if self.head.search is not None:
            self.head.search.setPlaceholderText(f"Search {figures.count(found.all)} works")
        for chip in Filter:
            number = {Filter.NOT_CLAIMED: found.not_claimed, Filter.MISSING: found.missing}.get(
                chip
            )
            shown = bool(number) if number is not None else chip is Filter.ALL
            if number is None and chip is not Filter.ALL:
                shown = any(kind.value == chip.value for kind in found.by_kind)
            text = f"{_NAMES[chip]} {figures.count(number)}" if number else _NAMES[chip]
            self.chips.put(chip, text, shown=shown)

    def show_collection(self, collection: Collection | None) -> None:
        """Narrow the works to a collection; None: to none in particular."""
        if collection == self._collection:
            return
        self._collection = collection
        name = printable(collection.name) if collection is not None else ""
        self.head.title.set_whole(f"Works  ›  {name}" if name else "Works")
        self.model.ask_collection(collection.collection_id if collection is not None else None)
        self._count()
        self._show_or_say()
        self._name_claim()

    def _picture_arrived(self, datahash: str) -> None:
        """Many pictures arrive together; their cells, and no others, are painted again."""
        self._arrived.add(datahash)
        if not self._repaint.isActive():
            self._repaint.start()

    def _repaint_arrived(self) -> None:
        arrived, self._arrived = self._arrived, set()
        for index in self.view.visible_indexes():
            if index.data(ROW).datahash in arrived:
                self.view.update(index)

    def selected(self) -> tuple[int, ...]:
        """Return the numbers of the selected works, in the order of the list."""
        indexes = sorted(self.view.selectionModel().selectedIndexes(), key=lambda i: i.row())
        return tuple(index.data(ROW).work_id for index in indexes)

    def select_work(self, work_id: int) -> None:
        """Select one work if it is on the pages read so far."""
        for number in range(self.model.rowCount()):
            index = self.model.index(number)
            if index.data(ROW).work_id == work_id:
                flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
                self.view.selectionModel().setCurrentIndex(index, flag)
                self.view.scrollTo(index)
                return

    def show_work(self, work_id: int) -> None:
        """Select one work, reading on in the list for a while if need be.

        One that is far away, or that search or filter leave out, is shown without being selected.
        """
        self.select_work(work_id)
        for _page in range(PAGES_TO_LOOK_AT):
            if self.selected() == (work_id,) or not self.model.canFetchMore(QModelIndex()):
                break
            self.model.fetchMore(QModelIndex())
            self.select_work(work_id)
        if self.selected() != (work_id,):
            self.view.clearSelection()
            self.details.show_works((work_id,))

    def _laid_out(self) -> QWidget:
        top = column(self.head, spacing=12, margins=(24, 16, 24, 10))
        chips = row(self.chips, self.terms, self.as_list)
        chips.setStretch(0, 1)
        top.addLayout(chips)
        below = row(self._shelf, self.details, spacing=0)
        below.setStretch(0, 1)
        layout = column(spacing=0)
        layout.addLayout(top)
        layout.addLayout(below, 1)
        return holder(layout, "page")

    def _claim(self) -> None:
        self.claim_asked.emit(list(self.selected()) or self.model.work_ids())

    def _narrow(self, key: object) -> None:
        if isinstance(key, Filter):
            self.model.ask(narrowed=key)
            self._show_or_say()
            self._name_claim()

    def _search(self) -> None:
        if self.head.search is not None:
            self.model.ask(search=self.head.search.text())
            self._show_or_say()
            self._name_claim()

    def _show_or_say(self) -> None:
        empty = self.model.rowCount() == 0
        nothing_in_it = self._collection is not None and not self._collection.works
        self._nothing.setText(EMPTY_COLLECTION if nothing_in_it else NOTHING_FITS)
        self._shelf.setCurrentIndex(1 if empty else 0)

    def _selected(self) -> None:
        self.details.show_works(self.selected())
        self._name_claim()

    def _name_claim(self) -> None:
        count = len(self.selected())
        if count:
            self.claim.setText(f"Claim {figures.count(count)} work{'' if count == 1 else 's'}")
        else:
            self.claim.setText("Claim all")
        self.claim.setEnabled(self.model.rowCount() > 0)

    def _open_menu(self, at: QPoint) -> None:
        works = self.selected()
        if works:
            menu = self._menu(works)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.view.viewport().mapToGlobal(at))

    def _toggle_list(self) -> None:
        self.view.set_list(not self._delegate.as_list)
        self.as_list.setText("Grid" if self._delegate.as_list else "List")


class _Shelf(QListView):
    """A list view that gives its cells the width that fills the room."""

    def __init__(self, delegate: WorkDelegate) -> None:
        super().__init__()
        self._delegate = delegate
        self.setItemDelegate(delegate)
        self.setAccessibleName("Works")
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(500)
        self.setMovement(QListView.Movement.Static)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().setSingleStep(40)
        self.setViewportMargins(16, 0, 4, 0)
        self.set_list(False)

    def set_list(self, as_list: bool) -> None:
        """Show lines instead of a grid, or the other way round."""
        self._delegate.as_list = as_list
        mode = QListView.ViewMode.ListMode if as_list else QListView.ViewMode.IconMode
        self.setViewMode(mode)
        self.setMovement(QListView.Movement.Static)
        self.setDragEnabled(True)  # a view mode turns it off with the movement
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the cells to the new width."""
        self._fit()
        super().resizeEvent(event)

    def visible_indexes(self) -> list[QModelIndex]:
        """Return the rows that can be seen now, and a few more."""
        model = self.model()
        area = self.viewport().rect()
        first = self.indexAt(area.topLeft() + QPoint(GAP * 2, GAP * 2)).row()
        found = []
        for number in range(max(first, 0), model.rowCount()):
            index = model.index(number, 0)
            if self.visualRect(index).top() > area.bottom():
                break
            found.append(index)
        return found

    def _fit(self) -> None:
        width = max(self.viewport().width(), CELL_MIN_WIDTH)
        if self._delegate.as_list:
            cell = QSize(width, LIST_HEIGHT)
        else:
            columns = max(1, width // CELL_MIN_WIDTH)
            cell = QSize(width // columns - (1 if columns > 1 else 0), CELL_HEIGHT)
        if cell != self._delegate.cell:
            self._delegate.cell = cell
            self.setGridSize(cell)
            self.scheduleDelayedItemsLayout()
