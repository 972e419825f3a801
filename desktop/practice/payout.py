"""Where a payee wants its money: checked by form only, in force after a confirmation event."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desktop.model.times import from_rfc3339
from desktop.practice.claims import hash_of, verify_own
from desktop.practice.events import add_event
from desktop.practice.keys import followed_by, kin_of, refuse_ended
from desktop.practice.problems import Problem, invalid, wrong_state
from desktop.practice.schemas import check

FORMS = {
    "iban": re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}"),
    "payment_pointer": re.compile(r"\$[a-z0-9-]+(\.[a-z0-9-]+)+(/[A-Za-z0-9._~/-]*)?"),
    "paypal": re.compile(r"[^@\s]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+|[A-Z0-9]{13}"),
    "stripe": re.compile(r"acct_[A-Za-z0-9]{6,60}"),
}


@dataclass(frozen=True, slots=True)
class Channel:
    """Where money goes. kind is "practice" where the payee has said nothing."""

    kind: str
    value: str

    def hint(self) -> str:
        """Return enough to recognise it and no more."""
        return "…" + self.value[-4:]


def set_channel(connection: Any, document: Any, claimant: str) -> dict[str, Any]:
    """Take a signed PayoutChannel; return its state. Raises Problem."""
    check("PayoutChannel", document)
    signer = verify_own(document, followed_by(connection, claimant))
    channel = Channel(document["kind"], _checked_value(document["kind"], document["value"]))
    created = int(_checked_time(document["created"]).timestamp())
    newest = connection.execute(
        "SELECT hash, created, confirmed FROM payout_channels"
        " WHERE payee IN (SELECT value FROM json_each(?))"
        " ORDER BY created DESC, rowid DESC LIMIT 1",
        [json.dumps(kin_of(connection, claimant))],
    ).fetchone()
    identity = hash_of(document)
    confirmed = newest is not None and newest["hash"] == identity and newest["confirmed"]
    if newest is None or newest["hash"] != identity:
        refuse_ended(connection, claimant, signer)
        if newest is not None and newest["created"] > created:
            raise wrong_state("A newer payout channel is known.")
        connection.execute(
            "INSERT OR REPLACE INTO payout_channels (hash, payee, kind, value, created)"
            " VALUES (?, ?, ?, ?, ?)",
            [identity, signer, channel.kind, channel.value, created],
        )
    status = "confirmed" if confirmed else "unconfirmed"
    return {"kind": channel.kind, "hint": channel.hint(), "status": status}


def confirm_channels(connection: Any, now: datetime, *, claimant: str | None = None) -> None:
    """Put channels in force and tell their payees. claimant: only this one's."""
    rows = connection.execute(
        "SELECT hash, payee FROM payout_channels WHERE confirmed = 0"
        " AND (? IS NULL OR payee = ?) ORDER BY rowid",
        [claimant, claimant],
    ).fetchall()
    for row in rows:
        connection.execute("UPDATE payout_channels SET confirmed = 1 WHERE hash = ?", [row["hash"]])
        add_event(connection, row["payee"], "payout_channel.confirmed", now)


def channel_of(connection: Any, payee: str) -> Channel:
    """Return the payee's confirmed channel, whichever key gave it, or the practice account."""
    row = connection.execute(
        "SELECT kind, value FROM payout_channels WHERE confirmed = 1"
        " AND payee IN (SELECT value FROM json_each(?)) ORDER BY created DESC, rowid DESC LIMIT 1",
        [json.dumps(kin_of(connection, payee))],
    ).fetchone()
    return Channel("practice", "") if row is None else Channel(row["kind"], row["value"])


def iban_is_sound(iban: str) -> bool:
    """Tell whether the check digits of an IBAN are right (ISO 13616, mod 97)."""
    digits = "".join(str(int(char, 36)) for char in iban[4:] + iban[:4])
    return int(digits) % 97 == 1


def _checked_value(kind: str, value: str) -> str:
    compact = value.replace(" ", "") if kind == "iban" else value
    if not FORMS[kind].fullmatch(compact) or (kind == "iban" and not iban_is_sound(compact)):
        raise invalid(f"This is not a valid {kind.replace('_', ' ')}.")
    return compact


def _checked_time(text: str) -> datetime:
    try:
        return from_rfc3339(text)
    except ValueError as error:
        raise Problem(422, "invalid", "created is not a time.") from error
