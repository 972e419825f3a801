"""What can be done with a split sheet: shown, signed, named, handed on, taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.errors import AppError, UsageProblem
from desktop.flows.splitting import (
    Sheet,
    look_at_sheet,
    make_sheet,
    name_signer,
    sheets_of,
    sign_sheet,
    signed_by_me,
    take_sheet,
)
from desktop.identity.canonical import canonical_bytes
from desktop.model.works import Party, Work
from desktop.services import Services
from desktop.store import parties as parties_store
from desktop.store import works as works_store
from desktop.ui.changes import Change, Changes
from desktop.ui.job import Jobs
from desktop.ui.signing import Signing
from desktop.ui.split_sheets import (
    FILE_KIND,
    SHEET_SUFFIX,
    SheetDialog,
    TakeSheetDialog,
    read_sheet_file,
)


class SheetJobs:
    """What can be done with a sheet; bound to one window."""

    def __init__(
        self,
        services: Services,
        jobs: Jobs,
        changes: Changes,
        signing: Signing,
        show: Callable[[AppError], None],
        window: QWidget,
    ) -> None:
        self._services = services
        self._jobs = jobs
        self._changes = changes
        self._signing = signing
        self._show = show
        self._window = window

    def about(self, work_id: int) -> None:
        """Show the sheet of a work, or how to make one."""
        with self._services.store.read() as connection:
            work = works_store.get(connection, work_id)
        if not work.shares:
            problem = UsageProblem(
                "Nobody else shares in this work yet.",
                advice="Say who holds what under “Describe…”, then make the split sheet.",
            )
            self._show(problem)
            return
        SheetDialog(work.title, work_id, self._newest(work), self, self._window).exec()

    def from_somebody(self, data: bytes = b"") -> None:
        """Ask for a sheet, unless it is here, keep its signatures if its work is, and show it."""
        if not data:
            asked = TakeSheetDialog(self._window)
            if asked.exec() != QDialog.DialogCode.Accepted:
                return
            data = asked.data
        try:
            sheet = look_at_sheet(data, self._services)
            if sheet.work_id is not None:
                sheet = take_sheet(data, self._services)
                self._changes.tell(Change.WORKS)
        except AppError as problem:
            self._show(problem)
            return
        title = str(sheet.document["work"]["title"])
        SheetDialog(title, sheet.work_id, sheet, self, self._window).exec()

    def from_file(self, path: Path) -> None:
        """Take a sheet that was dropped on the window."""
        try:
            data = read_sheet_file(path)
        except UsageProblem as problem:
            self._show(problem)
        else:
            self.from_somebody(data)

    def signed_by_me(self, sheet: Sheet) -> bool:
        """Whether the user's signature is on it."""
        return signed_by_me(sheet, self._services)

    def sign(self, dialog: SheetDialog) -> None:
        """Sign what the dialog shows, or make the sheet."""
        sheet, work_id = dialog.sheet, dialog.work_id

        def work() -> Sheet:
            if sheet is not None:
                return sign_sheet(canonical_bytes(sheet.document), self._services)
            if work_id is None:
                raise UsageProblem("There is nothing to sign here.")
            return make_sheet(work_id, self._services)

        def run() -> None:
            self._jobs.run(
                lambda _report, _cancelled: work(),
                succeeded=lambda done: self._changed(dialog, done),
                failed=lambda problem: dialog.say(str(problem)),
            )

        self._signing.with_key(run)

    def without_key(self) -> list[Party]:
        """Return the people whose key is not known yet."""
        with self._services.store.read() as connection:
            return [one for one in parties_store.everyone(connection) if not one.did]

    def name(self, dialog: SheetDialog, did: str, party_id: int) -> None:
        """Keep whose key a signature is."""
        try:
            name_signer(did, party_id, self._services)
        except AppError as problem:
            dialog.say(str(problem))
            return
        if dialog.sheet is not None:
            data = canonical_bytes(dialog.sheet.document)
            self._changed(dialog, look_at_sheet(data, self._services))

    def save(self, dialog: SheetDialog, sheet: Sheet) -> None:
        """Choose where, and write the sheet."""
        title = "".join(char if char.isalnum() or char in " -" else " " for char in
                        str(sheet.document["work"]["title"])).strip()  # fmt: skip
        chosen, _ = QFileDialog.getSaveFileName(
            dialog, "Save the split sheet", f"{title or 'split sheet'}{SHEET_SUFFIX}", FILE_KIND
        )
        if not chosen:
            return
        try:
            Path(chosen).write_bytes(canonical_bytes(sheet.document))
        except OSError as error:
            dialog.say(f"It cannot be written there: {error.strerror}. Choose another folder.")
        else:
            dialog.say(f"{Path(chosen).name} is written. Send it to the others.")

    def _changed(self, dialog: SheetDialog, sheet: Sheet) -> None:
        self._changes.tell(Change.WORKS)
        dialog.show_sheet(sheet)

    def _newest(self, work: Work) -> Sheet | None:
        """Return the sheet that says what holds now; an old one leaves room for a new one."""
        found = sheets_of(work.work_id, self._services)
        return next((sheet for sheet in found if sheet.current), None)
