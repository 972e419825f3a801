"""Where to pay in the window: asked twice, shown before it is sent, and a thief's account told."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.flows.identifying import my_key
from desktop.flows.syncing import add_registry, check_registry, sync
from desktop.model.payouts import PayoutKind
from desktop.practice.server import PracticeServer
from desktop.services import Services
from desktop.ui.changes import Change
from desktop.ui.payouts import PayoutDialog
from desktop.ui.sidebar import Place
from desktop.ui.window import MainWindow
from tests.flows.test_payouts import IBAN, OTHER, given, other_channel, pay_to
from tests.practice.claimant import Claimant
from tests.studio import REGISTRY, settle
from tests.ui.conftest import Answers
from tests.ui.test_hub import press, texts

WAIT_MS = 20_000


def ready(library: Services, registry: PracticeServer) -> None:
    settle(library)
    add_registry(REGISTRY, registry.url, library)
    check_registry(REGISTRY, library)


def shows(qtbot: QtBot, widget: QWidget, words: str) -> None:
    qtbot.waitUntil(lambda: words in texts(widget), timeout=WAIT_MS)


def test_the_account_is_typed_twice(
    qtbot: QtBot,
    window: MainWindow,
    library: Services,
    registry: PracticeServer,
    answers: Answers,
) -> None:
    ready(library, registry)
    window.changes.tell(Change.EVERYTHING)
    window.go(Place.REGISTRIES)
    shows(qtbot, window.registries, "does not know yet where to pay you")

    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, PayoutDialog)
        ways = [dialog.kind.itemText(number) for number in range(dialog.kind.count())]
        assert len(ways) == len(PayoutKind)
        dialog.value.setText("DE89 3704 0044 0532 0130 01")
        dialog.yes.click()
        assert "no valid IBAN" in dialog.problem.text()
        dialog.value.setText("DE89 3704 0044 0532 0130 00")
        assert not dialog.problem.isVisible()
        dialog.again.setText(OTHER)
        dialog.yes.click()
        assert "not the same" in dialog.problem.text()
        assert IBAN[:4] not in dialog.sent.text()
        dialog.again.setText(IBAN.lower())
        assert "DE89 3704 0044 0532 0130 00" in dialog.sent.text()
        dialog.yes.click()

    answers.add(fill)
    press(window.registries, "Where to pay")
    qtbot.waitUntil(lambda: given(library) == [(IBAN, "queued")], timeout=WAIT_MS)
    shows(qtbot, window.registries, "In the outbox")
    foot = window.sidebar.outbox
    qtbot.waitUntil(
        lambda: foot.accessibleName() == "1 account to pay to waits in the outbox", timeout=WAIT_MS
    )
    window.go(Place.CLAIMS)
    shows(qtbot, window.claims, "1 account to pay to in the outbox")
    assert "Signed and safe, sent with the next sync." in texts(window.claims)
    window.go(Place.REGISTRIES)
    sync(library)
    sync(library)
    window.changes.tell(Change.EVERYTHING)
    qtbot.waitUntil(lambda: foot.accessibleName() == "The outbox is empty", timeout=WAIT_MS)
    shows(qtbot, window.registries, "Confirmed by the registry")
    shown = texts(window.registries)
    assert "…3000" in shown
    assert IBAN not in shown


def test_not_now_changes_nothing(
    window: MainWindow, library: Services, registry: PracticeServer, answers: Answers
) -> None:
    ready(library, registry)

    def leave(dialog: QDialog) -> None:
        assert isinstance(dialog, PayoutDialog)
        dialog.value.setText(IBAN)
        dialog.again.setText(IBAN)
        dialog.reject()

    answers.add(leave)
    window.payout_actions.ask(REGISTRY)
    assert given(library) == []


def test_an_account_that_was_not_given_here_needs_me(
    qtbot: QtBot, window: MainWindow, library: Services, registry: PracticeServer
) -> None:
    ready(library, registry)
    thief = Claimant(registry.url, key=my_key(library))
    other_channel(thief, OTHER, "2026-01-15T12:00:00Z")
    sync(library)
    sync(library)
    window.go(Place.NEEDS_YOU)
    shows(qtbot, window.needs, f"{REGISTRY} pays to an account that was not given here")
    press(window.needs, "That was me")
    qtbot.waitUntil(lambda: "not given here" not in texts(window.needs))
    assert given(library) == [("?", "seen")]


def test_a_refused_account_needs_me_until_there_is_a_newer_one(
    qtbot: QtBot, window: MainWindow, library: Services, registry: PracticeServer
) -> None:
    ready(library, registry)
    thief = Claimant(registry.url, key=my_key(library))
    other_channel(thief, OTHER, "2026-12-31T12:00:00Z")
    pay_to(library)
    sync(library)
    window.go(Place.NEEDS_YOU)
    shows(qtbot, window.needs, f"{REGISTRY} does not pay to …3000")
    pay_to(library)
    window.changes.tell(Change.REGISTRIES)
    qtbot.waitUntil(lambda: "does not pay" not in texts(window.needs))
