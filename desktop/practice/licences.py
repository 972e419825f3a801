"""What accepted offers pay: a line for each work they cover, which names the offer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from desktop.identity.canonical import parse_json
from desktop.practice import licensee
from desktop.practice.claims import document_of
from desktop.practice.lines import Pool, priced_line
from desktop.practice.shares import claimant_share

LEAST_USES = 40
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Licence:
    """An offer that was accepted. claims: their hashes."""

    offer: Document
    claims: frozenset[str]

    def holds(self, month_start: str) -> bool:
        """Tell whether its period has that month."""
        period: Document = self.offer["period"]
        return bool(period["start"] <= month_start < period["end"])


def licences_of(connection: Any, payee: str) -> list[Licence]:
    """Return what a payee accepted."""
    rows = connection.execute(
        "SELECT offers.document AS offer, offer_answers.document AS answer FROM offer_answers"
        " JOIN offers USING (number, revision) WHERE offer_answers.claimant = ?"
        " AND answer = 'accept' AND kind = 'offer' ORDER BY offers.cursor",
        [payee],
    )
    return [
        Licence(json.loads(row["offer"]), frozenset(parse_json(row["answer"])["claims"]))
        for row in rows
    ]


def licence_lines(connection: Any, row: Any, licences: list[Licence], pool: Pool) -> list[Document]:
    """Return the lines, without ids, that licences pay for a claim in the pool's month.

    A claim that replaced one which was accepted for goes on in its place.
    """
    if not licences:
        return []
    hashes = _line_of(connection, row)
    found = []
    for licence in licences:
        if licence.holds(pool.start.isoformat()) and hashes & licence.claims:
            found.append(_line(connection, row, licence.offer, pool))
    return [line for line in found if line is not None]


def _line_of(connection: Any, row: Any) -> set[str]:
    """Return the hashes of a claim and of those that it replaced, one after the other."""
    hashes: set[str] = set()
    while row is not None and row["hash"] not in hashes:
        hashes.add(row["hash"])
        before = document_of(row).get("supersedes", "")
        row = connection.execute("SELECT * FROM claims WHERE hash = ?", [before]).fetchone()
    return hashes


def _line(connection: Any, row: Any, offer: Document, pool: Pool) -> Document | None:
    claim = document_of(row)
    use = "output" if "output" in offer["uses"] else "training"
    share = claimant_share(claim, use, licensee.TERRITORY, pool.start)
    if share is None:
        return None
    rate = Fraction(offer["price"]["amount"])
    if use == "training":
        if not _first_time(connection, offer["id"], claim["fingerprint"]["datahash"]):
            return None
        uses = 1
    else:
        uses = LEAST_USES + licensee.output_uses(row["hash"], pool.month)
    return priced_line(row, claim, pool, use, share, uses, rate) | {"offer": offer["id"]}


def _first_time(connection: Any, number: str, datahash: str) -> bool:
    """Note that a training was paid for a file; tell whether it was not before."""
    done = connection.execute(
        "INSERT OR IGNORE INTO licences_paid (number, datahash) VALUES (?, ?)", [number, datahash]
    )
    return bool(done.rowcount)
