"""The end of a key: a newer one follows it, or it is revoked. What it signed before stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop.errors import KeyProblem, SignatureProblem, UsageProblem
from desktop.flows.identifying import find_identity, prepare_revocation, signing_key
from desktop.identity.key_notices import (
    MAX_BYTES,
    checked_reason,
    read_notice,
    revocation_notice,
    rotation_notice,
)
from desktop.identity.keys import SigningKey
from desktop.identity.private_files import read_small, write_private
from desktop.model.identities import Identity, KeyNotice, KeyOrigin, KeyState, NoticeKind
from desktop.services import Services
from desktop.store import identities, journal, parties


def rotate(name_or_did: str, reason: str, services: Services) -> Identity:
    """Give an identity a new key, which the old one signs and which signs back.

    The new secret is safe before the library names it. Raises UsageProblem; KeyProblem if the old
    key cannot be opened or the new one not be kept, and then nothing was changed.
    """
    reason = _reason(reason)
    identity = find_identity(name_or_did, services)
    old, new = signing_key(identity.party.did, services), SigningKey.generate()
    notice = rotation_notice(old, new, reason=reason, created=services.now())
    kept_in = services.keys.keep(new)
    prepare_revocation(new, services)
    now_s, party_id = services.now_s(), identity.party.party_id
    with services.store.write() as tx:
        identities.add_key(tx, party_id, new.did, KeyOrigin.ROTATED, now_s)
        identities.keep_notice(tx, notice, now_s)
        parties.set_did(tx, party_id, new.did)
        journal.add(tx, now_s, "identity.rotated", old.did, {"new": new.did})
    return replace(find_identity(new.did, services), kept_in=kept_in)


def revoke(did: str, reason: str, services: Services) -> Identity:
    """Revoke a key now, signed with the key itself; "": the key of the identity that signs.

    A key that was replaced can be revoked as well. Raises UsageProblem, KeyProblem.
    """
    reason = _reason(reason)
    chosen = _key_of(did, services)
    key = services.keys.load(chosen)
    return _keep(revocation_notice(key, reason=reason, created=services.now()), services)


def revoke_with(source: Path, services: Services) -> Identity:
    """Revoke a key with a notice that was prepared in advance; needs neither key nor password.

    Raises KeyProblem if the file is none, UsageProblem if its key is not one of ours.
    """
    try:
        notice = read_notice(read_small(source, MAX_BYTES))
    except SignatureProblem as problem:
        raise KeyProblem(f"{source.name} cannot be used. {problem.message}") from problem
    if notice.kind is not NoticeKind.REVOCATION:
        raise KeyProblem(f"{source.name} revokes nothing: it says that a newer key follows.")
    return _keep(notice, services)


def write_revocation(name_or_did: str, target: Path, services: Services) -> Path:
    """Write a prepared revocation to store away. Anyone who has it can end the key, and no more.

    The one made with the key is copied, so that no password is needed. Raises UsageProblem if the
    file exists, KeyProblem.
    """
    if target.exists():
        raise UsageProblem(
            f"{target.name} exists already.", advice="Choose a name that is not taken."
        )
    did = find_identity(name_or_did, services).party.did
    kept = prepared_revocation(did, services)
    if not kept.exists():
        prepare_revocation(signing_key(did, services), services)
    write_private(target, read_small(kept, MAX_BYTES))
    return target


def prepared_revocation(did: str, services: Services) -> Path:
    """Return where the revocation that was made together with a key lies."""
    return services.library / "revocations" / f"{did.rpartition(':')[2]}.json"


def _keep(notice: KeyNotice, services: Services) -> Identity:
    identity = find_identity(notice.did, services)
    with services.store.read() as connection:
        key = identities.key(connection, notice.did)
    if key is not None and key.state is KeyState.REVOKED:
        raise UsageProblem(
            f"This key was revoked on {key.ended:%d %B %Y} already. Nothing was changed."
        )
    now_s = services.now_s()
    with services.store.write() as tx:
        identities.keep_notice(tx, notice, now_s)
        detail = {"prepared": notice.prepared, "party_id": identity.party.party_id}
        journal.add(tx, now_s, "identity.revoked", notice.did, detail)
    return find_identity(notice.did, services)


def _key_of(name_or_did: str, services: Services) -> str:
    identity = find_identity(name_or_did, services)
    former = {key.did for key in identity.former}
    return name_or_did if name_or_did in former else identity.party.did


def _reason(reason: str) -> str:
    try:
        return checked_reason(reason)
    except ValueError as error:
        raise UsageProblem(str(error)) from error
