"""Offers in the window: shown whole before they are answered, and never confirmed by a wish."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.flows.identifying import create_identity
from desktop.flows.replying import list_offers, look_at
from desktop.flows.syncing import add_registry, sync
from desktop.model.offers import Offer, Standing
from desktop.practice.advance import advance
from desktop.practice.server import PracticeServer
from desktop.ui.changes import Change
from desktop.ui.needs import needs_of
from desktop.ui.offer_dialog import OfferDialog
from desktop.ui.offer_words import standing_words
from desktop.ui.parts import Tone
from desktop.ui.window import MainWindow
from tests.studio import REGISTRY, add_works, mid_january, queue
from tests.ui.conftest import Answers

WAIT_MS = 10_000


@pytest.fixture
def offer(window: MainWindow, registry: PracticeServer) -> Offer:
    """An offer for three works, a day after it came."""
    services = window.services
    create_identity("Ana", services)
    add_registry(REGISTRY, registry.url, services)
    queue(services, add_works(services, 3))
    sync(services)
    advance(services.library.parent / "registry", 1, clock=mid_january)
    assert sync(services).problems == []
    services.now = lambda: mid_january() + timedelta(days=31)
    return list_offers(services)[0]


def shown(dialog: QDialog) -> str:
    return " ".join(one.text() for one in dialog.findChildren(QLabel))


def test_a_yes_is_for_the_works_that_stay_checked(
    qtbot: QtBot, window: MainWindow, offer: Offer, answers: Answers
) -> None:
    services = window.services
    assert [need.offer for need in needs_of(services) if need.offer] == [offer.offer_id]

    def accept(dialog: QDialog) -> None:
        assert isinstance(dialog, OfferDialog)
        assert "0.40 EUR for each training" in shown(dialog)
        assert "“nothing said” to training for all 3 works" in shown(dialog)
        assert not dialog.terms.isChecked()
        for row in range(3):
            dialog.works.item(row).setCheckState(Qt.CheckState.Unchecked)
        assert not dialog.yes.isEnabled(), "a yes for nothing"
        dialog.works.item(1).setCheckState(Qt.CheckState.Checked)
        dialog.yes.click()

    answers.add(accept)
    window.actions_.offers.look(offer.offer_id)
    qtbot.waitUntil(lambda: "yes is signed" in window.notice.text(), timeout=WAIT_MS)
    looked = look_at(offer.offer_id, services)
    assert looked.offer.reply is not None
    assert (looked.offer.reply.claims, looked.standing) == (1, Standing.ANSWERED)
    assert standing_words(looked.offer, looked.standing) == ("You said yes", Tone.PLAIN)
    assert not [need for need in needs_of(services) if need.offer]


def test_a_no_with_a_word_and_a_second_look(
    qtbot: QtBot, window: MainWindow, offer: Offer, answers: Answers
) -> None:
    def decline(dialog: QDialog) -> None:
        assert isinstance(dialog, OfferDialog)
        dialog.reason.setText("Not for this.")
        dialog.decline.click()

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, OfferDialog)
        assert "your answer is on its way" in shown(dialog)
        assert dialog.yes.isHidden()
        dialog.no.click()

    answers.add(decline)
    window.actions_.offers.look(offer.offer_id)
    qtbot.waitUntil(lambda: "no is signed" in window.notice.text(), timeout=WAIT_MS)
    reply = look_at(offer.offer_id, window.services).offer.reply
    assert reply is not None
    assert b"Not for this." in reply.document
    answers.add(look)
    window.actions_.offers.look(offer.offer_id)
    qtbot.waitUntil(lambda: len(answers.seen) == 2, timeout=WAIT_MS)
    window.changes.tell(Change.CLAIMS)
    assert [one.text() for one in window.registries.offers.findChildren(QLabel)]
