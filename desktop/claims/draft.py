"""Turns a draft into the document that will be signed: exactly what leaves the machine.

Fields: REGISTRIES.md, "Claims"; their JSON form: resources/openclaims.yaml, schema Claim.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from desktop.errors import ClaimProblem
from desktop.identity.canonical import canonical_bytes, sha256_hex
from desktop.model.claims import ClaimDraft
from desktop.model.terms import Terms, Use
from desktop.model.times import to_rfc3339
from desktop.model.works import Creator, Party, Right, Share
from desktop.protocol import check_document

WORLD = "WORLD"
MAX_TITLE_CHARACTERS = 500
_VARIES = ("id", "created", "supersedes")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    """One thing that will be sent, in the user's words."""

    label: str
    value: str


def claim_document(
    draft: ClaimDraft, *, created: datetime, new_id: Callable[[], UUID] = uuid4
) -> dict[str, Any]:
    """Return the unsigned claim. Raises ClaimProblem if it could not be signed as it stands."""
    work = draft.work
    document: dict[str, Any] = {
        "type": ["OpenClaim"],
        "version": "1.0",
        "id": f"urn:uuid:{new_id()}",
        "created": to_rfc3339(created),
        "claimant": {
            "did": draft.claimant.did,
            "name": draft.claimant.name,
            "capacity": draft.capacity.value,
        },
        "work": _work(draft),
        "fingerprint": {
            "iscc": work.fingerprint.iscc,
            "units": list(work.fingerprint.units_256),
            "datahash": work.fingerprint.datahash,
            "sha256": work.fingerprint.sha256,
        },
        "shares": [_share(share) for share in _shares(draft)],
        "terms": _terms(draft.terms),
    }
    if draft.supersedes:
        document["supersedes"] = draft.supersedes
    _check_parts(document)
    return document


def content_hash(document: dict[str, Any]) -> str:
    """Return the SHA-256 of what a claim says, whenever and under whatever number it says it."""
    content = {name: value for name, value in document.items() if name not in _VARIES}
    return sha256_hex(canonical_bytes(content))


def preview(document: dict[str, Any]) -> list[PreviewLine]:
    """Return every field of the document as lines to read before signing; nothing is left out."""
    work, claimant, fingerprint = document["work"], document["claimant"], document["fingerprint"]
    lines = [
        PreviewLine(label="Your name", value=claimant["name"]),
        PreviewLine(label="Your public key", value=claimant["did"]),
        PreviewLine(label="You claim as", value=claimant["capacity"].replace("_", " ")),
        PreviewLine(label="Title", value=work["title"]),
        PreviewLine(label="Kind", value=work["kind"]),
        PreviewLine(label="Made by", value=", ".join(_creator_text(c) for c in work["creators"])),
        PreviewLine(label="Made with AI", value=work["ai_involvement"]),
    ]
    if "created" in work:
        lines.append(PreviewLine(label="Date made", value=work["created"]))
    lines += [
        PreviewLine(label=f"Number ({item['scheme'].upper()})", value=item["value"])
        for item in work["identifiers"]
    ]
    lines += [
        PreviewLine(label=f"Share of {share['right']}", value=_share_text(share, claimant["did"]))
        for share in document["shares"]
    ]
    uses = document["terms"]["uses"]
    lines += [
        PreviewLine(
            label="What AI may do",
            value=", ".join(f"{use}: {answer}" for use, answer in uses.items()),
        ),
        PreviewLine(label="Version of your terms", value=str(document["terms"]["version"])),
    ]
    price, note = document["terms"].get("price"), document["terms"].get("note")
    if price:
        lines.append(PreviewLine(label="Price", value=" ".join(price.values())))
    if note:
        lines.append(PreviewLine(label="Note", value=note))
    lines += [
        PreviewLine(label="Fingerprint, not the file", value=fingerprint["iscc"]),
        PreviewLine(label="Fingerprint in detail", value=" ".join(fingerprint["units"])),
        PreviewLine(label="Hash of the file (BLAKE3)", value=fingerprint["datahash"]),
        PreviewLine(label="Hash of the file (SHA-256)", value=fingerprint["sha256"]),
        PreviewLine(label="Date of the claim", value=document["created"]),
        PreviewLine(label="Number of the claim", value=document["id"]),
    ]
    if "supersedes" in document:
        lines.append(PreviewLine(label="Replaces the claim", value=document["supersedes"]))
    return lines


