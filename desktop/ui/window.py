"""The window: side bar, the places, notice and strip; files may be dropped anywhere on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from desktop.errors import AppError
from desktop.model.collections import Collection
from desktop.services import Services
from desktop.ui import claims_view, needs_view, payments_view, registries_view, works_view
from desktop.ui.actions import Actions
from desktop.ui.changes import Change, Changes
from desktop.ui.claim_actions import ClaimActions
from desktop.ui.claims_view import ClaimsView
from desktop.ui.collaborator_actions import CollaboratorActions
from desktop.ui.collection_actions import CollectionActions
from desktop.ui.export_actions import ExportActions
from desktop.ui.form_actions import FormActions
from desktop.ui.identity_actions import IdentityActions
from desktop.ui.job import Jobs
from desktop.ui.journal_actions import JournalActions
from desktop.ui.lists_page import ListsPage
from desktop.ui.money_actions import MoneyActions
from desktop.ui.needs_view import NeedsView, Ways
from desktop.ui.notice import Notice
from desktop.ui.offers_card import OffersCard
from desktop.ui.parts import column, holder, row
from desktop.ui.payment_section import PaymentDesk
from desktop.ui.payments_view import PaymentsView
from desktop.ui.payouts import PayoutActions
from desktop.ui.pictures import Pictures
from desktop.ui.practice_actions import PracticeActions
from desktop.ui.registries_view import RegistriesView
from desktop.ui.sidebar import Place, Sidebar
from desktop.ui.sidebar_facts import refresh_sidebar
from desktop.ui.signing import Signing, TypedPassword
from desktop.ui.split_sheet_jobs import SheetJobs
from desktop.ui.split_sheets import SHEET_SUFFIX
from desktop.ui.statement_actions import SUFFIXES, StatementActions
from desktop.ui.strip import Strip
from desktop.ui.theme import Theme
from desktop.ui.timestamps import TimestampActions, TimestampsCard
from desktop.ui.watching import Watching
from desktop.ui.work_actions import WorkActions
from desktop.ui.works_place import works_place

CLOSE_LIMIT_S = 8.0
SYNC_EVERY_MS = 60_000


class View(Protocol):
    """What the window needs of a view."""

    def refresh(self, what: Change = ...) -> None:
        """Read again what changed."""


class MainWindow(QMainWindow):
    """One library in one window."""

    def __init__(
        self, services: Services, theme: Theme, typed: TypedPassword | None = None
    ) -> None:
        super().__init__()
        self.setWindowTitle("Residuals")
        self.setMinimumSize(720, 480)
        self.resize(1280, 800)
        self.setAcceptDrops(True)
        self.services = services
        self.jobs = Jobs(self)
        self.changes = Changes(self)
        self.pictures = Pictures(services.thumbnails, self)
        self.notice, self.strip, self.sidebar = Notice(), Strip(), Sidebar()
        self.signing = Signing(services, self.jobs, self.changes, typed, self.notice.problem, self)
        self.watching = Watching(
            services, self.jobs, self.changes, self.notice, self.sidebar.watched, self
        )
        self.actions_ = Actions(
            services,
            self.jobs,
            self.changes,
            self.notice,
            self.strip,
            self.signing,
            self.watching,
            self,
        )
        self.identities = IdentityActions(services, self.changes, self.notice, self.signing, self)
        self.sidebar.identity_asked.connect(self.identities.manage)
        self.sidebar.watched.scan_asked.connect(lambda folder: self.actions_.add_paths((folder,)))
        self.actions_.need_registry = lambda: self.go(Place.REGISTRIES)
        self.actions_.show_problems = lambda: self.go(Place.NEEDS_YOU)
        self.strip.problems_asked.connect(self.actions_.show_problems)
        self.practice = PracticeActions(
            services, self.jobs, self.changes, self.notice, self.actions_
        )
        self._build_actions()
        self._build_views(theme)
        self._stale: dict[Place, Change] = {}
        self._lay_out()
        self.sidebar.chosen.connect(self.go)
        self.changes.changed.connect(self._changed)
        self._sync_timer = QTimer(self)
        self._sync_timer.setInterval(SYNC_EVERY_MS)
        self._sync_timer.timeout.connect(self.actions_.sync_quietly)
        self._sync_timer.start()
        self._shortcuts()
        self.go(Place.WORKS)
        self._refresh_sidebar(Change.EVERYTHING)
        self.needs.refresh()
        QTimer.singleShot(0, self.watching.start)

    def go(self, place: Place) -> None:
        """Show a place; works: all of them."""
        if place is Place.WORKS:
            self.collections.show(None)
        self._show_place(place)

    def _show_place(self, place: Place) -> None:
        """Show a place, brought up to date if it was hidden when something changed."""
        self._pages.setCurrentWidget(self._widgets[place])
        self.collections.point(place)
        focused = self.focusWidget()
        if focused is None or not self.sidebar.isAncestorOf(focused):
            self._first[place].setFocus()
        stale = self._stale.pop(place, None)
        if stale is not None or place not in self._seen:
            self._seen.add(place)
            self._views[place].refresh(stale or self._shows[place])

    def open_payment(self, payment_id: int) -> None:
        """Show one payment with its details."""
        self.go(Place.PAYMENTS)
        self.payments.show_payment(payment_id)

    @property
    def place(self) -> Place:
        """Where the user is."""
        current = self._pages.currentWidget()
        return next(place for place, widget in self._widgets.items() if widget is current)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files from anywhere."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self.works.drop_zone.set_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The drag went on."""
        self.works.drop_zone.set_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take in what was dropped, wherever on the window."""
        self.works.drop_zone.set_over(False)
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        sheets = [path for path in paths if path.suffix == SHEET_SUFFIX]
        stated = [path for path in paths if self._is_statement(path)]
        works = [path for path in paths if path not in (*sheets, *stated)]
        if paths:
            event.acceptProposedAction()
        if works:
            self.go(Place.WORKS)
            self.actions_.add_paths(works)
        for path in sheets:
            QTimer.singleShot(0, partial(self.sheets.from_file, path))
        if stated:
            QTimer.singleShot(0, partial(self.statements.show_files, stated))

    def _is_statement(self, path: Path) -> bool:
        """Whether a file that is dropped here and now is one of statements, not a work."""
        return self.place is Place.PAYMENTS and path.suffix.lower() in SUFFIXES

    def closeEvent(self, event: QCloseEvent) -> None:
        """Cancel what runs, wait for it with a deadline, then close."""
        self._sync_timer.stop()
        self.watching.stop()
        self.jobs.stop_all(CLOSE_LIMIT_S)
        self.pictures.close()
        self.practice.close()
        event.accept()

    def _build_actions(self) -> None:
        actions = self.actions_
        common = (self.services, self.jobs, self.changes, self.notice)
        self.work_actions = WorkActions(*common, self.strip, self.signing, self)
        self.collections = CollectionActions(
            self.work_actions.asking, self.sidebar, self._show_collection, self
        )
        self.collections.publish_works = self.work_actions.publishing.ask
        self.claim_actions = ClaimActions(*common, self.signing, actions.sync, self)
        self.sheets = SheetJobs(
            self.services, self.jobs, self.changes, self.signing, self.notice.problem, self
        )
        self.timestamp_actions = TimestampActions(
            self.services, self.changes, self.notice, actions.sync, self
        )
        self.payout_actions = PayoutActions(*common, self.signing, actions.sync, self)
        self.form_actions = FormActions(
            *common,
            self.strip,
            self,
            describe=self.work_actions.describe,
            people=self.work_actions.people,
            claim=actions.claim_at,
        )
        actions.add_form = self.form_actions.add
        actions.go_to_forms = lambda: self.go(Place.REGISTRIES)

    def _build_views(self, theme: Theme) -> None:
        actions = self.actions_
        self.works = works_place(
            *(self.services, theme, self.pictures),
            actions=actions,
            about=self.work_actions,
            collections=self.collections,
            split_sheet=self.sheets.about,
            add_evidence=self.claim_actions.add_evidence,
            window=self,
        )
        self.claims = ClaimsView(
            self.services,
            theme,
            self.pictures,
            sync=actions.sync,
            about=self.claim_actions,
            lists=ListsPage(
                *(self.services, theme, self.jobs, self.notice, self.strip),
                back=lambda: self.claims.leave_conflict(),
                claim=actions.claim,
            ),
            bring_in=(("A split sheet from somebody…", self.sheets.from_somebody),),
        )
        self._build_payments(theme)
        self.registries = RegistriesView(
            self.services,
            add=actions.add_registry,
            check=actions.check_registry,
            trust=actions.trust_registry,
            forms=self.form_actions,
            pay=self.payout_actions.ask,
            practice=self.practice.card,
            timestamps=TimestampsCard(self.services, self.timestamp_actions),
            offers=OffersCard(self.services, actions.offers.look),
        )
        self._build_needs()
        self._place_views()

    def _build_needs(self) -> None:
        actions = self.actions_
        ways = Ways(
            retry=actions.add_paths,
            forget=actions.forget_problem,
            go=self.go,
            keys=self.identities.manage,
            it_was_me=self.payout_actions.it_was_me,
            find_money=self.money.find,
            open_payment=self.open_payment,
            update=actions.updates.tell,
            offer=actions.offers.look,
            ask_terms=self.work_actions.asking.ask,
            publish=self.work_actions.publishing.ask,
            who_shares=self.work_actions.who_shares,
            divide_again=self.collaborators.divide_again,
            counted=lambda count: self.sidebar.set_count(Place.NEEDS_YOU, count, needs=True),
        )
        self.needs = NeedsView(self.services, self.jobs, ways)

    def _build_payments(self, theme: Theme) -> None:
        desk = PaymentDesk(
            *(self.services, theme, self.jobs, self.changes, self.notice, self.signing),
            who_shares=self.work_actions.who_shares,
        )
        self.money = MoneyActions(desk, self)
        self.statements = StatementActions(desk, self.strip, self)
        self.practice.import_files = self.money.import_files
        self.collaborators = CollaboratorActions(desk, self)
        self.exports = ExportActions(self.services, self.jobs, self.notice, self.strip, self)
        journal = JournalActions(desk, self)
        self.payments = PaymentsView(
            desk,
            imports=(*self.statements.lines(), *self.money.lines(), *self.collaborators.imports()),
            exports=(*self.exports.lines, *self.collaborators.exports(), *journal.lines()),
        )

    def _place_views(self) -> None:
        """Say for each place its view, what it shows, and what has the focus first."""
        self._views: dict[Place, View] = {
            Place.WORKS: self.works,
            Place.CLAIMS: self.claims,
            Place.PAYMENTS: self.payments,
            Place.REGISTRIES: self.registries,
            Place.NEEDS_YOU: self.needs,
        }
        self._widgets: dict[Place, QWidget] = {
            Place.WORKS: self.works,
            Place.CLAIMS: self.claims,
            Place.PAYMENTS: self.payments,
            Place.REGISTRIES: self.registries,
            Place.NEEDS_YOU: self.needs,
        }
        self._shows = {
            Place.WORKS: works_view.SHOWS,
            Place.CLAIMS: claims_view.SHOWS,
            Place.PAYMENTS: payments_view.SHOWS,
            Place.REGISTRIES: registries_view.SHOWS,
            Place.NEEDS_YOU: needs_view.SHOWS,
        }
        self._first: dict[Place, QWidget] = {
            Place.WORKS: self.works.view,
            Place.CLAIMS: self.claims.table,
            Place.PAYMENTS: self.payments.table,
            Place.REGISTRIES: self.registries.add,
            Place.NEEDS_YOU: self.needs.retry_all,
        }
        self._seen: set[Place] = set()

    def _lay_out(self) -> None:
        self._pages = QStackedWidget()
        for widget in self._widgets.values():
            self._pages.addWidget(widget)
        right = column(self._pages, self.notice, self.strip, spacing=0)
        right.setStretch(0, 1)
        whole = row(self.sidebar, holder(right, "page"), spacing=0)
        whole.setStretch(1, 1)
        self.setCentralWidget(holder(whole, "page"))

    def _shortcuts(self) -> None:
        for keys, do in (
            (QKeySequence(QKeySequence.StandardKey.Find), self._find),
            (QKeySequence(QKeySequence.StandardKey.Open), self.actions_.add_folder),
            (QKeySequence("F5"), self.actions_.sync),
            (QKeySequence(QKeySequence.StandardKey.Quit), self.close),
        ):
            self._shortcut(keys, do)
        for number, place in enumerate(Place, start=1):
            self._shortcut(QKeySequence(f"Ctrl+{number}"), partial(self.go, place))

    def _shortcut(self, keys: QKeySequence, do: Callable[[], object]) -> None:
        QShortcut(keys, self).activated.connect(lambda: do())

    def _find(self) -> None:
        head = getattr(self._widgets[self.place], "head", None)
        if head is not None and head.search is not None:
            head.search.setFocus()
            head.search.selectAll()

    @Slot(object)
    def _changed(self, what: Change) -> None:
        if what & Change.WORKS:
            self.pictures.forget()
        here = self.place
        for place, shows in self._shows.items():
            if not what & shows:
                continue
            # The side bar tells how much needs the user, wherever they are.
            if place is here or place is Place.NEEDS_YOU:
                self._views[place].refresh(what)
            else:
                self._stale[place] = self._stale.get(place, what) | what
        self._refresh_sidebar(what)

    def _refresh_sidebar(self, what: Change) -> None:
        refresh_sidebar(self.sidebar, self.services)
        if what & (Change.WORKS | Change.TERMS):
            self.collections.refresh()

    def _show_collection(self, collection: Collection | None) -> None:
        """Narrow the works to a collection; the place itself stands for all of them."""
        if collection is not None and self.place is not Place.WORKS:
            self._show_place(Place.WORKS)
        self.works.show_collection(collection)


def show_problem_at_start(error: AppError) -> None:
    """Say why the window cannot open: the one message box, because there is no window yet."""
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Icon.Warning, "Residuals", error.message)
    box.setInformativeText(error.advice)
    box.exec()
