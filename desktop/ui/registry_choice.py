"""Asks which registry, where there is more than one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QInputDialog, QWidget


def choose_registry(names: Sequence[str], parent: QWidget) -> str:
    """Return the name of the registry to claim at, or "" if the user turned away."""
    if len(names) == 1:
        return names[0]
    name, chosen = QInputDialog.getItem(
        parent, "Where to claim", "Registry", list(names), 0, editable=False
    )
    return name if chosen else ""
