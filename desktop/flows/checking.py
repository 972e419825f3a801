"""Verifies everything that can be verified: the store, the journal's chain, every signature."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from desktop.claims.sign import verify_claim
from desktop.claims.split_sheet import read_sheet
from desktop.errors import AppError, SignatureProblem, StoreDamaged
from desktop.flows.checking_offers import check_offers
from desktop.flows.checking_payouts import check_said_money
from desktop.flows.connecting import public_keys
from desktop.flows.journaling import held_against
from desktop.flows.rereading import reread
from desktop.flows.timestamping import check_proof
from desktop.identity.canonical import parse_json, sha256_hex
from desktop.identity.checkpoints import read_checkpoint
from desktop.identity.key_notices import read_notice
from desktop.identity.proofs import methods_of_did_key, verify_document
from desktop.model.identities import NoticeKind
from desktop.model.journal import Checkpoint
from desktop.model.progress import Cancelled, never
from desktop.model.timestamps import Timestamp
from desktop.registries import kinds
from desktop.registries.connector import CheckReceipt
from desktop.services import Services
from desktop.store import (
    answers,
    attached_files,
    claims,
    findings,
    identities,
    journal,
    payouts,
    registries,
    remittances,
    seals,
    split_sheets,
    terms_audit,
    timestamps,
)
from desktop.store import checkpoints as kept_checkpoints
from desktop.store.database import Connection, check_integrity

MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing verified; detail says what was looked at, or what is wrong."""

    check: str
    ok: bool
    detail: str


def verify_library(
    services: Services,
    cancelled: Cancelled = never,
    *,
    checkpoints: Sequence[Checkpoint] = (),
) -> Iterator[Check]:
    """Yield one result for each kind of check; nothing is changed.

    checkpoints: of the journal, as they were kept elsewhere; those in the library count anyway.
    """
    with services.store.read() as connection:
        yield _store(connection)
        for check in (partial(_checkpoints, given=checkpoints), *_CHECKS):
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
    found = [fault.sentence for fault in islice(journal.faults(connection), MOST_NAMED + 1)]
    if found:
        return Check(check="journal", ok=False, detail=_several(found))
    count, digest = journal.head(connection)
    return Check(check="journal", ok=True, detail=f"{count} rows, head {digest[:16]}.")


def _checkpoints(connection: Connection, given: Sequence[Checkpoint]) -> Check:
    own = identities.own_keys(connection)
    found, good = [], list(given)
    for number, seq, head, sha256, document in kept_checkpoints.everything(connection):
        try:
            one = read_checkpoint(document)
        except SignatureProblem:
            found.append(f"Checkpoint {number} was changed.")
            continue
        if (one.seq, one.head, sha256_hex(document)) != (seq, head, sha256):
            found.append(f"Checkpoint {number} was changed.")
        good.append(one)
    for one in good:
        found += [fault.sentence for fault in held_against(connection, one, own)]
    sealed = [seal for one in good if one.did in own for seal in one.seals]
    found += [fault.sentence for fault in seals.broken(connection, sealed)]
    if found:
        return Check(check="checkpoints", ok=False, detail=_several(list(dict.fromkeys(found))))
    words = {0: "There are none yet.", 1: "The journal holds all of the one checkpoint."}
    detail = words.get(len(good), f"The journal holds all of {len(good)} checkpoints.")
    return Check(check="checkpoints", ok=True, detail=detail)


def _decisions(connection: Connection) -> Check:
    """Hold every decision about a finding against the journal, which has the hash of its row."""
    stand = findings.row_hashes(connection)
    sealed = {
        row.detail["decision_id"]: row.detail["row_sha256"]
        for row in journal.rows(connection, about="finding.")
        if "decision_id" in row.detail
    }
    found = [
        f"Decision {number} about a finding "
        + ("is missing." if number not in stand else "was changed.")
        for number, digest in sorted(sealed.items())
        if stand.get(number) != digest
    ]
    found += [
        f"Decision {number} about a finding is not in the journal."
        for number in stand
        if number not in sealed
    ]
    if found:
        return Check(check="findings", ok=False, detail=_several(found))
    detail = f"{len(stand)} decisions, as the journal has them." if stand else "Nothing is decided."
    return Check(check="findings", ok=True, detail=detail)


