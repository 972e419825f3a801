"""One signal says what kind of thing changed; a view that is hidden marks itself stale."""

from __future__ import annotations

from enum import Flag, auto

from PySide6.QtCore import QObject, Signal


class Change(Flag):
    """Kinds of things that can change."""

    WORKS = auto()
    TERMS = auto()
    CLAIMS = auto()
    REGISTRIES = auto()
    PAYMENTS = auto()
    PROBLEMS = auto()
    IDENTITY = auto()
    EVERYTHING = WORKS | TERMS | CLAIMS | REGISTRIES | PAYMENTS | PROBLEMS | IDENTITY


class Changes(QObject):
    """Tells of changes. changed carries a Change."""

    changed = Signal(object)

    def tell(self, what: Change) -> None:
        """Say what kind of thing changed."""
        self.changed.emit(what)
