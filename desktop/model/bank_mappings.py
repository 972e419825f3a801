"""How the columns of a bank's table are to be read; kept by the user under a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class BankFact(StrEnum):
    """What a column of a bank's table can say."""

    DATE = "date"
    AMOUNT = "amount"
    MONEY_IN = "in"
    MONEY_OUT = "out"
    CURRENCY = "currency"
    COUNTERPARTY = "counterparty"
    REFERENCE = "reference"
    BANK_REFERENCE = "bank_reference"
    ACCOUNT = "account"
    FEE = "fee"


DAY_ORDERS = ("", "DMY", "MDY", "YMD")


@dataclass(frozen=True, slots=True, kw_only=True)
class BankMapping:
    """columns: fact → heading. header: all headings, by which the table is known again.

    currency, account: where no column says it. day_order: "" is found out from the days. comma:
    whether decimals follow a comma; None is found out from the amounts.
    """

    name: str
    columns: Mapping[BankFact, str]
    header: tuple[str, ...]
    currency: str = ""
    account: str = ""
    day_order: str = ""
    comma: bool | None = None