def _rows(connection: Connection) -> Check:
    """Read every document of money again and compare what is kept of it."""
    try:
        found = reread(connection)
    except (ValueError, ArithmeticError, TypeError) as error:
        detail = f"A row holds something that cannot be: {error}"
        return Check(check="rows of money", ok=False, detail=detail)
    if found.wrong:
        return Check(check="rows of money", ok=False, detail=_several(found.wrong))
    detail = f"All {found.rows:,} rows agree with their documents." if found.rows else "None yet."
    if found.unread:
        detail += f" {found.unread:,} cannot be read again here."
    return Check(check="rows of money", ok=True, detail=detail)


def _several(sentences: list[str]) -> str:
    more = f" And {len(sentences) - MOST_NAMED} more." if len(sentences) > MOST_NAMED else ""
    return " ".join(sentences[:MOST_NAMED]) + more


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


def _split_sheets(connection: Connection) -> Check:
    found = split_sheets.documents(connection)
    bad = [f"split sheet {name}" for name, document in found if not _holds(read_sheet, document)]
    return _summary("split sheets", len(found), bad)


def _answers(connection: Connection) -> Check:
    return _own_words(connection, "answers to registries", "answer", answers.documents(connection))


def _offers(connection: Connection) -> Check:
    found = check_offers(connection, _methods(connection), identities.own_keys(connection))
    return _summary("offers, answers and their receipts", *found)


def _payouts(connection: Connection) -> Check:
    return _own_words(connection, "payout accounts", "account", payouts.documents(connection))


def _own_words(
    connection: Connection, name: str, one: str, found: list[tuple[int, bytes]]
) -> Check:
    """Check what was said with keys of the user's own, former ones too."""
    own = identities.own_keys(connection)
    bad = [f"{one} {number}" for number, document in found if not _holds(_signed_by(own), document)]
    return _summary(name, len(found), bad)


def _signed_by(own: Collection[str]) -> Callable[[bytes], None]:
    def check(document: bytes) -> None:
        said = parse_json(document)
        did = str(said["proof"]["verificationMethod"]).partition("#")[0]
        if did not in own:
            raise SignatureProblem("It is signed with a key that is not the user's.")
        verify_document(said, methods_of_did_key(did))

    return check


def _notice_check(kind: NoticeKind, did: str, new_did: str) -> Callable[[bytes], None]:
    def check(document: bytes) -> None:
        notice = read_notice(document)
        if (notice.kind, notice.did, notice.new_did) != (kind, did, new_did):
            raise SignatureProblem("The notice is about another key.")

    return check


def _receipts(connection: Connection) -> Check:
    """Check each receipt by the rules of its registry's kind, against the claim it is for."""
    methods = _methods(connection)
    rules = {
        registry.registry_id: _rule(registry.kind) for registry in registries.everyone(connection)
    }
    kept = claims.receipts(connection)
    found = [one for one in kept if rules.get(one[1])]
    bad = []
    for claim_hash, registry_id, document in found:
        known = claims.by_hash(connection, claim_hash)
        claim = claims.document(connection, known[0]) if known else b""
        check = partial(_check_receipt, rules[registry_id], claim_hash, claim, methods[registry_id])
        if not _holds(check, document):
            bad.append(f"receipt of claim {claim_hash[:12]}")
    result = _summary("receipts", len(found), bad)
    if len(found) == len(kept):
        return result
    rest = f"{len(kept) - len(found)} more are of a kind that cannot be checked here."
    return replace(result, detail=f"{result.detail} {rest}")


