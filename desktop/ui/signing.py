"""Gets hold of a key before a flow needs it: asks who you are, or for the password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

from desktop.errors import AppError, KeyProblem
from desktop.flows.identifying import (
    create_identity,
    my_identities,
    request_key,
    use_identity,
    who_am_i,
)
from desktop.identity.keystore import has_keyring
from desktop.services import Services
from desktop.ui.changes import Change, Changes
from desktop.ui.identity_dialogs import IdentityDialog, PasswordDialog
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

    def needs_password(self) -> bool:
        """Whether a new key needs a password that is typed."""
        return self._typed is not None and not has_keyring()

    def signers(self) -> list[tuple[str, str]]:
        """Return (DID, name) of every identity that can sign, the one that does first."""
        able = [known for known in my_identities(self._services) if not known.revoked]
        able.sort(key=lambda known: not known.current)
        return [(known.party.did, known.party.name) for known in able]

    def with_key(self, then: Callable[[], None]) -> None:
        """Run then once there is an open key; the user may say not now."""
        identity = who_am_i(self._services)
        if identity is None:
            self.make_identity(then)
        else:
            self.with_key_of(identity.party.did, then)

    def with_key_of(
        self, did: str, then: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        """Run then once that key is open; the user may say not now."""
        if self._services.keys.is_open(did) or self._typed is None:
            then()
        else:
            self._open_key(did, then, parent or self._parent)

    def sign_as(self, did: str, then: Callable[[], None]) -> None:
        """Let another identity sign from now on, and run then once its key is open."""
        try:
            use_identity(did, self._services)
        except AppError as problem:
            self._show(problem)
            return
        self._changes.tell(Change.IDENTITY)
        self.with_key_of(did, then)

    def make_identity(self, then: Callable[[], None], parent: QWidget | None = None) -> None:
        """Ask for a name, make its key, and run then."""
        parent = parent or self._parent
        dialog = IdentityDialog(needs_password=self.needs_password(), parent=parent)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        name, kind = dialog.name.text(), dialog.kind
        self.run(
            lambda: create_identity(name, self._services, kind),
            lambda _identity: then(),
            password=dialog.password.text(),
        )

    def run(
        self,
        work: Callable[[], Any],
        succeeded: Callable[[Any], None],
        *,
        password: str = "",
        failed: Callable[[AppError], None] | None = None,
    ) -> None:
        """Run something that changes who I am as a job. password: of the key file, forgotten after.

        What is shown of identities is read again before succeeded is called.
        """

        def done(result: Any) -> None:
            self._changes.tell(Change.IDENTITY)
            succeeded(result)

        if self._typed is not None:
            self._typed.value = password
        self._jobs.run(
            lambda _report, _cancelled: work(),
            succeeded=done,
            failed=failed or self._show,
            finished=self._forget,
        )

    def _open_key(
        self, did: str, then: Callable[[], None], parent: QWidget, problem: str = ""
    ) -> None:
        dialog = PasswordDialog(problem, parent)
        if dialog.exec() != QDialog.DialogCode.Accepted or self._typed is None:
            return
        self._typed.value = dialog.password.text()
        self._jobs.run(
            lambda _report, _cancelled: request_key(did, self._services),
            succeeded=lambda _key: then(),
            failed=lambda error: self._open_key(did, then, parent, error.message),
            finished=self._forget,
        )

    def _forget(self) -> None:
        if self._typed is not None:
            self._typed.value = ""
