"""A year for the tax: money by the day it was received, with what it is made of.

Nothing is guessed: gross belongs to the country of the use, fees and tax to the country that the
statement names. Of a statement that was paid in part, the same part of each of its sums counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from desktop.model.exports import Ledger, Receipt, StatedPayment
from desktop.model.money import EXACT, Money, exact_sum
from desktop.model.payments import PaymentState
from desktop.model.tax_years import CountryRow, DayRow, OpenRow, TaxParts, TaxRow, TaxYear
from desktop.payments.exports.double_entry import TAXES, in_whole_units
from desktop.payments.exports.vat import invoices_between, vat_rows

_MOVED = ("payment", "returned")
_Key = tuple[str, str]
_CountryKey = tuple[str, str, str]


def tax_year(ledger: Ledger, year: int) -> TaxYear:
    """Return a year of a ledger that is not narrowed."""
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    by_statement: dict[_Key, list[Receipt]] = {}
    for receipt in ledger.receipts:
        by_statement.setdefault((receipt.registry, receipt.number), []).append(receipt)
    parts: dict[_Key, TaxParts] = {}
    countries: dict[_CountryKey, CountryRow] = {}
    for stated in ledger.payments:
        key = (stated.payment.registry, stated.payment.number)
        before, upto = _reached(stated, by_statement.get(key, []), start, end)
        if before != upto:
            _count(stated, before, upto, parts, countries)
    received = [one for one in ledger.receipts if start <= one.received_on < end and one.registry]
    for receipt in received:
        _arrive(receipt, parts)
    return TaxYear(
        year=year,
        made=ledger.made,
        owner=ledger.owner,
        journal=ledger.journal,
        rows=tuple(
            TaxRow(registry=registry, currency=currency, parts=found)
            for (registry, currency), found in sorted(parts.items())
        ),
        countries=tuple(row for _, row in sorted(countries.items())),
        days=tuple(_days(received)),
        still_open=tuple(_open(ledger.payments, by_statement, end)),
        vat=tuple(vat_rows(parts, ledger.numbers, end)),
        invoices=tuple(invoices_between(ledger, start, end)),
    )


def _reached(
    stated: StatedPayment, receipts: Sequence[Receipt], start: date, end: date
) -> tuple[Fraction, Fraction]:
    """Return which part of a statement had been settled before the year, and by its end.

    One that leaves nothing to pay counts whole on the day it was issued.
    """
    payment = stated.payment
    if payment.state is PaymentState.VOID:
        return Fraction(0), Fraction(0)
    if payment.stated.minor == 0:
        return Fraction(payment.issued < start), Fraction(payment.issued < end)

    def part(day: date) -> Fraction:
        settled = sum(
            one.settled.minor
            for one in receipts
            if one.received_on < day and one.settled.currency == payment.stated.currency
        )
        return min(max(Fraction(settled, payment.stated.minor), Fraction(0)), Fraction(1))

    return part(start), part(end)


def _count(
    stated: StatedPayment,
    before: Fraction,
    upto: Fraction,
    parts: dict[_Key, TaxParts],
    countries: dict[_CountryKey, CountryRow],
) -> None:
    """Add what of a statement belongs to the year, so that all years together are the whole."""
    registry, currency = stated.payment.registry, stated.payment.stated.currency

    def of(amount: Decimal) -> int:
        whole = Money.rounded(amount, currency).minor
        return round(whole * upto) - round(whole * before)

    figures = _figures(stated)
    due = round(stated.payment.stated.minor * upto) - round(stated.payment.stated.minor * before)
    made = TaxParts(due=due, **{name: of(amount) for name, amount in figures.items()})
    # Parts of a part are rounded one by one; what that leaves is in the first of them.
    rest = due - (
        made.gross + made.adjustments + made.carried + made.vat
        - made.fees - made.tax - made.recouped - made.reserve
    )  # fmt: skip
    partly = {before, upto} - {Fraction(0), Fraction(1)}
    made = replace(made, gross=made.gross + rest) if partly else made
    key = (registry, currency)
    parts[key] = parts.get(key, TaxParts()) + made
    for country, name, minor in _by_country(stated, made, figures["gross"]):
        place = (registry, country, currency)
        row = countries.get(place) or CountryRow(
            registry=registry, country=country, currency=currency
        )
        countries[place] = replace(row, **{name: getattr(row, name) + minor})


def _figures(stated: StatedPayment) -> dict[str, Decimal]:
    sums = {"fees": Decimal(0), "tax": stated.tax_withheld, "vat": Decimal(0)}
    for one in stated.deductions:
        column = _column(one.kind)
        sums[column] = EXACT.add(sums[column], one.amount)
    return {
        "gross": stated.gross,
        "adjustments": stated.adjustments,
        "carried": EXACT.subtract(stated.opening, stated.closing),
        "vat": -sums["vat"],
        "fees": sums["fees"],
        "tax": sums["tax"],
        "recouped": stated.recouped,
        "reserve": stated.reserve,
    }


def _column(kind: str) -> str:
    """Return where a deduction is counted."""
    if kind.lower() in TAXES:
        return "tax"
    return "vat" if kind.lower() == "vat" else "fees"


def _by_country(
    stated: StatedPayment, made: TaxParts, gross: Decimal
) -> Iterator[tuple[str, str, int]]:
    """Yield (country, column, minor units), which add up to what was counted."""
    currency = stated.payment.stated.currency
    by_territory: dict[str, Decimal] = {}
    for use in stated.uses:
        if use.currency == currency:
            known = by_territory.get(use.territory, Decimal(0))
            by_territory[use.territory] = EXACT.add(known, use.net)
    rest = EXACT.subtract(gross, exact_sum(by_territory.values()))
    by_territory[""] = EXACT.add(by_territory.get("", Decimal(0)), rest)
    yield from _divided("gross", by_territory, made.gross, currency)
    for name, total in (("fees", made.fees), ("tax", made.tax)):
        named: dict[str, Decimal] = {"": stated.tax_withheld if name == "tax" else Decimal(0)}
        for one in stated.deductions:
            if _column(one.kind) == name:
                place = one.jurisdiction
                named[place] = EXACT.add(named.get(place, Decimal(0)), one.amount)
        yield from _divided(name, named, total, currency)


def _divided(
    name: str, exact: dict[str, Decimal], total: int, currency: str
) -> Iterator[tuple[str, str, int]]:
    """Divide a total as the exact amounts are to each other."""
    whole = {key: money.minor for key, money in in_whole_units(exact, currency).items()}
    stated = sum(whole.values())
    if stated and stated != total:
        scaled = {key: Decimal(minor * total) / stated for key, minor in whole.items()}
        unit = Money(currency, 1).decimal
        whole = {
            key: money.minor
            for key, money in in_whole_units(
                {key: amount * unit for key, amount in scaled.items()}, currency
            ).items()
        }
    whole[""] = whole.get("", 0) + total - sum(whole.values())
    yield from ((key, name, minor) for key, minor in whole.items() if minor)


def _arrive(receipt: Receipt, parts: dict[_Key, TaxParts]) -> None:
    minor = receipt.settled.minor
    if receipt.kind in _MOVED:
        more = TaxParts(received=minor)
    elif receipt.kind == "tax":
        more = TaxParts(tax_on_way=minor)
    else:
        more = TaxParts(kept=minor)
    key = (receipt.registry, receipt.settled.currency)
    parts[key] = parts.get(key, TaxParts()) + more


def _days(receipts: Iterable[Receipt]) -> Iterator[DayRow]:
    for one in sorted(receipts, key=lambda one: (one.received_on, one.match_id)):
        yield DayRow(
            day=one.received_on,
            registry=one.registry,
            number=one.number,
            kind=one.kind,
            arrived=one.arrived,
            settled=one.settled,
        )


def _open(
    payments: Iterable[StatedPayment], receipts: dict[_Key, list[Receipt]], end: date
) -> Iterator[OpenRow]:
    """Yield statements issued before the end of the year that were not settled by then."""
    for stated in payments:
        payment = stated.payment
        if payment.issued >= end or payment.state is PaymentState.VOID:
            continue
        currency = payment.stated.currency
        settled = sum(
            one.settled.minor
            for one in receipts.get((payment.registry, payment.number), [])
            if one.received_on < end and one.settled.currency == currency
        )
        missing = payment.stated.minor - settled
        if missing:
            yield OpenRow(
                registry=payment.registry,
                number=payment.number,
                period=payment.period,
                issued=payment.issued,
                due=payment.due,
                stated=payment.stated,
                open=Money(currency, missing),
            )
