"""Offers of licensees: believed only when verified, answered once, and found again in payments."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from desktop.errors import Offline, Untrusted, UsageProblem
from desktop.flows.evidencing import evidence_bundle
from desktop.flows.renewing import rotate
from desktop.flows.replying import accept, decline, list_offers, look_at
from desktop.flows.syncing import add_registry, sync
from desktop.identity.canonical import canonical_bytes
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import sign_document
from desktop.model.offers import Standing
from desktop.model.terms import Answer, Licensee, Preset, Terms, Use
from desktop.model.times import to_rfc3339, utc_now
from desktop.practice.advance import advance
from desktop.practice.server import PracticeServer
from desktop.services import Services
from desktop.store import events
from desktop.store import offers as offers_store
from desktop.store import terms as terms_store
from desktop.terms.presets import PRESETS
from tests.cli.running import Cli
from tests.flows.test_updating import give, update
from tests.registries.stub import Answer as Reply
from tests.registries.stub import Stub, hash_of, problem
from tests.studio import (
    PASSWORD,
    REGISTRY,
    add_works,
    assert_all_verify,
    entries,
    mid_january,
    queue,
)


def months(services: Services, number: int) -> None:
    """Let months pass at the registry, and hear of it."""
    advance(services.library.parent / "registry", number, clock=mid_january)
    exchange(services)


def exchange(services: Services) -> list[object]:
    """Sync by the true clock, which the signatures of requests need; returns the problems."""
    before, services.now = services.now, utc_now
    problems = [problem for _, problem in sync(services).problems]
    services.now = before
    return list(problems)


@pytest.fixture
def offered(joined: Services) -> list[int]:
    """Two works whose claims were accepted, and an offer for all works."""
    works = add_works(joined, 2)
    queue(joined, works)
    assert sync(joined).problems == []
    months(joined, 1)
    joined.now = lambda: mid_january() + timedelta(days=31)
    return works


def test_an_answer_is_sent_before_an_update_ends_the_claim_that_it_names(
    joined: Services, offered: list[int]
) -> None:
    (offer,) = list_offers(joined, open_only=True)
    accept(offer.offer_id, joined, works=offered[:1])
    give(joined, PRESETS[Preset.NO_AI], offered)
    assert update(joined) == ["queued", "queued"]
    assert exchange(joined) == []
    assert look_at(offer.offer_id, joined).standing is Standing.ACCEPTED


def test_a_yes_is_for_what_was_shown_and_is_paid(
    joined: Services, registry: PracticeServer, offered: list[int]
) -> None:
    (offer,) = list_offers(joined, open_only=True)
    assert (offer.said.uses, offer.signed_by_licensee) == (
        (Use.TRAIN, Use.TRAIN_GENERATIVE),
        True,
    )
    looked = look_at(offer.offer_id, joined)
    assert [one.work_id for one in looked.works] == offered
    assert looked.works[0].against == offer.said.uses, "nothing was said of it yet"
    with pytest.raises(UsageProblem, match="not one that this offer is for"):
        accept(offer.offer_id, joined, works=[99])
    with pytest.raises(UsageProblem, match="not the offer that you were shown"):
        accept(offer.offer_id, joined, shown="0" * 64)
    accepted = accept(offer.offer_id, joined, works=offered[:1])
    assert accepted.standing(joined.now()) is Standing.ANSWERED
    with pytest.raises(UsageProblem, match="on its way"):
        decline(offer.offer_id, joined)
    registry.misbehave(["forged-signature:1@/offers"])
    (forged,) = exchange(joined)
    assert isinstance(forged, Untrusted)
    registry.misbehave(["drop-after-commit:1@/offers"])
    (lost,) = exchange(joined)
    assert isinstance(lost, Offline)
    assert exchange(joined) == []
    assert look_at(offer.offer_id, joined).standing is Standing.ACCEPTED
    months(joined, 3)
    assert look_at(offer.offer_id, joined).paid == (("EUR", Decimal("0.40")),)
    with joined.store.read() as connection:
        assert terms_store.of_work(connection, offered[0]).licensees == (), "nobody asked for it"
    assert_all_verify(joined)
    with ZipFile(BytesIO(evidence_bundle(offered[0], joined))) as bundle:
        names = " ".join(bundle.namelist())
    assert all(f"-{one}-{offer.offer_id}/" in names for one in ("offer", "answer", "receipt"))
    with ZipFile(BytesIO(evidence_bundle(offered[1], joined))) as bundle:
        assert "answer" not in " ".join(bundle.namelist())


def test_terms_name_the_licensee_only_if_asked(joined: Services, offered: list[int]) -> None:
    give(joined, PRESETS[Preset.NO_AI], offered)
    (offer,) = list_offers(joined, open_only=True)
    accept(offer.offer_id, joined, works=offered[:1], add_to_terms=True)
    with joined.store.read() as connection:
        mine, other = (terms_store.of_work(connection, one) for one in offered)
    (lumen,) = mine.licensees
    assert (lumen.name, lumen.uses[Use.TRAIN]) == (offer.said.licensee, Answer.CONSTRAINED)
    assert mine.for_everyone().uses == other.uses, "nobody else is permitted more"
    assert other.licensees == ()


@pytest.mark.parametrize("same", ["name", "did"])
def test_terms_give_nobody_else_what_a_licensee_was_accepted_for(
    joined: Services, offered: list[int], same: str
) -> None:
    (offer,) = list_offers(joined, open_only=True)
    shared = {"name": offer.said.licensee, "did": offer.said.licensee_did}[same]
    other = {"name": "Somebody else", "did": "did:web:other.example", same: shared}
    refused = Licensee(**other, uses={Use.TRAIN: Answer.DENY})
    give(joined, Terms(uses={Use.TRAIN: Answer.CONSTRAINED}, licensees=(refused,)), offered)
    (looked, _) = look_at(offer.offer_id, joined).works
    assert looked.answers[Use.TRAIN] is Answer.DENY, "it has the name or the key of who is refused"
    accept(offer.offer_id, joined, add_to_terms=True)
    with joined.store.read() as connection:
        assert terms_store.of_work(connection, offered[0]).licensees == (refused,)


def test_an_offer_is_held_against_what_the_terms_say_today(
    joined: Services, offered: list[int]
) -> None:
    last = joined.now().date()
    give(joined, dataclasses.replace(PRESETS[Preset.OPEN], expires=last), offered)
    (offer,) = list_offers(joined, open_only=True)
    assert look_at(offer.offer_id, joined).works[0].against == ()
    joined.now = lambda: mid_january() + timedelta(days=32)
    (ended, _) = look_at(offer.offer_id, joined).works
    assert set(ended.answers.values()) == {Answer.DENY}


def test_what_changed_ended_or_is_over_cannot_be_accepted(
    joined: Services, offered: list[int]
) -> None:
    (first,) = list_offers(joined)
    months(joined, 1)
    better = next(one for one in list_offers(joined) if one.said.revision == 2)
    single = next(one for one in list_offers(joined) if Use.OUTPUT in one.said.uses)
    with pytest.raises(UsageProblem, match="changed since"):
        accept(first.offer_id, joined)
    decline(single.offer_id, joined, reason="Not this one.")
    assert exchange(joined) == []
    months(joined, 1)
    assert look_at(single.offer_id, joined).standing is Standing.DECLINED
    joined.now = lambda: better.said.open_until
    with pytest.raises(UsageProblem, match="is over"):
        accept(better.offer_id, joined)


def test_the_registrys_clock_decides(joined: Services, offered: list[int]) -> None:
    """Ours may be slow; an answer that comes too late is refused in its words, and not repeated."""
    (offer,) = list_offers(joined)
    accept(offer.offer_id, joined)
    advance(joined.library.parent / "registry", 3, clock=mid_january)
    assert exchange(joined) == []
    looked = look_at(offer.offer_id, joined)
    assert looked.standing is Standing.REFUSED
    assert looked.offer.reply is not None
    assert "changed" in looked.offer.reply.last_problem
    withdrawn = next(one for one in list_offers(joined) if Use.OUTPUT in one.said.uses)
    with pytest.raises(UsageProblem, match="was withdrawn"):
        accept(withdrawn.offer_id, joined)


def test_a_new_key_answers_what_the_old_one_was_offered(
    joined: Services, offered: list[int]
) -> None:
    rotate("", "New computer", joined)
    (offer,) = list_offers(joined, open_only=True)
    accept(offer.offer_id, joined)
    assert exchange(joined) == []
    assert look_at(offer.offer_id, joined).standing is Standing.ACCEPTED
    assert_all_verify(joined)


def test_the_command_line(
    studio: Services,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the true clock: the registry's is a month ahead, so that its offers are open."""
    with PracticeServer(tmp_path / "today") as server:
        add_registry(REGISTRY, server.url, studio)
        works = add_works(studio, 2)
        queue(studio, works)
        sync(studio)
        advance(tmp_path / "today", 2)
        studio.close()
        monkeypatch.setenv("RESIDUALS_PASSWORD", PASSWORD)
        cli = Cli(studio.library, capfdbinary)
        heard = [row["event"] for row in cli("sync", "--once").rows if "event" in row]
        assert heard.count("offer.made") == 3
        single, better, first = cli("offers", "list").rows
        assert (better["price"]["amount"], better["works"]) == ("0.55", "all")
        assert (first["state"], len(cli("offers", "list", "--open").rows)) == ("changed", 2)
        number = str(better["offer_id"])
        shown = cli("offers", "show", number).row
        assert [one["work_id"] for one in shown["covers"]] == works
        assert "your terms say: training nothing said" in cli.plain("offers", "show", number).text
        cli("offers", "accept", str(first["offer_id"]), code=2)
        cli("offers", "accept", number, "--works", "one", code=2)
        answered = cli("offers", "accept", number, "--works", "2").row["answer"]
        assert (answered["works"], answered["receipt"]) == (1, None)
        assert cli("offers", "decline", str(single["offer_id"]), "--reason", "No.").row["answer"]
        assert [row["answer"] for row in cli("outbox").rows if "offer" in row] == [
            "accept",
            "decline",
        ]
        cli("sync", "--once")
        assert cli("offers", "show", number).row["state"] == "accepted"


