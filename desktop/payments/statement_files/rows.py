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
from typing import NamedTuple

from desktop.errors import StatementProblem
from desktop.model.identifiers import checked
from desktop.model.mappings import Field, Mapping, Span
from desktop.model.money import exponent
from desktop.model.payer_works import Exchange, PayerWorkName, title_key
from desktop.model.payments import Period, StatementLine
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
NO_TITLE = "(without a title)"
_CURRENCY_MARK = "{currency}"
_REMEMBERED = 100_000
_BUCKETS: Map[Span, Callable[[date], Period]] = {
    Span.MONTH: month_of,
    Span.QUARTER: quarter_of,
    Span.HALF: half_of,
    Span.YEAR: year_of,
}
_IDENTIFIERS = (
    Field.ISRC, Field.ISBN, Field.ISWC, Field.ISSN, Field.ISMN, Field.ISAN, Field.DOI,
)  # fmt: skip
_NAMING = (
    Field.TITLE, Field.CREATORS, Field.CLAIM_NUMBER, Field.ISCC, Field.SHA256, Field.PAYER_ID,
    *_IDENTIFIERS,
)  # fmt: skip
_TOTALS = re.compile(
    r"(grand |report )?totals?( [a-z]{3})?:?|(gesamt)?summe:?|gesamt:?|somme:?|totale:?", re.I
)


class Group(NamedTuple):
    """Which statement a row is of. period None: that of all its rows together."""

    number: str
    period: Period | None
    currency: str


@dataclass(slots=True)
class Read:
    """A row that was read. print_: a number made of the row's own cells, to tell rows apart."""

    group: Group
    line: StatementLine
    kept_back: tuple[tuple[str, Decimal], ...]
    print_: int
    issued: date | None


@dataclass(frozen=True, slots=True)
class Total:
    """A row that names a total and no work."""

    line: int
    amount: Decimal


def plain_heading(heading: str) -> str:
    """Return a heading as headings are compared."""
    return " ".join(heading.casefold().replace("\ufeff", "").split())


