"""Files with the same kind of problem in one card: how many, what to do, and which they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.errors import FileProblem, FileProblemKind
from desktop.services import Services
from desktop.store import file_problems
from desktop.ui import figures, words
from desktop.ui.parts import Elided, Tone, button, card, clear, column, holder, label, pill, row

SHOWN = 100
RETRIED = 100_000


class ProblemCard(QFrame):
    """retry(paths) tries files again; forget(path) leaves one out."""

    def __init__(
        self,
        services: Services,
        cause: FileProblemKind,
        count: int,
        sentence: str,
        *,
        retry: Callable[[tuple[Path, ...]], None],
        forget: Callable[[Path], None],
    ) -> None:
        super().__init__()
        self._services, self._cause, self._count = services, cause, count
        self._retry, self._forget = retry, forget
        self.toggle = button("Show files", self._toggle, look="quiet")
        self.again = button("Try again", self._try_all, look="quiet")
        title = label(words.files_with(cause, count), "strong")
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        self._shown = False
        body = column(spacing=6, margins=(16, 11, 16, 12))
        body.addLayout(
            row(pill("File", Tone.NEEDS), title, None, self.toggle, self.again, spacing=10)
        )
        body.addWidget(label(sentence, "muted", wrap=True, selectable=True))
        body.addLayout(self._list)
        self.setLayout(column(card(body), spacing=0))

    def _problems(self, limit: int) -> list[FileProblem]:
        with self._services.store.read() as connection:
            return file_problems.with_reason(connection, self._cause, limit)

    def _toggle(self) -> None:
        self._shown = not self._shown
        self.toggle.setText("Hide files" if self._shown else "Show files")
        clear(self._list)
        if not self._shown:
            return
        for problem in self._problems(SHOWN):
            self._list.addWidget(self._line(problem))
        if self._count > SHOWN:
            rest = figures.count(self._count - SHOWN)
            self._list.addWidget(label(f"and {rest} more", "muted"))

    def _line(self, problem: FileProblem) -> QWidget:
        name = Elided(words.file_name(problem.path))
        where = Elided(words.printable(str(problem.path.parent)), "muted")
        line = row(
            name,
            where,
            button("Try again", partial(self._retry, (problem.path,)), look="quiet"),
            button("Leave out", partial(self._forget, problem.path), look="quiet"),
            spacing=10,
        )
        line.setStretch(0, 2)
        line.setStretch(1, 3)
        whole = column(spacing=0)
        whole.addLayout(line)
        whole.addWidget(label(problem.message, "muted", wrap=True))
        return holder(whole)

    def _try_all(self) -> None:
        self._retry(tuple(problem.path for problem in self._problems(RETRIED)))
