"""Certificates that the user's own key vouches for, as C2PA wants them, made on this computer.

No secret is kept: the private keys follow from the signing key (HKDF, RFC 5869), so whoever
restores that one has them again, and whoever sees one of them learns nothing of the signing key.
Profile: C2PA Technical Specification 2.2, section 14.5.1 "Certificate Profiles"; X.509 by RFC 5280.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from desktop.errors import KeyProblem
from desktop.identity.keys import SigningKey
from desktop.model.certificates import Certificate

SIGNS_FOR = timedelta(days=3652)
RENEWED_AFTER = timedelta(days=365)
_AUTHORITY_HOLDS = timedelta(days=36524)
_CLOCKS_DIFFER = timedelta(days=1)
_MOST_NAME_BYTES = 64  # RFC 5280, ub-common-name and ub-organization-name
_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_KEY_BYTES = 48  # 128 bits more than the order has: FIPS 186-5, A.2.1


def make_certificate(
    key: SigningKey, name: str, now: datetime, before: Certificate | None = None
) -> Certificate:
    """Return a new certificate of key for what is signed from now on.

    It holds long, because without a time stamp what it signed holds as long as it does. before:
    the one that it follows; the authority stays the same.
    """
    number = before.number + 1 if before else 1
    authority = _authority_of(key, name, now, before)
    starts, ends = now - _CLOCKS_DIFFER, now + SIGNS_FOR
    public = _private_key(key, number).public_key()
    made = (
        _started(_name(name), authority.subject, public, starts, ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]),
            critical=False,
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(_private_key(key, 0).public_key()),
            critical=False,
        )
        .sign(_private_key(key, 0), hashes.SHA256())
    )
    return Certificate(
        did=key.did,
        number=number,
        name=name,
        chain=_pem(made) + _pem(authority),
        starts=made.not_valid_before_utc,
        ends=made.not_valid_after_utc,
    )


def private_key_of(certificate: Certificate, key: SigningKey) -> str:
    """Return the private key of a certificate, PKCS #8 in PEM.

    Raises KeyProblem if the certificate is not one that key vouches for.
    """
    private = _private_key(key, certificate.number)
    try:
        leaf, authority = x509.load_pem_x509_certificates(certificate.chain.encode())
        leaf.verify_directly_issued_by(authority)
        same = (leaf.public_key(), authority.public_key()) == (
            private.public_key(),
            _private_key(key, 0).public_key(),
        )
    except (ValueError, TypeError, InvalidSignature):
        same = False
    if not same:
        raise KeyProblem(
            "The certificate for published copies is damaged, or of another key.",
            advice="Restore the library from a backup, or publish without a signed manifest.",
        )
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def authority_pem(certificate: Certificate) -> bytes:
    """Return the certificate of the authority behind one, for whoever wants to trust it."""
    return _pem(x509.load_pem_x509_certificates(certificate.chain.encode())[-1]).encode()


def _authority_of(
    key: SigningKey, name: str, now: datetime, before: Certificate | None
) -> x509.Certificate:
    """Return the authority that signs: the one before, while it holds as long as is needed."""
    if before is not None:
        kept = x509.load_pem_x509_certificates(before.chain.encode())[-1]
        if kept.not_valid_after_utc > now + SIGNS_FOR:
            return kept
    private = _private_key(key, 0)
    subject = _name(name, of_authority=True)
    return (
        _started(
            subject, subject, private.public_key(), now - _CLOCKS_DIFFER, now + _AUTHORITY_HOLDS
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .sign(private, hashes.SHA256())
    )


def _started(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    starts: datetime,
    ends: datetime,
) -> x509.CertificateBuilder:
    """Return what both kinds of certificates begin with."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    """Return the usage of a key that signs documents, or of one that signs certificates."""
    return x509.KeyUsage(
        digital_signature=signs,
        key_cert_sign=not signs,
        crl_sign=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(name: str, *, of_authority: bool = False) -> x509.Name:
    """Return who it is of; readers show the organisation, so the name stands there as well."""
    common = f"Own authority of {name}" if of_authority else name
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _short(name)),
            x509.NameAttribute(NameOID.COMMON_NAME, _short(common)),
        ]
    )


def _short(name: str) -> str:
    """Return as much of a name as fits; the limit is kept in bytes, as strict readers count."""
    return name.encode("utf-8", "replace")[:_MOST_NAME_BYTES].decode("utf-8", "ignore").strip()


def _private_key(key: SigningKey, number: int) -> ec.EllipticCurvePrivateKey:
    """Return the key of a certificate; number 0: of the authority."""
    raw = key.derived(f"residuals c2pa certificate {number}", _KEY_BYTES)
    value = int.from_bytes(raw, "big") % (_P256_ORDER - 1) + 1
    return ec.derive_private_key(value, ec.SECP256R1())


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode("ascii")
