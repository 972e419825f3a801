"""What was read of a bank or wallet file; and amounts and days as such files write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from desktop.errors import BalanceProblem, BankFileProblem
from desktop.model.money import Money, exponent, parse_amount
from desktop.model.payments import BankEntry

MAX_BYTES = 256 * 1024 * 1024
_GROUPED = re.compile(r"[0-9]{1,3}([.,'\u2019\u00a0\u202f ][0-9]{3})+([.,][0-9]+)?")
_PLAIN = re.compile(r"[0-9]+([.,][0-9]+)?")
_DAY = re.compile(r"([0-9]{1,4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFile:
    """Entries in the order of the file, and the entries that could not be read, in words.

    left_out: what is no money of the user's (funding, holds), as the file calls it.
    """

    entries: tuple[BankEntry, ...]
    problems: tuple[BankFileProblem, ...] = ()
    left_out: tuple[str, ...] = ()


def read_money(text: str, currency: str) -> Money:
    """Read an amount with a comma or point, with or without thousands. Raises ValueError.

    What could be either, such as 1,234, is refused unless the currency has no decimals.
    """
    bare = text.strip().replace("\u2212", "-")
    if not bare:
        raise ValueError("it has no amount.")
    return Money.exactly(_number(bare, currency), currency)


def _number(text: str, currency: str) -> Decimal:
    sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text.removeprefix("+"))
    if not (_GROUPED.fullmatch(digits) or _PLAIN.fullmatch(digits)):
        raise ValueError(f"{text[:40]!r} is not an amount.")
    last = max(digits.rfind(","), digits.rfind("."))
    if last < 0:
        return parse_amount(sign + re.sub(r"[^0-9]", "", digits))
    marks = {char for char in digits if char in ",."}
    after = len(digits) - last - 1
    grouped = digits.count(digits[last]) > 1 or (after == 3 and exponent(currency) == 0)
    if after == 3 and len(marks) == 1 and not grouped and exponent(currency) != 3:
        raise ValueError(f"{text[:40]!r} could be thousands or decimals.")
    whole = re.sub(r"[^0-9]", "", digits if grouped else digits[:last])
    return parse_amount(sign + whole + ("" if grouped else f".{digits[last + 1 :]}"))


def day_reader(texts: Iterable[str]) -> DayReader:
    """Return how a column of days is to be read. Raises BankFileProblem if it cannot be told."""
    parts = [found.groups() for text in texts if (found := _DAY.match(text.strip()))]
    if any(len(first) == 4 for first, _, _ in parts):
        return DayReader("YMD")
    firsts = [int(first) for first, _, _ in parts]
    seconds = [int(second) for _, second, _ in parts]
    day_first, month_first = any(one > 12 for one in firsts), any(one > 12 for one in seconds)
    if day_first == month_first and parts and firsts != seconds:
        raise BankFileProblem(
            "It cannot be told whether the days of this file begin with the day or the month.",
            advice="Export a longer time, or with days such as 2026-02-23.",
        )
    return DayReader("MDY" if month_first else "DMY")


def balance_problem(
    opening: Money, closing: Money, moved: Iterable[Money], *, line: int | None
) -> BalanceProblem | None:
    """Compare what entries come to with the balances around them; None if they agree."""
    come_to = opening
    for amount in moved:
        if amount.currency != opening.currency:
            return None
        come_to += amount
    if come_to == closing or closing.currency != opening.currency:
        return None
    return BalanceProblem(
        f"The balance was {opening} {opening.currency}; with its entries that makes {come_to}, "
        f"but the file says {closing}.",
        line=line,
        advice="An entry may be missing or twice: download this time from your bank again.",
    )


def day_of(text: str) -> date:
    """Read a day such as 2026-02-23 or 20260223. Raises ValueError."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text[:40]!r} is not a day.") from error


@dataclass(frozen=True, slots=True)
class DayReader:
    """Reads days whose parts stand in one order: YMD, DMY or MDY."""

    order: str

    def __call__(self, text: str) -> date:
        """Return the day. Raises ValueError."""
        found = _DAY.match(text.strip())
        if found is None:
            raise ValueError(f"{text[:40]!r} is not a day.")
        said = dict(zip(self.order, map(int, found.groups()), strict=True))
        year = said["Y"] + (2000 if said["Y"] < 100 else 0)
        try:
            return date(year, said["M"], said["D"])
        except ValueError as error:
            raise ValueError(f"{text[:40]!r} is not a day.") from error
