"""Verifies everything that can be verified: the store, the journal's chain, every signature."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from desktop.claims.sign import verify_claim
from desktop.errors import AppError, SignatureProblem, StoreDamaged
from desktop.identity.canonical import parse_json, sha256_hex
from desktop.identity.key_notices import read_notice
from desktop.identity.proofs import verify_document
from desktop.model.identities import NoticeKind
from desktop.model.progress import Cancelled, never
from desktop.registries.open_claims import read_description
from desktop.services import Services
from desktop.store import claims, identities, journal, registries, remittances
from desktop.store.database import Connection, check_integrity


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing verified; detail says what was looked at, or what is wrong."""

    check: str
    ok: bool
    detail: str


def verify_library(services: Services, cancelled: Cancelled = never) -> Iterator[Check]:
    """Yield one result for each kind of check; nothing is changed."""
    with services.store.read() as connection:
        yield _store(connection)
        for check in (_journal, _claims, _key_notices, _receipts, _documents):
            if cancelled():
                return
            yield check(connection)


def _store(connection: Connection) -> Check:
    try:
        check_integrity(connection)
    except StoreDamaged as problem:
        return Check(check="store", ok=False, detail=problem.message)
    return Check(check="store", ok=True, detail="The database is sound.")


def _journal(connection: Connection) -> Check:
    broken = journal.first_break(connection)
    if broken is not None:
        return Check(
            check="journal", ok=False, detail=f"The chain breaks at row {broken}: it was changed."
        )
    count, digest = journal.head(connection)
    return Check(check="journal", ok=True, detail=f"{count} rows, head {digest[:16]}.")


def _claims(connection: Connection) -> Check:
    found = claims.documents(connection)
    bad = [
        f"claim {claim_id}"
        for claim_id, claim_hash, document in found
        if sha256_hex(document) != claim_hash or not _holds(verify_claim, document)
    ]
    return _summary("claims", len(found), bad)


def _key_notices(connection: Connection) -> Check:
    found = identities.notices(connection)
    bad = [
        f"{kind.value} of …{did[-8:]}"
        for kind, did, new_did, document in found
        if not _holds(_notice_check(kind, did, new_did), document)
    ]
    return _summary("key rotations and revocations", len(found), bad)


def _notice_check(kind: NoticeKind, did: str, new_did: str) -> Callable[[bytes], None]:
    def check(document: bytes) -> None:
        notice = read_notice(document)
        if (notice.kind, notice.did, notice.new_did) != (kind, did, new_did):
            raise SignatureProblem("The notice is about another key.")

    return check


def _receipts(connection: Connection) -> Check:
    methods = _methods(connection)
    found = claims.receipts(connection)
    bad = [
        f"receipt of claim {claim_hash[:12]}"
        for claim_hash, registry_id, document in found
        if not _holds(_receipt_check(methods.get(registry_id, {}), claim_hash), document)
    ]
    return _summary("receipts", len(found), bad)


def _documents(connection: Connection) -> Check:
    methods = _methods(connection)
    found = remittances.signed_documents(connection)
    bad = [
        name
        for registry_id, name, document in found
        if not _holds(_proof_check(methods.get(registry_id, {})), document)
    ]
    return _summary("statements and remittances", len(found), bad)


def _methods(connection: Connection) -> dict[int, dict[str, bytes]]:
    result = {}
    for registry in registries.everyone(connection):
        if registry.description:
            api = str(parse_json(registry.description)["api"])
            result[registry.registry_id] = dict(read_description(registry.description, api).methods)
    return result


def _proof_check(methods: dict[str, bytes]) -> Callable[[bytes], None]:
    def check(document: bytes) -> None:
        verify_document(parse_json(document), methods)

    return check


def _receipt_check(methods: dict[str, bytes], claim_hash: str) -> Callable[[bytes], None]:
    def check(document: bytes) -> None:
        receipt = parse_json(document)
        verify_document(receipt, methods)
        if receipt["credentialSubject"]["claim"]["hash"] != claim_hash:
            raise SignatureProblem("The receipt is for another claim.")

    return check


def _holds(check: Callable[[bytes], object], document: bytes) -> bool:
    try:
        check(document)
    except (SignatureProblem, AppError, ValueError, KeyError, TypeError):
        return False
    return True


def _summary(name: str, count: int, bad: list[str]) -> Check:
    if bad:
        shown = ", ".join(bad[:5]) + (" …" if len(bad) > 5 else "")
        return Check(check=name, ok=False, detail=f"{len(bad)} of {count} do not verify: {shown}.")
    return Check(check=name, ok=True, detail=f"All {count} signatures verify.")
