"""The published copies of a work, as its details show them: where they lie, what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from desktop.model.certificates import STANDING
from desktop.model.publishing import PublishedCopy
from desktop.ui import figures
from desktop.ui.parts import Elided, Tone, button, column, holder, label, pill, row
from desktop.ui.words import printable

_MOST_SHOWN = 6


class WorkCopies(QWidget):
    """Of one work. publish: makes copies of it."""

    def __init__(self, found: Sequence[PublishedCopy], publish: Callable[[], None]) -> None:
        super().__init__()
        self.setAccessibleName("Published copies")
        self._body = column(spacing=6)
        self.setLayout(self._body)
        there = [one for one in found if one.placed]
        if not there:
            self._body.addWidget(label("None yet.", "muted"))
        for one in there[:_MOST_SHOWN]:
            self._add(one)
        if len(there) > _MOST_SHOWN:
            self._body.addWidget(label(f"and {len(there) - _MOST_SHOWN:,} more", "muted"))
        self.publish = button("Publish copies…", publish)
        self.publish.setToolTip("Copies that say what AI may do; your original is only read")
        self._body.addWidget(holder(row(self.publish, None)))

    def _add(self, one: PublishedCopy) -> None:
        name = Elided(printable(one.path.name))
        name.setToolTip(printable(str(one.path)))
        show = button("Show", partial(_open, one.path.parent), look="quiet")
        show.setAccessibleName(f"Show {printable(one.path.name)} in its folder")
        line = row(name, show, spacing=10)
        line.setStretch(0, 1)
        self._body.addWidget(holder(line))
        made = f"Made {figures.day(one.known.made.date())}"
        signed = f"signed: {STANDING}" if one.signed else "without a signed manifest"
        self._body.addWidget(label(f"{made}, {signed}", "small", wrap=True))
        if not one.known.current:
            self._body.addWidget(holder(row(pill("Old terms", Tone.NEEDS), None)))
            self._body.addWidget(label(_old(one), "small", wrap=True))


def _old(one: PublishedCopy) -> str:
    said = one.known.terms_said
    if said is None:
        return "It says none of your terms yet. Publish it again."
    return f"It says your terms of {figures.day(said.date())}. Publish it again."


def _open(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
