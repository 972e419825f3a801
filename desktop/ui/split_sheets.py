"""Split sheets in the window: what is agreed, who signed it, and how it reaches the others."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.claims.split_sheet import MAX_BYTES, as_text
from desktop.errors import UsageProblem
from desktop.flows.splitting import (
    Sheet,
)
from desktop.model.works import Party, Right
from desktop.ui.dialog import Dialog
from desktop.ui.parts import Tone, button, clear, column, holder, label, pill, row, scrolled

SHEET_SUFFIX = ".rsplit"
FILE_KIND = f"Split sheets (*{SHEET_SUFFIX})"
QR_MOST = 2953  # bytes of the largest QR code at its lowest error correction (ISO/IEC 18004)
_QR_PIXELS = 420
_TALL, _LOW = 560, 300
_FRAME = 60  # what a desktop puts around a window, in pixels
_WHOSE = "Whose key is it?"


class SheetWork(Protocol):
    """What the dialog lets do; each changes the library and shows the sheet again."""

    def signed_by_me(self, sheet: Sheet) -> bool:
        """Whether the user's signature is on it."""

    def sign(self, dialog: SheetDialog) -> None:
        """Sign what the dialog shows, or make the sheet."""

    def without_key(self) -> list[Party]:
        """Return the people whose key is not known yet."""

    def name(self, dialog: SheetDialog, did: str, party_id: int) -> None:
        """Keep whose key a signature is."""

    def save(self, dialog: SheetDialog, sheet: Sheet) -> None:
        """Write the sheet to a file."""


