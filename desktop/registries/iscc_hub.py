"""ISCC-HUBs, from the declarer's side: one declaration a call, a receipt, and nothing more.

ISCC Discovery Protocol, draft of 2025-07-30; REGISTRIES.md, "ISCC-HUB, in facts".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from desktop.errors import KeyProblem, LoginNeeded, RegistryProblem, Untrusted, UsageProblem
from desktop.identity.canonical import parse_json
from desktop.identity.keys import DID_KEY
from desktop.model.iscc_ids import MAX_HUB_ID
from desktop.model.registries import Ability, Description
from desktop.registries import iscc_hub_answers as answers
from desktop.registries.connector import (
    Envelope,
    Link,
    NothingToTell,
    Option,
    Outcome,
    Parcel,
    Signer,
    Verdict,
    outcome_of_receipt,
)
from desktop.registries.did_web import document_url, read_did_document
from desktop.registries.iscc_hub_receipts import read_receipt
from desktop.registries.iscc_notes import MAX_NOTE_BYTES, make_note

DECLARATION = "/declaration"
FORCE_HEADER = "X-Force-Declaration"
# A hub takes a note for ten minutes; one that is to be sent a second time has to be well within.
RESEND_S = 8 * 60
MAX_CLOCK_ERROR = timedelta(days=1)
_CLOCK_FITS = timedelta(minutes=1)
_GATEWAY_NAMES = {"iscc_id", "iscc_code", "pubkey", "datahash", "controller"}
_MAX_GATEWAY_CHARACTERS = 2000


class IsccHub(NothingToTell):
    """Declares at one hub with one key."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._url = link.url.rstrip("/")
        self._ahead = timedelta(0)

    def describe(self) -> Description:
        """Read the hub's keys (did.json); it says no more of itself. Raises RegistryProblem."""
        reply = self._link.transport.call("GET", document_url(self._url))
        if reply.status == 404:
            raise Untrusted("There is no list of keys (did.json) at this address.")
        if not 200 <= reply.status < 300:
            raise answers.Said.of(reply).problem(reply)
        did, methods = read_did_document(reply.body, self._url)
        return Description(
            name=urlsplit(self._url).netloc,
            api=self._url,
            did=did,
            methods=methods,
            batch=1,
            body_bytes=MAX_NOTE_BYTES,
            document=reply.body,
            abilities=frozenset({Ability.FORCE}),
        )

    def envelope(self, parcel: Parcel) -> Envelope:
        """Return a fresh note; or, for a forced one that may have arrived, the very same note.

        Its nonce is taken once only, so the same note cannot become a second declaration. Where
        it is too old to be sent again, a fresh note is not forced: the hub then says what it has.
        """
        now = self._link.now() + self._ahead
        earlier = parcel.earlier
        maybe_there = earlier is not None and earlier.forced and parcel.forced
        if earlier is not None and maybe_there:
            age_s = self._link.now().timestamp() - earlier.made_s
            if 0 <= age_s <= RESEND_S:
                return Envelope(
                    document=earlier.document, forced=True, made_s=earlier.made_s, again=True
                )
        document = make_note(
            parcel.document,
            hub_id=int(self._link.options.get("hub_id", 0)),
            moment=now,
            key=self._key,
            gateway=str(self._link.options.get("gateway", "")),
        )
        return Envelope(
            document=document,
            forced=parcel.forced and not maybe_there,
            made_s=int(self._link.now().timestamp()),
        )

    def submit(self, parcels: Sequence[Parcel], description: Description) -> list[Outcome]:
        """Declare; one outcome each. Raises RegistryProblem where none can be told apart."""
        return [self._declare(parcel, description) for parcel in parcels]

    def _declare(self, parcel: Parcel, description: Description) -> Outcome:
        envelope = parcel.envelope
        if envelope is None:
            raise KeyProblem("The declaration was not signed.")
        headers = {"Content-Type": "application/json"}
        if envelope.forced:
            headers[FORCE_HEADER] = "true"
        reply = self._link.transport.call(
            "POST", self._url + DECLARATION, headers=headers, body=envelope.document
        )
        if 200 <= reply.status < 300:
            return self._received(parcel.claim_hash, envelope.document, reply.body, description)
        said = answers.Said.of(reply)
        if said.code == answers.TIMESTAMP:
            return self._other_time(parcel.claim_hash, reply.date)
        mine = self._key.did.removeprefix(DID_KEY)
        outcome = answers.outcome_of(said, parcel.claim_hash, envelope, mine, self._link.own)
        if outcome is not None:
            return outcome
        if reply.status in (404, 405):
            raise RegistryProblem(
                "There is no ISCC-HUB at this address.",
                advice="Check the address. Your claims wait safely in the outbox.",
            )
        raise said.problem(reply)

    def _received(
        self, claim_hash: str, note: bytes, body: bytes, description: Description
    ) -> Outcome:
        return outcome_of_receipt(
            claim_hash,
            lambda: read_receipt(
                body,
                note=parse_json(note),
                claim_hash=claim_hash,
                issuer=description.did,
                methods=description.methods,
            ),
        )

    def _other_time(self, claim_hash: str, date: datetime | None) -> Outcome:
        """Take the hub's clock for the next note, once, and within reason."""
        if date is None:
            raise RegistryProblem(
                "The hub says that our clock is wrong, and does not say what time it is.",
                advice="Set this computer's clock. Your claims wait safely in the outbox.",
            )
        ahead = date - self._link.now()
        if abs(ahead) > MAX_CLOCK_ERROR:
            raise RegistryProblem(
                f"This computer's clock and the hub's differ by {_span(ahead)}.",
                advice="Set this computer's clock. Your claims wait safely in the outbox.",
            )
        if abs(ahead - self._ahead) < _CLOCK_FITS:
            raise Untrusted("The hub refuses the very time it shows itself.")
        self._ahead = ahead
        way = "slow" if ahead > timedelta(0) else "fast"
        return Outcome(
            claim_hash=claim_hash,
            verdict=Verdict.AGAIN,
            words="The hub did not take the time in the declaration.",
            notice=f"This computer's clock is {_span(ahead)} {way} by the hub's; the hub's time "
            "was used. Set the clock.",
        )

    @property
    def _key(self) -> Signer:
        if self._link.key is None:
            raise LoginNeeded("This call has to be signed, and no key is open.")
        return self._link.key


