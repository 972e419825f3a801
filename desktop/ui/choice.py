"""Choices as cards: a title and a sentence, one of them chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QPushButton, QSizePolicy, QWidget

from desktop.ui.parts import column, label, row

Key = TypeVar("Key")
MIN_HEIGHT = 84


class ChoiceCard(QPushButton):
    """A large button with a title and a sentence below."""

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__()
        self.setProperty("choice", True)
        self.setCheckable(True)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        words = (label(title, "strong", wrap=True), label(sentence, "muted", wrap=True))
        for one in words:
            one.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setLayout(column(*words, None, spacing=4, margins=(16, 13, 16, 13)))

    def sizeHint(self) -> QSize:
        """Ask for the room of its words, not of a button's text."""
        layout = self.layout()
        hint = layout.sizeHint() if layout is not None else super().sizeHint()
        return QSize(hint.width(), max(MIN_HEIGHT, hint.height()))


class Choices(QWidget, Generic[Key]):
    """Some cards side by side, of which one holds."""

    def __init__(
        self, cards: list[tuple[Key, str, str]], chosen: Callable[[Key], None], name: str
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._cards: dict[Key, ChoiceCard] = {}
        made = self._line = row(spacing=14)
        for key, title, sentence in cards:
            card = ChoiceCard(title, sentence)
            card.clicked.connect(lambda _checked=False, key=key: chosen(key))
            self._group.addButton(card)
            self._cards[key] = card
            made.addWidget(card, 1)
        self.setLayout(made)

    def set_narrow(self, narrow: bool) -> None:
        """Put the cards below each other where there is no room side by side."""
        ways = QBoxLayout.Direction
        self._line.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)

    @property
    def key(self) -> Key | None:
        """The choice that holds, or None before there is one."""
        return next((key for key, card in self._cards.items() if card.isChecked()), None)

    def show_key(self, key: Key | None) -> None:
        """Show which choice holds, or that none does, without telling."""
        self._group.setExclusive(False)
        for one, card in self._cards.items():
            card.setChecked(one == key)
        self._group.setExclusive(True)

    def choose(self, key: Key) -> None:
        """Choose as if it had been clicked."""
        self._cards[key].click()
