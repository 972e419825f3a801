"""Split sheets between collaborators: made here, signed there, read back with every signature."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from desktop.claims import split_sheet
from desktop.errors import SignatureProblem, UsageProblem
from desktop.flows.identifying import my_key
from desktop.identity.canonical import canonical_bytes, parse_json
from desktop.identity.keys import public_key_of
from desktop.model.works import Party
from desktop.services import Services
from desktop.store import identities, journal, parties, split_sheets, works
from desktop.store.database import Connection

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed a sheet: a key, and the party of this library that it belongs to, if any."""

    did: str
    party: Party | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet with its verified signers. work_id: the work of this library, or None.

    current: it says what the library says now, so that the next claim carries it.
    """

    document: Document
    signers: tuple[Signer, ...]
    work_id: int | None
    current: bool = False


def make_sheet(work_id: int, services: Services, *, note: str = "") -> Sheet:
    """Make a sheet of what the library says of a work's shares, signed by the user.

    Raises ClaimProblem, KeyProblem, UsageProblem.
    """
    key = my_key(services)
    with services.store.write() as tx:
        work = works.get(tx, work_id)
        made = split_sheet.new_sheet(work, work.shares, key, created=services.now(), note=note)
        _keep(tx, work_id, made, services)
        return _sheet(tx, made, work_id)


def sign_sheet(data: bytes, services: Services) -> Sheet:
    """Add the user's signature to a sheet that came as a file or text.

    It is kept if the work is in this library; the caller hands it back in any case.
    """
    key = my_key(services)
    return _taken(split_sheet.add_signature(
        split_sheet.read_sheet(data), key, created=services.now()
    ), services)  # fmt: skip


def look_at_sheet(data: bytes, services: Services) -> Sheet:
    """Read a sheet that came as a file or text, to show it; changes nothing.

    Raises ClaimProblem if it is damaged or a signature does not fit.
    """
    document = split_sheet.read_sheet(data)
    with services.store.read() as connection:
        known = split_sheets.by_urn(connection, document["id"])
        work_id = works.by_datahash(connection, document["work"]["datahash"])
        if work_id is None and known is not None:
            work_id = known[0]
        return _sheet(connection, document, work_id)


def signed_by_me(sheet: Sheet, services: Services) -> bool:
    """Whether a key of the user's, also a former one, signed a sheet."""
    with services.store.read() as connection:
        own = identities.own_keys(connection)
    return any(signer.did in own for signer in sheet.signers)


def take_sheet(data: bytes, services: Services) -> Sheet:
    """Read a sheet back and keep its signatures beside those that are here already.

    Raises ClaimProblem for a damaged or foreign sheet, UsageProblem if its work is not here.
    """
    sheet = _taken(split_sheet.read_sheet(data), services)
    if sheet.work_id is None:
        raise UsageProblem(
            f"The work of this split sheet, {sheet.document['work']['title']}, is not in this "
            "library.",
            advice="Scan its file first, then take the sheet in again.",
        )
    return sheet


def name_signer(did: str, party_id: int, services: Services) -> Party:
    """Say whose key a signature is; the user decides.

    Raises UsageProblem if it is no key, or the party has another.
    """
    try:
        public_key_of(did)
    except SignatureProblem as problem:
        raise UsageProblem(
            f"{did[:80]!r} is no key that signs split sheets.",
            advice="`split take` and `work show` name the keys that signed; they start with "
            "did:key:z6Mk.",
        ) from problem
    with services.store.write() as tx:
        party = parties.by_id(tx, party_id)
        if party is None:
            raise UsageProblem(f"There is no party {party_id}.")
        if party.did and party.did != did:
            raise UsageProblem(f"{party.name} has another key already.")
        parties.set_did(tx, party_id, did)
        journal.add(tx, services.now_s(), "party.key", did, {"party_id": party_id})
        return replace(party, did=did)


def sheets_of(work_id: int, services: Services) -> list[Sheet]:
    """Return the sheets of a work, newest first."""
    with services.store.read() as connection:
        return [
            _sheet(connection, parse_json(document), work_id)
            for document in split_sheets.of_work(connection, work_id)
        ]


def agreements(connection: Connection, work_id: int) -> tuple[Document, ...]:
    """Return the newest sheet that says what the library says now, to put on a claim."""
    current = (
        sheet.document
        for document in split_sheets.of_work(connection, work_id)
        if (sheet := _sheet(connection, parse_json(document), work_id)).current
    )
    return tuple(sheet for sheet in [next(current, None)] if sheet is not None)


def _taken(document: Document, services: Services) -> Sheet:
    with services.store.write() as tx:
        known = split_sheets.by_urn(tx, document["id"])
        if known is not None:
            document = split_sheet.merged(parse_json(known[1]), document)
        work_id = works.by_datahash(tx, document["work"]["datahash"])
        if known is not None and work_id is None:
            work_id = known[0]
        if work_id is not None and (known is None or canonical_bytes(document) != known[1]):
            _keep(tx, work_id, document, services)
        return _sheet(tx, document, work_id)


def _keep(tx: Connection, work_id: int, document: Document, services: Services) -> None:
    now_s = services.now_s()
    count = len(document["proof"])
    split_sheets.keep(
        tx,
        work_id,
        urn=document["id"],
        content_hash=split_sheet.content_hash(document),
        document=canonical_bytes(document),
        signatures=count,
        now_s=now_s,
    )
    journal.add(tx, now_s, "split.kept", str(work_id), {"urn": document["id"], "signatures": count})


def _sheet(connection: Connection, document: Document, work_id: int | None) -> Sheet:
    signers = tuple(
        Signer(did=did, party=parties.by_did(connection, did))
        for did in split_sheet.signers(document)
    )
    current = False
    if work_id is not None:
        work = works.get(connection, work_id)
        current = split_sheet.fits(document, work, work.shares)
    return Sheet(document=document, signers=signers, work_id=work_id, current=current)
