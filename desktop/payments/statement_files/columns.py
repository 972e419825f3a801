"""Where the fields of a mapping stand in a file, by its headings."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.model.mappings import Field, Mapping
from desktop.payments.statement_files.names import IDENTIFIERS

_CURRENCY_MARK = "{currency}"


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
        self._again = [
            (known[plain_heading(heading)], number)
            for number, heading in enumerate(header)
            if heading.strip() and known[plain_heading(heading)] != number
        ]
        self.at = {one: self._find(names) for one, names in mapping.columns.items()}
        self.kept_back = {
            kind: place
            for kind, names in mapping.deductions.items()
            if (place := self._find(names)) is not None
        }

    @property
    def money_twice(self) -> list[tuple[int, int]]:
        """Columns of amounts or currencies whose heading is there a second time: both places."""
        fields = (Field.NET, Field.GROSS, Field.CURRENCY)
        money = {self.at.get(one) for one in fields} | set(self.kept_back.values())
        return [(first, second) for first, second in self._again if first in money]

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
        if not has(Field.TITLE, Field.PAYER_ID, Field.CLAIM_NUMBER, *IDENTIFIERS):
            return "a title or number of the work"
        return ""
