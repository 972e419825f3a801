"""Asks what AI may do with works, shows what the answer changes, and keeps it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QWidget

from desktop.errors import AppError
from desktop.flows.describing import set_terms
from desktop.flows.terms_changing import preview_change
from desktop.model.terms import Terms
from desktop.model.terms_changes import Change as TermsChange
from desktop.model.terms_changes import Choice, Scope
from desktop.services import Services
from desktop.store import shelf
from desktop.store import terms as terms_store
from desktop.store import works as works_store
from desktop.terms.spoken import say_everywhere
from desktop.ui.changes import Change, Changes
from desktop.ui.figures import many
from desktop.ui.job import Jobs
from desktop.ui.notice import Notice
from desktop.ui.terms_change import terms_name
from desktop.ui.terms_dialog import Foreseen, TermsAsked, TermsDialog

_OWN = "What you answer for a work itself counts before what its collection or folder says."
_ALL = "Every work gets this answer, and every work to come. What each had before stays on record."


class TermsAsking:
    """Bound to one window."""

    def __init__(
        self, services: Services, jobs: Jobs, changes: Changes, notice: Notice, window: QWidget
    ) -> None:
        self._services = services
        self._jobs = jobs
        self._changes = changes
        self._notice = notice
        self._window = window

    def ask(self, choice: Choice) -> None:
        """Ask of the works of a choice; nothing is kept before its consequences were seen."""
        self._jobs.run(
            lambda _report, _cancelled: asked_of(choice, self._services),
            # The dialog has a loop of its own; the job that asked for it ends first.
            succeeded=lambda asked: QTimer.singleShot(0, partial(self._open, asked)),
            failed=self._notice.problem,
        )

    def _open(self, asked: TermsAsked) -> None:
        dialog = TermsDialog(asked, self._foresee, self._services.now().date(), self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._keep(asked.choice, dialog.answer)

    def _foresee(
        self,
        choice: Choice,
        terms: Terms | None,
        shown: Callable[[Foreseen], None],
        failed: Callable[[AppError], None],
    ) -> None:
        self._jobs.run(
            lambda _report, _cancelled: foreseen(choice, terms, self._services),
            succeeded=shown,
            failed=failed,
        )

    def _keep(self, choice: Choice, terms: Terms | None) -> None:
        if terms is None:
            return
        ids = choice.work_ids if choice.scope is Scope.WORKS else None
        self._jobs.run(
            lambda _report, _cancelled: set_terms(terms, ids, self._services),
            succeeded=lambda count: self._kept(count, terms),
            failed=self._notice.problem,
        )

    def _kept(self, count: int, terms: Terms) -> None:
        self._changes.tell(Change.TERMS | Change.WORKS)
        self._notice.say(f"{terms_name(terms)} for {many(count, 'work')}.")


def asked_of(choice: Choice, services: Services) -> TermsAsked:
    """Return what is asked of the works of a choice, with the answer they have now, if it is one.

    Raises UsageProblem if a work does not exist.
    """
    with services.store.read() as connection:
        if choice.scope is Scope.ALL:
            number = shelf.counts(connection).all
            yes = f"Use for {many(number, 'work')}"
            return TermsAsked(
                choice=choice, title="What AI may do with every work", sentence=_ALL, yes=yes
            )
        found = terms_store.versions_of(connection, choice.work_ids)
        versions = {version for _, _, version in found}
        one = len(choice.work_ids) == 1
        same = terms_store.of_work(connection, choice.work_ids[0]) if len(versions) == 1 else None
        what = (
            f"“{works_store.get(connection, choice.work_ids[0]).title}”"
            if one
            else many(len(choice.work_ids), "work")
        )
    differ = "" if len(versions) == 1 else " They differ now: what you answer replaces it all."
    return TermsAsked(
        choice=choice,
        title=f"What AI may do with {what}",
        sentence=_OWN + differ,
        yes="Use it" if one else f"Use for {what}",
        terms=same,
    )


def foreseen(choice: Choice, terms: Terms | None, services: Services) -> Foreseen:
    """Return what an answer would change, and what each vocabulary will say of it."""
    change = preview_change(choice, terms, services)
    return Foreseen(change=change, said=say_everywhere(said_then(change)))


def said_then(change: TermsChange) -> Terms:
    """Return the terms that most of the works will have."""
    if change.terms is not None:
        return change.terms
    return change.steps[0].after if change.steps else Terms(uses={})
