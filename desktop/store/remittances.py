"""Registries' notices that they sent money; append-only."""

from __future__ import annotations

import hashlib

from desktop.model.payments import Remittance
from desktop.store.database import Connection, insert


def keep(connection: Connection, registry_id: int, remittance: Remittance, now_s: int) -> int:
    """Keep a verified notice of payment; returns its number here."""
    remittance_id = insert(
        connection,
        "remittances",
        {
            "registry_id": registry_id,
            "external_id": remittance.external_id,
            "issued": remittance.issued.isoformat(),
            "amount_minor": remittance.amount.minor,
            "currency": remittance.amount.currency,
            "reference": remittance.reference,
            "channel": remittance.channel,
            "document": remittance.document,
            "sha256": hashlib.sha256(remittance.document).hexdigest(),
            "kept_s": now_s,
        },
    )
    for number, revision, amount in remittance.statements:
        connection.execute(
            "INSERT INTO remittance_statements (remittance_id, number, revision, amount_minor) "
            "VALUES (?, ?, ?, ?)",
            (remittance_id, number, revision, amount.minor),
        )
    return remittance_id


def sha256_of(connection: Connection, registry_id: int, external_id: str) -> str | None:
    """Return the SHA-256 of a remittance that is here already, or None."""
    row = connection.execute(
        "SELECT sha256 FROM remittances WHERE registry_id = ? AND external_id = ?",
        (registry_id, external_id),
    ).fetchone()
    return str(row["sha256"]) if row else None


def signed_documents(connection: Connection) -> list[tuple[int, str, bytes]]:
    """Return (registry_id, name, bytes) of statements and remittances, for verification."""
    found = connection.execute(
        "SELECT registry_id, 'statement ' || number AS name, document FROM statements "
        "WHERE signature <> 'unsigned' "
        "UNION ALL SELECT registry_id, 'remittance ' || external_id, document FROM remittances"
    )
    return [(row["registry_id"], row["name"], bytes(row["document"])) for row in found]
