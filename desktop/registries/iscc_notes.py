"""IsccNotes: what an ISCC-HUB takes in place of a claim, made and signed when it is sent.

REGISTRIES.md, "ISCC-HUB, in facts" (ISCC Discovery Protocol, draft of 2025-07-30).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from desktop.errors import Refused, SignatureProblem
from desktop.identity.canonical import canonical_bytes, parse_json
from desktop.identity.keys import (
    DID_KEY,
    from_multibase,
    multibase,
    public_key_from_multikey,
    verify_bytes,
)
from desktop.model.iscc_ids import HUB_BITS
from desktop.registries.connector import Signer

SIGNATURE_VERSION = "ISCC-SIG v1.0"
MAX_UNITS = 4
MAX_NOTE_BYTES = 8 * 1024
NONCE_BITS = 128
_INSTANCE = "ISCC:I"
Note = dict[str, Any]


def make_note(
    claim: bytes, *, hub_id: int, moment: datetime, key: Signer, gateway: str = ""
) -> bytes:
    """Return the signed note of a claim as canonical JSON. moment: the hub's time.

    The note names the fingerprint only; metahash commits to the whole signed claim. Raises Refused
    if the claim cannot be put into a note.
    """
    fingerprint = parse_json(claim)["fingerprint"]
    note: Note = {
        "iscc_code": fingerprint["iscc"],
        "datahash": fingerprint["datahash"],
        "nonce": new_nonce(hub_id),
        "timestamp": timestamp(moment),
        "metahash": metahash(claim),
    }
    units = units_for(fingerprint["iscc"], fingerprint["datahash"], fingerprint["units"])
    if units:
        note["units"] = units
    if gateway:
        note["gateway"] = gateway
    document = canonical_bytes(sign_note(note, key))
    if len(document) >= MAX_NOTE_BYTES:
        raise Refused("The declaration would be larger than a hub takes (8 KiB).", status=413)
    return document


def new_nonce(hub_id: int) -> str:
    """Return 128 bits in hex: the hub's number in the first 12, chance in the rest."""
    rest = NONCE_BITS - HUB_BITS
    return f"{(hub_id << rest) | secrets.randbits(rest):032x}"


def hub_id_of(nonce: str) -> int:
    """Return the hub's number in the first 12 bits of a nonce."""
    return int(nonce, 16) >> (NONCE_BITS - HUB_BITS)


def timestamp(moment: datetime) -> str:
    """Return 2026-01-31T12:34:56.789Z."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def metahash(claim: bytes) -> str:
    """Return the BLAKE3 multihash of a claim's canonical bytes: "1e20" and 64 hex digits."""
    import iscc_lib  # the app's BLAKE3; few commands need it

    return str(iscc_lib.gen_instance_code_v0(claim, 256)["datahash"])


def units_for(iscc_code: str, datahash: str, units: Sequence[str]) -> list[str]:
    """Return the units a note may carry: all but the Instance-Code, at most four.

    None at all unless together with datahash they make up iscc_code, which a hub checks.
    """
    import iscc_lib

    chosen = [unit for unit in units if not unit.startswith(_INSTANCE)]
    whole = [unit for unit in units if unit.startswith(_INSTANCE)]
    if not 1 <= len(chosen) <= MAX_UNITS or len(whole) != 1:
        return []
    try:
        made = iscc_lib.gen_iscc_code_v0([*chosen, *whole])["iscc"]
        instance = iscc_lib.iscc_decode(whole[0])[4]
    except ValueError:
        return []
    same = made == iscc_code and bytes(instance).hex() == datahash.removeprefix("1e20")
    return chosen if same else []


def sign_note(note: Mapping[str, Any], key: Signer) -> Note:
    """Return note with its signature (ISCC-SIG v1.0: Ed25519 over JCS, all but the proof)."""
    signature = {"version": SIGNATURE_VERSION, "pubkey": key.did.removeprefix(DID_KEY)}
    unsigned = {**note, "signature": signature}
    proof = multibase(key.sign(canonical_bytes(unsigned)))
    return {**note, "signature": {**signature, "proof": proof}}


def verify_note(note: Mapping[str, Any]) -> str:
    """Check a note's signature; returns the key that signed ("z6Mk…"). Raises SignatureProblem."""
    try:
        signature = dict(note["signature"])
        proof = from_multibase(signature.pop("proof"))
        data = canonical_bytes({**note, "signature": signature})
        pubkey = str(signature["pubkey"])
        version = signature["version"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SignatureProblem("The note carries no signature that can be read.") from error
    if version != SIGNATURE_VERSION:
        raise SignatureProblem("The note is signed in a way this app does not know.")
    if not verify_bytes(public_key_from_multikey(pubkey), proof, data):
        raise SignatureProblem("The signature does not fit the note.")
    return pubkey