@dataclass
class Liar:
    """A registry that offers whatever entries say; answer is what it says to an answer."""

    services: Services
    stub: Stub
    entries: list[dict[str, Any]] = field(default_factory=list)
    answer: Reply | None = None
    lumen: SigningKey = field(default_factory=SigningKey.generate)

    def respond(self, method: str, path: str, body: bytes) -> Reply:
        """Answer every call."""
        if path.startswith("/.well-known"):
            return Reply(body=canonical_bytes(self.stub.description(offers=True)))
        if path.startswith("/offers") and method == "GET":
            fresh = self.entries[int(path.partition("after=")[2] or 0) :]
            page = {"entries": fresh, "next": f"{len(self.entries):06d}", "more": False}
            return Reply(body=canonical_bytes(page))
        if path.startswith("/offers") and self.answer is not None:
            return self.answer
        if path.startswith("/claims/"):
            return Reply(503)
        return self.stub.well(method, path, body)

    def offer(self, *signers: SigningKey, **changes: Any) -> dict[str, Any]:
        """Return an entry with an offer. signers: the registry and the licensee."""
        now = datetime.now(UTC)
        document = {
            "type": ["OpenClaimsOffer"],
            "version": "1.0",
            "registry": self.stub.key.did,
            "id": "O-1",
            "revision": 1,
            "claimant": entries_did(self.services),
            "licensee": {"name": "Lumen <b>bold</b>", "did": self.lumen.did},
            "uses": ["train"],
            "works": {"all": True},
            "price": {"model": "per-training", "amount": "1.00", "currency": "EUR"},
            "period": {"start": "2027-01-01", "end": "2028-01-01"},
            "made": to_rfc3339(now),
            "open_until": to_rfc3339(now + timedelta(days=30)),
            **changes,
        }
        keys = signers or (self.stub.key, self.lumen)
        proofs = [sign_document(document, key, created=now)["proof"] for key in keys]
        offer = {**document, "proof": proofs}
        self.entries.append({"cursor": f"{len(self.entries) + 1:06d}", "offer": offer})
        return offer


