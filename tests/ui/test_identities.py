"""Who I am, in the window: words asked back, files, several names, a new key, a key's end."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.flows.identifying import create_identity, my_identities, my_key, who_am_i
from desktop.flows.renewing import revoke
from desktop.flows.safekeeping import phrase_was_kept
from desktop.flows.syncing import add_registry
from desktop.identity.phrase import phrase_of
from desktop.model.identities import Identity, IdentityKind, KeyState
from desktop.services import Services, open_services
from desktop.ui.changes import Change
from desktop.ui.dialogs import ClaimDialog
from desktop.ui.identities_dialog import IdentitiesDialog
from desktop.ui.identity_dialogs import (
    FilePasswordDialog,
    IdentityDialog,
    NewKeyDialog,
    PasswordDialog,
    RevokeDialog,
    WebDialog,
)
from desktop.ui.needs import needs_of
from desktop.ui.phrase_dialogs import PhraseDialog, TypePhraseDialog
from desktop.ui.signing import TypedPassword
from desktop.ui.theme import Theme
from desktop.ui.window import MainWindow
from tests.studio import PASSWORD, add_works, open_studio, rows, settle
from tests.ui.conftest import Answers

WAIT_MS = 20_000
SELECTABLE = (
    Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
)
Shown = TypeVar("Shown", bound=QDialog)


@pytest.fixture
def ana(library: Services) -> Identity:
    """The identity of the library that the window is on."""
    return create_identity("Ana Sousa", library)


def click(parent: QWidget, text: str) -> None:
    """Click the one visible button of that text soon: a timer is deaf while it opens a dialog."""
    (found,) = [
        button
        for button in parent.findChildren(QPushButton)
        if button.text() == text and button.isVisible()
    ]
    QTimer.singleShot(0, found, found.click)


def texts(parent: QWidget) -> str:
    """What can be read in a widget."""
    return "\n".join(shown.text() for shown in parent.findChildren(QLabel) if shown.isVisible())


class Play:
    """Answers the dialogs that come, each only when it is there and ready."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.said: list[str] = []

    def on(
        self,
        kind: type[Shown],
        act: Callable[[Shown], object],
        *,
        ready: Callable[[Shown], bool] = lambda _dialog: True,
    ) -> None:
        """Do something with the next dialog of a kind. ready: once that is so."""
        last = time.monotonic() + WAIT_MS / 1000

        def answer(dialog: QDialog) -> None:
            try:
                if isinstance(dialog, kind) and ready(dialog):
                    act(dialog)
                    return
                assert time.monotonic() < last, f"{kind.__name__} did not come, or not so"
            except BaseException:
                self._give_up()
                raise
            self._answers._waiting.insert(0, answer)

        self._answers.add(answer)

    def _give_up(self) -> None:
        """Let a failing test end instead of waiting for an answer forever."""
        self._answers._waiting.clear()
        while isinstance(dialog := QApplication.activeModalWidget(), QDialog):
            dialog.done(QDialog.DialogCode.Rejected)

    def press(self, text: str) -> None:
        """Click a button of the dialog of identities."""

        def act(dialog: IdentitiesDialog) -> None:
            self.said.append(texts(dialog))
            click(dialog, text)

        self.on(IdentitiesDialog, act)

    def close(self, ready: Callable[[], bool]) -> None:
        """Close the dialog of identities once something is so."""
        self.on(IdentitiesDialog, self._read_and_close, ready=lambda _dialog: ready())

    def see(self, expected: str, *, shown: bool = True) -> None:
        """Close the dialog of identities once it shows what is expected, or shows it no more."""
        self.on(
            IdentitiesDialog,
            self._read_and_close,
            ready=lambda dialog: (expected in texts(dialog)) is shown,
        )

    def hear(self, expected: str) -> None:
        """Close the dialog of identities once it says what is expected."""
        self.on(
            IdentitiesDialog,
            self._read_and_close,
            ready=lambda dialog: expected in dialog.problem.text(),
        )

    def _read_and_close(self, dialog: IdentitiesDialog) -> None:
        self.said.append(texts(dialog))
        dialog.accept()


@pytest.fixture
def play(answers: Answers) -> Play:
    """Somebody who goes through the dialogs about identities."""
    return Play(answers)


