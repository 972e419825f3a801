"""A statement's document as it came, shown as plain text; to be saved as a file, never run."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QDialog, QFileDialog, QPlainTextEdit, QWidget

from desktop.flows.originals import Original, look_at_original, save_original
from desktop.ui import figures
from desktop.ui.parts import button, column, label, row
from desktop.ui.payment_section import PaymentDesk
from desktop.ui.theme import mono_font


def show_original(
    statement_id: int, desk: PaymentDesk, window: QWidget, position: int | None = None
) -> None:
    """Read the document of a statement, and open it; position: of the line to be found in it."""

    def opened(original: Original) -> None:
        def save(path: Path) -> None:
            desk.jobs.run(
                lambda _report, _cancelled: save_original(statement_id, path, desk.services),
                succeeded=lambda _size: desk.notice.say(f"Saved as {path.name}."),
                failed=desk.notice.problem,
            )

        dialog = OriginalDialog(original, window)
        if dialog.exec() == QDialog.DialogCode.Accepted and dialog.path is not None:
            save(dialog.path)

    desk.jobs.run(
        lambda _report, _cancelled: look_at_original(statement_id, desk.services, position),
        succeeded=opened,
        failed=desk.notice.problem,
    )


class OriginalDialog(QDialog):
    """The text of a document. path: where the user wants it saved."""

    def __init__(self, original: Original, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("The original document")
        self.setModal(True)
        self.resize(760, 560)
        self._original = original
        self.path: Path | None = None
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("The document")
        self.text.setFont(mono_font())
        self.text.setPlainText(_readable(original))
        self._point_to(original)
        about = (
            f"{original.name} · {figures.size(original.size_bytes)} · kept as it came. "
            f"SHA-256 {original.sha256}"
        )
        save, close = button("Save as a file…", self._save), button("Close", self.reject)
        whole = column(label("The original document", "heading"), spacing=12,
                       margins=(24, 20, 24, 20))  # fmt: skip
        whole.addWidget(label(about, "small", wrap=True, selectable=True))
        whole.addWidget(self.text, 1)
        whole.addLayout(row(None, save, close, spacing=10))
        self.setLayout(whole)

    def _point_to(self, original: Original) -> None:
        """Select the line that was asked for: the row of a file, or the number it has there."""
        cursor = self.text.textCursor()
        row = self.text.document().findBlockByNumber((original.row or 0) - 1)
        if row.isValid():
            cursor.setPosition(row.position())
            cursor.movePosition(
                QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor
            )
            self.text.setTextCursor(cursor)
        elif original.named:
            self.text.find(original.named)
        self.text.centerCursor()

    def _save(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the document", self._original.name)
        if chosen:
            self.path = Path(chosen)
            self.accept()


def _readable(original: Original) -> str:
    """Return the text to show; JSON with line breaks, for only the look is changed by them."""
    if original.text is None:
        return "This is not text. Save it as a file to open it with another program."
    if not original.whole:
        return f"{original.text}\n\n… the beginning. Save it as a file to see the rest."
    if original.text.lstrip().startswith("{"):
        try:
            return json.dumps(json.loads(original.text), indent=2, ensure_ascii=False)
        except ValueError:
            return original.text
    return original.text
