"""Answers to a registry's challenge, so bound that the signature is of no use for anything else.

Never the stranger's bytes themselves are signed, but an object that names registry, key and time;
and for the purpose of authentication, which no claim and no receipt is verified with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from desktop.errors import UsageProblem
from desktop.identity.canonical import parse_json
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import sign_document
from desktop.model.times import to_rfc3339

TYPE = "ResidualsChallengeResponse"
VERSION = "1.0"
PURPOSE = "authentication"
MAX_CHARACTERS = 1_024
MAX_REGISTRY_CHARACTERS = 200

# What only stands in documents that are signed as themselves: claims, notes, credentials, notices.
_ENVELOPE_FIELDS = {
    "@context", "proof", "proofvalue", "signature", "claimant", "claims", "credentialsubject",
    "verifiablecredential", "issuer", "iscc", "iscc_code", "datahash", "units", "shares", "rights",
    "terms", "olddid", "newdid", "payable", "iban", "channel",
}  # fmt: skip
# A signature base of HTTP requests (RFC 9421, 2.5), and armoured keys and signatures.
_SIGNATURE_BASE = re.compile(r'^\s*"(@[a-z-]+|content-digest)"', re.MULTILINE | re.IGNORECASE)
_ARMOUR = re.compile(r"-----BEGIN ")
_COMPACT_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+(\.[\w-]*)?")


def read_challenge(text: str) -> str:
    """Return a challenge as it will be bound. Raises UsageProblem for what should not be signed."""
    challenge = text.strip()
    if not challenge:
        raise UsageProblem("There is no challenge to sign.")
    if len(challenge) > MAX_CHARACTERS:
        raise UsageProblem(
            f"A challenge has at most {MAX_CHARACTERS} characters, and this has more.",
            advice="Nothing was signed. Ask the registry what it is.",
        )
    if not all(char.isprintable() or char in "\n\t" for char in challenge):
        raise UsageProblem(
            "The challenge holds characters that cannot be shown, so you cannot see what it says.",
            advice="Nothing was signed.",
        )
    if _looks_like_something_else(challenge):
        raise UsageProblem(
            "This is not a challenge: it looks like a claim, a request or another document, whose "
            "signature could be used against you.",
            advice="Nothing was signed. Ask the registry for a plain challenge.",
        )
    return challenge


def challenge_document(
    challenge: str, registry: str, key_did: str, created: datetime
) -> dict[str, Any]:
    """Return what will be signed, to be shown first. Raises UsageProblem; see read_challenge."""
    name = " ".join(registry.split())
    if not name or len(name) > MAX_REGISTRY_CHARACTERS:
        raise UsageProblem("Say which registry asks.", advice="--registry NAME_OR_ADDRESS")
    return {
        "type": TYPE,
        "version": VERSION,
        "registry": name,
        "challenge": read_challenge(challenge),
        "did": key_did,
        "created": to_rfc3339(created),
    }


def sign_challenge(
    document: Mapping[str, Any], key: SigningKey, created: datetime
) -> dict[str, Any]:
    """Return a challenge_document with its proof. Raises ValueError for any other document."""
    if document.get("type") != TYPE or document.get("did") != key.did:
        raise ValueError("Only a challenge bound to this key is signed.")
    return sign_document(document, key, created=created, purpose=PURPOSE)


def _looks_like_something_else(challenge: str) -> bool:
    if _SIGNATURE_BASE.search(challenge) or _ARMOUR.search(challenge):
        return True
    if _COMPACT_TOKEN.fullmatch(challenge):
        return True
    if challenge[0] not in "{[":
        return False
    try:
        return _is_envelope(parse_json(challenge.encode()))
    except ValueError:
        return True


def _is_envelope(value: Any) -> bool:
    if isinstance(value, dict):
        return any(
            str(name).casefold() in _ENVELOPE_FIELDS or _is_envelope(inner)
            for name, inner in value.items()
        )
    return isinstance(value, list) and any(_is_envelope(inner) for inner in value)
