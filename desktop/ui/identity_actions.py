"""What the user can do with keys: asks, runs a flow as a job, says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.errors import AppError
from desktop.flows.proving import check_web_identity, write_web_identity
from desktop.flows.renewing import revoke, rotate, write_revocation
from desktop.flows.safekeeping import (
    Brought,
    export_key,
    import_key_file,
    import_phrase,
    phrase_was_kept,
    recovery_phrase,
)
from desktop.identity.did_web import words_of
from desktop.model.identities import Identity, WebResult
from desktop.services import Services
from desktop.ui.changes import Change, Changes
from desktop.ui.identities_dialog import IdentitiesDialog
from desktop.ui.identity_dialogs import (
    FilePasswordDialog,
    NewKeyDialog,
    PasswordDialog,
    RevokeDialog,
    WebDialog,
)
from desktop.ui.notice import Notice
from desktop.ui.phrase_dialogs import PhraseDialog, TypePhraseDialog
from desktop.ui.signing import Signing

_FILES = "Key files (*.json);;All files (*)"
ACCEPTED = QDialog.DialogCode.Accepted


class IdentityActions:
    """Bound to one window. Problems are said in the dialog while it is open, else in the notice."""

    def __init__(
        self,
        services: Services,
        changes: Changes,
        notice: Notice,
        signing: Signing,
        window: QWidget,
    ) -> None:
        self._services = services
        self._changes = changes
        self._notice = notice
        self._signing = signing
        self._window = window
        self._dialog: IdentitiesDialog | None = None

    def manage(self) -> None:
        """Show who I am, and what can be done about it."""
        self._dialog = IdentitiesDialog(self._services, self._changes, self, self._window)
        self._dialog.exec()
        self._dialog.deleteLater()
        self._dialog = None

    def add(self) -> None:
        """Make another identity."""
        self._signing.make_identity(lambda: None, self._parent)

    def use(self, identity: Identity) -> None:
        """Sign as an identity from now on."""
        self._signing.sign_as(identity.party.did, lambda: None)

    def show_words(self, identity: Identity) -> None:
        """Show the recovery words, and remember only that they were written down."""
        did = identity.party.did

        def shown(words: tuple[str, ...]) -> None:
            dialog = PhraseDialog(identity.party.name, words, self._parent)
            kept = dialog.exec() == ACCEPTED
            dialog.deleteLater()
            if kept:
                phrase_was_kept(did, self._services)
                self._changes.tell(Change.IDENTITY)

        self._with_key(
            identity,
            lambda: self._run(lambda: recovery_phrase(did, self._services), shown),
        )

    def save_file(self, identity: Identity) -> None:
        """Save an encrypted key file where the user says."""
        self._with_key(identity, lambda: self._save_file(identity))

    def save_revocation(self, identity: Identity) -> None:
        """Save a revocation to store away; needs no password."""
        target = self._where_to_save("Save a revocation", f"{_plain(identity)}-revocation.json")
        if target is not None:
            self._run(
                lambda: write_revocation(identity.party.did, target, self._services),
                lambda _path: self._say("Saved. Store it away: who has it can end this key."),
            )

    def bring_phrase(self) -> None:
        """Bring a key back from its words."""
        dialog = TypePhraseDialog(
            needs_password=self._signing.needs_password(), parent=self._parent
        )
        answer, text, password = dialog.exec(), dialog.words.toPlainText(), dialog.password.text()
        name, kind = dialog.name.text(), dialog.kind
        dialog.deleteLater()
        if answer == ACCEPTED:
            self._run(
                lambda: import_phrase(text, self._services, name=name, kind=kind),
                self._brought,
                password=password,
            )

    def bring_file(self) -> None:
        """Bring a key back from its encrypted file."""
        chosen, _ = QFileDialog.getOpenFileName(self._parent, "Open a key file", "", _FILES)
        if not chosen:
            return
        sentence = f"The password of {Path(chosen).name}."
        dialog = PasswordDialog("", self._parent, sentence=sentence)
        answer, password = dialog.exec(), dialog.password.text()
        dialog.deleteLater()
        if answer == ACCEPTED:
            self._run(
                lambda: import_key_file(Path(chosen), lambda _sentence: password, self._services),
                self._brought,
            )

    def web(self, identity: Identity) -> None:
        """Write the file for a domain, or read the published one now."""
        known = words_of(identity.web.web_did) if identity.web is not None else ""
        dialog = WebDialog(identity.party.name, known, self._parent)
        answer, domain, did = dialog.exec(), dialog.domain.text(), identity.party.did
        if answer == WebDialog.CHECK:
            self._run(
                lambda: check_web_identity(domain, self._services, did),
                lambda check: self._say(
                    "The domain names this key."
                    if check.result is WebResult.CONFIRMED
                    else check.problem
                ),
            )
        elif answer == ACCEPTED:
            folder = QFileDialog.getExistingDirectory(self._parent, "Where your web site begins")
            if folder:
                self._run(
                    lambda: write_web_identity(domain, Path(folder), self._services, did),
                    lambda _written: self._say("Written. Publish it, then check it here."),
                )

    def rotate(self, identity: Identity) -> None:
        """Give an identity a new key, signed by the old one."""
        self._with_key(identity, lambda: self._rotate(identity))

    def revoke(self, identity: Identity) -> None:
        """End a key for good."""
        self._with_key(identity, lambda: self._revoke(identity))

    def _save_file(self, identity: Identity) -> None:
        dialog = FilePasswordDialog(self._parent)
        answer, password, did = dialog.exec(), dialog.password.text(), identity.party.did
        dialog.deleteLater()
        if answer != ACCEPTED:
            return
        target = self._where_to_save("Save a key file", f"{_plain(identity)}-key.json")
        if target is None:
            return
        self._run(
            lambda: export_key(did, target, password, self._services),
            lambda _path: self._say("Saved. Keep it and its password in different places."),
        )

    def _rotate(self, identity: Identity) -> None:
        dialog = NewKeyDialog(
            identity.party.name,
            needs_password=self._signing.needs_password(),
            parent=self._parent,
        )
        if dialog.exec() == ACCEPTED:
            reason = dialog.reason.text()
            self._run(
                lambda: rotate(identity.party.did, reason, self._services),
                lambda _identity: self._say(
                    "The new key signs now. Keep it safe as well. "
                    "Registries are told with the next sync."
                ),
                password=dialog.password.text(),
            )

    def _revoke(self, identity: Identity) -> None:
        dialog = RevokeDialog(identity.party.name, self._parent)
        if dialog.exec() == ACCEPTED:
            reason = dialog.reason.text()
            self._run(
                lambda: revoke(identity.party.did, reason, self._services),
                lambda _identity: self._say(
                    "Revoked. What was signed before stays. Registries are told with the next sync."
                ),
            )

    def _with_key(self, identity: Identity, then: Callable[[], None]) -> None:
        self._signing.with_key_of(identity.party.did, then, self._parent)

    def _run(
        self,
        work: Callable[[], object],
        succeeded: Callable[[object], None] | Callable[..., None],
        *,
        password: str = "",
    ) -> None:
        self._signing.run(work, succeeded, password=password, failed=self._problem)

    def _brought(self, brought: Brought) -> None:
        name = brought.identity.party.name
        self._say(
            f"The key of {name} was here already; nothing was changed."
            if brought.already
            else f"The key of {name} is on this computer again."
        )

    def _where_to_save(self, title: str, name: str) -> Path | None:
        chosen, _ = QFileDialog.getSaveFileName(
            self._parent, title, name, _FILES, options=QFileDialog.Option.DontConfirmOverwrite
        )
        return Path(chosen) if chosen else None

    @property
    def _parent(self) -> QWidget:
        return self._dialog or self._window

    def _say(self, sentence: str) -> None:
        if self._dialog is not None:
            self._dialog.say(sentence)
        else:
            self._notice.say(sentence)

    def _problem(self, error: AppError) -> None:
        if self._dialog is not None:
            self._dialog.show_problem(error)
        else:
            self._notice.problem(error)


def _plain(identity: Identity) -> str:
    """Return the name as a file may be called."""
    kept = "".join(char if char.isalnum() else "-" for char in identity.party.name)
    return kept.strip("-").lower() or "identity"
