"""RFC 3161: a time-stamping authority signs a hash and the time, with a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from desktop.errors import Untrusted, UsageProblem

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

REQUEST_TYPE = "application/timestamp-query"
ANSWER_TYPE = "application/timestamp-reply"
MAX_ANSWER_BYTES = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A whole answer of an authority (DER, as `openssl ts` takes it), verified."""

    document: bytes
    time: datetime
    authority: str


def request_for(document: bytes) -> tuple[bytes, int]:
    """Return the request to stamp a document (its SHA-256; certificate wanted) and its nonce."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    request = (
        TimestampRequestBuilder(data=document)
        .hash_algorithm(HashAlgorithm.SHA256)
        .cert_request(cert_request=True)
        .nonce(nonce=True)
        .build()
    )
    return bytes(request.as_bytes()), int(request.nonce or 0)


def read_roots(pem: bytes) -> bytes:
    """Return an authority's root certificates as PEM. Raises UsageProblem."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise UsageProblem(
            "This file has no certificate of a time-stamping authority.",
            advice="Take the authority's root certificate as a PEM file: text that begins with "
            "-----BEGIN CERTIFICATE-----.",
        ) from error
    return b"".join(one.public_bytes(Encoding.PEM) for one in found)


def read_stamp(answer: bytes, document: bytes, roots: bytes, nonce: int | None = None) -> Stamp:
    """Verify an authority's answer for a document. Raises Untrusted.

    roots: PEM, at least one certificate. nonce: of the request; None for an answer that was kept.
    """
    from cryptography import x509
    from rfc3161_client import VerificationError, VerifierBuilder

    if len(answer) > MAX_ANSWER_BYTES:
        raise Untrusted("The authority's answer is far too large.")
    response = _decode(answer)
    builder = VerifierBuilder()
    for root in x509.load_pem_x509_certificates(roots):
        builder = builder.add_root_certificate(root)
    if nonce is not None:
        builder = builder.nonce(nonce)
    try:
        builder.build().verify_message(response, document)
        told = response.tst_info.gen_time
        names = [
            x509.load_der_x509_certificate(one).subject.rfc4514_string()
            for one in response.signed_data.certificates
        ]
    except (VerificationError, ValueError, AttributeError) as error:
        raise Untrusted(f"The authority's timestamp does not verify: {error}") from error
    time = told if told.tzinfo else told.replace(tzinfo=UTC)
    return Stamp(document=answer, time=time, authority=names[0] if names else "")


def _decode(answer: bytes) -> TimeStampResponse:
    from rfc3161_client import decode_timestamp_response

    try:
        return decode_timestamp_response(answer)
    except ValueError:
        pass
    try:
        return decode_timestamp_response(_in_order(answer))
    except (ValueError, TypeError) as error:
        raise Untrusted("The authority's answer is no timestamp.") from error


def _in_order(answer: bytes) -> bytes:
    """Return an answer with its certificates in the order that DER wants (X.690, 11.6).

    OpenSSL writes them as it finds them; no signature covers their order.
    """
    from asn1crypto import cms, tsp

    response = tsp.TimeStampResp.load(answer, strict=True)
    signed = response["time_stamp_token"]["content"]
    found = sorted(one.dump() for one in signed["certificates"])
    signed["certificates"] = cms.CertificateSet([cms.CertificateChoices.load(one) for one in found])
    return bytes(response.dump(force=True))
