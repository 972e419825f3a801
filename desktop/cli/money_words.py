"""What the commands about money share: periods, amounts, and payments as rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from desktop.errors import UsageProblem
from desktop.model.money import Money, parse_amount
from desktop.model.payments import Payment, PaymentState

Function = TypeVar("Function", bound=Callable[..., Any])


def period(function: Function) -> Function:
    """Give a command --from and --to."""
    kind = click.DateTime(["%Y-%m-%d"])
    function = click.option("--to", "end", type=kind, help="Before this day.")(function)
    return click.option("--from", "start", type=kind, help="From this day on.")(function)


def filters(function: Function) -> Function:
    """Give a command --from, --to, --registry and --work."""
    function = click.option("--work", "work_id", type=int, help="Number of a work.")(function)
    function = click.option("--registry", default="", help="Name of who pays.")(function)
    return period(function)


def day(moment: Any) -> date | None:
    """Return the day of an option, if it was given."""
    return moment.date() if moment is not None else None


def read_amount(amount: str, currency: str) -> Money:
    """Read an amount such as 50.00 EUR. Raises UsageProblem."""
    try:
        return Money.exactly(parse_amount(amount), currency.upper())
    except ValueError as error:
        raise UsageProblem(str(error), advice="Write it as 50.00 EUR.") from error


def payment_json(payment: Payment) -> dict[str, Any]:
    """Return a payment as the contract has it."""
    return {
        "payment_id": payment.payment_id,
        "registry": payment.registry,
        "statement": payment.number,
        "period": {
            "start": payment.period.start.isoformat(),
            "end": payment.period.end.isoformat(),
        },
        "expected": str(payment.stated),
        "remitted": str(payment.remitted),
        "received": str(payment.received),
        "currency": payment.stated.currency,
        "state": payment.state.value,
        "matches": list(payment.matches),
        "open": str(payment.open),
        "named": str(payment.named),
        "returned": str(payment.returned),
        "pay_by": payment.pay_by.isoformat() if payment.pay_by else None,
        "late_days": payment.late_days,
        "reason": payment.reason,
        "disputed": list(payment.disputed),
        "money": [
            {
                "match_id": one.match_id,
                "entry_id": one.entry_id,
                "kind": one.kind.value,
                "date": one.booked_on.isoformat(),
                "amount": str(one.amount),
                "amount_currency": one.amount.currency,
                "settled": str(one.settled),
                "confirmed": one.confirmed,
                "why": one.reason,
            }
            for one in payment.money
        ],
    }


def payment_text(payment: Payment) -> str:
    """Return a payment to read."""
    currency = payment.stated.currency
    late = f"overdue {payment.late_days} day{'' if payment.late_days == 1 else 's'}"
    overdue = payment.state is PaymentState.OVERDUE and payment.late_days
    parts = [late if overdue else payment.state.value.replace("_", " ")]
    if payment.open.minor > 0 and (payment.received.minor or payment.named.minor):
        parts.append(f"short by {payment.open} {currency}")
    if payment.stated.minor < 0 and not payment.received.minor:
        parts.append(f"{-payment.stated} {currency} to be given back or set off")
    elif payment.open.minor < 0:
        parts.append(f"{-payment.open} {currency} more than stated")
    if payment.late_days and not overdue:
        parts.append(late)
    if payment.disputed:
        parts.append(f"a dispute about {', '.join(payment.disputed)} is open")
    if payment.reason:
        parts.append(payment.reason)
    return (
        f"{payment.payment_id:>6}  {payment.period.start:%Y-%m}  {payment.registry}  "
        f"{payment.stated} {currency} stated, {payment.received} received  ·  {', '.join(parts)}"
    )
