"""Split sheets: who holds what of a work, signed by all who agree (a Data Integrity proof set).

A sheet travels as a file or as text short enough for a QR code: "RSPLIT1:" and base64url of its
zlib-compressed canonical bytes.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from desktop.claims import shares as adding
from desktop.claims.draft import share_document
from desktop.errors import ClaimProblem, SignatureProblem
from desktop.identity.canonical import canonical_bytes, parse_json, sha256_hex
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import methods_of_did_key, sign_document, verify_document
from desktop.model.times import to_rfc3339
from desktop.model.works import Share, Work
from desktop.protocol import check_document

TEXT_START = "RSPLIT1:"
MAX_BYTES = 256 * 1024
Document = dict[str, Any]


def new_sheet(
    work: Work,
    shares: Sequence[Share],
    key: SigningKey,
    *,
    created: datetime,
    note: str = "",
    new_id: Callable[[], UUID] = uuid4,
) -> Document:
    """Return a sheet with a first signature. Raises ClaimProblem for shares over the whole."""
    over = adding.excess(shares)
    if over is not None:
        raise ClaimProblem(
            f"The shares of {over.right.value} add up to more than the whole.",
            advice="Change the shares of this work, then make the split sheet.",
        )
    if not shares:
        raise ClaimProblem("This work has no shares yet.", advice="Say who holds what first.")
    sheet: Document = {
        "type": ["SplitSheet"],
        "version": "1.0",
        "id": f"urn:uuid:{new_id()}",
        "created": to_rfc3339(created),
        "work": {
            "title": work.title.strip(),
            "kind": work.kind.value,
            "iscc": work.fingerprint.iscc,
            "datahash": work.fingerprint.datahash,
        },
        "shares": [share_document(share) for share in shares],
    }
    if note:
        sheet["note"] = note
    signed = add_signature({**sheet, "proof": []}, key, created=created)
    _check(signed)
    return signed


def add_signature(sheet: Document, key: SigningKey, *, created: datetime) -> Document:
    """Return the sheet with one more proof; signing twice with one key adds nothing."""
    unsigned = content_of(sheet)
    if any(_signer(proof) == key.did for proof in sheet["proof"]):
        return sheet
    proof = sign_document(unsigned, key, created=created)["proof"]
    return {**unsigned, "proof": [*sheet["proof"], proof]}


def read_sheet(data: bytes) -> Document:
    """Read a sheet from a file or from text, and check every signature on it.

    Raises ClaimProblem: no sheet, damaged, or a signature that does not fit.
    """
    try:
        sheet = parse_json(_unpacked(data))
    except json.JSONDecodeError as error:
        raise _unreadable("it is neither the file nor the text of one") from error
    except (ValueError, RecursionError) as error:
        raise _unreadable(str(error)) from error
    _check(sheet)
    signers(sheet)
    document: Document = sheet
    return document


def signers(sheet: Document) -> tuple[str, ...]:
    """Return the DIDs that signed, verified, in their order. Raises ClaimProblem."""
    unsigned = content_of(sheet)
    found: dict[str, None] = {}
    for proof in sheet["proof"]:
        did = _signer(proof)
        try:
            verify_document({**unsigned, "proof": proof}, methods_of_did_key(did))
        except SignatureProblem as error:
            raise ClaimProblem(
                f"A signature on this split sheet does not fit. {error.message}",
                advice="Ask for the sheet again; nothing of it was kept.",
            ) from error
        found[did] = None
    return tuple(found)


def merged(one: Document, other: Document) -> Document:
    """Return a sheet with the signatures of both copies. Raises ClaimProblem for two sheets."""
    if content_of(one) != content_of(other):
        raise ClaimProblem(
            "This split sheet says something else than yours, under the same number.",
            advice="Compare the two before anybody signs again; nothing was changed.",
        )
    known = {_signer(proof) for proof in one["proof"]}
    more = [proof for proof in other["proof"] if _signer(proof) not in known]
    return {**one, "proof": [*one["proof"], *more]}


def content_of(sheet: Document) -> Document:
    """Return what everyone signs: the sheet without its proofs."""
    return {name: value for name, value in sheet.items() if name != "proof"}


def content_hash(sheet: Document) -> str:
    """Return the SHA-256 of what everyone signs."""
    return sha256_hex(canonical_bytes(content_of(sheet)))


def as_text(sheet: Document) -> str:
    """Return a sheet as one line of text."""
    packed = zlib.compress(canonical_bytes(sheet), 9)
    return TEXT_START + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def fits(sheet: Document, work: Work, shares: Sequence[Share]) -> bool:
    """Tell whether a sheet is about this work and says what the library says now."""
    mine = sorted(_essence(share_document(share)) for share in shares)
    about = (work.fingerprint.iscc, work.fingerprint.datahash)
    return about == (sheet["work"]["iscc"], sheet["work"]["datahash"]) and mine == sorted(
        _essence(share) for share in sheet["shares"]
    )


def _essence(share: Document) -> tuple[Any, ...]:
    """What two people must agree on; a key or number learnt later changes nothing."""
    return (
        share["party"]["name"],
        share["right"],
        share.get("interest", ""),
        share["share"],
        tuple(share["territories"]),
        share.get("from", ""),
        share.get("to", ""),
    )


def _signer(proof: Document) -> str:
    return str(proof["verificationMethod"]).partition("#")[0]


def _unpacked(data: bytes) -> bytes:
    """Return the JSON of a sheet; words that stand before its text are passed over."""
    before, start, text = data[: 2 * MAX_BYTES].partition(TEXT_START.encode())
    if not start or before.lstrip().startswith(b"{"):
        return data[: MAX_BYTES + 1]
    body = b"".join(text.split())
    packed = base64.b64decode(body + b"=" * (-len(body) % 4), altchars=b"-_", validate=True)
    unpack = zlib.decompressobj()
    try:
        return unpack.decompress(packed, MAX_BYTES + 1)
    except zlib.error as error:
        raise ValueError("it is cut off, or a letter is wrong") from error


def _check(sheet: Any) -> None:
    try:
        if len(canonical_bytes(sheet)) > MAX_BYTES:
            raise ValueError("it is far too large")
        check_document("SplitSheet", sheet)
    except ValueError as error:
        raise _unreadable(str(error)) from error


def _unreadable(why: str) -> ClaimProblem:
    return ClaimProblem(
        f"This is no split sheet that can be read: {why[:300]}.",
        advice="Ask for the file or the text again.",
    )
