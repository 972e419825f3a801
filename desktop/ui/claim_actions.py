"""What the user can do about claims that were sent: answer, dispute, withdraw, add evidence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.claims.answer import Response, Subject
from desktop.errors import UsageProblem
from desktop.flows.conflicts import Conflict
from desktop.flows.describing import add_evidence
from desktop.flows.evidencing import evidence_bundle
from desktop.flows.forcing import force_claim
from desktop.flows.responding import Answered, dispute, respond, withdraw
from desktop.model.claims import ClaimRow
from desktop.services import Services
from desktop.store import works as works_store
from desktop.ui.changes import Change, Changes
from desktop.ui.claim_dialogs import (
    DisputeDialog,
    EvidenceDialog,
    HandOverDialog,
    WithdrawDialog,
)
from desktop.ui.dialogs import ForceDialog
from desktop.ui.job import Jobs
from desktop.ui.notice import Notice
from desktop.ui.signing import Signing


class ClaimActions:
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
        self._services = services
        self._jobs = jobs
        self._changes = changes
        self._notice = notice
        self._signing = signing
        self._sync = sync
        self._window = window

    def respond(
        self, conflict: Conflict, response: Response, evidence_ids: list[int], note: str
    ) -> None:
        """Sign the answer to a conflict and queue it."""
        claim = conflict.claim

        def run() -> Answered:
            return respond(
                claim.claim_id,
                claim.registry,
                response,
                self._services,
                evidence_ids=evidence_ids,
                note=note,
            )

        said = "Your answer is signed and in the outbox."
        if response is Response.UPDATE:
            said += " Now change the shares of the work, then claim it again."
        self._run(run, said)

    def dispute(self, claim: ClaimRow) -> None:
        """Ask what it is about, then open a dispute."""
        dialog = DisputeDialog(claim, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            subject, note = dialog.subject, dialog.note.text()
            self._run(
                lambda: dispute(
                    claim.claim_id, claim.registry, Subject(subject), self._services, note=note
                ),
                "The dispute is signed and in the outbox.",
            )

    def withdraw(self, claim: ClaimRow) -> None:
        """Ask once more, then withdraw; what never left is taken back without a signature."""
        dialog = WithdrawDialog(claim, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            reason = dialog.reason.text()
            self._run(
                lambda: withdraw(claim.claim_id, claim.registry, self._services, reason=reason),
                "The withdrawal is signed and in the outbox.",
                "Taken back. It never left this computer.",
            )

    def force(self, claim: ClaimRow) -> None:
        """Ask whether to declare what another key declared before; queue it and send it."""
        dialog = ForceDialog(claim.title, claim.reason, self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        self._jobs.run(
            lambda _report, _cancelled: force_claim(claim.claim_id, claim.registry, self._services),
            succeeded=lambda _row: self._sync(),
            failed=self._notice.problem,
            finished=lambda: self._changes.tell(Change.CLAIMS),
        )

    def add_evidence(self, work_id: int) -> None:
        """Choose a file that speaks for a claim, and say what it is."""
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Add evidence")
        if not chosen:
            return
        path = Path(chosen)
        dialog = EvidenceDialog(path.name, self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        kind, dated, note = dialog.kind.currentText(), dialog.dated.text(), dialog.note.text()

        def run() -> None:
            try:
                data = path.read_bytes()
            except OSError as error:
                raise UsageProblem(f"The file cannot be read: {error.strerror}.") from error
            add_evidence(
                work_id, data, self._services, kind=kind, name=path.name, dated=dated, note=note
            )

        self._jobs.run(
            lambda _report, _cancelled: run(),
            succeeded=lambda _done: self._changes.tell(Change.CLAIMS | Change.WORKS),
            failed=self._notice.problem,
        )

    def save_evidence(self, work_id: int) -> None:
        """Choose what goes in and where, then write what lets a stranger verify a work's claims."""
        with self._services.store.read() as connection:
            work = works_store.get(connection, work_id)
        dialog = HandOverDialog(work.evidence, self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        attach, private = dialog.attach, dialog.private
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, "Save evidence", f"evidence-{work_id}.zip", "ZIP files (*.zip)"
        )
        if not chosen:
            return
        path = Path(chosen)

        def write() -> Path:
            data = evidence_bundle(work_id, self._services, attach=attach, private=private)
            try:
                path.write_bytes(data)
            except OSError as error:
                raise UsageProblem(
                    f"{path.name} cannot be written: {error.strerror}.",
                    advice="Choose another folder.",
                ) from error
            return path

        self._jobs.run(
            lambda _report, _cancelled: write(),
            succeeded=lambda _path: self._notice.say(
                f"{path.name} is written. report.html in it tells a stranger how to check it."
            ),
            failed=self._notice.problem,
        )

    def _run(self, say: Callable[[], Answered], queued: str, at_once: str = "") -> None:
        def done(answered: Answered) -> None:
            self._changes.tell(Change.CLAIMS)
            if answered.queued:
                self._notice.say(queued, "Sync now", self._sync)
            else:
                self._notice.say(at_once)

        def run() -> None:
            self._jobs.run(
                lambda _report, _cancelled: say(), succeeded=done, failed=self._notice.problem
            )

        self._signing.with_key(run)
