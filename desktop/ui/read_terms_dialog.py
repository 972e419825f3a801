"""What does this say? A text of a site, pasted or dropped, in the app's own words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QPlainTextEdit, QWidget

from desktop.errors import AppError
from desktop.flows.reading_terms import TITLES, Kind, Reading
from desktop.terms.contradictions import Contradiction
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import button, card, column, row, scrolled
from desktop.ui.terms_found import FoundView
from desktop.ui.theme import mono_font

_PAUSE_MS = 300
Found = tuple[Sequence[Reading], Mapping[int, Sequence[Contradiction]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is known of a text. kind None: to be found out. address: where it is from, or ""."""

    kind: Kind | None
    address: str


Read = Callable[[str | Path, Asked, Callable[[Found], None], Callable[[AppError], None]], None]


class ReadTermsDialog(Dialog):
    """Tells what a text says as soon as it is there. Nothing is fetched and nothing is kept."""

    def __init__(self, read: Read, compared: str, parent: QWidget | None) -> None:
        """compared: with whose terms it is compared, in words; "" for nobody's."""
        super().__init__(
            "What does this say about AI?",
            "Paste a robots.txt, headers, a page's source, a tdmrep.json or RSL file, or drop a "
            f"file here. Nothing is fetched. {compared}".strip(),
            "Close",
            parent,
        )
        self.setMinimumSize(560, 440)
        self.resize(680, 640)
        self.setAcceptDrops(True)
        self._read = read
        self._asked = 0
        self._file: Path | None = None
        self.kind = QComboBox()
        self.kind.setAccessibleName("What it is")
        self.kind.addItem("Find out what it is", None)
        for kind, title in TITLES.items():
            self.kind.addItem(f"It is {title}", kind)
        self.address = typed_line(
            "Where it is from, if you know: https://example.org/low-tide", "Where it is from"
        )
        self.text, self.found = QPlainTextEdit(), FoundView()
        self.text.setAccessibleName("The text")
        self.text.setPlaceholderText("User-agent: *\nContent-Usage: train-ai=n")
        self.text.setFont(mono_font())
        self.text.setAcceptDrops(False)  # a drop is for the dialog
        self.body.addLayout(row(self.kind, button("Open a file…", self._open), None, spacing=10))
        self.body.addWidget(self.address)
        self.body.addWidget(self.text, 1)
        self.body.addWidget(card(column(scrolled(self.found), spacing=0)), 2)
        self.end()
        self.no.hide()
        self.text.setFocus()
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_PAUSE_MS)
        self._wait.timeout.connect(self._ask)
        self.text.textChanged.connect(self._wait.start)
        self.kind.currentIndexChanged.connect(lambda _at: self._wait.start())
        self.address.textChanged.connect(lambda _text: self._wait.start())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file, or a text."""
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read the first file that was dropped; an address of the web is not fetched."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.read_file(Path(paths[0]))
        elif not event.mimeData().hasUrls():
            self.text.setPlainText(event.mimeData().text())

    def read_file(self, path: Path) -> None:
        """Tell what a file says."""
        self._file = path
        self.text.blockSignals(True)
        self.text.clear()
        self.text.blockSignals(False)
        self._start(path)

    def _open(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "A file")
        if chosen:
            self.read_file(Path(chosen))

    def _ask(self) -> None:
        text = self.text.toPlainText()
        if text.strip():
            self._start(text)
        elif self._file is not None:
            self._start(self._file)

    def _start(self, source: str | Path) -> None:
        self._asked += 1
        asked = self._asked

        def shown(found: Found) -> None:
            if asked == self._asked:
                self.say("")
                self.found.put(*found)

        def failed(problem: AppError) -> None:
            if asked == self._asked:
                self.found.forget()
                self.say(str(problem))

        known = Asked(kind=self.kind.currentData(), address=self.address.text().strip())
        self._read(source, known, shown, failed)
