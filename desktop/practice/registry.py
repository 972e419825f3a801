"""The registry's side of every call: plain functions that run in worker threads."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from desktop.identity.canonical import canonical_bytes
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import sign_document
from desktop.model.fingerprints import Kind
from desktop.model.times import Clock
from desktop.practice.advance import begin_books, catch_up
from desktop.practice.amounts import CURRENCY, minor_text
from desktop.practice.answers import take_answer
from desktop.practice.claims import (
    BATCH,
    Incoming,
    find_claim,
    forget_claims,
    hash_of,
    keep_claim,
    read_claim,
    read_submission,
    state_of,
)
from desktop.practice.clock import now_of
from desktop.practice.events import page_of, read_page
from desktop.practice.keyfile import key_of
from desktop.practice.keys import followed_by, take_notice
from desktop.practice.ledger import Ledger
from desktop.practice.offer_answers import answer_offer
from desktop.practice.offers import read_offers
from desktop.practice.payout import FORMS, set_channel
from desktop.practice.problems import Problem, not_found
from desktop.practice.remittances import export_bank_files, read_remittance
from desktop.practice.review import REVIEWED_AT_ONCE, review
from desktop.practice.statements import (
    MINIMUM_PAYOUT_MINOR,
    PAYMENT_TERMS_DAYS,
    read_statement,
)

NAME = "Practice Registry (fictitious)"
BODY_BYTES = 1_048_576
REVIEW_ROUNDS = 5
KEY_NOTICES = True
TERMS_DETAILS = True
OFFERS = True
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A verified request. body: the JSON document, or None where the call has none."""

    claimant: str
    path: dict[str, str] = field(default_factory=dict)
    query: list[tuple[str, str]] = field(default_factory=list)
    body: Any = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a status and canonical JSON."""

    status: int
    body: bytes


class Registry:
    """Answers calls from one ledger with one key. clock: the real time, for the tests to move."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self.key: SigningKey = key_of(ledger)
        with ledger.write() as connection:
            begin_books(connection, self._now(connection))
        export_bank_files(ledger)

    def description(self, url: str) -> bytes:
        """Return the signed description for the address the registry is reached at."""
        document = {
            "protocol": "open-claims",
            "version": "1.0",
            "name": NAME,
            "api": url,
            "did": self.key.did,
            "keys": [_multikey(self.key)],
            "kinds": [kind.value for kind in Kind],
            "rights": ["training", "reference", "output"],
            "terms_vocabulary": "residuals-uses-1",
            "limits": {"batch": BATCH, "body_bytes": BODY_BYTES},
            "currencies": [CURRENCY],
            "payout_channels": list(FORMS),
            "payment_terms_days": PAYMENT_TERMS_DAYS,
            "key_notices": KEY_NOTICES,
            "terms_details": TERMS_DETAILS,
            "offers": OFFERS,
            "minimum_payout": {"amount": minor_text(MINIMUM_PAYOUT_MINOR), "currency": CURRENCY},
        }
        return canonical_bytes(sign_document(document, self.key, created=self._clock()))

    def submit(self, call: Call) -> Answer:
        """Take claims; one outcome each, in order."""
        claims = read_submission(call.body)
        with self._ledger.read() as connection:
            followed = followed_by(connection, call.claimant)
        read = [_read(document, followed) for document in claims]
        outcomes: list[Document] = []
        with self._ledger.write() as connection:
            now = self._now(connection)
            for one in read:
                if isinstance(one, Incoming):
                    outcomes.append(self._keep(connection, one, call.claimant, now))
                else:
                    outcomes.append(one)
        return _answer({"outcomes": outcomes})

    def _keep(self, connection: Any, one: Incoming, caller: str, now: datetime) -> Document:
        try:
            receipt = keep_claim(connection, one, self.key, now, caller=caller)
        except Problem as problem:
            return {"hash": one.hash, "problem": problem.document()}
        return {"hash": one.hash, "receipt": receipt}

    def claim(self, call: Call) -> Answer:
        """Tell what is known of a claim."""
        with self._ledger.read() as connection:
            row = find_claim(connection, call.path["id"], call.claimant)
            return _answer(state_of(connection, row["sequence"]))

    def taking(self, kind: str) -> Callable[[Call], Answer]:
        """Return the call that takes signed documents of a kind about a claim."""

        def take(call: Call) -> Answer:
            with self._ledger.write() as connection:
                now = self._now(connection)
                return _answer(
                    take_answer(connection, kind, call.path["id"], call.body, call.claimant, now)
                )

        return take

    def events(self, call: Call) -> Answer:
        """Review what waits, do what fell due, and return a page of events."""
        page = page_of(call.query)
        claimant = self._feed_of(page.claimant or call.claimant, call.claimant)
        self._catch_up()
        for _ in range(REVIEW_ROUNDS):
            with self._ledger.write() as connection:
                done = review(connection, self._now(connection), claimant=claimant)
            if done < REVIEWED_AT_ONCE:
                break
        with self._ledger.read() as connection:
            return _answer(read_page(connection, claimant, page))

    def _feed_of(self, claimant: str, caller: str) -> str:
        with self._ledger.read() as connection:
            if claimant not in followed_by(connection, caller):
                raise not_found("claimant")
        return claimant

    def offers(self, call: Call) -> Answer:
        """Do what fell due, and return a page of what is offered."""
        page = page_of(call.query, usual=50, most=200)
        claimant = self._feed_of(page.claimant or call.claimant, call.claimant)
        self._catch_up()
        with self._ledger.read() as connection:
            return _answer(read_offers(connection, claimant, page))

    def answer_offer(self, call: Call) -> Answer:
        """Take a signed answer to an offer; the same again gets the same receipt."""
        with self._ledger.write() as connection:
            now = self._now(connection)
            number = call.path["id"]
            return _answer(
                answer_offer(connection, number, call.body, call.claimant, self.key, now)
            )

    def tell_of_key(self, call: Call) -> Answer:
        """Take a notice that a key was replaced or revoked."""
        with self._ledger.write() as connection:
            return _answer(take_notice(connection, call.body, self._now(connection)))

    def statement(self, call: Call) -> Answer:
        """Return a statement, byte for byte as it was issued."""
        with self._ledger.read() as connection:
            number, revision = call.path["number"], call.path["revision"]
            return Answer(200, read_statement(connection, number, revision, call.claimant))

    def remittance(self, call: Call) -> Answer:
        """Return a remittance, byte for byte as it was sent."""
        with self._ledger.read() as connection:
            return Answer(200, read_remittance(connection, call.path["id"], call.claimant))

    def payout_channel(self, call: Call) -> Answer:
        """Take a payout channel; it is in force after its confirmation event."""
        with self._ledger.write() as connection:
            return _answer(set_channel(connection, call.body, call.claimant), status=202)

    def forget(self, hashes: list[str]) -> None:
        """Lose claims: a misbehaviour, for tests."""
        with self._ledger.write() as connection:
            forget_claims(connection, hashes)

    def _now(self, connection: Any) -> datetime:
        return now_of(connection, self._clock)

    def _catch_up(self) -> None:
        """Months also pass by themselves, if the server is left running for so long."""
        with self._ledger.write() as connection:
            counts = catch_up(connection, self.key, self._now(connection))
        if counts["pay"]:
            export_bank_files(self._ledger)


def _answer(document: Document, status: int = 200) -> Answer:
    return Answer(status, canonical_bytes(document))


def _read(document: Any, followed: Collection[str]) -> Incoming | Document:
    """Return the claim, or its problem outcome."""
    try:
        return read_claim(document, followed)
    except Problem as problem:
        return {"hash": hash_of(document), "problem": problem.document()}


def _multikey(key: SigningKey) -> Document:
    return {
        "id": key.method,
        "type": "Multikey",
        "controller": key.did,
        "publicKeyMultibase": key.method.partition("#")[2],
    }