def test_words_are_asked_back_before_they_count_as_kept(
    qtbot: QtBot, window: MainWindow, ana: Identity, play: Play
) -> None:
    window.changes.tell(Change.IDENTITY)
    (need,) = needs_of(window.services)
    assert need.title == "Keep the key of Ana Sousa safe"
    words = phrase_of(my_key(window.services))

    def write_down(dialog: PhraseDialog) -> None:
        shown = [shown for shown in dialog.findChildren(QLabel) if shown.text() in words]
        assert {label.text() for label in shown} == set(words)
        for label in shown:
            assert not label.textInteractionFlags() & SELECTABLE
        assert "copy" not in "".join(
            button.text().lower() for button in dialog.findChildren(QPushButton)
        )
        dialog.yes.click()
        assert not any(label.isVisible() for label in shown)
        for line in dialog.asked:
            line.setText("zoo")
        dialog.asked[0].setText(words[dialog.places[0]])
        dialog.yes.click()
        assert dialog.isVisible()
        assert f"{dialog.places[1] + 1} and {dialog.places[2] + 1}" in dialog.problem.text()
        for place, line in zip(dialog.places, dialog.asked, strict=True):
            line.setText(f" {words[place].upper()} ")
        dialog.yes.click()

    play.press("Recovery words…")
    play.on(PhraseDialog, write_down)
    play.see("Only on this computer", shown=False)
    window.sidebar.who.click()
    assert "Only on this computer" in play.said[0]
    assert needs_of(window.services) == []
    assert QApplication.clipboard().text() not in words
    known = who_am_i(window.services)
    assert known is not None
    assert known.key.backed_up


def test_words_not_asked_back_do_not_count(window: MainWindow, ana: Identity, play: Play) -> None:
    seen: list[bool] = []

    def turn_away(dialog: PhraseDialog) -> None:
        dialog.yes.click()
        dialog.back.click()
        dialog.reject()
        seen.append(True)

    play.press("Recovery words…")
    play.on(PhraseDialog, turn_away)
    play.close(lambda: bool(seen))
    window.identities.manage()
    assert len(needs_of(window.services)) == 1


def test_words_are_typed_on_another_computer(
    window: MainWindow, tmp_path: Path, play: Play
) -> None:
    with open_studio(tmp_path / "other") as other:
        settle(other)
        key = my_key(other)

    def type_words(dialog: TypePhraseDialog) -> None:
        words = list(phrase_of(key))
        dialog.words.setPlainText(" ".join([*words[:2], "xxxx", *words[3:]]))
        dialog.yes.click()
        assert "Word 3 is not in the list" in dialog.problem.text()
        dialog.words.setPlainText("\n".join(words))
        dialog.name.setText("Ana Sousa")
        dialog.yes.click()

    play.press("Type recovery words…")
    play.on(TypePhraseDialog, type_words)
    play.close(lambda: bool(my_identities(window.services)))
    window.identities.manage()
    assert my_key(window.services) == key
    assert needs_of(window.services) == []
    assert window.sidebar.name.accessibleName() == "Ana Sousa"


