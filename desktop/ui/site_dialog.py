"""Terms for a web site: which works, where they are, what each file will say, what gets lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QFileDialog, QPlainTextEdit, QWidget

from desktop.errors import AppError
from desktop.flows.site_bundle import PAGE_FILE, Bundle
from desktop.model.vocabularies import Spot
from desktop.terms.paths import is_exact, without_end
from desktop.terms.presets import TITLES, preset_of
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.figures import many
from desktop.ui.parts import button, column, holder, label, row
from desktop.ui.theme import mono_font

_PAUSE_MS = 250
_MOST_SHOWN = 20_000
_MOST_SPOTS = 5
_WIDTH, _HEIGHT = 680, 700
_FIRST = "upload/robots.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteWish:
    """What was asked for. work_ids None: every work."""

    work_ids: tuple[int, ...] | None
    location: str
    address: str
    robots: Path | None


Compose = Callable[[SiteWish, Callable[[Bundle], None], Callable[[AppError], None]], None]


class SiteDialog(Dialog):
    """Shows what the folder will hold before it is saved. made: the folder's files, if any."""

    def __init__(
        self,
        work_ids: Sequence[int],
        compose: Compose,
        parent: QWidget | None,
        *,
        address: str = "",
    ) -> None:
        """address: of the site that is likely meant."""
        super().__init__(
            "Terms for your web site",
            "One folder to upload. It tells machines what AI may do with your works; it never "
            "permits more than you said, and nothing is sent anywhere.",
            "Save folder…",
            parent,
        )
        self.setMinimumWidth(560)
        self.resize(_WIDTH, _HEIGHT)
        self._compose = compose
        self._robots: Path | None = None
        self._asked = 0
        self.made: Bundle | None = None
        self.works = QComboBox()
        self.works.setAccessibleName("Works")
        if work_ids:
            self.works.addItem(f"The selected: {many(len(work_ids), 'work')}", tuple(work_ids))
        self.works.addItem("Every work", None)
        self.location = typed_line("/ for the whole site, or such as /art/", "Where on your site")
        self.location.setText("/")
        self.address = typed_line("https://example.org", "Address of your site")
        self.address.setText(address)
        self.spots = label("", "muted", wrap=True, selectable=True)
        self.spots.hide()
        self.robots = label("None chosen: the folder has a new one.", "muted", wrap=True)
        self.files = QComboBox()
        self.files.setAccessibleName("File")
        self.preview, self.lost = _shown("What the file says"), _shown("What it cannot say")
        self.preview.setFont(mono_font())
        self.lost.setMaximumHeight(130)
        self._place()
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_PAUSE_MS)
        self._wait.timeout.connect(self._ask)
        self.files.currentIndexChanged.connect(lambda _at: self._show_file())
        self.works.currentIndexChanged.connect(lambda _at: self._changed())
        for line in (self.location, self.address):
            line.textChanged.connect(lambda _text: self._changed())
        self._ask()

    @property
    def wish(self) -> SiteWish:
        """What is chosen now."""
        return SiteWish(
            work_ids=self.works.currentData(),
            location=self.location.text().strip() or "/",
            address=self.address.text().strip(),
            robots=self._robots,
        )

    def _place(self) -> None:
        place = column(label("Where they are", "caption"), self.location, spacing=6)
        address = column(label("Address of your site", "caption"), self.address, spacing=6)
        choose = button("The robots.txt of your site…", self._choose)
        choose.setToolTip("Everything in it stays; the lines for AI are added")
        for widget in (self.works, holder(row(holder(place), holder(address), spacing=12))):
            self.body.addWidget(widget)
        self.body.addWidget(self.spots)
        self.robots.setMinimumWidth(260)
        self.body.addLayout(row(choose, self.robots, None, spacing=10))
        self.body.addWidget(label("What each file will say", "caption"))
        self.body.addWidget(self.files)
        self.body.addWidget(self.preview, 1)
        self.body.addWidget(label("What it cannot say", "caption"))
        self.body.addWidget(self.lost)
        self.end()

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "Your robots.txt", "", "Texts (*.txt)")
        if chosen:
            self._robots = Path(chosen)
            self.robots.setText(f"{self._robots.name}: everything else in it stays.")
            self._changed()

    def _changed(self) -> None:
        self.made = None
        self.yes.setEnabled(False)
        self._wait.start()

    def _ask(self) -> None:
        self._asked += 1
        asked = self._asked
        self.yes.setEnabled(False)

        def shown(made: Bundle) -> None:
            if asked == self._asked:
                self._show(made)

        def failed(problem: AppError) -> None:
            if asked == self._asked:
                self.made = None
                self.files.clear()
                self.lost.clear()
                self.say(str(problem))

        self._compose(self.wish, shown, failed)

    def _show(self, made: Bundle) -> None:
        self.say("")
        self._show_spots(made.spots)
        before = self.files.currentText() or _FIRST
        self.made = made
        self.files.clear()
        self.files.addItems([name for name in sorted(made.files) if name != PAGE_FILE])
        self.files.setCurrentIndex(max(0, self.files.findText(before)))
        self._show_file()
        self.yes.setEnabled(True)

    def _show_spots(self, spots: Sequence[Spot]) -> None:
        """Tell of the first places, where there are several; the dialog grows to hold them."""
        lines = [_spot_line(one) for one in spots[:_MOST_SPOTS]]
        if len(spots) > _MOST_SPOTS:
            lines.append(f"… and {many(len(spots) - _MOST_SPOTS, 'more place')}")
        self.spots.setText("\n".join(lines))
        self.spots.setVisible(len(spots) > 1)
        self.resize(self.width(), max(self.height(), self.minimumSizeHint().height()))

    def _show_file(self) -> None:
        data = self.made.files.get(self.files.currentText(), b"") if self.made else b""
        text = data[:_MOST_SHOWN].decode("utf-8", "replace")
        told = self.made.told_of(self.files.currentText()) if self.made else ()
        self.lost.setPlainText("\n".join(told) or "Everything you said is in it.")
        self.preview.setPlainText(text + ("\n…" if len(data) > _MOST_SHOWN else ""))


def _spot_line(spot: Spot) -> str:
    """Return one place: what it is, how many works, and what holds there."""
    alone = is_exact(spot.location)
    at = without_end(spot.location) if alone else f"{spot.location}…"
    what = TITLES[preset_of(replace(spot.terms, version=0))]
    said = f"{what}, the strictest of them" if spot.mixed else what
    return f"{at}   {many(spot.works, 'work')}: {said}"


def _shown(name: str) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setReadOnly(True)
    made.setAccessibleName(name)
    return made
