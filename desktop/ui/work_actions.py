"""What the user can say of works: what AI may do with them, who made them, what files offer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop.flows.describing import (
    WorkChanges,
    edit_party,
    edit_works,
    past_answers,
)
from desktop.flows.suggesting import accept_suggestions
from desktop.model.works import Party, Reach
from desktop.services import Services
from desktop.store import addresses as addresses_store
from desktop.store import parties as parties_store
from desktop.store import works as works_store
from desktop.ui.changes import Change, Changes
from desktop.ui.describe_dialog import DescribeDialog
from desktop.ui.figures import many
from desktop.ui.job import Jobs
from desktop.ui.notice import Notice
from desktop.ui.people_dialog import PeopleDialog
from desktop.ui.publish_actions import PublishActions
from desktop.ui.signing import Signing
from desktop.ui.strip import Strip
from desktop.ui.terms_actions import TermsActions
from desktop.ui.terms_asking import TermsAsking


class WorkActions:
    """Bound to one window: its jobs and its notice line."""

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
        self._window = window
        self.terms = TermsActions(services, jobs, notice, window)
        self.publishing = PublishActions(services, jobs, changes, notice, strip, signing, window)
        self.asking = TermsAsking(services, jobs, changes, notice, window)

    def use_offers(self, work_ids: Sequence[int], keys: Collection[str] | None) -> None:
        """Take over what works' files say, where the user said nothing; None: all of it."""
        chosen = list(work_ids)
        self._jobs.run(
            lambda _report, _cancelled: accept_suggestions(chosen, self._services, keys),
            succeeded=self._offers_used,
            failed=self._notice.problem,
        )

    def who_shares(self, work_id: int) -> None:
        """Ask who shares in a work."""
        self.describe([work_id], at_shares=True)

    def describe(self, work_ids: Sequence[int], *, at_shares: bool = False) -> None:
        """Ask what a claim needs of works, and keep it; at_shares: that is what is asked for."""
        chosen = list(work_ids)
        with self._services.store.read() as connection:
            known = [works_store.get(connection, work_id) for work_id in chosen]
            places = addresses_store.of_works(connection, chosen)
        past = past_answers(self._services)
        dialog = DescribeDialog(known, past, self._window, self.people, places)
        if at_shares:
            dialog.start_at_shares()
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        changes = dialog.changes()
        if changes == WorkChanges():
            return
        self._jobs.run(
            lambda _report, _cancelled: edit_works(chosen, changes, self._services),
            succeeded=partial(self._described, changes.only_these_shares),
            failed=self._notice.problem,
        )

    def people(self) -> None:
        """Ask for the numbers and contacts of those who share in works."""

        def read() -> list[Party]:
            with self._services.store.read() as connection:
                return parties_store.everyone(connection)

        def keep(name: str, typed: dict[str, str], reach: Reach) -> None:
            edit_party(name, self._services, reach=reach, **typed)
            self._changes.tell(Change.WORKS)

        parent = QApplication.activeModalWidget() or self._window
        PeopleDialog(read, keep, parent).exec()

    def _described(self, shares: bool, count: int) -> None:
        # By the shares payments are divided.
        self._changes.tell(Change.WORKS | Change.PAYMENTS if shares else Change.WORKS)
        self._notice.say(f"Kept for {many(count, 'work')}.")

    def _offers_used(self, count: int) -> None:
        self._changes.tell(Change.WORKS)
        self._notice.say(
            f"Taken from the file of {many(count, 'work')}."
            if count
            else "Nothing new: what you said stays."
        )
