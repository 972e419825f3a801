"""The menu of terms above the works: for which works to answer, and where the answers go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QMenu, QPushButton

from desktop.model.terms_changes import Choice
from desktop.ui import parts
from desktop.ui.figures import many

Ask = Callable[[Choice], None]
OfWorks = Callable[[Sequence[int]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsMenu:
    """What can be done about terms."""

    ask: Ask
    for_site: OfWorks
    read: OfWorks
    publish: OfWorks
    for_folder: Callable[[], None]
    undo: Callable[[], None]

    def button(self, selected: Callable[[], Sequence[int]]) -> QPushButton:
        """Return the button that opens it; selected: the works it is about."""
        made = parts.button("Terms", look="quiet")
        made.setProperty("drop", True)
        made.setToolTip("What AI may do with your works")
        menu = QMenu(made)
        menu.aboutToShow.connect(lambda: self.fill(menu, tuple(selected())))
        made.setMenu(menu)
        return made

    def fill(self, menu: QMenu, works: tuple[int, ...]) -> None:
        """Offer what fits the works that are selected."""
        menu.clear()
        if works:
            self._line(
                menu,
                f"For {many(len(works), 'selected work')}…",
                lambda: self.ask(Choice.works(works)),
            )
        self._line(menu, "For every work, now and to come…", lambda: self.ask(Choice.everything()))
        self._line(menu, "For new works…", lambda: self.ask(Choice.default()))
        self._line(menu, "For a folder…", self.for_folder)
        menu.addSeparator()
        self._line(menu, "Take back the last change", self.undo)
        menu.addSeparator()
        self._line(menu, "Tell it on your web site…", lambda: self.for_site(works))
        if works:
            self._line(menu, "Publish copies…", lambda: self.publish(works))
        self._line(menu, "What does a site or file say?…", lambda: self.read(works))

    def _line(self, menu: QMenu, text: str, do: Callable[[], None]) -> None:
        menu.addAction(text).triggered.connect(lambda _checked=False: do())
