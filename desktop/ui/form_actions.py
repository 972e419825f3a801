"""What the user can do about forms: make the folder, record what became of it, add one's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.errors import AppError, UsageProblem
from desktop.flows.filling import Made, make_folder
from desktop.flows.form_desk import Desk, set_deadline
from desktop.flows.form_packs import add_form, form_document
from desktop.flows.recording import record_answer, record_sent
from desktop.flows.templating import add_own_form, read_template
from desktop.model.forms import Column, Submission
from desktop.services import Services
from desktop.store import forms
from desktop.ui.changes import Change, Changes
from desktop.ui.figures import many
from desktop.ui.form_choice import FILE, TEMPLATE
from desktop.ui.form_dialogs import AnswerDialog, DeadlineDialog, MakeDialog, SentDialog
from desktop.ui.form_wizard import FormWizard
from desktop.ui.job import Jobs
from desktop.ui.notice import Notice
from desktop.ui.strip import Strip

CHANGED = Change.CLAIMS | Change.REGISTRIES | Change.WORKS
_SPREADSHEETS = "Spreadsheets (*.xlsx *.xls *.ods *.csv *.tsv *.txt);;All files (*)"
Claim = Callable[[Sequence[int], str], None]


class FormActions:
    """Bound to one window. describe, people, claim: what the window does anywhere."""

    def __init__(
        self,
        services: Services,
        jobs: Jobs,
        changes: Changes,
        notice: Notice,
        strip: Strip,
        window: QWidget,
        *,
        describe: Callable[[Sequence[int]], None],
        people: Callable[[], None],
        claim: Claim,
    ) -> None:
        self._services = services
        self._jobs = jobs
        self._changes = changes
        self._notice = notice
        self._strip = strip
        self._window = window
        self._claim = claim
        self.describe = describe
        self.people = people

    def make(self, desk: Desk) -> None:
        """Say what will lie in the folder, ask where it goes, and write it."""
        if desk.form is None:
            return
        dialog = MakeDialog(desk, desk.form, self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        chosen = QFileDialog.getExistingDirectory(self._window, "Put the new folder into")
        if not chosen:
            return
        name, again, copies = (
            desk.registry.name,
            dialog.again.isChecked(),
            dialog.copies.isChecked(),
        )
        folder = free_name(Path(chosen), f"{name} {self._services.now().astimezone():%Y-%m-%d}")
        job = self._jobs.run(
            lambda report, cancelled: make_folder(
                name,
                folder,
                self._services,
                report,
                cancelled,
                again=again and bool(desk.held),
                copies=copies,
            ),
            succeeded=self._made,
            failed=self._notice.problem,
            finished=lambda: self._changes.tell(CHANGED),
        )
        self._strip.follow(job, "Making the folder")

    def sent(self, submission: Submission) -> None:
        """Ask for number and date, and keep them."""
        today = self._services.now().astimezone().date()
        dialog = SentDialog(submission, today, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            number, on = dialog.number.text(), dialog.on
            self._run(
                lambda: record_sent(submission.submission_id, self._services, number=number, on=on),
                "Kept, as you say. You are reminded if no answer comes.",
            )

    def answered(self, submission: Submission) -> None:
        """Ask what was answered about which works, and keep it."""
        with self._services.store.read() as connection:
            works = forms.works(connection, submission.submission_id)
        dialog = AnswerDialog(submission, works, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            answer, ids, reason = dialog.answer, dialog.work_ids, dialog.reason.text()
            self._run(
                lambda: record_answer(
                    submission.submission_id,
                    answer,
                    self._services,
                    work_ids=ids,
                    reason=reason,
                ),
                f"Kept, as you say: {many(len(ids), 'work')} {answer.value}.",
            )

    def deadline(self, desk: Desk) -> None:
        """Ask until when a form can be handed in."""
        known = desk.form.deadline if desk.form else None
        dialog = DeadlineDialog(desk.registry.name, known, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            on = dialog.on
            self._run(lambda: set_deadline(desk.registry.name, on, self._services), "")

    def claim_again(self, desk: Desk, work_ids: Sequence[int]) -> None:
        """Show what would be signed anew for the form."""
        self._claim(work_ids, desk.registry.name)

    def export(self, desk: Desk) -> None:
        """Write a form's description to a file, to keep or to hand on."""
        form_id = desk.form.form_id if desk.form else "form"
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, "Export the form", f"{form_id}.toml", "Forms (*.toml)"
        )
        if chosen:
            path, name = Path(chosen), desk.registry.name
            self._run(
                lambda: _write(path, form_document(name, self._services)),
                f"{path.name} is written.",
            )

    def add(
        self,
        name: str,
        form: str,
        options: Mapping[str, str],
        failed: Callable[[AppError], None],
    ) -> None:
        """Keep a form as a registry: a shipped one, a file to choose, or a spreadsheet to match."""
        if form == TEMPLATE:
            self._from_template(name, options.get("deadline", ""))
            return
        if form == FILE:
            form, _ = QFileDialog.getOpenFileName(
                self._window, "Open a form", "", "Forms (*.toml);;All files (*)"
            )
        if form:
            self._add(lambda: add_form(name, form, self._services, options), failed)

    def _from_template(self, name: str, deadline: str) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, "Open the empty spreadsheet", "", _SPREADSHEETS
        )
        if chosen:
            path = Path(chosen)
            self._jobs.run(
                lambda _report, _cancelled: read_template(_read(path)),
                succeeded=lambda columns: self._match(columns, name, deadline),
                failed=self._notice.problem,
            )

    def open_folder(self, folder: Path) -> None:
        """Show a folder in the system's own program."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _match(self, columns: Sequence[Column], name: str, deadline: str) -> None:
        wizard = FormWizard(columns, name, self._window)
        wizard.deadline.setText(deadline)
        self._ask_columns(wizard)

    def _ask_columns(self, wizard: FormWizard) -> None:
        if wizard.exec() != QDialog.DialogCode.Accepted:
            return
        columns, wishes = wizard.chosen()

        def failed(problem: AppError) -> None:
            wizard.say(str(problem))
            self._ask_columns(wizard)

        self._add(lambda: add_own_form(columns, wishes, self._services), failed)

    def _add(self, add: Callable[[], Any], failed: Callable[[AppError], None]) -> None:
        self._jobs.run(
            lambda _report, _cancelled: add(),
            succeeded=lambda _added: self._added(),
            failed=failed,
        )

    def _added(self) -> None:
        self._changes.tell(CHANGED)
        self._notice.say("The form is added. Claim works for it, then make the folder.")

    def _made(self, made: Made) -> None:
        lacks = len(made.left_out)
        rest = f" {many(lacks, 'work')} left out: {made.left_out[0].reason}" if lacks else ""
        if not made.submissions:
            self._notice.problem(UsageProblem(f"No folder was made.{rest}"))
            return
        count = sum(one.works for one in made.submissions)
        said = f"The folder is made, with {many(count, 'work')}. Open checklist.html in it.{rest}"
        self._notice.say(said, "Open the folder", lambda: self.open_folder(made.folder))

    def _run(self, do: Callable[[], Any], said: str) -> None:
        def done(_result: Any) -> None:
            self._changes.tell(CHANGED)
            if said:
                self._notice.say(said)

        self._jobs.run(
            lambda _report, _cancelled: do(), succeeded=done, failed=self._notice.problem
        )


def free_name(parent: Path, name: str) -> Path:
    """Return a name in a folder that nothing has yet."""
    plain = "".join(
        "_" if char in '<>:"/\\|?*' or not char.isprintable() else char for char in name
    )
    path, number = parent / plain.strip(" ."), 2
    while path.exists():
        path, number = parent / f"{plain.strip(' .')} ({number})", number + 1
    return path


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageProblem(f"{path.name} cannot be read: {error.strerror}.") from error


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageProblem(
            f"{path.name} cannot be written: {error.strerror}.", advice="Choose another folder."
        ) from error
