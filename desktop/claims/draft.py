"""Turns a draft into the document that will be signed: exactly what leaves the machine.

Fields: REGISTRIES.md, "Claims"; their JSON form: resources/openclaims.yaml, schema Claim.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from desktop.claims import shares
from desktop.claims.private import metahash
from desktop.errors import ClaimProblem
from desktop.identity.canonical import canonical_bytes, sha256_hex
from desktop.model.claims import ClaimDraft
from desktop.model.terms import Answer, Licensee, Terms, Use
from desktop.model.times import to_rfc3339
from desktop.model.works import (
    Basis,
    Creator,
    Evidence,
    Interest,
    Known,
    Party,
    Reach,
    Right,
    Share,
    Work,
)
from desktop.protocol import check_document

MAX_TITLE_CHARACTERS = 500
_VARIES = ("id", "created", "supersedes", "metahash")


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
        "claimant": _claimant(draft),
        "work": _work(draft),
        "fingerprint": {
            "iscc": work.fingerprint.iscc,
            "units": list(work.fingerprint.units_256),
            "datahash": work.fingerprint.datahash,
            "sha256": work.fingerprint.sha256,
            **_previous(work),
        },
        "shares": [share_document(share) for share in _shares(draft)],
        "terms": terms_document(draft.terms),
        **_known_only(draft),
    }
    if draft.supersedes:
        document["supersedes"] = draft.supersedes
    _check_parts(document)
    return document


def _known_only(draft: ClaimDraft) -> dict[str, Any]:
    """Return the parts of a claim that are left out where there is nothing to say."""
    work = draft.work
    result: dict[str, Any] = {}
    if work.sole_owner is not Known.UNKNOWN:
        result["sole_owner"] = work.sole_owner is Known.YES
    if draft.agreements:
        result["agreements"] = [dict(sheet) for sheet in draft.agreements]
    if work.evidence:
        result["evidence"] = [_evidence(one) for one in work.evidence]
    if draft.private is not None:
        result["metahash"] = metahash(draft.private)
    return result


def content_hash(document: dict[str, Any]) -> str:
    """Return the SHA-256 of what a claim says, whenever and under whatever number it says it."""
    content = {name: value for name, value in document.items() if name not in _VARIES}
    return sha256_hex(canonical_bytes(content))


def _claimant(draft: ClaimDraft) -> dict[str, Any]:
    result: dict[str, Any] = {
        "did": draft.claimant.did,
        "name": draft.claimant.name,
        "capacity": draft.capacity.value,
    }
    numbers = party_numbers(draft.claimant)
    return result | {"identifiers": numbers} if numbers else result


def _previous(work: Work) -> dict[str, Any]:
    if work.previous is None:
        return {}
    iscc, datahash = work.previous
    return {"previous": {"iscc": iscc, "datahash": datahash}}


def _evidence(one: Evidence) -> dict[str, str]:
    said = {"kind": one.kind, "sha256": one.sha256, "date": one.dated, "note": one.note}
    return {name: value for name, value in said.items() if value}


def _check_parts(document: dict[str, Any]) -> None:
    """Raise ClaimProblem for what every registry must refuse by its form (openclaims.yaml)."""
    parts = [(name, document[name.lower()]) for name in ("Claimant", "Work", "Terms")]
    parts += [("Share", share) for share in document["shares"]]
    parts += [("EvidenceList", document.get("evidence", []))]
    for name, part in parts:
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
    publication = work.publication
    if publication.answer is not Known.UNKNOWN:
        said = {"date": publication.on, "country": publication.country}
        result["publication"] = {
            "published": publication.answer is Known.YES,
            **{name: value for name, value in said.items() if value},
        }
    return result


def _shares(draft: ClaimDraft) -> tuple[Share, ...]:
    """Where nothing was agreed, the claimant holds everything. Over 100 % cannot be signed."""
    given = draft.work.shares
    spoken_for = {share.right for share in given}
    rest = tuple(
        Share(party=draft.claimant, right=right, fraction=Fraction(1))
        for right in Right
        if right not in spoken_for
    )
    over = shares.excess(given)
    if over is not None:
        raise ClaimProblem(
            f"The shares of {over.right.value} add up to {_percent(over.total)}, "
            f"more than the whole{shares.where(over)}.",
            advice="Change the shares of this work, then claim it.",
        )
    return given + rest


def share_document(share: Share) -> dict[str, Any]:
    """Return a share as claims and split sheets say it."""
    result: dict[str, Any] = {
        "party": party_document(share.party),
        "right": share.right.value,
        "share": share.part,
        "territories": list(share.territories),
    }
    if share.interest is not Interest.WHOLE:
        result["interest"] = share.interest.value
    if share.basis is not Basis.UNKNOWN:
        result["basis"] = share.basis.value
    if share.starts:
        result["from"] = share.starts
    if share.ends:
        result["to"] = share.ends
    return result


def party_document(party: Party) -> dict[str, Any]:
    """Return what leaves of a party: name, keys and public numbers, never how to reach them."""
    result: dict[str, Any] = {"name": party.name}
    if party.did:
        result["did"] = party.did
    numbers = party_numbers(party)
    if numbers:
        result["identifiers"] = numbers
    if party.reach is not Reach.UNKNOWN and not party.is_self:
        result["reach"] = party.reach.value
    return result


def party_numbers(party: Party) -> list[dict[str, str]]:
    """Return the public numbers of a party."""
    numbers = {"ipi": party.ipi, "isni": party.isni, "orcid": party.orcid}
    return [{"scheme": scheme, "value": value} for scheme, value in numbers.items() if value]


def terms_document(terms: Terms) -> dict[str, Any]:
    """Return terms as a claim says them; what is not said is left out."""
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
    if terms.licensees:
        result["licensees"] = [_licensee(one) for one in terms.licensees if _said(one.uses)]
    if terms.expires is not None:
        result["expires"] = terms.expires.isoformat()
    if terms.address:
        result["address"] = terms.address
    return {name: value for name, value in result.items() if value != []}


def _licensee(one: Licensee) -> dict[str, Any]:
    named = {"name": one.name} | ({"did": one.did} if one.did else {})
    return {**named, "uses": _said(one.uses)}


def _said(uses: Mapping[Use, Answer]) -> dict[str, str]:
    return {use.value: uses[use].value for use in Use if uses[use] is not Answer.UNSET}


def _percent(fraction: Fraction) -> str:
    return f"{round(fraction * 100)} %"
