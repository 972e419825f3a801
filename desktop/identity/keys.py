"""Ed25519 keys and their did:key names (W3C did:key method, multibase base58btc)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import base58
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.errors import SignatureProblem

ED25519_PUBLIC = b"\xed\x01"
DID_KEY = "did:key:"


def multibase(data: bytes) -> str:
    """Return data in multibase base58btc: "z…"."""
    return "z" + base58.b58encode(data).decode("ascii")


def from_multibase(text: str) -> bytes:
    """Read multibase base58btc. Raises ValueError."""
    if not text.startswith("z") or not 2 <= len(text) <= 512:
        raise ValueError("This is not multibase base58btc.")
    return bytes(base58.b58decode(text[1:]))


@lru_cache(maxsize=256)
def public_key_from_multikey(text: str) -> bytes:
    """Return the 32 bytes of an Ed25519 Multikey ("z6Mk…"). Raises SignatureProblem."""
    try:
        raw = from_multibase(text)
    except ValueError as error:
        raise SignatureProblem(f"The key {text[:60]!r} cannot be read.") from error
    if raw[:2] != ED25519_PUBLIC or len(raw) != 34:
        raise SignatureProblem(f"The key {text[:60]!r} is not an Ed25519 key.")
    return raw[2:]


def did_key(public_key: bytes) -> str:
    """Return did:key:z6Mk… for 32 bytes of an Ed25519 public key."""
    return DID_KEY + multibase(ED25519_PUBLIC + public_key)


def did_key_method(did: str) -> str:
    """Return the one verification method of a did:key."""
    return f"{did}#{did.removeprefix(DID_KEY)}"


def public_key_of(did: str) -> bytes:
    """Return the public key a did:key names. Raises SignatureProblem for any other DID."""
    if not did.startswith(DID_KEY):
        raise SignatureProblem(f"{did[:80]!r} is not a did:key.")
    return public_key_from_multikey(did.removeprefix(DID_KEY))


def verify_bytes(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Tell whether signature is public_key's over data."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except InvalidSignature:
        return False
    return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key pair; its repr shows the public name only."""

    seed: bytes = field(repr=False)
    did: str = field(init=False)
    _private: Ed25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.seed) != 32:
            raise ValueError("An Ed25519 seed has 32 bytes.")
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        object.__setattr__(self, "_private", private)
        object.__setattr__(self, "did", did_key(private.public_key().public_bytes_raw()))

    @classmethod
    def generate(cls) -> SigningKey:
        """Make a new key from the system's randomness."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of the public key."""
        return public_key_of(self.did)

    @property
    def method(self) -> str:
        """The verification method that proofs of this key name."""
        return did_key_method(self.did)

    def sign(self, data: bytes) -> bytes:
        """Return the 64 bytes of the Ed25519 signature over data (RFC 8032)."""
        return self._private.sign(data)

    def derived(self, purpose: str, size_bytes: int) -> bytes:
        """Return a secret for another purpose that follows from this key, but not the other way.

        HKDF with SHA-512, RFC 5869.
        """
        hkdf = HKDF(algorithm=hashes.SHA512(), length=size_bytes, salt=None, info=purpose.encode())
        return hkdf.derive(self.seed)