def entries_did(services: Services) -> str:
    """Return the key that signed the claims."""
    return str(json.loads(entries(services)[0].document)["claimant"]["did"])


@pytest.fixture
def liar(studio: Services) -> Iterator[Liar]:
    """A library with a claim at a registry that lies about offers."""
    with Stub() as stub:
        made = Liar(studio, stub)
        stub.answer = made.respond
        add_registry(REGISTRY, stub.url, studio)
        queue(studio, add_works(studio, 1))
        assert sync(studio).problems == []
        yield made


ELSEWHERE = {"name": "Lumen", "did": "did:web:lumen.example"}
CASES: dict[str, Any] = {
    "signed by a stranger": lambda liar: liar.offer(SigningKey.generate(), liar.lumen),
    "the licensee did not sign": lambda liar: liar.offer(liar.stub.key),
    "another licensee signed": lambda liar: liar.offer(liar.stub.key, SigningKey.generate()),
    "a second signature of nobody known": lambda liar: liar.offer(licensee=ELSEWHERE),
    "for somebody else": lambda liar: liar.offer(claimant=SigningKey.generate().did),
    "of another registry": lambda liar: liar.offer(registry=SigningKey.generate().did),
    "for works that are not ours": lambda liar: liar.offer(works={"claims": ["ab" * 32]}),
    "ends before it begins": lambda liar: liar.offer(
        period={"start": "2027-01-01", "end": "2026-01-01"}
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_not_believed_is_kept_as_evidence_and_stops_nothing(liar: Liar, case: str) -> None:
    CASES[case](liar)
    liar.offer(id="O-2")
    ((_, told),) = sync(liar.services).problems
    assert isinstance(told, Untrusted)
    assert [one.said.number for one in list_offers(liar.services)] == ["O-2"]
    with liar.services.store.read() as connection:
        ((_, fetch, _),) = events.refused(connection)
    assert (fetch.kind, fetch.number) == ("offer", "O-1")
    assert sync(liar.services).problems == [], "it is not told again and again"


def test_a_licensee_whose_key_is_not_in_its_name_has_only_the_registrys_word(liar: Liar) -> None:
    liar.offer(liar.stub.key, licensee=ELSEWHERE)
    assert sync(liar.services).problems == []
    (offer,) = list_offers(liar.services)
    assert not offer.signed_by_licensee


def test_an_offer_that_is_changed_in_secret(liar: Liar) -> None:
    liar.offer()
    sync(liar.services)
    liar.entries.clear()
    liar.offer(price={"model": "free"})
    with liar.services.store.write() as tx:
        offers_store.set_cursor(tx, 1, entries_did(liar.services), "")
    ((_, told),) = sync(liar.services).problems
    assert "without saying so" in told.message
    (kept,) = list_offers(liar.services)
    assert kept.said.amount == Decimal("1.00")


def test_an_answer_is_not_taken_for_received_without_a_receipt(liar: Liar) -> None:
    offer = liar.offer()
    sync(liar.services)
    decline(1, liar.services)
    other = liar.stub.receipt(json.loads(entries(liar.services)[0].document))
    subject = {
        "id": offer["claimant"],
        "answer": {
            "hash": "ab" * 32,
            "offer": "O-1",
            "revision": 1,
            "offer_hash": hash_of(offer),
            "answer": "accept",
            "received": to_rfc3339(utc_now()),
        },
    }
    bare = {
        **{name: value for name, value in other.items() if name != "proof"},
        "type": ["VerifiableCredential", "OpenClaimsOfferReceipt"],
        "credentialSubject": subject,
    }
    signed = sign_document(bare, liar.stub.key, created=utc_now())
    for answer in (Reply(body=b"{}"), Reply(body=canonical_bytes(signed)), Reply(503)):
        liar.answer = answer
        assert sync(liar.services).problems
        assert look_at(1, liar.services).standing is Standing.ANSWERED
    liar.answer = problem(409, "This offer <b>is over</b>.")
    assert sync(liar.services).problems == []
    assert look_at(1, liar.services).standing is Standing.REFUSED
