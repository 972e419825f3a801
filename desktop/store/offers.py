"""Offers as they came, what was answered, what of it waits to go out, and the receipts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal

from desktop.errors import UsageProblem
from desktop.model.claims import OutboxState
from desktop.model.money import EXACT
from desktop.model.offers import Offer, OfferReply, OfferWord, Reply, ReplyReceipt, offered
from desktop.model.times import from_seconds
from desktop.store.database import Connection, Row

_OFFERS = """
SELECT offers.*, registries.name AS registry,
    (SELECT max(revision) FROM offers AS other WHERE other.registry_id = offers.registry_id
        AND other.did = offers.did AND other.number = offers.number) AS newest,
    ended.revision AS ended, ended.document AS ended_document
FROM offers JOIN registries USING (registry_id)
LEFT JOIN offer_withdrawals AS ended ON ended.registry_id = offers.registry_id
    AND ended.did = offers.did AND ended.number = offers.number
    AND ended.revision = (SELECT max(revision) FROM offer_withdrawals AS last
        WHERE last.registry_id = offers.registry_id AND last.did = offers.did
        AND last.number = offers.number)
"""
_REPLIES = """
SELECT offer_answers.*, waits.state, waits.attempts, waits.last_problem, received_s,
    (SELECT count(*) FROM offer_answer_claims AS one
        WHERE one.offer_answer_id = offer_answers.offer_answer_id) AS claims
FROM offer_answers JOIN offer_answer_outbox AS waits USING (offer_answer_id)
LEFT JOIN offer_receipts USING (offer_answer_id)
"""


def cursor_of(connection: Connection, registry_id: int, did: str) -> str:
    """Return how far did's offers were read; "" is the start."""
    row = connection.execute(
        "SELECT cursor FROM offer_feeds WHERE registry_id = ? AND did = ?", (registry_id, did)
    ).fetchone()
    return str(row["cursor"]) if row else ""


def set_cursor(connection: Connection, registry_id: int, did: str, cursor: str) -> None:
    """Keep how far did's offers were read, in the transaction that keeps them."""
    connection.execute(
        "INSERT INTO offer_feeds (registry_id, did, cursor) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (registry_id, did) DO UPDATE SET cursor = ?3",
        (registry_id, did, cursor),
    )


def keep(connection: Connection, registry_id: int, did: str, word: OfferWord, now_s: int) -> bool:
    """Keep an offer, or that it was withdrawn; False if that is here already."""
    if word.withdrawn or word.said is None:
        done = connection.execute(
            "INSERT OR IGNORE INTO offer_withdrawals "
            "(registry_id, did, number, revision, document, kept_s) VALUES (?, ?, ?, ?, ?, ?)",
            (registry_id, did, word.number, word.revision, word.document, now_s),
        )
        return bool(done.rowcount)
    done = connection.execute(
        "INSERT OR IGNORE INTO offers (registry_id, did, number, revision, document, sha256, "
        "signed_by_licensee, open_until_s, kept_s) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            registry_id,
            did,
            word.number,
            word.revision,
            word.document,
            hashlib.sha256(word.document).hexdigest(),
            int(word.signed_by_licensee),
            int(word.said.open_until.timestamp()),
            now_s,
        ),
    )
    return bool(done.rowcount)


def sha256_of(
    connection: Connection, registry_id: int, did: str, number: str, revision: int
) -> str | None:
    """Return the hash of an offer that is here, or None."""
    row = connection.execute(
        "SELECT sha256 FROM offers WHERE registry_id = ? AND did = ? AND number = ? "
        "AND revision = ?",
        (registry_id, did, number, revision),
    ).fetchone()
    return str(row["sha256"]) if row else None


def by_id(connection: Connection, offer_id: int) -> Offer:
    """Return an offer. Raises UsageProblem."""
    row = connection.execute(f"{_OFFERS} WHERE offers.offer_id = ?", (offer_id,)).fetchone()
    if row is None:
        raise UsageProblem(f"There is no offer {offer_id}.", advice="`offers list` shows them.")
    return _offer(connection, row)


def everything(
    connection: Connection, *, open_at_s: int | None = None, limit: int = -1
) -> list[Offer]:
    """Return offers, the newest first. open_at_s: only those that were not over then."""
    rows = connection.execute(
        f"{_OFFERS} WHERE ?1 IS NULL OR open_until_s > ?1 ORDER BY offers.offer_id DESC LIMIT ?2",
        (open_at_s, limit),
    ).fetchall()
    return [_offer(connection, row) for row in rows]


