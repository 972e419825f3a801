"""Buttons that offer several things to do; each place's list is given to it by the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QMenu, QPushButton

from desktop.ui.parts import button

MenuLine = tuple[str, Callable[[], None]]


def menu_button(text: str, lines: Sequence[MenuLine], *, look: str = "") -> QPushButton:
    """Return a button with a menu; it hides itself where there is nothing to offer."""
    made = button(text, look=look)
    menu = QMenu(made)
    for name, do in lines:
        menu.addAction(name).triggered.connect(partial(_call, do))
    made.setMenu(menu)
    if look:  # room for the arrow, where the look has none of its own
        made.setProperty("drop", True)
    if not lines:  # never shown from here: without a parent it would be a window
        made.hide()
    return made


def _call(do: Callable[[], None], _checked: bool = False) -> None:
    do()