class SheetDialog(Dialog):
    """One sheet: its shares, its signers, and ways to hand it on. None: nobody signed yet."""

    def __init__(
        self, title: str, work_id: int | None, sheet: Sheet | None, jobs: SheetWork,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(f"Split sheet: {title}", "", "Sign", parent)
        self.resize(620, _TALL if sheet else _LOW)
        self.work_id, self.sheet, self._jobs = work_id, sheet, jobs
        self._content = QVBoxLayout()
        self._content.setSpacing(8)
        inside = QWidget()
        whole = column(spacing=0)
        whole.addLayout(self._content)
        whole.addStretch(1)
        inside.setLayout(whole)
        self._area = scrolled(inside)
        self.body.addWidget(self._area, 1)
        self.qr = QLabel()
        self.qr.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.qr.setAccessibleName("QR code of the split sheet")
        self.qr.setContentsMargins(0, 12, 0, 0)
        self.qr.hide()
        whole.insertWidget(1, self.qr)
        self.no.setText("Close")
        self.end()
        self.show_sheet(sheet)

    def show_sheet(self, sheet: Sheet | None) -> None:
        """Show a sheet as it is now."""
        self.sheet = sheet
        self.qr.hide()
        clear(self._content)
        signed = sheet is not None and self._jobs.signed_by_me(sheet)
        self.yes.setVisible(not signed)
        self.yes.setText("Sign it" if sheet else "Make it and sign")
        if sheet is None:
            self._say_how()
            return
        self.resize(self.width(), max(self.height(), _TALL))
        self._shares(sheet)
        self._signers(sheet)
        if signed:
            self._hand_over()
        if sheet.work_id is not None and not sheet.current:
            changed = "The shares of the work are others now. Your claims do not carry this sheet."
            self._content.addWidget(_line(pill("Old", Tone.NEEDS), label(changed, wrap=True)))

    def accept(self) -> None:
        """Sign; the dialog stays, and shows who signed."""
        self.say("")
        self._jobs.sign(self)

    def _say_how(self) -> None:
        for sentence in (
            "A split sheet says who holds what of this work. You sign it, the others sign it in "
            "their own copy of Residuals, and what comes back here goes onto your claims.",
            "It tells them the title, the fingerprint, the names and the parts, and nothing else.",
        ):
            self._content.addWidget(label(sentence, wrap=True))

    def _shares(self, sheet: Sheet) -> None:
        self._content.addWidget(label("What it says", "caption"))
        lines: dict[tuple[str, str], list[str]] = {}
        for share in sheet.document["shares"]:
            side = share.get("interest", "")
            right = f"{share['right']} ({side})" if side and side != "whole" else share["right"]
            lines.setdefault((share["party"]["name"], share["share"]), []).append(right)
        for (name, part), rights in lines.items():
            of_what = "all AI uses" if set(rights) == set(Right) else ", ".join(rights)
            who = label(f"{name} · {of_what}", wrap=True)
            self._content.addWidget(_line(who, label(part, "strong")))
        if sheet.document.get("note"):
            self._content.addWidget(label(sheet.document["note"], "muted", wrap=True))

    def _signers(self, sheet: Sheet) -> None:
        self._content.addSpacing(6)
        self._content.addWidget(label("Signed by", "caption"))
        # A sheet names the keys of those whose key its maker knew.
        named = {
            share["party"]["did"]: share["party"]["name"]
            for share in sheet.document["shares"]
            if share["party"].get("did")
        }
        names = set()
        for signer in sheet.signers:
            name = signer.party.name if signer.party else named.get(signer.did, "")
            names.add(name)
            verified: QWidget = pill("Signature verified", Tone.CONFIRMED)
            if not name and sheet.work_id is not None:
                verified = self._whose(signer.did)
            who = "You" if signer.party and signer.party.is_self else name
            who = who or f"Somebody with the key …{signer.did[-8:]}"
            self._content.addWidget(_line(label(who), verified))
        missing = dict.fromkeys(
            share["party"]["name"]
            for share in sheet.document["shares"]
            if share["party"]["name"] not in names
        )
        for name in missing:
            self._content.addWidget(_line(label(name), pill("Not signed yet")))

    def _whose(self, did: str) -> QWidget:
        choice = QComboBox()
        choice.setAccessibleName(_WHOSE)
        choice.addItem(_WHOSE, None)
        for party in self._jobs.without_key():
            choice.addItem(party.name, party.party_id)
        choice.activated.connect(lambda _index: self._named(did, choice.currentData()))
        return choice

    def _named(self, did: str, party_id: int | None) -> None:
        if party_id is not None:
            self._jobs.name(self, did, party_id)

    def _hand_over(self) -> None:
        self._content.addSpacing(6)
        self._content.addWidget(label("Hand it to the others", "caption"))
        self._content.addLayout(
            row(
                button("Save as a file…", self._save),
                button("Copy as text", self._copy),
                button("Show as QR code", self._show_qr),
                None,
                spacing=8,
            )
        )
        words = "They sign it under Claims, “Bring in…”, and hand it back the same way."
        self._content.addWidget(label(words, "small", wrap=True))

    def _save(self) -> None:
        if self.sheet is not None:
            self._jobs.save(self, self.sheet)

    def _copy(self) -> None:
        if self.sheet is not None:
            QGuiApplication.clipboard().setText(as_text(self.sheet.document))
            self.say("Copied. Paste it into a message to the others.")

    def _show_qr(self) -> None:
        if self.sheet is None:
            return
        text = as_text(self.sheet.document)
        if len(text) > QR_MOST:
            self.say("This sheet is too long for a QR code. Save it as a file, or copy the text.")
            return
        self.qr.setPixmap(qr_picture(text))
        self.qr.show()
        # The whole code where the screen has room for it; else it is scrolled to.
        room = self.screen().availableSize().height() - _FRAME
        wanted = self.height() + self.qr.sizeHint().height()
        self.resize(self.width(), max(self.height(), min(wanted, room)))
        QTimer.singleShot(0, lambda: self._area.ensureWidgetVisible(self.qr))


class TakeSheetDialog(Dialog):
    """Takes a sheet as somebody sent it: a file, or pasted text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "A split sheet from somebody",
            "Choose the file they sent, or paste the text that starts with RSPLIT1. You see what "
            "it says before you sign.",
            "Look at it",
            parent,
        )
        self.setMinimumWidth(520)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("Text of the split sheet")
        self.text.setPlaceholderText("RSPLIT1:…")
        self.body.addWidget(self.text)
        self.body.addLayout(row(button("Choose a file…", self._choose), None))
        self.data = b""
        self.end()

    def accept(self) -> None:
        """Close if there is anything to read."""
        typed = self.text.toPlainText().strip().encode()
        if not typed and not self.data:
            self.say("Choose a file, or paste the text first.")
            return
        self.data = typed or self.data
        super().accept()

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, "Split sheet", "", f"{FILE_KIND};;All files (*)"
        )
        if not path:
            return
        try:
            self.data = read_sheet_file(Path(path))
        except UsageProblem as problem:
            self.say(str(problem))
        else:
            self.text.clear()
            super().accept()


def read_sheet_file(path: Path) -> bytes:
    """Return a sheet's bytes, but not of a file far too large. Raises UsageProblem."""
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageProblem(f"The file {path.name} cannot be read: {error.strerror}.") from error


def qr_picture(text: str) -> QPixmap:
    """Return a QR code, black on white whatever the theme: cameras want that."""
    import segno

    code = segno.make_qr(text, error="l", boost_error=False)
    modules = code.symbol_size(border=4)[0]
    target = BytesIO()
    code.save(target, kind="png", scale=max(2, _QR_PIXELS // modules), border=4)
    picture = QPixmap()
    picture.loadFromData(target.getvalue())
    return picture


def _line(left: QWidget, right: QWidget) -> QWidget:
    made: QHBoxLayout = row(left, right, spacing=10)
    made.setStretch(0, 1)
    return holder(made)
