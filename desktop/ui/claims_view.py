"""Claims: what was signed, what waits in the outbox, and what registries said."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.claims.answer import Response
from desktop.errors import UsageProblem
from desktop.flows.conflicts import Conflict, conflict_of
from desktop.flows.updating import older_words
from desktop.model.claims import ClaimRow, ClaimState
from desktop.services import Services
from desktop.store import answers as answers_store
from desktop.store import claims as claims_store
from desktop.store import outbox as outbox_store
from desktop.store import payouts as payouts_store
from desktop.store import waiting as waiting_store
from desktop.ui import figures, words
from desktop.ui.changes import Change
from desktop.ui.claim_actions import ClaimActions
from desktop.ui.claim_details import ClaimDetails
from desktop.ui.conflict_page import ConflictPage
from desktop.ui.lists_page import ListsPage
from desktop.ui.menus import menu_button
from desktop.ui.parts import (
    Chips,
    Head,
    Tone,
    button,
    card,
    column,
    holder,
    label,
)
from desktop.ui.pictures import Pictures
from desktop.ui.split import Split
from desktop.ui.table import Column, Table, TableModel
from desktop.ui.theme import Theme

SHOWS = Change.CLAIMS | Change.WORKS | Change.REGISTRIES
LIMIT = 5000

_GROUPS: dict[str, tuple[str, frozenset[ClaimState]]] = {
    "all": ("All", frozenset(ClaimState)),
    "waiting": ("Waiting", frozenset({ClaimState.QUEUED, ClaimState.SENDING})),
    "review": ("Under review", frozenset({ClaimState.UNDER_REVIEW})),
    "received": ("Received", frozenset({ClaimState.ACKNOWLEDGED})),
    "accepted": ("Accepted", frozenset({ClaimState.ACCEPTED})),
    "needs": (
        "Needs you",
        frozenset(
            {
                ClaimState.CONFLICT,
                ClaimState.IN_DISPUTE,
                ClaimState.REFUSED,
                ClaimState.REJECTED,
                ClaimState.LOST,
            }
        ),
    ),
    "past": ("Past", frozenset({ClaimState.SUPERSEDED, ClaimState.WITHDRAWN})),
}


class ClaimsView(QWidget):
    """One line a claim and registry, the outbox above, the details at the right."""

    def __init__(
        self,
        services: Services,
        theme: Theme,
        pictures: Pictures,
        *,
        sync: Callable[[], None],
        about: ClaimActions,
        bring_in: Sequence[tuple[str, Callable[[], None]]],
        lists: ListsPage,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._services = services
        self._about = about
        self._open: tuple[int, str] | None = None
        self.conflict = ConflictPage(
            pictures,
            answer=self._respond,
            back=self.leave_conflict,
            add_evidence=about.add_evidence,
            save_evidence=about.save_evidence,
            today=lambda: services.now().astimezone().date(),
        )
        self._rows: list[ClaimRow] = []
        self._replaced: set[tuple[int, int]] = set()
        self.head = Head("Claims", "Search claims")
        self.head.searched.connect(lambda _text: self._show())
        entries = (("Find my works on a list…", self.show_lists), *bring_in)
        self.bring = menu_button("Bring in…", entries)
        self.head.add(self.bring)
        self.sync = button("Sync now", sync, look="primary")
        self.head.add(self.sync)
        self._outbox = label("", "strong")
        self._outbox_why = label("", "muted", wrap=True)
        self.chips = Chips("Filters")
        for key, (name, _) in _GROUPS.items():
            self.chips.put(key, name)
        self.chips.chosen.connect(lambda _key: self._show())
        self.model: TableModel[ClaimRow] = TableModel(_COLUMNS, self)
        self.table = Table(self.model, theme, "Claims")
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_details())
        self.details = ClaimDetails(self.show_conflict, about)
        self.details.hide()
        self._empty = label(
            "Nothing claimed yet. Select works, then “Claim”: you see what will be sent "
            "before anything is signed.",
            "muted",
            wrap=True,
        )
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(card(column(self.table, spacing=0, margins=(1, 1, 1, 1))))
        self._stack.addWidget(self._empty)
        self._pages = QStackedWidget()
        self._pages.addWidget(holder(self._laid_out()))
        self._pages.addWidget(self.conflict)
        self.lists = lists
        self._pages.addWidget(lists)
        self.setLayout(column(self._pages, spacing=0))

    def refresh(self, what: Change = SHOWS) -> None:
        """Read again what changed."""
        with self._services.store.read() as connection:
            self._rows = claims_store.rows(connection, limit=LIMIT)
            counts = claims_store.state_counts(connection)
            entries = outbox_store.entries(connection, waiting_only=True)
            said = answers_store.entries(connection, waiting_only=True)
            accounts = payouts_store.waiting(connection)
            waits = waiting_store.waiting(connection)
            self._replaced = claims_store.replaced(connection)
        waiting = [entry for entry in entries if not entry.by_hand]
        by_hand = len(entries) - len(waiting)
        for key, (name, states) in _GROUPS.items():
            number = sum(counts.get(state, 0) for state in states)
            text = name if key == "all" or not number else f"{name} {figures.count(number)}"
            self.chips.put(key, text, shown=key == "all" or bool(number))
        count = waits.total
        queued = words.queued(waits)
        self._outbox.setText(f"{queued} in the outbox" if count else "The outbox is empty")
        problems = [one.last_problem for one in waiting] + [one.last_problem for one in said]
        problems += [one.last_problem for one in accounts]
        problem = next((words_ for words_ in problems if words_), "")
        for_forms = (
            f"{figures.many(by_hand, 'claim')} for forms that you hand in yourself: under "
            "Registries."
        )
        self._outbox_why.setText(
            problem
            or ("Signed and safe, sent with the next sync." if count else "")
            or (for_forms if by_hand else "Everything you signed has reached its registry.")
        )
        self._show()
        if self._open is not None:
            self._show_open_conflict()

    def show_conflict(self, claim: ClaimRow) -> None:
        """Show both sides of a conflict in place of the list."""
        self._open = (claim.claim_id, claim.registry)
        self._show_open_conflict()

    def show_lists(self) -> None:
        """Show the lists that others publish in place of the claims."""
        self._open = None
        self.lists.refresh()
        self._pages.setCurrentWidget(self.lists)

    def leave_conflict(self) -> None:
        """Show the list again."""
        self._open = None
        self._pages.setCurrentIndex(0)

    def _show_open_conflict(self) -> None:
        """Show the conflict that is open as it is now; one that ended is left."""
        if self._open is None:
            return
        try:
            conflict = conflict_of(*self._open, self._services)
        except UsageProblem:
            self.leave_conflict()
            return
        self.conflict.show_conflict(conflict)
        self._pages.setCurrentIndex(1)

    def _respond(
        self, conflict: Conflict, response: Response, evidence_ids: list[int], note: str
    ) -> None:
        self._about.respond(conflict, response, evidence_ids, note)
        self.leave_conflict()

    def _laid_out(self) -> QVBoxLayout:
        state = card(column(self._outbox, self._outbox_why, spacing=3, margins=(16, 11, 16, 11)))
        left = column(
            self.head, state, self.chips, self._stack, spacing=12, margins=(24, 16, 24, 20)
        )
        left.setStretch(3, 1)
        return column(Split(holder(left), self.details, self.table.clearSelection), spacing=0)

    def _show(self) -> None:
        key = self.chips.key
        states = _GROUPS[str(key)][1]
        text = self.head.search.text().casefold() if self.head.search else ""
        chosen = self.table.chosen()
        rows = [
            row_
            for row_ in self._rows
            if row_.state in states
            and (not text or text in f"{row_.title} {row_.registry} {row_.number}".casefold())
        ]
        self.model.put(rows)
        self._stack.setCurrentIndex(0 if self._rows else 1)
        self._select_again(chosen, rows)

    def _select_again(self, chosen: ClaimRow | None, rows: Sequence[ClaimRow]) -> None:
        for number, row_ in enumerate(rows):
            same = chosen and (row_.claim_id, row_.registry) == (chosen.claim_id, chosen.registry)
            if same:
                self.table.selectRow(number)
                return
        self._show_details()

    def _show_details(self) -> None:
        chosen = self.table.chosen()
        if chosen is None:
            self.details.show_claim(None)
            return
        at = (chosen.claim_id, chosen.registry_id)
        with self._services.store.read() as connection:
            said = answers_store.of_claim(connection, *at)
        older = older_words(*at, self._services)
        self.details.show_claim(chosen, said, replaced=at in self._replaced, older=older)


def _number(claim: ClaimRow) -> str:
    return claim.number or "—"


_COLUMNS: list[Column[ClaimRow]] = [
    Column(title="Work", text=lambda claim: claim.title),
    Column(title="Registry", text=lambda claim: claim.registry, muted=True),
    Column(
        title="Number", text=lambda claim: claim.number or "—", muted=True, width=110, optional=True
    ),
    Column(
        title="State",
        text=lambda claim: words.claim_state(claim)[0],
        tone=lambda claim: words.claim_state(claim)[1],
        width=150,
    ),
    Column(
        title="Receipt",
        text=lambda claim: "Verified" if claim.receipt_verified else "",
        tone=lambda claim: Tone.CONFIRMED,
        width=100,
    ),
]
