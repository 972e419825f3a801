"""The Open Claims API 1.0 (resources/openclaims.yaml), from the claimant's side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, overload
from urllib.parse import quote, urlencode, urlsplit

from desktop.errors import LoginNeeded, SignatureProblem, Untrusted
from desktop.identity.canonical import canonical_bytes, parse_json
from desktop.identity.http_signatures import signature_headers
from desktop.identity.keys import SigningKey, public_key_from_multikey
from desktop.identity.proofs import methods_of_did_key, verify_document
from desktop.model.claims import Receipt
from desktop.model.offers import OfferPage
from desktop.model.registries import Ability, Description, Event, EventPage
from desktop.model.times import Clock, from_rfc3339, utc_now
from desktop.protocol import check_document
from desktop.registries.answers import plain_words, problem_of, strict_json
from desktop.registries.connector import (
    Envelope,
    Link,
    Outcome,
    Parcel,
    Verdict,
    outcome_of_receipt,
)
from desktop.registries.transport import Reply, Transport

WELL_KNOWN = "/.well-known/open-claims"
PROBLEM = "application/problem+json"
# What a description has a word of its own for; without it, the registry cannot.
TOLD = {"key_notices": Ability.KEYS, "terms_details": Ability.TERMS, "offers": Ability.OFFERS}
ABILITIES = frozenset(Ability) - {Ability.FORCE, *TOLD.values()}


def connect(link: Link) -> OpenClaims:
    """Return a connector; a key of the app itself signs the requests, or none."""
    key = link.key if isinstance(link.key, SigningKey) else None
    return OpenClaims(link.transport, link.url, key, link.now, claimant=link.claimant)


class Outcomes(Sequence[Outcome]):
    """Outcomes that are read, and their receipts verified, when they are looked at."""

    def __init__(
        self, items: list[dict[str, Any]], read: Callable[[dict[str, Any]], Outcome]
    ) -> None:
        self._items, self._read = items, read

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, place: int) -> Outcome: ...
    @overload
    def __getitem__(self, place: slice) -> list[Outcome]: ...
    def __getitem__(self, place: int | slice) -> Outcome | list[Outcome]:
        if isinstance(place, slice):
            return [self._read(item) for item in self._items[place]]
        return self._read(self._items[place])


class OpenClaims:
    """Speaks to one registry for one claimant: key's own DID, or an older one that it follows."""

    def __init__(
        self,
        transport: Transport,
        api: str,
        key: SigningKey | None,
        now: Clock = utc_now,
        *,
        claimant: str = "",
    ) -> None:
        self._transport = transport
        self._api = api.rstrip("/")
        self._key = key
        self._claimant = claimant or (key.did if key else "")
        self._now = now

    def describe(self) -> Description:
        """Return the registry's verified description. Raises RegistryProblem."""
        reply = _checked(self._transport.call("GET", self._api + WELL_KNOWN))
        return read_description(reply.body, self._api)

    def envelope(self, parcel: Parcel) -> Envelope | None:
        """A claim travels as it is."""
        del parcel
        return None

    def submit(self, parcels: Sequence[Parcel], description: Description) -> Sequence[Outcome]:
        """Send signed claims; one outcome each, in order. Raises RegistryProblem.

        Receipts are verified when the outcomes are looked at, so that the next batch may leave.
        """
        body = b'{"claims":[' + b",".join(parcel.document for parcel in parcels) + b"]}"
        reply = _checked(self._send("POST", "/claims", body))
        answer = _read("Outcomes", reply.body)
        return Outcomes(answer["outcomes"], partial(self._outcome, description=description))

    def _outcome(self, item: dict[str, Any], description: Description) -> Outcome:
        claim_hash = item["hash"]
        if "receipt" not in item:
            words = _problem_words(item["problem"])
            return Outcome(claim_hash=claim_hash, verdict=Verdict.REFUSED, words=words)
        return outcome_of_receipt(
            claim_hash,
            lambda: read_receipt(
                item["receipt"],
                claim_hash=claim_hash,
                claimant=self._claimant,
                issuer=description.did,
                methods=description.methods,
            ),
        )

    def events(self, after: str) -> EventPage:
        """Return the page of the feed after a cursor; "" is the start. Raises RegistryProblem."""
        answer = _read("EventPage", _checked(self._send("GET", self._feed("/events", after))).body)
        if int(answer["next"]) < int(after or 0):
            raise Untrusted("The registry's feed goes backwards.")
        return EventPage(
            events=tuple(_event(item) for item in answer["events"]),
            next=answer["next"],
            more=answer["more"],
        )

    def claim(self, claim_hash: str) -> dict[str, Any]:
        """Return what the registry knows of a claim; Refused with status 404 if nothing."""
        return _read("ClaimState", _checked(self._send("GET", f"/claims/{claim_hash}")).body)

    def respond(self, claim_hash: str, path: str, document: bytes) -> dict[str, Any]:
        """Send a signed response, dispute or withdrawal; returns the claim's new state."""
        reply = _checked(self._send("POST", f"/claims/{claim_hash}/{path}", document))
        return _read("ClaimState", reply.body)

    def set_payout(self, document: bytes) -> dict[str, Any]:
        """Say where to pay; returns whether that is in force. Raises RegistryProblem."""
        reply = _checked(self._send("PUT", "/payout-channel", document))
        return _read("PayoutChannelState", reply.body)

    def tell_of_key(self, document: bytes) -> dict[str, Any]:
        """Send a signed notice about a key; returns how it stands. Raises RegistryProblem."""
        return _read("KeyState", _checked(self._send("POST", "/keys", document)).body)

    def offers(self, after: str) -> OfferPage:
        """Return what is offered after a cursor; "" is the start. Raises RegistryProblem."""
        answer = _read("OfferPage", _checked(self._send("GET", self._feed("/offers", after))).body)
        if int(answer["next"]) < int(after or 0):
            raise Untrusted("The registry's offers go backwards.")
        return OfferPage(entries=tuple(answer["entries"]), next=answer["next"], more=answer["more"])

    def answer_offer(self, number: str, document: bytes) -> dict[str, Any]:
        """Send a signed answer; returns the receipt, not verified. Raises RegistryProblem."""
        path = f"/offers/{quote(number, safe='')}/answer"
        return _read("OfferReceipt", _checked(self._send("POST", path, document)).body)

    def statement(self, number: str, revision: int) -> bytes:
        """Return the bytes of a statement, not verified. Raises RegistryProblem."""
        return _checked(self._send("GET", f"/statements/{quote(number, safe='')}/{revision}")).body

    def remittance(self, external_id: str) -> bytes:
        """Return the bytes of a notice of payment, not verified. Raises RegistryProblem."""
        return _checked(self._send("GET", f"/remittances/{quote(external_id, safe='')}")).body

    def read_signed(
        self, schema: str, document: bytes, description: Description, payee: str
    ) -> dict[str, Any]:
        """Verify a statement or remittance and return what it says. Raises Untrusted."""
        return read_signed(schema, document, description, payee)

    def _feed(self, path: str, after: str) -> str:
        """Return the address of a page of the claimant's own."""
        asked = {"after": after} if after else {}
        if self._key is not None and self._claimant != self._key.did:
            asked["claimant"] = self._claimant
        return f"{path}?{urlencode(asked)}" if asked else path

    def _send(self, method: str, path: str, body: bytes | None = None) -> Reply:
        if self._key is None:
            raise LoginNeeded("This call has to be signed, and no key is open.")
        url = self._api + path
        headers = signature_headers(method, url, body, self._key, created=self._now())
        if body is not None:
            headers["Content-Type"] = "application/json"
        return self._transport.call(method, url, headers=headers, body=body)


