"""The page of what needs the user: read off the main thread, shown as cards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.flows.unshared import not_given
from desktop.flows.updating import Older, Way
from desktop.model.allocations import Unshared
from desktop.model.terms_changes import Choice
from desktop.services import Services
from desktop.store import file_problems
from desktop.ui import figures
from desktop.ui.actions import UPDATES_AT_ONCE
from desktop.ui.changes import Change
from desktop.ui.job import Job, Jobs
from desktop.ui.needs import LIMIT, Need, needs_of
from desktop.ui.parts import (
    Head,
    button,
    card,
    clear,
    column,
    label,
    pill,
    row,
    scrolled,
)
from desktop.ui.problem_card import RETRIED, ProblemCard
from desktop.ui.sidebar import Place

SHOWS = Change.EVERYTHING & ~Change.WORKS
# What may change whose a payment is.
_DIVIDES = Change.PAYMENTS | Change.IDENTITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What the cards lead to. counted: told how many needs there are, whenever that is known."""

    retry: Callable[[tuple[Path, ...]], None]
    forget: Callable[[Path], None]
    go: Callable[[Place], None]
    keys: Callable[[], None]
    it_was_me: Callable[[str], None]
    find_money: Callable[[], None]
    open_payment: Callable[[int], None]
    update: Callable[[Older], None]
    offer: Callable[[int], None]
    who_shares: Callable[[int], None]
    divide_again: Callable[[tuple[int, ...]], None]
    ask_terms: Callable[[Choice], None]
    publish: Callable[[tuple[int, ...]], None]
    counted: Callable[[int], None]


class _Read(NamedTuple):
    needs: list[Need]
    unshared: list[Unshared]


def _tell(older: Older) -> str:
    """Return the words of the button that lets a registry know of newer terms."""
    if older.way is Way.BY_HAND:
        return "What to write…"
    if older.claims > UPDATES_AT_ONCE:
        return f"Send the first {figures.count(UPDATES_AT_ONCE)} updates…"
    return f"Send {figures.many(older.claims, 'update')}…"


class NeedsView(QWidget):
    """A list of cards, or the good news that there is none."""

    def __init__(self, services: Services, jobs: Jobs, ways: Ways) -> None:
        super().__init__()
        self.setObjectName("page")
        self._services, self._jobs, self._ways = services, jobs, ways
        self._reading: Job | None = None
        self._to_read = Change(0)
        self._unshared: list[Unshared] | None = None
        self._shown = False
        self.head = Head("Needs you")
        self.retry_all = button("Try all files again", self._try_all)
        self.head.add(self.retry_all)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(10)
        content = QWidget()
        inner = column(spacing=0, margins=(24, 4, 24, 24))
        inner.addLayout(self._cards)
        inner.addStretch(1)
        content.setLayout(inner)
        layout = column(spacing=10)
        layout.addLayout(column(self.head, margins=(24, 16, 24, 0)))
        layout.addWidget(scrolled(content), 1)
        self.setLayout(layout)
        self.needs: list[Need] = []

    def refresh(self, what: Change = SHOWS) -> None:
        """Read again what changed, off the main thread; cards are made when they are seen.

        Whose the payments are is asked only when that may have changed, for it costs the most.
        """
        self._to_read |= what
        if self._reading is not None:
            return
        services, to_read = self._services, self._to_read
        known = None if to_read & _DIVIDES else self._unshared
        self._to_read = Change(0)

        def read() -> _Read:
            unshared = not_given(services) if known is None else known
            return _Read(needs_of(services, unshared), unshared)

        self._reading = self._jobs.run(
            lambda _report, _cancelled: read(), succeeded=self._put, finished=self._read_on
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Make the cards of what was read while nobody looked."""
        super().showEvent(event)
        if not self._shown:
            self._show_cards()

    def _put(self, read: _Read) -> None:
        # The same again is left as it stands, with what the user opened or is about to press.
        self._shown = self._shown and read.needs == self.needs
        self.needs, self._unshared = read
        self._ways.counted(len(self.needs))
        if self.isVisible() and not self._shown:
            self._show_cards()

    def _read_on(self) -> None:
        self._reading = None
        if self._to_read:
            self.refresh(self._to_read)

    def _show_cards(self) -> None:
        self._shown = True
        clear(self._cards)
        self.retry_all.setVisible(any(need.retry or need.cause for need in self.needs))
        for need in self.needs[:LIMIT]:
            self._cards.addWidget(self._card(need))
        if not self.needs:
            good = label("Nothing needs you. Everything else goes on by itself.", "muted")
            good.setAlignment(Qt.AlignmentFlag.AlignCenter)
            good.setContentsMargins(0, 120, 0, 0)
            self._cards.addWidget(good)

    def _card(self, need: Need) -> QWidget:
        if need.cause is not None:
            return ProblemCard(
                self._services,
                need.cause,
                need.count,
                need.sentence,
                retry=self._ways.retry,
                forget=self._ways.forget,
            )
        title = label(need.title, "strong", wrap=True)
        top = row(pill(need.word, need.tone), title, spacing=10)
        top.setStretch(1, 1)
        for one in self._buttons(need):
            top.addWidget(one)
        body = column(spacing=5, margins=(16, 11, 16, 12))
        body.addLayout(top)
        body.addWidget(label(need.sentence, "muted", wrap=True, selectable=True))
        return card(body)

    def _buttons(self, need: Need) -> list[QPushButton]:
        """Return what can be done about it, at most one thing but for a file."""
        ways = self._ways
        if need.retry is not None:
            path = need.retry
            again = button("Try again", partial(ways.retry, (path,)), look="quiet")
            return [again, button("Leave out", partial(ways.forget, path), look="quiet")]
        if need.mine:
            lead = "That was me, elsewhere", partial(ways.it_was_me, need.mine)
        elif need.money:
            lead = "Find the money…", partial(ways.find_money)
        elif need.offer is not None:
            lead = "Look at it…", partial(ways.offer, need.offer)
        elif need.older is not None:
            lead = _tell(need.older), partial(ways.update, need.older)
        elif need.works:
            lead = "Answer again…", partial(ways.ask_terms, Choice.works(need.works))
        elif need.copies:
            lead = "Publish again…", partial(ways.publish, need.copies)
        elif need.key:
            lead = "Who you are…", partial(ways.keys)
        elif need.shares is not None:
            lead = "Who shares…", partial(ways.who_shares, need.shares)
        elif need.again:
            lead = "Divide it again", partial(ways.divide_again, need.again)
        elif need.payment is not None:
            lead = "Look at it", partial(ways.open_payment, need.payment)
        elif need.place is not None:
            lead = f"Go to {need.place.value}", partial(ways.go, need.place)
        else:
            return []
        return [button(*lead, look="quiet")]

    def _try_all(self) -> None:
        with self._services.store.read() as connection:
            problems = file_problems.newest(connection, RETRIED)
        self._ways.retry(tuple(problem.path for problem in problems))
