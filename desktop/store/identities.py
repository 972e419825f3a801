"""The user's identities, their keys, and the signed notices that end keys."""

from __future__ import annotations

import hashlib

from desktop.errors import UsageProblem
from desktop.model.identities import (
    BackupKind,
    Identity,
    IdentityKind,
    KeyNotice,
    KeyOrigin,
    KeyState,
    NoticeKind,
    OwnKey,
    WebCheck,
    WebResult,
)
from desktop.model.times import from_seconds
from desktop.store import parties
from desktop.store.database import Connection, Row

_KEYS = """
SELECT own_keys.*, rotated.new_did, rotated.kept_s AS rotated_s, rotated.reason AS rotated_why,
    revoked.kept_s AS revoked_s, revoked.reason AS revoked_why,
    EXISTS (SELECT 1 FROM key_backups WHERE key_backups.did = own_keys.did) AS backed_up
FROM own_keys
LEFT JOIN key_notices AS rotated ON rotated.did = own_keys.did AND rotated.kind = 'rotation'
LEFT JOIN key_notices AS revoked ON revoked.notice_id = (
    SELECT min(notice_id) FROM key_notices
    WHERE key_notices.did = own_keys.did AND kind = 'revocation')
"""


def add(
    connection: Connection,
    party_id: int,
    kind: IdentityKind,
    did: str,
    origin: KeyOrigin,
    now_s: int,
) -> None:
    """Make a party the user's own, with its first key; the first identity is the current one."""
    connection.execute(
        "INSERT INTO identities (party_id, kind, current) "
        "VALUES (?, ?, NOT EXISTS (SELECT 1 FROM identities WHERE current = 1))",
        (party_id, kind.value),
    )
    add_key(connection, party_id, did, origin, now_s)


def add_key(connection: Connection, party_id: int, did: str, origin: KeyOrigin, now_s: int) -> None:
    """Keep that a key is one of an identity's; a key that is known already adds nothing."""
    connection.execute(
        "INSERT OR IGNORE INTO own_keys (did, party_id, origin, made_s) VALUES (?, ?, ?, ?)",
        (did, party_id, origin.value, now_s),
    )


def make_current(connection: Connection, party_id: int) -> None:
    """Let an identity sign from now on."""
    connection.execute("UPDATE identities SET current = 0 WHERE current = 1")
    connection.execute("UPDATE identities SET current = 1 WHERE party_id = ?", (party_id,))


def current(connection: Connection) -> Identity | None:
    """Return the identity that signs now, or None before there is one."""
    row = connection.execute("SELECT * FROM identities WHERE current = 1").fetchone()
    return _identity(connection, row) if row else None


def everyone(connection: Connection) -> list[Identity]:
    """Return the user's identities, oldest first."""
    rows = connection.execute("SELECT * FROM identities ORDER BY party_id").fetchall()
    return [_identity(connection, row) for row in rows]


def of_party(connection: Connection, party_id: int) -> Identity | None:
    """Return the identity of a party, or None if the party is somebody else."""
    row = connection.execute("SELECT * FROM identities WHERE party_id = ?", (party_id,)).fetchone()
    return _identity(connection, row) if row else None


def find(connection: Connection, name_or_did: str) -> Identity:
    """Return the identity of that name, or with that key now or before.

    Raises UsageProblem if there is none, or if the name is more than one's.
    """
    asked = " ".join(name_or_did.split())
    found = [
        identity
        for identity in everyone(connection)
        if asked in (identity.party.did, *(key.did for key in identity.former))
        or asked.casefold() == identity.party.name.casefold()
    ]
    if not found:
        raise UsageProblem(
            f"There is no identity of yours called {asked}.", advice="`identity list` shows them."
        )
    if len(found) > 1:
        raise UsageProblem(
            f"More than one of your identities is called {asked}.",
            advice="Name it by its did:key; `identity list` shows them.",
        )
    return found[0]


def own_keys(connection: Connection) -> list[str]:
    """Return every key of every identity, former and revoked ones too."""
    return [row["did"] for row in connection.execute("SELECT did FROM own_keys")]


def key(connection: Connection, did: str) -> OwnKey | None:
    """Return one of the user's keys and whether it may still sign, or None."""
    row = connection.execute(f"{_KEYS} WHERE own_keys.did = ?", (did,)).fetchone()
    return _key(row) if row else None


