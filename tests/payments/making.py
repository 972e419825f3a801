"""Statements for the tests that add up, and ways to make them not to."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from desktop.model.money import exact_sum
from desktop.model.payments import Deduction, Period, SignatureState, Statement, StatementLine

JANUARY = Period(start=date(2026, 1, 1), end=date(2026, 2, 1))


def line(number: int, net: Decimal, **changes: Any) -> StatementLine:
    """Return a line of that net amount."""
    made = StatementLine(
        external_id=f"L-{number}",
        title=f"Picture {number}",
        licensee="Lumen",
        model="Lumen-2",
        use="training",
        right="training",
        territory="DE",
        period=JANUARY,
        gross=net,
        share="1/1",
        net=net,
        currency="EUR",
    )
    return dataclasses.replace(made, **changes)


def statement(
    nets: Sequence[Decimal], deductions: Sequence[Decimal] = (), **amounts: Decimal
) -> Statement:
    """Return a statement of these lines whose sums are right to the cent.

    amounts: opening, adjustments, tax_withheld, recouped, reserve, closing.
    """
    cent = Decimal("0.01")
    gross = exact_sum(nets).quantize(cent)
    known = {name: amounts.get(name, Decimal("0.00")) for name in _NAMES}
    incoming = exact_sum([gross, known["opening"], known["adjustments"]])
    kept = exact_sum([*deductions, known["tax_withheld"], known["recouped"], known["reserve"]])
    return Statement(
        number="S-1",
        revision=1,
        period=JANUARY,
        issued=date(2026, 2, 3),
        due=date(2026, 2, 28),
        currency="EUR",
        gross=gross,
        payable=incoming - kept - known["closing"],
        lines=tuple(line(number, net) for number, net in enumerate(nets)),
        document=b"{}",
        signature=SignatureState.VERIFIED,
        deductions=tuple(Deduction(kind="fee", amount=amount) for amount in deductions),
        opening=known["opening"],
        adjustments=known["adjustments"],
        tax_withheld=known["tax_withheld"],
        recouped=known["recouped"],
        reserve=known["reserve"],
        closing=known["closing"],
    )


_NAMES = ("opening", "adjustments", "tax_withheld", "recouped", "reserve", "closing")
