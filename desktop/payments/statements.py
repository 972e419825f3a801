"""Reads an Open Claims statement or remittance whose signature and schema were checked before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from desktop.errors import StatementProblem
from desktop.model.money import Money, exponent, parse_amount
from desktop.model.payments import (
    Deduction,
    Period,
    Pool,
    Remittance,
    SignatureState,
    Statement,
    StatementLine,
)


def read_statement(
    said: Mapping[str, Any],
    document: bytes,
    signature: SignatureState = SignatureState.VERIFIED,
) -> Statement:
    """Return the statement that document (read as said) holds.

    Raises StatementProblem for a period, currency or settled amount that cannot be.
    """
    currency = said["currency"]
    try:
        exponent(currency)
        payable = parse_amount(said["payable"])
        Money.exactly(payable, currency)
        return Statement(
            number=said["number"],
            revision=said["revision"],
            period=_period(said["period"]),
            issued=date.fromisoformat(said["issued"]),
            due=date.fromisoformat(said["due"]),
            currency=currency,
            opening=parse_amount(said["opening"]),
            gross=parse_amount(said["gross"]),
            adjustments=parse_amount(said["adjustments"]),
            tax_withheld=parse_amount(said["tax_withheld"]),
            recouped=parse_amount(said["recouped"]),
            reserve=parse_amount(said["reserve"]),
            payable=payable,
            closing=parse_amount(said["closing"]),
            lines=tuple(_line(line) for line in said["lines"]),
            document=document,
            signature=signature,
            deductions=tuple(_deduction(item) for item in said["deductions"]),
            pools=tuple(_pool(item) for item in said["pools"]),
            declared_lines=said["declared"]["lines"],
            declared_works=said["declared"]["works"],
        )
    except ValueError as error:
        raise StatementProblem(
            f"Statement {said['number']} cannot be read: {error}",
            advice="Ask the registry for a corrected one; the original is kept.",
        ) from error


def read_remittance(said: Mapping[str, Any], document: bytes) -> Remittance:
    """Return the notice of payment that document (read as said) holds. Raises StatementProblem."""
    currency = said["currency"]
    try:
        return Remittance(
            external_id=said["id"],
            issued=date.fromisoformat(said["issued"]),
            amount=Money.exactly(parse_amount(said["amount"]), currency),
            reference=said["reference"],
            channel=said["channel"]["kind"],
            statements=tuple(
                (
                    item["number"],
                    item["revision"],
                    Money.exactly(parse_amount(item["amount"]), currency),
                )
                for item in said["statements"]
            ),
            document=document,
        )
    except ValueError as error:
        raise StatementProblem(
            f"The notice of payment {said['id']} cannot be read: {error}",
            advice="Ask the registry for a corrected one; the original is kept.",
        ) from error


def _line(item: Mapping[str, Any]) -> StatementLine:
    return StatementLine(
        external_id=item["id"],
        title=item["title"],
        licensee=item["licensee"],
        model=item["model"],
        use=item["use"],
        right=item["right"],
        territory=item["territory"],
        period=_period(item["period"]),
        gross=parse_amount(item["gross"]),
        share=item["share"],
        net=parse_amount(item["net"]),
        currency=item["currency"],
        claim_number=item["claim"],
        claim_hash=item["claim_hash"],
        iscc=item["iscc"],
        uses=Decimal(item["uses"]) if "uses" in item else None,
        weight=_optional(item, "weight"),
        confidence=_optional(item, "confidence"),
        rate=_optional(item, "rate"),
        adjusts=item.get("adjusts", ""),
        offer=item.get("offer", ""),
    )


def _deduction(item: Mapping[str, Any]) -> Deduction:
    return Deduction(
        kind=item["kind"],
        amount=parse_amount(item["amount"]),
        rate=_optional(item, "rate"),
        base=_optional(item, "base"),
        jurisdiction=item.get("jurisdiction", ""),
    )


def _pool(item: Mapping[str, Any]) -> Pool:
    return Pool(
        use=item["use"],
        licensee=item["licensee"],
        model=item["model"],
        amount=parse_amount(item["amount"]),
        distributable_share=parse_amount(item["distributable_share"]),
        total_weight=parse_amount(item["total_weight"]),
        method=item["method"],
        method_version=item["method_version"],
        period=_period(item["period"]) if "period" in item else None,
    )


def _period(item: Mapping[str, str]) -> Period:
    return Period(start=date.fromisoformat(item["start"]), end=date.fromisoformat(item["end"]))


def _optional(item: Mapping[str, Any], name: str) -> Decimal | None:
    return parse_amount(item[name]) if name in item else None
