"""A key outside this computer: recovery phrase and encrypted file, there and back again."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from desktop.errors import KeyProblem, SignatureProblem, UsageProblem
from desktop.flows.identifying import (
    checked_name,
    find_identity,
    my_identities,
    prepare_revocation,
    request_key,
)
from desktop.identity.key_notices import read_notice
from desktop.identity.keys import SigningKey
from desktop.identity.keystore import open_key_file, read_key_file, seal_key
from desktop.identity.phrase import key_of_phrase, phrase_of
from desktop.identity.private_files import read_small, write_private
from desktop.model.identities import (
    BackupKind,
    Identity,
    IdentityKind,
    KeyNotice,
    KeyOrigin,
    NoticeKind,
)
from desktop.model.works import Party
from desktop.services import Services
from desktop.store import identities, journal, parties
from desktop.store.database import Connection

MAX_FILE_BYTES = 1_048_576
MAX_NOTICES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What an import did. already: both identity and key were here, and nothing was changed."""

    identity: Identity
    already: bool


def recovery_phrase(did: str, services: Services) -> tuple[str, ...]:
    """Return the 24 words of a key, to be shown and never kept. Raises KeyProblem."""
    return phrase_of(request_key(did, services))


def phrase_was_kept(did: str, services: Services) -> None:
    """Remember that the user has the words of a key."""
    _note_backup(did, BackupKind.PHRASE, services)


def export_key(did: str, target: Path, password: str, services: Services) -> Path:
    """Write the encrypted key file of a key, with its identity's name and notices; mode 0600.

    Raises UsageProblem if the file exists, KeyProblem; then nothing was written.
    """
    if target.exists():
        raise UsageProblem(
            f"{target.name} exists already.", advice="Choose a name that is not taken."
        )
    identity = find_identity(did, services)
    key = request_key(did, services)
    with services.store.read() as connection:
        notices = identities.notices_of(connection, identity.party.party_id)
    public = {
        "name": identity.party.name,
        "kind": identity.kind.value,
        "notices": [base64.b64encode(notice).decode("ascii") for notice in notices],
    }
    write_private(target, seal_key(key, password, public))
    _note_backup(did, BackupKind.FILE, services)
    return target


def import_key_file(
    source: Path,
    ask_password: Callable[[str], str],
    services: Services,
    *,
    name: str = "",
    kind: IdentityKind | None = None,
) -> Brought:
    """Bring a key from an encrypted key file; the same one again changes nothing.

    name, kind: where the file does not say, or to say otherwise. Raises KeyProblem: no key file,
    damaged, wrong password; UsageProblem: no name. Then nothing was changed.
    """
    data = read_small(source, MAX_FILE_BYTES)
    did, said = read_key_file(data)
    password = ask_password(f"The password of {source.name}")
    key = open_key_file(data, password, did)
    notices = _read_notices(said)
    asked = _Asked(
        name=name or _text(said.get("name")),
        kind=kind or _kind(said.get("kind")),
        backup=BackupKind.FILE,
        password=password,
    )
    return _bring(key, asked, notices, services)


def import_phrase(
    text: str,
    services: Services,
    *,
    name: str = "",
    kind: IdentityKind = IdentityKind.PERSON,
) -> Brought:
    """Bring a key from its 24 words; the same one again changes nothing.

    Raises KeyProblem naming the wrong word's place; UsageProblem where a name is needed.
    """
    asked = _Asked(name=name, kind=kind, backup=BackupKind.PHRASE)
    return _bring(key_of_phrase(text), asked, [], services)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    name: str
    kind: IdentityKind
    backup: BackupKind
    password: str = ""


