"""When a registry pays, and from what amount on: as its description says, or as the user says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from desktop.model.money import Money

DAYS_OPTION, MINIMUM_OPTION = "payment_terms_days", "minimum_payout"
MOST_DAYS = 730


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutTerms:
    """days: from the day of issue until it pays; minimum: less than that is carried forward."""

    days: int | None = None
    minimum: Money | None = None

    def pay_by(self, issued: date, due: date) -> date:
        """Return the day until which it has to pay: by its terms, else by the statement."""
        return issued + timedelta(days=self.days) if self.days else due


def payout_terms(description: bytes, options: Mapping[str, Any]) -> PayoutTerms:
    """Read the terms; what the user said counts before the description, and nonsense is nothing."""
    said = {**_document(description), **options}
    return PayoutTerms(days=_days(said.get(DAYS_OPTION)), minimum=_money(said.get(MINIMUM_OPTION)))


def _document(description: bytes) -> dict[str, Any]:
    try:
        said = json.loads(description or b"{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _days(said: object) -> int | None:
    try:
        days = int(str(said))
    except ValueError:
        return None
    return days if 0 < days <= MOST_DAYS else None


def _money(said: object) -> Money | None:
    """Read {"amount": "10.00", "currency": "EUR"}, or "10.00 EUR"."""
    if isinstance(said, Mapping):
        amount, currency = str(said.get("amount", "")), str(said.get("currency", ""))
    else:
        amount, _, currency = str(said or "").partition(" ")
    try:
        return Money.rounded(Decimal(amount), currency)
    except (InvalidOperation, ValueError, OverflowError):
        return None
