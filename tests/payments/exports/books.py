"""A library whose books have everything in them: hostile names, every exponent, money back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from desktop.flows.reconciling import match_open
from desktop.model.matches import MatchKind, NewMatch
from desktop.model.money import Money, exact_sum, exponent
from desktop.model.payments import (
    BankEntry,
    Deduction,
    Period,
    Remittance,
    SignatureState,
    Statement,
    StatementLine,
)
from desktop.services import Services
from desktop.store import bank, matches, registries, remittances, statements
from desktop.store.database import Connection

HOSTILE = [
    'Q & <b> "and" \\ back\nnew; line | bar',
    '=HYPERLINK("http://x","y")',
    "Brackets (a) [b] {c} : d",
    "مكتبة \u202eevil\u202c 🎨👩\u200d🎨",
    "* ! 2026-01-01 open Assets:Bank",
    "é̂ \x00\x07\x1b[31m",
    "L" * 10_000,
    "",
]
# Two decimals, none, three, four; the last two meet one payer and so one account name.
CURRENCIES = ["EUR", "JPY", "KWD", "CLF", "USD", "UYW", "EUR", "USD"]


@dataclass(frozen=True, slots=True)
class Books:
    """What was put into the library."""

    statements: tuple[Statement, ...]
    entries: tuple[BankEntry, ...]


def fill(services: Services, *, currencies: list[str] | None = None) -> Books:
    """Keep a statement a currency, each with a hostile payer, and money for some of them."""
    kept, entries = [], []
    with services.store.write() as tx:
        for number, currency in enumerate(currencies or CURRENCIES):
            word = HOSTILE[number % len(HOSTILE)]
            payer = registries.add(tx, _name(word, number), "open_claims", f"https://x/{number}")
            statement = statement_of(number, currency, word)
            statements.keep(tx, payer.registry_id, statement, 100)
            kept.append(statement)
            if number % 4 == 3 or statement.payable <= 0:
                continue
            amount = Money.exactly(statement.payable, currency)
            remittances.keep(tx, payer.registry_id, _remittance(statement, amount, number), 100)
            entries.append(_entry(number, amount, word))
        entries.append(_entry(900, Money("EUR", -1234), HOSTILE[0], reference="Groceries"))
        entries.append(replace(entries[-1], occurrence=2))
        if currencies is None:
            entries.append(_announced_of_nothing(tx))
        file_id = bank.keep_file(tx, "bank.csv", b"bank", 100)
        for entry in entries:
            bank.keep_entry(tx, file_id, entry, 100)
    match_open(services)
    if currencies is None:
        entries.append(_abroad(services, kept[7]))
    return Books(tuple(kept), tuple(entries))


def _announced_of_nothing(tx: Connection) -> BankEntry:
    """Keep a notice of five euros that names no statement, and return the money."""
    amount = Money("EUR", 500)
    payer = registries.by_name(tx, _name(HOSTILE[0], 0))
    notice = Remittance(
        external_id="REMIT-0950",
        issued=date(2026, 2, 1),
        amount=amount,
        reference="REFERENCE0950",
        channel="iban",
        statements=(),
        document=b"remittance 950",
    )
    remittances.keep(tx, payer.registry_id, notice, 100)
    return _entry(950, amount, HOSTILE[0])


def _abroad(services: Services, statement: Statement) -> BankEntry:
    """Keep money in euro for a statement in dollars, less a fee that is named."""
    came, fee = Money("EUR", 80_000), Money("USD", 200)
    entry = _entry(7, came, HOSTILE[7], reference="abroad")
    with services.store.write() as tx:
        file_id = bank.keep_file(tx, "other.csv", b"other", 100)
        entry_id = bank.keep_entry(tx, file_id, entry, 100).entry_id
        (statement_id,) = tx.execute(
            "SELECT statement_id FROM statements WHERE number = ?", (statement.number,)
        ).fetchone()
        settled = Money.exactly(statement.payable, "USD") - fee
        for kind, amount, part in (
            (MatchKind.PAYMENT, came, settled),
            (MatchKind.FEE, Money("EUR", 0), fee),
        ):
            match = NewMatch(
                entry_id=entry_id, kind=kind, amount=amount, settled=part, statement_id=statement_id
            )
            matches.add(tx, match, 100)
    return entry


def statement_of(number: int, currency: str, word: str) -> Statement:
    """Return a statement with everything in it, in a currency; its third one is negative."""
    unit = Decimal(1).scaleb(-exponent(currency))
    sign = -1 if number % 8 == 2 else 1
    nets = [sign * unit * part for part in (Decimal("70123.333333333333"), Decimal("20001.7"))]
    gross = (exact_sum(nets) / unit).quantize(Decimal(1)) * unit
    opening, closing, adjustments = 7 * unit, 11 * unit, -3 * unit
    tax, recouped, reserve, fee = 2 * unit, 5 * unit, -13 * unit, sign * 901 * unit
    payable = exact_sum([opening, gross, adjustments, -fee, -tax, -recouped, -reserve, -closing])
    period = Period(start=date(2025, 12, 1), end=date(2026, 1, 1))
    return Statement(
        number=f"S-{number} {word[:40]}",
        revision=1,
        period=period,
        issued=date(2026, 1, 5 + number % 20),
        due=date(2026, 2, 28),
        currency=currency,
        opening=opening,
        gross=gross,
        adjustments=adjustments,
        tax_withheld=tax,
        recouped=recouped,
        reserve=reserve,
        payable=payable,
        closing=closing,
        lines=tuple(_line(at, net, word, currency, period) for at, net in enumerate(nets)),
        document=f"document {number}".encode(),
        signature=SignatureState.VERIFIED,
        deductions=(Deduction(kind=word[:60] or "fee", amount=fee, base=gross, jurisdiction="PT"),),
    )


def _line(at: int, net: Decimal, word: str, currency: str, period: Period) -> StatementLine:
    return StatementLine(
        external_id=f"L-{at}",
        title=word,
        licensee=word,
        model="m",
        use="training" if at else word[:80],
        right="training",
        territory="DE" if at else "PT",
        period=period,
        gross=net * 2,
        share="1/2",
        net=net,
        currency=currency,
        weight=Decimal("0.000000000000000123"),
    )


def _remittance(statement: Statement, amount: Money, number: int) -> Remittance:
    return Remittance(
        external_id=f"REMIT-{number:04}",
        issued=statement.issued,
        amount=amount,
        reference=f"REFERENCE{number:04}",
        channel="iban",
        statements=((statement.number, statement.revision, amount),),
        document=f"remittance {number}".encode(),
    )


def _entry(number: int, amount: Money, word: str, reference: str = "") -> BankEntry:
    return BankEntry(
        account=f"DE89 3704 0044 0532 01{number % 2}",
        bank_reference=f"B{number}",
        booked_on=date(2026, 2, 1 + number % 20),
        amount=amount,
        counterparty=word,
        reference=reference or f"{word[:60]} REFERENCE{number:04}",
        end_to_end_id="" if reference else f"REMIT-{number:04}",
    )


def _name(word: str, number: int) -> str:
    return (word or "Nobody") + ("" if number < len(HOSTILE) else "!")
