"""Reads what PayPal, Stripe and Wise export as CSV. What only funds a payment is no income."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from desktop.errors import BankFileProblem, BankTableUnknown
from desktop.model.money import Money
from desktop.model.payments import BankEntry
from desktop.payments.bank_file import BankFile, DayReader, day_reader, read_money
from desktop.tables.reading import Row, read_table

Cells = Mapping[str, str]

_PAYPAL = {
    "date": ("date", "datum"),
    "name": ("name",),
    "type": ("type", "typ", "description", "beschreibung"),
    "status": ("status",),
    "currency": ("currency", "währung"),
    "gross": ("gross", "brutto"),
    "fee": ("fee", "fees", "gebühr", "entgelt"),
    "net": ("net", "netto"),
    "id": ("transaction id", "transaktionscode"),
    "subject": ("subject", "betreff", "note", "hinweis"),
    "invoice": ("invoice number", "rechnungsnummer"),
}
# Legs that move the user's own money, or none at all (PayPal's reporting calls them so).
_FUNDING = (
    "bank deposit to pp account",
    "general credit card deposit",
    "general card deposit",
    "general currency conversion",
    "bankgutschrift auf paypal-konto",
    "allgemeine währungsumrechnung",
    "allgemeine gutschrift auf kreditkarte",
)
_NO_MONEY = ("hold", "authorization", "order", "einbehaltung", "autorisierung", "bestellung")
_DONE = ("completed", "abgeschlossen", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wallet:
    """One kind of export. needs: columns by which it is known, in small letters."""

    name: str
    needs: frozenset[str]
    day: str
    read: Callable[[Cells, DayReader, int], BankEntry | str]


def read_wallet(data: bytes) -> BankFile:
    """Read a wallet's CSV. Raises BankFileProblem for another table, TableProblem for no table."""
    table = read_table(data)
    columns = {name.casefold() for name in table.columns}
    wallet = next((one for one in _WALLETS if one.needs <= columns), None)
    if wallet is None:
        shown = ", ".join(table.columns[:10])
        raise BankTableUnknown(
            "This is no bank file that is known: neither camt, MT940 nor OFX, nor an export of "
            f"PayPal, Stripe or Wise. Its columns are: {shown}.",
            advice="Ask your bank for an export as camt.053, or say what the columns are.",
        )
    rows = list(table.rows)
    cells = [_lowered(row) for row in rows]
    days = day_reader(one.get(wallet.day, "") for one in cells)
    entries: list[BankEntry] = []
    problems: list[BankFileProblem] = []
    left_out: list[str] = []
    for row, one in zip(rows, cells, strict=True):
        try:
            found = wallet.read(one, days, row.line)
        except ValueError as error:
            problems.append(BankFileProblem(f"A row cannot be read: {error}", line=row.line))
            continue
        if isinstance(found, str):
            left_out.append(found)
        else:
            entries.append(found)
    return BankFile(entries=tuple(entries), problems=tuple(problems), left_out=tuple(left_out))


def _paypal(row: Cells, days: DayReader, line: int) -> BankEntry | str:
    kind = _cell(row, _PAYPAL["type"])
    word = kind.casefold()
    if word in _FUNDING or _cell(row, ("balance impact",)).casefold() == "memo":
        return kind
    if any(one in word for one in _NO_MONEY):
        return kind
    status = _cell(row, _PAYPAL["status"])
    if status.casefold() not in _DONE:
        return f"{kind} ({status})"
    currency = _cell(row, _PAYPAL["currency"]).upper()
    net = _cell(row, _PAYPAL["net"])
    gross = read_money(_cell(row, _PAYPAL["gross"]), currency)
    fee = _money_or_none(_cell(row, _PAYPAL["fee"]), currency)
    amount = read_money(net, currency) if net else gross + fee if fee else gross
    if net and fee is not None and gross + fee != amount:
        raise ValueError(f"gross {gross} and fee {fee} are not the net {amount}.")
    return BankEntry(
        account="PayPal",
        bank_reference=_cell(row, _PAYPAL["id"]),
        booked_on=days(_cell(row, _PAYPAL["date"])),
        amount=amount,
        counterparty=_cell(row, _PAYPAL["name"]),
        reference=_joined(_cell(row, _PAYPAL["subject"]), _cell(row, _PAYPAL["invoice"])),
        fee=-fee if fee is not None and fee.minor else None,
        line=line,
    )


def _stripe(row: Cells, days: DayReader, line: int) -> BankEntry | str:
    kind = _cell(row, ("type", "reporting_category"))
    currency = row["currency"].upper()
    amount = read_money(row["net"], currency)
    fee = _money_or_none(_cell(row, ("fee",)), currency)
    gross = _money_or_none(_cell(row, ("amount", "gross")), currency)
    if gross is not None and fee is not None and gross - fee != amount:
        raise ValueError(f"gross {gross} without the fee {fee} is not the net {amount}.")
    return BankEntry(
        account="Stripe",
        bank_reference=_cell(row, ("id", "balance_transaction_id")),
        booked_on=days(_cell(row, ("created (utc)", "created", "created_utc"))),
        amount=amount,
        counterparty=_cell(row, ("customer name", "customer_name")),
        reference=_joined(kind, _cell(row, ("description",))),
        end_to_end_id=_cell(row, ("source", "source_id")),
        fee=fee if fee is not None and fee.minor else None,
        line=line,
    )


def _wise(row: Cells, days: DayReader, line: int) -> BankEntry | str:
    currency = row["currency"].upper()
    fee = _money_or_none(_cell(row, ("total fees",)), currency)
    return BankEntry(
        account=f"Wise {currency}",
        bank_reference=_cell(row, ("transferwise id", "wise id", "id")),
        booked_on=days(_cell(row, ("date", "finished on"))),
        amount=read_money(row["amount"], currency),
        counterparty=_cell(row, ("payer name",)) or _cell(row, ("payee name", "merchant")),
        reference=_joined(_cell(row, ("payment reference",)), _cell(row, ("description",))),
        fee=fee if fee is not None and fee.minor else None,
        line=line,
    )


_WALLETS = (
    _Wallet(
        name="PayPal",
        needs=frozenset({"date", "currency", "gross", "net", "transaction id"}),
        day="date",
        read=_paypal,
    ),
    _Wallet(
        name="PayPal",
        needs=frozenset({"datum", "währung", "brutto", "netto", "transaktionscode"}),
        day="datum",
        read=_paypal,
    ),
    _Wallet(
        name="Stripe",
        needs=frozenset({"id", "net", "currency", "created (utc)"}),
        day="created (utc)",
        read=_stripe,
    ),
    _Wallet(
        name="Stripe",
        needs=frozenset({"balance_transaction_id", "net", "currency", "created_utc"}),
        day="created_utc",
        read=_stripe,
    ),
    _Wallet(
        name="Stripe",
        needs=frozenset({"balance_transaction_id", "net", "currency", "created"}),
        day="created",
        read=_stripe,
    ),
    _Wallet(
        name="Wise",
        needs=frozenset({"transferwise id", "date", "amount", "currency"}),
        day="date",
        read=_wise,
    ),
)


def _lowered(row: Row) -> dict[str, str]:
    return {name.casefold(): text for name, text in row.cells.items()}


def _cell(row: Cells, names: Sequence[str]) -> str:
    return next((row[name] for name in names if row.get(name)), "")


def _money_or_none(text: str, currency: str) -> Money | None:
    return read_money(text, currency) if text.strip() else None


def _joined(*texts: str) -> str:
    return " · ".join(dict.fromkeys(text for text in texts if text))
