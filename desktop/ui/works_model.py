"""The works of the library as a Qt list, filled by pages as the view asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from desktop.model.works import WorkRow
from desktop.services import Services
from desktop.store import shelf
from desktop.store import terms as terms_store
from desktop.store.shelf import Filter
from desktop.terms.presets import TITLES, preset_of
from desktop.ui import words
from desktop.ui.works_drag import MIME, carried

ROW = Qt.ItemDataRole.UserRole + 1
_NOWHERE = QModelIndex()
# More than a large screen shows; the rest comes as the user scrolls. Keeps typing quick.
FIRST_PAGE = 120
Index = QModelIndex | QPersistentModelIndex


class WorksModel(QAbstractListModel):
    """Rows newest first. data(index, ROW) is the WorkRow."""

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._rows: list[WorkRow] = []
        self._complete = False
        self._search = ""
        self._narrowed = Filter.ALL
        self._collection: int | None = None
        self._terms: dict[int, str] = {}

    def ask(self, *, search: str | None = None, narrowed: Filter | None = None) -> None:
        """Show what fits another question, from the first page."""
        self._search = self._search if search is None else search
        self._narrowed = self._narrowed if narrowed is None else narrowed
        self._read(FIRST_PAGE)

    def ask_collection(self, collection_id: int | None) -> None:
        """Show only the works of a collection; None: of none in particular."""
        if collection_id != self._collection:
            self._collection = collection_id
            self._read(FIRST_PAGE)

    def reload(self) -> None:
        """Read again, as many rows as are shown now."""
        self._read(max(FIRST_PAGE, len(self._rows)))

    def _read(self, limit: int) -> None:
        with self._services.store.read() as connection:
            rows = shelf.page(
                connection,
                search=self._search,
                narrowed=self._narrowed,
                collection=self._collection,
                limit=limit,
            )
            self._terms = {
                version: TITLES[preset_of(said)]
                for version, said in terms_store.by_version(connection).items()
            }
        if [row.work_id for row in rows] == [row.work_id for row in self._rows]:
            self._rows = rows
            self._complete = len(rows) < limit
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self._complete = len(rows) < limit
        self.endResetModel()

    def work_ids(self) -> list[int]:
        """Return the numbers of all works under the question, shown yet or not."""
        with self._services.store.read() as connection:
            return shelf.ids(
                connection,
                search=self._search,
                narrowed=self._narrowed,
                collection=self._collection,
            )

    def terms_of(self, row: WorkRow) -> str:
        """Return the short name of a work's terms."""
        return self._terms.get(row.terms_version, TITLES_UNSET)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Rows read so far."""
        return 0 if parent.isValid() else len(self._rows)

    def canFetchMore(self, parent: Index) -> bool:
        """Whether there is another page."""
        return not parent.isValid() and not self._complete and bool(self._rows)

    def fetchMore(self, parent: Index) -> None:
        """Read the next page by key."""
        if parent.isValid() or not self._rows:
            return
        with self._services.store.read() as connection:
            rows = shelf.page(
                connection,
                search=self._search,
                narrowed=self._narrowed,
                collection=self._collection,
                before=self._rows[-1].work_id,
            )
        self._complete = len(rows) < shelf.PAGE
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Works can be dragged onto a collection."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        """What a drag of works is."""
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return what a drag of works carries."""
        return carried(index.data(ROW).work_id for index in indexes)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a role asks of a row."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state, _ = words.claim_word(row.claim_state)
            return f"{row.title}, {words.KINDS[row.kind]}, {state}, {self.terms_of(row)}"
        return None


TITLES_UNSET = "Not said"
