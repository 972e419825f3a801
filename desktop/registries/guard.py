"""Keeps another package's connector from harming anything but itself.

Its calls run in a thread of their own with a deadline; what it raises becomes a RegistryProblem,
and what it returns is checked before anybody believes it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from desktop.errors import Busy, RegistryProblem
from desktop.model.claims import ClaimState, Receipt
from desktop.model.offers import OfferPage
from desktop.model.registries import Ability, Description, Event, EventPage
from desktop.registries.answers import plain_words
from desktop.registries.connector import Envelope, Outcome, Parcel, Verdict
from desktop.registries.transport import Transport

CALL_LIMIT_S = 60.0
MAX_DOCUMENT_BYTES = 8 * 1024 * 1024
_METHODS = ("describe", "envelope", "submit")


class Kept:
    """Keeps what is raised within it: strangers' code raises anything.

    exits: also what would end the app (SystemExit, KeyboardInterrupt); in a thread of their own.
    """

    def __init__(self, *, exits: bool = False) -> None:
        self.error: BaseException | None = None
        self._exits = exits

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> bool:
        self.error = error
        return self._exits or isinstance(error, Exception)


class Guard:
    """Calls one package. who: "The connector X (package 1.0)", the start of every sentence."""

    def __init__(self, who: str, limit_s: float | None = None) -> None:
        self._who = who
        self._limit_s = limit_s
        self._stuck: threading.Thread | None = None

    def problem(self, words: str) -> RegistryProblem:
        """Return a problem of this package, in words."""
        return RegistryProblem(
            f"{self._who} {words}.",
            advice="Your claims wait safely in the outbox. Update or remove that package.",
        )

    def call(self, what: str, function: Any, *args: Any) -> Any:
        """Return what function(*args) returns. Raises RegistryProblem for anything it raises.

        A call that hangs is left behind; while it hangs, the package is not called again.
        """
        if self._stuck is not None and self._stuck.is_alive():
            raise self.problem("still hangs in an earlier call")
        kept, results, words = Kept(exits=True), list[Any](), [""]

        def run() -> None:
            with kept:
                results.append(function(*args))
            with Kept(exits=True):  # an exception may even fail to say what it is
                words.append(plain_words(str(kept.error)))

        thread = threading.Thread(target=run, name=f"connector {what}", daemon=True)
        thread.start()
        thread.join(CALL_LIMIT_S if self._limit_s is None else self._limit_s)
        if thread.is_alive():
            self._stuck = thread
            raise self.problem(f"hangs in {what}")
        if kept.error is not None:
            raise self._translated(what, kept.error, words[-1]) from kept.error
        return results[0]

    def _translated(self, what: str, error: BaseException, words: str) -> RegistryProblem:
        """A problem of the agreed tree keeps its meaning, with clean words; the rest gets one."""
        if type(error).__module__ == RegistryProblem.__module__ and isinstance(
            error, RegistryProblem
        ):
            words = f"{self._who}: {_text(getattr(error, 'message', ''))}"
            if isinstance(error, Busy):
                asked = error.retry_after_s
                asked = min(asked, 3600) if type(asked) is int and asked >= 0 else None
                return Busy(words, retry_after_s=asked)
            error.message, error.advice = words, _text(getattr(error, "advice", ""))
            return error
        name = plain_words(type(error).__name__)
        return self.problem(f"failed in {what}: {name}: {words or 'no reason given'}")


class Guarded:
    """Another package's connector, called through a guard. A Connector itself."""

    def __init__(self, guard: Guard, inner: object, transport: Transport) -> None:
        self._guard = guard
        self._inner = inner
        self._transport = transport
        for name in _METHODS:
            if not callable(getattr(inner, name, None)):
                raise guard.problem(f"has no method {name}")

    def describe(self) -> Description:
        """Return a description whose every field is what it should be."""
        said = self._call("describe")
        self._check(_is_description(said), "describe", "a description")
        result: Description = said
        return replace(
            result,
            name=plain_words(result.name) or "?",
            vouched=False,
            abilities=result.abilities - {Ability.OFFERS},  # nobody could check them
        )

    def envelope(self, parcel: Parcel) -> Envelope | None:
        """Return what it wants to send for a claim."""
        made = self._call("envelope", parcel)
        self._check(made is None or _is_envelope(made), "envelope", "an envelope")
        result: Envelope | None = made
        return result

    def submit(self, parcels: Sequence[Parcel], description: Description) -> list[Outcome]:
        """Return one outcome for each claim, in order."""
        said = self._call("submit", tuple(parcels), description)
        hashes = [parcel.claim_hash for parcel in parcels]
        right = isinstance(said, list | tuple) and all(map(_is_outcome, said))
        self._check(right and [one.claim_hash for one in said] == hashes, "submit", "outcomes")
        return [
            replace(
                one,
                words=_text(one.words),
                number=plain_words(one.number),
                notice=_text(one.notice),
                conflict=None,
            )
            for one in said
        ]

    def events(self, after: str) -> EventPage:
        """Return a page of its feed."""
        said = self._call("events", after)
        self._check(_is_page(said), "events", "a page of events")
        result: EventPage = said
        return result

    def claim(self, claim_hash: str) -> dict[str, Any]:
        """Return what it knows of a claim."""
        return self._claim("claim", claim_hash)

    def respond(self, claim_hash: str, path: str, document: bytes) -> dict[str, Any]:
        """Return where a claim stands after a signed answer."""
        return self._claim("respond", claim_hash, path, document)

    def set_payout(self, document: bytes) -> dict[str, Any]:
        """Return where a payout channel stands."""
        said = self._call("set_payout", document)
        right = isinstance(said, dict) and _texts(said.get("kind"), said.get("status"))
        known = right and said["status"] in ("unconfirmed", "confirmed")
        self._check(known, "set_payout", "the kind and status of a payout channel")
        return {"kind": said["kind"], "status": said["status"]}

    def tell_of_key(self, document: bytes) -> dict[str, Any]:
        """Return how a key stands after a notice about it."""
        said = self._call("tell_of_key", document)
        right = isinstance(said, dict) and _texts(said.get("did"), said.get("status"))
        named = right and _texts(said.get("successor", ""))
        self._check(named, "tell_of_key", "the did and status of a key")
        return {name: said[name] for name in ("did", "status", "successor") if name in said}

    def offers(self, after: str) -> OfferPage:
        """Return nothing: offers of other packages are not taken."""
        return OfferPage(entries=(), next=after, more=False)

    def answer_offer(self, number: str, document: bytes) -> dict[str, Any]:
        """Raise RegistryProblem: there are no such offers to answer."""
        raise self._guard.problem("passes no offers on")

    def statement(self, number: str, revision: int) -> bytes:
        """Return the bytes of a statement."""
        return self._bytes("statement", number, revision)

    def remittance(self, external_id: str) -> bytes:
        """Return the bytes of a notice of payment."""
        return self._bytes("remittance", external_id)

    def read_signed(
        self, schema: str, document: bytes, description: Description, payee: str
    ) -> dict[str, Any]:
        """Return a document only if its signature holds by the rules of Open Claims."""
        from desktop.registries.open_claims import read_signed

        return read_signed(schema, document, description, payee)

    def _call(self, name: str, *args: Any) -> Any:
        found = getattr(self._inner, name, None)
        if not callable(found):
            raise self._guard.problem(f"has no method {name}")
        method: Callable[..., Any] = found

        def run() -> Any:
            try:
                return method(*args)
            finally:
                self._transport.close()  # this thread's connections end with it

        return self._guard.call(name, run)

    def _claim(self, name: str, claim_hash: str, *args: Any) -> dict[str, Any]:
        said = self._call(name, claim_hash, *args)
        right = isinstance(said, dict) and _texts(said.get("hash"), said.get("status"))
        known = right and said["status"] in {state.value for state in ClaimState}
        self._check(known, name, "a claim's hash and status")
        return {"hash": said["hash"], "status": said["status"]}

    def _bytes(self, name: str, *args: Any) -> bytes:
        said = self._call(name, *args)
        self._check(isinstance(said, bytes) and len(said) <= MAX_DOCUMENT_BYTES, name, "bytes")
        result: bytes = said
        return result

    def _check(self, right: bool, name: str, what: str) -> None:
        if not right:
            raise self._guard.problem(f"returned from {name} what is not {what}")