def _check_parts(document: dict[str, Any]) -> None:
    """Raise ClaimProblem for what every registry must refuse by its form (openclaims.yaml)."""
    parts = [("Work", document["work"]), ("Terms", document["terms"])]
    for name, part in parts + [("Share", share) for share in document["shares"]]:
        fault = _fault(name, json.dumps(part))
        if fault:
            raise ClaimProblem(
                f"The claim cannot be sent as it stands. {fault}",
                advice="Change what the library says of this work, then claim it.",
            )


@lru_cache(maxsize=256)
def _fault(schema: str, text: str) -> str:
    """Return what is wrong with a part of a claim, or nothing; many works share their parts."""
    try:
        check_document(schema, json.loads(text))
    except ValueError as error:
        return str(error)
    return ""


def _work(draft: ClaimDraft) -> dict[str, Any]:
    work = draft.work
    title = work.title.strip()
    if not title:
        raise ClaimProblem("The work has no title.", advice="Give it one, then claim it.")
    result: dict[str, Any] = {
        "title": title[:MAX_TITLE_CHARACTERS],
        "kind": work.kind.value,
        "creators": [
            {"name": creator.name, "role": creator.role}
            for creator in work.creators or (Creator(name=draft.claimant.name),)
        ],
        "identifiers": [
            {"scheme": identifier.scheme, "value": identifier.value}
            for identifier in work.identifiers
        ],
        "ai_involvement": work.ai_involvement,
    }
    if work.created:
        result["created"] = work.created
    return result


def _shares(draft: ClaimDraft) -> tuple[Share, ...]:
    """Where nothing was agreed, the claimant holds everything. Over 100 % cannot be signed."""
    shares = draft.work.shares
    spoken_for = {share.right for share in shares}
    rest = tuple(
        Share(party=draft.claimant, right=right, fraction=Fraction(1))
        for right in Right
        if right not in spoken_for
    )
    totals: defaultdict[tuple[Right, str], Fraction] = defaultdict(Fraction)
    for share in shares:
        for territory in share.territories:
            totals[share.right, territory] += share.fraction
    for (right, territory), part in totals.items():
        total = part if territory == WORLD else part + totals.get((right, WORLD), Fraction(0))
        if total > 1:
            raise ClaimProblem(
                f"The shares of {right.value} add up to {_percent(total)}, more than the whole.",
                advice="Change the shares of this work, then claim it.",
            )
    return shares + rest


def _share(share: Share) -> dict[str, Any]:
    return {
        "party": _party(share.party),
        "right": share.right.value,
        "share": f"{share.fraction.numerator}/{share.fraction.denominator}",
        "territories": list(share.territories),
    }


def _party(party: Party) -> dict[str, str]:
    return {"name": party.name, "did": party.did} if party.did else {"name": party.name}


def _terms(terms: Terms) -> dict[str, Any]:
    result: dict[str, Any] = {
        "version": max(terms.version, 1),
        "uses": {use.value: terms.uses[use].value for use in Use},
    }
    if terms.price is not None:
        result["price"] = {"model": terms.price.model.value}
        if terms.price.amount is not None:
            result["price"] |= {
                "amount": format(terms.price.amount, "f"),
                "currency": terms.price.currency,
            }
    if terms.note:
        result["note"] = terms.note
    return result


def _creator_text(creator: dict[str, str]) -> str:
    return f"{creator['name']} ({creator['role']})"


def _share_text(share: dict[str, Any], claimant: str) -> str:
    places = ", ".join("worldwide" if t == WORLD else t for t in share["territories"])
    key = share["party"].get("did", claimant)
    whose = "" if key == claimant else f" ({key})"
    return f"{share['party']['name']}{whose}: {share['share']}, {places}"


def _percent(fraction: Fraction) -> str:
    return f"{round(fraction * 100)} %"
