"""Rotation needs both keys, revocation the key itself; whatever is changed is noticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from desktop.errors import SignatureProblem
from desktop.identity.canonical import canonical_bytes
from desktop.identity.key_notices import (
    MAX_REASON_CHARACTERS,
    read_notice,
    revocation_notice,
    rotation_notice,
)
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import sign_document
from desktop.model.identities import NoticeKind

OLD, NEW, STRANGER = (SigningKey(bytes([number]) * 32) for number in (1, 2, 3))
WHEN = datetime(2026, 1, 31, 12, tzinfo=UTC)
Document = dict[str, Any]


def rotation() -> Document:
    document = rotation_notice(OLD, NEW, reason="New computer", created=WHEN).document
    return dict(json.loads(document))


def test_a_rotation_names_both_keys_and_is_signed_by_both() -> None:
    notice = rotation_notice(OLD, NEW, reason="  New \n computer ", created=WHEN)
    assert (notice.kind, notice.did, notice.new_did) == (NoticeKind.ROTATION, OLD.did, NEW.did)
    assert (notice.created, notice.reason) == (WHEN, "New computer")
    assert read_notice(notice.document) == notice
    said = json.loads(notice.document)
    assert said.keys() == {"type", "version", "oldDid", "newDid", "created", "reason", "proof"}
    assert [proof["verificationMethod"] for proof in said["proof"]] == [OLD.method, NEW.method]


@pytest.mark.parametrize("prepared", [False, True])
def test_a_revocation_is_signed_by_the_key_it_ends(prepared: bool) -> None:
    notice = revocation_notice(OLD, reason="Lost", created=WHEN, prepared=prepared)
    assert (notice.kind, notice.did, notice.prepared) == (NoticeKind.REVOCATION, OLD.did, prepared)
    assert read_notice(notice.document) == notice


def _other_new_key(said: Document) -> None:
    said["newDid"] = STRANGER.did


def _only_the_old(said: Document) -> None:
    said["proof"] = said["proof"][:1]


def _only_the_new(said: Document) -> None:
    said["proof"] = [said["proof"][1], said["proof"][1]]


def _old_twice(said: Document) -> None:
    said["proof"] = [said["proof"][0], said["proof"][0]]


def _other_reason(said: Document) -> None:
    said["reason"] = "Stolen"


def _more(said: Document) -> None:
    said["note"] = "x"


def _one_proof(said: Document) -> None:
    said["proof"] = said["proof"][0]


@pytest.mark.parametrize(
    "change",
    [_other_new_key, _only_the_old, _only_the_new, _old_twice, _other_reason, _more, _one_proof],
)
def test_a_changed_rotation_is_not_believed(change: Callable[[Document], None]) -> None:
    said = rotation()
    read_notice(canonical_bytes(said))
    change(said)
    with pytest.raises(SignatureProblem):
        read_notice(canonical_bytes(said))


@pytest.mark.parametrize("more", [{"note": "x"}, {"version": "2.0"}])
def test_a_notice_says_what_the_format_names_and_no_more(more: Document) -> None:
    """Also where every signature holds: a reader of another version might read it otherwise."""
    said = json.loads(revocation_notice(OLD, reason="", created=WHEN).document)
    unsigned = {name: value for name, value in said.items() if name != "proof"} | more
    signed = sign_document(unsigned, OLD, created=WHEN)
    with pytest.raises(SignatureProblem, match="other fields"):
        read_notice(canonical_bytes(signed))


def test_a_stranger_cannot_revoke() -> None:
    said = json.loads(revocation_notice(STRANGER, reason="", created=WHEN).document)
    unsigned = {name: value for name, value in said.items() if name != "proof"} | {"did": OLD.did}
    forged = sign_document(unsigned, STRANGER, created=WHEN)
    with pytest.raises(SignatureProblem, match="not its issuer's"):
        read_notice(canonical_bytes(forged))


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"null", b'{"type": "Claim"}', b"\xff", b" " * 20_000]
)
def test_anything_else_is_no_notice(data: bytes) -> None:
    with pytest.raises(SignatureProblem):
        read_notice(data)


def test_a_key_cannot_follow_itself() -> None:
    with pytest.raises(SignatureProblem, match="one key twice"):
        rotation_notice(OLD, OLD, reason="", created=WHEN)


def test_a_reason_has_an_end() -> None:
    with pytest.raises(ValueError, match="characters"):
        revocation_notice(OLD, reason="x" * (MAX_REASON_CHARACTERS + 1), created=WHEN)