class Columns:
    """Where a mapping's fields stand in a file. header: the headings as they are."""

    def __init__(self, mapping: Mapping, header: Sequence[str]) -> None:
        self.width = len(header)
        self.currency = mapping.constants.get(Field.CURRENCY, "")
        known: dict[str, int] = {}
        for number, heading in enumerate(header):
            known.setdefault(plain_heading(heading), number)
        self._known = known
        self.at = {one: self._find(names) for one, names in mapping.columns.items()}
        self.kept_back = {
            kind: place
            for kind, names in mapping.deductions.items()
            if (place := self._find(names)) is not None
        }

    def _find(self, names: Sequence[str]) -> int | None:
        for name in names:
            plain = plain_heading(name)
            if plain in self._known:
                return self._known[plain]
            if _CURRENCY_MARK in plain:
                before, _, after = plain.partition(_CURRENCY_MARK)
                for heading, place in self._known.items():
                    middle = heading.removeprefix(before).removesuffix(after)
                    if heading == f"{before}{middle}{after}" and len(middle) == 3:
                        self.currency = middle.upper()
                        return place
        return None

    def missing(self, mapping: Mapping) -> str:
        """Return what a file lacks for a mapping, in words; "" if it has enough."""

        def has(*fields: Field) -> bool:
            return any(self.at.get(one) is not None or one in mapping.constants for one in fields)

        if not has(Field.NET, Field.GROSS):
            return "an amount"
        if not self.currency and not has(Field.CURRENCY):
            return "a currency"
        if not has(Field.PERIOD, Field.PERIOD_START, Field.STATEMENT_DATE):
            return "a period"
        if not has(Field.TITLE, Field.PAYER_ID, Field.CLAIM_NUMBER, *_IDENTIFIERS):
            return "a title or number of the work"
        return ""


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
        self._net_at = at.get(Field.NET) if at.get(Field.NET) is not None else at.get(Field.GROSS)
        self._naming = [place for one in _NAMING if (place := at.get(one)) is not None]
        self._used = sorted(
            {place for place in at.values() if place is not None}
            | set(self._columns.kept_back.values())
        )
        self._turned = mapping.negative
        self._names: dict[tuple[str, ...], PayerWorkName] = {}
        self._groups: dict[tuple[str, Period, str], Group] = {}
        self._buckets: dict[date, Period] = {}
        self._currencies: set[str] = set()
        self._texts: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._shared = [
            self._at[one]
            for one in (Field.LICENSEE, Field.MODEL, Field.USE, Field.RIGHT, Field.TERRITORY)
        ]

    def read(self, line: int, cells: list[str]) -> Read | Total:
        """Return what a row says. Raises ValueError in words that name what is wrong."""
        width = self._columns.width
        if len(cells) != width:
            cells = self._straight(cells)
        cells = [cell.strip() for cell in cells]
        if _TOTALS.fullmatch(next(filter(None, cells), "")) and (total := self._total(line, cells)):
            return total
        currency = self._currency(cells)
        net = self._amount(cells, self._net_at, Field.NET, currency)
        if net is None:
            raise ValueError("the amount is missing")
        period, bucket = self._periods(cells)
        name = self._name(cells)
        licensee, model, use, right, territory = self._common(cells)
        number = self._text(cells, Field.STATEMENT_NUMBER)
        key = (number, bucket, currency)
        group = self._groups.get(key)
        if group is None:
            whole = self._mapping.span in (Span.FILE, Span.NUMBER)
            group = self._groups[key] = Group(number, None if whole else bucket, currency)
        issued_at = self._at[Field.ISSUED]
        return Read(
            group,
            StatementLine(
                external_id=self._text(cells, Field.EXTERNAL_ID) or f"{self._mark}:{line}",
                title=name.title,
                licensee=licensee,
                model=model,
                use=use,
                right=right,
                territory=territory,
                period=period,
                gross=self._optional(cells, Field.GROSS, currency) or net
                if self._at[Field.GROSS] is not None
                else net,
                share=self._share(cells),
                net=net,
                currency=currency,
                claim_number=name.claim_number,
                iscc=name.iscc,
                uses=self._optional(cells, Field.USES),
                weight=self._optional(cells, Field.WEIGHT),
                confidence=self._optional(cells, Field.CONFIDENCE),
                rate=self._optional(cells, Field.RATE),
                adjusts=self._text(cells, Field.ADJUSTS),
                called=name,
                source_line=line,
                exchange=self._exchange(cells),
            ),
            self._kept_back(cells, currency) if self._columns.kept_back else (),
            self._print(cells),
            self._days.day(cells[issued_at])
            if issued_at is not None and cells[issued_at]
            else None,
        )

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
        for one in (Field.PERIOD, Field.PERIOD_START, *_IDENTIFIERS, Field.PAYER_ID):
            place = self._at[one]
            if place is not None and cells[place] and not _TOTALS.fullmatch(cells[place]):
                return None
        amount = self._amount(cells, self._net_at, Field.NET, "")
        return None if amount is None else Total(line, amount)

    def _currency(self, cells: list[str]) -> str:
        place = self._at[Field.CURRENCY]
        currency = cells[place].upper() if place is not None else self._columns.currency
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
        if place is None or not cells[place]:
            return None
        text = cells[place]
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
        return cells[place][:MAX_TEXT] if place is not None else self._constants.get(one, "")

    def _periods(self, cells: list[str]) -> tuple[Period, Period]:
        """Return the line's own period and the one of its statement."""
        read = self._days.period
        at = self._at
        place, dated = at[Field.PERIOD], at[Field.STATEMENT_DATE]
        period = None
        if place is not None and cells[place]:
            period = read(cells[place])
        elif at[Field.PERIOD_START] is not None:
            period = self._from_to(cells)
        elif place is None and Field.PERIOD in self._constants:
            period = read(self._constants[Field.PERIOD])
        if dated is not None and cells[dated]:
            stated = read(cells[dated])
            period = period or stated
        elif period is not None:
            stated = period
        else:
            raise ValueError("the period is missing")
        if self._bucket is None:
            return period, period if self._mapping.span is Span.FILE else stated
        bucket = self._buckets.get(stated.start)
        if bucket is None:
            bucket = self._buckets[stated.start] = self._bucket(stated.start)
        whole = bucket.start <= stated.start and stated.end <= bucket.end
        return period, bucket if whole else stated

    def _from_to(self, cells: list[str]) -> Period:
        first = self._text(cells, Field.PERIOD_START)
        last = self._text(cells, Field.PERIOD_END) or first
        if not first:
            raise ValueError("the period is missing")
        start, end = self._days.period(first), self._days.period(last)
        if end.end <= start.start:
            raise ValueError(f"the period ends on {last} before it starts on {first}")
        return Period(start=start.start, end=end.end)

    def _common(self, cells: list[str]) -> tuple[str, ...]:
        """Return licensee, model, use, right and territory, which many rows have in common."""
        raw = tuple("" if place is None else cells[place] for place in self._shared)
        known = self._texts.get(raw)
        if known is None:
            fields = (Field.LICENSEE, Field.MODEL, Field.USE, Field.RIGHT, Field.TERRITORY)
            found = []
            for one, text, place in zip(fields, raw, self._shared, strict=True):
                words = self._mapping.values.get(one, {})
                stated = self._constants.get(one, "") if place is None or not text else text
                found.append(words.get(stated.casefold(), stated)[:MAX_TEXT])
            found[0] = found[0] or self._mapping.payer
            if len(self._texts) >= _REMEMBERED:
                self._texts.clear()
            known = self._texts[raw] = tuple(found)
        return known

    def _share(self, cells: list[str]) -> str:
        """Return a share as 1/3 or 3/20; what is written as percent is one of a hundred."""
        from fractions import Fraction

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

    def _print(self, cells: list[str]) -> int:
        own = "\x1f".join([cells[place] for place in self._used])
        return int.from_bytes(hashlib.blake2b(own.encode(), digest_size=16).digest(), "big")

    def _name(self, cells: list[str]) -> PayerWorkName:
        raw = tuple([cells[place] for place in self._naming])
        known = self._names.get(raw)
        if known is None:
            if len(self._names) >= _REMEMBERED:
                self._names.clear()
            known = self._names[raw] = self._new_name(cells)
        return known

    def _new_name(self, cells: list[str]) -> PayerWorkName:
        title = self._text(cells, Field.TITLE)
        creators = self._text(cells, Field.CREATORS)
        claim = self._text(cells, Field.CLAIM_NUMBER)
        iscc = self._text(cells, Field.ISCC)
        payer_id = self._text(cells, Field.PAYER_ID)
        stated = {one: self._text(cells, one) for one in _IDENTIFIERS}
        numbers = [
            pair for one, text in stated.items() if text and (pair := _number(one.value, text))
        ]
        sha256 = self._text(cells, Field.SHA256).lower()
        if re.fullmatch(r"[0-9a-f]{64}", sha256):
            numbers.append(("sha256", sha256))
        iscc = f"ISCC:{iscc.removeprefix('ISCC:')}" if iscc else ""
        keys = [
            f"claim:{claim}" if claim else "",
            *(f"{scheme}:{number}" for scheme, number in numbers),
            f"iscc:{iscc}" if iscc else "",
            f"id:{payer_id}" if payer_id else "",
            f"title:{title_key(title)}" + (f"|{title_key(creators)}" if creators else ""),
        ]
        return PayerWorkName(
            next(filter(None, keys)),
            title or payer_id or claim or NO_TITLE,
            creators,
            claim,
            iscc,
            tuple(numbers),
            next(filter(None, stated.values()), payer_id),
        )


def _number(scheme: str, text: str) -> tuple[str, str] | None:
    """Return a number in its plain form; one that is wrong tells nothing apart from its letters."""
    try:
        return checked(scheme, text)
    except ValueError:
        return None
