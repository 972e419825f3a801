"""Statement lines: what one claim earned in one month, and from which pool."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from desktop.practice import licensee
from desktop.practice.amounts import CURRENCY, cut, text_of
from desktop.practice.claims import document_of, number_of
from desktop.practice.clock import next_month
from desktop.practice.conflicts import fraction_text
from desktop.practice.shares import claimant_share

GROSS_PLACES = 12
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pool:
    """The training money of one month."""

    start: date
    amount: Fraction
    total_weight: Fraction

    @property
    def month(self) -> str:
        """The month as "2026-01"."""
        return month_name(self.start)

    def gross(self, weight: Fraction) -> Fraction:
        """Return what a weight earns, cut after 12 decimals."""
        part = weight / self.total_weight
        return cut(part * self.amount * licensee.DISTRIBUTABLE, GROSS_PLACES)

    def document(self) -> Document:
        """Return the pool as a statement shows it."""
        return {
            "use": "training",
            "licensee": licensee.LICENSEE,
            "model": licensee.MODEL,
            "amount": text_of(self.amount),
            "distributable_share": text_of(licensee.DISTRIBUTABLE),
            "total_weight": text_of(self.total_weight, least=licensee.WEIGHT_PLACES),
            "method": licensee.METHOD,
            "method_version": licensee.METHOD_VERSION,
            "period": period_of(self.start),
        }


def month_name(start: date) -> str:
    """Return "2026-01"."""
    return f"{start.year:04d}-{start.month:02d}"


def period_of(start: date) -> Document:
    """Return the half-open period of a month."""
    return {"start": start.isoformat(), "end": next_month(start).isoformat()}


def lines_of(row: Any, pool: Pool) -> list[Document]:
    """Return the lines, without ids, that a claim earned in the pool's month."""
    claim = document_of(row)
    found = [_training_line(row, claim, pool), _output_line(row, claim, pool)]
    return [line for line in found if line is not None]


def _training_line(row: Any, claim: Document, pool: Pool) -> Document | None:
    share = claimant_share(claim, "training", licensee.TERRITORY, pool.start)
    if share is None or not licensee.may_train(claim):
        return None
    weight = licensee.weight(row["hash"], pool.month)
    facts = {
        "weight": text_of(weight, least=licensee.WEIGHT_PLACES),
        "confidence": text_of(licensee.confidence(row["hash"], pool.month)),
    }
    return _line(row, claim, pool, "training", share, pool.gross(weight), facts)


def _output_line(row: Any, claim: Document, pool: Pool) -> Document | None:
    share = claimant_share(claim, "output", licensee.TERRITORY, pool.start)
    uses = licensee.output_uses(row["hash"], pool.month)
    if share is None or not uses or not licensee.may_output(claim):
        return None
    facts = {"uses": uses, "rate": text_of(licensee.RATE)}
    return _line(row, claim, pool, "output", share, uses * licensee.RATE, facts)


def priced_line(
    row: Any,
    claim: Document,
    pool: Pool,
    use: str,
    share: tuple[Fraction, str],
    uses: int,
    rate: Fraction,
) -> Document:
    """Return a line that pays a price for each use, from no pool."""
    facts = {"uses": uses, "rate": text_of(rate)}
    return _line(row, claim, pool, use, share, uses * rate, facts)


def _line(
    row: Any,
    claim: Document,
    pool: Pool,
    use: str,
    share: tuple[Fraction, str],
    gross: Fraction,
    facts: Document,
) -> Document:
    part, territory = share
    return {
        "claim": number_of(row["sequence"]),
        "claim_hash": row["hash"],
        "iscc": claim["fingerprint"]["iscc"],
        "title": claim["work"]["title"],
        "licensee": licensee.LICENSEE,
        "model": licensee.MODEL,
        "use": use,
        "right": use,
        "territory": territory,
        "period": period_of(pool.start),
        **facts,
        "gross": text_of(gross),
        "share": fraction_text(part),
        "net": text_of(cut(gross * part, 18)),
        "currency": CURRENCY,
    }
