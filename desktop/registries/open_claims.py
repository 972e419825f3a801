"""The Open Claims API 1.0 (resources/openclaims.yaml), from the claimant's side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from desktop.errors import (
    BatchTooLarge,
    Busy,
    LoginNeeded,
    Refused,
    SignatureProblem,
    Untrusted,
)
from desktop.identity.canonical import canonical_bytes, parse_json
from desktop.identity.http_signatures import signature_headers
from desktop.identity.keys import SigningKey, public_key_from_multikey
from desktop.identity.proofs import methods_of_did_key, verify_document
from desktop.model.registries import Description, Event, EventPage
from desktop.model.times import Clock, from_rfc3339, utc_now
from desktop.protocol import check_document
from desktop.registries.transport import Reply, Transport

WELL_KNOWN = "/.well-known/open-claims"
MAX_WORDS_CHARACTERS = 300
_LATER = {408, 425, 429}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a registry answered for one claim: a receipt (not verified yet) or its refusal."""

    claim_hash: str
    receipt: dict[str, Any] | None = None
    refusal: str = ""


class OpenClaims:
    """Speaks to one registry as one claimant."""

    def __init__(
        self, transport: Transport, api: str, key: SigningKey | None, now: Clock = utc_now
    ) -> None:
        self._transport = transport
        self._api = api.rstrip("/")
        self._key = key
        self._now = now

    def describe(self) -> Description:
        """Return the registry's verified description. Raises RegistryProblem."""
        reply = _checked(self._transport.call("GET", self._api + WELL_KNOWN))
        return read_description(reply.body, self._api)

    def submit(self, documents: Sequence[bytes]) -> list[Outcome]:
        """Send signed claims; one outcome each, in order. Raises RegistryProblem."""
        body = b'{"claims":[' + b",".join(documents) + b"]}"
        reply = _checked(self._send("POST", "/claims", body))
        answer = _read("Outcomes", reply.body)
        return [
            Outcome(
                claim_hash=item["hash"],
                receipt=item.get("receipt"),
                refusal=_problem_words(item["problem"]) if "problem" in item else "",
            )
            for item in answer["outcomes"]
        ]

    def events(self, after: str) -> EventPage:
        """Return the page of the feed after a cursor; "" is the start. Raises RegistryProblem."""
        query = f"?{urlencode({'after': after})}" if after else ""
        answer = _read("EventPage", _checked(self._send("GET", "/events" + query)).body)
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

    def statement(self, number: str, revision: int) -> bytes:
        """Return the bytes of a statement, not verified. Raises RegistryProblem."""
        return _checked(self._send("GET", f"/statements/{quote(number, safe='')}/{revision}")).body

    def remittance(self, external_id: str) -> bytes:
        """Return the bytes of a notice of payment, not verified. Raises RegistryProblem."""
        return _checked(self._send("GET", f"/remittances/{quote(external_id, safe='')}")).body

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
    )


def read_signed(
    schema: str, document: bytes, description: Description, payee: str
) -> dict[str, Any]:
    """Verify a statement or remittance: signature first, then schema, then whom it is for.

    Returns the document read. Raises Untrusted.
    """
    said = _strict(document)
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


def plain_words(text: str) -> str:
    """Return a stranger's text as one short line of printable characters."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:MAX_WORDS_CHARACTERS]


def _checked(reply: Reply) -> Reply:
    status = reply.status
    if 200 <= status < 300:
        return reply
    words = _words_of(reply)
    if status in (401, 403):
        raise LoginNeeded(f"The registry does not accept our signature: {words}")
    if status == 413:
        raise BatchTooLarge(f"The registry found the batch too large: {words}")
    if status in _LATER or status >= 500:
        raise Busy(f"The registry is busy: {words}", retry_after_s=reply.retry_after_s)
    if 400 <= status < 500:
        raise Refused(f"The registry refused: {words}", status=status)
    raise Untrusted(f"The registry answered with the unknown status {status}.")


def _words_of(reply: Reply) -> str:
    try:
        problem = parse_json(reply.body[:65_536])
    except ValueError:
        return f"status {reply.status}"
    return _problem_words(problem) if isinstance(problem, dict) else f"status {reply.status}"


def _problem_words(problem: dict[str, Any]) -> str:
    """The words of an RFC 9457 problem, as plain text."""
    words = [plain_words(str(problem.get(name, ""))) for name in ("title", "detail")]
    return " – ".join(word for word in words if word) or "no reason given"


def _strict(body: bytes) -> Any:
    try:
        return parse_json(body)
    except ValueError as error:
        raise Untrusted("The registry's answer is not sound JSON.") from error


def _read(schema: str, body: bytes) -> dict[str, Any]:
    document = _strict(body)
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
