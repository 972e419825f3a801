"""Answers to offers over a network that breaks, with kills and wrong clocks: each counts once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.flows.replying import accept, decline, list_offers
from desktop.flows.syncing import add_registry
from desktop.model.offers import Standing
from desktop.practice import offers as practice_offers
from desktop.practice.app import make_app
from desktop.practice.keyfile import key_of
from desktop.practice.ledger import LEDGER_FILE, Ledger
from desktop.practice.server import PracticeServer
from desktop.services import Services
from desktop.store.engine import sqlite3
from tests.dying import Die
from tests.faulty_proxy import FaultyProxy
from tests.flows.test_exactly_once import SEED, World, move_registry_clock
from tests.studio import (
    REGISTRY,
    add_works,
    assert_all_verify,
    mid_january,
    queue,
    settle,
    sync_until_sent,
)
from tests.tally import Tally

OFFERS = 24


@dataclass
class Answering(World):
    """Dies around the very call that answers the next offer."""

    folder: Path = Path()

    def _kill(self) -> None:
        with closing(sqlite3.connect(self.folder / LEDGER_FILE)) as connection:
            row = connection.execute(
                "SELECT max(number) FROM offers WHERE number NOT IN "
                "(SELECT number FROM offer_answers)"
            ).fetchone()
        self.declaring = f"POST /offers/{row[0]}/answer"
        super()._kill()


def offer_much(folder: Path, claimant: str) -> None:
    """Let the registry make many offers to one claimant."""
    ledger = Ledger(folder)
    key, moment = key_of(ledger), mid_january()
    works = {"all": True}
    with ledger.write() as connection:
        for which in range(3, 3 + OFFERS):
            practice_offers._PRICES[which, 1] = ("per-use", "0.01")
            practice_offers._offer(
                connection, claimant, which, 1, works, key, moment, moment.date()
            )
    ledger.close()


def answer_all(services: Services) -> None:
    """Accept every other offer and decline the rest."""
    services.now = lambda: mid_january() + timedelta(days=1)
    for number, offer in enumerate(list_offers(services, open_only=True)):
        (accept if number % 2 else decline)(offer.offer_id, services)


def test_each_answer_counts_once(
    tmp_path: Path,
    dying: Die,
    show_tally: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    cheap_keys: None,
) -> None:
    tally = Tally("Offers", SEED, claims=OFFERS)
    folder = tmp_path / "registry"
    monkeypatch.setattr(practice_offers, "_PRICES", dict(practice_offers._PRICES))
    with ExitStack() as stack:
        proxy = stack.enter_context(FaultyProxy(SEED, share=0.45))
        monkeypatch.setattr(
            "desktop.practice.server.make_app", lambda registry, _url: make_app(registry, proxy.url)
        )
        world = Answering(tmp_path / "library", proxy, dying, tally, "", kill_share=0.6)
        world.folder = folder
        proxy.clock = world.now
        move_registry_clock(monkeypatch, world.now)
        server = stack.enter_context(PracticeServer(folder, clock=mid_january))
        proxy.lead_to(server.port)
        proxy.share = 0.0
        with world.open() as services:
            settle(services)
            add_registry(REGISTRY, proxy.url, services)
            queue(services, add_works(services, 2))
            sync_until_sent(services)
            with closing(sqlite3.connect(folder / LEDGER_FILE)) as connection:
                ((claimant,),) = connection.execute("SELECT DISTINCT claimant FROM claims")
            offer_much(folder, claimant)
            sync_until_sent(services)
            answer_all(services)
        proxy.share = 0.45
        assert world.until_sent(), "answers still wait"
        with world.open() as services:
            found = [one.standing(services.now()) for one in list_offers(services)]
            assert sorted(found) == [Standing.ACCEPTED] * 12 + [Standing.DECLINED] * 12
            with services.store.read() as store:
                mine = {
                    (bytes(row["document"]), bytes(row["receipt"]))
                    for row in store.execute(
                        "SELECT offer_answers.document, offer_receipts.document AS receipt "
                        "FROM offer_answers JOIN offer_receipts USING (offer_answer_id)"
                    )
                }
            with closing(sqlite3.connect(folder / LEDGER_FILE)) as connection:
                theirs = connection.execute(
                    "SELECT document, receipt FROM offer_answers"
                ).fetchall()
            assert len(theirs) == OFFERS
            assert mine == set(theirs)
            assert_all_verify(services)
        show_tally(
            f"Offers: {OFFERS} answers, {sum(tally.kills.values())} kills, "
            f"{proxy.lost_posts} of {proxy.posts} replies lost, seed {SEED}"
        )
        assert proxy.lost_posts >= 0.2 * proxy.posts
        assert sum(tally.kills.values()) >= 3