def unknown_claims(connection: Connection, registry_id: int, hashes: Iterable[str]) -> list[str]:
    """Return which of these are no claims of this library that left for the registry."""
    rows = connection.execute(
        "SELECT value FROM json_each(?1) WHERE NOT EXISTS (SELECT 1 FROM claims JOIN outbox "
        "USING (claim_id) WHERE claim_hash = value AND outbox.registry_id = ?2 "
        "AND outbox.attempts > 0)",
        (json.dumps(list(hashes)), registry_id),
    )
    return [str(row["value"]) for row in rows]


def standing_claims(
    connection: Connection, offer: Offer, dids: Iterable[str]
) -> list[tuple[int, str, int, str]]:
    """Return (claim, hash, work, title) of the accepted claims that an offer is for, by work.

    dids: the keys that are one claimant there.
    """
    named = None if offer.said.every_claim else json.dumps(offer.said.claims)
    rows = connection.execute(
        "SELECT claims.claim_id, claim_hash, works.work_id, works.title FROM claims "
        "JOIN claim_states USING (claim_id) JOIN works ON works.work_id = claims.work_id "
        "WHERE claim_states.registry_id = ?1 AND claim_states.state = 'accepted' "
        "AND claims.did IN (SELECT value FROM json_each(?2)) "
        "AND (?3 IS NULL OR claim_hash IN (SELECT value FROM json_each(?3))) "
        "ORDER BY works.work_id, claims.claim_id",
        (offer.registry_id, json.dumps(list(dids)), named),
    )
    return [(row["claim_id"], row["claim_hash"], row["work_id"], row["title"]) for row in rows]


def queue(
    connection: Connection,
    offer_id: int,
    reply: Reply,
    document: bytes,
    claim_ids: Iterable[int],
    now_s: int,
) -> int:
    """Keep a signed answer and queue it; returns its number."""
    cursor = connection.execute(
        "INSERT INTO offer_answers (offer_id, answer, document, made_s) VALUES (?, ?, ?, ?)",
        (offer_id, reply.value, document, now_s),
    )
    answer_id = int(cursor.lastrowid or 0)
    connection.executemany(
        "INSERT INTO offer_answer_claims (offer_answer_id, claim_id) VALUES (?, ?)",
        [(answer_id, claim_id) for claim_id in claim_ids],
    )
    connection.execute(
        "INSERT INTO offer_answer_outbox (offer_answer_id, state) VALUES (?, 'queued')",
        (answer_id,),
    )
    return answer_id


def due(
    connection: Connection, registry_id: int, did: str, now_s: int, *, eager: bool
) -> list[OfferReply]:
    """Return answers to send now as did, oldest first. eager: also those after a failed try."""
    rows = connection.execute(
        f"{_REPLIES} JOIN offers USING (offer_id) WHERE offers.registry_id = ? "
        "AND offers.did = ? AND waits.state = 'queued' AND (waits.not_before_s <= ? OR ?) "
        "ORDER BY offer_answers.offer_answer_id",
        (registry_id, did, now_s, int(eager)),
    )
    return [_reply(row) for row in rows]


def waiting(connection: Connection) -> list[OfferReply]:
    """Return the answers that still are to be sent, oldest first."""
    rows = connection.execute(
        f"{_REPLIES} WHERE waits.state IN ('queued', 'sending') ORDER BY offer_answer_id"
    )
    return [_reply(row) for row in rows]


def mark_sending(connection: Connection, answer_id: int) -> None:
    """Record that an answer is about to leave; counts the try."""
    connection.execute(
        "UPDATE offer_answer_outbox SET state = 'sending', attempts = attempts + 1 "
        "WHERE offer_answer_id = ?",
        (answer_id,),
    )


def requeue(connection: Connection, answer_id: int, not_before_s: int, problem: str) -> None:
    """Let an answer wait, with what went wrong."""
    connection.execute(
        "UPDATE offer_answer_outbox SET state = 'queued', not_before_s = ?, last_problem = ? "
        "WHERE offer_answer_id = ?",
        (not_before_s, problem, answer_id),
    )


