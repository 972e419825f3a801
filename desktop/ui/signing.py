"""Gets hold of the signing key before a flow needs it: asks who you are, or for the password."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QWidget

from desktop.errors import AppError, KeyProblem
from desktop.flows.identifying import create_identity, my_key, who_am_i
from desktop.identity.keystore import has_keyring
from desktop.services import Services
from desktop.ui.changes import Change, Changes
from desktop.ui.dialogs import IdentityDialog, PasswordDialog
from desktop.ui.job import Jobs


class TypedPassword:
    """Hands the key store a password that was typed before, off the main thread or on it."""

    def __init__(self) -> None:
        self.value = ""

    def __call__(self, _sentence: str) -> str:
        """Return it. Raises KeyProblem where none was typed."""
        if not self.value:
            raise KeyProblem("Your key is locked.", advice="Open it with its password.")
        return self.value


class Signing:
    """Runs something once the key is open."""

    def __init__(
        self,
        services: Services,
        jobs: Jobs,
        changes: Changes,
        typed: TypedPassword | None,
        show: Callable[[AppError], None],
        parent: QWidget,
    ) -> None:
        self._services = services
        self._jobs = jobs
        self._changes = changes
        self._typed = typed
        self._show = show
        self._parent = parent

    def is_open(self) -> bool:
        """Whether signing needs no question now."""
        identity = who_am_i(self._services)
        return identity is not None and self._services.keys.is_open(identity.party.did)

    def with_key(self, then: Callable[[], None]) -> None:
        """Run then once there is an open key; the user may say not now."""
        identity = who_am_i(self._services)
        if identity is None:
            self._make_identity(then)
        elif self._services.keys.is_open(identity.party.did) or self._typed is None:
            then()
        else:
            self._open_key(then)

    def _make_identity(self, then: Callable[[], None]) -> None:
        needs_password = self._typed is not None and not has_keyring()
        dialog = IdentityDialog(needs_password=needs_password, parent=self._parent)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        name = dialog.name.text()
        if self._typed is not None:
            self._typed.value = dialog.password.text()

        def made(_identity: object) -> None:
            self._changes.tell(Change.IDENTITY)
            then()

        self._jobs.run(
            lambda _report, _cancelled: create_identity(name, self._services),
            succeeded=made,
            failed=self._show,
            finished=self._forget,
        )

    def _open_key(self, then: Callable[[], None], problem: str = "") -> None:
        dialog = PasswordDialog(problem, self._parent)
        if dialog.exec() != QDialog.DialogCode.Accepted or self._typed is None:
            return
        self._typed.value = dialog.password.text()
        self._jobs.run(
            lambda _report, _cancelled: my_key(self._services),
            succeeded=lambda _key: then(),
            failed=lambda error: self._open_key(then, error.message),
            finished=self._forget,
        )

    def _forget(self) -> None:
        if self._typed is not None:
            self._typed.value = ""