def _rule(kind: str) -> CheckReceipt | None:
    """Return how receipts of a kind are checked; None where its package cannot, or is gone."""
    try:
        return kinds.kind_of(kind).check_receipt
    except AppError:
        return None


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
    """Return every key a registry was ever trusted by: what it signed then stays signed."""
    return {
        registry.registry_id: public_keys(registries.once_trusted(connection, registry.registry_id))
        for registry in registries.everyone(connection)
    }


def _proof_check(methods: dict[str, bytes]) -> Callable[[bytes], None]:
    def check(document: bytes) -> None:
        said = parse_json(document)
        if not isinstance(said, dict):
            raise SignatureProblem("This is no document.")
        verify_document(said, methods)

    return check


def _check_receipt(
    rule: CheckReceipt | None,
    claim_hash: str,
    claim: bytes,
    methods: dict[str, bytes],
    document: bytes,
) -> None:
    if rule is not None:
        rule(parse_json(document), claim_hash, claim, methods)


def _holds(check: Callable[[bytes], object], document: bytes) -> bool:
    try:
        check(document)
    except (SignatureProblem, AppError, ValueError, KeyError, TypeError):
        return False
    return True


def _timestamps(connection: Connection) -> Check:
    found = [one for one in timestamps.everything(connection) if one.proof]
    bad = [f"{one.service.name}'s" for one in found if not _proves(one)]
    result = _summary("proofs of time", len(found), bad)
    words = {0: "There are none yet.", 1: "The one proof holds."}
    good = words.get(len(found), f"All {len(found)} proofs hold.")
    return replace(result, detail=good) if result.ok else result


def _proves(one: Timestamp) -> bool:
    try:
        check_proof(one)
    except AppError:
        return False
    return True


def _attachments(connection: Connection) -> Check:
    """Hold every file that was attached against the hash it was attached with."""
    count, bad = attached_files.changed_bytes(connection)
    if bad:
        shown = ", ".join(digest[:12] for digest in bad[:MOST_NAMED])
        said = f"{len(bad)} of {count} files were changed: {shown}."
        return Check(check="attachments", ok=False, detail=said)
    words = {0: "There are none yet.", 1: "The one file is as it was attached."}
    detail = words.get(count, f"All {count} files are as they were attached.")
    return Check(check="attachments", ok=True, detail=detail)


def _said_money(connection: Connection) -> Check:
    name = "payouts to collaborators and advances"
    found = check_said_money(connection)
    if found.wrong:
        shown = ", ".join(found.wrong[:5]) + (" …" if len(found.wrong) > 5 else "")
        return Check(check=name, ok=False, detail=f"{shown}.")
    words = {0: "There are none yet.", 1: "The one row agrees with the journal."}
    detail = words.get(found.rows, f"All {found.rows} rows agree with the journal.")
    return Check(check=name, ok=True, detail=detail)


def _terms(connection: Connection) -> Check:
    count, wrong = terms_audit.faults(connection)
    if wrong:
        return Check(check="terms", ok=False, detail=_several([f"{one}." for one in wrong]))
    detail = (
        f"{count} changes, as the journal has them." if count else "No change of terms is kept yet."
    )
    return Check(check="terms", ok=True, detail=detail)


_CHECKS = (
    _journal,
    _decisions,
    _claims,
    _split_sheets,
    _key_notices,
    _answers,
    _payouts,
    _offers,
    _receipts,
    _documents,
    _rows,
    _said_money,
    _timestamps,
    _attachments,
    _terms,
)


def _summary(name: str, count: int, bad: list[str]) -> Check:
    if bad:
        shown = ", ".join(bad[:5]) + (" …" if len(bad) > 5 else "")
        return Check(check=name, ok=False, detail=f"{len(bad)} of {count} do not verify: {shown}.")
    detail = "The one signature verifies." if count == 1 else f"All {count} signatures verify."
    return Check(check=name, ok=True, detail=detail if count else "There are none yet.")
