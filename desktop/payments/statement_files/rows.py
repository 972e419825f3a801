"""Reads one row of a file after the other by a mapping; each becomes one exact line, or is refused.

Written for a million rows: what rows have in common is made once and shared.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

from desktop.errors import StatementProblem
from desktop.model.mappings import Field, Mapping, Span
from desktop.model.money import exponent
from desktop.model.payer_works import Exchange, PayerWorkName
from desktop.model.payments import Period, StatementLine
from desktop.payments.statement_files.columns import Columns
from desktop.payments.statement_files.names import IDENTIFIERS, NAMING, named
from desktop.payments.statement_files.values import (
    Amounts,
    Days,
    half_of,
    month_of,
    quarter_of,
    symbol_contradicts,
    year_of,
)

MAX_TEXT = 1000
_REMEMBERED = 100_000
_BUCKETS: Map[Span, Callable[[date], Period]] = {
    Span.MONTH: month_of,
    Span.QUARTER: quarter_of,
    Span.HALF: half_of,
    Span.YEAR: year_of,
}
_WORDS = (Field.LICENSEE, Field.MODEL, Field.USE, Field.RIGHT, Field.TERRITORY)
_FRAMING = (
    Field.STATEMENT_NUMBER, Field.STATEMENT_DATE, Field.ISSUED, Field.PERIOD, Field.PERIOD_START,
    Field.PERIOD_END, Field.CURRENCY, Field.SHARE, *_WORDS,
)  # fmt: skip
_NUMBERS = (Field.GROSS, Field.USES, Field.WEIGHT, Field.CONFIDENCE, Field.RATE)
_TEXTS = (Field.EXTERNAL_ID, Field.ADJUSTS)
_EXCHANGE = (Field.PAID_CURRENCY,)
_TOTALS_START = frozenset("tTgGrRsS \t")
_TOTALS = re.compile(
    r"(grand |report )?totals?( [a-z]{3})?:?|(gesamt)?summe:?|gesamt:?|somme:?|totale:?", re.I
)


class Group(NamedTuple):
    """Which statement a row is of. period None: that of all its rows together."""

    number: str
    period: Period | None
    currency: str


class Frame(NamedTuple):
    """What many rows have in common: everything but the work and the amounts."""

    group: Group
    period: Period
    issued: date | None
    licensee: str
    model: str
    use: str
    right: str
    territory: str
    currency: str
    share: str


class Read(NamedTuple):
    """A row that was read. print_: a number made of the row's own cells, to tell rows apart.

    line: None if only the sums were asked for.
    """

    frame: Frame
    name: PayerWorkName
    net: Decimal
    kept_back: tuple[tuple[str, Decimal], ...]
    print_: int
    line: StatementLine | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be read, and why. group: of the statement it would be of, if that is known.

    line 0: it is about the whole file. note: no amount is lost by it.
    """

    line: int
    message: str
    group: Group | None = None
    note: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """A row that names a total and no work."""

    line: int
    amount: Decimal


