"""The practice registry of this library: started, stopped, months let pass, its bank file read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from desktop.flows.practicing import let_months_pass, practice_bank_files, start_practice
from desktop.services import Services
from desktop.ui.actions import Actions
from desktop.ui.changes import Change, Changes
from desktop.ui.job import Jobs
from desktop.ui.notice import Notice
from desktop.ui.registries_view import PracticeCard

MONTHS = 3


class Stoppable(Protocol):
    """A running practice registry, as far as the window cares."""

    def stop(self) -> None:
        """Stop answering."""


class PracticeActions:
    """Bound to one window; card shows whether it runs."""

    def __init__(
        self,
        services: Services,
        jobs: Jobs,
        changes: Changes,
        notice: Notice,
        actions: Actions,
    ) -> None:
        self._services = services
        self._jobs = jobs
        self._changes = changes
        self._notice = notice
        self._actions = actions
        self._server: Stoppable | None = None
        self.import_files: Callable[[Sequence[Path]], None] = lambda _paths: None
        self.card = PracticeCard(
            start=self.start,
            stop=self.stop,
            pass_months=self.pass_months,
            import_bank=self.import_bank,
        )

    def close(self) -> None:
        """Stop it at once, because the window closes."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def start(self) -> None:
        """Start the practice registry beside this library."""
        if self._server is not None:
            return

        def started(server: Stoppable) -> None:
            self._server = server
            self.card.set_running(True)
            self._changes.tell(Change.REGISTRIES)
            self._notice.say("The practice registry runs. Claim some works there, then sync.")

        self.card.start.setEnabled(False)
        self._jobs.run(
            lambda _report, _cancelled: start_practice(self._services),
            succeeded=started,
            failed=self._notice.problem,
            finished=lambda: self.card.start.setEnabled(True),
        )

    def stop(self) -> None:
        """Stop it; what it knows stays in its folder."""
        server, self._server = self._server, None
        if server is not None:
            self.card.set_running(False)
            self._jobs.run(lambda _report, _cancelled: server.stop())

    def pass_months(self) -> None:
        """Let three months pass at the practice registry."""
        self.card.months.setEnabled(False)
        self._jobs.run(
            lambda _report, _cancelled: let_months_pass(MONTHS, self._services),
            succeeded=lambda done: self._notice.say(
                f"It is {done.now:%d %B %Y} at the practice registry: "
                f"{done.statements} statements, {done.remittances} payments on their way.",
                "Sync now",
                self._actions.sync,
            ),
            failed=self._notice.problem,
            finished=lambda: self.card.months.setEnabled(True),
        )

    def import_bank(self) -> None:
        """Read the bank files that the practice registry wrote."""
        paths = practice_bank_files(self._services)
        if paths:
            self.import_files(paths)
        else:
            self._notice.say("It has not paid anything yet. Let three months pass first.")
