"""Keys that follow one another are one claimant; a revoked one is believed no more.

Power goes forward only: a key speaks for those it follows, never for those that follow it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from desktop.errors import SignatureProblem
from desktop.identity.canonical import canonical_bytes, sha256_hex
from desktop.identity.key_notices import read_notice
from desktop.model.identities import KeyNotice, NoticeKind
from desktop.practice.problems import Problem, wrong_state
from desktop.practice.schemas import check

Document = dict[str, Any]

_FOLLOWED = """
WITH RECURSIVE line (did, step) AS (
    VALUES (?, 0)
    UNION SELECT key_notices.did, step + 1 FROM key_notices JOIN line ON new_did = line.did
    WHERE kind = 'rotation'
)
SELECT did FROM line ORDER BY step, did
"""
_FOLLOWERS = """
WITH RECURSIVE line (did) AS (
    VALUES (?)
    UNION SELECT new_did FROM key_notices JOIN line USING (did) WHERE kind = 'rotation'
)
SELECT did FROM line
"""


def take_notice(connection: Any, document: Any, now: datetime) -> Document:
    """Take a signed notice about a key; return how the key stands. Raises Problem."""
    check("KeyNotice", document)
    data = canonical_bytes(document)
    try:
        notice = read_notice(data)
    except SignatureProblem as error:
        raise Problem(422, "bad-proof", str(error)) from error
    if not _is_known(connection, sha256_hex(data)):
        _refuse_what_cannot_be(connection, notice)
        connection.execute(
            "INSERT OR IGNORE INTO key_notices (hash, kind, did, new_did, document, received)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                sha256_hex(data),
                notice.kind.value,
                notice.did,
                notice.new_did,
                data,
                int(now.timestamp()),
            ],
        )
    return _state_of(connection, notice.did)


def followed_by(connection: Any, did: str) -> tuple[str, ...]:
    """Return did and every key that it follows: those it speaks for."""
    return tuple(row["did"] for row in connection.execute(_FOLLOWED, [did]))


def newest_of(connection: Any, did: str) -> str:
    """Return the key at the end of the line that did is in."""
    rows = connection.execute(_FOLLOWERS, [did]).fetchall()
    return str(rows[-1]["did"])


def kin_of(connection: Any, did: str) -> tuple[str, ...]:
    """Return every key of the claimant that did is one of, the newest first."""
    return followed_by(connection, newest_of(connection, did))


def refuse_ended(connection: Any, caller: str, signer: str) -> None:
    """Raise a 409 Problem if nothing new is done for caller, or with what signer signed."""
    ended = _endings(connection, caller)
    if "revoked" in ended:
        raise wrong_state("This key was revoked; nothing new is done for it.")
    if "replaced" in ended:
        raise wrong_state("This key was replaced; the key that follows it speaks now.")
    if "revoked" in _endings(connection, signer):
        raise wrong_state("The key that signed this was revoked.")


def _is_known(connection: Any, digest: str) -> bool:
    query = "SELECT 1 FROM key_notices WHERE hash = ?"
    return connection.execute(query, [digest]).fetchone() is not None


def _refuse_what_cannot_be(connection: Any, notice: KeyNotice) -> None:
    """Raise a 409 Problem for a rotation that contradicts what is known of its keys.

    A second revocation of a key, in other words, says nothing new and is let pass.
    """
    if notice.kind is NoticeKind.REVOCATION:
        return
    if "revoked" in _endings(connection, notice.did):
        raise wrong_state("The old key was revoked before; nothing follows it any more.")
    if "revoked" in _endings(connection, notice.new_did):
        raise wrong_state("The new key was revoked before; it follows nothing any more.")
    if "replaced" in _endings(connection, notice.did):
        raise wrong_state("Another key follows the old one already.")
    if notice.new_did in followed_by(connection, notice.did):
        raise wrong_state("The old key follows the new one; they cannot follow each other.")


def _endings(connection: Any, did: str) -> set[str]:
    words = {"rotation": "replaced", "revocation": "revoked"}
    rows = connection.execute("SELECT kind FROM key_notices WHERE did = ?", [did])
    return {words[row["kind"]] for row in rows}


def _state_of(connection: Any, did: str) -> Document:
    successor = connection.execute(
        "SELECT new_did FROM key_notices WHERE did = ? AND kind = 'rotation'", [did]
    ).fetchone()
    status = "revoked" if "revoked" in _endings(connection, did) else "replaced"
    state = {"did": did, "status": status}
    return {**state, "successor": successor["new_did"]} if successor else state