def test_a_key_file_is_saved_and_opened(
    window: MainWindow, ana: Identity, tmp_path: Path, play: Play,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    target = tmp_path / "ana.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(target), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: (str(target), ""))

    def choose_password(dialog: FilePasswordDialog) -> None:
        dialog.password.setText("a good password")
        dialog.again.setText("another password")
        dialog.yes.click()
        assert "not the same" in dialog.problem.text()
        dialog.again.setText("a good password")
        dialog.yes.click()

    def wrong(dialog: PasswordDialog) -> None:
        dialog.password.setText("not that one")
        dialog.accept()

    def right(dialog: PasswordDialog) -> None:
        dialog.password.setText("a good password")
        dialog.accept()

    play.press("Save a key file…")
    play.on(FilePasswordDialog, choose_password)
    play.close(target.exists)
    window.identities.manage()
    assert target.exists()
    for password, expected in ((wrong, "password does not open"), (right, "was here already")):
        play.press("Open a key file…")
        play.on(PasswordDialog, password)
        play.hear(expected)
        window.identities.manage()
    assert "password does not open" in play.said[3]
    assert "was here already" in play.said[5]


def test_a_second_name_signs_when_chosen_in_the_preview(
    qtbot: QtBot, window: MainWindow, ana: Identity, play: Play
) -> None:
    add_registry("Nowhere", "http://127.0.0.1:9", window.services)
    works = add_works(window.services, 1)

    def name_it(dialog: IdentityDialog) -> None:
        dialog.name.setText("The Tides")
        dialog._kind.setCurrentIndex(1)
        dialog.accept()

    play.press("Add another…")
    play.on(IdentityDialog, name_it)
    play.close(lambda: len(my_identities(window.services)) == 2)
    window.identities.manage()
    band = my_identities(window.services)[1]
    assert (band.kind, band.current) == (IdentityKind.BAND, False)

    def choose(dialog: ClaimDialog) -> None:
        assert dialog.signers.currentText().startswith("Ana Sousa")
        dialog.signers.setCurrentIndex(1)
        dialog.signers.activated.emit(1)

    def sign(dialog: ClaimDialog) -> None:
        assert dialog.signers.currentText().startswith("The Tides")
        assert "The Tides" in texts(dialog)
        dialog.accept()

    play.on(ClaimDialog, choose)
    play.on(ClaimDialog, sign)
    window.actions_.claim(works)
    qtbot.waitUntil(lambda: len(rows(window.services)) == 1, timeout=WAIT_MS)
    with window.services.store.read() as connection:
        (row,) = connection.execute("SELECT did FROM claims").fetchall()
    assert row["did"] == band.party.did
    qtbot.waitUntil(lambda: window.sidebar.name.accessibleName() == "The Tides", timeout=WAIT_MS)


def test_one_who_signs_is_only_shown(window: MainWindow, ana: Identity) -> None:
    (signer,) = window.signing.signers()
    dialog = ClaimDialog([], "Nowhere", window, signers=[signer])
    dialog.show()
    assert "Ana Sousa" in texts(dialog)
    assert not dialog.signers.isVisible()
    dialog.reject()


def test_a_new_key_and_the_end_of_it(window: MainWindow, ana: Identity, play: Play) -> None:
    phrase_was_kept(ana.party.did, window.services)

    def agree(dialog: NewKeyDialog) -> None:
        dialog.reason.setText("New computer")
        dialog.accept()

    play.press("New key…")
    play.on(NewKeyDialog, agree)
    play.see("replaced on")
    window.identities.manage()
    known = who_am_i(window.services)
    assert known is not None
    assert known.former
    assert [need.title for need in needs_of(window.services)] == ["Keep the key of Ana Sousa safe"]

    def revoke_it(dialog: RevokeDialog) -> None:
        dialog.accept()
        assert dialog.isVisible()
        assert "Type “revoke” first" in dialog.problem.text()
        dialog.word.setText("revoke")
        dialog.accept()

    play.press("Revoke…")
    play.on(RevokeDialog, revoke_it)
    play.see("Revoked on")
    window.identities.manage()
    known = who_am_i(window.services)
    assert known is not None
    assert known.key.state is KeyState.REVOKED
    assert "New key…" not in play.said[3]
    assert window.sidebar.key.accessibleName().startswith("Key revoked on")
    assert needs_of(window.services)[0].title == "The key of Ana Sousa is revoked"
    assert window.signing.signers() == []


def test_claiming_with_a_revoked_key_says_so(
    qtbot: QtBot, window: MainWindow, ana: Identity
) -> None:
    revoke("", "Stolen", window.services)
    add_registry("Nowhere", "http://127.0.0.1:9", window.services)
    window.actions_.claim(add_works(window.services, 1))
    qtbot.waitUntil(lambda: "was revoked on" in window.notice.text(), timeout=WAIT_MS)
    assert rows(window.services) == []


def test_a_domain_is_checked_only_when_asked(
    window: MainWindow, ana: Identity, play: Play, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a, **_k: str(tmp_path))

    def write(dialog: WebDialog) -> None:
        dialog.domain.setText("not a domain")
        dialog.accept()
        assert "is not a domain" in dialog.problem.text()
        dialog.domain.setText("localhost:9")
        assert "http://localhost:9/.well-known/did.json" in dialog.where.text()
        dialog.accept()

    def check(dialog: WebDialog) -> None:
        dialog.domain.setText("localhost:9")
        dialog.check.click()

    play.press("Web address…")
    play.on(WebDialog, write)
    play.close((tmp_path / ".well-known" / "did.json").exists)
    window.identities.manage()
    assert "Domain" not in play.said[1]
    play.press("Web address…")
    play.on(WebDialog, check)
    play.hear("Nothing answers at")
    window.identities.manage()
    known = who_am_i(window.services)
    assert known is not None
    assert known.web is not None


def test_a_new_key_in_a_file_asks_for_a_password_twice(
    qtbot: QtBot, tmp_path: Path, cheap_keys: None, theme: Theme, play: Play
) -> None:
    typed = TypedPassword()
    with open_services(tmp_path / "library", ask_password=typed, jobs=1) as services:
        window = MainWindow(services, theme, typed)
        qtbot.addWidget(window)
        window.show()

        def name_it(dialog: IdentityDialog) -> None:
            dialog.name.setText("Ana Sousa")
            dialog.password.setText(PASSWORD)
            dialog.accept()
            assert "not the same" in dialog.problem.text()
            dialog.again.setText(PASSWORD)
            dialog.accept()

        play.press("Make my key…")
        play.on(IdentityDialog, name_it)
        play.close(lambda: bool(my_identities(services)))
        window.identities.manage()
        assert len(list((tmp_path / "library" / "keys").iterdir())) == 1
        assert typed.value == ""
        window.close()