def _bring(key: SigningKey, asked: _Asked, notices: list[KeyNotice], services: Services) -> Brought:
    """Keep the secret first, then what the library knows of it, in one transaction."""
    line = _line(key.did, notices)
    known = _identity_of((key.did,), services)
    former = known or _identity_of(line, services)
    name = former.party.name if former else asked.name
    if not name.strip():
        raise UsageProblem(
            "The key is sound, but it does not say whose it is.", advice="Give it a name: --name."
        )
    name = checked_name(name)
    held = services.keys.holds(key.did)
    kept_in = "" if held else services.keys.keep(key, asked.password)
    if not held:
        prepare_revocation(key, services)
    before = _count_notices(services)
    now_s = services.now_s()
    with services.store.write() as tx:
        if former is None:
            _add(tx, key.did, name, asked.kind, now_s)
        elif known is None:
            _refuse_collaborator(tx, key.did)
            identities.add_key(tx, former.party.party_id, key.did, KeyOrigin.ROTATED, now_s)
            parties.set_did(tx, former.party.party_id, key.did)
        _keep_notices(tx, line, notices, now_s)
        if not identities.has_backup(tx, key.did):
            identities.note_backup(tx, key.did, asked.backup, now_s)
        if known is None or not held:
            journal.add(tx, now_s, "identity.imported", key.did, {"new": known is None})
    identity = find_identity(key.did, services)
    already = known is not None and held and before == _count_notices(services)
    return Brought(identity=replace(identity, kept_in=kept_in), already=already)


def _add(tx: Connection, did: str, name: str, kind: IdentityKind, now_s: int) -> None:
    """Make the key's party the user's own; it may have been known as a collaborator's before."""
    party = parties.by_did(tx, did)
    if party is None:
        party = parties.add(tx, Party(name=name, did=did, is_self=True), now_s)
    else:
        parties.become_self(tx, party.party_id)
    identities.add(tx, party.party_id, kind, did, KeyOrigin.IMPORTED, now_s)


def _refuse_collaborator(tx: Connection, did: str) -> None:
    """Two parties cannot have one key; which of the two it is, only the user knows."""
    party = parties.by_did(tx, did)
    if party is not None:
        raise UsageProblem(
            f"This library knows that key as {party.name}'s, who shares in works. Nothing was "
            "imported.",
            advice="Import it into another library, or ask for help.",
        )


def _line(did: str, notices: list[KeyNotice]) -> tuple[str, ...]:
    """Return the key and those it follows by the notices, newest first."""
    came_from = {
        notice.new_did: notice.did for notice in notices if notice.kind is NoticeKind.ROTATION
    }
    line = [did]
    while (older := came_from.get(line[-1])) is not None and older not in line:
        line.append(older)
    return tuple(line)


def _keep_notices(
    tx: Connection, line: tuple[str, ...], notices: list[KeyNotice], now_s: int
) -> None:
    """Keep what was said of a key and of those before it; a stranger's notices are left out."""
    own = identities.key(tx, line[0])
    if own is None:
        return
    for older in line[1:]:
        identities.add_key(tx, own.party_id, older, KeyOrigin.IMPORTED, now_s)
    for notice in notices:
        if notice.did in line and (notice.kind is NoticeKind.REVOCATION or notice.new_did in line):
            identities.keep_notice(tx, notice, now_s)


def _read_notices(said: Mapping[str, Any]) -> list[KeyNotice]:
    """Return the notices of a key file, every signature verified. Raises KeyProblem."""
    listed = said.get("notices", [])
    if not isinstance(listed, list) or len(listed) > MAX_NOTICES:
        listed = [None]
    try:
        return [read_notice(base64.b64decode(text, validate=True)) for text in listed]
    except (SignatureProblem, TypeError, ValueError, binascii.Error) as error:
        raise KeyProblem(
            "What the key file says of rotations and revocations was changed or damaged. Nothing "
            "was imported.",
            advice="Use another copy of the file, or the recovery phrase.",
        ) from error


def _identity_of(dids: tuple[str, ...], services: Services) -> Identity | None:
    """Return the identity that has one of these keys now, or had it."""
    return next(
        (
            identity
            for identity in my_identities(services)
            if not {identity.party.did, *(key.did for key in identity.former)}.isdisjoint(dids)
        ),
        None,
    )


def _count_notices(services: Services) -> int:
    with services.store.read() as connection:
        return len(identities.notices(connection))


def _note_backup(did: str, kind: BackupKind, services: Services) -> None:
    now_s = services.now_s()
    with services.store.write() as tx:
        identities.note_backup(tx, did, kind, now_s)
        journal.add(tx, now_s, "identity.backed_up", did, {"kind": kind.value})


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _kind(value: Any) -> IdentityKind:
    known = {kind.value: kind for kind in IdentityKind}
    return known.get(_text(value), IdentityKind.PERSON)
