"""The certificates that were made for the user's keys; their private keys are kept nowhere."""

from __future__ import annotations

from desktop.model.certificates import Certificate
from desktop.model.times import from_seconds
from desktop.store.database import Connection, insert


def keep(connection: Connection, certificate: Certificate, now_s: int) -> int:
    """Keep a new certificate; returns its number in the store."""
    values = {
        "did": certificate.did,
        "number": certificate.number,
        "name": certificate.name,
        "chain": certificate.chain,
        "starts_s": int(certificate.starts.timestamp()),
        "ends_s": int(certificate.ends.timestamp()),
        "made_s": now_s,
    }
    return insert(connection, "certificates", values)


def newest(connection: Connection, did: str) -> tuple[int, Certificate] | None:
    """Return the certificate that signs for a key now, with its number in the store, or None."""
    row = connection.execute(
        "SELECT * FROM certificates WHERE did = ? ORDER BY number DESC LIMIT 1", (did,)
    ).fetchone()
    if row is None:
        return None
    certificate = Certificate(
        did=row["did"],
        number=row["number"],
        name=row["name"],
        chain=row["chain"],
        starts=from_seconds(row["starts_s"]),
        ends=from_seconds(row["ends_s"]),
    )
    return int(row["certificate_id"]), certificate