class RowReader:
    """Reads the rows of one file."""

    def __init__(self, mapping: Mapping, header: Sequence[str], mark: str) -> None:
        """mark: what tells this file from others, for rows without a number of their own.

        Raises StatementProblem if the headings do not have what a line needs.
        """
        self._mapping = mapping
        self._columns = Columns(mapping, header)
        missing = self._columns.missing(mapping)
        if missing:
            raise StatementProblem(
                f"This file has no column that the mapping {mapping.title!r} knows for {missing}.",
                advice="Choose another mapping, or make one for this file.",
            )
        self._mark = mark
        self._amounts = Amounts(mapping.decimal)
        self._days = Days(mapping.dates)
        self._constants = mapping.constants
        self._bucket = _BUCKETS.get(mapping.span)
        at = self._columns.at
        self._at: dict[Field, int | None] = {one: at.get(one) for one in Field}
        self._net_at = at[Field.NET] if at.get(Field.NET) is not None else at.get(Field.GROSS)
        self._turned = mapping.negative
        self._numbers = [(one, at.get(one)) for one in _NUMBERS]
        self._texts_said = any(at.get(one) is not None for one in _TEXTS)
        self._exchanged = any(at.get(one) is not None for one in _EXCHANGE)
        used = {place for place in at.values() if place is not None}
        self._twice = self._columns.money_twice
        self._heading = header
        self._own = _picked(sorted(used | set(self._columns.kept_back.values())))
        self._naming = _picked([place for one in NAMING if (place := at.get(one)) is not None])
        self._framing = _picked([place for one in _FRAMING if (place := at.get(one)) is not None])
        self._names: dict[Any, PayerWorkName] = {}
        self._frames: dict[Any, Frame] = {}
        self._currencies: set[str] = set()

    def read(self, line: int, cells: list[str], *, whole: bool = True) -> Read | Total:
        """Return what a row says. whole False: without its line, and every cell is checked still.

        Raises ValueError in words that name what is wrong.
        """
        if len(cells) != self._columns.width:
            cells = self._straight(cells)
        head = cells[0] or next(filter(None, cells), "")
        if head[:1] in _TOTALS_START and (total := self._total(line, cells)):
            return total
        if self._twice:
            self._refuse_two(cells)
        key = self._framing(cells)
        frame = self._frames.get(key) or self._new_frame(key, cells)
        key = self._naming(cells)
        name = self._names.get(key) or self._new_name(key, cells)
        currency = frame.currency
        net = self._amount(cells, self._net_at, Field.NET, currency)
        if net is None:
            raise ValueError("the amount is missing")
        gross, uses, weight, confidence, rate = [
            None if place is None else self._amount(cells, place, one, currency)
            for one, place in self._numbers
        ]
        kept_back = self._kept_back(cells, currency) if self._columns.kept_back else ()
        exchange = self._exchange(cells) if self._exchanged else None
        if not whole:
            own = "\x1f".join(self._own(cells)).encode()
            print_ = int.from_bytes(hashlib.blake2b(own, digest_size=16).digest(), "big")
            return Read(frame, name, net, kept_back, print_, None)
        external_id = adjusts = ""
        if self._texts_said:
            external_id = self._text(cells, Field.EXTERNAL_ID)
            adjusts = self._text(cells, Field.ADJUSTS)
        found = StatementLine(
            external_id=external_id or f"{self._mark}:{line}",
            title=name.title,
            licensee=frame.licensee,
            model=frame.model,
            use=frame.use,
            right=frame.right,
            territory=frame.territory,
            period=frame.period,
            gross=net if gross is None else gross,
            share=frame.share,
            net=net,
            currency=currency,
            claim_number=name.claim_number,
            iscc=name.iscc,
            uses=uses,
            weight=weight,
            confidence=confidence,
            rate=rate,
            adjusts=adjusts,
            called=name,
            source_line=line,
            exchange=exchange,
        )
        return Read(frame, name, net, kept_back, 0, found)

    @property
    def two_ways(self) -> tuple[str, str] | None:
        """Two amounts of which one must have been read wrongly; None as far as is known."""
        return self._amounts.two_ways

    def group_of(self, cells: list[str]) -> Group | None:
        """Return which statement a refused row would be of; None if it does not say so much."""
        if len(cells) != self._columns.width:
            return None
        try:
            return self._new_frame(self._framing(cells), cells).group
        except ValueError:
            return None

    def _new_frame(self, key: Any, cells: list[str]) -> Frame:
        currency = self._currency(cells)
        period, bucket = self._periods(cells)
        whole = self._mapping.span in (Span.FILE, Span.NUMBER)
        number = self._text(cells, Field.STATEMENT_NUMBER)
        issued = self._text(cells, Field.ISSUED)
        licensee, model, use, right, territory = [self._word(cells, one) for one in _WORDS]
        frame = Frame(
            Group(number, None if whole else bucket, currency),
            period,
            self._days.day(issued) if issued else None,
            licensee or self._mapping.payer,
            model,
            use,
            right,
            territory,
            currency,
            self._share(cells),
        )
        if len(self._frames) >= _REMEMBERED:
            self._frames.clear()
        self._frames[key] = frame
        return frame

    def _refuse_two(self, cells: list[str]) -> None:
        for first, second in self._twice:
            if cells[first].strip() != cells[second].strip():
                name, one, other = self._heading[first], cells[first][:40], cells[second][:40]
                raise ValueError(f"there are two columns “{name}”, one says {one!r}, one {other!r}")

    def _word(self, cells: list[str], one: Field) -> str:
        """Return what a column says, in our words where the mapping has them."""
        stated = self._text(cells, one) or self._constants.get(one, "")
        return self._mapping.values.get(one, {}).get(stated.casefold(), stated)

    def _straight(self, cells: list[str]) -> list[str]:
        """Take off empty cells at the end; a row that is still no row of the table is refused."""
        width = self._columns.width
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            return cells[:width]
        if _TOTALS.fullmatch(next(filter(None, (cell.strip() for cell in cells)), "")):
            return cells[:width] + [""] * (width - len(cells))
        raise ValueError(f"it has {len(cells)} cells where the heading has {width}")

    def _total(self, line: int, cells: list[str]) -> Total | None:
        """Return a total if the row is one: an amount, and neither a period nor a number."""
        if not _TOTALS.fullmatch(next(filter(None, (cell.strip() for cell in cells)), "")):
            return None
        for one in (Field.PERIOD, Field.PERIOD_START, *IDENTIFIERS, Field.PAYER_ID):
            said = self._text(cells, one) if self._at[one] is not None else ""
            if said and not _TOTALS.fullmatch(said):
                return None
        amount = self._amount(cells, self._net_at, Field.NET, "")
        return None if amount is None else Total(line, amount)

    def _currency(self, cells: list[str]) -> str:
        place = self._at[Field.CURRENCY]
        currency = cells[place].strip().upper() if place is not None else self._columns.currency
        if currency not in self._currencies:
            try:
                exponent(currency)
            except ValueError as error:
                raise ValueError(f"{currency[:20]!r} is not a currency") from error
            self._currencies.add(currency)
        return currency

    def _amount(
        self, cells: list[str], place: int | None, one: str, currency: str
    ) -> Decimal | None:
        text = "" if place is None else cells[place]
        if not text or text.isspace():
            return None
        amount = self._amounts.read(text)
        if currency and not text.isascii() and symbol_contradicts(text, currency):
            raise ValueError(f"{text[:40]!r} is not in {currency}")
        return -amount if one in self._turned else amount

    def _optional(self, cells: list[str], one: Field, currency: str = "") -> Decimal | None:
        place = self._at[one]
        if place is None:
            return None
        return self._amount(cells, place, one, currency)

    def _text(self, cells: list[str], one: Field) -> str:
        place = self._at[one]
        if place is None:
            return self._constants.get(one, "")
        return cells[place].strip()[:MAX_TEXT]

    def _periods(self, cells: list[str]) -> tuple[Period, Period]:
        """Return the line's own period and the one of its statement."""
        read = self._days.period
        said, dated = self._text(cells, Field.PERIOD), self._text(cells, Field.STATEMENT_DATE)
        period = None
        if said:
            period = read(said)
        elif self._text(cells, Field.PERIOD_START):
            period = self._from_to(cells)
        stated = read(dated) if dated else period
        if stated is None:
            raise ValueError("the period is missing")
        period = period or stated
        if self._bucket is None:
            return period, stated
        bucket = self._bucket(stated.start)
        return period, bucket if stated.end <= bucket.end else stated

    def _from_to(self, cells: list[str]) -> Period:
        first = self._text(cells, Field.PERIOD_START)
        last = self._text(cells, Field.PERIOD_END) or first
        start, end = self._days.period(first), self._days.period(last)
        if end.end <= start.start:
            raise ValueError(f"the period ends on {last} before it starts on {first}")
        return Period(start=start.start, end=end.end)

    def _share(self, cells: list[str]) -> str:
        """Return a share as 1/3 or 3/20; what is written as percent is one of a hundred."""
        text = self._text(cells, Field.SHARE)
        if not text:
            return ""
        try:
            if re.fullmatch(r"[0-9]{1,9}/[0-9]{1,9}", text):
                share = Fraction(text)
            else:
                share = Fraction(self._amounts.read(text.rstrip("% "))) / 100
        except ZeroDivisionError as error:
            raise ValueError(f"{text[:40]!r} is not a share") from error
        if not 0 <= share <= 1:
            raise ValueError(f"{text[:40]!r} is not a share between nothing and all")
        return f"{share.numerator}/{share.denominator}"

    def _exchange(self, cells: list[str]) -> Exchange | None:
        currency = self._text(cells, Field.PAID_CURRENCY)
        if not currency:
            return None
        on = self._text(cells, Field.EXCHANGE_DATE)
        return Exchange(
            amount=self._optional(cells, Field.PAID_AMOUNT),
            currency=currency.upper()[:3],
            rate=self._optional(cells, Field.EXCHANGE_RATE),
            source=self._text(cells, Field.EXCHANGE_SOURCE),
            on=self._days.day(on) if on else None,
        )

    def _kept_back(self, cells: list[str], currency: str) -> tuple[tuple[str, Decimal], ...]:
        found = []
        for kind, place in self._columns.kept_back.items():
            amount = self._amount(cells, place, kind, currency)
            if amount:
                found.append((kind, amount))
        return tuple(found)

    def _new_name(self, key: Any, cells: list[str]) -> PayerWorkName:
        if len(self._names) >= _REMEMBERED:
            self._names.clear()
        name = self._names[key] = named(partial(self._text, cells))
        return name


def _picked(places: list[int]) -> Callable[[list[str]], tuple[str, ...]]:
    """Return what takes these cells out of a row, always as a tuple."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: tuple([cells[place] for place in places])
