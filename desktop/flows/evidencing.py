"""Gathers what speaks for a work's claims into one file for a stranger."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from desktop.claims.evidence_bundle import (
    Bundle,
    Happened,
    SignedItem,
    StampedList,
    write_bundle,
)
from desktop.errors import UsageProblem
from desktop.model.times import from_seconds
from desktop.model.timestamps import ServiceKind, Timestamp
from desktop.model.works import Work
from desktop.services import Services
from desktop.store import dossier, evidence, journal, split_sheets, timestamps, works
from desktop.store.database import Connection
from desktop.timestamps.opentimestamps_proof import merged

YOU = "the claimant"


def evidence_bundle(
    work_id: int,
    services: Services,
    *,
    attach: Sequence[int] = (),
    private: bool = False,
) -> bytes:
    """Return the ZIP of a work's evidence.

    attach: numbers of the evidence whose files are handed over; of the rest only the hashes are.
    private: also the private parts of the claims, which name how to reach others. Raises
    UsageProblem if the work was never claimed, or a number is not this work's evidence.
    """
    with services.store.read() as connection:
        work = works.get(connection, work_id)
        claims = dossier.claims_of_work(connection, work_id)
        if not claims:
            raise UsageProblem(
                f"{work.title} was not claimed yet, so nothing is signed.",
                advice="Claim it first: `claim --registry NAME`.",
            )
        bundle = Bundle(
            title=work.title,
            made=services.now(),
            facts=_facts(connection, work),
            signed=tuple(_signed(connection, work_id, claims)),
            timeline=sorted(_timeline(connection, work_id), key=lambda one: one.time),
            stamped=_stamped(connection, work_id),
            files=_files(connection, work, attach),
            private=dossier.private_parts(connection, work_id) if private else {},
        )
    return write_bundle(bundle)


def _facts(connection: Connection, work: Work) -> dict[str, str]:
    facts = work.fingerprint
    rows, head = journal.head(connection)
    return {
        "Title": work.title,
        "Kind": work.kind.value,
        "ISCC (ISO 24138)": facts.iscc,
        "SHA-256 of the file": facts.sha256,
        "BLAKE3 of the file": facts.datahash,
        "Size in bytes": str(facts.size_bytes),
        "Journal of the library": f"{rows} rows, head {head}",
    }


def _signed(
    connection: Connection, work_id: int, claims: Sequence[tuple[int, bytes]]
) -> Iterator[SignedItem]:
    for claim_id, document in claims:
        yield SignedItem(name=f"claim-{claim_id}", title=f"Claim {claim_id}", document=document)
    for claim_id, registry, document in dossier.receipts_of_work(connection, work_id):
        title = f"Receipt of {registry} for claim {claim_id}"
        yield SignedItem(name=f"receipt-{claim_id}", title=title, document=document)
    for claim_id, registry, kind, document in dossier.answers_of_work(connection, work_id):
        title = f"{kind.capitalize()} to {registry} about claim {claim_id}"
        yield SignedItem(name=f"{kind}-{claim_id}", title=title, document=document)
    for name, title, document in dossier.offers_of_work(connection, work_id):
        yield SignedItem(name=name, title=title, document=document)
    for document in split_sheets.of_work(connection, work_id):
        yield SignedItem(name="split-sheet", title="Split sheet", document=document)
    for kind, document in dossier.key_notices_of_work(connection, work_id):
        title = f"{kind.capitalize()} of a key"
        yield SignedItem(name=f"key-{kind}", title=title, document=document)


def _stamped(connection: Connection, work_id: int) -> list[StampedList]:
    """Return the lists with the work's claims; promises of calendars are no proofs, and say so."""
    lists: dict[str, list[Timestamp]] = {}
    for one in timestamps.of_work(connection, work_id):
        if one.proof:
            lists.setdefault(one.list_hash, []).append(one)
    return [_stamped_list(found) for found in lists.values()]


def _stamped_list(found: list[Timestamp]) -> StampedList:
    files = {"claims.txt": found[0].document}
    calendars = [one.proof for one in found if one.service.kind is ServiceKind.OPENTIMESTAMPS]
    if calendars:
        files["claims.txt.ots"] = merged(calendars)
    for one in found:
        if one.service.kind is ServiceKind.RFC3161:
            name = re.sub(r"[^A-Za-z0-9-]+", "-", one.service.name).strip("-") or "authority"
            name = f"{name}-{one.service.service_id}"
            files |= {f"{name}.tsr": one.proof, f"{name}-root.pem": one.service.roots}
    return StampedList(files=files, said=[(one.service.name, one.said) for one in found])


def _timeline(connection: Connection, work_id: int) -> Iterator[Happened]:
    for time_s, by, what in dossier.timeline(connection, work_id):
        yield Happened(time=from_seconds(time_s), by=by or YOU, what=what)


def _files(connection: Connection, work: Work, attach: Sequence[int]) -> dict[str, bytes]:
    known = {one.evidence_id: one for one in work.evidence}
    files: dict[str, bytes] = {}
    for number in attach:
        if number not in known:
            raise UsageProblem(f"Work {work.work_id} has no evidence {number}.")
        data = evidence.data_of(connection, known[number].sha256)
        if data is not None:
            name = PurePath(known[number].name).name or known[number].kind
            files[f"{number:02}-{name}"] = data
    return files
