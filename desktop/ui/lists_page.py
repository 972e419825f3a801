"""Lists that others publish: which works stand on them, why, and what the user says to each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QWidget

from desktop.errors import UsageProblem
from desktop.flows.listing import LookedUp, decide, listed_works, look_up
from desktop.model.listings import Certainty, ListMatch, Looked, MatchState
from desktop.services import Services
from desktop.store import listings as listings_store
from desktop.ui import figures
from desktop.ui.figures import many
from desktop.ui.job import Jobs
from desktop.ui.notice import Notice
from desktop.ui.parts import Head, Tone, button, card, column, holder, label, row
from desktop.ui.strip import Strip
from desktop.ui.table import Column, Table, TableModel
from desktop.ui.theme import Theme

FILES = "Lists (*.csv *.tsv *.txt *.xlsx *.xls *.ods *.json);;All files (*)"
_RESULTS_HEIGHT = 196
_WHAT = (
    "Settlements, data sets and societies publish lists of works. Choose such a list: it is "
    "compared on this computer, by number, hash, title and author, and what is found, or not, is "
    "kept with today's date."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A match as the table shows it."""

    match: ListMatch
    title: str
    state: MatchState


class ListsPage(QWidget):
    """Results above, the matches of the chosen one below."""

    def __init__(
        self,
        services: Services,
        theme: Theme,
        jobs: Jobs,
        notice: Notice,
        strip: Strip,
        *,
        back: Callable[[], None],
        claim: Callable[[Sequence[int]], None],
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._services, self._jobs, self._notice, self._strip = services, jobs, notice, strip
        self._claim_works = claim
        self.head = Head("Lists")
        self.look = button("Look at a list…", self.choose)
        self.back = button("Back to claims", back)
        self.head.add(self.look)
        self.head.add(self.back)
        self.results: TableModel[Looked] = TableModel(_RESULTS, self)
        self.results_table = Table(self.results, theme, "Lists that were looked at")
        self.results_table.setMaximumHeight(_RESULTS_HEIGHT)
        self.found: TableModel[Found] = TableModel(_FOUND, self)
        self.found_table = Table(self.found, theme, "Your works on the list")
        many_rows = QAbstractItemView.SelectionMode.ExtendedSelection
        self.found_table.setSelectionMode(many_rows)
        self.said = label("", "strong", wrap=True)
        self.mine = button("It is mine", lambda: self._decide(MatchState.CONFIRMED))
        self.not_mine = button("It is not mine", lambda: self._decide(MatchState.REJECTED))
        self.claim = button("Claim", self._claim, look="primary")
        self._cards = [
            card(column(table, spacing=0, margins=(1, 1, 1, 1)))
            for table in (self.results_table, self.found_table)
        ]
        inside = column(
            self.head, label(_WHAT, "muted", wrap=True), self._cards[0], self.said,
            self._cards[1], spacing=12, margins=(24, 16, 24, 20),
        )  # fmt: skip
        inside.setStretch(4, 1)
        inside.addLayout(row(self.mine, self.not_mine, None, self.claim, spacing=10))
        inside.addStretch(0)
        self.setLayout(column(holder(inside), spacing=0))
        self.results_table.selectionModel().selectionChanged.connect(lambda *_: self._show())
        self.found_table.selectionModel().selectionChanged.connect(lambda *_: self._enable())

    def refresh(self, choose: int | None = None) -> None:
        """Read again; choose: the result to show, else the one that is shown, else the newest."""
        shown = self.results_table.chosen()
        wanted = choose or (shown.listing_id if shown else None)
        with self._services.store.read() as connection:
            known = listings_store.everything(connection)
        self.results.put(known)
        for number, one in enumerate(known):
            if wanted is None or one.listing_id == wanted:
                self.results_table.selectRow(number)
                break
        self._show()

    def choose(self) -> None:
        """Ask for a file, and compare it with the library."""
        path, _ = QFileDialog.getOpenFileName(self, "A list that somebody published", "", FILES)
        if path:
            self.look_at(Path(path))

    def look_at(self, path: Path) -> None:
        """Compare a list with the library, and show what was found."""

        def read() -> bytes:
            try:
                return path.read_bytes()
            except OSError as error:
                words = f"The file {path.name} cannot be read: {error.strerror}."
                raise UsageProblem(words, advice="Choose it again.") from error

        self.look.setEnabled(False)
        job = self._jobs.run(
            lambda report, cancelled: look_up(read(), path.name, self._services, report, cancelled),
            succeeded=self._looked,
            failed=self._notice.problem,
            finished=lambda: self.look.setEnabled(True),
        )
        self._strip.follow(job, "Comparing the list")

    def _looked(self, done: LookedUp) -> None:
        self.refresh(done.looked.listing_id)
        if done.problem is not None:
            self._notice.problem(done.problem)

    def _show(self) -> None:
        looked: Looked | None = self.results_table.chosen()
        chosen = {(one.match.line, one.match.work_id) for one in self._chosen()}
        found: list[Found] = []
        ready = 0
        if looked is not None:
            with self._services.store.read() as connection:
                found = [
                    Found(match=match, title=title, state=state)
                    for match, title, state in listings_store.matches(connection, looked.listing_id)
                ]
            ready = len(listed_works(looked.listing_id, self._services))
        self.found.put(found)
        for number, one in enumerate(found):
            if (one.match.line, one.match.work_id) in chosen:
                self.found_table.selectRow(number)
        self.said.setText(_words(looked, found))
        self._cards[0].setVisible(looked is not None)
        self._cards[1].setVisible(bool(found))
        for widget in (self.mine, self.not_mine, self.claim):
            widget.setVisible(bool(found))
        self.claim.setText(f"Claim {many(ready, 'work')}…")
        self.claim.setEnabled(bool(ready))
        self._enable()

    def _enable(self) -> None:
        for widget in (self.mine, self.not_mine):
            widget.setEnabled(bool(self._chosen()))

    def _chosen(self) -> list[Found]:
        rows = self.found_table.selectionModel().selectedRows()
        return [self.found.item(index.row()) for index in rows]

    def _decide(self, state: MatchState) -> None:
        looked: Looked | None = self.results_table.chosen()
        if looked is None:
            return
        for one in self._chosen():
            line, work_id = one.match.line, one.match.work_id
            decide(looked.listing_id, line, work_id, state, self._services)
        self._show()

    def _claim(self) -> None:
        looked: Looked | None = self.results_table.chosen()
        if looked is not None:
            self._claim_works(listed_works(looked.listing_id, self._services))


def _words(looked: Looked | None, found: Sequence[Found]) -> str:
    if looked is None:
        return "No list was looked at yet."
    day = figures.day(looked.looked.astimezone().date())
    if not found:
        return (
            f"On {day}, none of your {many(looked.works, 'work')} stood on {looked.name}. "
            "That is kept."
        )
    works = len({one.match.work_id for one in found})
    stand = "stands" if works == 1 else "stand"
    said = f"{figures.count(works)} of your works {stand} on {looked.name}, or may."
    if looked.left_out:
        said += f" {many(looked.left_out, 'more match', 'more matches')} are not shown."
    return said


_CERTAINTY = {
    Certainty.SURE: ("Sure", Tone.CONFIRMED),
    Certainty.LIKELY: ("Likely", Tone.PLAIN),
    Certainty.POSSIBLE: ("Possible", Tone.PLAIN),
}
_STATES = {
    MatchState.PROPOSED: ("", Tone.PLAIN),
    MatchState.CONFIRMED: ("Mine", Tone.MINE),
    MatchState.REJECTED: ("Not mine", Tone.PLAIN),
}
_RESULTS: list[Column[Looked]] = [
    Column(title="List", text=lambda one: one.name),
    Column(title="Looked at", text=lambda one: figures.moment(one.looked), muted=True, width=180),
    Column(title="Lines", text=lambda one: figures.count(one.rows), figures=True, width=90),
    Column(
        title="Found",
        text=lambda one: figures.count(one.matches) if one.matches else "None",
        figures=True,
        width=90,
    ),
]
_FOUND: list[Column[Found]] = [
    Column(title="Your work", text=lambda one: one.title),
    Column(title="On the list", text=lambda one: one.match.listed, muted=True, optional=True),
    Column(title="Why", text=lambda one: one.match.reason),
    Column(title="Line", text=lambda one: figures.count(one.match.line), figures=True, width=70),
    Column(
        title="How sure",
        text=lambda one: _CERTAINTY[one.match.certainty][0],
        tone=lambda one: _CERTAINTY[one.match.certainty][1],
        width=96,
    ),
    Column(
        title="You say",
        text=lambda one: _STATES[one.state][0],
        tone=lambda one: _STATES[one.state][1],
        width=96,
    ),
]
