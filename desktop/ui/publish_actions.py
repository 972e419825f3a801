"""Publishing from the window: what is asked before, how far it is, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QWidget

from desktop.flows.copy_report import CopyReport
from desktop.flows.planning_copies import CopyPlan, plan_copies
from desktop.flows.publishing import Published, publish
from desktop.model.publishing import CopyOutcome
from desktop.services import Services
from desktop.ui.changes import Change, Changes
from desktop.ui.figures import many
from desktop.ui.job import Jobs
from desktop.ui.notice import Notice
from desktop.ui.publish_dialog import NotPublishedDialog, PublishDialog
from desktop.ui.signing import Signing
from desktop.ui.strip import Strip
from desktop.ui.words import printable


class PublishActions:
    """Bound to one window. The folder of the last time is offered again while it is open."""

    def __init__(
        self,
        services: Services,
        jobs: Jobs,
        changes: Changes,
        notice: Notice,
        strip: Strip,
        signing: Signing,
        window: QWidget,
    ) -> None:
        self._services = services
        self._jobs = jobs
        self._changes = changes
        self._notice = notice
        self._strip = strip
        self._signing = signing
        self._window = window
        self._folder: Path | None = None

    def ask(self, work_ids: Sequence[int]) -> None:
        """Show what copies of works will say, ask where they go, and make them."""
        chosen = list(work_ids)
        self._jobs.run(
            lambda _report, _cancelled: plan_copies(chosen, self._services),
            succeeded=self._ask,
            failed=self._notice.problem,
        )

    def _ask(self, plan: CopyPlan) -> None:
        dialog = PublishDialog(plan, self._folder, self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted or dialog.folder is None:
            return
        self._folder = dialog.folder
        force, signed = dialog.replace.isChecked(), dialog.sign.isChecked()
        start = partial(self._start, plan.work_ids, dialog.folder, force=force, signed=signed)
        if signed:
            self._signing.with_key(start)
        else:
            start()

    def _start(self, work_ids: Sequence[int], folder: Path, *, force: bool, signed: bool) -> None:
        failed: list[CopyReport] = []

        def each(told: CopyReport) -> None:
            if told.problem is not None:
                failed.append(told)

        job = self._jobs.run(
            lambda report, cancelled: publish(
                work_ids,
                folder,
                self._services,
                report,
                cancelled,
                force=force,
                signed=signed,
                each=each,
            ),
            succeeded=lambda done: self._done(done, folder, failed),
            failed=self._notice.problem,
            finished=lambda: self._changes.tell(Change.WORKS | Change.TERMS),
        )
        self._strip.follow(job, "Publishing")

    def _done(self, done: Published, folder: Path, failed: Sequence[CopyReport]) -> None:
        self._notice.say(_told(done, folder), "Show folder", partial(_open, folder))
        if failed:
            made = done.counts[CopyOutcome.PUBLISHED] + done.counts[CopyOutcome.UNCHANGED]
            NotPublishedDialog(failed, made, self._window).exec()


def _told(done: Published, folder: Path) -> str:
    made, same = done.counts[CopyOutcome.PUBLISHED], done.counts[CopyOutcome.UNCHANGED]
    parts = [f"{many(made, 'copy', 'copies')} in {printable(folder.name)}."]
    if same:
        parts.append(f"{many(same, 'was', 'were')} there already.")
    if done.cancelled:
        parts.insert(0, "Stopped.")
    return " ".join([*parts, *done.notes])


def _open(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