def _span(difference: timedelta) -> str:
    minutes = round(abs(difference).total_seconds() / 60)
    if minutes >= 48 * 60:
        return f"{round(minutes / 1440)} days"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def read_hub_id(text: str) -> int:
    """Read a hub's number. Raises UsageProblem."""
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_HUB_ID))
    if not plain or int(text) > MAX_HUB_ID:
        raise UsageProblem(f"A hub's number is between 0 and {MAX_HUB_ID}.")
    return int(text)


def read_gateway(text: str) -> str:
    """Read the address (or RFC 6570 template) under which a hub points to you."""
    parts = urlsplit(text)
    names = {part.partition("}")[0] for part in text.split("{")[1:]}
    balanced = text.count("{") == text.count("}") == len(names)
    sound = parts.scheme in ("http", "https") and parts.netloc and not any(map(str.isspace, text))
    if not sound or not balanced or names - _GATEWAY_NAMES or len(text) > _MAX_GATEWAY_CHARACTERS:
        raise UsageProblem(
            "A gateway is an address such as https://example.org/works/{iscc_id}.",
            advice=f"Names that may stand in braces: {', '.join(sorted(_GATEWAY_NAMES))}.",
        )
    return text


OPTIONS = (
    Option(
        name="hub_id",
        label="Number of the hub",
        hint="0 to 4095; the hub's operator tells it",
        read=read_hub_id,
    ),
    Option(
        name="gateway",
        label="Your own page about a work (public)",
        hint="https://… ; leave empty to give none",
        read=read_gateway,
    ),
)