def keep_notice(connection: Connection, notice: KeyNotice, now_s: int) -> None:
    """Keep a verified notice; the same one again adds nothing."""
    connection.execute(
        "INSERT OR IGNORE INTO key_notices "
        "(kind, did, new_did, reason, document, sha256, created_s, kept_s) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            notice.kind.value,
            notice.did,
            notice.new_did,
            notice.reason,
            notice.document,
            hashlib.sha256(notice.document).hexdigest(),
            int(notice.created.timestamp()),
            now_s,
        ),
    )


def notices(connection: Connection) -> list[tuple[NoticeKind, str, str, bytes]]:
    """Return (kind, key, key that follows, document) of every notice, oldest first."""
    rows = connection.execute("SELECT * FROM key_notices ORDER BY notice_id")
    return [
        (NoticeKind(row["kind"]), row["did"], row["new_did"], bytes(row["document"]))
        for row in rows
    ]


def notices_of(connection: Connection, party_id: int) -> list[bytes]:
    """Return the documents of what was said of an identity's keys, oldest first."""
    rows = connection.execute(
        "SELECT document FROM key_notices JOIN own_keys USING (did) WHERE party_id = ? "
        "ORDER BY notice_id",
        (party_id,),
    )
    return [bytes(row["document"]) for row in rows]


def note_backup(connection: Connection, did: str, kind: BackupKind, now_s: int) -> None:
    """Keep that a key was made safe outside this library."""
    connection.execute(
        "INSERT INTO key_backups (did, kind, made_s) VALUES (?, ?, ?)", (did, kind.value, now_s)
    )


def has_backup(connection: Connection, did: str) -> bool:
    """Tell whether a key was ever made safe outside this library."""
    row = connection.execute("SELECT 1 FROM key_backups WHERE did = ? LIMIT 1", (did,)).fetchone()
    return row is not None


def keep_web_check(connection: Connection, check: WebCheck) -> None:
    """Keep what was found at a did:web."""
    connection.execute(
        "INSERT INTO web_checks (did, web_did, result, problem, checked_s) VALUES (?, ?, ?, ?, ?)",
        (
            check.did,
            check.web_did,
            check.result.value,
            check.problem,
            int(check.checked.timestamp()),
        ),
    )


def _identity(connection: Connection, row: Row) -> Identity:
    party = parties.by_id(connection, row["party_id"])
    if party is None:
        raise ValueError("An identity without a party cannot be.")
    found = connection.execute(
        f"{_KEYS} WHERE own_keys.party_id = ? ORDER BY own_keys.rowid DESC", (row["party_id"],)
    )
    keys = [_key(one) for one in found]
    return Identity(
        party=party,
        kind=IdentityKind(row["kind"]),
        created=from_seconds(parties.created_s(connection, party.party_id)),
        current=bool(row["current"]),
        key=next(one for one in keys if one.did == party.did),
        former=tuple(one for one in keys if one.did != party.did),
        web=_newest_web_check(connection, party.party_id),
    )


def _newest_web_check(connection: Connection, party_id: int) -> WebCheck | None:
    row = connection.execute(
        "SELECT web_checks.* FROM web_checks JOIN own_keys USING (did) WHERE party_id = ? "
        "ORDER BY check_id DESC LIMIT 1",
        (party_id,),
    ).fetchone()
    if row is None:
        return None
    return WebCheck(
        web_did=row["web_did"],
        did=row["did"],
        result=WebResult(row["result"]),
        problem=row["problem"],
        checked=from_seconds(row["checked_s"]),
    )


def _key(row: Row) -> OwnKey:
    state, ended_s, reason = KeyState.ACTIVE, None, ""
    if row["revoked_s"] is not None:
        state, ended_s, reason = KeyState.REVOKED, row["revoked_s"], row["revoked_why"]
    elif row["rotated_s"] is not None:
        state, ended_s, reason = KeyState.REPLACED, row["rotated_s"], row["rotated_why"]
    return OwnKey(
        did=row["did"],
        party_id=row["party_id"],
        made=from_seconds(row["made_s"]),
        origin=KeyOrigin(row["origin"]),
        state=state,
        ended=from_seconds(ended_s) if ended_s is not None else None,
        reason=reason,
        successor=row["new_did"] or "",
        backed_up=bool(row["backed_up"]),
    )