def _is_description(said: object) -> bool:
    return (
        type(said) is Description
        and _texts(said.name, said.api, said.did)
        and bool(said.did)
        and isinstance(said.methods, dict)
        and all(
            isinstance(name, str) and isinstance(key, bytes) and len(key) == 32
            for name, key in said.methods.items()
        )
        and type(said.batch) is int
        and said.batch > 0
        and type(said.body_bytes) is int
        and said.body_bytes > 0
        and isinstance(said.document, bytes)
        and isinstance(said.abilities, frozenset)
        and all(isinstance(ability, Ability) for ability in said.abilities)
        and isinstance(said.payout_kinds, tuple)
        and _texts(*said.payout_kinds)
    )


def _is_envelope(made: object) -> bool:
    return (
        type(made) is Envelope
        and isinstance(made.document, bytes)
        and len(made.document) <= MAX_DOCUMENT_BYTES
        and isinstance(made.forced, bool)
        and type(made.made_s) is int
    )


def _is_outcome(said: object) -> bool:
    if type(said) is not Outcome or not isinstance(said.verdict, Verdict):
        return False
    receipt = said.receipt
    if (said.verdict is Verdict.RECEIVED) != (receipt is not None):
        return False
    fits = receipt is None or (_is_receipt(receipt) and receipt.claim_hash == said.claim_hash)
    return fits and _texts(said.claim_hash, said.words, said.number, said.notice)


def _is_receipt(receipt: object) -> bool:
    return (
        type(receipt) is Receipt
        and _texts(receipt.claim_hash, receipt.number, receipt.status)
        and type(receipt.sequence) is int
        and 0 <= receipt.sequence < 2**53
        and _is_moment(receipt.received)
        and isinstance(receipt.document, bytes)
        and len(receipt.document) <= MAX_DOCUMENT_BYTES
    )


def _is_page(said: object) -> bool:
    return (
        type(said) is EventPage
        and isinstance(said.events, tuple)
        and all(map(_is_event, said.events))
        and _texts(said.next)
        and isinstance(said.more, bool)
    )


def _is_event(event: object) -> bool:
    return (
        type(event) is Event
        and _texts(event.cursor, event.type, event.claim_hash, event.claim_number)
        and _texts(event.reason, event.remittance)
        and _is_moment(event.time)
        and event.conflict is None
        and (event.statement is None or _is_statement_name(event.statement))
        and isinstance(event.document, bytes)
    )


def _is_statement_name(name: object) -> bool:
    return (
        isinstance(name, tuple)
        and len(name) == 2
        and isinstance(name[0], str)
        and type(name[1]) is int
    )


def _is_moment(moment: object) -> bool:
    return isinstance(moment, datetime) and moment.tzinfo is not None


def _texts(*values: object) -> bool:
    return all(type(value) is str for value in values)


def _text(value: object) -> str:
    return plain_words(value) if isinstance(value, str) else ""
