"""What the user does about offers: looks at one, says yes or no; signed only after it was shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QWidget

from desktop.flows.replying import Looked, accept, decline, look_at
from desktop.model.offers import Offer
from desktop.services import Services
from desktop.ui.changes import Change, Changes
from desktop.ui.job import Jobs
from desktop.ui.notice import Notice
from desktop.ui.offer_dialog import OfferDialog
from desktop.ui.signing import Signing


class OfferActions:
    """Bound to one window."""

    def __init__(
        self,
        services: Services,
        jobs: Jobs,
        changes: Changes,
        notice: Notice,
        signing: Signing,
        sync: Callable[[], None],
        window: QWidget,
    ) -> None:
        self._services, self._jobs, self._changes = services, jobs, changes
        self._notice, self._signing, self._sync, self._window = notice, signing, sync, window

    def look(self, offer_id: int) -> None:
        """Show an offer, and do what is decided."""
        self._jobs.run(
            lambda _report, _cancelled: look_at(offer_id, self._services),
            succeeded=self._show,
            failed=self._notice.problem,
        )

    def _show(self, looked: Looked) -> None:
        dialog = OfferDialog(looked, self._window)
        answer = dialog.exec()
        offer_id, shown = looked.offer.offer_id, looked.offer.sha256
        works, add = dialog.chosen, dialog.terms.isChecked()
        if works is not None and len(works) == len(looked.works):
            works = [one.work_id for one in looked.works]
        reason = dialog.reason.text()
        if answer == QDialog.DialogCode.Accepted:
            self._run(
                lambda: accept(
                    offer_id, self._services, works=works, shown=shown, add_to_terms=add
                ),
                "Your yes is signed and in the outbox.",
            )
        elif answer == OfferDialog.DECLINED:
            self._run(
                lambda: decline(offer_id, self._services, reason=reason, shown=shown),
                "Your no is signed and in the outbox.",
            )

    def _run(self, say: Callable[[], Offer], said: str) -> None:
        def done(_offer: Offer) -> None:
            self._changes.tell(Change.CLAIMS | Change.TERMS | Change.WORKS)
            self._notice.say(said, "Sync now", self._sync)

        def run() -> None:
            self._jobs.run(
                lambda _report, _cancelled: say(), succeeded=done, failed=self._notice.problem
            )

        self._signing.with_key(run)
