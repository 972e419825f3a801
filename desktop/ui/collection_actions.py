"""What the user does with collections: make, name, fill, answer for, put away; each with Undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from desktop.flows.collecting import (
    delete_collection,
    list_collections,
    make_collection,
    move_works,
    preview_deleting,
    preview_moving,
    rename_collection,
    works_of,
)
from desktop.model.collections import Collection
from desktop.model.terms_changes import Applied, Choice
from desktop.model.terms_changes import Change as TermsChange
from desktop.ui.collection_dialogs import CollectionNameDialog, PermitsMoreDialog
from desktop.ui.figures import many
from desktop.ui.sidebar import Place, Sidebar
from desktop.ui.terms_asking import TermsAsking
from desktop.ui.words import printable

ShowCollection = Callable[[Collection | None], None]


class CollectionActions(QObject):
    """Bound to one window and the list in its side bar. held: what the works are narrowed to."""

    def __init__(
        self, asking: TermsAsking, sidebar: Sidebar, show: ShowCollection, window: QWidget
    ) -> None:
        super().__init__(window)
        self._asking, self._show, self._window = asking, show, window
        self._sidebar, self._listed = sidebar, sidebar.collections
        self.held: Collection | None = None
        self.publish_works: Callable[[Sequence[int]], None] = lambda _works: None
        self._listed.chosen.connect(self.show)
        self._listed.new_asked.connect(self.new)
        self._listed.menu_asked.connect(self._open_menu)
        self._listed.dropped.connect(self.add)
        sidebar.watched.terms_asked.connect(lambda folder: asking.ask(Choice.below(folder)))

    def refresh(self) -> None:
        """Read the collections again; one that is gone is left."""
        found = list_collections(self._asking.services)
        self._listed.show_collections(found)
        if self.held is not None:
            held = next((x for x in found if x.collection_id == self._held_id), None)
            if held != self.held:
                self.show(held)

    def show(self, collection: Collection | None) -> None:
        """Narrow the works to a collection; None: all works."""
        self.held = collection
        self._show(collection)
        self.point(Place.WORKS)

    def point(self, place: Place) -> None:
        """Show in the side bar where the user is: at a place, or at a collection of works."""
        self._sidebar.go(place, self._held_id if place is Place.WORKS else 0)

    def new(self, work_ids: Sequence[int] = ()) -> None:
        """Ask for a name, and make a collection of works, or an empty one."""
        dialog = CollectionNameDialog("New collection", "Make it", "", self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            name, chosen = dialog.text, list(work_ids)
            said = f"“{_shown(name)}” is made" + (
                f", with {many(len(chosen), 'work')}." if chosen else "."
            )
            self._run(lambda: make_collection(name, chosen, self._asking.services), said)

    def rename(self, collection: Collection) -> None:
        """Ask for another name."""
        known = collection.name
        dialog = CollectionNameDialog("Rename the collection", "Rename", known, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted and dialog.text.strip() != known:
            name, number = dialog.text, collection.collection_id
            said = f"“{_shown(known)}” is “{_shown(name)}” now."
            self._run(lambda: rename_collection(number, name, self._asking.services), said)

    def delete(self, collection: Collection) -> None:
        """Put a collection away; its works stay. Asks first where they would permit more."""
        number, name = collection.collection_id, _shown(collection.name)
        services = self._asking.services
        self._if_wanted(
            lambda: preview_deleting(number, services),
            f"Delete “{name}”?",
            "Delete it",
            lambda more: delete_collection(number, services, permit_more=more),
            lambda _applied: f"“{name}” is deleted. Its works stay.",
        )

    def add(self, collection: Collection, work_ids: Sequence[int]) -> None:
        """Put works into a collection."""
        self._move(collection, list(work_ids), out=False)

    def remove(self, collection: Collection, work_ids: Sequence[int]) -> None:
        """Take works out of a collection."""
        self._move(collection, list(work_ids), out=True)

    def ask(self, collection: Collection) -> None:
        """Ask what AI may do with the works of a collection."""
        self._asking.ask(Choice.collection(collection.collection_id))

    def publish(self, collection: Collection) -> None:
        """Ask where copies of the works of a collection go."""
        self.publish_works(works_of(collection, self._asking.services))

    def menu_of(self, collection: Collection) -> QMenu:
        """Return what can be done with a collection."""
        menu = QMenu(self._window)
        for text, do in (
            ("What AI may do with it…", self.ask),
            *((("Publish copies…", self.publish),) if collection.works else ()),
            ("Rename…", self.rename),
            ("Delete", self.delete),
        ):
            menu.addAction(text).triggered.connect(partial(_call, partial(do, collection)))
        return menu

    def fill_adding(self, menu: QMenu, work_ids: Sequence[int]) -> None:
        """Offer the collections that works can be put into, and a new one."""
        for collection in self._listed.collections:
            name = _shown(collection.name).replace("&", "&&")
            menu.addAction(name).triggered.connect(
                partial(_call, partial(self.add, collection, tuple(work_ids)))
            )
        if self._listed.collections:
            menu.addSeparator()
        new = partial(self.new, tuple(work_ids))
        menu.addAction("New collection…").triggered.connect(partial(_call, new))

    @property
    def _held_id(self) -> int:
        return self.held.collection_id if self.held is not None else 0

    def _open_menu(self, collection: Collection, at: QPoint) -> None:
        menu = self.menu_of(collection)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _move(self, collection: Collection, works: list[int], *, out: bool) -> None:
        number, name, services = (
            collection.collection_id,
            _shown(collection.name),
            self._asking.services,
        )
        verb, into = ("removed", "from") if out else ("added", "to")

        def said(applied: Applied) -> str:
            moved = applied.change.works
            if not moved:
                return f"Nothing to do: {'not in' if out else 'already in'} “{name}”."
            return f"{many(moved, 'work')} {verb} {into} “{name}”."

        self._if_wanted(
            lambda: preview_moving(number, works, services, out=out),
            f"Remove {many(len(works), 'work')} from “{name}”?"
            if out
            else f"Add {many(len(works), 'work')} to “{name}”?",
            "Remove" if out else "Add",
            lambda more: move_works(number, works, services, out=out, permit_more=more),
            said,
        )

    def _if_wanted(
        self,
        preview: Callable[[], TermsChange],
        question: str,
        yes: str,
        do: Callable[[bool], Applied],
        said: Callable[[Applied], str],
    ) -> None:
        """Do it, after asking where works would permit more than before."""

        def looked(change: TermsChange) -> None:
            if change.looser:
                dialog = PermitsMoreDialog(question, yes, change, self._window)
                if dialog.exec() != QDialog.DialogCode.Accepted:
                    return
            self._run(lambda: do(bool(change.looser)), said)

        self._asking.run(preview, lambda change: QTimer.singleShot(0, partial(looked, change)))

    def _run(self, do: Callable[[], Applied], said: str | Callable[[Applied], str]) -> None:
        def done(applied: Applied) -> None:
            self._asking.kept(applied, said if isinstance(said, str) else said(applied))

        self._asking.run(do, done)


def _shown(name: str) -> str:
    return printable(" ".join(name.split()))


def _call(do: Callable[[], Any], _checked: bool = False) -> None:
    do()