def read_description(document: bytes, url: str) -> Description:
    """Verify and read a registry's description. url: where it was asked for. Raises Untrusted."""
    said = _read("Description", document)
    try:
        verify_document(said, methods_of_did_key(said["did"]))
        methods = {
            key["id"]: public_key_from_multikey(key["publicKeyMultibase"]) for key in said["keys"]
        }
    except SignatureProblem as error:
        raise Untrusted(f"The registry's description cannot be trusted. {error.message}") from error
    if urlsplit(said["api"])[:2] != urlsplit(url)[:2]:
        raise Untrusted("The registry's description names an address on another host.")
    return Description(
        name=said["name"],
        api=said["api"],
        did=said["did"],
        methods=methods,
        batch=said["limits"]["batch"],
        body_bytes=said["limits"]["body_bytes"],
        currencies=tuple(said["currencies"]),
        payment_terms_days=said["payment_terms_days"],
        document=document,
        abilities=ABILITIES | {ability for word, ability in TOLD.items() if said.get(word)},
        vouched=True,
        payout_kinds=tuple(said["payout_channels"]),
    )


def payout_kinds(document: bytes) -> tuple[str, ...]:
    """Return the ways of paying that a kept description names."""
    return tuple(parse_json(document)["payout_channels"])


def read_receipt(
    receipt: Mapping[str, Any],
    *,
    claim_hash: str,
    claimant: str,
    issuer: str,
    methods: Mapping[str, bytes],
) -> Receipt:
    """Verify a registry's receipt for our claim (a Verifiable Credential). Raises Untrusted.

    methods: verification method → public key of the registry, as pinned.
    """
    subject = receipt["credentialSubject"]
    said = subject["claim"]
    if receipt["issuer"] != issuer:
        raise Untrusted("The receipt was issued by somebody else than this registry.")
    if subject["id"] != claimant or said["hash"] != claim_hash:
        raise Untrusted("The receipt is for another claim or another person.")
    try:
        verify_document(receipt, methods)
    except SignatureProblem as error:
        raise Untrusted(f"The receipt cannot be trusted. {error.message}") from error
    return Receipt(
        claim_hash=claim_hash,
        number=said["number"],
        sequence=said["sequence"],
        received=from_rfc3339(said["received"]),
        status=said["status"],
        document=canonical_bytes(dict(receipt)),
    )