def acknowledge(connection: Connection, answer_id: int, receipt: ReplyReceipt, now_s: int) -> None:
    """Keep the receipt of an answer, and that it need not be sent any more."""
    connection.execute(
        "INSERT OR IGNORE INTO offer_receipts (offer_answer_id, document, received_s, kept_s) "
        "VALUES (?, ?, ?, ?)",
        (answer_id, receipt.document, int(receipt.received.timestamp()), now_s),
    )
    connection.execute(
        "UPDATE offer_answer_outbox SET state = 'acknowledged', last_problem = '' "
        "WHERE offer_answer_id = ?",
        (answer_id,),
    )


def refuse(connection: Connection, answer_id: int, problem: str) -> None:
    """Record a final no to an answer, in the registry's words."""
    connection.execute(
        "UPDATE offer_answer_outbox SET state = 'refused', last_problem = ? "
        "WHERE offer_answer_id = ?",
        (problem, answer_id),
    )


def recover(connection: Connection) -> None:
    """After a crash: what was being sent goes back to the queue."""
    connection.execute(
        "UPDATE offer_answer_outbox SET state = 'queued', not_before_s = 0 WHERE state = 'sending'"
    )


def paid_under(connection: Connection, offer: Offer) -> dict[str, Decimal]:
    """Return what statement lines say was paid under an offer, exact, by currency.

    Of a statement that came in several revisions, the newest counts.
    """
    rows = connection.execute(
        "SELECT lines.currency, lines.net FROM statement_lines AS lines "
        "JOIN statements USING (statement_id) WHERE lines.offer = ?1 AND lines.offer <> '' "
        "AND registry_id = ?2 "
        "AND revision = (SELECT max(revision) FROM statements AS newer "
        "WHERE newer.registry_id = statements.registry_id AND newer.number = statements.number)",
        (offer.said.number, offer.registry_id),
    )
    sums: dict[str, Decimal] = {}
    for row in rows:
        before = sums.get(row["currency"], Decimal(0))
        sums[row["currency"]] = EXACT.add(before, Decimal(row["net"]))
    return sums


def documents(connection: Connection) -> list[tuple[int, int, bytes]]:
    """Return (offer_id, registry_id, bytes) of every offer, for verification."""
    rows = connection.execute("SELECT offer_id, registry_id, document FROM offers")
    return [(row["offer_id"], row["registry_id"], bytes(row["document"])) for row in rows]


def answer_documents(connection: Connection) -> list[tuple[int, str, bytes]]:
    """Return the number, the word and the signed bytes of every answer, for verification."""
    rows = connection.execute("SELECT offer_answer_id, answer, document FROM offer_answers")
    return [(row["offer_answer_id"], row["answer"], bytes(row["document"])) for row in rows]


def receipts(connection: Connection) -> list[tuple[int, int, bytes]]:
    """Return (answer, registry_id, bytes) of every receipt, for verification."""
    rows = connection.execute(
        "SELECT offer_answer_id, registry_id, offer_receipts.document FROM offer_receipts "
        "JOIN offer_answers USING (offer_answer_id) JOIN offers USING (offer_id)"
    )
    return [(row["offer_answer_id"], row["registry_id"], bytes(row["document"])) for row in rows]


def _offer(connection: Connection, row: Row) -> Offer:
    reply = connection.execute(
        f"{_REPLIES} WHERE offer_answers.offer_id = ? ORDER BY offer_answer_id DESC LIMIT 1",
        (row["offer_id"],),
    ).fetchone()
    ended = json.loads(row["ended_document"]) if row["ended_document"] else {}
    document = bytes(row["document"])
    return Offer(
        offer_id=row["offer_id"],
        registry_id=row["registry_id"],
        registry=row["registry"],
        said=offered(json.loads(document)),
        document=document,
        sha256=row["sha256"],
        signed_by_licensee=bool(row["signed_by_licensee"]),
        newest=row["newest"],
        ended=row["ended"] or 0,
        ended_why=str(ended.get("reason", "")),
        reply=_reply(reply) if reply else None,
    )


def _reply(row: Row) -> OfferReply:
    received = row["received_s"]
    return OfferReply(
        answer_id=row["offer_answer_id"],
        offer_id=row["offer_id"],
        reply=Reply(row["answer"]),
        document=bytes(row["document"]),
        claims=row["claims"],
        made=from_seconds(row["made_s"]),
        state=OutboxState(row["state"]),
        attempts=row["attempts"],
        last_problem=row["last_problem"],
        received=from_seconds(received) if received is not None else None,
    )
