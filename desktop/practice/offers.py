"""What the fictitious licensee offers claimants: made, changed and withdrawn as months pass."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

from desktop.identity.canonical import canonical_bytes, parse_json, sha256_hex
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import sign_document
from desktop.model.times import to_rfc3339
from desktop.practice import licensee
from desktop.practice.amounts import CURRENCY
from desktop.practice.clock import keep_setting, next_month, setting
from desktop.practice.events import Page, check_cursor, cursor_text
from desktop.practice.statements import payee_row

OPEN_FOR = timedelta(days=45)
TERM_MONTHS = 12
TERMS_ADDRESS = "https://lumen.example/licence"
TRAINING, OUTPUT = 1, 2
"""The first offer is for training with every work, the second for one work in the output."""
_PRICES = {
    (TRAINING, 1): ("per-training", "0.40"),
    (TRAINING, 2): ("per-training", "0.55"),
    (OUTPUT, 1): ("per-use", "0.002"),
}
_KEY_SETTING = "licensee_seed"
Document = dict[str, Any]


def make_offers(connection: Any, start: date, key: SigningKey, moment: datetime) -> None:
    """Offer something to everyone who has accepted claims: in the first month that is closed all
    works, in the second one work, and more for all if nobody answered; in the third, what nobody
    answered for the one work is withdrawn."""
    rows = connection.execute(
        "SELECT claimant, min(hash) AS first FROM claims WHERE status = 'accepted' "
        "GROUP BY claimant ORDER BY claimant"
    ).fetchall()
    for row in rows:
        claimant = row["claimant"]
        made = _newest(connection, claimant)
        if TRAINING not in made:
            _offer(connection, claimant, TRAINING, 1, {"all": True}, key, moment, start)
        elif OUTPUT not in made:
            if _is_open(connection, made[TRAINING], moment):
                _offer(connection, claimant, TRAINING, 2, {"all": True}, key, moment, start)
            works = {"claims": [row["first"]]}
            _offer(connection, claimant, OUTPUT, 1, works, key, moment, start)
        elif made[OUTPUT]["kind"] == "offer" and not _answered(connection, made[OUTPUT]):
            _withdraw(connection, made[OUTPUT], key, moment)


def newest_row(connection: Any, number: str) -> Any:
    """Return the newest entry about an offer, or None."""
    return connection.execute(
        "SELECT * FROM offers WHERE number = ? ORDER BY cursor DESC LIMIT 1", [number]
    ).fetchone()


def read_offers(connection: Any, claimant: str, page: Page) -> Document:
    """Return a page of what claimant was offered. Raises a 400 Problem for a cursor never given."""
    last = connection.execute("SELECT coalesce(max(cursor), 0) FROM offers").fetchone()[0]
    check_cursor(page.after, last)
    rows = connection.execute(
        "SELECT cursor, kind, document FROM offers"
        " WHERE claimant = ? AND cursor > ? ORDER BY cursor LIMIT ?",
        [claimant, page.after, page.limit + 1],
    ).fetchall()
    entries = [
        {"cursor": cursor_text(row["cursor"]), row["kind"]: json.loads(row["document"])}
        for row in rows[: page.limit]
    ]
    following = entries[-1]["cursor"] if entries else cursor_text(page.after)
    return {"entries": entries, "next": following, "more": len(rows) > page.limit}


def licensee_key(connection: Any) -> SigningKey:
    """Return the key of the fictitious licensee, made on first use."""
    seed = setting(connection, _KEY_SETTING, "")
    if not seed:
        made = SigningKey.generate()
        keep_setting(connection, _KEY_SETTING, made.seed.hex())
        return made
    return SigningKey(bytes.fromhex(seed))


def _newest(connection: Any, claimant: str) -> dict[int, Any]:
    rows = connection.execute(
        "SELECT * FROM offers WHERE claimant = ? ORDER BY cursor", [claimant]
    ).fetchall()
    return {int(row["number"].rpartition("-")[2]): row for row in rows}


def _is_open(connection: Any, row: Any, moment: datetime) -> bool:
    still = row["kind"] == "offer" and row["open_until"] > moment.timestamp()
    return still and row["revision"] == 1 and not _answered(connection, row)


def _answered(connection: Any, row: Any) -> bool:
    query = "SELECT 1 FROM offer_answers WHERE number = ? AND revision = ?"
    return connection.execute(query, [row["number"], row["revision"]]).fetchone() is not None


def _offer(
    connection: Any,
    claimant: str,
    which: int,
    revision: int,
    works: Document,
    key: SigningKey,
    moment: datetime,
    start: date,
) -> None:
    """Make an offer, signed by the registry and by the licensee."""
    theirs = licensee_key(connection)
    model, amount = _PRICES[which, revision]
    begins = next_month(next_month(start))
    until = moment + OPEN_FOR
    number = f"PO-{payee_row(connection, claimant)['id']:04d}-{which:02d}"
    document = {
        "type": ["OpenClaimsOffer"],
        "version": "1.0",
        "registry": key.did,
        "id": number,
        "revision": revision,
        "claimant": claimant,
        "licensee": {"name": licensee.LICENSEE, "did": theirs.did},
        "uses": ["train", "train-generative"] if which == TRAINING else ["output"],
        "works": works,
        "price": {"model": model, "amount": amount, "currency": CURRENCY},
        "period": {
            "start": begins.isoformat(),
            "end": begins.replace(year=begins.year + TERM_MONTHS // 12).isoformat(),
        },
        "made": to_rfc3339(moment),
        "open_until": to_rfc3339(until),
        "address": TERMS_ADDRESS,
        "note": "Fictitious: nobody trains anything on what you claim here.",
    }
    proofs = [sign_document(document, one, created=moment)["proof"] for one in (key, theirs)]
    data = canonical_bytes({**document, "proof": proofs})
    _keep(connection, claimant, number, revision, "offer", data, until)


def _withdraw(connection: Any, row: Any, key: SigningKey, moment: datetime) -> None:
    document = {
        "type": ["OpenClaimsOfferWithdrawal"],
        "version": "1.0",
        "registry": key.did,
        "id": row["number"],
        "revision": row["revision"],
        "claimant": row["claimant"],
        "made": to_rfc3339(moment),
        "reason": "The licensee found what it needed elsewhere (fictitious).",
    }
    data = canonical_bytes(sign_document(document, key, created=moment))
    _keep(connection, row["claimant"], row["number"], row["revision"], "withdrawn", data, moment)


def _keep(
    connection: Any,
    claimant: str,
    number: str,
    revision: int,
    kind: str,
    data: bytes,
    until: datetime,
) -> None:
    connection.execute(
        "INSERT INTO offers (claimant, number, revision, kind, hash, document, open_until)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [claimant, number, revision, kind, sha256_hex(data), data, int(until.timestamp())],
    )


def offer_of(row: Any) -> Document:
    """Return what an offer says."""
    document: Document = parse_json(row["document"])
    return document