def check_receipt(
    receipt: Mapping[str, Any], claim_hash: str, claim: bytes, methods: Mapping[str, bytes]
) -> None:
    """Check a kept receipt and the hash it is for. Raises SignatureProblem or KeyError."""
    del claim  # its hash says it all
    verify_document(receipt, methods)
    if receipt["credentialSubject"]["claim"]["hash"] != claim_hash:
        raise SignatureProblem("The receipt is for another claim.")


# What the schema asks for where nothing was signed; it verifies nowhere.
_NO_PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "created": "1970-01-01T00:00:00Z",
    "verificationMethod": "did:none:none#none",
    "proofPurpose": "assertionMethod",
    "proofValue": "z" + "1" * 88,
}


def read_signed(
    schema: str, document: bytes, description: Description, payee: str
) -> dict[str, Any]:
    """Verify a statement or remittance: signature first, then schema, then whom it is for.

    Returns the document read. Raises Untrusted.
    """
    said = strict_json(document)
    if not isinstance(said, dict):
        raise Untrusted(f"The registry's {schema.lower()} is not a document.")
    try:
        verify_document(said, description.methods)
    except SignatureProblem as error:
        raise Untrusted(f"The {schema.lower()} cannot be trusted. {error.message}") from error
    except ValueError as error:
        raise Untrusted(f"The {schema.lower()} cannot be read: {error}") from error
    _conform(schema, said)
    if said["registry"] != description.did or said["payee"] != payee:
        raise Untrusted(f"The {schema.lower()} is from another registry or for another person.")
    return said


def read_unsigned(schema: str, document: bytes) -> dict[str, Any]:
    """Return what a document says that carries no proof. Raises Untrusted."""
    said = strict_json(document)
    if not isinstance(said, dict) or "proof" in said:
        raise Untrusted(f"This {schema.lower()} is not a document without a signature.")
    _conform(schema, {**said, "proof": _NO_PROOF})
    return said


def _checked(reply: Reply) -> Reply:
    if 200 <= reply.status < 300:
        return reply
    words = _words_of(reply)
    raise problem_of(reply, words or f"status {reply.status}", own=bool(words))


def _words_of(reply: Reply) -> str:
    """Return the words of a problem document (RFC 9457); "" where it is something else."""
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        problem = parse_json(reply.body[:65_536])
    except ValueError:
        return ""
    return _problem_words(problem) if kind == PROBLEM and isinstance(problem, dict) else ""


def _problem_words(problem: dict[str, Any]) -> str:
    """The words of an RFC 9457 problem, as plain text."""
    words = [plain_words(str(problem.get(name, ""))) for name in ("title", "detail")]
    return " – ".join(word for word in words if word) or "no reason given"


def _read(schema: str, body: bytes) -> dict[str, Any]:
    document = strict_json(body)
    _conform(schema, document)
    result: dict[str, Any] = document
    return result


def _conform(schema: str, document: Any) -> None:
    try:
        check_document(schema, document)
    except ValueError as error:
        raise Untrusted(
            f"The registry's answer breaks the protocol. {plain_words(str(error))}"
        ) from error


def _event(item: dict[str, Any]) -> Event:
    statement = item.get("statement")
    return Event(
        cursor=item["cursor"],
        type=item["type"],
        time=from_rfc3339(item["time"]),
        claim_hash=item.get("claim_hash", ""),
        claim_number=item.get("claim", ""),
        reason=plain_words(item.get("reason", "")),
        conflict=item.get("conflict"),
        statement=(statement["number"], statement["revision"]) if statement else None,
        remittance=item.get("remittance", ""),
        document=canonical_bytes(item),
    )
