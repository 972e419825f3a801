"""HTTP Message Signatures (RFC 9421, Ed25519) with Content-Digest (RFC 9530) on requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from desktop.errors import SignatureProblem
from desktop.identity.keys import SigningKey, public_key_of

MAX_AGE = timedelta(minutes=10)
TAG = "open-claims"
COMPONENTS = ("@method", "@target-uri")


@dataclass(slots=True)
class _Message:
    """The few attributes of a request that the signature library reads."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)


class _OwnKey(HTTPSignatureKeyResolver):
    def __init__(self, key: SigningKey) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> Any:
        return Ed25519PrivateKey.from_private_bytes(self._key.seed)


class _DidKeys(HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id: str) -> Any:
        return Ed25519PublicKey.from_public_bytes(public_key_of(key_id))


class _Verifier(HTTPMessageVerifier):
    max_clock_skew = MAX_AGE


def signature_headers(
    method: str, url: str, body: bytes | None, key: SigningKey, *, created: datetime
) -> dict[str, str]:
    """Return Signature-Input, Signature and, with a body, Content-Digest for one request.

    Covers @method, @target-uri and content-digest; keyid is the DID of key.
    """
    message = _Message(method=method, url=url)
    signer = HTTPMessageSigner(
        signature_algorithm=algorithms.ED25519,
        key_resolver=_OwnKey(key),
    )
    signer.sign(
        message,
        key_id=key.did,
        created=created,
        tag=TAG,
        label="claimant",
        covered_component_ids=COMPONENTS,
        body=body,
    )
    return message.headers


def verify_request(method: str, url: str, headers: Mapping[str, str], body: bytes) -> str:
    """Return the DID that signed the request. Raises SignatureProblem if none did, or wrongly."""
    message = _Message(method=method, url=url, headers=dict(headers))
    verifier = _Verifier(
        signature_algorithm=algorithms.ED25519,
        key_resolver=_DidKeys(),
    )
    try:
        results = verifier.verify(
            message, max_age=MAX_AGE, expect_tag=TAG, require_components=COMPONENTS, body=body
        )
    except HTTPMessageSignaturesException as error:
        raise SignatureProblem(f"The request's signature is not valid: {error}.") from error
    if len(results) != 1:
        raise SignatureProblem("The request must carry exactly one signature.")
    return str(results[0].parameters["keyid"])
